//! Where in the host's statement the input may stand.

use crate::class::{Class, class};
use crate::eight::find;
use crate::keyword::{self, Role};

/// A place in the host's statement, and where the input becomes code in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Context {
    /// The quotation mark that the host opened, or 0 where the input stands bare.
    pub(crate) quote: u8,
    /// Behind the mark that ends the host's string; 0 for bare input.
    pub(crate) code: usize,
    /// Whether the mark looks like one of prose: a blank before it, a letter behind it.
    pub(crate) opens_quotation: bool,
    /// Whether the input begins with the mark.
    pub(crate) begins: bool,
    /// Whether no more than one word stands before the mark.
    pub(crate) short_prefix: bool,
}

impl Context {
    pub(crate) const BARE: Self = Self { quote: 0, code: 0, opens_quotation: false, begins: true, short_prefix: true };

    /// The reading in which the host's string is in marks of `quote`, none of which stands before `from`; `None` where
    /// the input never ends it.
    pub(crate) fn quoted(input: &[u8], quote: u8, mut from: usize) -> Option<Self> {
        loop {
            let mark = find(input, from, [quote])?;
            let next = input.get(mark + 1).copied().unwrap_or(b' ');
            if next == quote && !input[mark + 2..].is_empty() {
                // Two marks stand for one, unless the second begins a string of the attacker's own.
                from = mark + 2;
                if find(input, from, [quote]).is_some() {
                    continue;
                }
            }
            if is_apostrophe(input, mark) {
                from = mark + 1;
                continue;
            }
            let prefix = &input[..mark];
            let blank_before =
                prefix.last().is_none_or(|byte| class(*byte) == Class::Blank || b"([{<=,:".contains(byte));
            let words = words(prefix);
            return Some(Self {
                quote,
                code: mark + 1,
                opens_quotation: blank_before && class(next) != Class::Blank,
                begins: words == 0,
                short_prefix: words <= 1,
            });
        }
    }

    /// Whether one word stands before the mark, and touches it.
    pub(crate) fn is_one_word(&self, input: &[u8]) -> bool {
        let touches = |byte: &u8| byte.is_ascii_alphanumeric() || b")%".contains(byte);
        self.short_prefix && !self.is_bare() && input[..self.code - 1].last().is_some_and(touches)
    }

    pub(crate) const fn is_bare(&self) -> bool {
        self.quote == 0
    }
}

/// Whether the mark stands within a word: `O'Brien`, `don't`; `a'or'1` has an operator behind it.
fn is_apostrophe(input: &[u8], mark: usize) -> bool {
    let letter = |byte: Option<&u8>| byte.is_some_and(|byte| class(*byte) == Class::Letter);
    let before = mark.checked_sub(1).and_then(|at| input.get(at));
    if input[mark] != b'\'' || !letter(before) || !letter(input.get(mark + 1)) {
        return false;
    }
    let rest = &input[mark + 1..];
    if rest.starts_with("\u{a0}".as_bytes()) {
        return false;
    }
    let end = rest.iter().position(|byte| class(*byte) != Class::Letter).unwrap_or(rest.len());
    keyword::role(&rest[..end]) == Role::Name
}

/// How many words there are, up to two.
pub(crate) fn words(text: &[u8]) -> usize {
    let blank = |byte: &u8| class(*byte) == Class::Blank;
    let Some(start) = text.iter().position(|byte| !blank(byte)) else {
        return 0;
    };
    let rest = &text[start..];
    match rest.iter().position(blank) {
        Some(end) if rest[end..].iter().any(|byte| !blank(byte)) => 2,
        _ => 1,
    }
}
