//! The scanner: which types are looked for, and what is done about them.

use std::sync::Arc;

use axiom_core::{Action, EnforcementPoint, Finding};

use crate::allow::Allow;
use crate::builder::ScannerBuilder;
use crate::catalogue::{Id, TYPES, catalogue};
use crate::class::next_anchor;
use crate::context::{REACH, Vocabulary};
use crate::detect::phone::Plans;
use crate::detect::secret;
use crate::fold::Hidden;
use crate::overlap::resolve;
use crate::own::{Names, Own, Type};
use crate::pass::Pass;
use crate::policy::Policy;
use crate::reach::{LONGEST, UNBOUNDED};
use crate::region::Region;
use crate::scratch::Scratch;

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
    pub(crate) settings: Settings,
    /// The least score that is reported of any type of the catalogue.
    pub(crate) least_score: f32,
    pub(crate) policy: Arc<Policy>,
    /// Where it scans.
    point: Option<EnforcementPoint>,
    pub(crate) regions: Box<[Region]>,
    /// The numbering plans of the regions.
    pub(crate) plans: Plans,
    /// What finds the host's own types, where there are any.
    pub(crate) own: Option<Arc<Own>>,
    pub(crate) allow: Option<Arc<Allow>>,
    /// The labels that are read, where it is not those of every language.
    pub(crate) vocabulary: Option<Arc<Vocabulary>>,
}

/// What to do about every type.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) known: [Setting; TYPES],
    pub(crate) own: Box<[Setting]>,
}

impl Settings {
    pub(crate) fn of(&self, of: Type) -> &Setting {
        match of {
            Type::Known(id) => &self.known[id as usize],
            Type::Own(place) => &self.own[place],
        }
    }

    pub(crate) fn of_mut(&mut self, of: Type) -> &mut Setting {
        match of {
            Type::Known(id) => &mut self.known[id as usize],
            Type::Own(place) => &mut self.own[place],
        }
    }
}

/// What to do about one type.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setting {
    pub(crate) enabled: bool,
    pub(crate) action: Action,
    pub(crate) min_score: f32,
}

impl Scanner {
    /// The minimum score unless the host sets another: what has no more than a weak checksum or a vague form is below.
    pub const MIN_SCORE: f32 = 0.5;

    /// A scanner for every type of the catalogue, with its default action and the default minimum score.
    #[must_use]
    pub fn new() -> Self {
        let known = core::array::from_fn(|place| Setting {
            enabled: true,
            action: catalogue()[place].default_action,
            min_score: Self::MIN_SCORE,
        });
        Self {
            settings: Settings { known, own: Box::default() },
            least_score: Self::MIN_SCORE,
            policy: Arc::default(),
            point: None,
            regions: Box::default(),
            plans: Plans::default(),
            own: None,
            allow: None,
            vocabulary: None,
        }
    }

    /// Starts from the settings of [`new`](Self::new).
    pub fn builder() -> ScannerBuilder {
        ScannerBuilder::default()
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
        Self { point: Some(point.clone()), ..self.clone() }
    }

    /// Appends what stands in `text` to `findings`: sorted, disjoint, in bytes of `text`.
    ///
    /// Findings that are in the vector already stay as they are. Nothing is allocated but the vector's growth, so a
    /// loop that clears and reuses it allocates nothing; only characters that hide a value (full-width digits, invisible
    /// characters beside digits) cost a copy of the text around them, for which [`scan_in`](Self::scan_in) takes memory.
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
        self.scan_in(&mut Scratch::default(), field, text, findings);
    }

    /// Scans the value of a field, or of none (`""`), in memory that is used again.
    ///
    /// Once the scratch and the vector have grown, nothing is allocated whatever the text is, unless the host has added
    /// types or an allow list. What is found is what [`scan_field`](Self::scan_field) finds.
    ///
    /// ```
    /// use axiom_pii::{Scanner, Scratch};
    ///
    /// let mut findings = Vec::new();
    /// Scanner::new().scan_in(&mut Scratch::default(), "ssn", "５３６９０４３９９", &mut findings);
    /// assert_eq!(findings[0].kind, "us_ssn");
    /// ```
    pub fn scan_in(&self, scratch: &mut Scratch, field: &str, text: &str, findings: &mut Vec<Finding>) {
        let from = findings.len();
        self.collect(scratch, field, text, findings);
        resolve(findings, from);
    }

    /// Appends everything that stands in `text`, also where something better overlaps it.
    pub(crate) fn collect(&self, scratch: &mut Scratch, field: &str, text: &str, findings: &mut Vec<Finding>) {
        let from = findings.len();
        if self.is_quiet(text) {
            return;
        }
        Pass::new(self, field, text, findings).run();
        if let Some(own) = &self.own {
            own.detect(self, field, text, findings);
            #[cfg(feature = "patterns")]
            own.search(self, field, text, findings);
        }
        if !text.is_ascii() {
            self.scan_hidden(scratch, field, text, findings);
        }
        if let Some(allow) = &self.allow {
            allow.retain(self.names(), text, findings, from);
        }
        for finding in &mut findings[from..] {
            self.policy.apply(self.point.as_ref(), finding);
        }
    }

    /// Scans what the places with misleading characters read like, and appends what is found with such a character in
    /// the value or in what is said about it.
    fn scan_hidden(&self, scratch: &mut Scratch, field: &str, text: &str, findings: &mut Vec<Finding>) {
        let Scratch { folded: window, hidden } = scratch;
        let (mut characters, mut at) = (Hidden::of(text), 0);
        while let Some(end) = window.next(&mut characters, at) {
            at = end;
            hidden.clear();
            Pass::new(self, field, &window.text, hidden).run();
            #[cfg(feature = "patterns")]
            if let Some(own) = &self.own {
                own.search(self, field, &window.text, hidden);
            }
            for mut finding in hidden.drain(..) {
                let range = window.original(&finding.range);
                let bounded = || Id::named(&finding.kind).is_none_or(|id| id.bit() & UNBOUNDED == 0);
                let long = range.len() > LONGEST && bounded();
                if !long && !window.is_plain(text, &finding.range, REACH) {
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

    /// The regions whose national telephone numbers are read ([`ScannerBuilder::regions`]).
    pub fn regions(&self) -> impl Iterator<Item = &str> {
        self.regions.iter().map(Region::as_str)
    }

    /// Whether nothing can stand in the text, which is soon seen of a short one: every value of the catalogue has a digit or
    /// an at sign, or is a long key.
    pub(crate) fn is_quiet(&self, text: &str) -> bool {
        let short = text.len() < secret::SHORTEST_KEY && text.is_ascii() && self.own.is_none();
        short && next_anchor(text.as_bytes(), 0).is_none()
    }

    /// Whether nothing is found but what the rules of the catalogue find, which look no further than they say.
    pub(crate) const fn is_bounded(&self) -> bool {
        self.own.is_none()
    }

    /// The enforcement point whose actions hold, where it is a particular one.
    pub(crate) const fn point(&self) -> Option<&EnforcementPoint> {
        self.point.as_ref()
    }

    pub(crate) const fn is_enabled(&self, id: Id) -> bool {
        self.settings.known[id as usize].enabled
    }

    pub(crate) const fn action(&self, id: Id) -> Action {
        self.settings.known[id as usize].action
    }

    pub(crate) const fn min_score(&self, id: Id) -> f32 {
        self.settings.known[id as usize].min_score
    }

    /// The names of the host's own types.
    fn names(&self) -> &Names {
        static NONE: Names = Names::none();
        self.own.as_ref().map_or(&NONE, |own| &own.names)
    }

    pub(crate) const fn plans(&self) -> Plans {
        self.plans
    }

    pub(crate) fn vocabulary(&self) -> &Vocabulary {
        self.vocabulary.as_deref().unwrap_or_else(|| Vocabulary::of_the_catalogue())
    }
}

impl Default for Scanner {
    fn default() -> Self {
        Self::new()
    }
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
    fn the_minimum_score_decides_what_is_reported() {
        let strict = Scanner::builder().min_score(1.0).build().unwrap();
        let loose = Scanner::builder().min_score(0.4).build().unwrap();
        assert!(kinds(&strict, "4111111111111111").is_empty());
        assert_eq!(kinds(&strict, "4111 1111 1111 1111").len(), 1);
        assert!(kinds(&Scanner::new(), "501864667909").is_empty());
        assert_eq!(kinds(&loose, "501864667909").len(), 1);
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
