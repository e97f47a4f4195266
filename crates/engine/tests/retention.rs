//! Sessions are deleted when their time is over, and nothing of them stays in the data folder.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use authscope_engine::{Clock, Engine, Leg, Retention, Settings, Swept, SystemEntropy};
use authscope_model::SessionConfig;
use authscope_net::{Net, NetSettings};
use authscope_store::{OpenOptions, SqliteStore, Store as _};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

const HOUR: u64 = 3_600_000;

/// A clock that is set by hand.
#[derive(Clone, Default)]
struct Hand(Arc<AtomicU64>);

impl Hand {
    fn set(&self, hours: u64) {
        self.0.store(hours * HOUR, Ordering::SeqCst);
    }
}

impl Clock for Hand {
    fn now(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }
}

struct Setup {
    folder: tempfile::TempDir,
    store: SqliteStore,
    clock: Hand,
    engine: Engine,
}

async fn setup() -> Setup {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(OpenOptions::new(folder.path()))
        .await
        .unwrap();
    let clock = Hand::default();
    let settings = Settings {
        public_url: "http://127.0.0.1:7007/".into(),
        redirect_uri: None,
        hosts_documents: true,
        expiry_leeway: 0,
        interactive: true,
        leg: Leg::Person,
        keep_state: true,
        version: "test".into(),
    };
    let net = Net::new(NetSettings::default()).unwrap();
    let engine = Engine::with_sources(
        Arc::new(store.clone()),
        net,
        settings,
        Box::new(clock.clone()),
        Box::new(SystemEntropy),
    );
    Setup {
        folder,
        store,
        clock,
        engine,
    }
}

impl Setup {
    async fn session(&self, host: &str) -> String {
        let config = SessionConfig::new(format!("https://{host}.example/mcp"));
        self.engine.create(config, None).await.unwrap()
    }

    async fn finish(&self, id: &str) {
        let mut summary = self.store.session(id).await.unwrap().summary;
        summary.status = "finished".into();
        self.store.set_summary(id, summary).await.unwrap();
    }

    async fn hosts(&self) -> String {
        let rows = self.store.sessions(100).await.unwrap();
        let mut titles: Vec<_> = rows.into_iter().map(|row| row.summary.title).collect();
        titles.sort();
        titles.join(" ")
    }
}

fn is_in(folder: &Path, needle: &str) -> bool {
    let files = std::fs::read_dir(folder).unwrap();
    let mut bytes = files.map(|file| std::fs::read(file.unwrap().path()).unwrap());
    bytes.any(|bytes| bytes.windows(needle.len()).any(|w| w == needle.as_bytes()))
}

fn a_day_and_a_week() -> Retention {
    Retention {
        live: Some(Duration::from_secs(24 * 3600)),
        finished: Some(Duration::from_secs(7 * 24 * 3600)),
        ..Retention::default()
    }
}

#[tokio::test]
async fn what_is_over_goes_with_every_byte() {
    let setup = setup().await;
    let live = setup.session("canary-live").await;
    let done = setup.session("canary-done").await;
    setup.finish(&done).await;
    setup.clock.set(20);
    setup.session("young").await;
    let retention = a_day_and_a_week();
    let sweep = || setup.engine.sweep(&retention);
    assert_eq!(sweep().await.unwrap(), Swept::default());

    setup.clock.set(24);
    assert!(is_in(setup.folder.path(), "canary-live"));
    assert_eq!(sweep().await.unwrap().expired, 1);
    assert_eq!(setup.hosts().await, "canary-done.example young.example");
    for trace in ["canary-live", live.as_str()] {
        assert!(!is_in(setup.folder.path(), trace), "{trace}");
    }
    setup.clock.set(7 * 24);
    assert_eq!(sweep().await.unwrap().expired, 2);
    for trace in ["canary-done", done.as_str(), "young"] {
        assert!(!is_in(setup.folder.path(), trace), "{trace}");
    }
}

#[tokio::test]
async fn the_oldest_go_when_there_are_too_many_or_too_large_ones() {
    let setup = setup().await;
    for (hour, host) in [(1, "a"), (2, "b"), (3, "c"), (4, "d")] {
        setup.clock.set(hour);
        let id = setup.session(host).await;
        if host == "b" {
            setup.finish(&id).await;
        }
    }
    let three = Retention {
        sessions: Some(3),
        ..Retention::default()
    };
    assert_eq!(setup.engine.sweep(&three).await.unwrap().surplus, 1);
    assert_eq!(setup.hosts().await, "a.example c.example d.example");
    let holdings = setup.store.holdings().await.unwrap();
    let room = Retention {
        bytes: Some(holdings[1].bytes + holdings[2].bytes),
        ..Retention::default()
    };
    assert_eq!(setup.engine.sweep(&room).await.unwrap().surplus, 1);
    assert_eq!(setup.hosts().await, "c.example d.example");
}

#[tokio::test]
async fn it_is_done_again_and_again_in_the_background() {
    let setup = setup().await;
    let id = setup.session("s").await;
    let mut watch = setup.store.watch(&id).await.unwrap();
    let engine = setup.engine.clone();
    let sweeping = tokio::spawn(async move {
        let every = Duration::from_millis(5);
        engine.keep_sweeping(a_day_and_a_week(), every).await;
    });
    setup.clock.set(24);
    // Readers are told: the channel of a deleted session closes.
    while watch.changed().await.is_ok() {}
    setup.store.session(&id).await.unwrap_err();
    sweeping.abort();
}
