//! Messages of the AWS Encryption SDK, to be read and written beside those who use it.
//!
//! [`encrypt`] and [`decrypt`] work on a value in memory, [`encrypt_stream`] and [`decrypt_stream`] on a [`Read`] and a
//! [`Write`] of any length, one frame at a time; [`describe`] says without a key which keys open a message. For what no
//! other software has to read, use [`envelope`](crate::envelope).
//!
//! ```
//! use axiom_crypto::aws_esdk::{self, EncryptionContext, FRAME_LENGTH, RawAesKeyring};
//! use axiom_crypto::Key;
//!
//! let keyring = RawAesKeyring::new("acme", "exports-2026", &Key::generate()?)?;
//! let context = EncryptionContext::new([("organization", "org_7f3c"), ("purpose", "export")])?;
//! let message = aws_esdk::encrypt(b"role/reader", &context, &[&keyring], FRAME_LENGTH)?;
//!
//! let required = EncryptionContext::new([("organization", "org_7f3c")])?;
//! let decrypted = aws_esdk::decrypt(&message, &required, &[&keyring])?;
//! assert_eq!(*decrypted.plaintext, b"role/reader");
//! assert_eq!(decrypted.context.get("purpose"), Some("export"));
//!
//! let other = EncryptionContext::new([("organization", "org_0000")])?;
//! assert!(aws_esdk::decrypt(&message, &other, &[&keyring]).is_err());
//! # Ok::<(), axiom_crypto::Error>(())
//! ```
//!
//! # What is supported
//! Message format version 2 with algorithm suite 0x0478: AES-256-GCM, HKDF-SHA512, key commitment, no signature, a body
//! in frames. Version 1 and all its suites, which do not commit to their key, suite 0x0578, which signs with ECDSA, and
//! bodies without frames are refused with [`Error::Unsupported`]. Keys come from [`RawAesKeyring`]s, 1 to 16 a message;
//! a message for AWS KMS keys as well opens where one of its data keys is for a raw keyring. Pairs that a writer
//! authenticates without storing them (the *required encryption context* CMM) are not supported: such a message does
//! not open.
//!
//! # Format
//! Integers are unsigned and big-endian.
//! ```text
//! size
//!    1  version: 2
//!    2  suite: 0x0478
//!   32  message id, random
//!    2  length c of the encryption context
//!    c  the encryption context, see `EncryptionContext`
//!    2  number of encrypted data keys; for each of them:
//!          2  length p of the provider id
//!          p  provider id
//!          2  length i of the provider information
//!          i  provider information
//!          2  length k of the encrypted data key
//!          k  encrypted data key, see `RawAesKeyring`
//!    1  content type: 2, in frames
//!    4  frame length f, 1 to 2^32 − 1
//!   32  key commitment                       ─── all so far is the associated data of the header's tag
//!   16  tag of the header, IV 0
//! any number of frames:
//!    4  sequence number s, from 1
//!   12  IV: s
//!    f  ciphertext
//!   16  tag
//! the last frame:
//!    4  0xffffffff
//!    4  sequence number s
//!   12  IV: s
//!    4  length n, 0 to f
//!    n  ciphertext
//!   16  tag
//!
//! content key    = HKDF-SHA512(ikm = data key, salt = message id, info = suite ‖ "DERIVEKEY", 32 bytes)
//! key commitment = HKDF-SHA512(ikm = data key, salt = message id, info = "COMMITKEY", 32 bytes)
//! associated data of a frame = message id ‖ "AWSKMSEncryptionClient Frame" ‖ s in 4 bytes ‖ f in 8 bytes
//!              of the last   = message id ‖ "AWSKMSEncryptionClient Final Frame" ‖ s in 4 bytes ‖ n in 8 bytes
//! ```
//! Source: AWS Encryption SDK Developer Guide, "AWS Encryption SDK message format reference"; AWS Encryption SDK
//! specification (`awslabs/aws-encryption-sdk-specification`), `data-format/` and `framework/`. The tests read messages
//! of the Python SDK, which reads ours.
//!
//! # What it promises
//! - A message that was changed in any bit, cut, prolonged, or whose frames were exchanged, repeated or left out fails
//!   with [`Error::Open`]. The commitment is compared in constant time before anything is decrypted.
//! - No byte of a frame is given out before its tag has been checked, no byte of the body before that of the header.
//! - Lengths that lie cost no memory: space is taken as bytes arrive.
//!
//! # What it does not promise
//! - The context, the names of the keys and the length of the plaintext stand readable in the message.
//! - Without a signature every holder of one of a message's keys can write messages for the others.
//! - A reader holds one frame in memory, and its length is the writer's choice, up to 4 GiB. Messages come from holders
//!   of the key, so this is a matter among them.
//! - Frames longer than 2^31 − 1 bytes are refused by the Python SDK.

use core::fmt;
use core::num::NonZero;
use std::io::{BufReader, Read, Write};

use zeroize::{Zeroize, Zeroizing};

use crate::error::Error;

mod context;
mod data_key;
mod header;
mod keyring;
mod keys;
mod reader;
mod transcript;
mod writer;

pub use context::EncryptionContext;
pub use data_key::EncryptedDataKey;
pub use header::Header;
pub use keyring::RawAesKeyring;
use reader::Reader;
use transcript::{Transcript, fill, stream};
use writer::{LAST_OVERHEAD, OVERHEAD, Writer};

/// The frame length that the SDKs use by default: 4096 bytes.
pub const FRAME_LENGTH: NonZero<u32> = NonZero::new(4096).unwrap();

/// Encrypts `plaintext` into a message that each of these keyrings opens, under a data key of its own.
///
/// # Errors
/// [`Error::Invalid`] where there are not 1 to 16 keyrings or the plaintext takes more than 2^32 − 1 frames;
/// [`Error::Random`].
pub fn encrypt(
    plaintext: &[u8],
    context: &EncryptionContext,
    keyrings: &[&RawAesKeyring],
    frame_length: NonZero<u32>,
) -> Result<Vec<u8>, Error> {
    let (mut writer, mut message) = Writer::start(context, keyrings, frame_length)?;
    let frame = usize::try_from(frame_length.get()).unwrap_or(usize::MAX);
    message.reserve_exact(plaintext.len() + plaintext.len() / frame * OVERHEAD + LAST_OVERHEAD);
    let mut rest = plaintext;
    loop {
        let (content, after) = rest.split_at(rest.len().min(frame));
        writer.frame(content, after.is_empty(), &mut message)?;
        if after.is_empty() {
            return Ok(message);
        }
        rest = after;
    }
}

/// Encrypts all that `plaintext` gives into a message written to `message`, in the memory of two frames.
///
/// ```
/// use axiom_crypto::aws_esdk::{self, EncryptionContext, FRAME_LENGTH, RawAesKeyring};
/// use axiom_crypto::Key;
///
/// let keyring = RawAesKeyring::new("acme", "exports-2026", &Key::generate()?)?;
/// let context = EncryptionContext::default();
/// let (mut message, mut plaintext) = (Vec::new(), Vec::new());
/// aws_esdk::encrypt_stream(&[7; 10_000][..], &mut message, &context, &[&keyring], FRAME_LENGTH)?;
/// aws_esdk::decrypt_stream(&message[..], &mut plaintext, &context, &[&keyring])?;
/// assert_eq!(plaintext, [7; 10_000]);
/// # Ok::<(), axiom_crypto::Error>(())
/// ```
///
/// # Errors
/// Those of [`encrypt`], and [`Error::Stream`]. What is written by then is no message and does not open.
pub fn encrypt_stream(
    mut plaintext: impl Read,
    mut message: impl Write,
    context: &EncryptionContext,
    keyrings: &[&RawAesKeyring],
    frame_length: NonZero<u32>,
) -> Result<(), Error> {
    let (mut writer, mut bytes) = Writer::start(context, keyrings, frame_length)?;
    let too_long = |_| Error::Invalid { what: "frame length", reason: "must be less than the address space" };
    let frame = usize::try_from(frame_length.get()).map_err(too_long)?;
    // One byte more than a frame tells whether the frame is the last one.
    let mut buffer = Zeroizing::new(vec![0; frame.saturating_add(1)]);
    let mut filled = 0;
    loop {
        filled += fill(&mut plaintext, &mut buffer[filled..])?;
        let last = filled <= frame;
        writer.frame(&buffer[..filled.min(frame)], last, &mut bytes)?;
        message.write_all(&bytes).map_err(stream)?;
        if last {
            return message.flush().map_err(stream);
        }
        bytes.clear();
        buffer[0] = buffer[frame];
        filled = 1;
    }
}

/// The plaintext of `message` and the context it was encrypted with, which must have every pair of `required`.
///
/// The keyrings are tried in turn, so that messages under an older key still open during a rotation.
///
/// # Errors
/// [`Error::Unsupported`] for messages of the SDK in a form that is not supported, [`Error::Open`] for everything that
/// is wrong with the message, the context or the keys.
pub fn decrypt(message: &[u8], required: &EncryptionContext, keyrings: &[&RawAesKeyring]) -> Result<Decrypted, Error> {
    let mut reader = Reader::start(message, required, keyrings)?;
    // A message is longer than its plaintext, so the plaintext never moves.
    let mut plaintext = Zeroizing::new(Vec::with_capacity(message.len()));
    while !reader.frame(&mut plaintext)? {}
    Ok(Decrypted { plaintext, context: reader.finish()? })
}

/// Decrypts the message that `message` gives, to its end, into `plaintext`, in the memory of one frame.
///
/// Answers the context that the message was encrypted with, which must have every pair of `required`.
///
/// What is in `plaintext` before this function answers is authentic, and maybe only a beginning: only with the answer
/// is it known to be whole. **On an error discard it.**
///
/// # Errors
/// Those of [`decrypt`], and [`Error::Stream`].
pub fn decrypt_stream(
    message: impl Read,
    mut plaintext: impl Write,
    required: &EncryptionContext,
    keyrings: &[&RawAesKeyring],
) -> Result<EncryptionContext, Error> {
    let mut reader = Reader::start(BufReader::new(message), required, keyrings)?;
    let mut content = Zeroizing::new(Vec::new());
    loop {
        let last = reader.frame(&mut content)?;
        plaintext.write_all(&content).map_err(stream)?;
        // Wiped and not only cleared: when the next frame makes it grow, it holds nothing worth a copy.
        content.zeroize();
        if last {
            break;
        }
    }
    let context = reader.finish()?;
    plaintext.flush().map_err(stream)?;
    Ok(context)
}

/// What a message says of itself, without a key and without proof: nothing of it has been authenticated.
///
/// A message may be cut after its header, so the beginning of a file will do.
///
/// ```
/// use axiom_crypto::aws_esdk::{self, EncryptionContext, FRAME_LENGTH, RawAesKeyring};
/// use axiom_crypto::Key;
///
/// let keyring = RawAesKeyring::new("acme", "exports-2026", &Key::generate()?)?;
/// let message = aws_esdk::encrypt(b"", &EncryptionContext::default(), &[&keyring], FRAME_LENGTH)?;
/// let header = aws_esdk::describe(&message)?;
/// assert_eq!(header.data_keys()[0].provider(), "acme");
/// # Ok::<(), axiom_crypto::Error>(())
/// ```
///
/// # Errors
/// [`Error::Unsupported`] as in [`decrypt`], [`Error::Open`] for bytes that are no such message.
pub fn describe(message: &[u8]) -> Result<Header, Error> {
    Header::read(&mut Transcript::new(message))
}

/// The content of a message.
#[non_exhaustive]
pub struct Decrypted {
    /// The plaintext, which wipes itself when it is dropped.
    pub plaintext: Zeroizing<Vec<u8>>,
    /// The context that the message was encrypted with; it may have more pairs than were required.
    pub context: EncryptionContext,
}

impl fmt::Debug for Decrypted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decrypted").field("context", &self.context).finish_non_exhaustive()
    }
}
