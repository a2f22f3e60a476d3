use std::{fmt, net::IpAddr, str::FromStr};

use axum::http::HeaderMap;
use ipnet::IpNet;

use super::forwarded::{self, ForwardedHeader};

/// The proxies that are believed: what they say of who is behind them is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proxies(Vec<IpNet>);

/// A text that names no proxies.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no network; networks are like 10.0.0.0/8 or 2001:db8::/32, addresses are taken too, with commas between them"
)]
pub struct NoProxies(String);

impl FromStr for Proxies {
    type Err = NoProxies;

    /// Networks and addresses with commas between them; an empty text is none.
    fn from_str(text: &str) -> Result<Self, NoProxies> {
        let parts = text.split(',').map(str::trim);
        let parts = parts.filter(|part| !(part.is_empty() && text.trim().is_empty()));
        parts.map(network).collect::<Result<_, _>>().map(Self)
    }
}

fn network(text: &str) -> Result<IpNet, NoProxies> {
    let network = text.parse::<IpNet>();
    let network = network.or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    network.map_err(|_| NoProxies(text.to_owned()))
}

impl Proxies {
    /// Whether `ip` is one of them.
    pub(crate) fn are_at(&self, ip: IpAddr) -> bool {
        let ip = ip.to_canonical();
        self.0.iter().any(|network| network.contains(&ip))
    }

    /// Who sent a request that came from `peer` with these headers: the right-most address
    /// that is no proxy's. What stands left of it anybody may have written. Where a proxy
    /// names none, the proxy itself is the client.
    pub(crate) fn client(
        &self,
        peer: IpAddr,
        header: ForwardedHeader,
        headers: &HeaderMap,
    ) -> IpAddr {
        let mut client = peer.to_canonical();
        for hop in forwarded::hops(header, headers) {
            if !self.are_at(client) {
                break;
            }
            match hop {
                Some(ip) => client = ip.to_canonical(),
                None => break,
            }
        }
        client
    }
}

impl fmt::Display for Proxies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let networks: Vec<String> = self.0.iter().map(IpNet::to_string).collect();
        f.write_str(&networks.join(","))
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr};

    use proptest::prelude::*;

    use super::*;

    const PROXIES: &str = "10.0.0.0/8,2001:db8:ffff::/48,192.0.2.1";

    fn proxies() -> Proxies {
        PROXIES.parse().expect("networks")
    }

    fn headers(name: &'static str, lines: &[String]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(name, line.parse().expect("a header's value"));
        }
        headers
    }

    fn proxy() -> impl Strategy<Value = IpAddr> {
        prop_oneof![
            any::<[u8; 3]>().prop_map(|[b, c, d]| Ipv4Addr::new(10, b, c, d).into()),
            any::<[u16; 5]>().prop_map(|[d, e, f, g, h]| {
                Ipv6Addr::new(0x2001, 0xdb8, 0xffff, d, e, f, g, h).into()
            }),
            Just(Ipv4Addr::new(192, 0, 2, 1).into()),
        ]
    }

    fn stranger() -> impl Strategy<Value = IpAddr> {
        let any_ip = prop_oneof![
            any::<u32>().prop_map(|bits| IpAddr::V4(bits.into())),
            any::<u128>().prop_map(|bits| IpAddr::V6(bits.into())),
        ];
        any_ip.prop_filter("a proxy's", |ip| !proxies().are_at(*ip))
    }

    /// An address as proxies write it in `X-Forwarded-For`.
    fn plain(ip: IpAddr, form: u8) -> String {
        match (ip, form % 3) {
            (ip, 0) => ip.to_string(),
            (IpAddr::V4(ip), 1) => format!("{ip}:4711"),
            (IpAddr::V6(ip), 1) => format!("[{ip}]:4711"),
            (IpAddr::V4(ip), _) => format!(" {ip} "),
            (IpAddr::V6(ip), _) => format!("[{ip}]"),
        }
    }

    /// An address as proxies write it in `Forwarded`.
    fn named(ip: IpAddr, form: u8) -> String {
        match (ip, form % 3) {
            (IpAddr::V4(ip), 0) => format!("for={ip}"),
            (IpAddr::V4(ip), 1) => format!("proto=https;For=\"{ip}:4711\";by=_x"),
            (IpAddr::V4(ip), _) => format!("host=\"a,b;c\"; FOR={ip}"),
            (IpAddr::V6(ip), 0) => format!("for=\"[{ip}]\""),
            (IpAddr::V6(ip), 1) => format!("by=\"_a\\\"b,\";for=\"[{ip}]:4711\""),
            (IpAddr::V6(ip), _) => format!("for=\"[{ip}]\";proto=http"),
        }
    }

    /// What a client may have written before the first proxy added its part: anything.
    const ANYTHING: &str = "[ -~]{0,60}";

    /// The parts of a chain, cut into lines at drawn places.
    fn lines(parts: &[String], cuts: &[bool]) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for (part, cut) in parts
            .iter()
            .zip(cuts.iter().chain(std::iter::repeat(&false)))
        {
            match lines.last_mut() {
                Some(line) if !cut => *line = format!("{line}, {part}"),
                _ => lines.push(part.clone()),
            }
        }
        lines
    }

    proptest! {
        #[test]
        fn the_client_is_the_right_most_address_that_is_no_proxy_s_whatever_stands_left_of_it(
            written in ANYTHING,
            client in stranger(),
            between in prop::collection::vec((proxy(), any::<u8>()), 0..5),
            peer in proxy(),
            form in any::<u8>(),
            cuts in prop::collection::vec(any::<bool>(), 7),
        ) {
            for (header, name) in [
                (ForwardedHeader::XForwardedFor, "x-forwarded-for"),
                (ForwardedHeader::Forwarded, "forwarded"),
            ] {
                let write = |ip, form| match header {
                    ForwardedHeader::XForwardedFor => plain(ip, form),
                    ForwardedHeader::Forwarded => named(ip, form),
                };
                let mut parts = vec![written.clone(), write(client, form)];
                parts.extend(between.iter().map(|(ip, form)| write(*ip, *form)));
                let headers = headers(name, &lines(&parts, &cuts));
                let found = proxies().client(peer, header, &headers);
                prop_assert_eq!(found, client.to_canonical(), "{:?}", headers);
            }
        }

        #[test]
        fn who_is_no_proxy_is_the_client_whatever_it_writes(
            written in ANYTHING,
            peer in stranger(),
        ) {
            for (header, name) in [
                (ForwardedHeader::XForwardedFor, "x-forwarded-for"),
                (ForwardedHeader::Forwarded, "forwarded"),
            ] {
                let headers = headers(name, std::slice::from_ref(&written));
                let found = proxies().client(peer, header, &headers);
                prop_assert_eq!(found, peer.to_canonical());
            }
        }

        #[test]
        fn a_header_that_is_not_the_configured_one_is_not_looked_at(
            client in stranger(),
            peer in proxy(),
        ) {
            let headers = headers("forwarded", &[named(client, 0)]);
            let found = proxies().client(peer, ForwardedHeader::XForwardedFor, &headers);
            prop_assert_eq!(found, peer);
        }
    }

    #[test]
    fn a_proxy_that_names_nobody_is_itself_the_client() {
        let peer = Ipv4Addr::new(10, 0, 0, 1).into();
        for words in [
            "",
            "unknown",
            "for=unknown",
            "for=_hidden",
            "for=\"_x:1\"",
            "proto=https",
            "::::",
            ",",
        ] {
            let headers = headers("forwarded", &[words.to_owned()]);
            let found = proxies().client(peer, ForwardedHeader::Forwarded, &headers);
            assert_eq!(found, peer, "{words}");
        }
        let none = HeaderMap::new();
        let found = proxies().client(peer, ForwardedHeader::XForwardedFor, &none);
        assert_eq!(found, peer);
    }

    #[test]
    fn networks_and_addresses_are_read_and_nothing_else_is() {
        assert_eq!(
            proxies().to_string(),
            "10.0.0.0/8,2001:db8:ffff::/48,192.0.2.1/32"
        );
        assert_eq!("".parse(), Ok(Proxies(Vec::new())));
        for wrong in [
            "localhost",
            "10.0.0.0/33",
            "10.0.0.0/8,",
            ",",
            "10.0.0.0/8 ::1",
        ] {
            assert!(wrong.parse::<Proxies>().is_err(), "{wrong}");
        }
        assert!(proxies().are_at("::ffff:10.1.2.3".parse().expect("an address")));
    }
}
