//! What goes into the flow machine and what comes out of it.

use authscope_model::event::{Decision, Ending, Fact, Tone, Turn};
use authscope_model::exchange::header;
use authscope_model::{Header, Millis, Participant, RawExchange, RawOutcome, StepKind};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Time and randomness for one call; the flow itself reads neither.
pub struct Fresh<'a> {
    /// Now.
    pub now: Millis,
    /// Random bytes, never used twice.
    pub random: [u8; 96],
    /// Signs JWTs (client assertions, DPoP proofs).
    pub signer: &'a dyn Signer,
}

impl Fresh<'_> {
    /// Now, in seconds since the Unix epoch (`NumericDate` of RFC 7519).
    #[must_use]
    pub const fn seconds(&self) -> u64 {
        std::time::Duration::from_millis(self.now).as_secs()
    }

    /// BASE64URL text of a part of the random bytes.
    #[must_use]
    pub fn text(&self, range: std::ops::Range<usize>) -> String {
        URL_SAFE_NO_PAD.encode(self.random.get(range).unwrap_or(&self.random))
    }
}

/// Signs JWTs. Lives outside the pure core because it needs a crypto library.
pub trait Signer: Sync {
    /// A compact JWT over `header` and `claims`, signed with `key` (PEM or JWK text).
    ///
    /// # Errors
    /// A sentence when the key cannot be used with the algorithm named in the header.
    fn sign(
        &self,
        key: &str,
        header: &serde_json::Value,
        claims: &serde_json::Value,
    ) -> Result<String, String>;

    /// HMAC-SHA-256 variant for `client_secret_jwt`.
    ///
    /// # Errors
    /// A sentence when the secret cannot be used.
    fn sign_hmac(
        &self,
        secret: &str,
        header: &serde_json::Value,
        claims: &serde_json::Value,
    ) -> Result<String, String>;

    /// Verifies a compact JWT against a JWK set: algorithm and key in words, or what is wrong.
    ///
    /// # Errors
    /// A sentence when the signature does not verify or no key fits.
    fn verify(&self, token: &str, keys: &serde_json::Value) -> Result<String, String>;

    /// The public half of a private key (PEM or JWK text), as a JWK.
    ///
    /// # Errors
    /// A sentence when the key cannot be read or its kind has no JWK here.
    fn public_jwk(&self, key: &str) -> Result<serde_json::Value, String>;

    /// A new ES256 private key as a JWK (with its public members).
    ///
    /// # Errors
    /// A sentence when no key can be made.
    fn generate_es256(&self) -> Result<serde_json::Value, String>;
}

/// Whether redirects of a request are followed (each hop an exchange of its own).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Follow {
    /// The redirect is the answer.
    No,
    /// 301, 302, 303, 307, 308, as a browser's or SDK's `fetch` would for GET.
    Any,
    /// 307 and 308 only: they keep method and body.
    KeepingMethod,
    /// As `Any`, over http(s) only, until the redirect URI given, which is not requested itself.
    Until(String),
}

/// A request ready to be sent, exactly as it will be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    /// Kind of step.
    pub step: StepKind,
    /// Who is asked.
    pub to: Participant,
    /// Method.
    pub method: String,
    /// URL as a string; never normalised.
    pub url: String,
    /// Headers in order, without `Host` and `Content-Length`.
    pub headers: Vec<Header>,
    /// Body.
    pub body: Vec<u8>,
    /// JSON-RPC id whose answer ends an event stream.
    pub reply_id: Option<String>,
    /// Redirects.
    pub follow: Follow,
    /// Not what a conforming client sends by itself.
    pub extra: bool,
    /// What it is for, where the step's title does not say it all.
    pub purpose: String,
}

impl Prepared {
    /// A GET for a JSON document.
    pub fn get(step: StepKind, to: Participant, url: impl Into<String>) -> Self {
        Self {
            step,
            to,
            method: "GET".into(),
            url: url.into(),
            headers: vec![Header::new("Accept", "application/json")],
            body: Vec::new(),
            reply_id: None,
            follow: Follow::Any,
            extra: false,
            purpose: String::new(),
        }
    }

    /// A POST of a form.
    pub fn form(step: StepKind, to: Participant, url: impl Into<String>, body: String) -> Self {
        Self {
            method: "POST".into(),
            headers: vec![
                Header::new("Content-Type", "application/x-www-form-urlencoded"),
                Header::new("Accept", "application/json"),
            ],
            body: body.into_bytes(),
            follow: Follow::No,
            ..Self::get(step, to, url)
        }
    }

    /// A request with a JSON body.
    pub fn json(
        step: StepKind,
        to: Participant,
        method: &str,
        url: impl Into<String>,
        body: &serde_json::Value,
    ) -> Self {
        Self {
            method: method.into(),
            headers: vec![
                Header::new("Content-Type", "application/json"),
                Header::new("Accept", "application/json"),
            ],
            body: body.to_string().into_bytes(),
            follow: Follow::No,
            ..Self::get(step, to, url)
        }
    }
}

/// What to do next.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Send this and give the outcome to `absorb`.
    Send(Prepared),
    /// The authorization request: the browser's, not ours. Then ask `turn` of the person.
    Front {
        /// The authorization URL.
        url: String,
    },
    /// Ask a person; the answer comes back through `answer`.
    Ask(Turn),
    /// Wait before asking again (device polling), then call `next` again.
    Wait {
        /// Milliseconds.
        millis: u64,
    },
    /// Over.
    Finish {
        /// How.
        ending: Ending,
        /// One sentence.
        message: String,
    },
}

/// Something to record beside the exchange.
#[derive(Debug, Clone, PartialEq)]
pub enum Output {
    /// A choice and why.
    Decision(Decision, String),
    /// Something computed.
    Fact(Fact),
    /// Something told.
    Note(Tone, String),
    /// A conforming client stops here.
    Stop {
        /// Why, with the values.
        reason: String,
        /// Clause.
        clause: String,
        /// Whether the flow goes on all the same.
        continued: bool,
    },
    /// A person must act, and the flow goes on asking meanwhile (RFC 8628).
    Turn(Turn),
    /// That turn is over; one sentence.
    TurnEnded(String),
    /// A secret to mask from now on wherever it turns up.
    Secret {
        /// Kind, such as `access_token`.
        kind: &'static str,
        /// The value.
        value: String,
    },
}

/// What a person or the callback answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Use this issuer.
    AuthorizationServer(String),
    /// Use this client.
    Client {
        /// Client id.
        client_id: String,
        /// Secret.
        client_secret: Option<String>,
    },
    /// Go on where a conforming client stops.
    GoOn,
}

impl Answer {
    /// What it is about, in words.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::AuthorizationServer(_) => "an authorization server",
            Self::Client { .. } => "a client",
            Self::GoOn => "to go on",
        }
    }
}

/// The outcome of a request, as the steps read it.
pub struct Reply<'a> {
    /// The final exchange (after redirects).
    pub exchange: &'a RawExchange,
}

impl Reply<'_> {
    /// Status code; 0 when no response came.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.exchange.response().map_or(0, |r| r.status)
    }

    /// Whether the status is 2xx.
    #[must_use]
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status())
    }

    /// Header lines.
    #[must_use]
    pub fn headers(&self) -> &[Header] {
        self.exchange
            .response()
            .map_or(&[], |r| r.headers.as_slice())
    }

    /// First value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        header(self.headers(), name)
    }

    /// Body as text, invalid UTF-8 replaced.
    #[must_use]
    pub fn text(&self) -> String {
        self.exchange.response().map_or_else(String::new, |r| {
            String::from_utf8_lossy(&r.body).into_owned()
        })
    }

    /// The `Content-Type` value, empty when absent.
    #[must_use]
    pub fn content_type(&self) -> &str {
        self.header("content-type").unwrap_or_default()
    }

    /// What came, in a few words that follow "answered": `HTTP 404`, or nothing and why.
    #[must_use]
    pub fn in_words(&self) -> String {
        match &self.exchange.outcome {
            RawOutcome::Response(response) => format!("HTTP {}", response.status),
            RawOutcome::Failed(failure) => format!("nothing ({})", failure.message),
        }
    }
}
