//! Writes JSON in canonical form.

use core::fmt;
use core::iter::Peekable;
use std::collections::btree_map::Iter;
use std::io::Write;

use serde::Serialize;

use crate::value::{Object, Value};

/// Writes known members in the given order and slips the unknown ones in where they belong.
///
/// Names and plain values need no escapes; for the rest only a string that holds one is left to `serde_json`.
pub(super) struct Writer<'a, 'b> {
    pub(super) line: &'b mut Vec<u8>,
    /// Where the object begins.
    start: usize,
    unknown: Peekable<Iter<'a, String, Value>>,
}

impl<'a, 'b> Writer<'a, 'b> {
    /// Writes an object behind what stands in `line`.
    pub(super) fn new(line: &'b mut Vec<u8>, unknown: &'a Object) -> Self {
        Self { start: line.len(), line, unknown: unknown.iter().peekable() }
    }

    /// A member of the schema; its name is plain ASCII and needs no escape.
    pub(super) fn member<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) {
        self.name(name);
        json(self.line, value);
    }

    /// A member that is an object itself.
    pub(super) fn object(&mut self, name: &'static str, unknown: &Object, write: impl FnOnce(&mut Writer<'_, '_>)) {
        self.name(name);
        let mut writer = Writer::new(self.line, unknown);
        write(&mut writer);
        writer.finish();
    }

    pub(super) fn list<T: Serialize>(&mut self, name: &'static str, values: &[T]) {
        if !values.is_empty() {
            self.member(name, values);
        }
    }

    /// A member whose text needs no escapes.
    pub(super) fn plain(&mut self, name: &'static str, text: &str) {
        self.plain_ascii(name, text.as_bytes());
    }

    pub(super) fn plain_ascii(&mut self, name: &'static str, text: &[u8]) {
        self.name(name);
        quoted(self.line, text);
    }

    /// A member whose written form is an identifier: a JSON string without escapes.
    pub(super) fn optional_text(&mut self, name: &'static str, value: Option<impl fmt::Display>) {
        if let Some(value) = value {
            self.name(name);
            // Writing to a Vec cannot fail.
            let _ = write!(self.line, "\"{value}\"");
        }
    }

    pub(super) fn string(&mut self, name: &'static str, text: &str) {
        self.name(name);
        string(self.line, text);
    }

    pub(super) fn optional_string(&mut self, name: &'static str, text: Option<&String>) {
        if let Some(text) = text {
            self.string(name, text);
        }
    }

    pub(super) fn strings(&mut self, name: &'static str, texts: &[String]) {
        self.name(name);
        array(self.line, texts, |line, text| string(line, text));
    }

    pub(super) fn values(&mut self, name: &'static str, values: &[Value]) {
        self.name(name);
        array(self.line, values, value);
    }

    /// A member that stands there only where it is true.
    pub(super) fn flag(&mut self, name: &'static str, is_set: bool) {
        if is_set {
            self.name(name);
            self.line.extend_from_slice(b"true");
        }
    }

    pub(super) fn optional_value(&mut self, name: &'static str, content: Option<&Value>) {
        if let Some(content) = content {
            self.name(name);
            value(self.line, content);
        }
    }

    /// A member that is left out when it is empty.
    pub(super) fn members(&mut self, name: &'static str, members: &Object) {
        if !members.is_empty() {
            self.name(name);
            object(self.line, members);
        }
    }

    /// Where the member `name`, which is not written now, belongs: behind another one.
    pub(super) fn place(&mut self, name: &'static str) -> usize {
        self.unknown_before(name);
        self.line.len()
    }

    pub(super) fn finish(mut self) {
        while let Some((key, value)) = self.unknown.next() {
            self.unknown(key, value);
        }
        if self.line.len() == self.start {
            self.line.push(b'{');
        }
        self.line.push(b'}');
    }

    fn name(&mut self, name: &'static str) {
        self.unknown_before(name);
        self.separate();
        quoted(self.line, name.as_bytes());
        self.line.push(b':');
    }

    fn unknown_before(&mut self, name: &'static str) {
        while let Some((key, value)) = self.unknown.next_if(|(key, _)| key.as_str() < name) {
            self.unknown(key, value);
        }
    }

    fn unknown(&mut self, key: &str, content: &Value) {
        self.separate();
        string(self.line, key);
        self.line.push(b':');
        value(self.line, content);
    }

    fn separate(&mut self) {
        self.line.push(if self.line.len() == self.start { b'{' } else { b',' });
    }
}

fn value(line: &mut Vec<u8>, content: &Value) {
    match content {
        Value::Array(items) => array(line, items, value),
        Value::Bool(true) => line.extend_from_slice(b"true"),
        Value::Bool(false) => line.extend_from_slice(b"false"),
        Value::Integer(number) => json(line, number),
        Value::Null => line.extend_from_slice(b"null"),
        Value::Object(members) => object(line, members),
        Value::String(text) => string(line, text),
    }
}

fn array<T>(line: &mut Vec<u8>, items: &[T], item: impl Fn(&mut Vec<u8>, &T)) {
    line.push(b'[');
    for (index, content) in items.iter().enumerate() {
        if index > 0 {
            line.push(b',');
        }
        item(line, content);
    }
    line.push(b']');
}

fn object(line: &mut Vec<u8>, members: &Object) {
    line.push(b'{');
    for (index, (key, content)) in members.iter().enumerate() {
        if index > 0 {
            line.push(b',');
        }
        string(line, key);
        line.push(b':');
        value(line, content);
    }
    line.push(b'}');
}

fn string(line: &mut Vec<u8>, text: &str) {
    // Without a way out in the middle the compiler looks at many bytes at a time.
    let escapes = |byte: &u8| (*byte < b' ') | (*byte == b'"') | (*byte == b'\\');
    if text.as_bytes().iter().fold(false, |found, byte| found | escapes(byte)) {
        json(line, text);
    } else {
        quoted(line, text.as_bytes());
    }
}

fn quoted(line: &mut Vec<u8>, text: &[u8]) {
    line.reserve(text.len() + 2);
    line.push(b'"');
    line.extend_from_slice(text);
    line.push(b'"');
}

fn json<T: Serialize + ?Sized>(line: &mut Vec<u8>, value: &T) {
    serde_json::to_writer(line, value).expect("a Vec takes every byte, and values have string keys and no floats");
}
