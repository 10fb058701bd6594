//! From an expression to a program of bounded size, and from that to matches in linear time.

use core::ops::Range;

use regex_automata::meta::{BuildError, Config, Regex};
use regex_automata::nfa::thompson::WhichCaptures;
use regex_automata::{Input, PatternID};
use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Hir, Look};

/// Reads an expression, within bounds.
pub(crate) fn read(expression: &str) -> Result<Hir, String> {
    if expression.len() > LONGEST_EXPRESSION {
        return Err(format!("it has more than {LONGEST_EXPRESSION} bytes"));
    }
    let hir = ParserBuilder::new().nest_limit(NESTING).build().parse(expression).map_err(|error| reason(&error))?;
    match hir.properties().minimum_len() {
        Some(0) => Err("it matches the empty text".into()),
        None => Err("it matches no text".into()),
        Some(_) => Ok(hir),
    }
}

/// What is wrong, without the expression itself.
fn reason(error: &regex_syntax::Error) -> String {
    match error {
        regex_syntax::Error::Parse(error) => error.kind().to_string(),
        regex_syntax::Error::Translate(error) => error.kind().to_string(),
        _ => "it is no regular expression".into(),
    }
}

/// The expression between two places where no letter, digit or underscore of ASCII stands.
pub(crate) fn whole_words(hir: Hir) -> Hir {
    Hir::concat(vec![Hir::look(Look::WordStartHalfAscii), hir, Hir::look(Look::WordEndHalfAscii)])
}

/// The expression for a whole text.
pub(crate) fn whole_text(hir: Hir) -> Hir {
    Hir::concat(vec![Hir::look(Look::Start), hir, Hir::look(Look::End)])
}

/// The program of one expression.
pub(crate) fn compile(hir: &Hir) -> Result<Regex, String> {
    Regex::builder().configure(config(PROGRAM)).build_from_hir(hir).map_err(|error| too_large(&error))
}

fn config(size: usize) -> Config {
    Config::new().nfa_size_limit(Some(size)).hybrid_cache_capacity(CACHE).utf8_empty(true)
}

fn too_large(error: &BuildError) -> String {
    match error.size_limit() {
        Some(limit) => format!("it is larger than {} KiB when compiled", limit / 1024),
        None => "it cannot be compiled".into(),
    }
}

/// The group that is the value.
pub(crate) fn value_group(regex: &Regex) -> Option<usize> {
    regex.group_info().to_index(PatternID::ZERO, "value")
}

/// A search from left to right.
///
/// A program may have to look at all that follows before it knows a short match, and for the next one again. So it sees a
/// window: that reaches as far as the longest match from where the last one ended, and widens while there is none.
#[derive(Debug, Clone)]
pub(crate) struct Search {
    at: usize,
    window: usize,
    /// The widest window.
    wide: usize,
}

impl Search {
    pub(crate) const fn new() -> Self {
        Self { at: 0, window: WIDE, wide: WIDE }
    }

    /// Passes over what lies before `place`.
    pub(crate) fn skip_to(&mut self, place: usize) {
        self.at = self.at.max(place);
    }

    /// The next match that begins before `before`; of matches that are longer than `longest`, a piece.
    pub(crate) fn next(&mut self, regex: &Regex, longest: usize, text: &str, before: usize) -> Option<Range<usize>> {
        while self.at < before {
            // What begins before `reach` is seen whole.
            let reach = before.min(self.at + self.window);
            let end = text.len().min(reach + longest);
            match regex.search(&Input::new(text).span(self.at..end)) {
                Some(matched) if matched.start() < reach => {
                    (self.at, self.window) = (matched.end(), longest.min(self.wide));
                    return Some(matched.range());
                }
                _ => (self.at, self.window) = (boundary(text, reach), self.wide.min(self.window * 2)),
            }
        }
        None
    }
}

/// The first character boundary from `place` on; no match begins inside a character.
fn boundary(text: &str, place: usize) -> usize {
    (place..text.len()).find(|&place| text.is_char_boundary(place)).unwrap_or(text.len())
}

/// The longest match that is looked for, in bytes.
pub(crate) fn longest(hir: &Hir) -> usize {
    hir.properties().maximum_len().unwrap_or(LONGEST).clamp(SHORTEST, LONGEST)
}

/// The expressions in one program, which tells where any of them matches.
#[derive(Debug)]
pub(crate) struct Whole {
    regex: Regex,
    longest: usize,
}

impl Whole {
    /// All of the expressions; `None` where they are too large together.
    pub(crate) fn of(expressions: &[&Hir]) -> Option<Self> {
        let config = config(ALL_PROGRAMS).which_captures(WhichCaptures::Implicit);
        let regex = Regex::builder().configure(config).build_many_from_hir(expressions).ok()?;
        Some(Self { regex, longest: expressions.iter().map(|hir| longest(hir)).max().unwrap_or(SHORTEST) })
    }

    /// Tells `found` blocks of `text`, from left to right, outside of which nothing begins to match.
    pub(crate) fn each_block(&self, text: &str, mut found: impl FnMut(Range<usize>)) {
        let mut search = Search::new();
        while let Some(matched) = search.next(&self.regex, self.longest, text, text.len()) {
            let end = boundary(text, matched.start + BLOCK);
            found(matched.start..end);
            (search.at, search.window) = (end, BLOCK);
        }
    }
}

/// The longest expression, in bytes.
const LONGEST_EXPRESSION: usize = 4096;
/// How deep its groups go.
const NESTING: u32 = 64;
/// The largest program, in bytes.
const PROGRAM: usize = 1 << 20;
/// The largest one of all expressions together.
const ALL_PROGRAMS: usize = 8 << 20;
/// How much of a program's automaton is kept, in bytes, for each thread that scans.
const CACHE: usize = 2 << 20;
/// The longest match, in bytes.
const LONGEST: usize = 4096;
/// The shortest window.
const SHORTEST: usize = 64;
/// The widest window.
const WIDE: usize = 1 << 16;
/// How far every expression is looked for from where one of them matches.
const BLOCK: usize = 512;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Expressions, and the longest text that each matches.
    const EXPRESSIONS: [(&str, usize); 6] = [
        ("[ab]{1,8}c|[ab]", 9),
        (r"\b[a-c]{2,5}\b", 5),
        ("a|ab|abc", 3),
        ("é{1,4}b?", 9),
        ("(?s:..)c", 9),
        ("[^a]{3}$", 12),
    ];

    proptest! {
        #[test]
        fn windows_do_not_change_what_matches(text in "[abcé \n]{0,200}", wide in 8usize..40, place in 0..EXPRESSIONS.len()) {
            let (expression, longest) = EXPRESSIONS[place];
            let regex = compile(&read(expression).unwrap()).unwrap();
            let mut search = Search { at: 0, window: wide, wide };
            let seen: Vec<_> = core::iter::from_fn(|| search.next(&regex, longest, &text, text.len())).collect();
            let whole: Vec<_> = regex.find_iter(&text).map(|found| found.range()).collect();
            prop_assert_eq!(seen, whole, "{}", expression);
        }

        #[test]
        fn endless_matches_come_in_pieces_without_a_gap(length in 0usize..20_000) {
            let text = "é".repeat(length);
            let regex = compile(&read("é+").unwrap()).unwrap();
            let mut search = Search::new();
            let mut end = 0;
            while let Some(range) = search.next(&regex, LONGEST, &text, text.len()) {
                prop_assert_eq!(range.start, end);
                end = range.end;
            }
            prop_assert_eq!(end, text.len());
        }

        #[test]
        fn blocks_do_not_change_what_matches(parts in prop::collection::vec("[abcé \\n]{0,6}|x{300}|y{700}", 0..20)) {
            let text = parts.concat();
            let hirs = EXPRESSIONS.map(|(expression, _)| read(expression).unwrap());
            let whole = Whole::of(&hirs.iter().collect::<Vec<_>>()).unwrap();
            for (hir, (expression, _)) in hirs.iter().zip(EXPRESSIONS) {
                let regex = compile(hir).unwrap();
                let (mut search, mut seen) = (Search::new(), Vec::new());
                whole.each_block(&text, |block| {
                    search.skip_to(block.start);
                    while let Some(range) = search.next(&regex, longest(hir), &text, block.end) {
                        seen.push(range);
                    }
                });
                let all: Vec<_> = regex.find_iter(&text).map(|found| found.range()).collect();
                prop_assert_eq!(seen, all, "{}", expression);
            }
        }

        #[test]
        fn no_expression_makes_reading_panic(expression in "\\PC{0,40}") {
            if let Ok(hir) = read(&expression) {
                let _ = compile(&hir);
            }
        }
    }
}
