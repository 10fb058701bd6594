//! Folding: characters that look like ASCII, or like nothing, read as what they look like.

use crate::reach::{LEFT, RIGHT};

/// A part of a text, folded, with the way back.
pub(crate) struct Folded {
    /// What the part reads like.
    pub(crate) text: String,
    /// Per byte of it: where the original character begins and ends.
    places: Vec<(usize, usize)>,
}

impl Folded {
    fn of(text: &str, start: usize, end: usize) -> Self {
        let mut folded = Self { text: String::new(), places: Vec::new() };
        for (place, character) in text[start..end].char_indices() {
            let Some(read) = fold(character) else { continue };
            let from = start + place;
            folded.text.push(read);
            folded.places.extend(core::iter::repeat_n((from, from + character.len_utf8()), read.len_utf8()));
        }
        folded
    }

    /// The original bytes of the folded ones.
    pub(crate) fn original(&self, range: &core::ops::Range<usize>) -> core::ops::Range<usize> {
        self.places[range.start].0..self.places[range.end - 1].1
    }
}

/// The parts of `text` around characters that hide a value, each with what may belong to it.
///
/// A text without such characters has none, and costs a look at each character beyond ASCII.
pub(crate) fn windows(text: &str) -> impl Iterator<Item = Folded> {
    let mut at = 0;
    core::iter::from_fn(move || {
        let first = next_hidden(text, at)?;
        let mut last = first;
        while let Some(next) = next_hidden(text, last + 1).filter(|next| next - last <= LEFT) {
            last = next;
        }
        let boundary = |&place: &usize| text.is_char_boundary(place);
        let start = (first.saturating_sub(LEFT)..).find(boundary)?;
        let end = ((last + RIGHT).min(text.len())..).find(boundary)?;
        at = end;
        Some(Folded::of(text, start, end))
    })
}

/// Where the last of those parts begins, if it may go on behind the end of `text`.
pub(crate) fn open_window(text: &str) -> Option<usize> {
    let mut open: Option<(usize, usize)> = None;
    let mut at = 0;
    while let Some(next) = next_hidden(text, at) {
        let first = open.filter(|(_, last)| next - last <= LEFT).map_or(next, |(first, _)| first);
        open = Some((first, next));
        at = next + 1;
    }
    let (first, last) = open?;
    let start = (first.saturating_sub(LEFT)..).find(|&place| text.is_char_boundary(place));
    start.filter(|_| text.len() - last <= LEFT + RIGHT)
}

/// The next character from `at` on that is read as another one, or not at all, and touches what values are made of.
pub(crate) fn next_hidden(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = at;
    loop {
        at += bytes.get(at..)?.iter().position(|&byte| byte >= 0xc2)?;
        let character = text[at..].chars().next()?;
        if fold(character) != Some(character) && is_hiding(text, at, character) {
            return Some(at);
        }
        at += character.len_utf8();
    }
}

/// Whether a digit or a letter of ASCII stands beside the character, or it is a digit itself.
fn is_hiding(text: &str, at: usize, character: char) -> bool {
    let before = text.as_bytes()[..at].last().copied().unwrap_or_default();
    let after = text.as_bytes().get(at + character.len_utf8()).copied().unwrap_or_default();
    let read = fold(character);
    if is_wide(character) || read.is_some_and(|read| read.is_ascii_digit() || read == '@') {
        return true;
    }
    // Letters of other scripts and accents are text, unless a digit or a letter of a code touches them.
    let touched = |byte: u8| byte.is_ascii_digit() || byte == b'@' || byte.is_ascii_uppercase();
    match read {
        Some(read) if read.is_ascii_alphabetic() => touched(before) || touched(after),
        None if is_mark(character) => before.is_ascii_digit(),
        None => before.is_ascii_alphanumeric() || after.is_ascii_alphanumeric(),
        Some(_) => touched(before) || touched(after),
    }
}

/// What the character reads like; `None` for nothing.
pub(crate) fn fold(character: char) -> Option<char> {
    match character {
        '\0'..='\u{9f}' => Some(character),
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => Some(' '),
        '\u{2010}'..='\u{2015}' | '\u{2043}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' => Some('-'),
        '\u{2024}' => Some('.'),
        '\u{fe6b}' => Some('@'),
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(character) - 0xfee0),
        _ if is_ignorable(character) || is_mark(character) => None,
        _ => Some(digit(character).or_else(|| letter(character)).unwrap_or(character)),
    }
}

/// Whether nothing is shown for it: soft hyphens, joiners, marks of direction, selectors (`Default_Ignorable_Code_Point`).
const fn is_ignorable(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
    )
}

/// Whether it is a full-width letter or digit; full-width punctuation is what Chinese has.
const fn is_wide(character: char) -> bool {
    matches!(character, '\u{ff10}'..='\u{ff19}' | '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}')
}

/// Whether it is drawn over the character before it: the blocks of combining marks.
const fn is_mark(character: char) -> bool {
    matches!(
        character,
        '\u{300}'..='\u{34e}' | '\u{350}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
            | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}'
    )
}

/// The decimal digit of any script that it is.
fn digit(character: char) -> Option<char> {
    let code = u32::from(character);
    if (0x1d7ce..=0x1d7ff).contains(&code) {
        return char::from_digit((code - 0x1d7ce) % 10, 10);
    }
    let zero = ZEROS[..ZEROS.partition_point(|&zero| zero <= code)].last()?;
    char::from_digit(code - zero, 10).filter(|_| code - zero < 10)
}

/// The Latin letter that a Greek or Cyrillic one looks like (Unicode Technical Standard 39, confusables).
fn letter(character: char) -> Option<char> {
    let place = CONFUSABLES.binary_search_by_key(&character, |pair| pair.0).ok()?;
    Some(CONFUSABLES[place].1)
}

/// The zeros of the scripts that have decimal digits (Unicode 16, `Nd`).
const ZEROS: [u32; 59] = [
    0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0, 0xf20,
    0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0,
    0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10, 0x104a0, 0x10d30, 0x11066, 0x110f0, 0x11136, 0x111d0, 0x112f0,
    0x11450, 0x114d0, 0x11650, 0x116c0, 0x11730, 0x118e0, 0x11950, 0x11c50, 0x11d50, 0x11da0, 0x11f50, 0x16a60,
    0x16ac0, 0x16b50, 0x1e140, 0x1fbf0,
];

#[rustfmt::skip]
const CONFUSABLES: [(char, char); 58] = [
    ('Α', 'A'), ('Β', 'B'), ('Ε', 'E'), ('Ζ', 'Z'), ('Η', 'H'), ('Ι', 'I'), ('Κ', 'K'), ('Μ', 'M'), ('Ν', 'N'),
    ('Ο', 'O'), ('Ρ', 'P'), ('Τ', 'T'), ('Υ', 'Y'), ('Χ', 'X'), ('α', 'a'), ('ι', 'i'), ('ν', 'v'), ('ο', 'o'),
    ('ρ', 'p'), ('υ', 'u'), ('Ѕ', 'S'), ('І', 'I'), ('Ј', 'J'), ('А', 'A'), ('В', 'B'), ('Е', 'E'), ('З', '3'),
    ('К', 'K'), ('М', 'M'), ('Н', 'H'), ('О', 'O'), ('Р', 'P'), ('С', 'C'), ('Т', 'T'), ('У', 'Y'), ('Х', 'X'),
    ('а', 'a'), ('е', 'e'), ('о', 'o'), ('р', 'p'), ('с', 'c'), ('у', 'y'), ('х', 'x'), ('ѕ', 's'), ('і', 'i'),
    ('ј', 'j'), ('һ', 'h'), ('Ԁ', 'D'), ('ԁ', 'd'), ('Ԛ', 'Q'), ('ԛ', 'q'), ('Ԝ', 'W'), ('ԝ', 'w'), ('ա', 'w'),
    ('հ', 'h'), ('ո', 'n'), ('ս', 'u'), ('օ', 'o'),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> Vec<String> {
        windows(text).map(|window| window.text).collect()
    }

    #[test]
    fn tables_are_sorted() {
        assert!(ZEROS.windows(2).all(|pair| pair[0] + 10 <= pair[1]));
        assert!(CONFUSABLES.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }

    #[test]
    fn digits_of_every_script_are_digits() {
        for zero in ZEROS {
            let digits: String = (zero..zero + 10).filter_map(char::from_u32).collect();
            assert_eq!(folded(&digits), ["0123456789"], "{zero:x}");
        }
        assert_eq!(folded("𝟎𝟗𝟘𝟡𝟿"), ["09099"]);
        assert_eq!(digit('\u{669}'), Some('9'));
        assert_eq!(digit('\u{66a}'), None);
    }

    #[test]
    fn what_is_not_seen_is_not_read() {
        assert_eq!(folded("4\u{200b}1\u{ad}1\u{301}1"), ["4111"]);
        assert_eq!(folded("４１１１\u{a0}1111‑1111"), ["4111 1111-1111"]);
        assert_eq!(folded("GВ82"), ["GB82"]);
    }

    #[test]
    fn ordinary_text_has_no_windows() {
        for text in ["plain 4111", "naïve café — “yes”", "e\u{301}", "Привет, мир", "你好，世界", "👩\u{200d}👧"]
        {
            assert!(folded(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn places_lead_back_to_whole_characters() {
        let window = windows("x ４\u{200b}２").next().unwrap();
        assert_eq!(window.text, "x 42");
        assert_eq!(window.original(&(2..4)), 2..11);
    }
}
