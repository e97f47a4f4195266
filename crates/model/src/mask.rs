//! Masking at the source: what makes a recorded exchange of a raw one.
//!
//! A secret is replaced by `⟨kind · length chars · #hash⟩`; the hash is keyed (HMAC-SHA-256 with the
//! session's key, first 6 hex digits), so equality stays visible and nothing else does. JWTs keep header
//! and payload and lose the signature. `state` and `nonce` are shortened to their first 4 characters.
//! Evidence fields (client_id, scope, resource, redirect_uri, iss, code_challenge …) stay readable.
//!
//! Two nets, one after the other: first the structure (names of headers, parameters and members, the
//! shape of a JWT or of a PEM key), then every secret known by value. Both look through layers of
//! percent-, JSON- and HTML-escaping; the second also through base64. The text around a mask is never
//! touched: masks are put over byte ranges of the original. In URLs the `#` of a mask is written `%23`,
//! because a bare one would begin the fragment.

mod build;
mod config;
mod extent;
mod find;
mod headers;
mod jwt;
mod known;
pub mod marked;
mod names;
mod pairs;
pub mod personal;
mod query;
mod shape;
mod view;

pub use build::ExchangeMeta;

use find::Place;
use hmac::{Hmac, Mac};
use known::Needles;
use sha2::Sha256;
use std::collections::HashSet;
use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex};

/// A secret known by value; it is masked wherever it turns up, also percent-, double- and base64-encoded.
#[derive(Clone, PartialEq, Eq)]
pub struct KnownSecret {
    /// Kind shown in the mask, such as `client_secret`.
    pub kind: String,
    /// The value.
    pub value: String,
}

impl fmt::Debug for KnownSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("KnownSecret");
        shown.field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// Masks with the key of one session.
///
/// Cheap to clone. Everything it returns may be stored and shown; masking what is already masked
/// changes nothing.
#[derive(Clone, Default)]
pub struct Masker {
    key: Vec<u8>,
    extra_names: Vec<String>,
    known: Arc<Vec<KnownSecret>>,
    needles: Arc<Needles>,
    /// Where the secrets go that structure gives away, while they are collected.
    sink: Option<Sink>,
    /// Where everything goes that is masked, while that is collected.
    marks: Option<marked::Marks>,
    /// Whether the text may end in the middle of a secret.
    cut: bool,
}

impl fmt::Debug for Masker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Masker");
        shown.field("known", &self.known).finish_non_exhaustive()
    }
}

/// Whether a value can be searched for, so that it is masked wherever it turns up once it is known.
#[must_use]
pub fn is_findable(value: &str) -> bool {
    known::searchable(value)
}

type Sink = Arc<Mutex<Vec<KnownSecret>>>;

impl Masker {
    /// A masker with the session's key.
    #[must_use]
    pub fn new(key: &[u8]) -> Self {
        Self {
            key: key.to_vec(),
            ..Self::default()
        }
    }

    /// Further names (of headers, parameters, JSON members) whose values are secret. Case, `-` and `_`
    /// make no difference.
    #[must_use]
    pub fn with_names<I, S>(mut self, names: I) -> Self
    where
        I: IntoIterator<Item = S>,
        S: AsRef<str>,
    {
        let normalised = names.into_iter().map(|n| names::normalise(n.as_ref()));
        self.extra_names
            .extend(normalised.filter(|n| !n.is_empty()));
        self
    }

    /// Learns a secret, so that it is masked by value wherever it turns up from now on.
    ///
    /// Of a JWT only the signature is the secret. Values too short or too plain to search for (`secret`)
    /// are masked only where a name says so.
    pub fn learn(&mut self, kind: &str, value: &str) {
        self.learn_all(std::iter::once(KnownSecret {
            kind: kind.to_owned(),
            value: value.to_owned(),
        }));
    }

    /// Learns several secrets at once.
    pub fn learn_all(&mut self, secrets: impl IntoIterator<Item = KnownSecret>) {
        let mut all = (*self.known).clone();
        let mut values: HashSet<String> = all.iter().map(|k| k.value.clone()).collect();
        for secret in secrets {
            let secret = known::essential(secret);
            if known::searchable(&secret.value) && values.insert(secret.value.clone()) {
                all.push(secret);
            }
        }
        if all.len() != self.known.len() {
            self.needles = Arc::new(Needles::new(&all));
            self.known = Arc::new(all);
        }
    }

    /// The mask of one value, whatever it looks like: `⟨kind · length chars · #hash⟩`, a JWT without its
    /// signature, `state` and `nonce` shortened. Empty and already masked values stay as they are, and so do
    /// those that stand for no value at all (`undefined`): they are no secret, and they are the fault.
    #[must_use]
    pub fn mask(&self, kind: &str, value: &str) -> String {
        if value.is_empty() || find::is_masked(value.as_bytes()) || shape::is_placeholder(value) {
            return value.to_owned();
        }
        if let Some(masked) = jwt::masked(self, value) {
            return masked;
        }
        if names::is_shortened(kind) {
            return self.shortened(kind, value);
        }
        self.whole(kind, value)
    }

    /// A URL (or a request target) with its secrets masked.
    #[must_use]
    pub fn url(&self, url: &str) -> String {
        self.apply(url, Place::Url)
    }

    /// Any text with its secrets masked.
    #[must_use]
    pub fn text(&self, text: &str) -> String {
        self.apply(text, Place::Text)
    }

    /// A form body (`application/x-www-form-urlencoded`) with its secrets masked.
    #[must_use]
    pub fn form(&self, form: &str) -> String {
        self.apply(form, Place::Form)
    }

    /// A JSON value with its secrets masked.
    #[must_use]
    pub fn json(&self, value: &serde_json::Value) -> serde_json::Value {
        let masked = self.text(&value.to_string());
        // A mask holds nothing that JSON escapes, so this parses; the text itself is the safe fallback.
        serde_json::from_str(&masked).unwrap_or(serde_json::Value::String(masked))
    }

    /// The same masker for text that may end in the middle of a secret.
    fn for_cut(&self) -> Self {
        Self {
            cut: true,
            ..self.clone()
        }
    }

    fn apply(&self, text: &str, place: Place) -> String {
        find::apply(self, text, place)
    }

    /// The whole mask of a value, known kind first. What is counted and hashed is the value without
    /// escaping, so that it is the same in a URL, in JSON and in a header.
    fn whole(&self, kind: &str, value: &str) -> String {
        let plain = view::canonical(value);
        let kind = names::tidy(self.known_kind(&plain).unwrap_or(kind));
        self.collect(&kind, &plain);
        let chars = plain.chars().count();
        let hash = self.hash(&plain);
        self.mark(&hash, &plain, false);
        format!("⟨{kind} · {chars} chars · #{hash}⟩")
    }

    fn collect(&self, kind: &str, value: &str) {
        let Some(mut found) = self.sink.as_ref().and_then(|sink| sink.lock().ok()) else {
            return;
        };
        let bytes: usize = found.iter().map(|secret| secret.value.len()).sum();
        if found.len() < known::MOST
            && bytes + value.len() <= known::MOST_BYTES
            && !names::is_shortened(kind)
            && known::worth_learning(value)
            && !found.iter().any(|secret| secret.value == value)
        {
            found.push(KnownSecret {
                kind: kind.to_owned(),
                value: value.to_owned(),
            });
        }
    }

    fn shortened(&self, kind: &str, value: &str) -> String {
        let plain = view::canonical(value);
        let keep = (plain.chars().count() / 2).min(4);
        let start: String = plain.chars().take(keep).collect();
        let plain = start.bytes().all(|b| b.is_ascii_alphanumeric());
        format!(
            "{}{}",
            if plain { start.as_str() } else { "" },
            self.whole(kind, value)
        )
    }

    fn known_kind(&self, value: &str) -> Option<&str> {
        let secret = self.known.get(self.needles.index_of(value)?)?;
        Some(&secret.kind)
    }

    /// First 6 hex digits of HMAC-SHA-256.
    fn hash(&self, value: &str) -> String {
        let mut out = String::with_capacity(6);
        // HMAC takes keys of any length, so there is always a digest.
        if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.key) {
            mac.update(value.as_bytes());
            for byte in mac.finalize().into_bytes().iter().take(3) {
                let _ = write!(out, "{byte:02x}");
            }
        }
        out
    }
}
