//! Keys in the AWS Key Management Service.

use core::fmt;
use core::time::Duration;
use std::collections::HashMap;

use async_trait::async_trait;
use aws_sdk_kms::Client;
use aws_sdk_kms::config::Builder;
use aws_sdk_kms::config::retry::RetryConfig;
use aws_sdk_kms::config::timeout::TimeoutConfig;
use aws_sdk_kms::operation::describe_key::DescribeKeyError;
use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::{self, KeyMetadata, KeySpec, KeyUsageType};
use base64ct::{Base64, Encoding};
use zeroize::Zeroizing;

use super::{Binding, KeyId, KeyProvider, KeyState};
use crate::envelope::Recipient;
use crate::error::Error;
use crate::key::Key;

mod arn;
mod refusal;

use arn::KeyArn;
use refusal::refused;

/// A symmetric key of the AWS Key Management Service (KMS).
///
/// The host builds the [`aws_sdk_kms::Client`]: region, credentials and HTTP client are its choice. Clones are cheap and
/// share the client.
///
/// ```
/// use axiom_crypto::{AwsKms, Context, Error, aws_sdk_kms, envelope};
///
/// async fn seal(client: aws_sdk_kms::Client) -> Result<Vec<u8>, Error> {
///     let keys = AwsKms::new(client, "alias/orders").await?;
///     let context = Context::new([("organization", "org_7f3c")])?;
///     envelope::seal(b"role/reader", &context, &keys).await
/// }
/// ```
///
/// # Requests
/// Sealing calls `Encrypt` and opening `Decrypt`, once for each data key; [`rewrap`](KeyProvider::rewrap) calls
/// `ReEncrypt`, so that the data key never leaves the service. Data keys are made here, from the operating system, and
/// not by `GenerateDataKey`: the binding that the service authenticates holds the commitment to the data key, which
/// must exist before the request does; and a message for several keys asks no key for more than the others.
///
/// The encryption context of every request is what the service writes into CloudTrail and what key policies can ask
/// for as `kms:EncryptionContext:…`. It is public:
///
/// | key | value |
/// |---|---|
/// | `axiom:binding` | the 64 bytes of the [`Binding`], in base64 (RFC 4648, padded) |
/// | `organization` | the context's pair of that name, where it has one that is not empty |
///
/// `Decrypt` names the key; which key a ciphertext names is not trusted, and an answer of another key is refused.
///
/// # Keys
/// [`KeyId::id`] is the key's ARN, with version 0: the service keeps the versions of a key that it rotates itself and
/// finds the right one by the ciphertext. For another key, new messages go to the provider of the new one, and
/// [`and`](Self::and) lets it open and rewrap what was wrapped under the old. A replica of a multi-Region key
/// (`mrk-…`) opens what its siblings in other regions wrapped.
///
/// # Failures
/// Each request is tried three times in all, with exponential backoff and jitter (the SDK's standard mode), each try
/// for at most 3 seconds, the request for at most 10; a client whose configuration says otherwise keeps its own. After
/// that it fails with a [`Failure`](crate::Failure) class; nothing but a refused ciphertext is [`Error::Open`].
///
/// # What it does not promise
/// - Timers are tokio's: like the SDK's own HTTP clients, it works inside a tokio runtime that has time enabled.
/// - The SDK keeps copies of the data key while it writes the request and reads the answer, and does not wipe them. At
///   the log level `trace` it may log requests: leave `aws_smithy_runtime` below that.
#[derive(Clone)]
pub struct AwsKms {
    client: Client,
    key: KeyId,
    older: Vec<KeyId>,
    overrides: Builder,
}

impl AwsKms {
    /// The key that an id, ARN or alias names, which the service is asked for once.
    ///
    /// An alias is followed now and not again: messages name the key, not the alias. It needs the permission
    /// `kms:DescribeKey`; see [`from_arn`](Self::from_arn) for a way without.
    ///
    /// # Errors
    /// [`Error::Provider`], and [`Error::Invalid`] where it is no symmetric key for encryption.
    pub async fn new(client: Client, key: &str) -> Result<Self, Error> {
        let overrides = overrides(&client);
        let metadata = described(&client, &overrides, key).await.map_err(|error| refused("DescribeKey", &error))?;
        let metadata = metadata.ok_or(NO_SYMMETRIC_KEY)?;
        let fits = metadata.key_usage == Some(KeyUsageType::EncryptDecrypt)
            && metadata.key_spec == Some(KeySpec::SymmetricDefault);
        match metadata.arn() {
            Some(arn) if fits => Self::from_arn(client, arn),
            _ => Err(NO_SYMMETRIC_KEY),
        }
    }

    /// The key with this ARN, without asking the service.
    ///
    /// # Errors
    /// [`Error::Invalid`] where it is not the ARN of a key; that of an alias is none.
    pub fn from_arn(client: Client, arn: &str) -> Result<Self, Error> {
        let overrides = overrides(&client);
        Ok(Self { client, key: key_id(arn)?, older: Vec::new(), overrides })
    }

    /// Opens and rewraps what was wrapped under a further key, which the same client reaches.
    ///
    /// # Errors
    /// [`Error::Invalid`] where it is not the ARN of a key.
    pub fn and(mut self, arn: &str) -> Result<Self, Error> {
        self.older.push(key_id(arn)?);
        Ok(self)
    }

    /// The key of ours that unwraps what was wrapped under `key`: itself, or its replica.
    fn ours(&self, key: &KeyId) -> Option<&KeyId> {
        let wanted = KeyArn::parse(key.id()).filter(|_| key.provider() == PROVIDER && key.version() == 0)?;
        let mut keys = core::iter::once(&self.key).chain(&self.older);
        keys.find(|key| KeyArn::parse(key.id()).is_some_and(|ours| ours.shares_material(&wanted)))
    }

    fn key_of(&self, recipient: &Recipient) -> Result<&str, Error> {
        let key = self.ours(recipient.key()).ok_or_else(|| Error::KeyNotFound { key: recipient.key().clone() })?;
        // The service answers longer ones with a validation error, which would tell them from other damage.
        if recipient.wrapped().len() > MAX_CIPHERTEXT { Err(Error::Open) } else { Ok(key.id()) }
    }
}

#[async_trait]
impl KeyProvider for AwsKms {
    fn describe(&self) -> KeyId {
        self.key.clone()
    }

    fn holds(&self, key: &KeyId) -> bool {
        self.ours(key).is_some()
    }

    async fn wrap(&self, dek: &Key, binding: &Binding) -> Result<Recipient, Error> {
        let encrypt = self.client.encrypt().key_id(self.key.id()).plaintext(Blob::new(dek.expose()));
        let encrypt = encrypt.set_encryption_context(Some(encryption_context(binding)));
        let answer = encrypt.customize().config_override(self.overrides.clone()).send().await;
        let answer = answer.map_err(|error| refused("Encrypt", &error))?;
        self.recipient(answer.ciphertext_blob, answer.key_id.as_deref())
    }

    async fn unwrap(&self, recipient: &Recipient, binding: &Binding) -> Result<Key, Error> {
        let key = self.key_of(recipient)?;
        let decrypt = self.client.decrypt().key_id(key).ciphertext_blob(Blob::new(recipient.wrapped()));
        let decrypt = decrypt.set_encryption_context(Some(encryption_context(binding)));
        let answer = decrypt.customize().config_override(self.overrides.clone()).send().await;
        let answer = answer.map_err(|error| refused("Decrypt", &error))?;
        let plaintext = Zeroizing::new(answer.plaintext.map(Blob::into_inner).unwrap_or_default());
        let dek: &[u8; Key::LEN] = plaintext.as_slice().try_into().map_err(|_| Error::Open)?;
        if answer.key_id.as_deref() == Some(key) { Ok(Key::from_bytes(dek)) } else { Err(Error::Open) }
    }

    async fn rewrap(&self, recipient: &Recipient, binding: &Binding) -> Result<Recipient, Error> {
        let old = self.key_of(recipient)?;
        let again = self.client.re_encrypt().ciphertext_blob(Blob::new(recipient.wrapped()));
        let again = again.source_key_id(old).set_source_encryption_context(Some(encryption_context(binding)));
        let again = again.destination_key_id(self.key.id());
        let again = again.set_destination_encryption_context(Some(encryption_context(binding)));
        let answer = again.customize().config_override(self.overrides.clone()).send().await;
        let answer = answer.map_err(|error| refused("ReEncrypt", &error))?;
        self.recipient(answer.ciphertext_blob, answer.key_id.as_deref())
    }

    async fn state(&self) -> Result<KeyState, Error> {
        match described(&self.client, &self.overrides, self.key.id()).await {
            Ok(metadata) => Ok(metadata.as_ref().and_then(KeyMetadata::key_state).map_or(KeyState::Disabled, state)),
            Err(error) if error.as_service_error().is_some_and(DescribeKeyError::is_not_found_exception) => {
                Ok(KeyState::Destroyed)
            }
            Err(error) => Err(refused("DescribeKey", &error)),
        }
    }
}

impl AwsKms {
    /// What the service has wrapped, if it did so under our key.
    fn recipient(&self, ciphertext: Option<Blob>, key: Option<&str>) -> Result<Recipient, Error> {
        let wrapped = ciphertext.filter(|_| key == Some(self.key.id())).unwrap_or_else(|| Blob::new([]));
        Recipient::new(self.key.clone(), wrapped.as_ref()).map_err(|_| refusal::strange("it names another key"))
    }
}

impl fmt::Debug for AwsKms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AwsKms({})", self.key)
    }
}

async fn described(
    client: &Client,
    overrides: &Builder,
    key: &str,
) -> Result<Option<KeyMetadata>, aws_sdk_kms::error::SdkError<DescribeKeyError>> {
    let describe = client.describe_key().key_id(key).customize().config_override(overrides.clone());
    Ok(describe.send().await?.key_metadata)
}

fn state(state: &types::KeyState) -> KeyState {
    match state {
        // A key stays usable while its multi-Region set changes.
        types::KeyState::Enabled | types::KeyState::Updating => KeyState::Enabled,
        types::KeyState::PendingDeletion | types::KeyState::PendingReplicaDeletion => KeyState::PendingDeletion,
        // Being made, without its material, or in a key store that is not connected: it cannot be used.
        _ => KeyState::Disabled,
    }
}

fn key_id(arn: &str) -> Result<KeyId, Error> {
    let reason = "must be the ARN of a key: arn:aws:kms:…:key/…";
    KeyArn::parse(arn).ok_or(Error::Invalid { what: "AWS KMS key", reason })?;
    KeyId::new(PROVIDER, arn, 0)
}

fn encryption_context(binding: &Binding) -> HashMap<String, String> {
    let organization = binding.organization().filter(|organization| !organization.is_empty());
    let organization = organization.map(|organization| ("organization".to_owned(), organization.to_owned()));
    let binding = ("axiom:binding".to_owned(), Base64::encode_string(binding.as_bytes()));
    organization.into_iter().chain([binding]).collect()
}

/// Retries and timeouts for a client that has none.
fn overrides(client: &Client) -> Builder {
    let mut overrides = Builder::new();
    if client.config().retry_config().is_none() {
        let backoff = RetryConfig::standard().with_initial_backoff(INITIAL_BACKOFF).with_max_backoff(MAX_BACKOFF);
        overrides.set_retry_config(Some(backoff.with_max_attempts(ATTEMPTS)));
    }
    let theirs = client.config().timeout_config();
    let limited = |theirs: &TimeoutConfig| {
        theirs.operation_timeout().or(theirs.operation_attempt_timeout()).or(theirs.read_timeout()).is_some()
    };
    if !theirs.is_some_and(limited) {
        let ours = theirs.map_or_else(TimeoutConfig::builder, TimeoutConfig::to_builder);
        let ours = ours.operation_attempt_timeout(ATTEMPT_TIMEOUT).operation_timeout(OPERATION_TIMEOUT);
        overrides.set_timeout_config(Some(ours.build()));
    }
    overrides
}

const PROVIDER: &str = "aws-kms";
const NO_SYMMETRIC_KEY: Error =
    Error::Invalid { what: "AWS KMS key", reason: "must be a symmetric key for encryption" };
/// What `Decrypt` takes at most.
const MAX_CIPHERTEXT: usize = 6144;
const ATTEMPTS: u32 = 3;
const INITIAL_BACKOFF: Duration = Duration::from_millis(100);
const MAX_BACKOFF: Duration = Duration::from_secs(2);
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(3);
const OPERATION_TIMEOUT: Duration = Duration::from_secs(10);
