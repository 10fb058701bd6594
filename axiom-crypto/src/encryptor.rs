//! Envelope encryption as a host sets it up once.

use core::fmt;
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::cache::{DataKeyCache, Party};
use crate::context::Context;
use crate::envelope::{self, Algorithms, Envelope, Patience, Recipient, Stop, at_once, waited};
use crate::error::Error;
use crate::provider::{KeyId, KeyProvider};
use crate::stream;
use crate::suite::{Backend, Suite};

/// Seals and opens messages for one or several key providers, with a suite and a backend.
///
/// Every message is written for the current key of each provider, so that any one of them opens it: a key service in a
/// second region takes over where the first is down. They are asked in the order in which they were given.
///
/// ```
/// use std::sync::Arc;
///
/// use axiom_crypto::{Context, Encryptor, KeyFile, Suite};
///
/// # let directory = tempfile::tempdir()?;
/// let [west, east] = ["west.key", "east.key"].map(|name| KeyFile::create(directory.path().join(name)));
/// let (west, east) = (Arc::new(west?), Arc::new(east?));
/// let both = Encryptor::new(west).and(east.clone()).suite(Suite::Xaes256Gcm);
///
/// let context = Context::new([("organization", "org_7f3c")])?;
/// let message = both.try_seal(b"secret", &context).expect("key files never wait")?;
/// let opened = Encryptor::new(east).try_open(&message, &context).expect("a key file never waits")?;
/// assert_eq!(*opened, b"secret");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Encryptor {
    providers: Vec<Arc<dyn KeyProvider>>,
    pub(crate) algorithms: Algorithms,
    /// The binary logarithm of the length of a frame.
    pub(crate) frame: u8,
    cache: Option<Cached>,
}

/// A cache, and the number that it knows the providers by.
#[derive(Clone)]
struct Cached {
    cache: DataKeyCache,
    number: u64,
}

impl Encryptor {
    /// Messages for the current key of `provider`, in AES-256-GCM.
    pub fn new(provider: Arc<dyn KeyProvider>) -> Self {
        let algorithms = Algorithms::default();
        Self { providers: vec![provider], algorithms, frame: stream::FRAME, cache: None }
    }

    /// Messages that `provider` can open as well; sealing fails where one of the providers fails.
    ///
    /// A message has at most 16 recipients.
    #[must_use]
    pub fn and(mut self, provider: Arc<dyn KeyProvider>) -> Self {
        self.providers.push(provider);
        match self.cache.take() {
            Some(Cached { cache, .. }) => self.cache(&cache),
            None => self,
        }
    }

    /// Seals with this suite; messages of every suite are opened.
    #[must_use]
    pub const fn suite(mut self, suite: Suite) -> Self {
        self.algorithms.suite = suite;
        self
    }

    /// Computes with this backend.
    #[must_use]
    pub const fn backend(mut self, backend: Backend) -> Self {
        self.algorithms.backend = backend;
        self
    }

    /// Shares data keys between messages of the same organization and subject, and keeps those of messages that it
    /// opens; see [`DataKeyCache`].
    ///
    /// Clones of the cache share what they keep, so one of them can be evicted from elsewhere. The providers are told of
    /// it ([`KeyProvider::evict_with`]), so that what a [`KeyTree`](crate::KeyTree) erases goes from the cache too.
    #[must_use]
    pub fn cache(mut self, cache: &DataKeyCache) -> Self {
        let number = cache.number(&self.providers);
        self.providers.iter().for_each(|provider| provider.evict_with(cache));
        self.cache = Some(Cached { cache: cache.clone(), number });
        self
    }

    /// Encrypts `plaintext` into a new message.
    ///
    /// # Errors
    /// [`Error::TooLong`], [`Error::Random`], [`Error::OutlivesSubject`] where the context names a data subject and a
    /// provider's key is not that subject's, and what a provider answers.
    pub async fn seal(&self, plaintext: &[u8], context: &Context) -> Result<Vec<u8>, Error> {
        let mut message = Vec::new();
        self.seal_into(plaintext, context, &mut message).await?;
        Ok(message)
    }

    /// [`seal`](Self::seal) without waiting, or `None` where a provider must be waited for.
    #[must_use]
    pub fn try_seal(&self, plaintext: &[u8], context: &Context) -> Option<Result<Vec<u8>, Error>> {
        let mut message = Vec::new();
        let sealed = self.try_seal_into(plaintext, context, &mut message)?;
        Some(sealed.map(|()| message))
    }

    /// Encrypts `plaintext` into a new message that takes the place of what is in `message`.
    ///
    /// Who seals many messages one after the other saves the allocation of each, and on AWS-LC (feature `fast`) a pass
    /// over the bytes, as long as the data key comes from a [cache](Self::cache); without one it is no faster than
    /// [`seal`](Self::seal). What was in `message` is overwritten, not wiped. After a failure, and where the future is
    /// dropped, its content is of no use, but it is never the plaintext.
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use axiom_crypto::{Context, DataKeyCache, Encryptor, KeyFile};
    ///
    /// # let directory = tempfile::tempdir()?;
    /// let keys = KeyFile::create(directory.path().join("frames.key"))?;
    /// let encryptor = Encryptor::new(Arc::new(keys)).cache(&DataKeyCache::new());
    ///
    /// let (context, mut message) = (Context::new([("organization", "org_7f3c")])?, Vec::new());
    /// for frame in ["one", "two", "three"] {
    ///     encryptor.try_seal_into(frame.as_bytes(), &context, &mut message).expect("a key file never waits")?;
    ///     let opened = encryptor.try_open(&message, &context).expect("a key file never waits")?;
    ///     assert_eq!(*opened, frame.as_bytes());
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`seal`](Self::seal).
    pub async fn seal_into(&self, plaintext: &[u8], context: &Context, message: &mut Vec<u8>) -> Result<(), Error> {
        if let Some(sealed) = self.seal_at_once(plaintext, context, message) {
            return sealed;
        }
        waited(self.seal_with(plaintext, context, message, Patience::Waits)).await
    }

    /// [`seal_into`](Self::seal_into) without waiting, or `None` where a provider must be waited for.
    #[must_use]
    pub fn try_seal_into(
        &self,
        plaintext: &[u8],
        context: &Context,
        message: &mut Vec<u8>,
    ) -> Option<Result<(), Error>> {
        let sealed = self.seal_at_once(plaintext, context, message);
        sealed.or_else(|| at_once(self.seal_with(plaintext, context, message, Patience::None)))
    }

    /// The plaintext of `message`, which wipes itself when it is dropped.
    ///
    /// # Errors
    /// [`Error::KeyNotFound`] where no provider holds a key of the message, [`Error::Provider`] where those that do
    /// have failed, [`Error::Open`] for everything that is wrong with the message, the context or the key.
    pub async fn open(&self, message: &[u8], context: &Context) -> Result<Zeroizing<Vec<u8>>, Error> {
        waited(self.open_with(message, context, Patience::Waits)).await
    }

    /// [`open`](Self::open) without waiting, or `None` where a provider must be waited for.
    #[must_use]
    pub fn try_open(&self, message: &[u8], context: &Context) -> Option<Result<Zeroizing<Vec<u8>>, Error>> {
        at_once(self.open_with(message, context, Patience::None))
    }

    /// The same message for the current keys of the providers, or `None` where it is for them already.
    ///
    /// Recipients that the providers hold and that are no longer current go, those of others stay. Immutable part and
    /// body are the same, byte for byte; the body is not decrypted. Doing it twice is doing it once.
    ///
    /// # Errors
    /// Those of [`open`](Self::open), but for a damaged body, which is not looked at.
    pub async fn rewrap(&self, message: &[u8], context: &Context) -> Result<Option<Vec<u8>>, Error> {
        let mut envelope = Envelope::parse(message)?;
        let current: Vec<KeyId> = self.providers.iter().map(|provider| provider.describe()).collect();
        let is_current = |recipient: &Recipient| current.contains(recipient.key());
        let ours = |recipient: &Recipient| self.providers.iter().any(|provider| provider.holds(recipient.key()));
        let complete = current.iter().all(|key| envelope.recipients.iter().any(|recipient| recipient.key() == key));
        if complete && envelope.recipients.iter().all(|recipient| is_current(recipient) || !ours(recipient)) {
            return Ok(None);
        }
        let mut recipients = Vec::new();
        for provider in &self.providers {
            recipients.push(self.recipient(&envelope, context, &**provider).await?);
        }
        envelope.recipients.retain(|recipient| !is_current(recipient) && !ours(recipient));
        recipients.append(&mut envelope.recipients);
        envelope.recipients = recipients;
        envelope.encode().map(Some)
    }

    /// The recipient of `envelope` for the current key of `provider`.
    async fn recipient(
        &self,
        envelope: &Envelope<'_>,
        context: &Context,
        provider: &dyn KeyProvider,
    ) -> Result<Recipient, Error> {
        let current = provider.describe();
        let of_key = |recipient: &&Recipient| *recipient.key() == current;
        if let Some(recipient) = envelope.recipients.iter().find(of_key) {
            return Ok(recipient.clone());
        }
        envelope.check_context(context)?;
        let binding = envelope.header.binding(context);
        envelope::check_subject(&binding, &[provider])?;
        if let Some(older) = envelope.recipients.iter().find(|recipient| provider.holds(recipient.key())) {
            return provider.rewrap(older, &binding).await;
        }
        waited(async {
            let backend = self.algorithms.backend;
            let (key, _) = envelope::unwrap(envelope, context, &self.providers(), backend, Patience::Waits).await?;
            let mut wrapped = envelope::wrap(key.dek(), &binding, &[provider], Patience::Waits).await?;
            Ok(wrapped.pop().expect("one provider makes one recipient"))
        })
        .await
    }

    /// Seals with a data key of the cache, where one is there.
    fn seal_at_once(&self, plaintext: &[u8], context: &Context, message: &mut Vec<u8>) -> Option<Result<(), Error>> {
        let (cache, party) = self.cached()?;
        if !cache.has_room_for(plaintext.len()) {
            return None;
        }
        let key = cache.sealing_key_at_hand(&party, context, plaintext.len())?;
        Some(key.seal_into(plaintext, context, message))
    }

    async fn seal_with(
        &self,
        plaintext: &[u8],
        context: &Context,
        message: &mut Vec<u8>,
        patience: Patience,
    ) -> Result<(), Stop> {
        match self.cached() {
            Some((cache, party)) if cache.has_room_for(plaintext.len()) => {
                let key = cache.sealing_key(&party, context, plaintext.len(), patience).await?;
                key.seal_into(plaintext, context, message)?;
            }
            _ => {
                let (providers, algorithms) = (self.providers(), self.algorithms);
                *message = envelope::seal_alone(plaintext, context, &providers, algorithms, patience).await?;
            }
        }
        Ok(())
    }

    async fn open_with(
        &self,
        message: &[u8],
        context: &Context,
        patience: Patience,
    ) -> Result<Zeroizing<Vec<u8>>, Stop> {
        let Some((cache, party)) = self.cached() else {
            let backend = self.algorithms.backend;
            return envelope::open_with(message, context, &self.providers(), backend, patience).await;
        };
        let envelope = Envelope::parse(message)?;
        let key = match cache.opening_key_at_hand(&party, &envelope, context) {
            Some(key) => key,
            None => cache.opening_key(&party, &envelope, context, patience).await?,
        };
        Ok(key.open(&envelope.header, envelope.body)?)
    }

    fn cached(&self) -> Option<(&DataKeyCache, Party<'_>)> {
        let Cached { cache, number } = self.cache.as_ref()?;
        Some((cache, Party { number: *number, providers: &self.providers, algorithms: self.algorithms }))
    }

    pub(crate) fn providers(&self) -> Vec<&dyn KeyProvider> {
        self.providers.iter().map(|provider| &**provider).collect()
    }
}

impl fmt::Debug for Encryptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<String> = self.providers.iter().map(|provider| provider.describe().to_string()).collect();
        write!(f, "Encryptor({}, {})", self.algorithms.suite, keys.join(", "))
    }
}
