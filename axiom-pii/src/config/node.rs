//! Nodes: what a configuration is made of, in either language, each with its place.

/// A value and where it begins, in bytes of the text.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) at: usize,
    pub(super) value: Value,
}

#[derive(Debug)]
pub(super) enum Value {
    Bool(bool),
    List(Vec<Node>),
    Number(f64),
    /// What no setting is: a date, or `null`.
    Other,
    Table(Vec<(Key, Node)>),
    Text(String),
}

/// The name of an entry of a table, and where it begins.
#[derive(Debug)]
pub(super) struct Key {
    pub(super) at: usize,
    pub(super) name: String,
}

/// What is wrong with a text, and where.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) at: usize,
    /// The way to what is wrong: `patterns[0].score`; empty for the text as a whole.
    pub(super) key: String,
    pub(super) problem: String,
}

impl Fault {
    /// What is no TOML, or no JSON.
    pub(super) fn of_syntax(at: usize, problem: impl Into<String>) -> Self {
        Self { at, key: String::new(), problem: problem.into() }
    }
}
