//! What must not be seen: keys and plaintexts in any text this crate makes, and in memory after use.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use core::fmt::Debug;
use core::time::Duration;
use std::fs;
use std::sync::Arc;

use axiom_core::{SignError, Signer};
use axiom_crypto::blind_index::{BlindIndex, Normalization};
use axiom_crypto::envelope::{self, Envelope};
use axiom_crypto::reload::{FetchError, RefreshThread, ReloadingSecret};
use axiom_crypto::token::{
    IssuedToken, Revocations, TokenError, TokenIssuer, TokenKind, TokenRequest, TokenVerifier, UnverifiedToken,
};
use axiom_crypto::zeroize::ZeroizeOnDrop;
use axiom_crypto::{
    Context, Ed25519Signer, Ed25519Verifier, Ephemeral, Error, FieldSealer, Key, KeyFile, KeyScope, KeyTree,
    MemoryKeyStore, Secret, TempCredential, Zeroizing,
};
use base64ct::{Base64, Encoding};

#[test]
fn keys_and_what_holds_them_are_wiped_on_drop() {
    const fn wiped<T: ZeroizeOnDrop>() {}
    wiped::<Key>();
    wiped::<KeyFile>();
    wiped::<Ed25519Signer>();
    wiped::<Secret<String>>();
    wiped::<TempCredential>();
    wiped::<Ephemeral>();
    wiped::<ReloadingSecret>();
    wiped::<BlindIndex>();
    wiped::<IssuedToken>();
    wiped::<UnverifiedToken>();
    wiped::<Zeroizing<Vec<u8>>>();
}

#[test]
fn no_debug_form_shows_a_key_or_a_plaintext() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("key");
    let keys = KeyFile::create(&path).unwrap();
    let secret = secret_of(&fs::read_to_string(&path).unwrap());
    let context = Context::new([("organization", "acme")]).unwrap();
    let message = envelope::try_seal(b"the plaintext", &context, &keys).unwrap().unwrap();
    let seed = Key::from_bytes(&secret.clone().try_into().unwrap());
    let signer = Ed25519Signer::from_seed("example.com".parse().unwrap(), &seed);
    let verifier = Ed25519Verifier::from_public_key(signer.verifying_key()).unwrap();
    let store = Arc::new(MemoryKeyStore::default());
    let tree = KeyTree::new(store.clone(), Arc::new(KeyFile::open(&path).unwrap()));
    let person = KeyScope::subject("acme".parse().unwrap(), "sub_19".parse().unwrap());
    let kept = tree.try_key(&person).unwrap().unwrap();
    for text in [
        debug(&seed),
        debug(&keys),
        debug(&signer),
        debug(&verifier),
        debug(&context),
        debug(&Envelope::parse(&message).unwrap()),
        debug(&FieldSealer::with_keys(tree.clone())),
        debug(&tree),
        debug(&kept),
        debug(&store),
        debug(&person),
        debug(&FieldSealer::new(Arc::new(keys))),
    ] {
        assert_hides(&text, b"sub_19");
        assert_hides(&text, &secret);
        assert_hides(&text, b"the plaintext");
    }
}

#[test]
fn no_debug_form_and_no_error_shows_a_secret_or_a_credential() {
    let secret = || Secret::from(b"the secret".to_vec());
    let text = || Secret::from(String::from("the secret"));
    let builder = || TempCredential::builder("aws", "connection-41").secret("token", text());
    let credential = builder().build().unwrap();
    let run = Ephemeral::new();
    let handle = run.keep(secret()).unwrap();
    let source = || Ok(Secret::from(b"the secret".to_vec()));
    let reloading = Arc::new(ReloadingSecret::builder(source).try_load().unwrap().unwrap());
    let index = BlindIndex::new(
        &Key::from_bytes(b"the secret of the blind index 32"),
        1,
        &"acme".parse().unwrap(),
        "email",
        Normalization::Digits,
        128,
    );
    let index = index.unwrap();
    for text in [
        debug(&index),
        debug(&index.write("the secret").unwrap_err()),
        debug(&index.write("the secret 1").unwrap()),
        debug(&secret()),
        debug(&text()),
        debug(&Secret::take(&mut b"the secret".to_owned())),
        debug(&builder()),
        debug(&credential),
        credential.with(debug).unwrap(),
        debug(&credential.record()),
        debug(&run),
        debug(&handle),
        debug(&ReloadingSecret::builder(source)),
        debug(&reloading),
        debug(&reloading.try_current().unwrap().unwrap()),
        debug(&RefreshThread::spawn(Arc::clone(&reloading)).unwrap()),
    ] {
        assert_hides(&text, b"the secret");
    }
    credential.wipe();
    run.end().unwrap();
    for error in [credential.with(|_| ()).unwrap_err(), handle.with(|_| ()).unwrap_err()] {
        assert_hides(&format!("{error} {error:?}"), b"the secret");
    }
}

#[test]
fn no_debug_form_and_no_error_shows_a_token_or_what_it_says_of_its_bearer() {
    let signer: Arc<dyn Signer> = Arc::new(Ed25519Signer::generate("example.com".parse().unwrap()).unwrap());
    let issuer = TokenIssuer::new(signer).unwrap();
    let request = TokenRequest::licence("acme".parse().unwrap()).subject("the subject").claim("name", "the claim");
    let issued = issuer.issue(&request).unwrap();
    let text = issued.text().expose();
    let builder = || TokenVerifier::builder().key(issuer.key().clone());
    let verifier = builder().build().unwrap();
    let other = "other".parse().unwrap();
    let list = issuer.sign_revocations(&Revocations::new(), 1, Duration::from_secs(60)).unwrap();
    for shown in [
        debug(&issuer),
        debug(&request),
        debug(&issued),
        debug(&builder()),
        debug(&verifier),
        debug(issuer.key()),
        debug(&UnverifiedToken::parse(text).unwrap()),
        debug(&verifier.verify(text, TokenKind::Licence, issued.token().organization()).unwrap()),
        debug(&verifier.update_revocations(&list).unwrap()),
        debug(&verifier.verify(text, TokenKind::Licence, &other).unwrap_err()),
        debug(&verifier.verify(&text[..text.len() - 4], TokenKind::Licence, &other).unwrap_err()),
        verifier.verify(&text[1..], TokenKind::Licence, &other).unwrap_err().to_string(),
    ] {
        for hidden in [&text.as_bytes()[text.len() - 20..], b"the subject", b"the claim"] {
            assert_hides(&shown, hidden);
        }
    }
}

#[test]
fn a_malformed_key_file_is_refused_without_showing_any_of_it() {
    let directory = tempfile::tempdir().unwrap();
    let (key, signing) = (directory.path().join("key"), directory.path().join("signing"));
    KeyFile::create(&key).unwrap();
    Ed25519Signer::create(&signing, "example.com".parse().unwrap()).unwrap();
    for path in [&key, &signing] {
        let mut broken = fs::read_to_string(path).unwrap();
        broken.remove(broken.len() - 10);
        fs::write(path, &broken).unwrap();
        let secret = &broken.as_bytes()[broken.len() - 40..];
        for error in [KeyFile::open(path).unwrap_err(), Ed25519Signer::open(path).unwrap_err()] {
            assert!(matches!(error, Error::KeyFile { .. }), "{error}");
            for shown in [error.to_string(), debug(&error)] {
                let shows = |part: &[u8]| shown.as_bytes().windows(part.len()).any(|seen| seen == part);
                assert!(!secret.windows(6).any(shows), "{shown}");
            }
        }
    }
}

#[test]
fn no_error_of_opening_shows_a_plaintext_or_a_context() {
    let directory = tempfile::tempdir().unwrap();
    let keys = KeyFile::create(directory.path().join("key")).unwrap();
    let strangers = KeyFile::create(directory.path().join("other")).unwrap();
    let context = Context::new([("organization", "context-value")]).unwrap();
    let other = Context::new([("organization", "other")]).unwrap();
    let message = envelope::try_seal(b"the plaintext", &context, &keys).unwrap().unwrap();
    for error in [
        envelope::try_open(&message, &other, &keys).unwrap().unwrap_err(),
        envelope::try_open(&message, &context, &strangers).unwrap().unwrap_err(),
        envelope::try_open(&message[1..], &context, &keys).unwrap().unwrap_err(),
        Context::new([("context-value", "1"), ("context-value", "2")]).unwrap_err(),
    ] {
        for shown in [error.to_string(), debug(&error)] {
            assert_hides(&shown, b"the plaintext");
            assert_hides(&shown, b"context-value");
        }
    }
}

#[test]
fn errors_travel_between_threads() {
    const fn travels<T: Send + Sync + 'static>() {}
    travels::<Error>();
    travels::<FetchError>();
    travels::<TokenError>();
    travels::<SignError>();
}

fn debug(value: &impl Debug) -> String {
    format!("{value:?} {value:#?}")
}

fn secret_of(line: &str) -> Vec<u8> {
    Base64::decode_vec(line.trim_end().rsplit(' ').next().unwrap()).unwrap()
}

/// The secret must show neither as text nor as hexadecimal, decimal list or base64.
fn assert_hides(text: &str, secret: &[u8]) {
    let hex: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
    let list = format!("{secret:?}");
    let decimal = list.trim_matches(['[', ']']);
    let pretty = decimal.replace(", ", ",\n");
    let flat: String = text.split_whitespace().collect::<Vec<_>>().join(" ").replace(" ,", ",");
    let base64 = Base64::encode_string(secret);
    for form in [&hex, decimal, &pretty, base64.trim_end_matches('='), &String::from_utf8_lossy(secret)] {
        assert!(!text.contains(form) && !flat.contains(form), "{text} shows {form}");
    }
}
