//! The authorization response: as it should be, and as it should not.

use crate::support::{config, single};
use authscope_lab::{RunningLab, TargetInfo};
use authscope_model::api::Command;
use authscope_model::event::{Ending, Fact, Turn};
use authscope_model::transcript::Status;
use authscope_model::{StepKind, Transcript};
use authscope_tests::instance::{Instance, Options};
use authscope_tests::person::{Consent, Person, open_page};
use authscope_tests::transcripts::story;

/// A session whose turn is the person's.
struct Waiting {
    lab: RunningLab,
    target: TargetInfo,
    instance: Instance,
    id: String,
}

impl Waiting {
    async fn new() -> Self {
        let (lab, target) = single("healthy", &[]).await;
        let instance = Instance::start(Options::with_a_person()).await.unwrap();
        let id = waiting(&instance, &target).await;
        Self {
            lab,
            target,
            instance,
            id,
        }
    }

    /// Where the authorization server sends the browser.
    async fn back(&self, consent: Consent) -> String {
        let url = self
            .instance
            .engine
            .authorization_url(&self.id)
            .await
            .unwrap();
        let person = Person::new("ana", "any", consent).unwrap();
        person
            .sign_in(&url, &self.instance.redirect_uri())
            .await
            .unwrap()
    }

    async fn now(&self) -> Transcript {
        self.instance.transcript(&self.id).await.unwrap()
    }

    async fn end(&self) -> Transcript {
        self.instance
            .wait(&self.id, "the end", Transcript::is_finished)
            .await
            .unwrap()
    }

    fn token_requests(&self) -> usize {
        let log = self.lab.log(&self.target.id);
        log.iter().filter(|entry| entry.path == "/token").count()
    }
}

async fn waiting(instance: &Instance, target: &TargetInfo) -> String {
    let id = instance.run(config(target)).await.unwrap();
    instance
        .wait(&id, "the person's turn", |t| {
            matches!(
                t.status,
                Status::YourTurn(Turn::Authorize { hosted: true, .. })
            )
        })
        .await
        .unwrap();
    id
}

async fn get(url: &str) -> (u16, String) {
    open_page(url).await.unwrap()
}

fn is_complete(transcript: &Transcript) -> bool {
    matches!(transcript.status, Status::Finished(Ending::Complete, _))
}

#[tokio::test]
async fn the_flow_goes_on_when_the_browser_comes_back() {
    let waiting = Waiting::new().await;
    let (status, page) = get(&waiting.back(Consent::Allow).await).await;
    assert_eq!(status, 200, "{page}");
    let transcript = waiting.end().await;
    assert!(is_complete(&transcript), "{}", story(&transcript));
    assert!(transcript.turns[0].ended.is_some());
    assert_eq!(
        transcript.last_of(StepKind::Callback).unwrap().status(),
        Some(200)
    );
}

#[tokio::test]
async fn a_denial_is_told_in_words() {
    let waiting = Waiting::new().await;
    let (status, page) = get(&waiting.back(Consent::Deny).await).await;
    assert_eq!(status, 200, "{page}");
    assert!(page.contains("access_denied"), "{page}");
    let transcript = waiting.end().await;
    let Status::Finished(Ending::Blocked, message) = &transcript.status else {
        panic!("{}", story(&transcript));
    };
    assert!(message.contains("Access was denied"), "{message}");
    assert_eq!(waiting.token_requests(), 0);
}

#[tokio::test]
async fn a_wrong_state_is_recorded_and_not_used() {
    let waiting = Waiting::new().await;
    let forged = format!(
        "{}?code=stolen&state=guessed",
        waiting.instance.redirect_uri()
    );
    let (status, page) = get(&forged).await;
    assert_eq!(status, 400);
    assert!(page.contains("never sent"), "{page}");
    let transcript = waiting.now().await;
    assert!(
        matches!(transcript.status, Status::YourTurn(_)),
        "{}",
        story(&transcript)
    );
    let hit = transcript.last_of(StepKind::Callback).unwrap();
    let facts: Vec<&Fact> = transcript.facts_of(hit.id).collect();
    assert_eq!(
        facts,
        [&Fact::State {
            matches: false,
            present: true
        }]
    );
    assert_eq!(waiting.token_requests(), 0);
    get(&waiting.back(Consent::Allow).await).await;
    let transcript = waiting.end().await;
    assert!(is_complete(&transcript), "{}", story(&transcript));
}

#[tokio::test]
async fn a_response_without_state_is_not_used() {
    let waiting = Waiting::new().await;
    let (status, page) = get(&format!("{}?code=stolen", waiting.instance.redirect_uri())).await;
    assert_eq!(status, 400);
    assert!(page.contains("without `state`"), "{page}");
    assert!(matches!(waiting.now().await.status, Status::YourTurn(_)));
    assert_eq!(waiting.token_requests(), 0);
}

#[tokio::test]
async fn a_second_hit_does_not_redeem_the_code_again() {
    let waiting = Waiting::new().await;
    let back = waiting.back(Consent::Allow).await;
    get(&back).await;
    let first = waiting.end().await;
    let (status, page) = get(&back).await;
    assert_eq!(status, 400);
    assert!(page.contains("none is awaited"), "{page}");
    let second = waiting.now().await;
    assert_eq!(
        second.exchanges.len(),
        first.exchanges.len() + 1,
        "the hit is recorded"
    );
    assert!(is_complete(&second), "{}", story(&second));
    assert_eq!(waiting.token_requests(), 1);
}

/// A prefetching browser comes twice at the same time.
#[tokio::test]
async fn two_hits_at_once_redeem_the_code_once() {
    let waiting = Waiting::new().await;
    let back = waiting.back(Consent::Allow).await;
    let (one, other) = tokio::join!(get(&back), get(&back));
    let mut statuses = [one.0, other.0];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 400]);
    let transcript = waiting.end().await;
    assert!(is_complete(&transcript), "{}", story(&transcript));
    assert_eq!(waiting.token_requests(), 1);
}

#[tokio::test]
async fn the_address_can_be_pasted() {
    let waiting = Waiting::new().await;
    let url = waiting.back(Consent::Allow).await;
    let paste = |url: String| {
        waiting
            .instance
            .command(&waiting.id, Command::Callback { url })
    };
    let error = paste("http://127.0.0.1/nothing".into()).await.unwrap_err();
    assert!(
        error.to_string().contains("expected the whole address"),
        "{error}"
    );
    let error = paste(url.replace("state=", "state=x")).await.unwrap_err();
    assert!(error.to_string().contains("never sent"), "{error}");
    assert!(matches!(waiting.now().await.status, Status::YourTurn(_)));
    paste(url).await.unwrap();
    let transcript = waiting.end().await;
    assert!(is_complete(&transcript), "{}", story(&transcript));
}

#[tokio::test]
async fn a_stopped_session_takes_no_response() {
    let waiting = Waiting::new().await;
    let back = waiting.back(Consent::Allow).await;
    waiting
        .instance
        .command(&waiting.id, Command::Stop)
        .await
        .unwrap();
    let (status, page) = get(&back).await;
    assert_eq!(status, 400, "{page}");
    let transcript = waiting.now().await;
    assert!(
        matches!(transcript.status, Status::Finished(Ending::Stopped, _)),
        "{}",
        story(&transcript)
    );
    assert_eq!(waiting.token_requests(), 0);
}

/// With two sessions waiting, `state` decides; a response that nobody asked for belongs to neither.
#[tokio::test]
async fn each_response_finds_its_session() {
    let first = Waiting::new().await;
    let other = waiting(&first.instance, &first.target).await;
    let (status, page) = get(&format!("{}?code=x&state=y", first.instance.redirect_uri())).await;
    assert_eq!(status, 400);
    assert!(page.contains("No session waits"), "{page}");
    get(&first.back(Consent::Allow).await).await;
    assert!(is_complete(&first.end().await));
    let transcript = first.instance.transcript(&other).await.unwrap();
    assert!(
        matches!(transcript.status, Status::YourTurn(_)),
        "{}",
        story(&transcript)
    );
}
