//! The settings of a session, for another run of the same.

use crate::{Engine, EngineError, state};
use authscope_model::SessionConfig;

impl Engine {
    /// The settings a session was made with, secrets included: they stay on this side, whoever asks for the run.
    ///
    /// # Errors
    /// When there is no such session, or its stored state cannot be read.
    pub async fn settings_of(&self, id: &str) -> Result<SessionConfig, EngineError> {
        // A session that is not there is told as such, not as one without state.
        self.store().session(id).await?;
        let state = state::load(&self.shared, id).await?;
        Ok(state.flow.context.config)
    }
}
