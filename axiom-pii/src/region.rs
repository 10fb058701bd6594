//! Regions: where a telephone number without its country is read.

use crate::detect::phone::Plans;
use crate::error::Error;

/// A region by its two capitals (ISO 3166-1 alpha-2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Region([u8; 2]);

impl Region {
    /// The region with this name, and the plans of its telephone numbers.
    pub(crate) fn named(name: &str) -> Result<(Self, Plans), Error> {
        match (name.as_bytes().try_into(), Plans::of(name)) {
            (Ok(capitals), Some(plans)) => Ok((Self(capitals), plans)),
            _ => Err(Error::UnknownRegion { name: name.to_owned() }),
        }
    }

    /// Its two capitals.
    pub(crate) fn as_str(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or_default()
    }
}
