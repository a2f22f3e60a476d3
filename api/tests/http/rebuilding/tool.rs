//! `slotkeeper-replay`, as its users run it.

use std::{path::Path, process::Stdio};

use serde_json::Value;
use sqlx::PgPool;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, BufReader},
    process::{Child, Command},
    time::timeout,
};

use super::found;
use crate::server::DEADLINE;

/// The tool's program, which lies beside the server's. It is another package's: tests of
/// the whole workspace build it; who runs these alone has the one that was built last.
fn program(url: &str, format: &str) -> Command {
    let path = Path::new(env!("CARGO_BIN_EXE_slotkeeper")).with_file_name("slotkeeper-replay");
    let built = path.exists();
    assert!(built, "`cargo build --workspace --bins` builds it");
    let mut command = Command::new(path);
    command
        .env_clear()
        .args(["--database-url", url, "--format", format])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

/// Checks log and views, which must be sound.
pub(super) async fn verify(url: &str) {
    let verifying = program(url, "human").arg("verify").output();
    let said = timeout(DEADLINE, verifying).await.unwrap().unwrap();
    assert_eq!(said.status.code(), Some(0), "{said:?}");
}

/// Rebuilds all views to the end; returns what the tool says of it.
pub(super) async fn rebuild(url: &str) -> Value {
    let rebuilding = program(url, "json").arg("rebuild").output();
    let said = timeout(DEADLINE, rebuilding).await.unwrap().unwrap();
    assert_eq!(said.status.code(), Some(0), "{said:?}");
    serde_json::from_slice(&said.stdout).unwrap()
}

/// How far a rebuild has come, by what can be seen of it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Moment {
    /// So many events are folded, counting those of earlier runs.
    Folded(i64),
    /// The tool has said so often that it indexes a view.
    Indexing(usize),
    /// The tables have traded places, and the old ones may still be there.
    Swapped,
}

/// Begins to rebuild all views and kills the tool, with `kill -9`, at this moment;
/// false if it had ended before, as it should.
pub(super) async fn kill_at(url: &str, pool: &PgPool, moment: Moment) -> bool {
    let live_before = live_since(pool).await;
    let mut child = program(url, "human").arg("rebuild").spawn().unwrap();
    let reached = reached(&mut child, (pool, &live_before), moment);
    let reached = timeout(DEADLINE, reached).await;
    reached.unwrap_or_else(|_| panic!("no rebuild came to {moment:?}"));
    child.start_kill().unwrap();
    let status = child.wait().await.unwrap();
    let mut said = String::new();
    let mut errors = child.stderr.take().unwrap();
    errors.read_to_string(&mut said).await.unwrap();
    // Whatever has ended by itself must have ended well.
    assert!(status.success() || status.code().is_none(), "{said}");
    !status.success()
}

/// Returns when the tool is there, or at its end.
async fn reached(child: &mut Child, (pool, live_before): (&PgPool, &str), moment: Moment) {
    match moment {
        Moment::Folded(events) => {
            found(async || {
                let ended = child.try_wait().unwrap().is_some();
                (ended || folded(pool).await >= events).then_some(())
            })
            .await;
        }
        Moment::Swapped => {
            found(async || {
                let ended = child.try_wait().unwrap().is_some();
                (ended || live_since(pool).await != live_before).then_some(())
            })
            .await;
        }
        Moment::Indexing(times) => {
            let errors = child.stderr.as_mut().unwrap();
            let mut lines = BufReader::new(errors).lines();
            let mut said = 0;
            while said < times {
                match lines.next_line().await.unwrap() {
                    Some(line) => said += usize::from(line.starts_with("indexing ")),
                    None => return,
                }
            }
        }
    }
}

/// How many events the views in the making have, those that are furthest behind.
pub(super) async fn folded(pool: &PgPool) -> i64 {
    let query = "
        select coalesce(sum(position), 0)::bigint from (
            select min(position) as position from checkpoints
            where generation = 2 group by partition
        ) as partitions
    ";
    sqlx::query_scalar(query).fetch_one(pool).await.unwrap()
}

/// Since when the views that are read are those that are.
async fn live_since(pool: &PgPool) -> String {
    let query = "select max(live_since)::text from generations";
    sqlx::query_scalar(query).fetch_one(pool).await.unwrap()
}
