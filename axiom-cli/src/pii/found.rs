//! What is found in a file, and where.

use core::ops::Range;

use axiom_core::Finding;
use axiom_pii::{Csv, Json, Located, Scanner};
use clap::ValueEnum;
use serde::Serialize;

use super::form::Form;

/// A finding as it is printed: never with its value.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Found {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) score: f64,
    pub(super) validated: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) pointer: Option<String>,
    #[serde(skip)]
    pub(super) lines: Lines,
}

/// Where a finding stands as editors count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Lines {
    /// From 1.
    pub(super) start: Spot,
    /// Behind its last character.
    pub(super) end: Spot,
}

/// A line and a column in characters, both from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spot {
    pub(super) line: usize,
    pub(super) column: usize,
}

impl Default for Spot {
    fn default() -> Self {
        Self { line: 1, column: 1 }
    }
}

/// What offsets count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Offsets {
    /// Bytes of UTF-8
    Bytes,
    /// Code points, as Python counts
    Chars,
    /// UTF-16 code units, as JavaScript and Java count
    Utf16,
}

impl Offsets {
    /// How many there are in `bytes`; each that is no UTF-8 counts as one.
    fn count(self, bytes: &[u8]) -> usize {
        let leads = |least: u8| bytes.iter().filter(|&&byte| byte >= least).count();
        let characters = || bytes.iter().filter(|&&byte| byte & 0xc0 != 0x80).count();
        match self {
            Self::Bytes => bytes.len(),
            Self::Chars => characters(),
            Self::Utf16 => characters() + leads(0xf0),
        }
    }
}

/// What was found in a file, in the order of places, and what is wrong with it where it is not of its form.
pub(super) struct File {
    pub(super) found: Vec<Found>,
    pub(super) wrong: Option<String>,
}

impl File {
    /// Finds what stands in `bytes`; what is no document of its form is read as text.
    pub(super) fn scan(scanner: &Scanner, form: Form, bytes: &[u8], offsets: Offsets) -> Self {
        let (mut located, mut wrong) = (Vec::new(), None);
        let read = match form {
            Form::Auto | Form::Text => {
                located = text(scanner, bytes);
                Ok(())
            }
            Form::Json => Json::new(scanner).scan(bytes, |found| located.push(place(found))),
            Form::Csv | Form::Tsv => {
                let csv = Csv::new(scanner).delimiter(form.delimiter().unwrap_or_default());
                csv.scan(bytes, |found| located.push((found.raw.clone(), found.finding.clone())))
            }
            Form::Ndjson => Json::new(scanner).scan_lines(bytes, |found| match found {
                Ok(found) => located.push(place(found)),
                Err(error) => drop(wrong.get_or_insert_with(|| error.to_string())),
            }),
        };
        if let Err(error) = read {
            wrong = Some(error.to_string());
            located = text(scanner, bytes);
        }
        located.sort_by_key(|(range, _)| range.start);
        Self { found: counted(bytes, located, offsets), wrong }
    }
}

fn text(scanner: &Scanner, bytes: &[u8]) -> Vec<(Range<usize>, Finding)> {
    let mut findings = Vec::new();
    scanner.scan_bytes(bytes, &mut findings);
    findings.into_iter().map(|finding| (finding.range.clone(), finding)).collect()
}

fn place(located: &Located) -> (Range<usize>, Finding) {
    (located.raw.clone(), located.finding.clone())
}

/// The findings with their places counted, on from one to the next: a long line may hold very many.
fn counted(bytes: &[u8], located: Vec<(Range<usize>, Finding)>, offsets: Offsets) -> Vec<Found> {
    let mut at = Cursor::default();
    let count = |(range, finding): (Range<usize>, Finding)| {
        at.advance(bytes, range.start, offsets);
        let mut end = at;
        end.advance(bytes, range.end, offsets);
        Found {
            kind: finding.kind.into_owned(),
            start: at.offset,
            end: end.offset,
            score: rounded(finding.score),
            validated: finding.validated,
            pointer: finding.pointer,
            lines: Lines { start: at.spot, end: end.spot },
        }
    };
    located.into_iter().map(count).collect()
}

/// A place in a file, counted in every way.
#[derive(Debug, Clone, Copy, Default)]
struct Cursor {
    byte: usize,
    offset: usize,
    spot: Spot,
}

impl Cursor {
    fn advance(&mut self, bytes: &[u8], to: usize, offsets: Offsets) {
        let Some(between) = bytes.get(self.byte..to) else { return };
        self.offset += offsets.count(between);
        let last = between.iter().rposition(|&byte| byte == b'\n');
        self.spot.line += between.iter().filter(|&&byte| byte == b'\n').count();
        self.spot.column = match last {
            Some(last) => 1 + Offsets::Chars.count(&between[last + 1..]),
            None => self.spot.column + Offsets::Chars.count(between),
        };
        self.byte = to;
    }
}

/// The score with the two decimals that it has.
pub(super) fn rounded(score: f32) -> f64 {
    (f64::from(score) * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(form: Form, text: &str, offsets: Offsets) -> Vec<Found> {
        File::scan(&Scanner::new(), form, text.as_bytes(), offsets).found
    }

    #[test]
    fn places_are_counted_in_every_unit() {
        let text = "é\n🙂 bob@example.com";
        for (offsets, start) in [(Offsets::Bytes, 8), (Offsets::Chars, 4), (Offsets::Utf16, 5)] {
            let [found] = &found(Form::Text, text, offsets)[..] else { panic!("one finding") };
            assert_eq!((found.start, found.end), (start, start + 15));
            assert_eq!(found.lines.start, Spot { line: 2, column: 3 });
            assert_eq!(found.lines.end, Spot { line: 2, column: 18 });
        }
    }

    #[test]
    fn documents_have_pointers_and_places_in_the_file() {
        let [found] = &found(Form::Json, "{\n  \"ssn\": 536904399}", Offsets::Bytes)[..] else { panic!("one finding") };
        assert_eq!((found.pointer.as_deref(), found.start, found.end), (Some("/ssn"), 11, 20));
        assert_eq!(found.lines.start, Spot { line: 2, column: 10 });
    }

    #[test]
    fn columns_are_context() {
        let [found] = &found(Form::Csv, "id,ssn\n1,536904399\n", Offsets::Bytes)[..] else { panic!("one finding") };
        assert_eq!((found.kind.as_str(), found.start), ("us_ssn", 9));
    }

    #[test]
    fn what_is_no_document_is_read_as_text() {
        let file = File::scan(&Scanner::new(), Form::Json, b"{\"to\": bob@example.com", Offsets::Bytes);
        assert_eq!((file.found.len(), file.found[0].start), (1, 7));
        assert!(file.wrong.is_some_and(|wrong| !wrong.contains("bob")));
    }

    #[test]
    fn bytes_that_are_no_text_do_not_stop_it() {
        let file = File::scan(&Scanner::new(), Form::Text, b"\xff\n bob@example.com", Offsets::Bytes);
        assert_eq!(file.found[0].start, 3);
    }
}
