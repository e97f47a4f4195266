//! The links that open the session now, each with who is connected by it.

use super::Share;
use super::link::{Link, address};
use super::words::Kind;
use authscope_ui_kit::copy::Copy;
use authscope_ui_kit::part::{part, press};
use authscope_ui_kit::{dom, times};
use leptos::prelude::*;

pub(super) fn view(share: Share) -> AnyView {
    let rows = move || {
        let links = share.links.get();
        let active: Vec<AnyView> = links
            .iter()
            .filter(|link| link.active)
            .map(|link| row(share, link))
            .collect();
        if active.is_empty() {
            return view! { <p class="hint">"None: nobody comes by a link."</p> }.into_any();
        }
        view! { <ul>{active}</ul> }.into_any()
    };
    view! {
        <section class="links-now" aria-labelledby="links-now">
            <h3 id="links-now">"Active links"</h3>
            {part(rows)}
        </section>
    }
    .into_any()
}

fn row(share: Share, link: &Link) -> AnyView {
    let mut said = vec![link.kind.title().to_owned()];
    if !link.name.is_empty() {
        said.push(link.name.clone());
    }
    said.push(match link.ends_at {
        Some(at) => format!("ends {}", times::moment(at, dom::now())),
        None => "ends with the session".into(),
    });
    if link.kind != Kind::Owner {
        said.push(format!("{} watching", link.watching));
    }
    let copy =
        address(&link.id).map(|address| view! { <Copy what="link" text=move || address.clone()/> });
    let id = link.id.clone();
    let revoke = move |_| share.act("DELETE", format!("/links/{id}"), None);
    let whose = if link.name.is_empty() {
        link.kind.title()
    } else {
        &link.name
    };
    view! {
        <li data-testid="share-link">
            <span class="grow">{said.join(" · ")}</span>
            {copy}
            <button type="button" aria-label=format!("Revoke the link: {whose}") on:click=press(revoke)>"Revoke"</button>
        </li>
    }
    .into_any()
}
