//! What proxies say of who is behind them.

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

/// The header that the proxies in front write. The other one is not looked at: a proxy
/// passes on untouched what it does not write itself, and so anybody could write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ForwardedHeader {
    /// `X-Forwarded-For`.
    XForwardedFor,
    /// `Forwarded`, of RFC 7239.
    Forwarded,
}

/// `X-Forwarded-For`.
const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The addresses of the header from the last to the first; nothing where a part has none.
pub(super) fn hops(
    header: ForwardedHeader,
    headers: &HeaderMap,
) -> impl Iterator<Item = Option<IpAddr>> {
    let (name, address): (_, fn(&str) -> Option<IpAddr>) = match header {
        ForwardedHeader::XForwardedFor => (X_FORWARDED_FOR, node),
        ForwardedHeader::Forwarded => (header::FORWARDED, named),
    };
    let lines: Vec<&HeaderValue> = headers.get_all(name).iter().collect();
    let parts = lines.into_iter().rev().flat_map(Parts::of);
    parts.map(move |part| address(str::from_utf8(part).ok()?))
}

/// The parts of a line between its commas, the last one first.
///
/// Read from the right, since what a proxy added stands there: a quotation mark that a
/// client left open on the left can't swallow it.
struct Parts<'a> {
    rest: Option<&'a [u8]>,
}

impl<'a> Parts<'a> {
    fn of(line: &'a HeaderValue) -> Self {
        Self {
            rest: Some(line.as_bytes()),
        }
    }
}

impl<'a> Iterator for Parts<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let rest = self.rest.take()?;
        let mut quoted = false;
        for at in (0..rest.len()).rev() {
            let escaped = at > 0 && rest[at - 1] == b'\\';
            match rest[at] {
                b'"' if !escaped => quoted = !quoted,
                b',' if !quoted => {
                    self.rest = Some(&rest[..at]);
                    return Some(&rest[at + 1..]);
                }
                _ => {}
            }
        }
        Some(rest)
    }
}

/// The address of the pair `for` of a part of `Forwarded`.
fn named(part: &str) -> Option<IpAddr> {
    let mut quoted = false;
    let mut escaped = false;
    let mut pairs = part.split(|c: char| {
        let ends = c == ';' && !quoted;
        if c == '"' && !escaped {
            quoted = !quoted;
        }
        escaped = c == '\\' && !escaped;
        ends
    });
    let value = pairs.find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        name.eq_ignore_ascii_case("for").then_some(value)
    })?;
    let unquoted = value
        .strip_prefix('"')
        .and_then(|value| value.strip_suffix('"'));
    node(unquoted.unwrap_or(value))
}

/// An address with a port or without, an IPv6 one in brackets or not.
fn node(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'));
    let ip = bare.unwrap_or(text).parse().ok();
    ip.or_else(|| text.parse().ok().map(|socket: SocketAddr| socket.ip()))
}
