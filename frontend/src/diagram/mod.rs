//! The live diagram: rows of HTML in an ordered list, lifelines behind them, the phases beside them.

mod after;
mod list;
pub(crate) mod navigate;
mod phases;
mod row;
mod tall;
mod tools;
mod turn;
mod window;

pub(crate) use list::DiagramView;
pub(crate) use phases::PhaseList;
pub(crate) use turn::SignIn;
