//! The suite of keys for pseudonyms.

use axiom_core::{OrganizationId, PseudonymError, PseudonymKeys, PseudonymScope};

/// Runs the whole suite against `keys` and `other`, which have different keys.
///
/// # Panics
/// Where they do not do what [`PseudonymKeys`] must.
pub fn pseudonym_keys(keys: &dyn PseudonymKeys, other: &dyn PseudonymKeys) {
    let (acme, acm) = ("acme".parse().expect("it is a name"), "acm".parse().expect("it is a name"));
    let scopes = scopes(&acme, &acm);
    every_scope_and_key_has_outputs_of_its_own([keys, other], &scopes);
    for scope in &scopes {
        the_same_input_gives_the_same_output(keys, scope);
        no_other_bytes_open(keys, scope);
        for wrong in scopes.iter().filter(|wrong| *wrong != scope) {
            assert_closed(keys, wrong, &seal(keys, scope));
        }
        assert_closed(other, scope, &seal(keys, scope));
    }
}

/// Scopes that would be the same where names were put one behind the other.
fn scopes<'a>(acme: &'a OrganizationId, acm: &'a OrganizationId) -> [PseudonymScope<'a>; 5] {
    [(acme, "mail"), (acme, "m"), (acme, ""), (acm, "mail"), (acm, "email")]
        .map(|(organization, kind)| PseudonymScope::new(organization, kind))
}

fn every_scope_and_key_has_outputs_of_its_own(keys: [&dyn PseudonymKeys; 2], scopes: &[PseudonymScope<'_>]) {
    let mut outputs = Vec::new();
    for keys in keys {
        for scope in scopes {
            outputs.push(encrypted(keys, scope, [0; 16]).to_vec());
            outputs.push(encrypted(keys, scope, [1; 16]).to_vec());
            outputs.push(keys.mac(scope, &[0; 16]).expect("it has the key")[..16].to_vec());
            outputs.push(keys.mac(scope, &[]).expect("it has the key")[..16].to_vec());
            outputs.push(seal(keys, scope));
        }
    }
    let count = outputs.len();
    outputs.sort_unstable();
    outputs.dedup();
    assert_eq!(outputs.len(), count, "two scopes, keys or inputs have an output in common");
}

fn the_same_input_gives_the_same_output(keys: &dyn PseudonymKeys, scope: &PseudonymScope<'_>) {
    assert_eq!(keys.mac(scope, b"value"), keys.mac(scope, b"value"));
    assert_eq!(encrypted(keys, scope, [7; 16]), encrypted(keys, scope, [7; 16]));
    for length in [0, 1, 15, 16, 17, 1000] {
        let value = vec![7; length];
        let sealed = keys.seal(scope, &value).expect("it has the key");
        assert_eq!(keys.seal(scope, &value).as_ref(), Ok(&sealed));
        assert_eq!(keys.open(scope, &sealed), Ok(value));
    }
}

fn no_other_bytes_open(keys: &dyn PseudonymKeys, scope: &PseudonymScope<'_>) {
    let sealed = seal(keys, scope);
    for bit in 0..sealed.len() * 8 {
        let mut damaged = sealed.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        assert_closed(keys, scope, &damaged);
    }
    for length in 0..sealed.len() {
        assert_closed(keys, scope, &sealed[..length]);
    }
    assert_closed(keys, scope, &[&sealed[..], &[0]].concat());
}

fn encrypted(keys: &dyn PseudonymKeys, scope: &PseudonymScope<'_>, mut block: [u8; 16]) -> [u8; 16] {
    keys.cipher(scope).and_then(|cipher| cipher.encrypt(&mut block)).expect("it has the key");
    block
}

fn seal(keys: &dyn PseudonymKeys, scope: &PseudonymScope<'_>) -> Vec<u8> {
    keys.seal(scope, b"bob@example.com").expect("it has the key")
}

fn assert_closed(keys: &dyn PseudonymKeys, scope: &PseudonymScope<'_>, sealed: &[u8]) {
    assert_eq!(keys.open(scope, sealed), Err(PseudonymError::Opening));
}
