//! What a tokenizer hands out.

use core::ops::Range;

use crate::keyword::Role;

/// A piece of the input that means something in SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Token {
    /// A token of no bytes, to fill a place with.
    pub(crate) const NONE: Self = Self { kind: Kind::Stray, start: 0, end: 0 };

    pub(crate) fn range(&self) -> Range<usize> {
        self.start..self.end
    }

    /// The role of a word; [`Role::Name`] for anything else.
    pub(crate) const fn role(&self) -> Role {
        match self.kind {
            Kind::Word(role) => role,
            _ => Role::Name,
        }
    }

    pub(crate) fn is(&self, role: Role) -> bool {
        self.kind == Kind::Word(role)
    }

    /// Whether it is a value in itself: a number, a string, a variable or a parameter.
    pub(crate) const fn is_literal(&self) -> bool {
        matches!(
            self.kind,
            Kind::Number | Kind::String(_) | Kind::Variable | Kind::Parameter | Kind::Word(Role::Literal)
        )
    }
}

/// What sort of token it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `(`.
    Open,
    /// `)`.
    Close,
    Comma,
    /// To the end of the line, or up to `*/`.
    Comment,
    Dot,
    Number,
    Operator(Operator),
    /// `?`, `$1`, `:name`.
    Parameter,
    Semicolon,
    String(Quote),
    /// A byte that no dialect has a use for here.
    Stray,
    /// `@name`, `@@name`.
    Variable,
    Word(Role),
}

/// The mark that a string is in, and whether it has an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Quote(u8);

impl Quote {
    /// `mark` is of ASCII.
    pub(crate) const fn new(mark: u8, closed: bool) -> Self {
        Self(if closed { mark } else { mark | Self::OPEN })
    }

    pub(crate) const fn mark(self) -> u8 {
        self.0 & !Self::OPEN
    }

    pub(crate) const fn is_closed(self) -> bool {
        self.0 & Self::OPEN == 0
    }

    const OPEN: u8 = 0x80;
}

/// What sort of operator it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    /// Between two values, for another value.
    Arithmetic,
    /// Between two values, for a truth value.
    Compare,
    /// `&&`, `||`.
    Logic,
    /// `+`, `-`, `!`, `~`: also before a value. All but the first two stand nowhere else.
    Sign { only: bool },
}
