//! What an entry should end with.

use axiom_core::{Digest, Origin};

use crate::entry::{PREFIX, write_suffix};

/// The end that the next entry should have, where it is known: everything behind its event.
///
/// A verifier that knows log, sequence number and hash before need not read an entry, only compare its bytes.
#[derive(Debug, Clone)]
pub(super) struct Suffix {
    origin: Origin,
    /// None where nothing is expected, or the number is too large for an entry.
    seq: Option<u64>,
    bytes: Vec<u8>,
}

impl Suffix {
    /// Of an entry of which nothing is known but the log.
    pub(super) const fn unknown(origin: Origin) -> Self {
        Self { origin, seq: None, bytes: Vec::new() }
    }

    /// The entry `seq` comes next, behind the one with the hash `prev`.
    pub(super) fn expect(&mut self, seq: u64, prev: Digest) {
        let counts_up = self.seq.is_some_and(|before| before + 1 == seq) && !seq.is_multiple_of(10);
        if counts_up {
            self.count_up(prev);
        } else {
            self.bytes.clear();
            write_suffix(&mut self.bytes, &self.origin, prev, seq);
        }
        self.seq = (seq < 1 << 53).then_some(seq);
    }

    /// The sequence number and the event of `line`, if it ends as it should.
    pub(super) fn strip<'a>(&self, line: &'a [u8]) -> Option<(u64, &'a [u8])> {
        let seq = self.seq?;
        let event = line.strip_suffix(self.bytes.as_slice())?.strip_prefix(PREFIX)?;
        let is_object = event.first() == Some(&b'{') && event.last() == Some(&b'}');
        is_object.then_some((seq, event))
    }

    /// Puts the next `prev` in the place of the last, and counts the last digit of the sequence number up.
    fn count_up(&mut self, prev: Digest) {
        let start = br#","log":""#.len() + self.origin.as_str().len() + br#"","prev":""#.len();
        self.bytes[start..start + 64].copy_from_slice(&prev.to_hex());
        let last_digit = self.bytes.len() - br#","v":1}"#.len() - 1;
        self.bytes[last_digit] += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::{Links, genesis, leaf_hash};

    #[test]
    fn it_is_what_is_written_at_every_number() {
        let origin: Origin = "audit.example.com/9f/material".parse().unwrap();
        let mut suffix = Suffix::unknown(origin.clone());
        for seq in (0..1200_u64).chain((1 << 53) - 12..1 << 53) {
            let prev = leaf_hash(&seq.to_be_bytes());
            suffix.expect(seq, prev);
            let mut line = [PREFIX, b"{}"].concat();
            write_suffix(&mut line, &origin, prev, seq);
            assert_eq!(suffix.strip(&line), Some((seq, &b"{}"[..])));
            assert_eq!(Links::read(&line).map(|links| links.seq), Some(seq));
        }
    }

    #[test]
    fn it_is_unknown_at_first_and_beyond_the_largest_number() {
        let origin: Origin = "audit.example.com/9f/material".parse().unwrap();
        let mut suffix = Suffix::unknown(origin.clone());
        for seq in [7, 1 << 53] {
            let mut line = [PREFIX, b"{}"].concat();
            write_suffix(&mut line, &origin, genesis(&origin), seq);
            assert_eq!(suffix.strip(&line), None);
            suffix.expect(seq, genesis(&origin));
            assert_eq!(suffix.strip(&line).is_some(), seq == 7);
        }
    }
}
