//! The authorization response: state, `iss` (RFC 9207), error or code.

use crate::callback::Callback;
use crate::flow::learned::AuthorizationRequest;
use crate::flow::stage::Stage;
use crate::flow::{Flow, Fresh, Output};
use authscope_model::event::{Ending, Fact, Tone};

/// What an authorization response came to.
#[derive(Debug, Clone, PartialEq)]
pub struct CallbackOutcome {
    /// Whether it was taken: the flow goes on (or ends). If not, it still waits.
    pub accepted: bool,
    /// One sentence for the person at the browser.
    pub message: String,
    /// What to record.
    pub outputs: Vec<Output>,
}

fn ignored(message: &str, mut outputs: Vec<Output>) -> CallbackOutcome {
    outputs.push(Output::Note(Tone::Error, message.to_owned()));
    CallbackOutcome {
        accepted: false,
        message: message.to_owned(),
        outputs,
    }
}

pub(in crate::flow) fn absorb(
    flow: &mut Flow,
    url_or_query: &str,
    fresh: &Fresh<'_>,
) -> CallbackOutcome {
    let callback = Callback::parse(url_or_query);
    let request = flow
        .context
        .request
        .clone()
        .filter(|_| flow.stage == Stage::AwaitCallback);
    let Some(request) = request else {
        return ignored(
            "An authorization response arrived although none is awaited (the code was already used, or the flow was stopped). It was ignored.",
            Vec::new(),
        );
    };
    if flow.probing().is_some() {
        return probe(flow, &callback, &request, fresh);
    }
    let mut outputs = secrets(&callback);
    outputs.extend(unencoded(url_or_query));
    let matches = callback.state.as_deref() == Some(request.state.as_str());
    outputs.push(Output::Fact(Fact::State {
        matches,
        present: callback.state.is_some(),
    }));
    if !matches {
        return wrong_state(flow, &callback, outputs);
    }
    outputs.push(iss_fact(flow, &request, &callback));
    if let Some(problem) = iss_problem(flow, &request, &callback) {
        return reject_iss(flow, &callback, problem, outputs, fresh);
    }
    accept(flow, &callback, outputs, fresh)
}

/// The authorization response of a negative probe: its code, or nothing to go on with.
fn probe(
    flow: &mut Flow,
    callback: &Callback,
    request: &AuthorizationRequest,
    fresh: &Fresh<'_>,
) -> CallbackOutcome {
    let mut outputs = secrets(callback);
    let code = callback
        .code
        .clone()
        .filter(|_| callback.state.as_deref() == Some(&request.state));
    match code {
        Some(code) => {
            flow.context.code = Some((code, fresh.now));
            flow.stage = Stage::Token;
        }
        None => {
            let error = callback.error.as_deref().unwrap_or("no code");
            outputs.extend(flow.abandon_probe(&format!("the authorization ended with {error}")));
        }
    }
    CallbackOutcome {
        accepted: true,
        message: "A probe's authorization response.".into(),
        outputs,
    }
}

/// A `+` in the raw value of `code`: form decoding makes a space of it.
fn unencoded(url_or_query: &str) -> Option<Output> {
    let query = url_or_query
        .split_once('?')
        .map_or(url_or_query, |(_, q)| q);
    let raw = query
        .split(['&', '#'])
        .find_map(|pair| pair.strip_prefix("code="))?;
    raw.contains('+').then(|| {
        Output::Fact(Fact::CodeUnencoded {
            characters: "+".into(),
        })
    })
}

fn secrets(callback: &Callback) -> Vec<Output> {
    callback
        .code
        .iter()
        .map(|code| Output::Secret {
            kind: "code",
            value: code.clone(),
        })
        .collect()
}

fn wrong_state(flow: &mut Flow, callback: &Callback, outputs: Vec<Output>) -> CallbackOutcome {
    let what = if callback.state.is_some() {
        "with a `state` that was never sent"
    } else if callback.code.is_none() && callback.error.is_none() {
        "without `code`, `error` and `state`"
    } else {
        "without `state`"
    };
    let message = format!(
        "An authorization response arrived {what}. A conforming client discards it, so it was not used."
    );
    if flow.context.settings.interactive {
        return ignored(&message, outputs);
    }
    // Nobody will come back with another one in a headless run.
    flow.finish(Ending::Blocked, message.clone());
    CallbackOutcome {
        accepted: true,
        ..ignored(&message, outputs)
    }
}

fn advertised(flow: &Flow) -> bool {
    flow.context
        .metadata()
        .and_then(|m| m.authorization_response_iss_parameter_supported)
        == Some(true)
}

fn iss_fact(flow: &Flow, request: &AuthorizationRequest, callback: &Callback) -> Output {
    Output::Fact(Fact::Iss {
        expected: request.issuer.clone().unwrap_or_default(),
        received: callback.iss.clone(),
        advertised: advertised(flow),
    })
}

/// The four rows of MCP 2026-07-28 "Authorization Response Validation"; strings, no normalisation.
fn iss_problem(flow: &Flow, request: &AuthorizationRequest, callback: &Callback) -> Option<String> {
    if !flow.context.behaviour().iss_validation {
        return None;
    }
    let expected = request.issuer.clone().unwrap_or_default();
    match (&callback.iss, advertised(flow)) {
        (Some(iss), _) if *iss == expected => None,
        (Some(iss), _) => Some(format!("`iss` in the authorization response is {iss:?}, but the issuer is {expected:?}")),
        (None, true) => Some("the metadata advertises `authorization_response_iss_parameter_supported`, but the authorization response has no `iss`".into()),
        (None, false) => None,
    }
}

fn reject_iss(
    flow: &mut Flow,
    callback: &Callback,
    problem: String,
    mut outputs: Vec<Output>,
    fresh: &Fresh<'_>,
) -> CallbackOutcome {
    let Some(code) = callback.code.clone() else {
        // AR-07: an error from an unverified issuer is neither acted on nor displayed.
        let message = format!(
            "The authorization response was rejected: {problem}. Its error is not shown, because its issuer is not verified."
        );
        flow.finish(Ending::ConformingClientStops, message.clone());
        return CallbackOutcome {
            accepted: true,
            message,
            outputs,
        };
    };
    flow.context.code = Some((code, fresh.now));
    outputs.push(flow.stop_here(problem.clone(), "RFC9207-2.4", Stage::Token));
    CallbackOutcome {
        accepted: true,
        message: format!("The authorization response was rejected: {problem}."),
        outputs,
    }
}

fn accept(
    flow: &mut Flow,
    callback: &Callback,
    mut outputs: Vec<Output>,
    fresh: &Fresh<'_>,
) -> CallbackOutcome {
    outputs.extend(super::as_metadata::prove_guess(flow, "authorization"));
    outputs.extend(super::document::not_fetched(flow, callback.error.is_some()));
    if let Some(error) = &callback.error {
        let description = callback
            .error_description
            .as_deref()
            .map(|d| format!(" ({d})"))
            .unwrap_or_default();
        let message = if error == "access_denied" {
            format!(
                "Access was denied at the authorization server: error=access_denied{description}."
            )
        } else {
            format!("The authorization server answered error={error}{description}.")
        };
        flow.finish(Ending::Blocked, message.clone());
        return CallbackOutcome {
            accepted: true,
            message,
            outputs,
        };
    }
    let Some(code) = &callback.code else {
        let message = "The authorization response has neither `code` nor `error`.";
        flow.finish(Ending::Blocked, message);
        return CallbackOutcome {
            accepted: true,
            message: message.into(),
            outputs,
        };
    };
    flow.context.code = Some((code.clone(), fresh.now));
    flow.stage = Stage::Token;
    CallbackOutcome {
        accepted: true,
        message: "The authorization response arrived. You can close this window.".into(),
        outputs,
    }
}
