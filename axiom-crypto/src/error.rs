//! What can go wrong with keys and messages.

use std::io;
use std::path::PathBuf;

use axiom_core::{SignError, Timestamp};

use crate::envelope::KeyReference;
use crate::provider::{Failure, KeyId};

/// Why something could not be encrypted, decrypted or read.
///
/// No message repeats a key, a plaintext, a context value or the content of a file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Another has changed the record of a key in the meantime: read it again.
    #[error("the record of the key was changed by another")]
    Conflict,
    /// The key of an organization or data subject was destroyed; what it encrypted is erased.
    #[error("the key {key} was destroyed, and what it encrypted is erased")]
    Destroyed {
        /// The name of the key.
        key: KeyReference,
    },
    /// The scope that kept it has ended, and it is wiped; see [`Ephemeral`](crate::Ephemeral).
    #[error("the run has ended, and what it kept is wiped")]
    Ended,
    /// An environment variable does not hold what it should; its value is not shown.
    #[error("the environment variable {name} {reason}")]
    Environment {
        /// The variable.
        name: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A credential has ended, and its secret parts are wiped: get another one.
    #[error("the credential has expired at {at} or was wiped before")]
    Expired {
        /// From when on it is of no use.
        at: Timestamp,
    },
    /// A legal hold keeps the key from being revoked or destroyed: release it first.
    #[error("the key is under legal hold: {}", holds.join(", "))]
    Held {
        /// The names of the holds.
        holds: Vec<String>,
    },
    /// A value from the host is out of its limits: a context, a key id, a recipient, a public key.
    #[error("invalid {what}: {reason}")]
    Invalid {
        /// What was refused.
        what: &'static str,
        /// What it must be.
        reason: &'static str,
    },
    /// A key file could not be read or written; creating one where a file exists ends here too, as
    /// [`io::ErrorKind::AlreadyExists`].
    #[error("cannot access the key file {}", path.display())]
    Io {
        /// The key file.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// A key file is not what its format says; the content is not shown, not even in part.
    #[error("the key file {} is malformed: {reason}", path.display())]
    KeyFile {
        /// The key file.
        path: PathBuf,
        /// Which rule it breaks.
        reason: &'static str,
    },
    /// None of a message's recipients is a key of this provider.
    #[error("the provider holds no key of this message, which was written for {key}")]
    KeyNotFound {
        /// The message's first recipient; not authenticated, so a hint and no proof.
        key: KeyId,
    },
    /// A key store failed.
    #[error("the key store failed")]
    KeyStore {
        /// What it says; it must not hold key material.
        source: Box<dyn core::error::Error + Send + Sync>,
    },
    /// There is no such key, and there has been none.
    #[error("there is no such key")]
    NoKey,
    /// A message cannot be opened.
    ///
    /// One value for everything that can be wrong with it, so that an attacker who can submit messages learns nothing
    /// from the answer: malformed or damaged bytes, another context, a wrong key under the right name.
    #[error("cannot open the message: wrong key, wrong context or damaged bytes")]
    Open,
    /// What belongs to a data subject must be encrypted under that subject's key alone, or it could never be erased: see
    /// [`KeyTree::key`](crate::KeyTree::key).
    #[error("the context names a data subject: use that subject's own key, so that it can be erased")]
    OutlivesSubject,
    /// A private key file can be read or written by others than its owner.
    #[error("the key file {path} is open to others (mode {mode:03o}): run `chmod 600 {path}`", path = path.display())]
    Permissions {
        /// The key file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// A key provider failed.
    #[error("the key provider {provider} {failure}")]
    Provider {
        /// The provider's name, as in [`KeyId::provider`].
        provider: String,
        /// What kind of failure it is.
        failure: Failure,
        /// What it says; it must not hold key material.
        source: Box<dyn core::error::Error + Send + Sync>,
    },
    /// The operating system has no randomness to give, so no key or nonce can be made.
    #[error("the operating system gives no random bytes")]
    Random,
    /// The key of an organization or data subject is revoked, and can be restored until it is destroyed.
    #[error("the key {key} is revoked and may be destroyed from {due} on")]
    Revoked {
        /// The name of the key.
        key: KeyReference,
        /// From when on it may be destroyed.
        due: Timestamp,
    },
    /// A signer could not sign.
    #[error("the token could not be signed")]
    Sign(#[from] SignError),
    /// A stream could not be read or written.
    #[error("cannot read or write the stream")]
    Stream {
        /// What the stream says.
        source: io::Error,
    },
    /// A temporary file could not be made, overwritten or removed.
    #[error("cannot access the temporary file {}", path.display())]
    Temporary {
        /// The file or directory.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// The plaintext is longer than a message can be: 2^36 − 32 bytes in one piece, 2^32 frames in a stream.
    #[error("the plaintext is too long: a message holds 2^36 - 32 bytes in one piece, 2^32 frames in a stream")]
    TooLong,
    /// The message says that it is of a form that this crate does not read.
    #[error("not supported: {what}")]
    Unsupported {
        /// The form.
        what: &'static str,
    },
}

impl Error {
    /// What a reader or writer of this crate has put into `error`, or else what its stream says.
    pub(crate) fn from_io(error: io::Error) -> Self {
        error.downcast().unwrap_or_else(|source| Self::Stream { source })
    }
}

/// For readers and writers, whose traits allow no other error; [`io::Error::downcast`] gives it back.
///
/// [`Error::Stream`] becomes what the stream has said.
impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::Stream { source } => source,
            Error::Open | Error::Unsupported { .. } => Self::new(io::ErrorKind::InvalidData, error),
            other => Self::other(other),
        }
    }
}
