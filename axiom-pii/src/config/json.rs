//! JSON (RFC 8259), with places.

use super::node::{Fault, Key, Node, Value};

/// The nodes of a document.
pub(super) fn read(text: &str) -> Result<Node, Fault> {
    let mut reader = Reader { text, at: 0, depth: 0 };
    let node = reader.node()?;
    match reader.next() {
        None => Ok(node),
        Some(_) => Err(reader.fault("expected nothing more")),
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl Reader<'_> {
    /// The next byte that is no white space.
    fn next(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = bytes.get(self.at) {
            self.at += 1;
        }
        bytes.get(self.at).copied()
    }

    fn node(&mut self) -> Result<Node, Fault> {
        let first = self.next();
        let at = self.at;
        let value = match first {
            Some(b'"') => Value::Text(self.string()?),
            Some(b'{') => Value::Table(self.nested(Self::entries)?),
            Some(b'[') => Value::List(self.nested(Self::items)?),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(_) => self.word()?,
            None => return Err(self.fault("expected a value, not the end")),
        };
        Ok(Node { at, value })
    }

    /// What stands between brackets, which are one level more.
    fn nested<T>(&mut self, inner: impl FnOnce(&mut Self) -> Result<T, Fault>) -> Result<T, Fault> {
        if self.depth == DEEPEST {
            return Err(self.fault("nested too deep"));
        }
        self.at += 1;
        self.depth += 1;
        let value = inner(self)?;
        self.depth -= 1;
        Ok(value)
    }

    fn items(&mut self) -> Result<Vec<Node>, Fault> {
        let mut items = Vec::new();
        while !self.ends(b']', items.is_empty(), "expected `,` or `]`")? {
            items.push(self.node()?);
        }
        Ok(items)
    }

    fn entries(&mut self) -> Result<Vec<(Key, Node)>, Fault> {
        let mut entries: Vec<(Key, Node)> = Vec::new();
        while !self.ends(b'}', entries.is_empty(), "expected `,` or `}`")? {
            if self.next() != Some(b'"') {
                return Err(self.fault("expected a key in quotes"));
            }
            let at = self.at;
            let name = self.string()?;
            if entries.iter().any(|(known, _)| known.name == name) {
                return Err(Fault::of_syntax(at, "duplicate key"));
            }
            if self.next() != Some(b':') {
                return Err(self.fault("expected `:`"));
            }
            self.at += 1;
            entries.push((Key { at, name }, self.node()?));
        }
        Ok(entries)
    }

    /// Whether `end` comes next; before every item but the first one stands a comma.
    fn ends(&mut self, end: u8, first: bool, expected: &str) -> Result<bool, Fault> {
        match self.next() {
            Some(byte) if byte == end => self.at += 1,
            Some(b',') if !first => {
                self.at += 1;
                return Ok(false);
            }
            Some(_) if first => return Ok(false),
            _ => return Err(self.fault(expected)),
        }
        Ok(true)
    }

    fn string(&mut self) -> Result<String, Fault> {
        let bytes = self.text.as_bytes();
        let mut end = self.at + 1;
        while bytes.get(end).is_some_and(|&byte| byte != b'"') {
            end += if bytes[end] == b'\\' { 2 } else { 1 };
        }
        let string = self.text.get(self.at..=end).ok_or_else(|| self.fault("the text has no end"))?;
        let read = serde_json::from_str(string)
            .map_err(|_| self.fault("the text has a control character or a wrong escape"))?;
        self.at = end + 1;
        Ok(read)
    }

    fn number(&mut self) -> Result<Value, Fault> {
        let part = |byte: &&u8| matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9');
        let length = self.text.as_bytes()[self.at..].iter().take_while(part).count();
        let number =
            serde_json::from_str(&self.text[self.at..self.at + length]).map_err(|_| self.fault("no number"))?;
        self.at += length;
        Ok(Value::Number(number))
    }

    fn word(&mut self) -> Result<Value, Fault> {
        let words = [("true", Value::Bool(true)), ("false", Value::Bool(false)), ("null", Value::Other)];
        let rest = &self.text[self.at..];
        let Some((word, value)) = words.into_iter().find(|(word, _)| rest.starts_with(word)) else {
            return Err(self.fault("expected a value"));
        };
        self.at += word.len();
        Ok(value)
    }

    fn fault(&self, problem: &str) -> Fault {
        Fault::of_syntax(self.at, problem)
    }
}

/// How deep lists and tables stand in each other; no setting needs more than four levels.
const DEEPEST: usize = 16;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Whether the nodes are what `serde_json` reads.
    fn agrees(node: &Node, value: &serde_json::Value) -> bool {
        match (&node.value, value) {
            (Value::Bool(a), serde_json::Value::Bool(b)) => a == b,
            (Value::List(a), serde_json::Value::Array(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| agrees(a, b))
            }
            (Value::Number(a), b) => b.as_f64() == Some(*a),
            (Value::Other, b) => b.is_null(),
            (Value::Table(a), serde_json::Value::Object(b)) => {
                a.len() == b.len() && a.iter().all(|(key, a)| b.get(&key.name).is_some_and(|b| agrees(a, b)))
            }
            (Value::Text(a), b) => b.as_str() == Some(a),
            _ => false,
        }
    }

    proptest! {
        #[test]
        fn agrees_with_serde_json(text in r#"([\[\]{},: ]|"a"|"b\\n"|"é"|"\\u0041"|true|null|-?[0-9]{1,2}|1.5|1e2|"|x){0,24}"#) {
            let oracle: Result<serde_json::Value, _> = serde_json::from_str(&text);
            match (read(&text), oracle) {
                (Ok(node), Ok(value)) => prop_assert!(agrees(&node, &value)),
                (Err(fault), Ok(_)) => prop_assert_eq!(fault.problem, "duplicate key"),
                (Ok(_), Err(error)) => prop_assert!(false, "{} {}", text, error),
                (Err(fault), Err(_)) => prop_assert!(fault.at <= text.len()),
            }
        }
    }

    #[test]
    fn depth_is_bounded() {
        assert!(
            read(&"[".repeat(100_000)).is_err_and(|fault| fault.problem == "nested too deep" && fault.at == DEEPEST)
        );
        assert!(read(&format!("{}{}", "[".repeat(DEEPEST), "]".repeat(DEEPEST))).is_ok());
    }
}
