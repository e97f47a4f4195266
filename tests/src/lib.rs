//! The test rings of authscope.
