//! Encryption of single event fields.

use std::sync::Arc;

use async_trait::async_trait;
use axiom_core::{Opener, SealContext, SealError, Sealer};
use zeroize::Zeroizing;

use crate::context::Context;
use crate::envelope;
use crate::error::Error;
use crate::provider::KeyProvider;

/// Seals and opens fields of events, one AXE1 message each.
///
/// A field's context has three pairs: `organization`, `event` (the event id in its hyphenated form) and `pointer` (the
/// field's JSON Pointer, at most 1024 bytes). Other tools open a field with [`envelope::open`] and that context.
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
    provider: Arc<dyn KeyProvider>,
}

impl FieldSealer {
    /// A sealer that wraps its data keys with `provider`.
    pub fn new(provider: Arc<dyn KeyProvider>) -> Self {
        Self { provider }
    }
}

#[async_trait]
impl Sealer for FieldSealer {
    fn try_seal(&self, context: &SealContext<'_>, plaintext: &[u8]) -> Option<Result<Vec<u8>, SealError>> {
        let context = match field_context(context) {
            Ok(context) => context,
            Err(error) => return Some(Err(sealing(&error))),
        };
        let sealed = envelope::try_seal(plaintext, &context, &*self.provider)?;
        Some(sealed.map_err(|error| sealing(&error)))
    }

    async fn seal(&self, context: &SealContext<'_>, plaintext: &[u8]) -> Result<Vec<u8>, SealError> {
        let context = field_context(context).map_err(|error| sealing(&error))?;
        envelope::seal(plaintext, &context, &*self.provider).await.map_err(|error| sealing(&error))
    }
}

#[async_trait]
impl Opener for FieldSealer {
    fn try_open(&self, context: &SealContext<'_>, sealed: &[u8]) -> Option<Result<Vec<u8>, SealError>> {
        let Ok(context) = field_context(context) else { return Some(Err(SealError::opening())) };
        Some(handed_over(envelope::try_open(sealed, &context, &*self.provider)?))
    }

    async fn open(&self, context: &SealContext<'_>, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let context = field_context(context).map_err(|_| SealError::opening())?;
        handed_over(envelope::open(sealed, &context, &*self.provider).await)
    }
}

/// The plaintext, taken out of its wrapper without a copy; the host now answers for it.
fn handed_over(opened: Result<Zeroizing<Vec<u8>>, Error>) -> Result<Vec<u8>, SealError> {
    opened.map(|mut plaintext| core::mem::take(&mut *plaintext)).map_err(|_| SealError::opening())
}

impl core::fmt::Debug for FieldSealer {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "FieldSealer({})", self.provider.describe())
    }
}

fn field_context(context: &SealContext<'_>) -> Result<Context, Error> {
    let event = context.event.to_string();
    let pairs = [("organization", context.organization.as_str()), ("event", &event), ("pointer", context.pointer)];
    Context::new(pairs)
}

fn sealing(error: &Error) -> SealError {
    match core::error::Error::source(error) {
        Some(source) => SealError::sealing(format!("{error}: {source}")),
        None => SealError::sealing(error.to_string()),
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
            let denied = || Error::Provider {
                provider: "remote".into(),
                failure: Failure::Denied,
                source: "access denied".into(),
            };
            self.0.as_ref().ok_or_else(denied)?.wrap(dek, binding).await
        }

        async fn unwrap(&self, recipient: &Recipient, binding: &Binding) -> Result<Key, Error> {
            self.0.as_ref().ok_or(Error::Open)?.unwrap(recipient, binding).await
        }
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
    fn a_pointer_beyond_the_limit_is_refused() {
        let fields = FieldSealer::new(Arc::new(key_file()));
        let acme = "acme".parse().unwrap();
        let pointer = "/".repeat(1025);
        let context = SealContext::new(&acme, event(), &pointer);
        assert!(fields.try_seal(&context, b"secret").unwrap().is_err());
        assert!(fields.try_open(&context, b"AXE1").unwrap().is_err());
    }
}
