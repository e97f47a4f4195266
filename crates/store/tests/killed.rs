//! A process that writes is killed at random moments, again and again on the same folder: nothing that it said was
//! written is lost, what is written together stays together, and the file is whole.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(
    clippy::print_stdout,
    reason = "the writer reports through its standard output what it has written"
)]

use authscope_model::EventKind;
use authscope_model::event::Tone;
use authscope_store::{Batch, NewSession, OpenOptions, SqliteStore, Store, StoreError};
use authscope_testkit::Random;
use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Lines};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

const ROUNDS: u64 = 200;
const FOLDER: &str = "AUTHSCOPE_TEST_FOLDER";
/// Sessions that grow over all rounds.
const GROWING: [&str; 3] = ["a", "b", "c"];

fn note(text: &str) -> EventKind {
    EventKind::Note {
        exchange: None,
        tone: Tone::Info,
        text: text.into(),
    }
}

fn new(id: &str) -> NewSession {
    NewSession {
        id: id.into(),
        created_at: 1,
        title: String::new(),
        server_url: String::new(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the process that is killed: the other test of this file starts it"]
async fn writer() {
    let folder = std::env::var(FOLDER).unwrap();
    let store = SqliteStore::open(OpenOptions::new(folder)).await.unwrap();
    // Each line is one write to the pipe, so the reader gets whole lines even from a killed process.
    println!("\nready");
    let grow = GROWING.map(|id| tokio::spawn(grow(store.clone(), id)));
    let come_and_go = tokio::spawn(come_and_go(store));
    for task in grow {
        task.await.unwrap();
    }
    come_and_go.await.unwrap();
}

async fn grow(store: SqliteStore, id: &'static str) {
    match store.create_session(new(id)).await {
        Ok(()) | Err(StoreError::SessionExists(_)) => {}
        Err(error) => panic!("{error}"),
    }
    let mut last = store.last_seq(id).await.unwrap();
    let mut random = Random(last * 2 + 1);
    loop {
        let count = random.below(3) + 1;
        let text = "x".repeat(usize::try_from(random.below(3000)).unwrap());
        let events = (0..count).map(|_| (1, note(&text))).collect();
        last += count;
        let total = last.to_string();
        let batch = Batch::of_events(events).seal("total", total.as_bytes());
        let batch = batch.pending(&format!("{id}-{last}"));
        let written = store.commit(id, batch).await.unwrap();
        assert_eq!(written.last().unwrap().seq, last);
        println!("wrote {id} {last}");
    }
}

async fn come_and_go(store: SqliteStore) {
    // Each id is used once: what was reported as deleted must be gone, whatever is made after it.
    for number in 0_u64.. {
        let id = format!("gone-{}-{number}", std::process::id());
        store.create_session(new(&id)).await.unwrap();
        store.append(&id, vec![(1, note(&id))]).await.unwrap();
        store.delete_session(&id).await.unwrap();
        println!("deleted {id} 0");
    }
}

/// What the killed processes said.
#[derive(Default)]
struct Said {
    written: HashMap<String, u64>,
    deleted: Vec<String>,
    lines: u64,
}

impl Said {
    /// Takes a line; false when it is none of the writer's reports.
    fn take(&mut self, line: &str) -> bool {
        let words: Vec<&str> = line.split(' ').collect();
        match words.as_slice() {
            ["wrote", id, seq] => {
                let seq = seq.parse().unwrap();
                let before = self.written.insert((*id).to_owned(), seq);
                assert!(before.is_none_or(|before| before < seq));
            }
            ["deleted", id, _] => self.deleted.push((*id).to_owned()),
            _ => return false,
        }
        self.lines += 1;
        true
    }
}

fn start(folder: &Path) -> (Child, Lines<BufReader<ChildStdout>>) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["writer", "--exact", "--ignored", "--nocapture"])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    (child, lines)
}

/// Lets a writer work for a random while and kills it.
fn round(folder: &Path, random: &mut Random, said: &mut Said) {
    let (mut child, mut lines) = start(folder);
    // Now and then it does not even come to open the store.
    if random.below(8) != 0 {
        let ready = lines.by_ref().any(|line| line.unwrap() == "ready");
        assert!(ready, "the writer ended before it opened the store");
        for _ in 0..random.below(12) {
            said.take(&lines.next().unwrap().unwrap());
        }
    }
    std::thread::sleep(Duration::from_micros(random.below(4000)));
    child.kill().unwrap();
    child.wait().unwrap();
    for line in lines {
        said.take(&line.unwrap());
    }
}

async fn is_whole(folder: &Path, said: &Said) {
    let store = SqliteStore::open(OpenOptions::new(folder)).await.unwrap();
    for (id, written) in &said.written {
        let events = store.events(id, 0, usize::MAX).await.unwrap();
        let last = u64::try_from(events.len()).unwrap();
        assert!(
            last >= *written,
            "{id}: {written} were acknowledged, {last} are there"
        );
        assert!((1..).zip(&events).all(|(seq, event)| event.seq == seq));
        let total = store.get_sealed(id, "total").await.unwrap().unwrap();
        assert_eq!(
            total,
            last.to_string().as_bytes(),
            "{id}: the batch was torn"
        );
        let pending = store.find_pending(&format!("{id}-{last}")).await.unwrap();
        assert_eq!(pending.as_deref(), Some(id.as_str()));
    }
    for id in &said.deleted {
        let error = store.session(id).await.unwrap_err();
        assert!(matches!(error, StoreError::UnknownSession(_)), "{error}");
    }
    store.check_integrity().await.unwrap();
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_any_moment_nothing_acknowledged_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut said = Said::default();
    for number in 0..ROUNDS {
        round(folder.path(), &mut random, &mut said);
        is_whole(folder.path(), &said).await;
        if number % 25 == 24 {
            // The file stays small, so that looking at all of it stays quick.
            start_over(folder.path(), &mut said).await;
        }
    }
    assert!(said.lines > ROUNDS, "only {} writes were seen", said.lines);
}

async fn start_over(folder: &Path, said: &mut Said) {
    let store = SqliteStore::open(OpenOptions::new(folder)).await.unwrap();
    let rows = store.sessions(usize::MAX).await.unwrap();
    let ids: Vec<_> = rows.into_iter().map(|row| row.summary.id).collect();
    store.delete_sessions(&ids).await.unwrap();
    store.close().await;
    said.written.clear();
    said.deleted.clear();
}
