//! What is said when a part of the program fails in a way nobody foresaw.
//!
//! A panic's message is put together from data at hand, such as the text that was cut at a wrong place, and data at
//! hand may be a secret. So only its place is told, and its words when they are the program's own.

use std::io::Write as _;
use std::panic::{Location, PanicHookInfo};

/// From here on, panics are told in this way only.
pub(crate) fn tell_place_only() {
    std::panic::set_hook(Box::new(|info: &PanicHookInfo<'_>| {
        let words = said(
            info.payload().downcast_ref::<&'static str>(),
            info.location(),
        );
        if tracing::enabled!(target: "authscope", tracing::Level::ERROR) {
            tracing::error!(target: "authscope", "{words}");
        } else {
            // Nobody is left to tell when standard error is closed.
            let _ = writeln!(std::io::stderr(), "authscope: {words}");
        }
    }));
}

fn said(own: Option<&&'static str>, place: Option<&Location<'_>>) -> String {
    let place = place.map_or_else(|| "an unknown place".into(), ToString::to_string);
    let why = own.map_or("its message is left out, it may hold data", |words| words);
    format!("a part of authscope failed at {place} ({why}); please report it with this line")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_the_program_are_told_and_words_with_data_are_not() {
        let place = Location::caller();
        let told = said(Some(&"no such row"), Some(place));
        assert!(
            told.contains("crash.rs:") && told.contains("no such row"),
            "{told}"
        );
        let secret = "eyJhbGciOiJ";
        let cut = std::panic::catch_unwind(|| {
            secret
                .get(0..400)
                .map_or_else(|| panic!("{secret} is short"), str::len)
        });
        let payload = cut.expect_err("it panics");
        let told = said(payload.downcast_ref::<&'static str>(), Some(place));
        assert!(
            told.contains("left out") && !told.contains(secret),
            "{told}"
        );
    }
}
