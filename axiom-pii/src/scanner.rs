//! The scanner: which types are looked for, and what is done about them.

use axiom_core::{Action, EnforcementPoint, Finding};

use crate::catalogue::{Id, TYPES, catalogue};
use crate::error::Error;
use crate::fold;
use crate::overlap::resolve;
use crate::pass::Pass;
use crate::reach::{LONGEST, UNBOUNDED};

/// Finds personal data in texts and says what to do about it.
///
/// Immutable and cheap to share: build one at start-up and scan from every thread.
///
/// ```
/// use axiom_core::Action;
/// use axiom_pii::Scanner;
///
/// let scanner = Scanner::builder().types(["credit_card", "email"]).action("email", Action::Log).build()?;
///
/// let mut findings = Vec::new();
/// scanner.scan("bob@example.com paid with 4111 1111 1111 1111", &mut findings);
/// assert_eq!(findings[0].kind, "email");
/// assert_eq!(findings[0].action, Action::Log);
/// assert_eq!(findings[1].range, 26..45);
/// # Ok::<(), axiom_pii::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Scanner {
    settings: [Setting; TYPES],
    min_score: f32,
    points: Box<[PointAction]>,
}

/// What to do about one type.
#[derive(Debug, Clone, Copy)]
struct Setting {
    enabled: bool,
    action: Action,
}

/// What to do about one type at one place.
#[derive(Debug, Clone)]
struct PointAction {
    point: EnforcementPoint,
    id: Id,
    action: Action,
}

impl Scanner {
    /// The minimum score unless the host sets another: what has no more than a weak checksum or a vague form is below.
    pub const MIN_SCORE: f32 = 0.5;

    /// A scanner for every type of the catalogue, with its default action and the default minimum score.
    #[must_use]
    pub fn new() -> Self {
        let settings =
            core::array::from_fn(|place| Setting { enabled: true, action: catalogue()[place].default_action });
        Self { settings, min_score: Self::MIN_SCORE, points: Box::default() }
    }

    /// Starts from the settings of [`new`](Self::new).
    pub fn builder() -> ScannerBuilder {
        ScannerBuilder { types: None, min_score: Self::MIN_SCORE, actions: Vec::new() }
    }

    /// The same scanner with the actions that hold at `point`.
    ///
    /// ```
    /// use axiom_core::{Action, EnforcementPoint};
    /// use axiom_pii::Scanner;
    ///
    /// let scanner = Scanner::builder().action_at(EnforcementPoint::GATEWAY, "email", Action::Block).build()?;
    /// let mut findings = Vec::new();
    /// scanner.at(&EnforcementPoint::GATEWAY).scan("bob@example.com", &mut findings);
    /// scanner.at(&EnforcementPoint::PROXY).scan("bob@example.com", &mut findings);
    /// assert_eq!([findings[0].action, findings[1].action], [Action::Block, Action::Redact]);
    /// # Ok::<(), axiom_pii::Error>(())
    /// ```
    #[must_use]
    pub fn at(&self, point: &EnforcementPoint) -> Self {
        let mut scanner = self.clone();
        for rule in self.points.iter().filter(|rule| rule.point == *point) {
            scanner.settings[rule.id as usize].action = rule.action;
        }
        scanner
    }

    /// Appends what stands in `text` to `findings`: sorted, disjoint, in bytes of `text`.
    ///
    /// Findings that are in the vector already stay as they are. Nothing is allocated but the vector's growth, so a
    /// loop that clears and reuses it allocates nothing; only characters that hide a value (full-width digits, invisible
    /// characters beside digits) cost a copy of the text around them.
    pub fn scan(&self, text: &str, findings: &mut Vec<Finding>) {
        self.scan_field("", text, findings);
    }

    /// Scans the value of a field or column, whose name counts as context.
    ///
    /// ```
    /// let scanner = axiom_pii::Scanner::new();
    /// let mut findings = Vec::new();
    /// scanner.scan_field("orderId", "536904399", &mut findings);
    /// assert!(findings.is_empty());
    /// scanner.scan_field("customerSsn", "536904399", &mut findings);
    /// assert_eq!(findings[0].kind, "us_ssn");
    /// ```
    pub fn scan_field(&self, field: &str, text: &str, findings: &mut Vec<Finding>) {
        let from = findings.len();
        Pass::new(self, field, text, findings).run(0..text.len());
        if !text.is_ascii() {
            self.scan_hidden(field, text, findings);
        }
        resolve(findings, from);
    }

    /// Scans what the places with misleading characters read like, and appends what is found with such a character.
    fn scan_hidden(&self, field: &str, text: &str, findings: &mut Vec<Finding>) {
        for window in fold::windows(text) {
            let mut hidden = Vec::new();
            Pass::new(self, field, &window.text, &mut hidden).run(0..window.text.len());
            for mut finding in hidden {
                let range = window.original(&finding.range);
                let bounded = || Id::named(&finding.kind).is_none_or(|id| id.bit() & UNBOUNDED == 0);
                let long = range.len() > LONGEST && bounded();
                if !long && text[range.clone()] != window.text[finding.range.clone()] {
                    finding.range = range;
                    findings.push(finding);
                }
            }
        }
    }

    /// Scans bytes that need not be UTF-8; a byte that is none ends a value like punctuation does.
    ///
    /// ```
    /// let mut findings = Vec::new();
    /// axiom_pii::Scanner::new().scan_bytes(b"\xff 4111111111111111 \xfe", &mut findings);
    /// assert_eq!(findings[0].range, 2..18);
    /// ```
    pub fn scan_bytes(&self, bytes: &[u8], findings: &mut Vec<Finding>) {
        let mut offset = 0;
        for chunk in bytes.utf8_chunks() {
            let from = findings.len();
            self.scan(chunk.valid(), findings);
            for finding in &mut findings[from..] {
                finding.range.start += offset;
                finding.range.end += offset;
            }
            offset += chunk.valid().len() + chunk.invalid().len();
        }
    }

    pub(crate) const fn is_enabled(&self, id: Id) -> bool {
        self.settings[id as usize].enabled
    }

    pub(crate) const fn action(&self, id: Id) -> Action {
        self.settings[id as usize].action
    }

    pub(crate) const fn min_score(&self) -> f32 {
        self.min_score
    }
}

impl Default for Scanner {
    fn default() -> Self {
        Self::new()
    }
}

/// Settings of a [`Scanner`].
#[derive(Debug, Clone)]
#[must_use]
pub struct ScannerBuilder {
    types: Option<Vec<String>>,
    min_score: f32,
    actions: Vec<(Option<EnforcementPoint>, String, Action)>,
}

impl ScannerBuilder {
    /// Looks for these types only, by their names in the catalogue.
    pub fn types<T: Into<String>>(mut self, names: impl IntoIterator<Item = T>) -> Self {
        self.types = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// Reports nothing that scores less, from 0.0 to 1.0.
    ///
    /// The crate documentation says what the scores mean.
    pub const fn min_score(mut self, score: f32) -> Self {
        self.min_score = score;
        self
    }

    /// Does this about findings of type `name`.
    pub fn action(mut self, name: impl Into<String>, action: Action) -> Self {
        self.actions.push((None, name.into(), action));
        self
    }

    /// Does this about findings of type `name` at `point`; see [`Scanner::at`].
    pub fn action_at(mut self, point: EnforcementPoint, name: impl Into<String>, action: Action) -> Self {
        self.actions.push((Some(point), name.into(), action));
        self
    }

    /// Checks the settings.
    ///
    /// # Errors
    /// [`Error::UnknownType`] for a name that the catalogue does not have, [`Error::InvalidScore`] for a minimum score
    /// that is not between 0.0 and 1.0.
    pub fn build(self) -> Result<Scanner, Error> {
        let mut scanner = Scanner::new();
        if !(0.0..=1.0).contains(&self.min_score) {
            return Err(Error::InvalidScore);
        }
        scanner.min_score = self.min_score;
        if let Some(names) = self.types {
            scanner.settings.iter_mut().for_each(|setting| setting.enabled = false);
            for name in names {
                scanner.settings[id(name)? as usize].enabled = true;
            }
        }
        let mut points = Vec::new();
        for (point, name, action) in self.actions {
            let id = id(name)?;
            match point {
                None => scanner.settings[id as usize].action = action,
                Some(point) => points.push(PointAction { point, id, action }),
            }
        }
        scanner.points = points.into();
        Ok(scanner)
    }
}

fn id(name: String) -> Result<Id, Error> {
    Id::named(&name).ok_or(Error::UnknownType { name })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(scanner: &Scanner, text: &str) -> Vec<String> {
        let mut findings = Vec::new();
        scanner.scan(text, &mut findings);
        findings.into_iter().map(|finding| finding.kind.into_owned()).collect()
    }

    #[test]
    fn finds_every_type_in_one_text() {
        let text = "bob@example.com, 536-90-4399, DE89 3704 0044 0532 0130 00, 4111-1111-1111-1111";
        assert_eq!(kinds(&Scanner::new(), text), ["email", "us_ssn", "iban", "credit_card"]);
    }

    #[test]
    fn looks_only_for_what_it_was_asked_for() {
        let scanner = Scanner::builder().types(["iban"]).build().unwrap();
        assert_eq!(kinds(&scanner, "bob@example.com, 536-90-4399, DE89370400440532013000, 4111111111111111"), ["iban"]);
    }

    #[test]
    fn the_minimum_score_decides_what_is_reported() {
        let strict = Scanner::builder().min_score(1.0).build().unwrap();
        let loose = Scanner::builder().min_score(0.4).build().unwrap();
        assert!(kinds(&strict, "4111111111111111").is_empty());
        assert_eq!(kinds(&strict, "4111 1111 1111 1111").len(), 1);
        assert!(kinds(&Scanner::new(), "501864667909").is_empty());
        assert_eq!(kinds(&loose, "501864667909").len(), 1);
    }

    #[test]
    fn settings_that_make_no_sense_are_refused() {
        assert_eq!(Scanner::builder().min_score(1.1).build().unwrap_err(), Error::InvalidScore);
        assert_eq!(Scanner::builder().min_score(f32::NAN).build().unwrap_err(), Error::InvalidScore);
        let unknown = Error::UnknownType { name: "shoe_size".into() };
        assert_eq!(Scanner::builder().types(["shoe_size"]).build().unwrap_err(), unknown);
        assert_eq!(Scanner::builder().action("shoe_size", Action::Log).build().unwrap_err(), unknown);
    }

    #[test]
    fn an_address_covers_the_number_in_it() {
        assert_eq!(kinds(&Scanner::new(), "4111111111111111@example.com"), ["email"]);
        assert_eq!(kinds(&Scanner::new(), "4111111111111111@example"), ["credit_card"]);
    }

    #[test]
    fn invalid_bytes_shift_the_ranges() {
        let mut findings = Vec::new();
        Scanner::new().scan_bytes(b"a\xffbob@example.com\xc3(536-90-4399", &mut findings);
        let ranges: Vec<_> = findings.into_iter().map(|finding| finding.range).collect();
        assert_eq!(ranges, [2..17, 19..30]);
    }
}
