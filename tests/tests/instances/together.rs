//! People who reach a session through different instances: they know of each other, follow its owner, and lose their
//! link at once.

use crate::support::{Cluster, Target, Viewer, browser, create, free_port};
use reqwest::Client;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

async fn post(browser: &Client, url: String, body: Value) -> Value {
    let answer = browser.post(url).json(&body).send().await.unwrap();
    assert!(answer.status().is_success(), "{:?}", answer.text().await);
    let text = answer.text().await.unwrap();
    serde_json::from_str(&text).unwrap_or_default()
}

/// Somebody who opens a link through an instance, as a browser does.
async fn guest(cluster: &Cluster, base: &str, link: &Value) -> Client {
    let guest = browser();
    let url = link["url"].as_str().unwrap();
    let here = url.replacen(&cluster.public_url, base, 1);
    let opened = guest.get(here).send().await.unwrap();
    assert_eq!(opened.status(), 303);
    guest
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn those_who_watch_through_different_instances_see_each_other() {
    let target = Target::start(Duration::ZERO).await;
    let cluster = Cluster::new(format!("http://127.0.0.1:{}/", free_port()), &[]);
    let (a, b, c) = tokio::join!(
        cluster.start(free_port()),
        cluster.start(free_port()),
        cluster.start(free_port())
    );
    let owner = browser();
    let id = create(&owner, &a.base, &target.config()).await;
    let links = |base: &str| format!("{base}api/sessions/{id}/links");
    let mut seats = Vec::new();
    for (name, base) in [("Ana", &b.base), ("Bob", &c.base)] {
        let body = json!({"kind": "watch", "name": name});
        let link = post(&owner, links(&a.base), body).await;
        let guest = guest(&cluster, base, &link).await;
        let viewer = Viewer::connect(&guest, base, &id).await;
        seats.push((link["link"]["id"].as_str().unwrap().to_owned(), viewer));
    }
    let [(ana_link, mut ana), (_, mut bob)] = <[_; 2]>::try_from(seats).ok().unwrap();
    let mut here = Viewer::connect(&owner, &a.base, &id).await;
    let both = |presence: &Value| presence["names"] == json!(["Ana", "Bob"]);
    for viewer in [&mut here, &mut ana, &mut bob] {
        viewer.presence("both guests", both).await.unwrap();
    }
    let rows = owner.get(links(&c.base)).send().await.unwrap();
    let rows: Vec<Value> = rows.json().await.unwrap();
    assert!(rows.iter().all(|row| row["watching"] == 1), "{rows:?}");

    // Whichever instance hears which step the owner looks at.
    let looks = format!("{}api/sessions/{id}/presence", c.base);
    post(&owner, looks, json!({"step": 3})).await;
    for viewer in [&mut ana, &mut bob] {
        let third = |presence: &Value| presence["step"] == 3;
        viewer.presence("the third step", third).await.unwrap();
    }

    // A link taken back through one instance ends the stream on another within a second; the rest see that she left.
    let begin = Instant::now();
    let revoked = owner.delete(format!("{}/{ana_link}", links(&c.base)));
    let revoked = revoked.json(&json!({})).send().await.unwrap();
    assert!(revoked.status().is_success(), "{:?}", revoked.text().await);
    ana.gone().await.unwrap();
    assert!(
        begin.elapsed() < Duration::from_secs(2),
        "{:?}",
        begin.elapsed()
    );
    let alone = |presence: &Value| presence["names"] == json!(["Bob"]);
    here.presence("Bob alone", alone).await.unwrap();

    // Deleted by its owner on one, links say so on another.
    let gone = owner.delete(format!("{}api/sessions/{id}", a.base));
    let gone = gone.json(&json!({})).send().await.unwrap();
    assert_eq!(gone.status(), 204);
    bob.gone().await.unwrap();
}
