//! Data keys from and for several providers.

use super::data_key::DataKey;
use super::message::Envelope;
use super::patience::{Patience, Stop};
use super::recipient::Recipient;
use crate::context::Context;
use crate::error::Error;
use crate::key::Key;
use crate::provider::{Binding, KeyProvider};
use crate::suite::Backend;

/// A new data key, from the first of the providers.
pub(crate) async fn generate(providers: &[&dyn KeyProvider], patience: Patience) -> Result<Key, Stop> {
    let first = providers.first().expect("there is always a provider");
    match (first.try_generate(), patience) {
        (Some(key), _) => Ok(key?),
        (None, Patience::None) => Err(Stop::MustWait),
        (None, Patience::Waits) => Ok(first.generate().await?),
    }
}

/// The data key, wrapped for each of the providers.
pub(crate) async fn wrap(
    dek: &Key,
    binding: &Binding,
    providers: &[&dyn KeyProvider],
    patience: Patience,
) -> Result<Vec<Recipient>, Stop> {
    check_subject(binding, providers)?;
    let mut recipients = Vec::with_capacity(providers.len());
    for provider in providers {
        recipients.push(match (provider.try_wrap(dek, binding), patience) {
            (Some(recipient), _) => recipient?,
            (None, Patience::None) => return Err(Stop::MustWait),
            (None, Patience::Waits) => provider.wrap(dek, binding).await?,
        });
    }
    Ok(recipients)
}

/// Fails where a data key of what belongs to a data subject would be wrapped under a key that outlives the subject's.
///
/// Destroying the subject's key would then erase nothing.
pub(crate) fn check_subject(binding: &Binding, providers: &[&dyn KeyProvider]) -> Result<(), Error> {
    let Some(subject) = binding.subject() else { return Ok(()) };
    let erases = |provider: &&dyn KeyProvider| provider.erases(binding.organization(), subject);
    if providers.iter().all(erases) { Ok(()) } else { Err(Error::OutlivesSubject) }
}

/// The data key of a message, and the place of the recipient that it was got from.
///
/// The providers are asked in their order, each for every recipient that it holds the key of, until one can answer.
/// What a provider says of its own trouble is worth more than that another recipient did not open.
pub(crate) async fn unwrap(
    envelope: &Envelope<'_>,
    context: &Context,
    providers: &[&dyn KeyProvider],
    backend: Backend,
    patience: Patience,
) -> Result<(DataKey, usize), Stop> {
    let held = |recipient: &Recipient| providers.iter().any(|provider| provider.holds(recipient.key()));
    if envelope.recipients.iter().any(held) {
        envelope.check_context(context)?;
    }
    let binding = envelope.header.binding(context);
    let accept = |dek| DataKey::of(&envelope.header, backend, dek);
    unwrap_any(&envelope.recipients, &binding, providers, patience, accept).await
}

/// What `accept` makes of the key that one of the providers has unwrapped, and the place of its recipient.
pub(crate) async fn unwrap_any<T>(
    recipients: &[Recipient],
    binding: &Binding,
    providers: &[&dyn KeyProvider],
    patience: Patience,
    accept: impl Fn(Key) -> Result<T, Error>,
) -> Result<(T, usize), Stop> {
    let first = recipients.first().ok_or(Error::Open)?;
    let mut trouble = Error::KeyNotFound { key: first.key().clone() };
    for provider in providers {
        for (at, recipient) in recipients.iter().enumerate() {
            if !provider.holds(recipient.key()) {
                continue;
            }
            match unwrap_one(recipient, binding, *provider, patience).await {
                Ok(key) => match accept(key) {
                    Ok(key) => return Ok((key, at)),
                    Err(error) => trouble = worse(trouble, error),
                },
                Err(Stop::Failed(error)) => trouble = worse(trouble, error),
                Err(Stop::MustWait) => return Err(Stop::MustWait),
            }
        }
    }
    Err(trouble.into())
}

async fn unwrap_one(
    recipient: &Recipient,
    binding: &Binding,
    provider: &dyn KeyProvider,
    patience: Patience,
) -> Result<Key, Stop> {
    match (provider.try_unwrap(recipient, binding), patience) {
        (Some(dek), _) => Ok(dek?),
        (None, Patience::None) => Err(Stop::MustWait),
        (None, Patience::Waits) => Ok(provider.unwrap(recipient, binding).await?),
    }
}

/// The error that tells more: a provider's own trouble, or else the later one.
fn worse(before: Error, after: Error) -> Error {
    if matches!(before, Error::Provider { .. }) && !matches!(after, Error::Provider { .. }) { before } else { after }
}
