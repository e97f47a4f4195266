//! What this browser remembers of a person's choices.

use crate::dom;
use authscope_ui_kit::part::Effect;
use leptos::prelude::*;

/// Light, dark, or as the system says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Theme {
    System,
    Light,
    Dark,
}

impl Theme {
    const fn id(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    fn parse(text: &str) -> Self {
        match text {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }

    /// The next one when the button is pressed.
    pub(crate) const fn next(self) -> Self {
        match self {
            Self::System => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::System,
        }
    }

    /// The words on the button.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::System => "Theme: as the system",
            Self::Light => "Theme: light",
            Self::Dark => "Theme: dark",
        }
    }
}

/// The choices, as signals that remember themselves.
#[derive(Clone, Copy)]
pub(crate) struct Prefs {
    /// Theme.
    pub(crate) theme: RwSignal<Theme>,
    /// Width of the inspector in pixels.
    pub(crate) inspector: RwSignal<i32>,
}

/// Narrowest and widest inspector.
pub(crate) const INSPECTOR: (i32, i32) = (320, 900);

impl Prefs {
    /// Reads what is remembered and keeps it up to date.
    pub(crate) fn provide() -> Self {
        let read = |name| dom::remembered(name).unwrap_or_default();
        let prefs = Self {
            theme: RwSignal::new(Theme::parse(&read("theme"))),
            inspector: RwSignal::new(read("inspector").parse().unwrap_or(410)),
        };
        Effect::new(move |_| {
            let theme = prefs.theme.get();
            if let Some(root) = document().document_element() {
                let _ = root.set_attribute("data-theme", theme.id());
            }
            dom::remember("theme", theme.id());
        });
        Effect::new(move |_| {
            let width = prefs.inspector.get().clamp(INSPECTOR.0, INSPECTOR.1);
            dom::remember("inspector", &width.to_string());
        });
        provide_context(prefs);
        prefs
    }
}
