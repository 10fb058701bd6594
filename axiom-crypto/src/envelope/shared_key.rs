//! A data key that many messages share, ready to seal.

use super::data_key::{DataKey, Use};
use super::header::{CONTEXT_AT, NONCE_AT};
use super::message::front;
use super::patience::{Patience, Stop};
use super::providers::{generate, wrap};
use super::{Algorithms, Recipient};
use crate::context::Context;
use crate::error::Error;
use crate::provider::{KeyId, KeyProvider};
use crate::suite::TAG_LEN;

/// A data key for the messages of one scope, and what they begin with: all but the context and the nonce is the same in
/// each of them.
pub(crate) struct SharedKey {
    key: DataKey,
    front: Box<[u8]>,
    aad_len: usize,
}

impl SharedKey {
    /// A new key for the scope of `context`, and the keys that it is wrapped under.
    pub(crate) async fn generate(
        context: &Context,
        providers: &[&dyn KeyProvider],
        algorithms: Algorithms,
        patience: Patience,
    ) -> Result<(Self, Vec<KeyId>), Stop> {
        let key = DataKey::new(algorithms.suite, algorithms.backend, generate(providers, patience).await?);
        let binding = key.header(context, Use::Shared)?.binding(context);
        let recipients = wrap(key.dek(), &binding, providers, patience).await?;
        let shared = Self::new(key, context, &recipients)?;
        Ok((shared, recipients.into_iter().map(Recipient::into_key).collect()))
    }

    fn new(key: DataKey, context: &Context, recipients: &[Recipient]) -> Result<Self, Error> {
        let header = key.header(context, Use::Shared)?;
        let (front, aad_len) = front(&header, recipients, 0)?;
        Ok(Self { key, front: front.into(), aad_len })
    }

    /// Puts a message with this content in the place of what `message` is; after a failure it holds no plaintext.
    pub(crate) fn seal_into(&self, plaintext: &[u8], context: &Context, message: &mut Vec<u8>) -> Result<(), Error> {
        let nonce = self.key.nonce()?;
        let start = self.front.len();
        // What is there is overwritten rather than cleared, so that a buffer that is used again need not be filled.
        message.reserve((start + plaintext.len() + TAG_LEN).saturating_sub(message.len()));
        let (over, behind) = self.front.split_at(start.min(message.len()));
        message[..over.len()].copy_from_slice(over);
        message.extend_from_slice(behind);
        message[CONTEXT_AT..NONCE_AT].copy_from_slice(context.digest().as_bytes());
        message[NONCE_AT..][..nonce.as_bytes().len()].copy_from_slice(nonce.as_bytes());
        self.key.content().finish(&nonce, self.aad_len, start, plaintext, message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::envelope::{Envelope, try_open};
    use crate::key::Key;
    use crate::provider::KeyFile;
    use crate::suite::{Backend, Suite};

    #[test]
    fn what_it_seals_is_what_its_data_key_seals() {
        let keys = KeyFile::from_key(Key::from_bytes(&[1; 32]));
        let context = |event| Context::new([("organization", "acme"), ("event", event)]).unwrap();
        for suite in Suite::ALL {
            let data_key = || DataKey::new(suite, Backend::default(), Key::from_bytes(&[7; 32]));
            let binding = data_key().header(&context("1"), Use::Shared).unwrap().binding(&context("1"));
            let recipient = keys.try_wrap(data_key().dek(), &binding).unwrap().unwrap();
            let shared = SharedKey::new(data_key(), &context("1"), core::slice::from_ref(&recipient)).unwrap();
            // What was in the buffer, shorter or longer, leaves no trace.
            for (event, mut message) in [("1", vec![]), ("2", vec![9; 100]), ("1", vec![9; 1000])] {
                shared.seal_into(b"plaintext", &context(event), &mut message).unwrap();
                let header = Envelope::parse(&message).unwrap().header;
                assert!(header.is_shared());
                let expected = data_key().header_with(header.nonce, &context(event), Use::Shared);
                assert_eq!(
                    message,
                    data_key().seal(&expected, core::slice::from_ref(&recipient), b"plaintext").unwrap()
                );
                assert_eq!(*try_open(&message, &context(event), &keys).unwrap().unwrap(), b"plaintext");
                assert!(try_open(&message, &context("3"), &keys).unwrap().is_err());
            }
        }
    }
}
