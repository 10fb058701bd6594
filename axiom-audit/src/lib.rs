//! Tamper-evident audit logs that an outsider can verify.
//!
//! A [`Recorder`] takes [`Event`](axiom_core::Event)s, has them scrubbed and sealed, and appends each as an entry to
//! the log of its organization and stream. Entries are linked by hash; [`sign_checkpoint`] signs the Merkle root over
//! all of them; and anybody who has the bytes and the public key finds out whether the log was changed, by
//! [`DirectoryVerifier`] or with tools that never heard of axiom.
//!
//! ```
//! use axiom_audit::{DirectoryVerifier, FileStore, Recorder, TrustedKey, VerifierKey, sign_checkpoint};
//! use axiom_core::{Event, LogId, Origin, Stream};
//! use axiom_crypto::{Ed25519Signer, Ed25519Verifier};
//! use axiom_pii::PiiScrubber;
//!
//! let directory = tempfile::tempdir()?;
//! let host: Origin = "audit.example.com".parse()?;
//! let signer = Ed25519Signer::generate(host.clone())?;
//! let key = VerifierKey::of(host, &signer)?;
//!
//! // Record.
//! let store = FileStore::create(directory.path(), &key)?;
//! let recorder = Recorder::builder(store, PiiScrubber::default()).build()?;
//! let event = Event::builder("acme".parse()?, "approval.approved".parse()?).user("user_41").build()?;
//! let receipt = recorder.record_blocking(event)?;
//! assert!(receipt.place().unwrap().durable);
//! drop(recorder);
//!
//! // Sign.
//! let log = LogId::new("acme".parse()?, Stream::Material);
//! let store = FileStore::open(directory.path())?;
//! let note = pollster::block_on(sign_checkpoint(&store, &store, &log, &signer))?;
//!
//! // Verify, with the public key and a checkpoint that was kept elsewhere.
//! let verifier = Ed25519Verifier::from_public_key(key.public_key())?;
//! let report = DirectoryVerifier::new(directory.path())
//!     .key(TrustedKey::new(key, verifier)?)
//!     .checkpoint("kept elsewhere", note)
//!     .verify()?;
//! assert!(report.is_verified());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Formats
//!
//! - *Entry*: one line of JSON in RFC 8785 (JCS) form, at most 65,535 bytes:
//!   `{"event":{…},"log":"<origin>","prev":"<hex>","seq":<n>,"v":1}`. `prev` is the [`leaf_hash`] of the line before,
//!   and the [`genesis`] of the log for the first.
//! - *Tree*: SHA-256 as in RFC 6962: leaf SHA-256(0x00 ‖ line), node SHA-256(0x01 ‖ left ‖ right).
//! - *Checkpoint*: a C2SP tlog-checkpoint without extension lines, in a C2SP signed-note with an Ed25519 signature; the
//!   key's name is the log's origin. A [`VerifierKey`] named `NAME` serves every log whose origin is `NAME` or begins
//!   with `NAME/`. Further signatures may follow: of the key before during the overlap of a rotation, and cosignatures
//!   of witnesses (C2SP tlog-cosignature).
//! - *Meta-log*: a log of the organization `axiom:host` and the stream `meta`, with an event `log.checkpointed` (log,
//!   size, root) for each checkpoint and `log.key_rotated` for each new key; see [`meta_log`].
//! - *Key rotation*: a statement that both keys signed, and the proof bundle of its event; see [`KeyRotation`].
//! - *Proof bundle*: one entry with its inclusion proof (RFC 9162) and a signed checkpoint, in the form of C2SP
//!   tlog-proof; see [`ProofBundle`].
//! - *Static tree*: a log's checkpoint, hash tiles and entry bundles as files, in the form of C2SP tlog-tiles; written
//!   by `TlogDirectory` (feature `log`), read and verified by [`TlogReader`], whoever wrote them.
//! - *Origin*: `NAME/<opaque>/<stream>`; see [`Naming`].
//! - *Directory*: `<opaque>/<stream>/segments/<first seq, 20 digits>.jsonl`, `checkpoint` and `log.json`, below a root
//!   with `axiom.json` and `lock`; `rotations/<epoch, 20 digits>` where keys were replaced. Beside the segments,
//!   `tile`, `tree.json` and `index` are caches that may be deleted.
//! - *Journal*: while a process writes, and after it was killed, the newest entries may stand in `journal.0` and
//!   `journal.1` below the root alone. Opening the directory for writing, or closing it, brings them into the segments;
//!   a checkpoint is saved only over what is there. Readers of this crate read both.
//!
//! # What is promised
//!
//! - A receipt is given only once the entry is as durable as the store promises.
//! - Any change to entries that a trusted checkpoint covers is reported: flipped bits, deleted, inserted, repeated,
//!   swapped or foreign entries, truncation, rollback to an older copy, a rewritten history.
//! - One organization's log is never read or written in the name of another.
//!
//! # What is not
//!
//! - Entries after the newest checkpoint that the verifier trusts are linked, but whoever can write to the store can
//!   replace them together with their links. Sign often, and keep checkpoints where the writer of the log cannot reach.
//! - A log that vanishes altogether is missed by the meta-log, if the host keeps one (`sign_checkpoints`, feature
//!   `log`), and by who kept a checkpoint of either. A directory that vanishes altogether, or is put back to an older
//!   copy of itself, is missed only by the latter.
//! - A recorded event says what its author said. The log proves that it was said, and when.
//!
//! # Features
//!
//! - `log` (default): recording, stores, queries, export, and verifying a whole directory. Without it the crate is the
//!   verifier of bytes alone: no threads, files, clock or async.
//! - `conformance`: the suite that every [`Store`] runs.

#![forbid(unsafe_code)]

#[cfg(feature = "log")]
mod anchor;
mod bundle;
#[cfg(feature = "log")]
mod chain;
mod checkpoint;
#[cfg(feature = "log")]
mod checkpoints;
#[cfg(feature = "conformance")]
pub mod conformance;
mod entry;
mod error;
#[cfg(feature = "log")]
pub mod export;
#[cfg(feature = "log")]
pub mod import;
pub mod merkle;
mod meta;
mod naming;
mod note;
#[cfg(feature = "log")]
mod query;
#[cfg(feature = "log")]
mod recorder;
mod rotation;
#[cfg(feature = "log")]
mod signing;
#[cfg(feature = "log")]
mod store;
mod tlog;
mod verify;
mod witness;

#[cfg(feature = "log")]
pub use anchor::{AnchorSink, CommandAnchor, FileAnchor, anchor_all};
pub use bundle::ProofBundle;
#[cfg(feature = "log")]
pub use bundle::{prove, prove_consistency};
#[cfg(feature = "log")]
pub use chain::Entry;
pub use checkpoint::Checkpoint;
#[cfg(feature = "log")]
pub use checkpoints::{CheckpointStore, FileCheckpoints, Saved};
pub use entry::{MAX_ENTRY_LEN, genesis, leaf_hash};
pub use error::Error;
pub use merkle::Frontier;
#[cfg(feature = "log")]
pub use meta::{HostCheckpoint, sign_checkpoints};
pub use meta::{MetaRecords, meta_log};
pub use naming::Naming;
pub use note::{SignatureType, SignedNote, TrustedKey, TrustedWitness, VerifierKey};
#[cfg(feature = "log")]
pub use query::{Cursor, Filter, Page, Query, Scan, Time, Timeline, activity};
#[cfg(feature = "log")]
pub use recorder::{Access, FailurePolicy, Fate, Place, Prepared, Receipt, Recorder, RecorderBuilder, Spill, Summary};
pub use rotation::KeyRotation;
#[cfg(feature = "log")]
pub use rotation::{Rotated, Rotation, rotate_key};
#[cfg(feature = "log")]
pub use signing::{Signers, sign_checkpoint};
#[cfg(feature = "log")]
pub use store::{Append, Capabilities, FileStore, Head, MemoryStore, Outcome, Recovery, Store, each_line};
#[cfg(feature = "log")]
pub use tlog::{Published, TlogDirectory};
pub use tlog::{TlogFault, TlogReader, TlogReport};
#[cfg(feature = "log")]
pub use verify::{DirectoryReport, DirectoryVerifier};
pub use verify::{Fault, LogReport, LogVerification, LogVerifier};
pub use witness::{AddCheckpoint, Quorum};
#[cfg(feature = "log")]
pub use witness::{Refusal, Witness, witness_checkpoint};
