//! Where the time went.

use crate::times;
use authscope_diagram::words::duration;
use authscope_model::Exchange;
use leptos::prelude::*;

/// The view of a step's timing.
pub(crate) fn view(exchange: &Exchange) -> AnyView {
    let timing = exchange.timing;
    let parts = [
        ("Name resolution", timing.dns_us, "dns"),
        ("Connection", timing.connect_us, "connect"),
        ("TLS handshake", timing.tls_us, "tls"),
        ("Waiting for the answer", timing.wait_us, "wait"),
        ("Reading the body", timing.body_us, "body"),
    ];
    let total = timing.total_us.max(1);
    let mut before = 0_u64;
    let bars: Vec<_> = parts
        .into_iter()
        .map(|(name, micros, class)| {
            let start = before;
            before += micros.unwrap_or(0);
            bar(name, class, start, micros, total)
        })
        .collect();
    let tls = exchange
        .tls
        .clone()
        .map(|tls| format!("{}, {}", tls.version, tls.cipher));
    let facts = [
        ("Began", Some(times::full(exchange.started_at))),
        (
            "All of it",
            Some(duration(timing.total_us)).filter(|_| timing.total_us > 0),
        ),
        ("Address dialled", exchange.peer.clone()),
        ("TLS", tls),
    ];
    let facts: Vec<_> = facts
        .into_iter()
        .filter_map(|(name, value)| {
            value.map(|value| view! { <div><dt>{name}</dt><dd class="mono">{value}</dd></div> })
        })
        .collect();
    view! {
        <section class="block"><h3>"Time"</h3><dl class="bars">{bars}</dl></section>
        <section class="block"><h3>"Facts"</h3><dl class="table">{facts}</dl></section>
    }
    .into_any()
}

fn bar(
    name: &'static str,
    class: &'static str,
    start: u64,
    micros: Option<u64>,
    total: u64,
) -> AnyView {
    let percent = |part: u64| {
        let hundredths = part.saturating_mul(10_000) / total.max(1);
        format!("{}.{:02}%", hundredths / 100, hundredths % 100)
    };
    let words = micros.map_or_else(|| "–".to_owned(), duration);
    view! {
        <div>
            <dt>{name}</dt>
            <dd>
                <span class="track" aria-hidden="true">
                    <i class=class style:left=percent(start) style:width=percent(micros.unwrap_or(0))></i>
                </span>
                <span class="mono">{words}</span>
            </dd>
        </div>
    }
    .into_any()
}
