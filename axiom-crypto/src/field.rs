//! Encryption of single event fields.

use std::sync::Arc;

use async_trait::async_trait;
use axiom_core::{Opener, SealContext, SealError, Sealer};

use crate::context::Context;
use crate::envelope;
use crate::error::Error;
use crate::provider::KeyProvider;

/// Seals and opens fields of events, one AXE1 message each.
///
/// A field's context has three pairs: `organization`, `event` (the event id in its hyphenated form) and `pointer` (the
/// field's JSON Pointer, at most 1024 bytes). Other tools open a field with [`envelope::open`] and that context.
///
/// With a provider that never waits, such as [`KeyFile`](crate::KeyFile), sealing never suspends. [`Opener`] is
/// synchronous: it opens with such a provider only and answers [`SealError`] for one that must be waited for; there,
/// use [`envelope::open`].
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
/// let context = SealContext { organization: &organization, event, pointer: "/beforeState" };
///
/// let sealed = fields.try_seal(&context, b"secret").expect("a key file never waits")?;
/// assert_eq!(fields.open(&context, &sealed)?, b"secret");
///
/// let elsewhere = SealContext { pointer: "/afterState", ..context };
/// assert!(fields.open(&elsewhere, &sealed).is_err());
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

impl Opener for FieldSealer {
    fn open(&self, context: &SealContext<'_>, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let context = field_context(context).map_err(|_| SealError::opening())?;
        let opened = envelope::try_open(sealed, &context, &*self.provider).ok_or_else(SealError::opening)?;
        // Taken out of its wrapper without a copy; the host now answers for it.
        opened.map(|mut plaintext| core::mem::take(&mut *plaintext)).map_err(|_| SealError::opening())
    }
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
    use crate::provider::{Binding, KeyFile, KeyId};

    /// A provider that must be waited for, or that fails.
    struct Remote(Option<KeyFile>);

    #[async_trait]
    impl KeyProvider for Remote {
        fn describe(&self) -> KeyId {
            self.0.as_ref().map_or_else(|| KeyId::new("remote", "none", 0).unwrap(), KeyProvider::describe)
        }

        async fn wrap(&self, dek: &Key, binding: &Binding) -> Result<Recipient, Error> {
            let denied = || Error::Provider { provider: "remote".into(), source: "access denied".into() };
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
        let context = SealContext { organization: &acme, event: event(), pointer: "/a" };
        let sealed = fields.try_seal(&context, b"secret").unwrap().unwrap();
        assert_eq!(fields.open(&context, &sealed).unwrap(), b"secret");
        assert!(fields.open(&SealContext { organization: &other, ..context }, &sealed).is_err());
        assert!(fields.open(&SealContext { event: EventId::from_bytes([4; 16]), ..context }, &sealed).is_err());
        assert!(fields.open(&SealContext { pointer: "/b", ..context }, &sealed).is_err());
    }

    #[test]
    fn a_provider_that_must_be_waited_for_seals_in_the_async_way_only() {
        let fields = FieldSealer::new(Arc::new(Remote(Some(key_file()))));
        let acme = "acme".parse().unwrap();
        let context = SealContext { organization: &acme, event: event(), pointer: "/a" };
        assert!(fields.try_seal(&context, b"secret").is_none());
        let sealed = pollster::block_on(fields.seal(&context, b"secret")).unwrap();
        assert!(fields.open(&context, &sealed).is_err());
        assert_eq!(FieldSealer::new(Arc::new(key_file())).open(&context, &sealed).unwrap(), b"secret");
    }

    #[test]
    fn a_failed_seal_says_why_and_not_what() {
        let fields = FieldSealer::new(Arc::new(Remote(None)));
        let acme = "acme".parse().unwrap();
        let context = SealContext { organization: &acme, event: event(), pointer: "/a" };
        let message = pollster::block_on(fields.seal(&context, b"hunter2")).unwrap_err().to_string();
        assert_eq!(message, "sealing failed: the key provider remote failed: access denied");
    }

    #[test]
    fn a_pointer_beyond_the_limit_is_refused() {
        let fields = FieldSealer::new(Arc::new(key_file()));
        let acme = "acme".parse().unwrap();
        let pointer = "/".repeat(1025);
        let context = SealContext { organization: &acme, event: event(), pointer: &pointer };
        assert!(fields.try_seal(&context, b"secret").unwrap().is_err());
        assert!(fields.open(&context, b"AXE1").is_err());
    }
}
