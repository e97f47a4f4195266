//! The store that several processes share, on a real PostgreSQL server: the contract of all stores, and what only this
//! one promises. One server serves all cases of a test; each case has a database of its own.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod suite;

use authscope_model::EventKind;
use authscope_model::event::Tone;
use authscope_store::{
    Batch, Instances as _, Mail, NewSession, Posted, PostgresOptions, PostgresStore, Store as _,
    StoreError,
};
use authscope_testkit::postgres::{PASSWORD, Postgres};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

fn key() -> String {
    "5a".repeat(32)
}

async fn open(address: &str) -> Result<PostgresStore, StoreError> {
    PostgresStore::open(PostgresOptions::new(address).with_key(key())).await
}

/// Runs cases one after the other and tells which failed.
struct Cases {
    server: Arc<Postgres>,
    failed: Vec<&'static str>,
}

impl Cases {
    fn start() -> Self {
        Self {
            server: Arc::new(Postgres::start().unwrap()),
            failed: Vec::new(),
        }
    }

    async fn run(&mut self, name: &'static str, case: impl Future<Output = ()> + Send + 'static) {
        if tokio::spawn(case).await.is_err() {
            self.failed.push(name);
        }
    }

    fn end(self) {
        assert!(self.failed.is_empty(), "failed: {:?}", self.failed);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_contract_is_kept() {
    let mut cases = Cases::start();
    macro_rules! run {
        ($($test:ident,)*) => {
            $({
                let store = open(&cases.server.database().unwrap()).await.unwrap();
                cases.run(stringify!($test), suite::$test(Arc::new(store.clone()))).await;
                store.close().await;
            })*
        };
    }
    suite::each_promise!(run);
    cases.end();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_several_processes_rely_on() {
    let mut cases = Cases::start();
    macro_rules! run {
        ($($test:ident,)*) => {
            $({
                let (server, address) = (Arc::clone(&cases.server), cases.server.database().unwrap());
                cases.run(stringify!($test), $test(server, address)).await;
            })*
        };
    }
    run!(
        reopening_keeps_everything,
        many_may_start_at_once_on_an_empty_database,
        readers_elsewhere_are_woken_and_told_of_the_end,
        lost_connections_lose_no_news,
        secrets_are_in_no_row_and_no_log,
        deletion_leaves_nothing_in_the_files,
        a_newer_database_is_refused_in_words,
        another_key_is_refused_and_one_is_needed,
        a_session_has_one_runner,
        a_lost_instance_loses_its_sessions_and_cannot_write_to_them,
        what_is_said_is_heard_by_the_others_and_kept_nowhere,
        mail_reaches_the_runner_once,
        mail_of_a_lost_runner_goes_to_the_next_unless_it_was_done,
    );
    cases.end();
}

fn note(text: &str) -> EventKind {
    EventKind::Note {
        exchange: None,
        tone: Tone::Info,
        text: text.into(),
    }
}

async fn make(store: &PostgresStore, id: &str) {
    let new = NewSession {
        id: id.into(),
        created_at: 1,
        title: format!("title-{id}"),
        server_url: format!("https://{id}.example/mcp"),
    };
    store.create_session(new).await.unwrap();
}

/// A batch of a runner that took the session in this epoch.
fn by_runner(epoch: u64, text: &str) -> Batch {
    Batch {
        epoch: Some(epoch),
        ..Batch::of_events(vec![(2, note(text))])
    }
}

fn psql(server: &Postgres, address: &str, statement: &str) -> String {
    let said = server
        .tool("psql")
        .args(["-At", "-d", address, "-c", statement])
        .output()
        .unwrap();
    assert!(said.status.success(), "{said:?}");
    String::from_utf8(said.stdout).unwrap()
}

/// Makes an instance count as lost, as if it had not been heard of for long.
fn lose(server: &Postgres, address: &str) {
    let statement = "UPDATE instances SET alive_until = now() - interval '1 second'";
    psql(server, address, statement);
}

async fn reopening_keeps_everything(_: Arc<Postgres>, address: String) {
    let store = open(&address).await.unwrap();
    make(&store, "s").await;
    let batch = Batch::of_events(vec![(2, note("a")), (3, note("b"))])
        .seal("flow", b"state")
        .pending("hash");
    let events = store.commit("s", batch).await.unwrap();
    let row = store.session("s").await.unwrap();
    store.close().await;
    drop(store);
    let store = open(&address).await.unwrap();
    assert_eq!(store.events("s", 0, 10).await.unwrap(), events);
    assert_eq!(store.session("s").await.unwrap(), row);
    let flow = store.get_sealed("s", "flow").await.unwrap();
    assert_eq!(flow.as_deref(), Some(b"state".as_slice()));
    let found = store.find_pending("hash").await.unwrap();
    assert_eq!(found.as_deref(), Some("s"));
}

async fn many_may_start_at_once_on_an_empty_database(_: Arc<Postgres>, address: String) {
    let starts = (0..4).map(|_| {
        let address = address.clone();
        tokio::spawn(async move { open(&address).await })
    });
    for start in starts.collect::<Vec<_>>() {
        start.await.unwrap().unwrap().check().await.unwrap();
    }
}

async fn readers_elsewhere_are_woken_and_told_of_the_end(_: Arc<Postgres>, address: String) {
    let (a, b) = (open(&address).await.unwrap(), open(&address).await.unwrap());
    make(&a, "s").await;
    let mut watch = b.watch("s").await.unwrap();
    for turn in 1..=20 {
        a.append("s", vec![(2, note("x"))]).await.unwrap();
        let seen =
            tokio::time::timeout(Duration::from_secs(5), watch.wait_for(|last| *last >= turn));
        seen.await.unwrap().unwrap();
        assert_eq!(
            b.events("s", 0, 100).await.unwrap().len(),
            usize::try_from(turn).unwrap()
        );
    }
    a.delete_session("s").await.unwrap();
    let end = async { while watch.changed().await.is_ok() {} };
    tokio::time::timeout(Duration::from_secs(5), end)
        .await
        .unwrap();
}

async fn lost_connections_lose_no_news(server: Arc<Postgres>, address: String) {
    let (a, b) = (open(&address).await.unwrap(), open(&address).await.unwrap());
    make(&a, "s").await;
    let mut watch = b.watch("s").await.unwrap();
    for turn in 1..=3 {
        psql(
            &server,
            &address,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
             WHERE datname = current_database() AND pid <> pg_backend_pid()",
        );
        // The first try may meet a connection that is gone; nothing was written then.
        let mut tries = 0;
        while let Err(error) = a.append("s", vec![(2, note("x"))]).await {
            tries += 1;
            assert!(tries < 30, "{error}");
        }
        let seen = tokio::time::timeout(
            Duration::from_secs(10),
            watch.wait_for(|last| *last >= turn),
        );
        seen.await.unwrap().unwrap();
    }
    assert_eq!(a.last_seq("s").await.unwrap(), 3);
}

async fn secrets_are_in_no_row_and_no_log(server: Arc<Postgres>, address: String) {
    let store = open(&address).await.unwrap();
    make(&store, "s").await;
    let secret = "canary-5f1d6c";
    let bytes = secret.as_bytes();
    store.put_sealed("s", "flow", bytes).await.unwrap();
    store.keep("target", "t", bytes).await.unwrap();
    store.post("s", bytes).await.unwrap();
    let dump = server
        .tool("pg_dump")
        .args(["-d", &address])
        .output()
        .unwrap();
    let dump = String::from_utf8(dump.stdout).unwrap();
    assert!(dump.contains("title-s"), "the dump holds plain text");
    // Bytes are written in hexadecimal there.
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    for trace in [secret, hex.as_str(), key().as_str()] {
        assert!(!dump.contains(trace));
    }
    for trace in [PASSWORD, secret, key().as_str()] {
        assert!(!server.log().contains(trace));
        assert!(!format!("{store:?}").contains(trace));
    }
    let wrong = address.replace(PASSWORD, "canary-wrong");
    let error = open(&wrong).await.unwrap_err().to_string();
    assert!(error.contains("password authentication failed"), "{error}");
    assert!(!error.contains("canary-wrong"), "{error}");
}

fn is_in(folder: &Path, needle: &[u8]) -> bool {
    let files = std::fs::read_dir(folder).unwrap();
    files.map(|file| file.unwrap().path()).any(|path| {
        if path.is_dir() {
            return is_in(&path, needle);
        }
        let bytes = std::fs::read(&path).unwrap_or_default();
        bytes.windows(needle.len()).any(|window| window == needle)
    })
}

async fn deletion_leaves_nothing_in_the_files(server: Arc<Postgres>, address: String) {
    let store = open(&address).await.unwrap();
    for id in ["canary-gone", "kept"] {
        make(&store, id).await;
        for turn in 0..10 {
            // A short one, which stays as it is, and one that is compressed and kept beside the table.
            let short = format!("{id}-{turn}-");
            let long: Vec<String> = (0..2000).map(|n| format!("{short}{}", n * 7919)).collect();
            let events = vec![(2, note(&short)), (2, note(&long.join(" ")))];
            let batch = Batch::of_events(events);
            let batch = batch.pending(&format!("{id}-{turn}"));
            store.commit(id, batch).await.unwrap();
        }
        store.put_sealed(id, "canary-gone", b"v").await.unwrap();
    }
    store.delete_sealed("kept", "canary-gone").await.unwrap();
    let base = server.data().join("base");
    psql(&server, &address, "CHECKPOINT");
    assert!(is_in(&base, b"canary-gone"));
    store.delete_session("canary-gone").await.unwrap();
    psql(&server, &address, "CHECKPOINT");
    assert!(!is_in(&base, b"canary-gone"));
    assert!(is_in(&base, b"kept-9-"));
    assert_eq!(store.last_seq("kept").await.unwrap(), 20);
    let marks = psql(&server, &address, "SELECT name FROM meta");
    assert_eq!(marks, "key_fingerprint\n");
}

async fn a_newer_database_is_refused_in_words(server: Arc<Postgres>, address: String) {
    open(&address).await.unwrap().close().await;
    psql(
        &server,
        &address,
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
         VALUES (9000, 'from the future', TRUE, ''::bytea, 0)",
    );
    let error = open(&address).await.unwrap_err();
    let text = error.to_string();
    assert!(matches!(error, StoreError::Newer { found: 9000, .. }));
    assert!(text.contains("newer authscope"), "{text}");
    assert!(!text.contains(PASSWORD), "{text}");
}

async fn another_key_is_refused_and_one_is_needed(_: Arc<Postgres>, address: String) {
    open(&address).await.unwrap().close().await;
    let options = PostgresOptions::new(&address);
    let error = PostgresStore::open(options.clone()).await.unwrap_err();
    assert!(matches!(error, StoreError::KeyNeeded(_)), "{error}");
    assert!(error.to_string().contains("AUTHSCOPE_KEY"), "{error}");
    let other = options.with_key("0".repeat(64));
    let error = PostgresStore::open(other).await.unwrap_err();
    assert!(matches!(error, StoreError::OtherKey { .. }), "{error}");
    assert!(!error.to_string().contains(PASSWORD), "{error}");
    open(&address).await.unwrap();
}

async fn a_session_has_one_runner(_: Arc<Postgres>, address: String) {
    let (a, b) = (open(&address).await.unwrap(), open(&address).await.unwrap());
    a.beat().await.unwrap();
    b.beat().await.unwrap();
    make(&a, "s").await;
    let takes = (0..8).map(|turn| {
        let store = if turn % 2 == 0 { a.clone() } else { b.clone() };
        tokio::spawn(async move { (turn % 2, store.take("s").await.unwrap()) })
    });
    let mut winners = Vec::new();
    for take in takes.collect::<Vec<_>>() {
        let (who, epoch) = take.await.unwrap();
        winners.extend(epoch.map(|_| who));
    }
    assert!(!winners.is_empty());
    assert!(winners.iter().all(|who| *who == winners[0]), "{winners:?}");

    let (runner, other) = if winners[0] == 0 { (&a, &b) } else { (&b, &a) };
    let (id, epoch) = runner.held().await.unwrap().remove(0);
    assert_eq!(id, "s");
    runner.commit("s", by_runner(epoch, "mine")).await.unwrap();
    assert_eq!(other.take("s").await.unwrap(), None);
    assert!(other.held().await.unwrap().is_empty());
    runner.give_back("s", epoch).await.unwrap();
    let next = other.take("s").await.unwrap().unwrap();
    assert!(next > epoch);
    // Giving back what is another's by now changes nothing.
    runner.give_back("s", epoch).await.unwrap();
    assert_eq!(other.held().await.unwrap(), [("s".to_owned(), next)]);
    // Leaving gives everything back at once.
    other.leave().await.unwrap();
    assert!(runner.take("s").await.unwrap().is_some());
    assert!(matches!(
        runner.take("nobody").await,
        Err(StoreError::UnknownSession(_))
    ));
}

/// Somebody's turn needs a runner only when the one it had is lost.
async fn a_turn_is_waited_for_by_one_who_lives(store: &PostgresStore) {
    let mut summary = store.session("s").await.unwrap().summary;
    for (status, waits) in [("your_turn", true), ("paused", false), ("running", true)] {
        summary.status = status.into();
        store.set_summary("s", summary.clone()).await.unwrap();
        assert_eq!(
            !store.waiting().await.unwrap().is_empty(),
            waits,
            "{status}"
        );
    }
}

async fn a_lost_instance_loses_its_sessions_and_cannot_write_to_them(
    server: Arc<Postgres>,
    address: String,
) {
    let (a, b) = (open(&address).await.unwrap(), open(&address).await.unwrap());
    a.beat().await.unwrap();
    make(&a, "s").await;
    let mut summary = a.session("s").await.unwrap().summary;
    summary.status = "running".into();
    let old = a.take("s").await.unwrap().unwrap();
    let batch = by_runner(old, "a").summary(summary).seal("flow", b"before");
    a.commit("s", batch).await.unwrap();
    assert!(b.waiting().await.unwrap().is_empty());
    // The runner itself is told too, in case it does not know.
    assert_eq!(a.waiting().await.unwrap(), ["s"]);

    lose(&server, &address);
    assert_eq!(b.waiting().await.unwrap(), ["s"]);
    b.beat().await.unwrap();
    a_turn_is_waited_for_by_one_who_lives(&b).await;
    let new = b.take("s").await.unwrap().unwrap();
    let late = by_runner(old, "too late")
        .seal("flow", b"from the past")
        .pending("late");
    let error = a.commit("s", late).await.unwrap_err();
    assert!(matches!(error, StoreError::TakenOver(_)), "{error}");
    assert_eq!(b.last_seq("s").await.unwrap(), 1);
    let flow = b.get_sealed("s", "flow").await.unwrap();
    assert_eq!(flow.as_deref(), Some(b"before".as_slice()));
    assert_eq!(b.find_pending("late").await.unwrap(), None);
    b.commit("s", by_runner(new, "b")).await.unwrap();
    // What is not the runner's to write is written by anybody.
    a.put_sealed("s", "note/1", b"n").await.unwrap();
    // Somebody may take it away from whoever has it.
    let frees = Batch {
        frees: true,
        ..Batch::default()
    };
    a.commit("s", frees).await.unwrap();
    let error = b.commit("s", by_runner(new, "b")).await.unwrap_err();
    assert!(matches!(error, StoreError::TakenOver(_)), "{error}");
}

async fn what_is_said_is_heard_by_the_others_and_kept_nowhere(
    server: Arc<Postgres>,
    address: String,
) {
    let (a, b) = (open(&address).await.unwrap(), open(&address).await.unwrap());
    let (mut at_a, mut at_b) = (a.hear(), b.hear());
    a.say(b"canary-first").await.unwrap();
    a.say(&[255, 0, 1]).await.unwrap();
    for text in [&b"canary-first"[..], &[255, 0, 1]] {
        let heard = tokio::time::timeout(Duration::from_secs(5), at_b.recv());
        assert_eq!(heard.await.unwrap().unwrap().text, text);
    }
    // One does not hear oneself.
    b.say(b"second").await.unwrap();
    let heard = tokio::time::timeout(Duration::from_secs(5), at_a.recv());
    assert_eq!(heard.await.unwrap().unwrap().text, b"second");
    a.say(&[7; 9000]).await.unwrap_err();
    assert!(!server.log().contains("canary-first"));
}

async fn collect(store: &PostgresStore) -> Vec<Mail> {
    store.collect().await.unwrap()
}

async fn mail_reaches_the_runner_once(_: Arc<Postgres>, address: String) {
    let (a, b) = (open(&address).await.unwrap(), open(&address).await.unwrap());
    a.beat().await.unwrap();
    make(&a, "s").await;
    let epoch = a.take("s").await.unwrap().unwrap();
    let mut bell = a.bell();
    let first = b.post("s", b"one").await.unwrap();
    let rung = tokio::time::timeout(Duration::from_secs(5), bell.changed());
    rung.await.unwrap().unwrap();
    let second = b.post("s", b"two").await.unwrap();
    assert!(collect(&b).await.is_empty());
    assert_eq!(b.look_up("s", first).await.unwrap(), Posted::Waiting);
    let mail = collect(&a).await;
    let said: Vec<_> = mail.iter().map(|m| (m.id, m.message.as_slice())).collect();
    assert_eq!(said, [(first, &b"one"[..]), (second, &b"two"[..])]);
    assert!(collect(&a).await.is_empty());
    assert_eq!(b.look_up("s", first).await.unwrap(), Posted::Claimed);
    assert!(!b.take_back(first).await.unwrap());

    let batch = Batch {
        mail: Some(first),
        ..by_runner(epoch, "done")
    };
    a.commit("s", batch).await.unwrap();
    assert_eq!(b.look_up("s", first).await.unwrap(), Posted::Done);
    a.answer(&mail[0], b"answer").await.unwrap();
    let answer = b.look_up("s", first).await.unwrap();
    assert_eq!(answer, Posted::Answered(b"answer".to_vec()));
    assert_eq!(b.look_up("s", first).await.unwrap(), Posted::Gone);

    let third = b.post("s", b"three").await.unwrap();
    assert!(b.take_back(third).await.unwrap());
    assert!(collect(&a).await.is_empty());
    assert!(matches!(
        b.post("nobody", b"x").await,
        Err(StoreError::UnknownSession(_))
    ));
    a.delete_session("s").await.unwrap();
    assert_eq!(b.look_up("s", second).await.unwrap(), Posted::Gone);
    b.tidy().await.unwrap();
}

async fn mail_of_a_lost_runner_goes_to_the_next_unless_it_was_done(
    server: Arc<Postgres>,
    address: String,
) {
    let (a, b) = (open(&address).await.unwrap(), open(&address).await.unwrap());
    a.beat().await.unwrap();
    make(&a, "s").await;
    let epoch = a.take("s").await.unwrap().unwrap();
    let done = b.post("s", b"done").await.unwrap();
    let open_still = b.post("s", b"open").await.unwrap();
    assert_eq!(collect(&a).await.len(), 2);
    let batch = Batch {
        mail: Some(done),
        ..by_runner(epoch, "done")
    };
    a.commit("s", batch).await.unwrap();
    assert!(b.waiting().await.unwrap().is_empty());
    lose(&server, &address);
    assert_eq!(b.waiting().await.unwrap(), ["s"]);
    b.beat().await.unwrap();
    b.take("s").await.unwrap().unwrap();
    let mail = collect(&b).await;
    assert_eq!(mail.iter().map(|m| m.id).collect::<Vec<_>>(), [open_still]);
}
