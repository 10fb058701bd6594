//! Events, pipeline stages, canonical bytes, and the traits that the axiom crates share.
//!
//! An application that acts on behalf of others describes each action as an [`Event`]. On its way into a log the event
//! passes through stages that are types of their own, so that none can be left out:
//!
//! ```text
//! Event ─scrub─► Scrubbed ─seal─► Sealed ─canonical─► Canonical
//! ```
//!
//! - [`Event::scrub`] shows every free text to a [`Scrubber`] and takes out what must not be stored.
//! - [`Scrubbed::seal`] encrypts selected fields with a [`Sealer`].
//! - [`Sealed::canonical`] writes the one form that is hashed, stored and verified.
//!
//! The dangerous doors have names that a reviewer sees: [`Unscrubbed`], [`Unsealed`],
//! [`Processed::unminimised_into_event`].
//!
//! ```
//! use axiom_core::{Event, Status, Unscrubbed, Unsealed};
//!
//! let event = Event::builder("acme".parse()?, "apply.applied".parse()?)
//!     .user("user_41")
//!     .resource("arn:aws:s3:::invoices")
//!     .before_state(axiom_core::Value::try_from(serde_json::json!({"encrypted": false}))?)
//!     .after_state(axiom_core::Value::try_from(serde_json::json!({"encrypted": true}))?)
//!     .status(Status::Applied)
//!     .build()?;
//!
//! let canonical = event.scrub(&Unscrubbed)?.without_sealing(Unsealed).canonical()?;
//! assert_eq!(canonical.log().to_string(), "acme/material");
//! # Ok::<(), axiom_core::Error>(())
//! ```
//!
//! # The event schema
//!
//! Version 1, JSON with camelCase names. Required on reading: `organizationId` and `actionType`; [`Event::from_json`]
//! says what the others default to. Members with other names are kept. The fields are those of [`Event`]. `recordedAt`
//! is set by the log, and so is `clockSkew` where clocks do not agree: `back` where the log's own went back by more
//! than a second, `ahead` where the event's `timestamp` lies more than five minutes after `recordedAt`. `stream` is the
//! retention class of an action of the host's own (`custom.*`).
//!
//! Action types come from the [`CATALOGUE`]: thirteen categories, each action with its stream, default risk and
//! meaning.
//!
//! # What this crate does not do
//!
//! It finds no personal data, encrypts nothing and stores nothing: the sibling crates `axiom-pii`, `axiom-crypto` and
//! `axiom-audit` do, and a host may bring its own.

#![forbid(unsafe_code)]

mod action;
mod actor;
mod canonical;
mod clock;
mod data;
mod decision;
mod digest;
mod error;
mod event;
mod finding;
mod id;
mod members;
mod pseudonym;
mod run;
mod scrub;
mod seal;
mod sign;
mod stage;
mod tenant;
mod trace;
mod value;

pub use action::{ActionSpec, ActionType, CATALOGUE, Category};
pub use actor::{Actor, ActorType, Source};
pub use canonical::Canonical;
pub use clock::{Clock, ClockSkew, FixedClock, SystemClock, Timestamp};
pub use data::{DataClass, Processed, SubjectRef};
pub use decision::{Decision, Verdict, VerdictName};
pub use digest::Digest;
pub use error::Error;
pub use event::{Event, EventBuilder, Provider, ProviderName, RiskLevel, Status};
pub use finding::{Action, EnforcementPoint, Finding};
pub use id::{EventId, IdSource, SequentialIds, UuidV7};
pub use pseudonym::{BlockCipher, PseudonymError, PseudonymKeys, PseudonymScope};
pub use run::{RunRecord, RunStatus, ScrubbedText};
pub use scrub::{Scrubber, Text, Unscrubbed};
pub use seal::{OpenedFields, Opener, SealContext, SealError, SealPaths, Sealer, Unsealed, open_fields};
pub use sign::{Algorithm, InvalidSignature, SignError, Signer, Verifier};
pub use stage::{Scrubbed, Sealed};
pub use tenant::{LogId, OrganizationId, Origin, Scoped, Stream, StreamName};
pub use trace::{SpanId, TraceContext, TraceId};
pub use value::{Integer, Object, Value};
