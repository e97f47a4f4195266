//! Geometry of the sequence diagram, as pure functions of a transcript and its findings.
//!
//! [`layout`] says which lifelines there are, which rows in which order, what stands on each arrow and how
//! the step went. The browser draws the rows as a list of HTML elements; [`mermaid`], [`text`] and [`svg`]
//! write the same diagram into files, so that what is exported is what was seen.
//!
//! Invariants: no I/O, no clock, no randomness, no panics; every text from a target is data (the writers
//! escape it); row ids are stable while a session grows.

mod describe;
mod diagram;
mod drawn;
mod filter;
mod gist;
mod groups;
mod layout;
mod mermaid;
mod phases;
mod rows;
mod svg;
mod text;
mod under;
mod verdict;
pub mod words;

pub use diagram::{
    Diagram, Group, GroupKind, Head, Lane, Line, LineStyle, PhaseState, Row, RowKind, StepRow,
};
pub use filter::{Facet, Filter};
pub use layout::{Kept, Options, layout, layout_again};
pub use mermaid::mermaid;
pub use svg::svg;
pub use text::text;
pub use verdict::{Verdict, step_verdict};
