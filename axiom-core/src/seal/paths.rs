//! Which fields are sealed.

use crate::error::Error;
use crate::value::is_escaped;

/// Which fields of an event are sealed: JSON Pointers into the states and the metadata.
///
/// ```
/// use axiom_core::SealPaths;
///
/// let paths = SealPaths::states().and("/metadata/roleArn")?;
/// assert_eq!(paths.iter().collect::<Vec<_>>(), ["/beforeState", "/afterState", "/metadata/roleArn"]);
/// assert!(SealPaths::states().and("/userId").is_err());
/// # Ok::<(), axiom_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SealPaths(Vec<String>);

impl SealPaths {
    /// No field at all, to add to.
    #[must_use]
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// The states before and after a change.
    #[must_use]
    pub fn states() -> Self {
        Self(vec!["/beforeState".into(), "/afterState".into()])
    }

    /// The same fields and the one at `pointer`; what the event does not have is passed over.
    ///
    /// # Errors
    /// [`Error::Invalid`] where `pointer` leads elsewhere than into `/beforeState`, `/afterState` or `/metadata`, or
    /// lies within a field that is sealed already, or around one.
    pub fn and(mut self, pointer: &str) -> Result<Self, Error> {
        let (field, rest) = Self::split(pointer);
        let sealable = matches!(field, "beforeState" | "afterState" | "metadata");
        if !pointer.starts_with('/') || !sealable || rest.ends_with('/') || !is_escaped(pointer) {
            return Err(Error::invalid(
                pointer,
                "only fields in /beforeState, /afterState and /metadata can be sealed",
            ));
        }
        if self.0.iter().any(|other| is_within(pointer, other) || is_within(other, pointer)) {
            return Err(Error::invalid(pointer, "overlaps another sealed field"));
        }
        self.0.push(pointer.into());
        Ok(self)
    }

    /// The pointers.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// `/metadata/a/b` → `metadata` and `/a/b`.
    pub(crate) fn split(pointer: &str) -> (&str, &str) {
        let pointer = pointer.strip_prefix('/').unwrap_or(pointer);
        pointer.split_at(pointer.find('/').unwrap_or(pointer.len()))
    }
}

fn is_within(inner: &str, outer: &str) -> bool {
    inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
