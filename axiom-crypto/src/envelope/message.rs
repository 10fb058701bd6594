//! A message taken apart.

use subtle::ConstantTimeEq;

use super::Recipient;
use super::header::{Header, MAGIC, MAX_LEN};
use crate::context::Context;
use crate::error::Error;
use crate::suite::Suite;

/// A message taken apart into immutable part, recipients and body.
///
/// Nothing in it has been authenticated yet. The list of recipients may be changed and the message put together again:
///
/// ```
/// use axiom_crypto::envelope::{self, Envelope};
/// use axiom_crypto::{Context, KeyFile, KeyProvider};
///
/// # let directory = tempfile::tempdir()?;
/// # pollster::block_on(async {
/// let ours = KeyFile::create(directory.path().join("ours.key"))?;
/// let theirs = KeyFile::create(directory.path().join("theirs.key"))?;
/// let context = Context::new([("organization", "org_7f3c")])?;
/// let message = envelope::seal(b"secret", &context, &ours).await?;
/// let message = envelope::add_recipient(&message, &context, &ours, &theirs).await?;
/// assert_eq!(*envelope::open(&message, &context, &theirs).await?, b"secret");
///
/// let mut envelope = Envelope::parse(&message)?;
/// envelope.recipients.retain(|recipient| *recipient.key() != theirs.describe());
/// let message = envelope.encode()?;
/// assert!(envelope::open(&message, &context, &theirs).await.is_err());
/// # Ok::<(), axiom_crypto::Error>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Envelope<'a> {
    /// The immutable part.
    pub header: Header,
    /// The mutable part: the keys that open the message.
    pub recipients: Vec<Recipient>,
    /// Ciphertext and tag.
    pub body: &'a [u8],
}

impl<'a> Envelope<'a> {
    /// Takes a message apart without copying its body.
    ///
    /// # Errors
    /// [`Error::Open`] for bytes that are no AXE1 message of this version.
    pub fn parse(message: &'a [u8]) -> Result<Self, Error> {
        let (header, rest) = Header::read(message)?;
        let (&count, mut rest) = rest.split_first().ok_or(Error::Open)?;
        check_count(&header, count.into()).map_err(|_| Error::Open)?;
        let mut recipients = Vec::with_capacity(count.into());
        for _ in 0..count {
            let (recipient, after) = Recipient::read(rest).ok_or(Error::Open)?;
            recipients.push(recipient);
            rest = after;
        }
        Ok(Self { header, recipients, body: rest })
    }

    /// Puts the message together.
    ///
    /// # Errors
    /// [`Error::Invalid`] where there are not 1 to 16 recipients, or, with a key reference, none.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        let (mut message, _) = front(&self.header, &self.recipients, self.body.len())?;
        message.extend_from_slice(self.body);
        Ok(message)
    }

    /// Fails for every other context than the message's own.
    pub(crate) fn check_context(&self, context: &Context) -> Result<(), Error> {
        let same = context.digest().as_bytes().ct_eq(self.header.context.as_bytes());
        if same.into() { Ok(()) } else { Err(Error::Open) }
    }
}

/// Immutable and mutable part of a message, with room for `body` bytes more, and the length of the immutable part.
pub(crate) fn front(header: &Header, recipients: &[Recipient], body: usize) -> Result<(Vec<u8>, usize), Error> {
    check_count(header, recipients.len())?;
    let len: usize = recipients.iter().map(Recipient::encoded_len).sum();
    let mut message = Vec::with_capacity(MAX_LEN + 1 + len + body);
    header.write(&mut message);
    let immutable = message.len();
    message.push(recipients.len() as u8);
    recipients.iter().for_each(|recipient| recipient.write(&mut message));
    Ok((message, immutable))
}

/// Where the front of a message ends that starts with `bytes`: exactly once it is among them, else no later than that.
///
/// Who reads a message from a stream reads up to there and asks again, until nothing is missing.
pub(crate) fn front_end(bytes: &[u8]) -> Result<usize, Error> {
    let Some(&[.., suite, _, reference]) = bytes.first_chunk::<7>() else { return Ok(7) };
    let suite = Suite::from_id(suite).filter(|_| bytes.starts_with(MAGIC)).ok_or(Error::Open)?;
    let mut end = 7 + usize::from(reference) + 64 + suite.nonce_len() + 1;
    let Some(&count) = bytes.get(end) else { return Ok(end + 1) };
    if usize::from(count) > MAX_RECIPIENTS {
        return Err(Error::Open);
    }
    end += 1;
    for _ in 0..count {
        for _ in ["provider", "key id"] {
            let Some(&len) = bytes.get(end) else { return Ok(end + 1) };
            end += 1 + usize::from(len);
        }
        let Some(&len) = bytes.get(end + 2..).and_then(<[u8]>::first_chunk) else { return Ok(end + 4) };
        end += 4 + usize::from(u16::from_be_bytes(len));
    }
    Ok(end)
}

fn check_count(header: &Header, recipients: usize) -> Result<(), Error> {
    let (allowed, reason) = match header.reference {
        None => (1..=MAX_RECIPIENTS, "must have 1 to 16 recipients"),
        Some(_) => (0..=0, "has a key reference and so no recipients"),
    };
    if allowed.contains(&recipients) { Ok(()) } else { Err(Error::Invalid { what: "message", reason }) }
}

const MAX_RECIPIENTS: usize = 16;

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;
    use crate::envelope::header::tests::any_header;
    use crate::provider::KeyId;

    fn any_recipient() -> impl Strategy<Value = Recipient> {
        ("[a-z0-9-]{1,32}", "[!-~]{1,255}", any::<u16>(), vec(any::<u8>(), 1..600)).prop_map(
            |(provider, id, version, wrapped)| {
                Recipient::new(KeyId::new(&provider, &id, version).unwrap(), &wrapped).unwrap()
            },
        )
    }

    #[test]
    fn a_message_without_or_with_too_many_recipients_is_refused() {
        let recipient = Recipient::new(KeyId::new("file", "id", 0).unwrap(), &[0; 40]).unwrap();
        let (header, _) = Header::read(&empty_header()).unwrap();
        for (count, valid) in [(0, false), (1, true), (16, true), (17, false)] {
            let recipients = vec![recipient.clone(); count];
            assert_eq!(Envelope { header, recipients, body: b"" }.encode().is_ok(), valid, "{count}");
            let mut bytes = header.to_bytes();
            bytes.push(count as u8);
            (0..count).for_each(|_| recipient.write(&mut bytes));
            assert_eq!(Envelope::parse(&bytes).is_ok(), valid, "{count}");
        }
    }

    fn empty_header() -> [u8; 84] {
        let mut bytes = [0; 84];
        bytes[..5].copy_from_slice(b"AXE1\x01");
        bytes
    }

    proptest! {
        #[test]
        fn the_end_of_the_front_is_found_without_reading_past_it(
            header in any_header(),
            recipients in vec(any_recipient(), 1..=16),
            body in vec(any::<u8>(), 0..100),
        ) {
            let recipients = if header.reference.is_some() { vec![] } else { recipients };
            let message = Envelope { header, recipients, body: &body }.encode().unwrap();
            let mut end = 0;
            while front_end(&message[..end]).unwrap() > end {
                end = front_end(&message[..end]).unwrap();
            }
            prop_assert_eq!(end, message.len() - body.len());
        }

        #[test]
        fn a_message_reads_back_and_has_one_encoding(
            header in any_header(),
            recipients in vec(any_recipient(), 1..=16),
            body in vec(any::<u8>(), 0..100),
        ) {
            let recipients = if header.reference.is_some() { vec![] } else { recipients };
            let envelope = Envelope { header, recipients, body: &body };
            let message = envelope.encode().unwrap();
            let parsed = Envelope::parse(&message).unwrap();
            prop_assert_eq!(&parsed, &envelope);
            prop_assert_eq!(parsed.encode().unwrap(), message);
        }

        #[test]
        fn any_bytes_are_parsed_or_refused_without_panic(tail in vec(any::<u8>(), 0..300), magic in any::<bool>()) {
            let message = if magic { [&empty_header()[..], &tail].concat() } else { tail };
            if let Ok(envelope) = Envelope::parse(&message) {
                prop_assert_eq!(envelope.encode().unwrap(), message);
            }
        }
    }
}
