//! The reference pages: rules, lab, probes, and what was checked in a session.

use crate::app::{App, Options, header, problem, text};
use authscope_model::api::LabTarget;
use authscope_rules::catalogue;
use http::StatusCode;

fn target(id: &str, rules: &[&str]) -> LabTarget {
    LabTarget {
        id: id.into(),
        title: format!("Title of {id}"),
        summary: "What is wrong there.".into(),
        healthy: rules.is_empty(),
        url: format!("http://127.0.0.1:7017/{id}/mcp"),
        party: (!rules.is_empty()).then(|| "mcp_server".into()),
        rules: rules.iter().map(|rule| (*rule).to_owned()).collect(),
        settings: Vec::new(),
    }
}

fn with_lab(public_url: Option<&str>) -> App {
    App::with(&Options {
        public_url,
        lab: vec![
            target("healthy", &[]),
            target("prm-resource-slash", &["resource-mismatch"]),
            target("issuer-extra-slash", &["issuer-mismatch"]),
        ],
        ..Options::default()
    })
}

async fn page(app: &App, path: &str) -> String {
    let response = app.get(path).await;
    assert_eq!(response.status(), StatusCode::OK, "{path}");
    assert_eq!(
        header(&response, "content-type"),
        "text/html; charset=utf-8"
    );
    text(response).await
}

#[tokio::test]
async fn every_rule_has_a_page_whose_references_open_a_section() {
    let app = App::new();
    let list = page(&app, "/rules").await;
    for rule in catalogue() {
        assert!(
            list.contains(&format!("href=\"/rules/{}\"", rule.id)),
            "{}",
            rule.id
        );
        let html = page(&app, &format!("/rules/{}", rule.id)).await;
        for id in rule.references {
            let url = authscope_rules::reference(id).unwrap().url;
            let url = url.replace('&', "&amp;").replace('\'', "&#39;");
            assert!(
                html.contains(&format!(
                    "href=\"{url}\" target=\"_blank\" rel=\"noopener noreferrer\""
                )),
                "{}: {url}",
                rule.id
            );
        }
    }
}

#[tokio::test]
async fn a_rule_that_does_not_exist_says_so() {
    let app = App::new();
    for path in ["/rules/no-such-rule", "/rules/%3Cscript%3E", "/rules/%FF"] {
        let response = app.get(path).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
        assert!(
            text(response)
                .await
                .contains("There is no rule of this name")
        );
    }
}

#[tokio::test]
async fn links_stay_below_the_base_path() {
    let app = with_lab(Some("https://debug.example.org/tools/authscope/"));
    for path in [
        "rules",
        "rules/issuer-mismatch",
        "lab",
        "lab/prm-resource-slash",
        "probes",
    ] {
        let html = page(&app, &format!("/tools/authscope/{path}")).await;
        for quote in ["href=\"/", "src=\"/", "action=\"/"] {
            for at in html.match_indices(quote) {
                let rest = &html[at.0 + quote.len()..];
                assert!(
                    rest.starts_with("tools/authscope/"),
                    "{path}: {quote}{}",
                    &rest[..40.min(rest.len())]
                );
            }
        }
    }
}

#[tokio::test]
async fn the_gallery_has_every_target_and_puts_faults_together() {
    let app = with_lab(None);
    let html = page(&app, "/lab").await;
    for id in ["healthy", "prm-resource-slash", "issuer-extra-slash"] {
        assert!(html.contains(&format!("href=\"/lab/{id}\"")), "{id}");
    }
    let found = page(&app, "/lab?q=issuer").await;
    assert!(
        found.contains("/lab/issuer-extra-slash") && !found.contains("/lab/prm-resource-slash")
    );
    let both = page(&app, "/lab/prm-resource-slash+issuer-extra-slash").await;
    assert!(both.contains("http://127.0.0.1:7017/prm-resource-slash+issuer-extra-slash/mcp"));
    assert!(both.contains("/rules/issuer-mismatch") && both.contains("/rules/resource-mismatch"));
    let unknown = app.get("/lab/nope").await;
    assert_eq!(unknown.status(), StatusCode::NOT_FOUND);
    assert!(text(unknown).await.contains("The lab has no such target"));
}

#[tokio::test]
async fn without_the_lab_the_gallery_says_how_to_turn_it_on() {
    let app = App::new();
    let html = page(&app, "/lab").await;
    assert!(html.contains("The lab is off") && html.contains("serve --lab"));
    let target = app.get("/lab/healthy").await;
    assert_eq!(target.status(), StatusCode::NOT_FOUND);
    assert!(text(target).await.contains("serve --lab"));
}

#[tokio::test]
async fn the_probes_are_listed_with_what_they_may_do() {
    let app = App::new();
    let html = page(&app, "/probes").await;
    assert!(html.contains("dcr-http-redirect") && html.contains("stays registered"));
    let part = page(&app, "/probes?part=true").await;
    assert!(part.contains("dcr-http-redirect") && !part.contains("<html"));
}

#[tokio::test]
async fn what_was_checked_is_told_for_a_session_and_a_step() {
    let app = App::new();
    app.session("s", 2).await;
    let html = page(&app, "/sessions/s/checks").await;
    assert!(html.contains("Not evaluated"), "{html}");
    let part = page(&app, "/sessions/s/checks?part=true").await;
    assert!(part.contains("Not evaluated") && !part.contains("<html"));
    let step = page(&app, "/sessions/s/checks?step=7").await;
    assert!(step.contains("No rule looks at this step"), "{step}");
    let missing = app.get("/sessions/none/checks").await;
    problem(missing, StatusCode::NOT_FOUND, "unknown-session").await;
}
