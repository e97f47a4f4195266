//! Text of a target as plain text in HTML and Markdown: whatever it holds, it stays text.

use authscope_model::letters::turns;

/// For HTML text and attribute values in double quotes.
pub(crate) fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(letter),
            letter if letter.is_control() || turns(letter) => out.push('\u{fffd}'),
            letter => out.push(letter),
        }
    }
    out
}

/// For running text in Markdown: no markup, no HTML, no mention, one line.
pub(crate) fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            // A word joiner keeps issue trackers from telling people of that name.
            '@' => out.push_str("@\u{2060}"),
            '\\' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '`' | '!' => {
                out.push('\\');
                out.push(letter);
            }
            letter if letter.is_control() || turns(letter) => out.push(' '),
            letter => out.push(letter),
        }
    }
    out
}

/// A code span in Markdown, one line, safe inside a table.
pub(crate) fn code(text: &str) -> String {
    let line: String = text
        .chars()
        .map(|letter| {
            if letter.is_control() || turns(letter) {
                ' '
            } else {
                letter
            }
        })
        .collect();
    let line = line.replace('|', "\\|");
    let fence = "`".repeat(longest_run(&line) + 1);
    if line.starts_with('`') || line.ends_with('`') || line.trim().is_empty() {
        return format!("{fence} {line} {fence}");
    }
    format!("{fence}{line}{fence}")
}

/// A fenced block in Markdown that its content cannot leave.
pub(crate) fn block(language: &str, text: &str) -> String {
    let fence = "`".repeat((longest_run(text) + 1).max(3));
    let end = if text.ends_with('\n') { "" } else { "\n" };
    format!("{fence}{language}\n{text}{end}{fence}\n")
}

fn longest_run(text: &str) -> usize {
    let (mut longest, mut run) = (0, 0);
    for letter in text.chars() {
        run = if letter == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_breaks_out() {
        assert_eq!(
            html("<img src=x onerror='a' \"&\u{202e}"),
            "&lt;img src=x onerror=&#39;a&#39; &quot;&amp;\u{fffd}"
        );
        assert_eq!(
            markdown("[a](javascript:x) <b> @you\n# x"),
            "\\[a\\](javascript:x) &lt;b&gt; @\u{2060}you \\# x"
        );
        assert_eq!(code("a`b|c\nd"), "``a`b\\|c d``");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(block("", "```\nx"), "````\n```\nx\n````\n");
    }
}
