//! Free-form JSON that is canonical by construction.

use core::fmt;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::btree_map::{Entry, Iter, IterMut, Keys};

use serde::de::{self, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::Error;

/// A JSON value of which every instance has exactly one serialized form.
///
/// Keys are ASCII, sorted and unique; integers lie within ±(2^53−1); there are no floats. Numbers that do not fit
/// become strings, as RFC 8785 (JCS) advises for what an IEEE 754 double cannot hold: `0.1` is stored as `"0.1"`.
/// Written by plain `serde_json` it is in JCS form.
///
/// ```
/// use axiom_core::Value;
///
/// let value: Value = serde_json::from_str(r#"{"b": 1.5, "a": [9007199254740993, true]}"#)?;
/// assert_eq!(serde_json::to_string(&value)?, r#"{"a":["9007199254740993",true],"b":"1.5"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[expect(clippy::exhaustive_enums, reason = "JSON has these six kinds and will have no more")]
pub enum Value {
    /// `[…]`
    Array(Vec<Value>),
    /// `true` or `false`
    Bool(bool),
    /// A whole number that a double holds exactly.
    Integer(Integer),
    /// `null`
    #[default]
    Null,
    /// `{…}`
    Object(Object),
    /// `"…"`
    String(String),
}

impl Value {
    /// The deepest nesting of arrays and objects that an event may have.
    pub const MAX_DEPTH: usize = 64;

    /// The text, if it is a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The members, if it is an object.
    #[must_use]
    pub const fn as_object(&self) -> Option<&Object> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    /// The value at `pointer` (JSON Pointer, RFC 6901) below this one.
    ///
    /// ```
    /// use axiom_core::Value;
    ///
    /// let value: Value = serde_json::from_str(r#"{"tags": [{"a/b": 7}]}"#)?;
    /// assert_eq!(value.at("/tags/0/a~1b"), Some(&Value::from(7)));
    /// assert_eq!(value.at("/nowhere"), None);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn at(&self, pointer: &str) -> Option<&Self> {
        tokens(pointer)?.try_fold(self, |value, token| match value {
            Self::Object(object) => object.get(&token),
            Self::Array(items) => items.get(index(&token)?),
            _ => None,
        })
    }

    /// The value at `pointer` below this one, to be changed.
    pub fn at_mut(&mut self, pointer: &str) -> Option<&mut Self> {
        tokens(pointer)?.try_fold(self, |value, token| match value {
            Self::Object(object) => object.get_mut(&token),
            Self::Array(items) => items.get_mut(index(&token)?),
            _ => None,
        })
    }

    /// How deep arrays and objects nest; 0 for anything else.
    pub(crate) fn depth(&self) -> usize {
        match self {
            Self::Array(items) => 1 + items.iter().map(Self::depth).max().unwrap_or(0),
            Self::Object(object) => object.depth(),
            _ => 0,
        }
    }

    pub(crate) const fn type_name(&self) -> &'static str {
        match self {
            Self::Array(_) => "an array",
            Self::Bool(_) => "a boolean",
            Self::Integer(_) => "a number",
            Self::Null => "null",
            Self::Object(_) => "an object",
            Self::String(_) => "a string",
        }
    }
}

/// A whole number within ±(2^53−1), which every JSON reader holds exactly (RFC 7493, section 2.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Integer(i64);

impl Integer {
    /// 2^53 − 1.
    pub const MAX: i64 = (1 << 53) - 1;

    /// `number`, if it lies within the range.
    #[must_use]
    pub const fn new(number: i64) -> Option<Self> {
        if number >= -Self::MAX && number <= Self::MAX { Some(Self(number)) } else { None }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl Serialize for Integer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.0)
    }
}

/// The members of a JSON object: ASCII keys, sorted and unique.
///
/// ASCII order is the UTF-16 order that RFC 8785 (JCS) asks for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Object(BTreeMap<String, Value>);

impl Object {
    /// An object without members.
    #[must_use]
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Sets a member, and gives back what stood there before.
    ///
    /// # Errors
    /// [`Error::Invalid`] where `key` is not printable ASCII.
    pub fn insert(&mut self, key: impl Into<String>, value: impl Into<Value>) -> Result<Option<Value>, Error> {
        Ok(self.0.insert(checked_key(key.into())?, value.into()))
    }

    /// The member named `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0.get(key)
    }

    /// The member named `key`, to be changed.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        self.0.get_mut(key)
    }

    /// The value at `pointer` (JSON Pointer, RFC 6901), to be changed; the pointer names a member at least.
    pub fn at_mut(&mut self, pointer: &str) -> Option<&mut Value> {
        let rest = pointer.strip_prefix('/')?;
        let (name, deeper) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        self.get_mut(&unescape(name))?.at_mut(deeper)
    }

    /// The value at `pointer` (JSON Pointer, RFC 6901); the pointer names a member at least.
    #[must_use]
    pub fn at(&self, pointer: &str) -> Option<&Value> {
        let rest = pointer.strip_prefix('/')?;
        let (name, deeper) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        self.get(&unescape(name))?.at(deeper)
    }

    /// Takes the member named `key` out.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        self.0.remove(key)
    }

    /// The members in key order.
    pub fn iter(&self) -> Iter<'_, String, Value> {
        self.0.iter()
    }

    /// The members in key order, their values to be changed.
    pub fn iter_mut(&mut self) -> IterMut<'_, String, Value> {
        self.0.iter_mut()
    }

    /// The keys in order.
    pub fn keys(&self) -> Keys<'_, String, Value> {
        self.0.keys()
    }

    /// How many members there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn depth(&self) -> usize {
        1 + self.0.values().map(Value::depth).max().unwrap_or(0)
    }
}

impl<'a> IntoIterator for &'a Object {
    type Item = (&'a String, &'a Value);
    type IntoIter = Iter<'a, String, Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl IntoIterator for Object {
    type Item = (String, Value);
    type IntoIter = std::collections::btree_map::IntoIter<String, Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

fn checked_key(key: String) -> Result<String, Error> {
    if is_key(&key) { Ok(key) } else { Err(Error::invalid("", KEY_RULE)) }
}

/// Whether `key` may stand in an event: printable ASCII, not empty.
pub(crate) fn is_key(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

pub(crate) const KEY_RULE: &str = "object keys must be non-empty printable ASCII";

/// One pointer token, escaped as RFC 6901 asks.
pub(crate) fn escape(token: &str) -> Cow<'_, str> {
    if token.contains(['~', '/']) {
        Cow::Owned(token.replace('~', "~0").replace('/', "~1"))
    } else {
        Cow::Borrowed(token)
    }
}

/// The unescaped tokens of a JSON Pointer, or `None` where it does not begin with `/`.
fn tokens(pointer: &str) -> Option<impl Iterator<Item = Cow<'_, str>>> {
    let rest = match pointer {
        "" => None,
        _ => Some(pointer.strip_prefix('/')?),
    };
    Some(rest.into_iter().flat_map(|rest| rest.split('/')).map(unescape))
}

/// A place in an array, in the one form that RFC 6901 has for it.
fn index(token: &str) -> Option<usize> {
    let index: usize = token.parse().ok()?;
    (index.to_string() == token).then_some(index)
}

/// Whether every `~` of `pointer` begins an escape.
pub(crate) fn is_escaped(pointer: &str) -> bool {
    pointer.split('~').skip(1).all(|rest| rest.starts_with(['0', '1']))
}

/// One pointer token as it was before [`escape`].
pub(crate) fn unescape(token: &str) -> Cow<'_, str> {
    if token.contains('~') { Cow::Owned(token.replace("~1", "/").replace("~0", "~")) } else { Cow::Borrowed(token) }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Array(items) => items.serialize(serializer),
            Self::Bool(flag) => serializer.serialize_bool(*flag),
            Self::Integer(number) => number.serialize(serializer),
            Self::Null => serializer.serialize_unit(),
            Self::Object(object) => object.serialize(serializer),
            Self::String(text) => serializer.serialize_str(text),
        }
    }
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(&self.0)
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
        Ok(flag.into())
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Value, E> {
        // A reader cannot tell a rounded 30-digit integer from a float, and rounding is a loss that nobody would see.
        if number.abs() < TWO_POW_64 {
            Ok(number.into())
        } else {
            Err(E::custom("the number is too large, write it as a string"))
        }
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = sequence.next_element()? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Value, A::Error> {
        ObjectVisitor.visit_map(map).map(Value::Object)
    }
}

struct ObjectVisitor;

impl<'de> Visitor<'de> for ObjectVisitor {
    type Value = Object;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
        let mut members = BTreeMap::new();
        while let Some(key) = map.next_key::<String>()? {
            if !is_key(&key) {
                return Err(de::Error::custom(KEY_RULE));
            }
            match members.entry(key) {
                Entry::Vacant(entry) => entry.insert(map.next_value()?),
                Entry::Occupied(_) => return Err(de::Error::custom("the same key stands twice in one object")),
            };
        }
        Ok(Object(members))
    }
}

/// The first magnitude at which `serde_json` reads an integer literal as a float.
const TWO_POW_64: f64 = 18_446_744_073_709_551_616.0;

impl TryFrom<serde_json::Value> for Value {
    type Error = Error;

    /// Takes a `serde_json` value over, and so the `serde_json::json!` macro into use.
    ///
    /// ```
    /// use axiom_core::Value;
    ///
    /// let state = Value::try_from(serde_json::json!({"encrypted": false, "sizeGb": 80}))?;
    /// assert_eq!(state.at("/sizeGb"), Some(&Value::from(80)));
    /// # Ok::<(), axiom_core::Error>(())
    /// ```
    fn try_from(value: serde_json::Value) -> Result<Self, Error> {
        Self::deserialize(value).map_err(|error| Error::invalid("", error.to_string()))
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Bool(flag)
    }
}

impl From<i32> for Value {
    fn from(number: i32) -> Self {
        Self::Integer(Integer(number.into()))
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Integer(Integer(number.into()))
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Integer::new(number).map_or_else(|| Self::String(number.to_string()), Self::Integer)
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        i64::try_from(number).map_or_else(|_| Self::String(number.to_string()), Self::from)
    }
}

impl From<f64> for Value {
    /// A whole number where it is one, as RFC 8785 writes it, or else the shortest decimal text that reads back the
    /// same.
    fn from(number: f64) -> Self {
        let whole = number.fract() == 0.0 && number.abs() <= Integer::MAX as f64;
        if whole { Self::Integer(Integer(number as i64)) } else { Self::String(format!("{number:?}")) }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<Object> for Value {
    fn from(object: Object) -> Self {
        Self::Object(object)
    }
}

impl<T: Into<Self>> From<Vec<T>> for Value {
    fn from(items: Vec<T>) -> Self {
        Self::Array(items.into_iter().map(Into::into).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Value, serde_json::Error> {
        serde_json::from_str(text)
    }

    #[test]
    fn a_key_that_stands_twice_is_refused() {
        assert!(parse(r#"{"a":1,"b":{"c":1,"c":2}}"#).unwrap_err().to_string().contains("twice"));
    }

    #[test]
    fn keys_outside_printable_ascii_are_refused() {
        for text in [r#"{"größe":1}"#, r#"{"":1}"#, r#"{"a\u0000":1}"#, r#"{"\u007f":1}"#] {
            assert!(parse(text).unwrap_err().to_string().contains("ASCII"), "{text}");
        }
    }

    #[test]
    fn numbers_beyond_a_double_become_strings_and_lose_nothing() {
        for (text, stored) in [
            ("9007199254740991", "9007199254740991"),
            ("-9007199254740991", "-9007199254740991"),
            ("9007199254740992", "\"9007199254740992\""),
            ("18446744073709551615", "\"18446744073709551615\""),
            ("1.0", "1"),
            ("-0.0", "0"),
            ("4111111111111111.0", "4111111111111111"),
            ("1.5", "\"1.5\""),
            ("1e-7", "\"1e-7\""),
        ] {
            assert_eq!(serde_json::to_string(&parse(text).unwrap()).unwrap(), stored);
        }
    }

    #[test]
    fn an_integer_that_would_be_rounded_is_refused() {
        for text in ["18446744073709551616", "123456789012345678901234567890", "1e300"] {
            assert!(parse(text).unwrap_err().to_string().contains("string"), "{text}");
        }
    }

    #[test]
    fn lone_surrogates_are_refused() {
        assert!(parse(r#""\ud800""#).is_err());
        assert_eq!(parse(r#""\ud83d\ude00""#).unwrap().as_str(), Some("😀"));
    }

    #[test]
    fn pointers_escape_slash_and_tilde() {
        let value = parse(r#"{"a/b":{"m~n":[1,2]}}"#).unwrap();
        assert_eq!(value.at("/a~1b/m~0n/1"), Some(&Value::from(2)));
        assert_eq!(escape("a/b~"), "a~1b~0");
        assert_eq!(value.at(""), Some(&value));
        assert_eq!(value.at("a"), None);
    }
}
