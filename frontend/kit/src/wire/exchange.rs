//! Exchanges.

use super::Object;
use authscope_model::exchange::{Body, Failure, Request, Response, Timing, Tls};
use authscope_model::{Exchange, Header, Outcome};

/// An exchange.
pub fn exchange(o: Object<'_>) -> Option<Exchange> {
    Some(Exchange {
        id: o.u32("id")?,
        branch: o.u32("branch").unwrap_or_default(),
        step: o.word("step")?,
        from: o.word("from")?,
        to: o.word("to")?,
        step_up: o.u32("step_up"),
        redirected_from: o.u32("redirected_from"),
        resent_from: o.u32("resent_from"),
        extra: o.flag("extra"),
        edited: o.flag("edited"),
        purpose: o.text_or_empty("purpose"),
        started_at: o.u64("started_at")?,
        timing: o.object("timing").map(timing).unwrap_or_default(),
        peer: o.text("peer"),
        tls: o.object("tls").and_then(tls),
        request: request(o.object("request")?)?,
        outcome: outcome(o.object("outcome")?)?,
    })
}

fn timing(o: Object<'_>) -> Timing {
    Timing {
        dns_us: o.u64("dns_us"),
        connect_us: o.u64("connect_us"),
        tls_us: o.u64("tls_us"),
        wait_us: o.u64("wait_us"),
        body_us: o.u64("body_us"),
        total_us: o.u64("total_us").unwrap_or_default(),
    }
}

fn tls(o: Object<'_>) -> Option<Tls> {
    Some(Tls {
        version: o.text("version")?,
        cipher: o.text("cipher")?,
    })
}

fn headers(o: Object<'_>) -> Option<Vec<Header>> {
    o.list("headers", |value| {
        let header = Object::of(value)?;
        Some(Header {
            name: header.text("name")?,
            value: header.text("value")?,
        })
    })
}

fn body(o: Object<'_>) -> Body {
    let Some(o) = o.object("body") else {
        return Body::default();
    };
    Body {
        text: o.text_or_empty("text"),
        base64: o.text("base64"),
        length: o.u64("length").unwrap_or_default(),
        cut: o.word("cut"),
    }
}

fn request(o: Object<'_>) -> Option<Request> {
    Some(Request {
        method: o.text("method")?,
        url: o.text("url")?,
        request_line: o.text("request_line")?,
        headers: headers(o)?,
        body: body(o),
    })
}

fn outcome(o: Object<'_>) -> Option<Outcome> {
    Some(match o.tag()? {
        "response" => Outcome::Response(Response {
            status_line: o.text("status_line")?,
            status: u16::try_from(o.u64("status")?).ok()?,
            headers: headers(o)?,
            body: body(o),
        }),
        "failed" => Outcome::Failed(Failure {
            kind: o.word("kind")?,
            message: o.text("message")?,
            setting: o.text("setting"),
            received: o.text("received"),
        }),
        _ => Outcome::Unseen,
    })
}
