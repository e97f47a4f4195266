//! Reading a fixture: directives, header lines, bodies and carets, without meaning yet.

/// A directive and the lines below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Section {
    /// Line number, from 1.
    pub(crate) line: usize,
    /// First word of the directive.
    pub(crate) word: String,
    /// The rest of the directive.
    pub(crate) rest: String,
    /// Header lines.
    pub(crate) headers: Vec<(String, String)>,
    /// Body, `None` when there is no blank line.
    pub(crate) body: Option<String>,
    /// What carets mark.
    pub(crate) marks: Vec<Mark>,
}

/// A run of carets: the text above it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mark {
    /// Rule id behind the carets, if any.
    pub(crate) rule: Option<String>,
    /// Name of the header line above, `None` in a body.
    pub(crate) header: Option<String>,
    /// The text marked.
    pub(crate) text: String,
}

/// Cuts a fixture into sections.
pub(crate) fn parse(text: &str) -> Result<Vec<Section>, String> {
    let mut sections: Vec<Section> = Vec::new();
    let mut above = "";
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        if let Some(directive) = line.strip_prefix("//- ") {
            sections.push(begin(number, directive));
        } else if let Some(section) = sections.last_mut() {
            take(section, line, above).map_err(|e| format!("fixture line {number}: {e}"))?;
        } else if !line.trim().is_empty() {
            return Err(format!(
                "fixture line {number}: {line:?} comes before any directive"
            ));
        }
        above = line;
    }
    for section in &mut sections {
        if let Some(body) = &mut section.body {
            body.truncate(body.trim_end().len());
        }
    }
    Ok(sections)
}

fn begin(line: usize, directive: &str) -> Section {
    let (word, rest) = directive.split_once(' ').unwrap_or((directive, ""));
    Section {
        line,
        word: word.trim().to_owned(),
        rest: rest.trim().to_owned(),
        headers: Vec::new(),
        body: None,
        marks: Vec::new(),
    }
}

fn take(section: &mut Section, line: &str, above: &str) -> Result<(), String> {
    if let Some((start, length, rule)) = carets(line) {
        section
            .marks
            .push(mark(section, above, start, length, rule)?);
        return Ok(());
    }
    if let Some(body) = &mut section.body {
        if !body.is_empty() {
            body.push('\n');
        }
        body.push_str(line);
        return Ok(());
    }
    if line.trim().is_empty() {
        section.body = Some(String::new());
        return Ok(());
    }
    let (name, value) = line
        .split_once(':')
        .ok_or_else(|| format!("{line:?} is no header line; a body comes after a blank line"))?;
    section
        .headers
        .push((name.trim().to_owned(), value.trim().to_owned()));
    Ok(())
}

/// Column and length of a line of carets, and the rule id behind them.
fn carets(line: &str) -> Option<(usize, usize, Option<String>)> {
    let trimmed = line.trim_start();
    let start = line.chars().count() - trimmed.chars().count();
    let length = trimmed.chars().take_while(|c| *c == '^').count();
    if length == 0 {
        return None;
    }
    let rest = trimmed.trim_start_matches('^').trim();
    let id = rest
        .bytes()
        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    id.then(|| (start, length, (!rest.is_empty()).then(|| rest.to_owned())))
}

fn mark(
    section: &Section,
    above: &str,
    start: usize,
    length: usize,
    rule: Option<String>,
) -> Result<Mark, String> {
    let text: String = above.chars().skip(start).take(length).collect();
    if text.chars().count() != length {
        return Err("the carets reach beyond the line above".into());
    }
    let header = section
        .body
        .is_none()
        .then(|| above.split(':').next().unwrap_or_default().to_owned());
    Ok(Mark { rule, header, text })
}
