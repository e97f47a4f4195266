//! What changed since the server worked: one line under the verdict of a run that failed.

use crate::api;
use crate::components::{icon, part, prose};
use crate::dom;
use crate::state::session;
use crate::times;
use crate::wire;
use authscope_diagram::Verdict;
use authscope_model::api::Since as Found;
use authscope_model::transcript::Status;
use authscope_ui_kit::part::Effect;
use leptos::prelude::*;

/// The line; nothing where the run did not fail, or no earlier one at the same server worked.
#[component]
pub(crate) fn Since() -> impl IntoView {
    let session = session();
    let found = RwSignal::new(None::<Found>);
    let failed = Memo::new(move |_| {
        let over = matches!(session.status.get(), Status::Finished(..));
        over && session
            .verdict
            .with(|it| it.settled && it.mark == Verdict::Fail)
    });
    Effect::new(move |_| {
        found.set(None);
        if failed.get() && !session.is_local() {
            authscope_ui_kit::part::spawn(async move {
                // A hint that does not come is no reason for a word.
                let path = format!("api/sessions/{}/since", session.id());
                if let Ok(since) = api::get(&path, wire::since).await {
                    let _ = found.try_set(Some(since));
                }
            });
        }
    });
    part(move || {
        found.get().map(|it| view! {
            <p class="since" data-testid="since">
                {icon("info")}
                <span>"It worked " {times::relative(it.at, dom::now())} ". " {prose(&it.sentence)}</span>
                <a href=format!("compare/{}/{}", it.before, session.id())>"Compare"</a>
            </p>
        })
    })
}
