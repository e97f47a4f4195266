//! Names that change their address between two requests of a flow. The engine runs in this process, because the
//! resolver is ours: it answers first with where the target is, then with where it must not lead.

use crate::target::{Target, correct};
use async_trait::async_trait;
use authscope_model::exchange::FailureKind;
use authscope_model::{SessionConfig, Transcript};
use authscope_net::{GuardMode, NetSettings, Resolve};
use authscope_tests::instance::{Instance, Options};
use authscope_tests::transcripts::story;
use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Answers with the target's address so many times, then with others.
struct Rebinds {
    honest: usize,
    then: Vec<IpAddr>,
    asked: AtomicUsize,
}

#[async_trait]
impl Resolve for Rebinds {
    async fn resolve(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        let before = self.asked.fetch_add(1, Ordering::SeqCst);
        Ok(match before < self.honest {
            true => vec![IpAddr::from([127, 0, 0, 1])],
            false => self.then.clone(),
        })
    }
}

async fn flow(honest: usize, then: &[&str], guard: GuardMode) -> Transcript {
    // All it names is under the name that our resolver is asked for.
    let target = Target::start(|asked, origin| {
        Some(correct(asked, &origin.replace("127.0.0.1", "rebind.test")))
    })
    .await;
    let resolver = Arc::new(Rebinds {
        honest,
        then: then.iter().map(|a| a.parse().unwrap()).collect(),
        asked: AtomicUsize::new(0),
    });
    let options = Options::headless();
    let net = NetSettings {
        guard,
        allow: vec!["127.0.0.1/32".parse().unwrap()],
        ..options.net
    };
    let instance = Instance::start(Options {
        net,
        resolver: Some(resolver),
        ..options
    })
    .await
    .unwrap();
    let config = SessionConfig::new(target.mcp().replace("127.0.0.1", "rebind.test"));
    instance.finish(config).await.unwrap()
}

#[tokio::test]
async fn a_name_that_moves_to_the_inside_is_refused_at_that_request() {
    for (then, setting) in [
        (&["10.0.0.1"][..], "--guard"),
        (&["169.254.169.254"], "--guard-allow"),
        (&["::ffff:10.0.0.1"], "--guard"),
        (&["93.184.216.34", "192.168.0.1"], "--guard"),
        (&["64:ff9b::a00:1"], "--guard"),
    ] {
        for honest in [1, 2] {
            let transcript = flow(honest, then, GuardMode::Guarded).await;
            let (before, after) = transcript.exchanges.split_at(honest);
            assert!(
                before.iter().all(|e| e.response().is_some()),
                "{}",
                story(&transcript)
            );
            assert!(!after.is_empty());
            for exchange in after {
                let failure = exchange.failure().unwrap();
                assert_eq!(failure.kind, FailureKind::Guard, "{failure:?}");
                assert_eq!(failure.setting.as_deref(), Some(setting));
                assert!(failure.message.contains("rebind.test"), "{failure:?}");
                assert_eq!(exchange.peer, None);
            }
        }
    }
}

#[tokio::test]
async fn at_home_a_name_that_moves_to_the_metadata_service_is_refused() {
    let transcript = flow(1, &["169.254.169.254"], GuardMode::Local).await;
    let last = transcript.exchanges.last().unwrap();
    assert_eq!(last.failure().unwrap().kind, FailureKind::Guard);
    assert!(transcript.exchanges[0].response().is_some());
}
