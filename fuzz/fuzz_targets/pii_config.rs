#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    axiom_fuzz::pii_config(bytes);
});
