//! Faults of the authorization endpoint and its redirect.

use super::Fault;

pub(super) const FAULTS: &[Fault] = &[];
