//! National numbering plans: what numbers of a country begin with and how long they are.

use core::ops::RangeInclusive;

/// Every region whose national numbers can be told, by its ISO 3166-1 code, in the order of the table.
///
/// [`ScannerBuilder::regions`](crate::ScannerBuilder::regions) takes these names.
///
/// ```
/// assert!(axiom_pii::phone_regions().any(|region| region == "DE"));
/// ```
pub fn phone_regions() -> impl Iterator<Item = &'static str> {
    PLANS.iter().zip(0_usize..).flat_map(|(plan, place)| {
        let before = place.checked_sub(1).map_or("", |before| PLANS[before].regions);
        plan.regions.split(' ').filter(move |region| before.split(' ').all(|known| known != *region))
    })
}

/// The plans that national numbers are held against: a bit for each row of the table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Plans(u128);

impl Plans {
    /// The plans of the region with this ISO 3166-1 code.
    pub(crate) fn of(region: &str) -> Option<Self> {
        let rows = PLANS.iter().zip(0..).filter(|(plan, _)| plan.regions.split(' ').any(|known| known == region));
        let rows = rows.fold(0, |rows, (_, place)| rows | 1 << place);
        (rows != 0).then_some(Self(rows))
    }

    /// The plans of both.
    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether `code` is the country code of one of the plans, and `number` fits it.
    pub(super) fn has(self, code: &[u8], number: &[u8]) -> bool {
        let code = code.iter().fold(0, |code, digit| code * 10 + u16::from(digit - b'0'));
        let chosen = PLANS.iter().zip(0..).filter(|(_, place)| self.0 >> place & 1 != 0);
        chosen.filter(|(plan, _)| plan.code == code).any(|(plan, _)| plan.has(number))
    }

    /// Whether there is none.
    pub(super) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How `digits` fit one of the plans, as they are written within its country.
    pub(super) fn fit(self, digits: &[u8]) -> Option<Fit> {
        let mut rows = self.0;
        let mut best = None;
        while rows != 0 {
            best = best.max(PLANS[rows.trailing_zeros() as usize].fit(digits));
            rows &= rows - 1;
        }
        best
    }
}

/// How a number fits a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    /// As it is.
    Bare,
    /// As it is, in a country where eight digits are written four and four.
    Fours,
    /// Behind the trunk prefix.
    Trunk,
}

/// Whether `number`, a national significant number, fits a plan of country code `code`; `None` where there is no plan.
pub(super) fn fits(code: u16, number: &[u8]) -> Option<bool> {
    let mut plans = PLANS.iter().filter(|plan| plan.code == code).peekable();
    plans.peek()?;
    Some(plans.any(|plan| plan.has(number)))
}

/// A row: a country, or the part of its numbers that is written in one way.
struct Plan {
    /// ISO 3166-1 codes, a space between.
    regions: &'static str,
    code: u16,
    /// What stands before the number within the country.
    trunk: &'static str,
    /// How a number without the trunk prefix fits.
    bare: Option<Fit>,
    lines: &'static [Line],
}

/// The first three digits of numbers, and how many digits those have.
struct Line {
    first: RangeInclusive<u16>,
    length: RangeInclusive<usize>,
}

impl Plan {
    fn fit(&self, digits: &[u8]) -> Option<Fit> {
        let trunk = digits.strip_prefix(self.trunk.as_bytes()).filter(|_| !self.trunk.is_empty());
        if trunk.is_some_and(|number| self.has(number)) {
            return Some(Fit::Trunk);
        }
        self.bare.filter(|_| self.has(digits))
    }

    fn has(&self, number: &[u8]) -> bool {
        let &[a, b, c, ..] = number else { return false };
        let first = [a, b, c].iter().fold(0, |first, digit| first * 10 + u16::from(digit - b'0'));
        let known = self.lines.iter().any(|line| line.first.contains(&first) && line.length.contains(&number.len()));
        known && (self.code != NORTH_AMERICA || is_north_american(number))
    }
}

/// Whether ten digits are a number of the North American Numbering Plan: neither area nor exchange is N11, the area is
/// not N9X, which is kept for longer numbers.
fn is_north_american(number: &[u8]) -> bool {
    let service = |code: &[u8]| code[1..] == *b"11";
    number[1] != b'9' && number[3] >= b'2' && !service(&number[..3]) && !service(&number[3..6])
}

const NORTH_AMERICA: u16 = 1;

const fn line(first: RangeInclusive<u16>, length: RangeInclusive<usize>) -> Line {
    Line { first, length }
}

/// A country where every number is written behind a trunk prefix.
const fn trunk(regions: &'static str, code: u16, trunk: &'static str, lines: &'static [Line]) -> Plan {
    Plan { regions, code, trunk, bare: None, lines }
}

/// A country where the trunk prefix is often left out.
const fn either(regions: &'static str, code: u16, trunk: &'static str, lines: &'static [Line]) -> Plan {
    Plan { regions, code, trunk, bare: Some(Fit::Bare), lines }
}

/// A country, or the numbers of one, without a trunk prefix.
const fn bare(regions: &'static str, code: u16, lines: &'static [Line]) -> Plan {
    Plan { regions, code, trunk: "", bare: Some(Fit::Bare), lines }
}

/// The same, where eight digits are written four and four.
const fn fours(regions: &'static str, code: u16, lines: &'static [Line]) -> Plan {
    Plan { regions, code, trunk: "", bare: Some(Fit::Fours), lines }
}

/// The plans, as administrations gave them to the ITU (ITU-T E.129; Operational Bulletin, national numbering plans).
///
/// The lines are wider than what is assigned, so that the table does not age with every new area code.
#[rustfmt::skip]
static PLANS: [Plan; 72] = [
    either("US CA AG AI AS BB BM BS DM DO GD GU JM KN KY LC MP MS PR SX TC TT VC VG VI", NORTH_AMERICA, "1",
        &[line(200..=989, 10..=10)]),
    trunk("GB GG IM JE", 44, "0", &[line(113..=199, 9..=10), line(200..=299, 10..=10), line(300..=399, 10..=10),
        line(550..=569, 10..=10), line(700..=799, 10..=10), line(800..=800, 9..=10), line(801..=999, 10..=10)]),
    trunk("IE", 353, "0", &[line(100..=199, 8..=9), line(200..=799, 7..=9), line(800..=899, 9..=9),
        line(900..=999, 7..=9)]),
    bare("IE", 353, &[line(150..=159, 10..=10), line(180..=189, 10..=10)]),
    trunk("DE", 49, "0", &[line(150..=159, 10..=11), line(160..=179, 10..=11), line(180..=189, 7..=11),
        line(200..=999, 6..=11)]),
    trunk("AT", 43, "0", &[line(100..=199, 7..=12), line(200..=649, 6..=12), line(650..=699, 9..=13),
        line(700..=939, 6..=12)]),
    trunk("CH", 41, "0", &[line(210..=919, 9..=9)]),
    bare("LI", 423, &[line(200..=399, 7..=7), line(600..=699, 7..=9), line(700..=799, 7..=7)]),
    trunk("FR", 33, "0", &[line(100..=999, 9..=9)]),
    bare("ES", 34, &[line(600..=989, 9..=9)]),
    bare("IT VA", 39, &[line(10..=99, 6..=11), line(310..=399, 9..=10), line(800..=899, 6..=10)]),
    bare("PT", 351, &[line(200..=309, 9..=9), line(700..=709, 9..=9), line(800..=809, 9..=9), line(900..=969, 9..=9)]),
    trunk("NL", 31, "0", &[line(100..=599, 9..=9), line(600..=699, 9..=9), line(700..=799, 9..=9),
        line(800..=800, 7..=7), line(800..=800, 10..=10), line(850..=889, 9..=9), line(900..=909, 7..=7),
        line(900..=909, 10..=10)]),
    trunk("BE", 32, "0", &[line(100..=439, 8..=8), line(440..=499, 9..=9), line(500..=999, 8..=8)]),
    bare("LU", 352, &[line(200..=599, 6..=8), line(600..=699, 9..=9), line(700..=999, 6..=8)]),
    bare("DK", 45, &[line(200..=999, 8..=8)]),
    trunk("SE", 46, "0", &[line(100..=699, 7..=9), line(700..=769, 9..=9), line(770..=999, 7..=9)]),
    bare("NO SJ", 47, &[line(200..=999, 8..=8)]),
    trunk("FI AX", 358, "0", &[line(100..=399, 6..=10), line(400..=509, 7..=10), line(510..=999, 6..=10)]),
    bare("PL", 48, &[line(120..=999, 9..=9)]),
    bare("CZ", 420, &[line(200..=999, 9..=9)]),
    trunk("SK", 421, "0", &[line(200..=599, 9..=9), line(800..=959, 9..=9)]),
    either("HU", 36, "06", &[line(100..=199, 8..=8), line(200..=219, 9..=9), line(220..=299, 8..=8),
        line(300..=319, 9..=9), line(320..=499, 8..=8), line(500..=509, 9..=9), line(520..=699, 8..=8),
        line(700..=709, 9..=9), line(720..=999, 8..=8)]),
    trunk("RO", 40, "0", &[line(200..=399, 9..=9), line(700..=999, 9..=9)]),
    trunk("BG", 359, "0", &[line(200..=299, 7..=9), line(300..=799, 7..=8), line(800..=999, 7..=9)]),
    trunk("HR", 385, "0", &[line(100..=199, 8..=8), line(200..=799, 8..=9), line(800..=999, 8..=9)]),
    trunk("SI", 386, "0", &[line(100..=999, 8..=8)]),
    either("LT", 370, "0", &[line(300..=999, 8..=8)]),
    trunk("LT", 370, "8", &[line(300..=999, 8..=8)]),
    fours("LV", 371, &[line(200..=299, 8..=8), line(600..=999, 8..=8)]),
    fours("EE", 372, &[line(300..=499, 7..=7), line(500..=599, 7..=8), line(600..=799, 7..=7), line(800..=899, 7..=8)]),
    fours("MT", 356, &[line(200..=299, 8..=8), line(700..=999, 8..=8)]),
    fours("CY", 357, &[line(200..=269, 8..=8), line(700..=999, 8..=8)]),
    bare("IS", 354, &[line(400..=999, 7..=7)]),
    bare("GR", 30, &[line(210..=289, 10..=10), line(680..=699, 10..=10), line(800..=909, 10..=10)]),
    either("TR", 90, "0", &[line(200..=599, 10..=10), line(800..=909, 10..=10)]),
    either("RU", 7, "8", &[line(300..=499, 10..=10), line(800..=999, 10..=10)]),
    either("KZ", 7, "8", &[line(700..=809, 10..=10)]),
    trunk("UA", 380, "0", &[line(310..=999, 9..=9)]),
    trunk("IN", 91, "0", &[line(110..=999, 10..=10)]),
    bare("IN", 91, &[line(180..=189, 10..=11), line(600..=999, 10..=10)]),
    fours("SG", 65, &[line(180..=189, 11..=11), line(300..=399, 8..=8), line(600..=699, 8..=8), line(800..=800, 10..=10),
        line(800..=999, 8..=8)]),
    trunk("MY", 60, "0", &[line(100..=199, 9..=10), line(300..=399, 9..=9), line(400..=999, 8..=8)]),
    bare("MY", 60, &[line(130..=130, 10..=10), line(180..=180, 10..=10)]),
    trunk("ID", 62, "0", &[line(210..=799, 7..=11), line(800..=899, 8..=12), line(900..=999, 7..=11)]),
    trunk("PH", 63, "0", &[line(200..=299, 8..=9), line(300..=899, 8..=9), line(900..=999, 10..=10)]),
    trunk("TH", 66, "0", &[line(200..=599, 8..=8), line(600..=699, 9..=9), line(700..=799, 8..=8),
        line(800..=999, 9..=9)]),
    trunk("VN", 84, "0", &[line(200..=299, 10..=10), line(300..=399, 9..=9), line(500..=599, 9..=9),
        line(700..=999, 9..=9)]),
    trunk("JP", 81, "0", &[line(100..=999, 9..=9), line(200..=209, 10..=10), line(500..=509, 10..=10),
        line(600..=609, 10..=10), line(700..=709, 10..=10), line(800..=809, 10..=10), line(900..=909, 10..=10)]),
    trunk("KR", 82, "0", &[line(100..=199, 9..=10), line(200..=299, 8..=9), line(310..=649, 9..=10),
        line(500..=509, 10..=11), line(700..=709, 10..=10), line(800..=809, 9..=10)]),
    trunk("CN", 86, "0", &[line(100..=109, 10..=10), line(200..=299, 10..=10), line(310..=999, 10..=11)]),
    bare("CN", 86, &[line(130..=199, 11..=11), line(400..=400, 10..=10), line(800..=800, 10..=10)]),
    fours("HK", 852, &[line(200..=999, 8..=8), line(800..=800, 9..=9)]),
    trunk("TW", 886, "0", &[line(200..=899, 8..=9), line(700..=709, 10..=10), line(900..=999, 9..=9)]),
    trunk("AU CC CX", 61, "0", &[line(200..=599, 9..=9), line(700..=899, 9..=9)]),
    bare("AU", 61, &[line(130..=130, 10..=10), line(180..=180, 10..=10)]),
    trunk("NZ", 64, "0", &[line(200..=299, 8..=10), line(300..=799, 8..=8), line(508..=508, 9..=9),
        line(800..=809, 8..=10), line(900..=999, 8..=8)]),
    trunk("ZA", 27, "0", &[line(100..=899, 9..=9)]),
    trunk("NG", 234, "0", &[line(100..=199, 8..=8), line(200..=209, 10..=10), line(210..=699, 7..=8),
        line(700..=729, 10..=10), line(730..=799, 7..=8), line(800..=819, 10..=10), line(820..=899, 7..=8),
        line(900..=919, 10..=10)]),
    trunk("KE", 254, "0", &[line(100..=199, 9..=9), line(200..=209, 7..=9), line(400..=699, 7..=9),
        line(700..=799, 9..=9), line(800..=800, 9..=9)]),
    trunk("EG", 20, "0", &[line(100..=129, 10..=10), line(130..=139, 8..=9), line(150..=159, 8..=10),
        line(200..=299, 8..=9), line(300..=399, 8..=8), line(400..=999, 8..=9)]),
    trunk("IL", 972, "0", &[line(200..=499, 8..=8), line(500..=599, 9..=9), line(700..=799, 9..=9),
        line(800..=999, 8..=8)]),
    trunk("AE", 971, "0", &[line(200..=499, 8..=8), line(500..=599, 9..=9), line(600..=600, 9..=9),
        line(601..=799, 8..=8), line(900..=999, 8..=8)]),
    trunk("SA", 966, "0", &[line(110..=179, 9..=9), line(500..=599, 9..=9)]),
    bare("SA", 966, &[line(800..=800, 10..=10), line(920..=920, 9..=9)]),
    either("BR", 55, "0", &[line(110..=999, 10..=11)]),
    bare("MX", 52, &[line(200..=999, 10..=10)]),
    // Within the country 15 stands between area and number of mobiles, from abroad 9 before the area.
    trunk("AR", 54, "0", &[line(110..=389, 10..=10), line(110..=389, 12..=12), line(911..=938, 11..=11)]),
    bare("CL", 56, &[line(200..=999, 9..=9)]),
    bare("CO", 57, &[line(300..=399, 10..=10), line(601..=608, 10..=10)]),
    trunk("PE", 51, "0", &[line(100..=199, 8..=8), line(400..=899, 8..=8)]),
    bare("PE", 51, &[line(900..=999, 9..=9)]),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(region: &str, digits: &str) -> Option<Fit> {
        Plans::of(region).unwrap().fit(digits.as_bytes())
    }

    #[test]
    fn regions_are_codes_and_have_a_bit_each() {
        assert!(PLANS.len() <= 128);
        let regions: Vec<_> = phone_regions().collect();
        for region in &regions {
            assert!(region.len() == 2 && region.bytes().all(|byte| byte.is_ascii_uppercase()), "{region}");
            assert_eq!(regions.iter().filter(|other| *other == region).count(), 1, "{region}");
        }
        assert_eq!(Plans::of("XX"), None);
        assert_eq!(Plans::of(""), None);
        assert_eq!(Plans::of("US"), Plans::of("CA"));
    }

    #[test]
    fn trunk_prefixes_are_wanted_where_a_country_writes_them() {
        assert_eq!(fit("GB", "02079460123"), Some(Fit::Trunk));
        assert_eq!(fit("GB", "2079460123"), None);
        assert_eq!(fit("DK", "32123456"), Some(Fit::Bare));
        assert_eq!(fit("RU", "84951234567"), Some(Fit::Trunk));
        assert_eq!(fit("RU", "4951234567"), Some(Fit::Bare));
        assert_eq!(fit("CN", "13123456789"), Some(Fit::Bare));
        assert_eq!(fit("CN", "1012345678"), None);
    }

    #[test]
    fn leading_digits_and_lengths_are_those_of_the_plan() {
        for (region, digits) in [
            ("US", "2115550123"),
            ("US", "2025110123"),
            ("US", "2925550123"),
            ("US", "2021550123"),
            ("FR", "01990012"),
            ("FR", "00990012345"),
            ("ES", "512345678"),
            ("SG", "51234567"),
            ("IT", "2012345678"),
        ] {
            assert_eq!(fit(region, digits), None, "{region} {digits}");
        }
    }

    #[test]
    fn the_significant_number_is_what_follows_the_country_code() {
        assert_eq!(fits(44, b"2079460123"), Some(true));
        assert_eq!(fits(44, b"0207946012"), Some(false));
        assert_eq!(fits(376, b"712345"), None);
    }
}
