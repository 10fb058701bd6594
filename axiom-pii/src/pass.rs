//! The pass: once through a text, from anchor to anchor.

use core::ops::Range;

use axiom_core::Finding;

use crate::boundary::{ends_free, starts_free};
use crate::catalogue::Id;
use crate::class::{HIGH, LETTER, WORD, is, next_anchor};
use crate::context::{Context, Hint, Said, Vocabulary};
use crate::detect::{
    Candidate, address, credit_card, date_of_birth, email, iban, mrz, phone, private_key, reachable, secret,
    url_credentials, us_ssn, wallet,
};
use crate::form::{Dispatch, Form};
use crate::moment;
use crate::scanner::Scanner;
use crate::token::{Gap, Groups, group_after, group_before};
use crate::word::Word;

/// One pass over one text.
pub(crate) struct Pass<'a> {
    scanner: &'a Scanner,
    text: &'a str,
    findings: &'a mut Vec<Finding>,
    dispatch: &'static Dispatch,
    vocabulary: &'a Vocabulary,
    /// What the name of the field says that the text is the value of.
    field: Said,
    /// What was said last, and about which range.
    context: (Range<usize>, Context),
}

impl<'a> Pass<'a> {
    pub(crate) fn new(scanner: &'a Scanner, field: &str, text: &'a str, findings: &'a mut Vec<Finding>) -> Self {
        let vocabulary = scanner.vocabulary();
        let field = if field.is_empty() { Said::default() } else { Said::by(field.as_bytes(), vocabulary) };
        let dispatch = Dispatch::of_the_catalogue();
        Self { scanner, text, findings, dispatch, vocabulary, field, context: (0..0, Context::default()) }
    }

    /// Goes from anchor to anchor among `places`, and answers where it would go on: at their end or behind it.
    ///
    /// Each anchor is answered in bounded time, and the next one lies behind it. A pass that is taken up where another
    /// stood, with [`reach::LEFT`](crate::reach::LEFT) bytes before, goes on as that one would have.
    pub(crate) fn run(&mut self, places: Range<usize>) -> usize {
        let bytes = self.text.as_bytes();
        if self.scanner.is_enabled(Id::PrivateKey) {
            for key in private_key::all(self.text, places.clone()) {
                self.report(Some(key));
            }
        }
        if self.scanner.is_enabled(Id::GoogleApiKey) {
            for key in secret::google(self.text, places.clone()) {
                self.report(Some(key));
            }
        }
        let mut at = places.start;
        while let Some(anchor) = next_anchor(&bytes[..places.end], at) {
            at = anchor;
            at = if bytes[at] == b'@' { self.address(at) } else { self.word(at) };
        }
        at.max(places.end)
    }

    /// Looks around an at sign and answers where to go on.
    fn address(&mut self, at: usize) -> usize {
        if self.scanner.is_enabled(Id::Email) {
            self.report(email::around(self.text, at));
        }
        if self.scanner.is_enabled(Id::UrlCredentials) {
            self.report(url_credentials::before(self.text, at));
        }
        at + 1
    }

    /// Looks at the word whose first digit is at `digit` and answers where to go on.
    fn word(&mut self, digit: usize) -> usize {
        let bytes = self.text.as_bytes();
        if let Some(end) = moment::end(bytes, digit) {
            return end;
        }
        let word = Word::around(bytes, digit);
        if self.is_alone(&word.range) {
            return word.range.end;
        }
        let mut end = word.range.end.max(self.token(&word)).max(self.led(&word)).max(self.separated(&word));
        if starts_free(self.text, word.range.start) {
            let number = if word.is_number() { self.number(&word.range) } else { self.account(&word, digit) };
            end = end.max(number).max(self.solid(&word)).max(self.grouped(&word));
        }
        end
    }

    /// Whether the word is too short for a value of its own, and nothing follows that would make it part of one.
    fn is_alone(&self, word: &Range<usize>) -> bool {
        let bytes = self.text.as_bytes();
        let joint = |byte: u8| byte.is_ascii_punctuation() || byte == b' ';
        let on = matches!(bytes[word.end..], [next, after, ..] if joint(next) && (is(after, WORD | HIGH) || joint(after)))
            || bytes.get(word.end).is_some_and(|&byte| !joint(byte) && is(byte, HIGH));
        let back = word.start > 0 && matches!(bytes[word.start - 1], b':' | b'-');
        word.len() < SHORTEST && !on && !back
    }

    /// Looks for keys and tokens, which may stand inside longer identifiers.
    fn token(&mut self, word: &Word) -> usize {
        if let Some(known) = secret::known(self.text, &word.range) {
            return self.report(Some(known));
        }
        if self.scanner.is_enabled(Id::Secret) { self.report(secret::assigned(self.text, &word.range)) } else { 0 }
    }

    /// Looks at a run of digits and at the groups it may begin.
    fn number(&mut self, run: &Range<usize>) -> usize {
        let wanted = |id| self.scanner.is_enabled(id);
        let (cards, numbers) = (wanted(Id::CreditCard), wanted(Id::UsSsn));
        let candidate = match run.len() {
            us_ssn::LENGTH if numbers => us_ssn::solid(self.text, run.clone()),
            3 if numbers && self.goes_on(run.end, 2) => us_ssn::grouped(self.text, run.start, &self.groups(run)),
            4 | 6 if cards && Gap::at(self.text.as_bytes(), run.end).is_some() => {
                credit_card::grouped(self.text, run.start, &self.groups(run))
            }
            length if cards && credit_card::LENGTHS.contains(&length) => credit_card::solid(self.text, run.clone()),
            _ => None,
        };
        let end = self.report(candidate);
        end.max(self.machine(run)).max(self.telephone(run))
    }

    /// Whether a separator and a group of at least `length` digits stand at `end`.
    fn goes_on(&self, end: usize, length: usize) -> bool {
        let group = self.text.as_bytes().get(end + 1..end + 1 + length);
        group.is_some_and(|group| group.iter().all(u8::is_ascii_digit))
    }

    fn groups(&self, run: &Range<usize>) -> Groups {
        Groups::read(self.text.as_bytes(), run.start, run.end)
    }

    /// Looks for an IPv4 address or a date that begins with `run`.
    fn machine(&mut self, run: &Range<usize>) -> usize {
        let next = self.text.as_bytes().get(run.end).copied().unwrap_or_default();
        if next == b'.' && run.len() <= 3 {
            let end = self.report(address::dotted(self.text, run));
            if end > 0 {
                return end;
            }
        }
        let dated = match run.len() {
            1 | 2 => b" ,.-/snrt".contains(&next),
            4 => b"-/.".contains(&next),
            _ => false,
        };
        if dated && self.scanner.is_enabled(Id::DateOfBirth) {
            self.report(date_of_birth::around(self.text, run))
        } else {
            0
        }
    }

    /// Looks for a telephone number that begins with `run`.
    fn telephone(&mut self, run: &Range<usize>) -> usize {
        let bytes = self.text.as_bytes();
        let next = bytes.get(run.end).copied().unwrap_or_default();
        let grouped = run.len() <= 6 && b" -.()/".contains(&next);
        let solid = (7..=15).contains(&run.len()) || (run.start > 0 && bytes[run.start - 1] == b'+');
        let possible = (grouped || solid) && self.scanner.is_enabled(Id::Phone);
        if possible { self.report(phone::from(self.text, run, self.scanner.plans())) } else { 0 }
    }

    /// Looks for an account number with its country before `digit`.
    fn account(&mut self, word: &Word, digit: usize) -> usize {
        let two = digit == word.range.start + 2 && self.scanner.is_enabled(Id::Iban);
        if two { self.report(iban::before(self.text, digit)) } else { 0 }
    }

    /// Looks for what is written in one piece.
    fn solid(&mut self, word: &Word) -> usize {
        if !ends_free(self.text, word.range.end) {
            return 0;
        }
        let mut end = 0;
        for form in self.dispatch.solid(word.range.len(), word.digits) {
            end = end.max(if word.is_number() {
                self.numbered(form, &word.range)
            } else {
                self.formed(form, word.range.start)
            });
        }
        if word.is_number() && (6..=17).contains(&word.range.len()) {
            end = end.max(self.bank_account(&word.range));
        }
        if word.range.len() >= 14 { end.max(self.report(wallet::at(self.text, &word.range))) } else { end }
    }

    /// Looks whether the digits `run` are a value of `form`; where they need a label, that is looked for first.
    fn numbered(&mut self, form: &Form, run: &Range<usize>) -> usize {
        let unlabelled = form.score < self.scanner.min_score(form.id) && self.hint(form.id, run) != Hint::For;
        if unlabelled || !form.holds(&self.text.as_bytes()[run.clone()]) {
            return 0;
        }
        self.report(Some(Candidate { id: form.id, range: run.clone(), score: form.score, validated: form.checked }))
    }

    /// A number of a bank account is any number that a label says to be one.
    fn bank_account(&mut self, run: &Range<usize>) -> usize {
        let (id, score) = (Id::UsBankAccount, Id::UsBankAccount.kind().base_score);
        self.report(Some(Candidate { id, range: run.clone(), score, validated: false }))
    }

    /// Looks for what is written in groups.
    fn grouped(&mut self, word: &Word) -> usize {
        let Some(&separator) = self.text.as_bytes().get(word.range.end) else { return 0 };
        let mut end = 0;
        for form in self.dispatch.grouped(word.range.len(), separator) {
            end = end.max(self.formed(form, word.range.start));
        }
        end
    }

    /// Looks for what begins with letters of their own: `AB 12 34 56 C`.
    fn led(&mut self, word: &Word) -> usize {
        let [.., letter, b' ' | b'-'] = self.text.as_bytes()[..word.range.start] else { return 0 };
        if !is(letter, LETTER) {
            return 0;
        }
        let mut end = 0;
        for form in self.dispatch.led(word.range.len()) {
            let start = word.range.start.checked_sub(form.lead());
            let lettered = |&start: &usize| is(self.text.as_bytes()[start], LETTER) && starts_free(self.text, start);
            if let Some(start) = start.filter(lettered) {
                end = end.max(self.formed(form, start));
            }
        }
        end
    }

    /// Looks for addresses of machines and for machine-readable zones.
    fn separated(&mut self, word: &Word) -> usize {
        let bytes = self.text.as_bytes();
        let before = word.range.start.checked_sub(1).map(|before| bytes[before]).unwrap_or_default();
        let next = bytes.get(word.range.end).copied().unwrap_or_default();
        let colon = next == b':' || before == b':';
        if word.range.len() <= 4 && (colon || (word.range.len() == 2 && (next == b'-' || before == b'-'))) {
            return self.report(address::grouped(self.text, &word.range));
        }
        let zone = next == b'<' || before == b'<' || matches!(word.range.len(), 30 | 36 | 44);
        if zone { self.report(mrz::around(self.text, &word.range)) } else { 0 }
    }

    /// Looks for a value of `form` at `start`.
    fn formed(&mut self, form: &Form, start: usize) -> usize {
        if !self.scanner.is_enabled(form.id) || form.score < reachable(self.scanner.min_score(form.id)) {
            return 0;
        }
        let Some(value) = form.read(self.text.as_bytes(), start) else { return 0 };
        if !ends_free(self.text, value.end) {
            return 0;
        }
        let score = if value.lower { form.score - LOWER_CASE } else { form.score };
        let range = start..value.end;
        let score = if form.is_spaced() && self.is_in_row(&range) { score.min(IN_ROW) } else { score };
        self.report(Some(Candidate { id: form.id, range, score, validated: form.checked }))
    }

    /// Whether more digits stand beside the groups, as in a table of numbers.
    fn is_in_row(&self, range: &Range<usize>) -> bool {
        let bytes = self.text.as_bytes();
        group_before(bytes, range.start, b' ') >= 2 || group_after(bytes, range.end, b' ') >= 3
    }

    /// What is said about `range`; neighbours in the pass ask about the same one.
    fn hint(&mut self, id: Id, range: &Range<usize>) -> Hint {
        if self.context.0 != *range {
            self.context = (range.clone(), Context::of(self.text, range, self.field, self.vocabulary));
        }
        self.context.1.hint(id)
    }

    /// Records a candidate that scores high enough in its context, and answers where it ends, or 0.
    fn report(&mut self, candidate: Option<Candidate>) -> usize {
        let Some(candidate) = candidate else { return 0 };
        let (wanted, kind) = (self.scanner.min_score(candidate.id), candidate.id.kind());
        if !self.scanner.is_enabled(candidate.id) || candidate.score < reachable(wanted) {
            return 0;
        }
        let score = candidate.weigh(self.hint(candidate.id, &candidate.range));
        if score < wanted {
            return 0;
        }
        let end = candidate.range.end;
        let finding = Finding::new(kind.name, candidate.range, score).with_action(self.scanner.action(candidate.id));
        self.findings.push(if candidate.validated { finding.validated() } else { finding });
        end
    }
}

/// The length of the shortest value in one piece.
const SHORTEST: usize = 6;
/// What letters in lower case take away, where the form has capitals.
const LOWER_CASE: f32 = 0.25;
/// The worth of groups beside others.
const IN_ROW: f32 = 0.3;
