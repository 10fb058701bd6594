//! The pass: once through a text, from anchor to anchor.

use axiom_core::Finding;

use crate::boundary::starts_free;
use crate::catalogue::Id;
use crate::class::{ANCHOR, DIGIT, LETTER, is};
use crate::context::hint;
use crate::detect::{Candidate, credit_card, email, iban, us_ssn};
use crate::scanner::Scanner;
use crate::token::Groups;

/// One pass over one text.
pub(crate) struct Pass<'a> {
    pub(crate) scanner: &'a Scanner,
    /// The name of the field that the text is the value of, or nothing.
    pub(crate) field: &'a str,
    pub(crate) text: &'a str,
    pub(crate) findings: &'a mut Vec<Finding>,
}

impl Pass<'_> {
    /// Goes from anchor to anchor. Each is answered in bounded time, and the next one lies behind it.
    pub(crate) fn run(&mut self) {
        let bytes = self.text.as_bytes();
        let mut at = 0;
        while let Some(skipped) = bytes[at..].iter().position(|&byte| is(byte, ANCHOR)) {
            at += skipped;
            at = if bytes[at] == b'@' { self.address(at) } else { self.number(at) };
        }
    }

    /// Looks around an at sign and answers where to go on.
    fn address(&mut self, at: usize) -> usize {
        if self.scanner.is_enabled(Id::Email) {
            self.report(email::around(self.text, at));
        }
        at + 1
    }

    /// Looks at the number that begins at `start` and answers where to go on.
    fn number(&mut self, start: usize) -> usize {
        let bytes = self.text.as_bytes();
        let end = start + bytes[start..].iter().take_while(|&&byte| is(byte, DIGIT)).count();
        if bytes[..start].last().is_some_and(|&before| is(before, LETTER)) {
            if let Some(end) = self.account(start) {
                return end;
            }
            if !starts_free(self.text, start) {
                // The rest of a word that began with letters: an identifier, a hash, base64.
                return end + bytes[end..].iter().take_while(|&&byte| is(byte, DIGIT | LETTER)).count();
            }
        }
        self.digits(start, end).unwrap_or(end)
    }

    /// Looks for an account number with its country before `digit`; where it ends, if there is one.
    fn account(&mut self, digit: usize) -> Option<usize> {
        if !self.scanner.is_enabled(Id::Iban) {
            return None;
        }
        self.report(iban::before(self.text, digit))
    }

    /// Looks at the run of digits `start..end` and at the groups it may begin; where the value ends, if there is one.
    fn digits(&mut self, start: usize, end: usize) -> Option<usize> {
        let cards = self.scanner.is_enabled(Id::CreditCard);
        let numbers = self.scanner.is_enabled(Id::UsSsn);
        let candidate = match end - start {
            us_ssn::LENGTH if numbers => us_ssn::solid(self.text, start..end),
            3 if numbers => us_ssn::grouped(self.text, start, &self.groups(start, end)),
            4 | 6 if cards => credit_card::grouped(self.text, start, &self.groups(start, end)),
            length if cards && credit_card::LENGTHS.contains(&length) => credit_card::solid(self.text, start..end),
            _ => None,
        };
        self.report(candidate)
    }

    fn groups(&self, start: usize, end: usize) -> Groups {
        Groups::read(self.text.as_bytes(), start, end)
    }

    /// Records a candidate that scores high enough in its context, and answers where it ends.
    fn report(&mut self, candidate: Option<Candidate>) -> Option<usize> {
        let candidate = candidate?;
        let kind = candidate.id.kind();
        let score = candidate.weigh(hint(self.text, &candidate.range, self.field, kind));
        if score < self.scanner.min_score() {
            return None;
        }
        let end = candidate.range.end;
        let finding = Finding::new(kind.name, candidate.range, score).with_action(self.scanner.action(candidate.id));
        self.findings.push(if candidate.validated { finding.validated() } else { finding });
        Some(end)
    }
}
