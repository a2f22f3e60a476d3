//! A server's process, with all that can be done to it.

use std::{
    env,
    fs::{self, File},
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use eventlog::testing::Proxy;
use rustix::process::{Pid, Signal, kill_process};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    sync::{Mutex, MutexGuard, watch},
    time::{Instant, timeout},
};

use crate::{plan::Plan, stage::pause};

/// Far more than a start or a stop takes.
pub(crate) const DEADLINE: Duration = Duration::from_mins(2);

pub(crate) const ADMIN_KEY: &str = "the-admin-key-of-fault-runs";

/// What lets a wall clock jump; Debian's package of that name.
const FAKETIME: [&str; 3] = [
    "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1",
    "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1",
    "/usr/lib/faketime/libfaketime.so.1",
];

/// A server, down or up, behind a proxy of its own.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) proxy: Proxy,
    arguments: Vec<String>,
    /// Its wall clock is ahead by what stands here.
    clock: PathBuf,
    log: PathBuf,
    defect: Option<&'static str>,
    /// Where it answers; none while it is down.
    base: watch::Sender<Option<String>>,
    process: Mutex<Option<Child>>,
}

impl Node {
    pub(crate) fn new(
        plan: &Plan,
        proxy: Proxy,
        folder: &Path,
        defect: Option<&'static str>,
    ) -> Self {
        let clock = folder.with_extension("clock");
        fs::write(&clock, "+0").unwrap();
        Self {
            arguments: arguments(plan, &proxy.url()),
            proxy,
            clock,
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
            .env("LD_PRELOAD", faketime())
            .env("FAKETIME_TIMESTAMP_FILE", &self.clock)
            .env("FAKETIME_NO_CACHE", "1")
            .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
            .env("FAKETIME_DISABLE_SHM", "1");
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
        let draft = self.clock.with_extension("draft");
        fs::write(&draft, format!("{seconds:+}")).unwrap();
        fs::rename(&draft, &self.clock).unwrap();
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

fn faketime() -> &'static str {
    let there = FAKETIME.iter().find(|path| Path::new(path).exists());
    there.expect("libfaketime is installed: on Debian, the package libfaketime")
}

fn arguments(plan: &Plan, url: &str) -> Vec<String> {
    let limits = plan.limits;
    let settings = [
        ("--database-url", url.to_owned()),
        ("--listen", "127.0.0.1:0".into()),
        ("--master-key", "07".repeat(32)),
        ("--session-secret", "09".repeat(32)),
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
    std::iter::once("serve".to_owned())
        .chain(settings)
        .collect()
}
