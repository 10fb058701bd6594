//! The cursor: a node and the way to it, asked for what a setting needs.

use super::node::{Fault, Key, Node, Value};
use crate::similar::suggestion;

/// A node and the way to it.
#[derive(Debug, Clone)]
pub(super) struct Cursor<'a> {
    node: &'a Node,
    pub(super) path: String,
}

impl<'a> Cursor<'a> {
    pub(super) const fn root(node: &'a Node) -> Self {
        Self { node, path: String::new() }
    }

    /// Where it begins.
    pub(super) const fn at(&self) -> usize {
        self.node.at
    }

    pub(super) fn fault(&self, problem: impl Into<String>) -> Fault {
        Fault { at: self.node.at, key: self.path.clone(), problem: problem.into() }
    }

    pub(super) fn text(&self) -> Result<&'a str, Fault> {
        match &self.node.value {
            Value::Text(text) => Ok(text),
            _ => Err(self.fault("expected a text")),
        }
    }

    pub(super) const fn is_text(&self) -> bool {
        matches!(self.node.value, Value::Text(_))
    }

    pub(super) fn boolean(&self) -> Result<bool, Fault> {
        match self.node.value {
            Value::Bool(value) => Ok(value),
            _ => Err(self.fault("expected true or false")),
        }
    }

    pub(super) fn score(&self) -> Result<f32, Fault> {
        match self.node.value {
            #[expect(clippy::cast_possible_truncation, reason = "scores have that precision")]
            Value::Number(value) if (0.0..=1.0).contains(&value) => Ok(value as f32),
            _ => Err(self.fault("expected a number from 0.0 to 1.0")),
        }
    }

    /// A whole number up to `most`.
    pub(super) fn count(&self, most: u16) -> Result<u16, Fault> {
        match self.node.value {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "it is whole and within bounds"
            )]
            Value::Number(value) if (0.0..=f64::from(most)).contains(&value) && value.fract() == 0.0 => {
                Ok(value as u16)
            }
            _ => Err(self.fault(format!("expected a whole number from 0 to {most}"))),
        }
    }

    /// One of `names`, and what it stands for.
    pub(super) fn one_of<T: Copy>(&self, names: &[(&str, T)]) -> Result<T, Fault> {
        let text = self.text()?;
        let found = names.iter().find(|(name, _)| *name == text);
        found.map(|(_, value)| *value).ok_or_else(|| {
            let all = names.iter().map(|(name, _)| *name);
            self.fault(format!("expected {}{}", listed(all.clone()), suggestion(text, all)))
        })
    }

    pub(super) fn items(&self) -> Result<impl Iterator<Item = Self>, Fault> {
        let Value::List(items) = &self.node.value else { return Err(self.fault("expected a list")) };
        Ok(items.iter().enumerate().map(|(place, node)| Self { node, path: format!("{}[{place}]", self.path) }))
    }

    /// The texts of a list.
    pub(super) fn texts(&self) -> Result<Vec<String>, Fault> {
        self.items()?.map(|item| item.text().map(str::to_owned)).collect()
    }

    pub(super) fn entries(&self) -> Result<impl Iterator<Item = (&'a Key, Self)>, Fault> {
        let Value::Table(entries) = &self.node.value else { return Err(self.fault("expected a table")) };
        Ok(entries.iter().map(|(key, node)| (key, Self { node, path: self.below(&key.name) })))
    }

    /// The entry `name` of a table.
    pub(super) fn entry(&self, name: &str) -> Option<Self> {
        let Value::Table(entries) = &self.node.value else { return None };
        let (key, node) = entries.iter().find(|(key, _)| key.name == name)?;
        Some(Self { node, path: self.below(&key.name) })
    }

    /// The entry `name` of a table that must have it.
    pub(super) fn required(&self, name: &str) -> Result<Self, Fault> {
        self.entry(name).ok_or_else(|| self.fault(format!("expected a key `{name}`")))
    }

    /// Fails on a key that is none of `names`.
    pub(super) fn known(&self, names: &[&str]) -> Result<(), Fault> {
        match self.entries()?.find(|(key, _)| !names.contains(&key.name.as_str())) {
            Some((key, entry)) => {
                let near = suggestion(&key.name, names.iter().copied());
                let near = if near.is_empty() { format!("; expected {}", listed(names.iter().copied())) } else { near };
                Err(Fault { at: key.at, key: entry.path, problem: format!("unknown key{near}") })
            }
            None => Ok(()),
        }
    }

    fn below(&self, name: &str) -> String {
        let name: String = name.chars().take(LONGEST).flat_map(char::escape_debug).collect();
        if self.path.is_empty() { name } else { format!("{}.{name}", self.path) }
    }
}

/// `a`, `b` or `c`, in quotes.
fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<_> = names.map(|name| format!("`{name}`")).collect();
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => names.concat(),
    }
}

/// How many characters of a key are told.
const LONGEST: usize = 64;
