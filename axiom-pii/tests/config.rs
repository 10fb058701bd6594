//! Configurations: the same in both languages, and every error has its place.
#![cfg(feature = "config")]

use axiom_core::{Action, EnforcementPoint, Finding};
use axiom_pii::{Config, Detector, Error, Scanner};
use proptest::prelude::*;

const TOML: &str = r##"
types = ["credit_card", "iban", "us_ssn"]
categories = ["contact"]
without = ["us_ssn"]
without_categories = ["travel"]
extends = ["phone"]
min_score = 0.45
languages = ["en", "de"]
regions = ["SG"]
policy = "observing"
operator = { operator = "mask", character = "#" }
min_scores = { email = 0.96, credit_card = 1 }

[[patterns]]
type = "employee_id"
expression = 'EMP-\d{6}'
score = 0.3
context = ["staff"]
context_in = { de = ["Mitarbeiter"], fr = ["employé"] }

[[patterns]]
type = "member_id"
expression = 'x(?<value>[0-9]{10})'
validator = "luhn"
partial = true

[[patterns]]
type = "phone"
expression = 'ext\. [0-9]{3}'

[[words]]
type = "project_name"
words = ["Kestrel", "Blue Heron"]
match_case = true

[allow]
examples = false
any = ["4111-1111-1111-1111"]
any_patterns = ["EMP-0{6}"]
domains = ["corp.example"]
networks = ["10.0.0.0/8"]
values = { iban = ["DE89 3704 0044 0532 0130 00"] }
patterns = { email = ["test.*"] }

[[rules]]
action = "block"
type = "project_name"
point = "gateway"
min_score = 0.5

[[rules]]
action = "warn"
category = "financial"

[operators]
email = "keep"
phone = { operator = "mask", keep_last = 2, keep_first = 0 }
credit_card = { operator = "card", keep_issuer = true }
project_name = { operator = "date_shift", days = 7, month_first = true }
"##;

const JSON: &str = r##"{
  "types": ["credit_card", "iban", "us_ssn"], "categories": ["contact"], "without": ["us_ssn"],
  "without_categories": ["travel"], "extends": ["phone"], "min_score": 0.45, "languages": ["en", "de"],
  "regions": ["SG"], "operator": {"operator": "mask", "character": "#"},
  "min_scores": {"email": 0.96, "credit_card": 1},
  "patterns": [
    {"type": "employee_id", "expression": "EMP-\\d{6}", "score": 0.3, "context": ["staff"],
     "context_in": {"de": ["Mitarbeiter"], "fr": ["employ\u00e9"]}},
    {"type": "member_id", "expression": "x(?<value>[0-9]{10})", "validator": "luhn", "partial": true},
    {"type": "phone", "expression": "ext\\. [0-9]{3}"}
  ],
  "words": [{"type": "project_name", "words": ["Kestrel", "Blue Heron"], "match_case": true}],
  "allow": {
    "examples": false, "any": ["4111-1111-1111-1111"], "any_patterns": ["EMP-0{6}"], "domains": ["corp.example"],
    "networks": ["10.0.0.0/8"], "values": {"iban": ["DE89 3704 0044 0532 0130 00"]}, "patterns": {"email": ["test.*"]}
  },
  "rules": [
    {"action": "block", "type": "project_name", "point": "gateway", "min_score": 0.5},
    {"action": "warn", "category": "financial"}
  ],
  "policy": "observing",
  "operators": {
    "email": "keep", "phone": {"operator": "mask", "keep_last": 2, "keep_first": 0},
    "credit_card": {"operator": "card", "keep_issuer": true},
    "project_name": {"operator": "date_shift", "days": 7, "month_first": true}
  }
}"##;

fn scan(scanner: &Scanner, text: &str) -> Vec<(String, Action)> {
    let mut findings = Vec::new();
    scanner.scan(text, &mut findings);
    findings.into_iter().map(|finding| (finding.kind.into_owned(), finding.action)).collect()
}

#[test]
fn both_languages_say_the_same() {
    for config in [Config::from_toml(TOML).unwrap(), Config::from_json(JSON).unwrap()] {
        let scanner = config.scanner().unwrap();
        let found = |text: &str| scan(&scanner, text);
        let found_as = |kind: &str, action| vec![(kind.to_owned(), action)];
        assert_eq!(found("5555 5555 5555 4444"), found_as("credit_card", Action::Warn));
        assert_eq!(found("Mitarbeiter EMP-123456"), found_as("employee_id", Action::Log));
        assert_eq!(found("member x1234567897"), found_as("member_id", Action::Log));
        assert_eq!(found("ext. 123"), found_as("phone", Action::Log));
        assert_eq!(found("project Blue Heron"), found_as("project_name", Action::Log));
        let gateway = scanner.at(&EnforcementPoint::GATEWAY);
        assert_eq!(scan(&gateway, "project Blue Heron"), found_as("project_name", Action::Block));
        for text in [
            "536-90-4399",
            "bob@example.com",
            "x@corp.example",
            "test@shop.example, email",
            "employé EMP-123456",
            "staff EMP-000000",
            "1234567890",
            "blue heron",
            "4111 1111 1111 1111",
            "DE89370400440532013000",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
        let operators = format!("{:?}", config.operators());
        for part in ["email\": Keep", "last: 2", "keep_issuer: true", "days: 7, month_first: true", "character: '#'"] {
            assert!(operators.contains(part), "{operators}");
        }
    }
}

/// Finds nothing, under a name.
struct Quiet;

impl Detector for Quiet {
    fn types(&self) -> Vec<String> {
        vec!["person".into()]
    }

    fn detect(&self, _: &str, _: &str, _: &mut Vec<Finding>) {}
}

#[test]
fn types_of_a_detector_may_be_named() {
    let config =
        Config::from_toml("without = ['person']\n[min_scores]\nperson = 0.7\n[operators]\nperson = 'redact'").unwrap();
    assert!(config.builder().detector(Quiet).build().is_ok());
    let Err(Error::Config { place, key, .. }) = config.scanner() else { panic!("there is no such type") };
    assert_eq!((place.line, place.column, key.as_str()), (1, 12, "without[0]"));
}

/// What is wrong, where it is said to be, and what is said.
const WRONG: [(&str, usize, usize, &str); 40] = [
    ("x", 1, 2, "key with no value, expected `=`"),
    ("a = 1\na = 2", 2, 1, "duplicate key"),
    ("\nmin_scor = 0.5", 2, 1, "`min_scor`: unknown key; did you mean `min_score`?"),
    ("[patternz]", 1, 2, "`patternz`: unknown key; did you mean `patterns`?"),
    ("types = 'email'", 1, 9, "`types`: expected a list"),
    ("types = [\n 'email',\n 1]", 3, 2, "`types[1]`: expected a text"),
    ("types = ['emial']", 1, 10, "`types[0]`: unknown type `emial`; did you mean `email`?"),
    ("without = ['email', 'shoe_size']", 1, 21, "`without[1]`: unknown type `shoe_size`"),
    ("extends = ['x']", 1, 12, "`extends[0]`: unknown type `x`"),
    (
        "categories = ['finance']",
        1,
        15,
        "`categories[0]`: expected `contact`, `device`, `financial`, `identity`, `secret` or `travel`",
    ),
    ("without_categories = ['secrets']", 1, 23, "did you mean `secret`?"),
    ("min_score = 1.5", 1, 13, "`min_score`: expected a number from 0.0 to 1.0"),
    ("min_score = nan", 1, 13, "`min_score`: expected a number from 0.0 to 1.0"),
    ("min_score = 2020-01-01", 1, 13, "`min_score`: expected a number from 0.0 to 1.0"),
    ("[min_scores]\nemail = true", 2, 9, "`min_scores.email`: expected a number from 0.0 to 1.0"),
    ("[min_scores]\nemial = 0.5", 2, 1, "`min_scores.emial`: unknown type `emial`; did you mean `email`?"),
    ("languages = ['en', 'xx']", 1, 20, "`languages[1]`: unknown language `xx`"),
    ("regions = ['sg']", 1, 12, "`regions[0]`: unknown region `sg`"),
    ("policy = 'bold'", 1, 10, "`policy`: expected `balanced`, `observing` or `strict`"),
    ("[[patterns]]\ntype = 'x'", 1, 1, "`patterns[0]`: expected a key `expression`"),
    (
        "[[patterns]]\ntype = 'x'\nexpression = '(secret'",
        3,
        14,
        "`patterns[0].expression`: the pattern of `x` cannot be used: unclosed group",
    ),
    (
        "[[patterns]]\nexpression = 'a'\ntype = 'email'",
        3,
        8,
        "`patterns[0].type`: the catalogue has a type `email` already",
    ),
    ("[[patterns]]\nexpression = 'a'\ntype = 'A b'", 3, 8, "`patterns[0].type`: `A b` cannot name a type"),
    (
        "[[patterns]]\ntype = 'x'\nexpression = 'a'\nvalidator = 'lunh'",
        4,
        13,
        "`patterns[0].validator`: unknown validator `lunh`; did you mean `luhn`?",
    ),
    (
        "[[patterns]]\ntype = 'x'\nexpression = 'a'\ncontext = ['42']",
        4,
        11,
        "`patterns[0].context`: the context `42` is no word",
    ),
    ("[[patterns]]\ntype = 'x'\nexpression = 'a'\nwhole = true", 4, 1, "`patterns[0].whole`: unknown key"),
    ("[[words]]\ntype = 'x'\nwords = ['secret', '']", 3, 9, "`words[0].words`: word 1 of `x` is empty"),
    ("[allow]\nvalue = ['secret']", 2, 1, "`allow.value`: unknown key; did you mean `values`?"),
    ("[allow]\nexamples = 1", 2, 12, "`allow.examples`: expected true or false"),
    (
        "[allow]\ndomains = ['a.example', 'secret@a.example']",
        2,
        25,
        "`allow.domains[1]`: an allowed domain is written as",
    ),
    ("[allow]\nnetworks = ['secret']", 2, 13, "`allow.networks[0]`: an allowed network is written as"),
    ("[allow.values]\n'secret@a.example' = true", 2, 1, "`allow.values`: expected names of types"),
    (
        "[allow.values]\nemial = ['secret']",
        2,
        10,
        "`allow.values.emial[0]`: unknown type `emial`; did you mean `email`?",
    ),
    ("[allow.patterns]\nemail = ['(secret']", 2, 10, "`allow.patterns.email[0]`: unclosed group"),
    ("[[rules]]\ntype = 'email'", 1, 1, "`rules[0]`: expected a key `action`"),
    ("[[rules]]\naction = 'log'\ntype = 'emial'", 3, 8, "`rules[0].type`: unknown type `emial`; did you mean `email`?"),
    (
        "[[rules]]\naction = 'log'\ntype = 'email'\ncategory = 'secret'",
        4,
        12,
        "`rules[0].category`: a rule has a type or a category, not both",
    ),
    ("operator = 'masc'", 1, 12, "did you mean `mask`?"),
    ("[operators]\nemail = { operator = 'mask', days = 3 }", 2, 30, "`operators.email.days`: unknown key"),
    ("[operators]\nemial = 'mask'", 2, 1, "`operators.emial`: unknown type `emial`; did you mean `email`?"),
];

#[test]
fn errors_say_where_and_what_and_tell_no_values() {
    for (text, line, column, said) in WRONG {
        let error = Config::from_toml(text).and_then(|config| config.scanner()).unwrap_err();
        let Error::Config { place, .. } = &error else { panic!("{text}: {error}") };
        assert_eq!((place.line, place.column), (line, column), "{text}: {error}");
        assert!(error.to_string().contains(said), "{text}: {error}");
        assert!(!format!("{error} {error:?}").contains("secret@") && !error.to_string().contains("(secret"), "{error}");
    }
}

#[test]
fn places_in_json_are_those_of_the_values() {
    for (text, line, column, said) in [
        ("", 1, 1, "expected a value, not the end"),
        ("{\n \"types\": [\"emial\"]}", 2, 12, "did you mean `email`?"),
        ("{\"min_score\": 1,}", 1, 17, "expected a key in quotes"),
        ("{\"min_score\": 1, \"min_score\": 1}", 1, 18, "duplicate key"),
        ("{\"min_score\": 1} x", 1, 18, "expected nothing more"),
        ("[]", 1, 1, "expected a table"),
        ("{\"min_score\": null}", 1, 15, "expected a number"),
        ("{\"types\": [\"a\\x\"]}", 1, 12, "wrong escape"),
    ] {
        let error = Config::from_json(text).and_then(|config| config.scanner()).unwrap_err();
        let Error::Config { place, .. } = &error else { panic!("{text}: {error}") };
        assert_eq!((place.line, place.column), (line, column), "{text}: {error}");
        assert!(error.to_string().contains(said), "{text}: {error}");
    }
}

#[test]
fn patterns_that_are_too_large_together_have_a_place() {
    let pattern = |place| format!("[[patterns]]\ntype = 't{place}'\nexpression = '\\p{{Ll}}{{25}}x'\n");
    let text: String = (0..80).map(pattern).collect();
    let error = Config::from_toml(&text).unwrap().scanner().unwrap_err();
    assert!(matches!(&error, Error::Config { key, .. } if key == "patterns[79]"), "{error}");
}

#[test]
fn debug_shows_no_values() {
    let shown = format!("{:?}", Config::from_toml(TOML).unwrap());
    for value in ["4111-1111", "corp.example", "10.0.0.0", "DE89", "Kestrel", "test.*"] {
        assert!(!shown.contains(value), "{value}");
    }
}

proptest! {
    #[test]
    fn no_text_makes_reading_panic_and_every_error_has_a_line(text in "\\PC{0,60}", cut in 0usize..2000, removed in 0usize..40, put in "[\\[\\]{}=\"',.\n0-9a-z]{0,4}") {
        let mut texts = vec![text];
        for whole in [TOML, JSON] {
            let boundary = |place: usize| (place.min(whole.len())..).find(|&place| whole.is_char_boundary(place));
            let (from, to) = (boundary(cut).unwrap(), boundary(cut + removed).unwrap());
            texts.push([&whole[..from], &put, &whole[to..]].concat());
        }
        for text in texts {
            for result in [Config::from_toml(&text), Config::from_json(&text)] {
                if let Err(error) = result {
                    let Error::Config { place, .. } = &error else { panic!("{error}") };
                    prop_assert!((1..=text.lines().count() + 1).contains(&place.line) && place.column >= 1);
                    prop_assert!(place.offset <= text.len());
                }
            }
        }
    }
}
