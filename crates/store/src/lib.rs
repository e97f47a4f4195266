//! authscope store.
