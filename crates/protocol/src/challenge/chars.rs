//! Classes of characters in a challenge.

pub(super) const fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n' | '\u{a0}' | '\u{feff}')
}

/// A character of a word: everything up to a separator. Wider than a token, so that oddities stay whole.
pub(super) const fn is_word(c: char) -> bool {
    !is_space(c) && !matches!(c, ',' | ';' | '=' | '"') && !is_smart_quote(c)
}

pub(super) const fn is_unquoted(c: char) -> bool {
    !is_space(c) && !matches!(c, ',')
}

pub(super) const fn is_token_char(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || matches!(
            c,
            '!' | '#'
                | '$'
                | '%'
                | '&'
                | '\''
                | '*'
                | '+'
                | '-'
                | '.'
                | '^'
                | '_'
                | '`'
                | '|'
                | '~'
        )
}

pub(super) const fn is_token68_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~' | '+' | '/')
}

pub(super) const fn is_smart_quote(c: char) -> bool {
    matches!(c, '“' | '”' | '„' | '‟' | '‘' | '’' | '‚' | '«' | '»' | '″')
}
