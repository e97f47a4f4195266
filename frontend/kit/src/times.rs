//! Times for people, in the browser's own zone.

use wasm_bindgen::JsValue;

/// `14:02:31`.
pub fn clock(millis: u64) -> String {
    let date = date(millis);
    format!(
        "{:02}:{:02}:{:02}",
        date.get_hours(),
        date.get_minutes(),
        date.get_seconds()
    )
}

/// `2026-11-23 14:02:31`.
pub fn full(millis: u64) -> String {
    let date = date(millis);
    format!(
        "{}-{:02}-{:02} {}",
        date.get_full_year(),
        date.get_month() + 1,
        date.get_date(),
        clock(millis)
    )
}

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// `today 14:02`, `tomorrow 14:02`, `27 Nov 14:02`: a moment that is to come.
pub fn moment(millis: u64, now: u64) -> String {
    let (at, today) = (date(millis), date(now));
    let is = |other: &js_sys::Date| {
        (at.get_full_year(), at.get_month(), at.get_date())
            == (other.get_full_year(), other.get_month(), other.get_date())
    };
    let next = date(now);
    // Days differ in length where clocks are changed.
    next.set_date(today.get_date() + 1);
    let day = match (is(&today), is(&next)) {
        (true, _) => "today".to_owned(),
        (_, true) => "tomorrow".to_owned(),
        _ => {
            let month = usize::try_from(at.get_month()).unwrap_or_default();
            let month = MONTHS.get(month).copied().unwrap_or_default();
            format!("{} {month}", at.get_date())
        }
    };
    format!("{day} {:02}:{:02}", at.get_hours(), at.get_minutes())
}

fn date(millis: u64) -> js_sys::Date {
    js_sys::Date::new(&JsValue::from_f64(millis as f64))
}

/// `just now`, `5 min ago`, `in 2 h`.
pub fn relative(millis: u64, now: u64) -> String {
    let apart = now.abs_diff(millis);
    if apart < 5_000 {
        return "just now".into();
    }
    let words = rough(apart);
    if millis <= now {
        format!("{words} ago")
    } else {
        format!("in {words}")
    }
}

/// One unit is enough for an age.
fn rough(millis: u64) -> String {
    let seconds = millis / 1_000;
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min", seconds / 60),
        3_600..86_400 => format!("{} h", seconds / 3_600),
        _ => format!("{} d", seconds / 86_400),
    }
}

/// `0:34`, `12:05`: time that goes on.
pub fn elapsed(millis: u64) -> String {
    let seconds = millis / 1_000;
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_read_naturally() {
        let now = 10_000_000_000;
        assert_eq!(relative(now - 1_000, now), "just now");
        assert_eq!(relative(now - 65_000, now), "1 min ago");
        assert_eq!(relative(now + 7_300_000, now), "in 2 h");
        assert_eq!(elapsed(65_000), "1:05");
    }
}
