//! What is done about findings, by enforcement point, type and score.

use std::borrow::Cow;

use axiom_core::{Action, EnforcementPoint, Finding};

use crate::catalogue::{Category, Id};

/// What is done about findings at each enforcement point; a [`Scanner`](crate::Scanner) is given one by
/// [`ScannerBuilder::policy`](crate::ScannerBuilder::policy).
///
/// Of the rules that apply to a finding the most particular one holds, in whatever order they were added:
///
/// 1. a rule for its type before one for its category, and that before one for all types;
/// 2. a rule for the enforcement point before one for all points;
/// 3. the rule with the higher score;
/// 4. the rule that was added last.
///
/// Where none applies, the type's default action in the catalogue does: all are redacted.
///
/// ```
/// use axiom_core::{Action, EnforcementPoint};
/// use axiom_pii::{Policy, Rule, Scanner};
///
/// let policy = Policy::new()
///     .rule(Rule::new(Action::Warn).of("email"))
///     .rule(Rule::new(Action::Block).of("credit_card").at(EnforcementPoint::GATEWAY).from(0.9))
///     .rule(Rule::new(Action::Log).at(EnforcementPoint::named("batch-import")));
/// let scanner = Scanner::builder().policy(policy).build()?;
///
/// let gateway = scanner.at(&EnforcementPoint::GATEWAY);
/// assert!(gateway.enforce("4111 1111 1111 1111").is_err());
/// assert_eq!(gateway.enforce("bob@example.com, 536-90-4399").unwrap().text, "bob@example.com, [REDACTED:us_ssn]");
/// # Ok::<(), axiom_pii::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Policy {
    /// The most particular ones first.
    rules: Vec<Rule>,
}

impl Policy {
    /// No rules: the default action of each type.
    #[must_use]
    pub const fn new() -> Self {
        Self { rules: Vec::new() }
    }

    /// Redacts what is found, but blocks keys, tokens and passwords from a score of 0.8 on where they would go to
    /// somebody else: at proxy and gateway.
    ///
    /// In front of the audit log nothing is blocked: what is not recorded leaves no trace.
    #[must_use]
    pub fn balanced() -> Self {
        let secrets = |point| Rule::new(Action::Block).of_category(Category::Secret).at(point).from(LIKELY);
        Self::new()
            .rule(Rule::new(Action::Redact))
            .rule(secrets(EnforcementPoint::PROXY))
            .rule(secrets(EnforcementPoint::GATEWAY))
    }

    /// Blocks everything from a score of 0.8 on, and redacts the rest; in front of the audit log it redacts all.
    #[must_use]
    pub fn strict() -> Self {
        Self::new()
            .rule(Rule::new(Action::Redact))
            .rule(Rule::new(Action::Block).from(LIKELY))
            .rule(Rule::new(Action::Redact).at(EnforcementPoint::RECORDER))
    }

    /// Changes nothing and reports everything, to see what would be done; only in front of the audit log it redacts,
    /// because what enters the log cannot be taken out again.
    #[must_use]
    pub fn observing() -> Self {
        Self::new().rule(Rule::new(Action::Log)).rule(Rule::new(Action::Redact).at(EnforcementPoint::RECORDER))
    }

    /// The same policy with one more rule.
    #[must_use]
    pub fn rule(mut self, rule: Rule) -> Self {
        let place = self.rules.partition_point(|known| known.precedes(&rule));
        self.rules.insert(place, rule);
        self
    }

    /// The same policy with the rules of `other`, which count as added later.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        other.rules.into_iter().rev().fold(self, Self::rule)
    }

    /// What is done about a finding of type `kind` with this score at `point`, or in no particular place; `None` where
    /// no rule says it.
    ///
    /// ```
    /// use axiom_core::{Action, EnforcementPoint};
    /// use axiom_pii::Policy;
    ///
    /// let policy = Policy::balanced();
    /// assert_eq!(policy.action(Some(&EnforcementPoint::PROXY), "aws_access_key", 0.95), Some(Action::Block));
    /// assert_eq!(policy.action(Some(&EnforcementPoint::RECORDER), "aws_access_key", 0.95), Some(Action::Redact));
    /// ```
    #[must_use]
    pub fn action(&self, point: Option<&EnforcementPoint>, kind: &str, score: f32) -> Option<Action> {
        self.rules.iter().find(|rule| rule.applies(point, kind, score)).map(|rule| rule.action)
    }

    /// Sets the action of a finding that another scanner has made; [`Scanner`](crate::Scanner) does it by itself.
    pub fn apply(&self, point: Option<&EnforcementPoint>, finding: &mut Finding) {
        if let Some(action) = self.action(point, &finding.kind, finding.score) {
            finding.action = action;
        }
    }

    pub(crate) fn rules(&self) -> &[Rule] {
        &self.rules
    }
}

/// What is done about the findings of some types, from a score on, at some enforcement points.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    action: Action,
    subject: Subject,
    point: Option<EnforcementPoint>,
    score: f32,
}

/// The types that a rule is for, in the order of how particular that is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Subject {
    All,
    Category(Category),
    Type(Cow<'static, str>),
}

impl Rule {
    /// Does this about every finding at every point.
    #[must_use]
    pub const fn new(action: Action) -> Self {
        Self { action, subject: Subject::All, point: None, score: 0.0 }
    }

    /// The same rule for findings of type `kind` only: one of the catalogue, or one of the host's own.
    #[must_use]
    pub fn of(mut self, kind: impl Into<Cow<'static, str>>) -> Self {
        self.subject = Subject::Type(kind.into());
        self
    }

    /// The same rule for the catalogue's types of this category only.
    #[must_use]
    pub fn of_category(mut self, category: Category) -> Self {
        self.subject = Subject::Category(category);
        self
    }

    /// The same rule at this point only.
    #[must_use]
    pub fn at(mut self, point: EnforcementPoint) -> Self {
        self.point = Some(point);
        self
    }

    /// The same rule for findings that score no less, from 0.0 to 1.0.
    #[must_use]
    pub const fn from(mut self, score: f32) -> Self {
        self.score = score;
        self
    }

    /// The type that it is for, where it is one.
    pub(crate) fn kind(&self) -> Option<&str> {
        match &self.subject {
            Subject::Type(kind) => Some(kind),
            Subject::All | Subject::Category(_) => None,
        }
    }

    pub(crate) const fn score(&self) -> f32 {
        self.score
    }

    fn applies(&self, point: Option<&EnforcementPoint>, kind: &str, score: f32) -> bool {
        let here = self.point.is_none() || self.point.as_ref() == point;
        here && score >= self.score
            && match &self.subject {
                Subject::All => true,
                Subject::Category(category) => Id::named(kind).is_some_and(|id| id.kind().category == *category),
                Subject::Type(name) => name == kind,
            }
    }

    /// Whether this one stays before `later`, which is added after it.
    fn precedes(&self, later: &Self) -> bool {
        let order = |rule: &Self| (rule.subject.order(), rule.point.is_some());
        order(self).cmp(&order(later)).then(self.score.total_cmp(&later.score)).is_gt()
    }
}

impl Subject {
    const fn order(&self) -> u8 {
        match self {
            Self::All => 0,
            Self::Category(_) => 1,
            Self::Type(_) => 2,
        }
    }
}

/// From where on the presets take a finding for the thing itself: the right form and one strong sign.
const LIKELY: f32 = 0.8;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const POINT: EnforcementPoint = EnforcementPoint::GATEWAY;

    fn action(policy: &Policy, point: &EnforcementPoint, kind: &str, score: f32) -> Option<Action> {
        policy.action(Some(point), kind, score)
    }

    #[test]
    fn the_score_decides_what_is_done() {
        let policy = Policy::new()
            .rule(Rule::new(Action::Warn).of("email").from(0.5))
            .rule(Rule::new(Action::Block).of("email").from(0.95))
            .rule(Rule::new(Action::Redact).of("email").from(0.8));
        let of = |score| policy.action(None, "email", score);
        assert_eq!([of(0.4), of(0.5), of(0.79)], [None, Some(Action::Warn), Some(Action::Warn)]);
        assert_eq!([of(0.8), of(0.95), of(1.0)], [Action::Redact, Action::Block, Action::Block].map(Some));
        assert_eq!(of(f32::NAN), None);
        assert_eq!(policy.action(None, "phone", 1.0), None);
    }

    #[test]
    fn the_most_particular_rule_holds() {
        let rules = [
            Rule::new(Action::Log),
            Rule::new(Action::Warn).at(POINT),
            Rule::new(Action::Redact).of_category(Category::Contact),
            Rule::new(Action::Block).of_category(Category::Contact).at(POINT),
            Rule::new(Action::Log).of("email"),
            Rule::new(Action::Redact).of("email").at(POINT),
        ];
        let forwards = rules.iter().cloned().fold(Policy::new(), Policy::rule);
        let backwards = rules.iter().rev().cloned().fold(Policy::new(), Policy::rule);
        assert_eq!(forwards, backwards);
        let of = |point, kind| action(&forwards, point, kind, 0.5).unwrap();
        assert_eq!([of(&POINT, "email"), of(&EnforcementPoint::PROXY, "email")], [Action::Redact, Action::Log]);
        assert_eq!([of(&POINT, "phone"), of(&EnforcementPoint::PROXY, "phone")], [Action::Block, Action::Redact]);
        assert_eq!([of(&POINT, "mine"), of(&EnforcementPoint::PROXY, "mine")], [Action::Warn, Action::Log]);
        assert_eq!(forwards.action(None, "email", 0.5), Some(Action::Log));
    }

    #[test]
    fn of_equal_rules_the_later_one_holds() {
        let policy = Policy::new().rule(Rule::new(Action::Log).of("email")).rule(Rule::new(Action::Block).of("email"));
        assert_eq!(policy.action(None, "email", 0.5), Some(Action::Block));
        let other = Policy::new().rule(Rule::new(Action::Warn).of("email")).rule(Rule::new(Action::Redact).of("email"));
        assert_eq!(policy.and(other).action(None, "email", 0.5), Some(Action::Redact));
    }

    #[test]
    fn no_preset_blocks_or_keeps_anything_in_front_of_the_log() {
        for policy in [Policy::balanced(), Policy::strict(), Policy::observing()] {
            for kind in crate::catalogue().iter().map(|kind| kind.name).chain(["mine"]) {
                for score in [0.0, 0.5, 0.8, 1.0] {
                    assert_eq!(action(&policy, &EnforcementPoint::RECORDER, kind, score), Some(Action::Redact));
                }
            }
        }
    }

    #[test]
    fn presets_do_what_they_say() {
        let table = [
            (Policy::balanced(), "email", 1.0, Action::Redact),
            (Policy::balanced(), "jwt", 0.95, Action::Block),
            (Policy::balanced(), "secret", 0.7, Action::Redact),
            (Policy::strict(), "email", 0.95, Action::Block),
            (Policy::strict(), "email", 0.7, Action::Redact),
            (Policy::observing(), "jwt", 1.0, Action::Log),
        ];
        for (policy, kind, score, expected) in table {
            assert_eq!(action(&policy, &POINT, kind, score), Some(expected), "{kind} {score}");
        }
        assert_eq!(action(&Policy::balanced(), &EnforcementPoint::CONNECTOR, "jwt", 1.0), Some(Action::Redact));
    }

    fn rule() -> impl Strategy<Value = Rule> {
        let action = prop::sample::select(vec![Action::Block, Action::Log, Action::Redact, Action::Warn]);
        let parts = (action, 0u8..3, any::<bool>(), 0u8..4);
        parts.prop_map(|(action, subject, here, score)| {
            let rule = Rule::new(action).from(f32::from(score) / 4.0);
            let rule = match subject {
                0 => rule,
                1 => rule.of_category(Category::Contact),
                _ => rule.of("email"),
            };
            if here { rule.at(POINT) } else { rule }
        })
    }

    proptest! {
        #[test]
        fn the_first_rule_that_applies_is_the_most_particular(rules in prop::collection::vec(rule(), 0..12), score in 0u8..5) {
            let policy = rules.iter().cloned().fold(Policy::new(), Policy::rule);
            let score = f32::from(score) / 4.0;
            let particular = |rule: &&Rule| (rule.subject.order(), rule.point.is_some(), (rule.score * 4.0) as u8);
            let best = rules.iter().filter(|rule| rule.score <= score).max_by_key(particular);
            prop_assert_eq!(action(&policy, &POINT, "email", score), best.map(|rule| rule.action));
        }
    }
}
