//! Patterns of the host's own: regular expressions.

mod program;

use core::ops::Range;

use regex_automata::meta::Regex;
use regex_automata::{Anchored, Input};
use regex_syntax::hir::Hir;

pub(crate) use self::program::{Search, Whole};
use crate::boundary::stands_whole;
use crate::error::Error;
use crate::validator::Validator;
use crate::worth::Worth;

/// A type of the host's own by what its values look like.
///
/// ```
/// use axiom_pii::{Pattern, Scanner};
///
/// let employee = Pattern::new("employee_id", r"EMP-\d{6}").score(0.4).context(["employee", "staff"]);
/// let member = Pattern::new("member_id", r"member:(?<value>\d{10})").validator("luhn");
/// let scanner = Scanner::builder().pattern(employee).pattern(member).build()?;
///
/// let redacted = scanner.redact("Staff: EMP-004211, member:7992739871, member:1234567897", &mut Vec::new());
/// assert_eq!(redacted, "Staff: [REDACTED:employee_id], member:7992739871, member:[REDACTED:member_id]");
/// # Ok::<(), axiom_pii::Error>(())
/// ```
///
/// # The expression
///
/// The syntax is that of the [`regex`](https://docs.rs/regex/latest/regex/#syntax) crate, without back references and
/// look-around; Unicode classes are those of Perl (`\d`, `\s`, `\w`) and of the general categories (`\p{Lu}`). Where it has
/// a group named `value`, the value is what that captures, and otherwise the whole match.
///
/// It reads the text as it came and once more as it looks (full-width digits, invisible characters), like the rules of
/// the catalogue.
///
/// # Limits
///
/// An expression has 4096 bytes at most, and a mebibyte when it is compiled; that is room for a class of all letters some
/// thirty times. It does not match the empty text. A match is 4096 bytes long at most; a longer one comes in pieces.
///
/// Time grows linearly with the text whatever the expression is, but an expression made to be slow
/// (`[ab]*a[ab]{1000}c`) costs seconds a megabyte: take expressions from those whom you trust with a processor.
#[derive(Debug, Clone)]
#[must_use]
pub struct Pattern {
    pub(crate) name: String,
    pub(crate) expression: String,
    pub(crate) worth: Worth,
    partial: bool,
    validator: Option<String>,
}

impl Pattern {
    /// The score unless the host sets another.
    pub const SCORE: f32 = 0.8;

    /// Values of type `name` that match `expression`.
    pub fn new(name: impl Into<String>, expression: impl Into<String>) -> Self {
        let worth = Worth::new(Self::SCORE);
        Self { name: name.into(), expression: expression.into(), worth, partial: false, validator: None }
    }

    /// What a match is worth without a label, from 0.0 to 1.0; a label adds 0.4.
    ///
    /// Below the minimum score, a match is reported beside a label only.
    pub fn score(mut self, score: f32) -> Self {
        self.worth.score = score;
        self
    }

    /// Words and phrases that make a match near them more likely, as labels do for the types of the catalogue.
    pub fn context<T: Into<String>>(mut self, words: impl IntoIterator<Item = T>) -> Self {
        self.worth.label(None, words);
        self
    }

    /// Words and phrases that count where `language` (ISO 639-1) is read;
    /// see [`ScannerBuilder::languages`](crate::ScannerBuilder::languages).
    pub fn context_in<T: Into<String>>(mut self, language: &str, words: impl IntoIterator<Item = T>) -> Self {
        self.worth.label(Some(language), words);
        self
    }

    /// Finds values inside longer words too; otherwise no letter, digit or underscore may touch a match.
    pub const fn partial(mut self) -> Self {
        self.partial = true;
        self
    }

    /// Reports only what satisfies a rule: a function of [`checksum`](crate::checksum) or [`number`](crate::number), by its
    /// name.
    ///
    /// The rule sees the value without spaces, hyphens, dots and slashes, in the case it has or in upper case.
    pub fn validator(mut self, name: impl Into<String>) -> Self {
        self.validator = Some(name.into());
        self
    }

    /// Checks it and makes it ready.
    pub(crate) fn compile(&self) -> Result<Program, Error> {
        let validator = self.validator.as_deref().map(Validator::named).transpose()?;
        let hir = program::read(&self.expression).map_err(|reason| self.refused(reason))?;
        let hir = if self.partial { hir } else { program::whole_words(hir) };
        let regex = program::compile(&hir).map_err(|reason| self.refused(reason))?;
        let (longest, value) = (program::longest(&hir), program::value_group(&regex));
        Ok(Program { hir, longest, regex, value, partial: self.partial, validator })
    }

    fn refused(&self, reason: String) -> Error {
        Error::InvalidPattern { name: self.name.clone(), reason }
    }
}

/// A pattern that is ready.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) hir: Hir,
    /// The longest match, in bytes.
    longest: usize,
    regex: Regex,
    /// The group that is the value.
    value: Option<usize>,
    partial: bool,
    validator: Option<Validator>,
}

impl Program {
    /// Tells `found` the values that begin in `block`, and whether a rule holds for them.
    pub(crate) fn each(
        &self,
        text: &str,
        search: &mut Search,
        block: &Range<usize>,
        mut found: impl FnMut(Range<usize>, bool),
    ) {
        search.skip_to(block.start);
        while let Some(matched) = search.next(&self.regex, self.longest, text, block.end) {
            if !self.partial && !stands_whole(text, &matched) {
                continue;
            }
            let value = self.value(text, matched);
            if self.validator.is_none_or(|validator| validator.holds(&text[value.clone()])) {
                found(value, self.validator.is_some());
            }
        }
    }

    /// What the group `value` captures in a match, if it takes part.
    fn value(&self, text: &str, found: Range<usize>) -> Range<usize> {
        let Some(group) = self.value else { return found };
        let mut captures = self.regex.create_captures();
        let input = Input::new(text).span(found.clone()).anchored(Anchored::Yes);
        self.regex.search_captures(&input, &mut captures);
        let value = captures.get_group(group).map(|span| span.range());
        value.filter(|value| !value.is_empty()).unwrap_or(found)
    }
}

/// An expression for whole values.
pub(crate) struct Expression(Regex);

impl Expression {
    /// Reads it, or tells what is wrong.
    pub(crate) fn read(expression: &str) -> Result<Self, String> {
        program::compile(&program::whole_text(program::read(expression)?)).map(Self)
    }

    /// Whether all of `value` matches.
    pub(crate) fn is_all(&self, value: &str) -> bool {
        self.0.is_match(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Scanner, ScannerBuilder};

    fn found(builder: ScannerBuilder, text: &str) -> Vec<&str> {
        let mut findings = Vec::new();
        builder.build().unwrap().scan(text, &mut findings);
        findings.into_iter().map(|finding| &text[finding.range]).collect()
    }

    fn one(pattern: Pattern, text: &str) -> Vec<&str> {
        found(Scanner::builder().types([""; 0]).pattern(pattern), text)
    }

    #[test]
    fn matches_are_whole_words_unless_they_may_be_parts() {
        let pattern = || Pattern::new("code", "[A-Z]{2}[0-9]{2}");
        assert_eq!(one(pattern(), "AB12 xAB12 AB123 _AB12 éAB12 AB12é (AB12) 号AB12"), ["AB12", "AB12", "AB12"]);
        assert_eq!(one(pattern().partial(), "xAB123 éCD45"), ["AB12", "CD45"]);
        assert_eq!(one(Pattern::new("tag", "#[a-z]+"), "a#b #c"), ["#c"]);
    }

    #[test]
    fn a_shorter_match_is_taken_where_the_longer_one_is_no_whole_word() {
        assert_eq!(one(Pattern::new("code", "[0-9]{4}(-[a-z]{2})?"), "1234-abc"), ["1234"]);
    }

    #[test]
    fn the_group_named_value_is_the_value() {
        let pattern = || Pattern::new("code", "(?:id|no) (?<value>[0-9]+)?");
        assert_eq!(one(pattern(), "id 42, no , x"), ["42", "no "]);
    }

    #[test]
    fn a_validator_decides() {
        let pattern = Pattern::new("code", "[0-9 -]{12,20}").validator("luhn");
        let mut findings = Vec::new();
        let scanner = Scanner::builder().types([""; 0]).pattern(pattern).build().unwrap();
        scanner.scan("4111-1111 1111-1111 x 4111-1111 1111-1112", &mut findings);
        assert_eq!(findings.len(), 1);
        assert!(findings[0].validated);
        assert_eq!(one(Pattern::new("account", "gb[0-9a-z]+").validator("iban"), "gb82west12345698765432").len(), 1);
    }

    #[test]
    fn patterns_do_not_hide_each_other() {
        let builder = Scanner::builder()
            .types([""; 0])
            .pattern(Pattern::new("long", "[0-9 ]{8,20}").validator("luhn"))
            .pattern(Pattern::new("short", "[0-9]{4}"));
        assert_eq!(found(builder, "1234 5678 9012"), ["1234", "5678", "9012"]);
    }

    #[test]
    fn labels_add_to_the_score() {
        let pattern = || Pattern::new("code", "[0-9]{6}").score(0.3).context(["badge", "staff number"]);
        assert_eq!(one(pattern(), "badge 123456"), ["123456"]);
        assert!(one(pattern(), "order 123456").is_empty());
        assert_eq!(one(pattern(), "{\"staffNumber\": \"123456\"}"), ["123456"]);
        let mut findings = Vec::new();
        let builder = Scanner::builder().pattern(pattern());
        builder.build().unwrap().scan_field("badge", "123456", &mut findings);
        assert_eq!(findings.len(), 1);
    }

    #[test]
    fn labels_of_a_language_count_where_it_is_read() {
        let builder = || {
            let pattern = Pattern::new("code", "[0-9]{6}").score(0.3).context_in("de", ["ausweis"]).context(["badge"]);
            Scanner::builder().types([""; 0]).pattern(pattern)
        };
        let (german, any) = ("ausweis: 123456", "badge: 123456");
        for builder in [builder(), builder().languages(["de"])] {
            assert_eq!(found(builder.clone(), german).len() + found(builder, any).len(), 2);
        }
        assert!(found(builder().languages(["en"]), german).is_empty());
        assert_eq!(found(builder().languages(["en"]), any).len(), 1);
    }

    #[test]
    fn a_pattern_that_extends_a_type_shares_its_labels() {
        let builder = || {
            let pattern = Pattern::new("phone", "[0-9]{5}").score(0.3).context(["durchwahl"]);
            Scanner::builder().types(["phone"]).extends(["phone"]).pattern(pattern)
        };
        assert_eq!(found(builder(), "phone 12345"), ["12345"]);
        assert_eq!(found(builder(), "Durchwahl 12345"), ["12345"]);
        assert!(found(builder(), "Zimmer 12345").is_empty());
    }

    #[test]
    fn disguise_is_seen_through() {
        let pattern = || Pattern::new("code", "EMP-[0-9]{6}");
        for text in ["EMP-１２３456", "EMP\u{2011}123456", "EMP-12\u{200b}3456", "EМP-123456"] {
            assert_eq!(one(pattern(), text), [text]);
        }
    }

    #[test]
    fn placeholders_are_no_values() {
        let scanner = Scanner::builder().pattern(Pattern::new("code", "[A-Z]{8}|[a-z_]{4,}")).build().unwrap();
        let redacted = scanner.redact("ABCDEFGH bob@example.com name", &mut Vec::new()).into_owned();
        assert_eq!(redacted, "[REDACTED:code] [REDACTED:email] [REDACTED:code]");
        let mut again = Vec::new();
        scanner.scan(&redacted, &mut again);
        assert_eq!(again, []);
    }

    #[test]
    fn expressions_that_make_no_sense_are_refused() {
        let reason = |expression: &str| match Scanner::builder().pattern(Pattern::new("x", expression)).build() {
            Err(Error::InvalidPattern { reason, .. }) => reason,
            other => panic!("{other:?}"),
        };
        assert_eq!(reason("(a"), "unclosed group");
        assert_eq!(reason("a)(b"), "unopened group");
        assert_eq!(reason("a*"), "it matches the empty text");
        assert_eq!(reason(""), "it matches the empty text");
        assert!(reason(r"(?-u:\xff)").contains("UTF-8"));
        assert!(reason(r"(?=a)b").contains("look-around"));
        assert_eq!(reason(&"a".repeat(4097)), "it has more than 4096 bytes");
        for large in [r"\pL{500}", "((a{1000}){1000}){1000}", "(?:(?:(?:x{100}){100}){100}){100}y"] {
            assert_eq!(reason(large), "it is larger than 1024 KiB when compiled", "{large}");
        }
        assert!(reason(&format!("{}a{}", "(".repeat(100), ")".repeat(100))).contains("nest"));
        let unknown = Error::UnknownValidator { name: "lunh".into() };
        let pattern = Pattern::new("x", "a").validator("lunh");
        assert_eq!(Scanner::builder().pattern(pattern).build().unwrap_err(), unknown);
        let score = Pattern::new("x", "a").score(1.5);
        assert_eq!(Scanner::builder().pattern(score).build().unwrap_err(), Error::InvalidScore);
    }

    #[test]
    fn classes_of_all_letters_have_room() {
        assert_eq!(one(Pattern::new("name", r"\p{Lu}\p{Ll}{1,30} \p{Lu}\p{Ll}+"), "Žofie Černá").len(), 1);
    }
}
