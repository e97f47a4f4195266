//! What the modules of the interface have in common: the browser behind small functions, requests to our API, and the
//! smallest parts of views. Each module links what it uses of it.

pub mod copy;
pub mod diff;
pub mod dom;
pub mod field;
pub mod glossary;
pub mod http;
pub mod icon;
pub mod part;
pub mod prose;
pub mod table;
pub mod times;
pub mod wire;
