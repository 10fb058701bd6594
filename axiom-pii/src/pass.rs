//! The pass: once through a text, from anchor to anchor.

mod number;
mod word;

use core::ops::Range;

use axiom_core::Finding;

use crate::boundary::ends_free;
use crate::catalogue::{Id, Ids};
use crate::class::{LETTER, SECRET, is, next_anchor};
use crate::context::{Context, Hint, Labels, Said, Vocabulary};
use crate::detect::{Candidate, email, private_key, reachable, secret, url_credentials};
use crate::dump;
use crate::escape;
use crate::form::{Dispatch, Form, Gaps, Value};
use crate::row;
use crate::scanner::Scanner;
use crate::token::{Gap, group_after, group_before, is_beside_numbers};
use crate::word::Outline;

/// One pass over one text.
pub(crate) struct Pass<'a> {
    scanner: &'a Scanner,
    text: &'a str,
    findings: &'a mut Vec<Finding>,
    dispatch: &'static Dispatch,
    vocabulary: &'a Vocabulary,
    /// The least score that is reported of any type.
    wanted: f32,
    /// What the name of the field says that the text is the value of.
    field: Said,
    labels: Labels<'a>,
    /// What was said last, and about which range.
    context: (Range<usize>, Context),
}

impl<'a> Pass<'a> {
    pub(crate) fn new(scanner: &'a Scanner, field: &str, text: &'a str, findings: &'a mut Vec<Finding>) -> Self {
        let vocabulary = scanner.vocabulary();
        Self {
            scanner,
            text,
            findings,
            dispatch: Dispatch::of_the_catalogue(),
            vocabulary,
            wanted: scanner.least_score,
            field: if field.is_empty() { Said::default() } else { Said::by(field.as_bytes(), vocabulary) },
            labels: Labels::new(text.as_bytes(), vocabulary),
            context: (0..0, Context::default()),
        }
    }

    /// Goes from anchor to anchor. Each is answered in bounded time, and the next one lies behind it.
    pub(crate) fn run(&mut self) {
        if self.scanner.is_enabled(Id::PrivateKey) {
            for key in private_key::all(self.text) {
                self.report(Some(key));
            }
        }
        if self.scanner.is_enabled(Id::GoogleApiKey) {
            for key in secret::google(self.text) {
                self.report(Some(key));
            }
        }
        let bytes = self.text.as_bytes();
        let mut at = 0;
        while let Some(anchor) = next_anchor(bytes, at) {
            at = if anchor.is_empty() { self.address(anchor.start) } else { self.digits(anchor) };
        }
    }

    /// Looks around an at sign and answers where to go on.
    fn address(&mut self, at: usize) -> usize {
        if self.scanner.is_enabled(Id::Email) {
            self.report(email::around(self.text, &(at..at + 1)));
        }
        if self.scanner.is_enabled(Id::UrlCredentials) {
            self.report(url_credentials::before(self.text, at));
        }
        at + 1
    }

    /// Looks at the digits `run`, and at the word around them; answers where to go on.
    fn digits(&mut self, run: Range<usize>) -> usize {
        if matches!(self.byte_before(run.start), b'%' | b'#' | b'u')
            && let Some(end) = self.code(run.start)
        {
            return end;
        }
        if is(self.byte_before(run.start), LETTER) || is(self.byte_at(run.end), LETTER) {
            self.word(run.start)
        } else {
            self.number(run)
        }
    }

    /// The end of the code of a character that has the digit at `digit`, in a URL, or of that of an at sign anywhere, around
    /// which an address is looked for.
    fn code(&mut self, digit: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        if let Some(sign) = escape::at_sign(bytes, digit) {
            self.report(email::around(self.text, &sign));
            return Some(sign.end);
        }
        let end = digit + 2;
        bytes.get(..end).is_some_and(escape::ends_percent).then_some(end)
    }

    /// Looks for keys and tokens, which may stand inside longer identifiers.
    fn token(&mut self, word: &Range<usize>) -> usize {
        match secret::known(self.text, word) {
            Some(known) => self.report(Some(known)),
            None => self.assigned(word),
        }
    }

    /// Looks for a password or a key behind a label.
    fn assigned(&mut self, word: &Range<usize>) -> usize {
        let id = Id::Secret;
        let reach = word.start.saturating_sub(secret::LEAD)..word.start + secret::LONGEST;
        if self.is_far_from_labels(id, &reach) {
            return 0;
        }
        let Some(range) = secret::assigned(self.text, word) else { return 0 };
        if !self.scanner.is_enabled(id) {
            return 0;
        }
        // Of a long value the label is read sooner, of a short one the characters.
        let lacks_label = |pass: &mut Self| pass.lacks_label(id.bit(), id.kind().base_score, &range);
        if range.len() >= secret::DIGEST && lacks_label(self) {
            return 0;
        }
        match secret::varied(self.text, range.clone()) {
            Some(secret) if !lacks_label(self) => self.report(Some(secret)),
            _ => 0,
        }
    }

    /// Whether the word may be a password or a key: it has `least` characters, or others that keys have are beside it.
    #[inline]
    fn may_be_secret(&self, word: &Range<usize>, least: usize) -> bool {
        word.len() >= least || is(self.byte_before(word.start), SECRET) || is(self.byte_at(word.end), SECRET)
    }

    /// Looks for what is written in groups, the first of which is at `start`.
    fn grouped(&mut self, start: usize, first: Outline) -> usize {
        let (bytes, end) = (self.text.as_bytes(), start + first.length);
        let gap = Gap::at(bytes, end);
        let (separator, width) = gap.map_or((self.byte_at(end), 1), |gap| (gap.separator, gap.width));
        if !self.dispatch.is_grouped(first.length, separator) {
            return 0;
        }
        let second = Outline::at(bytes, end + width);
        let mut end = 0;
        for form in self.dispatch.grouped(first, separator, second) {
            end = end.max(self.formed(form, start));
        }
        end
    }

    /// Looks for a value of `form` at `start`.
    fn formed(&mut self, form: &Form, start: usize) -> usize {
        let wanted = self.scanner.min_score(form.id);
        if !self.scanner.is_enabled(form.id) || form.score < reachable(wanted) {
            return 0;
        }
        let row = form.is_spaced() && IN_ROW < wanted && self.follows_cell(start);
        if row && !self.is_labelled(form.id.bit(), &(start..start + 1)) {
            return 0;
        }
        let Some(value) = form.read(self.text.as_bytes(), start) else { return 0 };
        if !ends_free(self.text, value.end) {
            return 0;
        }
        let (range, score) = (start..value.end, self.worth(form, start, &value));
        self.report(Some(Candidate { id: form.id, range, score, validated: form.checked }))
    }

    /// What a value of `form` at `start` is worth as it is written.
    fn worth(&self, form: &Form, start: usize, value: &Value) -> f32 {
        let score = match form.id {
            _ if !value.lower => form.score,
            // Capitals are all that tells a record locator from a word.
            Id::BookingReference => form.score - LOWER_CASE,
            _ => (form.score - LOWER_CASE).max(LOWEST),
        };
        let range = start..value.end;
        let beside = || is_beside_numbers(self.text.as_bytes(), &range);
        match value.gaps {
            _ if form.is_spaced() && self.is_in_row(&range) => score.min(IN_ROW),
            Gaps::Wide if form.is_spaced() && beside() => score.min(IN_ROW),
            Gaps::Lines if !beside() => score.min(IN_LINES),
            Gaps::Lines | Gaps::Other => score.min(IN_ROW),
            Gaps::Usual | Gaps::Wide => score,
        }
    }

    /// Whether a cell of a table stands before `start`, a space between.
    fn follows_cell(&self, start: usize) -> bool {
        group_before(self.text.as_bytes(), start, b' ') >= CELL
    }

    /// Whether more digits stand beside the groups, as in a table of numbers, or hexadecimal ones.
    fn is_in_row(&self, range: &Range<usize>) -> bool {
        let bytes = self.text.as_bytes();
        self.follows_cell(range.start)
            || group_after(bytes, range.end, b' ') >= 3
            || row::numbers_around(bytes, range.start, range.end) >= 2
            || dump::is_around(bytes, range)
    }

    /// Records a candidate that scores high enough in its context, and answers where it ends, or 0.
    fn report(&mut self, candidate: Option<Candidate>) -> usize {
        let Some(candidate) = candidate else { return 0 };
        let (wanted, kind) = (self.scanner.min_score(candidate.id), candidate.id.kind());
        if !self.scanner.is_enabled(candidate.id) || candidate.score < reachable(wanted) {
            return 0;
        }
        if candidate.score < wanted && !self.is_labelled(candidate.id.bit(), &candidate.range) {
            return 0;
        }
        let score = candidate.weigh(self.hint(candidate.id, &candidate.range));
        let outranked = candidate.score < wanted && self.context.1.outranks(candidate.id);
        if score < wanted || outranked {
            return 0;
        }
        let end = candidate.range.end;
        let finding = Finding::new(kind.name, candidate.range, score).with_action(self.scanner.action(candidate.id));
        self.findings.push(if candidate.validated { finding.validated() } else { finding });
        end
    }

    /// Whether values of the types `ids` need a label, because their form is worth no more than `score`, and none of them
    /// can have one.
    fn lacks_label(&mut self, ids: Ids, score: f32, range: &Range<usize>) -> bool {
        score < self.wanted && !self.is_labelled(ids, range)
    }

    /// Whether it is known already that no value of type `id` in `part` has the label that it needs.
    #[inline]
    fn is_far_from_labels(&self, id: Id, part: &Range<usize>) -> bool {
        let unnamed = id.kind().base_score < self.wanted && self.field.supported() & id.bit() == 0;
        unnamed && self.labels.are_far(part, id.bit())
    }

    /// Whether one of the types `ids` may have a label.
    #[inline]
    fn is_labelled(&mut self, ids: Ids, range: &Range<usize>) -> bool {
        self.field.supported() & ids != 0 || self.labels.around(range, ids) != 0
    }

    /// What is said about `range`; neighbours in the pass ask about the same one.
    fn hint(&mut self, id: Id, range: &Range<usize>) -> Hint {
        if self.context.0 != *range {
            self.context = (range.clone(), Context::of(self.text, range, self.field, self.vocabulary));
        }
        self.context.1.hint(id)
    }

    /// The byte at `place`; 0 behind the end.
    #[inline]
    fn byte_at(&self, place: usize) -> u8 {
        self.text.as_bytes().get(place).copied().unwrap_or_default()
    }

    /// The byte before `place`; 0 at the beginning.
    #[inline]
    fn byte_before(&self, place: usize) -> u8 {
        place.checked_sub(1).map(|before| self.text.as_bytes()[before]).unwrap_or_default()
    }
}

/// What letters in lower case take away, where the form has capitals.
const LOWER_CASE: f32 = 0.25;
/// What they leave at least, for a label to make up for.
const LOWEST: f32 = 0.1;
/// The worth of groups beside others, or with a separator of their own.
const IN_ROW: f32 = 0.3;
/// The worth of groups a line each.
const IN_LINES: f32 = 0.5;
/// The fewest digits before groups that make them cells of a table.
const CELL: usize = 2;
