//! Whole statements: what they destroy, and what somebody has put into them.

use super::clause::is_padding;
use super::{Id, Kind, Mode, Reader, Role, Token};

/// A statement that changes rows, as far as it was read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Change {
    verb: Token,
    weight: f32,
    /// How many parentheses it stands in.
    depth: u32,
}

impl Reader<'_> {
    /// At a word of a statement: whether it destroys.
    pub(super) fn destructive(&mut self, token: Token, role: Role) {
        if self.mode != Mode::Statement {
            return;
        }
        if self.first_verb.is_none() {
            self.first_verb = Some(role);
            self.seeds = self.next().is_some_and(is_padding);
        }
        match role {
            Role::Where | Role::Limit if self.change.is_some_and(|change| change.depth == self.grammar.depth()) => {
                self.restrict();
            }
            _ if !self.may_begin() => {}
            Role::Drop => self.drop(token),
            Role::Truncate if self.next().is_some_and(|next| matches!(next.kind, Kind::Word(_))) => {
                self.destroys(token, 0.8);
            }
            Role::Delete => self.changes(token, 0.7),
            Role::Update => self.changes(token, 0.6),
            Role::Create => self.alter(token),
            Role::Grant => {
                // All rights are a takeover; some are administration, and only close to one.
                let all =
                    self.next().is_some_and(|next| self.tokens.bytes()[next.range()].eq_ignore_ascii_case(b"all"));
                self.destroys(token, if all { 0.55 } else { 0.4 });
            }
            Role::Shutdown => self.destroys(token, 0.8),
            _ => {}
        }
    }

    /// Whether a statement, or the last part of one, may begin here.
    fn may_begin(&self) -> bool {
        self.last.is_none_or(|last| {
            matches!(
                last.kind,
                Kind::Semicolon | Kind::Open | Kind::Close | Kind::Word(Role::Begin | Role::Then | Role::Else)
            )
        })
    }

    fn destroys(&mut self, token: Token, weight: f32) {
        self.evidence.add_weight(Id::Destructive, weight, token.range());
    }

    fn drop(&mut self, token: Token) {
        let Some(object) = self.next() else { return };
        let bytes = &self.tokens.bytes()[object.range()];
        let rebuilt = ["view", "index", "temporary", "temp", "trigger"];
        let minor = rebuilt.iter().any(|name| bytes.eq_ignore_ascii_case(name.as_bytes()));
        if matches!(object.kind, Kind::Word(_)) {
            self.destroys(token, if minor { 0.3 } else { 0.8 });
        }
    }

    /// `alter table … drop …`, `alter user …`, `create user …`.
    fn alter(&mut self, token: Token) {
        let bytes = self.tokens.bytes();
        let is = |token: Token, words: &[&str]| {
            words.iter().any(|word| bytes[token.range()].eq_ignore_ascii_case(word.as_bytes()))
        };
        let words: [Option<Token>; 3] = {
            let mut ahead = self.ahead();
            core::array::from_fn(|_| ahead.next())
        };
        let accounts = words[0].is_some_and(|word| is(word, &["user", "login", "role"]));
        let drops = is(token, &["alter"]) && words.iter().flatten().any(|word| word.is(Role::Drop));
        if accounts || drops {
            self.destroys(token, 0.6);
        }
    }

    /// A statement that changes every row, unless a condition follows.
    fn changes(&mut self, verb: Token, weight: f32) {
        let mut ahead = self.ahead();
        let (first, second) = (ahead.next(), ahead.next());
        let deletes = first.is_some_and(|first| first.is(Role::From));
        let updates = second.is_some_and(|second| second.is(Role::Set) || second.kind == Kind::Dot);
        if deletes || verb.is(Role::Update) && updates {
            self.conclude();
            self.change = Some(Change { verb, weight, depth: self.grammar.depth() });
        }
    }

    /// `where`: it changes some rows, unless the condition is a constant.
    fn restrict(&mut self) {
        let bytes = self.tokens.bytes();
        let mut ahead = self.ahead();
        let (left, operator, right, end) = (ahead.next(), ahead.next(), ahead.next(), ahead.next());
        let over = |token: Option<Token>| token.is_none_or(|token| token.kind == Kind::Semicolon);
        // A name to some dialects, a string to others.
        let column = |token: Token| matches!(token.kind, Kind::String(quote) if quote.mark() == b'"');
        let constant = left.filter(Token::is_literal).is_some_and(|left| {
            over(operator)
                || over(end)
                    && right.filter(Token::is_literal).is_some_and(|right| {
                        bytes[left.range()] == bytes[right.range()] || !column(left) && !column(right)
                    })
        });
        if !constant {
            self.change = None;
        }
    }

    /// Where a statement ends: it was not restricted.
    pub(super) fn conclude(&mut self) {
        if let Some(Change { verb, weight, .. }) = self.change.take() {
            self.destroys(verb, weight);
        }
    }

    /// A comment right behind a string, or one that hides a quotation mark: it cuts off the rest of the statement.
    #[inline(never)]
    pub(super) fn cut_comment(&mut self, comment: Token) {
        let bytes = self.tokens.bytes();
        if self.mode != Mode::Statement || bytes[comment.start] == b'/' {
            return;
        }
        let body = &bytes[comment.range()];
        let tight = self.last.is_some_and(|last| last.end == comment.start && matches!(last.kind, Kind::String(_)));
        let marks = body.iter().filter(|byte| **byte == b'\'').count();
        if tight || marks % 2 == 1 && !is_prose(body) {
            self.evidence.add_weight(Id::CutComment, 0.6, comment.range());
        }
    }
}

/// Whether the only marks are apostrophes.
fn is_prose(body: &[u8]) -> bool {
    body.windows(3)
        .filter(|part| part[1] == b'\'')
        .all(|part| part[0].is_ascii_alphabetic() && part[2].is_ascii_alphabetic())
        && !body.ends_with(b"'")
}
