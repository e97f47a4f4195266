//! See `authscope_fuzz::token`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| authscope_fuzz::token(data));
