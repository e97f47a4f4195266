//! See `authscope_fuzz::challenge`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| authscope_fuzz::challenge(data));
