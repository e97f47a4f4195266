//! Exchanges with hand-written servers on loopback: what is on the wire is what is recorded.

#[cfg(test)]
mod ends;
#[cfg(test)]
mod exact;
#[cfg(test)]
mod guarding;
#[cfg(test)]
mod server;
#[cfg(test)]
mod tls;
