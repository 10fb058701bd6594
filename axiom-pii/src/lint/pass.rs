//! The pass: once through a document, from text to text.

use core::ops::Range;
use std::collections::HashSet;

use axiom_core::Finding;

use super::literal::{is_literal, without_scheme};
use super::name::says_secret;
use super::{Linter, Remark, Severity, advice, assignment, category};
use crate::catalogue::Category;
use crate::document::DocumentError;
use crate::json::{Json, Path, Sort, Step, Token, Walker, value};
use crate::scanner::Scanner;

/// One pass over one document, or over one that stands in a string.
pub(super) struct Pass<'a> {
    /// Nothing is scanned in a document that stands in a string: that is scanned as text.
    scanner: Option<&'a Scanner>,
    wanted: &'a dyn Fn(&str) -> bool,
    /// How deep the document stands in strings.
    depth: usize,
    remarks: Vec<Remark>,
    /// The objects that are named like a secret.
    named: HashSet<usize>,
    /// What is a secret if its object is named like one.
    valued: Vec<(usize, Remark)>,
    findings: Vec<Finding>,
}

impl<'a> Pass<'a> {
    /// What is to be said about `document` where the pointer is `wanted`, in the order of the text.
    pub(super) fn over(
        scanner: &'a Scanner,
        document: &[u8],
        wanted: &'a dyn Fn(&str) -> bool,
    ) -> Result<Vec<Remark>, DocumentError> {
        Self::new(Some(scanner), wanted, 0).run(document)
    }

    fn new(scanner: Option<&'a Scanner>, wanted: &'a dyn Fn(&str) -> bool, depth: usize) -> Self {
        let (remarks, valued, findings) = (Vec::new(), Vec::new(), Vec::new());
        Self { scanner, wanted, depth, remarks, named: HashSet::new(), valued, findings }
    }

    fn run(mut self, document: &[u8]) -> Result<Vec<Remark>, DocumentError> {
        let (mut walker, mut decoded) = (Walker::new(Json::LIMITS), String::new());
        while let Step::Text(token) = walker.next(document, true)? {
            self.text(&token, value(&token, &mut decoded), &mut walker.path);
        }
        let named = self.named;
        self.remarks
            .extend(self.valued.into_iter().filter(|(object, _)| named.contains(object)).map(|valued| valued.1));
        self.remarks.sort_by_key(|remark| remark.raw.start);
        Ok(self.remarks)
    }

    fn text(&mut self, token: &Token<'_>, value: &str, path: &mut Path) {
        let is_key = token.sort == Sort::Key;
        self.findings.clear();
        if let Some(scanner) = self.scanner {
            scanner.scan_field(if is_key { path.outer_field() } else { path.field() }, value, &mut self.findings);
        }
        if is_key {
            path.enter_key(value, &self.findings);
            return self.report(token, value, path);
        }
        let secrets = self.secrets(path.field(), token.sort, value);
        self.findings.extend(secrets);
        self.report(token, value, path);
        if let Some(object) = path.object() {
            self.pair(object, token, value, path);
        }
    }

    /// The literal secrets in the value of `field`, beside what has a type of its own.
    fn secrets(&self, field: &str, sort: Sort, value: &str) -> Vec<Finding> {
        let places = if says_secret(field) {
            let typed = is_literal(value) && !is_label(value) && (sort == Sort::String || value.len() >= DIGITS);
            if typed { vec![(0..value.len(), TYPED)] } else { Vec::new() }
        } else {
            self.nested(value)
                .unwrap_or_else(|| assignment::all(value).collect())
                .into_iter()
                .map(|range| (range, ASSIGNED))
                .collect()
        };
        let free =
            |range: &Range<usize>| !self.findings.iter().any(|known| is_secret(known) && overlap(&known.range, range));
        places.into_iter().filter(|(range, _)| free(range)).map(|(range, score)| literal(range, score)).collect()
    }

    /// The literal secrets in a string that is a document itself.
    fn nested(&self, value: &str) -> Option<Vec<Range<usize>>> {
        let possible = value.trim_start().starts_with(['{', '[']) && self.depth < DEPTH;
        let remarks = possible.then(|| Pass::new(None, &|_| true, self.depth + 1).run(value.as_bytes()).ok())??;
        Some(remarks.into_iter().map(|remark| remark.raw).collect())
    }

    /// Looks whether it is one half of a pair like `"name": "password", "value": "hunter2"`, or the value inside of an
    /// object that is called so: `"password": {"value": "hunter2"}`.
    fn pair(&mut self, object: usize, token: &Token<'_>, value: &str, path: &mut Path) {
        let field = path.field().to_lowercase();
        let valued = VALUES.contains(&field.as_str());
        if (NAMES.contains(&field.as_str()) && says_secret(value)) || (valued && says_secret(path.outer_field())) {
            self.named.insert(object);
        }
        let secret = without_scheme(value.trim());
        let typed = is_literal(secret) && !secret.contains(char::is_whitespace) && !is_label(secret);
        if valued && typed && !self.findings.iter().any(is_secret) {
            let remarks = self.remarks.len();
            self.findings = vec![literal(0..value.len(), ASSIGNED)];
            self.report(token, value, path);
            self.valued.extend(self.remarks.drain(remarks..).map(|remark| (object, remark)));
        }
    }

    /// Remarks on what was found in the text of `token`.
    fn report(&mut self, token: &Token<'_>, value: &str, path: &mut Path) {
        if self.findings.is_empty() {
            return;
        }
        let pointer = path.take_pointer();
        if (self.wanted)(&pointer) {
            let mut place = token.places(value);
            self.findings.sort_by_key(|finding| finding.range.start);
            for finding in &self.findings {
                let category = category(&finding.kind);
                self.remarks.push(Remark {
                    severity: Severity::of(category, finding.score),
                    kind: finding.kind.clone(),
                    score: finding.score,
                    pointer: shortened(&pointer),
                    is_key: token.sort == Sort::Key,
                    raw: place(&finding.range),
                    line: 0,
                    columns: 0..0,
                    advice: advice(category),
                    nth: 0,
                });
            }
        }
        path.give_back(pointer);
    }
}

fn literal(range: Range<usize>, score: f32) -> Finding {
    Finding::new(Linter::LITERAL_SECRET, range, score)
}

fn is_secret(finding: &Finding) -> bool {
    category(&finding.kind) == Some(Category::Secret)
}

const fn overlap(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

/// Whether it is what people read beside a field: `Password`, `Your password?`
fn is_label(value: &str) -> bool {
    let value = value.trim();
    let several = value.contains(char::is_whitespace);
    let named = says_secret(value) && !value.bytes().any(|byte| byte.is_ascii_digit());
    (several && value.ends_with(['.', '?', '!', ':', '…']))
        || (named && (several || value.starts_with(char::is_uppercase)))
}

/// A pointer of bounded length: a hostile key must not be repeated with everything below it.
fn shortened(pointer: &str) -> String {
    match pointer.char_indices().nth(POINTER) {
        Some((end, _)) => format!("{}…", &pointer[..end]),
        None => pointer.to_owned(),
    }
}

/// Members that name what another member of their object is the value of.
const NAMES: [&str; 16] = [
    "field",
    "fieldname",
    "header",
    "id",
    "key",
    "label",
    "locator",
    "name",
    "param",
    "parameter",
    "property",
    "selector",
    "target",
    "title",
    "variable",
    "xpath",
];
/// Members that hold the value.
const VALUES: [&str; 12] = [
    "content",
    "contents",
    "data",
    "default",
    "defaultvalue",
    "input",
    "keys",
    "literal",
    "string",
    "text",
    "typed",
    "value",
];
/// How sure it is that what is typed into the field of a secret is one.
const TYPED: f32 = 1.0;
/// How sure it is where the name stands beside the field.
const ASSIGNED: f32 = 0.8;
/// The shortest number that may be a secret.
const DIGITS: usize = 4;
/// How deep documents are looked for in strings.
const DEPTH: usize = 4;
/// The longest pointer, in characters.
const POINTER: usize = 512;
