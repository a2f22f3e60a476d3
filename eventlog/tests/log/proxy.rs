//! Stands between a node and PostgreSQL, and loses what it is told to lose.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU32, Ordering},
};

use sqlx::postgres::PgConnectOptions;
use tempfile::TempDir;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpStream, UnixListener, UnixStream},
    sync::watch,
    task::JoinSet,
};

/// What happens to the connection on which a marked message is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cut {
    /// It is lost before the message reaches the server.
    Request,
    /// It is lost with the server's answer to the message.
    Answer,
}

/// A Unix socket that leads to the server.
pub(crate) struct Proxy {
    folder: TempDir,
    state: Arc<State>,
    /// Ends with the proxy.
    listening: JoinSet<()>,
}

struct State {
    server: PgConnectOptions,
    /// What to cut next, at which bytes of the client's.
    armed: Mutex<Option<(&'static [u8], Cut)>>,
    cuts: AtomicU32,
    /// While closed, what was cut does not get through again.
    gate: watch::Sender<bool>,
}

impl Proxy {
    pub(crate) fn new(server: PgConnectOptions) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let socket = format!(".s.PGSQL.{}", server.get_port());
        let listener = UnixListener::bind(folder.path().join(socket)).unwrap();
        let state = Arc::new(State {
            server,
            armed: Mutex::new(None),
            cuts: AtomicU32::new(0),
            gate: watch::Sender::new(true),
        });
        let mut listening = JoinSet::new();
        listening.spawn(listen(listener, Arc::clone(&state)));
        Self {
            folder,
            state,
            listening,
        }
    }

    /// How to connect through it.
    pub(crate) fn options(&self) -> PgConnectOptions {
        self.state.server.clone().socket(self.folder.path())
    }

    /// Cuts the next connection on which a client sends `marker`.
    pub(crate) fn cut(&self, marker: &'static [u8], cut: Cut) {
        *self.state.armed.lock().unwrap() = Some((marker, cut));
    }

    pub(crate) fn cuts(&self) -> u32 {
        self.state.cuts.load(Ordering::SeqCst)
    }

    /// Lets nobody through after a cut until the gate is opened.
    pub(crate) fn close_gate(&self) {
        self.state.gate.send_replace(false);
    }

    pub(crate) fn open_gate(&self) {
        self.state.gate.send_replace(true);
    }

    /// Waits for the cut.
    pub(crate) async fn has_cut(&self) {
        let cut = async {
            while self.cuts() == 0 {
                tokio::task::yield_now().await;
            }
        };
        crate::support::soon(cut).await;
    }

    /// Cuts all connections and takes no more.
    pub(crate) async fn stop(&mut self) {
        self.listening.shutdown().await;
    }
}

async fn listen(listener: UnixListener, state: Arc<State>) {
    let mut connections = JoinSet::new();
    loop {
        let (client, _) = listener.accept().await.unwrap();
        let state = Arc::clone(&state);
        connections.spawn(async move {
            // Either side may go at any time: that is what proxies see.
            let _ = connect(client, &state).await;
        });
    }
}

async fn connect(client: UnixStream, state: &State) -> std::io::Result<()> {
    let server = &state.server;
    let socket = format!(".s.PGSQL.{}", server.get_port());
    if let Some(folder) = server.get_socket() {
        serve(
            client,
            UnixStream::connect(folder.join(socket)).await?,
            state,
        )
        .await
    } else if server.get_host().starts_with('/') {
        let path = std::path::Path::new(server.get_host()).join(socket);
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
) -> std::io::Result<()> {
    let mut question = vec![0; 64 * 1024];
    let mut answer = vec![0; 64 * 1024];
    loop {
        tokio::select! {
            read = client.read(&mut question) => {
                let question = &question[..read?];
                if question.is_empty() {
                    return Ok(());
                }
                match state.take(question) {
                    None => state.pass().await,
                    Some(Cut::Request) => {
                        state.cut();
                        return Ok(());
                    }
                    Some(Cut::Answer) => {
                        server.write_all(question).await?;
                        server.read_exact(&mut answer[..1]).await?;
                        state.cut();
                        return Ok(());
                    }
                }
                server.write_all(question).await?;
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
    /// What is to happen to a client's message.
    fn take(&self, message: &[u8]) -> Option<Cut> {
        let mut armed = self.armed.lock().unwrap();
        let (marker, cut) = (*armed)?;
        if !message.windows(marker.len()).any(|window| window == marker) {
            return None;
        }
        *armed = None;
        Some(cut)
    }

    fn cut(&self) {
        self.cuts.fetch_add(1, Ordering::SeqCst);
    }

    async fn pass(&self) {
        if self.cuts.load(Ordering::SeqCst) > 0 {
            let mut gate = self.gate.subscribe();
            gate.wait_for(|open| *open).await.unwrap();
        }
    }
}
