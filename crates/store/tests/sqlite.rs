//! What only the store on disk promises: it outlives the process, keeps its key, and forgets for good.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use authscope_model::EventKind;
use authscope_model::event::Tone;
use authscope_store::{Batch, NewSession, OpenOptions, SqliteStore, Store, StoreError};
use std::path::Path;

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
        title: format!("title-{id}"),
        server_url: format!("https://{id}.example/mcp"),
    }
}

async fn open(folder: &Path) -> Result<SqliteStore, StoreError> {
    SqliteStore::open(OpenOptions::new(folder)).await
}

/// Every byte in the folder, files one after the other.
fn bytes_of(folder: &Path) -> Vec<u8> {
    let files = std::fs::read_dir(folder).unwrap();
    files
        .flat_map(|file| std::fs::read(file.unwrap().path()).unwrap())
        .collect()
}

fn contains(haystack: &[u8], needle: &str) -> bool {
    haystack
        .windows(needle.len())
        .any(|window| window == needle.as_bytes())
}

#[tokio::test]
async fn reopening_keeps_everything() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await.unwrap();
    store.create_session(new("s")).await.unwrap();
    let batch = Batch::of_events(vec![(2, note("a")), (3, note("b"))])
        .seal("flow", b"state")
        .pending("hash");
    let events = store.commit("s", batch).await.unwrap();
    let row = store.session("s").await.unwrap();
    store.close().await;
    drop(store);

    let store = open(folder.path()).await.unwrap();
    assert_eq!(store.events("s", 0, 10).await.unwrap(), events);
    assert_eq!(store.session("s").await.unwrap(), row);
    let flow = store.get_sealed("s", "flow").await.unwrap();
    assert_eq!(flow.as_deref(), Some(b"state".as_slice()));
    let found = store.find_pending("hash").await.unwrap();
    assert_eq!(found.as_deref(), Some("s"));
    let more = store.append("s", vec![(4, note("c"))]).await.unwrap();
    assert_eq!(more[0].seq, 3);
}

#[tokio::test]
async fn what_was_acknowledged_is_in_the_files_without_closing() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await.unwrap();
    store.create_session(new("s")).await.unwrap();
    store.append("s", vec![(2, note("a"))]).await.unwrap();
    // A copy of the files at this moment is what a killed process leaves behind.
    let copy = tempfile::tempdir().unwrap();
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), copy.path().join(file.file_name())).unwrap();
    }
    let after = open(copy.path()).await.unwrap();
    assert_eq!(after.events("s", 0, 10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn sealed_values_are_not_readable_in_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await.unwrap();
    store.create_session(new("s")).await.unwrap();
    let secret = "canary-5f1d6c";
    store
        .put_sealed("s", "flow", secret.as_bytes())
        .await
        .unwrap();
    let bytes = bytes_of(folder.path());
    assert!(contains(&bytes, "title-s"), "the search finds plain text");
    assert!(!contains(&bytes, secret));
}

#[tokio::test]
async fn deletion_leaves_nothing_readable() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await.unwrap();
    store.create_session(new("kept")).await.unwrap();
    store.create_session(new("canary")).await.unwrap();
    for turn in 0..20 {
        // Longer than a page of the file, so that overflow pages are part of it.
        let text = format!("canary-{turn}-").repeat(1000);
        let batch = Batch::of_events(vec![(2, note(&text))]).pending(&format!("canary-{turn}"));
        store.commit("canary", batch).await.unwrap();
        store.append("kept", vec![(2, note("kept"))]).await.unwrap();
    }
    store.put_sealed("canary", "canary", b"v").await.unwrap();
    assert!(contains(&bytes_of(folder.path()), "canary"));

    store.delete_session("canary").await.unwrap();
    assert!(!contains(&bytes_of(folder.path()), "canary"));
    assert!(contains(&bytes_of(folder.path()), "kept"));
    store.close().await;
    drop(store);
    assert!(!contains(&bytes_of(folder.path()), "canary"));
    let store = open(folder.path()).await.unwrap();
    assert_eq!(store.last_seq("kept").await.unwrap(), 20);
}

#[tokio::test]
async fn deletion_among_many_leaves_nothing_readable() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await.unwrap();
    // Of many lengths and in turns, so that pages are split and merged and cells move between them.
    let name = |kind: &str, number: usize| {
        format!(
            "{kind}-{:04}-{}",
            number * 7919 % 1000,
            "z".repeat(number % 30)
        )
    };
    let ids = |kind: &'static str| (0..40).map(move |number| name(kind, number));
    for id in ids("deleted").chain(ids("kept")) {
        store.create_session(new(&id)).await.unwrap();
    }
    for turn in 0..8_usize {
        for (number, id) in ids("deleted").zip(ids("kept")).enumerate() {
            for id in [id.0, id.1] {
                let text = format!("{id} ").repeat((turn * 37 + number * 11) % 90);
                let batch =
                    Batch::of_events(vec![(2, note(&text))]).pending(&format!("{id}/{turn}"));
                store
                    .commit(&id, batch.seal("v", &vec![1; number * 50]))
                    .await
                    .unwrap();
            }
        }
    }
    let size = || {
        let file = std::fs::metadata(folder.path().join("authscope.db"));
        file.unwrap().len()
    };
    let before = size();
    let deleted: Vec<_> = ids("deleted").collect();
    assert_eq!(store.delete_sessions(&deleted).await.unwrap(), 40);
    let bytes = bytes_of(folder.path());
    assert!(!contains(&bytes, "deleted-"));
    assert!(contains(&bytes, "kept-"));
    assert!(size() < before * 3 / 4, "{before} {}", size());
    store.check_integrity().await.unwrap();
}

#[tokio::test]
async fn a_deletion_that_was_cut_off_is_finished_at_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await.unwrap();
    for id in ["canary", "kept"] {
        store.create_session(new(id)).await.unwrap();
        store
            .append(id, vec![(2, note(&id.repeat(5000)))])
            .await
            .unwrap();
    }
    store.close().await;
    drop(store);
    // What a process that was killed right after deleting the rows leaves behind, without help of secure_delete.
    let url = format!("sqlite://{}", folder.path().join("authscope.db").display());
    let pool = sqlx::SqlitePool::connect(&url).await.unwrap();
    for statement in [
        "PRAGMA secure_delete = OFF",
        "INSERT INTO meta VALUES ('erase', x'')",
        "PRAGMA foreign_keys = ON",
        "DELETE FROM sessions WHERE id = 'canary'",
    ] {
        sqlx::query(statement).execute(&pool).await.unwrap();
    }
    pool.close().await;
    assert!(contains(&bytes_of(folder.path()), "canary"));
    let store = open(folder.path()).await.unwrap();
    assert!(!contains(&bytes_of(folder.path()), "canary"));
    assert_eq!(store.last_seq("kept").await.unwrap(), 1);
}

/// A file as the first version made it, with a session in it.
async fn first_version(folder: &Path) {
    open(folder).await.unwrap().close().await;
    let key = std::fs::read(folder.join("authscope.key")).unwrap();
    let path = folder.join("authscope.db");
    let url = format!("sqlite://{}", path.display());
    let pool = sqlx::SqlitePool::connect(&url).await.unwrap();
    let fingerprint: Vec<u8> = sqlx::query_scalar("SELECT value FROM meta")
        .fetch_one(&pool)
        .await
        .unwrap();
    pool.close().await;
    for file in ["authscope.db", "authscope.db-wal", "authscope.db-shm"] {
        let _ = std::fs::remove_file(folder.join(file));
    }
    std::fs::write(folder.join("authscope.key"), key).unwrap();

    let all = sqlx::migrate!("./migrations");
    let first = sqlx::migrate::Migrator {
        migrations: all.iter().take(1).cloned().collect::<Vec<_>>().into(),
        ..sqlx::migrate::Migrator::DEFAULT
    };
    let pool = sqlx::SqlitePool::connect(&format!("{url}?mode=rwc"))
        .await
        .unwrap();
    first.run(&pool).await.unwrap();
    sqlx::query("INSERT INTO meta VALUES ('key_fingerprint', ?)")
        .bind(fingerprint)
        .execute(&pool)
        .await
        .unwrap();
    sqlx::query("INSERT INTO sessions VALUES ('s', 't', 'u', 1, 2, 1, 'finished', 'v', 3, 4, 5)")
        .execute(&pool)
        .await
        .unwrap();
    sqlx::query("INSERT INTO events VALUES ('s', 1, 2, ?)")
        .bind(serde_json::to_string(&note("from before")).unwrap())
        .execute(&pool)
        .await
        .unwrap();
    pool.close().await;
}

#[tokio::test]
async fn an_older_file_is_brought_up_to_date() {
    let folder = tempfile::tempdir().unwrap();
    first_version(folder.path()).await;
    let store = open(folder.path()).await.unwrap();
    let events = store.events("s", 0, 10).await.unwrap();
    assert_eq!(events[0].kind, note("from before"));
    let row = store.session("s").await.unwrap();
    assert_eq!((row.last_seq, row.summary.failures), (1, 3));
    let json = serde_json::to_string(&note("from before")).unwrap();
    let bytes = u64::try_from(json.len()).unwrap();
    assert_eq!(store.holdings().await.unwrap()[0].bytes, bytes);
    store.keep("kind", "id", b"new table").await.unwrap();
}

#[tokio::test]
async fn a_newer_file_is_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path()).await.unwrap().close().await;
    let url = format!("sqlite://{}", folder.path().join("authscope.db").display());
    let pool = sqlx::SqlitePool::connect(&url).await.unwrap();
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
         VALUES (9000, 'from the future', TRUE, x'00', 0)",
    )
    .execute(&pool)
    .await
    .unwrap();
    pool.close().await;

    let error = open(folder.path()).await.unwrap_err();
    let text = error.to_string();
    assert!(matches!(error, StoreError::Newer { found: 9000, .. }));
    assert!(text.contains("newer authscope"), "{text}");
    assert!(text.contains("authscope.db"), "{text}");
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let text = "this is a letter and no database ".repeat(100);
    std::fs::write(folder.path().join("authscope.db"), text).unwrap();
    let error = open(folder.path()).await.unwrap_err().to_string();
    assert!(error.contains("not a database"), "{error}");
}

#[tokio::test]
async fn two_processes_do_not_share_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await.unwrap();
    let error = open(folder.path()).await.unwrap_err();
    assert!(matches!(error, StoreError::InUse(_)));
    store.close().await;
    drop(store);
    open(folder.path()).await.unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn the_key_file_and_folder_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("a").join("b");
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    open(&folder).await.unwrap().close().await;
    let key = folder.join("authscope.key");
    assert_eq!(mode(&folder), 0o700);
    assert_eq!(mode(&key), 0o600);
    assert_eq!(mode(&folder.join("authscope.db")), 0o600);

    std::fs::set_permissions(&key, PermissionsExt::from_mode(0o644)).unwrap();
    open(&folder).await.unwrap();
    assert_eq!(mode(&key), 0o600);
}

#[tokio::test]
async fn a_lost_key_is_told_and_not_replaced() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path()).await.unwrap().close().await;
    let key = folder.path().join("authscope.key");
    let text = std::fs::read_to_string(&key).unwrap();
    std::fs::remove_file(&key).unwrap();
    let error = open(folder.path()).await.unwrap_err();
    assert!(matches!(error, StoreError::NoKey { .. }), "{error}");
    assert!(!key.exists());

    // The operator may give the same key by other means, but no other key.
    let options = OpenOptions::new(folder.path());
    let other = options.clone().with_key("0".repeat(64));
    let error = SqliteStore::open(other).await.unwrap_err();
    assert!(matches!(error, StoreError::OtherKey { .. }), "{error}");
    SqliteStore::open(options.with_key(text)).await.unwrap();
    assert!(!key.exists());
}

#[tokio::test]
async fn a_write_goes_on_when_its_caller_goes_away() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await.unwrap();
    store.create_session(new("s")).await.unwrap();
    let mut watch = store.watch("s").await.unwrap();
    {
        // Asked once, then given up.
        let mut append = std::pin::pin!(store.append("s", vec![(2, note("a"))]));
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(append.as_mut().poll(&mut context).is_pending());
    }
    watch.wait_for(|last| *last == 1).await.unwrap();
    assert_eq!(store.events("s", 0, 10).await.unwrap().len(), 1);
}
