//! Envelope encryption: the AXE1 message and what is done with it.
//!
//! [`seal`] makes a message, [`open`] reads it, [`describe`] says which key it needs, [`rewrap`] moves it to another
//! key.
//!
//! ```
//! use axiom_crypto::{Context, KeyFile, envelope};
//!
//! # let directory = tempfile::tempdir()?;
//! # pollster::block_on(async {
//! let keys = KeyFile::create(directory.path().join("orders.key"))?;
//! let context = Context::new([("organization", "org_7f3c"), ("purpose", "connection-state")])?;
//!
//! let message = envelope::seal(b"arn:aws:iam::123456789012:role/reader", &context, &keys).await?;
//! let plaintext = envelope::open(&message, &context, &keys).await?;
//! assert_eq!(*plaintext, b"arn:aws:iam::123456789012:role/reader");
//!
//! let other = Context::new([("organization", "org_0000"), ("purpose", "connection-state")])?;
//! assert!(envelope::open(&message, &other, &keys).await.is_err());
//! # Ok::<(), axiom_crypto::Error>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Format AXE1
//! Integers are unsigned and big-endian. A message is an *immutable part*, a *mutable part* and a *body*:
//! ```text
//! offset size
//!      0    4  magic: "AXE1"
//!      4    1  suite: 1
//!      5    1  flags: 0
//!      6    1  length of the key reference: 0 (the recipients are inline)
//!      7   32  key commitment
//!     39   32  context digest
//!     71   12  nonce
//!     83    1  frame size: 0 (the body is one frame)
//!                                                        ─── end of the immutable part, 84 bytes
//!     84    1  number of recipients, 1 to 16; for each of them:
//!           1    length p of the provider, 1 to 32
//!           p    provider: a-z 0-9 -
//!           1    length k of the key id, 1 to 255
//!           k    key id: printable ASCII without spaces
//!           2    key version, 0 where the key has none
//!           2    length w of the wrapped data key, at least 1
//!           w    wrapped data key, in the provider's own form
//!                                                        ─── end of the mutable part
//!           n  ciphertext, as long as the plaintext
//!          16  tag
//! ```
//! Suite, flags, key reference length and frame size have no other value in this version. A reader refuses any other,
//! so it never opens what it does not understand.
//!
//! # Key schedule of suite 1
//! Every message has a data key (DEK) of 32 random bytes and a random nonce of its own.
//! ```text
//! content key ‖ key commitment = HKDF-SHA256(ikm = DEK, salt = none, info = "axiom/axe1/schedule" ‖ suite, 64 bytes)
//! context digest               = SHA-256(canonical context), see `Context`
//! ciphertext ‖ tag             = AES-256-GCM(content key, nonce, associated data = immutable part, plaintext)
//! wrapped data key             = wrap(DEK, binding = context digest ‖ key commitment), see `KeyFile`
//! ```
//! The data key itself encrypts nothing, so that each suite gets keys of its own and the commitment covers exactly the
//! key in use.
//!
//! # What it promises
//! - **Secrecy and integrity** of the plaintext under AES-256-GCM. One data key encrypts one message, so the number of
//!   messages has no limit; a single plaintext has at most 2^36 − 32 bytes and is held in memory whole.
//! - **Context**: the message opens under the context it was sealed with. The body carries the digest as associated
//!   data, the wrapped key through the binding.
//! - **Commitment**: AES-GCM alone lets one who knows two keys make a ciphertext that opens under both, to different
//!   plaintexts. The commitment is compared in constant time before anything is decrypted, so a message has one
//!   content.
//! - **Overhead**: with a key file, 159 bytes.
//! - **Mutable recipients**: whoever holds the data key adds recipients, anyone removes them; neither immutable part
//!   nor body changes, so a hash over those two survives every [`rewrap`].
//!
//! # What it does not promise
//! - The list of recipients is not authenticated as a list: one who can write messages can drop a recipient, who then
//!   cannot open it, but can never change what the others read.
//! - The length of the plaintext, the names of the keys and the digest of the context are visible.
//! - A removed recipient who kept an old copy can still open that copy.

use zeroize::Zeroizing;

use crate::context::Context;
use crate::error::Error;
use crate::key::Key;
use crate::provider::{Binding, KeyId, KeyProvider};

mod draft;
mod header;
mod message;
mod opened;
mod recipient;
#[cfg(test)]
mod salamander;
#[cfg(test)]
mod vectors;

use draft::Draft;
pub use header::Header;
pub use message::Envelope;
use opened::Opened;
pub use recipient::Recipient;

/// Encrypts `plaintext` into a new message for the current key of `provider`.
///
/// # Errors
/// [`Error::TooLong`], [`Error::Random`], and what the provider answers.
pub async fn seal(plaintext: &[u8], context: &Context, provider: &dyn KeyProvider) -> Result<Vec<u8>, Error> {
    let draft = Draft::random(context)?;
    let recipient = wrap(draft.dek(), &draft.header().binding(), provider).await?;
    draft.finish(plaintext, recipient)
}

/// [`seal`] without waiting, or `None` where the provider must be waited for.
///
/// ```
/// use axiom_crypto::{Context, KeyFile, envelope};
///
/// # let directory = tempfile::tempdir()?;
/// let keys = KeyFile::create(directory.path().join("orders.key"))?;
/// let context = Context::new([("organization", "org_7f3c")])?;
/// let message = envelope::try_seal(b"secret", &context, &keys).expect("a key file never waits")?;
/// let plaintext = envelope::try_open(&message, &context, &keys).expect("a key file never waits")?;
/// assert_eq!(*plaintext, b"secret");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn try_seal(plaintext: &[u8], context: &Context, provider: &dyn KeyProvider) -> Option<Result<Vec<u8>, Error>> {
    let draft = match Draft::random(context) {
        Ok(draft) => draft,
        Err(error) => return Some(Err(error)),
    };
    let recipient = provider.try_wrap(draft.dek(), &draft.header().binding())?;
    Some(recipient.and_then(|recipient| draft.finish(plaintext, recipient)))
}

/// The plaintext of `message`, which wipes itself when it is dropped.
///
/// # Errors
/// [`Error::KeyNotFound`] where the provider holds none of the message's keys, [`Error::Open`] for everything that is
/// wrong with the message, the context or the key, and what the provider answers.
pub async fn open(message: &[u8], context: &Context, provider: &dyn KeyProvider) -> Result<Zeroizing<Vec<u8>>, Error> {
    let envelope = Envelope::parse(message)?;
    unwrap(&envelope, context, provider).await?.decrypt()
}

/// [`open`] without waiting, or `None` where the provider must be waited for.
pub fn try_open(
    message: &[u8],
    context: &Context,
    provider: &dyn KeyProvider,
) -> Option<Result<Zeroizing<Vec<u8>>, Error>> {
    let envelope = match Envelope::parse(message) {
        Ok(envelope) => envelope,
        Err(error) => return Some(Err(error)),
    };
    let recipient = match envelope.recipient_for(context, provider) {
        Ok(recipient) => recipient,
        Err(error) => return Some(Err(error)),
    };
    let dek = provider.try_unwrap(recipient, &envelope.header.binding())?;
    Some(dek.and_then(|dek| Opened::new(&envelope, dek)?.decrypt()))
}

/// The keys that open `message`, in its own order, without opening it.
///
/// The answer is read from the mutable part and not authenticated. Compared with [`KeyProvider::describe`] it tells
/// whether a message still has to be rewrapped after a rotation.
///
/// ```
/// use axiom_crypto::{Context, KeyFile, KeyProvider, envelope};
///
/// # let directory = tempfile::tempdir()?;
/// let keys = KeyFile::create(directory.path().join("orders.key"))?;
/// let context = Context::new([("organization", "org_7f3c")])?;
/// let message = envelope::try_seal(b"secret", &context, &keys).expect("a key file never waits")?;
/// assert_eq!(envelope::describe(&message)?, [keys.describe()]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`Error::Open`] where these bytes are no message.
pub fn describe(message: &[u8]) -> Result<Vec<KeyId>, Error> {
    Ok(Envelope::parse(message)?.recipients.into_iter().map(Recipient::into_key).collect())
}

/// The same message for the current key of `new` in place of the key of `old` that opens it.
///
/// Immutable part and body stay as they are, byte for byte; the body is not decrypted and other recipients stay.
/// The context must be the message's own.
///
/// ```
/// use axiom_crypto::envelope::{self, Envelope};
/// use axiom_crypto::{Context, KeyFile};
///
/// # let directory = tempfile::tempdir()?;
/// # pollster::block_on(async {
/// let old = KeyFile::create(directory.path().join("2025.key"))?;
/// let new = KeyFile::create(directory.path().join("2026.key"))?;
/// let context = Context::new([("organization", "org_7f3c")])?;
/// let before = envelope::seal(b"secret", &context, &old).await?;
///
/// let after = envelope::rewrap(&before, &context, &old, &new).await?;
/// assert_eq!(*envelope::open(&after, &context, &new).await?, b"secret");
/// assert!(envelope::open(&after, &context, &old).await.is_err());
/// assert_eq!(Envelope::parse(&after)?.body, Envelope::parse(&before)?.body);
/// # Ok::<(), axiom_crypto::Error>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Those of [`open`], but for a damaged body, which is not looked at.
pub async fn rewrap(
    message: &[u8],
    context: &Context,
    old: &dyn KeyProvider,
    new: &dyn KeyProvider,
) -> Result<Vec<u8>, Error> {
    let mut envelope = Envelope::parse(message)?;
    let replaced = envelope.recipient_for(context, old)?.key().clone();
    let added = wrap_again(&envelope, context, old, new).await?;
    envelope.recipients.retain(|recipient| *recipient.key() != replaced && recipient.key() != added.key());
    envelope.recipients.push(added);
    envelope.encode()
}

/// The same message with the current key of `new` as a further recipient.
///
/// `holder` opens it today. Immutable part and body stay as they are, byte for byte. To take a recipient out again, see
/// [`Envelope`].
///
/// # Errors
/// Those of [`rewrap`], and [`Error::Invalid`] where the message has 16 recipients already.
pub async fn add_recipient(
    message: &[u8],
    context: &Context,
    holder: &dyn KeyProvider,
    new: &dyn KeyProvider,
) -> Result<Vec<u8>, Error> {
    let mut envelope = Envelope::parse(message)?;
    let added = wrap_again(&envelope, context, holder, new).await?;
    envelope.recipients.retain(|recipient| recipient.key() != added.key());
    envelope.recipients.push(added);
    envelope.encode()
}

async fn wrap_again(
    envelope: &Envelope<'_>,
    context: &Context,
    holder: &dyn KeyProvider,
    new: &dyn KeyProvider,
) -> Result<Recipient, Error> {
    let opened = unwrap(envelope, context, holder).await?;
    wrap(opened.dek(), &envelope.header.binding(), new).await
}

async fn wrap(dek: &Key, binding: &Binding, provider: &dyn KeyProvider) -> Result<Recipient, Error> {
    match provider.try_wrap(dek, binding) {
        Some(recipient) => recipient,
        None => provider.wrap(dek, binding).await,
    }
}

async fn unwrap<'a>(
    envelope: &'a Envelope<'a>,
    context: &Context,
    provider: &dyn KeyProvider,
) -> Result<Opened<'a>, Error> {
    let recipient = envelope.recipient_for(context, provider)?;
    let binding = envelope.header.binding();
    let dek = match provider.try_unwrap(recipient, &binding) {
        Some(dek) => dek?,
        None => provider.unwrap(recipient, &binding).await?,
    };
    Opened::new(envelope, dek)
}
