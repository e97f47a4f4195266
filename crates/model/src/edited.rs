//! What people edited in a session: answers that the flow read in place of those that came, and requests of the flow.

use crate::exchange::Response;
use crate::transcript::Transcript;
use crate::{Exchange, Outcome};

impl Transcript {
    pub(crate) fn edit_answer(&mut self, exchange: u32, response: Response) {
        if let Some(came) = self.exchange(exchange) {
            let outcome = Outcome::Response(response);
            let read = Exchange {
                outcome,
                ..came.clone()
            };
            self.edited_answers.retain(|other| other.id != exchange);
            self.edited_answers.push(read);
        }
    }

    /// The exchange of a number with the answer that a person wrote, if one did.
    #[must_use]
    pub fn edited_answer(&self, exchange: u32) -> Option<&Exchange> {
        self.edited_answers.iter().find(|read| read.id == exchange)
    }

    /// An exchange as the flow read it: with the answer that came, or the one that a person wrote in its place.
    #[must_use]
    pub fn as_read<'a>(&'a self, exchange: &'a Exchange) -> &'a Exchange {
        self.edited_answer(exchange.id).unwrap_or(exchange)
    }

    /// The first step of the active branch's history that a person edited, its request or its answer: what follows says
    /// what would be, and not how the server is.
    #[must_use]
    pub fn edited_step(&self) -> Option<u32> {
        let mut steps = self.lineage();
        let edited = steps.find(|e| e.edited || self.edited_answer(e.id).is_some());
        edited.map(|e| e.id)
    }
}
