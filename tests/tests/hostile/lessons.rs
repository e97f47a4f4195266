//! What was found in other tools of this kind, each as a test that would have caught it there.

use crate::app::App;
use crate::target::{AS, Target, as_metadata, json_value, response};
use authscope_tests::tools;
use serde_json::json;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;
use std::time::Duration;

fn port(app: &App) -> u16 {
    url::Url::parse(&app.url).unwrap().port().unwrap()
}

/// CVE-2025-49596: a page of any site could give orders to a local debugger, because it looked at neither the origin
/// nor the host of a request (also by way of `0.0.0.0` and of names that resolve to this machine).
#[tokio::test]
async fn cve_2025_49596_no_page_of_another_site_gives_orders() {
    let app = App::start();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let order =
        json!({"config": {"server_url": "http://127.0.0.1:1/mcp"}, "start": "run"}).to_string();
    let local = format!("127.0.0.1:{}", port(&app));
    for (host, origin, media, status) in [
        (
            local.as_str(),
            "https://evil.example",
            "application/json",
            403,
        ),
        (&local, "null", "application/json", 403),
        // What a page may send without asking first.
        (&local, "", "text/plain", 415),
        (&local, "", "application/x-www-form-urlencoded", 415),
        (&local, "", "", 415),
        // Names that were made to resolve to this machine.
        (
            "rebound.example",
            "http://rebound.example",
            "application/json",
            421,
        ),
        ("0.0.0.0", "http://0.0.0.0", "application/json", 421),
    ] {
        let mut request = http
            .post(format!("{}api/sessions", app.url))
            .header("host", host)
            .body(order.clone());
        if !origin.is_empty() {
            request = request.header("origin", origin);
        }
        if !media.is_empty() {
            request = request.header("content-type", media);
        }
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status().as_u16(), status, "{host} {origin} {media}");
    }
    let made: Vec<serde_json::Value> = app.get("api/sessions").await.json().await.unwrap();
    assert_eq!(made, Vec::<serde_json::Value>::new());
    let read = http
        .get(format!("{}api/sessions", app.url))
        .header("host", "rebound.example");
    assert_eq!(read.send().await.unwrap().status(), 421);
}

/// CVE-2025-58444: the address of the sign-in page came from the server, and a `javascript:` one was opened in the
/// debugger's own origin.
#[tokio::test]
async fn cve_2025_58444_no_script_url_of_a_server_becomes_a_link() {
    let app = App::start();
    let script = "javascript:fetch('/api/sessions')//";
    let target = Target::start(move |asked, origin| {
        let mut metadata = as_metadata(origin);
        metadata["authorization_endpoint"] = script.into();
        (asked.path == AS).then(|| json_value(200, &metadata))
    })
    .await;
    let id = app
        .create_with(json!({"server_url": target.mcp(), "keep_going": true}))
        .await;
    app.settled(&id).await;
    let page = app.get(&format!("sessions/{id}/authorize")).await;
    assert!(!page.headers().contains_key("location"));
    let policy = page.headers()["content-security-policy"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(
        policy.contains("script-src 'self'") && !policy.contains("unsafe-inline"),
        "{policy}"
    );
    for path in [
        format!("sessions/{id}/authorize"),
        format!("api/sessions/{id}/export/html"),
    ] {
        let html = app.get(&path).await.text().await.unwrap();
        assert!(
            !html.contains("href=\"javascript:") && !html.contains("href='javascript:"),
            "{path}: {html}"
        );
    }
}

/// CVE-2026-23744: the debugger listened on every address by default, and whoever reached it gave it orders.
#[test]
fn cve_2026_23744_nobody_else_reaches_it_by_default() {
    let app = App::start();
    let wanted = format!(":{:04X}", port(&app));
    let mut listening = Vec::new();
    for table in ["/proc/net/tcp", "/proc/net/tcp6"] {
        let text = std::fs::read_to_string(table).unwrap_or_default();
        for line in text.lines().skip(1) {
            let words: Vec<&str> = line.split_whitespace().collect();
            // State 0A is LISTEN.
            if words[1].ends_with(&wanted) && words[3] == "0A" {
                listening.push(words[1].to_owned());
            }
        }
    }
    assert_eq!(listening, [format!("0100007F{wanted}")]);
    let default = Command::new(tools::authscope().unwrap())
        .args(["serve", "--help"])
        .output()
        .unwrap();
    let help = String::from_utf8(default.stdout).unwrap();
    assert!(help.contains("[default: 127.0.0.1:7007]"), "{help}");
    let data = tempfile::tempdir().unwrap();
    let open = Command::new(tools::authscope().unwrap())
        .args(["serve", "--listen", "0.0.0.0:0", "--data"])
        .arg(data.path().join("data"))
        .output()
        .unwrap();
    assert_eq!(open.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&open.stderr).contains("--public-url"));
}

/// CVE-2025-6514: the address of the sign-in page was handed to the system in a way that ran what was in it.
#[tokio::test]
async fn cve_2025_6514_the_systems_opener_gets_one_web_address_and_nothing_runs() {
    for (endpoint, opens) in [
        (
            "ORIGIN/authorize?a=$(touch${IFS}owned)`touch${IFS}owned`;touch${IFS}owned&touch${IFS}owned|touch${IFS}owned",
            true,
        ),
        ("ORIGIN/authorize\"&calc.exe&\"", true),
        ("file:/c:/windows/system32/calc.exe", false),
        ("a:$(touch owned)?response_type=code", false),
        ("--new-window javascript:alert(1)", false),
        ("-a Calculator", false),
        ("ORIGIN/authorize\ntouch owned", false),
        ("http:$(touch owned)", false),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let opener = folder.path().join("xdg-open");
        // One line for the number of arguments, one for each.
        std::fs::write(&opener, "#!/bin/sh\n{ echo \"$#\"; for a in \"$@\"; do printf '%s\\n' \"$a\"; done; } > opened.tmp\nmv opened.tmp opened\n").unwrap();
        std::fs::set_permissions(&opener, std::fs::Permissions::from_mode(0o755)).unwrap();
        let target = Target::start(move |asked, origin| {
            let mut metadata = as_metadata(origin);
            metadata["authorization_endpoint"] = endpoint.replace("ORIGIN", origin).into();
            match asked.path.as_str() {
                AS => Some(json_value(200, &metadata)),
                "/authorize" => Some(response(404, "", "")),
                _ => None,
            }
        })
        .await;
        let path = std::env::var("PATH").unwrap();
        let mut child = Command::new(tools::authscope().unwrap())
            .args([
                "check",
                &target.mcp(),
                "--browser",
                "--timeout",
                "2",
                "--redirect-uri",
                "http://127.0.0.1:0/callback",
            ])
            .env("PATH", format!("{}:{path}", folder.path().display()))
            .current_dir(folder.path())
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        let opened = folder.path().join("opened");
        for _ in 0..100 {
            tokio::time::sleep(Duration::from_millis(50)).await;
            if opened.exists() || child.try_wait().unwrap().is_some() {
                break;
            }
        }
        let _ = child.kill();
        let _ = child.wait();
        if opens {
            let said = std::fs::read_to_string(&opened).unwrap();
            let lines: Vec<&str> = said.lines().collect();
            assert_eq!((lines.len(), lines[0]), (2, "1"), "{said}");
            assert!(
                lines[1].starts_with(&format!("{}/authorize", target.origin)),
                "{said}"
            );
        } else {
            assert!(
                !opened.exists(),
                "{endpoint}: {:?}",
                std::fs::read_to_string(&opened)
            );
        }
        assert!(!folder.path().join("owned").exists(), "{endpoint} was run");
    }
}
