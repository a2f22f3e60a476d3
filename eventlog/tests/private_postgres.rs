//! What a private PostgreSQL promises its server.
#![expect(clippy::unwrap_used, reason = "a test's panic is its report")]

use std::{
    env,
    fs::{self, Permissions},
    io::{BufRead, BufReader},
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use eventlog::{Health, private_postgres::PrivatePostgres};
use rustix::process::{Pid, Signal, kill_process};
use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};
use tempfile::TempDir;
use tokio::time::{interval, timeout};

/// Generous: a loaded machine must not fail a test.
const DEADLINE: Duration = Duration::from_mins(2);

/// A data folder that the server's user can reach, also when that is not ours.
fn data_folder() -> TempDir {
    tempfile::Builder::new()
        .permissions(Permissions::from_mode(0o755))
        .tempdir()
        .unwrap()
}

async fn connect(server: &PrivatePostgres) -> PgConnection {
    PgConnection::connect_with(&server.options()).await.unwrap()
}

async fn show(server: &PrivatePostgres, setting: &str) -> String {
    sqlx::query_scalar(&format!("show {setting}"))
        .fetch_one(&mut connect(server).await)
        .await
        .unwrap()
}

async fn write(server: &PrivatePostgres) {
    sqlx::raw_sql("create table kept (word text); insert into kept values ('still here')")
        .execute(&mut connect(server).await)
        .await
        .unwrap();
}

async fn assert_kept(server: &PrivatePostgres) {
    let word: String = sqlx::query_scalar("select word from kept")
        .fetch_one(&mut connect(server).await)
        .await
        .unwrap();
    assert_eq!(word, "still here");
}

/// The processes whose titles hold `name`, as the cluster's name.
fn processes(name: &str) -> Vec<Pid> {
    fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .filter_map(|entry| Pid::from_raw(entry.file_name().to_str()?.parse().ok()?))
        .filter(|pid| {
            let title = fs::read(format!("/proc/{}/cmdline", pid.as_raw_nonzero()));
            String::from_utf8_lossy(&title.unwrap_or_default()).contains(name)
        })
        .collect()
}

/// The session of a process; `None`: it has ended. Zero: one that began outside of our PID
/// namespace, as in a container, for which `getsid` has no name.
fn session(process: Pid) -> Option<i32> {
    let stat = fs::read_to_string(format!("/proc/{}/stat", process.as_raw_nonzero())).ok()?;
    // The second field, a name in parentheses, may hold anything; session is the sixth.
    let (_, fields) = stat.rsplit_once(')')?;
    fields.split_whitespace().nth(3)?.parse().ok()
}

async fn await_no_process(name: &str) {
    let mut tick = interval(Duration::from_millis(20));
    let gone = async {
        while !processes(name).is_empty() {
            tick.tick().await;
        }
    };
    timeout(DEADLINE, gone)
        .await
        .expect("no process is left over");
}

#[tokio::test]
async fn data_is_still_there_after_a_stop_and_a_start() {
    let data = data_folder();
    let server = PrivatePostgres::start(data.path()).await.unwrap();
    let name = show(&server, "cluster_name").await;
    write(&server).await;
    server.stop().await.unwrap();
    assert_eq!(processes(&name), []);

    let server = PrivatePostgres::start(data.path()).await.unwrap();
    assert_kept(&server).await;
    server.stop().await.unwrap();
}

#[tokio::test]
async fn it_is_durable_and_only_on_a_unix_socket() {
    let data = data_folder();
    let server = PrivatePostgres::start(data.path()).await.unwrap();
    for (setting, value) in [
        ("listen_addresses", ""),
        ("fsync", "on"),
        ("synchronous_commit", "on"),
        ("full_page_writes", "on"),
        ("data_checksums", "on"),
        ("server_encoding", "UTF8"),
        ("lc_collate", "C"),
    ] {
        assert_eq!(show(&server, setting).await, value, "{setting}");
    }
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_second_start_adopts_the_server_and_does_not_stop_it() {
    let data = data_folder();
    let owner = PrivatePostgres::start(data.path()).await.unwrap();
    write(&owner).await;
    let adopter = PrivatePostgres::start(data.path()).await.unwrap();
    assert_kept(&adopter).await;
    adopter.stop().await.unwrap();
    assert_kept(&owner).await;
    owner.stop().await.unwrap();
}

#[tokio::test]
async fn starts_at_the_same_time_share_one_server() {
    let data = data_folder();
    let start = || PrivatePostgres::start(data.path());
    let (one, other, third) = tokio::try_join!(start(), start(), start()).unwrap();
    write(&one).await;
    assert_kept(&other).await;
    let name = show(&third, "cluster_name").await;
    for server in [third, other, one] {
        server.stop().await.unwrap();
    }
    assert_eq!(processes(&name), []);
}

#[tokio::test]
async fn a_start_during_the_stop_waits_and_starts_anew() {
    let data = data_folder();
    let server = PrivatePostgres::start(data.path()).await.unwrap();
    write(&server).await;
    let (stopped, server) = tokio::join!(server.stop(), PrivatePostgres::start(data.path()));
    stopped.unwrap();
    // The start may have come before the shutdown, and adopted what then went.
    drop(server.unwrap());
    let server = PrivatePostgres::start(data.path()).await.unwrap();
    assert_kept(&server).await;
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_dropped_server_goes_and_can_be_started_at_once() {
    let data = data_folder();
    let server = PrivatePostgres::start(data.path()).await.unwrap();
    write(&server).await;
    let name = show(&server, "cluster_name").await;
    drop(server);
    let server = PrivatePostgres::start(data.path()).await.unwrap();
    assert_kept(&server).await;
    drop(server);
    await_no_process(&name).await;
}

#[tokio::test]
async fn a_path_too_long_for_a_socket_is_no_hindrance() {
    let folder = data_folder();
    let data = folder.path().join("deep, and long, ".repeat(10));
    let server = PrivatePostgres::start(&data).await.unwrap();
    let socket_folder = show(&server, "unix_socket_directories").await;
    write(&server).await;
    server.stop().await.unwrap();
    assert!(!Path::new(&socket_folder).exists());

    let server = PrivatePostgres::start(&data).await.unwrap();
    assert_kept(&server).await;
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_data_folder_that_only_its_owner_can_enter_is_no_hindrance() {
    let folder = data_folder();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o700)).unwrap();
    let data = folder.path().join("data");
    let server = PrivatePostgres::start(&data).await.unwrap();
    write(&server).await;
    server.stop().await.unwrap();

    let server = PrivatePostgres::start(&data).await.unwrap();
    assert_kept(&server).await;
    server.stop().await.unwrap();
    // As root it may lie outside of the data folder.
    fs::remove_dir_all(data.join("postgres").canonicalize().unwrap()).unwrap();
}

#[tokio::test]
async fn a_data_folder_that_was_deleted_starts_afresh() {
    let folder = data_folder();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o700)).unwrap();
    let data = folder.path().join("data");
    let mut homes = Vec::new();
    for _ in ["first", "again"] {
        let server = PrivatePostgres::start(&data).await.unwrap();
        // Fails over a table that is still there.
        write(&server).await;
        server.stop().await.unwrap();
        homes.push(data.join("postgres").canonicalize().unwrap());
        fs::remove_dir_all(&data).unwrap();
    }
    // As root they lie outside of the data folder, and none takes the other's place.
    for home in homes.into_iter().filter(|home| home.exists()) {
        fs::remove_dir_all(home).unwrap();
    }
}

#[tokio::test]
async fn ctrl_c_in_a_terminal_does_not_reach_it() {
    let data = data_folder();
    let server = PrivatePostgres::start(data.path()).await.unwrap();
    let name = show(&server, "cluster_name").await;
    let ours = session(rustix::process::getpid());
    let sessions: Vec<_> = processes(&name).into_iter().filter_map(session).collect();
    assert!(!sessions.is_empty());
    assert!(sessions.into_iter().all(|theirs| Some(theirs) != ours));
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_stale_postmaster_pid_that_now_names_another_program_is_no_hindrance() {
    let data = data_folder();
    let server = PrivatePostgres::start(data.path()).await.unwrap();
    write(&server).await;
    server.stop().await.unwrap();

    let file = data.path().join("postgres/cluster/postmaster.pid");
    fs::write(&file, format!("{}\n", std::process::id())).unwrap();
    let server = PrivatePostgres::start(data.path()).await.unwrap();
    assert_kept(&server).await;
    server.stop().await.unwrap();
}

/// Names the data folder of a process that [`starter`] started.
const STARTER_DATA: &str = "SLOTKEEPER_STARTER_DATA";

/// Makes that process start it for a while alone.
const STARTER_LENDS: &str = "SLOTKEEPER_STARTER_LENDS";

/// Runs this test binary as another process that starts a server and stays;
/// returns it once the server runs, with the cluster's name.
fn starter(data: &Path) -> (Child, String) {
    starter_with(data, &[])
}

fn starter_with(data: &Path, variables: &[(&str, &str)]) -> (Child, String) {
    let mut child = Command::new(env::current_exe().unwrap())
        .args([
            "--exact",
            "when_asked_to_it_starts_a_server_and_stays",
            "--nocapture",
        ])
        .env(STARTER_DATA, data)
        .envs(variables.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let name = lines
        .map_while(Result::ok)
        .find_map(|line| Some(line.split_once("cluster_name=")?.1.to_owned()));
    (child, name.expect("the other process starts a server"))
}

#[tokio::test]
async fn when_asked_to_it_starts_a_server_and_stays() {
    let Some(data) = env::var_os(STARTER_DATA) else {
        return;
    };
    let data = Path::new(&data);
    let server = if env::var_os(STARTER_LENDS).is_some() {
        PrivatePostgres::start_for_a_while(data).await.unwrap()
    } else {
        PrivatePostgres::start(data).await.unwrap()
    };
    write(&server).await;
    #[expect(clippy::print_stdout, reason = "it tells the process that asked")]
    {
        println!("cluster_name={}", show(&server, "cluster_name").await);
    }
    std::io::stdin()
        .lock()
        .read_line(&mut String::new())
        .unwrap();
}

#[tokio::test]
async fn killing_its_starter_leaves_no_process_and_loses_nothing() {
    let data = data_folder();
    let (mut child, name) = starter(data.path());
    assert!(!processes(&name).is_empty());
    child.kill().unwrap();
    child.wait().unwrap();
    await_no_process(&name).await;

    let server = PrivatePostgres::start(data.path()).await.unwrap();
    assert_kept(&server).await;
    server.stop().await.unwrap();
}

#[tokio::test]
async fn killing_who_started_it_for_a_while_leaves_no_process_and_loses_nothing() {
    let data = data_folder();
    let (mut child, name) = starter_with(data.path(), &[(STARTER_LENDS, "1")]);
    assert!(!processes(&name).is_empty());
    child.kill().unwrap();
    child.wait().unwrap();
    await_no_process(&name).await;

    let server = PrivatePostgres::start(data.path()).await.unwrap();
    assert_kept(&server).await;
    server.stop().await.unwrap();
}

#[tokio::test]
async fn who_started_it_for_a_while_hands_it_over_to_who_still_uses_it() {
    let data = data_folder();
    let lender = PrivatePostgres::start_for_a_while(data.path())
        .await
        .unwrap();
    let name = show(&lender, "cluster_name").await;
    write(&lender).await;
    let user = PrivatePostgres::start(data.path()).await.unwrap();
    let mut connection = connect(&user).await;
    lender.stop().await.unwrap();
    // Nothing has happened to it.
    let word: String = sqlx::query_scalar("select word from kept")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert_eq!(word, "still here");
    user.stop().await.unwrap();
    await_no_process(&name).await;
}

#[tokio::test]
async fn who_started_it_for_a_while_and_is_alone_stops_it() {
    let data = data_folder();
    let server = PrivatePostgres::start_for_a_while(data.path())
        .await
        .unwrap();
    let name = show(&server, "cluster_name").await;
    server.stop().await.unwrap();
    assert_eq!(processes(&name), []);
}

/// Waits until a connection shows what was kept.
async fn kept_again(options: &PgConnectOptions) {
    let mut tick = interval(Duration::from_millis(20));
    let again = async {
        loop {
            tick.tick().await;
            if let Ok(mut connection) = PgConnection::connect_with(options).await {
                let word = sqlx::query_scalar("select word from kept");
                let word: Result<String, _> = word.fetch_one(&mut connection).await;
                if word.is_ok() {
                    return;
                }
            }
        }
    };
    timeout(DEADLINE, again).await.expect("it runs again");
}

#[tokio::test]
async fn one_that_is_looked_after_is_started_again_when_it_is_killed() {
    let data = data_folder();
    let server = PrivatePostgres::start(data.path()).await.unwrap();
    let (name, options) = (show(&server, "cluster_name").await, server.options());
    write(&server).await;
    let health = Health::default();
    let server = server.look_after(health.clone());
    for process in processes(&name) {
        // Some end by themselves when the first is gone.
        let _ = kill_process(process, Signal::KILL);
    }
    kept_again(&options).await;
    let sound = async {
        let mut tick = interval(Duration::from_millis(20));
        while !health.troubles_now().is_empty() {
            tick.tick().await;
        }
    };
    timeout(DEADLINE, sound).await.expect("its health knows");
    server.stop().await.unwrap();
    assert_eq!(processes(&name), []);
}

#[tokio::test]
async fn one_that_was_adopted_and_is_looked_after_survives_its_starter() {
    let data = data_folder();
    let (mut child, name) = starter(data.path());
    let server = PrivatePostgres::start(data.path()).await.unwrap();
    let options = server.options();
    let server = server.look_after(Health::default());
    child.kill().unwrap();
    child.wait().unwrap();
    kept_again(&options).await;
    server.stop().await.unwrap();
    await_no_process(&name).await;
}

#[tokio::test]
async fn a_start_right_after_the_kill_of_the_starter_recovers() {
    let data = data_folder();
    let (mut child, _) = starter(data.path());
    child.kill().unwrap();
    child.wait().unwrap();
    let server = PrivatePostgres::start(data.path()).await.unwrap();
    assert_kept(&server).await;
    server.stop().await.unwrap();
}

#[tokio::test]
async fn killing_everything_at_once_loses_nothing() {
    let data = data_folder();
    let (mut child, name) = starter(data.path());
    for process in processes(&name) {
        // Some end by themselves when the first is gone.
        let _ = kill_process(process, Signal::KILL);
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let server = PrivatePostgres::start(data.path()).await.unwrap();
    assert_kept(&server).await;
    server.stop().await.unwrap();
}
