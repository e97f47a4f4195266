//! What a server says, on its way to a terminal: nothing in it is obeyed there.

/// A text for people. Line ends and our own colours stay; every other control character, and what turns the direction of
/// writing, is shown as `�`.
pub(crate) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let color = color(rest);
        let (piece, length) = match letter {
            _ if color > 0 => rest
                .split_at_checked(color)
                .map_or(("", 1), |(c, _)| (c, color)),
            '\n' | '\t' => (if letter == '\n' { "\n" } else { "\t" }, 1),
            letter if is_obeyed(letter) => ("\u{fffd}", letter.len_utf8()),
            letter => {
                out.push(letter);
                ("", letter.len_utf8())
            }
        };
        out.push_str(piece);
        rest = rest.get(length..).unwrap_or_default();
    }
    out
}

/// Length of a colour as [`crate::report`] writes it, 0 when there is none: at most two digits, so that a server that
/// writes one as well can colour its own words and nothing else.
fn color(text: &str) -> usize {
    let Some(rest) = text.strip_prefix("\u{1b}[") else {
        return 0;
    };
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let ends = rest.as_bytes().get(digits) == Some(&b'm');
    // 8 hides what follows.
    let fits = (1..=2).contains(&digits) && !rest.starts_with('8');
    if ends && fits { digits + 3 } else { 0 }
}

/// JSON text in which such characters are escaped: they can stand in strings only.
pub(crate) fn json(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' => out.push('\n'),
            letter if is_obeyed(letter) => {
                out.push_str(&format!("\\u{:04x}", u32::from(letter)));
            }
            letter => out.push(letter),
        }
    }
    out
}

fn is_obeyed(letter: char) -> bool {
    letter.is_control() || authscope_model::letters::turns(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_of_ours_stay_and_nothing_else() {
        let ours = "\u{1b}[31mred\u{1b}[0m\n\tü";
        assert_eq!(plain(ours), ours);
        for (text, shown) in [
            ("\u{1b}]0;title\u{7}", "\u{fffd}]0;title\u{fffd}"),
            ("\u{1b}[2J", "\u{fffd}[2J"),
            ("\u{1b}[8mhidden", "\u{fffd}[8mhidden"),
            ("\u{1b}[38;5;1m", "\u{fffd}[38;5;1m"),
            ("\u{9b}31m\r\u{8}", "\u{fffd}31m\u{fffd}\u{fffd}"),
            ("\u{202e}txt", "\u{fffd}txt"),
            ("\u{1b}", "\u{fffd}"),
        ] {
            assert_eq!(plain(text), shown);
        }
    }

    #[test]
    fn json_stays_the_same_json() {
        let value = serde_json::json!({"a\u{9b}": "\u{1b}[2J \u{202e} \u{7f} ü 😀"});
        let text = json(&serde_json::to_string_pretty(&value).unwrap());
        assert!(!text.contains(|c| is_obeyed(c) && c != '\n'), "{text:?}");
        let read: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read, value);
    }
}
