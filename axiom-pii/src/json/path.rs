//! The path from the root of a document to where the walker is.

use core::ops::Range;

use axiom_core::Finding;

use crate::name;

/// The open arrays and objects, with the pointer to the current value and the name that it goes by.
///
/// Its memory is that of the keys on the path. Keys are kept as they are shown: with placeholders for personal data.
#[derive(Debug, Default)]
pub(crate) struct Path {
    levels: Vec<Level>,
    /// RFC 6901, without the index in the innermost array.
    pointer: String,
    /// The ends of the keys on the path, one behind the other.
    names: String,
    /// The one of `names` that is nearest.
    field: Range<usize>,
    /// How many arrays and objects have been opened.
    opened: usize,
}

/// An open array or object.
#[derive(Debug)]
struct Level {
    container: Container,
    /// Which of all that were opened.
    number: usize,
    /// The length of its own pointer.
    pointer: usize,
    /// The length of the names before its own.
    names: usize,
    /// The name of the whole.
    field: Range<usize>,
    /// In an array the index of the item, in an object how many keys hold a placeholder.
    count: usize,
}

/// What holds values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Container {
    Array,
    Object,
}

impl Path {
    pub(crate) fn clear(&mut self) {
        self.levels.clear();
        self.pointer.clear();
        self.names.clear();
        (self.field, self.opened) = (0..0, 0);
    }

    pub(crate) const fn depth(&self) -> usize {
        self.levels.len()
    }

    /// The innermost container.
    pub(crate) fn container(&self) -> Option<Container> {
        self.levels.last().map(|level| level.container)
    }

    /// The nearest key, through arrays: what the value is called. Of a long one the end.
    pub(crate) fn field(&self) -> &str {
        &self.names[self.field.clone()]
    }

    /// What the object is called that the next key belongs to.
    pub(crate) fn outer_field(&self) -> &str {
        self.levels.last().map_or("", |level| &self.names[level.field.clone()])
    }

    pub(crate) fn open(&mut self, container: Container) {
        self.push_index();
        let (pointer, names) = (self.pointer.len(), self.names.len());
        self.opened += 1;
        let (field, number) = (self.field.clone(), self.opened);
        self.levels.push(Level { container, number, pointer, names, field, count: 0 });
    }

    pub(crate) fn close(&mut self) {
        if let Some(level) = self.levels.pop() {
            self.names.truncate(level.names);
            self.field = level.field;
        }
        self.pointer.truncate(self.levels.last().map_or(0, |level| level.pointer));
    }

    /// Goes on to the next item of the array.
    pub(crate) fn next_item(&mut self) {
        if let Some(level) = self.levels.last_mut() {
            level.count += 1;
        }
    }

    /// Goes on to the member with this key.
    pub(crate) fn enter(&mut self, key: &str) {
        let Some(level) = self.levels.last() else { return };
        self.pointer.truncate(level.pointer);
        self.pointer.push('/');
        push_escaped(&mut self.pointer, key);
        self.names.truncate(level.names);
        self.names.push_str(name::end_of(key));
        self.field = level.names..self.names.len();
    }

    /// Goes on to the member with this key, in which something was found or not; one with a placeholder is made distinct,
    /// and its number among those of the object is the answer.
    pub(crate) fn enter_key(&mut self, key: &str, findings: &[Finding]) -> Option<usize> {
        if findings.is_empty() && !name::has_placeholder(key) {
            self.enter(key);
            return None;
        }
        let level = self.levels.last_mut()?;
        level.count += 1;
        let number = level.count;
        self.enter(&name::distinct(name::shown(key, findings), number));
        Some(number)
    }

    /// Which object the value belongs to: those of a document have different numbers.
    pub(crate) fn object(&self) -> Option<usize> {
        self.levels.last().filter(|level| level.container == Container::Object).map(|level| level.number)
    }

    /// The pointer to the current value, to be given back.
    pub(crate) fn take_pointer(&mut self) -> String {
        self.push_index();
        core::mem::take(&mut self.pointer)
    }

    pub(crate) fn give_back(&mut self, pointer: String) {
        self.pointer = pointer;
        if let Some(level) = self.levels.last()
            && level.container == Container::Array
        {
            self.pointer.truncate(level.pointer);
        }
    }

    fn push_index(&mut self) {
        if let Some(level) = self.levels.last()
            && level.container == Container::Array
        {
            self.pointer.push('/');
            self.pointer.push_str(&level.count.to_string());
        }
    }
}

fn push_escaped(pointer: &mut String, key: &str) {
    for part in key.split_inclusive(['~', '/']) {
        match part.strip_suffix(['~', '/']) {
            Some(plain) => {
                pointer.push_str(plain);
                pointer.push_str(if part.ends_with('~') { "~0" } else { "~1" });
            }
            None => pointer.push_str(part),
        }
    }
}
