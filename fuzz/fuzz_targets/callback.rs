//! See `authscope_fuzz::callback`.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| authscope_fuzz::callback(data));
