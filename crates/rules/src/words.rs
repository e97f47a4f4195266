//! Words that messages share: quoting, lists, differences between two values.

use authscope_protocol::url_text;

/// A value between backticks, on one line and not endless.
pub(crate) fn code(value: &str) -> String {
    let short = authscope_protocol::parsed::excerpt(value, 300).replace('`', "'");
    if short.is_empty() {
        "(empty)".into()
    } else {
        format!("`{short}`")
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
        return if text.starts_with(['{', '[']) {
            "broken JSON".into()
        } else {
            "plain text".into()
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

fn html_title(text: &str) -> Option<String> {
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
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    match bare.parse::<std::net::IpAddr>() {
        Ok(std::net::IpAddr::V4(ip)) => {
            ip.is_private() || ip.is_link_local() || ip.is_unspecified()
        }
        Ok(std::net::IpAddr::V6(ip)) => {
            ip.is_unique_local() || ip.is_unicast_link_local() || ip.is_unspecified()
        }
        Err(_) => {
            let lower = bare.to_ascii_lowercase();
            let inner = [".local", ".internal", ".svc", ".cluster.local", ".lan"];
            !lower.contains('.') && lower != "localhost"
                || inner.iter().any(|end| lower.ends_with(end))
        }
    }
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
