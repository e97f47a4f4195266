//! A person at a browser, as far as plain HTTP goes: follows redirects, keeps cookies, fills in forms.
//!
//! Crude on purpose. It reads forms as text and knows nothing of the servers it is used with, so that a page which
//! changes either still works or stops with its text.

use anyhow::{Context as _, bail};
use reqwest::header::{ACCEPT, LOCATION};
use reqwest::redirect::Policy;
use url::Url;

/// Pages and redirects at most.
const MOST: usize = 25;

/// What the person does when asked to consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    /// Allows.
    Allow,
    /// Denies.
    Deny,
}

/// The person.
pub struct Person {
    http: reqwest::Client,
    login: String,
    password: String,
    consent: Consent,
}

impl Person {
    /// A person with an account and an opinion, and a browser without cookies.
    ///
    /// # Errors
    /// When no HTTP client can be made.
    pub fn new(login: &str, password: &str, consent: Consent) -> anyhow::Result<Self> {
        let http = reqwest::Client::builder()
            .cookie_store(true)
            .redirect(Policy::none())
            .no_proxy()
            .build()?;
        Ok(Self {
            http,
            login: login.into(),
            password: password.into(),
            consent,
        })
    }

    /// Opens the authorization URL and does what the pages ask for. Returns the address that the browser is sent
    /// back to, without opening it.
    ///
    /// # Errors
    /// When a page asks for something else, or a server answers with an error.
    pub async fn sign_in(&self, url: &str, redirect_uri: &str) -> anyhow::Result<String> {
        let mut request = self.http.get(url);
        let mut here = Url::parse(url)?;
        for _ in 0..MOST {
            let response = request
                .header(ACCEPT, "text/html, */*;q=0.5")
                .send()
                .await?;
            if response.status().is_redirection() {
                let to = response
                    .headers()
                    .get(LOCATION)
                    .context("a redirect without Location")?;
                let to = to.to_str()?.to_owned();
                if to.starts_with(redirect_uri) {
                    return Ok(to);
                }
                here = here.join(&to)?;
                request = self.http.get(here.clone());
                continue;
            }
            let status = response.status();
            let page = response.text().await?;
            if !status.is_success() {
                bail!("{here} answered {status}: {}", text_of(&page));
            }
            (here, request) = self.act(&here, &page)?;
        }
        bail!("more than {MOST} pages and redirects, the last one {here}")
    }

    /// What to do with a page: press the link or the button that fits.
    fn act(&self, here: &Url, page: &str) -> anyhow::Result<(Url, reqwest::RequestBuilder)> {
        if self.consent == Consent::Deny
            && let Some(link) = links(page).find(|link| denies(link))
        {
            let to = here.join(&link)?;
            return Ok((to.clone(), self.http.get(to)));
        }
        let forms = forms(page);
        let form = forms
            .iter()
            .find(|form| form.asks())
            .or_else(|| forms.first());
        let Some(form) = form else {
            bail!("{here} has no form: {}", text_of(page));
        };
        let to = here.join(&form.action)?;
        let pairs = form.filled(&self.login, &self.password, self.consent);
        Ok(if form.post {
            (to.clone(), self.http.post(to).form(&pairs))
        } else {
            let mut to = to;
            to.query_pairs_mut().clear().extend_pairs(&pairs);
            (to.clone(), self.http.get(to))
        })
    }
}

/// Opens a page without cookies and reads it: its status and text.
///
/// # Errors
/// When nothing answers.
pub async fn open_page(url: &str) -> anyhow::Result<(u16, String)> {
    let http = reqwest::Client::builder().no_proxy().build()?;
    let answer = http.get(url).send().await?;
    Ok((answer.status().as_u16(), answer.text().await?))
}

/// Whether words on a button or link mean no.
fn denies(words: &str) -> bool {
    let words = words.to_ascii_lowercase();
    ["deny", "abort", "cancel", "decline", "reject"]
        .iter()
        .any(|no| words.contains(no))
}

/// Whether words on a button mean to start over as somebody else.
fn leaves(words: &str) -> bool {
    let words = words.to_ascii_lowercase();
    ["logout", "log out", "sign out", "switch"]
        .iter()
        .any(|leave| words.contains(leave))
}

/// A form on a page.
struct Form {
    action: String,
    post: bool,
    fields: Vec<Field>,
}

/// An input or button.
struct Field {
    kind: String,
    name: String,
    value: String,
    checked: bool,
}

impl Form {
    /// Whether it asks the person for something, as opposed to a search field or a language switch.
    fn asks(&self) -> bool {
        self.post && !self.fields.is_empty()
    }

    fn filled(&self, login: &str, password: &str, consent: Consent) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        for field in self.fields.iter().filter(|field| !field.name.is_empty()) {
            let value = match field.kind.as_str() {
                "submit" | "button" | "image" | "reset" => continue,
                "checkbox" | "radio" if !field.checked => continue,
                "password" => password,
                "text" | "email" if field.value.is_empty() => login,
                _ => &field.value,
            };
            pairs.push((field.name.clone(), value.to_owned()));
        }
        let buttons = self.fields.iter().filter(|field| field.kind == "submit");
        let fits = |field: &&Field| match consent {
            Consent::Allow => !denies(&field.value) && !leaves(&field.value),
            Consent::Deny => denies(&field.value),
        };
        if let Some(button) = buttons
            .clone()
            .find(fits)
            .or_else(|| buttons.clone().next())
            && !button.name.is_empty()
        {
            pairs.push((button.name.clone(), button.value.clone()));
        }
        pairs
    }
}

fn forms(page: &str) -> Vec<Form> {
    let form = |part: &str| {
        let (head, rest) = part.split_once('>')?;
        let body = rest.split("</form").next().unwrap_or_default();
        Some(Form {
            action: attribute(head, "action").unwrap_or_default(),
            post: attribute(head, "method").is_some_and(|m| m.eq_ignore_ascii_case("post")),
            fields: fields(body),
        })
    };
    page.split("<form").skip(1).filter_map(form).collect()
}

fn fields(body: &str) -> Vec<Field> {
    let field = |part: &str| {
        let button = part.starts_with("button");
        if !button && !part.starts_with("input") {
            return None;
        }
        let tag = part.split('>').next().unwrap_or_default();
        let kind = if button { "submit" } else { "text" };
        Some(Field {
            kind: attribute(tag, "type")
                .unwrap_or_else(|| kind.into())
                .to_ascii_lowercase(),
            name: attribute(tag, "name").unwrap_or_default(),
            value: attribute(tag, "value").unwrap_or_default(),
            checked: tag
                .split_whitespace()
                .any(|word| word.starts_with("checked")),
        })
    };
    body.split('<').filter_map(field).collect()
}

fn links(page: &str) -> impl Iterator<Item = String> + '_ {
    page.split("<a ")
        .skip(1)
        .filter_map(|part| attribute(part.split('>').next()?, "href"))
}

/// The value of an attribute in the text of a tag.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let mut from = 0;
    loop {
        let at = from + tag.get(from..)?.find(name)?;
        let whole = at == 0 || tag[..at].ends_with([' ', '\n', '\t', '"', '\'']);
        let rest = tag[at + name.len()..].trim_start();
        from = at + name.len();
        let Some(value) = rest.strip_prefix('=').filter(|_| whole) else {
            continue;
        };
        let value = value.trim_start();
        let text = match value.chars().next()? {
            quote @ ('"' | '\'') => value[1..].split(quote).next()?,
            _ => value.split([' ', '\n', '>']).next()?,
        };
        return Some(unescape(text));
    }
}

fn unescape(text: &str) -> String {
    [
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#x2F;", "/"),
        ("&#x3D;", "="),
        ("&amp;", "&"),
    ]
    .iter()
    .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

/// The words of a page, for messages.
fn text_of(page: &str) -> String {
    let words = page
        .split('<')
        .filter_map(|part| part.split_once('>'))
        .flat_map(|(_, text)| text.split_whitespace());
    words.take(80).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<form action="/search"><input name=q></form>
        <form method='POST' action="/login?a=1&amp;b=2"><input type="hidden" name="csrf" value="x&quot;y">
        <input name="login"><input type=password name="password"><input type="checkbox" name="keep">
        <button name="decision" value="logout">Somebody else</button><button name="decision" value="approve">Allow</button><button name="decision" value="deny">No</button></form>
        <a href="/abort">Cancel</a>"#;

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.into(), value.into())
    }

    #[test]
    fn a_form_is_filled_in() {
        let forms = forms(PAGE);
        let form = forms.iter().find(|form| form.asks()).unwrap();
        assert_eq!(form.action, "/login?a=1&b=2");
        let common = [
            pair("csrf", "x\"y"),
            pair("login", "ana"),
            pair("password", "pw"),
        ];
        for (consent, button) in [(Consent::Allow, "approve"), (Consent::Deny, "deny")] {
            let mut expected = common.to_vec();
            expected.push(pair("decision", button));
            assert_eq!(form.filled("ana", "pw", consent), expected);
        }
    }

    #[test]
    fn a_link_can_mean_no() {
        assert_eq!(
            links(PAGE).find(|link| denies(link)).as_deref(),
            Some("/abort")
        );
    }
}
