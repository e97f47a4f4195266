//! A backup of a store in use, put into another folder, is the same store.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use authscope_model::EventKind;
use authscope_model::event::Tone;
use authscope_store::{Batch, NewSession, OpenOptions, SqliteStore, Store, StoreError, backup};
use std::path::Path;

async fn open(folder: &Path) -> SqliteStore {
    SqliteStore::open(OpenOptions::new(folder)).await.unwrap()
}

async fn write(store: &SqliteStore, turn: u64) {
    let kind = EventKind::Note {
        exchange: None,
        tone: Tone::Info,
        text: "x".repeat(2000),
    };
    let batch = Batch::of_events(vec![(1, kind)]).seal("total", turn.to_string().as_bytes());
    store.commit("s", batch).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_taken_while_sessions_are_written_and_can_be_restored() {
    let data = tempfile::tempdir().unwrap();
    let store = open(data.path()).await;
    let new = NewSession {
        id: "s".into(),
        created_at: 1,
        title: "kept".into(),
        server_url: String::new(),
    };
    store.create_session(new).await.unwrap();
    for turn in 1..=50 {
        write(&store, turn).await;
    }
    let writing = {
        let store = store.clone();
        tokio::spawn(async move {
            for turn in 51.. {
                write(&store, turn).await;
            }
        })
    };
    let out = tempfile::tempdir().unwrap();
    let file = out.path().join("sessions.backup");
    backup(data.path(), &file).await.unwrap();
    writing.abort();
    let left: Vec<_> = std::fs::read_dir(out.path()).unwrap().collect();
    assert_eq!(left.len(), 1, "only the backup itself is there: {left:?}");

    let restored = tempfile::tempdir().unwrap();
    std::fs::copy(&file, restored.path().join("authscope.db")).unwrap();
    let key = "authscope.key";
    std::fs::copy(data.path().join(key), restored.path().join(key)).unwrap();
    let copy = open(restored.path()).await;
    copy.check_integrity().await.unwrap();
    let events = copy.events("s", 0, usize::MAX).await.unwrap();
    assert!(events.len() >= 50);
    assert_eq!(events, store.events("s", 0, events.len()).await.unwrap());
    // One moment of it: the sealed value is of the same batch as the last event.
    let total = copy.get_sealed("s", "total").await.unwrap().unwrap();
    assert_eq!(total, events.len().to_string().as_bytes());
    write(&copy, 0).await;
}

#[cfg(unix)]
#[tokio::test]
async fn it_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let data = tempfile::tempdir().unwrap();
    open(data.path()).await.close().await;
    let file = data.path().join("b");
    backup(data.path(), &file).await.unwrap();
    let mode = std::fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[tokio::test]
async fn what_cannot_be_done_is_told_and_leaves_nothing() {
    let data = tempfile::tempdir().unwrap();
    let out = tempfile::tempdir().unwrap();
    let file = out.path().join("b");
    let error = backup(data.path(), &file).await.unwrap_err().to_string();
    assert!(error.contains("find the database"), "{error}");
    open(data.path()).await.close().await;

    let nowhere = out.path().join("no").join("b");
    let error = backup(data.path(), &nowhere).await.unwrap_err();
    assert!(matches!(error, StoreError::Backup { .. }), "{error}");
    assert_eq!(std::fs::read_dir(out.path()).unwrap().count(), 0);

    std::fs::write(&file, "precious").unwrap();
    let error = backup(data.path(), &file).await.unwrap_err().to_string();
    assert!(error.contains("there is a file already"), "{error}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "precious");
}
