//! Clauses of a query, and calls of functions.

use super::{Ahead, Ground, Id, Kind, Mode, Operator, Reader, Role, Token};

/// How much the list behind a `select` looks like one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum List {
    /// Like prose.
    No,
    /// Names and a comma, or names and `from`.
    Names,
    /// Constants, calls, `*`.
    Sure,
    /// The input ends.
    End,
}

impl Reader<'_> {
    /// What follows `select`.
    fn list(&self, mut ahead: Ahead<'_, '_>) -> List {
        let (mut parentheses, mut counted) = (false, false);
        let first = ahead.find(|token| match token.kind {
            Kind::Open => {
                parentheses = true;
                false
            }
            Kind::Word(Role::Prefix) => {
                counted = true;
                false
            }
            Kind::Word(Role::Select | Role::Not) => false,
            // `top 1`.
            Kind::Number if counted => {
                counted = false;
                false
            }
            _ => true,
        });
        let Some(first) = first else { return List::End };
        let (next, third) = (ahead.next(), ahead.next());
        match first.kind {
            // `select *`; no `select!`, no `select-mode`.
            Kind::Operator(_) if next.is_none() => List::Names,
            Kind::Operator(Operator::Sign { .. }) if next.is_some_and(|next| next.is(Role::Name)) => List::Names,
            Kind::Operator(_) | Kind::Variable | Kind::Parameter | Kind::Semicolon => List::Sure,
            Kind::Word(Role::Case) => List::Sure,
            Kind::String(_) if next.is_none() => List::Names,
            // `select 1`, but no "select 3 of them".
            _ if first.is_literal() => match next.map(|next| next.kind) {
                Some(Kind::Word(Role::Name | Role::Logic | Role::On) | Kind::Stray | Kind::Dot) => List::No,
                _ => List::Sure,
            },
            Kind::Word(_)
                if parentheses
                    && next.is_some_and(|next| next.kind == Kind::Close)
                    && third.is_some_and(|third| matches!(third.kind, Kind::Comma | Kind::Close)) =>
            {
                List::Sure
            }
            Kind::Word(_) => names(first, next, third, parentheses, self.tokens.bytes()),
            _ if parentheses => List::Names,
            _ => List::No,
        }
    }

    /// `union select`.
    pub(super) fn union(&mut self, token: Token) {
        self.judge();
        let mut ahead = self.ahead();
        let next = ahead.find(|token| !matches!(token.kind, Kind::Open | Kind::Word(Role::Prefix)));
        let ground = if self.grammar.is_start() { Ground::Word } else { self.ground() };
        match next.map(|next| next.kind) {
            Some(Kind::Word(Role::Select)) if self.mode == Mode::Statement => self.union_of_constants(token),
            Some(Kind::Word(Role::Select)) => match self.list(ahead) {
                List::Sure | List::Names => self.add(Id::UnionSelect, ground, token.range()),
                List::End if ground == Ground::Firm => self.add(Id::UnionSelect, ground, token.range()),
                List::End => self.evidence.add_weight(Id::UnionSelect, 0.45, token.range()),
                List::No => self.add(Id::UnionTail, ground, token.range()),
            },
            Some(Kind::Operator(_) | Kind::Number | Kind::Variable | Kind::Word(Role::Union | Role::Exec)) | None => {
                self.add(Id::UnionTail, ground, token.range());
            }
            Some(Kind::Word(Role::Values)) => {
                let row = ahead.next();
                let bytes = self.tokens.bytes();
                let list =
                    row.is_some_and(|row| row.kind == Kind::Open || bytes[row.range()].eq_ignore_ascii_case(b"row"));
                if list {
                    self.add(Id::UnionSelect, ground, token.range());
                }
            }
            // `table users`, which MySQL reads as `select * from users`.
            Some(Kind::Word(Role::Object))
                if ground == Ground::Firm && next.is_some_and(|next| self.is_table(next)) =>
            {
                self.add(Id::UnionSelect, ground, token.range());
            }
            _ => {}
        }
    }

    fn is_table(&self, token: Token) -> bool {
        self.tokens.bytes()[token.range()].eq_ignore_ascii_case(b"table")
    }

    /// `limit 0,1`, `limit 1 offset 2`.
    pub(super) fn limit(&mut self, token: Token) {
        let mut ahead = self.ahead();
        let (first, between, second) = (ahead.next(), ahead.next(), ahead.next());
        let is_number = |token: Option<Token>| token.is_some_and(|token| token.kind == Kind::Number);
        let pages = between.is_some_and(|between| between.kind == Kind::Comma || between.is(Role::Limit));
        if self.grammar.has_operand() && is_number(first) && pages && is_number(second) {
            self.hit(Id::OrderProbe, token.start..second.map_or(token.end, |second| second.end));
        }
    }

    /// `if(1=1,`, `iif(1=1,`, `if (1=1) select`: a choice between values or statements.
    pub(super) fn choice(&mut self, token: Token) {
        let mut ahead = self.ahead();
        let open = ahead.next().is_some_and(|open| self.tokens.bytes()[open.start] == b'(');
        let (left, compare, right, comma) = (ahead.next(), ahead.next(), ahead.next(), ahead.next());
        let constant = |token: Option<Token>| token.is_some_and(|token| token.is_literal());
        let compares = compare.is_some_and(|compare| compare.kind == Kind::Operator(Operator::Compare));
        let verb = |token: Option<Token>| {
            token.is_some_and(|token| matches!(token.role(), Role::Select | Role::Drop | Role::Exec | Role::Waitfor))
        };
        let goes_on =
            comma.is_some_and(|comma| comma.kind == Kind::Comma || comma.kind == Kind::Close && verb(ahead.next()));
        if open && constant(left) && compares && constant(right) && goes_on {
            self.hit(Id::CaseProbe, token.range());
        }
    }

    /// In a whole statement, which may well unite queries: whether the second has constants where the first has columns.
    fn union_of_constants(&mut self, union: Token) {
        let mut ahead =
            self.ahead().skip_while(|token| matches!(token.kind, Kind::Open | Kind::Word(Role::Prefix | Role::Select)));
        let (first, comma, second, end) = (ahead.next(), ahead.next(), ahead.next(), ahead.next());
        let constant = |token: Option<Token>| token.is_some_and(is_padding);
        let over = |token: Option<Token>| token.is_none_or(|token| matches!(token.kind, Kind::Close | Kind::Semicolon));
        let unnamed = end.is_none_or(|end| !matches!(end.kind, Kind::Word(Role::As | Role::Name)));
        let listed = comma.is_some_and(|comma| comma.kind == Kind::Comma) && constant(second) && unnamed;
        let padded = constant(first) && (over(comma) || listed) && !self.seeds;
        self.evidence.add_weight(Id::UnionSelect, if padded { 0.6 } else { 0.35 }, union.range());
    }

    /// A query in parentheses, or one that stands bare.
    pub(super) fn select(&mut self, token: Token) {
        let list = self.list(self.ahead());
        let ground = self.ground();
        let nested = self.last.is_some_and(|last| last.kind == Kind::Open);
        let id = if nested { Id::Subquery } else { Id::SelectList };
        if self.evidence.has(Id::UnionSelect) && !nested {
            return;
        }
        match list {
            List::Sure => self.add(id, ground, token.range()),
            List::Names if nested || self.last.is_some_and(|last| last.is(Role::Logic)) => {
                self.add(id, ground, token.range());
            }
            List::Names => self.evidence.add_weight(id, 0.35, token.range()),
            List::End if nested => self.evidence.add_weight(id, 0.3, token.range()),
            List::End | List::No => {}
        }
    }

    /// `order by 5`, `group by x`.
    pub(super) fn order(&mut self, token: Token) {
        self.judge();
        if !self.grammar.has_operand() || self.evidence.has(Id::UnionSelect) {
            return;
        }
        let mut ahead = self.ahead();
        if !ahead.next().is_some_and(|next| next.is(Role::By)) {
            return;
        }
        let Some(column) = ahead.next() else { return };
        let number = matches!(column.kind, Kind::Number | Kind::Open | Kind::Operator(_)) || column.is_literal();
        let next = ahead.next();
        let goes_on = next.is_none_or(|next| {
            matches!(
                next.kind,
                Kind::Comma
                    | Kind::Open
                    | Kind::Close
                    | Kind::Semicolon
                    | Kind::Word(Role::After | Role::Having | Role::Limit | Role::Union)
            )
        });
        match (number, goes_on) {
            (true, true) => self.hit(Id::OrderProbe, token.start..column.end),
            (true, false) if column.kind != Kind::Number => self.hit(Id::OrderProbe, token.start..column.end),
            (false, true) if !self.context.is_bare() || next.is_some_and(|next| next.kind == Kind::Open) => {
                self.hit(Id::OrderProbe, token.start..column.end);
            }
            _ => {}
        }
    }

    /// `having 1=1`.
    pub(super) fn having(&mut self, token: Token) {
        self.judge();
        let mut ahead = self.ahead();
        let first = ahead.next();
        let second = ahead.next();
        let call = second.is_some_and(|second| second.kind == Kind::Open);
        let starts = first
            .is_some_and(|first| first.is_literal() || first.kind == Kind::Open || call && first.is(Role::Function));
        let goes_on = second.is_some_and(|second| !matches!(second.kind, Kind::Word(Role::Name)))
            || first.is_some() && second.is_none() && self.ground() == Ground::Firm;
        let whole =
            self.grammar.is_start() && second.is_some_and(|second| second.kind == Kind::Operator(Operator::Compare));
        if starts && goes_on && (self.grammar.has_operand() || whole) {
            self.hit(Id::OrderProbe, token.range());
            self.evidence.add_weight(
                Id::OrderProbe,
                if self.ground() == Ground::Loose { 0.2 } else { 0.6 },
                token.range(),
            );
        }
    }

    /// `into outfile '…'`.
    pub(super) fn file_clause(&mut self, token: Token) {
        let mut ahead = self.ahead();
        let (file, name) = (ahead.next(), ahead.next());
        if file.is_some_and(|file| file.is(Role::Outfile))
            && name.is_none_or(|name| !matches!(name.kind, Kind::Word(Role::Name)))
        {
            self.hit(Id::FileAccess, token.range());
        }
    }

    /// `procedure analyse(`.
    pub(super) fn procedure(&mut self, token: Token) {
        let mut ahead = self.ahead();
        let name = ahead.next();
        let open = ahead.next().is_some_and(|next| next.kind == Kind::Open);
        let bytes = self.tokens.bytes();
        if open && name.is_some_and(|name| bytes[name.range()].eq_ignore_ascii_case(b"analyse")) {
            self.hit(Id::ErrorFunction, token.range());
        }
    }

    /// `waitfor delay '0:0:5'`.
    pub(super) fn waitfor(&mut self, token: Token) {
        let mut ahead = self.ahead();
        let (unit, value) = (ahead.next(), ahead.next());
        let bytes = self.tokens.bytes();
        let timed = unit.is_some_and(|unit| {
            bytes[unit.range()].eq_ignore_ascii_case(b"delay") || bytes[unit.range()].eq_ignore_ascii_case(b"time")
        });
        if timed && value.is_some_and(|value| value.is_literal()) {
            self.dialects_of(token);
            self.evidence.add_weight(Id::Delay, Id::Delay.rule().firm, token.range());
        }
    }

    /// `exec xp_…`, `exec('…')`.
    pub(super) fn exec(&mut self, token: Token) {
        let mut ahead = self.ahead();
        let Some(first) = ahead.next() else { return };
        let second = ahead.next();
        let bytes = self.tokens.bytes();
        let procedure = |token: Token| {
            let name = &bytes[token.range()];
            name.len() > 3 && (name[..3].eq_ignore_ascii_case(b"sp_") || name[..3].eq_ignore_ascii_case(b"xp_"))
        };
        let immediate = bytes[first.range()].eq_ignore_ascii_case(b"immediate");
        let sure = match first.kind {
            Kind::Word(Role::Execute | Role::System) => true,
            // A program that calls its own procedures.
            _ if self.mode == Mode::Statement && self.last.is_none_or(|last| last.is(Role::Exec)) => false,
            Kind::Word(_) if procedure(first) || immediate => true,
            Kind::Open if self.ground() != Ground::Loose => {
                second.is_some_and(|second| second.is_literal() || second.is(Role::Function))
            }
            Kind::Variable => true,
            Kind::String(_) => self.ground() == Ground::Firm,
            _ => false,
        };
        let method = self.last.is_some_and(|last| last.kind == Kind::Dot);
        let bare = self.last.is_none() && self.context.is_bare() && matches!(first.kind, Kind::Open | Kind::String(_));
        if bare {
            self.evidence.add_weight(Id::CommandExecution, 0.3, token.range());
        } else if sure && !method {
            self.hit(Id::CommandExecution, token.range());
        }
    }

    /// `load data infile`.
    pub(super) fn load(&mut self, token: Token) {
        let bytes = self.tokens.bytes();
        let mut words = self.ahead().take(4);
        let data = words.next().is_some_and(|word| bytes[word.range()].eq_ignore_ascii_case(b"data"));
        if data && words.any(|word| bytes[word.range()].eq_ignore_ascii_case(b"infile")) {
            self.hit(Id::FileAccess, token.range());
        }
    }

    /// A catalogue of tables or accounts.
    pub(super) fn catalog(&mut self, token: Token) {
        let dotted = self.next().is_some_and(|next| next.kind == Kind::Dot && next.start == token.end);
        let bytes = &self.tokens.bytes()[token.range()];
        let common = ["master", "systables", "syscat", "tempdb", "msdb"]
            .iter()
            .any(|name| bytes.eq_ignore_ascii_case(name.as_bytes()));
        let schema =
            bytes.eq_ignore_ascii_case(b"information_schema") || bytes.eq_ignore_ascii_case(b"performance_schema");
        if dotted || !common && !schema {
            self.dialects_of(token);
            self.hit(Id::CatalogAccess, token.range());
        }
    }

    /// `xp_cmdshell`, `utl_http.request`, `dblink(`.
    pub(super) fn execute(&mut self, token: Token) {
        let next = self.next();
        let called = next.is_some_and(|next| {
            matches!(next.kind, Kind::Open | Kind::Dot) && next.start == token.end
                || matches!(next.kind, Kind::String(_))
        });
        if called {
            self.dialects_of(token);
            self.hit(Id::CommandExecution, token.range());
        }
    }

    /// `name(`.
    pub(super) fn call(&mut self, token: Token, role: Role) {
        let mut ahead = self.ahead();
        let (open, argument) = (ahead.next(), ahead.next());
        if role == Role::Delay && open.is_some_and(|open| open.kind == Kind::Dot && open.start == token.end) {
            return self.delay(token, true);
        }
        if open.is_none_or(|open| self.tokens.bytes()[open.start] != b'(') {
            return;
        }
        let empty = argument.is_none_or(|argument| argument.kind == Kind::Close);
        let method = self.last.is_some_and(|last| last.kind == Kind::Dot);
        match role {
            Role::Info | Role::Object if empty => {
                self.info += 1;
                let value = self.mode != Mode::Statement && self.ground() == Ground::Firm;
                if value && self.last.is_some_and(|last| last.kind == Kind::Number) {
                    self.hit(Id::FunctionProbe, token.range());
                }
            }
            _ => self.calls += 1,
        }
        let remark = self.last.is_none() && open.is_some_and(|open| open.start > token.end);
        match role {
            // `Benchmark (2024)`.
            Role::Delay if remark => {}
            Role::Error | Role::File if method => {}
            Role::Error | Role::File if self.last.is_none() && self.context.is_bare() => {
                self.evidence.add_weight(
                    if role == Role::File { Id::FileAccess } else { Id::ErrorFunction },
                    0.45,
                    token.range(),
                );
            }
            Role::Delay if !empty => self.delay(token, false),
            Role::Error => {
                self.dialects_of(token);
                // A whole statement calls it with the document that it is about.
                if self.mode == Mode::Statement && !argument.is_some_and(is_padding) {
                    self.evidence.add_weight(Id::ErrorFunction, 0.3, token.range());
                } else {
                    self.hit(Id::ErrorFunction, token.range());
                }
            }
            Role::File => {
                self.dialects_of(token);
                self.hit(Id::FileAccess, token.range());
            }
            Role::Function => {
                self.choice(token);
                self.nested(token, argument);
            }
            _ => {}
        }
    }

    /// `floor(rand(`, `exp(~(`: errors that tell. `ascii(substr((select`: a character of an answer.
    fn nested(&mut self, token: Token, argument: Option<Token>) {
        let Some(argument) = argument else { return };
        let bytes = self.tokens.bytes();
        let is = |token: Token, name: &[u8]| bytes[token.range()].eq_ignore_ascii_case(name);
        let error = is(token, b"floor") && is(argument, b"rand") || is(token, b"exp") && is(argument, b"~");
        if self.mode == Mode::Statement {
            let taken = self.ahead().skip(2).find(|token| token.kind != Kind::Open);
            let character = argument.is(Role::Function)
                && [&b"ascii"[..], b"ord", b"unicode", b"hex"].into_iter().any(|name| is(token, name));
            if error {
                self.evidence.add_weight(Id::ErrorFunction, 0.3, token.range());
            } else if character && taken.is_some_and(|taken| matches!(taken.role(), Role::Select | Role::Info)) {
                self.evidence.add_weight(Id::FunctionProbe, 0.6, token.range());
            }
        } else if error {
            self.hit(Id::ErrorFunction, token.range());
        } else if argument.is(Role::Function) && self.grammar.operators() > 0 && self.context.is_bare() {
            self.info += u32::from(self.ground() == Ground::Firm);
        }
    }

    /// `sleep(5)`, `pg_sleep(5)`, `dbms_lock.sleep(5)`.
    fn delay(&mut self, token: Token, package: bool) {
        let bytes = &self.tokens.bytes()[token.range()];
        let method =
            self.last.is_some_and(|last| last.kind == Kind::Dot || self.tokens.bytes()[last.range()] == *b"::");
        let plain = bytes.eq_ignore_ascii_case(b"sleep") || bytes.eq_ignore_ascii_case(b"benchmark");
        let expected = self.last.is_none_or(|last| {
            matches!(
                last.kind,
                Kind::Word(
                    Role::Call
                        | Role::Logic
                        | Role::Select
                        | Role::Verb
                        | Role::If
                        | Role::Compare
                        | Role::Arithmetic
                        | Role::Prefix
                        | Role::Then
                        | Role::Else
                ) | Kind::Operator(_)
                    | Kind::Open
                    | Kind::Comma
                    | Kind::Semicolon
            )
        });
        self.dialects_of(token);
        if bytes.eq_ignore_ascii_case(b"get_lock") && self.mode == Mode::Statement {
            self.evidence.add_weight(Id::Delay, 0.3, token.range());
        } else if !plain || package {
            self.evidence.add_weight(Id::Delay, if plain { 0.3 } else { 0.85 }, token.range());
        } else if !method && expected && self.last.is_some() {
            self.hit(Id::Delay, token.range());
        } else if !method && self.last.is_none() {
            self.evidence.add_weight(Id::Delay, 0.45, token.range());
        }
    }

    /// `@@version`.
    pub(super) fn variable(&mut self, token: Token) {
        if self.tokens.bytes()[token.start..].starts_with(b"@@") {
            self.info += 1;
        }
    }

    /// `x'),('y`, at the comma behind a parenthesis.
    #[inline(never)]
    pub(super) fn values_splice(&mut self, token: Token) {
        let opens = || self.next().is_some_and(|next| next.kind == Kind::Open);
        if self.grammar.parentheses() > 0 && self.grammar.has_operand() && opens() {
            let ground = if self.context.is_bare() { Ground::Word } else { self.ground() };
            self.add(Id::ValuesSplice, ground, token.range());
        }
    }
}

/// A number, a variable, `null`: what an attacker fills columns with.
pub(super) const fn is_padding(token: Token) -> bool {
    matches!(token.kind, Kind::Number | Kind::Variable | Kind::Word(Role::Literal))
}

/// What a list is that begins with a word.
fn names(first: Token, next: Option<Token>, third: Option<Token>, parentheses: bool, bytes: &[u8]) -> List {
    let Some(next) = next else { return List::End };
    let valued =
        third.is_some_and(|third| third.is_literal() || matches!(third.kind, Kind::Word(Role::Function | Role::Info)));
    match next.kind {
        Kind::Open if next.start == first.end || first.role() != Role::Name => List::Sure,
        Kind::Operator(Operator::Arithmetic | Operator::Logic) => List::Names,
        Kind::Operator(Operator::Sign { .. }) if valued => List::Names,
        Kind::Comma if valued && bytes.get(next.end).is_some_and(|byte| !byte.is_ascii_whitespace()) => List::Sure,
        Kind::Close if parentheses => List::Names,
        // The end of a sentence.
        Kind::Dot if next.start == first.end && bytes.get(next.end).is_none_or(u8::is_ascii_whitespace) => List::No,
        Kind::Comma | Kind::Dot | Kind::Word(Role::From | Role::As) => List::Names,
        _ => List::No,
    }
}
