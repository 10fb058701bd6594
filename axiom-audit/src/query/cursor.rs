//! Where a page ended.

use core::fmt;
use core::str::FromStr;

use axiom_core::{Digest, OrganizationId, Stream};
use base64ct::{Base64UrlUnpadded, Encoding};

use super::timeline::Timeline;
use crate::error::Error;

/// Where a page ended, to go on from there; opaque, and printable in a URL.
///
/// It holds for the same logs, filter and order alone, and for ever: entries that are appended meanwhile neither repeat
/// nor hide others.
///
/// ```
/// use axiom_audit::Cursor;
///
/// assert!("not a cursor".parse::<Cursor>().is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// What was asked, and of whom.
    question: [u8; 8],
    /// Per stream, the number of the next entry (oldest first) or the one behind it (newest first).
    pub(super) places: Vec<(Stream, u64)>,
}

impl Cursor {
    pub(super) fn new(organization: &OrganizationId, timeline: &Timeline, places: Vec<(Stream, u64)>) -> Self {
        Self { question: question(organization, timeline), places }
    }

    /// Refuses a cursor that came with another question.
    pub(super) fn check(&self, organization: &OrganizationId, timeline: &Timeline) -> Result<(), Error> {
        if self.question == question(organization, timeline) {
            Ok(())
        } else {
            Err(Error::Cursor("belongs to another query: repeat the one it came with, or begin anew"))
        }
    }

    /// The place in one stream.
    pub(super) fn place(&self, stream: &Stream) -> Option<u64> {
        self.places.iter().find(|(other, _)| other == stream).map(|(_, place)| *place)
    }

    fn decode(mut bytes: &[u8]) -> Option<Self> {
        let question = *bytes.split_off(..8)?.first_chunk()?;
        let mut places = Vec::new();
        while let Some((len, rest)) = bytes.split_first() {
            bytes = rest;
            let name = core::str::from_utf8(bytes.split_off(..usize::from(*len))?).ok()?;
            let place = u64::from_le_bytes(*bytes.split_off(..8)?.first_chunk()?);
            places.push((name.parse().ok()?, place));
        }
        Some(Self { question, places })
    }
}

/// What tells one question from others.
fn question(organization: &OrganizationId, timeline: &Timeline) -> [u8; 8] {
    let order = [timeline.order as u8];
    let filter = timeline.filter.fingerprint();
    let digest = Digest::of(&[filter.as_bytes(), &order, organization.as_str().as_bytes()]);
    *digest.as_bytes().first_chunk().expect("a digest has 32 bytes")
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = self.question.to_vec();
        for (stream, place) in &self.places {
            let name = stream.as_str();
            bytes.push(u8::try_from(name.len()).expect("a stream's name has at most 32 bytes"));
            bytes.extend_from_slice(name.as_bytes());
            bytes.extend_from_slice(&place.to_le_bytes());
        }
        f.write_str(&Base64UrlUnpadded::encode_string(&bytes))
    }
}

impl FromStr for Cursor {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let bytes = Base64UrlUnpadded::decode_vec(text).ok();
        bytes.and_then(|bytes| Self::decode(&bytes)).ok_or(Error::Cursor("is not one that a query has given"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::Filter;

    #[test]
    fn a_cursor_reads_back_and_fits_its_own_question_alone() {
        let (acme, globex) = ("acme".parse().unwrap(), "globex".parse().unwrap());
        let timeline = Timeline::new(Filter::new().actor("user_41"));
        let places = vec![(Stream::Material, 7), ("drill".parse().unwrap(), u64::MAX)];
        let cursor = Cursor::new(&acme, &timeline, places);
        let read: Cursor = cursor.to_string().parse().unwrap();
        assert_eq!(read, cursor);
        assert!(read.check(&acme, &timeline).is_ok());
        assert!(read.check(&acme, &timeline.clone().limit(7)).is_ok());
        assert!(read.check(&globex, &timeline).is_err());
        assert!(read.check(&acme, &timeline.oldest_first()).is_err());
        for filter in [Filter::new(), Filter::new().actor("user_4"), Filter::new().on_behalf_of("user_41")] {
            assert!(read.check(&acme, &Timeline::new(filter)).is_err());
        }
    }

    #[test]
    fn what_is_no_cursor_is_refused() {
        let cursor = Cursor::new(&"acme".parse().unwrap(), &Timeline::new(Filter::new()), vec![(Stream::Material, 7)]);
        let text = cursor.to_string();
        for cut in (0..text.len()).filter(|cut| *cut != 11) {
            assert!(text[..cut].parse::<Cursor>().is_err(), "{cut}");
        }
        assert!("é".parse::<Cursor>().is_err());
        assert!(format!("{text}A").parse::<Cursor>().is_err());
    }
}
