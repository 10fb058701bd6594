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
//! These functions give every message a data key of its own and use AES-256-GCM. An [`Encryptor`](crate::Encryptor)
//! chooses suite and backend and writes for several providers.
//!
//! # Format AXE1
//! Integers are unsigned and big-endian. A message is an *immutable part*, a *mutable part* and a *body*:
//! ```text
//! size
//!    4  magic: "AXE1"
//!    1  suite: 1 AES-256-GCM, 2 XAES-256-GCM, 3 AES-256-GCM-SIV
//!    1  flags: 1 where other messages of the same scope may have the same data key, else 0
//!    1  length r of the key reference: 0 (the recipients are inline) or 16 (there are none)
//!    r  key reference
//!   32  key commitment
//!   32  context digest
//!    n  nonce: 24 bytes in suite 2, else 12
//!    1  frame size: 0 (the body is one piece), or f from 12 to 20 (frames of 2^f bytes)
//!                                                        ─── end of the immutable part, 84, 96 or 112 bytes
//!    1  number of recipients, 1 to 16, or 0 with a key reference; for each of them:
//!          1    length p of the provider, 1 to 32
//!          p    provider: a-z 0-9 -
//!          1    length k of the key id, 1 to 255
//!          k    key id: printable ASCII without spaces
//!          2    key version, 0 where the key has none
//!          2    length w of the wrapped data key, at least 1
//!          w    wrapped data key, in the provider's own form
//!                                                        ─── end of the mutable part
//!       body, in one piece:
//!          ciphertext, as long as the plaintext, and a tag of 16 bytes
//!       body, in frames, 1 to 2^32 of them; for each one:
//!          ciphertext and a tag of 16 bytes; the ciphertext has 2^f bytes, in the last frame 1 to 2^f, or 0 where
//!          there is no other frame
//! ```
//! A reader refuses every other value, so it never opens what it does not understand, and a message has one encoding.
//! A key reference is for suite 2 alone, and excludes flag 1. In a message in frames, the last 5 bytes of the nonce are
//! zero, and flag 1 is for suite 2 alone.
//!
//! # Frames
//! A body in frames is what [`stream`](crate::stream) writes. Frame number i, from 0, is encrypted like a body of its
//! own, under the same key and with the same associated data, and under a nonce that tells its place: the last 5 bytes
//! are i (4 bytes) and 1 in the last frame, 0 in the others (1 byte). This is the STREAM construction of Hoang,
//! Reyhanitabar, Rogaway and Vizár ("Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance", CRYPTO
//! 2015) with a counter of 32 bits. A frame in another place, left out, repeated or of another message has another nonce
//! or another key, and its tag does not hold; a body that ends before its last frame lacks the 1.
//!
//! XAES-256-GCM derives its AES key from the first 12 bytes of the nonce, so all frames of a message have the same one.
//! Other suites have 7 random bytes before the counter; a framed message of theirs always has a data key of its own.
//!
//! # Key schedule
//! ```text
//! content key ‖ key commitment = HKDF-SHA256(ikm = DEK, salt = none, info = "axiom/axe1/schedule" ‖ suite, 64 bytes)
//! context digest               = SHA-256(canonical context), see `Context`
//! scope digest                 = SHA-256(canonical scope), see `Context`
//! wrapped data key             = wrap(DEK, binding), see `KeyFile`
//! binding                      = context digest ‖ key commitment, or with flag 1 scope digest ‖ key commitment
//! ciphertext ‖ tag             = suite(content key, nonce, associated data = immutable part, plaintext)
//!                    of frame i = the same with the frame's nonce and the frame's part of the plaintext
//! ```
//! The data key (DEK) is 32 random bytes; with a key reference, the referenced key is in its place. It encrypts nothing
//! itself, so that each suite gets keys of its own and the commitment covers exactly the key in use. Nonces are random.
//!
//! # What it promises
//! - **Secrecy and integrity** of the plaintext under the suite. A body in one piece has at most 2^36 − 32 bytes and is
//!   held in memory whole; one in frames has 2^32 of them, which is 2^48 bytes at the 64 KiB that are usual.
//! - **Context**: the message opens under the context it was sealed with. The body carries the digest as associated
//!   data, the wrapped key its digest, or that of its scope, through the binding.
//! - **Commitment**: AES-GCM alone lets one who knows two keys make a ciphertext that opens under both, to different
//!   plaintexts. The commitment is compared in constant time before anything is decrypted, so a message has one
//!   content.
//! - **Overhead**: with a key file, 159 bytes in suites 1 and 3, 171 in suite 2; with a key reference, 129; 16 more for
//!   each frame after the first.
//! - **Mutable recipients**: whoever holds the data key adds recipients, anyone removes them; neither immutable part
//!   nor body changes, so a hash over those two survives every [`rewrap`].
//!
//! # What it does not promise
//! - The list of recipients is not authenticated as a list: one who can write messages can drop a recipient, who then
//!   cannot open it, but can never change what the others read.
//! - The length of the plaintext, the names of the keys and the digest of the context are visible, and which messages
//!   share a data key.
//! - A removed recipient who kept an old copy can still open that copy.

use zeroize::Zeroizing;

use crate::context::Context;
use crate::error::Error;
use crate::provider::{KeyId, KeyProvider};
use crate::suite::{Backend, ContentKey, Suite};

mod data_key;
mod frames;
mod header;
mod message;
mod patience;
mod providers;
mod recipient;
mod reference;
#[cfg(test)]
mod salamander;
mod shared_key;
#[cfg(test)]
mod vectors;

pub(crate) use data_key::{DataKey, Use};
pub(crate) use frames::{Frames, shape};
pub(crate) use header::FRAMES;
pub use header::Header;
pub use message::Envelope;
use message::front;
pub(crate) use message::front_end;
pub(crate) use patience::{Patience, Stop, at_once, waited};
pub(crate) use providers::{check_subject, generate, unwrap, unwrap_any, wrap};
pub use recipient::Recipient;
pub use reference::KeyReference;
pub(crate) use shared_key::SharedKey;

/// Encrypts `plaintext` into a new message for the current key of `provider`.
///
/// # Errors
/// [`Error::TooLong`], [`Error::Random`], [`Error::OutlivesSubject`] where the context names a data subject and a
/// provider's key is not that subject's, and what the provider answers.
pub async fn seal(plaintext: &[u8], context: &Context, provider: &dyn KeyProvider) -> Result<Vec<u8>, Error> {
    waited(seal_alone(plaintext, context, &[provider], Algorithms::default(), Patience::Waits)).await
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
    at_once(seal_alone(plaintext, context, &[provider], Algorithms::default(), Patience::None))
}

/// The plaintext of `message`, which wipes itself when it is dropped.
///
/// # Errors
/// [`Error::KeyNotFound`] where the provider holds none of the message's keys, [`Error::Open`] for everything that is
/// wrong with the message, the context or the key, and what the provider answers.
pub async fn open(message: &[u8], context: &Context, provider: &dyn KeyProvider) -> Result<Zeroizing<Vec<u8>>, Error> {
    waited(open_with(message, context, &[provider], Backend::default(), Patience::Waits)).await
}

/// [`open`] without waiting, or `None` where the provider must be waited for.
pub fn try_open(
    message: &[u8],
    context: &Context,
    provider: &dyn KeyProvider,
) -> Option<Result<Zeroizing<Vec<u8>>, Error>> {
    at_once(open_with(message, context, &[provider], Backend::default(), Patience::None))
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
    let (added, opened) = wrap_again(&envelope, context, old, new).await?;
    let replaced = envelope.recipients.remove(opened);
    envelope.recipients.retain(|recipient| recipient.key() != replaced.key() && recipient.key() != added.key());
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
    let (added, _) = wrap_again(&envelope, context, holder, new).await?;
    envelope.recipients.retain(|recipient| recipient.key() != added.key());
    envelope.recipients.push(added);
    envelope.encode()
}

/// The data key for `new`, and the place of the recipient that `holder` got it from.
async fn wrap_again(
    envelope: &Envelope<'_>,
    context: &Context,
    holder: &dyn KeyProvider,
    new: &dyn KeyProvider,
) -> Result<(Recipient, usize), Error> {
    waited(async {
        let (key, opened) = unwrap(envelope, context, &[holder], Backend::default(), Patience::Waits).await?;
        let binding = envelope.header.binding(context);
        let mut added = wrap(key.dek(), &binding, &[new], Patience::Waits).await?;
        Ok((added.pop().expect("one provider makes one recipient"), opened))
    })
    .await
}

/// How a new message is encrypted, and by whom.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Algorithms {
    pub(crate) suite: Suite,
    pub(crate) backend: Backend,
}

/// A message with a data key of its own.
pub(crate) async fn seal_alone(
    plaintext: &[u8],
    context: &Context,
    providers: &[&dyn KeyProvider],
    algorithms: Algorithms,
    patience: Patience,
) -> Result<Vec<u8>, Stop> {
    let dek = generate(providers, patience).await?;
    let key = DataKey::new(algorithms.suite, algorithms.backend, dek);
    let header = key.header(context, Use::Alone)?;
    let recipients = wrap(key.dek(), &header.binding(context), providers, patience).await?;
    Ok(key.seal(&header, &recipients, plaintext)?)
}

/// What seals the frames of a new message, and the message so far.
pub(crate) async fn start(
    context: &Context,
    providers: &[&dyn KeyProvider],
    algorithms: Algorithms,
    frame: u8,
    patience: Patience,
) -> Result<(Frames<ContentKey>, Vec<u8>), Stop> {
    let dek = generate(providers, patience).await?;
    let key = DataKey::new(algorithms.suite, algorithms.backend, dek);
    let header = key.framed_header(context, frame)?;
    let recipients = wrap(key.dek(), &header.binding(context), providers, patience).await?;
    let (front, _) = front(&header, &recipients, 0)?;
    Ok((key.into_frames(&header).expect("the header is of a message in frames"), front))
}

pub(crate) async fn open_with(
    message: &[u8],
    context: &Context,
    providers: &[&dyn KeyProvider],
    backend: Backend,
    patience: Patience,
) -> Result<Zeroizing<Vec<u8>>, Stop> {
    let envelope = Envelope::parse(message)?;
    let (key, _) = unwrap(&envelope, context, providers, backend, patience).await?;
    Ok(key.open(&envelope.header, envelope.body)?)
}
