//! Benchmark: how long the whole catalogue of rules takes on a recording of 1,000 exchanges.
//!
//! A program that prints numbers, not a test: `cargo run --release -p authscope-tests --bin catalogue`.
//! It takes a correct flow against the lab, with refresh and negative probes, and repeats it until there are 1,000
//! exchanges.

use anyhow::Context as _;
use authscope_lab::{Lab, LabConfig};
use authscope_model::{SessionConfig, Transcript};
use authscope_tests::instance::{Instance, Options};
use std::time::{Duration, Instant};

const EXCHANGES: usize = 1000;
const ROUNDS: usize = 50;

#[tokio::main]
#[expect(clippy::print_stdout, reason = "it prints its measurements")]
async fn main() -> anyhow::Result<()> {
    let one = flow().await?;
    let long = repeated(&one, EXCHANGES)?;
    for (name, transcript) in [("one flow", &one), ("repeated", &long)] {
        let mut times: Vec<Duration> = (0..ROUNDS)
            .map(|_| {
                let started = Instant::now();
                let findings = authscope_rules::diagnose(transcript);
                std::hint::black_box(&findings);
                started.elapsed()
            })
            .collect();
        times.sort();
        let at = |percent: usize| {
            times
                .get(ROUNDS * percent / 100)
                .copied()
                .unwrap_or_default()
        };
        println!(
            "{name}: {} exchanges, {} rules: median {:.1} ms, 90 % {:.1} ms",
            transcript.exchanges.len(),
            authscope_rules::catalogue().len(),
            at(50).as_secs_f64() * 1000.0,
            at(90).as_secs_f64() * 1000.0,
        );
    }
    Ok(())
}

/// A correct flow, with everything that can be asked for.
async fn flow() -> anyhow::Result<Transcript> {
    let lab = Lab::start_single(LabConfig::default(), "healthy", &[]).await?;
    let target = lab
        .target("healthy")
        .context("there is no healthy target")?;
    let instance = Instance::start(Options::headless()).await?;
    let mut config = SessionConfig::new(target.mcp_url.clone());
    config.refresh = true;
    config.probe = true;
    config.verify_token = true;
    instance.finish(config).await
}

/// The exchanges of a flow again and again, under numbers of their own.
fn repeated(one: &Transcript, count: usize) -> anyhow::Result<Transcript> {
    let mut long = one.clone();
    let base = one
        .exchanges
        .iter()
        .map(|e| e.id)
        .max()
        .context("an empty flow")?;
    let mut round = 1_u32;
    while long.exchanges.len() < count {
        let offset = base.saturating_mul(round);
        let more = one.exchanges.iter().cloned().map(|mut e| {
            e.id = e.id.saturating_add(offset);
            e.redirected_from = e.redirected_from.map(|id| id.saturating_add(offset));
            e
        });
        long.exchanges.extend(more);
        round = round.saturating_add(1);
    }
    long.exchanges.truncate(count);
    Ok(long)
}
