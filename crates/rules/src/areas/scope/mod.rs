//! Scopes: every set that is named in a flow, laid side by side.

rules! {
    scope_near_miss,
}

mod sets;

use sets::{Sets, Source, refusal};
