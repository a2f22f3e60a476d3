//! How faults are done to the servers and their database, and mended.

use std::time::Duration;

use eventlog::Duty;
use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};
use tokio::time::{Instant, timeout};
use uuid::Uuid;

use crate::{
    fault::Fault,
    kind::Kind,
    node::DEADLINE,
    stage::{PutBack, Stage, pause},
};

/// How often the database is asked again that gives no answer.
const AGAIN: Duration = Duration::from_millis(50);

/// How often a disk is looked at for room that has come free, to fill it again.
const REFILL: Duration = Duration::from_millis(50);

/// What begins a segment of the log that there is no room for may never answer.
const BEGIN_MAX: Duration = Duration::from_secs(1);

impl Stage {
    /// Does what a plan says, and mends it.
    pub(crate) async fn suffer(&self, kind: Kind, fault: Fault) {
        match fault {
            Fault::Kill { node, down } => self.nodes[node].kill(down).await,
            Fault::Stop { node } => {
                if !self.nodes[node].restart().await {
                    self.stick(format!("server {node} did not stop well"));
                }
            }
            Fault::Crash { down } => {
                let mut database = self.database.lock().await;
                database.crash().await;
                pause(down).await;
                database.recover().await;
            }
            Fault::Freeze { node, still } => {
                self.nodes[node].freeze(pause(still)).await;
                self.awoken();
            }
            Fault::Cut { node, marker, cut } => {
                self.nodes[node].proxy.cut(marker.as_bytes(), cut);
            }
            Fault::CutAll { node } => self.nodes[node].proxy.cut_all(),
            Fault::Jump { node, seconds } => self.nodes[node].jump(seconds),
            Fault::PutBack {
                apart,
                new_timeline,
                asleep,
            } => self.put_back(apart, new_timeline, asleep).await,
            Fault::KillPostmaster => self.kill_postmaster().await,
            Fault::ReadOnly { lasts, throws_out } => self.read_only(lasts, throws_out).await,
            Fault::DateLeases { duty } => self.date_leases(duty).await,
            Fault::JumpDatabase { seconds, apart } => self.jump_database(seconds, apart).await,
            Fault::Sleep { node, queue, still } => self.sleep_with_queue(node, queue, still).await,
            Fault::FillDisk { full, begun } => self.fill_disk(full, begun).await,
        }
        *self.done.lock().unwrap().entry(kind).or_default() += 1;
    }

    /// Notes that a server that stood still goes on.
    fn awoken(&self) {
        let now_ms = self.now_ms();
        if let Some(put_back) = &mut *self.put_back_ms.lock().unwrap() {
            put_back.awake = now_ms;
        }
    }

    async fn put_back(
        &self,
        apart: Duration,
        new_timeline: bool,
        asleep: Option<(usize, Duration)>,
    ) {
        let copied = self.now_ms();
        self.database.lock().await.copy().await;
        pause(apart).await;
        let putting_back = self.replace(copied, new_timeline);
        if let Some((node, still)) = asleep {
            let meanwhile = async {
                putting_back.await;
                pause(still).await;
            };
            self.nodes[node].freeze_unasked(meanwhile).await;
            self.awoken();
        } else {
            putting_back.await;
        }
    }

    async fn replace(&self, copied: i64, new_timeline: bool) {
        let mut database = self.database.lock().await;
        database.crash().await;
        let undone = self.now_ms();
        database.put_back(new_timeline);
        database.recover().await;
        *self.put_back_ms.lock().unwrap() = Some(PutBack {
            copied,
            undone,
            awake: self.now_ms(),
        });
    }

    /// Kills the PostgreSQL that the servers started, as soon as there is one, and
    /// waits until they have started another.
    async fn kill_postmaster(&self) {
        let database = self.database.lock().await;
        let deadline = Instant::now() + DEADLINE;
        let killed = loop {
            if let Some(killed) = database.kill_postmaster() {
                break killed;
            }
            if Instant::now() > deadline {
                self.stick("there is no private PostgreSQL to be killed".into());
                return;
            }
            pause(AGAIN).await;
        };
        while database.postmaster().is_none_or(|pid| pid == killed)
            || PgConnection::connect_with(&database.options())
                .await
                .is_err()
        {
            if Instant::now() > deadline {
                self.stick("the private PostgreSQL was not started again".into());
                return;
            }
            pause(AGAIN).await;
        }
    }

    async fn read_only(&self, lasts: Duration, throws_out: bool) {
        let database = self.database.lock().await;
        let options = database.options();
        let then_all = if throws_out {
            "select pg_terminate_backend(pid) from pg_stat_activity
             where pid <> pg_backend_pid() and backend_type = 'client backend'"
        } else {
            "select"
        };
        for (change, then) in [("set", lasts), ("reset", Duration::ZERO)] {
            let is_on = if change == "set" { "= on" } else { "" };
            let change = format!("alter system {change} default_transaction_read_only {is_on}");
            let statements = [&change, "select pg_reload_conf()", then_all];
            insist(&options, &statements).await;
            pause(then).await;
        }
    }

    /// Leases that nobody renews, as one leaves them whose clock was ahead.
    async fn date_leases(&self, duty: Option<Duty>) {
        let duties = duty.map_or_else(|| Duty::ALL.to_vec(), |duty| vec![duty]);
        let duties: Vec<&str> = duties.into_iter().map(Duty::name).collect();
        let dated = format!(
            "update leases
             set node = '{}', expires_at = clock_timestamp() + interval '1 day'
             where duty in ('{}')",
            Uuid::from_u128(1),
            duties.join("', '")
        );
        let database = self.database.lock().await;
        insist(&database.options(), &[&dated]).await;
    }

    async fn jump_database(&self, seconds: i64, apart: Duration) {
        let database = self.database.lock().await;
        database.jump(seconds);
        pause(apart).await;
        database.jump(0);
    }

    async fn sleep_with_queue(&self, node: usize, queue: Duration, still: Duration) {
        let database = self.database.lock().await;
        let locks = ["begin", "select from heads for update"];
        let connection = insist(&database.options(), &locks).await;
        self.rushes.send_modify(|rushes| *rushes += 1);
        pause(queue).await;
        let meanwhile = async {
            // That gives the locks back; the database may be gone meanwhile.
            let _ = connection.close().await;
            drop(database);
            pause(still).await;
        };
        self.nodes[node].freeze(meanwhile).await;
        self.awoken();
    }

    async fn fill_disk(&self, full: Duration, begun: bool) {
        let mut database = self.database.lock().await;
        database.disk().fill();
        if begun {
            // Whatever is told: that it fails is what it is for.
            let _ = timeout(BEGIN_MAX, begin_segments(&database.options())).await;
        }
        let until = Instant::now() + full;
        while Instant::now() < until {
            pause(REFILL).await;
            database.disk().fill();
        }
        database.disk().free();
        // It may end for lack of room; it may also be about to.
        let deadline = Instant::now() + DEADLINE;
        while PgConnection::connect_with(&database.options())
            .await
            .is_err()
        {
            if Instant::now() > deadline {
                self.stick("PostgreSQL does not come back when there is room again".into());
                return;
            }
            database.recover_if_ended().await;
            pause(AGAIN).await;
        }
    }
}

/// Executes statements on a connection, however often it takes: a server that was
/// killed may be about to start the database again.
async fn insist(options: &PgConnectOptions, statements: &[&str]) -> PgConnection {
    let deadline = Instant::now() + DEADLINE;
    loop {
        match execute(options, statements).await {
            Ok(connection) => return connection,
            Err(error) => assert!(Instant::now() < deadline, "{error}"),
        }
        pause(AGAIN).await;
    }
}

async fn execute(
    options: &PgConnectOptions,
    statements: &[&str],
) -> Result<PgConnection, sqlx::Error> {
    let mut connection = PgConnection::connect_with(options).await?;
    for statement in statements {
        sqlx::query(statement).execute(&mut connection).await?;
    }
    Ok(connection)
}

/// Goes through the segments of the write-ahead log that there are, to one that is
/// yet to be made.
async fn begin_segments(options: &PgConnectOptions) -> Result<(), sqlx::Error> {
    let mut connection = PgConnection::connect_with(options).await?;
    loop {
        sqlx::query("create temporary table begun ()")
            .execute(&mut connection)
            .await?;
        sqlx::query("drop table begun")
            .execute(&mut connection)
            .await?;
        sqlx::query("select pg_switch_wal()")
            .execute(&mut connection)
            .await?;
    }
}
