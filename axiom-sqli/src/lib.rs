//! Finds SQL injection in values, statements and prompts.
//!
//! ```
//! use axiom_sqli::{Category, Mode, scan};
//!
//! let report = scan("O'Brien' or '1'='1", Mode::Field);
//! assert!(report.is_blocked());
//! assert!(report.categories.contains(Category::BooleanBlind));
//!
//! assert!(!scan("Sean O'Brien or his brother", Mode::Field).is_blocked());
//! assert!(scan("DROP TABLE users", Mode::Statement).is_blocked());
//! assert!(!scan("SELECT name FROM users WHERE id = 7", Mode::Statement).is_blocked());
//! ```
//!
//! # One layer of several
//!
//! A scanner guesses. **Parameterized queries are the cure**, and accounts that may do no more than they must; a scan
//! belongs in front of code that cannot be changed, of agents that write their own statements, and beside the log.
//! Whoever knows the rules can write what none of them knows, so a passed scan proves nothing.
//!
//! # Modes
//!
//! | mode | the input is | read as | blocked from |
//! |---|---|---|---|
//! | [`Field`](Mode::Field) | a value on its way into a statement | it would stand bare, in `'…'` and in `"…"` | 0.5 |
//! | [`Statement`](Mode::Statement) | a whole statement | it is | 0.5 |
//! | [`Prompt`](Mode::Prompt) | prose, which may talk about SQL | a field, with less weight on some signs | 0.7 |
//!
//! # How it works
//!
//! A tokenizer of the words and marks of MySQL, MariaDB, PostgreSQL, SQL Server, Oracle and SQLite feeds a small
//! grammar: does a value stand here, or an operator? Where the input has been an expression so far, signs weigh more
//! than in the midst of prose: `1 or 1=1` is an attack, "10 or less" is not. Words that may begin a clause (`union`,
//! `;`, `or`, `sleep`) are looked at with the few tokens that follow, wherever they stand. Each sign is one of the
//! [`rules`], which say what it weighs, with an example that is blocked and one that passes.
//!
//! # In a host
//!
//! [`decode`] undoes what the host will decode; [`scan_json`] scans the arguments of a tool call or the rows of an
//! answer; a [`Policy`] says what is done about a score at each enforcement point; a [`SqliScrubber`] in front of the
//! audit log makes a finding of what it sees, with the event that it was in.
//!
//! # What it promises
//!
//! - Nothing is allocated by [`scan`]; time grows linearly with the input; no input makes it panic.
//! - A [`Report`] never holds the input.
//! - All of the input is read: an attack behind a megabyte of text is found.
//!
//! # Measured
//!
//! | what | blocked |
//! |---|---:|
//! | 8,487 attacks of libinjection's public corpora, on which this was tuned | 99.93 % |
//! | 214 benign texts of the same | 0.47 % |
//! | 1,361,095 lines of the documentation of installed packages, mode `Field` | 0.016 % |
//! | 20,000 statements of a grammar, mode `Statement` (`tests/statements`) | at most 0.1 % |
//! | 24,000 of these with an attack for a value | at least 99 % |
//!
//! The program `sqli_accuracy` of `axiom-benches` measures files (`sqli_accuracy attacks.jsonl`,
//! `sqli_accuracy --benign README.md`). `DIFFERENCES.md` in this crate tells, by sorts of inputs, where this scanner and
//! the Rust port of libinjection (`libinjectionrs` 0.1) judge differently and who is right; `sqli_differences` writes it
//! anew.
//!
//! In CPU time, in one process, 7 times as fast as that port on the attacks of the bench `sqli`, 5 times on those 8,487,
//! 13 times on prose and 9 times on statements; a text of 60 to 100 bytes takes 0.3 to 0.9 µs on a busy two-core Xeon,
//! and a byte of a long text some 5 ns, whether it is one of a thousand or of ten million. The program `sqli_speed`
//! measures files.
//!
//! # Statements that are meant to destroy
//!
//! `DROP TABLE`, `TRUNCATE`, a `DELETE` without a condition, `GRANT ALL` are blocked in mode `Statement` by design:
//! an agent is seldom meant to send one. Where a migration is, the host looks at the categories, and lets pass what is
//! dangerous and nothing else:
//!
//! ```
//! use axiom_sqli::{Category, Mode, scan};
//!
//! let migrates = |statement: &str| {
//!     let report = scan(statement, Mode::Statement);
//!     !report.is_blocked() || report.categories.iter().all(|category| category == Category::DangerousStatement)
//! };
//! assert!(migrates("ALTER TABLE users DROP COLUMN phone"));
//! assert!(!migrates("SELECT name FROM users WHERE id = 1 OR 1=1"));
//! assert!(!migrates("SELECT name FROM users; DROP TABLE users"));
//! ```
//!
//! # What it does not promise
//!
//! - What the host decodes later is not decoded here: a `%27` stays three characters ([`decode`] helps). Only `%20` and
//!   its like count as blanks.
//! - Values that need no SQL to do harm: `admin`, `-1`, a column's name in `ORDER BY`.
//! - What prose has, too, is let pass: `1 or 2`, `5 and 0`, `1 limit 1`. In mode `Statement` so are conditions that any
//!   program may write (`AND id > 0`, `ORDER BY 5`) and `WHERE 1=1`, and texts that end with a backslash are read as
//!   MySQL does.
//! - Pluses for blanks and keywords that a filter takes apart (`selselectect`): decode and filter first, then scan.
//! - Dialects beyond the five, and query languages that are not SQL.

#![forbid(unsafe_code)]

mod category;
mod class;
mod context;
mod decode;
mod dialect;
mod eight;
mod evidence;
mod json;
mod keyword;
mod lookahead;
mod policy;
mod reader;
mod report;
mod rule;
mod scan;
mod scrubber;
mod token;
mod tokenizer;

pub use category::{Categories, Category};
pub use decode::{Decoding, decode};
pub use dialect::Dialects;
pub use json::{Located, scan_json};
pub use policy::{Levels, Policy};
pub use report::{Explanation, Report};
pub use rule::{Mode, Rule, rules};
pub use scan::scan;
pub use scrubber::SqliScrubber;
