//! The data keys that messages are opened with.

use core::hash::{Hash, Hasher};
use std::sync::Arc;

use super::failure::FailureId;
use super::shelf::{Kept, Life};
use super::{DataKeyCache, Party};
use crate::context::Context;
use crate::envelope::{DataKey, Envelope, Patience, Recipient, Stop, unwrap};
use crate::suite::{Backend, Suite};

/// Which messages have the same data key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OpeningId {
    /// The scope, or for a message that shares its key with none the context, and the commitment to the key.
    binding: [u8; 64],
    providers: u64,
    suite: Suite,
    backend: Backend,
}

/// A data key, and what it was unwrapped from.
///
/// A message is opened with it only if it carries this very recipient. So a message that was not written for a key of
/// the providers, or no longer is, opens no sooner with a cache than without one, and nor does a damaged one.
pub(super) struct OpeningKey {
    key: Arc<DataKey>,
    recipient: Recipient,
}

impl DataKeyCache {
    /// The key of a message, where it is there.
    pub(crate) fn opening_key_at_hand(
        &self,
        party: &Party<'_>,
        envelope: &Envelope<'_>,
        context: &Context,
    ) -> Option<Arc<DataKey>> {
        let found = self.look(&OpeningId::of(party, envelope, context), envelope, context);
        self.opening().counts.looked(found.is_some());
        found
    }

    /// The key of a message, after a look for one that is [at hand](Self::opening_key_at_hand).
    pub(crate) async fn opening_key(
        &self,
        party: &Party<'_>,
        envelope: &Envelope<'_>,
        context: &Context,
        patience: Patience,
    ) -> Result<Arc<DataKey>, Stop> {
        if !party.will_be_asked(envelope, context) {
            let unwrapped = unwrap(envelope, context, &party.providers(), party.algorithms.backend, patience).await;
            return unwrapped.map(|(key, _)| Arc::new(key));
        }
        let id = OpeningId::of(party, envelope, context);
        let _turn = self.inner.opening_flights.turn_if(patience, id).await;
        if let Some(key) = self.look(&id, envelope, context) {
            return Ok(key);
        }
        let failure = FailureId::opening(party, envelope, context);
        if let Some(error) = self.remembered(&failure) {
            self.opening().counts.remembered += 1;
            return Err(error.into());
        }
        let (before, failures, since) = (self.opening().shelf.before(), self.failures().before(), self.now());
        let unwrapped = unwrap(envelope, context, &party.providers(), party.algorithms.backend, patience).await;
        self.opening().counts.fetched(&unwrapped);
        match unwrapped {
            Ok((key, at)) => {
                let (key, recipient) = (Arc::new(key), envelope.recipients[at].clone());
                let keys = vec![recipient.key().clone()];
                let content = OpeningKey { key: Arc::clone(&key), recipient };
                let life = Life { since, lifetime: self.inner.limits.max_age };
                self.opening().shelf.keep(id, Kept { content, context: context.clone(), keys, life }, before);
                Ok(key)
            }
            Err(stop) => {
                let keys = || envelope.recipients.iter().map(|recipient| recipient.key().clone()).collect();
                self.remember(failure, &stop, context, keys, failures);
                Err(stop)
            }
        }
    }

    fn look(&self, id: &OpeningId, envelope: &Envelope<'_>, context: &Context) -> Option<Arc<DataKey>> {
        envelope.check_context(context).ok()?;
        let now = self.now();
        self.opening().shelf.find(id, now, |Kept { content, .. }| {
            envelope.recipients.contains(&content.recipient).then(|| Arc::clone(&content.key))
        })
    }
}

impl OpeningId {
    fn of(party: &Party<'_>, envelope: &Envelope<'_>, context: &Context) -> Self {
        let binding = *envelope.header.binding(context).as_bytes();
        let (suite, backend) = (envelope.header.suite, party.algorithms.backend);
        Self { binding, providers: party.number, suite, backend }
    }
}

/// A commitment is as good as random, so its beginning tells keys apart well enough.
impl Hash for OpeningId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write(&self.binding[32..40]);
    }
}
