//! From sections to events: the healthy flow with what the fixture changes.

use crate::base::{Answer, START, Settings, Step};
use crate::events::{created, decision, decisions_before, exchange};
use crate::healthy;
use crate::overlay;
use crate::parse::Section;
use authscope_model::event::{Decision, Ending, Fact, Mode};
use authscope_model::exchange::{Failure, FailureKind};
use authscope_model::{Event, EventKind, Header, Part, Revision, StepKind, Transcript};
use serde_json::{Map, Value};

/// A fixture, read.
#[derive(Debug, Clone)]
pub struct Fixture {
    /// The events.
    pub events: Vec<Event>,
    /// What carets mark.
    pub annotations: Vec<Annotation>,
}

impl Fixture {
    /// The state the events lead to.
    #[must_use]
    pub fn transcript(&self) -> Transcript {
        Transcript::from_events(&self.events)
    }
}

/// Evidence a test expects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotation {
    /// Rule id, when the carets name one.
    pub rule: Option<String>,
    /// Number of the exchange.
    pub exchange: u32,
    /// Part, as a header index or a body.
    pub part: Part,
    /// The text marked.
    pub text: String,
}

/// Everything being built.
struct Builder {
    settings: Settings,
    config: Map<String, Value>,
    steps: Vec<Step>,
    /// Index of the step being changed, and whether its reply is.
    current: Option<(usize, bool)>,
    decisions: Vec<Decision>,
    ending: (Ending, String),
    marks: Vec<(usize, bool, crate::parse::Mark)>,
}

pub(crate) fn build(sections: &[Section]) -> Result<Fixture, String> {
    let mut settings = Settings::new(Revision::DEFAULT);
    let mut rest = sections;
    if let Some((first, others)) = sections.split_first()
        && first.word == "flow"
    {
        settings = flow_settings(&first.rest)?;
        rest = others;
    }
    settings.complete();
    let mut builder = Builder {
        steps: healthy::steps(&settings),
        settings,
        config: Map::new(),
        current: None,
        decisions: Vec::new(),
        ending: (
            Ending::Complete,
            "the MCP server answered with the token".into(),
        ),
        marks: Vec::new(),
    };
    for section in rest {
        builder
            .section(section)
            .map_err(|e| format!("fixture line {}: {e}", section.line))?;
    }
    builder.finish()
}

fn flow_settings(rest: &str) -> Result<Settings, String> {
    let mut words = rest.split_whitespace();
    let date = words.next().unwrap_or_default();
    let revision = Revision::parse(date).ok_or_else(|| format!("{date:?} is no revision"))?;
    let mut settings = Settings::new(revision);
    for word in words {
        let (name, value) = word
            .split_once('=')
            .ok_or_else(|| format!("{word:?} is not key=value"))?;
        settings.set(name, value)?;
    }
    Ok(settings)
}

/// A step by its name in fixtures: the stored name, or a short one.
fn step_kind(name: &str) -> Result<StepKind, String> {
    let full = match name {
        "mcp" => "probe",
        "prm" => "prm_from_challenge",
        "as_metadata" => "as_metadata_rfc8414",
        "initialize" => "mcp_initialize",
        "initialized" => "mcp_initialized",
        "discover" => "mcp_discover",
        "tools_list" => "mcp_tools_list",
        "tools_call" => "mcp_tools_call",
        other => other,
    };
    match serde_json::from_value(Value::String(full.into())) {
        Ok(StepKind::Unknown) | Err(_) => Err(format!("{name:?} is no step")),
        Ok(kind) => Ok(kind),
    }
}

impl Builder {
    fn section(&mut self, section: &Section) -> Result<(), String> {
        match section.word.as_str() {
            "call" => self.call(section, false)?,
            "then" => self.call(section, true)?,
            "reply" => self.reply(section)?,
            "failed" => self.failed(&section.rest)?,
            "unseen" => self.step()?.answer = Answer::Unseen,
            "without" => self.without(&section.rest)?,
            "drop" => {
                let kind = step_kind(&section.rest)?;
                self.steps.retain(|s| s.kind != kind);
                self.current = None;
            }
            "stop" => self.stop(),
            "fact" => self.fact(&section.rest)?,
            "config" => self.config.extend(object(&section.rest)?),
            "decision" => {
                let decision = serde_json::from_str(&section.rest).map_err(|e| e.to_string())?;
                self.decisions.push(decision);
            }
            "step_up" => self.step()?.step_up = section.rest.parse().ok(),
            "cut" => {
                let kind = serde_json::from_value(Value::String(section.rest.clone()));
                self.step()?.cut = Some(kind.map_err(|e| e.to_string())?);
            }
            "redirected" => self.step()?.redirected = true,
            "extra" => self.step()?.extra = true,
            "end" => self.end(&section.rest)?,
            other => return Err(format!("unknown directive {other:?}")),
        }
        if let Some((index, reply)) = self.current {
            self.marks.extend(
                section
                    .marks
                    .iter()
                    .cloned()
                    .map(|mark| (index, reply, mark)),
            );
        }
        Ok(())
    }

    fn step(&mut self) -> Result<&mut Step, String> {
        let index = self
            .current
            .map(|(index, _)| index)
            .ok_or("there is no step above")?;
        self.steps
            .get_mut(index)
            .ok_or_else(|| "there is no step above".into())
    }

    fn call(&mut self, section: &Section, further: bool) -> Result<(), String> {
        let mut words = section.rest.split_whitespace();
        let kind = step_kind(words.next().unwrap_or_default())?;
        let index = if further {
            self.push(kind)
        } else {
            self.find_or_insert(kind)
        };
        self.current = Some((index, false));
        let claims = self.settings.claims();
        let step = self.step()?;
        for word in words {
            if word.starts_with('…') || word.contains("://") || word.contains('?') {
                step.url = url(&step.url, word);
            } else {
                step.method = word.to_owned();
            }
        }
        for (name, value) in &section.headers {
            set_header(&mut step.headers, name, &overlay::tokens(value, &claims)?);
        }
        if let Some(body) = section.body.as_deref().filter(|b| !b.is_empty()) {
            step.body = overlay::body(&step.body, &overlay::tokens(body, &claims)?)?;
        }
        Ok(())
    }

    fn push(&mut self, kind: StepKind) -> usize {
        let mut step = healthy::make(&self.settings, kind);
        // A further authorization has a code of its own.
        let attempts = self
            .steps
            .iter()
            .filter(|s| s.kind == StepKind::Authorize)
            .count();
        if attempts > 1 {
            let code = format!("#3be1c{attempts}");
            step.url = step.url.replace("%233be1c7", &code.replace('#', "%23"));
            step.body = step.body.replace("%233be1c7", &code.replace('#', "%23"));
        }
        self.steps.push(step);
        self.steps.len() - 1
    }

    fn find_or_insert(&mut self, kind: StepKind) -> usize {
        if let Some(index) = self.steps.iter().position(|s| s.kind == kind) {
            return index;
        }
        let index = self
            .steps
            .iter()
            .position(|s| s.kind > kind)
            .unwrap_or(self.steps.len());
        self.steps
            .insert(index, healthy::make(&self.settings, kind));
        for (marked, _, _) in &mut self.marks {
            *marked += usize::from(*marked >= index);
        }
        index
    }

    fn reply(&mut self, section: &Section) -> Result<(), String> {
        let status = section
            .rest
            .parse()
            .map_err(|_| format!("{:?} is no status", section.rest))?;
        let claims = self.settings.claims();
        let step = self.step()?;
        let (base_headers, base_body) = match &step.answer {
            Answer::Reply { headers, body, .. } => (headers.clone(), body.clone()),
            _ => (Vec::new(), String::new()),
        };
        let written = overlay::tokens(section.body.as_deref().unwrap_or_default(), &claims)?;
        let merged = written.trim_start().starts_with("{ …,") || written.trim() == "…";
        let mut headers = if merged { base_headers } else { Vec::new() };
        for (name, value) in &section.headers {
            if merged {
                set_header(&mut headers, name, value);
            } else {
                headers.push(Header::new(name, value));
            }
        }
        let body = if written.trim() == "…" {
            base_body
        } else {
            overlay::body(&base_body, &written)?
        };
        add_content_type(&mut headers, &body);
        step.answer = Answer::Reply {
            status,
            headers,
            body,
        };
        if let Some((_, reply)) = &mut self.current {
            *reply = true;
        }
        Ok(())
    }

    fn failed(&mut self, rest: &str) -> Result<(), String> {
        let (kind, message) = rest.split_once(' ').unwrap_or((rest, ""));
        let kind: FailureKind =
            serde_json::from_value(Value::String(kind.into())).map_err(|e| e.to_string())?;
        let failure = Failure {
            kind,
            message: message.into(),
            setting: None,
            received: None,
        };
        self.step()?.answer = Answer::Failed(failure);
        Ok(())
    }

    fn without(&mut self, name: &str) -> Result<(), String> {
        let reply = self.current.is_some_and(|(_, reply)| reply);
        let step = self.step()?;
        let gone = if reply {
            let Answer::Reply { headers, body, .. } = &mut step.answer else {
                return Err("there is no reply to take something out of".into());
            };
            take_out(headers, body, name)
        } else {
            let (before, query) = step.url.split_once('?').unwrap_or((step.url.as_str(), ""));
            let kept = overlay::without_pair(query, name);
            let from_url = kept != query;
            if from_url {
                step.url = format!("{before}?{kept}");
            }
            from_url || take_out(&mut step.headers, &mut step.body, name)
        };
        if gone {
            Ok(())
        } else {
            Err(format!("there is no {name:?} to take out"))
        }
    }

    fn stop(&mut self) {
        if let Some((index, _)) = self.current {
            self.steps.truncate(index + 1);
        }
        self.ending = (Ending::Blocked, "the flow cannot go on".into());
    }

    fn fact(&mut self, rest: &str) -> Result<(), String> {
        let fact: Fact = serde_json::from_str(rest).map_err(|e| e.to_string())?;
        let step = self.step()?;
        let same = std::mem::discriminant(&fact);
        step.facts.retain(|f| std::mem::discriminant(f) != same);
        step.facts.push(fact);
        Ok(())
    }

    fn end(&mut self, rest: &str) -> Result<(), String> {
        let (ending, message) = rest.split_once(' ').unwrap_or((rest, ""));
        let ending =
            serde_json::from_value(Value::String(ending.into())).map_err(|e| e.to_string())?;
        self.ending = (ending, message.to_owned());
        Ok(())
    }

    fn finish(self) -> Result<Fixture, String> {
        let annotations = annotations(&self);
        let mut kinds = vec![
            created(&self.settings, &self.config)?,
            EventKind::Resumed { mode: Mode::Run },
            decision(Decision::Revision {
                revision: self.settings.revision,
            }),
        ];
        for (index, step) in self.steps.iter().enumerate() {
            let id = u32::try_from(index + 1).unwrap_or(u32::MAX);
            kinds.extend(
                decisions_before(&self.settings, step.kind)
                    .into_iter()
                    .map(decision),
            );
            kinds.push(EventKind::Exchange {
                exchange: exchange(id, step),
            });
            kinds.extend(step.facts.iter().map(|fact| EventKind::Fact {
                exchange: id,
                fact: fact.clone(),
            }));
        }
        kinds.extend(self.decisions.into_iter().map(decision));
        kinds.push(EventKind::Finished {
            ending: self.ending.0,
            message: self.ending.1,
        });
        let events = (1..).zip(kinds).map(|(seq, kind)| Event {
            seq,
            at: START + seq * 100,
            kind,
        });
        Ok(Fixture {
            events: events.collect(),
            annotations,
        })
    }
}

fn url(base: &str, written: &str) -> String {
    match written.strip_prefix("…&") {
        Some(more) => {
            let (before, query) = base.split_once('?').unwrap_or((base, ""));
            format!("{before}?{}", overlay::pairs(query, more))
        }
        None => written.to_owned(),
    }
}

fn object(text: &str) -> Result<Map<String, Value>, String> {
    serde_json::from_str(text).map_err(|e| format!("{text} is not a JSON object: {e}"))
}

fn set_header(headers: &mut Vec<Header>, name: &str, value: &str) {
    match headers
        .iter_mut()
        .find(|h| h.name.eq_ignore_ascii_case(name))
    {
        Some(header) => *header = Header::new(name, value),
        None => headers.push(Header::new(name, value)),
    }
}

fn add_content_type(headers: &mut Vec<Header>, body: &str) {
    if headers
        .iter()
        .any(|h| h.name.eq_ignore_ascii_case("content-type"))
    {
        return;
    }
    let kind = match body.trim_start().chars().next() {
        Some('{' | '[') => "application/json",
        Some('<') => "text/html; charset=utf-8",
        Some(_) => "text/plain",
        None => return,
    };
    headers.push(Header::new("Content-Type", kind));
}

fn take_out(headers: &mut Vec<Header>, body: &mut String, name: &str) -> bool {
    let before = headers.len();
    headers.retain(|h| !h.name.eq_ignore_ascii_case(name));
    if headers.len() != before {
        return true;
    }
    if let Some(kept) = overlay::without_member(body, name) {
        *body = kept;
        return true;
    }
    let kept = overlay::without_pair(body, name);
    let gone = kept != *body;
    *body = kept;
    gone
}

fn annotations(builder: &Builder) -> Vec<Annotation> {
    let read = |(index, reply, mark): &(usize, bool, crate::parse::Mark)| {
        let step = builder.steps.get(*index)?;
        let part = match (&mark.header, reply) {
            (Some(name), true) => {
                let Answer::Reply { headers, .. } = &step.answer else {
                    return None;
                };
                Part::ResponseHeader {
                    index: headers
                        .iter()
                        .position(|h| h.name.eq_ignore_ascii_case(name))?,
                }
            }
            (Some(name), false) => Part::RequestHeader {
                index: step
                    .headers
                    .iter()
                    .position(|h| h.name.eq_ignore_ascii_case(name))?,
            },
            (None, true) => Part::ResponseBody,
            (None, false) => Part::RequestBody,
        };
        let exchange = u32::try_from(index + 1).ok()?;
        Some(Annotation {
            rule: mark.rule.clone(),
            exchange,
            part,
            text: mark.text.clone(),
        })
    };
    builder.marks.iter().filter_map(read).collect()
}
