//! What every handler can reach.

use crate::limits::{Limiter, Limits};
use crate::public_url::PublicUrl;
use crate::sharing::{Runtime, Sharing};
use crate::ui::Ui;
use authscope_engine::{Engine, Retention};
use authscope_model::api::LabTarget;
use authscope_store::SharedStore;
use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
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
    /// How long sessions are kept, to tell people.
    pub retention: Retention,
}

/// What every handler can reach. Clones share it.
#[derive(Clone)]
pub struct AppState(Arc<Inner>);

struct Inner {
    engine: Engine,
    settings: Settings,
    ui: Ui,
    runtime: Runtime,
    limiter: Limiter,
    stopping: CancellationToken,
    /// Matrices whose cells this process runs one after the other.
    matrices: Mutex<HashSet<String>>,
}

impl AppState {
    /// Puts the parts together, for a machine of one's own.
    #[must_use]
    pub fn new(engine: Engine, settings: Settings) -> Self {
        Self::shared(engine, settings, Sharing::default())
    }

    /// Puts the parts together, with what the operator chose about sharing.
    #[must_use]
    pub fn shared(engine: Engine, settings: Settings, sharing: Sharing) -> Self {
        Self::limited(engine, settings, sharing, Limits::default())
    }

    /// Puts the parts together, with limits that are not the usual ones.
    #[must_use]
    pub fn limited(engine: Engine, settings: Settings, sharing: Sharing, limits: Limits) -> Self {
        Self(Arc::new(Inner {
            ui: Ui::new(settings.ui_dir.clone(), settings.public_url.base_path()),
            runtime: Runtime::new(sharing),
            limiter: Limiter::new(limits),
            engine,
            settings,
            stopping: CancellationToken::new(),
            matrices: Mutex::default(),
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

    pub(crate) fn sharing(&self) -> &Sharing {
        &self.0.runtime.sharing
    }

    pub(crate) fn runtime(&self) -> &Runtime {
        &self.0.runtime
    }

    pub(crate) fn limiter(&self) -> &Limiter {
        &self.0.limiter
    }

    pub(crate) fn ui(&self) -> &Ui {
        &self.0.ui
    }

    /// Matrices whose cells this process runs one after the other.
    pub(crate) fn matrices(&self) -> MutexGuard<'_, HashSet<String>> {
        // Whoever panicked left a set of ids, which is still one.
        self.0
            .matrices
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Told when the server begins to shut down: streams say goodbye and end.
    pub(crate) fn stopping(&self) -> &CancellationToken {
        &self.0.stopping
    }
}
