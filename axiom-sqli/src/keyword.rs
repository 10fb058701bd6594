//! What a word means in SQL.

use crate::dialect::Dialects;

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
}

/// The role of a word, in any case.
pub(crate) fn role(word: &[u8]) -> Role {
    find(word).map_or(Role::Name, |keyword| keyword.role)
}

/// The role of a word between quotation marks: a name, but a known one.
pub(crate) fn role_of_name(word: &[u8]) -> Role {
    match role(word) {
        Role::System => Role::System,
        _ => Role::Name,
    }
}

/// The entry of a word, in any case.
pub(crate) fn find(word: &[u8]) -> Option<&'static Keyword> {
    let [first, second, ..] = *word else { return None };
    if word.len() > LONGEST || LENGTHS[pair(first, second)] >> word.len() & 1 == 0 {
        return None;
    }
    let mut slot = slot(word);
    loop {
        let place = SLOTS[slot];
        if place == EMPTY {
            return None;
        }
        let keyword = &KEYWORDS[place as usize];
        if keyword.word.as_bytes().eq_ignore_ascii_case(word) {
            return Some(keyword);
        }
        slot = (slot + 1) % SIZE;
    }
}

/// Two letters as a number.
const fn pair(first: u8, second: u8) -> usize {
    ((first & 31) as usize) << 5 | (second & 31) as usize
}

/// For the first two letters, the lengths of the words that begin with them: most words of prose are none of these.
static LENGTHS: [u64; 1024] = {
    let mut lengths = [0; 1024];
    let mut place = 0;
    while place < KEYWORDS.len() {
        let word = KEYWORDS[place].word.as_bytes();
        lengths[pair(word[0], word[1])] |= 1 << word.len();
        place += 1;
    }
    lengths
};

/// Where the search for a word begins.
const fn slot(word: &[u8]) -> usize {
    let last = word.len() - 1;
    let first = (word[0] | 0x20) as usize;
    let second = (word[1] | 0x20) as usize;
    let middle = (word[last / 2] | 0x20) as usize;
    let end = (word[last] | 0x20) as usize;
    (first * 31 + second * 131 + middle * 613 + end * 257 + word.len() * 1021) % SIZE
}

const SIZE: usize = 4096;
const EMPTY: u16 = u16::MAX;

/// The places of the words in the table, by hash, with open addressing.
static SLOTS: [u16; SIZE] = {
    let mut slots = [EMPTY; SIZE];
    let mut place = 0;
    while place < KEYWORDS.len() {
        let mut slot = slot(KEYWORDS[place].word.as_bytes());
        while slots[slot] != EMPTY {
            slot = (slot + 1) % SIZE;
        }
        slots[slot] = place as u16;
        place += 1;
    }
    slots
};

const LONGEST: usize = {
    let (mut longest, mut place) = (0, 0);
    while place < KEYWORDS.len() {
        if KEYWORDS[place].word.len() > longest {
            longest = KEYWORDS[place].word.len();
        }
        place += 1;
    }
    longest
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
