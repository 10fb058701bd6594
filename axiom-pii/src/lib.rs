//! Finds personal data in text, checks it, and replaces it by placeholders.
//!
//! ```
//! use axiom_pii::Scanner;
//!
//! let scanner = Scanner::new();
//! let mut findings = Vec::new();
//! let redacted = scanner.redact("Refund 4111 1111 1111 1111 and write to bob@example.com.", &mut findings);
//!
//! assert_eq!(redacted, "Refund [REDACTED:credit_card] and write to [REDACTED:email].");
//! assert_eq!(findings[0].kind, "credit_card");
//! assert_eq!(findings[0].range, 7..26);
//! ```
//!
//! # What it finds
//!
//! The [`catalogue`] is the list: every type with its validator and the source of that, its context words, its
//! placeholder and its default action: cards, accounts and wallets; numbers that states give to persons; ways to reach a
//! person; devices; keys and tokens. The rules themselves are in [`number`] and [`checksum`]. A value is reported where it stands free: not inside a longer word, number, hash, identifier or decimal
//! fraction, and not the account number of an Amazon Resource Name.
//!
//! # What it promises
//!
//! - Findings are sorted and disjoint, and their ranges are bytes of the text as it came, on character boundaries.
//!   [`code_points`] and [`utf16`] tell them in the units of Python and JavaScript.
//! - A finding never carries the value.
//! - Time grows linearly with the text, whatever the text is; no input makes it panic. [`Scanner::scan`] allocates
//!   nothing but the growth of the vector it is given, unless it looks for a host's own types.
//! - Scanning a redacted text again finds nothing more to redact.
//!
//! # What it does not promise
//!
//! - A number can satisfy every rule and still be something else: one in ten passes a Luhn check. And a value written
//!   in a way that nobody writes it is not found: with commas between the groups of a card number, in Base64.
//! - Names of persons and places are not found: that takes a model of language, not rules. It plugs in as a [`Detector`].
//! - What a host adds is its own affair: an expression can cost more time than all other rules, a detector any; and an
//!   expression that reaches across a placeholder finds more in a redacted text.
//! - What has a weak check digit or none (bank accounts, passports, dates of birth, most numbers of nine to eleven digits)
//!   is found beside a label only. Labels are known in the languages that the catalogue names.
//! - An address is well-formed, not reachable; a social security number is assignable, not assigned.
//!
//! # Scores
//!
//! | score | meaning |
//! |---|---|
//! | 1.0 | two signs or more: the right form, and a label or the usual grouping |
//! | 0.85 – 0.95 | one strong sign: the check digits with prefix and length, or the form of an address |
//! | 0.5 – 0.8 | a form that other values share, or a weaker one with a label |
//! | below 0.5 | possible, not reported unless [`ScannerBuilder::min_score`] says so: nine digits, a card number of a rare length |
//!
//! A label or the usual grouping adds 0.4, up to 1.0. The label of something else (`order`, `tracking`, `phone`) takes
//! away 0.5, which is enough to drop a solid card number and not enough to drop one in groups of four.
//!
//! Labels are words, whole and in any case: the name of the field, up to six words before the value, up to four after
//! it. Where a key touches the value, as in `"ssn": "…"` or `card=…`, only that key counts.
//!
//! # Telephone numbers
//!
//! A number with a country code has the length that the country's numbers have, or it needs a label. A national number
//! is known by the plan of a region that [`ScannerBuilder::regions`] names: leading digits, length, trunk prefix, and
//! groups that are usual somewhere. In one piece it still needs a label, because any number looks like that. Without
//! regions the groups of North America are known, and those that begin with 0. The more regions are named, the more
//! other numbers look like one of theirs: name those whose numbers are expected.
//!
//! # Custom types
//!
//! A host adds types of its own, named in lower snake case, by what their values look like (`Pattern`), by the values
//! themselves (`WordList`; both with the feature `patterns`), or by code: a [`Detector`]. That is where a model that
//! recognizes names of persons and postal addresses plugs in; this crate does not look for those by itself. Minimum
//! scores, labels, actions, operators and overlaps hold for them as for the catalogue's; where everything else is equal,
//! a host's own type stays. [`ScannerBuilder::allow`] and its siblings name values that are known and need no protection.
//!
//! ```
//! use axiom_pii::{Pattern, Scanner, WordList};
//!
//! let scanner = Scanner::builder()
//!     .pattern(Pattern::new("employee_id", r"EMP-\d{6}").context(["staff"]))
//!     .words(WordList::new("project_name", ["Blue Heron"]))
//!     .allow_domain("axiom.example")
//!     .build()?;
//! let redacted = scanner.redact("EMP-004211 (bob@axiom.example) works on Blue Heron.", &mut Vec::new());
//! assert_eq!(redacted, "[REDACTED:employee_id] (bob@axiom.example) works on [REDACTED:project_name].");
//! # Ok::<(), axiom_pii::Error>(())
//! ```
//!
//! # Configuration
//!
//! With the feature `config`, `Config` reads everything that [`ScannerBuilder`] and [`OperatorsBuilder`] take, but for keys
//! and detectors, from TOML or JSON. Unknown keys are errors; an error says its line, column and key.
//!
//! ```
//! let config = axiom_pii::Config::from_toml(
//!     r#"
//!     categories = ["contact", "financial"]
//!     min_scores = { phone = 0.7 }
//!     allow = { examples = true }
//!
//!     [[words]]
//!     type = "project_name"
//!     words = ["Blue Heron"]
//!
//!     [[rules]]
//!     type = "project_name"
//!     action = "block"
//!     "#,
//! )?;
//! assert!(config.scanner()?.enforce("about Blue Heron").is_err());
//! # Ok::<(), axiom_pii::Error>(())
//! ```
//!
//! # How it works
//!
//! One pass stops at anchors: digits and at signs (private keys are looked for by their first line). An anchor is expanded
//! to a word, whose length, shape and next byte select the few forms that it can have; a form that fits is validated; the
//! context, which is read once a place and looked up in one vocabulary of all types, sets the score; of findings that overlap, the one with the higher score stays, then the longer one, then the one that comes first in
//! the catalogue.
//!
//! Where characters beyond ASCII stand beside digits or codes, the text around is read a second time as it looks: decimal
//! digits of every script, full-width characters, other spaces and dashes, letters that look alike; what is not seen
//! (joiners, soft hyphens, marks over digits) is passed over. Ranges are those of the original characters.
//!
//! In a text that is a URL, HTML or JSON, a value may begin behind an escape (`%3D`, `\n`), a space between its groups may be
//! written as one (`%20`, `&nbsp;`), and so may an at sign (`%40`, `\u0040`, `&#64;`); other characters of a value may not,
//! but where JSON is read as [JSON](Json).
//!
//! # In documents
//!
//! [`Json`] reads JSON and JSON Lines, [`Csv`] reads tables, of any length; both write them again with what is to be
//! redacted replaced and nothing else changed. [`Linter`] looks for secrets and personal data that were typed into a
//! configuration.
//!
//! # In streams
//!
//! [`StreamRedactor`] redacts a text that comes in chunks, of any length in constant memory, and holds back only what is
//! not decided yet; the module [`stream`] has readers and writers around it. The result is that of the whole text.
//!
//! # What is done about it
//!
//! [`Scanner::enforce`] blocks, redacts, warns or logs as a [`Policy`] says for each enforcement point, type and score.
//! What stands in for a redacted value is a placeholder, or what one of the [operators](operator) makes of it: a mask, a
//! keyed token, a value that can be revealed, another one of the same form.
//!
//! # In the audit pipeline
//!
//! [`PiiScrubber`] is the [`Scrubber`](axiom_core::Scrubber) for events.

#![forbid(unsafe_code)]

mod allow;
mod block;
mod boundary;
mod builder;
mod catalogue;
pub mod checksum;
mod class;
#[cfg(feature = "config")]
mod config;
mod context;
mod csv;
mod detect;
mod detector;
mod document;
mod dump;
mod enforce;
mod error;
mod escape;
mod feed;
mod fields;
mod fold;
mod form;
mod json;
mod lint;
#[cfg(feature = "patterns")]
mod matcher;
mod moment;
mod name;
pub mod number;
mod offsets;
pub mod operator;
mod overlap;
mod own;
mod pass;
#[cfg(feature = "patterns")]
mod pattern;
mod policy;
mod reach;
mod redact;
mod region;
mod row;
mod scanner;
mod scratch;
mod scrubber;
mod settle;
mod similar;
pub mod stream;
mod tail;
mod token;
mod uuid;
#[cfg(feature = "patterns")]
mod validator;
mod window;
mod word;
#[cfg(feature = "patterns")]
mod words;
#[cfg(feature = "patterns")]
mod worth;

pub use builder::ScannerBuilder;
pub use catalogue::{Category, Kind, Words, catalogue};
#[cfg(feature = "config")]
pub use config::Config;
pub use csv::{Csv, Delimiter, InCell};
pub use detect::phone::phone_regions;
pub use detector::Detector;
pub use document::{DocumentError, Place};
pub use enforce::{Blocked, Enforced};
pub use error::Error;
pub use json::{Json, Located};
pub use lint::{Linter, Remark, Severity};
pub use offsets::{code_points, utf16};
pub use operator::{Closed, DateShift, Mask, Operator, Operators, OperatorsBuilder, Precision, Revealed};
#[cfg(feature = "patterns")]
pub use pattern::Pattern;
pub use policy::{Policy, Rule};
pub use redact::{Placeholders, Substitute};
pub use scanner::Scanner;
pub use scratch::Scratch;
pub use scrubber::PiiScrubber;
pub use stream::StreamRedactor;
#[cfg(feature = "patterns")]
pub use words::WordList;
