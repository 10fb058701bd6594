//! The content of a cell: read out of its quotes, and written into them again.

use core::ops::Range;

/// How a cell is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Without quotes.
    Bare,
    /// In quotes, with something behind them.
    Mixed,
    /// In quotes.
    Quoted,
}

/// What the cell `raw` holds, and how it is written.
///
/// What stands behind the closing quote, where RFC 4180 has nothing, belongs to the cell, as most programs read it.
pub(crate) fn read<'c>(raw: &'c [u8], scratch: &'c mut Vec<u8>) -> (Form, &'c [u8]) {
    let Some(mut rest) = raw.strip_prefix(b"\"") else { return (Form::Bare, raw) };
    scratch.clear();
    while let Some(quote) = memchr::memchr(b'"', rest) {
        let (text, behind) = (&rest[..quote], &rest[quote + 1..]);
        if behind.is_empty() && scratch.is_empty() {
            return (Form::Quoted, text);
        }
        scratch.extend_from_slice(text);
        match behind.strip_prefix(b"\"") {
            Some(behind) => {
                scratch.push(b'"');
                rest = behind;
            }
            None => {
                scratch.extend_from_slice(behind);
                return (if behind.is_empty() { Form::Quoted } else { Form::Mixed }, scratch);
            }
        }
    }
    (Form::Mixed, scratch)
}

/// Appends `text` as it is written between quotes.
pub(crate) fn write(text: &[u8], out: &mut Vec<u8>) {
    for part in text.split_inclusive(|byte| *byte == b'"') {
        out.extend_from_slice(part);
        if part.ends_with(b"\"") {
            out.push(b'"');
        }
    }
}

/// The way from places in the content, asked for in their order, to those in the cell as it is written.
pub(crate) struct Origins<'c> {
    form: Form,
    content: &'c [u8],
    length: usize,
    /// How much of the content has been passed, and where that ends in the cell.
    passed: usize,
    raw: usize,
}

impl<'c> Origins<'c> {
    pub(crate) fn of(form: Form, content: &'c [u8], raw: &[u8]) -> Self {
        Self { form, content, length: raw.len(), passed: 0, raw: usize::from(form == Form::Quoted) }
    }

    /// Where `range` of the content is written; in a cell of mixed form that is the whole.
    pub(crate) fn range(&mut self, range: &Range<usize>) -> Range<usize> {
        match self.form {
            Form::Bare => range.clone(),
            Form::Mixed => 0..self.length,
            Form::Quoted => self.place(range.start)..self.place(range.end),
        }
    }

    fn place(&mut self, place: usize) -> usize {
        let between = &self.content[self.passed..place];
        self.raw += between.len() + memchr::memchr_iter(b'"', between).count();
        self.passed = place;
        self.raw
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn cells_are_read_as_they_are_written() {
        for (raw, form, content) in [
            ("", Form::Bare, ""),
            ("a \"b\"", Form::Bare, "a \"b\""),
            ("\"\"", Form::Quoted, ""),
            ("\"a,b\"", Form::Quoted, "a,b"),
            ("\"\"\"a\"\"\"", Form::Quoted, "\"a\""),
            ("\"a\"b\"\"", Form::Mixed, "ab\"\""),
        ] {
            assert_eq!(read(raw.as_bytes(), &mut Vec::new()), (form, content.as_bytes()), "{raw}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(content in "[a\"é,]{0,8}") {
            let mut raw = vec![b'"'];
            write(content.as_bytes(), &mut raw);
            raw.push(b'"');
            let mut scratch = Vec::new();
            prop_assert_eq!(read(&raw, &mut scratch), (Form::Quoted, content.as_bytes()));
            let mut origins = Origins::of(Form::Quoted, content.as_bytes(), &raw);
            for (place, character) in content.char_indices() {
                let written = &raw[origins.range(&(place..place + character.len_utf8()))];
                prop_assert!(written == character.to_string().as_bytes() || (character == '"' && written == b"\"\""));
            }
        }
    }
}
