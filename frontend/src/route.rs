//! Addresses of the app, relative to the page's base, over the History API.

use crate::dom;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

/// A page of the app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Route {
    /// Home; with values of the query for the form (`/new?server=…`).
    Home {
        /// MCP server URL to fill in.
        server: Option<String>,
        /// Revision to choose.
        spec: Option<String>,
    },
    /// A session, perhaps with a step selected.
    Session {
        /// Its id.
        id: String,
        /// The step.
        step: Option<u32>,
    },
    /// Something else.
    Unknown(String),
}

impl Route {
    /// Reads a path below the base, and a query.
    pub(crate) fn parse(path: &str, query: &str) -> Self {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        match parts.as_slice() {
            [] | ["new"] => Self::Home {
                server: value(query, "server"),
                spec: value(query, "spec"),
            },
            ["sessions", id] => Self::Session {
                id: (*id).to_owned(),
                step: None,
            },
            ["sessions", id, "step", step] => match step.parse() {
                Ok(step) => Self::Session {
                    id: (*id).to_owned(),
                    step: Some(step),
                },
                Err(_) => Self::Unknown(path.to_owned()),
            },
            _ => Self::Unknown(path.to_owned()),
        }
    }

    /// The path below the base.
    pub(crate) fn path(&self) -> String {
        match self {
            Self::Home { server: None, .. } => String::new(),
            Self::Home {
                server: Some(server),
                ..
            } => format!("new?server={}", js_sys::encode_uri_component(server)),
            Self::Session { id, step: None } => format!("sessions/{id}"),
            Self::Session {
                id,
                step: Some(step),
            } => format!("sessions/{id}/step/{step}"),
            Self::Unknown(path) => path.clone(),
        }
    }
}

/// A parameter of the address the page was opened with.
pub(crate) fn asked(name: &str) -> Option<String> {
    value(&window().location().search().ok()?, name)
}

fn value(query: &str, name: &str) -> Option<String> {
    authscope_protocol::form::parse(query.trim_start_matches('?'))
        .into_iter()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value)
        .filter(|value| !value.is_empty())
}

/// The address as a signal.
#[derive(Clone, Copy)]
pub(crate) struct Router {
    /// The current page.
    pub(crate) route: RwSignal<Route>,
}

impl Router {
    /// Reads the address, follows it, and takes over clicks on links within the app.
    pub(crate) fn provide() -> Self {
        let router = Self {
            route: RwSignal::new(current()),
        };
        let back = window_event_listener(leptos::ev::popstate, move |_| {
            router.route.set(current());
        });
        let click = window_event_listener(leptos::ev::click, move |event| router.click(&event));
        on_cleanup(move || {
            back.remove();
            click.remove();
        });
        provide_context(router);
        router
    }

    /// Goes to a page.
    pub(crate) fn go(self, route: Route) {
        Self::write(&route.path(), true);
        self.route.set(route);
    }

    /// Changes the address without a new entry in the history. `query` begins with `?` or is empty.
    pub(crate) fn replace(self, route: Route, query: &str) {
        Self::write(&(route.path() + query), false);
        if self.route.read_untracked() != route {
            self.route.set(route);
        }
    }

    fn write(path: &str, push: bool) {
        let url = dom::absolute(path);
        if let Ok(history) = window().history() {
            let _ = if push {
                history.push_state_with_url(&JsValue::NULL, "", Some(&url))
            } else {
                history.replace_state_with_url(&JsValue::NULL, "", Some(&url))
            };
        }
    }

    fn click(self, event: &web_sys::MouseEvent) {
        let plain = event.button() == 0
            && !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key());
        if !plain || event.default_prevented() {
            return;
        }
        let target = event
            .target()
            .and_then(|t| t.dyn_into::<web_sys::Element>().ok());
        let link = target.and_then(|t| t.closest("a[href]").ok().flatten());
        let Some(link) = link.filter(|link| !link.has_attribute("target")) else {
            return;
        };
        let Some(href) = link.get_attribute("href") else {
            return;
        };
        if let Some(route) = within_app(&href) {
            event.prevent_default();
            self.go(route);
        }
    }
}

/// The page a link leads to, when it is one of ours.
fn within_app(href: &str) -> Option<Route> {
    let url = web_sys::Url::new(&dom::absolute(href)).ok()?;
    if url.origin() != window().location().origin().ok()? {
        return None;
    }
    let path = url.pathname().strip_prefix(&dom::base_path())?.to_owned();
    match Route::parse(&path, &url.search()) {
        Route::Unknown(_) => None,
        route => Some(route),
    }
}

fn current() -> Route {
    let location = window().location();
    let path = location.pathname().unwrap_or_default();
    let query = location.search().unwrap_or_default();
    let base = dom::base_path();
    let path = path.strip_prefix(&base).unwrap_or(&path);
    Route::parse(path, &query)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_and_written() {
        let home = Route::parse("", "");
        assert_eq!(home.path(), "");
        let step = Route::parse("sessions/abc/step/7", "");
        assert_eq!(
            step,
            Route::Session {
                id: "abc".into(),
                step: Some(7)
            }
        );
        assert_eq!(step.path(), "sessions/abc/step/7");
        let new = Route::parse(
            "new",
            "?server=https%3A%2F%2Fa.example%2Fmcp&spec=2025-06-18",
        );
        assert_eq!(
            new,
            Route::Home {
                server: Some("https://a.example/mcp".into()),
                spec: Some("2025-06-18".into())
            }
        );
        assert!(matches!(
            Route::parse("sessions/abc/step/x", ""),
            Route::Unknown(_)
        ));
    }
}
