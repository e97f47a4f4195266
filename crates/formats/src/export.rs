//! A recording in the formats of other tools. Whatever is written was masked when it was recorded.

use crate::{har, html, markdown};
use authscope_diagram::{Diagram, Options};
use authscope_model::{Finding, Recording, Transcript};

/// The formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// The recording itself.
    Json,
    /// HAR 1.2.
    Har,
    /// Mermaid source of the diagram.
    Mermaid,
    /// The diagram as a picture.
    Svg,
    /// A bug report.
    Markdown,
    /// One page that opens offline.
    Html,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 6] = [
        Self::Json,
        Self::Har,
        Self::Mermaid,
        Self::Svg,
        Self::Markdown,
        Self::Html,
    ];

    /// The name on the command line and in addresses.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Har => "har",
            Self::Mermaid => "mermaid",
            Self::Svg => "svg",
            Self::Markdown => "markdown",
            Self::Html => "html",
        }
    }

    /// How names of such files end.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Mermaid => "mmd",
            Self::Markdown => "md",
            other => other.id(),
        }
    }

    /// The media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Json | Self::Har => "application/json",
            Self::Mermaid => "text/vnd.mermaid; charset=utf-8",
            Self::Svg => "image/svg+xml",
            Self::Markdown => "text/markdown; charset=utf-8",
            Self::Html => "text/html; charset=utf-8",
        }
    }

    /// The format with a name or an extension.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|format| format.id() == text || format.extension() == text)
    }
}

/// A recording with what is said about it: every writer begins here.
#[derive(Debug)]
pub(crate) struct Told<'a> {
    pub(crate) transcript: &'a Transcript,
    pub(crate) findings: Vec<Finding>,
    pub(crate) verdict: authscope_rules::Verdict,
    pub(crate) diagram: Diagram,
}

impl<'a> Told<'a> {
    pub(crate) fn new(transcript: &'a Transcript) -> Self {
        let findings = authscope_rules::diagnose(transcript);
        Self {
            verdict: authscope_rules::verdict(transcript, &findings),
            diagram: authscope_diagram::layout(transcript, &findings, &Options::default()),
            findings,
            transcript,
        }
    }

    /// Findings that nothing else explains.
    pub(crate) fn causes(&self) -> impl Iterator<Item = &Finding> {
        self.findings
            .iter()
            .filter(|finding| finding.explained_by.is_none())
    }

    /// Findings that another one explains.
    pub(crate) fn consequences(&self) -> impl Iterator<Item = &Finding> {
        self.findings
            .iter()
            .filter(|finding| finding.explained_by.is_some())
    }

    /// The facts of the session that a reader of a report looks for, name and value.
    pub(crate) fn facts(&self) -> Vec<(&'static str, String)> {
        let transcript = self.transcript;
        let mut facts = Vec::new();
        let mut put = |name, value: Option<&str>| {
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                facts.push((name, value.to_owned()));
            }
        };
        put(
            "MCP server",
            transcript
                .config
                .as_ref()
                .map(|config| config.server_url.as_str()),
        );
        put("Spec revision", Some(transcript.revision().as_str()));
        put("Authorization server", transcript.issuer());
        put("Resource", transcript.resource().map(|(value, _)| value));
        let (method, client) = transcript.registration().unzip();
        put("Registration", method.map(registration_words));
        put("Client id", client.flatten());
        put("Scope", transcript.scope().and_then(|(value, _)| value));
        let own = transcript
            .config
            .as_ref()
            .and_then(|config| config.redirect_uri.as_deref());
        put(
            "Redirect URI",
            own.or(Some(transcript.redirect_uri.as_str())),
        );
        put(
            "Recorded",
            Some(crate::iso::write(transcript.started_at).as_str()),
        );
        put(
            "Recorded by",
            Some(format!("authscope {}", transcript.version).as_str()),
        );
        put(
            "Judged by",
            Some(concat!("authscope ", env!("CARGO_PKG_VERSION"))),
        );
        facts
    }
}

const fn registration_words(method: authscope_model::RegistrationChoice) -> &'static str {
    use authscope_model::RegistrationChoice;
    match method {
        RegistrationChoice::Auto => "automatic",
        RegistrationChoice::Cimd => "client id metadata document",
        RegistrationChoice::Dcr => "dynamic client registration",
        RegistrationChoice::Preregistered => "pre-registered client",
    }
}

/// Writes a recording.
#[must_use]
pub fn export(format: Format, recording: &Recording) -> String {
    let transcript = recording.transcript();
    match format {
        Format::Json => pretty(recording),
        Format::Har => pretty(&har::write(&transcript)),
        Format::Mermaid => authscope_diagram::mermaid(&Told::new(&transcript).diagram),
        Format::Svg => authscope_diagram::svg(&Told::new(&transcript).diagram),
        Format::Markdown => markdown::report(&Told::new(&transcript)),
        Format::Html => html::page(&Told::new(&transcript)),
    }
}

/// A name for the file: the server's host and the time, safe on every file system.
#[must_use]
pub fn file_name(format: Format, recording: &Recording) -> String {
    let transcript = recording.transcript();
    let server = transcript
        .config
        .as_ref()
        .map_or("", |config| config.server_url.as_str());
    let host = authscope_diagram::words::host(server).unwrap_or_default();
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() || matches!(c, '.' | '-') {
            c
        } else {
            '-'
        }
    };
    let host: String = host.chars().map(plain).take(60).collect();
    let time = crate::iso::write(transcript.started_at);
    let time: String = time.chars().take(19).filter(|c| *c != ':').collect();
    let host = host.trim_matches(['.', '-']);
    let between = if host.is_empty() { "" } else { "-" };
    format!("authscope-{host}{between}{time}.{}", format.extension())
}

fn pretty<T: serde::Serialize>(value: &T) -> String {
    // Recordings and HAR documents hold nothing that JSON cannot.
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}
