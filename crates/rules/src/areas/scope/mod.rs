//! Scopes: every set that is named in a flow, laid side by side.

rules! {
    scope_near_miss,
    scope_refused,
    scope_missing_in_request,
    scope_not_granted,
    scope_claim_differs,
    scope_widened,
    scope_change_not_told,
    scope_format,
    scope_wildcard,
    offline_access_misplaced,
    scope_unknown_to_server,
}

mod sets;
mod table;

pub(crate) use table::table;

use sets::{Sets, Source, refusal};
