//! The disk fills up: the error says so, what was acknowledged is there, and writing goes on when there is room again.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use authscope_model::EventKind;
use authscope_model::event::Tone;
use authscope_store::{NewSession, OpenOptions, SqliteStore, Store, StoreError};
use std::path::Path;

fn event(number: u64) -> EventKind {
    EventKind::Note {
        exchange: None,
        tone: Tone::Info,
        text: format!("{number} {}", "x".repeat(5000)),
    }
}

async fn create(store: &SqliteStore, id: &str) {
    let new = NewSession {
        id: id.into(),
        created_at: 1,
        title: String::new(),
        server_url: String::new(),
    };
    store.create_session(new).await.unwrap();
}

/// Writes until there is no room; how many events were acknowledged, and the error.
async fn fill(store: &SqliteStore, id: &str) -> (u64, StoreError) {
    for number in 0..5000 {
        if let Err(error) = store.append(id, vec![(1, event(number))]).await {
            return (number, error);
        }
    }
    panic!("it did not fill up");
}

async fn has(store: &SqliteStore, id: &str, count: u64) {
    let events = store.events(id, 0, usize::MAX).await.unwrap();
    assert_eq!(u64::try_from(events.len()).unwrap(), count);
    for (number, event) in (0..).zip(events) {
        assert_eq!((event.seq, event.kind), (number + 1, self::event(number)));
    }
}

fn says_what_to_do(error: &StoreError) {
    assert!(matches!(error, StoreError::Full { .. }), "{error:?}");
    let text = error.to_string();
    for words in [
        "the disk is full",
        "Nothing that was recorded is lost",
        "--retain",
    ] {
        assert!(text.contains(words), "{text}");
    }
}

#[tokio::test]
async fn a_file_at_its_limit() {
    let folder = tempfile::tempdir().unwrap();
    let limited = OpenOptions::new(folder.path()).with_max_bytes(400_000);
    let store = SqliteStore::open(limited).await.unwrap();
    create(&store, "old").await;
    store
        .append("old", (0..10).map(|n| (1, event(n))).collect())
        .await
        .unwrap();
    create(&store, "s").await;
    let (count, error) = fill(&store, "s").await;
    says_what_to_do(&error);
    assert!(count > 10, "{count}");
    has(&store, "s", count).await;
    says_what_to_do(
        &store
            .append("s", vec![(1, event(count))])
            .await
            .unwrap_err(),
    );

    // Deleting makes room, without a restart.
    store.delete_session("old").await.unwrap();
    store.append("s", vec![(1, event(count))]).await.unwrap();
    has(&store, "s", count + 1).await;
    store.check_integrity().await.unwrap();
    store.close().await;
    drop(store);
    let store = SqliteStore::open(OpenOptions::new(folder.path()))
        .await
        .unwrap();
    has(&store, "s", count + 1).await;
}

/// A file system of its own that is small; only where this process may mount one.
#[cfg(target_os = "linux")]
struct SmallDisk(tempfile::TempDir);

#[cfg(target_os = "linux")]
impl SmallDisk {
    fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mounted = std::process::Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=2m,mode=0700", "tmpfs"])
            .arg(folder.path())
            .stderr(std::process::Stdio::null())
            .status();
        mounted
            .is_ok_and(|status| status.success())
            .then_some(Self(folder))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

#[cfg(target_os = "linux")]
impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: the store may still hold its files.
        let _ = std::process::Command::new("umount")
            .arg("-l")
            .arg(self.path())
            .status();
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_disk_without_room() {
    let Some(disk) = SmallDisk::mount() else {
        // The limit of the file, above, goes through the same code of SQLite.
        println!("no file system can be mounted here");
        return;
    };
    let data = disk.path().join("data");
    let filler = disk.path().join("filler");
    std::fs::write(&filler, vec![0; 700_000]).unwrap();
    let store = SqliteStore::open(OpenOptions::new(&data)).await.unwrap();
    create(&store, "s").await;
    let (count, error) = fill(&store, "s").await;
    says_what_to_do(&error);
    assert!(count > 10, "{count}");
    has(&store, "s", count).await;

    std::fs::remove_file(&filler).unwrap();
    store.append("s", vec![(1, event(count))]).await.unwrap();
    has(&store, "s", count + 1).await;
    store.check_integrity().await.unwrap();
    store.close().await;
    drop(store);
    let store = SqliteStore::open(OpenOptions::new(&data)).await.unwrap();
    has(&store, "s", count + 1).await;
}
