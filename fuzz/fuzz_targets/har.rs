//! See `authscope_fuzz::har`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| authscope_fuzz::har(data));
