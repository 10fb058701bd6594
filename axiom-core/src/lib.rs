//! Core of axiom.
mod clock;
mod digest;
mod error;
mod finding;
mod id;
mod scrub;
mod seal;
mod sign;
mod tenant;

pub use clock::{Clock, FixedClock, SystemClock, Timestamp};
pub use digest::Digest;
pub use error::Error;
pub use finding::{Action, EnforcementPoint, Finding};
pub use id::{EventId, IdSource, SequentialIds, UuidV7};
pub use scrub::{Scrubber, Text, Unscrubbed};
pub use seal::{Opener, SealContext, SealError, Sealer, Unsealed};
pub use sign::{Algorithm, InvalidSignature, SignError, Signer, Verifier};
pub use tenant::{LogId, OrganizationId, Origin, Scoped, Stream, StreamName};
