//! What every handler can reach.

use crate::public_url::PublicUrl;
use crate::ui::Ui;
use authscope_engine::Engine;
use authscope_model::api::LabTarget;
use authscope_store::SharedStore;
use std::path::PathBuf;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// What the operator chose, as far as the web side needs it.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where browsers reach us.
    pub public_url: PublicUrl,
    /// The outbound guard in use, `local` or `guarded`.
    pub guard: String,
    /// Targets of the lab, when it runs.
    pub lab: Vec<LabTarget>,
    /// Serve the UI from this folder instead of the embedded one.
    pub ui_dir: Option<PathBuf>,
}

/// What every handler can reach. Clones share it.
#[derive(Clone)]
pub struct AppState(Arc<Inner>);

struct Inner {
    engine: Engine,
    settings: Settings,
    ui: Ui,
    stopping: CancellationToken,
}

impl AppState {
    /// Puts the parts together.
    #[must_use]
    pub fn new(engine: Engine, settings: Settings) -> Self {
        Self(Arc::new(Inner {
            ui: Ui::new(settings.ui_dir.clone(), settings.public_url.base_path()),
            engine,
            settings,
            stopping: CancellationToken::new(),
        }))
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.0.engine
    }

    pub(crate) fn store(&self) -> &SharedStore {
        self.0.engine.store()
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.0.settings
    }

    pub(crate) fn public_url(&self) -> &PublicUrl {
        &self.0.settings.public_url
    }

    pub(crate) fn ui(&self) -> &Ui {
        &self.0.ui
    }

    /// Told when the server begins to shut down: streams say goodbye and end.
    pub(crate) fn stopping(&self) -> &CancellationToken {
        &self.0.stopping
    }
}
