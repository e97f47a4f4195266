//! What the process writes to its log over a whole flow with links: routes, never a query, a token, a code or an id.

use crate::app::App;
use crate::target::Target;
use serde_json::{Value, json};

#[tokio::test]
async fn a_whole_flow_with_links_leaves_no_secret_in_the_log() {
    let app = App::with(&[
        "--log-format",
        "json",
        "--public-url",
        "http://localhost:1/",
        "--guard",
        "local",
    ]);
    let target = Target::start(|_, _| None).await;
    let (id, transcript) = app.run_as_owner(&target.mcp()).await;
    assert!(transcript.is_finished());
    let mut secrets = vec![
        id.clone(),
        "code-of-the-hostile-target-1".to_owned(),
        "at-31415926535897932384626433832795".to_owned(),
        target.mcp(),
        "queried-canary-4711".to_owned(),
    ];
    for kind in ["watch", "drive", "snapshot", "owner"] {
        let made = app
            .post_as_owner(
                &format!("api/sessions/{id}/links"),
                &json!({"kind": kind, "name": "named-canary-4712"}),
            )
            .await;
        let made: Value = made.json().await.unwrap();
        let token = made["url"]
            .as_str()
            .unwrap()
            .rsplit('/')
            .next()
            .unwrap()
            .to_owned();
        let opened = app.get(&format!("s/{token}?utm=queried-canary-4711")).await;
        assert_eq!(opened.status(), 303);
        assert_eq!(opened.headers()["referrer-policy"], "no-referrer");
        assert_eq!(opened.headers()["cache-control"], "no-store");
        for path in [
            format!("s/{token}/step/1"),
            format!("s/{token}x"),
            format!("sessions/{id}?t={token}"),
        ] {
            app.get(&path).await;
        }
        secrets.push(token);
    }
    secrets.push("named-canary-4712".to_owned());
    for path in [
        "oauth/callback?code=queried-canary-4711&state=queried-canary-4711",
        "api/nothing?access_token=queried-canary-4711",
        "queried-canary-4711",
        "compare/queried-canary-4711/queried-canary-4711",
        "rules/queried-canary-4711?q=queried-canary-4711",
    ] {
        app.get(path).await;
    }
    let log = app.log();
    for route in ["/s/{token}", "/oauth/callback", "/api/sessions/{id}/links"] {
        assert!(
            log.contains(&format!("\"route\":\"{route}\"")),
            "{route} is not in the log:\n{log}"
        );
    }
    for secret in secrets {
        assert!(!log.contains(&secret), "{secret} is in the log:\n{log}");
    }
}

#[tokio::test]
async fn pages_of_sessions_are_kept_by_nobody_and_found_by_nobody() {
    let app = App::start();
    let target = Target::start(|_, _| None).await;
    let (id, _) = app.run(&target.mcp()).await;
    let robots = app.get("robots.txt").await.text().await.unwrap();
    assert!(robots.contains("Disallow: /"), "{robots}");
    for path in [
        format!("sessions/{id}"),
        format!("sessions/{id}/step/1"),
        format!("sessions/{id}/checks"),
        format!("compare/{id}/{id}"),
        format!("api/sessions/{id}"),
        format!("api/sessions/{id}/events"),
        format!("api/sessions/{id}/export/html"),
        "s/0000".to_owned(),
        "oauth/callback?code=x&state=y".to_owned(),
    ] {
        let answer = app.get(&path).await;
        let header = |name: &str| {
            answer
                .headers()
                .get(name)
                .map(|v| v.to_str().unwrap().to_owned())
                .unwrap_or_default()
        };
        assert!(
            header("cache-control").contains("no-store"),
            "{path}: {}",
            header("cache-control")
        );
        assert_eq!(header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(header("x-robots-tag"), "noindex", "{path}");
    }
}
