//! Letters that make a text look like another one.

/// Whether a letter turns the direction of what follows it.
#[must_use]
pub const fn turns(letter: char) -> bool {
    matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
