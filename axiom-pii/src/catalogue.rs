//! The catalogue: every type the scanner knows, in one table.

use axiom_core::Action;

/// Every type the scanner knows, in order of priority.
///
/// ```
/// let names: Vec<_> = axiom_pii::catalogue().iter().map(|kind| kind.name).collect();
/// assert_eq!(names, ["iban", "credit_card", "us_ssn", "email"]);
/// ```
#[must_use]
pub const fn catalogue() -> &'static [Kind] {
    &KINDS
}

/// A type of personal data and how it is recognized.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Kind {
    /// Its name in findings, placeholders and settings, in lower snake case.
    pub name: &'static str,
    /// What sort of data it is.
    pub category: Category,
    /// What a value must satisfy, in words.
    pub validator: &'static str,
    /// The score of a value in its usual form, without a label.
    pub base_score: f32,
    /// Words and phrases that make a value near them more likely.
    pub context: &'static [&'static str],
    /// Words and phrases that, as its label, make a value less likely.
    pub counter_context: &'static [&'static str],
    /// What replaces a value.
    pub placeholder: &'static str,
    /// What is done about a value unless the host decides otherwise.
    pub default_action: Action,
}

/// A sort of personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Category {
    /// Ways to reach a person.
    Contact,
    /// Cards and accounts.
    Financial,
    /// Numbers that a state gives to a person.
    Identity,
}

impl Category {
    /// The category's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::Financial => "financial",
            Self::Identity => "identity",
        }
    }
}

/// A place in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Id {
    Iban,
    CreditCard,
    UsSsn,
    Email,
}

impl Id {
    /// The type with this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::Iban, Self::CreditCard, Self::UsSsn, Self::Email].into_iter().find(|id| id.kind().name == name)
    }

    /// Its row.
    pub(crate) const fn kind(self) -> &'static Kind {
        &KINDS[self as usize]
    }
}

/// The number of types.
pub(crate) const TYPES: usize = KINDS.len();

static KINDS: [Kind; 4] = [
    Kind {
        name: "iban",
        category: Category::Financial,
        validator: "MOD 97-10 check digits; length and shape of the country's BBAN in the SWIFT registry",
        base_score: 0.95,
        context: &["iban", "bank", "account", "bic", "konto", "compte"],
        counter_context: &[],
        placeholder: "[REDACTED:iban]",
        default_action: Action::Redact,
    },
    Kind {
        name: "credit_card",
        category: Category::Financial,
        validator: "Luhn check digit; prefix and length of a card brand",
        base_score: 0.9,
        context: &[
            "card",
            "cards",
            "cc",
            "ccn",
            "pan",
            "creditcard",
            "cardnumber",
            "debitcard",
            "cardno",
            "visa",
            "mastercard",
            "maestro",
            "amex",
            "american express",
            "diners",
            "jcb",
            "unionpay",
        ],
        counter_context: REFERENCES,
        placeholder: "[REDACTED:credit_card]",
        default_action: Action::Redact,
    },
    Kind {
        name: "us_ssn",
        category: Category::Identity,
        validator: "area, group and serial that the Social Security Administration can assign",
        base_score: 0.85,
        context: &["ssn", "ssns", "social security", "socialsecurity", "soc sec"],
        counter_context: REFERENCES,
        placeholder: "[REDACTED:us_ssn]",
        default_action: Action::Redact,
    },
    Kind {
        name: "email",
        category: Category::Contact,
        validator: "mailbox of RFC 5322 and RFC 6531 at a domain of two labels or more",
        base_score: 0.95,
        context: &["email", "emails", "mail", "mailto", "e mail"],
        counter_context: &["message id", "in reply to", "references"],
        placeholder: "[REDACTED:email]",
        default_action: Action::Redact,
    },
];

/// Labels of numbers that are no one's card or social security number.
const REFERENCES: &[&str] = &[
    "ean",
    "fax",
    "gtin",
    "imei",
    "invoice",
    "isbn",
    "mobile",
    "offset",
    "order",
    "phone",
    "routing",
    "serial",
    "shipment",
    "sku",
    "span",
    "tel",
    "telephone",
    "ticket",
    "timestamp",
    "trace",
    "tracking",
    "upc",
];

#[cfg(test)]
mod tests {
    use axiom_core::Finding;

    use super::*;

    #[test]
    fn every_id_is_the_place_of_its_row() {
        for (place, kind) in catalogue().iter().enumerate() {
            assert_eq!(Id::named(kind.name).map(|id| id as usize), Some(place));
        }
        assert_eq!(Id::named("shoe_size"), None);
    }

    #[test]
    fn placeholders_are_those_that_findings_write() {
        for kind in catalogue() {
            assert_eq!(kind.placeholder, Finding::new(kind.name, 0..0, 1.0).placeholder());
        }
    }

    #[test]
    fn context_words_are_lower_case_words() {
        for kind in catalogue() {
            for phrase in kind.context.iter().chain(kind.counter_context) {
                assert!(phrase.split(' ').all(|word| word.bytes().all(|byte| byte.is_ascii_lowercase())), "{phrase}");
            }
        }
    }
}
