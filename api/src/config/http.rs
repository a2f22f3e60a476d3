use std::{net::SocketAddr, time::Duration};

use crate::request::Hosts;

use super::within;

/// Connections and requests, and their bounds.
#[derive(Debug, Clone, clap::Args)]
pub struct HttpSettings {
    /// Address and port to listen on; port 0 takes a free one.
    #[arg(
        long,
        env = "SLOTKEEPER_LISTEN",
        value_name = "ADDRESS",
        default_value = "127.0.0.1:8080",
        value_parser = address
    )]
    pub listen: SocketAddr,

    /// Names under which this server answers, with commas between them and without ports; a
    /// request for another one is answered 421. Set it where pages of other names could be made
    /// to lead here. Empty: any.
    #[arg(
        long,
        env = "SLOTKEEPER_HOSTS",
        value_name = "NAMES",
        default_value = ""
    )]
    pub hosts: Hosts,

    /// Connections at once; further ones wait in the listening socket. Each takes a file
    /// handle: more than the system gives are refused at start. Absent: 20000, or as many
    /// as there are handles for.
    #[arg(
        long,
        env = "SLOTKEEPER_CONNECTIONS",
        value_name = "COUNT",
        value_parser = within::<usize>(1..=1_000_000)
    )]
    pub connections: Option<usize>,

    /// Milliseconds for a request's headers to arrive, and for an idle connection
    /// to stay: longer than a slow phone needs, too short to hoard connections.
    #[arg(
        long,
        env = "SLOTKEEPER_HEADER_TIMEOUT_MS",
        value_name = "MS",
        default_value = "30000",
        value_parser = within::<u64>(50..=600_000)
    )]
    pub header_timeout_ms: u64,

    /// Bytes of a request's body at most: ten times the largest that is legal.
    #[arg(
        long,
        env = "SLOTKEEPER_BODY_BYTES",
        value_name = "BYTES",
        default_value = "65536",
        value_parser = within::<usize>(1_024..=16_777_216)
    )]
    pub body_bytes: usize,

    /// Milliseconds for a request's body to arrive.
    #[arg(
        long,
        env = "SLOTKEEPER_BODY_TIMEOUT_MS",
        value_name = "MS",
        default_value = "10000",
        value_parser = within::<u64>(50..=600_000)
    )]
    pub body_timeout_ms: u64,

    /// Milliseconds to the answer of a request that is no stream: past the bound of
    /// a command, whose answer knows more.
    #[arg(
        long,
        env = "SLOTKEEPER_REQUEST_TIMEOUT_MS",
        value_name = "MS",
        default_value = "30000",
        value_parser = within::<u64>(100..=600_000)
    )]
    pub request_timeout_ms: u64,

    /// Milliseconds that a client may take to accept some of an answer: a reader
    /// that is stuck for longer is cut off.
    #[arg(
        long,
        env = "SLOTKEEPER_WRITE_TIMEOUT_MS",
        value_name = "MS",
        default_value = "60000",
        value_parser = within::<u64>(100..=600_000)
    )]
    pub write_timeout_ms: u64,

    /// Milliseconds that a read with ?after= waits for the position: followers
    /// are some milliseconds behind, a second means trouble.
    #[arg(
        long,
        env = "SLOTKEEPER_AFTER_WAIT_MS",
        value_name = "MS",
        default_value = "2000",
        value_parser = within::<u64>(1..=60_000)
    )]
    pub after_wait_ms: u64,

    /// Milliseconds that requests under way get to finish at shutdown, before
    /// their connections are closed.
    #[arg(
        long,
        env = "SLOTKEEPER_DRAIN_MS",
        value_name = "MS",
        default_value = "10000",
        value_parser = within::<u64>(1..=600_000)
    )]
    pub drain_ms: u64,
}

fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse()
        .map_err(|_| "an address and a port are needed, like 127.0.0.1:8080".into())
}

impl HttpSettings {
    pub(crate) const fn header_timeout(&self) -> Duration {
        Duration::from_millis(self.header_timeout_ms)
    }

    pub(crate) const fn body_timeout(&self) -> Duration {
        Duration::from_millis(self.body_timeout_ms)
    }

    pub(crate) const fn request_timeout(&self) -> Duration {
        Duration::from_millis(self.request_timeout_ms)
    }

    pub(crate) const fn write_timeout(&self) -> Duration {
        Duration::from_millis(self.write_timeout_ms)
    }

    pub(crate) const fn after_wait(&self) -> Duration {
        Duration::from_millis(self.after_wait_ms)
    }

    pub(crate) const fn drain(&self) -> Duration {
        Duration::from_millis(self.drain_ms)
    }
}
