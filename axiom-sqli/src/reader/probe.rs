//! Inputs that are probes from end to end.

use super::{Id, Kind, Mode, Operator, Reader, Role, Token, Tokenizer};

impl Reader<'_> {
    /// Where the input ends: whether all of it is a call that tells about the server, waits, or reads a file.
    pub(super) fn probe(&mut self, end: usize) {
        if self.mode == Mode::Statement
            || !self.grammar.is_complete()
            || !self.context.is_bare() && self.grammar.operators() == 0
        {
            return;
        }
        let range = self.context.code..end;
        if self.info > 0 && self.calls > 0 {
            return self.hit(Id::FunctionProbe, range);
        }
        let whole = self.grammar.operators() == 0;
        if whole && self.info > 0 {
            self.evidence.add_weight(Id::FunctionProbe, Id::FunctionProbe.rule().word, range.clone());
        }
        if self.grammar.operators() == 1 && self.context.is_bare() && self.compares_the_same() {
            self.evidence.add_weight(Id::Tautology, 0.5, range.clone());
        }
        for id in [Id::Delay, Id::FileAccess] {
            if whole && self.evidence.has(id) {
                self.evidence.add_weight(id, 0.55, range.clone());
            }
        }
    }

    /// `1=1`, `null is null`, and nothing else.
    fn compares_the_same(&self) -> bool {
        let bytes = self.tokens.bytes();
        let mut tokens = Tokenizer::new(bytes, 0).filter(|token| token.kind != Kind::Comment);
        let (Some(left), Some(operator), Some(right)) = (tokens.next(), tokens.next(), tokens.next()) else {
            return false;
        };
        let compares = matches!(operator.kind, Kind::Operator(Operator::Compare) | Kind::Word(Role::Compare));
        compares && left.is_literal() && bytes[left.range()].eq_ignore_ascii_case(&bytes[right.range()])
    }

    /// At the verb that the input begins with: `create table x (a int`, `alter table x add`.
    pub(super) fn defines(&mut self, verb: Token) {
        let bytes = self.tokens.bytes();
        let is = |token: Token, words: &[&str]| {
            words.iter().any(|word| bytes[token.range()].eq_ignore_ascii_case(word.as_bytes()))
        };
        let mut ahead = self.ahead();
        let (Some(object), Some(_name), Some(next)) = (ahead.next(), ahead.next(), ahead.next()) else { return };
        let changes = is(verb, &["alter"]) && is(next, &["add", "drop", "modify", "rename", "change"]);
        let creates = next.kind == Kind::Open && ahead.nth(1).is_some_and(|kind| kind.is(Role::Type));
        if is(object, &["table"]) && (changes || creates) {
            self.evidence.add_weight(Id::Stacked, 0.6, verb.range());
        }
    }
}
