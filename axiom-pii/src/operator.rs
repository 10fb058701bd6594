//! Operators: what stands in for a value that is redacted, chosen by its type.
//!
//! # Which to choose
//!
//! | operator | `4111 1111 1111 1111` becomes | who sees it learns |
//! |---|---|---|
//! | [`Redact`](Operator::Redact) | `[REDACTED:credit_card]` | the type |
//! | [`Mask`](Operator::Mask) | `**** **** **** 1111` | the form, and the characters that are kept |
//! | [`Token`](Operator::Token) | `[credit_card:9f3a…]` | the type, and which values are the same |
//! | [`DateShift`](Operator::DateShift) | – (`1987-06-05` → `1987-06-17`) | about when it was; the days between two dates |
//! | [`Keep`](Operator::Keep) | `4111 1111 1111 1111` | everything |
//!
//! - Nobody needs the value any more: [`Redact`](Operator::Redact).
//! - A person must recognize their own: [`Mask`](Operator::Mask). What is kept is not protected, and a mask hides nothing
//!   from who can try all values with the rest.
//! - Events of one person must be brought together: [`Token`](Operator::Token).
//! - Times matter, and the calendar does not: [`DateShift`](Operator::DateShift).
//!
//! # What holds for all with keys
//!
//! The keys are those of one organization, from a [`PseudonymKeys`] such as `DerivedPseudonymKeys` of `axiom-crypto`;
//! this crate never holds key material. The same value of the same type has the same pseudonym for as long as the master
//! key stays, in every process; another organization has another one for it, and so has another type. Pseudonyms are
//! personal data as long as the key exists: how often each occurs, and beside what, can tell whose it is.
//!
//! # Tokens
//!
//! A token is the first 96 bits of HMAC-SHA256 (RFC 2104), under the key of organization and type, of the value in its
//! normal form, in 24 hexadecimal digits. Of n different values of one type, two have the same token with a probability
//! of less than n² / 2^97: one in 150 billion for a billion values.
//!
//! The normal form makes ways of writing one value the same: numbers are their letters and digits, in capitals;
//! addresses are in lower case; dates are those of ISO 8601 where the month is clear; full-width digits and those of other
//! scripts are digits, and invisible characters are left out. Secrets are taken as they are written, and so are
//! values of a host's own types but for the characters beyond ASCII.

use core::fmt;
use std::collections::BTreeMap;
use std::sync::Arc;

use axiom_core::{Finding, OrganizationId, PseudonymKeys, SubjectRef};

use crate::catalogue::{Category, Id};
use crate::error::Error;
use crate::redact::Substitute;

mod date;
mod mask;
mod normal;
mod scope;
mod shift;
mod token;

pub use mask::Mask;
use scope::Scope;
pub use shift::DateShift;

/// What stands in for a value; the [module](self) says which to choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Operator {
    /// The date, moved by a secret number of days.
    DateShift(DateShift),
    /// The value itself.
    Keep,
    /// The value with most of its characters hidden.
    Mask(Mask),
    /// The placeholder, `[REDACTED:type]`.
    #[default]
    Redact,
    /// A keyed code of the value, `[type:9f3a…]`: the same for the same value, and no way back.
    Token,
}

impl Operator {
    const fn needs_keys(self) -> bool {
        match self {
            Self::Keep | Self::Mask(_) | Self::Redact => false,
            Self::DateShift(_) | Self::Token => true,
        }
    }
}

impl From<DateShift> for Operator {
    fn from(shift: DateShift) -> Self {
        Self::DateShift(shift)
    }
}

impl From<Mask> for Operator {
    fn from(mask: Mask) -> Self {
        Self::Mask(mask)
    }
}

/// The operators of one organization, by type; a [`Substitute`] for every redaction.
///
/// Where an operator cannot do its work, because the value has not the form that it needs or the keys fail, the
/// placeholder stands in: never the value.
///
/// ```
/// use std::sync::Arc;
///
/// use axiom_crypto::{DerivedPseudonymKeys, Key};
/// use axiom_pii::{Mask, Operator, Operators, Scanner};
///
/// let keys = Arc::new(DerivedPseudonymKeys::new(Key::from_bytes(&[7; 32])));
/// let operators = Operators::builder()
///     .keys("acme".parse()?, keys)
///     .operator("credit_card", Mask::new('*').keep_last(4))
///     .operator("email", Operator::Token)
///     .build()?;
///
/// let text = "4111 1111 1111 1111 of bob@example.com, SSN 536-90-4399";
/// let redacted = Scanner::new().redact_with(&operators, "", text, &mut Vec::new());
/// assert_eq!(redacted, "**** **** **** 1111 of [email:bd79ae5429c71f7ee226a43f], SSN [REDACTED:us_ssn]");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Operators {
    chosen: BTreeMap<String, Operator>,
    otherwise: Operator,
    scope: Option<Scope>,
    subject: Option<SubjectRef>,
}

impl Operators {
    /// Starts with placeholders for every type.
    pub fn builder() -> OperatorsBuilder {
        OperatorsBuilder {
            operators: Self { chosen: BTreeMap::new(), otherwise: Operator::Redact, scope: None, subject: None },
        }
    }

    /// The same operators, which move dates by the days of this data subject.
    #[must_use]
    pub fn of_subject(mut self, subject: &SubjectRef) -> Self {
        self.subject = Some(subject.clone());
        self
    }

    /// The operator for values of type `kind`.
    #[must_use]
    pub fn operator(&self, kind: &str) -> Operator {
        self.chosen.get(kind).copied().unwrap_or(self.otherwise)
    }

    /// The type whose operator needs keys, where there are none.
    fn without_keys(&self) -> Option<&str> {
        let chosen = self.chosen.iter().map(|(kind, operator)| (kind.as_str(), *operator));
        let mut all = chosen.chain([("every other type", self.otherwise)]);
        all.find(|(_, operator)| self.scope.is_none() && operator.needs_keys()).map(|(kind, _)| kind)
    }

    /// What stands in for `value`, or `None` where its operator cannot do its work.
    fn stand_in(&self, kind: &str, value: &str) -> Option<String> {
        match self.operator(kind) {
            Operator::DateShift(shift) => shift.apply(self.scope.as_ref()?, self.subject.as_ref(), value),
            Operator::Keep => Some(value.to_owned()),
            Operator::Mask(mask) if is_secret(kind) => Some(mask.secret()),
            Operator::Mask(mask) => Some(mask.apply(value)),
            Operator::Redact => None,
            Operator::Token => token::token(self.scope.as_ref()?, kind, value),
        }
    }
}

impl Substitute for Operators {
    fn substitute(&self, finding: &Finding, value: &str, out: &mut String) {
        match self.stand_in(&finding.kind, value) {
            Some(text) => out.push_str(&text),
            None => out.push_str(&finding.placeholder()),
        }
    }
}

/// Shows which operator is chosen for what, and no keys.
impl fmt::Debug for Operators {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Operators")
            .field("chosen", &self.chosen)
            .field("otherwise", &self.otherwise)
            .field("organization", &self.scope.as_ref().map(Scope::organization))
            .finish_non_exhaustive()
    }
}

/// Settings of [`Operators`].
#[derive(Debug, Clone)]
#[must_use]
pub struct OperatorsBuilder {
    operators: Operators,
}

impl OperatorsBuilder {
    /// Makes the pseudonyms of `organization` with these keys.
    pub fn keys(mut self, organization: OrganizationId, keys: Arc<dyn PseudonymKeys>) -> Self {
        self.operators.scope = Some(Scope::new(organization, keys));
        self
    }

    /// Chooses the operator for values of type `kind`: a type of the catalogue, or one of the host's own.
    pub fn operator(mut self, kind: impl Into<String>, operator: impl Into<Operator>) -> Self {
        self.operators.chosen.insert(kind.into(), operator.into());
        self
    }

    /// Chooses the operator for values of every other type, else [`Operator::Redact`].
    pub fn otherwise(mut self, operator: impl Into<Operator>) -> Self {
        self.operators.otherwise = operator.into();
        self
    }

    /// Checks the settings.
    ///
    /// # Errors
    /// [`Error::NoKeys`] where an operator needs keys and there are none.
    pub fn build(self) -> Result<Operators, Error> {
        match self.operators.without_keys() {
            Some(kind) => Err(Error::NoKeys { kind: kind.to_owned() }),
            None => Ok(self.operators),
        }
    }
}

fn is_secret(kind: &str) -> bool {
    Id::named(kind).is_some_and(|id| id.kind().category == Category::Secret)
}

#[cfg(test)]
mod tests {
    use axiom_core::{BlockCipher, PseudonymError, PseudonymScope};
    use axiom_crypto::{DerivedPseudonymKeys, Key};

    use super::*;

    /// The keys of `organization` under a master key of this byte.
    pub(super) fn scope(master: u8, organization: &str) -> Scope {
        Scope::new(organization.parse().unwrap(), keys(master))
    }

    pub(super) fn keys(master: u8) -> Arc<dyn PseudonymKeys> {
        Arc::new(DerivedPseudonymKeys::new(Key::from_bytes(&[master; 32])))
    }

    fn written(operators: &Operators, kind: &'static str, value: &str) -> String {
        let mut out = String::new();
        operators.substitute(&Finding::new(kind, 0..value.len(), 1.0), value, &mut out);
        out
    }

    #[test]
    fn each_type_has_the_operator_that_was_chosen_for_it() {
        let operators = Operators::builder()
            .operator("email", Operator::Keep)
            .operator("phone", Mask::new('#').keep_last(2))
            .otherwise(Mask::new('*'))
            .operator("us_ssn", Operator::Redact)
            .build()
            .unwrap();
        assert_eq!(written(&operators, "email", "bob@example.com"), "bob@example.com");
        assert_eq!(written(&operators, "phone", "+44 20 7946 0123"), "+## ## #### ##23");
        assert_eq!(written(&operators, "us_ssn", "536-90-4399"), "[REDACTED:us_ssn]");
        assert_eq!(written(&operators, "shoe_size", "10.5"), "**.*");
    }

    #[test]
    fn of_a_secret_a_mask_shows_nothing() {
        let operators = Operators::builder().otherwise(Mask::new('*').keep_last(4)).build().unwrap();
        assert_eq!(written(&operators, "secret", "hunter2-hunter2-hunter2"), "********");
        assert_eq!(written(&operators, "secret", "pw"), "********");
    }

    #[test]
    fn an_operator_without_the_keys_that_it_needs_is_refused() {
        let build = |builder: OperatorsBuilder| builder.build().unwrap_err().to_string();
        let named = build(Operators::builder().operator("email", Operator::Token));
        assert_eq!(named, "the operator for email needs keys for its pseudonyms");
        let other = build(Operators::builder().otherwise(Operator::Token));
        assert_eq!(other, "the operator for every other type needs keys for its pseudonyms");
    }

    /// Keys that are away.
    struct Away;

    impl PseudonymKeys for Away {
        fn mac(&self, _: &PseudonymScope<'_>, _: &[u8]) -> Result<[u8; 32], PseudonymError> {
            Err(PseudonymError::without_key("away"))
        }

        fn cipher(&self, _: &PseudonymScope<'_>) -> Result<Box<dyn BlockCipher>, PseudonymError> {
            Err(PseudonymError::without_key("away"))
        }

        fn seal(&self, _: &PseudonymScope<'_>, _: &[u8]) -> Result<Vec<u8>, PseudonymError> {
            Err(PseudonymError::without_key("away"))
        }

        fn open(&self, _: &PseudonymScope<'_>, _: &[u8]) -> Result<Vec<u8>, PseudonymError> {
            Err(PseudonymError::without_key("away"))
        }
    }

    #[test]
    fn without_keys_the_placeholder_stands_in() {
        for operator in [Operator::Token, DateShift::within(9).into()] {
            let builder = Operators::builder().keys("acme".parse().unwrap(), Arc::new(Away));
            let operators = builder.otherwise(operator).build().unwrap();
            assert_eq!(written(&operators, "credit_card", "4111111111111111"), "[REDACTED:credit_card]");
        }
    }
}
