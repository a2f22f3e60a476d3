//! A database with a history whose views are written, and the tool.

use std::process::{Child, Command, Output, Stdio};

use eventlog::testing::TestDatabase;
use serde_json::Value;

use crate::support::{
    A, B, Node, PATIENCE, World, book, cancel, history, hold, leave, put, reschedule, some_steps,
    span, studio_a,
};

/// A history with something of everything, all views up to its end.
pub(crate) struct Past {
    pub(crate) database: TestDatabase,
    pub(crate) node: Node,
    pub(crate) world: World,
}

impl Past {
    pub(crate) async fn new() -> Self {
        let database = TestDatabase::new().await;
        let node = Node::new(&database).await;
        let mut world = World::new(&node.log).await;
        world.does(put(&studio_a(), "Studio A")).await;
        // Over a midnight, so that holds and bookings have several days.
        let night = span("2026-11-24T22:00", 300);
        world.does(hold(A, night, 1)).await;
        world.now = world.now.plus_ms(5_000);
        world.does(hold(A, night, 1)).await;
        world.does(book(A, night, 1)).await;
        world.does(book(B, span("2026-11-24T13:00", 60), 2)).await;
        world
            .does(reschedule(2, span("2026-11-24T15:00", 60)))
            .await;
        world.does(book(B, span("2026-11-24T13:00", 60), 3)).await;
        world.does(cancel(3)).await;
        world.does(hold(B, span("2026-11-24T10:00", 60), 2)).await;
        world.does(leave(B)).await;
        history(&mut world, &some_steps()).await;
        world.does(hold(A, span("2026-11-24T08:00", 60), 3)).await;
        let past = Self {
            database,
            node,
            world,
        };
        past.write_views().await;
        past
    }

    /// Brings the views up to the log's end.
    pub(crate) async fn write_views(&self) {
        write_views(&self.node).await;
    }

    /// Runs statements on the database, behind everybody's back.
    pub(crate) async fn sql(&self, statements: &str) {
        let done = sqlx::raw_sql(statements).execute(self.database.pool());
        done.await.unwrap();
    }

    /// Makes a role with these rights and returns its name, the database's own: roles are the
    /// whole server's, which other tests use at the same time.
    pub(crate) async fn role(&self, rights: &str) -> String {
        let options = self.database.options();
        let role = format!("role_of_{}", options.get_database().unwrap());
        self.sql(&format!("create role {role}; grant {rights} to {role}"))
            .await;
        role
    }

    /// Takes back what [`Self::role`] made.
    pub(crate) async fn drop_role(&self, role: &str) {
        self.sql(&format!("drop owned by {role}; drop role {role}"))
            .await;
    }

    /// Runs the tool for machines.
    pub(crate) fn replay(&self, arguments: &[&str]) -> Said {
        replay(&self.database, arguments)
    }

    /// What the tool says to people, of what must succeed.
    pub(crate) fn said(&self, arguments: &[&str]) -> String {
        said(&self.database, arguments)
    }

    /// What the tool says to people, of what can't be done.
    pub(crate) fn fails(&self, arguments: &[&str]) -> String {
        fails(&self.database, arguments)
    }

    /// How the tool ends, and what it says beside its answer.
    pub(crate) fn complains(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let output = run(&self.database, arguments, "human");
        let said = String::from_utf8(output.stderr).unwrap();
        (output.status.code(), said)
    }

    /// Begins to run the tool, and says no more of what it says.
    pub(crate) fn start(&self, arguments: &[&str]) -> Child {
        let mut command = command(&self.database, arguments, "json");
        command.stdout(Stdio::null()).spawn().unwrap()
    }

    /// Begins to run the tool for people, and listens to what it says on the way.
    pub(crate) fn start_telling(&self, arguments: &[&str]) -> Child {
        let mut command = command(&self.database, arguments, "human");
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap()
    }
}

/// Brings the views up to the log's end.
pub(crate) async fn write_views(node: &Node) {
    let runner = node.run_views(1);
    for partition in node.log.partitions() {
        let end = node.log.head(partition).await.unwrap().position;
        let waiting = runner.progress.wait_for(partition, end, PATIENCE);
        waiting.await.unwrap();
    }
    runner.stop().await;
}

/// Runs the tool for machines.
pub(crate) fn replay(database: &TestDatabase, arguments: &[&str]) -> Said {
    Said::new(&run(database, arguments, "json"))
}

/// What the tool says to people, of what must succeed.
pub(crate) fn said(database: &TestDatabase, arguments: &[&str]) -> String {
    let output = run(database, arguments, "human");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// What the tool says to people, of what can't be done.
pub(crate) fn fails(database: &TestDatabase, arguments: &[&str]) -> String {
    let output = run(database, arguments, "human");
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    String::from_utf8(output.stderr).unwrap()
}

fn run(database: &TestDatabase, arguments: &[&str], format: &str) -> Output {
    command(database, arguments, format).output().unwrap()
}

fn command(database: &TestDatabase, arguments: &[&str], format: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_slotkeeper-replay"));
    command
        .args(["--database-url", &database.url(), "--format", format])
        .args(arguments);
    command
}

/// What the tool said, and how it ended.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) documents: Vec<Value>,
}

impl Said {
    fn new(output: &Output) -> Self {
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(errors.is_empty(), "{errors}");
        let text = String::from_utf8(output.stdout.clone()).unwrap();
        let documents = text.lines().map(|line| serde_json::from_str(line).unwrap());
        Self {
            code: output.status.code(),
            documents: documents.collect(),
        }
    }

    /// Whether a fault of that promise was told at a place like this, at a
    /// position if one is given.
    pub(crate) fn names(&self, promise: &str, place: &str, position: Option<u64>) -> bool {
        let faults = self.documents[0]["faults"].as_array().unwrap();
        faults.iter().any(|fault| {
            let at = fault["place"].as_str().unwrap_or_default();
            fault["promise"] == promise
                && at.contains(place)
                && position.is_none_or(|position| fault["position"] == position)
        })
    }
}
