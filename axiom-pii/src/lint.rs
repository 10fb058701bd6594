//! Lint: secrets and personal data that were typed into a configuration or an automation.

mod assignment;
mod literal;
mod name;
mod pass;
mod spot;

use core::fmt;
use core::ops::Range;
use std::borrow::Cow;
use std::collections::HashMap;

use sha2::{Digest, Sha256};

use self::pass::Pass;
use crate::catalogue::{Category, Id};
use crate::document::DocumentError;
use crate::scanner::Scanner;

/// Looks for secrets and personal data typed into a JSON document that is stored: a configuration, the steps of an
/// automation.
///
/// Beyond what a [`Scanner`] finds it reports [`LITERAL_SECRET`](Self::LITERAL_SECRET), any value that is typed in where
/// a secret belongs:
/// - into a field whose name says so, in any style of writing (`password`, `DB_PASSWORD`, `clientSecret`, `x-api-key`);
/// - into `value`, `text` and the like beside a `name`, `key` or `selector` that says so, or inside of an object whose name
///   does;
/// - inside a text (`?api_key=…`, `Password=…;`, a line `Authorization: Bearer …`), and inside JSON in a string.
///
/// What only tells where the value comes from is none: variables and templates (`${VAR}`, `{{ secrets.x }}`, `%VAR%`),
/// references to secret stores (`vault:…`, `env:NAME`, `arn:aws:secretsmanager:…`, `op://…`), masks (`***`), and
/// placeholders for people (`<your token>`, `your-api-key`).
///
/// ```
/// use axiom_pii::{Linter, Scanner, Severity};
///
/// let automation = br#"{"steps": [
///   {"type": "enter_text", "selector": "input[name=password]", "text": "hunter2"},
///   {"type": "webhook", "headers": {"X-Api-Key": "{{ secrets.crm }}"}, "notify": "bob@example.com"}
/// ]}"#;
/// let remarks = Linter::new(Scanner::new()).lint(automation)?;
///
/// assert_eq!(remarks[0].to_string(), "error: literal_secret at /steps/0/text");
/// assert_eq!((remarks[0].line, remarks[0].columns.clone()), (2, 71..78));
/// assert_eq!(remarks[0].advice, "move it into a secret store and refer to it by name");
/// assert_eq!((remarks[1].severity, &*remarks[1].kind), (Severity::Warning, "email"));
/// assert_eq!(remarks.len(), 2);
/// # Ok::<(), axiom_pii::DocumentError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Linter {
    scanner: Scanner,
    allowed: Vec<String>,
}

impl Linter {
    /// The type of a literal secret that has no type of its own.
    pub const LITERAL_SECRET: &str = "literal_secret";

    /// A linter for the types of `scanner`, and for literal secrets.
    #[must_use]
    pub const fn new(scanner: Scanner) -> Self {
        Self { scanner, allowed: Vec::new() }
    }

    /// Says nothing about what stands at `pointer` (RFC 6901) or below it; the token `*` is any key or index.
    ///
    /// ```
    /// let linter = axiom_pii::Linter::default().allow("/owners/*/mail");
    /// assert!(linter.lint(br#"{"owners": [{"mail": "bob@example.com"}]}"#)?.is_empty());
    /// # Ok::<(), axiom_pii::DocumentError>(())
    /// ```
    #[must_use]
    pub fn allow(mut self, pointer: impl Into<String>) -> Self {
        self.allowed.push(pointer.into());
        self
    }

    /// What is to be said about `document`, in the order of its text.
    ///
    /// # Errors
    /// [`DocumentError`] where it is no JSON, or too deep: [`Json`](crate::Json) names the limits.
    pub fn lint(&self, document: &[u8]) -> Result<Vec<Remark>, DocumentError> {
        let mut remarks = Pass::over(&self.scanner, document, &|pointer| !self.is_allowed(pointer))?;
        spot::fill_in(document, &mut remarks);
        number(&mut remarks);
        Ok(remarks)
    }

    fn is_allowed(&self, pointer: &str) -> bool {
        self.allowed.iter().any(|allowed| {
            let mut tokens = pointer.split('/');
            allowed.split('/').all(|token| tokens.next().is_some_and(|here| token == here || token == "*"))
        })
    }
}

/// Something that should not stand in a document; never its value.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Remark {
    /// How bad it is.
    pub severity: Severity,
    /// The type of what was found, or [`Linter::LITERAL_SECRET`].
    pub kind: Cow<'static, str>,
    /// How sure that is, from 0.0 to 1.0.
    pub score: f32,
    /// JSON Pointer (RFC 6901) of the value, or of the member whose key it is, with placeholders for personal data in
    /// keys. One of more than 512 characters is cut and ends with an ellipsis.
    pub pointer: String,
    /// Whether it stands in a key.
    pub is_key: bool,
    /// Where it is written, in bytes.
    pub raw: Range<usize>,
    /// On which line, from 1.
    pub line: usize,
    /// In which columns, in code points from 1.
    pub columns: Range<usize>,
    /// What to do about it, in one sentence without a full stop.
    pub advice: &'static str,
    /// How many remarks of the same type at the same pointer come before it.
    pub nth: usize,
}

impl Remark {
    /// A name for the remark that stays when lines move: the same for the same type at the same pointer.
    ///
    /// It is computed from those alone, so that it tells nothing about the value.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let place = [&*self.kind, &self.pointer, &self.nth.to_string()].join("\n");
        Sha256::digest(place).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} at {}", self.severity, self.kind, self.pointer)
    }
}

/// How bad a remark is: the worse, the greater.
///
/// | severity | what |
/// |---|---|
/// | error | keys, tokens and passwords; numbers of persons, cards and accounts with a score of 0.85 or more |
/// | warning | such numbers with a lower score; addresses, telephone numbers and bookings with a score of 0.85 or more; types of the host |
/// | note | the rest of those; addresses of machines and devices |
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Severity {
    /// Worth a look.
    Note,
    /// Should be changed.
    Warning,
    /// Must not be stored.
    Error,
}

impl Severity {
    /// The severity's name, as SARIF calls the level.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    fn of(category: Option<Category>, score: f32) -> Self {
        match category {
            Some(Category::Secret) => Self::Error,
            Some(Category::Financial | Category::Identity) if score >= SURE => Self::Error,
            Some(Category::Contact | Category::Travel) if score < SURE => Self::Note,
            Some(Category::Device) => Self::Note,
            _ => Self::Warning,
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Numbers the remarks of one type at one pointer.
fn number(remarks: &mut [Remark]) {
    let mut counts = HashMap::new();
    for remark in remarks {
        let count: &mut usize = counts.entry((remark.kind.clone(), remark.pointer.clone())).or_default();
        remark.nth = *count;
        *count += 1;
    }
}

/// The category of a type of the catalogue, and of literal secrets.
fn category(kind: &str) -> Option<Category> {
    if kind == Linter::LITERAL_SECRET { Some(Category::Secret) } else { Id::named(kind).map(|id| id.kind().category) }
}

/// What to do about values of a category.
const fn advice(category: Option<Category>) -> &'static str {
    match category {
        Some(Category::Secret) => "move it into a secret store and refer to it by name",
        Some(Category::Device) => "keep addresses of machines in the environment and refer to them by name",
        Some(Category::Financial) => {
            "read it from a source of data at run time, and store no more of it than the last four digits"
        }
        _ => "read it from a source of data at run time instead of storing it here",
    }
}

/// From which score on a type is beyond doubt.
const SURE: f32 = 0.85;
