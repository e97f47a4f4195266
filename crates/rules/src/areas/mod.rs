//! One folder per area of the flow. Each lists its rules; a rule is one `.rs` and one `.md` of its name.

/// The list of an area: `rules! { a, b }` declares the modules and collects their rules in order.
macro_rules! rules {
    ($($name:ident),* $(,)?) => {
        $(mod $name;)*

        /// The rules of this area.
        pub(super) static RULES: &[crate::rule::Rule] = &[$(crate::rule::Rule {
            info: &$name::INFO,
            check: $name::check,
            page: if cfg!(feature = "pages") {
                include_str!(concat!(stringify!($name), ".md"))
            } else {
                ""
            },
        }),*];
    };
}

mod as_metadata;
mod audience;
mod authorize;
mod callback;
mod challenge;
mod client;
mod cors;
mod dpop;
mod grants;
mod issuer;
mod pkce;
mod prm;
mod probes;
mod provider;
mod proxy;
mod refresh;
mod registration;
mod scope;
mod step_up;
mod tls;
mod token;
mod token_use;
mod transport;

use crate::rule::Rule;
pub(crate) use scope::table as scope_table;

/// The rules of every area, in the order of the flow.
pub(crate) static ALL: &[&[Rule]] = &[
    tls::RULES,
    transport::RULES,
    proxy::RULES,
    challenge::RULES,
    prm::RULES,
    as_metadata::RULES,
    issuer::RULES,
    registration::RULES,
    authorize::RULES,
    callback::RULES,
    pkce::RULES,
    token::RULES,
    grants::RULES,
    dpop::RULES,
    scope::RULES,
    audience::RULES,
    token_use::RULES,
    refresh::RULES,
    step_up::RULES,
    probes::RULES,
    cors::RULES,
    client::RULES,
    provider::RULES,
];
