//! The dialects of SQL that a token belongs to.

use core::fmt;

/// A set of SQL dialects.
///
/// ```
/// use axiom_sqli::{Dialects, Mode, scan};
///
/// let report = scan("1 and pg_sleep(5)", Mode::Field);
/// assert_eq!(report.dialects, Dialects::POSTGRESQL);
/// assert_eq!(report.dialects.to_string(), "PostgreSQL");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Dialects(u8);

impl Dialects {
    /// MySQL and MariaDB.
    pub const MYSQL: Self = Self(1);
    /// Oracle Database.
    pub const ORACLE: Self = Self(2);
    /// PostgreSQL.
    pub const POSTGRESQL: Self = Self(4);
    /// SQLite.
    pub const SQLITE: Self = Self(8);
    /// Microsoft SQL Server.
    pub const SQL_SERVER: Self = Self(16);
    /// None in particular: every dialect may read it.
    pub const ANY: Self = Self(0);

    /// Whether it names no dialect in particular.
    #[must_use]
    pub const fn is_any(self) -> bool {
        self.0 == 0
    }

    /// Whether every dialect of `other` is among these.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    pub(crate) const fn insert(&mut self, other: Self) {
        self.0 |= other.0;
    }

    /// The names of the dialects.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        NAMES.into_iter().filter(move |(dialect, _)| self.contains(*dialect)).map(|(_, name)| name)
    }
}

const NAMES: [(Dialects, &str); 5] = [
    (Dialects::MYSQL, "MySQL"),
    (Dialects::ORACLE, "Oracle"),
    (Dialects::POSTGRESQL, "PostgreSQL"),
    (Dialects::SQLITE, "SQLite"),
    (Dialects::SQL_SERVER, "SQL Server"),
];

impl fmt::Display for Dialects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_any() {
            return f.write_str("any");
        }
        for (place, name) in self.names().enumerate() {
            f.write_str(if place == 0 { "" } else { ", " })?;
            f.write_str(name)?;
        }
        Ok(())
    }
}
