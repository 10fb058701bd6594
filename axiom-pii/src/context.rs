//! Context: the words around a value, and the name of the field it stands in.

mod labels;
mod mentions;
mod runs;
mod vocabulary;

use core::ops::Range;

pub(crate) use self::labels::Labels;
pub(crate) use self::vocabulary::Vocabulary;
use self::vocabulary::hash;
use crate::catalogue::{Id, Ids};
use crate::class::{CLAUSE, DIGIT, HIGH, LABEL, LETTER, LOCAL, is};

/// What the surroundings say about a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hint {
    /// A label of something else.
    Against,
    /// A label or a word of the type itself.
    For,
    /// Nothing.
    Silent,
}

/// What is said about a value: by the words before it, those after it, and the name of its field.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Context {
    before: Said,
    after: Ids,
    field: Said,
}

impl Context {
    /// What the words around `range` say, and `field` says.
    ///
    /// A label that touches the value (`id: …`, `"ssn":"…"`) speaks alone. Otherwise a word of the type counts within six
    /// words before the value and within four after it in the same clause; a word against it only as the next or next
    /// but one before, with no other value between. Numbers, addresses and placeholders between are no words: replacing a
    /// value does not change what is said about its neighbour.
    pub(crate) fn of(text: &str, range: &Range<usize>, field: Said, vocabulary: &Vocabulary) -> Self {
        let before = end_of(&text.as_bytes()[..range.start]);
        let after = clause(start_of(&text.as_bytes()[range.end..]));
        let before = match label(before) {
            Some(label) => Said::by(&before[label], vocabulary),
            None => Said::before(before, vocabulary),
        };
        Self { before, after: supported_after(after, vocabulary), field }
    }

    /// What it comes to for type `id`.
    pub(crate) const fn hint(&self, id: Id) -> Hint {
        self.says(id.bit())
    }

    /// Whether the word before the value is that of something else, and the label of type `id` stands farther: a number
    /// that needs a label has none then.
    pub(crate) const fn outranks(&self, id: Id) -> bool {
        self.before.outranked & id.bit() != 0
    }

    /// What it comes to for the type with this bit in the vocabulary.
    pub(crate) const fn says(&self, bit: Ids) -> Hint {
        match self.before.hint(bit) {
            Hint::Silent if self.after & bit != 0 => Hint::For,
            Hint::Silent => self.field.hint(bit),
            decided => decided,
        }
    }
}

/// What the words of a label or before a value say.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Said {
    /// Supported by one of the nearest words.
    near: Ids,
    opposed: Ids,
    /// Supported by any.
    supported: Ids,
    /// Opposed by the last word, and supported by none of the last two.
    outranked: Ids,
}

impl Said {
    /// What the last words of `bytes` say.
    pub(crate) fn by(bytes: &[u8], vocabulary: &Vocabulary) -> Self {
        let mut words = [0; BEFORE];
        let mut count = 0;
        for word in Words::of(bytes) {
            words.rotate_right(1);
            words[0] = hash(word);
            count = BEFORE.min(count + 1);
        }
        let mut said = Self::default();
        for place in 0..count {
            let meaning = vocabulary.ending(&words[place..count]);
            said.supported |= meaning.supports;
            if place < LABEL_WORDS {
                said.near |= meaning.supports;
            }
            if place < AGAINST {
                said.opposed |= meaning.opposes;
            }
            match place {
                0 => said.outranked = meaning.opposes & !meaning.supports,
                1 => said.outranked &= !meaning.supports,
                _ => {}
            }
        }
        said
    }

    /// What the words before a value say; those before another value are against that one alone.
    fn before(bytes: &[u8], vocabulary: &Vocabulary) -> Self {
        let (said, behind) = (Self::by(bytes, vocabulary), behind_value(bytes));
        if behind.len() == bytes.len() {
            return said;
        }
        let opposed = Self::by(behind, vocabulary).opposed;
        Self { opposed, outranked: said.outranked & opposed, ..said }
    }

    /// The types that it supports.
    pub(crate) const fn supported(&self) -> Ids {
        self.supported
    }

    const fn hint(&self, bit: Ids) -> Hint {
        if self.near & bit != 0 {
            Hint::For
        } else if self.opposed & bit != 0 {
            Hint::Against
        } else if self.supported & bit != 0 {
            Hint::For
        } else {
            Hint::Silent
        }
    }
}

/// The types that the next words after a value support.
fn supported_after(bytes: &[u8], vocabulary: &Vocabulary) -> Ids {
    let mut words = [0; BEFORE];
    let mut count = 0;
    for (place, word) in words.iter_mut().zip(Words::of(bytes)) {
        *place = hash(word);
        count += 1;
    }
    (0..count.min(AFTER)).map(|place| vocabulary.beginning(&words[place..count]).supports).fold(0, |all, ids| all | ids)
}

/// The words of a host's label, with one space between.
#[cfg(feature = "patterns")]
pub(crate) fn phrase(label: &str) -> String {
    let words: Vec<_> = Words::of(label.as_bytes()).map(String::from_utf8_lossy).collect();
    words.join(" ")
}

/// The words of a text: runs of letters, split where `camelCase` and `snake_case` join them.
struct Words<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Whether there may be an address at all.
    addressed: bool,
}

impl<'a> Words<'a> {
    fn of(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, addressed: memchr::memchr(b'@', bytes).is_some() }
    }
}

impl<'a> Iterator for Words<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        loop {
            let byte = *self.bytes.get(self.at)?;
            if let Some(end) = self.address_end() {
                self.at = end;
            } else if is(byte, LETTER) || (is(byte, HIGH) && !is_punctuation(&self.bytes[self.at..])) {
                return Some(self.word());
            } else if is(byte, HIGH) {
                self.at += 3;
            } else if byte == b'[' && self.bytes[self.at..].starts_with(PLACEHOLDER) {
                self.at = self.run(self.at + PLACEHOLDER.len(), |byte| byte != b']');
            } else {
                self.at += 1;
            }
        }
    }
}

impl<'a> Words<'a> {
    /// Takes the word that begins here, with the digits that make letters a part of an identifier: `9cc`, `cc4b`; letters
    /// with dots between (`D.O.B.`) are one word.
    fn word(&mut self) -> &'a [u8] {
        let start = self.at;
        self.at += 1;
        if let Some(end) = self.initials_end(start) {
            self.at = end;
            return &self.bytes[start..end];
        }
        while self.at < self.bytes.len() && self.is_letter() && !self.is_joint() {
            self.at += 1;
        }
        let behind_digit = start > 0 && is(self.bytes[start - 1], DIGIT);
        &self.bytes[start - usize::from(behind_digit)..self.at + self.digits_inside()]
    }

    /// Where the letters with dots between end that begin at `start`: `D.O.B`
    fn initials_end(&self, start: usize) -> Option<usize> {
        let letter = |place: usize| self.bytes.get(place).is_some_and(|&byte| is(byte, LETTER | HIGH));
        let initial = |place: usize| is(self.bytes[place], LETTER) && !letter(place + 1);
        if !initial(start) || (start > 0 && letter(start - 1)) {
            return None;
        }
        let mut end = start + 1;
        while self.bytes.get(end) == Some(&b'.') && letter(end + 1) && initial(end + 1) {
            end += 2;
        }
        (end > start + 1).then_some(end)
    }

    /// The length of the digits that follow, where a letter like the last one goes on behind them.
    fn digits_inside(&self) -> usize {
        let digits = self.run(self.at, |byte| is(byte, DIGIT)) - self.at;
        let like =
            |next: &u8| is(*next, LETTER) && next.is_ascii_uppercase() == self.bytes[self.at - 1].is_ascii_uppercase();
        if digits > 0 && self.bytes.get(self.at + digits).is_some_and(like) { digits } else { 0 }
    }

    fn is_letter(&self) -> bool {
        let byte = self.bytes[self.at];
        is(byte, LETTER) || (is(byte, HIGH) && !is_punctuation(&self.bytes[self.at..]))
    }

    /// Whether a new word begins here inside a run of letters: `card|Number`, `SSN|Value`.
    fn is_joint(&self) -> bool {
        let [before, here] = [self.bytes[self.at - 1], self.bytes[self.at]];
        let then = self.bytes.get(self.at + 1).is_some_and(u8::is_ascii_lowercase);
        here.is_ascii_uppercase() && (before.is_ascii_lowercase() || (before.is_ascii_uppercase() && then))
    }

    /// Where the address ends that begins here; its parts are no words.
    ///
    /// Looked for at the start of a run only, so that no byte is looked at more than twice.
    fn address_end(&self) -> Option<usize> {
        if !self.addressed {
            return None;
        }
        if self.bytes[..self.at].last().is_some_and(|&before| is(before, LOCAL | HIGH)) {
            return None;
        }
        let local = self.run(self.at, |byte| is(byte, LOCAL | HIGH));
        (local > self.at && self.bytes.get(local) == Some(&b'@'))
            .then(|| self.run(local + 1, |byte| is(byte, LABEL | HIGH) || byte == b'.'))
    }

    fn run(&self, from: usize, holds: impl Fn(u8) -> bool) -> usize {
        from + self.bytes[from..].iter().take_while(|&&byte| holds(byte)).count()
    }
}

/// Whether `bytes` begin with a character of General Punctuation, CJK punctuation or the full-width ASCII signs.
const fn is_punctuation(bytes: &[u8]) -> bool {
    matches!(bytes, [0xe2, 0x80, _, ..] | [0xe3, 0x80, _, ..] | [0xef, 0xbc, 0x80..=0x9a, ..])
}

/// The last [`REACH`] bytes, without the rest of a word or of a placeholder that is cut.
fn end_of(bytes: &[u8]) -> &[u8] {
    let cut = behind_placeholder(bytes, bytes.len().saturating_sub(REACH));
    let rest = bytes[cut..].iter().take_while(|&&byte| cut > 0 && is(byte, LETTER | HIGH)).count();
    &bytes[cut + rest..]
}

/// Where the placeholder ends in which `cut` is; `cut` if there is none.
fn behind_placeholder(bytes: &[u8], cut: usize) -> usize {
    let from = cut.saturating_sub(LONGEST_PLACEHOLDER);
    let Some(open) = memchr::memrchr(b'[', &bytes[from..cut]) else { return cut };
    let placeholder = &bytes[from + open..];
    let length = placeholder.iter().position(|&byte| byte == b']').filter(|_| placeholder.starts_with(PLACEHOLDER));
    length.map_or(cut, |length| cut.max(from + open + length))
}

/// The first [`REACH`] bytes, without the beginning of a word that is cut.
fn start_of(bytes: &[u8]) -> &[u8] {
    let cut = bytes.len().min(REACH);
    let rest = bytes[..cut].iter().rev().take_while(|&&byte| cut < bytes.len() && is(byte, LETTER | HIGH)).count();
    &bytes[..cut - rest]
}

/// What stands behind the last number or placeholder: a word before that is the label of another value.
fn behind_value(before: &[u8]) -> &[u8] {
    let number = before.iter().rposition(|&byte| is(byte, DIGIT)).map_or(0, |last| last + 1);
    &before[number.max(memchr::memmem::rfind(before, PLACEHOLDER).unwrap_or_default())..]
}

/// The label that touches the value: what stands before a colon or an equals sign, back to where the clause begins.
fn label(before: &[u8]) -> Option<Range<usize>> {
    let end = before.iter().rposition(|byte| !matches!(byte, b' ' | b'"' | b'\'' | b'\\'))?;
    if !matches!(before[end], b':' | b'=') {
        return None;
    }
    let start = before[..end].iter().rposition(|&byte| is(byte, CLAUSE)).map_or(0, |place| place + 1);
    Some(start..end)
}

/// What follows a value in the same clause, unless that is the label of the next one.
fn clause(after: &[u8]) -> &[u8] {
    let end = after.iter().position(|&byte| is(byte, CLAUSE)).unwrap_or(after.len());
    match after.get(end) {
        Some(b':' | b'=') => &[],
        _ => &after[..end],
    }
}

/// How far the context reaches, in bytes.
pub(crate) const REACH: usize = 64;
/// How far it reaches before a value, in words.
const BEFORE: usize = 6;
/// How far it reaches after a value, in words.
const AFTER: usize = 4;
/// Within how many words before a value a word of its type outweighs one against it.
const LABEL_WORDS: usize = 3;
/// Within how many words before a value a word against it counts.
const AGAINST: usize = 2;
/// How every placeholder begins.
const PLACEHOLDER: &[u8] = b"[REDACTED:";
/// How long one is at most, with the longest name of a type.
const LONGEST_PLACEHOLDER: usize = PLACEHOLDER.len() + 64 + 1;

#[cfg(test)]
mod tests {
    use super::*;

    /// The hint for the `#` in `text`.
    fn around(text: &str, field: &str, id: Id) -> Hint {
        let place = text.find('#').unwrap();
        let vocabulary = Vocabulary::of_the_catalogue();
        Context::of(text, &(place..place + 1), Said::by(field.as_bytes(), vocabulary), vocabulary).hint(id)
    }

    fn words(text: &str) -> Vec<&str> {
        Words::of(text.as_bytes()).map(|word| core::str::from_utf8(word).unwrap()).collect()
    }

    #[test]
    fn splits_camel_case_snake_case_and_digits() {
        assert_eq!(words("cardNumber"), ["card", "Number"]);
        assert_eq!(words("customer_SSN2 SSNValue"), ["customer", "SSN", "SSN", "Value"]);
        assert_eq!(words("numéro-de carte"), ["numéro", "de", "carte"]);
        assert_eq!(words("9cc-cc4b ssn2 x1Y"), ["9cc", "cc4", "4b", "ssn", "x", "1Y"]);
        assert_eq!(words("D.O.B.: x. y.zz a.b"), ["D.O.B", "x", "y", "zz", "a.b"]);
    }

    #[test]
    fn addresses_and_placeholders_are_no_words() {
        assert_eq!(words("a bob.card@order.com, [REDACTED:credit_card] b@ c"), ["a", "c"]);
    }

    #[test]
    fn placeholders_are_no_words_where_they_are_cut_either() {
        for gap in 0..=REACH {
            let text = format!("[REDACTED:us_ssn]{} #", "-".repeat(gap));
            assert_eq!(around(&text, "", Id::UsSsn), Hint::Silent, "{text}");
        }
        assert_eq!(around(&format!("[ssn]{} #", "-".repeat(REACH - 6)), "", Id::UsSsn), Hint::For);
    }

    #[test]
    fn counts_whole_words_only() {
        assert_eq!(around("my card #", "", Id::CreditCard), Hint::For);
        assert_eq!(around("my Discard #", "", Id::CreditCard), Hint::Silent);
        assert_eq!(around("classnames #", "", Id::UsSsn), Hint::Silent);
    }

    #[test]
    fn reads_phrases_in_order() {
        assert_eq!(around("Social Security Number #", "", Id::UsSsn), Hint::For);
        assert_eq!(around("security social #", "", Id::UsSsn), Hint::Silent);
        assert_eq!(around("# is a social security number", "", Id::UsSsn), Hint::For);
        assert_eq!(around("# security social", "", Id::UsSsn), Hint::Silent);
    }

    #[test]
    fn a_label_that_touches_the_value_speaks_alone() {
        assert_eq!(around(r##"{"ssn":"x","id":"#"}"##, "", Id::UsSsn), Hint::Silent);
        assert_eq!(around(r##"{"id":"x","ssn":"#"}"##, "", Id::UsSsn), Hint::For);
        assert_eq!(around("id=7&card=#&x", "", Id::CreditCard), Hint::For);
    }

    #[test]
    fn the_label_of_the_next_value_is_not_this_ones() {
        assert_eq!(around(r#"# "ssn": 1"#, "", Id::UsSsn), Hint::Silent);
        assert_eq!(around("# (ssn)", "", Id::UsSsn), Hint::For);
        assert_eq!(around("#\tssn", "", Id::UsSsn), Hint::Silent);
    }

    #[test]
    fn words_against_count_as_labels_only() {
        assert_eq!(around("order number #", "", Id::CreditCard), Hint::Against);
        assert_eq!(around("in order to pay now use #", "", Id::CreditCard), Hint::Silent);
        assert_eq!(around("card for this order #", "", Id::CreditCard), Hint::Against);
        assert_eq!(around("user_id=42 paid #", "", Id::CreditCard), Hint::Silent);
        assert_eq!(around("order [REDACTED:phone] #", "", Id::CreditCard), Hint::Silent);
        assert_eq!(around("order card #", "", Id::CreditCard), Hint::For);
        assert_eq!(around(r##""id": #"##, "", Id::CreditCard), Hint::Against);
        assert_eq!(around(r##""card_id": #"##, "", Id::CreditCard), Hint::For);
        assert_eq!(around("national id #", "", Id::BrCpf), Hint::Silent);
    }

    #[test]
    fn the_last_word_outranks_labels_before_the_last_two() {
        let outranked = |text: &str| {
            let (place, vocabulary) = (text.find('#').unwrap(), Vocabulary::of_the_catalogue());
            Context::of(text, &(place..place + 1), Said::default(), vocabulary).outranks(Id::Phone)
        };
        assert!(outranked("office supplies ref #") && outranked("order #"));
        assert!(!outranked("office supplies ref 42 #") && !outranked("order [REDACTED:us_ssn] #"));
        assert!(!outranked("order phone #") && !outranked("phone order #") && !outranked("phone #"));
    }

    #[test]
    fn the_field_name_counts_where_the_text_is_silent() {
        assert_eq!(around("#", "cardNumber", Id::CreditCard), Hint::For);
        assert_eq!(around("#", "invoice_no", Id::CreditCard), Hint::Against);
        assert_eq!(around("order #", "card", Id::CreditCard), Hint::Against);
    }

    #[test]
    fn reaches_six_words_and_no_further() {
        assert_eq!(around("card a b c d e #", "", Id::CreditCard), Hint::For);
        assert_eq!(around("card a b c d e f #", "", Id::CreditCard), Hint::Silent);
    }
}
