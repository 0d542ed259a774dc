#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| rlm_lang_fuzz::on_worker("coverage", bytes));
