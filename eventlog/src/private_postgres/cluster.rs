//! The making of a cluster, and the settings it runs with.

use std::time::Duration;

use rustix::process::Signal;

use super::{
    Durability, NAME,
    account::Account,
    error::PrivatePostgresError,
    home::Home,
    launch::{Exit, Launch},
    programs::Programs,
};

/// How long `initdb` may take: a second or two, unless the disk is very slow.
const INIT_LIMIT: Duration = Duration::from_mins(2);

/// Makes the cluster of `home`, whole or not at all.
pub(super) async fn init(
    home: &Home,
    account: Account,
    durability: Durability,
    programs: &Programs,
) -> Result<(), PrivatePostgresError> {
    let draft = home.cluster_draft()?;
    let mut arguments = vec![
        format!("--pgdata={}", draft.display()),
        format!("--username={NAME}"),
        "--encoding=UTF8".into(),
        "--locale=C".into(),
        "--data-checksums".into(),
        // Only a Unix socket in a folder of our user alone leads to it.
        "--auth-local=trust".into(),
        "--auth-host=reject".into(),
    ];
    if durability != Durability::Kept {
        arguments.push("--no-sync".into());
    }
    let log = home.log();
    let launch = Launch {
        account,
        death_signal: Some("KILL"),
        program: programs.initdb(),
        arguments,
        environment: Vec::new(),
        log: &log,
    };
    let mut running = launch.start().await?;
    let exit = running.wait(INIT_LIMIT).await;
    if exit.is_some_and(Exit::succeeded) {
        return home.adopt_cluster(&draft);
    }
    running.signal(Signal::KILL);
    Err(PrivatePostgresError::Init {
        exit: exit.map_or_else(
            || format!("nothing in {INIT_LIMIT:?}"),
            |exit| exit.to_string(),
        ),
        log: home.log_tail(),
    })
}

/// What `postgres` is called with to serve the cluster of `home`.
///
/// On the command line and not in a file, so that each start has the settings
/// of the release that starts it.
pub(super) fn arguments(
    home: &Home,
    durability: Durability,
) -> Result<Vec<String>, PrivatePostgresError> {
    let socket_folder = home.socket_folder()?;
    let name = home.name();
    let mut settings = vec![
        // In the title of each of its processes.
        format!("cluster_name={name}"),
        "listen_addresses=".into(),
        "port=5432".into(),
        format!("unix_socket_directories={}", socket_folder.display()),
        "unix_socket_permissions=0700".into(),
        "timezone=UTC".into(),
        "log_timezone=UTC".into(),
        // Statements and key values are not for the log.
        "log_error_verbosity=terse".into(),
        "log_min_error_statement=panic".into(),
        "log_checkpoints=off".into(),
    ];
    let more: &[&str] = match durability {
        Durability::Kept => &["max_connections=200", "fsync=on", "synchronous_commit=on"],
        #[cfg(feature = "testing")]
        Durability::Throwaway => &[
            "max_connections=500",
            "fsync=off",
            "synchronous_commit=off",
            "full_page_writes=off",
        ],
    };
    settings.extend(more.iter().map(ToString::to_string));
    let data = ["-D".to_owned(), home.cluster().display().to_string()];
    let settings = settings.into_iter().flat_map(|s| ["-c".to_owned(), s]);
    Ok(data.into_iter().chain(settings).collect())
}
