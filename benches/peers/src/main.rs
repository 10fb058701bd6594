//! Messages of 1 KiB, beside the AWS Encryption SDK for Rust.
//!
//! ```text
//! cargo run --release --manifest-path benches/peers/Cargo.toml --target-dir target/peers
//! ```
//!
//! It is no member of the workspace: the SDK brings some 200 crates, takes minutes to build and needs a C compiler.
//!
//! | what | ours | baseline |
//! |---|---|---|
//! | `vs_aws_esdk_cached_1k` | AXE1 by an `Encryptor` with a `DataKeyCache` over a key file | that of the next row: the SDK for Rust cannot do better |
//! | `vs_aws_esdk_fresh_1k` | AXE1 under a key file, a data key of its own for each message | `aws-esdk`, raw AES keyring, suite 0x0478 (unsigned), a data key of its own for each message |
//! | `format_vs_aws_esdk_1k` | `axiom_crypto::aws_esdk`, the very same format, suite and keyring | the same |
//! | `open_vs_aws_esdk_1k` | the same, opening a message of the SDK | the same, opening it |
//!
//! Context and plaintext are the same on both sides, and before anything is measured each side opens what the other has
//! written. The SDK for Rust has no cache of data keys for raw keyrings: the caching CMM of the other languages is not
//! in it, and the cache of its hierarchical keyring needs AWS.

use std::collections::HashMap;
use std::sync::Arc;

use aws_esdk::material_providers::client::Client as Materials;
use aws_esdk::material_providers::types::material_providers_config::MaterialProvidersConfig;
use aws_esdk::material_providers::types::{AesWrappingAlg, EsdkAlgorithmSuiteId, keyring::KeyringRef};
use aws_esdk::types::aws_encryption_sdk_config::AwsEncryptionSdkConfig;
use axiom_benches::{Bench, Comparison, Error, Sample};
use axiom_crypto::aws_esdk::{self as esdk, EncryptionContext, FRAME_LENGTH, RawAesKeyring};
use axiom_crypto::{Context, DataKeyCache, Encryptor, Key, KeyFile, envelope};
use tokio::runtime::Runtime;

fn main() -> Result<(), Error> {
    let mut bench = Bench::start("peers")?;
    let (sdk, plaintext) = (Sdk::new()?, vec![7; LENGTH]);
    let path = bench.directory().join("key");
    let keys = KeyFile::create(&path)?;
    let cached = Encryptor::new(Arc::new(KeyFile::open(&path)?)).cache(&DataKeyCache::new());
    let context = Context::new(PAIRS)?;
    let pairs = EncryptionContext::new(PAIRS)?;
    let keyring = RawAesKeyring::new(NAMESPACE, NAME, &Key::from_bytes(&KEY))?;
    let message = sdk.seal(&plaintext)?;
    assert_eq!(*esdk::decrypt(&message, &pairs, &[&keyring])?.plaintext, plaintext, "we open what the SDK has written");
    let ours = esdk::encrypt(&plaintext, &pairs, &[&keyring], FRAME_LENGTH)?;
    assert_eq!(sdk.open(&ours)?, plaintext, "the SDK opens what we have written");

    let seal = || {
        let sealed = envelope::try_seal(&plaintext, &context, &keys).expect("a key file never waits");
        sealed.map(drop)
    };
    let seal_cached = || {
        let sealed = cached.try_seal(&plaintext, &context).expect("a key file never waits");
        sealed.map(drop)
    };
    let format = || esdk::encrypt(&plaintext, &pairs, &[&keyring], FRAME_LENGTH).map(drop);
    let open = || esdk::decrypt(&message, &pairs, &[&keyring]).map(drop);
    let sdk_seal = || sample(THEIRS, || sdk.seal(&plaintext).map(drop));
    let sdk_open = || sample(THEIRS, || sdk.open(&message).map(drop));
    bench.compare(&comparison("vs_aws_esdk_cached_1k", 50.0), || sample(OURS, || Ok(seal_cached()?)), sdk_seal)?;
    bench.compare(&comparison("vs_aws_esdk_fresh_1k", 20.0), || sample(OURS, || Ok(seal()?)), sdk_seal)?;
    bench.compare(&comparison("format_vs_aws_esdk_1k", 20.0), || sample(OURS, || Ok(format()?)), sdk_seal)?;
    bench.compare(&comparison("open_vs_aws_esdk_1k", 20.0), || sample(OURS, || Ok(open()?)), sdk_open)?;
    bench.finish()
}

const fn comparison(name: &'static str, goal: f64) -> Comparison {
    Comparison { name, unit: "messages/s", goal }
}

fn sample(count: usize, mut work: impl FnMut() -> Result<(), Error>) -> Result<Sample, Error> {
    Sample::wall(count, || (0..count).try_for_each(|_| work()))
}

/// The SDK with a keyring, and the runtime that it waits on.
struct Sdk {
    runtime: Runtime,
    client: aws_esdk::Client,
    keyring: KeyringRef,
    context: HashMap<String, String>,
}

impl Sdk {
    fn new() -> Result<Self, Error> {
        let runtime = tokio::runtime::Builder::new_current_thread().build()?;
        let client = aws_esdk::Client::from_conf(AwsEncryptionSdkConfig::builder().build().map_err(failed)?);
        let materials = Materials::from_conf(MaterialProvidersConfig::builder().build().map_err(failed)?);
        let materials = materials.map_err(failed)?;
        let keyring = materials
            .create_raw_aes_keyring()
            .key_namespace(NAMESPACE)
            .key_name(NAME)
            .wrapping_key(KEY.to_vec())
            .wrapping_alg(AesWrappingAlg::AlgAes256GcmIv12Tag16);
        let keyring = runtime.block_on(keyring.send()).map_err(failed)?;
        let context = PAIRS.map(|(key, value)| (key.to_owned(), value.to_owned())).into();
        Ok(Self { runtime, client: client.map_err(failed)?, keyring, context })
    }

    fn seal(&self, plaintext: &[u8]) -> Result<Vec<u8>, Error> {
        let call = self.client.encrypt().plaintext(plaintext).keyring(self.keyring.clone());
        let call = call.encryption_context(self.context.clone());
        let call = call.algorithm_suite_id(EsdkAlgorithmSuiteId::AlgAes256GcmHkdfSha512CommitKey);
        let sealed = self.runtime.block_on(call.send()).map_err(failed)?;
        Ok(sealed.ciphertext.map(Into::into).unwrap_or_default())
    }

    fn open(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        let call = self.client.decrypt().ciphertext(message).keyring(self.keyring.clone());
        let opened = self.runtime.block_on(call.encryption_context(self.context.clone()).send()).map_err(failed)?;
        Ok(opened.plaintext.map(Into::into).unwrap_or_default())
    }
}

fn failed(error: impl core::error::Error + Send + Sync + 'static) -> Error {
    Error::Baseline(Box::new(error))
}

const LENGTH: usize = 1024;
const PAIRS: [(&str, &str); 2] = [("organization", "org_7f3c"), ("purpose", "connection-state")];
const NAMESPACE: &str = "acme";
const NAME: &str = "exports-2026";
const KEY: [u8; 32] = [7; 32];
/// Messages of a sample of ours.
const OURS: usize = 5_000;
/// Messages of a sample of theirs.
const THEIRS: usize = 100;
