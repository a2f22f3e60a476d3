use std::{fmt, str::FromStr};

use axum::{
    extract::Request,
    http::{HeaderMap, Version, header, uri::Authority},
};

use crate::problem::{Code, Problem, shortened};

/// The names under which this server answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hosts {
    /// Whatever a client calls it: written as nothing.
    Any,
    /// These, in lower case and without a port.
    Named(Vec<String>),
}

/// A text that names no hosts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no host; hosts are like book.example.com or 192.0.2.1, without a port, with commas between them"
)]
pub struct NoHosts(String);

impl FromStr for Hosts {
    type Err = NoHosts;

    fn from_str(text: &str) -> Result<Self, NoHosts> {
        if text.trim().is_empty() {
            return Ok(Self::Any);
        }
        let names = text.split(',').map(|name| {
            let name = name.trim();
            let host = name.parse::<Authority>().ok();
            let host = host.filter(|host| host.as_str() == host.host());
            let host = host.ok_or_else(|| NoHosts(name.to_owned()))?;
            Ok(host.host().to_ascii_lowercase())
        });
        names.collect::<Result<_, _>>().map(Self::Named)
    }
}

impl fmt::Display for Hosts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => Ok(()),
            Self::Named(names) => f.write_str(&names.join(",")),
        }
    }
}

impl Hosts {
    /// Refuses a request that does not say whom it is for, or is for somebody else: one that a
    /// page of another name has led here.
    ///
    /// # Errors
    ///
    /// `host_malformed`, `host_unknown`.
    pub(super) fn require(&self, request: &Request) -> Result<(), Problem> {
        let sent = host(request.headers());
        let absolute = request.uri().authority();
        let host = match (absolute, sent) {
            // What stands in the request's own line goes before the header.
            (Some(authority), _) => Some(authority.clone()),
            (None, Ok(host)) => host,
            (None, Err(value)) => return Err(malformed(&value)),
        };
        match (self, host) {
            (Self::Any, Some(_)) => Ok(()),
            // HTTP/1.0 has no such header.
            (Self::Any, None) if request.version() < Version::HTTP_11 => Ok(()),
            (Self::Any | Self::Named(_), None) => Err(malformed("")),
            (Self::Named(names), Some(host)) => {
                let host = host.host().to_ascii_lowercase();
                if names.contains(&host) {
                    return Ok(());
                }
                let detail = format!("{:?} is not served here", shortened(&host));
                Err(Problem::new(Code::HostUnknown, detail).member("field", "Host"))
            }
        }
    }
}

/// The host of the header, if there is one.
fn host(headers: &HeaderMap) -> Result<Option<Authority>, String> {
    let mut values = headers.get_all(header::HOST).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    let text = String::from_utf8_lossy(value.as_bytes()).into_owned();
    let host = text.parse::<Authority>().ok();
    let host = host.filter(|host| values.next().is_none() && !host.as_str().contains('@'));
    host.map(Some).ok_or(text)
}

fn malformed(value: &str) -> Problem {
    let right = "send it once, as a name with a port or without, like book.example.com";
    Problem::value(Code::HostMalformed, "Host", value, right)
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn asked(hosts: &str, uri: &str, sent: &[&str]) -> Option<Code> {
        let mut request = Request::new(Body::empty());
        *request.uri_mut() = uri.parse().expect("a URI");
        for host in sent {
            let value = host.parse().expect("a value");
            request.headers_mut().append(header::HOST, value);
        }
        let hosts: Hosts = hosts.parse().expect("hosts");
        hosts.require(&request).err().map(|problem| problem.code())
    }

    #[test]
    fn a_request_says_whom_it_is_for_once() {
        for sent in [
            "example.com",
            "Example.COM:8080",
            "192.0.2.1",
            "[2001:db8::1]:80",
            "x",
        ] {
            assert_eq!(asked("", "/", &[sent]), None, "{sent}");
        }
        for sent in [
            &[][..],
            &[""],
            &["a b"],
            &["ann@example.com"],
            &["a", "a"],
            &["a/b"],
        ] {
            assert_eq!(asked("", "/", sent), Some(Code::HostMalformed), "{sent:?}");
        }
    }

    #[test]
    fn where_names_are_set_others_are_not_served() {
        let hosts = "book.example.com, 192.0.2.1";
        for sent in ["book.example.com", "BOOK.example.com:443", "192.0.2.1:8080"] {
            assert_eq!(asked(hosts, "/", &[sent]), None, "{sent}");
        }
        for sent in ["example.com", "book.example.com.evil.example", "192.0.2.11"] {
            assert_eq!(
                asked(hosts, "/", &[sent]),
                Some(Code::HostUnknown),
                "{sent}"
            );
        }
        let elsewhere = "http://evil.example/";
        let sent = ["book.example.com"];
        assert_eq!(asked(hosts, elsewhere, &sent), Some(Code::HostUnknown));
    }

    #[test]
    fn hosts_are_read_and_nothing_else_is() {
        assert_eq!("".parse(), Ok(Hosts::Any));
        for wrong in ["a,", "a:80", "a b", "http://a", "ann@a"] {
            assert!(wrong.parse::<Hosts>().is_err(), "{wrong}");
        }
    }
}
