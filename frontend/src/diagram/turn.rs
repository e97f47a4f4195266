//! "Your turn": what a person must do, as an instruction with its button.

use crate::components::{Copy, icon, part, press, prose, typed};
use crate::dom;
use crate::state::{Session, session};
use crate::times;
use authscope_model::api::Command;
use authscope_model::event::Turn;
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::JsCast;

/// The card of a turn that lasts since a moment.
#[component]
pub(crate) fn TurnCard(turn: Turn, since: u64) -> impl IntoView {
    let session = session();
    let content = match turn {
        Turn::Authorize {
            host,
            scope,
            redirect_uri,
            hosted,
            ..
        } => authorize(session, host, scope, redirect_uri, hosted),
        Turn::ChooseAuthorizationServer { candidates } => choose(session, candidates),
        Turn::ProvideClientId { reason } => view! { <ProvideClient reason/> }.into_any(),
        Turn::GoOn { reason, clause } => go_on(session, reason, clause),
        Turn::DeviceCode {
            user_code,
            verification_uri,
        } => device(user_code, verification_uri),
        Turn::Unknown => view! { <h2>"Your turn"</h2><p>"A newer authscope asks for something this page does not know."</p> }.into_any(),
    };
    view! {
        <section class="turn" data-testid="your-turn" aria-label="Your turn">
            <Elapsed since/>
            {content}
        </section>
    }
}

#[component]
fn Elapsed(since: u64) -> impl IntoView {
    let now = RwSignal::new(dom::now());
    if let Ok(tick) = set_interval_with_handle(move || now.set(dom::now()), Duration::from_secs(1))
    {
        on_cleanup(move || tick.clear());
    }
    view! {
        <p class="kicker">
            <span class="pulse">{icon("ring")}</span>
            "Your turn"
            <span class="elapsed" aria-hidden="true">{part(move || times::elapsed(now.get().saturating_sub(since)))}</span>
        </p>
    }
}

fn authorize(
    session: Session,
    host: String,
    scope: Option<String>,
    redirect_uri: String,
    hosted: bool,
) -> AnyView {
    let href = format!("sessions/{}/authorize", session.id());
    let link = dom::absolute(&href);
    let scopes = match scope {
        Some(scope) if !scope.is_empty() => {
            let chips: Vec<_> = scope
                .split(' ')
                .map(|scope| view! { <code class="chip">{scope.to_owned()}</code> })
                .collect();
            view! { <p class="scopes">"It will be asked for " {chips}</p> }.into_any()
        }
        _ => view! { <p class="scopes">"No scope is asked for; the authorization server decides."</p> }.into_any(),
    };
    let back = if hosted {
        "The browser comes back here by itself; this page goes on as soon as it does."
    } else {
        "The redirect URI is not authscope's, so the browser ends elsewhere: paste the address it ends at below."
    };
    view! {
        <h2>"Sign in at " <span class="mono">{host}</span></h2>
        {scopes}
        <p>
            <SignIn href class="button primary large" testid="authorize-link"/>
        </p>
        <p class="hint">{back}</p>
        <details open=!hosted>
            <summary>"No window? Another browser? Paste the address instead"</summary>
            <p>
                "If the window was blocked, open this address yourself, in any browser on any machine: "
                <Copy what="sign-in link" text=move || link.clone() wide=true/>
            </p>
            <p class="hint">"Redirect URI: " <code>{redirect_uri}</code></p>
            <Paste/>
        </details>
    }
    .into_any()
}

/// The link that opens the sign-in window.
#[component]
pub(crate) fn SignIn(
    /// Address within the app that leads to the provider.
    href: String,
    /// How it looks.
    class: &'static str,
    #[prop(optional)] testid: Option<&'static str>,
) -> impl IntoView {
    let session = session();
    let watch = StoredValue::new_local(None::<Watch>);
    on_cleanup(move || watch.set_value(None));
    view! {
        <a
            class=class
            href=href
            target="_blank"
            rel="noopener"
            data-testid=testid
            on:click=press(move |event| open(session, watch, &event))
        >
            "Sign in" {icon("out")}
        </a>
    }
}

/// The fallback that always works: the address the browser ended at.
#[component]
fn Paste() -> impl IntoView {
    let session = session();
    let url = RwSignal::new(String::new());
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let url = url.get_untracked().trim().to_owned();
        if url.is_empty() {
            dom::focus("#paste");
        } else {
            session.send("callback", Command::Callback { url });
        }
    };
    view! {
        <form class="paste" on:submit=submit>
            <label for="paste">"After signing in, paste the whole address the browser ended at"</label>
            <div class="joined">
                <input
                    id="paste"
                    class="mono"
                    autocomplete="off"
                    spellcheck="false"
                    data-testid="paste-field"
                    placeholder="http://…/callback?code=…&state=…"
                    prop:value=url
                    on:input=typed(move |event| url.set(event_target_value(&event)))
                />
                <button type="submit" data-testid="paste-submit">"Use it"</button>
            </div>
        </form>
    }
}

/// Watches the sign-in window, so that closing it does not go unnoticed.
struct Watch {
    tick: IntervalHandle,
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.tick.clear();
    }
}

/// Opens the window ourselves, to know when it is closed; if that fails, the link does what links do.
fn open(
    session: Session,
    watch: StoredValue<Option<Watch>, LocalStorage>,
    event: &web_sys::MouseEvent,
) {
    if event.ctrl_key() || event.meta_key() || event.shift_key() || event.button() != 0 {
        return;
    }
    let link = event
        .current_target()
        .and_then(|t| t.dyn_into::<web_sys::Element>().ok());
    let Some(href) = link.and_then(|link| link.get_attribute("href")) else {
        return;
    };
    // Empty first: the provider's page must not get a hold of ours.
    let Ok(Some(popup)) = window().open_with_url_and_target("about:blank", "_blank") else {
        return;
    };
    let _ = popup.set_opener(&wasm_bindgen::JsValue::NULL);
    if popup.location().replace(&dom::absolute(&href)).is_err() {
        let _ = popup.close();
        return;
    }
    event.prevent_default();
    watch_window(session, watch, popup);
}

fn watch_window(
    session: Session,
    watch: StoredValue<Option<Watch>, LocalStorage>,
    popup: web_sys::Window,
) {
    let seen = std::cell::Cell::new(0_u32);
    let look = move || {
        if !popup.closed().unwrap_or(true) {
            return;
        }
        // A provider may cut the tie between the windows; then it looks closed while it is in front.
        if !dom::visible() {
            return watch.set_value(None);
        }
        // The callback closes the window too; its event is given time to come.
        seen.set(seen.get() + 1);
        if seen.get() < 4 {
            return;
        }
        watch.set_value(None);
        session.send(
            "popup",
            Command::PopupClosed {
                how: "closed".into(),
            },
        );
    };
    let tick = set_interval_with_handle(look, Duration::from_millis(500));
    watch.set_value(tick.ok().map(|tick| Watch { tick }));
}

fn choose(session: Session, candidates: Vec<String>) -> AnyView {
    let buttons: Vec<_> = candidates
        .into_iter()
        .map(|issuer| {
            let words = issuer.clone();
            view! {
                <li>
                    <button
                        type="button"
                        class="mono"
                        data-testid="choose-as"
                        on:click=press(move |_| session.send(
                            "choose",
                            Command::ChooseAuthorizationServer { issuer: issuer.clone() },
                        ))
                    >
                        {words}
                    </button>
                </li>
            }
        })
        .collect();
    view! {
        <h2>"Choose the authorization server"</h2>
        <p>"Protected resource metadata lists several. Any of them should do; a client has to choose."</p>
        <ul class="choices">{buttons}</ul>
    }
    .into_any()
}

#[component]
fn ProvideClient(reason: String) -> impl IntoView {
    let session = session();
    let (id, secret) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let redirect = session.peek(|transcript| transcript.redirect_uri.clone());
    let shown = redirect.clone();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let client_id = id.get_untracked().trim().to_owned();
        if client_id.is_empty() {
            return dom::focus("#turn-client-id");
        }
        let secret = secret.get_untracked();
        let client_secret = (!secret.is_empty()).then_some(secret);
        session.send(
            "client",
            Command::ProvideClient {
                client_id,
                client_secret,
            },
        );
    };
    view! {
        <h2>"Enter a client id"</h2>
        <p>{prose(&reason)}</p>
        <p class="hint">
            "Register a client at the authorization server with exactly this redirect URI: " <code>{shown}</code>
            <Copy what="redirect URI" text=move || redirect.clone()/>
        </p>
        <form class="paste two" on:submit=submit>
            <label for="turn-client-id">"Client id"</label>
            <input
                id="turn-client-id"
                class="mono"
                autocomplete="off"
                spellcheck="false"
                prop:value=id
                on:input=typed(move |event| id.set(event_target_value(&event)))
            />
            <label for="turn-client-secret">"Client secret, if it has one"</label>
            <input
                id="turn-client-secret"
                class="mono"
                type="password"
                autocomplete="off"
                prop:value=secret
                on:input=typed(move |event| secret.set(event_target_value(&event)))
            />
            <button type="submit" class="primary" data-testid="provide-client">"Use this client"</button>
        </form>
    }
}

fn go_on(session: Session, reason: String, clause: String) -> AnyView {
    view! {
        <h2>"A conforming client stops here"</h2>
        <p>{prose(&reason)} " " <code>{clause}</code></p>
        <p class="hint">"Going on shows what would happen next. It is recorded as something no conforming client does."</p>
        <p>
            <button type="button" data-testid="go-on" on:click=press(move |_| session.send("go-on", Command::GoOn))>
                "Go on deliberately"
            </button>
        </p>
    }
    .into_any()
}

fn device(user_code: String, verification_uri: String) -> AnyView {
    let code = user_code.clone();
    // Only web pages become links: the address comes from the server under test.
    let is_web =
        verification_uri.starts_with("https://") || verification_uri.starts_with("http://");
    let link = if is_web {
        let words = verification_uri.clone();
        view! { <a href=verification_uri target="_blank" rel="noopener noreferrer">{words} {icon("out")}</a> }.into_any()
    } else {
        view! { <code>{verification_uri}</code> }.into_any()
    };
    view! {
        <h2>"Enter the code on any device"</h2>
        <p>"Open " {link} " and enter"</p>
        <p class="user-code mono">{user_code} <Copy what="code" text=move || code.clone()/></p>
    }
    .into_any()
}
