//! Forms: how the numbers of the catalogue are written, in one table.

use std::sync::LazyLock;

use crate::catalogue::{Id, Ids};
use crate::class::{DIGIT, LETTER, is};
use crate::number::{
    au_abn, au_acn, au_medicare, au_tfn, br_cnpj, br_cpf, ca_sin, ch_ahv, cl_rut, cn_ric, de_steuer_id, dk_cpr, es_nie,
    es_nif, fi_hetu, fr_nir, hr_oib, imei, in_aadhaar, in_gstin, in_pan, it_codice_fiscale, jp_my_number, kr_rrn,
    mx_curp, nl_bsn, no_fodselsnummer, pl_pesel, pt_nif, ro_cnp, se_personnummer, sg_nric, sg_uen, th_id, tr_tckn,
    uk_nhs, uk_nino, us_aba_routing, us_itin, us_mbi, us_npi, vin, za_id,
};
use crate::token::{Gap, Spacing};
use crate::word::Outline;

/// A way to write the values of a type.
pub(crate) struct Form {
    pub(crate) id: Id,
    /// `9` is a digit, `A` a letter, `X` either; `=` a hyphen that belongs to the value; anything else stands for itself.
    pattern: &'static str,
    /// What a value of this form is worth, without a label.
    pub(crate) score: f32,
    /// Whether the rule checks digits, not only what is assigned.
    pub(crate) checked: bool,
    /// What the value must satisfy, without separators and in upper case.
    rule: fn(&[u8]) -> bool,
}

/// A value that has a form.
pub(crate) struct Value {
    /// Where it ends in the text.
    pub(crate) end: usize,
    /// Whether a letter of it is in lower case.
    pub(crate) lower: bool,
    pub(crate) gaps: Gaps,
}

/// What stands between the groups of a value, from the usual to what says least.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Gaps {
    /// What the form has.
    #[default]
    Usual,
    /// Wider ones, some with the end of a line.
    Wide,
    /// Line breaks alone.
    Lines,
    /// Others than the form has, or hyphens with spaces around.
    Other,
}

impl Form {
    const fn checked(id: Id, pattern: &'static str, score: f32, rule: fn(&[u8]) -> bool) -> Self {
        Self { id, pattern, score, checked: true, rule }
    }

    const fn shaped(id: Id, pattern: &'static str, score: f32, rule: fn(&[u8]) -> bool) -> Self {
        Self { id, pattern, score, checked: false, rule }
    }

    /// The value of this form that begins at `start`, if the rule holds.
    ///
    /// Where a check digit is held, a space or a hyphen may also be a wider [`Gap`] or the end of a line, and for spaces
    /// another separator may stand.
    pub(crate) fn read(&self, bytes: &[u8], start: usize) -> Option<Value> {
        let mut value = [0; LONGEST];
        let (mut length, mut lower, mut at) = (0, false, start);
        let mut joints = Joints::default();
        for (place, &class) in self.pattern.as_bytes().iter().enumerate() {
            let byte = *bytes.get(at)?;
            let (fits, belongs) = match class {
                b'9' => (is(byte, DIGIT), true),
                b'A' => (is(byte, LETTER), true),
                b'X' => (is(byte, DIGIT | LETTER), true),
                b'=' => (byte == b'-', true),
                b'+' => (byte == b'+', true),
                separator if byte == separator && !self.is_wider(place, bytes.get(at + 1)) => {
                    (joints.add(separator), false)
                }
                b' ' | b'-' if self.checked && Gap::begins(byte) => {
                    let gap = Gap::at(bytes, at)?;
                    at += gap.width - 1;
                    (joints.add_gap(class, &gap), false)
                }
                separator => (byte == separator, false),
            };
            if !fits {
                return None;
            }
            if belongs {
                lower |= byte.is_ascii_lowercase();
                value[length] = byte.to_ascii_uppercase();
                length += 1;
            }
            at += 1;
        }
        (self.rule)(&value[..length]).then_some(Value { end: at, lower, gaps: joints.gaps() })
    }

    /// Whether `next`, behind the separator at `place`, belongs to a wider gap.
    fn is_wider(&self, place: usize, next: Option<&u8>) -> bool {
        next.is_some_and(|&next| Gap::begins(next) && self.pattern.as_bytes().get(place + 1) != Some(&next))
    }

    /// Whether the rule holds for `digits`, which the form has no separators or letters beside.
    pub(crate) fn holds(&self, digits: &[u8]) -> bool {
        (self.rule)(digits)
    }

    /// How much stands before its first run with a digit: letters of their own, with the separator behind them.
    pub(crate) fn lead(&self) -> usize {
        let letters = self.pattern.bytes().take_while(|&byte| byte == b'A').count();
        match self.pattern.as_bytes()[letters..] {
            [b' ' | b'-', ..] => letters + 1,
            _ => 0,
        }
    }

    /// The length of its first run with a digit, and the separator behind it.
    fn first(&self) -> (usize, Option<u8>) {
        let known = |byte: &u8| matches!(byte, b'9' | b'A' | b'X');
        let run = &self.pattern.as_bytes()[self.lead()..];
        let length = run.iter().take_while(|byte| known(byte)).count();
        (length, run.get(length).map(|&byte| if byte == b'=' { b'-' } else { byte }))
    }

    /// The group that begins at `place` of the pattern.
    fn group(&self, place: usize) -> Group {
        let rest = &self.pattern[place..];
        let length = rest.bytes().take_while(|byte| matches!(byte, b'9' | b'A' | b'X')).count();
        Group { length, shape: Shape::of(&rest[..length]) }
    }

    /// Whether it is digits with spaces between: tables of numbers look like it.
    pub(crate) fn is_spaced(&self) -> bool {
        self.pattern.contains(' ')
    }

    /// Its first two groups, the first of which has `length` characters.
    fn beginning(&self, length: usize, separator: u8) -> Beginning {
        Beginning { separator, first: self.group(0), second: self.group(length + 1) }
    }
}

/// What stood between the groups of a value so far.
#[derive(Default)]
struct Joints {
    /// The separator where the form has spaces, or 0 where there were line breaks only.
    spaced: u8,
    /// Whether there was a separator of the form.
    own: bool,
    /// Whether there was something else.
    wide: bool,
    /// Whether hyphens had spaces around.
    spread: bool,
}

impl Joints {
    /// Adds the separator that the form has.
    const fn add(&mut self, separator: u8) -> bool {
        self.own = true;
        separator != b' ' || self.space(b' ')
    }

    /// Adds a gap where the form has `wanted`; answers whether it fits there, and goes with those before.
    fn add_gap(&mut self, wanted: u8, gap: &Gap) -> bool {
        self.wide = true;
        self.own |= gap.separator != 0;
        self.spread |= gap.separator == b'-' && gap.spacing == Spacing::Other;
        match gap.separator {
            0 => true,
            separator if wanted == b' ' => (separator == b' ' || is_other(separator)) && self.space(separator),
            separator => separator == wanted,
        }
    }

    const fn space(&mut self, separator: u8) -> bool {
        let same = self.spaced == 0 || self.spaced == separator;
        self.spaced = separator;
        same
    }

    const fn gaps(&self) -> Gaps {
        if self.spread || is_other(self.spaced) {
            Gaps::Other
        } else if !self.own && self.wide {
            Gaps::Lines
        } else if self.wide {
            Gaps::Wide
        } else {
            Gaps::Usual
        }
    }
}

/// Whether some write it between groups that have spaces as a rule.
const fn is_other(separator: u8) -> bool {
    matches!(separator, b'-' | b'.' | b'/' | b'_')
}

/// Which places of a run must be digits and which letters, as bits.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Shape {
    digits: u64,
    letters: u64,
}

impl Shape {
    fn of(pattern: &str) -> Self {
        let places =
            |class| pattern.bytes().zip(0..).fold(0, |set, (byte, place)| set | u64::from(byte == class) << place);
        Self { digits: places(b'9'), letters: places(b'A') }
    }

    /// Whether a run whose `digits` are at these places fits.
    const fn fits(self, digits: u64) -> bool {
        digits & self.digits == self.digits && digits & self.letters == 0
    }
}

/// What the forms of digits in one piece come to.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Numbers {
    pub(crate) ids: Ids,
    pub(crate) score: f32,
}

/// A run of letters and digits in a form.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Group {
    length: usize,
    shape: Shape,
}

impl Group {
    const fn fits(&self, run: Outline) -> bool {
        self.length == run.length && self.shape.fits(run.digits)
    }
}

/// The first two groups of a form, with what stands between.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Beginning {
    separator: u8,
    first: Group,
    second: Group,
}

impl Beginning {
    /// Whether `separator` may stand for the one of the form.
    const fn is_also(&self, separator: u8) -> bool {
        match self.separator {
            b' ' => separator == 0 || is_other(separator),
            b'-' => separator == 0,
            _ => false,
        }
    }
}

/// The forms by what a word of the text shows: its length, its shape, the byte behind it.
pub(crate) struct Dispatch {
    solid: [Vec<(Shape, &'static Form)>; LONGEST],
    /// The types and the highest score of those that are digits only, by their length.
    numbers: [Numbers; LONGEST],
    grouped: [Vec<(Beginning, &'static Form)>; LONGEST],
    /// The separators of those, as bits.
    separators: [u128; LONGEST],
    /// Forms that begin with letters of their own, by the length of the run behind those.
    led: [Vec<&'static Form>; LONGEST],
}

impl Dispatch {
    /// The one dispatch, made at its first use.
    pub(crate) fn of_the_catalogue() -> &'static Self {
        static DISPATCH: LazyLock<Dispatch> = LazyLock::new(Dispatch::new);
        &DISPATCH
    }

    fn new() -> Self {
        let mut dispatch = Self {
            solid: core::array::from_fn(|_| Vec::new()),
            numbers: [Numbers::default(); LONGEST],
            grouped: core::array::from_fn(|_| Vec::new()),
            separators: [0; LONGEST],
            led: core::array::from_fn(|_| Vec::new()),
        };
        for form in &FORMS {
            match form.first() {
                (length, _) if form.lead() > 0 => dispatch.led[length].push(form),
                (length, None) => {
                    dispatch.solid[length].push((Shape::of(form.pattern), form));
                    if Shape::of(form.pattern).letters == 0 {
                        let numbers = &mut dispatch.numbers[length];
                        numbers.ids |= form.id.bit();
                        numbers.score = numbers.score.max(form.score);
                    }
                }
                (length, Some(separator)) => {
                    let beginning = form.beginning(length, separator);
                    let fits = |&byte: &u8| byte == separator || (form.checked && beginning.is_also(byte));
                    dispatch.separators[length] |= (0..128).filter(fits).fold(0, |set, byte| set | 1 << byte);
                    dispatch.grouped[length].push((beginning, form));
                }
            }
        }
        dispatch
    }

    /// The forms in one piece that a word with this outline can have.
    pub(crate) fn solid(&self, word: Outline) -> impl Iterator<Item = &'static Form> {
        let forms = self.solid.get(word.length).map_or(&[][..], Vec::as_slice).iter();
        forms.filter(move |(shape, _)| shape.fits(word.digits)).map(|(_, form)| *form)
    }

    /// Whether there are forms in groups whose first has `length` characters with `separator` behind, 0 for a line break.
    #[inline]
    pub(crate) fn is_grouped(&self, length: usize, separator: u8) -> bool {
        separator.is_ascii() && self.separators.get(length).is_some_and(|separators| separators >> separator & 1 == 1)
    }

    /// The forms whose first two groups have these outlines, `separator` between them, 0 for a line break.
    pub(crate) fn grouped(
        &self,
        first: Outline,
        separator: u8,
        second: Outline,
    ) -> impl Iterator<Item = &'static Form> {
        let forms = self.grouped.get(first.length).map_or(&[][..], Vec::as_slice).iter();
        let fits = move |beginning: &Beginning, form: &Form| {
            beginning.second.fits(second)
                && beginning.first.fits(first)
                && (beginning.separator == separator || (form.checked && beginning.is_also(separator)))
        };
        forms.filter(move |(beginning, form)| fits(beginning, form)).map(|(_, form)| *form)
    }

    /// The forms of `length` digits in one piece.
    pub(crate) fn numbers(&self, length: usize) -> Numbers {
        self.numbers.get(length).copied().unwrap_or_default()
    }

    /// The forms with letters before a run of `length` characters.
    pub(crate) fn led(&self, length: usize) -> &[&'static Form] {
        self.led.get(length).map_or(&[], Vec::as_slice)
    }
}

/// Whether the prefix is one of a Federal Reserve district, and the weights hold.
fn is_federal_reserve(number: &[u8]) -> bool {
    let prefix = (number[0] - b'0') * 10 + number[1] - b'0';
    matches!(prefix, 1..=12 | 21..=32 | 61..=72 | 80) && us_aba_routing(number)
}

fn is_nric(number: &[u8]) -> bool {
    matches!(number[0], b'S' | b'T') && sg_nric(number)
}

fn is_fin(number: &[u8]) -> bool {
    matches!(number[0], b'F' | b'G' | b'M') && sg_nric(number)
}

/// Whether the year is one in which companies were registered.
fn is_company_of_a_year(number: &[u8]) -> bool {
    matches!(number[..2], [b'1', b'8' | b'9'] | [b'2', b'0']) && sg_uen(number)
}

/// Whether the year of birth is one of the people that the numbers were given to; three in a hundred of all years are.
fn is_resident(number: &[u8]) -> bool {
    matches!(number[6..8], [b'1', b'8' | b'9'] | [b'2', b'0']) && cn_ric(number)
}

/// Letters and digits, as record locators are; six of one kind are words and numbers.
fn is_record_locator(value: &[u8]) -> bool {
    value.iter().any(u8::is_ascii_digit) && value.iter().any(u8::is_ascii_uppercase)
}

/// Whether month, day and tens of a British driver number can be: a woman's month has fifty more.
fn is_driver_number(number: &[u8]) -> bool {
    let two = |place: usize| (number[place] - b'0') * 10 + number[place + 1] - b'0';
    matches!(two(6), 1..=12 | 51..=62) && matches!(two(8), 1..=31)
}

/// There is no rule but the form.
const fn any(_: &[u8]) -> bool {
    true
}

/// Longer than every pattern.
const LONGEST: usize = 24;

#[rustfmt::skip]
static FORMS: [Form; 142] = [
    Form::shaped(Id::UsItin, "999-99-9999", 0.8, us_itin),
    Form::shaped(Id::UsItin, "999999999", 0.3, us_itin),
    Form::shaped(Id::UsMbi, "9XXX-XXX-XX99", 0.9, us_mbi),
    Form::shaped(Id::UsMbi, "9AX9AX9AA99", 0.55, us_mbi),
    Form::checked(Id::UsNpi, "9999999999", 0.3, us_npi),
    Form::checked(Id::UsAbaRouting, "999999999", 0.3, is_federal_reserve),
    Form::checked(Id::UsAbaRouting, "9999-9999-9", 0.3, is_federal_reserve),
    Form::shaped(Id::UkNino, "AA 99 99 99 A", 0.85, uk_nino),
    Form::shaped(Id::UkNino, "AA999999A", 0.55, uk_nino),
    Form::shaped(Id::UkNino, "AA 999999 A", 0.7, uk_nino),
    Form::checked(Id::UkNhs, "999 999 9999", 0.4, uk_nhs),
    Form::checked(Id::UkNhs, "999-999-9999", 0.3, uk_nhs),
    Form::checked(Id::UkNhs, "9999999999", 0.3, uk_nhs),
    Form::checked(Id::InAadhaar, "9999 9999 9999", 0.6, in_aadhaar),
    Form::checked(Id::InAadhaar, "9999-9999-9999", 0.6, in_aadhaar),
    Form::checked(Id::InAadhaar, "999999999999", 0.4, in_aadhaar),
    Form::shaped(Id::InPan, "AAAAA9999A", 0.6, in_pan),
    Form::checked(Id::SgNric, "A9999999A", 0.65, is_nric),
    Form::checked(Id::SgFin, "A9999999A", 0.65, is_fin),
    Form::checked(Id::SgUen, "99999999A", 0.4, sg_uen),
    Form::checked(Id::SgUen, "999999999A", 0.4, is_company_of_a_year),
    Form::checked(Id::SgUen, "A99AA9999X", 0.6, sg_uen),
    Form::checked(Id::BrCpf, "999.999.999-99", 0.9, br_cpf),
    Form::checked(Id::BrCpf, "999999999-99", 0.7, br_cpf),
    Form::checked(Id::BrCpf, "99999999999", 0.3, br_cpf),
    Form::checked(Id::BrCnpj, "99.999.999/9999-99", 0.9, br_cnpj),
    Form::checked(Id::BrCnpj, "XX.XXX.XXX/XXXX-99", 0.9, br_cnpj),
    Form::checked(Id::BrCnpj, "XXXXXXXXXXXX99", 0.4, br_cnpj),
    Form::checked(Id::EsNie, "A9999999A", 0.65, es_nie),
    Form::checked(Id::EsNie, "A-9999999-A", 0.75, es_nie),
    Form::checked(Id::EsNif, "99999999A", 0.45, es_nif),
    Form::checked(Id::EsNif, "99999999-A", 0.65, es_nif),
    Form::checked(Id::EsNif, "A99999999", 0.4, es_nif),
    Form::checked(Id::EsNif, "A9999999A", 0.4, es_nif),
    Form::checked(Id::EsNif, "A-99999999", 0.45, es_nif),
    Form::checked(Id::ItCodiceFiscale, "AAAAAAXXAXXAXXXA", 0.95, it_codice_fiscale),
    Form::checked(Id::ChAhv, "999.9999.9999.99", 0.9, ch_ahv),
    Form::checked(Id::ChAhv, "9999999999999", 0.4, ch_ahv),
    Form::checked(Id::ClRut, "99.999.999-X", 0.7, cl_rut),
    Form::checked(Id::ClRut, "9.999.999-X", 0.7, cl_rut),
    Form::checked(Id::ClRut, "99999999-X", 0.4, cl_rut),
    Form::checked(Id::ClRut, "9999999-X", 0.4, cl_rut),
    Form::checked(Id::ClRut, "99999999X", 0.3, cl_rut),
    Form::checked(Id::ClRut, "9999999X", 0.3, cl_rut),
    Form::checked(Id::HrOib, "99999999999", 0.3, hr_oib),
    Form::checked(Id::InGstin, "99AAAAA9999AXAX", 0.95, in_gstin),
    Form::checked(Id::PtNif, "999999999", 0.3, pt_nif),
    Form::checked(Id::PtNif, "999 999 999", 0.3, pt_nif),
    Form::checked(Id::RoCnp, "9999999999999", 0.4, ro_cnp),
    Form::checked(Id::PlPesel, "99999999999", 0.3, pl_pesel),
    Form::checked(Id::AuTfn, "999 999 999", 0.3, au_tfn),
    Form::checked(Id::AuTfn, "999999999", 0.3, au_tfn),
    Form::checked(Id::AuTfn, "99999999", 0.3, au_tfn),
    Form::checked(Id::AuAbn, "99 999 999 999", 0.65, au_abn),
    Form::checked(Id::AuAbn, "99999999999", 0.3, au_abn),
    Form::checked(Id::AuAcn, "999 999 999", 0.3, au_acn),
    Form::checked(Id::AuAcn, "999999999", 0.3, au_acn),
    Form::checked(Id::AuMedicare, "9999 99999 9", 0.6, au_medicare),
    Form::checked(Id::AuMedicare, "9999999999", 0.3, au_medicare),
    Form::checked(Id::AuMedicare, "99999999999", 0.3, au_medicare),
    Form::checked(Id::CaSin, "999-999-999", 0.4, ca_sin),
    Form::checked(Id::CaSin, "999 999 999", 0.4, ca_sin),
    Form::checked(Id::CaSin, "999999999", 0.3, ca_sin),
    Form::checked(Id::DeSteuerId, "99 999 999 999", 0.6, de_steuer_id),
    Form::checked(Id::DeSteuerId, "99999999999", 0.3, de_steuer_id),
    Form::checked(Id::FrNir, "9 99 99 XX 999 999 99", 0.9, fr_nir),
    Form::checked(Id::FrNir, "9 99 99 XX 999 999 - 99", 0.9, fr_nir),
    Form::checked(Id::FrNir, "99999XX99999999", 0.4, fr_nir),
    Form::checked(Id::FrNir, "99999XX999999 99", 0.6, fr_nir),
    Form::checked(Id::NlBsn, "9999.99.999", 0.4, nl_bsn),
    Form::checked(Id::NlBsn, "999999999", 0.3, nl_bsn),
    Form::checked(Id::KrRrn, "999999-9999999", 0.75, kr_rrn),
    Form::checked(Id::KrRrn, "9999999999999", 0.3, kr_rrn),
    Form::checked(Id::FiHetu, "999999=999X", 0.85, fi_hetu),
    Form::checked(Id::FiHetu, "999999A999X", 0.6, fi_hetu),
    Form::checked(Id::FiHetu, "999999+999X", 0.6, fi_hetu),
    Form::checked(Id::SePersonnummer, "999999-9999", 0.4, se_personnummer),
    Form::checked(Id::SePersonnummer, "99999999-9999", 0.45, se_personnummer),
    Form::checked(Id::SePersonnummer, "9999999999", 0.3, se_personnummer),
    Form::checked(Id::SePersonnummer, "999999999999", 0.3, se_personnummer),
    Form::checked(Id::NoFodselsnummer, "999999 99999", 0.7, no_fodselsnummer),
    Form::checked(Id::NoFodselsnummer, "99999999999", 0.45, no_fodselsnummer),
    Form::shaped(Id::DkCpr, "999999-9999", 0.4, dk_cpr),
    Form::shaped(Id::DkCpr, "9999999999", 0.3, dk_cpr),
    Form::checked(Id::ZaId, "9999999999999", 0.3, za_id),
    Form::checked(Id::ZaId, "999999 9999 99 9", 0.7, za_id),
    Form::checked(Id::TrTckn, "99999999999", 0.3, tr_tckn),
    Form::checked(Id::ThId, "9-9999-99999-99-9", 0.9, th_id),
    Form::checked(Id::ThId, "9 9999 99999 99 9", 0.8, th_id),
    Form::checked(Id::ThId, "9999999999999", 0.3, th_id),
    Form::checked(Id::MxCurp, "AAAA999999AAAAAAX9", 0.95, mx_curp),
    Form::checked(Id::CnRic, "99999999999999999X", 0.85, is_resident),
    Form::checked(Id::JpMyNumber, "9999 9999 9999", 0.4, jp_my_number),
    Form::checked(Id::JpMyNumber, "9999-9999-9999", 0.4, jp_my_number),
    Form::checked(Id::JpMyNumber, "999999999999", 0.3, jp_my_number),
    Form::checked(Id::Vin, "XXXXXXXXXXXXXXXXX", 0.4, vin),
    Form::checked(Id::Imei, "999999999999999", 0.3, imei),
    Form::checked(Id::Imei, "99-999999-999999-9", 0.7, imei),
    Form::checked(Id::Imei, "99 999999 999999 9", 0.6, imei),
    Form::shaped(Id::Passport, "999999999", 0.3, any),
    Form::shaped(Id::Passport, "A9999999", 0.3, any),
    Form::shaped(Id::Passport, "A99999999", 0.3, any),
    Form::shaped(Id::Passport, "AA999999", 0.3, any),
    Form::shaped(Id::Passport, "AA9999999", 0.3, any),
    Form::shaped(Id::Passport, "A9999999A", 0.3, any),
    Form::shaped(Id::Passport, "99AA99999", 0.3, any),
    Form::shaped(Id::Passport, "AXXXXXXX9", 0.3, any),
    Form::shaped(Id::DriverLicence, "A9999999", 0.3, any),
    Form::shaped(Id::DriverLicence, "A99999999", 0.3, any),
    Form::shaped(Id::DriverLicence, "A999999999", 0.3, any),
    Form::shaped(Id::DriverLicence, "A9999999999", 0.3, any),
    Form::shaped(Id::DriverLicence, "A99999999999", 0.3, any),
    Form::shaped(Id::DriverLicence, "A999999999999", 0.3, any),
    Form::shaped(Id::DriverLicence, "A9999999999999", 0.3, any),
    Form::shaped(Id::DriverLicence, "A99999999999999", 0.3, any),
    Form::shaped(Id::DriverLicence, "9999999", 0.3, any),
    Form::shaped(Id::DriverLicence, "99999999", 0.3, any),
    Form::shaped(Id::DriverLicence, "999999999", 0.3, any),
    Form::shaped(Id::DriverLicence, "9999999999", 0.3, any),
    Form::shaped(Id::DriverLicence, "AA999999", 0.3, any),
    Form::shaped(Id::DriverLicence, "AA999999A", 0.3, any),
    Form::shaped(Id::DriverLicence, "AAA999999", 0.3, any),
    Form::shaped(Id::DriverLicence, "99AAA99999", 0.3, any),
    Form::shaped(Id::DriverLicence, "999AA9999", 0.3, any),
    Form::shaped(Id::DriverLicence, "9999-99-9999", 0.3, any),
    Form::shaped(Id::DriverLicence, "999999-999", 0.3, any),
    Form::shaped(Id::DriverLicence, "99-999-9999", 0.3, any),
    Form::shaped(Id::DriverLicence, "AAA-99-9999", 0.3, any),
    Form::shaped(Id::DriverLicence, "A99-99-9999", 0.3, any),
    Form::shaped(Id::DriverLicence, "A999-9999-9999", 0.3, any),
    Form::shaped(Id::DriverLicence, "A999-9999-9999-99", 0.3, any),
    Form::shaped(Id::DriverLicence, "A999-999-99-999-9", 0.3, any),
    Form::shaped(Id::DriverLicence, "A-999-999-999-999", 0.3, any),
    Form::shaped(Id::DriverLicence, "A9999-99999-99999", 0.3, any),
    Form::shaped(Id::DriverLicence, "A9999-999999-99", 0.3, any),
    Form::shaped(Id::DriverLicence, "A999 9999 9999", 0.3, any),
    Form::shaped(Id::DriverLicence, "A999 999 999 999", 0.3, any),
    Form::shaped(Id::DriverLicence, "A9999 99999 99999", 0.3, any),
    Form::shaped(Id::DriverLicence, "99 999 999", 0.3, any),
    Form::shaped(Id::DriverLicence, "999 999 999", 0.3, any),
    Form::shaped(Id::DriverLicence, "AAAAX999999AAXAA", 0.6, is_driver_number),
    Form::shaped(Id::BookingReference, "XXXXXX", 0.3, is_record_locator),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_made_of_known_parts() {
        for form in &FORMS {
            assert!(form.pattern.len() < LONGEST, "{}", form.pattern);
            assert!(form.pattern.bytes().all(|byte| b"9AX=+-./ ".contains(&byte)), "{}", form.pattern);
            assert!((0.0..=1.0).contains(&form.score), "{}", form.pattern);
        }
    }

    #[test]
    fn values_are_read_without_their_separators() {
        let form = FORMS.iter().find(|form| form.pattern == "999.999.999-99").unwrap();
        assert_eq!(form.read(b"x 390.533.447-05", 2).map(|value| value.end), Some(16));
        assert_eq!(form.read(b"390.533.447-\n05", 0).map(|value| value.end), Some(15));
        assert!(form.read(b"390.533.447-06", 0).is_none());
        assert!(form.read(b"390 533 447-05", 0).is_none());
    }

    #[test]
    fn gaps_go_with_each_other() {
        let form = FORMS.iter().find(|form| form.pattern == "9999 9999 9999").unwrap();
        let gaps =
            |text: &str| form.read(text.as_bytes(), 0).filter(|value| value.end == text.len()).map(|value| value.gaps);
        for (text, known) in [
            ("2341 2341 2346", Gaps::Usual),
            ("2341  2341\t2346", Gaps::Wide),
            ("2341\n2341 2346", Gaps::Wide),
            ("2341\n2341\r\n2346", Gaps::Lines),
            ("2341.2341.2346", Gaps::Other),
            ("2341 - 2341 - 2346", Gaps::Other),
            ("2341_2341_\n2346", Gaps::Other),
        ] {
            assert_eq!(gaps(text), Some(known), "{text:?}");
        }
        for text in ["2341 2341.2346", "2341.2341 2346", "2341.2341/2346", "2341 2341-2346", "2341,2341,2346"] {
            assert_eq!(gaps(text), None, "{text:?}");
        }
        assert!(form.read(b"390.533.447", 0).is_none());
    }

    #[test]
    fn no_digits_or_letters_of_a_form_make_its_rule_panic() {
        for form in &FORMS {
            for fill in ["0A", "9Z", "1B", "5s"] {
                let text = form
                    .pattern
                    .replace('9', &fill[..1])
                    .replace('A', &fill[1..])
                    .replace('X', &fill[..1])
                    .replace('=', "-");
                form.read(text.as_bytes(), 0);
            }
        }
    }

    #[test]
    fn dispatch_finds_forms_by_shape() {
        let dispatch = Dispatch::of_the_catalogue();
        let ids = |length, digits| dispatch.solid(Outline { length, digits }).map(|form| form.id).collect::<Vec<_>>();
        assert_eq!(ids(16, 0b0111_0110_1100_0000), [Id::ItCodiceFiscale]);
        assert!(ids(9, 0b1_1111_1111).contains(&Id::NlBsn));
        assert!(!ids(9, 0b1_1111_1111).contains(&Id::SgNric));
        let three = Outline { length: 3, digits: 0b111 };
        assert!(dispatch.grouped(three, b'.', three).any(|form| form.id == Id::BrCpf));
        for other in [Outline { length: 4, digits: 0b1111 }, Outline { length: 3, digits: 0b110 }] {
            assert!(!dispatch.grouped(three, b'.', other).any(|form| form.id == Id::BrCpf));
            assert!(!dispatch.grouped(other, b'.', three).any(|form| form.id == Id::BrCpf));
        }
        assert_eq!(dispatch.numbers(18).ids, Id::CnRic.bit());
        assert_eq!(dispatch.solid(Outline { length: 1000, digits: 0 }).count(), 0);
    }
}
