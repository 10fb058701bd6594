//! Conditions: what stands behind `and`, `or` and their like.

use super::grammar::Grammar;
use super::{Evidence, Ground, Id, Kind, Mode, Operator, Reader, Role, Token, Tokenizer};

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
    /// The value before the operator, where it is a number.
    before: Option<Token>,
    /// Whether the operator is `||`, which joins strings in most dialects.
    joins: bool,
    /// Whether the last value is a string that is left open.
    open: u8,
}

/// What surrounds a condition: the input, the mark that the host's string is in, and whether it is in none.
#[derive(Debug, Clone, Copy)]
struct Host<'a> {
    bytes: &'a [u8],
    quote: u8,
    bare: bool,
}

/// What one side of a comparison is made of.
#[derive(Debug, Clone, Copy, Default)]
struct Side {
    constant: bool,
    name: bool,
    call: bool,
    /// In double quotes: a name to some dialects, a string to others.
    quoted: bool,
    /// Where its tokens stand.
    start: usize,
    end: usize,
}

impl Side {
    const fn is_empty(self) -> bool {
        !self.constant && !self.name && !self.call
    }

    const fn range(self) -> core::ops::Range<usize> {
        self.start..self.end
    }
}

impl Condition {
    fn new(token: Token, last: Option<Token>, joins: bool, grammar: &Grammar) -> Self {
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
            before: last.filter(|last| last.kind == Kind::Number),
            joins,
            open: 0,
        }
    }

    pub(super) const fn depth(&self) -> u32 {
        self.depth
    }

    /// Takes one more token; the grammar stands before it.
    pub(super) fn take(&mut self, token: Token, called: bool, grammar: &Grammar) {
        if token.kind == Kind::Close && grammar.depth() <= self.depth {
            return;
        }
        self.end = token.end;
        if token.start == self.start {
            return;
        }
        // `~` between two values is a comparison of PostgreSQL's.
        let matches = token.kind == Kind::Operator(Operator::Sign { only: true }) && grammar.has_operand();
        if matches || matches!(token.kind, Kind::Operator(Operator::Compare) | Kind::Word(Role::Compare)) {
            self.compares = true;
            return;
        }
        let side = self.side();
        if side.end == 0 {
            side.start = token.start;
        }
        side.end = token.end;
        match token.kind {
            Kind::String(quote) if !quote.is_closed() => {
                self.open = quote.mark();
                self.side().constant = true;
            }
            Kind::String(quote) if quote.mark() == b'"' => {
                let side = self.side();
                side.constant = true;
                side.quoted = true;
            }
            _ if token.is_literal() => self.side().constant = true,
            Kind::Dot if self.side().quoted => self.side().name = true,
            Kind::Word(_) if called => self.side().call = true,
            Kind::Word(Role::Function | Role::Info | Role::Delay | Role::Error | Role::File) => {
                self.side().name = true;
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

    /// Whether the constant behind a number is none of prose, which has "1 or 2" and "0.5 and 1/2".
    fn is_telling(&self, bytes: &[u8]) -> bool {
        let Some(before) = self.before else { return false };
        let mut tokens = Tokenizer::new(&bytes[..self.end], self.start).filter(|token| token.kind != Kind::Comment);
        let (Some(first), second) = (tokens.nth(1), tokens.next()) else { return false };
        let text = &bytes[first.range()];
        match (first.kind, second) {
            (Kind::Operator(Operator::Sign { .. }) | Kind::Word(Role::Not) | Kind::Open, _) => true,
            (Kind::Number, Some(second)) => {
                second.is(Role::Arithmetic) || matches!(bytes[second.range()], [b'|' | b'&' | b'^' | b'%' | b'<', ..])
            }
            (Kind::Number, None) => {
                !text.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.') || text == &bytes[before.range()]
            }
            (_, second) => second.is_none() && !matches!(text, [b'\'' | b'"', ..]),
        }
    }

    fn side(&mut self) -> &mut Side {
        if self.compares { &mut self.right } else { &mut self.left }
    }

    /// Adds what the condition is a sign of, now that it has ended.
    fn judge(&self, grammar: &Grammar, host: Host<'_>, mode: Mode, evidence: &mut Evidence) {
        let Host { bytes, quote, bare } = host;
        let range = self.start..self.end;
        let sound = grammar.faults() == self.faults && (self.open == 0 || self.open == quote);
        if !sound || self.left.is_empty() {
            return;
        }
        if !self.compares || self.right.is_empty() {
            let joins = self.joins && mode == Mode::Statement;
            let column = self.left.quoted && mode == Mode::Statement;
            if self.compares || joins || column || self.left.name && !self.left.call {
                return;
            }
            let telling = !bare || mode == Mode::Statement || self.is_telling(bytes);
            let weight = if telling && !self.left.call { 0.15 } else { 0.0 };
            let rule = if self.left.call { Id::Condition } else { Id::TruthValue };
            evidence.add(rule, self.ground, range.clone());
            if weight > 0.0 && (self.ground == Ground::Firm || mode == Mode::Statement) {
                evidence.add_weight(Id::TruthValue, Id::TruthValue.rule().firm + weight, range);
            }
            return;
        }
        let (left, right) = (self.left, self.right);
        let same = bytes[left.range()].eq_ignore_ascii_case(&bytes[right.range()]);
        let column = mode == Mode::Statement && (left.quoted || right.quoted);
        if !left.name && !right.name && !column || same {
            evidence.add(Id::Tautology, self.ground, range);
        } else if left.constant || right.constant || left.call || right.call {
            evidence.add(Id::Condition, self.ground, range);
        } else if self.ground != Ground::Loose {
            // `[a]=[b]` is of SQL Server; `a = b` is of anybody.
            let brackets = bytes[left.start] == b'[' && bytes[right.start] == b'[' && self.ground == Ground::Firm;
            evidence.add_weight(Id::Condition, if brackets { 0.5 } else { 0.2 }, range);
        }
    }
}

impl Reader<'_> {
    /// `and`, `or`, `xor`, `&&`, `||`.
    #[inline(never)]
    pub(super) fn logic(&mut self, token: Token) {
        self.judge();
        self.leads_to_call(token);
        if self.grammar.has_operand() || self.grammar.is_start() || self.is_between_pluses(token) {
            let widens = !matches!(self.tokens.bytes()[token.start] | 0x20, b'a' | b'&' | b'w');
            if widens || self.mode != Mode::Statement {
                self.condition =
                    Some(Condition::new(token, self.last, self.tokens.bytes()[token.start] == b'|', &self.grammar));
            }
        }
    }

    /// `1+or+1=1`, in which nobody has yet made blanks of the pluses.
    fn is_between_pluses(&self, token: Token) -> bool {
        let bytes = self.tokens.bytes();
        self.ground() == Ground::Firm
            && self.last.is_some_and(|last| last.end == token.start && bytes[last.range()] == *b"+")
            && bytes.get(token.end) == Some(&b'+')
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

    /// At a word that begins another clause of a whole statement.
    pub(super) fn ends_condition(&mut self, role: Role) {
        let clause = matches!(
            role,
            Role::After
                | Role::From
                | Role::Where
                | Role::When
                | Role::Then
                | Role::Else
                | Role::End
                | Role::Join
                | Role::Limit
        );
        if clause
            && self.mode == Mode::Statement
            && self.condition.is_some_and(|open| open.depth == self.grammar.depth())
        {
            self.judge();
        }
    }

    /// Ends the condition that was open, if there was one.
    pub(super) fn judge(&mut self) {
        if let Some(condition) = self.condition.take() {
            let host = Host { bytes: self.tokens.bytes(), quote: self.quote(), bare: self.context.is_bare() };
            condition.judge(&self.grammar, host, self.mode, &mut self.evidence);
        }
    }
}
