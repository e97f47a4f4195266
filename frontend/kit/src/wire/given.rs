//! Writes an exchange as the reader beside this reads it: what one module of the page gives another.

use authscope_model::exchange::{Body, Request, Response};
use authscope_model::{Exchange, Header, Outcome};
use serde_json::{Value, json};

/// An exchange without what only the diagram needs: no timing, no place among the branches.
pub fn given(exchange: &Exchange) -> Value {
    json!({
        "id": exchange.id,
        "step": serde_json::to_value(exchange.step).unwrap_or_default(),
        "from": serde_json::to_value(exchange.from).unwrap_or_default(),
        "to": serde_json::to_value(exchange.to).unwrap_or_default(),
        "started_at": exchange.started_at,
        "request": request(&exchange.request),
        "outcome": outcome(&exchange.outcome),
    })
}

fn request(request: &Request) -> Value {
    json!({
        "method": request.method,
        "url": request.url,
        "request_line": request.request_line,
        "headers": headers(&request.headers),
        "body": body(&request.body),
    })
}

fn outcome(outcome: &Outcome) -> Value {
    match outcome {
        Outcome::Response(answer) => response(answer),
        Outcome::Failed(failure) => json!({
            "type": "failed",
            "kind": serde_json::to_value(failure.kind).unwrap_or_default(),
            "message": failure.message,
            "setting": failure.setting,
            "received": failure.received,
        }),
        Outcome::Unseen => json!({ "type": "unseen" }),
    }
}

fn response(answer: &Response) -> Value {
    json!({
        "type": "response",
        "status_line": answer.status_line,
        "status": answer.status,
        "headers": headers(&answer.headers),
        "body": body(&answer.body),
    })
}

fn headers(headers: &[Header]) -> Vec<Value> {
    let one = |header: &Header| json!({ "name": header.name, "value": header.value });
    headers.iter().map(one).collect()
}

fn body(body: &Body) -> Value {
    json!({
        "text": body.text,
        "base64": body.base64,
        "length": body.length,
        "cut": serde_json::to_value(body.cut).unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::given;
    use crate::wire::{Object, exchange};
    use authscope_model::event::EventKind;
    use authscope_model::exchange::Cut;
    use authscope_model::{Exchange, Recording};

    fn read_again(of: &Exchange) -> Option<Exchange> {
        let value = given(of);
        exchange(Object::of(&value)?)
    }

    #[test]
    fn what_is_written_is_read() {
        for name in ["healthy", "unreachable", "your-turn"] {
            let path = format!(
                "{}/../../crates/diagram/tests/recordings/{name}.json",
                env!("CARGO_MANIFEST_DIR")
            );
            let text = std::fs::read_to_string(path).expect("a recording");
            let events = Recording::parse(&text).expect("a recording").events;
            let mut seen = 0;
            for event in events {
                let EventKind::Exchange { mut exchange } = event.kind else {
                    continue;
                };
                exchange.request.body.base64 = Some("AAEC".into());
                exchange.request.body.cut = Some(Cut::Cap);
                let again = read_again(&exchange).expect("an exchange");
                let both = [&again, &exchange].map(|e| (e.id, e.step, &e.request, &e.outcome));
                assert_eq!(both[0], both[1]);
                seen += 1;
            }
            assert!(seen > 0, "{name}");
        }
    }
}
