//! The examples of a rule's page: fenced blocks opened by ```` ```http bad ```` or ```` ```http good ````.

/// An example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// Whether the rule must fire.
    pub bad: bool,
    /// The fixture.
    pub text: String,
    /// Line of the page it begins on.
    pub line: usize,
}

/// Every example of a page, in order.
#[must_use]
pub fn examples(markdown: &str) -> Vec<Example> {
    let mut found: Vec<Example> = Vec::new();
    let mut open = false;
    for (index, line) in markdown.lines().enumerate() {
        if let Some(kind) = line.strip_prefix("```http ") {
            found.push(Example {
                bad: kind.trim() == "bad",
                text: String::new(),
                line: index + 1,
            });
            open = true;
        } else if line.starts_with("```") {
            open = false;
        } else if let Some(example) = found.last_mut().filter(|_| open) {
            example.text.push_str(line);
            example.text.push('\n');
        }
    }
    found
}
