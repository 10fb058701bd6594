//! The rules: what counts as a sign of injection, in one table.

use crate::category::Category;

/// Every rule of the scanner.
///
/// ```
/// use axiom_sqli::{Mode, rules, scan};
///
/// for rule in rules() {
///     assert!(scan(rule.attack, rule.mode).is_blocked(), "{}", rule.id);
///     assert!(!scan(rule.benign, rule.mode).is_blocked(), "{}", rule.id);
/// }
/// ```
#[must_use]
pub const fn rules() -> &'static [Rule] {
    &RULES
}

/// A sign of injection: what it is, what it weighs, and what it looks like.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Rule {
    /// Its name in reports, in lower snake case.
    pub id: &'static str,
    /// The sort of attack it is a sign of.
    pub category: Category,
    /// What it adds to the score on firm ground, from 0.0 to 1.0: directly behind a quotation mark that ends the host's
    /// string, or behind a number or another value that the input begins with.
    pub firm: f32,
    /// What it adds behind one word that the input begins with, as in `name and 1=1`.
    pub word: f32,
    /// What it adds elsewhere: in the midst of text that is no SQL.
    pub loose: f32,
    /// How much of that it adds in mode [`Prompt`](Mode::Prompt), where SQL may be talked about.
    pub prompt: f32,
    /// What it adds at most in mode [`Statement`](Mode::Statement), where SQL is expected.
    pub statement: f32,
    /// What it means.
    pub meaning: &'static str,
    /// The mode that the examples are scanned in.
    pub mode: Mode,
    /// An input that it makes the scanner block.
    pub attack: &'static str,
    /// One that looks alike and passes.
    pub benign: &'static str,
}

/// What the input is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Mode {
    /// A value on its way into a statement: a search term, a parameter, a form field.
    Field,
    /// Prose for a model, which may talk about SQL.
    Prompt,
    /// A whole statement, as an agent or a connector writes it.
    Statement,
}

impl Mode {
    /// Every mode.
    pub const ALL: [Self; 3] = [Self::Field, Self::Prompt, Self::Statement];

    /// The mode's name as configuration writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Field => "field",
            Self::Prompt => "prompt",
            Self::Statement => "statement",
        }
    }

    /// The score from which an input of this mode is blocked, unless the host decides otherwise.
    #[must_use]
    pub const fn threshold(self) -> f32 {
        match self {
            Self::Field | Self::Statement => 0.5,
            Self::Prompt => 0.7,
        }
    }
}

/// The places of the rules in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Id {
    CaseProbe,
    CatalogAccess,
    CommentTail,
    CommandExecution,
    Condition,
    CommentedKeyword,
    CutComment,
    Delay,
    Destructive,
    ErrorFunction,
    FileAccess,
    FunctionProbe,
    OddNumber,
    OrderProbe,
    QuoteSplice,
    SelectList,
    Stacked,
    Subquery,
    Tautology,
    TruthValue,
    UnionSelect,
    UnionTail,
    ValuesSplice,
    VersionComment,
}

/// How many rules there are.
pub(crate) const COUNT: usize = 24;

/// Every place, in order.
pub(crate) const RULE_IDS: [Id; COUNT] = [
    Id::CaseProbe,
    Id::CatalogAccess,
    Id::CommentTail,
    Id::CommandExecution,
    Id::Condition,
    Id::CommentedKeyword,
    Id::CutComment,
    Id::Delay,
    Id::Destructive,
    Id::ErrorFunction,
    Id::FileAccess,
    Id::FunctionProbe,
    Id::OddNumber,
    Id::OrderProbe,
    Id::QuoteSplice,
    Id::SelectList,
    Id::Stacked,
    Id::Subquery,
    Id::Tautology,
    Id::TruthValue,
    Id::UnionSelect,
    Id::UnionTail,
    Id::ValuesSplice,
    Id::VersionComment,
];

impl Id {
    pub(crate) const fn rule(self) -> &'static Rule {
        &RULES[self as usize]
    }
}

const fn rule(
    id: &'static str,
    category: Category,
    weights: [f32; 5],
    mode: Mode,
    meaning: &'static str,
    attack: &'static str,
    benign: &'static str,
) -> Rule {
    let [firm, word, loose, prompt, statement] = weights;
    Rule { id, category, firm, word, loose, prompt, statement, meaning, mode, attack, benign }
}

use Category as C;
use Mode::{Field, Statement};

static RULES: [Rule; COUNT] = [
    rule(
        "case_probe",
        C::BooleanBlind,
        [0.6, 0.6, 0.3, 0.5, 0.0],
        Field,
        "a whole case expression stands where a value should",
        "(CASE WHEN 1=1 THEN 1 ELSE NULL END)",
        "in case you wonder when it ends",
    ),
    rule(
        "catalog_access",
        C::Union,
        [0.55, 0.55, 0.3, 0.5, 0.1],
        Field,
        "a catalogue of tables or accounts is read",
        "1 in (table_name from information_schema.tables",
        "the information schema of our department",
    ),
    rule(
        "comment_tail",
        C::CommentObfuscation,
        [0.6, 0.15, 0.0, 0.4, 0.0],
        Field,
        "a value is complete and a comment cuts off what the host's statement has behind it",
        "admin'--",
        "see the notes -- they help",
    ),
    rule(
        "command_execution",
        C::Stacked,
        [0.9, 0.8, 0.6, 1.0, 0.8],
        Field,
        "a procedure that runs programs, code or requests is called",
        "1 exec master..xp_cmdshell 'dir'",
        "an executive order",
    ),
    rule(
        "condition",
        C::BooleanBlind,
        [0.6, 0.45, 0.15, 0.5, 0.0],
        Field,
        "a logical operator leads to a comparison of a column or a function with a value",
        "1 or name like '%'",
        "5 and a quarter by 8 inches",
    ),
    rule(
        "commented_keyword",
        C::CommentObfuscation,
        [0.45, 0.4, 0.35, 1.0, 0.3],
        Field,
        "a comment stands in place of the blank between two keywords",
        "1/**/or/**/1/**/like/**/1",
        "read/write or/and append",
    ),
    rule(
        "cut_comment",
        C::CommentObfuscation,
        [0.0, 0.0, 0.0, 0.0, 0.6],
        Statement,
        "a comment begins right behind a string, or hides a quotation mark",
        "SELECT id FROM users WHERE name = 'admin'--' AND password = 'x'",
        "SELECT 1 -- don't ask for more",
    ),
    rule(
        "delay",
        C::TimeBlind,
        [0.9, 0.85, 0.3, 1.0, 0.7],
        Field,
        "a function or statement that waits is called",
        "1 and sleep(5)",
        "time.sleep(5) waits for five seconds",
    ),
    rule(
        "destructive",
        C::DangerousStatement,
        [0.8, 0.8, 0.8, 1.0, 0.8],
        Statement,
        "a statement destroys or changes more than a row",
        "DROP TABLE users",
        "DELETE FROM sessions WHERE id = 7",
    ),
    rule(
        "error_function",
        C::ErrorBased,
        [0.8, 0.7, 0.4, 1.0, 0.6],
        Field,
        "a function is called whose error message tells the value it was given",
        "1 and extractvalue(1,concat(0x7e,version()))",
        "extract value from waste",
    ),
    rule(
        "file_access",
        C::ExfilFile,
        [0.9, 0.8, 0.3, 1.0, 0.7],
        Field,
        "a file of the database server is read or written",
        "1 into outfile '/tmp/x'",
        "put it into the out file",
    ),
    rule(
        "function_probe",
        C::BooleanBlind,
        [0.55, 0.55, 0.0, 0.5, 0.6],
        Field,
        "the value is a call of functions that tell about the server, or a letter is taken of a query's answer",
        "length(version())",
        "the version (of the user)",
    ),
    rule(
        "odd_number",
        C::CommentObfuscation,
        [0.5, 0.5, 0.4, 1.0, 0.3],
        Field,
        "a number is written as `1.e`, which only MySQL takes, to lead scanners astray",
        "1.e(ascii(1.e(password)))",
        "see 1.e4 and page 1",
    ),
    rule(
        "order_probe",
        C::Union,
        [0.6, 0.3, 0.0, 0.5, 0.0],
        Field,
        "columns are counted by `order by`, or groups are formed",
        "1 order by 5--",
        "5 by order of the management",
    ),
    rule(
        "quote_splice",
        C::BooleanBlind,
        [0.6, 0.6, 0.0, 0.5, 0.0],
        Field,
        "the host's string is ended, an operator follows, and a new string is left for the host to end",
        "a' or '1",
        "the 'or' operator",
    ),
    rule(
        "select_list",
        C::Union,
        [0.6, 0.45, 0.2, 0.2, 0.0],
        Field,
        "a whole `select` stands where a value should",
        "select 1,2 from users",
        "please select pair #1",
    ),
    rule(
        "stacked_statement",
        C::Stacked,
        [0.8, 0.8, 0.6, 1.0, 0.6],
        Field,
        "a second statement follows",
        "1; drop table users",
        "cast iron; select the size you like",
    ),
    rule(
        "subquery",
        C::BooleanBlind,
        [0.7, 0.6, 0.45, 0.4, 0.0],
        Field,
        "a query stands in parentheses",
        "1 - (select 1 from dual)",
        "colours (select one)",
    ),
    rule(
        "tautology",
        C::BooleanBlind,
        [0.8, 0.6, 0.4, 1.0, 0.7],
        Field,
        "a logical operator leads to a comparison of constants",
        "1 or 1=1",
        "10 or less",
    ),
    rule(
        "truth_value",
        C::BooleanBlind,
        [0.4, 0.1, 0.0, 0.5, 0.55],
        Field,
        "a logical operator leads to a constant",
        "1' or true-- -",
        "00 and 3",
    ),
    rule(
        "union_select",
        C::Union,
        [0.9, 0.9, 0.8, 1.0, 0.6],
        Field,
        "the rows of a second query are added",
        "-1 union select 1,2,3",
        "the union select committee",
    ),
    rule(
        "union_tail",
        C::Union,
        [0.6, 0.0, 0.0, 0.5, 0.0],
        Field,
        "a second query is begun",
        "-1 union",
        "1950 union made",
    ),
    rule(
        "values_splice",
        C::Stacked,
        [0.6, 0.2, 0.0, 0.5, 0.0],
        Field,
        "a list of values is ended and another one begun",
        "x'),('y",
        "f(a),(b)",
    ),
    rule(
        "version_comment",
        C::CommentObfuscation,
        [0.6, 0.6, 0.5, 1.0, 0.2],
        Field,
        "code hides in a comment that MySQL executes",
        "1 /*!50000and*/ 1",
        "/* ! important */",
    ),
];
