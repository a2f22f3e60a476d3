//! A server's process, with all that can be done to it.

use std::{
    env,
    fs::File,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use eventlog::testing::{Proxy, SkewedClock};
use rustix::process::{Pid, Signal, kill_process};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    sync::{Mutex, MutexGuard, watch},
    time::{Instant, timeout},
};

use crate::{database::Database, plan::Plan, stage::pause};

/// Far more than a start or a stop takes.
pub(crate) const DEADLINE: Duration = Duration::from_mins(2);

pub(crate) const ADMIN_KEY: &str = "the-admin-key-of-fault-runs";

/// A week: sessions outlast what any clock jumps but one, which decides nothing.
const SESSION_SECONDS: u32 = 7 * 86_400;

/// A server, down or up, behind a proxy of its own.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) proxy: Proxy,
    arguments: Vec<String>,
    clock: SkewedClock,
    log: PathBuf,
    defect: Option<&'static str>,
    /// Where it answers; none while it is down.
    base: watch::Sender<Option<String>>,
    process: Mutex<Option<Child>>,
}

impl Node {
    /// One that is behind the proxy, unless its PostgreSQL is the servers' own.
    pub(crate) fn new(
        plan: &Plan,
        database: &Database,
        folder: &Path,
        defect: Option<&'static str>,
    ) -> Self {
        let proxy = Proxy::new(database.options()).unwrap();
        let database = if plan.is_private() {
            ["--data".into(), database.folder().display().to_string()]
        } else {
            ["--database-url".into(), proxy.url()]
        };
        Self {
            arguments: arguments(plan, database),
            proxy,
            clock: SkewedClock::make(folder.with_extension("clock")).unwrap(),
            log: folder.with_extension("log"),
            defect,
            base: watch::Sender::new(None),
            process: Mutex::new(None),
        }
    }

    /// Where it answers, if it is up.
    pub(crate) fn base(&self) -> Option<String> {
        self.base.borrow().clone()
    }

    /// Starts it, however often it takes: its database may be down.
    pub(crate) async fn start(&self) {
        let mut process = self.process.lock().await;
        self.launch(&mut process).await;
    }

    async fn launch(&self, process: &mut MutexGuard<'_, Option<Child>>) {
        let deadline = Instant::now() + DEADLINE;
        loop {
            if let Some((child, base)) = self.try_launch().await {
                **process = Some(child);
                self.base.send_replace(Some(base));
                return;
            }
            assert!(Instant::now() < deadline, "see {}", self.log.display());
            pause(Duration::from_millis(100)).await;
        }
    }

    async fn try_launch(&self) -> Option<(Child, String)> {
        let log = File::options().create(true).append(true).open(&self.log);
        // It must not outlive the test, which may be killed too.
        let mut command = Command::new("setpriv");
        command
            .env_clear()
            .args(["--pdeathsig", "KILL", "--"])
            .arg(program())
            .args(&self.arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log.unwrap())
            .kill_on_drop(true)
            .envs(self.clock.environment());
        if let Some(defect) = self.defect {
            command.env("SLOTKEEPER_PLANTED_DEFECT", defect);
        }
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take()?).lines();
        let line = timeout(DEADLINE, lines.next_line()).await.ok()?.ok()??;
        let base = line.strip_prefix("Slotkeeper is ready at ")?.to_owned();
        Some((child, base))
    }

    /// `kill -9`, and a start after `down`.
    pub(crate) async fn kill(&self, down: Duration) {
        let mut process = self.process.lock().await;
        self.base.send_replace(None);
        if let Some(mut child) = process.take() {
            child.kill().await.unwrap();
        }
        pause(down).await;
        self.launch(&mut process).await;
    }

    /// Stops it and starts it again; true if it stopped well.
    pub(crate) async fn restart(&self) -> bool {
        let mut process = self.process.lock().await;
        let well = self.end(&mut process).await;
        self.launch(&mut process).await;
        well
    }

    /// Stops it; true if it stopped well.
    pub(crate) async fn stop(&self) -> bool {
        self.end(&mut self.process.lock().await).await
    }

    async fn end(&self, process: &mut MutexGuard<'_, Option<Child>>) -> bool {
        let Some(mut child) = process.take() else {
            return true;
        };
        signal(&child, Signal::TERM);
        let ended = timeout(DEADLINE, child.wait()).await;
        self.base.send_replace(None);
        ended.is_ok_and(|ended| ended.is_ok_and(|status| status.success()))
    }

    /// Lets it stand still meanwhile.
    pub(crate) async fn freeze(&self, meanwhile: impl Future<Output = ()>) {
        let process = self.process.lock().await;
        self.stand_still(process.as_ref(), meanwhile).await;
    }

    /// Lets it stand still meanwhile, as one that nobody is sent to: the others
    /// get all there is to do.
    pub(crate) async fn freeze_unasked(&self, meanwhile: impl Future<Output = ()>) {
        let process = self.process.lock().await;
        let base = self.base.send_replace(None);
        self.stand_still(process.as_ref(), meanwhile).await;
        self.base.send_replace(base);
    }

    async fn stand_still(&self, process: Option<&Child>, meanwhile: impl Future<Output = ()>) {
        let tell = |what| {
            if let Some(child) = process {
                signal(child, what);
            }
        };
        tell(Signal::STOP);
        meanwhile.await;
        tell(Signal::CONT);
    }

    /// Lets its wall clock be ahead by this.
    pub(crate) fn jump(&self, seconds: i64) {
        self.clock.jump(seconds).unwrap();
    }
}

fn signal(child: &Child, signal: Signal) {
    let id = child.id().and_then(|id| i32::try_from(id).ok());
    if let Some(id) = id.and_then(Pid::from_raw) {
        // It may have ended by itself, which its answers will tell.
        let _ = kill_process(id, signal);
    }
}

/// The server that was built with the tests, unless somebody names another.
fn program() -> String {
    env::var("SLOTKEEPER_FAULT_SERVER").unwrap_or_else(|_| env!("CARGO_BIN_EXE_slotkeeper").into())
}

fn arguments(plan: &Plan, database: [String; 2]) -> Vec<String> {
    let limits = plan.limits;
    let settings = [
        ("--listen", "127.0.0.1:0".into()),
        ("--master-key", "07".repeat(32)),
        ("--session-secret", "09".repeat(32)),
        ("--session-seconds", SESSION_SECONDS.to_string()),
        ("--admin-key", ADMIN_KEY.into()),
        ("--database-connections", "8".into()),
        ("--partitions", plan.partitions.to_string()),
        ("--queue", limits.queue.to_string()),
        ("--batch", limits.batch.to_string()),
        ("--expire-batch", limits.expire_batch.to_string()),
        (
            "--command-timeout-ms",
            limits.command_timeout_ms.to_string(),
        ),
        ("--log", "warn".into()),
    ];
    let settings = settings.into_iter();
    let settings = settings.flat_map(|(name, value)| [name.to_owned(), value]);
    // All of a run's clients are at one address.
    ["serve".to_owned(), "--limits=false".to_owned()]
        .into_iter()
        .chain(database)
        .chain(settings)
        .collect()
}
