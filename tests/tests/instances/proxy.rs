//! The nginx configuration of `docs/operating.md`, as it stands there but for names, ports and files, in a real nginx:
//! login in front, the header that names people, event streams, a path of its own, and an instance that goes down.

use crate::support::{Cluster, Process, Target, Viewer, create, free_port, read};
use authscope_model::transcript::Status;
use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use reqwest::Client;
use reqwest::header::{COOKIE, HeaderMap as Headers, HeaderValue};
use serde_json::{Value, json};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;

/// The address nginx connects from, and the only one that is believed.
const PROXY: &str = "127.0.0.2";

/// A running nginx.
struct Nginx(Child);

impl Drop for Nginx {
    fn drop(&mut self) {
        // TERM: the master ends its workers.
        let _ = Command::new("kill").arg(self.0.id().to_string()).status();
        let _ = self.0.wait();
    }
}

/// The block of the document, with the test's own names.
fn configuration(folder: &Path, port: u16, login: u16, instances: &[u16]) -> String {
    let document = read("docs/operating.md");
    let block = document.split_once("```nginx\n").unwrap().1;
    let block = block.split_once("```").unwrap().0;
    let mut text = block.to_owned();
    let mut put = |from: &str, to: &str| {
        assert!(text.contains(from), "the document has no {from:?} any more");
        text = text.replace(from, to);
    };
    for (number, instance) in instances.iter().enumerate() {
        put(
            &format!("10.0.0.1{}:7007", number + 1),
            &format!("127.0.0.1:{instance}"),
        );
    }
    let at = folder.display();
    put("listen 443 ssl;", &format!("listen 127.0.0.1:{port} ssl;"));
    put(
        "/etc/nginx/debug.example.org.pem",
        &format!("{at}/cert.pem"),
    );
    put("/etc/nginx/debug.example.org.key", &format!("{at}/key.pem"));
    put("/var/log/nginx/authscope.log", &format!("{at}/access.log"));
    put("127.0.0.1:4180", &format!("127.0.0.1:{login}"));
    // Where nginx keeps things is the installation's, and so is the address it connects from.
    format!(
        "daemon off;\npid {at}/pid;\nerror_log {at}/error.log info;\nevents {{}}\nhttp {{\n\
         client_body_temp_path {at}/body;\nproxy_temp_path {at}/proxy;\nfastcgi_temp_path {at}/fastcgi;\n\
         uwsgi_temp_path {at}/uwsgi;\nscgi_temp_path {at}/scgi;\nproxy_bind {PROXY};\n{text}}}\n"
    )
}

fn program() -> std::path::PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders =
        std::env::split_paths(&path).chain(["/usr/sbin".into(), "/usr/local/sbin".into()]);
    folders
        .map(|folder| folder.join("nginx"))
        .find(|file| file.is_file())
        .expect("nginx is not installed: `apt-get install nginx-light` does that, `cargo xtask test` too")
}

/// What oauth2-proxy does for `auth_request`: names whoever the cookie says, or nobody.
async fn login() -> u16 {
    async fn auth(headers: HeaderMap) -> Response {
        let cookies = headers.get("cookie").and_then(|value| value.to_str().ok());
        let who = cookies
            .into_iter()
            .flat_map(|line| line.split("; "))
            .find_map(|pair| pair.strip_prefix("who="));
        match who {
            Some(who) => (
                StatusCode::ACCEPTED,
                [("x-auth-request-user", who.to_owned())],
            )
                .into_response(),
            None => StatusCode::UNAUTHORIZED.into_response(),
        }
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let app = Router::new()
        .route("/oauth2/auth", get(auth))
        .route("/oauth2/sign_in", get(|| async { "sign in" }));
    tokio::spawn(async move { axum::serve(listener, app).await });
    port
}

/// Everything behind the public address.
struct Site {
    cluster: Cluster,
    instances: Vec<Process>,
    base: String,
    port: u16,
    certificate: reqwest::Certificate,
    _nginx: Nginx,
}

async fn site() -> Site {
    let (port, login) = (free_port(), login().await);
    let base = format!("https://debug.example.org:{port}/authscope/");
    let cluster = Cluster::new(
        base.clone(),
        &[
            "--guard=local",
            "--trusted-user-header=X-Forwarded-User",
            "--trusted-proxy=127.0.0.2/32",
        ],
    );
    let ports = [free_port(), free_port(), free_port()];
    let (a, b, c) = tokio::join!(
        cluster.start(ports[0]),
        cluster.start(ports[1]),
        cluster.start(ports[2])
    );
    let folder = cluster.folder.path();
    let made = rcgen::generate_simple_self_signed(vec!["debug.example.org".into()]).unwrap();
    std::fs::write(folder.join("cert.pem"), made.cert.pem()).unwrap();
    std::fs::write(folder.join("key.pem"), made.signing_key.serialize_pem()).unwrap();
    let file = folder.join("nginx.conf");
    std::fs::write(&file, configuration(folder, port, login, &ports)).unwrap();
    let nginx = Command::new(program())
        .arg("-c")
        .arg(&file)
        .arg("-p")
        .arg(folder)
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap();
    let site = Site {
        certificate: reqwest::Certificate::from_pem(made.cert.pem().as_bytes()).unwrap(),
        instances: vec![a, b, c],
        cluster,
        base,
        port,
        _nginx: Nginx(nginx),
    };
    let ready = async {
        let browser = site.browser(None);
        while browser.get(&site.base).send().await.is_err() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let waited = tokio::time::timeout(Duration::from_secs(15), ready).await;
    let log = std::fs::read_to_string(site.cluster.folder.path().join("error.log"));
    assert!(waited.is_ok(), "nginx: {log:?}");
    site
}

impl Site {
    /// A browser that reaches the site by its name, signed in as somebody.
    fn browser(&self, who: Option<&str>) -> Client {
        let mut headers = Headers::new();
        if let Some(who) = who {
            let cookie = HeaderValue::from_str(&format!("who={who}")).unwrap();
            headers.insert(COOKIE, cookie);
            // What the browser itself sends under this name counts nothing.
            headers.insert("x-forwarded-user", HeaderValue::from_static("mallory"));
        }
        Client::builder()
            .default_headers(headers)
            .add_root_certificate(self.certificate.clone())
            .resolve("debug.example.org", ([127, 0, 0, 1], self.port).into())
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .unwrap()
    }

    async fn status(&self, browser: &Client, path: &str) -> u16 {
        let answer = browser.get(format!("{}{path}", self.base)).send().await;
        answer.unwrap().status().as_u16()
    }
}

async fn sessions(browser: &Client, base: &str) -> usize {
    let list = browser
        .get(format!("{base}api/sessions"))
        .send()
        .await
        .unwrap();
    list.json::<Value>()
        .await
        .unwrap()
        .as_array()
        .unwrap()
        .len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_documented_nginx_signs_people_in_streams_and_leaves_out_what_is_down() {
    let site = site().await;
    let target = Target::start(Duration::ZERO).await;
    let (nobody, ana, bob) = (
        site.browser(None),
        site.browser(Some("ana")),
        site.browser(Some("bob")),
    );

    // Nobody gets in without signing in; what providers and authorization servers use is open.
    let turned_away = nobody.get(&site.base).send().await.unwrap();
    assert_eq!(turned_away.status(), 302);
    let location = turned_away.headers()["location"].to_str().unwrap();
    assert!(
        location.contains("/oauth2/sign_in?rd=/authscope/"),
        "{location}"
    );
    assert_eq!(site.status(&nobody, "api/sessions").await, 302);
    assert_eq!(
        site.status(&nobody, "oauth/callback?state=x&code=y").await,
        400
    );
    assert_eq!(site.status(&nobody, "s/none.none.none").await, 404);
    assert_eq!(site.status(&ana, "healthz").await, 404);
    assert_eq!(site.status(&ana, "api/sessions").await, 200);

    // A session belongs to whoever the proxy names, on every instance, and to nobody who says so himself.
    let id = create(&ana, &site.base, &target.config()).await;
    for _ in 0..6 {
        assert_eq!(sessions(&ana, &site.base).await, 1);
        assert_eq!(sessions(&bob, &site.base).await, 0);
        assert_eq!(site.status(&bob, &format!("api/sessions/{id}")).await, 403);
    }
    let direct = Client::builder().no_proxy().build().unwrap();
    for instance in &site.instances {
        let url = format!("{}api/sessions/{id}", instance.base);
        let asked = direct.get(url).header("x-forwarded-user", "ana").send();
        assert_eq!(asked.await.unwrap().status(), 403);
        let made = direct
            .post(format!("{}api/sessions", instance.base))
            .header("x-forwarded-user", "ana")
            .json(&json!({"config": target.config()}))
            .send();
        assert_eq!(made.await.unwrap().status(), 403);
    }

    // Events come at once, through nginx, whichever instance has them; the client document is there for everybody.
    let mut viewer = Viewer::connect(&ana, &site.base, &id).await;
    let turn = |t: &authscope_model::Transcript| matches!(t.status, Status::YourTurn(_));
    viewer.wait("the person's turn", turn).await.unwrap();
    let document = format!("oauth/client/{id}/metadata.json");
    let begin = Instant::now();
    assert_eq!(site.status(&nobody, &document).await, 200);
    let fetched = |t: &authscope_model::Transcript| {
        t.exchanges
            .iter()
            .any(|e| e.step == authscope_model::StepKind::ClientDocumentFetch)
    };
    viewer.wait("the fetch", fetched).await.unwrap();
    assert!(
        begin.elapsed() < Duration::from_secs(5),
        "{:?}",
        begin.elapsed()
    );

    goes_on_without(site, &ana).await;
}

/// An instance goes down: nobody notices.
async fn goes_on_without(mut site: Site, ana: &Client) {
    site.instances.remove(1).kill();
    for _ in 0..9 {
        assert_eq!(site.status(ana, "api/sessions").await, 200);
    }
    let log = std::fs::read_to_string(site.cluster.folder.path().join("access.log")).unwrap();
    assert!(log.contains("\"GET\" 200"), "the log is read: {log}");
    for trace in ["code=y", "none.none", "state="] {
        assert!(!log.contains(trace), "{trace} is in the log");
    }
}
