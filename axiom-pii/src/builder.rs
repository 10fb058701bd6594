//! The builder: what a host says about a scanner, checked as a whole.

#[cfg(feature = "config")]
use core::ops::Range;
use std::sync::Arc;

use axiom_core::{Action, EnforcementPoint};

use crate::allow::{Allow, Allowed};
use crate::catalogue::{Category, Id, TYPES, catalogue};
#[cfg(feature = "config")]
use crate::config::Origin;
use crate::context::Vocabulary;
use crate::detector::{Detector, Hosted};
use crate::error::Error;
use crate::own::{Own, Type};
#[cfg(feature = "patterns")]
use crate::pattern::Pattern;
use crate::policy::{Policy, Rule};
use crate::region::Region;
use crate::scanner::{self, Scanner};
#[cfg(feature = "patterns")]
use crate::words::WordList;

/// Settings of a [`Scanner`], in any order.
///
/// ```
/// use axiom_core::Action;
/// use axiom_pii::{Category, Scanner};
///
/// let scanner = Scanner::builder()
///     .categories([Category::Contact, Category::Secret])
///     .types(["credit_card"])
///     .without(["booking_reference"])
///     .min_score_of("phone", 0.7)
///     .languages(["en", "de"])
///     .action("email", Action::Warn)
///     .build()?;
/// # let mut findings = Vec::new();
/// # scanner.scan("bob@example.com DE89370400440532013000", &mut findings);
/// # assert_eq!(findings.len(), 1);
/// # Ok::<(), axiom_pii::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct ScannerBuilder {
    settings: Vec<Setting>,
    /// Which settings come from a configuration, and from where in it.
    #[cfg(feature = "config")]
    origins: Vec<(Range<usize>, Origin)>,
}

/// One thing that a host says.
#[derive(Debug, Clone)]
enum Setting {
    Allow(Allowed),
    Category(Category),
    Detector(Hosted),
    Extends(String),
    Language(String),
    #[cfg(feature = "config")]
    Mention(String),
    MinScore(f32),
    MinScoreOf(String, f32),
    /// Only what is named from now on is looked for.
    Only,
    #[cfg(feature = "patterns")]
    Pattern(Pattern),
    Policy(Policy),
    Region(String),
    /// No language but those named.
    Speak,
    Type(String),
    Without(String),
    WithoutCategory(Category),
    #[cfg(feature = "patterns")]
    Words(WordList),
}

impl ScannerBuilder {
    /// Looks for these types of the catalogue only, and for those of [`categories`](Self::categories); calls add up.
    pub fn types<T: Into<String>>(self, names: impl IntoIterator<Item = T>) -> Self {
        self.set(Setting::Only).all(names.into_iter().map(|name| Setting::Type(name.into())))
    }

    /// Looks for the types of these categories only, and for those of [`types`](Self::types); calls add up.
    pub fn categories(self, categories: impl IntoIterator<Item = Category>) -> Self {
        self.set(Setting::Only).all(categories.into_iter().map(Setting::Category))
    }

    /// Does not look for these types, whatever else is said about them.
    pub fn without<T: Into<String>>(self, names: impl IntoIterator<Item = T>) -> Self {
        self.all(names.into_iter().map(|name| Setting::Without(name.into())))
    }

    /// Does not look for the types of these categories, whatever else is said about them.
    pub fn without_categories(self, categories: impl IntoIterator<Item = Category>) -> Self {
        self.all(categories.into_iter().map(Setting::WithoutCategory))
    }

    /// Reports nothing that scores less, from 0.0 to 1.0; [`Scanner::MIN_SCORE`] unless it is said.
    ///
    /// The crate documentation says what the scores mean.
    pub fn min_score(self, score: f32) -> Self {
        self.set(Setting::MinScore(score))
    }

    /// Reports no finding of type `name` that scores less, whatever [`min_score`](Self::min_score) is.
    pub fn min_score_of(self, name: impl Into<String>, score: f32) -> Self {
        self.set(Setting::MinScoreOf(name.into(), score))
    }

    /// Reads labels in these languages (ISO 639-1) only, as the catalogue names them.
    ///
    /// Words that are labels in other languages say nothing then. Words against a type belong to no language.
    pub fn languages<T: Into<String>>(self, languages: impl IntoIterator<Item = T>) -> Self {
        self.set(Setting::Speak).all(languages.into_iter().map(|language| Setting::Language(language.into())))
    }

    /// Reads telephone numbers as they are written inside these regions (ISO 3166-1, two capitals: `SG`, `US`).
    ///
    /// Numbers with a country code are read without. [`phone_regions`](crate::phone_regions) lists what can be named.
    ///
    /// ```
    /// use axiom_pii::Scanner;
    ///
    /// let mut findings = Vec::new();
    /// Scanner::new().scan("32 12 34 56", &mut findings);
    /// assert!(findings.is_empty());
    /// Scanner::builder().regions(["DK", "DE"]).build()?.scan("32 12 34 56", &mut findings);
    /// assert_eq!(findings[0].kind, "phone");
    /// # Ok::<(), axiom_pii::Error>(())
    /// ```
    pub fn regions<T: Into<String>>(self, regions: impl IntoIterator<Item = T>) -> Self {
        self.all(regions.into_iter().map(|region| Setting::Region(region.into())))
    }

    /// Looks with a detector of the host's own as well.
    ///
    /// Its types are looked for whatever [`types`](Self::types) says, unless [`without`](Self::without) names them.
    pub fn detector(self, detector: impl Detector + 'static) -> Self {
        self.set(Setting::Detector(Hosted(Arc::new(detector))))
    }

    /// Looks for what matches a pattern as well; see [`detector`](Self::detector).
    #[cfg(feature = "patterns")]
    pub fn pattern(self, pattern: Pattern) -> Self {
        self.set(Setting::Pattern(pattern))
    }

    /// Looks for the words of a list as well; see [`detector`](Self::detector).
    #[cfg(feature = "patterns")]
    pub fn words(self, list: WordList) -> Self {
        self.set(Setting::Words(list))
    }

    /// Lets the host's own detectors, patterns and word lists report these types of the catalogue too.
    pub fn extends<T: Into<String>>(self, names: impl IntoIterator<Item = T>) -> Self {
        self.all(names.into_iter().map(|name| Setting::Extends(name.into())))
    }

    /// Never reports `value` as type `name`.
    ///
    /// Values are compared without regard to case, to the shape of characters (full-width digits, invisible characters)
    /// and, in numbers, to spaces, hyphens, dots, slashes and brackets. Accents and letters of other scripts count:
    /// `suppört@shop.example` is not `support@shop.example`, though it is found as the same type. An allowed value is
    /// dropped before overlaps are settled, so that it hides nothing else that was found there.
    ///
    /// ```
    /// # use axiom_pii::Scanner;
    /// let scanner = Scanner::builder()
    ///     .allow("email", "support@shop.example")
    ///     .allow_domain("axiom.example")
    ///     .allow_network("10.0.0.0/8")
    ///     .build()?;
    /// let text = "support@shop.example, bob@axiom.example, carol@shop.example at 10.1.2.3";
    /// let redacted = scanner.redact(text, &mut Vec::new());
    /// assert_eq!(redacted, "support@shop.example, bob@axiom.example, [REDACTED:email] at 10.1.2.3");
    /// # Ok::<(), axiom_pii::Error>(())
    /// ```
    pub fn allow(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.set(Setting::Allow(Allowed::Value(Some(name.into()), value.into())))
    }

    /// Never reports `value`, whatever type it looks like; see [`allow`](Self::allow).
    pub fn allow_any(self, value: impl Into<String>) -> Self {
        self.set(Setting::Allow(Allowed::Value(None, value.into())))
    }

    /// Never reports a value as type `name` that matches `expression` as a whole; see [`Pattern`] for its syntax.
    #[cfg(feature = "patterns")]
    pub fn allow_pattern(self, name: impl Into<String>, expression: impl Into<String>) -> Self {
        self.set(Setting::Allow(Allowed::Pattern(Some(name.into()), expression.into())))
    }

    /// Never reports a value that matches `expression` as a whole, whatever type it looks like.
    #[cfg(feature = "patterns")]
    pub fn allow_any_pattern(self, expression: impl Into<String>) -> Self {
        self.set(Setting::Allow(Allowed::Pattern(None, expression.into())))
    }

    /// Never reports mail addresses at `domain` or below it.
    ///
    /// The domain must be written like this, but for the case: one that only looks alike is another one.
    pub fn allow_domain(self, domain: impl Into<String>) -> Self {
        self.set(Setting::Allow(Allowed::Domain(domain.into())))
    }

    /// Never reports addresses of machines in `network`: `10.0.0.0/8`, `fd00::/8`.
    pub fn allow_network(self, network: impl Into<String>) -> Self {
        self.set(Setting::Allow(Allowed::Network(network.into())))
    }

    /// Never reports what exists for examples and tests.
    ///
    /// The domains of RFC 2606 and RFC 6761, the networks of RFC 5737, RFC 3849 and RFC 9637, North American telephone
    /// numbers from 555-0100 to 555-0199, test cards of payment services, the key of the documentation of AWS.
    pub fn allow_examples(self) -> Self {
        self.set(Setting::Allow(Allowed::Examples))
    }

    /// Does this about findings of type `name`.
    pub fn action(self, name: impl Into<String>, action: Action) -> Self {
        self.policy(Policy::new().rule(Rule::new(action).of(name.into())))
    }

    /// Does this about findings of type `name` at `point`; see [`Scanner::at`].
    pub fn action_at(self, point: EnforcementPoint, name: impl Into<String>, action: Action) -> Self {
        self.policy(Policy::new().rule(Rule::new(action).of(name.into()).at(point)))
    }

    /// Does about findings what these rules say, besides those that were given before.
    pub fn policy(self, policy: Policy) -> Self {
        self.set(Setting::Policy(policy))
    }

    /// Checks the settings.
    ///
    /// # Errors
    /// [`Error::UnknownType`], [`Error::UnknownLanguage`] or [`Error::UnknownRegion`] for a name that nothing has,
    /// [`Error::InvalidScore`] for a minimum score that is not between 0.0 and 1.0, [`Error::InvalidName`],
    /// [`Error::KnownType`] or [`Error::TooManyTypes`] for a type of the host's own, [`Error::InvalidAllow`] for an entry
    /// of an allow list, and what a pattern or a word list may be refused for.
    pub fn build(self) -> Result<Scanner, Error> {
        let mut plan = Plan::new();
        for phase in [Phase::Extend, Phase::Declare, Phase::Select] {
            self.run(&mut plan, phase)?;
        }
        plan.prepare();
        self.run(&mut plan, Phase::Set)?;
        plan.finish().map_err(|error| self.locate(self.settings.iter().rposition(Setting::is_compiled), error))
    }

    fn run(&self, plan: &mut Plan, phase: Phase) -> Result<(), Error> {
        let mut settings = self.settings.iter().enumerate().filter(|(_, setting)| setting.phase() == phase);
        settings.try_for_each(|(place, setting)| plan.apply(setting).map_err(|error| self.locate(Some(place), error)))
    }

    /// The error with where in a configuration the setting stands, if it comes from one.
    #[cfg_attr(not(feature = "config"), expect(unused_variables, reason = "settings come from code only"))]
    fn locate(&self, setting: Option<usize>, error: Error) -> Error {
        #[cfg(feature = "config")]
        if let Some((_, origin)) =
            self.origins.iter().find(|(all, _)| setting.is_some_and(|place| all.contains(&place)))
        {
            return origin.locate(&error);
        }
        error
    }

    /// The settings that `add` adds, which come from there.
    #[cfg(feature = "config")]
    pub(crate) fn originating(self, origin: Origin, add: impl FnOnce(Self) -> Self) -> Self {
        let from = self.settings.len();
        let mut builder = add(self);
        builder.origins.push((from..builder.settings.len(), origin));
        builder
    }

    /// Fails where there is no type of this name.
    #[cfg(feature = "config")]
    pub(crate) fn mentions(self, name: &str) -> Self {
        self.set(Setting::Mention(name.to_owned()))
    }

    fn set(mut self, setting: Setting) -> Self {
        self.settings.push(setting);
        self
    }

    fn all(mut self, settings: impl Iterator<Item = Setting>) -> Self {
        self.settings.extend(settings);
        self
    }
}

/// When a setting is looked at, since their order does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// What the host's own types may be called.
    Extend,
    /// The host's own types.
    Declare,
    /// What everything else is measured against.
    Select,
    /// What changes a part of it.
    Set,
}

impl Setting {
    /// Whether it is made ready together with others.
    const fn is_compiled(&self) -> bool {
        #[cfg(feature = "patterns")]
        if matches!(self, Self::Pattern(_) | Self::Words(_)) {
            return true;
        }
        false
    }

    const fn phase(&self) -> Phase {
        match self {
            Self::Extends(_) => Phase::Extend,
            Self::Detector(_) => Phase::Declare,
            #[cfg(feature = "patterns")]
            Self::Pattern(_) | Self::Words(_) => Phase::Declare,
            Self::MinScore(_) | Self::Only | Self::Speak => Phase::Select,
            _ => Phase::Set,
        }
    }
}

/// A scanner in the making.
struct Plan {
    scanner: Scanner,
    own: Own,
    allow: Allow,
    /// The types of the catalogue that the host may report.
    extended: Vec<Id>,
    min_score: f32,
    /// Which types of the catalogue are named or of a category that is.
    wanted: [bool; TYPES],
    unwanted: Vec<Type>,
    languages: Option<Vec<String>>,
    regions: Vec<Region>,
    policy: Policy,
}

impl Plan {
    fn new() -> Self {
        Self {
            scanner: Scanner::new(),
            own: Own::default(),
            allow: Allow::default(),
            extended: Vec::new(),
            min_score: Scanner::MIN_SCORE,
            wanted: [true; TYPES],
            unwanted: Vec::new(),
            languages: None,
            regions: Vec::new(),
            policy: Policy::new(),
        }
    }

    fn apply(&mut self, setting: &Setting) -> Result<(), Error> {
        match setting {
            Setting::Allow(allowed) => self.allow.add(allowed, &self.own.names)?,
            Setting::Category(category) => in_category(*category).for_each(|id| self.wanted[id as usize] = true),
            Setting::Detector(detector) => self.declare(&detector.0.types(), detector)?,
            Setting::Extends(name) => self.extended.push(known(name)?),
            Setting::Language(language) if self.speaks(language) => {
                self.languages.get_or_insert_default().push(language.clone());
            }
            Setting::Language(language) => return Err(Error::UnknownLanguage { name: language.clone() }),
            #[cfg(feature = "config")]
            Setting::Mention(name) => self.find(name).map(|_| ())?,
            Setting::MinScore(score) => self.min_score = checked(*score)?,
            Setting::MinScoreOf(name, score) => self.of(name)?.min_score = checked(*score)?,
            Setting::Only => self.wanted = [false; TYPES],
            #[cfg(feature = "patterns")]
            Setting::Pattern(pattern) => {
                let of = self.own.names.declare(&pattern.name, &self.extended)?;
                self.own.matchers.add_pattern(of, pattern)?;
            }
            Setting::Policy(policy) => self.obey(policy)?,
            Setting::Region(name) => {
                let (region, plans) = Region::named(name)?;
                self.regions.push(region);
                self.scanner.plans = self.scanner.plans.and(plans);
            }
            Setting::Speak => self.languages = Some(Vec::new()),
            Setting::Type(name) => {
                if let Type::Known(id) = self.find(name)? {
                    self.wanted[id as usize] = true;
                }
            }
            Setting::Without(name) => {
                let of = self.find(name)?;
                self.unwanted.push(of);
            }
            Setting::WithoutCategory(category) => self.unwanted.extend(in_category(*category).map(Type::Known)),
            #[cfg(feature = "patterns")]
            Setting::Words(list) => {
                let of = self.own.names.declare(&list.name, &self.extended)?;
                self.own.matchers.add_words(of, list)?;
            }
        }
        Ok(())
    }

    /// Names the types of a detector.
    fn declare(&mut self, names: &[String], detector: &Hosted) -> Result<(), Error> {
        for name in names {
            self.own.names.declare(name, &self.extended)?;
        }
        self.own.detectors.push(detector.clone());
        Ok(())
    }

    /// Gives every type what holds unless something else is said about it.
    fn prepare(&mut self) {
        let min_score = self.min_score;
        let own = scanner::Setting { enabled: true, action: Action::Redact, min_score };
        self.scanner.settings.own = vec![own; self.own.names.len()].into();
        self.scanner.settings.known.iter_mut().for_each(|setting| setting.min_score = min_score);
    }

    fn find(&self, name: &str) -> Result<Type, Error> {
        self.own.names.find(name).ok_or_else(|| Error::UnknownType { name: name.to_owned() })
    }

    fn of(&mut self, name: &str) -> Result<&mut scanner::Setting, Error> {
        let of = self.find(name)?;
        Ok(self.scanner.settings.of_mut(of))
    }

    /// Adds the rules of `policy`, whose types must exist.
    fn obey(&mut self, policy: &Policy) -> Result<(), Error> {
        for rule in policy.rules() {
            checked(rule.score())?;
            rule.kind().map(|kind| self.find(kind)).transpose()?;
        }
        self.policy = core::mem::take(&mut self.policy).and(policy.clone());
        Ok(())
    }

    fn finish(mut self) -> Result<Scanner, Error> {
        for (setting, wanted) in self.scanner.settings.known.iter_mut().zip(self.wanted) {
            setting.enabled = wanted;
        }
        for of in &self.unwanted {
            self.scanner.settings.of_mut(*of).enabled = false;
        }
        let scores = self.scanner.settings.known.iter().map(|setting| setting.min_score);
        self.scanner.least_score = scores.fold(1.0, f32::min);
        self.read_labels()?;
        self.scanner.policy = Arc::new(self.policy);
        self.scanner.regions = self.regions.into();
        self.scanner.own = (!self.own.is_empty()).then(|| Arc::new(self.own));
        self.scanner.allow = (!self.allow.is_empty()).then(|| Arc::new(self.allow));
        Ok(self.scanner)
    }

    /// Makes the vocabularies, of the languages that are spoken.
    fn read_labels(&mut self) -> Result<(), Error> {
        let spoken = |language: &str| {
            self.languages.as_ref().is_none_or(|languages| languages.iter().any(|spoken| spoken == language))
        };
        #[cfg(feature = "patterns")]
        let more = self.own.matchers.known_labels(spoken);
        #[cfg(not(feature = "patterns"))]
        let more = Vec::new();
        if self.languages.is_some() || !more.is_empty() {
            self.scanner.vocabulary = Some(Arc::new(Vocabulary::speaking(spoken, &more)));
        }
        #[cfg(feature = "patterns")]
        self.own.matchers.prepare(|of| self.scanner.settings.of(of).enabled, spoken)?;
        Ok(())
    }

    fn speaks(&self, language: &str) -> bool {
        #[cfg(feature = "patterns")]
        if self.own.matchers.speaks(language) {
            return true;
        }
        catalogue().iter().flat_map(|kind| kind.context).any(|words| words.language == language)
    }
}

fn known(name: &str) -> Result<Id, Error> {
    Id::named(name).ok_or_else(|| Error::UnknownType { name: name.to_owned() })
}

fn in_category(category: Category) -> impl Iterator<Item = Id> {
    Id::ALL.into_iter().filter(move |id| id.kind().category == category)
}

fn checked(score: f32) -> Result<f32, Error> {
    if (0.0..=1.0).contains(&score) { Ok(score) } else { Err(Error::InvalidScore) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(builder: ScannerBuilder, text: &str) -> Vec<String> {
        let mut findings = Vec::new();
        builder.build().unwrap().scan(text, &mut findings);
        findings.into_iter().map(|finding| finding.kind.into_owned()).collect()
    }

    const TEXT: &str = "bob@example.com, 536-90-4399, DE89370400440532013000, 4111111111111111";

    #[test]
    fn looks_only_for_what_it_was_asked_for() {
        assert_eq!(kinds(Scanner::builder().types(["iban"]), TEXT), ["iban"]);
        assert_eq!(kinds(Scanner::builder().types(["iban"]).types(["email"]), TEXT), ["email", "iban"]);
        assert!(kinds(Scanner::builder().types([""; 0]), TEXT).is_empty());
    }

    #[test]
    fn categories_and_types_add_up() {
        assert_eq!(kinds(Scanner::builder().categories([Category::Financial]), TEXT), ["iban", "credit_card"]);
        let both = Scanner::builder().categories([Category::Financial]).types(["email"]);
        assert_eq!(kinds(both, TEXT), ["email", "iban", "credit_card"]);
    }

    #[test]
    fn what_is_excluded_is_not_looked_for_in_any_order() {
        assert_eq!(kinds(Scanner::builder().without(["email", "iban"]), TEXT), ["us_ssn", "credit_card"]);
        let builder =
            Scanner::builder().without(["iban"]).without_categories([Category::Contact]).types(["iban", "email"]);
        assert!(kinds(builder, TEXT).is_empty());
    }

    #[test]
    fn a_type_may_have_a_minimum_score_of_its_own() {
        let strict = Scanner::builder().min_score_of("credit_card", 1.0).min_score(0.4);
        assert_eq!(kinds(strict.clone(), "4111111111111111 bob@example.com"), ["email"]);
        assert_eq!(kinds(strict, "4111 1111 1111 1111"), ["credit_card"]);
        let loose = Scanner::builder().min_score_of("credit_card", 0.4);
        assert_eq!(kinds(loose, "501864667909"), ["credit_card"]);
    }

    #[test]
    fn labels_count_in_the_languages_that_are_read() {
        let speaking = |languages: &[&str]| {
            kinds(Scanner::builder().types(["ca_sin"]).languages(languages.iter().copied()), "NAS 123456782")
        };
        assert_eq!(speaking(&["fr"]), ["ca_sin"]);
        assert_eq!(speaking(&["en", "fr"]), ["ca_sin"]);
        assert!(speaking(&["en"]).is_empty());
        assert!(speaking(&[]).is_empty());
    }

    #[test]
    fn settings_that_make_no_sense_are_refused() {
        let error = |builder: ScannerBuilder| builder.build().unwrap_err();
        assert_eq!(error(Scanner::builder().min_score(1.1)), Error::InvalidScore);
        assert_eq!(error(Scanner::builder().min_score(f32::NAN)), Error::InvalidScore);
        assert_eq!(error(Scanner::builder().min_score_of("email", -0.1)), Error::InvalidScore);
        let unknown = Error::UnknownType { name: "shoe_size".into() };
        assert_eq!(error(Scanner::builder().types(["shoe_size"])), unknown);
        assert_eq!(error(Scanner::builder().without(["shoe_size"])), unknown);
        assert_eq!(error(Scanner::builder().min_score_of("shoe_size", 0.5)), unknown);
        assert_eq!(error(Scanner::builder().action("shoe_size", Action::Log)), unknown);
        assert_eq!(error(Scanner::builder().languages(["xx"])), Error::UnknownLanguage { name: "xx".into() });
        assert_eq!(error(Scanner::builder().regions(["sg"])), Error::UnknownRegion { name: "sg".into() });
    }
}
