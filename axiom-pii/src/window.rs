//! Windows: a long text is redacted piece by piece, and the pieces depend on the text alone.
//!
//! A window is scanned together with some text before it. It ends at the last place that nothing can change any more
//! that follows: so a stream, which sees the text in chunks, cuts it where a redaction of the whole text does.

use core::ops::Range;

use axiom_core::Finding;

use crate::fold;
use crate::scanner::Scanner;
use crate::scratch::Scratch;
use crate::settle::Settled;

/// A window that was scanned.
pub(crate) struct Window {
    /// What stands in it: sorted, disjoint, in bytes of the text that was given.
    pub(crate) findings: Vec<Finding>,
    /// Where it ends, and the next one begins.
    pub(crate) end: usize,
    /// The value that it is cut short by: it fills the window, and goes on behind it.
    pub(crate) endless: Option<Finding>,
}

/// What is known of the text behind a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Behind {
    /// There is more, and the window cannot grow.
    More,
    /// There is no more.
    Nothing,
    /// There may be more.
    Unknown,
}

impl Window {
    /// The window that begins at `start` in `text`, which ends where nothing that follows matters.
    pub(crate) fn of(
        scanner: &Scanner,
        scratch: &mut Scratch,
        field: &str,
        text: &str,
        start: usize,
        behind: Behind,
    ) -> Self {
        let Settled { mut findings, found } = Settled::of(scanner, scratch, field, text);
        let end = match behind {
            Behind::Nothing => text.len(),
            Behind::Unknown if !scanner.is_bounded() => start,
            Behind::Unknown => decided(text, start, &found),
            Behind::More => match decided(text, start, &found) {
                end if end > start => end,
                _ => match forced(text, start, &findings) {
                    Ok(end) => end,
                    Err(endless) => return Self::filled_by(endless, text.len()),
                },
            },
        };
        findings.retain(|finding| finding.range.start >= start && finding.range.end <= end);
        Self { findings, end, endless: None }
    }

    fn filled_by(endless: Finding, end: usize) -> Self {
        Self { findings: Vec::new(), end, endless: Some(endless) }
    }
}

/// Up to where the text is decided, whatever follows it.
fn decided(text: &str, start: usize, found: &[Range<usize>]) -> usize {
    let lag = floor(text, text.len().saturating_sub(LAG));
    let settled = before_hidden(text, before_token(text, lag));
    let mut end = settled.max(calm(text, start).unwrap_or_default());
    // Of what hangs together, the better is known only once all of it is.
    for range in found.iter().rev() {
        if range.start < end && range.end > end {
            end = range.start;
        }
    }
    end.max(start)
}

/// The end of the last word that all the text behind it leaves alone: there is nothing in it that values are
/// recognized by.
fn calm(text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let anchor = bytes[start..].iter().rposition(|byte| byte.is_ascii_digit() || *byte == b'@');
    let quiet = anchor.map_or(start, |place| start + place + 1);
    // The token of the anchor may go on: a domain has no digits.
    let quiet = quiet + bytes[quiet..].iter().position(u8::is_ascii_whitespace)?;
    let (first, last) = (quiet + CONTEXT, bytes.len().checked_sub(LEAD)?);
    if first >= last || fold::Hidden::of(text).next(quiet).is_some() {
        return None;
    }
    bytes[first..last].iter().rposition(u8::is_ascii_whitespace).map(|place| first + place + 1)
}

/// The start of the token around `end`, if it goes on to the end of the text: a key may be as long as it likes.
fn before_token(text: &str, end: usize) -> usize {
    let bytes = text.as_bytes();
    if !bytes[end..].iter().all(is_token) {
        return end;
    }
    end - bytes[..end].iter().rev().take_while(|byte| is_token(byte)).count()
}

/// Before the misleading characters around `end` that hang together with the end of the text.
fn before_hidden(text: &str, end: usize) -> usize {
    if text.is_ascii() { end } else { fold::open_window(text).map_or(end, |open| open.min(end)) }
}

/// Where a window ends in which nothing is decided; the value that fills it, if one does.
fn forced(text: &str, start: usize, findings: &[Finding]) -> Result<usize, Finding> {
    // The text is a full window, and LAG is less.
    let limit = floor(text, text.len().saturating_sub(LAG)).max(start);
    let Some(crossing) = findings.iter().find(|finding| finding.range.start < limit && finding.range.end > limit)
    else {
        return Ok(limit);
    };
    match crossing.range {
        Range { start: from, .. } if from > start => Ok(from),
        Range { end, .. } if end < text.len() => Ok(end),
        _ => Err(crossing.clone()),
    }
}

/// The boundary of a character at `place`, or the last one before it.
pub(crate) fn floor(text: &str, mut place: usize) -> usize {
    while !text.is_char_boundary(place) {
        place -= 1;
    }
    place
}

/// Whether a key or a token may go on with the byte.
pub(crate) const fn is_token(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

/// How long a window is at most, in bytes.
pub(crate) const LONGEST: usize = 16 * 1024;
/// How much of the text before a window is scanned with it, in bytes.
pub(crate) const BEFORE: usize = 2 * 1024;
/// How far before the end of a text everything is decided: the longest value, its context, and as much again for
/// neighbours that stand free only once others are replaced.
const LAG: usize = 1024;
/// How far behind a value words are read, in bytes, and the few letters that end it.
const CONTEXT: usize = 96;
/// How far before its first digit or at sign a value may begin with a blank in it, in bytes: a quoted local part, a line
/// of a machine-readable zone, the first line of a key.
const LEAD: usize = 96;
