//! Telephone numbers (ITU-T E.164, E.123; RFC 3966; national numbering plans).

mod country;
mod groups;
mod plan;

use core::ops::Range;

use self::groups::{Gap, Groups, Part, extended};
use self::plan::Fit;
pub(crate) use self::plan::Plans;
pub use self::plan::phone_regions;
use super::Candidate;
use crate::boundary::{ends_free, starts_free};
use crate::catalogue::Id;
use crate::class::{DIGIT, LETTER, is};
use crate::dump;
use crate::row::numbers_around;
use crate::token::{group_after, group_before};

/// The number whose first digits are `run`.
///
/// International numbers begin with a plus sign or an international prefix, and have the length of their country.
/// National ones fit the plan of a region in `plans`; without one, North American ones have their groups of three, three
/// and four, and elsewhere a number begins with 0. Every other number needs a label, and so do digits in one piece.
pub(crate) fn from(text: &str, run: &Range<usize>, plans: Plans) -> Option<Candidate> {
    let bytes = text.as_bytes();
    let opening = Opening::before(bytes, run);
    let glued = opening.plus && ends_with_digit(bytes, opening.start);
    let address = matches!(bytes[..opening.start], [.., digit, b':'] if is(digit, DIGIT));
    if glued || address || !starts_free(text, opening.start) {
        return None;
    }
    let groups = Groups::read(bytes, run.start);
    let best = (1..=groups.count())
        .filter_map(|count| {
            let part = groups.first(count);
            let end = extended(bytes, part.end);
            let free = (ends_free(text, end) || is_named(&bytes[end..]))
                && !matches!(bytes[end..], [b':', digit, ..] if is(digit, DIGIT));
            let score = opening.score(&part, plans).filter(|_| free)?;
            Some((opening.beside(bytes, &part, opening.across(&part, score)?)?, end))
        })
        .max_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)))?;
    let range = opening.start..best.1;
    let dumped = !opening.plus && dump::is_around(bytes, &range);
    (!dumped).then_some(Candidate { id: Id::Phone, range, score: best.0, validated: false })
}

/// Whether the number that begins at `start` is one of coordinates, `1125 390,1129 390`, one beside another, or what a
/// function is given: `TEXT(17000000)`.
fn is_argument(bytes: &[u8], start: usize, part: &Part<'_>) -> bool {
    let (before, after) = (&bytes[..start], &bytes[part.end..]);
    let comma = matches!(before, [.., digit, b','] if is(*digit, DIGIT))
        || matches!(after, [b',', digit, ..] if is(*digit, DIGIT));
    if !part.is(&[part.digits.len()]) {
        return comma && part.separators().all(|byte| byte == b' ');
    }
    let called = matches!(before, [.., name, b'('] if is(*name, LETTER)) && part.digits[0] != b'0';
    let beside = group_before(bytes, start, b' ').max(group_after(bytes, part.end, b' '));
    called || beside >= LONG || numbers_around(bytes, start, part.end) > 1
}

/// Whether a hyphen and the name of the line follow: `-Office`, `-Fax`.
fn is_named(after: &[u8]) -> bool {
    matches!(after, [b'-', first, rest @ ..] if first.is_ascii_uppercase()
        && rest.iter().take(NAME).take_while(|byte| byte.is_ascii_lowercase()).count() > 1)
}

/// Whether a digit stands before `start`, behind a space or a slash.
pub(crate) fn is_in_row(bytes: &[u8], start: usize) -> bool {
    matches!(bytes[..start], [.., digit, b' ' | b'/'] if is(digit, DIGIT))
}

fn ends_with_digit(bytes: &[u8], end: usize) -> bool {
    bytes[..end].last().is_some_and(|&byte| is(byte, DIGIT))
}

/// What stands before the first digit.
struct Opening {
    start: usize,
    bracket: bool,
    plus: bool,
}

impl Opening {
    /// Reads `(`, `+`, `+(` or `(+` before `run`; a bracket counts where it is closed behind the area or country.
    fn before(bytes: &[u8], run: &Range<usize>) -> Self {
        let closed = is_closed(&bytes[run.start..]);
        let bracket = closed && bytes[..run.start].ends_with(b"(");
        let mut start = run.start - usize::from(bracket);
        let plus = bytes[..start].ends_with(b"+");
        start -= usize::from(plus);
        start -= usize::from(plus && closed && bytes[..start].ends_with(b"("));
        Self { start, bracket, plus }
    }

    fn score(&self, part: &Part<'_>, plans: Plans) -> Option<f32> {
        if self.plus {
            return international(part);
        }
        let (digits, solid) = (part.digits, part.is(&[part.digits.len()]));
        let same = digits.iter().all(|&digit| digit == digits[0]);
        if same || is_date(part) || is_fraction(part) || (solid && !is_varied(digits)) {
            return None;
        }
        let planned = [self.national(part, plans), self.coded(part, plans), prefixed(part)]
            .into_iter()
            .flatten()
            .reduce(f32::max);
        match planned {
            Some(_) if solid => Some(SOLID),
            Some(score) => Some(score.max(self.guessed(part).unwrap_or_default())),
            None => self.guessed(part),
        }
    }

    /// What is left of `score` where the groups stand farther apart than usual, or on two lines.
    ///
    /// So a number that is whole without the next line stays what it is. Across lines it takes a plus sign or a bracket
    /// and another separator, or hyphens, which are kept at the end of a line; everything else needs a label.
    fn across(&self, part: &Part<'_>, score: f32) -> Option<f32> {
        match part.gap() {
            Gap::Usual => Some(score),
            Gap::Wide if self.plus || self.bracket => Some(score.min(APART)),
            Gap::Line if self.plus && part.is_separated() => Some(score.min(APART)),
            Gap::Line if self.bracket && part.is_separated() => Some(score.min(WRAPPED)),
            Gap::Line if part.separators().all(|byte| byte == b'-') => Some(score.min(WRAPPED)),
            Gap::Line if !self.plus && !self.bracket => None,
            Gap::Wide | Gap::Line => Some(score.min(LABELLED)),
        }
    }

    /// What is left of `score` for what stands beside the groups; `None` where they are a part of something else.
    fn beside(&self, bytes: &[u8], part: &Part<'_>, score: f32) -> Option<f32> {
        let goes_on = part.goes_on(bytes);
        // Rates and dates: a number has one slash.
        let slashes = goes_on && part.separators().last() == Some(b'/');
        let argument = score <= SOLID && !self.plus && is_argument(bytes, self.start, part);
        if slashes || argument {
            return None;
        }
        // Octal numbers begin as an international prefix does.
        let octal = || part.digits.starts_with(b"00") && numbers_around(bytes, self.start, part.end) >= TABLE;
        let row = !self.plus && (goes_on || is_in_row(bytes, self.start) || octal());
        Some(if row { score.min(LABELLED) } else { score })
    }

    /// What the number is worth in `plans`.
    fn national(&self, part: &Part<'_>, plans: Plans) -> Option<f32> {
        if plans.is_empty() {
            return None;
        }
        let fit = plans.fit(part.digits)?;
        let led = fit == Fit::Trunk || self.bracket || part.digits[0] == b'0';
        if part.is(&[part.digits.len()]) {
            return Some(SOLID);
        }
        if led {
            return is_led(part).then_some(PLANNED);
        }
        let fours = fit == Fit::Fours && part.separators().eq(*b" ");
        let typical = is_typical(part) && (fours || !part.is(&[4, 4]));
        typical.then(|| if is_count(part) { SPACES } else { PLANNED })
    }

    /// What a number with the country code of one of `plans` before it is worth, as in `351 920 891 462`.
    fn coded(&self, part: &Part<'_>, plans: Plans) -> Option<f32> {
        let first = part.lengths().next().filter(|&first| first <= 3 && first < part.digits.len())?;
        let (code, number) = part.digits.split_at(first);
        let fits = plans.has(code, number) && part.separators().all(|byte| byte != b'.' && byte != b'/');
        fits.then(|| if self.bracket || !is_count(part) { PLANNED } else { SPACES })
    }

    /// What the number is worth where its country is not known.
    fn guessed(&self, part: &Part<'_>) -> Option<f32> {
        let (digits, mut lengths) = (part.digits, part.lengths().skip(1));
        if !is_varied(digits) {
            return None;
        }
        if is_north_american(part) {
            return Some(if self.bracket { BRACKETED } else { spelled(part) });
        }
        if self.bracket && part.is(&[3, 3, 4]) && !is_mixed(part) {
            return Some(FORMED);
        }
        let trunk = matches!(digits, [b'0', b'1'..=b'9', ..]) && NATIONAL.iter().any(|lengths| part.is(lengths));
        // Two zeros begin an international number, or an address in a dump.
        let padded = digits.starts_with(b"00") && part.is(&[digits.len()]);
        if padded || !(7..=13).contains(&digits.len()) || is_other(part) {
            return None;
        }
        if trunk { Some(TRUNK) } else { lengths.all(|length| length >= 2).then_some(LABELLED) }
    }
}

/// Whether a bracket is closed behind the few digits of an area or a country.
fn is_closed(bytes: &[u8]) -> bool {
    let inside = bytes.iter().take(AREA + 1).take_while(|&&byte| is(byte, DIGIT) || b" -".contains(&byte)).count();
    bytes.get(inside) == Some(&b')')
}

/// What a number behind a plus sign is worth.
fn international(part: &Part<'_>) -> Option<f32> {
    let digits = part.digits;
    if is_fraction(part) || is_place(part) || digits.len() < FEWEST || digits[0] == b'0' {
        return None;
    }
    Some(match country::split(digits) {
        Some((code, number)) if plan::fits(code, number) == Some(false) => UNPLANNED,
        Some(_) => Id::Phone.kind().base_score,
        None if country::is_assigned(digits) && is_grouped(part) => FORMED,
        None => LABELLED,
    })
}

/// Whether the groups are latitude and longitude (ISO 6709): degrees and minutes, or seconds too, `+381515-0854534`.
fn is_place(part: &Part<'_>) -> bool {
    (part.is(&[4, 5]) || part.is(&[6, 7])) && part.separators().eq(*b"-") && part.digits < b"90".as_slice()
}

/// Whether there are three groups and nine digits at least, a country code first, and they are no large number.
fn is_grouped(part: &Part<'_>) -> bool {
    let dots = part.separators().any(|byte| byte == b'.');
    let code = part.lengths().next().is_some_and(|first| first <= 3);
    code && part.lengths().count() >= 3 && part.digits.len() > FEWEST && !is_count(part) && !dots
}

/// What a number behind the international prefix `00` or `011` is worth; bytes and characters in hexadecimal
/// are none.
fn prefixed(part: &Part<'_>) -> Option<f32> {
    let prefix = if part.digits.starts_with(b"00") { 2 } else { 3 };
    let number = part.digits.strip_prefix(b"00").or_else(|| part.digits.strip_prefix(b"011"))?;
    let (code, number) = country::split(number)?;
    // Prefix and country stand together, with an area at most, or with everything.
    let together = |first| first == part.digits.len() || (prefix..prefix + 6).contains(&first);
    let whole = part.lengths().next().is_some_and(together) && !is_mixed(part);
    (whole && !is_dump(part) && !part.lengths().all(|length| length == 2) && plan::fits(code, number) != Some(false))
        .then_some(PLANNED)
}

/// Whether the groups behind a trunk prefix, or behind an area in brackets, are those of a telephone number.
fn is_led(part: &Part<'_>) -> bool {
    let count = part.lengths().count();
    let short = part.lengths().skip(1).filter(|&length| length == 1).count() > 1;
    // A trunk prefix of two digits stands apart in Hungary: `06-20/123-4567`.
    let area = if part.lengths().next() == Some(2) { 2 } else { 1 };
    let slashes = part.separators().skip(area).any(|byte| byte == b'/')
        || part.separators().filter(|&byte| byte == b'/').count() > 1;
    let postal = part.is(&[5, 4]) && part.separators().eq(*b"-");
    let other = short || slashes || postal || is_decimal(part) || is_dump(part);
    part.digits.len() >= FEWEST && count <= 6 && !other
}

/// Whether the groups are those that telephone numbers without a trunk prefix have in some country.
fn is_typical(part: &Part<'_>) -> bool {
    let slashes = part.separators().any(|byte| byte == b'/');
    TYPICAL.iter().any(|lengths| part.is(lengths)) && !slashes && !is_span(part) && !is_decimal(part)
}

/// Whether the groups are four digits each, as characters are in hexadecimal.
fn is_dump(part: &Part<'_>) -> bool {
    part.lengths().all(|length| length == 4)
}

/// Whether the groups are those of something else: dates, spans, ranges, rates, and the parts of standards.
fn is_other(part: &Part<'_>) -> bool {
    let slashes = part.separators().filter(|&byte| byte == b'/').count();
    let hyphens = part.is(&[4, 4]) && part.separators().eq(*b"-");
    let short = part.lengths().count() == 2 && part.lengths().next_back().is_some_and(|last| last < 3);
    // The first group is an area.
    let long = part.lengths().count() > 1 && part.lengths().next().is_some_and(|first| first > 5);
    let count = is_count(part) && part.lengths().next() == Some(1);
    // Of one digit there is a trunk prefix only, and a country of ten digits.
    let item = part.lengths().count() == 2 && part.lengths().next() == Some(1) && part.digits.len() != 11;
    slashes > 1 || hyphens || short || long || count || item || is_mixed(part) || is_span(part) || ends_with_date(part)
}

/// Whether the last groups, or all digits in one piece, are a day: `2 2026-11-21`, `20261121`.
fn ends_with_date(part: &Part<'_>) -> bool {
    let digits = part.digits;
    let Some(tail) = digits.len().checked_sub(8) else { return false };
    let grouped = part.lengths().rev().take(3).eq([2, 2, 4]) && part.separators().last() == Some(b'-');
    (grouped || part.is(&[8])) && is_day(&digits[tail..])
}

/// Whether eight digits are year, month and day.
fn is_day(digits: &[u8]) -> bool {
    let (month, day) = (&digits[4..6], &digits[6..]);
    is_year(digits) && (b"01".as_slice()..=b"12").contains(&month) && (b"01".as_slice()..=b"31").contains(&day)
}

/// Whether a dot makes the groups a fraction.
fn is_fraction(part: &Part<'_>) -> bool {
    part.separators().eq(*b".") || (is_dump(part) && part.separators().all(|byte| byte == b'.'))
}

/// Whether dots stand beside other separators, as in the number of a clause.
fn is_mixed(part: &Part<'_>) -> bool {
    let dots = part.separators().filter(|&byte| byte == b'.').count();
    dots > 0 && dots < part.separators().count()
}

/// Whether the dots between the groups are those of a decimal or of a large number.
fn is_decimal(part: &Part<'_>) -> bool {
    let dots = part.separators().any(|byte| byte == b'.');
    dots && (is_fraction(part) || is_mixed(part) || is_count(part) || part.lengths().next() == Some(1))
}

/// Whether the groups are those of a large number: `612 345 678`.
fn is_count(part: &Part<'_>) -> bool {
    let mut lengths = part.lengths();
    let alike = part.separators().all(|byte| byte == b' ') || part.separators().all(|byte| byte == b'.');
    alike && lengths.next().is_some_and(|first| first <= 3) && lengths.all(|length| length == 3)
}

/// Whether the groups are two years, or may be: `1995-1998`, `1995 - 1998`.
fn is_span(part: &Part<'_>) -> bool {
    let year = |digits: &[u8]| is_year(digits) || digits.starts_with(b"21");
    part.is(&[4, 4]) && year(part.digits) && year(&part.digits[4..])
}

/// Whether area and exchange begin with 2 to 9; the country code 1 may stand before.
fn is_north_american(part: &Part<'_>) -> bool {
    let number = match part.digits {
        number if part.is(&[3, 3, 4]) => number,
        [b'1', number @ ..] if part.is(&[1, 3, 3, 4]) => number,
        _ => return false,
    };
    number[0] >= b'2' && number[3] >= b'2' && !is_mixed(part)
}

/// What the groups of North America are worth.
fn spelled(part: &Part<'_>) -> f32 {
    match part.separators().last() {
        Some(b'-') => HYPHENS,
        Some(b'.') => DOTS,
        _ => SPACES,
    }
}

/// Whether the digits are neither all the same nor counted up.
fn is_varied(digits: &[u8]) -> bool {
    let step = |pair: &[u8]| (10 + pair[1] - pair[0]) % 10;
    digits.windows(2).any(|pair| step(pair) > 1)
}

/// Whether the groups are a date: `2026-11-21`, `21.11.2026`, `6/30/2026`.
fn is_date(part: &Part<'_>) -> bool {
    let year = part.digits.len().saturating_sub(4);
    let last = [[1, 1, 4], [1, 2, 4], [2, 1, 4], [2, 2, 4]].iter().any(|lengths| part.is(lengths));
    (part.is(&[4, 2, 2]) && is_year(part.digits)) || (last && is_year(&part.digits[year..]))
}

/// Whether the first four digits are a year of the last century or this one.
const fn is_year(digits: &[u8]) -> bool {
    matches!(digits, [b'1', b'9', ..] | [b'2', b'0', ..])
}

/// The groups of national numbers that begin with 0: France, Britain, Germany, Australia, Japan and others.
const NATIONAL: [&[usize]; 14] = [
    &[2, 2, 2, 2, 2],
    &[2, 4, 4],
    &[3, 3, 2, 2],
    &[3, 3, 4],
    &[3, 4, 4],
    &[3, 7],
    &[3, 8],
    &[4, 2, 2, 2],
    &[4, 3, 3],
    &[4, 3, 4],
    &[4, 6],
    &[4, 7],
    &[5, 3, 3],
    &[5, 6],
];

/// The groups of national numbers without a trunk prefix.
const TYPICAL: [&[usize]; 24] = [
    &[3, 4],
    &[2, 2, 2, 2],
    &[2, 3, 3],
    &[2, 6],
    &[3, 2, 2],
    &[3, 2, 3],
    &[3, 3, 2],
    &[4, 4],
    &[1, 4, 4],
    &[2, 3, 2, 2],
    &[2, 3, 4],
    &[3, 2, 2, 2],
    &[3, 3, 3],
    &[2, 2, 2, 2, 2],
    &[2, 4, 4],
    &[3, 3, 2, 2],
    &[3, 3, 4],
    &[3, 7],
    &[4, 3, 3],
    &[5, 5],
    &[2, 5, 4],
    &[3, 4, 4],
    &[4, 3, 4],
    &[1, 3, 2, 4],
];

/// The fewest digits of a number with its country code or trunk prefix.
const FEWEST: usize = 8;
/// The longest name of a line.
const NAME: usize = 8;
/// So many numbers around one are a row of a table.
const TABLE: usize = 3;
/// The fewest digits that are a number of their own beside another.
const LONG: usize = 5;
/// The most characters of an area or a country in brackets.
const AREA: usize = 6;

/// The worth of `(212) 555-0123`.
const BRACKETED: f32 = 0.75;
/// The worth of `212-555-0123`.
const HYPHENS: f32 = 0.7;
/// The worth of groups that fit the plan of a region, or of a country behind an international prefix.
const PLANNED: f32 = 0.65;
/// The worth of `212.555.0123`.
const DOTS: f32 = 0.6;
/// The worth of a country code with a number of the right length that is not in its plan.
const UNPLANNED: f32 = 0.6;
/// The worth of `212 555 0123`, and of groups of three that fit a plan and are how large numbers are written as well.
const SPACES: f32 = 0.5;
/// The worth of groups that look like those of a number, without being one by any plan.
const FORMED: f32 = 0.5;
/// The worth of groups that begin with the trunk prefix 0.
const TRUNK: f32 = 0.5;
/// The most that groups behind a plus sign or a bracket are worth where they stand farther apart than usual.
const APART: f32 = 0.65;
/// The most that groups without a plus sign are worth where they go on in the next line.
const WRAPPED: f32 = 0.5;
/// The worth of digits in one piece that fit a plan.
const SOLID: f32 = 0.4;
/// The worth of digits that need a label.
const LABELLED: f32 = 0.3;

#[cfg(test)]
mod tests {
    use super::*;

    fn found_in<'a>(text: &'a str, regions: &str) -> Option<(&'a str, f32)> {
        let plans = regions.split_whitespace().filter_map(Plans::of).fold(Plans::default(), Plans::and);
        let start = text.find(|character: char| character.is_ascii_digit())?;
        let end = start + text[start..].bytes().take_while(u8::is_ascii_digit).count();
        from(text, &(start..end), plans).map(|candidate| (&text[candidate.range], candidate.score))
    }

    fn found(text: &str) -> Option<(&str, f32)> {
        found_in(text, "")
    }

    #[test]
    fn international_numbers_have_the_length_of_their_country() {
        for number in [
            "+44 20 7946 0123",
            "+44 (0)20 7946 0123",
            "+44(0)2079460123",
            "+1-202-555-0123",
            "+4915112345678",
            "+46 (0)8 928 571 38",
            "+1 (202) 555-0123",
            "(+1) 202 555 0123",
            "+376 712 345",
        ] {
            assert_eq!(found(number), Some((number, 0.8)), "{number}");
        }
        assert_eq!(found("+41 96 471 07 95"), Some(("+41 96 471 07 95", UNPLANNED)));
        for number in ["+999 20 7946 0123", "+1 20255501", "+37120123456789", "+20260301093000"] {
            assert_eq!(found(number), Some((number, LABELLED)), "{number}");
        }
        assert_eq!(found("+0442079460123"), None);
        assert_eq!(found("+12345678.9"), None);
        assert_eq!(found("+381515-0854534"), None);
        assert_eq!(found("00014250"), None);
    }

    #[test]
    fn groups_may_stand_apart_and_on_two_lines() {
        for (number, score) in [
            ("+44 20  7946 0123", APART),
            ("+44 20 7946\n0123", APART),
            ("+44 20\r\n  7946 0123", APART),
            ("+1-202-555-\n0123", APART),
            ("202-555-\n0123", WRAPPED),
            ("(202)\n555-0123", WRAPPED),
            ("(202)  555-0123", APART),
            ("202  555  0123", LABELLED),
            ("+44\n20\n7946\n0123", LABELLED),
        ] {
            assert_eq!(found(number), Some((number, score)), "{number:?}");
        }
        assert_eq!(found("+44 20 7946 0123\n12 x"), Some(("+44 20 7946 0123", 0.8)));
        assert_eq!(found("202-555-0123\n4567"), Some(("202-555-0123", HYPHENS)));
        for text in ["202 555\n0123", "12345\n67 x"] {
            assert_eq!(found(text), None, "{text:?}");
        }
    }

    #[test]
    fn international_prefixes_stand_for_the_plus_sign() {
        for number in ["00 44 20 7946 0123", "0049 30 123456", "011 44 20 7946 0123", "001-518-640-0854"] {
            assert_eq!(found(number), Some((number, PLANNED)), "{number}");
        }
        assert_eq!(found("00493012345678"), Some(("00493012345678", SOLID)));
        for number in ["00 99 20 79 46", "00 49 30 12 34 56", "0000 1234 5678"] {
            assert_ne!(found(number).map(|found| found.1), Some(PLANNED), "{number}");
        }
    }

    #[test]
    fn national_numbers_fit_the_plan_of_a_region() {
        for (region, number, score) in [
            ("US", "202 555 0123", PLANNED),
            ("US", "1 202 555 0123", PLANNED),
            ("GB", "020 7946 0123", PLANNED),
            ("GB", "07700 900123", PLANNED),
            ("DE", "030/1234567", PLANNED),
            ("HU", "(37) 788-063", PLANNED),
            ("HU", "(06 1) 234 5678", PLANNED),
            ("DK", "32 12 34 56", PLANNED),
            ("NO", "416 60 039", PLANNED),
            ("SG", "6123 4567", PLANNED),
            ("IN", "98765 43210", PLANNED),
            ("ES", "612 345 678", SPACES),
            ("GB", "07700900123", SOLID),
            ("FR DK", "01 99 00 12 34", PLANNED),
        ] {
            assert_eq!(found_in(number, region), Some((number, score)), "{number}");
        }
    }

    #[test]
    fn country_codes_of_a_region_need_no_plus_sign() {
        for (region, number, score) in [
            ("PT", "(351) 244267041", PLANNED),
            ("PT", "351 920 891 462", SPACES),
            ("CO", "57 321 079 39 09", PLANNED),
            ("GB", "44 7700 900123", PLANNED),
            ("HU", "06-20/123-4567", PLANNED),
            ("BE", "02/ 232 99 32", PLANNED),
        ] {
            assert_eq!(found_in(number, region), Some((number, score)), "{number}");
        }
        for (region, text) in [("PT", "352 920 891 462"), ("DK", "45 2003 16"), ("GB", "44.7700.900123")] {
            assert!(found_in(text, region).is_none_or(|found| found.1 <= LABELLED), "{region} {text}");
        }
    }

    #[test]
    fn groups_may_look_like_a_number_without_being_one() {
        for number in ["(469) 159-6980", "+54 9 3227 6940", "+56(6)1766809399"] {
            assert_eq!(found(number), Some((number, FORMED)), "{number}");
        }
        for number in ["+1 234 567 890", "+999 20 7946 0123"] {
            assert_eq!(found(number), Some((number, LABELLED)), "{number}");
        }
        assert_eq!(found("(37) 788-063-Office").map(|found| found.0), Some("(37) 788-063"));
        assert_eq!(found("202-555-0123-x"), None);
    }

    #[test]
    fn groups_that_other_values_have_are_not_those_of_a_region() {
        for (region, text) in [
            ("DK", "10 20 30 40"),
            ("ES", "612.345.678"),
            ("ES", "61234-5678"),
            ("ES", "612-34-5678"),
            ("NO", "3747 3911"),
            ("GB", "02110-1301"),
            ("AT", "0399 0308"),
            ("HK", "2002 - 2007"),
            ("HK", "2303-2304"),
            ("CL", "2.4046.2716"),
            ("SG", "6123/4567"),
            ("US", "252.227-7013"),
            ("NO", "66029 138"),
            ("IT", "0538 15"),
            ("SG", "6123.4567"),
            ("HK", "2049-2051"),
            ("GB", "0.7912345678"),
            ("NO", "20 25 11 21 30"),
        ] {
            assert!(found_in(text, region).is_none_or(|found| found.1 <= LABELLED), "{region} {text}");
        }
    }

    #[test]
    fn extensions_belong_to_the_number() {
        for number in [
            "345-899-3560x4587",
            "202-555-0123 x12",
            "202-555-0123 ext. 45",
            "202-555-0123 Ext 45",
            "202-555-0123 #45",
            "202-555-0123, ext 45",
            "+1-202-555-0123;ext=45",
        ] {
            assert_eq!(found(number).map(|found| found.0), Some(number));
        }
    }

    #[test]
    fn north_american_numbers_have_their_groups() {
        for (number, score) in [
            ("(202) 555-0123", BRACKETED),
            ("202-555-0123", HYPHENS),
            ("202.555.0123", DOTS),
            ("1-800-555-0199", HYPHENS),
        ] {
            assert_eq!(found(number), Some((number, score)), "{number}");
        }
        assert_eq!(found("(202-555-0123)"), Some(("202-555-0123", HYPHENS)));
        assert_eq!(found("102-555-0123").map(|found| found.1), Some(LABELLED));
    }

    #[test]
    fn other_numbers_need_a_trunk_prefix_or_a_label() {
        assert_eq!(found("07700 900 123"), Some(("07700 900 123", TRUNK)));
        assert_eq!(found("03.93.92.16.85"), Some(("03.93.92.16.85", TRUNK)));
        assert_eq!(found("467 3395"), Some(("467 3395", LABELLED)));
        for text in
            ["2026-11-21", "21.11.2026", "12 34", "0000 0000 0000", "0123456789", "1995-1998", "1 2 3 4 5 6 7 8"]
        {
            assert_eq!(found(text), None, "{text}");
        }
        for text in [
            "2 2023-02-05",
            "20231105",
            "6/30/2025",
            "1.30 93/08/31",
            "9600/2400/1200",
            "14496-15",
            "373378 1643",
            "1 00789466",
            "1.000.000",
            "211-252 (1964)",
            "0.049266 0.009371",
            "0 0 8675-0-424 63959",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }

    #[test]
    fn digits_with_a_colon_before_are_part_of_an_address() {
        let text = "01:02-03-04-05-06";
        assert_eq!(from(text, &(3..5), Plans::default()), None);
        assert!(from("Tel:0203 040 506", &(4..8), Plans::default()).is_some());
    }

    #[test]
    fn coordinates_and_arguments_are_no_numbers() {
        let score = |text: &str| {
            let start = text.find("390").unwrap();
            let end = start + text[start..].bytes().take_while(u8::is_ascii_digit).count();
            from(text, &(start..end), Plans::default()).map(|found| found.score)
        };
        for text in
            ["phone n 1 0 39005451", "1125,390 1129,390", "390 1129,5", "TEXT(39000001)", "POINT(407928538 390194195)"]
        {
            assert_eq!(score(text), None, "{text}");
        }
        for text in ["phone 390 1129, 5", "phone (3900001)", "call 2 3907312"] {
            assert!(score(text).is_some(), "{text}");
        }
        assert_eq!(found("00493297 00"), None);
        assert_eq!(found("0062500 17504    66     0     0   292").map(|found| found.1), Some(LABELLED));
    }

    #[test]
    fn numbers_behind_are_no_part() {
        assert_eq!(found("202-555-0123 2 times"), Some(("202-555-0123", HYPHENS)));
        assert_eq!(found_in("6123 4567 51EF", "SG"), None);
        assert_eq!(found("202-555-0123:54"), None);
        assert_eq!(found("202-555-0123."), Some(("202-555-0123", HYPHENS)));
    }
}
