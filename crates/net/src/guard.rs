//! The outbound guard: which addresses and ports may be dialled. Pure functions over addresses.
//!
//! Two modes. `local`, for a debugger on one's own machine: loopback and private networks are targets;
//! link-local and cloud metadata addresses are not. `guarded`, for a shared instance: public unicast only.
//! IPv6 forms that carry an IPv4 address are judged by what they carry or refused. Networks an operator
//! allows (`--guard-allow`) pass in both modes.
//!
//! A name whose answers are partly refused: in `guarded` mode the whole name is refused, because mixing
//! public and private answers is how rebinding starts; in `local` mode the refused answers are left out.

use ipnet::IpNet;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// How strict the guard is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GuardMode {
    /// Loopback and private networks may be dialled.
    #[default]
    Local,
    /// Public unicast addresses only.
    Guarded,
}

impl GuardMode {
    /// The name used on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Guarded => "guarded",
        }
    }
}

impl fmt::Display for GuardMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for GuardMode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "local" => Ok(Self::Local),
            "guarded" => Ok(Self::Guarded),
            other => Err(format!(
                "`{other}` is not a guard mode; use local or guarded"
            )),
        }
    }
}

/// What an address is, as far as the guard cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Range {
    /// Public unicast.
    Public,
    /// Loopback.
    Loopback,
    /// `0.0.0.0` and `::`: this host.
    Unspecified,
    /// Private networks (RFC 1918, unique local, site-local).
    Private,
    /// Shared address space of carriers and overlay networks (100.64.0.0/10).
    Shared,
    /// Documentation and benchmark networks.
    Test,
    /// Link-local.
    LinkLocal,
    /// Instance metadata services of cloud providers.
    Metadata,
    /// Multicast and broadcast.
    Multicast,
    /// IPv6 forms that tunnel to an IPv4 address (6to4, Teredo, ISATAP, IPv4-compatible, local NAT64).
    Tunnel,
    /// Reserved, never a target.
    Reserved,
}

impl Range {
    /// What it is, in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Public => "a public address",
            Self::Loopback => "a loopback address",
            Self::Unspecified => "the unspecified address (this host)",
            Self::Private => "an address of a private network",
            Self::Shared => "an address of the shared space 100.64.0.0/10",
            Self::Test => "an address for documentation or benchmarks",
            Self::LinkLocal => "a link-local address",
            Self::Metadata => "the metadata service of a cloud provider",
            Self::Multicast => "a multicast or broadcast address",
            Self::Tunnel => "an IPv6 address that tunnels to an IPv4 address",
            Self::Reserved => "a reserved address",
        }
    }

    const fn allowed(self, mode: GuardMode) -> bool {
        match mode {
            GuardMode::Guarded => matches!(self, Self::Public),
            GuardMode::Local => matches!(
                self,
                Self::Public
                    | Self::Loopback
                    | Self::Unspecified
                    | Self::Private
                    | Self::Shared
                    | Self::Test
            ),
        }
    }
}

/// The guard's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// May be dialled.
    Allowed,
    /// Must not be dialled, because it is this.
    Refused(Range),
}

/// Judges an address by mode alone.
#[must_use]
pub const fn verdict(address: IpAddr, mode: GuardMode) -> Verdict {
    let range = range(address);
    if range.allowed(mode) {
        Verdict::Allowed
    } else {
        Verdict::Refused(range)
    }
}

/// Judges an address by mode and by the networks an operator allows.
#[must_use]
pub fn verdict_with(address: IpAddr, mode: GuardMode, allow: &[IpNet]) -> Verdict {
    let plain = address.to_canonical();
    if allow
        .iter()
        .any(|net| net.contains(&plain) || net.contains(&address))
    {
        return Verdict::Allowed;
    }
    verdict(address, mode)
}

/// Whether a port may be dialled. Ports of well-known services that are not HTTP are refused in `guarded`
/// mode: a request line sent there can do harm.
#[must_use]
pub const fn port_allowed(port: u16, mode: GuardMode) -> bool {
    match mode {
        GuardMode::Local => port != 0,
        GuardMode::Guarded => !is_bad_port(port),
    }
}

/// The "bad ports" of the Fetch standard, and databases and caches that take lines of text.
const fn is_bad_port(port: u16) -> bool {
    matches!(
        port,
        0 | 1 | 7 | 9 | 11 | 13 | 15 | 17 | 19..=23 | 25 | 37 | 42 | 43 | 53 | 69 | 77 | 79 | 87 | 95
            | 101..=104 | 109..=111 | 113 | 115 | 117 | 119 | 123 | 135 | 137 | 139 | 143 | 161 | 179
            | 389 | 427 | 445 | 465 | 512..=515 | 526 | 530..=532 | 540 | 548 | 554 | 556 | 563 | 587
            | 601 | 636 | 989 | 990 | 993 | 995 | 1433 | 1521 | 1719 | 1720 | 1723 | 2049 | 3306 | 3389
            | 3659 | 4045 | 4190 | 5060 | 5061 | 5432 | 5672 | 6000 | 6379 | 6566 | 6665..=6669 | 6679
            | 6697 | 10080 | 11211 | 27017
    )
}

/// What an address is.
#[must_use]
pub const fn range(address: IpAddr) -> Range {
    match address {
        IpAddr::V4(v4) => range_v4(v4),
        IpAddr::V6(v6) => range_v6(v6),
    }
}

const fn range_v4(address: Ipv4Addr) -> Range {
    match address.octets() {
        // EC2, GCP, Azure, OpenStack; Alibaba; Azure's wire server; Oracle.
        [169, 254, 169, 254] | [100, 100, 100, 200] | [168, 63, 129, 16] | [192, 0, 0, 192] => {
            Range::Metadata
        }
        [0, 0, 0, 0] => Range::Unspecified,
        [127, ..] => Range::Loopback,
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => Range::Private,
        [100, 64..=127, ..] => Range::Shared,
        [169, 254, ..] => Range::LinkLocal,
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] | [198, 18..=19, ..] => Range::Test,
        [224..=239, ..] | [255, 255, 255, 255] => Range::Multicast,
        [0, ..] | [192, 0, 0, _] | [192, 88, 99, _] | [240..=255, ..] => Range::Reserved,
        _ => Range::Public,
    }
}

const fn range_v6(address: Ipv6Addr) -> Range {
    let [a, b, c, d, e, f, g, h] = address.segments();
    match [a, b, c, d, e, f] {
        [0, 0, 0, 0, 0, 0xffff] => return range_v4(last_v4(g, h)),
        [0x64, 0xff9b, 0, 0, 0, 0] => return range_v4(last_v4(g, h)),
        [0, 0, 0, 0, 0, 0] if g == 0 && h == 0 => return Range::Unspecified,
        [0, 0, 0, 0, 0, 0] if g == 0 && h == 1 => return Range::Loopback,
        // EC2: metadata (::254), credentials of pods (::23), and what else it puts under that prefix.
        [0xfd00, 0xec2, 0, 0, 0, 0] if g == 0 => return Range::Metadata,
        // GCP.
        [0xfd20, 0xce, 0, 0, 0, 0] if g == 0 && h == 0x254 => return Range::Metadata,
        [_, _, _, _, 0 | 0x200, 0x5efe] => return Range::Tunnel,
        _ => {}
    }
    match (a, b) {
        // IPv4-compatible and translated, local NAT64, Teredo, 6to4.
        (0, _) | (0x64, 0xff9b) | (0x2001, 0) | (0x2002, _) => Range::Tunnel,
        (0xfe80..=0xfebf, _) => Range::LinkLocal,
        (0xfec0..=0xfeff | 0xfc00..=0xfdff, _) => Range::Private,
        (0xff00..=0xffff, _) => Range::Multicast,
        (0x2001, 0xdb8) | (0x2001, 2) | (0x3fff, 0..=0xfff) => Range::Test,
        (0x2001, 0..=0x1ff) => Range::Reserved,
        (0x2000..=0x3fff, _) => Range::Public,
        _ => Range::Reserved,
    }
}

const fn last_v4(high: u16, low: u16) -> Ipv4Addr {
    let [a, b] = high.to_be_bytes();
    let [c, d] = low.to_be_bytes();
    Ipv4Addr::new(a, b, c, d)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &[(&str, Range)] = &[
        ("93.184.216.34", Range::Public),
        ("1.1.1.1", Range::Public),
        ("172.32.0.1", Range::Public),
        ("100.128.0.1", Range::Public),
        ("2606:4700::1111", Range::Public),
        ("2001:4860:4860::8888", Range::Public),
        ("127.0.0.1", Range::Loopback),
        ("127.255.255.254", Range::Loopback),
        ("::1", Range::Loopback),
        ("0.0.0.0", Range::Unspecified),
        ("::", Range::Unspecified),
        ("10.0.0.1", Range::Private),
        ("172.16.0.1", Range::Private),
        ("172.31.255.255", Range::Private),
        ("192.168.1.1", Range::Private),
        ("fc00::1", Range::Private),
        ("fdff::1", Range::Private),
        ("fec0::1", Range::Private),
        ("100.64.0.1", Range::Shared),
        ("100.127.255.255", Range::Shared),
        ("198.18.0.1", Range::Test),
        ("198.19.255.255", Range::Test),
        ("192.0.2.1", Range::Test),
        ("2001:db8::1", Range::Test),
        ("3fff::1", Range::Test),
        ("169.254.1.1", Range::LinkLocal),
        ("fe80::1", Range::LinkLocal),
        ("febf::1", Range::LinkLocal),
        ("169.254.169.254", Range::Metadata),
        ("fd00:ec2::254", Range::Metadata),
        ("fd00:ec2::23", Range::Metadata),
        ("fd20:ce::254", Range::Metadata),
        ("169.254.170.2", Range::LinkLocal),
        ("100.100.100.200", Range::Metadata),
        ("168.63.129.16", Range::Metadata),
        ("224.0.0.1", Range::Multicast),
        ("239.255.255.250", Range::Multicast),
        ("255.255.255.255", Range::Multicast),
        ("ff02::1", Range::Multicast),
        ("0.1.2.3", Range::Reserved),
        ("192.0.0.1", Range::Reserved),
        ("192.88.99.1", Range::Reserved),
        ("240.0.0.1", Range::Reserved),
        ("100::1", Range::Reserved),
        ("5f00::1", Range::Reserved),
        ("::ffff:127.0.0.1", Range::Loopback),
        ("::ffff:169.254.169.254", Range::Metadata),
        ("::ffff:10.0.0.1", Range::Private),
        ("::ffff:1.1.1.1", Range::Public),
        ("64:ff9b::7f00:1", Range::Loopback),
        ("64:ff9b::a9fe:a9fe", Range::Metadata),
        ("64:ff9b::101:101", Range::Public),
        ("64:ff9b:1::1", Range::Tunnel),
        ("::127.0.0.1", Range::Tunnel),
        ("::ffff:0:127.0.0.1", Range::Tunnel),
        ("2002:7f00:1::", Range::Tunnel),
        ("2002:a9fe:a9fe::1", Range::Tunnel),
        ("2001:0:7f00:1::", Range::Tunnel),
        ("2606:4700::5efe:7f00:1", Range::Tunnel),
    ];

    #[test]
    fn every_range_is_recognised() {
        for (text, expected) in TABLE {
            assert_eq!(range(text.parse().unwrap()), *expected, "{text}");
        }
    }

    #[test]
    fn guarded_allows_public_addresses_only() {
        for (text, range) in TABLE {
            let verdict = verdict(text.parse().unwrap(), GuardMode::Guarded);
            assert_eq!(
                verdict == Verdict::Allowed,
                *range == Range::Public,
                "{text}"
            );
        }
    }

    #[test]
    fn local_refuses_metadata_and_link_local() {
        for (text, range) in TABLE {
            let verdict = verdict(text.parse().unwrap(), GuardMode::Local);
            let refused = matches!(
                range,
                Range::LinkLocal
                    | Range::Metadata
                    | Range::Multicast
                    | Range::Tunnel
                    | Range::Reserved
            );
            assert_eq!(verdict == Verdict::Refused(*range), refused, "{text}");
        }
    }

    #[test]
    fn an_operator_can_allow_networks() {
        let allow = ["10.1.0.0/16".parse().unwrap(), "fd12::/32".parse().unwrap()];
        let judge = |text: &str| verdict_with(text.parse().unwrap(), GuardMode::Guarded, &allow);
        for text in ["10.1.2.3", "::ffff:10.1.2.3", "fd12::1", "1.1.1.1"] {
            assert_eq!(judge(text), Verdict::Allowed, "{text}");
        }
        for text in ["10.2.0.1", "fd13::1", "127.0.0.1"] {
            assert!(matches!(judge(text), Verdict::Refused(_)), "{text}");
        }
    }

    #[test]
    fn ports_of_other_services_are_refused_when_guarded() {
        for port in [0, 22, 25, 110, 445, 3306, 5432, 6379, 11211] {
            assert!(!port_allowed(port, GuardMode::Guarded), "{port}");
        }
        for port in [80, 443, 3000, 8000, 8080, 8443, 9000, 65535] {
            assert!(port_allowed(port, GuardMode::Guarded), "{port}");
        }
        assert!(port_allowed(6379, GuardMode::Local));
        assert!(!port_allowed(0, GuardMode::Local));
    }
}
