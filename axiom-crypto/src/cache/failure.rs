//! Failures that are remembered for a while.

use core::error::Error as StdError;
use core::fmt::Write;
use core::time::Duration;

use axiom_core::Digest;

use super::Party;
use super::limits::Limits;
use crate::context::Context;
use crate::envelope::Envelope;
use crate::error::Error;
use crate::provider::Failure;

/// What a failure is remembered for: an operation on these keys for one scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct FailureId {
    scope: Digest,
    providers: u64,
    /// The keys of a message's recipients; none for sealing.
    keys: Option<Digest>,
}

impl FailureId {
    pub(super) fn sealing(party: &Party<'_>, context: &Context) -> Self {
        Self { scope: context.scope(), providers: party.number, keys: None }
    }

    pub(super) fn opening(party: &Party<'_>, envelope: &Envelope<'_>, context: &Context) -> Self {
        // A key id has no line feed.
        let keys: String = envelope.recipients.iter().map(|recipient| format!("{}\n", recipient.key())).collect();
        Self { keys: Some(Digest::of(&[keys.as_bytes()])), ..Self::sealing(party, context) }
    }
}

/// What a provider said when it failed.
pub(super) struct Remembered {
    provider: String,
    failure: Failure,
    text: String,
}

impl Remembered {
    /// The failure of a provider and how long it is remembered; nothing else is.
    pub(super) fn of(error: &Error, limits: &Limits) -> Option<(Self, Duration)> {
        let Error::Provider { provider, failure, source } = error else { return None };
        let lifetime = match failure {
            Failure::Denied | Failure::Disabled | Failure::NotFound => limits.refusals,
            Failure::Other | Failure::Throttled | Failure::Unavailable => limits.outages,
        };
        let text = format!("{} (remembered)", with_sources(&**source));
        Some((Self { provider: provider.clone(), failure: *failure, text }, lifetime))
    }

    pub(super) fn error(&self) -> Error {
        let (provider, source) = (self.provider.clone(), self.text.clone().into());
        Error::Provider { provider, failure: self.failure, source }
    }
}

fn with_sources(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        write!(text, ": {error}").expect("a string takes any text");
        source = error.source();
    }
    text
}
