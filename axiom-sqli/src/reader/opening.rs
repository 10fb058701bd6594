//! How statements open: a verb, and what must stand behind it.

use super::verb::Shape;
use super::{Kind, Operator, Role, Token};

/// What the verb and the tokens behind it look like, for the verbs that this file knows.
pub(super) fn shape(bytes: &[u8], verb: Token, behind: [Option<Token>; 3]) -> Shape {
    let opens = |openings: &Openings| {
        let mut alike = openings.of(bytes[verb.start]).iter();
        alike.any(|(word, next)| is_word(bytes, verb, word) && follows(bytes, next, &behind))
    };
    if opens(&SURE) {
        Shape::Sure
    } else if opens(&MAYBE) {
        Shape::Maybe
    } else {
        Shape::No
    }
}

/// A verb, and what stands behind it.
type Opening = (&'static str, &'static [Next]);

/// Openings, and where those stand whose verb begins with each letter.
struct Openings {
    table: &'static [Opening],
    places: [(usize, usize); 26],
}

impl Openings {
    const fn new(table: &'static [Opening]) -> Self {
        let mut places = [(0, 0); 26];
        let mut place = 0;
        while place < table.len() {
            let (start, end) = &mut places[(table[place].0.as_bytes()[0] - b'a') as usize];
            assert!(*end == 0 || *end == place, "openings of one letter stand together");
            if *end == 0 {
                *start = place;
            }
            place += 1;
            *end = place;
        }
        Self { table, places }
    }

    /// The openings whose verb begins with `first`.
    fn of(&self, first: u8) -> &'static [Opening] {
        let letter = (first | 0x20).wrapping_sub(b'a');
        self.places.get(letter as usize).map_or(&[], |(start, end)| &self.table[*start..*end])
    }
}

/// What stands in one place.
enum Next {
    /// A call: a name is before it.
    Call,
    Comma,
    Equals,
    /// A number, a string, a variable.
    Literal,
    /// A word of any sort.
    Name,
    Open,
    /// The end of the statement.
    Over,
    /// One of these.
    Words(&'static [&'static str]),
}

use Next::{Call, Comma, Equals, Literal, Name, Open, Over, Words};

fn follows(bytes: &[u8], next: &[Next], behind: &[Option<Token>]) -> bool {
    next.iter().zip(behind).all(|(next, token)| next.holds(bytes, *token))
}

impl Next {
    fn holds(&self, bytes: &[u8], token: Option<Token>) -> bool {
        let Some(token) = token else { return matches!(self, Over) };
        match self {
            Call => matches!(token.kind, Kind::Open | Kind::Dot),
            Comma => token.kind == Kind::Comma,
            Equals => token.kind == Kind::Operator(Operator::Compare),
            Literal => token.is_literal(),
            Name => matches!(token.kind, Kind::Word(_)),
            Open => token.kind == Kind::Open,
            Over => token.kind == Kind::Semicolon,
            Words(words) => words.iter().any(|word| is_word(bytes, token, word)),
        }
    }
}

fn is_word(bytes: &[u8], token: Token, word: &str) -> bool {
    matches!(token.kind, Kind::Word(_)) && bytes[token.range()].eq_ignore_ascii_case(word.as_bytes())
}

/// Whether `token` is a sort of thing that is created, altered and dropped.
pub(super) fn is_object(bytes: &[u8], token: Option<Token>) -> bool {
    token.is_some_and(|token| {
        matches!(token.role(), Role::Object | Role::Procedure) || OBJECTS.iter().any(|word| is_word(bytes, token, word))
    })
}

/// Things beside those that the table of words knows.
const OBJECTS: &[&str] = &[
    "aggregate",
    "certificate",
    "collation",
    "directory",
    "endpoint",
    "event",
    "foreign",
    "function",
    "global",
    "materialized",
    "policy",
    "profile",
    "publication",
    "rule",
    "schema",
    "server",
    "subscription",
    "type",
    "user",
];

/// What nobody but a database is told.
static SURE: Openings = Openings::new(&[
    ("analyze", &[Words(&["table"]), Name, Over]),
    ("attach", &[Words(&["database"])]),
    ("attach", &[Literal]),
    ("audit", &[Name, Words(&["on", "by", "table"])]),
    ("backup", &[Words(&["database", "log", "table"])]),
    ("begin", &[Words(&["transaction", "tran", "work", "try", "atomic"])]),
    ("begin", &[Name, Call]),
    ("bulk", &[Words(&["insert"])]),
    ("change", &[Words(&["master", "replication"]), Words(&["to", "source", "filter"])]),
    (
        "comment",
        &[Words(&["on"]), Words(&["table", "column", "database", "schema", "function", "view", "index"]), Name],
    ),
    ("commit", &[Words(&["transaction", "work", "tran", "prepared"])]),
    ("copy", &[Name, Words(&["from", "to"])]),
    ("copy", &[Open]),
    ("dbcc", &[Name]),
    ("deallocate", &[Words(&["all", "prepare"])]),
    ("deny", &[Name, Words(&["on", "to"])]),
    ("detach", &[Words(&["database"])]),
    ("detach", &[Literal]),
    ("discard", &[Words(&["all", "plans", "temp", "temporary", "sequences"]), Over]),
    ("explain", &[Words(&["select", "plan", "extended", "analyze"]), Name]),
    ("explain", &[Words(&["select"]), Literal]),
    ("fetch", &[Words(&["next", "prior", "first", "last", "absolute", "relative"]), Words(&["from"]), Name]),
    ("flashback", &[Words(&["table", "database"]), Name]),
    ("flush", &[Words(&["tables", "table", "privileges", "hosts", "logs", "status", "binary"])]),
    ("get", &[Words(&["diagnostics"])]),
    ("handler", &[Name, Words(&["open", "read", "close"])]),
    ("import", &[Words(&["foreign"]), Words(&["schema"])]),
    ("import", &[Words(&["table"]), Words(&["from"]), Literal]),
    ("install", &[Words(&["plugin", "component", "soname"])]),
    ("kill", &[Literal, Over]),
    ("kill", &[Words(&["query", "connection"]), Literal]),
    ("lock", &[Words(&["table", "tables"]), Name]),
    ("merge", &[Name, Words(&["using"])]),
    ("merge", &[Words(&["into"]), Name]),
    ("notify", &[Name, Comma]),
    ("optimize", &[Words(&["table"]), Name, Over]),
    ("pragma", &[Name, Call]),
    ("pragma", &[Name, Over]),
    ("pragma", &[Name, Equals]),
    ("prepare", &[Name, Words(&["from", "as"])]),
    ("print", &[Literal]),
    ("print", &[Open]),
    ("purge", &[Words(&["table", "index", "recyclebin", "binary"])]),
    ("raiserror", &[Literal]),
    ("raiserror", &[Open]),
    ("reassign", &[Words(&["owned"])]),
    ("reconfigure", &[Over]),
    ("reconfigure", &[Words(&["with"]), Words(&["override"])]),
    ("refresh", &[Words(&["materialized"]), Words(&["view"])]),
    ("reindex", &[Words(&["table", "index", "database", "schema", "system"]), Name]),
    ("rename", &[Words(&["table", "user"]), Name]),
    ("repair", &[Words(&["table"]), Name, Over]),
    ("reset", &[Words(&["master", "slave", "replica"]), Over]),
    ("reset", &[Words(&["query"]), Words(&["cache"])]),
    ("restore", &[Words(&["database", "log", "table"])]),
    ("rollback", &[Words(&["transaction", "work", "tran", "prepared"])]),
    ("savepoint", &[Name, Over]),
    ("security", &[Words(&["label"]), Words(&["on", "for"])]),
    ("signal", &[Words(&["sqlstate"])]),
    ("start", &[Words(&["transaction", "slave", "replica"])]),
    ("stop", &[Words(&["slave", "replica"])]),
    ("table", &[Name, Words(&["limit", "union", "into"])]),
    ("throw", &[Literal, Comma]),
    ("uninstall", &[Words(&["plugin", "component", "soname"])]),
    ("unlock", &[Words(&["tables"])]),
    ("vacuum", &[Words(&["full", "into", "freeze", "verbose"])]),
    ("values", &[Words(&["row"]), Open]),
    ("xa", &[Words(&["start", "begin", "end", "commit", "prepare", "recover", "rollback"])]),
]);

/// What people write, too.
static MAYBE: Openings = Openings::new(&[
    ("abort", &[Over]),
    ("begin", &[Words(&["null", "perform", "raise", "for", "while"])]),
    ("call", &[Name, Over]),
    ("check", &[Words(&["table"]), Name, Over]),
    ("checkpoint", &[Over]),
    ("checksum", &[Words(&["table"]), Name, Over]),
    ("close", &[Name, Over]),
    ("cluster", &[Name, Over]),
    ("commit", &[Over]),
    ("deallocate", &[Name, Over]),
    ("delete", &[Name, Over]),
    ("delete", &[Name, Words(&["where"])]),
    ("desc", &[Name, Over]),
    ("describe", &[Name, Over]),
    ("do", &[Literal]),
    ("do", &[Name, Open]),
    ("do", &[Open]),
    ("explain", &[Name, Over]),
    ("fetch", &[Words(&["next", "prior", "first", "last", "from"])]),
    ("flush", &[Over]),
    ("listen", &[Name, Over]),
    ("noaudit", &[Name]),
    ("notify", &[Name, Over]),
    ("open", &[Name, Over]),
    ("perform", &[Name, Open]),
    ("release", &[Name, Over]),
    ("release", &[Words(&["savepoint"]), Name]),
    ("reset", &[Name, Over]),
    ("rollback", &[Over]),
    ("show", &[Name, Over]),
    ("show", &[Name, Words(&["from", "in", "like", "where", "status", "logs", "for"])]),
    ("show", &[Words(&["create", "full", "global", "session"]), Name]),
    ("table", &[Name, Over]),
    ("truncate", &[Name, Over]),
    ("unlisten", &[Name, Over]),
    ("vacuum", &[Name, Over]),
    ("vacuum", &[Over]),
    ("values", &[Open]),
    ("while", &[Literal]),
    ("while", &[Open]),
]);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keyword;
    use crate::reader::verb::may_begin;

    #[test]
    fn every_verb_is_a_word_that_statements_begin_with() {
        for (verb, _) in SURE.table.iter().chain(MAYBE.table) {
            assert!(may_begin(keyword::role(verb.as_bytes())), "{verb}");
        }
    }

    #[test]
    fn every_opening_is_found_under_its_letter() {
        for openings in [&SURE, &MAYBE] {
            for (verb, _) in openings.table {
                assert!(openings.of(verb.as_bytes()[0].to_ascii_uppercase()).iter().any(|(word, _)| word == verb));
            }
        }
    }
}
