//! Escapes in strings: resolved for the scan, with the way back to where each character is written.

use core::ops::Range;
use core::str::Chars;

/// Appends the text that `raw` stands for.
///
/// A surrogate without its other half, which is no character, becomes U+FFFD; what is no escape stays as it is.
pub(crate) fn decode(raw: &str, out: &mut String) {
    for piece in Pieces::of(raw) {
        match piece.text {
            Text::Plain => out.push_str(&raw[piece.range]),
            Text::Escaped(character) => out.push(character),
        }
    }
}

/// Appends `text` as the content of a string.
pub(crate) fn encode(text: &str, out: &mut Vec<u8>) {
    for character in text.chars() {
        match character {
            '"' | '\\' => out.extend([b'\\', character as u8]),
            '\0'..='\x1f' => out.extend(format!("\\u{:04x}", u32::from(character)).bytes()),
            _ => out.extend(character.encode_utf8(&mut [0; 4]).bytes()),
        }
    }
}

/// The way back from places in the decoded text, asked for in their order, to those in the raw one.
pub(crate) struct Origins<'r> {
    pieces: Pieces<'r>,
    /// The current piece, and where it begins in the decoded text.
    piece: Option<Piece>,
    start: usize,
    end: usize,
}

impl<'r> Origins<'r> {
    pub(crate) fn of(raw: &'r str) -> Self {
        let mut pieces = Pieces::of(raw);
        Self { piece: pieces.next(), pieces, start: 0, end: raw.len() }
    }

    pub(crate) fn range(&mut self, decoded: &Range<usize>) -> Range<usize> {
        self.place(decoded.start)..self.place(decoded.end)
    }

    fn place(&mut self, decoded: usize) -> usize {
        while let Some(piece) = &self.piece {
            let behind = self.start + piece.length();
            if decoded < behind {
                return piece.range.start + if piece.text == Text::Plain { decoded - self.start } else { 0 };
            }
            self.start = behind;
            self.piece = self.pieces.next();
        }
        self.end
    }
}

/// The pieces of a string: escapes, and what stands between.
struct Pieces<'r> {
    raw: &'r str,
    at: usize,
}

struct Piece {
    /// Where it is written.
    range: Range<usize>,
    text: Text,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Text {
    Escaped(char),
    Plain,
}

impl Piece {
    /// Its length in the decoded text.
    fn length(&self) -> usize {
        match self.text {
            Text::Escaped(character) => character.len_utf8(),
            Text::Plain => self.range.len(),
        }
    }
}

impl<'r> Pieces<'r> {
    const fn of(raw: &'r str) -> Self {
        Self { raw, at: 0 }
    }
}

impl Iterator for Pieces<'_> {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        let rest = self.raw.get(self.at..).filter(|rest| !rest.is_empty())?;
        let (length, text) = match escaped(rest) {
            Some((length, character)) => (length, Text::Escaped(character)),
            // A backslash that begins no escape is plain.
            None => {
                let from = usize::from(rest.starts_with('\\'));
                (rest[from..].find('\\').map_or(rest.len(), |plain| from + plain), Text::Plain)
            }
        };
        let start = self.at;
        self.at += length;
        Some(Piece { range: start..self.at, text })
    }
}

/// The length and the meaning of the escape that `rest` begins with.
fn escaped(rest: &str) -> Option<(usize, char)> {
    let mut characters = rest.strip_prefix('\\')?.chars();
    let character = match characters.next()? {
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => return unicode(&characters),
        character @ ('"' | '\\' | '/') => character,
        _ => return None,
    };
    Some((2, character))
}

/// The same for `\uXXXX`, of which two may be the halves of one character.
fn unicode(digits: &Chars<'_>) -> Option<(usize, char)> {
    let (first, rest) = code_unit(digits.as_str())?;
    let second = rest.strip_prefix("\\u").and_then(code_unit);
    if let (0xd800..=0xdbff, Some((low @ 0xdc00..=0xdfff, _))) = (first, second) {
        let code = 0x1_0000 + ((first - 0xd800) << 10) + (low - 0xdc00);
        return char::from_u32(code).map(|character| (12, character));
    }
    Some((6, char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER)))
}

fn code_unit(text: &str) -> Option<(u32, &str)> {
    let (digits, rest) = text.split_at_checked(4)?;
    digits
        .bytes()
        .all(|digit| digit.is_ascii_hexdigit())
        .then(|| u32::from_str_radix(digits, 16).ok())?
        .map(|unit| (unit, rest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decoded(raw: &str) -> String {
        let mut out = String::new();
        decode(raw, &mut out);
        out
    }

    #[test]
    fn escapes_are_resolved() {
        assert_eq!(decoded(r#"\\\/\"\b\f\n\r\t\u00e9\uD83D\uDE42."#), "\\/\"\u{8}\u{c}\n\r\té🙂.");
    }

    #[test]
    fn half_a_character_is_a_replacement_character() {
        for raw in [r"\ud83d", r"\ude42", r"\ud83d\u0041", r"\ud83d\n"] {
            assert!(decoded(raw).starts_with('\u{fffd}'), "{raw}");
        }
        assert_eq!(decoded(r"\ud83d\ud83d\ude42"), "\u{fffd}🙂");
    }

    #[test]
    fn what_is_no_escape_stays() {
        for raw in [r"\x", r"C:\users", r"\u12", r"\", r"\é", "é"] {
            assert_eq!(decoded(raw), raw);
        }
    }

    #[test]
    fn places_lead_back_to_the_escapes() {
        let raw = r"a\u00e9b\n";
        let mut origins = Origins::of(raw);
        assert_eq!(decoded(raw), "aéb\n");
        assert_eq!([origins.range(&(0..1)), origins.range(&(1..3)), origins.range(&(3..5))], [0..1, 1..7, 7..10]);
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded_again(text in any::<String>()) {
            let mut raw = Vec::new();
            encode(&text, &mut raw);
            let raw = String::from_utf8(raw).unwrap();
            prop_assert_eq!(&decoded(&raw), &text);
            prop_assert_eq!(serde_json::from_str::<String>(&format!("\"{raw}\"")).unwrap(), text);
        }

        #[test]
        fn every_character_leads_back_to_what_it_is_written_as(parts in prop::collection::vec(part(), 0..20)) {
            let raw = parts.concat();
            let text = decoded(&raw);
            let mut origins = Origins::of(&raw);
            for (place, character) in text.char_indices() {
                let written = &raw[origins.range(&(place..place + character.len_utf8()))];
                prop_assert_eq!(decoded(written), character.to_string());
            }
        }
    }

    fn part() -> impl Strategy<Value = String> {
        prop_oneof!["[^\\\\]", r"\\[nt/\\]", r"\\u[0-9a-c]{4}", r"\\ud83d\\ude4[0-9]"]
    }
}
