//! The dry run of the authorization URL: asked for, once, with values of its own, never at the redirect URI.

use crate::world::{REDIRECT, World, config, header, query, reply};
use authscope_model::{SessionConfig, StepKind};
use authscope_protocol::flow::Output;

fn asked() -> SessionConfig {
    let mut config = config("2025-11-25");
    config.dry_run = true;
    config
}

fn notes(world: &World) -> String {
    let texts = world.outputs.iter().filter_map(|output| match output {
        Output::Note(_, text) => Some(text.as_str()),
        _ => None,
    });
    texts.collect::<Vec<_>>().join("\n")
}

#[test]
fn it_is_not_sent_unless_asked_for() {
    let mut world = World::default();
    world.run(config("2025-11-25"));
    assert!(world.all(StepKind::DryRun).is_empty());
}

#[test]
fn it_goes_first_without_cookies_and_uses_up_nothing() {
    let mut world = World::default();
    world.run(asked());
    let tried = world.all(StepKind::DryRun);
    assert_eq!(tried.len(), 1);
    let tried = tried[0];
    assert!(tried.extra, "no conforming client sends it");
    assert_eq!(header(tried, "cookie"), None);
    let front = &world.fronts[0];
    for same in ["client_id", "redirect_uri", "scope", "resource"] {
        assert_eq!(query(&tried.url, same), query(front, same), "{same}");
    }
    for own in ["state", "code_challenge"] {
        assert_ne!(query(&tried.url, own), query(front, own), "{own}");
    }
    assert!(world.first(StepKind::Token).url.ends_with("/token"));
}

#[test]
fn redirects_are_read_one_by_one_and_the_redirect_uri_is_never_requested() {
    let back = format!("{REDIRECT}?error=invalid_scope&state=x");
    let mut world = World {
        hook: Box::new(move |sent, _| {
            if sent.step != StepKind::DryRun {
                return None;
            }
            let target = if sent.url.contains("/authorize?") {
                "/login"
            } else {
                back.as_str()
            };
            Some(reply(302, &[("Location", target)], ""))
        }),
        ..World::default()
    };
    world.run(asked());
    assert!(
        notes(&world).contains("`error=invalid_scope`"),
        "{}",
        notes(&world)
    );
    assert!(
        world
            .sent
            .iter()
            .all(|sent| !sent.url.starts_with(REDIRECT))
    );
}

#[test]
fn other_schemes_are_not_followed() {
    let mut world = World {
        hook: Box::new(|sent, _| {
            let dry = sent.step == StepKind::DryRun;
            dry.then(|| reply(302, &[("Location", "javascript:alert(1)")], ""))
        }),
        ..World::default()
    };
    world.run(asked());
    assert!(
        notes(&world).contains("was not requested"),
        "{}",
        notes(&world)
    );
    assert!(
        world
            .sent
            .iter()
            .all(|sent| sent.url.starts_with("https://"))
    );
}
