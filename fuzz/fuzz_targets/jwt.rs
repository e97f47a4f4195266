//! See `authscope_fuzz::jwt`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| authscope_fuzz::jwt(data));
