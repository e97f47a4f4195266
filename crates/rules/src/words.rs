//! Words that messages share: quoting, lists, differences between two values.

use authscope_protocol::url_text;

/// A control character by its name: "a line break".
pub(crate) fn control(character: char) -> String {
    match character {
        '\n' | '\r' => "a line break".into(),
        '\t' => "a tab".into(),
        '\u{feff}' => "a byte order mark".into(),
        other => format!("the control character U+{:04X}", u32::from(other)),
    }
}

/// A value between backticks, on one line and not endless.
pub(crate) fn code(value: &str) -> String {
    let shown = visible(&value.replace('`', "'"));
    let short = authscope_protocol::parsed::excerpt(&shown, 300);
    if short.is_empty() {
        "(empty)".into()
    } else {
        format!("`{short}`")
    }
}

/// The text with a name in place of every character that leaves no mark, and of white space at its ends.
fn visible(text: &str) -> String {
    let show = |c: char| match c {
        c if url_text::is_invisible(c) => format!("‹U+{:04X}›", u32::from(c)),
        c => c.to_string(),
    };
    let inner: String = text.trim().chars().map(show).collect();
    let (before, after) = (
        text.len() - text.trim_start().len(),
        text.len() - text.trim_end().len(),
    );
    let edge = |width: usize| if width > 0 { "‹space›" } else { "" };
    if text.trim().is_empty() {
        inner
    } else {
        format!("{}{inner}{}", edge(before), edge(after))
    }
}

/// What is wrong with the characters of a URL, whatever it is the URL of.
pub(crate) fn odd_character(url: &str) -> Option<String> {
    if url.contains(char::is_whitespace) {
        return Some("it contains white space".into());
    }
    let base = url.split(['?', '#']).next().unwrap_or(url);
    if base.contains(',') && base.matches("://").count() > 1 {
        return Some("it is several URLs in one text".into());
    }
    let odd = url.chars().find(|c| url_text::is_invisible(*c))?;
    Some(format!(
        "it contains the invisible character U+{:04X}, as from a copy",
        u32::from(odd)
    ))
}

/// What the body of an answer says is wrong, behind a verb of its own: " (it says \"no such route\")"; nothing when the
/// body is empty or a page.
pub(crate) fn said(exchange: &authscope_model::Exchange) -> String {
    let error = crate::context::error_of(exchange);
    let parts = error.filter(|e| e.shape != authscope_protocol::oauth_error::ErrorShape::Html);
    let parts = parts.map(|e| {
        [e.error, e.description]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
    });
    let text = parts.map(|p| p.join(": ")).unwrap_or_default();
    if text.is_empty() {
        text
    } else {
        format!(" (it says {})", code(&text))
    }
}

/// Values between backticks, with commas.
pub(crate) fn codes<S: AsRef<str>>(values: &[S]) -> String {
    let quoted: Vec<String> = values.iter().map(|v| code(v.as_ref())).collect();
    if quoted.is_empty() {
        "nothing".into()
    } else {
        quoted.join(", ")
    }
}

/// In what two URLs differ: "trailing slash", "port", with the two values where that helps.
pub(crate) fn difference(a: &str, b: &str) -> String {
    match url_text::first_difference(a, b) {
        Some(difference) => difference.what.words().to_owned(),
        None => "nothing".into(),
    }
}

/// As [`difference`], with the place of the first differing character.
pub(crate) fn difference_at(a: &str, b: &str) -> String {
    match url_text::first_difference(a, b) {
        Some(d) => {
            format!(
                "{}, first different at character {}",
                d.what.words(),
                d.index.saturating_add(1)
            )
        }
        None => "nothing".into(),
    }
}

/// Every part in which two URLs differ: "scheme, host and port"; [`difference`] where that says more.
pub(crate) fn differences(a: &str, b: &str) -> String {
    let (Some(x), Some(y)) = (url_text::split(a), url_text::split(b)) else {
        return difference(a, b);
    };
    let same_host = x.host.eq_ignore_ascii_case(y.host);
    let parts = [
        ("scheme", x.scheme.eq_ignore_ascii_case(y.scheme)),
        ("host", same_host),
        (
            "port",
            !same_host || x.effective_port() == y.effective_port(),
        ),
        ("path", x.path == y.path),
    ];
    let other: Vec<&str> = parts
        .into_iter()
        .filter_map(|(name, same)| (!same).then_some(name))
        .collect();
    match other.as_slice() {
        [] | [_] => difference(a, b),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// Method and URL of a request, and what it was for where neither tells.
pub(crate) fn request(exchange: &authscope_model::Exchange) -> String {
    let refresh = exchange.step == authscope_model::StepKind::Refresh;
    let purpose = if refresh { " (the refresh)" } else { "" };
    format!(
        "{} {}{purpose}",
        exchange.request.method,
        code(&exchange.request.url)
    )
}

/// The JSON-RPC method an exchange asked for, between backticks; the title of its step where there is none.
pub(crate) fn asked(exchange: &authscope_model::Exchange) -> String {
    let body = exchange.request.body.json();
    let method = body.as_ref().and_then(|b| b.get("method")?.as_str());
    method.map_or_else(|| exchange.step.title().to_owned(), code)
}

/// The name of a member that was probably meant to be `name`: other separators or case, or nearly the same.
pub(crate) fn near_member<'a>(raw: &'a serde_json::Value, name: &str) -> Option<&'a str> {
    let bare = |text: &str| -> String {
        text.chars()
            .filter(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_ascii_lowercase()
    };
    let meant = bare(name);
    let members = raw.as_object()?.keys().map(String::as_str);
    let mut others = members.filter(|m| *m != name);
    let short = meant.strip_suffix("supported");
    others.find(|m| {
        let bare = bare(m);
        bare == meant
            || short == Some(bare.as_str())
            || OTHER_NAMES.contains(&(name, bare.as_str()))
            || authscope_protocol::scope::edit_distance(&bare, &meant) <= 2
    })
}

/// Members of the specifications, and what people write instead, without separators and in lower case.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("issuer", "iss"),
    ("issuer", "issueruri"),
    ("issuer", "issuerurl"),
    ("authorization_endpoint", "authorizationurl"),
    ("authorization_endpoint", "authorizationuri"),
    ("authorization_endpoint", "authorizeendpoint"),
    ("authorization_endpoint", "authorizeurl"),
    ("authorization_endpoint", "authorizeuri"),
    ("authorization_endpoint", "authendpoint"),
    ("authorization_endpoint", "authurl"),
    ("authorization_endpoint", "authuri"),
    ("token_endpoint", "tokenurl"),
    ("token_endpoint", "tokenuri"),
    ("token_endpoint", "accesstokenurl"),
    ("token_endpoint", "accesstokenendpoint"),
    ("registration_endpoint", "registerendpoint"),
    ("registration_endpoint", "registrationurl"),
    ("registration_endpoint", "registrationuri"),
    ("registration_endpoint", "dynamicregistrationendpoint"),
    ("registration_endpoint", "clientregistrationendpoint"),
    (
        "client_id_metadata_document_supported",
        "clientidmetadatadocumentssupported",
    ),
    (
        "client_id_metadata_document_supported",
        "clientmetadatadocumentsupported",
    ),
    ("client_id_metadata_document_supported", "cimdsupported"),
    ("authorization_servers", "authservers"),
    ("authorization_servers", "oauthservers"),
    ("authorization_servers", "issuers"),
    ("authorization_servers", "issuer"),
    ("resource", "resourceurl"),
    ("resource", "resourceuri"),
    ("resource", "resourceid"),
    ("client_id", "id"),
    ("client_secret", "secret"),
];

/// The member of a JSON object that holds an object with one of the members named: an envelope.
pub(crate) fn envelope<'a>(raw: &'a serde_json::Value, names: &[&str]) -> Option<&'a str> {
    let mut members = raw.as_object()?.iter();
    let holds = |inner: &serde_json::Value| names.iter().any(|name| inner.get(name).is_some());
    // A function behind a gateway sends its whole answer, with the document as a text in it.
    let text = |inner: &serde_json::Value| {
        let read = inner.as_str().and_then(|t| serde_json::from_str(t).ok());
        read.is_some_and(|value| holds(&value))
    };
    members
        .find(|(_, inner)| holds(inner) || text(inner))
        .map(|(name, _)| name.as_str())
}

/// What a document has in place of what it should have: " (its members are `detail`, `status`)"; nothing to say about one
/// that is no object.
pub(crate) fn members(raw: &serde_json::Value) -> String {
    const SHOWN: usize = 6;
    let Some(object) = raw.as_object() else {
        return String::new();
    };
    if object.is_empty() {
        return " (it is an empty object)".into();
    }
    if let Some(said) = complaint(raw) {
        return format!(" (it says {})", code(&said));
    }
    let names: Vec<&String> = object.keys().take(SHOWN).collect();
    let more = if object.len() > SHOWN {
        " and more"
    } else {
        ""
    };
    let verb = if object.len() == 1 {
        "only member is"
    } else {
        "members are"
    };
    format!(" (its {verb} {}{more})", codes(&names))
}

/// The error that a document reports in place of itself.
fn complaint(raw: &serde_json::Value) -> Option<String> {
    use authscope_protocol::oauth_error::{ErrorShape, read};
    let error = read(500, "application/json", &raw.to_string())?;
    // A description alone may describe anything.
    let names = ["message", "msg", "error", "errorMessage"];
    let message =
        error.shape != ErrorShape::Message || names.iter().any(|name| raw.get(name).is_some());
    let told = message
        && error.shape != ErrorShape::OtherJson
        && error.shape != ErrorShape::ProblemDetails;
    let parts: Vec<String> = [error.error, error.description]
        .into_iter()
        .flatten()
        .collect();
    (told && !parts.is_empty()).then(|| parts.join(": "))
}

/// Where JSON cannot be read on, in the parser's words.
pub(crate) fn json_error(text: &str) -> Option<String> {
    let text = text.trim_start_matches('\u{feff}');
    let read = serde_json::from_str::<serde_json::Value>(text);
    read.err().map(|error| error.to_string())
}

/// The URL without exactly one slash at its end.
pub(crate) fn without_slash(url: &str) -> &str {
    url.strip_suffix('/').unwrap_or(url)
}

/// The host of a URL, the text itself when it has none.
pub(crate) fn host(url: &str) -> &str {
    url_text::split(url).map_or(url, |parts| parts.host)
}

/// Whether a URL's host is this machine.
pub(crate) fn is_loopback(url: &str) -> bool {
    url_text::split(url).is_some_and(|parts| url_text::is_loopback_host(parts.host))
}

/// Whether a URL is plain http on a host that is not this machine.
pub(crate) fn is_plain_http(url: &str) -> bool {
    url_text::split(url).is_some_and(|parts| {
        parts.scheme.eq_ignore_ascii_case("http") && !url_text::is_loopback_host(parts.host)
    })
}

/// Whether a text is an absolute http or https URL with a host.
pub(crate) fn is_web_url(url: &str) -> bool {
    url_text::split(url).is_some_and(|parts| parts.is_web() && !parts.host.is_empty())
}

/// "1 warning", "2 warnings".
pub(crate) fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// A sentence with its full stop.
pub(crate) fn sentence(text: &str) -> String {
    let trimmed = text.trim_end();
    if trimmed.ends_with(['.', '!', '?']) {
        trimmed.to_owned()
    } else {
        format!("{trimmed}.")
    }
}

/// What kind of body a response has, in words, with the fingerprint of a web app or a bot protection.
pub(crate) fn body_kind(response: &authscope_model::exchange::Response) -> String {
    let text = response.body.text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() {
        return if response.body.base64.is_some() {
            "binary data".into()
        } else {
            "an empty body".into()
        };
    }
    if !is_html(response) {
        return match response.body.json() {
            Some(serde_json::Value::Object(_)) => "a JSON object".into(),
            Some(serde_json::Value::Array(_)) => "a JSON array".into(),
            Some(serde_json::Value::String(_)) => "a JSON string".into(),
            None if text.starts_with(['{', '[']) => "broken JSON".into(),
            None if text.starts_with('<') => "XML".into(),
            _ => "plain text".into(),
        };
    }
    match (protection(response), html_title(text)) {
        (Some(name), _) => format!("an HTML page of a bot protection ({name})"),
        (None, Some(title)) => format!("an HTML page titled \"{title}\""),
        (None, None) => "an HTML page".into(),
    }
}

/// Whether a body is HTML, whatever its Content-Type says.
pub(crate) fn is_html(response: &authscope_model::exchange::Response) -> bool {
    let text = response
        .body
        .text
        .trim_start_matches('\u{feff}')
        .trim_start();
    let start: String = text
        .chars()
        .take(15)
        .collect::<String>()
        .to_ascii_lowercase();
    start.starts_with("<!doctype html")
        || start.starts_with("<html")
        || start.starts_with("<!--")
        || (response.media_type() == "text/html" && !text.starts_with(['{', '[']))
}

/// The bot protection or firewall a response shows the marks of.
pub(crate) fn protection(response: &authscope_model::exchange::Response) -> Option<&'static str> {
    let server = response
        .header("server")
        .unwrap_or_default()
        .to_ascii_lowercase();
    let text = response
        .body
        .text
        .get(..4096)
        .unwrap_or(&response.body.text);
    if response.header("cf-mitigated").is_some()
        || text.contains("Just a moment...")
        || text.contains("cf-chl")
    {
        return Some("Cloudflare");
    }
    if response.header("x-amzn-waf-action").is_some() {
        return Some("AWS WAF");
    }
    if server.contains("akamaighost") && text.contains("Access Denied") {
        return Some("Akamai");
    }
    if text.contains("Incapsula incident") || text.contains("_Incapsula_") {
        return Some("Imperva");
    }
    let generic = ["Request blocked", "captcha", "Attention Required"];
    generic
        .iter()
        .any(|mark| text.contains(mark))
        .then_some("unknown product")
}

/// What a page calls itself.
pub(crate) fn html_title(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let open = lower.find("<title")?;
    let start = open
        .saturating_add(lower.get(open..)?.find('>')?)
        .saturating_add(1);
    let length = lower.get(start..)?.find('<')?;
    let title = text.get(start..start.saturating_add(length))?;
    let title = authscope_protocol::parsed::excerpt(title, 80);
    (!title.is_empty()).then_some(title)
}

/// As much of a page as is read for its words: a hostile one may be large.
pub(crate) fn first_part(text: &str) -> &str {
    const MOST: usize = 20_000;
    text.get(..text.floor_char_boundary(MOST)).unwrap_or(text)
}

/// The beginning of a text, on one line.
pub(crate) fn start(text: &str) -> String {
    authscope_protocol::parsed::excerpt(text, 120)
}

/// The URL with its last slash taken away, or with one added.
pub(crate) fn toggled_slash(url: &str) -> String {
    match url.strip_suffix('/') {
        Some(without) => without.to_owned(),
        None => format!("{url}/"),
    }
}

/// Whether a host is a private address or a name without a dot, which only an inner network knows.
pub(crate) fn is_private_host(host: &str) -> bool {
    authscope_protocol::reach::is_private_host(host)
}

/// A problem of a document as part of a sentence: the member, and what is wrong.
pub(crate) fn problem(problem: &authscope_protocol::parsed::Problem) -> String {
    let member = problem.pointer.trim_start_matches('/').replace('/', ".");
    if member.is_empty() || problem.message.contains(&member) {
        return problem.message.clone();
    }
    format!("`{member}`: {}", problem.message)
}

/// Whether a problem is a repeated member, which has a rule of its own.
pub(crate) fn is_repetition(problem: &authscope_protocol::parsed::Problem) -> bool {
    problem.expected.starts_with("each member once")
}

/// What an exchange answered, in words.
pub(crate) fn answer(exchange: &authscope_model::Exchange) -> String {
    match (exchange.response(), exchange.failure()) {
        (Some(response), _) if response.is_success() => {
            format!("{} with {}", response.status, body_kind(response))
        }
        (Some(response), _) if response.status < 400 => match response.header("location") {
            Some(location) => format!("{} to {}", response.status, start(location)),
            None => response.status.to_string(),
        },
        (Some(response), _) => response.status.to_string(),
        (None, Some(failure)) => failure.message.trim_end_matches('.').to_owned(),
        (None, None) => "no answer".into(),
    }
}

/// Whether a response redirects to the same URL with a slash more or less: that says nothing about a token.
pub(crate) fn is_slash_redirect(url: &str, response: &authscope_model::exchange::Response) -> bool {
    let location = response.header("location").unwrap_or_default();
    let other = toggled_slash(url);
    matches!(response.status, 301..=308)
        && !location.is_empty()
        && (location == other || (location.starts_with('/') && other.ends_with(location)))
}

/// What kind of JSON value it is, with its article.
pub(crate) fn value_kind(value: &serde_json::Value) -> &'static str {
    match value {
        serde_json::Value::Null => "null",
        serde_json::Value::Bool(_) => "a boolean",
        serde_json::Value::Number(_) => "a number",
        serde_json::Value::String(text) if text.trim().is_empty() => "an empty string",
        serde_json::Value::String(_) => "a string",
        serde_json::Value::Array(_) => "an array",
        serde_json::Value::Object(_) => "an object",
    }
}

/// Requests for a document and their answers, each once; a redirect with where it leads and how often it came.
pub(crate) fn attempts(exchanges: &[&authscope_model::Exchange]) -> String {
    let mut lines: Vec<(String, usize)> = Vec::new();
    for exchange in exchanges {
        let line = format!("{}: {}", exchange.request.url, answer(exchange));
        match lines.iter_mut().find(|(known, _)| *known == line) {
            Some((_, count)) => *count = count.saturating_add(1),
            None => lines.push((line, 1)),
        }
    }
    let words = |(line, count): &(String, usize)| match (line.contains(" to "), count) {
        (_, 1) => line.clone(),
        (true, _) => format!("{line}, {count} times: a redirect loop"),
        (false, _) => format!("{line}, {count} times"),
    };
    lines.iter().map(words).collect::<Vec<_>>().join("; ")
}
