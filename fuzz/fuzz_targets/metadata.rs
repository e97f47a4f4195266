//! See `authscope_fuzz::metadata`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| authscope_fuzz::metadata(data));
