//! What data an event is about, and what data must stay out of it.

use core::fmt;
use core::str::FromStr;
use std::borrow::Cow;

use serde::{Serialize, Serializer};

use crate::error::Error;
use crate::tenant::is_identifier;

/// A class of data that an action touched.
///
/// ```
/// use axiom_core::DataClass;
///
/// assert_eq!("cardholder".parse::<DataClass>()?, DataClass::CARDHOLDER);
/// # Ok::<(), axiom_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DataClass(Cow<'static, str>);

impl DataClass {
    /// Cardholder data in the sense of PCI DSS.
    pub const CARDHOLDER: Self = Self(Cow::Borrowed("cardholder"));
    /// Passwords, keys and tokens.
    pub const CREDENTIAL: Self = Self(Cow::Borrowed("credential"));
    /// Health information in the sense of HIPAA.
    pub const HEALTH: Self = Self(Cow::Borrowed("health"));
    /// Personal data in the sense of GDPR.
    pub const PERSONAL: Self = Self(Cow::Borrowed("personal"));
    /// Data that anybody may see.
    pub const PUBLIC: Self = Self(Cow::Borrowed("public"));

    /// The class's name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for DataClass {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        if is_identifier(text, 64, b"._:-") {
            Ok(Self(Cow::Owned(text.into())))
        } else {
            Err(Error::invalid("", "must be 1 to 64 letters, digits or . _ : -"))
        }
    }
}

impl Serialize for DataClass {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// An opaque reference to a data subject, by which an erasure finds what concerns that person.
///
/// It is stored for ever and never scrubbed, so it must not be personal data itself: 1 to 128 characters out of
/// letters, digits and `. _ : -`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubjectRef(Box<str>);

impl SubjectRef {
    /// The reference.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for SubjectRef {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        if is_identifier(text, 128, b"._:-") {
            Ok(Self(text.into()))
        } else {
            Err(Error::invalid("", "must be an opaque reference of 1 to 128 letters, digits or . _ : -"))
        }
    }
}

impl Serialize for SubjectRef {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// Customer data that the host processes and must not keep.
///
/// What a run scrapes, reads, passes on or writes belongs in here. It prints as `Processed(..)`, does not serialize and
/// does not convert into a [`Value`](crate::Value), so it cannot slip into an event:
///
/// ```compile_fail
/// use axiom_core::{ActionType, Event, Processed};
///
/// let row = Processed::new("4111 1111 1111 1111".to_owned());
/// let event = Event::builder("acme".parse()?, "scan.completed".parse()?).metadata("row", row);
/// # Ok::<(), axiom_core::Error>(())
/// ```
///
/// The one door has a name that a reviewer sees:
///
/// ```
/// use axiom_core::{Event, Processed};
///
/// let row = Processed::new("4111 1111 1111 1111".to_owned());
/// assert_eq!(format!("{row:?}"), "Processed(..)");
/// let event = Event::builder("acme".parse()?, "scan.completed".parse()?)
///     .metadata("row", row.unminimised_into_event())
///     .build()?;
/// # Ok::<(), axiom_core::Error>(())
/// ```
pub struct Processed<T>(T);

impl<T> Processed<T> {
    /// Marks `value` as processed customer data.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The data, for the work that it is there for; what is read here must not go into an event.
    pub const fn expose_for_processing(&self) -> &T {
        &self.0
    }

    /// The same mark on what `work` makes of the data.
    pub fn map<R>(self, work: impl FnOnce(T) -> R) -> Processed<R> {
        Processed(work(self.0))
    }

    /// The dangerous door: gives up the mark so that the data can be stored.
    ///
    /// It is still scrubbed like everything else; what no detector knows stays in the log for ever.
    pub fn unminimised_into_event(self) -> T {
        self.0
    }
}

impl<T> fmt::Debug for Processed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Processed(..)")
    }
}
