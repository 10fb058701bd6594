//! What a host does about a score, at each of its enforcement points.

use axiom_core::{Action, EnforcementPoint, Finding};

use crate::category::Category;
use crate::report::Report;

/// The scores from which something is done.
///
/// ```
/// use axiom_core::{Action, EnforcementPoint};
/// use axiom_sqli::{Levels, Mode, Policy, scan};
///
/// let policy = Policy::balanced().at(EnforcementPoint::GATEWAY, Levels::new(0.8).warn(0.5));
/// let report = scan("x' or '1", Mode::Field);
/// assert_eq!(policy.action(&EnforcementPoint::CONNECTOR, &report), Some(Action::Block));
/// assert_eq!(Policy::observing().action(&EnforcementPoint::CONNECTOR, &report), Some(Action::Log));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Levels {
    /// Refused from here on.
    pub block: f32,
    /// Passed on from here, and the operator told.
    pub warn: f32,
    /// Passed on from here, and recorded.
    pub log: f32,
}

impl Levels {
    /// Refuses from `block` on, and does nothing below.
    #[must_use]
    pub const fn new(block: f32) -> Self {
        Self { block, warn: NEVER, log: NEVER }
    }

    /// Warns from `score` on.
    #[must_use]
    pub const fn warn(mut self, score: f32) -> Self {
        self.warn = score;
        self
    }

    /// Records from `score` on.
    #[must_use]
    pub const fn log(mut self, score: f32) -> Self {
        self.log = score;
        self
    }

    fn action(self, score: f32) -> Option<Action> {
        let levels = [(self.block, Action::Block), (self.warn, Action::Warn), (self.log, Action::Log)];
        levels.into_iter().find(|(level, _)| score >= *level).map(|(_, action)| action)
    }
}

/// A score that none reaches.
const NEVER: f32 = f32::INFINITY;

/// What is done about a score, with exceptions for enforcement points.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    levels: Levels,
    points: Vec<(EnforcementPoint, Levels)>,
}

impl Policy {
    /// These levels at every point.
    #[must_use]
    pub const fn new(levels: Levels) -> Self {
        Self { levels, points: Vec::new() }
    }

    /// Blocks what the scanner takes for an attack, warns of what is close, and records every sign.
    ///
    /// In front of the audit log nothing is blocked: an attack that is not recorded would leave no trace.
    #[must_use]
    pub fn balanced() -> Self {
        let recorder = Levels::new(NEVER).warn(0.5).log(0.3);
        Self::new(Levels::new(0.5).warn(0.4).log(0.2)).at(EnforcementPoint::RECORDER, recorder)
    }

    /// Blocks what is only close to an attack, too.
    #[must_use]
    pub fn strict() -> Self {
        let recorder = Levels::new(NEVER).warn(0.3).log(0.1);
        Self::new(Levels::new(0.3).warn(0.2).log(0.01)).at(EnforcementPoint::RECORDER, recorder)
    }

    /// Blocks nothing and records every sign: to see what would be blocked.
    #[must_use]
    pub const fn observing() -> Self {
        Self::new(Levels::new(NEVER).log(0.01))
    }

    /// The same policy with other levels at `point`.
    #[must_use]
    pub fn at(mut self, point: EnforcementPoint, levels: Levels) -> Self {
        self.points.retain(|(known, _)| *known != point);
        self.points.push((point, levels));
        self
    }

    /// What is done about `report` at `point`; `None` for nothing.
    #[must_use]
    pub fn action(&self, point: &EnforcementPoint, report: &Report) -> Option<Action> {
        let special = self.points.iter().find(|(known, _)| known == point);
        special.map_or(self.levels, |(_, levels)| *levels).action(report.score)
    }

    /// `report` as a finding, with what is done about it at `point`; `None` where nothing is.
    ///
    /// Its kind is the category of the rule that weighs most, as in `sqli_union`.
    ///
    /// ```
    /// use axiom_core::EnforcementPoint;
    /// use axiom_sqli::{Mode, Policy, scan};
    ///
    /// let report = scan("-1 union select 1,2", Mode::Field);
    /// let finding = Policy::balanced().finding(&EnforcementPoint::PROXY, &report).expect("an attack");
    /// assert_eq!(finding.to_string(), "sqli_union at 3..8");
    /// ```
    #[must_use]
    pub fn finding(&self, point: &EnforcementPoint, report: &Report) -> Option<Finding> {
        let action = self.action(point, report)?;
        let (rule, span) = report.rule.zip(report.span.clone())?;
        Some(Finding::new(kind(rule.category), span, report.score).with_action(action))
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self::balanced()
    }
}

const fn kind(category: Category) -> &'static str {
    match category {
        Category::BooleanBlind => "sqli_boolean_blind",
        Category::CommentObfuscation => "sqli_comment_obfuscation",
        Category::DangerousStatement => "sqli_dangerous_statement",
        Category::ErrorBased => "sqli_error_based",
        Category::ExfilFile => "sqli_exfil_file",
        Category::Stacked => "sqli_stacked",
        Category::TimeBlind => "sqli_time_blind",
        Category::Union => "sqli_union",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Mode, scan};

    #[test]
    fn the_recorder_blocks_nothing_unless_it_is_told_to() {
        let attack = scan("1; drop table users", Mode::Field);
        for policy in [Policy::balanced(), Policy::strict()] {
            assert_eq!(policy.action(&EnforcementPoint::RECORDER, &attack), Some(Action::Warn));
            assert_eq!(policy.action(&EnforcementPoint::GATEWAY, &attack), Some(Action::Block));
        }
        let told = Policy::balanced().at(EnforcementPoint::RECORDER, Levels::new(0.5));
        assert_eq!(told.action(&EnforcementPoint::RECORDER, &attack), Some(Action::Block));
    }

    #[test]
    fn what_has_no_sign_is_no_finding() {
        let plain = scan("plain text", Mode::Field);
        for policy in [Policy::balanced(), Policy::strict(), Policy::observing()] {
            assert_eq!(policy.finding(&EnforcementPoint::GATEWAY, &plain), None);
        }
    }

    #[test]
    fn findings_are_called_after_their_category() {
        for category in Category::ALL {
            assert_eq!(kind(category), format!("sqli_{category}"));
        }
    }
}
