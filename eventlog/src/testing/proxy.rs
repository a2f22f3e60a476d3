//! Stands between a node and PostgreSQL, and loses what it is told to lose.

use std::{
    io,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use sqlx::postgres::PgConnectOptions;
use tempfile::TempDir;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpStream, UnixListener, UnixStream},
    sync::watch,
    task::JoinSet,
};

use super::url;

/// What happens to the connection on which a marked message is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// It is lost before the message reaches the server.
    Request,
    /// It is lost as soon as the server has the message, while it is at it.
    Midway,
    /// It is lost with the server's answer to the message.
    Answer,
}

/// A Unix socket that leads to the server.
///
/// Connections go through unchanged, until they are cut.
#[derive(Debug)]
pub struct Proxy {
    folder: TempDir,
    state: Arc<State>,
    /// Ends with the proxy.
    listening: JoinSet<()>,
}

#[derive(Debug)]
struct State {
    server: PgConnectOptions,
    /// What to cut next, at which bytes of the client's.
    armed: Mutex<Option<(Vec<u8>, Cut)>>,
    cuts: watch::Sender<u32>,
    /// Counts the times at which all connections were cut.
    storms: watch::Sender<u32>,
    /// Counts the times at which all connections became dead links.
    freezes: watch::Sender<u32>,
    /// While closed, what was cut does not get through again.
    gate: watch::Sender<bool>,
}

impl Proxy {
    /// A way to `server`; needs a Tokio runtime.
    ///
    /// # Errors
    ///
    /// When the socket can't be made.
    pub fn new(server: PgConnectOptions) -> io::Result<Self> {
        let folder = tempfile::tempdir()?;
        let listener = UnixListener::bind(folder.path().join(socket_name(&server)))?;
        let state = Arc::new(State {
            server,
            armed: Mutex::new(None),
            cuts: watch::Sender::new(0),
            storms: watch::Sender::new(0),
            freezes: watch::Sender::new(0),
            gate: watch::Sender::new(true),
        });
        let mut listening = JoinSet::new();
        listening.spawn(listen(listener, Arc::clone(&state)));
        Ok(Self {
            folder,
            state,
            listening,
        })
    }

    /// How to connect through it.
    pub fn options(&self) -> PgConnectOptions {
        self.state.server.clone().socket(self.folder.path())
    }

    /// How to connect through it, for another process's `DATABASE_URL`.
    pub fn url(&self) -> String {
        url::of(&self.options())
    }

    /// Cuts the next connection on which a client sends `marker`.
    pub fn cut(&self, marker: &[u8], cut: Cut) {
        *self.state.armed() = Some((marker.to_vec(), cut));
    }

    /// Cuts all connections that there are now.
    pub fn cut_all(&self) {
        self.state.storms.send_modify(|storms| *storms += 1);
    }

    /// Passes on nothing more on all connections that there are now, and closes none:
    /// what a proxy that has forgotten them looks like.
    pub fn freeze_all(&self) {
        self.state.freezes.send_modify(|freezes| *freezes += 1);
    }

    /// How many connections were cut at a marker.
    pub fn cuts(&self) -> u32 {
        *self.state.cuts.borrow()
    }

    /// Lets nobody through after a cut until the gate is opened.
    pub fn close_gate(&self) {
        self.state.gate.send_replace(false);
    }

    /// Lets everybody through again.
    pub fn open_gate(&self) {
        self.state.gate.send_replace(true);
    }

    /// Waits for the first cut at a marker.
    pub async fn has_cut(&self) {
        let mut cuts = self.state.cuts.subscribe();
        // The sender lives as long as this proxy.
        let _ = cuts.wait_for(|cuts| *cuts > 0).await;
    }

    /// Cuts all connections and takes no more.
    pub async fn stop(&mut self) {
        self.listening.shutdown().await;
    }
}

fn socket_name(server: &PgConnectOptions) -> String {
    format!(".s.PGSQL.{}", server.get_port())
}

async fn listen(listener: UnixListener, state: Arc<State>) {
    let mut connections = JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        let state = Arc::clone(&state);
        connections.spawn(async move {
            // Either side may go at any time: that is what proxies see.
            let _ = connect(client, &state).await;
        });
        while connections.try_join_next().is_some() {}
    }
}

async fn connect(client: UnixStream, state: &State) -> io::Result<()> {
    let server = &state.server;
    let folder = server.get_socket().cloned();
    let folder = folder.or_else(|| {
        let host = server.get_host();
        host.starts_with('/').then(|| PathBuf::from(host))
    });
    if let Some(folder) = folder {
        let path = folder.join(socket_name(server));
        serve(client, UnixStream::connect(path).await?, state).await
    } else {
        let address = (server.get_host(), server.get_port());
        serve(client, TcpStream::connect(address).await?, state).await
    }
}

async fn serve(
    mut client: UnixStream,
    mut server: impl AsyncRead + AsyncWrite + Unpin,
    state: &State,
) -> io::Result<()> {
    let mut storms = state.storms.subscribe();
    let mut freezes = state.freezes.subscribe();
    let mut question = vec![0; 64 * 1024];
    let mut answer = vec![0; 64 * 1024];
    loop {
        tokio::select! {
            _ = storms.changed() => return Ok(()),
            _ = freezes.changed() => std::future::pending().await,
            read = client.read(&mut question) => {
                let question = &question[..read?];
                if question.is_empty() {
                    return Ok(());
                }
                let cut = state.take(question);
                if cut.is_none() {
                    state.pass().await;
                }
                if cut != Some(Cut::Request) {
                    server.write_all(question).await?;
                }
                if cut == Some(Cut::Answer) {
                    server.read_exact(&mut answer[..1]).await?;
                }
                if cut.is_some() {
                    state.cuts.send_modify(|cuts| *cuts += 1);
                    return Ok(());
                }
            }
            read = server.read(&mut answer) => {
                let answer = &answer[..read?];
                if answer.is_empty() {
                    return Ok(());
                }
                client.write_all(answer).await?;
            }
        }
    }
}

impl State {
    fn armed(&self) -> std::sync::MutexGuard<'_, Option<(Vec<u8>, Cut)>> {
        self.armed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is to happen to a client's message.
    fn take(&self, message: &[u8]) -> Option<Cut> {
        let mut armed = self.armed();
        let (marker, cut) = armed.as_ref()?;
        let mut windows = message.windows(marker.len());
        if !windows.any(|window| window == marker.as_slice()) {
            return None;
        }
        let cut = *cut;
        *armed = None;
        Some(cut)
    }

    async fn pass(&self) {
        if *self.cuts.borrow() > 0 {
            let mut gate = self.gate.subscribe();
            // The sender lives as long as this state.
            let _ = gate.wait_for(|open| *open).await;
        }
    }
}
