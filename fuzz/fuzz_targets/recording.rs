//! See `authscope_fuzz::recording`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| authscope_fuzz::recording(data));
