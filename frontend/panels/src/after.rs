//! What can be done when a run is over: with the token, at the MCP server, with the registered client.

use crate::panel::{Entry, Panel};
use authscope_ui_kit::field::lines;
use authscope_ui_kit::http::exchange;
use authscope_ui_kit::icon::icon;
use authscope_ui_kit::part::{live, part, press, typed};
use authscope_ui_kit::{dom, times};
use leptos::prelude::*;
use serde_json::{Value, json};
use std::time::Duration;
use wasm_bindgen::JsCast;

/// As the page knows it. Options: `session`. News: what can be done, or null while something is going on. It says
/// `{"refused": …}` when a command was not taken, and null there before each one.
pub(crate) const PANEL: Entry = Entry {
    name: "after",
    title: "What next",
    view,
};

/// The panel, and what is typed and opened in it.
#[derive(Clone, Copy)]
struct After {
    panel: Panel,
    busy: RwSignal<bool>,
    arguments: RwSignal<String>,
    tool: RwSignal<String>,
    metadata: RwSignal<String>,
    calling: RwSignal<bool>,
    managing: RwSignal<bool>,
    /// Whether the token is refreshed when it expires.
    renewing: RwSignal<bool>,
}

impl After {
    /// Gives a command to the session.
    fn send(self, command: Value) {
        self.busy.set(true);
        self.panel.tell(&json!({ "refused": null }));
        leptos::task::spawn_local(async move {
            let path = format!("api/sessions/{}/commands", self.panel.text("session"));
            let taken = exchange("POST", &path, Some(&command.to_string())).await;
            if let Err(error) = taken {
                self.panel.tell(&json!({ "refused": error.words() }));
            }
            let _ = self.busy.try_set(false);
        });
    }
}

/// A command without anything beside its name.
fn plain(name: &'static str) -> impl Fn() -> Value {
    move || json!({ "type": name })
}

fn is(can: &Value, member: &str) -> bool {
    can.get(member).and_then(Value::as_bool).unwrap_or_default()
}

fn view(panel: Panel) -> AnyView {
    let after = After {
        panel,
        busy: RwSignal::new(false),
        arguments: RwSignal::new(String::new()),
        tool: RwSignal::new(String::new()),
        metadata: RwSignal::new(String::new()),
        calling: RwSignal::new(false),
        managing: RwSignal::new(false),
        renewing: RwSignal::new(false),
    };
    part(move || {
        let can = panel.news.get();
        (!can.is_null()).then(|| card(after, &can))
    })
    .into_any()
}

fn card(after: After, can: &Value) -> AnyView {
    let forgotten = is(can, "forgotten").then(|| view! {
        <p>
            "The authorization server answered " <code>"invalid_client"</code> ": it may not know this client any more."
        </p>
        <p>{button(after, "Forget the client and register again", "reregister", true, plain("reregister"))}</p>
    });
    let client_id = can.get("client").and_then(Value::as_str);
    view! {
        <section class="turn after" data-testid="after" aria-label="What next">
            {forgotten}
            {is(can, "token").then(|| token(after, can))}
            {is(can, "token").then(|| tools(after, can))}
            {client_id.map(|id| client(after, id, can))}
        </section>
    }
    .into_any()
}

fn button(
    after: After,
    words: &'static str,
    name: &'static str,
    possible: bool,
    command: impl Fn() -> Value + 'static,
) -> AnyView {
    view! {
        <button
            type="button"
            data-testid=name
            disabled=live(move || !possible || after.busy.get())
            title=(!possible).then_some("Not offered here")
            on:click=press(move |_| after.send(command()))
        >
            {words}
        </button>
    }
    .into_any()
}

fn token(after: After, can: &Value) -> AnyView {
    let refresh = is(can, "refresh");
    let expires_at = can.get("expires_at").and_then(Value::as_u64);
    view! {
        <h2>"The token"</h2>
        {expires_at.map(|at| expiry(after, at, refresh))}
        <p class="buttons">
            {button(after, "Refresh", "refresh-now", refresh, plain("refresh"))}
            {button(after, "Refresh twice with one token", "refresh-twice", refresh, plain("refresh_twice"))}
            {button(after, "Introspect", "introspect", is(can, "introspect"), plain("introspect"))}
            {button(after, "Userinfo", "userinfo", is(can, "userinfo"), plain("userinfo"))}
            {button(after, "Revoke", "revoke", is(can, "revoke"), plain("revoke"))}
        </p>
    }
    .into_any()
}

/// The time that is left, and a refresh when it is over, if that is wanted.
fn expiry(after: After, at: u64, refresh: bool) -> AnyView {
    let now = RwSignal::new(dom::now());
    let wanted = after.renewing;
    let tick = move || {
        let before = now.get_untracked();
        now.set(dom::now());
        if wanted.get_untracked() && before < at && dom::now() >= at {
            after.send(json!({ "type": "refresh" }));
        }
    };
    if let Ok(tick) = set_interval_with_handle(tick, Duration::from_secs(1)) {
        on_cleanup(move || tick.clear());
    }
    view! {
        <p data-testid="expiry">
            {part(move || match at.checked_sub(now.get()) {
                Some(left) if left > 0 => format!("Expires in {}", times::elapsed(left)),
                _ => format!("Expired {}", times::relative(at, now.get())),
            })}
            " "
            {refresh.then(|| view! {
                <label class="check">
                    <input
                        type="checkbox"
                        prop:checked=wanted
                        on:change=typed(move |event| wanted.set(event_target_checked(&event)))
                    />
                    " Refresh when it expires"
                </label>
            })}
        </p>
    }
    .into_any()
}

fn tools(after: After, can: &Value) -> AnyView {
    let After {
        tool,
        arguments,
        calling,
        ..
    } = after;
    let names = can.get("tools").and_then(Value::as_array);
    let names: Vec<String> = names
        .into_iter()
        .flatten()
        .filter_map(|name| Some(name.as_str()?.to_owned()))
        .collect();
    if tool.with_untracked(String::is_empty) {
        tool.set(names.first().cloned().unwrap_or_default());
    }
    let options: Vec<_> = names
        .into_iter()
        .map(|name| view! { <option>{name}</option> })
        .collect();
    let none = options.is_empty();
    let call = move || json!({ "type": "call_tool", "name": tool.get_untracked(), "arguments": arguments.get_untracked() });
    view! {
        <details open=calling.get_untracked() on:toggle=kept(calling)>
            <summary>"Call the MCP server"</summary>
            <div class="paste">
                <label for="after-tool">"Tool"</label>
                <select
                    id="after-tool"
                    prop:value=tool
                    on:change=typed(move |event| tool.set(event_target_value(&event)))
                >
                    {options}
                </select>
                {lines("after-arguments", "Arguments (JSON)", "{}", arguments)}
                <p class="buttons">
                    {button(after, "Call", "call-tool", !none, call)}
                    {button(after, "List tools, resources and prompts", "list-everything", true, plain("list_everything"))}
                </p>
            </div>
        </details>
    }
    .into_any()
}

/// Remembers whether a fold is open.
fn kept(open: RwSignal<bool>) -> Box<dyn FnMut(web_sys::Event)> {
    typed(move |event| {
        let fold = event.current_target();
        let fold = fold.and_then(|it| it.dyn_into::<web_sys::Element>().ok());
        open.set(fold.is_some_and(|it| it.has_attribute("open")));
    })
}

fn client(after: After, id: &str, can: &Value) -> AnyView {
    let After {
        metadata, managing, ..
    } = after;
    let (managed, document) = (is(can, "managed"), is(can, "document"));
    let about = if document {
        "Members laid over our client document (JSON)"
    } else {
        "Members laid over the client metadata (JSON)"
    };
    let with = move |name: &'static str| move || json!({ "type": name, "metadata": metadata.get_untracked() });
    view! {
        <details open=managing.get_untracked() on:toggle=kept(managing)>
            <summary>"The client"</summary>
            <p class="mono">{id.to_owned()}</p>
            <div class="paste">
                {lines("after-metadata", about, "{\"client_name\": \"My client\"}", metadata)}
                <p class="buttons">
                    {button(after, "Use for the next registration and our document", "edit-client", true, with("edit_client"))}
                    {button(after, "Update the registration", "update-registration", managed, with("update_registration"))}
                </p>
            </div>
            <p class="buttons">
                {button(after, "Read the registration", "read-registration", managed, plain("read_registration"))}
                {button(after, "Delete it", "delete-registration", managed, plain("delete_registration"))}
                {button(after, "Save for this issuer", "save-client", !document, plain("save_client"))}
                {button(after, "Forget and register again", "forget-client", true, plain("reregister"))}
            </p>
            {(!managed).then(|| view! {
                <p class="hint">{icon("info")} " The server gave no address to manage this registration (RFC 7592)."</p>
            })}
        </details>
    }
    .into_any()
}
