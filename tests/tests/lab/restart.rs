//! The process ends in the middle of a flow, and another one goes on with the same data folder.
//!
//! Each process is a runtime of its own: ending it drops every task at once, as a kill would.

use crate::support::{config, single};
use authscope_model::api::{Command, Resend};
use authscope_model::event::{Ending, Turn};
use authscope_model::transcript::Status;
use authscope_model::{Event, SessionConfig, Transcript};
use authscope_store::{OpenOptions, SqliteStore, StoreError};
use authscope_tests::instance::{Instance, Options};
use authscope_tests::person::{Consent, Person, open_page};
use authscope_tests::transcripts::story;
use std::future::Future;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

/// One life of the process.
struct Process {
    runtime: Option<Runtime>,
    instance: Arc<Instance>,
    port: u16,
}

impl Process {
    async fn start(data: &Path, port: u16) -> Self {
        let runtime = Runtime::new().unwrap();
        let data = data.to_path_buf();
        let starting = async move {
            let store = open(&data).await;
            let options = Options {
                store: Arc::new(store),
                port,
                ..Options::with_a_person()
            };
            let instance = Instance::start(options).await.unwrap();
            instance.engine.recover().await.unwrap();
            instance
        };
        let instance = Arc::new(runtime.spawn(starting).await.unwrap());
        let port = url::Url::parse(&instance.public_url)
            .unwrap()
            .port()
            .unwrap();
        Self {
            runtime: Some(runtime),
            instance,
            port,
        }
    }

    /// Does something inside the process.
    async fn inside<T, F>(&self, work: impl FnOnce(Arc<Instance>) -> F) -> T
    where
        T: Send + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        let work = work(Arc::clone(&self.instance));
        self.runtime.as_ref().unwrap().spawn(work).await.unwrap()
    }

    async fn wait(
        &self,
        id: &str,
        what: &'static str,
        fits: impl Fn(&Transcript) -> bool + Send + Sync + 'static,
    ) -> Transcript {
        let id = id.to_owned();
        self.inside(|instance| async move { instance.wait(&id, what, fits).await })
            .await
            .unwrap()
    }

    async fn events(&self, id: &str) -> Vec<Event> {
        let id = id.to_owned();
        self.inside(
            |instance| async move { instance.engine.store().events(&id, 0, usize::MAX).await },
        )
        .await
        .unwrap()
    }

    async fn run(&self, config: SessionConfig) -> String {
        self.inside(|instance| async move { instance.run(config).await })
            .await
            .unwrap()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Opens the data folder as soon as the process before has let go of it.
async fn open(data: &Path) -> SqliteStore {
    for _ in 0..200 {
        match SqliteStore::open(OpenOptions::new(data)).await {
            Ok(store) => return store,
            Err(StoreError::InUse(_)) => tokio::time::sleep(Duration::from_millis(25)).await,
            Err(error) => panic!("{error}"),
        }
    }
    panic!("the data folder is still locked after 5 seconds");
}

#[tokio::test]
async fn a_flow_that_waits_for_its_callback_goes_on_after_a_restart() {
    let (_lab, target) = single("healthy", &[]).await;
    let data = tempfile::tempdir().unwrap();
    let first = Process::start(data.path(), 0).await;
    let id = first.run(config(&target)).await;
    first
        .wait(&id, "the person's turn", |t| {
            matches!(t.status, Status::YourTurn(Turn::Authorize { .. }))
        })
        .await;
    let (wanted, port) = (id.clone(), first.port);
    let url = first
        .inside(|instance| async move { instance.engine.authorization_url(&wanted).await })
        .await
        .unwrap();
    let before = first.events(&id).await;
    drop(first);

    let person = Person::new("ana", "any", Consent::Allow).unwrap();
    let redirect_uri = format!("http://127.0.0.1:{port}/oauth/callback");
    let back = person.sign_in(&url, &redirect_uri).await.unwrap();

    let second = Process::start(data.path(), port).await;
    let (status, page) = open_page(&back).await.unwrap();
    assert_eq!(status, 200, "{page}");
    let transcript = second.wait(&id, "the end", Transcript::is_finished).await;
    assert!(
        matches!(transcript.status, Status::Finished(Ending::Complete, _)),
        "{}",
        story(&transcript)
    );
    let after = second.events(&id).await;
    assert_eq!(after[..before.len()], before, "history was rewritten");
    let numbers: Vec<u64> = after.iter().map(|event| event.seq).collect();
    assert_eq!(numbers, (1..=transcript.last_seq).collect::<Vec<_>>());
}

/// The authorization URL itself survives as well: a person may open it after the restart.
#[tokio::test]
async fn the_authorization_url_is_still_there_after_a_restart() {
    let (_lab, target) = single("healthy", &[]).await;
    let data = tempfile::tempdir().unwrap();
    let first = Process::start(data.path(), 0).await;
    let id = first.run(config(&target)).await;
    first
        .wait(&id, "the person's turn", |t| {
            matches!(t.status, Status::YourTurn(_))
        })
        .await;
    let url = |process: &Process| {
        let id = id.clone();
        let instance = Arc::clone(&process.instance);
        process
            .runtime
            .as_ref()
            .unwrap()
            .spawn(async move { instance.engine.authorization_url(&id).await })
    };
    let before = url(&first).await.unwrap();
    let port = first.port;
    drop(first);
    let second = Process::start(data.path(), port).await;
    assert!(before.is_some());
    assert_eq!(url(&second).await.unwrap(), before);
}

#[tokio::test]
async fn a_run_that_was_at_work_says_so_and_can_be_retried() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let config = SessionConfig::new(format!("http://{}/mcp", silent.local_addr().unwrap()));
    let data = tempfile::tempdir().unwrap();
    let first = Process::start(data.path(), 0).await;
    let id = first.run(config).await;
    let (_connection, _) = silent.accept().await.unwrap();
    drop(first);

    let second = Process::start(data.path(), 0).await;
    let transcript = second.wait(&id, "the end", Transcript::is_finished).await;
    let Status::Finished(Ending::Incomplete, message) = &transcript.status else {
        panic!("{}", story(&transcript));
    };
    assert!(message.contains("restarted"), "{message}");
    let retried = id.clone();
    second
        .inside(|instance| async move {
            instance
                .command(&retried, Command::Retry { exchange: 1 })
                .await
        })
        .await
        .unwrap();
    silent.accept().await.unwrap();
    let transcript = second.wait(&id, "the branch", |t| t.branch == 1).await;
    assert!(
        matches!(transcript.status, Status::Running(_)),
        "{}",
        story(&transcript)
    );
}

/// The flow was stopped, so nothing goes on by itself: the next command finds what was out.
#[tokio::test]
async fn a_resent_request_that_was_out_is_told() {
    let data = tempfile::tempdir().unwrap();
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/mcp", silent.local_addr().unwrap());
    let first = Process::start(data.path(), 0).await;
    let id = first.run(SessionConfig::new(url.clone())).await;
    first
        .wait(&id, "a request", |t| {
            matches!(&t.status, Status::Running(Some(_)))
        })
        .await;
    let session = id.clone();
    first
        .inside(|instance| async move {
            instance.command(&session, Command::Stop).await.unwrap();
            let resend = Resend {
                of: 1,
                method: "GET".into(),
                url,
                ..Resend::default()
            };
            instance
                .engine
                .resend(&session, resend.clone(), false)
                .await
                .unwrap();
            // One at a time.
            let second = instance.engine.resend(&session, resend, false).await;
            assert!(second.unwrap_err().to_string().contains("is out"));
        })
        .await;
    let port = first.port;
    let out = first
        .wait(&id, "the resent request", |t| !t.resending.is_empty())
        .await;
    assert_eq!(out.exchanges.len(), 1);
    drop(first);
    let second = Process::start(data.path(), port).await;
    let session = id.clone();
    second
        .inside(|instance| async move {
            let title = Command::Rename {
                title: "again".into(),
            };
            instance.command(&session, title).await.unwrap();
        })
        .await;
    let told = second
        .wait(&id, "its end", |t| t.exchange(2).is_some())
        .await;
    assert!(told.resending.is_empty());
    let failure = told.exchange(2).and_then(|e| e.failure().cloned()).unwrap();
    assert!(failure.message.contains("restarted"), "{}", failure.message);
    assert!(matches!(told.status, Status::Finished(Ending::Stopped, _)));
}
