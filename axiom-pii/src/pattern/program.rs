//! From an expression to a program of bounded size, and from that to matches in linear time.

use core::ops::Range;

use regex_automata::meta::{BuildError, Config, Regex};
use regex_automata::{Input, MatchKind, PatternID, PatternSet};
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

/// Tells `found` the matches in `text`, from left to right.
///
/// One search may have to look at all that follows before it knows a short match, and the next one again. So each sees a
/// window: it reaches as far as the longest match from where the last one ended, and widens while there is none.
pub(crate) fn each_match(regex: &Regex, longest: usize, text: &str, found: impl FnMut(Range<usize>)) {
    each_match_within(regex, longest, WIDE, text, found);
}

/// The same with windows that are as wide as the longest match and `wide` at most.
fn each_match_within(regex: &Regex, longest: usize, wide: usize, text: &str, mut found: impl FnMut(Range<usize>)) {
    let (mut at, mut window) = (0, wide);
    while at < text.len() {
        let end = text.len().min(at + window + longest);
        let known = if end == text.len() { end } else { end - longest };
        match regex.search(&Input::new(text).span(at..end)) {
            // What begins where all of it is seen is as in the whole text.
            Some(matched) if matched.start() < known => {
                found(matched.range());
                (at, window) = (matched.end(), longest);
            }
            _ => (at, window) = (boundary(text, known), wide.min(window * 2)),
        }
    }
}

/// The last character boundary up to `place`, which is one itself or lies inside a character.
fn boundary(text: &str, place: usize) -> usize {
    (0..=place).rev().find(|&place| text.is_char_boundary(place)).unwrap_or_default()
}

/// Programs that are asked together which of them match at all.
#[derive(Debug)]
pub(crate) struct Whole {
    regex: Regex,
}

impl Whole {
    /// All of the expressions; `None` where they are too large together.
    pub(crate) fn of(expressions: &[&Hir]) -> Option<Self> {
        let config = config(ALL_PROGRAMS).match_kind(MatchKind::All);
        Some(Self { regex: Regex::builder().configure(config).build_many_from_hir(expressions).ok()? })
    }

    /// Which of them, by their place, match somewhere in `text`.
    pub(crate) fn matching(&self, text: &str) -> impl Fn(usize) -> bool {
        let mut set = PatternSet::new(self.regex.pattern_len());
        self.regex.which_overlapping_matches(&Input::new(text), &mut set);
        move |place| PatternID::new(place).is_ok_and(|id| set.contains(id))
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
pub(super) const LONGEST: usize = 4096;
/// The shortest window.
pub(super) const SHORTEST: usize = 64;
/// The widest window.
const WIDE: usize = 1 << 16;

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
            let mut seen = Vec::new();
            each_match_within(&regex, longest, wide, &text, |range| seen.push(range));
            let whole: Vec<_> = regex.find_iter(&text).map(|found| found.range()).collect();
            prop_assert_eq!(seen, whole, "{}", expression);
        }

        #[test]
        fn endless_matches_come_in_pieces_without_a_gap(length in 0usize..20_000) {
            let text = "é".repeat(length);
            let regex = compile(&read("é+").unwrap()).unwrap();
            let mut end = 0;
            each_match(&regex, LONGEST, &text, |range| {
                assert_eq!(range.start, end);
                end = range.end;
            });
            prop_assert_eq!(end, text.len());
        }

        #[test]
        fn no_expression_makes_reading_panic(expression in "\\PC{0,40}") {
            if let Ok(hir) = read(&expression) {
                let _ = compile(&hir);
            }
        }
    }
}
