//! What was saved: targets to start again with everything that was set, and clients, each with its issuer.

use crate::api;
use crate::components::{icon, part, press};
use crate::route::{Route, Router};
use crate::wire;
use authscope_model::api::{SavedClient, SavedTarget};
use leptos::prelude::*;

/// Saved targets and clients; nothing where there are none.
#[component]
pub(crate) fn Saved() -> impl IntoView {
    let targets = RwSignal::new(Vec::<SavedTarget>::new());
    let clients = RwSignal::new(Vec::<SavedClient>::new());
    let problem = RwSignal::new(None::<String>);
    authscope_ui_kit::part::spawn(async move {
        // A list that does not come is no reason to keep somebody from starting.
        if let Ok(found) = api::get("api/targets", wire::targets).await {
            let _ = targets.try_set(found);
        }
        if let Ok(found) = api::get("api/clients", wire::clients).await {
            let _ = clients.try_set(found);
        }
    });
    let router = expect_context::<Router>();
    let remove = move |kind: &'static str, id: String| {
        authscope_ui_kit::part::spawn(async move {
            match api::remove(&format!("api/{kind}/{id}")).await {
                Ok(()) => {
                    let _ = targets.try_update(|list| list.retain(|t| t.id != id));
                    let _ = clients.try_update(|list| list.retain(|c| c.id != id));
                }
                Err(error) => {
                    let _ = problem.try_set(Some(error.words()));
                }
            }
        });
    };
    let start = move |id: String| {
        authscope_ui_kit::part::spawn(async move {
            match api::start_saved(&id).await {
                Ok(id) => router.go(Route::Session { id, step: None }),
                Err(error) => {
                    let _ = problem.try_set(Some(error.words()));
                }
            }
        });
    };
    part(move || {
        let (targets, clients) = (targets.get(), clients.get());
        if targets.is_empty() && clients.is_empty() {
            return ().into_any();
        }
        let targets: Vec<_> = targets
            .into_iter()
            .map(|target| {
                let (id, gone) = (target.id.clone(), target.id);
                entry(
                    target.name,
                    target.server_url,
                    target.settings,
                    Some(press(move |_| start(id.clone()))),
                    press(move |_| remove("targets", gone.clone())),
                )
            })
            .collect();
        let clients: Vec<_> = clients
            .into_iter()
            .map(|client| {
                let kind = if client.has_secret {
                    "with a secret, used with this issuer only"
                } else {
                    "used with this issuer only"
                };
                entry(
                    client.client_id,
                    client.issuer,
                    kind.into(),
                    None,
                    press(move |_| remove("clients", client.id.clone())),
                )
            })
            .collect();
        view! {
            <section class="recent saved" aria-labelledby="saved-title" data-testid="saved">
                <h2 id="saved-title">"Saved"</h2>
                <p class="problem" role="alert">{part(move || problem.get())}</p>
                <ul>{targets}{clients}</ul>
            </section>
        }
        .into_any()
    })
}

type Press = Box<dyn FnMut(web_sys::MouseEvent)>;

fn entry(name: String, url: String, about: String, start: Option<Press>, remove: Press) -> AnyView {
    let label = format!("Remove {name}");
    let start = start.map(|start| view! {
        <button type="button" data-testid="start-saved" on:click=start>{icon("play")} " Debug"</button>
    });
    view! {
        <li class="entry">
            <span class="what">
                <strong>{name}</strong>
                <span class="url mono">{url}</span>
            </span>
            <span class="verdict">{about}</span>
            {start}
            <button type="button" class="quiet" aria-label=label on:click=remove>{icon("cross")}</button>
        </li>
    }
    .into_any()
}
