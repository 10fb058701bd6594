//! What a word means in SQL.

use crate::dialect::Dialects;
use crate::eight::Eight;

mod table;

use table::KEYWORDS;

/// The part that a word plays in a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Role {
    /// No keyword: a column, a table, or prose.
    Name,
    /// `asc`, `nulls`: what may follow an expression of `order by`.
    After,
    /// `div`, `collate`, `at`: between two values, for another value.
    Arithmetic,
    As,
    Begin,
    By,
    Call,
    Case,
    /// `like`, `in`, `between`: between two values, for a truth value.
    Compare,
    Create,
    Declare,
    /// A function that waits.
    Delay,
    Delete,
    Drop,
    Else,
    End,
    /// A function or clause whose error tells what it was given.
    Error,
    Exec,
    /// A procedure that runs programs or reaches the network.
    Execute,
    /// A function that reads or writes files.
    File,
    From,
    Function,
    Goto,
    Grant,
    Group,
    Having,
    If,
    /// A function that tells about the server or the session.
    Info,
    Insert,
    Into,
    Join,
    Limit,
    /// `null`, `true`: a value.
    Literal,
    Load,
    Logic,
    Not,
    /// `table`, `database`: what is created and dropped.
    Object,
    On,
    Order,
    Outfile,
    /// `binary`, `distinct`, `exists`: before a value.
    Prefix,
    Procedure,
    Select,
    Set,
    Show,
    /// A shutdown, a kill: statements of one word.
    Shutdown,
    /// A catalogue of tables.
    System,
    Then,
    Truncate,
    Type,
    Union,
    Update,
    Use,
    Values,
    /// `merge`, `copy`, `attach`: other verbs that begin a statement.
    Verb,
    Waitfor,
    When,
    Where,
    With,
}

/// A word of the table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Keyword {
    pub(crate) word: &'static str,
    pub(crate) role: Role,
    pub(crate) dialects: Dialects,
    /// The first eight bytes of the word, as [`Eight::folded`] has them.
    head: u64,
}

impl Keyword {
    const fn new(word: &'static str, role: Role, dialects: Dialects) -> Self {
        Self { word, role, dialects, head: Eight::first_of(word.as_bytes()).folded(word.len()) }
    }

    /// Whether it is the word of `length` bytes that begins with `head` and ends with `tail`, in any case.
    fn is(&self, head: u64, length: usize, tail: &[u8]) -> bool {
        self.head == head && self.word.len() == length && (tail.is_empty() || self.has_tail(tail))
    }

    #[inline(never)]
    fn has_tail(&self, tail: &[u8]) -> bool {
        self.word.as_bytes()[8..].eq_ignore_ascii_case(tail)
    }
}

/// The role of a word, in any case.
pub(crate) fn role(word: &[u8]) -> Role {
    find(word).map_or(Role::Name, |keyword| keyword.role)
}

/// The role of a word of at most eight bytes, which are the first of `eight`.
#[inline]
pub(crate) fn role_of_short(eight: Eight, length: usize) -> Role {
    search(eight.folded(length), length, &[]).map_or(Role::Name, |keyword| keyword.role)
}

/// The role of a word between quotation marks: a name, but a known one.
pub(crate) fn role_of_name(word: &[u8]) -> Role {
    match find(word) {
        // Other bytes than a word's may stand between the marks.
        Some(keyword) if keyword.word.as_bytes().eq_ignore_ascii_case(word) && keyword.role == Role::System => {
            Role::System
        }
        _ => Role::Name,
    }
}

/// The entry of a word of letters, digits, `_` and `$`, in any case.
pub(crate) fn find(word: &[u8]) -> Option<&'static Keyword> {
    search(Eight::first_of(word).folded(word.len()), word.len(), word.get(8..).unwrap_or_default())
}

#[inline]
fn search(head: u64, length: usize, tail: &[u8]) -> Option<&'static Keyword> {
    let mut slot = slot(head, length);
    loop {
        let keyword = KEYWORDS.get(SLOTS[slot] as usize)?;
        if keyword.is(head, length, tail) {
            return Some(keyword);
        }
        slot = (slot + 1) % SIZE;
    }
}

/// Where the search for a word begins.
#[inline]
const fn slot(head: u64, length: usize) -> usize {
    ((head ^ length as u64).wrapping_mul(SPREAD) >> (64 - SIZE.trailing_zeros())) as usize
}

/// 2^64 over the golden ratio: its product spreads words that differ in a letter all over the slots.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;
const SIZE: usize = 4096;
/// The place of no word.
const EMPTY: u16 = u16::MAX;

/// The places of the words in the table, by hash, with open addressing.
static SLOTS: [u16; SIZE] = {
    let mut slots = [EMPTY; SIZE];
    let mut place = 0;
    while place < KEYWORDS.len() {
        let keyword = &KEYWORDS[place];
        let mut slot = slot(keyword.head, keyword.word.len());
        while slots[slot] != EMPTY {
            slot = (slot + 1) % SIZE;
        }
        slots[slot] = place as u16;
        place += 1;
    }
    slots
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_the_table_is_found_in_any_case() {
        for keyword in &KEYWORDS {
            assert_eq!(role(keyword.word.to_ascii_uppercase().as_bytes()), keyword.role, "{}", keyword.word);
        }
    }

    #[test]
    fn other_words_are_names() {
        for word in ["", "a", "unions", "selec", "tablet", "grüße"] {
            assert_eq!(role(word.as_bytes()), Role::Name, "{word}");
        }
    }
}
