//! Configuration: scanners and operators from TOML or JSON.

mod cursor;
mod json;
mod node;
mod origin;
mod toml;

use axiom_core::{Action, EnforcementPoint};

use self::cursor::Cursor;
use self::node::{Fault, Node};
use self::origin::Lines;
pub(crate) use self::origin::Origin;
use crate::builder::ScannerBuilder;
use crate::catalogue::Category;
use crate::error::Error;
use crate::operator::{DateShift, Mask, Operator, Operators, OperatorsBuilder};
use crate::pattern::Pattern;
use crate::policy::{Policy, Rule};
use crate::scanner::Scanner;
use crate::words::WordList;
use crate::worth::Worth;

/// The settings of a scanner and of operators, read from TOML or JSON.
///
/// ```
/// use axiom_pii::Config;
///
/// let config = Config::from_toml(r#"
///     categories = ["contact", "financial", "secret"]
///     types = ["us_ssn"]
///     without = ["booking_reference"]
///     min_score = 0.5
///     languages = ["en", "de"]
///     regions = ["DE", "SG"]
///     policy = "balanced"
///     operator = "redact"
///
///     [min_scores]
///     phone = 0.7
///
///     [allow]
///     examples = true
///     domains = ["axiom.example"]
///     networks = ["10.0.0.0/8"]
///     any = ["4000 0000 0000 0002"]
///     values.email = ["support@shop.example"]
///
///     [[patterns]]
///     type = "employee_id"
///     expression = 'EMP-\d{6}'
///     score = 0.4
///     context = ["staff"]
///     context_in.de = ["Mitarbeiter"]
///
///     [[words]]
///     type = "project_name"
///     words = ["Blue Heron", "Kestrel"]
///
///     [[rules]]
///     action = "warn"
///     type = "project_name"
///     point = "gateway"
///
///     [operators]
///     credit_card = { operator = "mask", keep_last = 4 }
/// "#)?;
///
/// let (scanner, operators) = (config.scanner()?, config.operators().build()?);
/// let text = "Mitarbeiter EMP-004211 paid with 5555 4444 3333 1111";
/// let redacted = scanner.redact_with(&operators, "", text, &mut Vec::new());
/// assert_eq!(redacted, "Mitarbeiter [REDACTED:employee_id] paid with **** **** **** 1111");
/// # Ok::<(), axiom_pii::Error>(())
/// ```
///
/// # Keys
///
/// All are optional, and none is read that is not here. JSON has the same keys in objects.
///
/// | key | value | says |
/// |---|---|---|
/// | `types` | names | [`ScannerBuilder::types`] |
/// | `categories` | `contact`, `device`, `financial`, `identity`, `secret`, `travel` | [`ScannerBuilder::categories`] |
/// | `without` | names | [`ScannerBuilder::without`] |
/// | `without_categories` | like `categories` | [`ScannerBuilder::without_categories`] |
/// | `extends` | names | [`ScannerBuilder::extends`] |
/// | `min_score` | 0.0 to 1.0 | [`ScannerBuilder::min_score`] |
/// | `min_scores` | table: type = score | [`ScannerBuilder::min_score_of`] |
/// | `languages` | ISO 639-1 | [`ScannerBuilder::languages`] |
/// | `regions` | ISO 3166-1 | [`ScannerBuilder::regions`] |
/// | `patterns` | list of tables: `type`, `expression`, and `score`, `context`, `context_in` (table: language = words), `partial`, `validator` | [`Pattern`] |
/// | `words` | list of tables: `type`, `words`, and `score`, `context`, `context_in`, `partial`, `match_case` | [`WordList`] |
/// | `allow.examples` | true or false | [`ScannerBuilder::allow_examples`] |
/// | `allow.any` | values | [`ScannerBuilder::allow_any`] |
/// | `allow.any_patterns` | expressions | [`ScannerBuilder::allow_any_pattern`] |
/// | `allow.domains` | domains | [`ScannerBuilder::allow_domain`] |
/// | `allow.networks` | networks | [`ScannerBuilder::allow_network`] |
/// | `allow.values` | table: type = values | [`ScannerBuilder::allow`] |
/// | `allow.patterns` | table: type = expressions | [`ScannerBuilder::allow_pattern`] |
/// | `policy` | `balanced`, `observing`, `strict` | [`Policy`] |
/// | `rules` | list of tables: `action` (`block`, `log`, `redact`, `warn`), and `type` or `category`, `point`, `min_score` | [`Rule`] |
/// | `operator` | an operator | [`OperatorsBuilder::otherwise`] |
/// | `operators` | table: type = operator | [`OperatorsBuilder::operator`] |
///
/// An operator is its name (`card`, `date_shift`, `format_preserving`, `keep`, `mask`, `redact`, `seal`, `token`), or a
/// table of that name as `operator` and its parameters: `keep_issuer` of `card`; `days` (30 unless it is said) and
/// `month_first` of `date_shift`; `character`, `keep_first` and `keep_last` of `mask`. Keys and organizations are no
/// configuration: the host gives them to [`operators`](Self::operators).
///
/// # Errors
///
/// An error says its line and column, the key and what is expected there. It tells no value of an allow list or a word
/// list, and no expression. Detectors are added to the [`builder`](Self::builder), so types are looked up when that is
/// built.
///
/// ```
/// use axiom_pii::Config;
///
/// let error = Config::from_json(r#"{"min_scores": {"phnoe": 0.7}}"#)?.scanner().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "line 1, column 17 (offset 16): `min_scores.phnoe`: unknown type `phnoe`; did you mean `phone`?"
/// );
/// # Ok::<(), axiom_pii::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Config {
    builder: ScannerBuilder,
    operators: OperatorsBuilder,
}

impl Config {
    /// Reads TOML.
    ///
    /// # Errors
    /// [`Error::Config`] for what is no TOML, for a key that is not known and for a value of another sort than its key needs.
    pub fn from_toml(text: &str) -> Result<Self, Error> {
        Self::read(text, toml::read)
    }

    /// Reads JSON.
    ///
    /// ```
    /// use axiom_pii::Config;
    ///
    /// let scanner = Config::from_json(r#"{"types": ["email"], "rules": [{"action": "block"}]}"#)?.scanner()?;
    /// assert!(scanner.enforce("bob@example.com").is_err());
    /// # Ok::<(), axiom_pii::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`from_toml`](Self::from_toml).
    pub fn from_json(text: &str) -> Result<Self, Error> {
        Self::read(text, json::read)
    }

    /// The settings of the scanner, to which a host may add: detectors, for example.
    pub fn builder(&self) -> ScannerBuilder {
        self.builder.clone()
    }

    /// The scanner.
    ///
    /// # Errors
    /// [`Error::Config`] with what is wrong with a setting; see [`ScannerBuilder::build`].
    pub fn scanner(&self) -> Result<Scanner, Error> {
        self.builder().build()
    }

    /// The settings of the operators, to which a host adds the keys that they need.
    pub fn operators(&self) -> OperatorsBuilder {
        self.operators.clone()
    }

    fn read(text: &str, read: impl FnOnce(&str) -> Result<Node, Fault>) -> Result<Self, Error> {
        let lines = Lines::of(text);
        let settings = |node: &Node| {
            let mut reader = Reader { lines: &lines, builder: Scanner::builder(), operators: Operators::builder() };
            reader.read(&Cursor::root(node))?;
            Ok(Self { builder: reader.builder, operators: reader.operators })
        };
        read(text).and_then(|node| settings(&node)).map_err(|Fault { at, key, problem }| Error::Config {
            place: lines.place(at.min(text.len())),
            key,
            problem,
        })
    }
}

/// Reads settings one after the other.
struct Reader<'a> {
    lines: &'a Lines,
    builder: ScannerBuilder,
    operators: OperatorsBuilder,
}

impl Reader<'_> {
    fn read(&mut self, root: &Cursor<'_>) -> Result<(), Fault> {
        root.known(&KEYS)?;
        // Wherever it stands, the rules come later.
        if let Some(value) = root.entry("policy") {
            let policy = value.one_of(&POLICIES)?;
            self.add(&value, |builder| builder.policy(policy()));
        }
        for (key, value) in root.entries()? {
            match key.name.as_str() {
                "allow" => self.allow(&value)?,
                "categories" => {
                    let categories: Vec<_> = value.items()?.map(|item| category(&item)).collect::<Result<_, _>>()?;
                    self.add(&value, |builder| builder.categories(categories));
                }
                "extends" => self.each(&value, |builder, name| builder.extends([name]))?,
                "languages" => {
                    self.add(&value, |builder| builder.languages([""; 0]));
                    self.each(&value, |builder, name| builder.languages([name]))?;
                }
                "min_score" => {
                    let score = value.score()?;
                    self.add(&value, |builder| builder.min_score(score));
                }
                "min_scores" => {
                    for (key, value) in value.entries()? {
                        let score = value.score()?;
                        self.add_at(key.at, &value, |builder| builder.min_score_of(&key.name, score));
                    }
                }
                "operator" => self.operators = self.operators.clone().otherwise(operator(&value)?),
                "operators" => {
                    for (key, value) in value.entries()? {
                        self.operators = self.operators.clone().operator(&key.name, operator(&value)?);
                        self.add_at(key.at, &value, |builder| builder.mentions(&key.name));
                    }
                }
                "patterns" => value.items()?.try_for_each(|item| self.pattern(&item))?,
                "policy" => {}
                "regions" => self.each(&value, |builder, name| builder.regions([name]))?,
                "rules" => value.items()?.try_for_each(|item| self.rule(&item))?,
                "types" => {
                    self.add(&value, |builder| builder.types([""; 0]));
                    self.each(&value, |builder, name| builder.types([name]))?;
                }
                "without" => self.each(&value, |builder, name| builder.without([name]))?,
                "without_categories" => {
                    let categories: Vec<_> = value.items()?.map(|item| category(&item)).collect::<Result<_, _>>()?;
                    self.add(&value, |builder| builder.without_categories(categories));
                }
                _ => value.items()?.try_for_each(|item| self.words(&item))?,
            }
        }
        Ok(())
    }

    fn pattern(&mut self, table: &Cursor<'_>) -> Result<(), Fault> {
        table.known(&["type", "expression", "score", "context", "context_in", "partial", "validator"])?;
        let mut pattern = Pattern::new(table.required("type")?.text()?, table.required("expression")?.text()?);
        weigh(table, &mut pattern.worth)?;
        if flag(table, "partial")? {
            pattern = pattern.partial();
        }
        if let Some(validator) = table.entry("validator") {
            pattern = pattern.validator(validator.text()?);
        }
        self.add(table, |builder| builder.pattern(pattern));
        Ok(())
    }

    fn words(&mut self, table: &Cursor<'_>) -> Result<(), Fault> {
        table.known(&["type", "words", "score", "context", "context_in", "partial", "match_case"])?;
        let mut list = WordList::new(table.required("type")?.text()?, table.required("words")?.texts()?);
        weigh(table, &mut list.worth)?;
        if flag(table, "partial")? {
            list = list.partial();
        }
        if flag(table, "match_case")? {
            list = list.match_case();
        }
        self.add(table, |builder| builder.words(list));
        Ok(())
    }

    fn allow(&mut self, table: &Cursor<'_>) -> Result<(), Fault> {
        table.known(&["any", "any_patterns", "domains", "examples", "networks", "patterns", "values"])?;
        for (key, value) in table.entries()? {
            match key.name.as_str() {
                "any" => self.each(&value, ScannerBuilder::allow_any)?,
                "any_patterns" => self.each(&value, ScannerBuilder::allow_any_pattern)?,
                "domains" => self.each(&value, ScannerBuilder::allow_domain)?,
                "examples" if value.boolean()? => self.add(&value, ScannerBuilder::allow_examples),
                "examples" => {}
                "networks" => self.each(&value, ScannerBuilder::allow_network)?,
                "patterns" => self.each_of_type(&value, ScannerBuilder::allow_pattern)?,
                _ => self.each_of_type(&value, ScannerBuilder::allow)?,
            }
        }
        Ok(())
    }

    fn rule(&mut self, table: &Cursor<'_>) -> Result<(), Fault> {
        table.known(&["action", "type", "category", "point", "min_score"])?;
        let mut rule = Rule::new(table.required("action")?.one_of(&ACTIONS)?);
        match (table.entry("type"), table.entry("category")) {
            (Some(_), Some(category)) => return Err(category.fault("a rule has a type or a category, not both")),
            (Some(name), None) => rule = rule.of(name.text()?.to_owned()),
            (None, Some(name)) => rule = rule.of_category(category(&name)?),
            (None, None) => {}
        }
        if let Some(point) = table.entry("point") {
            rule = rule.at(EnforcementPoint::named(point.text()?.to_owned()));
        }
        if let Some(score) = table.entry("min_score") {
            rule = rule.from(score.score()?);
        }
        self.add(table, |builder| builder.policy(Policy::new().rule(rule)));
        Ok(())
    }

    /// Adds what each text of a list says.
    fn each(&mut self, list: &Cursor<'_>, add: impl Fn(ScannerBuilder, String) -> ScannerBuilder) -> Result<(), Fault> {
        for item in list.items()? {
            let text = item.text()?.to_owned();
            self.add(&item, |builder| add(builder, text));
        }
        Ok(())
    }

    /// Adds what each text says of the lists of a table by types.
    fn each_of_type(
        &mut self,
        table: &Cursor<'_>,
        add: impl Fn(ScannerBuilder, String, String) -> ScannerBuilder,
    ) -> Result<(), Fault> {
        for (key, list) in table.entries()? {
            // A key that is no name may be a value in the wrong place.
            if !crate::own::is_name(&key.name) {
                return Err(Fault { at: key.at, key: table.path.clone(), problem: "expected names of types".into() });
            }
            for item in list.items()? {
                let text = item.text()?.to_owned();
                self.add(&item, |builder| add(builder, key.name.clone(), text));
            }
        }
        Ok(())
    }

    fn add(&mut self, from: &Cursor<'_>, add: impl FnOnce(ScannerBuilder) -> ScannerBuilder) {
        self.add_at(from.at(), from, add);
    }

    /// Adds settings that come from `from`, which begins at `at`.
    fn add_at(&mut self, at: usize, from: &Cursor<'_>, add: impl FnOnce(ScannerBuilder) -> ScannerBuilder) {
        let part = |name: &'static str| from.entry(name).map(|part| (name, self.lines.place(part.at())));
        let parts = PARTS.into_iter().filter_map(part).collect();
        let origin = Origin { key: from.path.clone(), place: self.lines.place(at), parts };
        self.builder = core::mem::take(&mut self.builder).originating(origin, add);
    }
}

/// Reads the score and the labels of a table.
fn weigh(table: &Cursor<'_>, worth: &mut Worth) -> Result<(), Fault> {
    if let Some(score) = table.entry("score") {
        worth.score = score.score()?;
    }
    if let Some(words) = table.entry("context") {
        worth.label(None, words.texts()?);
    }
    if let Some(languages) = table.entry("context_in") {
        for (language, words) in languages.entries()? {
            worth.label(Some(&language.name), words.texts()?);
        }
    }
    Ok(())
}

fn flag(table: &Cursor<'_>, name: &str) -> Result<bool, Fault> {
    table.entry(name).map_or(Ok(false), |flag| flag.boolean())
}

fn category(text: &Cursor<'_>) -> Result<Category, Fault> {
    text.one_of(&Category::ALL.map(|category| (category.as_str(), category)))
}

/// An operator by its name, or a table of its name and its parameters.
fn operator(value: &Cursor<'_>) -> Result<Operator, Fault> {
    if value.is_text() {
        return value.one_of(&OPERATORS);
    }
    let chosen = value.required("operator")?.one_of(&OPERATORS)?;
    Ok(match chosen {
        Operator::Card { .. } => {
            value.known(&["operator", "keep_issuer"])?;
            Operator::Card { keep_issuer: flag(value, "keep_issuer")? }
        }
        Operator::DateShift(_) => {
            value.known(&["operator", "days", "month_first"])?;
            let days = value.entry("days").map_or(Ok(DAYS), |days| days.count(u16::MAX))?;
            let shift = DateShift::within(days);
            (if flag(value, "month_first")? { shift.month_first() } else { shift }).into()
        }
        Operator::Mask(_) => {
            value.known(&["operator", "character", "keep_first", "keep_last"])?;
            let character = value.entry("character").map_or(Ok(MASK), |character| masking(&character))?;
            let count = |name| value.entry(name).map_or(Ok(0), |count| count.count(MOST_KEPT)).map(usize::from);
            Mask::new(character).keep_first(count("keep_first")?).keep_last(count("keep_last")?).into()
        }
        simple => {
            value.known(&["operator"])?;
            simple
        }
    })
}

/// The one character of a text.
fn masking(text: &Cursor<'_>) -> Result<char, Fault> {
    let mut characters = text.text()?.chars();
    match (characters.next(), characters.next()) {
        (Some(character), None) => Ok(character),
        _ => Err(text.fault("expected one character")),
    }
}

const KEYS: [&str; 16] = [
    "allow",
    "categories",
    "extends",
    "languages",
    "min_score",
    "min_scores",
    "operator",
    "operators",
    "patterns",
    "policy",
    "regions",
    "rules",
    "types",
    "without",
    "without_categories",
    "words",
];

/// The parts of tables that an error of the builder may be about.
const PARTS: [&str; 5] = ["context", "expression", "type", "validator", "words"];

const ACTIONS: [(&str, Action); 4] =
    [("block", Action::Block), ("log", Action::Log), ("redact", Action::Redact), ("warn", Action::Warn)];

const OPERATORS: [(&str, Operator); 8] = [
    ("card", Operator::Card { keep_issuer: false }),
    ("date_shift", Operator::DateShift(DateShift::within(DAYS))),
    ("format_preserving", Operator::FormatPreserving),
    ("keep", Operator::Keep),
    ("mask", Operator::Mask(Mask::new(MASK))),
    ("redact", Operator::Redact),
    ("seal", Operator::Seal),
    ("token", Operator::Token),
];

const POLICIES: [(&str, Preset); 3] =
    [("balanced", Policy::balanced), ("observing", Policy::observing), ("strict", Policy::strict)];

/// A policy that comes with the crate.
type Preset = fn() -> Policy;

/// How far dates move unless it is said.
const DAYS: u16 = 30;
/// What masks unless it is said.
const MASK: char = '*';
/// How many characters a mask keeps at most; it hides at least half of them anyway.
const MOST_KEPT: u16 = 64;
