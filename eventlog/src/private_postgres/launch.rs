//! Starts a program so that it outlives a Ctrl-C and not its starter.
//!
//! The program gets a session of its own (`setsid`), so that a signal from the
//! terminal passes it by, and a signal from the kernel when its starter dies,
//! however that happens (`setpriv --pdeathsig`). That signal follows the thread
//! that started it and not the process, so each program has a thread that waits
//! for its end.

use std::{
    env,
    ffi::OsString,
    fmt,
    fs::File,
    io,
    path::{Path, PathBuf},
    process::{self, Command, ExitStatus, Stdio},
    thread,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use tokio::{
    sync::{oneshot, watch},
    time::timeout,
};

use super::{account::Account, error::PrivatePostgresError};

/// Ends at once when its starter has died before the death signal was asked
/// for, else becomes the program.
const UNLESS_ORPHANED: &str = r#"[ "$PPID" = "$0" ] && exec "$@""#;

/// How often to look whether a program lives that another process started.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// A program to be started.
#[derive(Debug)]
pub(super) struct Launch<'a> {
    /// Whom it runs as.
    pub(super) account: Account,
    /// What the kernel sends it when this process dies, without its "SIG"; nothing to
    /// what may outlive it.
    pub(super) death_signal: Option<&'static str>,
    /// Its path.
    pub(super) program: PathBuf,
    /// Its arguments.
    pub(super) arguments: Vec<String>,
    /// What it finds in its environment besides the path and the locale.
    pub(super) environment: Vec<(&'static str, OsString)>,
    /// Where its output goes, at the end.
    pub(super) log: &'a Path,
}

/// A program that was started.
#[derive(Debug)]
pub(super) struct Running {
    pid: Pid,
    exit: watch::Receiver<Option<Exit>>,
}

/// How a program ended; nothing when the system could not tell.
#[derive(Debug, Clone, Copy)]
pub(super) struct Exit(Option<ExitStatus>);

impl Exit {
    /// Whether it did what it was started for.
    pub(super) fn succeeded(self) -> bool {
        self.0.is_some_and(|status| status.success())
    }
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(status) => status.fmt(f),
            None => f.write_str("in an unknown way"),
        }
    }
}

impl Launch<'_> {
    /// Starts the program.
    pub(super) async fn start(self) -> Result<Running, PrivatePostgresError> {
        let program = self.program.clone();
        let failed = |source| PrivatePostgresError::Spawn { program, source };
        let command = self.command()?;
        match start(command).await {
            Ok(running) => Ok(running),
            Err(source) => Err(failed(source)),
        }
    }

    fn command(&self) -> Result<Command, PrivatePostgresError> {
        let open = || File::options().create(true).append(true).open(self.log);
        let file = |source| PrivatePostgresError::File {
            action: "opening",
            path: self.log.to_owned(),
            source,
        };
        let mut command = Command::new(tool("setsid")?);
        command.arg(tool("setpriv")?);
        if self.account.other {
            command
                .arg(format!("--reuid={}", self.account.uid))
                .arg(format!("--regid={}", self.account.gid))
                .arg("--clear-groups");
        }
        let death_signal = self.death_signal.unwrap_or("clear");
        command
            .arg(format!("--pdeathsig={death_signal}"))
            .args(["--", "/bin/sh", "-c", UNLESS_ORPHANED])
            .arg(process::id().to_string())
            // Not before it is the account's own: what is preloaded may keep files.
            .args(self.environment())
            .arg(&self.program)
            .args(&self.arguments)
            .env_clear()
            .env("PATH", env::var_os("PATH").unwrap_or_default())
            .env("LC_ALL", "C")
            // The present folder may be one that the account can't enter.
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(open().map_err(file)?)
            .stderr(open().map_err(file)?);
        Ok(command)
    }

    /// What sets the program's environment and then becomes it; nothing when there is
    /// nothing to be set.
    fn environment(&self) -> Vec<OsString> {
        if self.environment.is_empty() {
            return Vec::new();
        }
        let variables = self.environment.iter().map(|(name, value)| {
            let mut variable = OsString::from(format!("{name}="));
            variable.push(value);
            variable
        });
        std::iter::once("/usr/bin/env".into())
            .chain(variables)
            .collect()
    }
}

/// Starts `command` on a thread that lives until the program ends.
async fn start(mut command: Command) -> io::Result<Running> {
    let (started, start) = oneshot::channel();
    let (ended, exit) = watch::channel(None);
    thread::Builder::new()
        .name("private-postgres".into())
        .spawn(move || match command.spawn() {
            Ok(mut child) => {
                // Nobody may be waiting any more: the child is waited for all the same.
                let _ = started.send(Ok(child.id()));
                let _ = ended.send(Some(Exit(child.wait().ok())));
            }
            Err(error) => {
                let _ = started.send(Err(error));
            }
        })?;
    let pid = start.await.map_err(io::Error::other)??;
    let pid = i32::try_from(pid).ok().and_then(Pid::from_raw);
    let pid = pid.ok_or_else(|| io::Error::other("a process without an id"))?;
    Ok(Running { pid, exit })
}

impl Running {
    /// A program that another process started. Nothing but its end is seen of it: once
    /// `lives` says no.
    pub(super) fn watched(pid: Pid, lives: impl Fn() -> bool + Send + 'static) -> io::Result<Self> {
        let (ended, exit) = watch::channel(None);
        let watching = thread::Builder::new().name("private-postgres".into());
        watching.spawn(move || {
            while lives() && !ended.is_closed() {
                thread::park_timeout(LOOK_EVERY);
            }
            let _ = ended.send(Some(Exit(None)));
        })?;
        Ok(Self { pid, exit })
    }

    /// Its process id.
    pub(super) fn pid(&self) -> Pid {
        self.pid
    }

    /// Sends `signal`, unless the program has ended.
    pub(super) fn signal(&self, signal: Signal) {
        if self.exit.borrow().is_none() {
            // It may end in between, and then has what the signal asks for.
            let _ = kill_process(self.pid, signal);
        }
    }

    /// How it ended, if it has.
    pub(super) fn ended(&self) -> Option<Exit> {
        *self.exit.borrow()
    }

    /// Waits until it has ended.
    pub(super) async fn end(&mut self) -> Exit {
        let ended = self.exit.wait_for(Option::is_some).await;
        ended.ok().and_then(|exit| *exit).unwrap_or(Exit(None))
    }

    /// Waits until it has ended, `limit` at most; nothing when it then still runs.
    pub(super) async fn wait(&mut self, limit: Duration) -> Option<Exit> {
        timeout(limit, self.end()).await.ok()
    }
}

/// The path of a program of util-linux.
pub(super) fn tool(program: &'static str) -> Result<PathBuf, PrivatePostgresError> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .chain(["/usr/bin".into(), "/bin".into()])
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
        .ok_or(PrivatePostgresError::NoTool { program })
}
