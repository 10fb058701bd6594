//! Numbers in the pass: runs of digits without letters, and what begins with them.

use core::ops::{Range, RangeInclusive};

use super::{IN_ROW, Pass};
use crate::block::digits_end;
use crate::boundary::{ends_free, starts_free};
use crate::catalogue::{Id, Ids};
use crate::class::{DIGIT, EDGE, JOINT, LETTER, PAIR, WORD, is};
use crate::detect::{Candidate, address, credit_card, date_of_birth, mrz, phone, secret, us_ssn};
use crate::dump;
use crate::form::Form;
use crate::moment;
use crate::token::{Gap, Groups};
use crate::uuid;
use crate::word::Outline;

impl Pass<'_> {
    /// Looks at the digits `run`, and at the groups that they may begin; answers where to go on.
    pub(super) fn number(&mut self, run: Range<usize>) -> usize {
        let (before, after) = (self.byte_before(run.start), self.byte_at(run.end));
        if matches!(after, b'\r' | b'\n') && !is(self.byte_at(run.end + 1), LETTER) {
            self.broken(&run);
        }
        let wrapped = self.is_wrapped(&run, before, after) || self.is_wrapped_date(&run, before, after);
        if run.len() < SHORTEST && !wrapped && !is_joined(before, after) {
            return run.end;
        }
        if is(before, EDGE) && is(after, EDGE) && !wrapped {
            return run.end.max(self.isolated(&run, before, after));
        }
        if (before, after) == (b' ', b' ') && self.is_cell(&run) && !self.is_labelled(Ids::MAX, &run) {
            return run.end.max(self.cell(&run));
        }
        let fraction = if after == b'.' { self.fraction(&run) } else { None };
        if let Some(end) = fraction.filter(|_| is(before, EDGE)) {
            return end;
        }
        if let Some(end) = self.passed_over(&run, after) {
            return end;
        }
        let token = match before {
            b'_' | b'-' | b'.' => self.token(&run),
            b' ' if is(self.byte_before(run.start - 1), WORD) => 0,
            _ if self.may_be_secret(&run, secret::DIGEST) => self.assigned(&run),
            _ => 0,
        };
        if let Some(end) = fraction.filter(|_| matches!(before, b' ' | b'/' | b'=' | b':' | b'"')) {
            return end.max(token);
        }
        let mut end = run.end.max(token).max(self.separated(&run, before, after));
        if matches!(before, b' ' | b'-') {
            end = end.max(self.led(&run));
        }
        if starts_free(self.text, run.start) {
            end = end.max(self.begun(&run, before, after));
        }
        end
    }

    /// The end of what begins with the digits `run` and is no value as a whole: a moment, a UUID.
    #[inline]
    fn passed_over(&self, run: &Range<usize>, after: u8) -> Option<usize> {
        match (run.len(), after) {
            (4, b'-') | (2, b':' | b'/') => moment::end(self.text.as_bytes(), run.start),
            (uuid::FIRST, b'-') => uuid::end(self.text.as_bytes(), run.start),
            _ => None,
        }
    }

    /// The end of a decimal fraction that stands alone: two groups with a dot between are no value.
    fn fraction(&self, run: &Range<usize>) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let end = digits_end(bytes, run.end + 1);
        let alone = match bytes[end..] {
            [b'"' | b'\'', ..] => true,
            [b' ', b'(', after, ..] | [b' ', after, ..] => is(after, LETTER),
            ref after => after.first().is_none_or(|&after| is(after, EDGE)),
        };
        (alone && end > run.end + 1).then_some(end)
    }

    /// Looks for what begins with the digits `run`, which stand free before them.
    fn begun(&mut self, run: &Range<usize>, before: u8, after: u8) -> usize {
        let mut end = 0;
        if run.len() >= SHORTEST && ends_free(self.text, run.end) {
            end = self.alone(run);
        }
        if let Some(address) = self.dotted(run, after) {
            return end.max(address);
        }
        if is(after, JOINT) || matches!(after, b',' | b'\t' | b'\r' | b'\n') {
            let next = self.byte_at(run.end + 1);
            if !is(next, LETTER) || after == b'&' {
                end = end.max(self.digits_in_groups(run));
            }
            if is(next, DIGIT)
                || matches!(next, b' ' | b'-' | b'\t' | b'\r' | b'\n')
                || matches!(after, b'-' | b'.' | b'&')
            {
                end = end.max(self.grouped(run.start, Outline::of_digits(run.len())));
            }
            end = end.max(self.dated(run, after));
        }
        end.max(self.telephone(run, before, after))
    }

    /// Looks at digits with nothing beside them; few are a value without a label.
    fn isolated(&mut self, run: &Range<usize>, before: u8, after: u8) -> usize {
        let labelled = self.dispatch.numbers(run.len()).score.max(LABELLED) >= self.wanted;
        if labelled || self.is_extended(run) || self.is_labelled(Ids::MAX, run) {
            return self.alone(run).max(self.telephone(run, before, after));
        }
        self.card(run)
    }

    /// Looks at digits between others, which are no value without a label, but for cards and social security numbers.
    fn cell(&mut self, run: &Range<usize>) -> usize {
        let groups = self.digits_in_groups(run);
        if run.len() >= SHORTEST { self.alone(run).max(groups) } else { groups }
    }

    /// Whether the digits `run` between others, a space on either side, are groups that need a label.
    fn is_cell(&self, run: &Range<usize>) -> bool {
        let bytes = self.text.as_bytes();
        let right = matches!(bytes[run.end..], [_, digit, ..] if is(digit, DIGIT));
        right && IN_ROW < self.wanted && self.follows_cell(run.start)
    }

    /// Looks for a card whose number is digits in one piece.
    fn card(&mut self, run: &Range<usize>) -> usize {
        let digits = &self.text.as_bytes()[run.clone()];
        let card = self.scanner.is_enabled(Id::CreditCard) && credit_card::is_possible(digits);
        if card { self.report(credit_card::solid(self.text, run.clone())) } else { 0 }
    }

    /// Looks at digits in one piece.
    fn alone(&mut self, run: &Range<usize>) -> usize {
        let end = self.card(run);
        let numbers = self.dispatch.numbers(run.len());
        let others = Id::UsSsn.bit() | Id::UsBankAccount.bit() | Id::DateOfBirth.bit();
        if run.len() > WALLET || self.lacks_label(numbers.ids | others, numbers.score.max(LABELLED), run) {
            return end;
        }
        end.max(self.labelled_number(run))
    }

    /// Looks for the many numbers that nothing but a label tells from others.
    fn labelled_number(&mut self, run: &Range<usize>) -> usize {
        if dump::is_around(self.text.as_bytes(), run) {
            return 0;
        }
        let mut end = 0;
        for form in self.dispatch.solid(Outline::of_digits(run.len())) {
            end = end.max(self.numbered(form, run));
        }
        if run.len() == date_of_birth::LENGTH {
            end = end.max(self.report(date_of_birth::around(self.text, run)));
        }
        if run.len() == us_ssn::LENGTH {
            end = end.max(self.report(us_ssn::solid(self.text, run.clone())));
        }
        if BANK_ACCOUNT.contains(&run.len()) {
            let (id, range) = (Id::UsBankAccount, run.clone());
            let score = id.kind().base_score;
            end = end.max(self.report(Some(Candidate { id, range, score, validated: false })));
        }
        end
    }

    /// Looks whether the digits `run` are a value of `form`; where they need a label, that is looked for first.
    fn numbered(&mut self, form: &Form, run: &Range<usize>) -> usize {
        let unlabelled = form.score < self.scanner.min_score(form.id) && !self.is_labelled(form.id.bit(), run);
        if unlabelled || !form.holds(&self.text.as_bytes()[run.clone()]) {
            return 0;
        }
        self.report(Some(Candidate { id: form.id, range: run.clone(), score: form.score, validated: form.checked }))
    }

    /// Looks for a card whose number goes on in the next line, and has a label; that is looked for last, unless it is known
    /// already that there is none.
    fn broken(&mut self, run: &Range<usize>) {
        let card = Id::CreditCard.bit();
        if self.field.supported() & card == 0 && self.labels.are_far(run, card) {
            return;
        }
        let Some(broken) = credit_card::broken(self.text, run) else { return };
        if self.is_labelled(card, run) {
            self.report(Some(broken));
        }
    }

    /// Looks for cards and social security numbers in groups.
    fn digits_in_groups(&mut self, run: &Range<usize>) -> usize {
        let bytes = self.text.as_bytes();
        let candidate = match run.len() {
            3 if self.next_group(run.end).0 == 2 => {
                us_ssn::grouped(self.text, run.start, &Groups::read(bytes, run.start, run.end))
            }
            4 | 6 if self.may_be_card(run) => {
                credit_card::grouped(self.text, run.start, &Groups::read(bytes, run.start, run.end))
            }
            _ => None,
        };
        self.report(candidate)
    }

    /// Whether the digits may be the first group of a value that goes on in the next line or column, and of no table.
    fn is_wrapped(&self, run: &Range<usize>, before: u8, after: u8) -> bool {
        if !matches!(after, b'\t' | b'\r' | b'\n') || !matches!(run.len(), 3 | 4 | 6) {
            return false;
        }
        if matches!(before, b'\t' | b'\n') && is(self.byte_before(run.start - 1), DIGIT) {
            return false;
        }
        let (second, end) = self.next_group(run.end);
        second >= 2 && (run.len() == 6 || self.next_group(end).0 >= 3)
    }

    /// How many digits follow behind a gap at `end`, and where those end.
    fn next_group(&self, end: usize) -> (usize, usize) {
        let bytes = self.text.as_bytes();
        let Some(gap) = Gap::at(bytes, end) else { return (0, end) };
        let start = end + gap.width;
        let end = digits_end(bytes, start);
        (end - start, end)
    }

    /// Whether a card may begin with the group `run`, as far as the next group tells.
    fn may_be_card(&self, run: &Range<usize>) -> bool {
        let first = self.text.as_bytes()[run.start];
        credit_card::is_first(first) && credit_card::are_first(run.len(), self.next_group(run.end).0)
    }

    /// Looks for an IPv4 address and answers where it ends: its numbers are nothing else, whether it is reported or not.
    fn dotted(&mut self, run: &Range<usize>, separator: u8) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let second = || digits_end(bytes, run.end + 1);
        let possible = separator == b'.' && run.len() <= 3 && self.byte_at(second()) == b'.';
        let address = possible.then(|| address::dotted(self.text, run)).flatten()?;
        let end = address.range.end;
        self.report(Some(address));
        Some(end)
    }

    /// Looks for a date.
    pub(super) fn dated(&mut self, run: &Range<usize>, separator: u8) -> usize {
        let possible = match run.len() {
            1 | 2 => b" ,.-/\t\r\n".contains(&separator),
            4 => b"-/.".contains(&separator),
            _ => false,
        };
        let reach = run.start.saturating_sub(date_of_birth::LONGEST)..run.end + date_of_birth::LONGEST;
        if possible && self.scanner.is_enabled(Id::DateOfBirth) && !self.is_far_from_labels(Id::DateOfBirth, &reach) {
            self.report(date_of_birth::around(self.text, run))
        } else {
            0
        }
    }

    /// Whether the digits may be a day whose month stands in the next line or column, or in the one before.
    fn is_wrapped_date(&self, run: &Range<usize>, before: u8, after: u8) -> bool {
        let wrapped = || match (before, after) {
            (_, b'\t' | b'\r' | b'\n') => date_of_birth::goes_on(self.text, run.end),
            (b'\t' | b'\n', b',') => date_of_birth::is_begun(self.text, run.start),
            _ => false,
        };
        run.len() <= 2 && wrapped()
    }

    /// Looks for a telephone number.
    fn telephone(&mut self, run: &Range<usize>, before: u8, after: u8) -> usize {
        let bracket = before == b'(';
        let international = before == b'+' || (bracket && self.byte_before(run.start - 1) == b'+');
        let near = || (1..=3).any(|place| is(self.byte_at(run.end + place), DIGIT));
        let grouped = b" -.()/".contains(&after) && near();
        let possible = international || (grouped && run.len() <= 6) || (7..=15).contains(&run.len());
        // No country code begins with 0; offsets from universal time do.
        let offset = international && self.byte_at(run.start) == b'0';
        if !possible || offset || !self.scanner.is_enabled(Id::Phone) {
            return 0;
        }
        let free = grouped && !phone::is_in_row(self.text.as_bytes(), run.start - usize::from(bracket));
        let known = international || (free && (self.has_regions() || self.is_national(run)));
        if !known && self.lacks_telephone_label(run, bracket) {
            return 0;
        }
        self.report(phone::from(self.text, run, self.scanner.plans()))
    }

    /// Whether there is no label for a telephone number that begins with `run`, in brackets or not.
    fn lacks_telephone_label(&mut self, run: &Range<usize>, bracket: bool) -> bool {
        let id = Id::Phone.bit();
        !self.is_extended(run)
            && self.lacks_label(id, SOLID_PHONE, run)
            && !(bracket && self.is_labelled(id, &(run.start - 1..run.end)))
    }

    /// Whether an extension may follow, which makes a telephone number of the digits.
    fn is_extended(&self, run: &Range<usize>) -> bool {
        matches!(self.text.as_bytes()[run.end..], [b',' | b';', b'e', ..] | [b',', b' ', b'e', ..])
    }

    /// Whether national numbers of a region are known, which need no label.
    fn has_regions(&self) -> bool {
        self.scanner.regions().next().is_some()
    }

    /// Whether the digits may begin groups that need no label: with a prefix, or those of North America.
    fn is_national(&self, run: &Range<usize>) -> bool {
        match self.text.as_bytes()[run.clone()] {
            [b'0', ..] => true,
            [b'1'] | [b'2'..=b'9', _, _] => self.goes_on(run.end),
            _ => false,
        }
    }

    /// Whether a group of three digits follows `end`, and then a separator.
    fn goes_on(&self, end: usize) -> bool {
        let start = (end + 1..end + 4).find(|&place| is(self.byte_at(place), DIGIT));
        start.is_some_and(|start| {
            let end = digits_end(self.text.as_bytes(), start);
            end == start + 3 && b" -./)".contains(&self.byte_at(end))
        })
    }

    /// Looks for what begins with letters of their own: `AB 12 34 56 C`.
    fn led(&mut self, run: &Range<usize>) -> usize {
        let [.., letter, b' ' | b'-'] = self.text.as_bytes()[..run.start] else { return 0 };
        if !is(letter, LETTER) {
            return 0;
        }
        let mut end = 0;
        for form in self.dispatch.led(run.len()) {
            let start = run.start.checked_sub(form.lead());
            let lettered = |&start: &usize| is(self.text.as_bytes()[start], LETTER) && starts_free(self.text, start);
            if let Some(start) = start.filter(lettered) {
                end = end.max(self.formed(form, start));
            }
        }
        end
    }

    /// Looks for addresses of machines with colons or hyphens, and for machine-readable zones.
    #[inline]
    pub(super) fn separated(&mut self, word: &Range<usize>, before: u8, after: u8) -> usize {
        if mrz::is_line(word.len()) || is(before, PAIR) || is(after, PAIR) {
            self.paired(word, before, after)
        } else {
            0
        }
    }

    #[inline(never)]
    fn paired(&mut self, word: &Range<usize>, before: u8, after: u8) -> usize {
        let colon = before == b':' || after == b':';
        let hyphen = before == b'-' || after == b'-';
        if word.len() <= 4 && (colon || (word.len() == 2 && hyphen)) {
            // Beyond a separator is another group, or a second colon.
            let goes_on = |separator: u8, beyond: u8| {
                matches!(separator, b':' | b'-') && (beyond.is_ascii_hexdigit() || beyond == b':')
            };
            let further = self.byte_before(word.start.saturating_sub(1));
            let possible = goes_on(before, further) || goes_on(after, self.byte_at(word.end + 1));
            return if possible { self.report(address::grouped(self.text, word)) } else { 0 };
        }
        let zone = before == b'<' || after == b'<' || mrz::is_line(word.len());
        if zone { self.report(mrz::around(self.text, word)) } else { 0 }
    }
}

/// Whether what stands beside a short number can make it part of a value.
pub(super) fn is_joined(before: u8, after: u8) -> bool {
    is(after, JOINT) || (before != b' ' && is(before, JOINT)) || (before == b' ' && after == b',')
}

/// The length of the shortest value in one piece.
pub(super) const SHORTEST: usize = 6;
/// The most that digits in one piece are worth as a telephone number.
const SOLID_PHONE: f32 = 0.4;
/// The longest value of digits alone.
const WALLET: usize = 35;
/// The lengths of numbers of bank accounts.
const BANK_ACCOUNT: RangeInclusive<usize> = 6..=17;
/// The most that a form is worth that many numbers have.
const LABELLED: f32 = 0.3;
