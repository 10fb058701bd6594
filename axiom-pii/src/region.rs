//! Regions: where a telephone number without its country is read.

use crate::error::Error;

/// A region by its two capitals (ISO 3166-1 alpha-2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Region([u8; 2]);

impl Region {
    /// The region with this name.
    pub(crate) fn named(name: &str) -> Result<Self, Error> {
        match *name.as_bytes() {
            [a, b] if a.is_ascii_uppercase() && b.is_ascii_uppercase() => Ok(Self([a, b])),
            _ => Err(Error::UnknownRegion { name: name.to_owned() }),
        }
    }

    /// Its two capitals.
    pub(crate) fn as_str(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or_default()
    }
}
