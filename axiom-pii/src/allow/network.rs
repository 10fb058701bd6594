//! Networks of addresses.

use core::net::IpAddr;

use crate::error::Error;

/// The addresses that share the first bits of one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Network {
    address: IpAddr,
    prefix: u32,
}

impl Network {
    /// The network written as `192.0.2.0/24` or `2001:db8::/32` (RFC 4632, RFC 4291); without a prefix, one address.
    pub(super) fn read(text: &str) -> Result<Self, Error> {
        parse(text)
            .ok_or_else(|| Error::InvalidAllow { reason: "an allowed network is written as `192.0.2.0/24`".into() })
    }

    /// Whether the address or network that `value` is belongs to it; a zone behind an address does not count.
    pub(super) fn holds(&self, value: &str) -> bool {
        let value = value.split_once('%').map_or(value, |(address, _)| address);
        let value = value.trim_start_matches('[').trim_end_matches(']');
        parse(value).is_some_and(|inner| inner.prefix >= self.prefix && self.agrees(inner.address))
    }

    fn agrees(&self, other: IpAddr) -> bool {
        let shared = |differing: u128, bits: u32| (differing << (u128::BITS - bits)).leading_zeros() >= self.prefix;
        match (self.address, other) {
            (IpAddr::V4(a), IpAddr::V4(b)) => shared(u128::from(a.to_bits() ^ b.to_bits()), u32::BITS),
            (IpAddr::V6(a), IpAddr::V6(b)) => shared(a.to_bits() ^ b.to_bits(), u128::BITS),
            _ => false,
        }
    }
}

fn parse(text: &str) -> Option<Network> {
    let (address, prefix) = match text.split_once('/') {
        Some((address, prefix)) => (address, Some(prefix)),
        None => (text, None),
    };
    let address: IpAddr = address.parse().ok()?;
    let bits = if address.is_ipv4() { u32::BITS } else { u128::BITS };
    let prefix = prefix.map_or(Some(bits), |prefix| prefix.parse().ok())?;
    (prefix <= bits).then_some(Network { address, prefix })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bits_decide() {
        let holds = |network: &str, address| Network::read(network).unwrap().holds(address);
        assert!(holds("192.0.2.0/24", "192.0.2.255"));
        assert!(!holds("192.0.2.0/24", "192.0.3.0"));
        assert!(holds("192.0.2.7", "192.0.2.7") && !holds("192.0.2.7", "192.0.2.6"));
        assert!(holds("0.0.0.0/0", "255.255.255.255") && holds("::/0", "ffff::"));
        assert!(!holds("::/0", "1.2.3.4"));
        assert!(holds("fe80::/10", "fe80::1%eth0") && holds("fe80::/10", "[fe80::1]"));
        assert!(!holds("192.0.2.0/24", "192.0.0.0/16"));
    }
}
