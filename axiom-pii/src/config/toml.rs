//! TOML 1.0.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::node::{Fault, Key, Node, Value};

/// The nodes of a document.
pub(super) fn read(text: &str) -> Result<Node, Fault> {
    let document = DeTable::parse(text)
        .map_err(|error| Fault::of_syntax(error.span().map_or(0, |span| span.start), error.message()))?;
    Ok(Node { at: 0, value: table(document.into_inner()) })
}

fn table(entries: DeTable<'_>) -> Value {
    let entry = |(key, value): (Spanned<std::borrow::Cow<'_, str>>, Spanned<DeValue<'_>>)| {
        (Key { at: key.span().start, name: key.into_inner().into_owned() }, node(value))
    };
    let mut entries: Vec<_> = entries.into_iter().map(entry).collect();
    entries.sort_by_key(|(key, _)| key.at);
    Value::Table(entries)
}

fn node(value: Spanned<DeValue<'_>>) -> Node {
    let at = value.span().start;
    let value = match value.into_inner() {
        DeValue::Array(items) => Value::List(items.into_iter().map(node).collect()),
        DeValue::Boolean(value) => Value::Bool(value),
        DeValue::Float(number) => number.as_str().parse().map_or(Value::Other, Value::Number),
        DeValue::Integer(number) if number.radix() == 10 => number.as_str().parse().map_or(Value::Other, Value::Number),
        DeValue::String(text) => Value::Text(text.into_owned()),
        DeValue::Table(entries) => table(entries),
        _ => Value::Other,
    };
    Node { at, value }
}
