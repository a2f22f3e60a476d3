//! The PostgreSQL that tests' databases lie on.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process,
};

use sqlx::postgres::PgConnectOptions;
use tokio::sync::OnceCell;

use crate::private_postgres::{Durability, PrivatePostgres};

/// Names the PostgreSQL to use.
const VARIABLE: &str = "SLOTKEEPER_TEST_DATABASE_URL";

/// How the folders of throwaway servers begin.
const FOLDER_PREFIX: &str = "slotkeeper-test-";

/// How to connect to the server that the environment names, or to this
/// process's own, which is started when first asked for.
pub(super) async fn options() -> &'static PgConnectOptions {
    static OPTIONS: OnceCell<PgConnectOptions> = OnceCell::const_new();
    OPTIONS
        .get_or_init(async || match env::var(VARIABLE) {
            Ok(url) => url
                .parse()
                .expect("SLOTKEEPER_TEST_DATABASE_URL is the URL of a PostgreSQL"),
            Err(_) => throwaway().await,
        })
        .await
}

/// Starts a server that lives as long as this process.
async fn throwaway() -> PgConnectOptions {
    let temp = env::temp_dir();
    sweep(&temp);
    let folder = temp.join(format!("{FOLDER_PREFIX}{}", process::id()));
    let server = PrivatePostgres::start_with(&folder, Durability::Throwaway)
        .await
        .unwrap_or_else(|error| panic!("no {VARIABLE} is set, and: {error}"));
    let options = server.options();
    // Never dropped: the death of the process is what stops it.
    std::mem::forget(server);
    options
}

/// Removes the folders of processes that are gone.
fn sweep(temp: &Path) {
    let folders = fs::read_dir(temp).into_iter().flatten().flatten();
    for folder in folders.map(|entry| entry.path()) {
        if is_left_behind(&folder) {
            // Somebody else's, or being swept by another process: not our concern.
            let _ = remove(&folder);
        }
    }
}

/// Whether no process of that number is alive, nor, in a container that shares
/// the folder, one that holds the server's lock.
fn is_left_behind(folder: &Path) -> bool {
    let owner = folder.file_name().and_then(|name| {
        name.to_str()?
            .strip_prefix(FOLDER_PREFIX)?
            .parse::<u32>()
            .ok()
    });
    let gone = owner.is_some_and(|owner| !PathBuf::from(format!("/proc/{owner}")).exists());
    let lock = fs::File::open(folder.join("postgres/owner.lock"));
    gone && lock.is_ok_and(|lock| lock.try_lock().is_ok())
}

fn remove(folder: &Path) -> io::Result<()> {
    // Its PostgreSQL may lie elsewhere.
    if let Ok(home) = folder.join("postgres").canonicalize() {
        fs::remove_dir_all(home)?;
    }
    fs::remove_dir_all(folder)
}
