//! Date shift: dates moved by a secret number of days.

use axiom_core::SubjectRef;

use super::date::Date;
use super::scope::Scope;
use crate::fold::look;

/// Moves dates by a number of days that follows from the key, and keeps the way in which they are written.
///
/// All dates of an organization move by the same number of days, or all of one data subject where
/// [`Operators::of_subject`](super::Operators::of_subject) names one, whatever their type: the days between them and
/// their order stay. Who knows one true date of it knows all of that organization, or of that subject.
///
/// Read are the numeric forms (`1987-06-05`, `05/06/1987`, `05.06.87`) and those with an English name of the month
/// (`5 June 1987`, `June 5th, 1987`); years of two digits are those from 1940 to 2039. Other dates become placeholders.
///
/// ```
/// use std::sync::Arc;
///
/// use axiom_crypto::{DerivedPseudonymKeys, Key};
/// use axiom_pii::{DateShift, Operators, Scanner};
///
/// let keys = Arc::new(DerivedPseudonymKeys::new(Key::from_bytes(&[7; 32])));
/// let operators = Operators::builder()
///     .keys("acme".parse()?, keys)
///     .operator("date_of_birth", DateShift::within(30))
///     .build()?
///     .of_subject(&"sub_19".parse()?);
///
/// let moved = Scanner::new().redact_with(&operators, "", "born 5 June 1987", &mut Vec::new());
/// assert_eq!(moved, "born 29 June 1987");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateShift {
    days: u16,
    month_first: bool,
}

impl DateShift {
    /// Moves by one day at least, and by at most `days`, forwards or backwards; none is read as one.
    #[must_use]
    pub const fn within(days: u16) -> Self {
        Self { days: if days == 0 { 1 } else { days }, month_first: false }
    }

    /// Reads `05/06/1987` as the sixth of May, not as the fifth of June.
    #[must_use]
    pub const fn month_first(mut self) -> Self {
        self.month_first = true;
        self
    }

    pub(super) fn apply(self, scope: &Scope, subject: Option<&SubjectRef>, value: &str) -> Option<String> {
        let date = Date::read_as(&look(value), self.month_first)?;
        let code = scope.mac(KIND, PURPOSE, subject.map_or("", SubjectRef::as_str))?;
        Some(date.moved(self.days_of(&code))?.write())
    }

    /// The days that follow from a code: every number within the bound but zero is as likely as any other, but for a
    /// part in 2^47.
    fn days_of(self, code: &[u8; 32]) -> i32 {
        let (first, _) = code.split_first_chunk().expect("32 bytes are more than 8");
        let bound = i32::from(self.days);
        let choices = u64::from(self.days) * 2;
        let choice = i32::try_from(u64::from_be_bytes(*first) % choices).expect("it is less than 2^17");
        if choice < bound { choice - bound } else { choice - bound + 1 }
    }
}

/// The type whose keys are used: one for all dates.
const KIND: &str = "date";
const PURPOSE: &str = "days";

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::operator::tests::scope;

    fn apply(shift: DateShift, master: u8, organization: &str, subject: Option<&str>, value: &str) -> Option<String> {
        let subject = subject.map(|subject| subject.parse().unwrap());
        shift.apply(&scope(master, organization), subject.as_ref(), value)
    }

    #[test]
    fn the_days_follow_from_key_organization_and_subject() {
        let of = |master, organization, subject| {
            apply(DateShift::within(u16::MAX), master, organization, subject, "1987-06-05").unwrap()
        };
        let moved = [
            of(1, "acme", None),
            of(2, "acme", None),
            of(1, "other", None),
            of(1, "acme", Some("a")),
            of(1, "acme", Some("b")),
        ];
        for (place, date) in moved.iter().enumerate() {
            assert!(!moved[..place].contains(date) && date != "1987-06-05", "{moved:?}");
        }
        assert_eq!(of(1, "acme", None), moved[0]);
    }

    #[test]
    fn every_number_of_days_within_the_bound_but_zero_is_possible() {
        let code = |first: u64| {
            let mut code = [0; 32];
            code[..8].copy_from_slice(&first.to_be_bytes());
            code
        };
        let mut seen: Vec<i32> = (0..200).map(|first| DateShift::within(3).days_of(&code(first))).collect();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen, [-3, -2, -1, 1, 2, 3]);
        assert_eq!(DateShift::within(0), DateShift::within(1));
    }

    #[test]
    fn what_is_no_date_is_not_shifted() {
        assert_eq!(apply(DateShift::within(9), 1, "acme", None, "5 juin 1987"), None);
        assert!(apply(DateShift::within(9), 1, "acme", None, "１９８７-06-05").is_some());
    }

    proptest! {
        #[test]
        fn the_form_of_a_date_stays(year in 1900u32..2040, month in 1u32..=12, day in 1u32..=28, bound in 1u16..5000) {
            let form = |text: &str| -> String {
                text.chars().map(|character| if character.is_ascii_digit() { '9' } else { character }).collect()
            };
            for text in [
                format!("{year}-{month:02}-{day:02}"),
                format!("{day:02}.{month:02}.{year}"),
                format!("{month:02}/{day:02}/{year}"),
            ] {
                let moved = apply(DateShift::within(bound), 1, "acme", Some("s"), &text).unwrap();
                prop_assert_eq!(form(&moved), form(&text));
                prop_assert_ne!(moved, text);
            }
        }
    }
}
