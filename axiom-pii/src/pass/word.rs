//! Words in the pass: runs of letters and digits.

use core::ops::Range;

use super::Pass;
use super::number::{SHORTEST, is_joined};
use crate::boundary::{ends_free, starts_free};
use crate::catalogue::Id;
use crate::class::{DIGIT, JOINT, LETTER, is};
use crate::detect::{date_of_birth, iban, secret, wallet};
use crate::uuid;
use crate::word::Word;

impl Pass<'_> {
    /// Looks at the word whose first digit is at `digit`, and at what it may begin; answers where to go on.
    pub(super) fn word(&mut self, digit: usize) -> usize {
        let word = Word::around(self.text.as_bytes(), digit);
        if word.outline.is_number() {
            return self.number(word.range);
        }
        let range = &word.range;
        if range.len() == uuid::FIRST
            && let Some(end) = uuid::end(self.text.as_bytes(), range.start)
        {
            return end;
        }
        let (before, after) = (self.byte_before(range.start), self.byte_at(range.end));
        let (first, country) = (self.byte_at(range.start), digit == range.start + 2);
        let prefixed = matches!(before, b'_' | b'-' | b'.') || matches!(first, b'A' | b'e');
        if range.len() < SHORTEST && !country && !prefixed && !is_joined(before, after) {
            return range.end;
        }
        let token = match prefixed {
            true => self.token(range),
            false if self.may_be_secret(range, secret::SHORTEST) => self.assigned(range),
            false => 0,
        };
        let mut end = range.end.max(token).max(self.separated(range, before, after));
        if starts_free(self.text, range.start) {
            if country && self.scanner.is_enabled(Id::Iban) {
                end = end.max(self.report(iban::before(self.text, digit)));
            }
            if range.len() <= ORDINAL && date_of_birth::is_ordinal(&self.text.as_bytes()[range.clone()]) {
                end = end.max(self.dated(&(digit..range.end - 2), after));
            }
            if range.len() >= SHORTEST && ends_free(self.text, range.end) {
                end = end.max(self.solid(&word));
            }
            if is(after, JOINT) && is(self.byte_at(range.end + 1), DIGIT | LETTER | JOINT) {
                end = end.max(self.grouped(range.start, word.outline));
            }
        }
        end
    }

    /// Looks for what is written in one piece.
    fn solid(&mut self, word: &Word) -> usize {
        let mut end = 0;
        for form in self.dispatch.solid(word.outline) {
            end = end.max(self.formed(form, word.range.start));
        }
        end.max(self.wallet(&word.range))
    }

    /// Looks for the address of a wallet.
    pub(super) fn wallet(&mut self, word: &Range<usize>) -> usize {
        if word.len() >= wallet::SHORTEST { self.report(wallet::at(self.text, word)) } else { 0 }
    }
}

/// The longest ordinal of a day.
const ORDINAL: usize = 4;
