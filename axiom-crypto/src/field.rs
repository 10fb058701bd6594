//! Encryption of single event fields.

use std::sync::Arc;

use async_trait::async_trait;
use axiom_core::{Opener, SealContext, SealError, Sealer};
use zeroize::Zeroizing;

use crate::context::Context;
use crate::envelope::{self, Algorithms, Envelope, Patience, Stop, at_once, waited};
use crate::error::Error;
use crate::provider::KeyProvider;
use crate::scope::KeyScope;
use crate::suite::Backend;
use crate::tree::KeyTree;

/// Seals and opens fields of events, one AXE1 message each.
///
/// A field's context has three pairs: `organization`, `event` (the event id in its hyphenated form) and `pointer` (the
/// field's JSON Pointer, at most 1024 bytes).
///
/// # With the keys of a tree
/// [`with_keys`](Self::with_keys) seals what belongs to a data subject under that subject's key, and all else under the
/// organization's. A message carries a reference to the key and no wrapped key, in XAES-256-GCM, so that destroying the
/// key erases it. Of whom a field is, it does not say: the key belongs to one subject, and its name says nothing.
/// Whether a field is a subject's is said by its path alone ([`SealPaths`](axiom_core::SealPaths)): personal data
/// at other paths goes with the organization and not with the person.
///
/// ```
/// use std::sync::Arc;
///
/// use axiom_core::{EventId, Opener, OrganizationId, SealContext, Sealer, SubjectRef};
/// use axiom_crypto::{FieldSealer, KeyFile, KeyScope, KeyTree, MemoryKeyStore};
///
/// # let directory = tempfile::tempdir()?;
/// let master = KeyFile::create(directory.path().join("master.key"))?;
/// let keys = KeyTree::new(Arc::new(MemoryKeyStore::default()), Arc::new(master));
/// let fields = FieldSealer::with_keys(keys.clone());
///
/// let (organization, person): (OrganizationId, SubjectRef) = ("org_7f3c".parse()?, "sub_19".parse()?);
/// let event: EventId = "0198c5a0-7b2e-7000-8000-000000000001".parse()?;
/// let context = SealContext::new(&organization, event, "/metadata/address");
/// let sealed = fields.try_seal(&context.of_subject(&person), b"12 Example Road").expect("all of it is here")?;
/// assert_eq!(fields.try_open(&context, &sealed).expect("all of it is here")?, b"12 Example Road");
///
/// let person = KeyScope::subject(organization.clone(), person);
/// pollster::block_on(keys.destroy_without_grace(&person, "user_41", "request of the data subject"))?;
/// let error = fields.try_open(&context, &sealed).expect("all of it is here").unwrap_err();
/// assert!(error.is_erased());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # With a key provider
/// [`new`](Self::new) wraps a data key for each field and writes it into the message. Nothing of that can be erased by
/// destroying a subject's key, so fields of data subjects are refused. Other tools open a field with
/// [`envelope::open`] and its context.
///
/// With a provider that never waits, such as [`KeyFile`](crate::KeyFile), neither sealing nor opening ever suspends.
///
/// ```
/// use std::sync::Arc;
///
/// use axiom_core::{EventId, Opener, OrganizationId, SealContext, Sealer};
/// use axiom_crypto::{FieldSealer, KeyFile};
///
/// # let directory = tempfile::tempdir()?;
/// let fields = FieldSealer::new(Arc::new(KeyFile::create(directory.path().join("fields.key"))?));
/// let organization: OrganizationId = "org_7f3c".parse()?;
/// let event: EventId = "0198c5a0-7b2e-7000-8000-000000000001".parse()?;
/// let context = SealContext::new(&organization, event, "/beforeState");
///
/// let sealed = fields.try_seal(&context, b"secret").expect("a key file never waits")?;
/// let opened = fields.try_open(&context, &sealed).expect("a key file never waits")?;
/// assert_eq!(opened, b"secret");
///
/// let elsewhere = SealContext::new(&organization, event, "/afterState");
/// assert!(fields.try_open(&elsewhere, &sealed).expect("a key file never waits").is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct FieldSealer {
    keys: Option<KeyTree>,
    provider: Option<Arc<dyn KeyProvider>>,
}

impl FieldSealer {
    /// A sealer that wraps its data keys with `provider`.
    pub fn new(provider: Arc<dyn KeyProvider>) -> Self {
        Self { keys: None, provider: Some(provider) }
    }

    /// A sealer with the keys of organizations and data subjects.
    #[must_use]
    pub const fn with_keys(keys: KeyTree) -> Self {
        Self { keys: Some(keys), provider: None }
    }

    /// The same, which also opens what was sealed with `provider` before.
    #[must_use]
    pub fn and_opens(self, provider: Arc<dyn KeyProvider>) -> Self {
        Self { provider: Some(provider), ..self }
    }

    async fn seal_with(&self, field: &SealContext<'_>, plaintext: &[u8], patience: Patience) -> Result<Vec<u8>, Stop> {
        let context = field_context(field)?;
        match (&self.keys, &self.provider) {
            (Some(keys), _) => {
                let organization = field.organization.clone();
                let scope = match field.subject {
                    Some(subject) => KeyScope::subject(organization, subject.clone()),
                    None => KeyScope::organization(organization),
                };
                Ok(keys.data(&scope, patience).await?.seal(plaintext, &context)?)
            }
            (None, Some(_)) if field.subject.is_some() => Err(Error::OutlivesSubject.into()),
            (None, Some(provider)) => {
                envelope::seal_alone(plaintext, &context, &[&**provider], Algorithms::default(), patience).await
            }
            (None, None) => unreachable!("every constructor sets one"),
        }
    }

    async fn open_with(
        &self,
        field: &SealContext<'_>,
        sealed: &[u8],
        patience: Patience,
    ) -> Result<Zeroizing<Vec<u8>>, Stop> {
        let context = field_context(field)?;
        let envelope = Envelope::parse(sealed)?;
        match (envelope.header.reference(), &self.keys, &self.provider) {
            (Some(reference), Some(keys), _) => {
                let key = keys.data_of(field.organization, reference, patience).await?;
                Ok(key.open(&envelope, &context)?)
            }
            (None, _, Some(provider)) => {
                envelope::open_with(sealed, &context, &[&**provider], Backend::default(), patience).await
            }
            _ => Err(Error::Open.into()),
        }
    }
}

#[async_trait]
impl Sealer for FieldSealer {
    fn try_seal(&self, context: &SealContext<'_>, plaintext: &[u8]) -> Option<Result<Vec<u8>, SealError>> {
        let sealed = at_once(self.seal_with(context, plaintext, Patience::None))?;
        Some(sealed.map_err(|error| sealing(&error)))
    }

    async fn seal(&self, context: &SealContext<'_>, plaintext: &[u8]) -> Result<Vec<u8>, SealError> {
        waited(self.seal_with(context, plaintext, Patience::Waits)).await.map_err(|error| sealing(&error))
    }
}

#[async_trait]
impl Opener for FieldSealer {
    fn try_open(&self, context: &SealContext<'_>, sealed: &[u8]) -> Option<Result<Vec<u8>, SealError>> {
        Some(handed_over(at_once(self.open_with(context, sealed, Patience::None))?))
    }

    async fn open(&self, context: &SealContext<'_>, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        handed_over(waited(self.open_with(context, sealed, Patience::Waits)).await)
    }
}

/// The plaintext, taken out of its wrapper without a copy; the host now answers for it.
fn handed_over(opened: Result<Zeroizing<Vec<u8>>, Error>) -> Result<Vec<u8>, SealError> {
    opened.map(|mut plaintext| core::mem::take(&mut *plaintext)).map_err(|error| opening(&error))
}

/// What is wrong with a message is one answer; the state of its key is public, and an outage is no damage.
fn opening(error: &Error) -> SealError {
    match error {
        Error::Destroyed { .. } => SealError::erased(error.to_string()),
        Error::Invalid { .. }
        | Error::KeyNotFound { .. }
        | Error::NoKey
        | Error::Open
        | Error::TooLong
        | Error::Unsupported { .. } => SealError::opening(),
        _ => SealError::without_key(with_source(error)),
    }
}

impl core::fmt::Debug for FieldSealer {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match (&self.keys, &self.provider) {
            (Some(keys), _) => write!(f, "FieldSealer({keys:?})"),
            (None, Some(provider)) => write!(f, "FieldSealer({})", provider.describe()),
            (None, None) => f.write_str("FieldSealer"),
        }
    }
}

fn field_context(context: &SealContext<'_>) -> Result<Context, Error> {
    let event = context.event.to_string();
    let pairs = [("organization", context.organization.as_str()), ("event", &event), ("pointer", context.pointer)];
    Context::new(pairs)
}

fn sealing(error: &Error) -> SealError {
    SealError::sealing(with_source(error))
}

fn with_source(error: &Error) -> String {
    match core::error::Error::source(error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use axiom_core::{EventId, OrganizationId};

    use super::*;
    use crate::envelope::Recipient;
    use crate::key::Key;
    use crate::provider::{Binding, Failure, KeyFile, KeyId};

    /// A provider that must be waited for, or that fails.
    struct Remote(Option<KeyFile>);

    #[async_trait]
    impl KeyProvider for Remote {
        fn describe(&self) -> KeyId {
            self.0.as_ref().map_or_else(|| KeyId::new("remote", "none", 0).unwrap(), KeyProvider::describe)
        }

        async fn wrap(&self, dek: &Key, binding: &Binding) -> Result<Recipient, Error> {
            self.0.as_ref().ok_or_else(denied)?.wrap(dek, binding).await
        }

        async fn unwrap(&self, recipient: &Recipient, binding: &Binding) -> Result<Key, Error> {
            self.0.as_ref().ok_or_else(denied)?.unwrap(recipient, binding).await
        }

        fn holds(&self, _: &KeyId) -> bool {
            true
        }
    }

    fn denied() -> Error {
        Error::Provider { provider: "remote".into(), failure: Failure::Denied, source: "access denied".into() }
    }

    fn key_file() -> KeyFile {
        KeyFile::from_key(Key::from_bytes(&[7; 32]))
    }

    fn event() -> EventId {
        EventId::from_bytes([3; 16])
    }

    #[test]
    fn a_field_opens_under_its_own_organization_event_and_pointer_only() {
        let fields = FieldSealer::new(Arc::new(key_file()));
        let (acme, other): (OrganizationId, OrganizationId) = ("acme".parse().unwrap(), "other".parse().unwrap());
        let context = SealContext::new(&acme, event(), "/a");
        let sealed = fields.try_seal(&context, b"secret").unwrap().unwrap();
        let open = |context: SealContext<'_>| fields.try_open(&context, &sealed).unwrap();
        assert_eq!(open(context).unwrap(), b"secret");
        assert!(open(SealContext::new(&other, event(), "/a")).is_err());
        assert!(open(SealContext::new(&acme, EventId::from_bytes([4; 16]), "/a")).is_err());
        assert!(open(SealContext::new(&acme, event(), "/b")).is_err());
    }

    #[test]
    fn a_provider_that_must_be_waited_for_works_in_the_async_way_only() {
        let fields = FieldSealer::new(Arc::new(Remote(Some(key_file()))));
        let acme = "acme".parse().unwrap();
        let context = SealContext::new(&acme, event(), "/a");
        assert!(fields.try_seal(&context, b"secret").is_none());
        let sealed = pollster::block_on(fields.seal(&context, b"secret")).unwrap();
        assert!(fields.try_open(&context, &sealed).is_none());
        assert_eq!(pollster::block_on(fields.open(&context, &sealed)).unwrap(), b"secret");
    }

    #[test]
    fn a_failed_seal_says_why_and_not_what() {
        let fields = FieldSealer::new(Arc::new(Remote(None)));
        let acme = "acme".parse().unwrap();
        let context = SealContext::new(&acme, event(), "/a");
        let message = pollster::block_on(fields.seal(&context, b"hunter2")).unwrap_err().to_string();
        assert_eq!(message, "sealing failed: the key provider remote denied the use of the key: access denied");
    }

    #[test]
    fn an_outage_does_not_look_like_damage() {
        let acme = "acme".parse().unwrap();
        let context = SealContext::new(&acme, event(), "/a");
        let mut sealed = FieldSealer::new(Arc::new(key_file())).try_seal(&context, b"secret").unwrap().unwrap();
        let open = |sealed: &[u8], remote| {
            let fields = FieldSealer::new(Arc::new(Remote(remote)));
            pollster::block_on(fields.open(&context, sealed)).unwrap_err().to_string()
        };
        let outage = open(&sealed, None);
        assert_eq!(outage, "opening failed: the key provider remote denied the use of the key: access denied");
        *sealed.last_mut().unwrap() ^= 1;
        assert_eq!(open(&sealed, Some(key_file())), SealError::opening().to_string());
    }

    #[test]
    fn a_pointer_beyond_the_limit_is_refused() {
        let fields = FieldSealer::new(Arc::new(key_file()));
        let acme = "acme".parse().unwrap();
        let pointer = "/".repeat(1025);
        let context = SealContext::new(&acme, event(), &pointer);
        assert!(fields.try_seal(&context, b"secret").unwrap().is_err());
        assert!(fields.try_open(&context, b"AXE1").unwrap().is_err());
    }

    fn keys() -> KeyTree {
        KeyTree::new(Arc::new(crate::keystore::MemoryKeyStore::default()), Arc::new(key_file()))
    }

    #[test]
    fn a_field_of_a_subject_needs_that_subjects_key() {
        let (acme, person) = ("acme".parse().unwrap(), "sub_19".parse().unwrap());
        let context = SealContext::new(&acme, event(), "/a").of_subject(&person);
        let message = FieldSealer::new(Arc::new(key_file())).try_seal(&context, b"secret").unwrap().unwrap_err();
        assert!(message.to_string().contains("names a data subject"), "{message}");
        assert!(FieldSealer::with_keys(keys()).try_seal(&context, b"secret").unwrap().is_ok());
    }

    #[test]
    fn a_sealer_with_keys_opens_what_was_sealed_before_it_had_them() {
        let acme = "acme".parse().unwrap();
        let context = SealContext::new(&acme, event(), "/a");
        let before = FieldSealer::new(Arc::new(key_file()));
        let old = before.try_seal(&context, b"secret").unwrap().unwrap();
        let with_keys = FieldSealer::with_keys(keys());
        assert!(with_keys.try_open(&context, &old).unwrap().is_err());
        let both = with_keys.and_opens(Arc::new(key_file()));
        assert_eq!(both.try_open(&context, &old).unwrap().unwrap(), b"secret");
        let new = both.try_seal(&context, b"secret").unwrap().unwrap();
        assert!(Envelope::parse(&new).unwrap().header.reference().is_some());
        assert_eq!(new.len() - b"secret".len(), 129);
        assert!(before.try_open(&context, &new).unwrap().is_err());
    }

    #[test]
    fn a_revoked_field_says_so_and_not_that_it_is_erased() {
        let keys = keys();
        let (acme, fields): (OrganizationId, _) = ("acme".parse().unwrap(), FieldSealer::with_keys(keys.clone()));
        let context = SealContext::new(&acme, event(), "/a");
        let sealed = fields.try_seal(&context, b"secret").unwrap().unwrap();
        let scope = KeyScope::organization(acme.clone());
        pollster::block_on(keys.revoke(&scope, core::time::Duration::from_secs(9))).unwrap();
        let error = fields.try_open(&context, &sealed).unwrap().unwrap_err();
        assert!(!error.is_erased() && error.to_string().contains("is revoked"), "{error}");
        assert!(fields.try_seal(&context, b"secret").unwrap().is_err());
    }
}
