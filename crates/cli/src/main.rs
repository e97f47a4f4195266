//! authscope.
fn main() {}
