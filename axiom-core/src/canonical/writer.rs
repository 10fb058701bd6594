//! Writes JSON in canonical form.

use core::fmt;
use core::iter::Peekable;
use std::collections::btree_map::Iter;
use std::io::Write;

use serde::Serialize;

use super::Canonical;
use crate::value::{Object, Value};

/// Writes known members in the given order and slips the unknown ones in where they belong.
///
/// Names and plain values need no escapes; for the rest only a string that holds one is left to `serde_json`.
pub(super) struct Writer<'a> {
    pub(super) line: Vec<u8>,
    unknown: Peekable<Iter<'a, String, Value>>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(unknown: &'a Object) -> Self {
        let mut line = Vec::with_capacity(TYPICAL_LEN);
        line.extend_from_slice(Canonical::PREFIX);
        Self { line, unknown: unknown.iter().peekable() }
    }

    /// A member of the schema; its name is plain ASCII and needs no escape.
    pub(super) fn member<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) {
        self.name(name);
        json(&mut self.line, value);
    }

    pub(super) fn optional<T: Serialize>(&mut self, name: &'static str, value: Option<&T>) {
        if let Some(value) = value {
            self.member(name, value);
        }
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
        quoted(&mut self.line, text);
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
        string(&mut self.line, text);
    }

    pub(super) fn optional_string(&mut self, name: &'static str, text: Option<&String>) {
        if let Some(text) = text {
            self.string(name, text);
        }
    }

    pub(super) fn strings(&mut self, name: &'static str, texts: &[String]) {
        self.name(name);
        array(&mut self.line, texts, |line, text| string(line, text));
    }

    pub(super) fn optional_value(&mut self, name: &'static str, content: Option<&Value>) {
        if let Some(content) = content {
            self.name(name);
            value(&mut self.line, content);
        }
    }

    /// A member that is left out when it is empty.
    pub(super) fn members(&mut self, name: &'static str, members: &Object) {
        if !members.is_empty() {
            self.name(name);
            object(&mut self.line, members);
        }
    }

    /// Where the member `name`, which is not written now, belongs: behind another one.
    pub(super) fn place(&mut self, name: &'static str) -> usize {
        self.unknown_before(name);
        self.line.len()
    }

    pub(super) fn finish(mut self) -> Vec<u8> {
        while let Some((key, value)) = self.unknown.next() {
            self.unknown(key, value);
        }
        self.line.push(b'}');
        self.line
    }

    fn name(&mut self, name: &'static str) {
        self.unknown_before(name);
        self.separate();
        quoted(&mut self.line, name.as_bytes());
        self.line.push(b':');
    }

    fn unknown_before(&mut self, name: &'static str) {
        while let Some((key, value)) = self.unknown.next_if(|(key, _)| key.as_str() < name) {
            self.unknown(key, value);
        }
    }

    fn unknown(&mut self, key: &str, content: &Value) {
        self.separate();
        string(&mut self.line, key);
        self.line.push(b':');
        value(&mut self.line, content);
    }

    fn separate(&mut self) {
        self.line.push(if self.line.len() == Canonical::PREFIX.len() { b'{' } else { b',' });
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

/// What most events fit into together with what makes them entries.
const TYPICAL_LEN: usize = 1024;
