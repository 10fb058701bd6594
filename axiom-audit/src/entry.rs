//! Entries: the lines of a log, and what links them.
//!
//! An entry is one line of UTF-8 JSON in RFC 8785 (JCS) form, at most 65,535 bytes without its newline:
//!
//! ```json
//! {"event":{…},"log":"<origin>","prev":"<hex>","seq":<n>,"v":1}
//! ```
//!
//! `prev` is the leaf hash of the entry before. That of the first entry is the [`genesis`] of the log. As the keys are
//! sorted, all that follows the event is a suffix that a verifier can build by itself and compare; checking the chain
//! needs no JSON parser.

use axiom_core::{Canonical, Digest, Origin};

/// The longest entry, in bytes, without its newline.
pub const MAX_ENTRY_LEN: usize = 65_535;

/// What the first entry of a log has for `prev`: SHA-256("axiom-audit/v1/genesis\n" ‖ origin ‖ "\n").
#[must_use]
pub fn genesis(origin: &Origin) -> Digest {
    Digest::of(&[b"axiom-audit/v1/genesis\n", origin.as_str().as_bytes(), b"\n"])
}

/// The leaf hash of an entry: SHA-256(0x00 ‖ line), the line without its newline (RFC 6962, section 2.1).
#[must_use]
pub fn leaf_hash(line: &[u8]) -> Digest {
    Digest::of(&[&[0], line])
}

/// Writes everything of an entry that follows its event.
pub(crate) fn write_suffix(out: &mut Vec<u8>, origin: &Origin, prev: Digest, seq: u64) {
    out.extend_from_slice(br#","log":""#);
    out.extend_from_slice(origin.as_str().as_bytes());
    out.extend_from_slice(br#"","prev":""#);
    out.extend_from_slice(&prev.to_hex());
    out.extend_from_slice(br#"","seq":"#);
    out.extend_from_slice(seq.to_string().as_bytes());
    out.extend_from_slice(br#","v":1}"#);
}

/// What stands before the event.
pub(crate) const PREFIX: &[u8] = Canonical::PREFIX;

/// The links that an entry claims, read from its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Links<'a> {
    pub(crate) event: &'a [u8],
    pub(crate) log: &'a str,
    pub(crate) prev: Digest,
    pub(crate) seq: u64,
}

impl<'a> Links<'a> {
    /// Reads the links of `line`, or `None` where it does not have the form of an entry.
    pub(crate) fn read(line: &'a [u8]) -> Option<Self> {
        let rest = line.strip_suffix(br#","v":1}"#)?;
        let (rest, seq) = split_last(rest, br#","seq":"#)?;
        let (rest, prev) = split_last(rest, br#","prev":"#)?;
        let (rest, log) = split_last(rest, br#","log":"#)?;
        let event = rest.strip_prefix(PREFIX)?;
        let is_object = event.first() == Some(&b'{') && event.last() == Some(&b'}');
        is_object.then_some(())?;
        Some(Self { event, log: unquoted(log)?, prev: unquoted(prev)?.parse().ok()?, seq: number(seq)? })
    }
}

/// Splits at the last occurrence of `separator`; what follows the event never holds one of them.
fn split_last<'a>(bytes: &'a [u8], separator: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = bytes.windows(separator.len()).rposition(|window| window == separator)?;
    Some((&bytes[..at], &bytes[at + separator.len()..]))
}

fn unquoted(json: &[u8]) -> Option<&str> {
    let text = json.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
    core::str::from_utf8(text).ok()
}

/// A decimal number without sign or leading zeros, at most 2^53 − 1.
fn number(digits: &[u8]) -> Option<u64> {
    let text = core::str::from_utf8(digits).ok()?;
    let canonical = text == "0" || (!text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit()));
    let value: u64 = canonical.then(|| text.parse().ok())??;
    (value < 1 << 53).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin() -> Origin {
        "audit.example.com/9f/material".parse().unwrap()
    }

    fn line(event: &str, seq: u64) -> Vec<u8> {
        let mut line = [PREFIX, event.as_bytes()].concat();
        write_suffix(&mut line, &origin(), genesis(&origin()), seq);
        line
    }

    #[test]
    fn an_entry_reads_back() {
        let line = line(r#"{"a":",\"seq\":7,\"v\":1}"}"#, 3);
        let links = Links::read(&line).unwrap();
        assert_eq!((links.log, links.prev, links.seq), (origin().as_str(), genesis(&origin()), 3));
        assert_eq!(links.event, br#"{"a":",\"seq\":7,\"v\":1}"}"#);
    }

    #[test]
    fn other_forms_are_no_entries() {
        for line in [
            b"".to_vec(),
            b"{}".to_vec(),
            line("[]", 1),
            line("{}", 1 << 53),
            [&line("{}", 1)[..], b" "].concat(),
            String::from_utf8(line("{}", 1)).unwrap().replace("\"seq\":1", "\"seq\":01").into_bytes(),
            String::from_utf8(line("{}", 1)).unwrap().replace("\"seq\":1", "\"seq\":+1").into_bytes(),
        ] {
            assert_eq!(Links::read(&line), None, "{}", String::from_utf8_lossy(&line));
        }
    }
}
