//! Object keys in printable ASCII.

use core::fmt::Write as _;
use std::borrow::Cow;

use axiom_core::Object;

/// `key` as JSON writes it between quotes, in ASCII; the empty key, which cannot be stored, as the two quotes.
///
/// Different keys give different texts.
pub(super) fn escaped(key: &str) -> Cow<'_, str> {
    if key.is_empty() {
        return Cow::Borrowed("\"\"");
    }
    if key.bytes().all(|byte| matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\') {
        return Cow::Borrowed(key);
    }
    let mut text = String::with_capacity(key.len() + 16);
    for unit in key.encode_utf16() {
        match u8::try_from(unit) {
            Ok(byte @ (b'"' | b'\\')) => text.extend(['\\', byte.into()]),
            Ok(byte @ b' '..=b'~') => text.push(byte.into()),
            _ => write!(text, "\\u{unit:04x}").expect("a String takes every character"),
        }
    }
    Cow::Owned(text)
}

/// `key`, or, where `object` has it already, `key` with a number.
pub(super) fn free_in(object: &Object, key: String) -> String {
    if object.get(&key).is_none() {
        return key;
    }
    let mut number = object.len();
    loop {
        number += 1;
        let numbered = format!("{key}#{number}");
        if object.get(&numbered).is_none() {
            return numbered;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_printable_ascii_is_escaped_as_json_does() {
        for (key, text) in [
            ("aws:SourceIp", "aws:SourceIp"),
            ("", "\"\""),
            ("größe", "gr\\u00f6\\u00dfe"),
            ("😀\n", "\\ud83d\\ude00\\u000a"),
            ("a\\u00f6", "a\\\\u00f6"),
            ("\"\"", "\\\"\\\""),
        ] {
            assert_eq!(escaped(key), text);
        }
    }

    #[test]
    fn an_escaped_key_is_the_same_key_to_a_json_parser() {
        for key in ["größe", "😀\n\t\u{7f}\0", "a\\u00f6\"", "plain"] {
            let json = format!("\"{}\"", escaped(key));
            assert_eq!(serde_json::from_str::<String>(&json).unwrap(), key);
        }
    }

    #[test]
    fn a_key_that_is_taken_gets_a_number() {
        let mut object = Object::new();
        for _ in 0..3 {
            let key = free_in(&object, "a".into());
            object.insert(key, 1).unwrap();
        }
        assert_eq!(object.keys().collect::<Vec<_>>(), ["a", "a#2", "a#3"]);
    }
}
