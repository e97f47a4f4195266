//! What an unauthorized request gets: status, `WWW-Authenticate`, body.

use serde_json::json;

use crate::authz::dpop::{self, ProofError};
use crate::http::Reply;
use crate::mcp::access::Denied;
use crate::pages::Page;
use crate::target::{Target, Vars};

/// A challenge in parts, so that faults can bend one of them.
#[derive(Debug, Clone)]
pub(crate) struct Challenge {
    pub(crate) header: &'static str,
    pub(crate) scheme: &'static str,
    pub(crate) params: Vec<(String, String)>,
    /// What stands around each value.
    pub(crate) quotes: (&'static str, &'static str),
    /// What stands between two parameters.
    pub(crate) separator: &'static str,
    /// Further header lines, sent before and after this one.
    pub(crate) before: Vec<(String, String)>,
    pub(crate) after: Vec<(String, String)>,
    /// Whether the line is left out.
    pub(crate) omitted: bool,
}

/// A change to a challenge.
pub(crate) type ChallengeEdit = fn(&mut Challenge, &Vars);

/// How unauthorized requests are answered.
#[derive(Debug, Clone)]
pub(crate) struct ChallengeBehaviour {
    pub(crate) status: u16,
    /// Edits of the challenge for requests without a token.
    pub(crate) anonymous: Vec<ChallengeEdit>,
    /// Edits of the challenge for requests with a bad token.
    pub(crate) rejected: Vec<ChallengeEdit>,
    /// Sent instead to requests without a token.
    pub(crate) anonymous_page: Option<Page>,
    /// Sent instead to requests with a bad token.
    pub(crate) rejected_page: Option<Page>,
    /// Sends authentication errors as JSON-RPC errors under status 200.
    pub(crate) hidden_in_200: bool,
    /// Puts the metadata URL into the body, where no client looks.
    pub(crate) body_names_metadata: bool,
}

impl Default for ChallengeBehaviour {
    fn default() -> Self {
        Self {
            status: 401,
            anonymous: Vec::new(),
            rejected: Vec::new(),
            anonymous_page: None,
            rejected_page: None,
            hidden_in_200: false,
            body_names_metadata: false,
        }
    }
}

impl ChallengeBehaviour {
    /// Makes an edit to the challenges of both kinds.
    pub(crate) fn edit(&mut self, edit: ChallengeEdit) {
        self.anonymous.push(edit);
        self.rejected.push(edit);
    }
}

impl Challenge {
    /// The conforming challenge, with these parameters after `resource_metadata`.
    pub(crate) fn new(vars: &Vars, scope: Option<&str>, error: Option<(&str, &str)>) -> Self {
        let mut params = Vec::new();
        let mut push = |name: &str, value: &str| params.push((name.to_owned(), value.to_owned()));
        if let Some((error, description)) = error {
            push("error", error);
            push("error_description", description);
        }
        push("resource_metadata", &vars.prm_url);
        if let Some(scope) = scope {
            push("scope", scope);
        }
        Self {
            header: "WWW-Authenticate",
            scheme: "Bearer",
            params,
            quotes: ("\"", "\""),
            separator: ", ",
            before: Vec::new(),
            after: Vec::new(),
            omitted: false,
        }
    }

    pub(crate) fn remove(&mut self, name: &str) {
        self.params.retain(|(key, _)| key != name);
    }

    pub(crate) fn rename(&mut self, from: &str, to: &str) {
        for (key, _) in self.params.iter_mut().filter(|(key, _)| key == from) {
            to.clone_into(key);
        }
    }

    /// Sets a parameter, in its place if it is there.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        match self.params.iter_mut().find(|(key, _)| key == name) {
            Some((_, old)) => value.clone_into(old),
            None => self.params.push((name.to_owned(), value.to_owned())),
        }
    }

    /// Puts the challenge into a reply.
    pub(crate) fn write(&self, mut reply: Reply) -> Reply {
        reply.headers.extend(self.before.iter().cloned());
        if !self.omitted {
            let (open, close) = self.quotes;
            let params: Vec<String> = self
                .params
                .iter()
                .map(|(name, value)| format!("{name}={open}{value}{close}"))
                .collect();
            let line = format!("{} {}", self.scheme, params.join(self.separator));
            reply = reply.with(self.header, line.trim_end());
        }
        reply.headers.extend(self.after.iter().cloned());
        reply
    }
}

/// The answer to a request that may not pass.
pub(crate) fn answer(target: &Target, denied: &Denied) -> Reply {
    let behaviour = &target.behaviour.challenge;
    let (error, edits, page) = match denied {
        Denied::Anonymous => (None, &behaviour.anonymous, behaviour.anonymous_page),
        Denied::Invalid(why) => (
            Some(("invalid_token", why.as_str())),
            &behaviour.rejected,
            behaviour.rejected_page,
        ),
        Denied::Proof(error) => return unproven(target, error),
        Denied::Page(page) => return page.reply(&target.vars),
    };
    if let Some(page) = page {
        return page.reply(&target.vars);
    }
    if behaviour.hidden_in_200 {
        let error = json!({ "code": -32001, "message": "Unauthorized" });
        return Reply::json(
            200,
            &json!({ "jsonrpc": "2.0", "id": null, "error": error }),
        );
    }
    let mut challenge = Challenge::new(&target.vars, target.behaviour.scopes.challenged, error);
    let offers = target.behaviour.dpop.offered && target.behaviour.dpop.scheme_known;
    if offers {
        let line = (
            "WWW-Authenticate".to_owned(),
            "DPoP algs=\"ES256\"".to_owned(),
        );
        challenge.after.push(line);
    }
    for edit in edits {
        edit(&mut challenge, &target.vars);
    }
    let mut body = match error {
        Some((error, why)) => json!({ "error": error, "error_description": why }),
        None => json!({ "message": "authorization required" }),
    };
    if behaviour.body_names_metadata {
        body["resource_metadata"] = json!(target.vars.prm_url);
    }
    challenge.write(Reply::json(behaviour.status, &body))
}

/// The answer to a bound token whose proof is missing or no good.
fn unproven(target: &Target, error: &ProofError) -> Reply {
    let (code, why) = error.parts();
    let mut challenge = Challenge::new(&target.vars, None, Some((code, why)));
    challenge.scheme = "DPoP";
    challenge.set("algs", "ES256");
    let body = json!({ "error": code, "error_description": why });
    let reply = challenge.write(Reply::json(401, &body));
    dpop::with_nonce(target, error, "resource", reply)
}
