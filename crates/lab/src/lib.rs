//! authscope lab.
