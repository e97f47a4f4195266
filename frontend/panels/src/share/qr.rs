//! A link as a QR code, for a phone in the room.

use authscope_ui_kit::icon::icon;
use leptos::prelude::*;
use qrcodegen::{QrCode, QrCodeEcc};
use std::fmt::Write as _;

/// Modules of white around the code, without which readers do not find it (ISO/IEC 18004, 4 modules).
const QUIET: i32 = 4;

/// The code behind a fold; nothing for an address that is too long for one.
pub(super) fn view(address: &str) -> Option<AnyView> {
    let (side, path) = drawn(address)?;
    let view = view! {
        <details class="qr">
            <summary>{icon("link")} " QR code for somebody in the room"</summary>
            // Black on white in both themes: that is what cameras expect.
            <svg viewBox=format!("0 0 {side} {side}") role="img" aria-label="QR code of the link" data-testid="share-qr" shape-rendering="crispEdges">
                <rect width=side height=side fill="#fff"></rect>
                <path d=path fill="#000"></path>
            </svg>
        </details>
    };
    Some(view.into_any())
}

/// The length of a side in modules, and the dark modules as a path.
fn drawn(text: &str) -> Option<(i32, String)> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
            // Writing to a string does not fail.
            let _ = write!(path, "M{} {}h1v1h-1z", x + QUIET, y + QUIET);
        }
    }
    Some((code.size() + 2 * QUIET, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_quiet_zone_and_what_is_too_long_has_none() {
        let (side, path) = drawn("https://authscope.example/s/abc").unwrap_or_default();
        // Version 3 has 29 modules a side; the corner of its finder pattern is dark.
        assert_eq!(side, 29 + 8);
        assert!(path.starts_with("M4 4h1v1h-1z"), "{path}");
        assert_eq!(drawn(&"x".repeat(4_000)), None);
    }
}
