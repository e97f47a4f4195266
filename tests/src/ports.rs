//! Ports for programs that take theirs as an argument.
//!
//! Not those that the system hands out: between asking for one and listening on it, any connection that goes out may
//! have been given it. These lie below the range that connections get theirs from (32768 and up on Linux).

use anyhow::bail;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::atomic::{AtomicU32, Ordering};

const FIRST: u32 = 20_000;
const COUNT: u32 = 12_000;
/// How far each process starts from the one before it, so that rings side by side do not meet.
const STRIDE: u32 = 97;

/// A port that nothing listens on.
///
/// # Errors
/// When none is free.
pub fn free_port() -> anyhow::Result<u16> {
    free_ports(1)
}

/// The first of `count` ports in a row that nothing listens on. No port is given twice to one process.
///
/// # Errors
/// When there are none.
pub fn free_ports(count: u16) -> anyhow::Result<u16> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let start = std::process::id().wrapping_mul(STRIDE);
    for _ in 0..COUNT {
        let offset = NEXT.fetch_add(u32::from(count), Ordering::Relaxed);
        let port = u16::try_from(FIRST + start.wrapping_add(offset) % COUNT)?;
        if (port..port + count).all(is_free) {
            return Ok(port);
        }
    }
    bail!("there are no {count} free ports in a row from {FIRST} on")
}

fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
        && TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_is_passed_over_and_nothing_is_given_twice() {
        let first = free_port().unwrap();
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, first + 1));
        let row = free_ports(3).unwrap();
        let others = [row, row + 1, row + 2, free_port().unwrap()];
        assert!(!others.contains(&first), "{first} {others:?}");
        assert!(taken.is_err() || !others.contains(&(first + 1)));
        assert!(others.iter().all(|port| (20_000..32_768).contains(port)));
    }
}
