//! One reading of the input: follows the grammar token by token, and stops at what may begin a clause.

use crate::context::{Context, words};
use crate::evidence::{Evidence, Ground};
use crate::keyword::{self, Role};
use crate::lookahead::{Ahead, Lookahead};
use crate::rule::{Id, Mode};
use crate::token::{Kind, Operator, Quote, Token};
use crate::tokenizer::Tokenizer;

mod clause;
mod condition;
mod grammar;
mod opening;
mod probe;
mod statement;
mod verb;

use condition::Condition;
use grammar::Grammar;
use statement::Change;

/// One reading of the input.
pub(crate) struct Reader<'a> {
    tokens: Lookahead<'a>,
    context: Context,
    mode: Mode,
    evidence: Evidence,
    grammar: Grammar,
    condition: Option<Condition>,
    /// The last token that was no comment.
    last: Option<Token>,
    /// The comment behind `last`.
    comment: Option<Token>,
    /// Calls of known functions, and of those that tell about the server.
    calls: u32,
    info: u32,
    /// How far `case … when … then … end` has come.
    case: u8,
    /// A statement that changes rows, and has no condition yet.
    change: Option<Change>,
    /// The word that the first statement begins with.
    first_verb: Option<Role>,
    /// Whether the first query begins with a constant.
    seeds: bool,
}

impl<'a> Reader<'a> {
    fn new(input: &'a [u8], context: Context, mode: Mode) -> Self {
        Self {
            tokens: Lookahead::new(Tokenizer::new(input, context.code)),
            context,
            mode,
            evidence: Evidence::new(mode),
            grammar: Grammar::new(&context, mode == Mode::Statement),
            condition: None,
            last: None,
            comment: None,
            calls: 0,
            info: 0,
            case: 0,
            change: None,
            first_verb: None,
            seeds: false,
        }
    }

    /// Reads `input` to the end.
    pub(crate) fn read(input: &'a [u8], context: Context, mode: Mode) -> Evidence {
        let mut reader = Self::new(input, context, mode);
        reader.read_on();
        reader.evidence
    }

    fn read_on(&mut self) {
        while let Some(token) = self.tokens.take() {
            if token.kind == Kind::Comment {
                self.cut_comment(token);
                self.comment = Some(token);
                continue;
            }
            let before = self.grammar;
            self.step(token);
            if self.condition.is_some() {
                self.watch(token, &before);
            }
            self.last = Some(token);
            self.comment = None;
        }
        self.end();
    }

    /// Looks at what `token` may begin, and leads the grammar over it.
    #[inline]
    fn step(&mut self, token: Token) {
        match token.kind {
            Kind::Word(role) => self.word(token, role),
            Kind::Number => self.number(token),
            Kind::Comma => self.comma(token),
            Kind::Open => {
                let query = self.next().is_some_and(|next| next.is(Role::Select));
                self.grammar.open(query);
            }
            Kind::Close => self.grammar.close(),
            Kind::Dot => self.grammar.dot(token, self.last),
            Kind::Operator(operator) => {
                if operator == Operator::Logic {
                    self.logic(token);
                }
                self.grammar.operator(operator);
            }
            Kind::Parameter | Kind::String(_) => self.grammar.value(token, self.last),
            Kind::Variable => {
                self.variable(token);
                self.grammar.value(token, self.last);
            }
            Kind::Semicolon => {
                self.statement(token);
                self.grammar.semicolon();
            }
            Kind::Stray => self.grammar.stray(),
            Kind::Comment => {}
        }
    }

    /// Leads the condition that is open over `token`; the grammar stood at `before`.
    #[inline(never)]
    fn watch(&mut self, token: Token, before: &Grammar) {
        let called = self.condition.is_some() && self.is_called(token);
        let Some(condition) = &mut self.condition else { return };
        if self.grammar.faults() > before.faults() {
            // What is no SQL any more is a sign of nothing more.
            condition.falter(before, !self.context.is_bare(), &mut self.evidence);
            self.condition = None;
            return;
        }
        condition.take(token, called, before);
        if self.grammar.depth() < condition.depth() {
            self.judge();
        }
    }

    fn number(&mut self, token: Token) {
        let bytes = self.tokens.bytes();
        let item = self.last.is_none()
            && bytes[token.range()].ends_with(b".")
            && bytes.get(token.end).is_none_or(u8::is_ascii_whitespace);
        self.grammar.number(token, self.last, item);
    }

    fn comma(&mut self, token: Token) {
        if self.last.is_some_and(|last| last.kind == Kind::Close) {
            self.values_splice(token);
        }
        let tight = self.tokens.bytes().get(token.end).is_some_and(|byte| !byte.is_ascii_whitespace());
        self.grammar.comma(tight);
    }

    #[inline]
    fn word(&mut self, token: Token, role: Role) {
        // A name, of which most of prose is made, begins nothing.
        if role != Role::Name || self.comment.is_some() || self.mode == Mode::Statement {
            self.keyword(token, role);
        }
        if self.is_part(token) {
            self.grammar.part();
        } else {
            self.grammar.word(role, token, self.last);
        }
    }

    /// What a word may begin.
    #[inline(never)]
    fn keyword(&mut self, token: Token, role: Role) {
        self.commented(token, role);
        self.destructive(token, role);
        self.ends_condition(role);
        match role {
            Role::Logic => self.logic(token),
            Role::Where if self.ground() == Ground::Firm => self.logic(token),
            Role::Union => self.union(token),
            Role::Select => self.select(token),
            Role::Order | Role::Group => self.order(token),
            Role::Having => self.having(token),
            Role::Into => self.file_clause(token),
            Role::Procedure => self.procedure(token),
            Role::Waitfor => self.waitfor(token),
            Role::Exec => self.exec(token),
            Role::Load => self.load(token),
            Role::If => self.choice(token),
            Role::Case => self.case = 1,
            Role::When if self.case == 1 => self.case = 2,
            Role::Then if self.case == 2 => self.case = 3,
            Role::End if self.case == 3 => self.case_end(token),
            Role::System => self.catalog(token),
            Role::Execute => self.execute(token),
            Role::Limit => self.limit(token),
            Role::Delay | Role::Error | Role::File | Role::Function | Role::Info | Role::Object => {
                self.call(token, role);
            }
            Role::Drop | Role::Delete | Role::Insert | Role::Update | Role::Declare | Role::Truncate => {
                self.begins_statement(token, false);
            }
            _ => {}
        }
        // Nothing but what began the input stands before it.
        if self.grammar.is_fresh() && !matches!(role, Role::Name | Role::Logic | Role::Compare | Role::Prefix) {
            self.begins_statement(token, !self.context.is_bare());
        }
    }

    /// A comment in place of a blank: `union/**/select`.
    fn commented(&mut self, token: Token, role: Role) {
        let (Some(comment), Some(last)) = (self.comment, self.last) else { return };
        let key = |role| {
            matches!(
                role,
                Role::Union | Role::Select | Role::Logic | Role::From | Role::Where | Role::Into | Role::Order
            )
        };
        let block = self.tokens.bytes()[comment.start] == b'/';
        let tight = comment.start == last.end && comment.end == token.start;
        if block && tight && (key(role) || key(last.role())) {
            self.hit(Id::CommentedKeyword, last.start..token.end);
        }
    }

    /// Whether a function is called, and is no column of the same name; some need no parentheses to be.
    fn is_called(&self, token: Token) -> bool {
        match token.role() {
            Role::Info if self.mode != Mode::Statement => true,
            Role::Function | Role::Info | Role::Delay | Role::Error | Role::File => {
                self.next().is_some_and(|next| matches!(next.kind, Kind::Open | Kind::Dot))
            }
            _ => false,
        }
    }

    /// Whether a word belongs to the one before it: `similar to`, `distinct from`, `at time zone`, `array[1]`.
    fn is_part(&self, token: Token) -> bool {
        let Some(last) = self.last else { return false };
        let bytes = self.tokens.bytes();
        let is = |token: Token, word: &[u8]| bytes[token.range()].eq_ignore_ascii_case(word);
        match last.kind {
            Kind::Word(Role::Compare) => is(token, b"to") && is(last, b"similar"),
            Kind::Word(Role::Prefix) => token.is(Role::From) && self.grammar.operators() > 0 && is(last, b"distinct"),
            Kind::Word(Role::Arithmetic) => is(token, b"time") && is(last, b"at"),
            Kind::Word(Role::Name) if is(last, b"time") => is(token, b"zone"),
            Kind::Word(Role::Name | Role::Type) => bytes[token.start] == b'[' && last.end == token.start,
            _ => false,
        }
    }

    /// Where the input ends.
    #[inline(never)]
    fn end(&mut self) {
        self.conclude();
        let spliced = self.is_spliced();
        if !spliced && self.last.is_some_and(|last| matches!(last.kind, Kind::String(quote) if !quote.is_closed())) {
            self.condition = None;
        }
        self.judge();
        let end = self.last.map_or(self.context.code, |last| last.end);
        self.probe(end);
        if let Some(comment) = self.comment {
            self.comment_tail(comment);
        }
        if spliced && !self.context.is_bare() {
            self.hit(Id::QuoteSplice, self.context.code - 1..end);
        }
        if self.tokens.saw().version_comment {
            let start = self.context.code;
            let ground = if self.context.is_bare() { Ground::Word } else { self.ground() };
            self.add(Id::VersionComment, ground, start..end);
        }
        if self.tokens.saw().odd_number {
            self.hit(Id::OddNumber, self.context.code..end);
        }
        self.evidence.dialects.insert(self.tokens.saw().dialects);
    }

    /// The value is complete, and a comment cuts off the rest.
    fn comment_tail(&mut self, comment: Token) {
        let Some(start) = self.last.map_or(Some(self.context.code), |last| self.ends_value(last)) else { return };
        let body = &self.tokens.bytes()[(comment.start + 2).min(comment.end)..comment.end];
        let direct = self.grammar.operators() == 0;
        let quoted = direct && !self.context.is_bare() && !self.context.is_one_word(self.tokens.bytes());
        let hash = direct
            && self.tokens.bytes()[comment.start..comment.end].trim_ascii().len() > 1
            && self.tokens.bytes()[comment.start] == b'#';
        // `5 -- excellent`, `10 -- 20`.
        let text = body.trim_ascii();
        let remark = self.context.is_bare()
            && self.last.is_some_and(|last| last.end < comment.start)
            && (text.len() > 2 && text.iter().all(u8::is_ascii_alphabetic)
                || !text.is_empty() && text.iter().all(u8::is_ascii_digit));
        if !self.grammar.is_complete() || words(body) > 1 || quoted || hash || remark {
            return;
        }
        self.hit(Id::CommentTail, start..comment.end);
    }

    /// Where `last` begins, if a comment behind it cuts off a value and no prose.
    fn ends_value(&self, last: Token) -> Option<usize> {
        let lonely_string = matches!(last.kind, Kind::String(_)) && self.grammar.operators() == 0;
        let name = matches!(last.kind, Kind::Word(role) if role != Role::Literal);
        let parameter = last.kind == Kind::Parameter;
        (!self.context.is_bare() || !lonely_string && !name && !parameter).then_some(last.start)
    }

    /// Whether the input ends within a string that the host is to end, and that looks like no quotation of prose.
    fn is_spliced(&self) -> bool {
        let quote = self.quote();
        let Some(last) = self.last else { return false };
        let open = last.kind == Kind::String(Quote::new(quote, false));
        if !open || !self.grammar.is_complete() || self.grammar.operators() == 0 {
            return false;
        }
        let content = self.tokens.bytes()[last.start + 1..last.end].trim_ascii_end();
        let ends_quotation = content.first().is_none_or(|byte| b" \t\r\n.,;:)]>&|+?!".contains(byte));
        if self.context.opens_quotation && ends_quotation && !self.context.begins {
            // `A '-' B`.
            return self.context.code <= 4 && content.len() <= 3 && words(content) == 1 && content[0] == b' ';
        }
        let lone = content.is_empty() || words(content) == 1 && !ends_quotation;
        let quoted = self.context.opens_quotation && ends_quotation;
        (self.context.short_prefix || self.grammar.operators() > 1) && (lone || !quoted)
    }

    /// The mark that the host's string is in: also where the input brings one of its own.
    fn quote(&self) -> u8 {
        match self.tokens.bytes().first() {
            Some(mark @ (b'\'' | b'"')) if self.context.is_bare() => *mark,
            _ => self.context.quote,
        }
    }

    fn case_end(&mut self, token: Token) {
        self.case = 0;
        self.hit(Id::CaseProbe, token.range());
    }

    fn ground(&self) -> Ground {
        self.grammar.ground()
    }

    fn hit(&mut self, id: Id, range: core::ops::Range<usize>) {
        let ground = self.ground();
        self.add(id, ground, range);
    }

    fn add(&mut self, id: Id, ground: Ground, range: core::ops::Range<usize>) {
        self.evidence.add(id, ground, range);
    }

    /// Counts the dialects of a word.
    fn dialects_of(&mut self, token: Token) {
        if let Some(keyword) = keyword::find(&self.tokens.bytes()[token.range()]) {
            self.evidence.dialects.insert(keyword.dialects);
        }
    }

    /// The tokens to come, without comments.
    fn ahead(&self) -> Ahead<'_, 'a> {
        self.tokens.ahead()
    }

    /// The next token.
    fn next(&self) -> Option<Token> {
        self.tokens.peek()
    }
}
