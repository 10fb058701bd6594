//! Every text of a JSON document: the arguments of a tool call, the parameters of a query, the rows of an answer.

use serde_json::Value;

use crate::report::Report;
use crate::rule::Mode;
use crate::scan::scan;

/// A text of a document, and what its scan tells.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Located {
    /// JSON Pointer (RFC 6901) of the text; of a key, that of its member.
    pub pointer: String,
    /// Whether the text is a key.
    pub is_key: bool,
    /// What the scan tells.
    pub report: Report,
}

/// Scans every string and every key of `document`; what has no sign of an attack is left out.
///
/// ```
/// use axiom_sqli::{Mode, scan_json};
///
/// let call = serde_json::json!({"table": "users", "filters": [{"name": "x' or '1'='1"}]});
/// let found = scan_json(&call, Mode::Field);
/// assert_eq!(found.len(), 1);
/// assert_eq!(found[0].pointer, "/filters/0/name");
/// assert!(found[0].report.is_blocked());
/// ```
#[must_use]
pub fn scan_json(document: &Value, mode: Mode) -> Vec<Located> {
    let mut found = Vec::new();
    // A stack of our own: a document may nest deeper than a thread's stack.
    let mut left = vec![(String::new(), document)];
    while let Some((pointer, value)) = left.pop() {
        match value {
            Value::String(text) => add(&mut found, pointer, text, false, mode),
            Value::Array(items) => {
                left.extend(items.iter().enumerate().rev().map(|(place, item)| (format!("{pointer}/{place}"), item)));
            }
            Value::Object(members) => {
                for (key, _) in members {
                    add(&mut found, below(&pointer, key), key, true, mode);
                }
                left.extend(members.iter().rev().map(|(key, member)| (below(&pointer, key), member)));
            }
            _ => {}
        }
    }
    found
}

fn add(found: &mut Vec<Located>, pointer: String, text: &str, is_key: bool, mode: Mode) {
    let report = scan(text, mode);
    if report.score > 0.0 {
        found.push(Located { pointer, is_key, report });
    }
}

fn below(pointer: &str, key: &str) -> String {
    format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_scanned_and_pointers_escaped() {
        let document = serde_json::json!({"a/b": [1, null, "1 or 1=1"], "1 union select 2": "x", "c": "plain"});
        let found = scan_json(&document, Mode::Field);
        let places: Vec<_> = found.iter().map(|located| (located.pointer.as_str(), located.is_key)).collect();
        assert_eq!(places, [("/1 union select 2", true), ("/a~1b/2", false)]);
    }

    #[test]
    fn depth_is_no_matter() {
        let mut document = Value::String("1 or 1=1".into());
        for _ in 0..2000 {
            document = Value::Array(vec![document]);
        }
        assert_eq!(scan_json(&document, Mode::Field).len(), 1);
    }
}
