//! The keys of pseudonyms run the suite that all run.

use axiom_crypto::{DerivedPseudonymKeys, Key, conformance};

#[test]
fn derived_keys_do_what_keys_of_pseudonyms_must() {
    let keys = |byte| DerivedPseudonymKeys::new(Key::from_bytes(&[byte; 32]));
    conformance::pseudonym_keys(&keys(1), &keys(2));
}
