//! The lab seen from outside: hand-made requests against running targets.

mod client;
mod faults;
mod healthy;
