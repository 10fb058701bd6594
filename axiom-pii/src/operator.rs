//! Operators: what stands in for a value that is redacted, chosen by its type.
//!
//! # Which to choose
//!
//! | operator | `4111 1111 1111 1111` becomes | who sees it learns |
//! |---|---|---|
//! | [`Redact`](Operator::Redact) | `[REDACTED:credit_card]` | the type |
//! | [`Mask`](Operator::Mask) | `**** **** **** 1111` | the form, and the characters that are kept |
//! | [`Token`](Operator::Token) | `[credit_card:9f3a…]` | the type, and which values are the same |
//! | [`Seal`](Operator::Seal) | `[SEALED:credit_card:mzxw6…]` | the type, the length, and which values are the same as written; with the key the value |
//! | [`FormatPreserving`](Operator::FormatPreserving) | `5093 7718 2265 9340` | the form, and which values are the same; with the key the value |
//! | [`Card`](Operator::Card) | `7326 0184 5539 1111` | the same, and the digits that are kept |
//! | [`DateShift`](Operator::DateShift) | – (`1987-06-05` → `1987-06-17`) | about when it was; the days between two dates |
//! | [`Generalize`](Operator::Generalize) | `Visa 1111`, or `Visa` | what the table at [`Precision`] says |
//! | [`Keep`](Operator::Keep) | `4111 1111 1111 1111` | everything |
//!
//! - Nobody needs the value any more: [`Redact`](Operator::Redact).
//! - A person must recognize their own: [`Mask`](Operator::Mask). What is kept is not protected, and a mask hides
//!   nothing from who can try all values with the rest.
//! - Events of one person must be brought together: [`Token`](Operator::Token).
//! - Somebody must get the value back: [`Seal`](Operator::Seal).
//! - Software behind expects a value of that form: [`FormatPreserving`](Operator::FormatPreserving), and where it
//!   checks card numbers [`Card`](Operator::Card). Other check digits than those of cards do not hold afterwards.
//! - Times matter, and the calendar does not: [`DateShift`](Operator::DateShift).
//! - Values are to be counted, not told apart: [`Generalize`](Operator::Generalize).
//!
//! # What holds for all with keys
//!
//! The keys are those of one organization, from a [`PseudonymKeys`] such as `DerivedPseudonymKeys` of `axiom-crypto`;
//! this crate never holds key material. The same value of the same type has the same pseudonym for as long as the
//! master key stays, in every process; another organization has another one for it, and so has another type. Keys have
//! no versions: with another master key all pseudonyms are others, and what the old one has sealed opens under it
//! alone.
//!
//! Pseudonyms are personal data as long as the key exists: how often each occurs, and beside what, can tell whose it
//! is. And whoever may have texts of their choice redacted can try values until one has the pseudonym that they are
//! after; a key does not help against those who are allowed to use it.
//!
//! # Tokens
//!
//! A token is the first 96 bits of HMAC-SHA256 (RFC 2104), under the key of organization and type, of the value in its
//! normal form, in 24 hexadecimal digits. Of n different values of one type, two have the same token with a probability
//! of less than n² / 2^97: one in 150 billion for a billion values.
//!
//! The normal form makes ways of writing one value the same: numbers are their letters and digits, in capitals;
//! addresses are in lower case; dates are those of ISO 8601 where the month is clear; full-width digits and those of
//! other scripts are digits, and invisible characters are left out. Accents and letters of other scripts tell addresses
//! apart. Secrets are taken as they are written, and so are values of a host's own types but for digits, spaces, dashes
//! and full-width letters.
//!
//! # Sealed tokens
//!
//! What [`PseudonymKeys::seal`] makes of the value as it is written, in Base32 (RFC 4648) with small letters and
//! without padding. It is deterministic, so that a value has one token; two ways of writing it have two. A change of
//! any character is found. A token can be copied to another text, and opens there.
//!
//! # Format-preserving encryption
//!
//! FF1 of NIST SP 800-38G Rev. 1, with the block cipher of [`PseudonymKeys::cipher`] and organization and type in the
//! tweak. Where a value has less than a million others of its form, the placeholder stands in; there is no way around
//! that. It is encryption without authentication: a changed value is decrypted to another one. What it makes of a
//! number may be the number of somebody else, so mark where such values go.
//!
//! [`Card`](Operator::Card) with the issuer kept leaves a hundred thousand cards of sixteen digits for each six first
//! and four last ones: enough for test data, too few to protect a number from who has a list of encrypted ones.

use core::fmt;
use std::collections::BTreeMap;
use std::sync::Arc;

use axiom_core::{Finding, OrganizationId, PseudonymError, PseudonymKeys, SubjectRef};

use crate::catalogue::{Category, Id};
use crate::error::Error;
use crate::redact::Substitute;

mod base32;
mod card;
mod date;
mod ff1;
mod format;
mod generalize;
mod mask;
mod normal;
mod scope;
mod seal;
mod shift;
mod token;

use ff1::Direction;
pub use generalize::Precision;
pub use mask::Mask;
use scope::Scope;
pub use seal::{Closed, Revealed};
pub use shift::DateShift;

/// What stands in for a value; the [module](self) says which to choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Operator {
    /// Another card number with the same last four digits and a valid check digit, encrypted by FF1.
    Card {
        /// Keeps the first six digits too, which name the issuer. Only a card of sixteen digits or more then has enough
        /// others; the rest become placeholders.
        keep_issuer: bool,
    },
    /// The date, moved by a secret number of days.
    DateShift(DateShift),
    /// Another value of the same form, encrypted by FF1.
    FormatPreserving,
    /// Something less exact, which many share: a year, a network, a country.
    Generalize(Precision),
    /// The value itself, although the finding says that it is redacted. Where a value may pass, an action of
    /// [`Action::Log`](axiom_core::Action::Log) says so.
    Keep,
    /// The value with most of its characters hidden.
    Mask(Mask),
    /// The placeholder, `[REDACTED:type]`.
    #[default]
    Redact,
    /// The value, sealed: `[SEALED:type:mzxw6…]`, which [`Operators::reveal`] opens again.
    Seal,
    /// A keyed code of the value, `[type:9f3a…]`: the same for the same value, and no way back.
    Token,
}

impl Operator {
    const fn needs_keys(self) -> bool {
        match self {
            Self::Generalize(_) | Self::Keep | Self::Mask(_) | Self::Redact => false,
            Self::Card { .. } | Self::DateShift(_) | Self::FormatPreserving | Self::Seal | Self::Token => true,
        }
    }
}

impl From<DateShift> for Operator {
    fn from(shift: DateShift) -> Self {
        Self::DateShift(shift)
    }
}

impl From<Precision> for Operator {
    fn from(precision: Precision) -> Self {
        Self::Generalize(precision)
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
#[derive(Clone, Default)]
pub struct Operators {
    chosen: BTreeMap<String, Operator>,
    otherwise: Operator,
    scope: Option<Scope>,
    subject: Option<SubjectRef>,
}

impl Operators {
    /// Starts with placeholders for every type.
    pub fn builder() -> OperatorsBuilder {
        OperatorsBuilder { operators: Self::default() }
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

    /// Opens the sealed tokens of `text`, of every type, whatever operators are chosen now.
    ///
    /// Tokens that do not open, because they are damaged or another organization's, stay as they are and are reported.
    /// Whoever may call this may read every value of the organization that was sealed: a token is not bound to the text
    /// in which it stands.
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use axiom_crypto::{DerivedPseudonymKeys, Key};
    /// use axiom_pii::{Operator, Operators, Scanner};
    ///
    /// let keys = Arc::new(DerivedPseudonymKeys::new(Key::generate()?));
    /// let operators = Operators::builder().keys("acme".parse()?, keys).otherwise(Operator::Seal).build()?;
    ///
    /// let sealed = Scanner::new().redact_with(&operators, "", "Write to bob@example.com.", &mut Vec::new());
    /// assert!(sealed.starts_with("Write to [SEALED:email:"));
    ///
    /// let revealed = operators.reveal(&sealed);
    /// assert_eq!(revealed.text, "Write to bob@example.com.");
    /// assert!(revealed.closed.is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn reveal<'t>(&self, text: &'t str) -> Revealed<'t> {
        seal::reveal(self.scope.as_ref(), text)
    }

    /// The value that [`Operator::Card`] or [`Operator::FormatPreserving`] has made `value` of, with the operator that
    /// is chosen for its type.
    ///
    /// Nothing shows whether it is one: every value of the right form is decrypted to something. Characters beyond
    /// ASCII come back as the digits and letters that they look like.
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use axiom_crypto::{DerivedPseudonymKeys, Key};
    /// use axiom_pii::{Operator, Operators, Scanner};
    ///
    /// let keys = Arc::new(DerivedPseudonymKeys::new(Key::from_bytes(&[7; 32])));
    /// let builder = Operators::builder().keys("acme".parse()?, keys);
    /// let operators = builder.operator("us_ssn", Operator::FormatPreserving).build()?;
    ///
    /// let encrypted = Scanner::new().redact_with(&operators, "ssn", "536-90-4399", &mut Vec::new());
    /// assert_eq!(encrypted, "189-98-5929");
    /// assert_eq!(operators.decrypt("us_ssn", &encrypted)?, "536-90-4399");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`PseudonymError::WithoutKey`] where there are no keys, [`PseudonymError::Opening`] where the operator of the
    /// type does not encrypt, or does not encrypt such values.
    pub fn decrypt(&self, kind: &str, value: &str) -> Result<String, PseudonymError> {
        let scope = self.scope.as_ref().ok_or_else(|| PseudonymError::without_key(WITHOUT_KEYS))?;
        match self.operator(kind) {
            Operator::Card { keep_issuer } => card::apply(scope, kind, value, keep_issuer, Direction::Decrypt),
            Operator::FormatPreserving => format::apply(scope, kind, value, Direction::Decrypt),
            _ => None,
        }
        .ok_or(PseudonymError::Opening)
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
            Operator::Card { keep_issuer } => {
                card::apply(self.scope.as_ref()?, kind, value, keep_issuer, Direction::Encrypt)
            }
            Operator::DateShift(shift) => shift.apply(self.scope.as_ref()?, self.subject.as_ref(), value),
            Operator::FormatPreserving => format::apply(self.scope.as_ref()?, kind, value, Direction::Encrypt),
            Operator::Generalize(precision) => precision.apply(kind, value),
            Operator::Keep => Some(value.to_owned()),
            Operator::Mask(mask) if is_secret(kind) => Some(mask.secret()),
            Operator::Mask(mask) => Some(mask.apply(value)),
            Operator::Redact => None,
            Operator::Seal => seal::seal(self.scope.as_ref()?, kind, value),
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

/// What an operator says that needs keys and has none.
const WITHOUT_KEYS: &str = "the operators were built without keys";

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
        for operator in [
            Operator::Card { keep_issuer: false },
            Operator::FormatPreserving,
            Operator::Seal,
            Operator::Token,
            DateShift::within(9).into(),
        ] {
            let builder = Operators::builder().keys("acme".parse().unwrap(), Arc::new(Away));
            let operators = builder.otherwise(operator).build().unwrap();
            assert_eq!(written(&operators, "credit_card", "4111111111111111"), "[REDACTED:credit_card]");
        }
    }
}
