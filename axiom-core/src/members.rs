//! Reading typed members out of an object, and writing them back in key order.

use std::collections::btree_map;

use serde::Serialize;
use serde::ser::SerializeMap;

use crate::error::Error;
use crate::value::{Object, Value};

/// Takes typed members out of an object; what is left are the unknown ones, which are kept.
pub(crate) struct Members(Object);

impl Members {
    pub(crate) const fn new(object: Object) -> Self {
        Self(object)
    }

    /// The members that nobody took.
    pub(crate) fn rest(self) -> Object {
        self.0
    }

    /// The member, with `null` counting as absent.
    pub(crate) fn value(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name).filter(|value| *value != Value::Null)
    }

    pub(crate) fn string(&mut self, name: &str) -> Result<Option<String>, Error> {
        self.typed(name, "a string", |value| match value {
            Value::String(text) => Ok(text),
            other => Err(other),
        })
    }

    pub(crate) fn boolean(&mut self, name: &str) -> Result<Option<bool>, Error> {
        self.typed(name, "a boolean", |value| match value {
            Value::Bool(flag) => Ok(flag),
            other => Err(other),
        })
    }

    pub(crate) fn object(&mut self, name: &str) -> Result<Option<Object>, Error> {
        self.typed(name, "an object", |value| match value {
            Value::Object(object) => Ok(object),
            other => Err(other),
        })
    }

    pub(crate) fn array(&mut self, name: &str) -> Result<Vec<Value>, Error> {
        let items = self.typed(name, "an array", |value| match value {
            Value::Array(items) => Ok(items),
            other => Err(other),
        })?;
        Ok(items.unwrap_or_default())
    }

    pub(crate) fn integer(&mut self, name: &str) -> Result<Option<i64>, Error> {
        self.typed(name, "a whole number", |value| match value {
            Value::Integer(number) => Ok(number.get()),
            other => Err(other),
        })
    }

    /// The member parsed by `T`; its errors get the member's name.
    pub(crate) fn parsed<T: core::str::FromStr<Err = Error>>(&mut self, name: &str) -> Result<Option<T>, Error> {
        let parse = |text: String| text.parse().map_err(|error| renamed(error, &format!("/{name}")));
        self.string(name)?.map(parse).transpose()
    }

    /// An array of strings, each parsed by `T`.
    pub(crate) fn list<T: core::str::FromStr<Err = Error>>(&mut self, name: &str) -> Result<Vec<T>, Error> {
        let items = self.array(name)?.into_iter().enumerate();
        items
            .map(|(index, item)| {
                let pointer = || format!("/{name}/{index}");
                let Value::String(text) = item else {
                    return Err(wrong_type(pointer(), "a string", &item));
                };
                text.parse().map_err(|error| renamed(error, &pointer()))
            })
            .collect()
    }

    fn typed<T>(
        &mut self,
        name: &str,
        expected: &str,
        take: impl FnOnce(Value) -> Result<T, Value>,
    ) -> Result<Option<T>, Error> {
        let taken = self.value(name).map(take).transpose();
        taken.map_err(|found| wrong_type(format!("/{name}"), expected, &found))
    }
}

fn wrong_type(pointer: String, expected: &str, found: &Value) -> Error {
    Error::invalid(pointer, format!("must be {expected}, not {}", found.type_name()))
}

/// The reason of `error` under the name of the member it stood in.
fn renamed(error: Error, pointer: &str) -> Error {
    match error {
        Error::Invalid { reason, .. } => Error::invalid(pointer, reason),
        other => other,
    }
}

/// Writes known members in key order and slips the unknown ones in where they belong.
pub(crate) struct SortedMembers<'a, M> {
    map: M,
    unknown: core::iter::Peekable<btree_map::Iter<'a, String, Value>>,
}

impl<'a, M: SerializeMap> SortedMembers<'a, M> {
    pub(crate) fn new(map: M, unknown: &'a Object) -> Self {
        Self { map, unknown: unknown.iter().peekable() }
    }

    /// Writes one member; callers go through the names in ascending order.
    pub(crate) fn member<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), M::Error> {
        while let Some((key, value)) = self.unknown.next_if(|(key, _)| key.as_str() < name) {
            self.map.serialize_entry(key, value)?;
        }
        self.map.serialize_entry(name, value)
    }

    pub(crate) fn optional<T: Serialize>(&mut self, name: &'static str, value: Option<&T>) -> Result<(), M::Error> {
        value.map_or(Ok(()), |value| self.member(name, value))
    }

    pub(crate) fn end(mut self) -> Result<M::Ok, M::Error> {
        for (key, value) in self.unknown {
            self.map.serialize_entry(key, value)?;
        }
        self.map.end()
    }
}

/// An enumeration that is written as one of a few names.
macro_rules! named {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$doc])* $variant,)+
        }

        impl $name {
            /// The name as it stands in the event.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }
        }

        impl core::str::FromStr for $name {
            type Err = $crate::error::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    _ => Err($crate::error::Error::invalid("", concat!("must be one of", $(" ", $text),+))),
                }
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    };
}
pub(crate) use named;
