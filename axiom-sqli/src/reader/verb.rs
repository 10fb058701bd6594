//! Statements: whether a verb is followed by what it takes.

use super::{Ground, Id, Kind, Mode, Operator, Reader, Role, Token};

/// How much a verb and what follows look like a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd)]
enum Shape {
    No,
    /// A sentence might look like this.
    Maybe,
    Sure,
}

impl Reader<'_> {
    /// Behind `;`: whether a statement begins.
    pub(super) fn statement(&mut self, token: Token) {
        self.judge();
        let mut ahead = self.ahead();
        let Some(verb) = ahead.next() else { return };
        let shape = self.shape(verb, ahead);
        let range = token.start..verb.end;
        if self.mode == Mode::Statement {
            self.conclude();
            // A script of several statements is none of another's business; a query with a rider is.
            let rider = verb.role() != Role::Select && shape == Shape::Sure && self.first_verb == Some(Role::Select);
            if rider {
                self.hit(Id::Stacked, range);
            }
            return;
        }
        match shape {
            Shape::Sure => self.hit(Id::Stacked, range),
            Shape::Maybe if !self.context.is_bare() || self.ground() == Ground::Firm => self.hit(Id::Stacked, range),
            Shape::Maybe => self.evidence.add_weight(Id::Stacked, 0.25, range),
            Shape::No => {}
        }
    }

    /// At a verb that stands without `;` before it.
    pub(super) fn begins_statement(&mut self, verb: Token, firm: bool) {
        if self.mode == Mode::Statement {
            return;
        }
        let mut ahead = self.ahead();
        let shape = self.shape(verb, &mut ahead);
        let weak = matches!(
            verb.role(),
            Role::Set
                | Role::Use
                | Role::Show
                | Role::If
                | Role::Begin
                | Role::Create
                | Role::Verb
                | Role::Call
                | Role::With
                | Role::Goto
                | Role::Grant
        );
        // Other languages have these words too.
        if weak
            && (self.last.is_none() && self.context.is_bare()
                || self.ground() != Ground::Firm
                || self.last.is_some_and(|last| last.kind != Kind::Number && self.context.is_bare()))
        {
            return;
        }
        if shape != Shape::Sure || verb.is(Role::Select) || verb.is(Role::Exec) {
            return;
        }
        let weight = if firm || self.ground() == Ground::Firm { 0.7 } else { 0.5 };
        self.evidence.add_weight(Id::Stacked, weight, verb.range());
    }

    fn shape(&self, verb: Token, mut ahead: impl Iterator<Item = Token>) -> Shape {
        let Kind::Word(role) = verb.kind else { return Shape::No };
        let bytes = self.tokens.bytes();
        let (first, second, third, fourth) = (ahead.next(), ahead.next(), ahead.next(), ahead.next());
        let kind = |token: Option<Token>| token.map(|token| token.kind);
        let is = |token: Option<Token>, role| token.is_some_and(|token| token.is(role));
        let word = |token: Option<Token>, word: &str| {
            token.is_some_and(|token| bytes[token.range()].eq_ignore_ascii_case(word.as_bytes()))
        };
        let name = |token: Option<Token>| {
            token.is_some_and(|token| matches!(token.kind, Kind::Word(_) | Kind::String { .. } | Kind::Variable))
        };
        let value = |token: Option<Token>| token.is_some_and(|token| token.is_literal() || token.kind == Kind::Open);
        let over = |token: Option<Token>| token.is_none_or(|token| matches!(token.kind, Kind::Semicolon));
        let sure = |holds: bool| if holds { Shape::Sure } else { Shape::No };
        let maybe = |holds: bool, or: bool| {
            if holds {
                Shape::Sure
            } else if or {
                Shape::Maybe
            } else {
                Shape::No
            }
        };
        let after_name = |token: Option<Token>| {
            token.is_none_or(|token| {
                !matches!(
                    token.kind,
                    Kind::Word(Role::Name | Role::Prefix | Role::Compare | Role::As | Role::Logic) | Kind::Stray
                )
            })
        };
        match role {
            Role::Drop => maybe(
                is(first, Role::Object) && name(second) && after_name(third),
                is(first, Role::Object)
                    || is(first, Role::Procedure)
                    || word(first, "function")
                    || name(first) && over(second),
            ),
            Role::Truncate => {
                maybe(word(first, "table") && name(second) && after_name(third), name(first) && over(second))
            }
            Role::Delete => maybe(
                is(first, Role::From)
                    && name(second)
                    && third.is_none_or(|third| {
                        matches!(third.kind, Kind::Semicolon | Kind::Dot | Kind::Word(Role::Where))
                    }),
                is(first, Role::From) || is(second, Role::From) && name(third),
            ),
            Role::Insert => sure(
                is(first, Role::Into)
                    && name(second)
                    && third.is_none_or(|third| {
                        matches!(
                            third.kind,
                            Kind::Open | Kind::Dot | Kind::Word(Role::Values | Role::Select | Role::Set)
                        )
                    }),
            ),
            Role::Update => maybe(
                name(first)
                    && is(second, Role::Set)
                    && name(third)
                    && matches!(kind(fourth), Some(Kind::Operator(Operator::Compare) | Kind::Dot)),
                name(first) && kind(second) == Some(Kind::Dot) && is(fourth, Role::Set),
            ),
            Role::Select => maybe(
                self.select_is_sure(first, second),
                first.is_none()
                    || second.is_some_and(|second| matches!(second.kind, Kind::Comma | Kind::Word(Role::From))),
            ),
            Role::Exec => maybe(
                first.is_some_and(|first| {
                    matches!(first.kind, Kind::Variable | Kind::Open | Kind::Word(Role::Execute | Role::System))
                }) || kind(second) == Some(Kind::Dot)
                    || second.is_some_and(|second| second.is_literal())
                    || word(first, "immediate"),
                name(first),
            ),
            Role::Declare => {
                sure(kind(first) == Some(Kind::Variable) || word(second, "cursor") || is(second, Role::Type))
            }
            Role::Set => sure(
                kind(first) == Some(Kind::Variable)
                    || name(first) && kind(second) == Some(Kind::Operator(Operator::Compare)),
            ),
            Role::If => maybe(
                kind(first) == Some(Kind::Open)
                    || is(first, Role::Not) && kind(second) == Some(Kind::Open)
                    || word(first, "exists") && kind(second) == Some(Kind::Open)
                    || value(first) && kind(second) == Some(Kind::Operator(Operator::Compare)),
                false,
            ),
            Role::Waitfor | Role::Shutdown => {
                maybe(role == Role::Waitfor || over(first) || is(first, Role::With) || word(first, "immediate"), false)
            }
            Role::Begin => maybe(
                is(first, Role::Declare)
                    || is(first, Role::Exec)
                    || is(first, Role::Select)
                    || is(first, Role::Insert)
                    || is(first, Role::Update)
                    || is(first, Role::Delete),
                over(first),
            ),
            Role::Create => maybe(
                is(first, Role::Object) && name(second),
                word(first, "or") && word(second, "replace") || is(first, Role::Procedure) || word(first, "function"),
            ),
            Role::Grant => sure(
                name(first)
                    && (is(second, Role::On)
                        || is(second, Role::Object)
                        || kind(second) == Some(Kind::Comma)
                        || word(second, "to")
                        || word(third, "to")),
            ),
            Role::Call => sure(name(first) && matches!(kind(second), Some(Kind::Open | Kind::Dot))),
            Role::Use => maybe(name(first) && kind(second) == Some(Kind::Semicolon), name(first) && over(second)),
            Role::Show => maybe(is(first, Role::Object) && (over(second) || is(second, Role::From)), false),
            Role::Load => sure(word(first, "data") || word(first, "xml") && name(second)),
            Role::With => sure(name(first) && is(second, Role::As) && kind(third) == Some(Kind::Open)),
            Role::Goto => sure(name(first) && over(second)),
            Role::Case => sure(is(first, Role::When)),
            Role::Verb => self.other_verb(verb, [first, second, third]),
            Role::Function => sure(word(Some(verb), "replace") && is(first, Role::Into)),
            // `label: goto label`.
            Role::Name => sure(kind(first) == Some(Kind::Stray) && is(second, Role::Goto)),
            _ => Shape::No,
        }
    }

    fn select_is_sure(&self, first: Option<Token>, second: Option<Token>) -> bool {
        let Some(first) = first else { return false };
        match first.kind {
            Kind::Operator(_) | Kind::Variable | Kind::Open => true,
            Kind::Word(Role::Case | Role::Prefix) => true,
            _ if first.is_literal() => {
                second.is_none_or(|second| !matches!(second.kind, Kind::Word(Role::Name | Role::Logic) | Kind::Stray))
            }
            Kind::Word(_) => second.is_some_and(|second| second.kind == Kind::Open && second.start == first.end),
            _ => false,
        }
    }

    /// Verbs of one dialect or another.
    fn other_verb(&self, verb: Token, [first, second, third]: [Option<Token>; 3]) -> Shape {
        let bytes = self.tokens.bytes();
        let word = |token: Option<Token>, words: &[&str]| {
            token.is_some_and(|token| {
                words.iter().any(|word| bytes[token.range()].eq_ignore_ascii_case(word.as_bytes()))
            })
        };
        let name = |token: Option<Token>| token.is_some_and(|token| matches!(token.kind, Kind::Word(_)));
        let literal = |token: Option<Token>| token.is_some_and(|token| token.is_literal());
        let open = |token: Option<Token>| token.is_some_and(|token| token.kind == Kind::Open);
        let over = |token: Option<Token>| token.is_none_or(|token| matches!(token.kind, Kind::Semicolon));
        let verb = Some(verb);
        let holds = word(verb, &["merge"]) && word(first, &["into"]) && name(second)
            || word(verb, &["copy"]) && (name(first) && word(second, &["from", "to"]) || open(first))
            || word(verb, &["attach", "detach"]) && (word(first, &["database"]) || literal(first))
            || word(verb, &["vacuum", "reconfigure", "commit", "rollback", "flush"]) && over(first)
            || word(verb, &["pragma"]) && name(first) && !name(second)
            || word(verb, &["handler"]) && name(first) && word(second, &["open", "read", "close"])
            || word(verb, &["kill"]) && literal(first) && over(second)
            || word(verb, &["backup", "restore"]) && word(first, &["database", "log", "table"])
            || word(verb, &["rename"]) && word(first, &["table", "user"]) && name(second)
            || word(verb, &["deny"]) && name(first) && word(second, &["on", "to"])
            || word(verb, &["print", "raiserror"]) && (literal(first) || open(first))
            || word(verb, &["prepare"]) && name(first) && word(second, &["from", "as"])
            || word(verb, &["do"]) && (literal(first) || open(first) || name(first) && open(second))
            || word(verb, &["dbcc"]) && name(first)
            || word(verb, &["bulk"]) && word(first, &["insert"])
            || word(verb, &["while"]) && (open(first) || literal(first) && !name(second))
            || word(verb, &["install", "uninstall"]) && word(first, &["plugin", "component"])
            || word(verb, &["listen", "notify"]) && name(first) && over(second)
            || word(verb, &["commit", "rollback"]) && word(first, &["transaction", "work", "tran"])
            || word(verb, &["analyze"]) && word(first, &["table"]) && name(second) && over(third);
        if holds { Shape::Sure } else { Shape::No }
    }
}
