//! The catalogue: every type the scanner knows, in one table.

/// Writes the table: identifier, name, category, base score, validator, source, context by language, words against.
macro_rules! catalogue {
    ($($id:ident $name:literal $category:ident $base:literal, $validator:literal, $source:literal,
       [$($language:literal: $($word:literal),+;)*], $against:expr;)+) => {
        /// A place in the table.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[expect(clippy::enum_variant_names, reason = "countries name their numbers so")]
        pub(crate) enum Id {
            $($id),+
        }

        impl Id {
            /// Every type.
            pub(crate) const ALL: [Self; [$(stringify!($id)),+].len()] = [$(Self::$id),+];
        }

        pub(super) static KINDS: [super::Kind; Id::ALL.len()] = [$(super::Kind {
            name: $name,
            category: super::Category::$category,
            validator: $validator,
            source: $source,
            base_score: $base,
            context: &[$(super::Words { language: $language, words: &[$($word),+] }),*],
            counter_context: $against,
            placeholder: concat!("[REDACTED:", $name, "]"),
            default_action: axiom_core::Action::Redact,
        }),+];
    };
}

mod table;

use axiom_core::Action;

pub(crate) use table::Id;
use table::KINDS;

/// Every type the scanner knows, in order of priority.
///
/// ```
/// let names: Vec<_> = axiom_pii::catalogue().iter().map(|kind| kind.name).collect();
/// assert!(names.starts_with(&["iban", "credit_card", "us_ssn", "email"]));
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
    /// The standard, or the authority that gives the values.
    pub source: &'static str,
    /// The score of a value in its usual form, without a label; below 0.5 a value needs one.
    pub base_score: f32,
    /// Words and phrases that make a value near them more likely.
    pub context: &'static [Words],
    /// Words and phrases that, as its label, make a value less likely.
    pub counter_context: &'static [&'static str],
    /// What replaces a value.
    pub placeholder: &'static str,
    /// What is done about a value unless the host decides otherwise.
    pub default_action: Action,
}

/// Words and phrases of one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Words {
    /// The language (ISO 639-1).
    pub language: &'static str,
    /// The words, in lower case; those of a phrase with one space between.
    pub words: &'static [&'static str],
}

/// A sort of personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Category {
    /// Ways to reach a person.
    Contact,
    /// Devices and vehicles, and the addresses of machines.
    Device,
    /// Cards, accounts, companies and wallets.
    Financial,
    /// Numbers that a state gives to a person.
    Identity,
    /// Keys, tokens and passwords.
    Secret,
    /// Bookings.
    Travel,
}

impl Category {
    /// Every category.
    pub const ALL: [Self; 6] =
        [Self::Contact, Self::Device, Self::Financial, Self::Identity, Self::Secret, Self::Travel];

    /// The category with this name.
    ///
    /// ```
    /// use axiom_pii::Category;
    ///
    /// assert_eq!(Category::named("secret"), Some(Category::Secret));
    /// assert_eq!(Category::named("secrets"), None);
    /// ```
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.as_str() == name)
    }

    /// The category's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::Device => "device",
            Self::Financial => "financial",
            Self::Identity => "identity",
            Self::Secret => "secret",
            Self::Travel => "travel",
        }
    }
}

impl Id {
    /// The type with this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|id| id.kind().name == name)
    }

    /// Its row.
    pub(crate) const fn kind(self) -> &'static Kind {
        &KINDS[self as usize]
    }

    /// It alone, as a set.
    pub(crate) const fn bit(self) -> Ids {
        1 << self as u32
    }
}

/// A set of types, one bit each.
pub(crate) type Ids = u128;

/// The number of types.
pub(crate) const TYPES: usize = KINDS.len();

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
            let words = kind.context.iter().flat_map(|words| words.words);
            for phrase in words.chain(kind.counter_context) {
                let letter = |character: char| !character.is_ascii() || character.is_ascii_lowercase();
                assert!(phrase.split(' ').all(|word| !word.is_empty() && word.chars().all(letter)), "{phrase}");
            }
        }
    }

    #[test]
    fn what_needs_a_label_has_one() {
        for kind in catalogue() {
            assert!(kind.base_score >= 0.5 || !kind.context.is_empty(), "{}", kind.name);
            assert!((0.0..=1.0).contains(&kind.base_score), "{}", kind.name);
        }
    }
}
