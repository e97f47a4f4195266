//! The start page: one field, the lab, what ran before.

use super::advanced::Advanced;
use super::form::Form;
use super::frame::TopBar;
use super::import::Import;
use super::recent::Recent;
use super::saved::Saved;
use crate::api;
use crate::components::{VerdictIcon, icon, live, part, press, typed};
use crate::dom;
use crate::route::{Route, Router};
use crate::wire;
use authscope_diagram::Verdict;
use authscope_model::api::{Info, LabTarget, SessionSummary};
use authscope_ui_kit::part::Effect;
use leptos::prelude::*;

/// What the page asks the server for.
type Asked<T> = RwSignal<Option<Result<T, String>>>;

/// The start page.
#[component]
pub(crate) fn Home(server: Option<String>, spec: Option<String>) -> impl IntoView {
    let form = Form::new(server, spec);
    let info: Asked<Info> = RwSignal::new(None);
    let recent: Asked<Vec<SessionSummary>> = RwSignal::new(None);
    ask(info, "api/info", wire::info);
    ask(recent, "api/sessions?limit=20", wire::summaries);
    prefill(form, info);
    document().set_title("authscope");
    dom::later(0, || dom::focus("#url"));
    let ours = Signal::derive(move || match info.get() {
        Some(Ok(info)) => info.redirect_uri,
        _ => dom::absolute("oauth/callback"),
    });
    view! {
        <TopBar><span class="grow"></span></TopBar>
        <main class="home" id="main">
            <h1>"See every step of an MCP OAuth flow"</h1>
            <p class="lead">
                "authscope plays the client, draws each request as it happens, and says what is wrong, who has to change it and how."
            </p>
            <Start form ours info/>
            {part(move || info.get().and_then(Result::err).map(|words| view! { <p class="problem" role="alert">{words}</p> }))}
            <Saved/>
            {part(move || match recent.get() {
                Some(Ok(sessions)) if !sessions.is_empty() => view! { <Recent sessions/> }.into_any(),
                _ => ().into_any(),
            })}
            {part(move || match info.get() {
                Some(Ok(info)) if !info.lab.is_empty() => view! { <Lab targets=info.lab form/> }.into_any(),
                _ => ().into_any(),
            })}
            <Import form/>
            <About info/>
        </main>
    }
}

fn ask<T: Send + Sync + 'static>(into: Asked<T>, path: &'static str, read: api::Reader<T>) {
    authscope_ui_kit::part::spawn(async move {
        let answer = api::get(path, read).await;
        let _ = into.try_set(Some(answer.map_err(|error| error.words())));
    });
}

/// A link that names a target of the lab brings what belongs to it, to be seen and changed before the start.
fn prefill(form: Form, info: Asked<Info>) {
    Effect::new(move |_| {
        if let Some(Ok(info)) = info.get() {
            let url = form.url.get_untracked();
            let named = info.lab.into_iter().find(|target| target.url == url);
            form.set_all(&named.map(|target| target.settings).unwrap_or_default());
        }
    });
}

/// Makes the session that a form describes and goes there.
#[derive(Clone, Copy)]
struct Starter {
    form: Form,
    busy: RwSignal<bool>,
    problem: RwSignal<Option<String>>,
    router: Router,
}

impl Starter {
    fn new(form: Form) -> Self {
        Self {
            form,
            busy: RwSignal::new(false),
            problem: RwSignal::new(None),
            router: expect_context(),
        }
    }

    fn start(self) {
        if self.busy.get_untracked() {
            return;
        }
        self.problem.set(None);
        let request = match self.form.request() {
            Ok(request) => request,
            Err(words) => {
                self.problem.set(Some(words));
                return dom::focus("#url");
            }
        };
        let save = self.form.to_save(&request);
        self.busy.set(true);
        authscope_ui_kit::part::spawn(async move {
            if let Some(save) = save
                && let Err(error) = api::save(&save).await
            {
                let _ = self.problem.try_set(Some(error.words()));
                let _ = self.busy.try_set(false);
                return;
            }
            match api::create(&request).await {
                Ok(id) => self.router.go(Route::Session { id, step: None }),
                Err(error) => {
                    let _ = self.problem.try_set(Some(error.words()));
                    let _ = self.busy.try_set(false);
                }
            }
        });
    }
}

#[component]
fn Start(form: Form, ours: Signal<String>, info: Asked<Info>) -> impl IntoView {
    let starter = Starter::new(form);
    view! {
        <form
            class="start"
            novalidate
            on:submit=move |event| {
                event.prevent_default();
                starter.start();
            }
        >
            <label for="url">"MCP server URL"</label>
            <div class="joined big">
                <input
                    id="url"
                    data-testid="url-field"
                    class="mono"
                    type="url"
                    inputmode="url"
                    autocomplete="url"
                    autocapitalize="off"
                    spellcheck="false"
                    placeholder="https://example.com/mcp"
                    aria-describedby="start-problem"
                    aria-invalid=live(move || starter.problem.get().is_some().then_some("true"))
                    prop:value=form.url
                    on:input=typed(move |event| form.url.set(event_target_value(&event)))
                />
                <button class="primary" type="submit" data-testid="debug-button" disabled=starter.busy>
                    {icon("play")} <span>{part(move || if starter.busy.get() { "Starting…" } else { "Debug" })}</span>
                </button>
            </div>
            {part(move || unreachable(form, info).map(|words| view! {
                <p class="hint" data-testid="unreachable">{words}</p>
            }))}
            <p class="problem" id="start-problem" role="alert">{part(move || starter.problem.get())}</p>
            <Advanced form ours/>
        </form>
    }
}

/// That our client document may be of no use to the server that was typed, said before the run.
fn unreachable(form: Form, info: Asked<Info>) -> Option<String> {
    let note = info.get()?.ok()?.reachability_note?;
    let way = form.registration.get();
    let other = !form.metadata_url.read().is_empty() || !form.client_id.read().is_empty();
    let url = form.url.read();
    let host = url.trim().split_once("://")?.1;
    let here = ["localhost", "127.", "[::1]"];
    let near = host.is_empty() || here.iter().any(|start| host.starts_with(start));
    (!other && !near && (way == "auto" || way == "cimd")).then_some(note)
}

/// The faults people meet most; shown before anything is looked for.
const CLASSIC: [&str; 9] = [
    "challenge-without-resource-metadata",
    "prm-resource-slash",
    "issuer-extra-slash",
    "registered-redirect-uri-slash",
    "pkce-support-not-advertised",
    "pkce-verification-failed",
    "scope-near-miss",
    "token-audience-mismatch",
    "token-response-html",
];

/// The faults that are shown: those that a text finds, else the classic ones.
fn found(broken: &[LabTarget], text: &str) -> Vec<LabTarget> {
    let text = text.trim().to_ascii_lowercase();
    if !text.is_empty() {
        let words: Vec<&str> = text.split_whitespace().collect();
        let hit = |target: &&LabTarget| {
            let about =
                format!("{} {} {}", target.id, target.title, target.summary).to_ascii_lowercase();
            words.iter().all(|word| about.contains(word))
        };
        return broken.iter().filter(hit).cloned().collect();
    }
    let classic: Vec<LabTarget> = CLASSIC
        .iter()
        .filter_map(|id| broken.iter().find(|target| target.id == *id).cloned())
        .collect();
    // A lab without them shows what it has.
    if classic.is_empty() {
        broken.iter().take(CLASSIC.len()).cloned().collect()
    } else {
        classic
    }
}

/// The built-in targets: one click starts them.
#[component]
fn Lab(targets: Vec<LabTarget>, form: Form) -> impl IntoView {
    let starter = Starter::new(form);
    let (healthy, broken): (Vec<_>, Vec<_>) =
        targets.into_iter().partition(|target| target.healthy);
    let mut healthy = healthy.into_iter().map(|target| tile(starter, target));
    let first = healthy.next();
    let variants: Vec<_> = healthy.collect();
    let many = broken.len();
    let wanted = RwSignal::new(String::new());
    let shown = part(move || {
        let targets = found(&broken, &wanted.read());
        let none = targets
            .is_empty()
            .then(|| view! { <p class="hint">"No fault of the lab is like that."</p> });
        let tiles: Vec<_> = targets
            .into_iter()
            .map(|target| tile(starter, target))
            .collect();
        view! { <ul class="tiles">{tiles}</ul> {none} }
    });
    view! {
        <section class="lab" id="lab" aria-labelledby="lab-title">
            <h2 id="lab-title">"Or try the built-in lab"</h2>
            <p class="problem" role="alert">{part(move || starter.problem.get())}</p>
            <ul class="tiles first">{first}</ul>
            {(!variants.is_empty()).then(|| view! {
                <details>
                    <summary>"Other servers that do everything right, each in its own way (" {variants.len()} ")"</summary>
                    <ul class="tiles">{variants}</ul>
                </details>
            })}
            <div class="breaking">
                <h3>"Learn by breaking it"</h3>
                <input
                    type="search"
                    aria-label="Find a fault"
                    data-testid="lab-filter"
                    placeholder=format!("Find one of {many} faults")
                    prop:value=wanted
                    on:input=typed(move |event| wanted.set(event_target_value(&event)))
                />
            </div>
            {shown}
        </section>
    }
}

fn tile(starter: Starter, target: LabTarget) -> AnyView {
    let mark = if target.healthy {
        Verdict::Pass
    } else {
        Verdict::Fail
    };
    let (url, settings) = (target.url.clone(), target.settings);
    let begin = move |_| {
        starter.form.url.set(url.clone());
        starter.form.set_all(&settings);
        starter.start();
    };
    let party = target.party.map(|party| {
        let words = party.replace('_', " ").replace("mcp", "MCP");
        view! { <span class="party">{words}</span> }
    });
    view! {
        <li>
            <button
                type="button"
                class="tile"
                class:healthy=target.healthy
                data-testid=format!("lab-target-{}", target.id)
                disabled=starter.busy
                on:click=press(begin)
            >
                <strong><VerdictIcon verdict=mark/>{target.title}</strong>
                <span>{target.summary}</span>
                {party}
            </button>
        </li>
    }
    .into_any()
}

/// Three plain lines: what it does, what it stores, who can see it.
#[component]
fn About(info: Asked<Info>) -> impl IntoView {
    let known = move || info.get().and_then(Result::ok);
    let guard = move || match known().map(|info| info.guard).as_deref() {
        Some("local") => " It may also reach addresses of this machine and of private networks.",
        Some(_) => " It refuses addresses of private networks.",
        None => "",
    };
    view! {
        <section class="about" aria-label="About this instance">
            <dl>
                <div>
                    <dt>"What it does"</dt>
                    <dd>
                        "Sends the requests an MCP client sends, from the machine it runs on, and records each one."
                        {part(guard)}
                    </dd>
                </div>
                <div>
                    <dt>"What it stores"</dt>
                    <dd>"The recorded requests and answers, in its data folder. Secrets are masked before they are stored or shown."</dd>
                </div>
                <div>
                    <dt>"Who can see it"</dt>
                    <dd>"Everybody who can open this address. Nothing is sent to anybody else."</dd>
                </div>
            </dl>
            {part(move || known().map(|info| view! { <p class="version">"authscope " {info.version}</p> }))}
        </section>
    }
}
