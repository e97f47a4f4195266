//! What every store promises, written once and run against each of them.

use authscope_model::event::{Mode, Tone};
use authscope_model::{Event, EventKind, Millis};
use authscope_store::{Batch, NewSession, SharedStore, StoreError};
use std::sync::Arc;

/// Hands the names of all tests to another macro.
macro_rules! each_promise {
    ($then:ident) => {
        $then! {
            a_new_session_is_ready_and_empty,
            an_id_is_taken_once,
            unknown_sessions_are_told_by_every_method,
            events_are_numbered_and_read_in_pages,
            concurrent_appends_leave_no_gap,
            a_watcher_sees_what_was_there_and_is_woken,
            a_reader_driven_by_the_watch_misses_nothing,
            a_batch_is_written_as_one,
            a_batch_for_an_unknown_session_writes_nothing,
            sealed_values_come_back_and_go,
            sealed_values_are_found_by_the_beginning_of_their_names,
            what_is_kept_comes_back_by_kind_and_goes,
            pending_callbacks_find_their_session,
            sessions_are_listed_newest_first,
            holdings_count_what_a_session_takes,
            a_summary_keeps_id_and_times,
            deletion_takes_everything_and_closes_watchers,
            the_storage_answers,
            texts_from_outside_may_hold_any_character,
        }
    };
}
pub(crate) use each_promise;

fn note(text: &str) -> EventKind {
    EventKind::Note {
        exchange: None,
        tone: Tone::Info,
        text: text.into(),
    }
}

fn notes(at: Millis, texts: &[&str]) -> Vec<(Millis, EventKind)> {
    texts.iter().map(|text| (at, note(text))).collect()
}

async fn session(store: &SharedStore, id: &str, created_at: Millis) {
    let new = NewSession {
        id: id.into(),
        created_at,
        title: format!("title of {id}"),
        server_url: "https://mcp.example/mcp".into(),
    };
    store.create_session(new).await.unwrap();
}

fn numbers(events: &[Event]) -> Vec<u64> {
    events.iter().map(|event| event.seq).collect()
}

pub(crate) async fn sealed_values_are_found_by_the_beginning_of_their_names(store: SharedStore) {
    session(&store, "s", 1).await;
    session(&store, "t", 1).await;
    for name in ["link/b", "link/a", "LINK/c", "link", "lin_/d", "state"] {
        store.put_sealed("s", name, name.as_bytes()).await.unwrap();
    }
    store.put_sealed("t", "link/t", b"t").await.unwrap();
    let names = async |id: &'static str, prefix: &'static str| {
        let found = store.sealed_under(id, prefix).await.unwrap();
        let names: Vec<String> = found
            .into_iter()
            .map(|(name, value)| {
                assert!(id == "t" || value == name.as_bytes());
                name
            })
            .collect();
        names
    };
    assert_eq!(names("s", "link/").await, ["link/a", "link/b"]);
    assert_eq!(names("s", "lin_").await, ["lin_/d"]);
    assert_eq!(names("s", "").await.len(), 6);
    assert_eq!(names("t", "link/").await, ["link/t"]);
    assert!(names("t", "none").await.is_empty());
    let unknown = store.sealed_under("nobody", "link/").await;
    assert!(matches!(unknown, Err(StoreError::UnknownSession(_))));
}

pub(crate) async fn a_new_session_is_ready_and_empty(store: SharedStore) {
    session(&store, "s", 7).await;
    let row = store.session("s").await.unwrap();
    assert_eq!(row.last_seq, 0);
    assert_eq!(row.summary.status, "ready");
    assert_eq!(row.summary.title, "title of s");
    assert_eq!((row.summary.created_at, row.summary.updated_at), (7, 7));
    assert_eq!(store.events("s", 0, 10).await.unwrap(), []);
    assert_eq!(store.last_seq("s").await.unwrap(), 0);
}

pub(crate) async fn an_id_is_taken_once(store: SharedStore) {
    session(&store, "s", 1).await;
    let again = NewSession {
        id: "s".into(),
        created_at: 2,
        title: String::new(),
        server_url: String::new(),
    };
    let error = store.create_session(again).await.unwrap_err();
    assert!(matches!(error, StoreError::SessionExists(id) if id == "s"));
    let row = store.session("s").await.unwrap();
    assert_eq!(row.summary.title, "title of s");
}

pub(crate) async fn unknown_sessions_are_told_by_every_method(store: SharedStore) {
    let unknown = |error: StoreError| {
        assert!(matches!(error, StoreError::UnknownSession(id) if id == "nobody"));
    };
    unknown(store.append("nobody", notes(1, &["x"])).await.unwrap_err());
    unknown(store.events("nobody", 0, 1).await.unwrap_err());
    unknown(store.last_seq("nobody").await.unwrap_err());
    unknown(store.watch("nobody").await.unwrap_err());
    unknown(store.session("nobody").await.unwrap_err());
    unknown(store.delete_session("nobody").await.unwrap_err());
    unknown(store.put_sealed("nobody", "n", b"v").await.unwrap_err());
    unknown(store.get_sealed("nobody", "n").await.unwrap_err());
    unknown(store.delete_sealed("nobody", "n").await.unwrap_err());
    unknown(store.put_pending("h", "nobody").await.unwrap_err());
}

pub(crate) async fn events_are_numbered_and_read_in_pages(store: SharedStore) {
    session(&store, "s", 1).await;
    session(&store, "other", 1).await;
    let first = store.append("s", notes(10, &["a", "b"])).await.unwrap();
    assert_eq!(numbers(&first), [1, 2]);
    store.append("other", notes(11, &["x"])).await.unwrap();
    let resumed = (12, EventKind::Resumed { mode: Mode::Step });
    let second = store.append("s", vec![resumed]).await.unwrap();
    assert_eq!(numbers(&second), [3]);

    let all = store.events("s", 0, 100).await.unwrap();
    assert_eq!(all, [first, second].concat());
    assert_eq!(all[0].kind, note("a"));
    assert_eq!(all[2].at, 12);
    assert_eq!(numbers(&store.events("s", 0, 2).await.unwrap()), [1, 2]);
    assert_eq!(numbers(&store.events("s", 2, 2).await.unwrap()), [3]);
    assert_eq!(store.events("s", 3, 2).await.unwrap(), []);
    assert_eq!(store.events("s", u64::MAX, 2).await.unwrap(), []);
    let row = store.session("s").await.unwrap();
    assert_eq!((row.last_seq, row.summary.updated_at), (3, 12));
}

pub(crate) async fn concurrent_appends_leave_no_gap(store: SharedStore) {
    session(&store, "s", 1).await;
    let writers = (0..8).map(|writer| {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            let mut given = Vec::new();
            for turn in 0..10 {
                let texts = [format!("{writer}.{turn}.0"), format!("{writer}.{turn}.1")];
                let batch = notes(1, &[&texts[0], &texts[1]]);
                let events = store.append("s", batch).await.unwrap();
                // Events of one batch stay together.
                assert_eq!(events[1].seq, events[0].seq + 1);
                given.extend(events);
            }
            given
        })
    });
    let mut given = Vec::new();
    for writer in writers.collect::<Vec<_>>() {
        given.extend(writer.await.unwrap());
    }
    given.sort_by_key(|event| event.seq);
    let stored = store.events("s", 0, 1000).await.unwrap();
    assert_eq!(numbers(&stored), (1..=160).collect::<Vec<_>>());
    assert_eq!(stored, given);
}

pub(crate) async fn a_watcher_sees_what_was_there_and_is_woken(store: SharedStore) {
    session(&store, "s", 1).await;
    store.append("s", notes(1, &["a", "b"])).await.unwrap();
    let mut watch = store.watch("s").await.unwrap();
    assert_eq!(*watch.borrow_and_update(), 2);
    let waiting = tokio::spawn(async move {
        watch.changed().await.unwrap();
        *watch.borrow()
    });
    store.append("s", notes(1, &["c"])).await.unwrap();
    assert_eq!(waiting.await.unwrap(), 3);
}

pub(crate) async fn a_reader_driven_by_the_watch_misses_nothing(store: SharedStore) {
    session(&store, "s", 1).await;
    let reader = {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            let mut watch = store.watch("s").await.unwrap();
            let mut seen = Vec::new();
            while seen.len() < 200 {
                let after = seen.last().copied().unwrap_or(0);
                // Smaller pages than the writers make: the reader lags on purpose.
                let page = store.events("s", after, 3).await.unwrap();
                if page.is_empty() {
                    watch.changed().await.unwrap();
                }
                seen.extend(numbers(&page));
            }
            seen
        })
    };
    for _ in 0..40 {
        let batch = notes(1, &["1", "2", "3", "4", "5"]);
        store.append("s", batch).await.unwrap();
    }
    assert_eq!(reader.await.unwrap(), (1..=200).collect::<Vec<_>>());
}

pub(crate) async fn a_batch_is_written_as_one(store: SharedStore) {
    session(&store, "s", 1).await;
    let mut summary = store.session("s").await.unwrap().summary;
    summary.status = "your_turn".into();
    summary.exchanges = 4;
    let batch = Batch::of_events(notes(5, &["a"]))
        .seal("flow", b"state")
        .seal("gone", b"x")
        .unseal("gone")
        .pending("hash")
        .summary(summary);
    let events = store.commit("s", batch).await.unwrap();
    assert_eq!(numbers(&events), [1]);
    let row = store.session("s").await.unwrap();
    assert_eq!(row.summary.status, "your_turn");
    assert_eq!(row.summary.exchanges, 4);
    assert_eq!(row.summary.updated_at, 5);
    let flow = store.get_sealed("s", "flow").await.unwrap();
    assert_eq!(flow.as_deref(), Some(b"state".as_slice()));
    assert_eq!(store.get_sealed("s", "gone").await.unwrap(), None);
    let found = store.find_pending("hash").await.unwrap();
    assert_eq!(found.as_deref(), Some("s"));
}

pub(crate) async fn a_batch_for_an_unknown_session_writes_nothing(store: SharedStore) {
    let batch = Batch::of_events(notes(1, &["a"])).pending("hash");
    store.commit("nobody", batch).await.unwrap_err();
    assert_eq!(store.find_pending("hash").await.unwrap(), None);
}

pub(crate) async fn what_is_kept_comes_back_by_kind_and_goes(store: SharedStore) {
    store.keep("client", "b", b"first").await.unwrap();
    store.keep("client", "b", b"second").await.unwrap();
    store.keep("client", "a", b"").await.unwrap();
    store.keep("target", "b", b"other").await.unwrap();
    let clients = store.kept("client").await.unwrap();
    assert_eq!(
        clients,
        [("a".into(), Vec::new()), ("b".into(), b"second".to_vec())]
    );
    assert!(store.forget("client", "b").await.unwrap());
    assert!(!store.forget("client", "b").await.unwrap());
    assert_eq!(store.kept("client").await.unwrap().len(), 1);
    assert_eq!(store.kept("target").await.unwrap().len(), 1);
    assert!(store.kept("nothing").await.unwrap().is_empty());
}

pub(crate) async fn sealed_values_come_back_and_go(store: SharedStore) {
    session(&store, "s", 1).await;
    session(&store, "other", 1).await;
    let every_byte: Vec<u8> = (0..=255).collect();
    store.put_sealed("s", "flow", b"first").await.unwrap();
    store.put_sealed("s", "flow", &every_byte).await.unwrap();
    store.put_sealed("s", "empty", b"").await.unwrap();
    let get = |id: &'static str, name: &'static str| {
        let store = Arc::clone(&store);
        async move { store.get_sealed(id, name).await.unwrap() }
    };
    assert_eq!(get("s", "flow").await, Some(every_byte));
    assert_eq!(get("s", "empty").await, Some(Vec::new()));
    assert_eq!(get("s", "missing").await, None);
    assert_eq!(get("other", "flow").await, None);
    store.delete_sealed("s", "flow").await.unwrap();
    store.delete_sealed("s", "flow").await.unwrap();
    assert_eq!(get("s", "flow").await, None);
}

pub(crate) async fn pending_callbacks_find_their_session(store: SharedStore) {
    session(&store, "a", 1).await;
    session(&store, "b", 1).await;
    store.put_pending("hash-a", "a").await.unwrap();
    store.put_pending("hash-a2", "a").await.unwrap();
    store.put_pending("hash-b", "b").await.unwrap();
    let find = |hash: &'static str| {
        let store = Arc::clone(&store);
        async move { store.find_pending(hash).await.unwrap() }
    };
    assert_eq!(find("hash-a").await.as_deref(), Some("a"));
    assert_eq!(find("hash-a2").await.as_deref(), Some("a"));
    assert_eq!(find("hash-b").await.as_deref(), Some("b"));
    assert_eq!(find("hash-c").await, None);
}

pub(crate) async fn sessions_are_listed_newest_first(store: SharedStore) {
    for (id, at) in [("a", 10), ("c", 30), ("b", 20), ("b2", 20)] {
        session(&store, id, at).await;
    }
    let ids = |limit: usize| {
        let store = Arc::clone(&store);
        async move {
            let rows = store.sessions(limit).await.unwrap();
            rows.into_iter().map(|r| r.summary.id).collect::<Vec<_>>()
        }
    };
    assert_eq!(ids(10).await, ["c", "b2", "b", "a"]);
    assert_eq!(ids(2).await, ["c", "b2"]);
    assert!(ids(0).await.is_empty());
}

pub(crate) async fn holdings_count_what_a_session_takes(store: SharedStore) {
    session(&store, "late", 30).await;
    session(&store, "early", 10).await;
    session(&store, "grows", 5).await;
    assert!(store.holdings().await.unwrap().iter().all(|h| h.bytes == 0));
    let text = "a".repeat(1000);
    store.append("grows", notes(20, &[&text])).await.unwrap();
    let sizes = || {
        let store = Arc::clone(&store);
        async move {
            let holdings = store.holdings().await.unwrap();
            let size = |h: authscope_store::Holding| (h.id, h.updated_at, h.bytes);
            holdings.into_iter().map(size).collect::<Vec<_>>()
        }
    };
    let first = sizes().await;
    let ids: Vec<_> = first.iter().map(|(id, at, _)| (id.as_str(), *at)).collect();
    assert_eq!(ids, [("early", 10), ("grows", 20), ("late", 30)]);
    let once = first[1].2;
    assert!((1000..1200).contains(&once), "{once}");
    store.append("grows", notes(20, &[&text])).await.unwrap();
    assert_eq!(sizes().await[1].2, once * 2);
    store.put_sealed("grows", "v", &[7; 500]).await.unwrap();
    let sealed = sizes().await[1].2 - once * 2;
    assert!((500..600).contains(&sealed), "{sealed}");
    let mut summary = store.session("late").await.unwrap().summary;
    summary.status = "finished".into();
    store.set_summary("late", summary).await.unwrap();
    assert_eq!(store.holdings().await.unwrap()[2].status, "finished");
    store.delete_session("grows").await.unwrap();
    assert_eq!(sizes().await.len(), 2);
}

pub(crate) async fn a_summary_keeps_id_and_times(store: SharedStore) {
    session(&store, "s", 5).await;
    store.append("s", notes(9, &["a"])).await.unwrap();
    let mut summary = store.session("s").await.unwrap().summary;
    summary.id = "forged".into();
    summary.created_at = 0;
    summary.updated_at = 0;
    summary.title = "another title".into();
    summary.verdict = "2 failures".into();
    (summary.failures, summary.warnings) = (2, 1);
    store.set_summary("s", summary).await.unwrap();
    let row = store.session("s").await.unwrap().summary;
    assert_eq!(row.id, "s");
    assert_eq!((row.created_at, row.updated_at), (5, 9));
    assert_eq!(row.title, "another title");
    assert_eq!(row.verdict, "2 failures");
    assert_eq!((row.failures, row.warnings), (2, 1));
}

pub(crate) async fn deletion_takes_everything_and_closes_watchers(store: SharedStore) {
    session(&store, "s", 1).await;
    session(&store, "kept", 1).await;
    for id in ["s", "kept"] {
        let batch = Batch::of_events(notes(1, &["a"])).seal("flow", b"v");
        store.commit(id, batch.pending(id)).await.unwrap();
    }
    let mut watch = store.watch("s").await.unwrap();
    watch.mark_unchanged();
    let closed = tokio::spawn(async move { watch.changed().await });
    store.delete_session("s").await.unwrap();
    closed.await.unwrap().unwrap_err();

    assert_eq!(store.find_pending("s").await.unwrap(), None);
    assert_eq!(store.sessions(10).await.unwrap().len(), 1);
    // Of several, those that there are.
    session(&store, "t", 1).await;
    let ids = ["t".to_owned(), "nobody".to_owned()];
    assert_eq!(store.delete_sessions(&ids).await.unwrap(), 1);
    // The same id again starts from nothing.
    session(&store, "s", 2).await;
    assert_eq!(store.events("s", 0, 10).await.unwrap(), []);
    assert_eq!(store.get_sealed("s", "flow").await.unwrap(), None);
    assert_eq!(store.last_seq("kept").await.unwrap(), 1);
    assert!(store.get_sealed("kept", "flow").await.unwrap().is_some());
    assert!(store.find_pending("kept").await.unwrap().is_some());
}

pub(crate) async fn the_storage_answers(store: SharedStore) {
    store.check().await.unwrap();
}

pub(crate) async fn texts_from_outside_may_hold_any_character(store: SharedStore) {
    let odd = "a\0b \u{fffd} 𝒳 ' \" \\ %00";
    let new = NewSession {
        id: "s".into(),
        created_at: 1,
        title: odd.into(),
        server_url: odd.into(),
    };
    store.create_session(new).await.unwrap();
    let events = store.append("s", notes(1, &[odd])).await.unwrap();
    assert_eq!(store.events("s", 0, 10).await.unwrap(), events);
    assert_eq!(events[0].kind, note(odd));
    let mut summary = store.session("s").await.unwrap().summary;
    assert!(summary.title.ends_with("%00"), "{:?}", summary.title);
    summary.verdict = odd.into();
    store.set_summary("s", summary).await.unwrap();
    store.put_sealed("s", "v", odd.as_bytes()).await.unwrap();
    let value = store.get_sealed("s", "v").await.unwrap();
    assert_eq!(value.as_deref(), Some(odd.as_bytes()));

    let unknown = |error: StoreError| assert!(matches!(error, StoreError::UnknownSession(_)));
    unknown(store.session("s\0").await.unwrap_err());
    unknown(store.events("s\0", 0, 1).await.unwrap_err());
    unknown(store.append("s\0", notes(1, &["x"])).await.unwrap_err());
    unknown(store.get_sealed("s\0", "v").await.unwrap_err());
    unknown(store.delete_session("s\0").await.unwrap_err());
    assert_eq!(store.find_pending("\0").await.unwrap(), None);
    assert!(!store.forget("target", "\0").await.unwrap());
}
