//! The suite for key providers.

use core::fmt::Debug;
use std::collections::BTreeSet;
use std::thread;

use base64ct::{Base64, Encoding};

use super::joined::joined;
use crate::envelope::Recipient;
use crate::error::Error;
use crate::key::Key;
use crate::provider::{Binding, KeyProvider, KeyState};

/// Runs the whole suite against a provider whose current key is enabled.
///
/// `other` is a provider of the same kind with another key. A provider that is waited for is asked some hundred times.
///
/// # Panics
/// Where the provider does not do what a [`KeyProvider`] must.
pub async fn key_provider<P: KeyProvider + Debug + ?Sized>(provider: &P, other: &P) {
    let suite = Suite { provider, other };
    suite.the_current_key_is_held_and_enabled().await;
    suite.what_is_wrapped_unwraps_again().await;
    suite.both_ways_agree().await;
    suite.another_binding_does_not_open().await;
    suite.no_damaged_key_opens().await;
    suite.a_key_of_another_provider_does_not_open().await;
    suite.rewrapping_keeps_the_data_key().await;
    suite.generated_keys_differ().await;
    suite.many_at_once_do_not_mix().await;
    suite.nothing_is_shown().await;
}

struct Suite<'a, P: ?Sized> {
    provider: &'a P,
    other: &'a P,
}

impl<P: KeyProvider + Debug + ?Sized> Suite<'_, P> {
    async fn the_current_key_is_held_and_enabled(&self) {
        assert!(self.provider.holds(&self.provider.describe()));
        assert_eq!(self.provider.state().await.expect("the provider answers"), KeyState::Enabled);
        assert!(!self.provider.holds(&self.other.describe()), "`other` must have a key of its own");
    }

    async fn what_is_wrapped_unwraps_again(&self) {
        for binding in [binding(1), named("org_7f3c"), named(""), named(&"é".repeat(512))] {
            let dek = dek();
            let recipient = self.wrap(&dek, &binding).await;
            assert_eq!(*recipient.key(), self.provider.describe());
            assert!(!shows(recipient.wrapped(), dek.expose()), "the wrapped key holds the data key in the clear");
            assert!(same(&self.unwrap(&recipient, &binding).await, &dek));
        }
    }

    async fn both_ways_agree(&self) {
        let (dek, binding) = (dek(), binding(1));
        let waited = self.provider.wrap(&dek, &binding).await.expect("the key is enabled");
        if let Some(unwrapped) = self.provider.try_unwrap(&waited, &binding) {
            assert!(same(&unwrapped, &dek));
        }
        if let Some(at_once) = self.provider.try_wrap(&dek, &binding) {
            let at_once = at_once.expect("the key is enabled");
            assert!(same(&self.provider.unwrap(&at_once, &binding).await, &dek));
        }
    }

    async fn another_binding_does_not_open(&self) {
        let recipient = self.wrap(&dek(), &named("org_7f3c")).await;
        for index in 0..64 {
            let mut bytes = *named("org_7f3c").as_bytes();
            bytes[index] ^= 1;
            let (context, commitment) = bytes.split_first_chunk().expect("32 of 64 bytes");
            let other = Binding::new(context, commitment.try_into().expect("the other 32 bytes"));
            let other = other.of_organization("org_7f3c".into());
            assert_refused(&self.unwrap(&recipient, &other).await, &format!("a binding with a changed byte {index}"));
        }
    }

    async fn no_damaged_key_opens(&self) {
        let binding = binding(1);
        let recipient = self.wrap(&dek(), &binding).await;
        let damaged = damaged(recipient.wrapped(), self.answers_at_once(&recipient, &binding));
        let refused = damaged.iter().map(|wrapped| async {
            let recipient = Recipient::new(recipient.key().clone(), wrapped).expect("it is as long as any");
            self.unwrap(&recipient, &binding).await
        });
        for (result, wrapped) in joined(refused).await.iter().zip(&damaged) {
            assert_refused(result, &format!("a wrapped key damaged into {wrapped:02x?}"));
        }
    }

    async fn a_key_of_another_provider_does_not_open(&self) {
        let (dek, binding) = (dek(), binding(1));
        let theirs = self.other.wrap(&dek, &binding).await.expect("the key is enabled");
        let renamed = Recipient::new(self.provider.describe(), theirs.wrapped()).expect("it is as long as before");
        assert_refused(&self.unwrap(&renamed, &binding).await, "what another key has wrapped");
    }

    async fn rewrapping_keeps_the_data_key(&self) {
        let (dek, binding, other) = (dek(), named("org_7f3c"), binding(2));
        let before = self.wrap(&dek, &binding).await;
        let after = self.provider.rewrap(&before, &binding).await.expect("the key is enabled");
        assert_eq!(*after.key(), self.provider.describe());
        assert!(same(&self.unwrap(&after, &binding).await, &dek));
        let refused = self.provider.rewrap(&before, &other).await;
        assert!(matches!(refused, Err(Error::Open)), "rewrapping under another binding: {refused:?}");
    }

    async fn generated_keys_differ(&self) {
        let mut keys = BTreeSet::new();
        for _ in 0..8 {
            keys.insert(*self.provider.generate().await.expect("there is randomness").expose());
            if let Some(key) = self.provider.try_generate() {
                assert!(keys.insert(*key.expect("there is randomness").expose()), "a key came twice");
            }
        }
        assert!(keys.len() >= 8, "a key came twice");
    }

    async fn many_at_once_do_not_mix(&self) {
        let numbers = 0..32_u8;
        for unwrapped in joined(numbers.clone().map(|number| self.round_trip(number))).await {
            assert!(unwrapped, "a call got the data key of another");
        }
        thread::scope(|scope| {
            let threads: Vec<_> = numbers.map(|number| scope.spawn(move || self.round_trip_at_once(number))).collect();
            for thread in threads {
                assert!(thread.join().expect("no thread panics"), "a thread got the data key of another");
            }
        });
    }

    async fn round_trip(&self, number: u8) -> bool {
        let (dek, binding) = (dek(), binding(number));
        let recipient = self.wrap(&dek, &binding).await;
        same(&self.unwrap(&recipient, &binding).await, &dek)
    }

    /// Without waiting; a provider that must be waited for has nothing to show here.
    fn round_trip_at_once(&self, number: u8) -> bool {
        let (dek, binding) = (dek(), binding(number));
        let Some(recipient) = self.provider.try_wrap(&dek, &binding) else { return true };
        let unwrapped = self.provider.try_unwrap(&recipient.expect("the key is enabled"), &binding);
        unwrapped.is_none_or(|unwrapped| same(&unwrapped, &dek))
    }

    async fn nothing_is_shown(&self) {
        let (dek, binding, other) = (dek(), binding(1), binding(2));
        let recipient = self.wrap(&dek, &binding).await;
        let refused = self.unwrap(&recipient, &other).await;
        for text in [format!("{:?} {:#?}", self.provider, self.provider), format!("{refused:?} {recipient:?}")] {
            assert!(!tells(&text, dek.expose()), "a data key shows in {text}");
        }
    }

    /// As the envelope does it: at once where that is possible.
    async fn wrap(&self, dek: &Key, binding: &Binding) -> Recipient {
        let wrapped = match self.provider.try_wrap(dek, binding) {
            Some(wrapped) => wrapped,
            None => self.provider.wrap(dek, binding).await,
        };
        wrapped.expect("the key is enabled")
    }

    async fn unwrap(&self, recipient: &Recipient, binding: &Binding) -> Result<Key, Error> {
        match self.provider.try_unwrap(recipient, binding) {
            Some(unwrapped) => unwrapped,
            None => self.provider.unwrap(recipient, binding).await,
        }
    }

    fn answers_at_once(&self, recipient: &Recipient, binding: &Binding) -> bool {
        self.provider.try_unwrap(recipient, binding).is_some()
    }
}

/// Ways to damage a wrapped key: every bit or, where an answer takes its time, one bit of every byte; and cuts.
fn damaged(wrapped: &[u8], every_bit: bool) -> Vec<Vec<u8>> {
    let bits = 0..wrapped.len() * 8;
    let flipped = bits.filter(|bit| every_bit || bit % 8 == bit / 8 % 8).map(|bit| {
        let mut damaged = wrapped.to_vec();
        damaged[bit / 8] ^= 1 << (bit % 8);
        damaged
    });
    let step = if every_bit { 1 } else { 13 };
    let cut = (1..wrapped.len()).step_by(step).chain([wrapped.len() - 1]).map(|length| wrapped[..length].to_vec());
    flipped.chain(cut).chain([[wrapped, &[0]].concat(), vec![0; wrapped.len()]]).collect()
}

fn assert_refused(result: &Result<Key, Error>, what: &str) {
    assert!(matches!(result, Err(Error::Open)), "{what} must be refused as Error::Open: {result:?}");
}

fn dek() -> Key {
    Key::generate().expect("there is randomness")
}

fn binding(number: u8) -> Binding {
    Binding::new(&[number; 32], &[0xa5; 32])
}

/// The binding of a message whose context names an organization.
fn named(organization: &str) -> Binding {
    binding(1).of_organization(organization.into())
}

fn same(unwrapped: &Result<Key, Error>, dek: &Key) -> bool {
    unwrapped.as_ref().is_ok_and(|unwrapped| unwrapped.expose() == dek.expose())
}

fn shows(bytes: &[u8], secret: &[u8]) -> bool {
    bytes.windows(secret.len()).any(|window| window == secret)
}

/// Whether a text shows a secret in hexadecimal, in base64 or as a list of numbers.
fn tells(text: &str, secret: &[u8]) -> bool {
    let hex: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
    let list = format!("{secret:?}");
    let flat: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let base64 = Base64::encode_string(secret);
    [&hex, &hex.to_uppercase(), &base64, list.trim_matches(['[', ']'])].iter().any(|form| flat.contains(*form))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_found_in_every_form_it_could_be_shown_in() {
        let secret = [7, 200, 31, 90];
        for text in
            ["x07c81f5ax", "07C81F5A", "[7, 200, 31, 90]", "[\n    7,\n    200,\n    31,\n    90,\n]", "B8gfWg=="]
        {
            assert!(tells(text, &secret), "{text}");
        }
        assert!(!tells("[7, 200, 31]", &secret));
    }

    #[test]
    fn every_damage_changes_the_wrapped_key() {
        for (every_bit, count) in [(true, 40 * 8 + 39 + 1 + 2), (false, 40 + 3 + 1 + 2)] {
            let damaged = damaged(&[9; 40], every_bit);
            assert_eq!(damaged.len(), count);
            assert!(damaged.iter().all(|damaged| *damaged != [9; 40]));
        }
    }
}
