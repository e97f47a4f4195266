//! Proxies, gateways and the public origin.

rules! {
    bot_protection,
    challenge_header_renamed,
    public_origin_unknown,
    upstream_unavailable,
    rate_limited,
}
