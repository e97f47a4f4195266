//! What a person sees while something takes long: a heading for each step and the time it took.

use std::time::{Duration, Instant};

/// Runs one step under a heading and says how long it took.
pub(crate) fn step<T>(title: &str, work: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
    eprintln!("==> {title}");
    let start = Instant::now();
    let result = work();
    let word = if result.is_ok() { "done" } else { "failed" };
    eprintln!("    {word} after {}: {title}", elapsed(start.elapsed()));
    result
}

/// One line between the headings.
pub(crate) fn note(text: &str) {
    eprintln!("    {text}");
}

/// A duration as people read it: `850 ms`, `4.2 s`, `3 min 07 s`.
pub(crate) fn elapsed(time: Duration) -> String {
    match time.as_secs() {
        0 => format!("{} ms", time.as_millis()),
        1..60 => format!("{:.1} s", time.as_secs_f64()),
        seconds => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_readable() {
        assert_eq!(elapsed(Duration::from_millis(850)), "850 ms");
        assert_eq!(elapsed(Duration::from_millis(4_210)), "4.2 s");
        assert_eq!(elapsed(Duration::from_secs(187)), "3 min 07 s");
    }
}
