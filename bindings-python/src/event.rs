//! Events: Python values on their way into an event.

use axiom_core::{Event, Object, Value};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple};

use crate::error::{core, unstorable};

/// Turns Python dictionaries into events.
///
/// What JSON has is read here; everything else is first shown to `axiom.encoding.plain`, which answers with what JSON
/// has.
pub(crate) struct Reader<'py> {
    plain: Bound<'py, PyAny>,
}

impl<'py> Reader<'py> {
    pub(crate) fn new(py: Python<'py>) -> PyResult<Self> {
        Ok(Self { plain: py.import("axiom.encoding")?.getattr("plain")? })
    }

    /// The event that `value` describes.
    pub(crate) fn event(&self, value: &Bound<'py, PyAny>) -> PyResult<Event> {
        let mut walk = Walk { plain: &self.plain, pointer: String::new(), level: 0 };
        match walk.value(value)? {
            Value::Object(object) => Event::from_object(object).map_err(|error| core(&error)),
            _ => Err(unstorable("", &format!("an event must be a dict, not {}", type_name(value)))),
        }
    }
}

/// A walk through one event.
struct Walk<'a, 'py> {
    plain: &'a Bound<'py, PyAny>,
    /// Where the walk stands.
    pointer: String,
    /// How many containers lie around that place.
    level: usize,
}

impl<'py> Walk<'_, 'py> {
    fn value(&mut self, value: &Bound<'py, PyAny>) -> PyResult<Value> {
        if value.is_none() {
            Ok(Value::Null)
        } else if let Ok(text) = value.cast::<PyString>() {
            self.text(text).map(Value::String)
        } else if let Ok(flag) = value.cast::<PyBool>() {
            Ok(flag.is_true().into())
        } else if let Ok(number) = value.cast::<PyInt>() {
            self.integer(number)
        } else if let Ok(number) = value.cast::<PyFloat>() {
            self.float(number.value())
        } else if let Ok(members) = value.cast::<PyDict>() {
            self.enter(|walk| walk.members(members))
        } else if let Ok(items) = value.cast::<PyList>() {
            self.enter(|walk| walk.items(items.iter()))
        } else if let Ok(items) = value.cast::<PyTuple>() {
            self.enter(|walk| walk.items(items.iter()))
        } else {
            self.other(value)
        }
    }

    fn text(&self, text: &Bound<'py, PyString>) -> PyResult<String> {
        let text = text.to_str().map_err(|_| self.refuse("holds a lone surrogate, which is no character"))?;
        Ok(text.to_owned())
    }

    /// Python's integers are exact, so one that a double cannot hold becomes its decimal text and loses nothing.
    fn integer(&self, number: &Bound<'py, PyInt>) -> PyResult<Value> {
        if let Ok(number) = number.extract::<i64>() {
            return Ok(number.into());
        }
        let digits = number.py().get_type::<PyInt>().call_method1("__repr__", (number,));
        let digits = digits.map_err(|_| self.refuse("has too many digits, write it as a string"))?;
        Ok(Value::String(digits.extract()?))
    }

    fn float(&self, number: f64) -> PyResult<Value> {
        if number.is_finite() { Ok(number.into()) } else { Err(self.refuse("must be a finite number")) }
    }

    /// The items are a copy, because code that is called meanwhile could change the dictionary.
    fn members(&mut self, members: &Bound<'py, PyDict>) -> PyResult<Value> {
        let mut object = Object::new();
        for item in members.items() {
            let (key, value): (Bound<'py, PyAny>, Bound<'py, PyAny>) = item.extract()?;
            let key = self.key(&key)?;
            let value = self.at(&key, |walk| walk.value(&value))?;
            let before = object.insert(key, value).map_err(|error| self.refuse(&reason(&error)))?;
            if before.is_some() {
                return Err(self.refuse("the same key stands twice in one object"));
            }
        }
        Ok(object.into())
    }

    fn key(&self, key: &Bound<'py, PyAny>) -> PyResult<String> {
        let text = key.cast::<PyString>();
        self.text(text.map_err(|_| self.refuse(&format!("object keys must be strings, not {}", type_name(key))))?)
    }

    fn items(&mut self, items: impl Iterator<Item = Bound<'py, PyAny>>) -> PyResult<Value> {
        let values = items.enumerate().map(|(index, item)| self.at(&index.to_string(), |walk| walk.value(&item)));
        Ok(Value::Array(values.collect::<PyResult<_>>()?))
    }

    /// Asks Python what stands for `value`; its refusal is the reason.
    fn other(&mut self, value: &Bound<'py, PyAny>) -> PyResult<Value> {
        match self.plain.call1((value,)) {
            Ok(plain) => self.enter(|walk| walk.value(&plain)),
            Err(error) if is_refusal(&error, value.py()) => Err(self.refuse(&error.value(value.py()).to_string())),
            Err(error) => Err(error),
        }
    }

    /// Goes into a container for the time of `visit`.
    fn enter(&mut self, visit: impl FnOnce(&mut Self) -> PyResult<Value>) -> PyResult<Value> {
        if self.level > MAX_LEVEL {
            return Err(self.refuse("nests too deep, or holds itself"));
        }
        self.level += 1;
        let value = visit(self);
        self.level -= 1;
        value
    }

    /// Goes one token further down for the time of `visit`.
    fn at(&mut self, token: &str, visit: impl FnOnce(&mut Self) -> PyResult<Value>) -> PyResult<Value> {
        let length = self.pointer.len();
        self.pointer.push('/');
        let token = if may_be_personal(token) { "*" } else { token };
        self.pointer.push_str(&token.replace('~', "~0").replace('/', "~1"));
        let value = visit(self)?;
        self.pointer.truncate(length);
        Ok(value)
    }

    fn refuse(&self, reason: &str) -> PyErr {
        unstorable(&self.pointer, reason)
    }
}

/// Deep enough for every event, whose own limit is checked later, and shallow enough for every stack.
const MAX_LEVEL: usize = 2 * Value::MAX_DEPTH;

/// Whether a key may be data and no name: an error must not repeat it.
fn may_be_personal(key: &str) -> bool {
    let digits = key.bytes().filter(u8::is_ascii_digit).count();
    key.contains('@') || digits > 5 || key.len() > 64
}

fn is_refusal(error: &PyErr, py: Python<'_>) -> bool {
    error.is_instance_of::<PyTypeError>(py) || error.is_instance_of::<PyValueError>(py)
}

fn reason(error: &axiom_core::Error) -> String {
    match error {
        axiom_core::Error::Invalid { reason, .. } => reason.to_string(),
        other => other.to_string(),
    }
}

fn type_name(value: &Bound<'_, PyAny>) -> String {
    value.get_type().name().map_or_else(|_| "something else".into(), |name| name.to_string())
}
