//! Payment card numbers (ISO/IEC 7812-1).

use core::ops::{Range, RangeInclusive};

use super::{Candidate, supported};
use crate::block::digits_end;
use crate::boundary::{ends_free, starts_free};
use crate::catalogue::Id;
use crate::checksum::luhn;
use crate::class::{DIGIT, WORD, is};
use crate::dump;
use crate::row;
use crate::token::{Gap, Groups, Spacing, group_after, group_before, is_beside_numbers};

/// Whether a brand has numbers of so many digits with this first one.
pub(crate) fn is_possible(digits: &[u8]) -> bool {
    let lengths = match digits {
        [first @ b'0'..=b'9', ..] => LENGTHS_BY_FIRST[usize::from(first - b'0')],
        _ => 0,
    };
    digits.len() < 32 && lengths >> digits.len() & 1 != 0
}

/// Whether a brand has numbers that begin with this digit.
pub(crate) const fn is_first(digit: u8) -> bool {
    digit.is_ascii_digit() && LENGTHS_BY_FIRST[(digit - b'0') as usize] != 0
}

/// Whether a brand has numbers whose first two groups have these lengths.
pub(crate) fn are_first(first: usize, second: usize) -> bool {
    GROUPINGS.iter().any(|lengths| lengths[..2] == [first, second])
}

/// The card whose number is the run of digits `run`.
pub(crate) fn solid(text: &str, run: Range<usize>) -> Option<Candidate> {
    let digits = &text.as_bytes()[run.clone()];
    let score = score(digits)?;
    let free = starts_free(text, run.start) && ends_free(text, run.end);
    if !free || is_phone(text, &run) || !luhn(digits) || is_resource_name(text, run.start) {
        return None;
    }
    let score = match text.as_bytes() {
        bytes if is_listed(bytes, &run) || is_in_column(bytes, &run) => score.min(IN_TABLE),
        bytes if is_in_path(bytes, &run) => score.min(UNCERTAIN),
        _ => score,
    };
    Some(Candidate { id: Id::CreditCard, range: run, score, validated: true })
}

/// Whether it stands in a list or a table of long numbers that are no cards, of whatever brand: of such, four in a hundred
/// pass for one.
fn is_listed(bytes: &[u8], run: &Range<usize>) -> bool {
    let others = long_numbers(bytes[..run.start].iter().rev().take(LIST_BEFORE), <[u8]>::reverse)
        + long_numbers(bytes[run.end..].iter().take(LIST_AFTER), |_| ());
    others >= LISTED
}

/// Whether it stands in a column of long numbers that are no cards, as identifiers are: below one in the last lines, behind
/// as many commas, tabs or the like.
fn is_in_column(bytes: &[u8], run: &Range<usize>) -> bool {
    let before = &bytes[run.start.saturating_sub(COLUMN)..run.start];
    let mut lines = before.rsplit(|&byte| byte == b'\n');
    let Some(column) = lines.next().map(|line| line.iter().filter(|&&byte| is_cut(byte)).count()) else { return false };
    let mut cells = lines.take(LINES).filter_map(|line| line.split(|&byte| is_cut(byte)).nth(column)).map(last_number);
    cells.any(|number| number.len() >= LONG_CELL && !luhn(number))
}

/// Whether the byte stands between the cells of a line.
const fn is_cut(byte: u8) -> bool {
    matches!(byte, b',' | b'\t' | b';' | b'|')
}

/// The last digits of a cell.
fn last_number(cell: &[u8]) -> &[u8] {
    let end = cell.iter().rposition(|&byte| is(byte, DIGIT)).map_or(0, |last| last + 1);
    let length = cell[..end].iter().rev().take_while(|&&byte| is(byte, DIGIT)).count();
    &cell[end - length..end]
}

/// Whether it is a part of a path, `/users/4111…/cart`: those are identifiers.
fn is_in_path(bytes: &[u8], run: &Range<usize>) -> bool {
    matches!(bytes[..run.start], [.., name, b'/'] if is(name, WORD) || name == b'/')
        && matches!(bytes[run.end..], [] | [b'/' | b'.' | b'?' | b' ' | b'"' | b'#' | b'\n', ..])
}

/// How many of the cells that follow are long numbers and no cards.
fn long_numbers<'a>(bytes: impl Iterator<Item = &'a u8>, order: impl Fn(&mut [u8])) -> usize {
    let (mut digits, mut length, mut count) = ([0; 19], 0, 0);
    for &byte in bytes.chain(b"\0") {
        if is(byte, DIGIT) {
            let Some(place) = digits.get_mut(length) else { return count };
            *place = byte;
            length += 1;
            continue;
        }
        order(&mut digits[..length]);
        count += usize::from(length >= LONG && !luhn(&digits[..length]));
        length = 0;
        if !b" \t\r\n,;|\"'".contains(&byte) {
            break;
        }
    }
    count
}

/// The card whose number is the run of digits `run` with those in the next line; it takes a label to tell it from two
/// numbers.
pub(crate) fn broken(text: &str, run: &Range<usize>) -> Option<Candidate> {
    let bytes = text.as_bytes();
    let second = run.end + Gap::at(bytes, run.end).filter(|gap| gap.separator == 0)?.width;
    let range = run.start..digits_end(bytes, second);
    let length = run.len() + range.end - second;
    let mut digits = [0; Groups::DIGITS];
    let digits = digits.get_mut(..length)?;
    digits[..run.len()].copy_from_slice(&bytes[run.clone()]);
    digits[run.len()..].copy_from_slice(&bytes[second..range.end]);
    let score = Some(&*digits).filter(|digits| is_possible(digits)).and_then(score)?.min(IN_TABLE);
    let free = starts_free(text, range.start) && ends_free(text, range.end);
    (free && luhn(digits)).then_some(Candidate { id: Id::CreditCard, range, score, validated: true })
}

/// The card whose number is written in groups from `start` on.
pub(crate) fn grouped(text: &str, start: usize, groups: &Groups) -> Option<Candidate> {
    let lengths = GROUPINGS.iter().filter(|lengths| groups.starts_with(lengths));
    lengths.filter_map(|lengths| grouped_as(text, start, groups, lengths)).next()
}

fn grouped_as(text: &str, start: usize, groups: &Groups, lengths: &[usize]) -> Option<Candidate> {
    let (digits, end) = groups.prefix(lengths.len());
    let score = score(digits)?;
    if !luhn(digits) || !starts_free(text, start) || !ends_free(text, end) || is_resource_name(text, start) {
        return None;
    }
    let bytes = text.as_bytes();
    let separated = bytes[..start].last().is_some_and(|&before| before == groups.separator() && before != b' ');
    if separated || dump::is_around(bytes, &(start..end)) {
        return None;
    }
    let score = match Row::around(bytes, &(start..end), groups.separator()) {
        Row::None if groups.spacing() == Spacing::Usual => supported(score),
        _ if groups.spacing() != Spacing::Usual && is_beside_numbers(bytes, &(start..end)) => score.min(IN_TABLE),
        Row::None if groups.separator() != 0 => score,
        Row::None | Row::Cards => score.min(IN_ROW),
        Row::Table => score.min(IN_TABLE),
    };
    Some(Candidate { id: Id::CreditCard, range: start..end, score, validated: true })
}

/// What prefix and length alone are worth; `None` where no brand has them.
fn score(digits: &[u8]) -> Option<f32> {
    let prefix = digits.get(..6)?.iter().fold(0, |prefix, digit| prefix * 10 + u32::from(digit - b'0'));
    BRANDS
        .iter()
        .filter(|(prefixes, _)| prefixes.contains(&prefix))
        .find_map(|(_, lengths)| lengths.score(digits.len()))
}

/// What stands beside the groups of a number, with the same separator.
enum Row {
    /// Nothing but a security code, a date of expiry, or the number of an item.
    None,
    /// One more number, or another card.
    Cards,
    /// More numbers, as in a table of four-digit values.
    Table,
}

impl Row {
    fn around(bytes: &[u8], range: &Range<usize>, separator: u8) -> Self {
        let (before, left) = cells(|start| group_before(bytes, start, separator), range.start, usize::wrapping_sub, 2);
        let (after, right) = cells(|end| group_after(bytes, end, separator), range.end, usize::wrapping_add, 3);
        let code = after == 1 && right == range.end + 4;
        let table = row::numbers_around(bytes, range.start, range.end) >= TABLE;
        match before.max(after) {
            0 if !table => Self::None,
            1 if !table && before == 0 && code => Self::None,
            1 if !table => Self::Cards,
            _ if are_card(&bytes[left..range.start]) || are_card(&bytes[range.end..right]) => Self::Cards,
            _ => Self::Table,
        }
    }
}

/// How many cells of `least` digits and more stand in a row from `edge` on, four at most, and where they end.
fn cells(
    length: impl Fn(usize) -> usize,
    edge: usize,
    step: fn(usize, usize) -> usize,
    least: usize,
) -> (usize, usize) {
    let mut edge = edge;
    for count in 0..4 {
        match length(edge) {
            length if length >= least => edge = step(edge, length + 1),
            _ => return (count, edge),
        }
    }
    (4, edge)
}

/// Whether `cells` are the number of a card as it is printed.
fn are_card(cells: &[u8]) -> bool {
    let groups = || cells.split(|&byte| !is(byte, DIGIT)).map(<[u8]>::len).filter(|&length| length > 0);
    GROUPINGS.iter().any(|lengths| groups().eq(lengths.iter().copied())) && is_card(cells)
}

/// Whether the digits of `cells` are the number of a card.
fn is_card(cells: &[u8]) -> bool {
    let mut digits = [0; 19];
    let mut count = 0;
    for &digit in cells.iter().filter(|byte| byte.is_ascii_digit()) {
        let Some(place) = digits.get_mut(count) else { return false };
        *place = digit;
        count += 1;
    }
    is_possible(&digits[..count]) && score(&digits[..count]).is_some() && luhn(&digits[..count])
}

/// Whether the digits follow a plus sign, as in `+4915112345678`, and are few enough for a telephone number (ITU-T
/// E.164).
fn is_phone(text: &str, run: &Range<usize>) -> bool {
    let before = &text.as_bytes()[..run.start];
    run.len() <= 15
        && matches!(before, [b'+'] | [.., b' ' | b'"' | b'(' | b':' | b'=' | b',' | b'>' | b'\n' | b'\t', b'+'])
}

/// Whether `place` is inside an Amazon Resource Name, `arn:aws:iam::123837392027:user/bob`: its digits are account
/// numbers, and its words are no labels.
pub(super) fn is_resource_name(text: &str, place: usize) -> bool {
    let before = &text.as_bytes()[place.saturating_sub(RESOURCE_NAME)..place];
    let inside =
        |&byte: &u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\'' | b',' | b'<' | b'[' | b'(' | b'=');
    let start = before.iter().rposition(|byte| !inside(byte)).map_or(0, |end| end + 1);
    before[start..].starts_with(b"arn:")
}

/// The lengths of a brand's numbers.
struct Lengths {
    /// What nearly all of them have.
    usual: &'static [usize],
    /// What some have, and other long numbers as well.
    possible: &'static [usize],
    /// What needs a label, or typical groups, to count.
    rare: &'static [usize],
}

impl Lengths {
    fn score(&self, length: usize) -> Option<f32> {
        let scores =
            [(self.usual, Id::CreditCard.kind().base_score), (self.possible, POSSIBLE), (self.rare, UNCERTAIN)];
        scores.iter().find(|(lengths, _)| lengths.contains(&length)).map(|&(_, score)| score)
    }
}

const AMERICAN_EXPRESS: Lengths = Lengths { usual: &[15], possible: &[], rare: &[] };
const DINERS_CLUB: Lengths = Lengths { usual: &[14], possible: &[16], rare: &[15, 17, 18, 19] };
/// Discover and JCB.
const DISCOVER: Lengths = Lengths { usual: &[16], possible: &[], rare: &[17, 18, 19] };
const MAESTRO: Lengths = Lengths { usual: &[], possible: &[16], rare: &[12, 13, 14, 15, 17, 18, 19] };
/// A prefix that older lists of Maestro's have: generators of test data go there, too.
const OLD_MAESTRO: Lengths = Lengths { usual: &[], possible: &[], rare: &[12, 13, 14, 15, 16, 17, 18, 19] };
const MASTERCARD: Lengths = Lengths { usual: &[16], possible: &[], rare: &[] };
const OLD_JCB: Lengths = Lengths { usual: &[15], possible: &[], rare: &[] };
/// JCB's prefix beyond the range in use: generators of test data go there.
const UNUSED_JCB: Lengths = Lengths { usual: &[], possible: &[], rare: &[16] };
const UNION_PAY: Lengths = Lengths { usual: &[16], possible: &[19], rare: &[17, 18] };
/// Nineteen digits are rare: one random 64-bit number in a hundred would pass for a Visa card.
const VISA: Lengths = Lengths { usual: &[16], possible: &[], rare: &[13, 19] };

/// Who issues which numbers, by their first six digits.
const BRANDS: [(RangeInclusive<u32>, Lengths); 21] = [
    (400_000..=499_999, VISA),
    (510_000..=559_999, MASTERCARD),
    (222_100..=272_099, MASTERCARD),
    (340_000..=349_999, AMERICAN_EXPRESS),
    (370_000..=379_999, AMERICAN_EXPRESS),
    (601_100..=601_199, DISCOVER),
    (622_126..=622_925, DISCOVER),
    (644_000..=659_999, DISCOVER),
    (620_000..=629_999, UNION_PAY),
    (352_800..=358_999, DISCOVER), // JCB
    (350_000..=359_999, UNUSED_JCB),
    (213_100..=213_199, OLD_JCB),
    (180_000..=180_099, OLD_JCB),
    (300_000..=305_999, DINERS_CLUB),
    (309_500..=309_599, DINERS_CLUB),
    (360_000..=369_999, DINERS_CLUB),
    (380_000..=399_999, DINERS_CLUB),
    (500_000..=509_999, MAESTRO),
    (560_000..=589_999, MAESTRO),
    (600_000..=699_999, MAESTRO),
    (60_400..=60_499, OLD_MAESTRO),
];

/// The lengths of the numbers with each first digit, as bits.
static LENGTHS_BY_FIRST: [u32; 10] = lengths_by_first();

const fn lengths_by_first() -> [u32; 10] {
    let mut all = [0; 10];
    let mut brand = 0;
    while brand < BRANDS.len() {
        let (prefixes, lengths) = &BRANDS[brand];
        let mut first = *prefixes.start() / 100_000;
        while first <= *prefixes.end() / 100_000 {
            all[first as usize] |= bits(lengths.usual) | bits(lengths.possible) | bits(lengths.rare);
            first += 1;
        }
        brand += 1;
    }
    all
}

const fn bits(mut lengths: &[usize]) -> u32 {
    let mut bits = 0;
    while let [length, rest @ ..] = lengths {
        bits |= 1 << *length;
        lengths = rest;
    }
    bits
}

/// How card numbers are printed, the longest first.
const GROUPINGS: [&[usize]; 12] = [
    &[4, 4, 4, 4, 3],
    &[6, 13],
    &[4, 4, 4, 4, 2],
    &[4, 4, 4, 4],
    &[4, 6, 5],
    &[4, 4, 4, 3],
    &[4, 6, 4],
    &[4, 4, 4, 2],
    &[4, 4, 5],
    &[4, 3, 3, 3],
    &[4, 4, 4],
    &[4, 4, 4, 1],
];

/// The worth of a length or a brand that other long numbers hit as well.
const POSSIBLE: f32 = 0.6;
/// The worth of what needs a label, or typical groups, to count.
const UNCERTAIN: f32 = 0.4;
/// The worth of a card beside another one, or beside one more number.
const IN_ROW: f32 = 0.5;
/// The worth of what a table of numbers hits as well: one row of four in twenty-five.
const IN_TABLE: f32 = 0.3;
/// The fewest digits of a long number.
const LONG: usize = 9;
/// So many long numbers beside one are a list.
const LISTED: usize = 3;
/// The fewest digits of a long number in a column.
const LONG_CELL: usize = 12;
/// How many lines a column is looked at before a number, and how far, in bytes.
const LINES: usize = 3;
const COLUMN: usize = 448;
/// How far a list is looked at before a number, and behind it, in bytes.
const LIST_BEFORE: usize = 192;
const LIST_AFTER: usize = 64;
/// So many numbers around one are a row of a table, not a date of expiry and a code.
const TABLE: usize = 4;
/// How far back a resource name is recognized, in bytes.
const RESOURCE_NAME: usize = 128;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The score of the solid number `digits` alone in its text.
    fn alone(digits: &str) -> Option<f32> {
        solid(digits, 0..digits.len()).map(|candidate| candidate.score)
    }

    /// The digits with the check digit that completes them.
    fn complete(digits: &str) -> String {
        ('0'..='9').map(|check| format!("{digits}{check}")).find(|number| luhn(number.as_bytes())).unwrap()
    }

    #[test]
    fn brands_begin_and_end_where_their_ranges_do() {
        for (prefix, length, known) in [
            ("222099", 16, false),
            ("222100", 16, true),
            ("272099", 16, true),
            ("272100", 16, false),
            ("510000", 16, true),
            ("559999", 16, true),
            ("340000", 15, true),
            ("340000", 16, false),
            ("349999", 16, false),
            ("352800", 17, true),
            ("358999", 17, true),
            ("359000", 17, false),
            ("305999", 14, true),
            ("306000", 14, false),
            ("309500", 14, true),
            ("213100", 15, true),
            ("180000", 15, true),
            ("180100", 15, false),
            ("400000", 15, false),
            ("490000", 19, true),
            ("550000", 12, false),
            ("700000", 16, false),
            ("100000", 16, false),
            ("060400", 12, true),
            ("060500", 12, false),
        ] {
            let number = complete(&format!("{prefix:0<width$}", width = length - 1));
            assert_eq!(alone(&number).is_some(), known, "{prefix} with {length} digits");
        }
    }

    #[test]
    fn rare_lengths_are_worth_less_than_the_usual_one() {
        assert_eq!(alone("4111111111111111"), Some(0.9));
        assert_eq!(alone("378282246310005"), Some(0.9));
        assert_eq!(alone("6205500000000000004"), Some(POSSIBLE));
        assert_eq!(alone("3056930009020004"), Some(POSSIBLE));
        assert_eq!(alone("4222222222222"), Some(UNCERTAIN));
        assert_eq!(alone("4933870304038678414"), Some(UNCERTAIN));
        assert_eq!(alone("501864667909"), Some(UNCERTAIN));
        assert_eq!(alone("3566002020360505"), Some(0.9));
        assert_eq!(alone("3598899323053410"), Some(UNCERTAIN));
        assert_eq!(alone("060426070011"), Some(UNCERTAIN));
    }

    #[test]
    fn groups_are_read_as_printed_on_cards() {
        for text in [
            "4111 1111 1111 1111",
            "4111-1111-1111-1111",
            "3782 822463 10005",
            "3056 930902 5904",
            "5018 6466 7909",
            "4222 2222 2222 2",
        ] {
            let groups = Groups::read(text.as_bytes(), 0, 4);
            assert_eq!(grouped(text, 0, &groups).map(|card| card.range), Some(0..text.len()), "{text}");
        }
        for text in ["4111.1111.1111.1111", "4111_1111_1111_1111", "4111  1111  1111  1111", "4111-1111-\n1111-1111"] {
            let card = grouped(text, 0, &Groups::read(text.as_bytes(), 0, 4)).unwrap();
            assert_eq!((card.range, card.score), (0..text.len(), 0.9), "{text}");
        }
        for text in [
            "4111 1111 1111-1111",
            "4111--1111-1111-1111",
            "4111 11111 111 1111",
            "4111-1111-1111-1111-1",
            "4111 1111 1111 1111 4a1f",
        ] {
            let groups = Groups::read(text.as_bytes(), 0, 4);
            assert_eq!(grouped(text, 0, &groups), None, "{text}");
        }
        let text = "[.4111.1111.1111.1111]";
        assert_eq!(grouped(text, 2, &Groups::read(text.as_bytes(), 2, 6)), None);
    }

    #[test]
    fn a_card_in_a_row_of_numbers_is_worth_less() {
        let score = |text: &str, start| {
            let card = grouped(text, start, &Groups::read(text.as_bytes(), start, start + 4)).unwrap();
            text[card.range].starts_with("4111").then_some(card.score)
        };
        assert_eq!(score("4111 1111 1111 1111 2000", 0), Some(IN_ROW));
        assert_eq!(score("2000 4111 1111 1111 1111", 5), Some(IN_ROW));
        assert_eq!(score("4111 1111 1111 1111 5555 5555 5555 4444", 0), Some(IN_ROW));
        assert_eq!(score("4111 1111 1111 1111 123", 0), Some(1.0));
        assert_eq!(score("2 4111 1111 1111 1111", 2), Some(1.0));
        assert_eq!(score("4111 1111 1111 1111 12 25 123", 0), Some(1.0));
        assert_eq!(score("5555 5555 5555 4444 4111 1111 1111 1111", 20), Some(IN_ROW));
        assert_eq!(score("4111 1111 1111 1111 2000 3000", 0), Some(IN_TABLE));
        assert_eq!(score("4111 1111 1111 1111 443 807 588", 0), Some(IN_TABLE));
        assert_eq!(score("648 1288 4111 1111 1111 1111", 9), Some(IN_TABLE));
        assert!(is_card(b"648 714 3153 74225220"));
        assert_eq!(score("4111 1111 1111 1111 648 714 3153 74225220", 0), Some(IN_TABLE));
        assert_eq!(score("1234  4111  1111  1111  1111", 6), Some(IN_TABLE));
        assert_eq!(score("4111\t1111\t1111\t1111\n2000", 0), Some(IN_TABLE));
        assert_eq!(score("1234\n4111\n1111\n1111\n1111", 5), Some(IN_TABLE));
        assert_eq!(score("4111\n1111\n1111\n1111", 0), Some(IN_ROW));
        assert_eq!(score("4111 1111 1111 1111 999  376 12 961086", 0), Some(IN_TABLE));
        assert_eq!(score("4111 1111 1111 1111   376 12 961086 7", 0), Some(IN_TABLE));
        assert_eq!(score("5555 5555 5555 4444 4111 1111\n1111 1111", 20), Some(IN_TABLE));
    }

    #[test]
    fn a_card_in_a_list_of_long_numbers_is_worth_less() {
        let score = |text: &str| {
            let start = text.find("4111").unwrap();
            solid(text, start..start + 16).map(|card| card.score)
        };
        for text in [
            "8551984554297, 837407136718072,\n    4111111111111111,\n    675915257569021845",
            "461\t4136991684581\t493119246363731\t4111111111111111\t664358003461506901\t902",
            "4111111111111111|1551984554297|237407136718072|375915257569021845",
        ] {
            assert_eq!(score(text), Some(IN_TABLE), "{text}");
        }
        for text in [
            "bob,1234567890,4111111111111111,441234567890,12/29",
            "5555555555554444, 4111111111111111, 378282246310005, 6011111111111117",
            "order 1234567890123456 of 1767139200000 paid with 4111111111111111",
            "4111111111111111 12 25 123 100",
        ] {
            assert_eq!(score(text), Some(0.9), "{text}");
        }
    }

    #[test]
    fn a_card_below_a_long_number_is_worth_less() {
        let score = |text: &str| {
            let start = text.find("4111").unwrap();
            solid(text, start..start + 16).map(|card| card.score)
        };
        for text in [
            "9,1234567890123456,b\n10,4111111111111111,c",
            "<U92C5>;IGNORE # 341124314143113\n<U92C6>;IGNORE # 4111111111111111",
            "a\t\"1234567890123\"\nb\t12\nc\t\"4111111111111111\"",
        ] {
            assert_eq!(score(text), Some(IN_TABLE), "{text}");
        }
        for text in [
            "9,5555555555554444,b\n10,4111111111111111,c",
            "9,2200000000000004,b\n10,4111111111111111,c",
            "9,1234567890123456,b\n10,c,4111111111111111",
            "order 12345\n4111111111111111",
        ] {
            assert_eq!(score(text), Some(0.9), "{text}");
        }
    }

    #[test]
    fn a_card_in_a_path_needs_a_label() {
        let score = |text: &str| {
            let start = text.find("4111").unwrap();
            solid(text, start..start + 16).map(|card| card.score)
        };
        for text in
            ["GET /users/4111111111111111/cart", "/img/4111111111111111.png", "https://example.com/4111111111111111"]
        {
            assert_eq!(score(text), Some(UNCERTAIN), "{text}");
        }
        for text in ["4111111111111111/12/29", "paid / 4111111111111111", "https://example.com/?q=4111111111111111"] {
            assert_eq!(score(text), Some(0.9), "{text}");
        }
    }

    #[test]
    fn telephone_numbers_and_resource_names_are_no_cards() {
        let phone = format!("+{}", complete("491511234567"));
        assert_eq!(solid(&phone, 1..phone.len()), None);
        let name = "arn:aws:iam::501864667909:user/bob";
        assert_eq!(solid(name, 13..25), None);
        assert!(solid("card:501864667909", 5..17).is_some());
    }

    /// A second reading of the brand rules, by leading digits instead of ranges.
    fn naive(number: &str) -> bool {
        let lead = |count: usize| number[..count].parse::<u32>().unwrap();
        let length = number.len();
        let (one, two, three, four, six) = (lead(1), lead(2), lead(3), lead(4), lead(6));
        let long = (16..=19).contains(&length);
        (one == 4 && [13, 16, 19].contains(&length))
            || (((51..=55).contains(&two) || (2221..=2720).contains(&four)) && length == 16)
            || ([34, 37].contains(&two) && length == 15)
            || ((four == 6011 || (622_126..=622_925).contains(&six) || (644..=649).contains(&three) || two == 65)
                && long)
            || (((300..=305).contains(&three) || four == 3095 || [36, 38, 39].contains(&two))
                && (14..=19).contains(&length))
            || ((3528..=3589).contains(&four) && long)
            || (two == 35 && length == 16)
            || ([2131, 1800].contains(&four) && length == 15)
            || (two == 62 && long)
            || (two == 50 || (56..=58).contains(&two) || one == 6 || number.starts_with("0604"))
    }

    proptest! {
        #[test]
        fn agrees_with_the_published_prefixes(number in "(2[2-7]|3[0-9]|060[45]|[1-9])[0-9]{11,17}") {
            prop_assume!((12..=19).contains(&number.len()));
            prop_assert_eq!(score(number.as_bytes()).is_some(), naive(&number));
        }
    }
}
