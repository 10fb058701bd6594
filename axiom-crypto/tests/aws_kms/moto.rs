//! Requests over HTTP to the `moto` server, which `cargo xtask test` starts.
//!
//! `moto` checks the encryption context and wraps for real. It is not the service in three ways: it uses a disabled
//! key, it ignores the source key of `ReEncrypt`, and it denies access to a ciphertext of another or unknown key where
//! the service answers `IncorrectKeyException` or `InvalidCiphertextException`.

use std::env;
use std::sync::Arc;

use async_trait::async_trait;
use axiom_crypto::aws_sdk_kms::Client;
use axiom_crypto::aws_sdk_kms::types::KeyUsageType;
use axiom_crypto::conformance::{self, KeyAdministrator};
use axiom_crypto::{
    AwsKms, Binding, Context, Encryptor, Error, Failure, Key, KeyId, KeyProvider, KeyRing, KeyState, MemoryKeys,
    Recipient, envelope,
};

use crate::client::{client, runtime};

#[test]
fn it_conforms() {
    with_moto(async |url| {
        let client = client(&url, "eu-west-1");
        let (one, other) = (Emulated(new_key(&client).await), Emulated(new_key(&client).await));
        conformance::key_provider(&one, &other).await;
        conformance::key_states(&Administrator { keys: one.0, client }).await;
    });
}

#[test]
fn an_alias_is_followed_to_its_key() {
    with_moto(async |url| {
        let client = client(&url, "eu-west-1");
        let key = new_key(&client).await;
        let alias = format!("alias/{}", key.describe().id().rsplit('/').next().unwrap());
        client.create_alias().alias_name(&alias).target_key_id(key.describe().id()).send().await.unwrap();
        assert_eq!(AwsKms::new(client.clone(), &alias).await.unwrap().describe(), key.describe());
        let missing = AwsKms::new(client, "alias/missing").await.unwrap_err();
        assert!(matches!(missing, Error::Provider { failure: Failure::NotFound, .. }), "{missing:?}");
    });
}

#[test]
fn rewrapping_moves_a_message_to_another_key_of_the_service() {
    with_moto(async |url| {
        let client = client(&url, "eu-west-1");
        let (old, new) = (new_key(&client).await, new_key(&client).await);
        let both = new.clone().and(old.describe().id()).unwrap();
        let before = old.wrap(&Key::from_bytes(&[7; 32]), &binding()).await.unwrap();
        assert!(both.holds(before.key()) && !new.holds(before.key()));
        assert_eq!(both.unwrap(&before, &binding()).await.unwrap().expose(), &[7; 32]);
        let ring = KeyRing::new(Arc::new(both));
        let after = ring.rewrap(&before, &binding()).await.unwrap();
        assert_eq!(*after.key(), new.describe());
        assert_eq!(new.unwrap(&after, &binding()).await.unwrap().expose(), &[7; 32]);
    });
}

#[test]
fn a_replica_holds_what_its_sibling_wrapped() {
    with_moto(async |url| {
        let here = client(&url, "eu-west-1");
        let created = here.create_key().key_usage(KeyUsageType::EncryptDecrypt).multi_region(true);
        let created = created.send().await.unwrap().key_metadata.unwrap();
        here.replicate_key().key_id(created.key_id()).replica_region("us-east-1").send().await.unwrap();
        let there = AwsKms::new(client(&url, "us-east-1"), created.key_id()).await.unwrap();
        assert!(there.describe().id().contains(":us-east-1:"));
        // `moto` cuts the name of a multi-Region key off in its ciphertext, and so unwraps nothing under one.
        let wrapped = AwsKms::new(here, created.key_id()).await.unwrap();
        let wrapped = wrapped.wrap(&Key::from_bytes(&[7; 32]), &binding()).await.unwrap();
        assert!(wrapped.key().id().contains(":eu-west-1:") && there.holds(wrapped.key()));
    });
}

#[test]
fn the_key_of_a_second_region_opens_when_the_first_is_down() {
    with_moto(async |url| {
        let first = Arc::new(new_key(&client(&url, "eu-west-1")).await);
        let second = Arc::new(new_key(&client(&url, "us-east-1")).await);
        let context = Context::new([("organization", "org_7f3c")]).unwrap();
        let message = Encryptor::new(first.clone()).and(second.clone()).seal(b"secret", &context).await.unwrap();
        let nowhere = client("http://127.0.0.1:1", "eu-west-1");
        let down = Arc::new(AwsKms::from_arn(nowhere, first.describe().id()).unwrap());
        let alone = Encryptor::new(down.clone()).open(&message, &context).await.unwrap_err();
        assert!(matches!(alone, Error::Provider { failure: Failure::Unavailable, .. }), "{alone:?}");
        assert_eq!(*Encryptor::new(down).and(second).open(&message, &context).await.unwrap(), b"secret");
    });
}

#[test]
fn a_message_of_the_service_and_of_memory_opens_with_either() {
    with_moto(async |url| {
        let kms = new_key(&client(&url, "eu-west-1")).await;
        let memory = Arc::new(MemoryKeys::new().unwrap());
        let context = Context::new([("organization", "org_7f3c")]).unwrap();
        let both = Encryptor::new(memory.clone()).and(Arc::new(kms.clone()));
        let message = both.seal(b"secret", &context).await.unwrap();
        memory.destroy(1).unwrap();
        assert_eq!(*envelope::open(&message, &context, &kms).await.unwrap(), b"secret");
    });
}

/// Runs a test with the URL of the server, where there is one.
fn with_moto<F: Future<Output = ()>>(test: impl FnOnce(String) -> F) {
    match env::var("AXIOM_TEST_KMS_URL") {
        Ok(url) => runtime().block_on(test(url)),
        Err(_) => eprintln!("AXIOM_TEST_KMS_URL names no moto server: this test did not run"),
    }
}

/// The service as `moto` plays it, with the answer to a ciphertext of another key that the service gives.
#[derive(Debug)]
struct Emulated(AwsKms);

#[async_trait]
impl KeyProvider for Emulated {
    fn describe(&self) -> KeyId {
        self.0.describe()
    }

    async fn wrap(&self, dek: &Key, binding: &Binding) -> Result<Recipient, Error> {
        self.0.wrap(dek, binding).await
    }

    async fn unwrap(&self, recipient: &Recipient, binding: &Binding) -> Result<Key, Error> {
        match self.0.unwrap(recipient, binding).await {
            Err(Error::Provider { failure: Failure::Denied, .. }) => Err(Error::Open),
            result => result,
        }
    }

    async fn rewrap(&self, recipient: &Recipient, binding: &Binding) -> Result<Recipient, Error> {
        self.0.rewrap(recipient, binding).await
    }

    async fn state(&self) -> Result<KeyState, Error> {
        self.0.state().await
    }
}

/// Who may change a key, by the host's own client.
struct Administrator {
    keys: AwsKms,
    client: Client,
}

impl Administrator {
    fn key(&self) -> String {
        self.keys.describe().id().rsplit('/').next().unwrap().to_owned()
    }
}

#[async_trait]
impl KeyAdministrator for Administrator {
    fn provider(&self) -> &dyn KeyProvider {
        &self.keys
    }

    fn enforces(&self) -> bool {
        false
    }

    async fn enable(&self) {
        self.client.enable_key().key_id(self.key()).send().await.unwrap();
    }

    async fn disable(&self) {
        self.client.disable_key().key_id(self.key()).send().await.unwrap();
    }

    async fn schedule_deletion(&self) -> bool {
        self.client.schedule_key_deletion().key_id(self.key()).pending_window_in_days(7).send().await.is_ok()
    }

    async fn cancel_deletion(&self) {
        self.client.cancel_key_deletion().key_id(self.key()).send().await.unwrap();
    }

    /// The service destroys no key before a week has passed.
    async fn destroy(&self) -> bool {
        false
    }
}

async fn new_key(client: &Client) -> AwsKms {
    let created = client.create_key().key_usage(KeyUsageType::EncryptDecrypt).send().await.unwrap();
    AwsKms::new(client.clone(), created.key_metadata().unwrap().key_id()).await.unwrap()
}

fn binding() -> Binding {
    Binding::new(&[1; 32], &[2; 32])
}
