//! The sorts of attack.

use core::fmt;

/// A sort of attack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
#[repr(u8)]
pub enum Category {
    /// A condition whose truth the attacker sees: `or 1=1`.
    BooleanBlind,
    /// A comment that cuts off or hides: `admin'--`, `un/**/ion`.
    CommentObfuscation,
    /// A statement that destroys or changes more than a row: `drop table`.
    DangerousStatement,
    /// An error message that tells a value: `extractvalue(…)`.
    ErrorBased,
    /// A file of the database server: `into outfile`.
    ExfilFile,
    /// A second statement: `; insert …`.
    Stacked,
    /// A delay that tells whether a condition holds: `sleep(5)`.
    TimeBlind,
    /// Rows of a second query: `union select`.
    Union,
}

impl Category {
    /// Every category.
    pub const ALL: [Self; 8] = [
        Self::BooleanBlind,
        Self::CommentObfuscation,
        Self::DangerousStatement,
        Self::ErrorBased,
        Self::ExfilFile,
        Self::Stacked,
        Self::TimeBlind,
        Self::Union,
    ];

    /// The category's name in reports, in lower snake case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BooleanBlind => "boolean_blind",
            Self::CommentObfuscation => "comment_obfuscation",
            Self::DangerousStatement => "dangerous_statement",
            Self::ErrorBased => "error_based",
            Self::ExfilFile => "exfil_file",
            Self::Stacked => "stacked",
            Self::TimeBlind => "time_blind",
            Self::Union => "union",
        }
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A set of categories, in alphabetical order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Categories(u8);

impl Categories {
    /// Whether `category` is one of them.
    #[must_use]
    pub const fn contains(self, category: Category) -> bool {
        self.0 & (1 << category as u8) != 0
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The categories.
    pub fn iter(self) -> impl Iterator<Item = Category> {
        Category::ALL.into_iter().filter(move |category| self.contains(*category))
    }

    pub(crate) const fn insert(&mut self, category: Category) {
        self.0 |= 1 << category as u8;
    }
}
