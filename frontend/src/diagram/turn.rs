//! "Your turn": what a person must do, as an instruction with its button.

use crate::components::{Copy, VerdictIcon, icon, part, press, prose, typed};
use crate::dom;
use crate::share::{self, may_drive};
use crate::state::{Session, session};
use crate::times;
use authscope_diagram::{Verdict, words};
use authscope_model::Level;
use authscope_model::api::Command;
use authscope_model::event::Turn;
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::JsCast;

/// The card of a turn that lasts since a moment.
#[component]
pub(crate) fn TurnCard(turn: Turn, since: u64) -> impl IntoView {
    // Those who cannot act read what is waited for.
    part(move || match may_drive() {
        true => card(turn.clone(), since),
        false => {
            let what = waited_for(&turn);
            view! { <p class="note" data-testid="waiting">{icon("ring")} " Waiting for whoever runs this session to " {what}</p> }
                .into_any()
        }
    })
}

fn waited_for(turn: &Turn) -> String {
    match turn {
        Turn::Authorize { host, .. } => format!("sign in at {host}"),
        Turn::ChooseAuthorizationServer { .. } => "choose the authorization server".into(),
        Turn::ProvideClientId { .. } => "enter a client id".into(),
        Turn::GoOn { .. } => "decide whether to go on".into(),
        Turn::DeviceCode { .. } => "enter the code on a device".into(),
        Turn::Breakpoint { .. } => "go on from a breakpoint".into(),
        Turn::Unknown => "do something that this page does not know".into(),
    }
}

fn card(turn: Turn, since: u64) -> AnyView {
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
            verification_uri_complete,
            expires_at,
        } => device(
            user_code,
            verification_uri,
            verification_uri_complete,
            expires_at,
        ),
        Turn::Breakpoint {
            step,
            exchange,
            preview,
            ..
        } => share::held(session, step, exchange, preview),
        Turn::Unknown => view! { <h2>"Your turn"</h2><p>"A newer authscope asks for something this page does not know."</p> }.into_any(),
    };
    view! {
        <section class="turn" data-testid="your-turn" aria-label="Your turn">
            <Elapsed since/>
            {content}
        </section>
    }
    .into_any()
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
        {part(move || preflight(session))}
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

/// Findings that a person should know before signing in.
const SHOWN: usize = 5;

/// Whether something was found that will probably make signing in useless.
fn is_doubtful(session: Session) -> bool {
    let causes = session.findings.get();
    causes
        .iter()
        .any(|f| f.level == Level::Failure && f.explained_by.is_none())
}

/// What was found before the sign-in, root causes first.
fn preflight(session: Session) -> AnyView {
    let findings = session.findings.get();
    let causes: Vec<_> = findings
        .iter()
        .filter(|f| f.level > Level::Hint && f.explained_by.is_none())
        .collect();
    if causes.is_empty() {
        return ().into_any();
    }
    let number = u32::try_from(causes.len()).unwrap_or(u32::MAX);
    let items: Vec<_> = causes
        .iter()
        .take(SHOWN)
        .map(|finding| {
            let step = finding.evidence.exchange;
            view! {
                <li>
                    <VerdictIcon verdict=Verdict::of(finding.level)/>
                    <a href=format!("sessions/{}/step/{step}", session.id())>{prose(&finding.message)}</a>
                </li>
            }
        })
        .collect();
    view! {
        <section class="preflight" data-testid="preflight">
            <h3>{words::count(number, "problem", "problems")} " found before you sign in"</h3>
            <ul>{items}</ul>
        </section>
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
            {part(move || if is_doubtful(session) { "Sign in anyway" } else { "Sign in" })} {icon("out")}
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

fn device(
    user_code: String,
    verification_uri: String,
    complete: Option<String>,
    expires_at: Option<u64>,
) -> AnyView {
    let code = user_code.clone();
    let with_code = complete.filter(|uri| is_web(uri)).map(|href| view! {
        <a class="button primary large" href=href target="_blank" rel="noopener noreferrer" data-testid="device-link">
            "Open with the code filled in " {icon("out")}
        </a>
    });
    view! {
        <h2>"Enter the code on any device"</h2>
        <p>"Open " {web_link(verification_uri)} " and enter"</p>
        <p class="user-code mono" data-testid="user-code">{user_code} <Copy what="code" text=move || code.clone()/></p>
        <p>{with_code}</p>
        <p class="hint">"Meanwhile authscope asks for the token, as often as the server allows; each time is a step below."</p>
        {expires_at.map(|at| view! { <Left at/> })}
    }
    .into_any()
}

/// Only web pages become links: the address comes from the server under test.
fn is_web(uri: &str) -> bool {
    uri.starts_with("https://") || uri.starts_with("http://")
}

fn web_link(uri: String) -> AnyView {
    if is_web(&uri) {
        let words = uri.clone();
        view! { <a href=uri target="_blank" rel="noopener noreferrer">{words} {icon("out")}</a> }
            .into_any()
    } else {
        view! { <code>{uri}</code> }.into_any()
    }
}

/// The time that is left to enter a code.
#[component]
fn Left(at: u64) -> impl IntoView {
    let now = RwSignal::new(dom::now());
    if let Ok(tick) = set_interval_with_handle(move || now.set(dom::now()), Duration::from_secs(1))
    {
        on_cleanup(move || tick.clear());
    }
    view! {
        <p class="hint" data-testid="device-expiry">
            {part(move || match at.saturating_sub(now.get()) {
                0 => "The code has expired.".into(),
                left => format!("The code expires in {}.", times::elapsed(left)),
            })}
        </p>
    }
}
