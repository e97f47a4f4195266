//! Edit a recorded request and send it again, beside the flow; then both answers, side by side.
//!
//! Masked values stand in the editor as placeholders. They are put back on the server and never come here.

mod answers;
mod differences;
mod fields;
mod request;

use crate::panel::{Entry, Panel};
use authscope_ui_kit::copy::Copy;
use authscope_ui_kit::dom;
use authscope_ui_kit::http::exchange;
use authscope_ui_kit::icon::icon;
use authscope_ui_kit::part::{live, part, press, typed};
use fields::Fields;
use leptos::prelude::*;
use request::Request;
use serde_json::{Value, json};

/// As the page knows it. Options: `session`, `step`. News: something happened in the session. It says
/// `{"kind": "select", "step": n}` when a step is to be shown.
pub(crate) const PANEL: Entry = Entry {
    name: "resend",
    title: "Edit and resend",
    view: |panel| editor(panel, false),
};

/// Two answers on their own. Options: `session`, `step`, `of`.
pub(crate) const ANSWERS: Entry = Entry {
    name: "answers",
    title: "Both answers",
    view: |panel| {
        let of = panel.option(|options| options.get("of").and_then(Value::as_u64));
        answers::view(panel, of.unwrap_or_default(), step_of(panel))
    },
};

/// The request or the answer that waits at a breakpoint. Options: `session`, and `step` of an answer.
pub(crate) const HELD: Entry = Entry {
    name: "held",
    title: "Edit what waits",
    view: |panel| editor(panel, true),
};

fn step_of(panel: Panel) -> u64 {
    let step = panel.option(|options| options.get("step").and_then(Value::as_u64));
    step.unwrap_or_default()
}

/// How the request is edited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Fields,
    Raw,
}

/// What was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Sent {
    step: u64,
    /// Of an authorization request: where the browser goes.
    sign_in: Option<String>,
}

#[derive(Clone, Copy)]
struct Editor {
    panel: Panel,
    step: u64,
    /// Whether it is what waits at a breakpoint, and no recorded request.
    held: bool,
    /// Whether it is an answer.
    answer: bool,
    /// As it was recorded; nothing before it is known.
    draft: RwSignal<Option<Request>>,
    /// Whether the browser sends it.
    browser: RwSignal<bool>,
    way: RwSignal<Way>,
    fields: RwSignal<Option<Fields>>,
    raw: RwSignal<String>,
    busy: RwSignal<bool>,
    sent: RwSignal<Option<Sent>>,
    refused: RwSignal<Option<String>>,
}

fn editor(panel: Panel, held: bool) -> AnyView {
    let editor = Editor {
        panel,
        step: step_of(panel),
        held,
        answer: held && step_of(panel) > 0,
        draft: RwSignal::new(None),
        browser: RwSignal::new(false),
        way: RwSignal::new(Way::Fields),
        fields: RwSignal::new(None),
        raw: RwSignal::new(String::new()),
        busy: RwSignal::new(false),
        sent: RwSignal::new(None),
        refused: RwSignal::new(None),
    };
    leptos::task::spawn_local(editor.load());
    let step = editor.step;
    let hint = match (held, editor.answer) {
        (_, true) => format!("The answer of step {step} waits at a breakpoint. The flow reads what you leave here in its place, as if it had come so: to see whether a fix would help. The recording keeps both."),
        (true, _) => "This request waits at a breakpoint. It is sent as you leave it here, and the flow goes on with its answer.".to_owned(),
        _ => format!("Step {step} as it was sent. What you send from here has a step of its own, and the flow does not change by it."),
    };
    let content = move || match editor.draft.get() {
        None if editor.refused.get().is_some() => ().into_any(),
        None => view! { <p class="hint">"Loading…"</p> }.into_any(),
        Some(_) => form(editor),
    };
    view! {
        <div class="editing">
            <p class="hint">{hint}</p>
            {part(content)}
            {part(move || editor.refused.get().map(|words| view! { <p class="problem" role="alert" data-testid="resend-refused">{words}</p> }))}
            {part(move || editor.sent.get().map(|sent| outcome(editor, sent)))}
        </div>
    }
    .into_any()
}

impl Editor {
    fn path(self, rest: &str) -> String {
        format!("api/sessions/{}{rest}", self.panel.text("session"))
    }

    async fn load(self) {
        let path = match self.held {
            true => self.path("/held"),
            false => self.path(&format!("/exchanges/{}/draft", self.step)),
        };
        let words = match exchange("GET", &path, None).await {
            Ok(text) => {
                let draft: Value = serde_json::from_str(&text).unwrap_or_default();
                let browser = draft.get("browser").and_then(Value::as_bool);
                let _ = self.browser.try_set(browser.unwrap_or_default());
                match Request::read(&draft) {
                    Some(request) => return self.show(request),
                    None => "The request could not be read.".to_owned(),
                }
            }
            Err(error) => error.words(),
        };
        let _ = self.refused.try_set(Some(words));
    }

    fn show(self, request: Request) {
        let fields = Fields::of(&request, self.browser.get_untracked());
        let _ = self.fields.try_set(Some(fields));
        let _ = self.raw.try_set(request.raw());
        let _ = self.draft.try_set(Some(request));
    }

    /// The request as it is edited now.
    fn edited(self) -> Result<Request, String> {
        match (self.way.get_untracked(), self.fields.get_untracked()) {
            (Way::Fields, Some(fields)) => Ok(fields.request()),
            _ => Request::parse(&self.raw.get_untracked(), self.answer),
        }
    }

    /// Goes on editing in the other way, with what was edited so far.
    fn turn(self, way: Way) {
        if self.way.get_untracked() == way {
            return;
        }
        match self.edited() {
            Ok(request) => {
                self.refused.set(None);
                self.way.set(way);
                self.fields
                    .set(Some(Fields::of(&request, self.browser.get_untracked())));
                self.raw.set(request.raw());
            }
            Err(words) => self.refused.set(Some(words)),
        }
    }

    fn send(self) {
        let request = match self.edited() {
            Ok(request) => request,
            Err(words) => return self.refused.set(Some(words)),
        };
        self.busy.set(true);
        self.refused.set(None);
        self.sent.set(None);
        leptos::task::spawn_local(async move {
            let body = request.order(self.step).to_string();
            let path = self.path(if self.held { "/held" } else { "/resend" });
            let words = match exchange("POST", &path, Some(&body)).await {
                Ok(text) if self.held => {
                    let step = sent(&text).map(|sent| sent.step);
                    return self.panel.tell(&json!({ "kind": "select", "step": step }));
                }
                Ok(text) => {
                    let _ = self.sent.try_set(sent(&text));
                    dom::later(50, || {
                        if let Some(place) = dom::find("#resend-outcome") {
                            dom::reveal(&place, false);
                        }
                    });
                    None
                }
                Err(error) => Some(self.in_words(&error.words())),
            };
            let _ = self.refused.try_set(words);
            let _ = self.busy.try_set(false);
        });
    }
}

impl Editor {
    /// A reason as a sentence.
    fn in_words(self, why: &str) -> String {
        let end = if why.ends_with('.') { "" } else { "." };
        let what = if self.answer { "Not read" } else { "Not sent" };
        format!("{what}: {why}{end}")
    }
}

fn sent(text: &str) -> Option<Sent> {
    let value: Value = serde_json::from_str(text).ok()?;
    Some(Sent {
        step: value.get("exchange")?.as_u64()?,
        sign_in: value
            .get("sign_in")
            .and_then(Value::as_str)
            .map(str::to_owned),
    })
}

fn form(editor: Editor) -> AnyView {
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        editor.send();
    };
    let content = move || match (editor.way.get(), editor.fields.get()) {
        (Way::Fields, Some(fields)) => fields.view(),
        _ => raw(editor),
    };
    let words = move || match (editor.browser.get(), editor.busy.get()) {
        _ if editor.answer => "Go on with it",
        (_, true) => "Sending…",
        (true, _) => "Prepare the sign-in",
        _ => "Send",
    };
    let start_again = move |_| {
        if let Some(request) = editor.draft.get_untracked() {
            editor.refused.set(None);
            editor.show(request);
        }
    };
    view! {
        <form class="editor" on:submit=submit>
            <div class="ways" role="group" aria-label="How to edit">
                {way(editor, Way::Fields, "Fields")} {way(editor, Way::Raw, "Raw")}
            </div>
            {part(content)}
            <p class="hint legend">
                <span class="placeholder">"⟨…⟩"</span>
                " stands for a masked value. authscope puts it back where it was sent to before, and nowhere else; it is not shown here. You may move it, or write a value in its place."
            </p>
            <p class="act">
                <button type="submit" class="primary" data-testid="resend-send" disabled=live(move || editor.busy.get())>{part(words)}</button>
                <button type="button" class="quiet" on:click=press(start_again)>"As it was"</button>
            </p>
        </form>
    }
    .into_any()
}

fn way(editor: Editor, each: Way, words: &'static str) -> AnyView {
    let pressed = live(move || {
        if editor.way.get() == each {
            "true"
        } else {
            "false"
        }
    });
    view! {
        <button
            type="button"
            aria-pressed=pressed
            data-testid=format!("resend-{}", words.to_lowercase())
            on:click=press(move |_| editor.turn(each))
        >
            {words}
        </button>
    }
    .into_any()
}

fn raw(editor: Editor) -> AnyView {
    view! {
        <label class="raw-request">
            <span>{match editor.answer {
                true => "The answer: HTTP and its status, headers, an empty line, the body",
                false => "The request: method and URL, headers, an empty line, the body",
            }}</span>
            <textarea
                class="mono"
                rows="14"
                spellcheck="false"
                autocapitalize="off"
                data-testid="resend-text"
                prop:value=editor.raw
                on:input=typed(move |event| editor.raw.set(event_target_value(&event)))
            ></textarea>
        </label>
    }
    .into_any()
}

/// What became of it: both answers, or the way to the sign-in.
fn outcome(editor: Editor, sent: Sent) -> AnyView {
    let Sent { step, sign_in } = sent;
    let shown = match sign_in {
        Some(path) => offered(path),
        None => answers::view(editor.panel, editor.step, step),
    };
    let select = move |_| {
        editor
            .panel
            .tell(&json!({ "kind": "select", "step": step }))
    };
    view! {
        <section class="outcome" id="resend-outcome" aria-label="What became of it" data-testid="resend-outcome">
            <p class="sent" role="status">
                {icon("check")} <span>"Recorded as step " {step} "."</span>
                <button type="button" class="quiet" data-testid="resend-show" on:click=press(select)>"Show the step"</button>
            </p>
            {shown}
        </section>
    }
    .into_any()
}

fn offered(path: String) -> AnyView {
    let address = dom::absolute(&path);
    let copied = address.clone();
    view! {
        <p>"It has a state of its own, so its answer is recorded as a step of its own and not taken by the flow. Whoever opens this signs in:"</p>
        <p class="act">
            <a class="button primary" href=address target="_blank" rel="opener" data-testid="resend-sign-in">"Open the sign-in" {icon("out")}</a>
            <Copy what="the address" text=move || copied.clone() wide=true/>
        </p>
    }
    .into_any()
}
