//! Which fields are sealed, and whose they are.

use crate::error::Error;
use crate::event::Event;
use crate::value::{is_escaped, unescape};

/// Which fields of an event are sealed: JSON Pointers into the states, the metadata, and members that the schema does
/// not know.
///
/// What queries look for stays readable: ids, names, times, `resourceIds`. The ARN of a role that was assumed belongs
/// into the metadata or into a member of its own, of the event, its `actor` or its `source`.
///
/// ```
/// use axiom_core::SealPaths;
///
/// let paths = SealPaths::states().and("/metadata/roleArn")?;
/// assert_eq!(paths.iter().collect::<Vec<_>>(), ["/beforeState", "/afterState", "/metadata/roleArn"]);
/// assert!(SealPaths::states().and("/userId").is_err());
/// # Ok::<(), axiom_core::Error>(())
/// ```
///
/// A field can belong to a data subject, so that it is erased with that subject's key. The event says who that is:
///
/// ```
/// use axiom_core::SealPaths;
///
/// let paths = SealPaths::none()
///     .and_of_subject("/metadata/customer", "/subjectRefs/0")?
///     .and_of_subject("/metadata/agent", "/metadata/agentRef")?;
/// # Ok::<(), axiom_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SealPaths(Vec<SealPath>);

/// A field that is sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SealPath {
    pub(crate) pointer: String,
    /// Where the event names the subject whose field it is.
    pub(crate) subject: Option<String>,
}

impl SealPaths {
    /// No field at all, to add to.
    #[must_use]
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// The states before and after a change.
    ///
    /// They belong to no data subject, whatever they hold: erasing a person leaves them. Where they hold personal data,
    /// take [`and_of_subject`](Self::and_of_subject) for them, or leave it out of them.
    #[must_use]
    pub fn states() -> Self {
        Self(["/beforeState", "/afterState"].map(|pointer| SealPath { pointer: pointer.into(), subject: None }).into())
    }

    /// The same fields and the one at `pointer`; what the event does not have is passed over.
    ///
    /// # Errors
    /// [`Error::Invalid`] where `pointer` leads to a field of the schema other than `beforeState`, `afterState` and
    /// `metadata`, or lies within a field that is sealed already, or around one.
    pub fn and(self, pointer: &str) -> Result<Self, Error> {
        self.with(pointer, None)
    }

    /// The same fields and the one at `pointer`, which belongs to the data subject that stands at `subject`.
    ///
    /// `subject` is the pointer of a member that holds an opaque reference (see [`SubjectRef`](crate::SubjectRef)):
    /// one of `/subjectRefs`, `/userId`, or one in `/metadata`. An event that has the field and does not name its
    /// subject there is refused, because what is nobody's could not be erased.
    ///
    /// # Errors
    /// Those of [`and`](Self::and), and [`Error::Invalid`] where `subject` leads elsewhere.
    pub fn and_of_subject(self, pointer: &str, subject: &str) -> Result<Self, Error> {
        let names = match Self::split(subject) {
            ("userId", "") => true,
            ("subjectRefs", index) => index.len() > 1 && index[1..].bytes().all(|byte| byte.is_ascii_digit()),
            ("metadata", member) => member.len() > 1 && is_escaped(subject),
            _ => false,
        };
        if !names || !subject.starts_with('/') {
            return Err(Error::invalid(subject, "must be one of /subjectRefs, /userId or a member of /metadata"));
        }
        self.with(pointer, Some(subject.into()))
    }

    fn with(mut self, pointer: &str, subject: Option<String>) -> Result<Self, Error> {
        if !pointer.starts_with('/') || !is_escaped(pointer) || !is_sealable(pointer) {
            return Err(Error::invalid(
                pointer,
                "only /beforeState, /afterState, /metadata and members that the schema does not know can be sealed",
            ));
        }
        if self.iter().any(|other| is_within(pointer, other) || is_within(other, pointer)) {
            return Err(Error::invalid(pointer, "overlaps another sealed field"));
        }
        self.0.push(SealPath { pointer: pointer.into(), subject });
        Ok(self)
    }

    /// The pointers.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|path| path.pointer.as_str())
    }

    pub(crate) fn paths(&self) -> &[SealPath] {
        &self.0
    }

    /// `/metadata/a/b` → `metadata` and `/a/b`.
    pub(crate) fn split(pointer: &str) -> (&str, &str) {
        let pointer = pointer.strip_prefix('/').unwrap_or(pointer);
        pointer.split_at(pointer.find('/').unwrap_or(pointer.len()))
    }
}

/// Whether the schema leaves open what stands at `pointer`.
fn is_sealable(pointer: &str) -> bool {
    let (field, rest) = SealPaths::split(pointer);
    let (member, _) = SealPaths::split(rest);
    let known: &[&str] = match field {
        "beforeState" | "afterState" | "metadata" => return !rest.ends_with('/'),
        "actor" => &["", "id", "onBehalfOf", "privileged", "type"],
        "source" => &["", "host", "ip", "userAgent"],
        _ => return !rest.ends_with('/') && !field.is_empty() && !Event::FIELDS.contains(&&*unescape(field)),
    };
    !rest.ends_with('/') && !known.contains(&&*unescape(member))
}

fn is_within(inner: &str, outer: &str) -> bool {
    inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
