//! Conditions: what stands behind `and`, `or` and their like.

use super::grammar::Grammar;
use super::{Evidence, Ground, Id, Kind, Mode, Operator, Reader, Role, Token};

/// What stands behind a logical operator, as far as it was read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Condition {
    start: usize,
    end: usize,
    ground: Ground,
    faults: u32,
    depth: u32,
    /// Whether the input begins with the operator.
    leads: bool,
    compares: bool,
    left: Side,
    right: Side,
    /// Whether the last value is a string that is left open.
    open: u8,
}

/// What one side of a comparison is made of.
#[derive(Debug, Clone, Copy, Default)]
struct Side {
    constant: bool,
    name: bool,
    call: bool,
}

impl Side {
    const fn is_empty(self) -> bool {
        !self.constant && !self.name && !self.call
    }
}

impl Condition {
    fn new(token: Token, grammar: &Grammar) -> Self {
        Self {
            start: token.start,
            end: token.end,
            ground: grammar.ground(),
            faults: grammar.faults(),
            depth: grammar.depth(),
            leads: grammar.is_start(),
            compares: false,
            left: Side::default(),
            right: Side::default(),
            open: 0,
        }
    }

    pub(super) const fn depth(&self) -> u32 {
        self.depth
    }

    /// Takes one more token; the grammar stands before it.
    pub(super) fn take(&mut self, token: Token, grammar: &Grammar) {
        if token.kind == Kind::Close && grammar.depth() <= self.depth {
            return;
        }
        self.end = token.end;
        match token.kind {
            Kind::Operator(Operator::Compare) | Kind::Word(Role::Compare) => self.compares = true,
            Kind::String { closed: false, quote } => {
                self.open = quote;
                self.side().constant = true;
            }
            _ if token.is_literal() => self.side().constant = true,
            Kind::Word(Role::Function | Role::Info | Role::Delay | Role::Error | Role::File) => {
                self.side().call = true;
            }
            Kind::Word(Role::Select) if grammar.depth() > self.depth => self.side().call = true,
            Kind::Word(Role::Name | Role::Object | Role::System | Role::Execute) => self.side().name = true,
            _ => {}
        }
    }

    /// Adds what a whole condition is a sign of that goes on in another way than SQL does; the grammar stands there.
    pub(super) fn falter(&self, grammar: &Grammar, quoted: bool, evidence: &mut Evidence) {
        let sure = self.left.call || quoted && self.right.constant || !self.left.name && !self.right.name;
        let whole = self.compares && !self.left.is_empty() && !self.right.is_empty() && grammar.has_operand();
        if self.ground == Ground::Firm
            && !self.leads
            && sure
            && whole
            && self.open == 0
            && grammar.faults() == self.faults
        {
            evidence.add_weight(Id::Condition, 0.5, self.start..self.end);
        }
    }

    fn side(&mut self) -> &mut Side {
        if self.compares { &mut self.right } else { &mut self.left }
    }

    /// Adds what the condition is a sign of, now that it has ended.
    fn judge(&self, grammar: &Grammar, quote: u8, bare: bool, mode: Mode, evidence: &mut Evidence) {
        let range = self.start..self.end;
        let sound = grammar.faults() == self.faults && (self.open == 0 || self.open == quote);
        if !sound || self.left.is_empty() {
            return;
        }
        if !self.compares || self.right.is_empty() {
            if self.compares || self.left.name && !self.left.call {
                return;
            }
            let weight = if bare && mode != Mode::Statement || self.left.call { 0.0 } else { 0.15 };
            let rule = if self.left.call { Id::Condition } else { Id::TruthValue };
            evidence.add(rule, self.ground, range.clone());
            if weight > 0.0 && (self.ground == Ground::Firm || mode == Mode::Statement) {
                evidence.add_weight(Id::TruthValue, Id::TruthValue.rule().firm + weight, range);
            }
            return;
        }
        let (left, right) = (self.left, self.right);
        if !left.name && !right.name {
            evidence.add(Id::Tautology, self.ground, range);
        } else if left.constant || right.constant || left.call || right.call {
            evidence.add(Id::Condition, self.ground, range);
        } else if self.ground != Ground::Loose {
            evidence.add_weight(Id::Condition, 0.2, range);
        }
    }
}

impl Reader<'_> {
    /// `and`, `or`, `xor`, `&&`, `||`.
    pub(super) fn logic(&mut self, token: Token) {
        self.judge();
        self.leads_to_call(token);
        if self.grammar.has_operand() || self.grammar.is_start() {
            let widens = !matches!(self.tokens.bytes()[token.start] | 0x20, b'a' | b'&' | b'w');
            if widens || self.mode != Mode::Statement {
                self.condition = Some(Condition::new(token, &self.grammar));
            }
        }
    }

    /// `1 and substring(`: whatever follows, prose does not go on like this.
    fn leads_to_call(&mut self, token: Token) {
        let mut ahead = self.ahead();
        let (name, open) = (ahead.next(), ahead.next());
        let known = name.is_some_and(|name| matches!(name.role(), Role::Function | Role::Info));
        let called =
            open.is_some_and(|open| open.kind == Kind::Open && name.is_some_and(|name| name.end == open.start));
        if known && called && self.grammar.has_operand() && self.ground() == Ground::Firm && self.mode == Mode::Field {
            self.evidence.add_weight(Id::Condition, 0.5, token.range());
        }
    }

    /// Ends the condition that was open, if there was one.
    pub(super) fn judge(&mut self) {
        if let Some(condition) = self.condition.take() {
            condition.judge(&self.grammar, self.quote(), self.context.is_bare(), self.mode, &mut self.evidence);
        }
    }
}
