//! Envelope encryption, sealed event fields and Ed25519 signatures.
//!
//! | what | where |
//! |---|---|
//! | encrypt, decrypt and rewrap a value; the message format, byte by byte | [`envelope`] |
//! | the same with a suite, a backend, several providers | [`Encryptor`] |
//! | data keys that many messages share | [`DataKeyCache`] |
//! | files and streams of any length, in constant memory | [`stream`] |
//! | what a message is bound to | [`Context`] |
//! | who holds the keys: the trait, a local key file, memory | [`KeyProvider`], [`KeyFile`], [`MemoryKeys`] |
//! | keys in a key service, in an HSM; features `aws-kms`, `pkcs11` | `AwsKms`, `Pkcs11` |
//! | rotating them without an interruption | [`KeyRing`] |
//! | keys of organizations and data subjects, erasure by key | [`KeyTree`], [`KeyStore`] |
//! | sealed fields of audit events | [`FieldSealer`] |
//! | encrypted values that can be searched for | [`blind_index`] |
//! | keys of the pseudonyms that stand in for personal data | [`DerivedPseudonymKeys`] |
//! | secrets of any form, credentials that end | [`Secret`], [`TempCredential`] |
//! | what lives as long as one run | [`Ephemeral`] |
//! | secrets that change while the process runs | [`reload`] |
//! | API keys and licences of organizations, signed | [`token`] |
//! | signatures of checkpoints | [`Ed25519Signer`], [`Ed25519Verifier`] |
//! | messages of the AWS Encryption SDK; feature `aws-esdk` | `aws_esdk` |
//!
//! ```
//! use axiom_crypto::{Context, KeyFile, envelope};
//!
//! # let directory = tempfile::tempdir()?;
//! # let path = directory.path().join("orders.key");
//! let keys = KeyFile::create(&path)?;
//! let context = Context::new([("organization", "org_7f3c"), ("purpose", "connection-state")])?;
//! let message = envelope::try_seal(b"role/reader", &context, &keys).expect("a key file never waits")?;
//!
//! let keys = KeyFile::open(&path)?;
//! let plaintext = envelope::try_open(&message, &context, &keys).expect("a key file never waits")?;
//! assert_eq!(*plaintext, b"role/reader");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What it promises
//! - Every message opens only under the [`Context`] and the keys it was sealed for, and has exactly one content; any
//!   change to that is found. See [`envelope`] for the argument, and for what the list of recipients does not promise.
//! - A decryption that fails is one opaque [`Error::Open`]. What is public may be told: that a message names none of the
//!   provider's keys, that a kept key is revoked or destroyed, that a provider failed.
//! - Keys and decrypted values wipe themselves when they are dropped, and no `Debug`, `Display` or error shows them.
//! - Data keys are used for one message, or with a [`DataKeyCache`] for messages of one organization and subject and
//!   within its limits, which are checked before each use; evicting a key takes effect at once.
//! - A private key file is created with mode 0600, atomically, and never over an existing file; on Unix a file that
//!   group or others have any right to is refused.
//! - The primitives are the `RustCrypto` crates' and dalek's: AES-256-GCM, AES-256-GCM-SIV, HKDF-SHA256, HMAC-SHA256,
//!   RFC 3394 key wrap, Ed25519; with the feature `fast` a [`Backend`] of AWS-LC can be chosen. Randomness comes from
//!   the operating system alone.
//!
//! # What it does not promise
//! - A cached data key outlives the right to use its provider, until it is too old or evicted, and other processes have
//!   caches of their own.
//! - Memory is wiped where these types own it. Copies that the compiler makes in registers and on the stack, the
//!   intermediate key of HKDF, and what the operating system swaps or dumps are out of reach.
//! - A key file protects against other users of the machine, not against its administrator. On systems that are not
//!   Unix its permissions are those that its directory passes on.
//! - AES runs in constant time where the processor has AES instructions and in a bit-sliced form elsewhere; no more is
//!   done against side channels.
//! - A machine that is restored twice from one snapshot repeats nonces: see [`DataKeyCache`].
//!
//! # What wants an outside review
//! The primitives and their vectors are others' work. What is put together from them here has been tested and attacked
//! by its makers alone, and nobody should rely on it for more than that before an independent cryptographer has read:
//! - the format AXE1: key schedule, commitment, the binding of wrapped keys to contexts and scopes, key references, and
//!   frames ([`envelope`]);
//! - the limits of shared data keys, and nonces over threads and forks ([`DataKeyCache`]);
//! - the keys of organizations and data subjects, their names, and the erasure that rests on them ([`KeyTree`]);
//! - the wrapping under key files and in PKCS #11 tokens ([`KeyFile`]), and the encryption context of AWS KMS;
//! - tokens and revocation lists ([`token`]), and what a [`blind_index`] or a pseudonym ([`DerivedPseudonymKeys`]) gives
//!   away.

#![deny(unsafe_code)]

#[cfg(feature = "aws-esdk")]
pub mod aws_esdk;
pub mod blind_index;
mod cache;
#[cfg(feature = "conformance")]
pub mod conformance;
mod context;
mod credential;
mod encryptor;
pub mod envelope;
mod ephemeral;
mod error;
mod field;
mod flights;
mod fork;
mod key;
mod keystore;
mod moment;
mod private_file;
mod provider;
mod pseudonym;
mod random;
pub mod reload;
mod rotate;
mod scope;
mod secret;
mod shred;
mod sign;
pub mod stream;
mod suite;
pub mod token;
mod tree;

#[cfg(feature = "aws-kms")]
pub use aws_sdk_kms;
pub use cache::{CacheCounts, CacheStatistics, DataKeyCache, DataKeyCacheBuilder};
pub use context::Context;
pub use credential::{CredentialParts, TempCredential, TempCredentialBuilder};
pub use encryptor::Encryptor;
pub use envelope::{KeyReference, Recipient};
pub use ephemeral::{Ephemeral, Handle};
pub use error::Error;
pub use field::FieldSealer;
pub use key::Key;
pub use keystore::{FileKeyStore, KeyRecord, KeyRole, KeyStore, MemoryKeyStore, WrappedKey};
#[cfg(feature = "aws-kms")]
pub use provider::AwsKms;
#[cfg(feature = "pkcs11")]
pub use provider::Pkcs11;
pub use provider::{Binding, Failure, KeyFile, KeyId, KeyProvider, KeyRing, KeyState, MemoryKeys};
pub use pseudonym::DerivedPseudonymKeys;
pub use rotate::{KeyUse, Messages, Rewrapped, StoredMessage};
pub use scope::KeyScope;
pub use secret::Secret;
pub use shred::ErasureReceipt;
pub use sign::{Ed25519Signer, Ed25519Verifier};
pub use suite::{Backend, Suite};
pub use tree::{Evict, KeyTree, KeyTreeBuilder, ScopeKey};
pub use zeroize::{self, Zeroizing};
