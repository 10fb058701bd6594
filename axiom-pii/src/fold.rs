//! Folding: characters that look like ASCII, or like nothing, read as what they look like.

mod table;

use core::ops::Range;

use self::table::{ITSELF, MARK, NOTHING, reading};
use crate::reach::{LEFT, RIGHT};

/// A part of a text, folded, with the way back.
#[derive(Default)]
pub(crate) struct Folded {
    /// What the part reads like.
    pub(crate) text: String,
    /// Where each piece of it comes from, in order.
    pieces: Vec<Piece>,
}

/// A run of bytes, each of which was as many bytes before.
#[derive(Clone, Copy)]
struct Piece {
    /// Where it begins in the folded text.
    start: usize,
    /// Where it begins in the original.
    original: usize,
    /// How many bytes of the original each byte of it stands for: one, or those of a character that was replaced.
    width: usize,
}

impl Piece {
    /// Where the original of the byte at `place` begins.
    const fn original(self, place: usize) -> usize {
        self.original + (place - self.start) * self.width
    }
}

impl Folded {
    /// Reads the part `start..end` of `text` into the memory of the last one.
    fn read(&mut self, text: &str, start: usize, end: usize) {
        self.text.clear();
        self.pieces.clear();
        // From here on everything reads like itself.
        let mut plain = start;
        for (place, character) in text[start..end].char_indices() {
            let (reads, at) = (reading(character), start + place);
            if reads == ITSELF || (reads == MARK && !self.follows_ascii(&text[plain..at])) {
                continue;
            }
            if plain < at {
                self.copy(text, plain..at);
            }
            plain = at + character.len_utf8();
            if !matches!(reads, MARK | NOTHING) {
                self.add(at, character.len_utf8());
                self.text.push(char::from(reads));
            }
        }
        if plain < end {
            self.copy(text, plain..end);
        }
    }

    /// Whether a letter or digit of ASCII was read last, before or in `plain`, which reads like itself.
    fn follows_ascii(&self, plain: &str) -> bool {
        let last = plain.as_bytes().last().or(self.text.as_bytes().last());
        last.is_some_and(u8::is_ascii_alphanumeric)
    }

    /// Reads a part of the text that reads like itself.
    fn copy(&mut self, text: &str, part: Range<usize>) {
        self.add(part.start, 1);
        self.text.push_str(&text[part]);
    }

    /// Notes where the next bytes come from, unless the last piece goes on.
    #[inline]
    fn add(&mut self, original: usize, width: usize) {
        let start = self.text.len();
        let goes_on = |last: &Piece| last.width == width && last.original(start) == original;
        if !self.pieces.last().is_some_and(goes_on) {
            self.pieces.push(Piece { start, original, width });
        }
    }

    /// Reads the next part of a text around characters that hide a value, with what may belong to it, from `at` on;
    /// answers where it ends, or `None` where there is none.
    ///
    /// A text without such characters costs a look at each character beyond ASCII.
    pub(crate) fn next(&mut self, hidden: &mut Hidden<'_>, at: usize) -> Option<usize> {
        let text = hidden.text;
        let first = hidden.next(at)?;
        let mut last = last_styled(text, first);
        while let Some(next) = hidden.next(last + 1).filter(|next| next - last <= LEFT) {
            last = last_styled(text, next);
        }
        let boundary = |&place: &usize| text.is_char_boundary(place);
        let start = (first.saturating_sub(LEFT)..).find(boundary)?;
        let end = ((last + RIGHT).min(text.len())..).find(boundary)?;
        self.read(text, start, end);
        Some(end)
    }

    /// Whether `range` and `margin` bytes on either side of it read like they are written in `text`.
    pub(crate) fn is_plain(&self, text: &str, range: &Range<usize>, margin: usize) -> bool {
        let boundary = |&place: &usize| self.text.is_char_boundary(place);
        let start = (0..=range.start.saturating_sub(margin)).rev().find(boundary).unwrap_or(0);
        let end = ((range.end + margin).min(self.text.len())..).find(boundary).unwrap_or(range.end);
        text[self.original(&(start..end))] == self.text[start..end]
    }

    /// The original bytes of the folded ones, of which there is one at least.
    pub(crate) fn original(&self, range: &Range<usize>) -> Range<usize> {
        let (first, last) = (self.piece(range.start), self.piece(range.end - 1));
        first.original(range.start)..last.original(range.end - 1) + last.width
    }

    /// The piece in which the byte at `place` stands.
    fn piece(&self, place: usize) -> Piece {
        self.pieces[self.pieces.partition_point(|piece| piece.start <= place) - 1]
    }
}

/// Where the last of those parts begins, if it may go on behind the end of `text`.
pub(crate) fn open_window(text: &str) -> Option<usize> {
    let mut open: Option<(usize, usize)> = None;
    let (mut hidden, mut at) = (Hidden::of(text), 0);
    while let Some(next) = hidden.next(at) {
        let first = open.filter(|(_, last)| next - last <= LEFT).map_or(next, |(first, _)| first);
        let last = last_styled(text, next);
        open = Some((first, last));
        at = last + 1;
    }
    let (first, last) = open?;
    let start = (first.saturating_sub(LEFT)..).find(|&place| text.is_char_boundary(place));
    start.filter(|_| text.len() - last <= LEFT + RIGHT)
}

/// The last character of those in another shape that follow each other from `at` on; `at` where there are none.
fn last_styled(text: &str, at: usize) -> usize {
    let (mut last, mut next) = (at, at);
    while let Some(width) = styled_width(text, next) {
        (last, next) = (next, next + width);
    }
    last
}

/// The length of the character at `at`, if it is in another shape; full-width ones are known by their bytes.
fn styled_width(text: &str, at: usize) -> Option<usize> {
    match text.as_bytes()[at..] {
        [0xef, 0xbc, 0x90..=0x99 | 0xa1..=0xba, ..] | [0xef, 0xbd, 0x81..=0x9a, ..] => Some(3),
        _ => text[at..].chars().next().filter(|&character| is_styled(character)).map(char::len_utf8),
    }
}

/// The characters of a text that are read as others, or not at all, and touch what values are made of.
pub(crate) struct Hidden<'a> {
    text: &'a str,
    addresses: Addresses,
}

impl<'a> Hidden<'a> {
    pub(crate) fn of(text: &'a str) -> Self {
        Self { text, addresses: Addresses::default() }
    }

    /// The next one from `at` on; what is asked for goes forward.
    pub(crate) fn next(&mut self, at: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let mut at = at;
        loop {
            at += bytes.get(at..)?.iter().position(|&byte| byte >= 0xc2)?;
            let character = self.text[at..].chars().next()?;
            let read = reading(character);
            if read != ITSELF && (is_hiding(self.text, at, character, read) || self.addresses.has(bytes, at)) {
                return Some(at);
            }
            at += character.len_utf8();
        }
    }
}

/// Whether the character at `at`, which reads like `read`, may be one of a value: a digit or an at sign is, everything
/// else is where such or a letter stands beside it.
fn is_hiding(text: &str, at: usize, character: char, read: u8) -> bool {
    if is_styled(character) || read == b'@' || (read.is_ascii_digit() && character.is_numeric()) {
        return true;
    }
    let before = text.as_bytes()[..at].last().copied().unwrap_or_default();
    let after = text.as_bytes().get(at + character.len_utf8()).copied().unwrap_or_default();
    // Letters of other scripts and accents are text, unless a digit or a letter of a code touches them.
    let touched = |byte: u8| byte.is_ascii_digit() || byte == b'@' || byte.is_ascii_uppercase();
    match read {
        MARK => touched(before) || (before.is_ascii_lowercase() && is_near_digit(text.as_bytes(), at)),
        NOTHING => before.is_ascii_alphanumeric() || after.is_ascii_alphanumeric(),
        b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' if !is_latin(character) => {
            before.is_ascii_alphanumeric() || after.is_ascii_alphanumeric() || is_in_group(text, at, character)
        }
        _ => touched(before) || touched(after),
    }
}

/// Where there are addresses, looked for as far as it is asked.
#[derive(Default)]
struct Addresses {
    /// Up to here there is no at sign, from where an address reaches to the first place that was asked for.
    none_before: usize,
}

impl Addresses {
    /// Whether an at sign stands before or after `at` with no space between, as far as an address reaches.
    fn has(&mut self, bytes: &[u8], at: usize) -> bool {
        if at + ADDRESS <= self.none_before {
            return false;
        }
        let (from, ahead) = (at.saturating_sub(ADDRESS), bytes.len().min(at + AHEAD));
        self.none_before = match memchr::memchr(b'@', &bytes[from..ahead]) {
            Some(place) => from + place,
            None if ahead == bytes.len() => usize::MAX,
            None => ahead,
        };
        at + ADDRESS > self.none_before && is_in_address(bytes, at)
    }
}

/// Whether a digit stands a few bytes before or behind `at`.
fn is_near_digit(bytes: &[u8], at: usize) -> bool {
    bytes[at.saturating_sub(NEAR)..bytes.len().min(at + NEAR)].iter().any(u8::is_ascii_digit)
}

/// Whether an at sign stands before or after `at` with no space between, as far as an address reaches.
fn is_in_address(bytes: &[u8], at: usize) -> bool {
    let before = &bytes[at.saturating_sub(ADDRESS)..at];
    let after = &bytes[at..bytes.len().min(at + ADDRESS)];
    memchr::memrchr2(b'@', b' ', before).is_some_and(|place| before[place] == b'@')
        || memchr::memchr2(b'@', b' ', after).is_some_and(|place| after[place] == b'@')
}

/// Whether the character at `at` reads like one of a few capitals and digits behind a digit and a space, as in
/// `GB82 WEST 1234`.
fn is_in_group(text: &str, at: usize, character: char) -> bool {
    let belongs = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    let next = text[at + character.len_utf8()..].chars().next();
    let mut before = text[..at].chars().rev().map(ascii).take(GROUP).skip_while(belongs);
    belongs(&ascii(character))
        && next.is_none_or(|next| belongs(&ascii(next)) || !next.is_alphanumeric())
        && before.next().is_some_and(|byte| matches!(byte, b' ' | b'-'))
        && before.next().is_some_and(|byte| byte.is_ascii_digit())
}

/// What the character reads like; `None` for nothing.
pub(crate) fn fold(character: char) -> Option<char> {
    match reading(character) {
        ITSELF => Some(character),
        MARK | NOTHING => None,
        ascii => Some(char::from(ascii)),
    }
}

/// The value as it looks to who knows its letters: those with accents and those of other scripts stay what they are.
pub(crate) fn look(value: &str) -> String {
    let is_itself =
        |character: char| reading(character) == MARK || (character.is_alphabetic() && !is_styled(character));
    value.chars().filter_map(|character| if is_itself(character) { Some(character) } else { fold(character) }).collect()
}

/// What the character reads like in ASCII, or 0.
const fn ascii(character: char) -> u8 {
    match reading(character) {
        ITSELF if character.is_ascii() => character as u8,
        read @ 1..0x80 => read,
        _ => 0,
    }
}

/// Whether it is a letter or digit of ASCII in another shape, full-width, mathematical or in a circle; full-width
/// punctuation is what Chinese has.
const fn is_styled(character: char) -> bool {
    matches!(character,
        '\u{ff10}'..='\u{ff19}' | '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}'
        | '\u{249c}'..='\u{24e9}' | '\u{1d400}'..='\u{1d6a3}' | '\u{1d7ce}'..='\u{1d7ff}' | '\u{1f110}'..='\u{1f189}')
}

/// Whether it is a Latin letter: accents stand beside plain letters in many languages.
const fn is_latin(character: char) -> bool {
    matches!(character, '\u{80}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}')
}

/// The longest group of letters, with the space and the digit before it.
const GROUP: usize = 6;
/// How far a digit is looked for around a mark over a letter, in bytes.
const NEAR: usize = 12;
/// How far ahead at signs are looked for at once, in bytes.
const AHEAD: usize = 4096;
/// How far an at sign is looked for: the longest local part (RFC 5321) in characters of four bytes.
const ADDRESS: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> Vec<String> {
        let (mut hidden, mut at) = (Hidden::of(text), 0);
        let (mut folded, mut texts) = (Folded::default(), Vec::new());
        while let Some(end) = folded.next(&mut hidden, at) {
            (at, _) = (end, texts.push(folded.text.clone()));
        }
        texts
    }

    #[test]
    fn digits_of_every_script_are_digits() {
        assert_eq!(folded("𝟎𝟗𝟘𝟡𝟿٠९４①²"), ["0909909412"]);
    }

    #[test]
    fn what_is_not_seen_is_not_read() {
        assert_eq!(folded("4\u{200b}1\u{ad}1\u{301}1"), ["4111"]);
        assert_eq!(folded("４１１１\u{a0}1111‑1111"), ["4111 1111-1111"]);
        assert_eq!(folded("GВ82"), ["GB82"]);
        assert_eq!(folded("GB82 ԜЕЅТ"), ["GB82 WEST"]);
        assert_eq!(folded("5 𝐉𝐮𝐧𝐞 Ⓙ🄹"), ["5 June JJ"]);
        assert_eq!(folded("exаmple"), ["example"]);
        assert_eq!(folded("4111 ббЗЗ"), ["4111 6633"]);
    }

    #[test]
    fn runs_of_other_shapes_end_where_they_do() {
        for character in '\u{ff00}'..='\u{ff60}' {
            let text = format!("{character}x");
            assert_eq!(styled_width(&text, 0), is_styled(character).then_some(3), "{character}");
        }
        assert_eq!(last_styled("ａＺ９Ⓐ𝟎x", 0), 12);
        assert_eq!(last_styled("x", 0), 0);
    }

    #[test]
    fn ordinary_text_has_no_windows() {
        for text in [
            "plain 4111",
            "naïve café — “yes”",
            "e\u{301}",
            "Привет, мир",
            "Завтра обед",
            "в 12 было",
            "你好，世界",
            "👩\u{200d}👧",
        ] {
            assert!(folded(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn places_lead_back_to_whole_characters() {
        let mut window = Folded::default();
        window.next(&mut Hidden::of("x ４\u{200b}２"), 0).unwrap();
        assert_eq!(window.text, "x 42");
        assert_eq!(window.original(&(2..4)), 2..11);
    }

    #[test]
    fn letters_of_other_scripts_look_like_themselves() {
        assert_eq!(look("４１\u{200b}１1\u{a0}𝐛o\u{2011}"), "4111 bo-");
        assert_eq!(look("jos\u{e9} \u{431}o\u{301}"), "jos\u{e9} \u{431}o\u{301}");
    }
}
