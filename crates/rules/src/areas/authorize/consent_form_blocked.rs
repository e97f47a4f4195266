//! The consent page's policy forbids the way back.

use crate::prelude::*;

pub(super) static INFO: RuleInfo = RuleInfo {
    id: "consent-form-blocked",
    summary: "The content security policy of the consent page forbids the redirect back to the client",
    area: Area::Authorize,
    party: Party::AuthorizationServer,
    keywords: Keywords::all(Should),
    needs: Need::Authorize,
    references: &["CSP3#directive-form-action", "RFC6749-4.1.2"],
    confidence: Confidence::Likely,
    corpus: &["AR-08"],
    clients: Some("Chrome and Edge (Firefox lets it pass)"),
    ..RuleInfo::BASE
};

pub(super) fn check(context: &Context<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for attempt in context.attempts() {
        let Some(redirect) = attempt.param("redirect_uri") else { continue };
        for leg in attempt.legs() {
            let Some(response) = leg.response().filter(|r| r.is_success() && words::is_html(r)) else { continue };
            // A form is what the directive is about.
            if !response.body.text.to_lowercase().contains("<form") {
                continue;
            }
            let policy = response.header("content-security-policy").unwrap_or_default();
            let Some(sources) = form_action(policy) else { continue };
            if !allows(&sources, redirect, &leg.request.url) {
                hits.push(hit(leg, &sources, redirect));
            }
        }
    }
    hits
}

/// The sources of `form-action`, when the policy has it.
fn form_action(policy: &str) -> Option<Vec<String>> {
    let directive = policy.split(';').map(str::trim).find(|d| d.to_ascii_lowercase().starts_with("form-action"))?;
    Some(directive.split_whitespace().skip(1).map(str::to_owned).collect())
}

fn allows(sources: &[String], redirect: &str, page: &str) -> bool {
    let Some(parts) = url_text::split(redirect) else { return true };
    sources.iter().any(|source| {
        let source = source.trim_end_matches('/');
        source == "*" && parts.is_web()
            || source.eq_ignore_ascii_case("'self'") && url_text::same_origin(page, redirect)
            || source.eq_ignore_ascii_case(&format!("{}:", parts.scheme))
            || redirect.starts_with(source)
            || source.starts_with("http://localhost:*") && parts.host == "localhost"
            || source.starts_with("http://127.0.0.1:*") && parts.host == "127.0.0.1"
            || source.trim_start_matches("http://").trim_start_matches("https://") == parts.host
    })
}

fn hit(leg: &Exchange, sources: &[String], redirect: &str) -> Hit {
    let origin = url_text::origin(redirect).unwrap_or_else(|| redirect.to_owned());
    Hit::new(
        at::header(leg, "content-security-policy"),
        format!(
            "The consent page has `Content-Security-Policy: form-action {}`, which does not allow the redirect to {}: in Chrome the button does nothing.",
            sources.join(" "),
            code(redirect)
        ),
    )
    .expected(format!("form-action with {origin}, or no form-action"))
    .received(format!("form-action {}", sources.join(" ")))
    .fix(format!("Leave `form-action` out of the policy of this page, or add the checked redirect origin: {}.", code(&origin)))
    .snippet("header", format!("Content-Security-Policy: default-src 'self'; form-action 'self' {origin}"))
}
