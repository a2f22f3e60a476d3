use std::{
    fmt,
    net::{IpAddr, Ipv6Addr},
};

/// The bits of an IPv6 address that name a subscriber's network: who has one address of it
/// has them all.
const NETWORK_BITS: u32 = 64;

/// Where a client is, as limits see it: an IPv4 address, or an IPv6 network of 64 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Address(IpAddr);

impl From<IpAddr> for Address {
    fn from(ip: IpAddr) -> Self {
        match ip.to_canonical() {
            IpAddr::V4(ip) => Self(ip.into()),
            IpAddr::V6(ip) => {
                let network = ip.to_bits() & (u128::MAX << (128 - NETWORK_BITS));
                Self(Ipv6Addr::from_bits(network).into())
            }
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            IpAddr::V4(ip) => write!(f, "{ip}"),
            IpAddr::V6(ip) => write!(f, "{ip}/{NETWORK_BITS}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Address {
        let ip: IpAddr = text.parse().expect("an address");
        ip.into()
    }

    #[test]
    fn addresses_of_one_network_of_64_bits_are_one_client() {
        let one = address("2001:db8:1:2:3:4:5:6");
        assert_eq!(one, address("2001:db8:1:2:ffff:ffff:ffff:ffff"));
        assert_ne!(one, address("2001:db8:1:3:3:4:5:6"));
        assert_eq!(one.to_string(), "2001:db8:1:2::/64");
    }

    #[test]
    fn an_ipv4_address_is_itself_in_either_form() {
        let one = address("203.0.113.7");
        assert_eq!(one, address("::ffff:203.0.113.7"));
        assert_ne!(one, address("203.0.113.8"));
        assert_eq!(one.to_string(), "203.0.113.7");
    }
}
