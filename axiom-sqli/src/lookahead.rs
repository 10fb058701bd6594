//! The tokens to come, each made once however often somebody looks ahead.

use crate::token::{Kind, Token};
use crate::tokenizer::{Saw, Tokenizer};

/// The tokens of the input, of which the next few are made already.
pub(crate) struct Lookahead<'a> {
    tokenizer: Tokenizer<'a>,
    made: [Token; MADE],
    /// The next token to take; those up to `ready` can be taken before more are made.
    from: usize,
    ready: usize,
    to: usize,
}

impl<'a> Lookahead<'a> {
    pub(crate) const fn new(tokenizer: Tokenizer<'a>) -> Self {
        Self { tokenizer, made: [Token::NONE; MADE], from: 0, ready: 0, to: 0 }
    }

    pub(crate) const fn bytes(&self) -> &'a [u8] {
        self.tokenizer.bytes()
    }

    /// What was met between the tokens, once all are taken.
    pub(crate) const fn saw(&self) -> Saw {
        self.tokenizer.saw
    }

    /// Takes the next token.
    #[inline]
    pub(crate) fn take(&mut self) -> Option<Token> {
        if self.from >= self.ready && !self.refill() {
            return None;
        }
        let Token { kind, start, end } = self.made[self.from % MADE];
        self.from += 1;
        Some(Token { kind, start, end })
    }

    /// Makes more tokens; whether there are any to take.
    #[inline(never)]
    fn refill(&mut self) -> bool {
        if self.from < self.to {
            self.made.copy_within(self.from..self.to, 0);
        }
        let mut to = self.to - self.from;
        // As a local it is kept in registers.
        let mut tokenizer = self.tokenizer;
        while to < MADE
            && let Some(token) = tokenizer.next()
        {
            self.made[to] = token;
            to += 1;
        }
        self.tokenizer = tokenizer;
        (self.from, self.to) = (0, to);
        // Where the input goes on, some are kept to be looked at.
        self.ready = if self.to < MADE { self.to } else { MADE - NEAR };
        self.ready > 0
    }

    /// The next token, unless it is a comment: then the one behind.
    #[inline]
    pub(crate) fn peek(&self) -> Option<Token> {
        match self.made[self.from..self.to].first() {
            Some(token) if token.kind != Kind::Comment => Some(*token),
            _ => self.ahead().next(),
        }
    }

    /// The tokens to come, without comments.
    #[inline]
    pub(crate) fn ahead(&self) -> Ahead<'_, 'a> {
        Ahead { made: &self.made[self.from..self.to], behind: &self.tokenizer, beyond: None, left: FAR }
    }
}

/// The tokens to come, without comments; nobody takes them by looking.
#[derive(Clone)]
pub(crate) struct Ahead<'r, 'a> {
    made: &'r [Token],
    /// Stands behind those.
    behind: &'r Tokenizer<'a>,
    beyond: Option<Tokenizer<'a>>,
    left: usize,
}

impl Ahead<'_, '_> {
    /// The next token that is not made yet.
    #[cold]
    fn make(&mut self) -> Option<Token> {
        self.beyond.get_or_insert(*self.behind).next()
    }
}

impl Iterator for Ahead<'_, '_> {
    type Item = Token;

    #[inline]
    fn next(&mut self) -> Option<Token> {
        loop {
            let token = match self.made {
                [first, rest @ ..] => {
                    self.made = rest;
                    *first
                }
                [] => self.make()?,
            };
            if token.kind != Kind::Comment {
                self.left = self.left.checked_sub(1)?;
                return Some(token);
            }
        }
    }
}

/// How far one may look ahead: a bound that keeps the time linear.
const FAR: usize = 32;
/// How many tokens are made at a time.
const MADE: usize = 16;
/// How far one mostly looks ahead.
const NEAR: usize = 5;
