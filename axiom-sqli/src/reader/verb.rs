//! Statements: whether a verb is followed by what it takes.

use super::opening::{self, is_object};
use super::{Ground, Id, Kind, Mode, Operator, Reader, Role, Token, Tokenizer};

/// How much a verb and what follows look like a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd)]
pub(super) enum Shape {
    No,
    /// A sentence might look like this.
    Maybe,
    Sure,
}

impl Reader<'_> {
    /// Behind `;`: whether a statement begins.
    #[inline(never)]
    pub(super) fn statement(&mut self, token: Token) {
        self.judge();
        let mut ahead = self.ahead();
        let Some(verb) = ahead.next() else { return self.ends(token) };
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

    /// `1;--`: the value ends, the statement ends, and a comment cuts off the rest.
    fn ends(&mut self, semicolon: Token) {
        let comment = Tokenizer::new(self.tokens.bytes(), semicolon.end).next();
        if let Some(comment) = comment.filter(|_| self.grammar.is_complete() && self.mode == Mode::Field) {
            self.hit(Id::CommentTail, semicolon.start..comment.end);
        }
    }

    /// At a verb that stands without `;` before it.
    pub(super) fn begins_statement(&mut self, verb: Token, firm: bool) {
        if self.mode == Mode::Statement || !may_begin(verb.role()) {
            return;
        }
        // `replace into`.
        if verb.is(Role::Function) && !self.next().is_some_and(|next| next.is(Role::Into)) {
            return;
        }
        if verb.is(Role::Create) && self.last.is_none() {
            self.defines(verb);
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
                | Role::Object
                | Role::Values
                | Role::Case
                | Role::Shutdown
        );
        // Other languages have these words too.
        if weak
            && (self.last.is_none() && self.context.is_bare()
                || self.ground() != Ground::Firm
                || self.last.is_some_and(|last| last.kind != Kind::Number && self.context.is_bare()))
        {
            return;
        }
        // `"while" is a word`.
        let quoted_word = !self.context.is_bare() && self.context.opens_quotation;
        if quoted_word && matches!(verb.role(), Role::If | Role::Verb) {
            return;
        }
        if shape != Shape::Sure {
            return;
        }
        // People ask a model to delete, too.
        let asked = self.mode == Mode::Prompt && self.last.is_none() && self.context.is_bare();
        let weight = if (firm || self.ground() == Ground::Firm) && !asked { 0.7 } else { 0.5 };
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
            token.is_some_and(|token| matches!(token.kind, Kind::Word(_) | Kind::String(_) | Kind::Variable))
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
            token.is_none_or(|token| match token.kind {
                Kind::String(quote) => quote.is_closed(),
                Kind::Word(role) => !matches!(
                    role,
                    Role::Name | Role::Prefix | Role::Compare | Role::As | Role::Logic | Role::On | Role::By
                ),
                kind => kind != Kind::Stray,
            })
        };
        let shape = match role {
            Role::Drop => maybe(
                is(first, Role::Object) && !word(first, "privileges") && name(second) && after_name(third)
                    || word(first, "index") && name(second) && is(third, Role::On),
                is_object(bytes, first) || name(first) && over(second),
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
                    && third.is_some_and(|third| {
                        matches!(
                            third.kind,
                            Kind::Open | Kind::Dot | Kind::Word(Role::Values | Role::Select | Role::Set)
                        )
                    })
                    || ["ignore", "low_priority", "high_priority", "delayed"].into_iter().any(|how| word(first, how))
                        && is(second, Role::Into)
                    || word(first, "or") && is(third, Role::Into)
                    || name(first) && is(second, Role::Values) && kind(third) == Some(Kind::Open),
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
                    || name(first) && kind(second) == Some(Kind::Operator(Operator::Compare))
                    || ["global", "session", "local", "password"].into_iter().any(|scope| word(first, scope))
                        && name(second)
                        && third.is_some_and(|third| {
                            third.is_literal() || matches!(third.kind, Kind::Operator(_) | Kind::Word(_))
                        }),
            ),
            Role::If => {
                let parenthesis = first.is_some_and(|first| bytes[first.start] == b'(');
                let tested = value(second)
                    || [Role::Select, Role::Not, Role::Function, Role::Info, Role::Prefix]
                        .iter()
                        .any(|role| is(second, *role));
                maybe(
                    parenthesis && tested
                        || is(first, Role::Not) && kind(second) == Some(Kind::Open)
                        || is(first, Role::Not) && word(second, "exists")
                        || word(first, "exists") && kind(second) == Some(Kind::Open)
                        || value(first) && kind(second) == Some(Kind::Operator(Operator::Compare)),
                    parenthesis,
                )
            }
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
                word(first, "or") && word(second, "replace") || is_object(bytes, first) && name(second),
            ),
            Role::Grant => sure(
                name(first)
                    && (is(second, Role::On)
                        || is(second, Role::Object)
                        || kind(second) == Some(Kind::Comma)
                        || word(second, "to")
                        || word(third, "to")),
            ),
            Role::Call => sure(
                name(first) && (kind(second) == Some(Kind::Open) || kind(second) == Some(Kind::Dot) && name(third)),
            ),
            Role::Use => maybe(name(first) && kind(second) == Some(Kind::Semicolon), name(first) && over(second)),
            Role::Show => maybe(is(first, Role::Object) && (over(second) || is(second, Role::From)), false),
            Role::Load => sure(
                ["data", "xml"].into_iter().any(|what| word(first, what))
                    && ["infile", "local", "low_priority", "concurrent"].into_iter().any(|how| word(second, how)),
            ),
            Role::With => sure(name(first) && is(second, Role::As) && kind(third) == Some(Kind::Open)),
            Role::Goto => sure(name(first) && over(second)),
            Role::Case => sure(is(first, Role::When)),
            Role::Function => sure(word(Some(verb), "replace") && is(first, Role::Into)),
            // `label: goto label`.
            Role::Name => sure(kind(first) == Some(Kind::Stray) && is(second, Role::Goto)),
            _ => Shape::No,
        };
        if shape == Shape::No { opening::shape(bytes, verb, [first, second, third]) } else { shape }
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
}

/// Whether a statement may begin with a word of this role, as what follows has to tell. Those that begin with `select`
/// and `exec` are looked for elsewhere.
pub(super) const fn may_begin(role: Role) -> bool {
    !matches!(
        role,
        Role::Delay
            | Role::Error
            | Role::Exec
            | Role::Execute
            | Role::File
            | Role::From
            | Role::Group
            | Role::Having
            | Role::Info
            | Role::Into
            | Role::Literal
            | Role::Order
            | Role::Outfile
            | Role::Select
            | Role::System
            | Role::Union
            | Role::Where
    )
}
