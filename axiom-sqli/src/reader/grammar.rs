//! How far the tokens are an expression of SQL.

use crate::context::Context;
use crate::evidence::Ground;
use crate::keyword::Role;
use crate::token::{Kind, Operator, Token};

/// What stands before the next token, and how well it fits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Grammar {
    place: Place,
    begun: Ground,
    faults: u32,
    depth: u32,
    /// Parentheses of the host's that were closed.
    parentheses: u32,
    operators: u32,
    tokens: u32,
    /// Behind `select` and the like, where names follow each other.
    statement: bool,
    /// Whether the input is a statement from its start.
    whole: bool,
}

/// What stands before the next token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Start,
    /// A value: an operator may follow.
    Operand,
    /// A name: an operator may follow, or arguments, or more of the name.
    Name,
    /// An operator or a keyword: a value must follow.
    Operator,
    /// The dot within a name.
    Dot,
    /// Inside the parentheses of a call.
    Arguments,
}

impl Grammar {
    pub(crate) fn new(context: &Context, whole: bool) -> Self {
        Self {
            place: if context.is_bare() { Place::Start } else { Place::Operand },
            begun: if context.opens_quotation && !context.begins { Ground::Word } else { Ground::Firm },
            faults: 0,
            depth: 0,
            parentheses: 0,
            operators: 0,
            tokens: 0,
            statement: whole,
            whole,
        }
    }

    pub(crate) fn ground(&self) -> Ground {
        if self.whole {
            Ground::Firm
        } else if self.faults > 0 {
            Ground::Loose
        } else {
            self.begun
        }
    }

    pub(crate) const fn depth(&self) -> u32 {
        self.depth
    }

    pub(crate) const fn faults(&self) -> u32 {
        self.faults
    }

    pub(crate) const fn operators(&self) -> u32 {
        self.operators
    }

    pub(crate) const fn parentheses(&self) -> u32 {
        self.parentheses
    }

    /// Whether at most one value stands before the next token.
    pub(crate) const fn is_fresh(&self) -> bool {
        self.tokens <= 2 && self.faults == 0
    }

    /// Whether a value stands before the next token.
    pub(crate) const fn has_operand(&self) -> bool {
        matches!(self.place, Place::Operand | Place::Name)
    }

    pub(crate) const fn is_start(&self) -> bool {
        matches!(self.place, Place::Start)
    }

    /// Whether all that was read is an expression, and ends with a value.
    pub(crate) fn is_complete(&self) -> bool {
        self.faults == 0 && self.has_operand()
    }

    /// Takes a number; `item` where it stands as `1. ` does in a list of prose.
    pub(crate) fn number(&mut self, token: Token, last: Option<Token>, item: bool) {
        if item && self.place == Place::Start {
            self.fault();
        }
        self.value(token, last);
    }

    /// Takes another value than a word.
    pub(crate) fn value(&mut self, token: Token, last: Option<Token>) {
        self.tokens += 1;
        self.operand(token, last);
    }

    /// Takes a word.
    pub(crate) fn word(&mut self, role: Role, token: Token, last: Option<Token>) {
        self.tokens += 1;
        match role {
            _ if self.place == Place::Dot => self.place = Place::Name,
            Role::Name => self.name(last),
            Role::Literal => self.operand(token, last),
            Role::Logic | Role::Compare | Role::Arithmetic => self.binary(),
            Role::Not => self.not(),
            Role::Prefix | Role::Case | Role::When | Role::Then | Role::Else => {
                if self.place == Place::Start {
                    self.begun = Ground::Word;
                }
                self.place = Place::Operator;
            }
            Role::Where if self.depth == 0 && self.has_operand() && self.ground() == Ground::Firm => self.binary(),
            Role::Where if self.place == Place::Start => self.binary(),
            Role::End => self.place = Place::Operand,
            Role::Union | Role::Order | Role::Group | Role::Having | Role::Limit | Role::By => self.clause(),
            Role::Select => self.statement_begins(),
            Role::From
            | Role::Where
            | Role::On
            | Role::Join
            | Role::As
            | Role::Set
            | Role::Values
            | Role::Into
            | Role::With
            | Role::After => self.inner(),
            Role::Type if matches!(self.place, Place::Operator | Place::Arguments) => self.place = Place::Name,
            Role::Type => self.inner(),
            _ => self.name(last),
        }
    }

    /// Takes a word that belongs to the one before it.
    pub(crate) const fn part(&mut self) {
        self.tokens += 1;
    }

    fn fault(&mut self) {
        self.faults = self.faults.saturating_add(1);
    }

    /// A value, where one may stand.
    fn operand(&mut self, token: Token, last: Option<Token>) {
        let strings = |token: Token| matches!(token.kind, Kind::String(_));
        if self.has_operand() && !self.statement && !(strings(token) && last.is_some_and(strings)) {
            self.fault();
        }
        // `@function(`, `sysdate(`.
        let callable = matches!(token.kind, Kind::Variable | Kind::Word(_));
        self.place = if callable { Place::Name } else { Place::Operand };
    }

    fn name(&mut self, last: Option<Token>) {
        let sign = || last.is_some_and(|last| matches!(last.kind, Kind::Operator(_)));
        match self.place {
            Place::Start => self.begun = Ground::Word,
            Place::Operator if self.tokens == 2 && self.begun == Ground::Firm && sign() => self.begun = Ground::Word,
            Place::Operand | Place::Name if !self.statement => self.fault(),
            _ => {}
        }
        self.place = Place::Name;
    }

    fn binary(&mut self) {
        self.operators += 1;
        match self.place {
            Place::Operand | Place::Name | Place::Start => {}
            // `is not`, `not like`, `sounds like`.
            Place::Operator => {}
            Place::Dot | Place::Arguments => self.fault(),
        }
        self.place = Place::Operator;
    }

    fn not(&mut self) {
        self.place = Place::Operator;
    }

    fn clause(&mut self) {
        self.operators += 1;
        self.place = Place::Operator;
    }

    fn statement_begins(&mut self) {
        self.statement = true;
        self.place = Place::Operator;
    }

    /// A keyword that belongs into a statement, or into the parentheses of some functions.
    fn inner(&mut self) {
        if !self.statement && self.depth == 0 {
            self.fault();
        }
        self.place = Place::Operator;
    }

    /// Takes an operator.
    pub(crate) fn operator(&mut self, operator: Operator) {
        self.tokens += 1;
        self.operators += 1;
        let unary = matches!(operator, Operator::Sign { .. });
        match self.place {
            Place::Operand | Place::Name => {}
            Place::Start | Place::Operator | Place::Arguments if unary => {}
            // `&& sleep(5)`, behind a value of the host's.
            Place::Start if operator == Operator::Logic => self.begun = Ground::Word,
            // `count(*)`, `select *`, `=+`.
            Place::Arguments => {}
            Place::Operator if self.statement => self.place = Place::Operand,
            _ => self.fault(),
        }
        if !(self.statement && self.place == Place::Operand && operator == Operator::Arithmetic) {
            self.place = Place::Operator;
        }
    }

    /// Takes a `(`; `query` where `select` follows.
    pub(crate) fn open(&mut self, query: bool) {
        self.tokens += 1;
        self.depth += 1;
        self.place = match self.place {
            Place::Name => Place::Arguments,
            Place::Operand => {
                if !self.statement && !query {
                    self.fault();
                }
                Place::Operator
            }
            _ => Place::Operator,
        };
    }

    /// Takes a `)`.
    pub(crate) fn close(&mut self) {
        self.tokens += 1;
        if self.depth > 0 {
            self.depth -= 1;
            if matches!(self.place, Place::Operator | Place::Dot) && !self.statement {
                self.fault();
            }
        } else {
            self.parentheses += 1;
            if !self.has_operand() || self.begun == Ground::Word && self.tokens > 2 {
                self.fault();
            }
        }
        self.place = Place::Operand;
    }

    /// Takes a comma; `tight` where no blank follows.
    pub(crate) fn comma(&mut self, tight: bool) {
        self.tokens += 1;
        if !self.has_operand() || self.depth == 0 && self.begun == Ground::Word && !self.statement && !tight {
            self.fault();
        }
        self.place = Place::Operator;
    }

    /// Takes a dot.
    pub(crate) fn dot(&mut self, token: Token, last: Option<Token>) {
        self.tokens += 1;
        if !self.has_operand() || last.is_none_or(|last| last.end != token.start) {
            self.fault();
        }
        self.place = Place::Dot;
    }

    /// Takes what no dialect has a use for.
    pub(crate) fn stray(&mut self) {
        self.tokens += 1;
        self.fault();
    }

    /// Takes a semicolon.
    pub(crate) const fn semicolon(&mut self) {
        self.statement = self.whole;
        self.tokens = 0;
        self.depth = 0;
        self.operators += 1;
        self.place = Place::Start;
    }
}
