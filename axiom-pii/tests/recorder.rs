//! Personal data on its way to the log: it is taken out of every text, and counted by its type.

use std::collections::BTreeMap;
use std::sync::Arc;

use axiom_core::{Event, Finding, Scrubbed, Unsealed, Value};
use axiom_crypto::{DerivedPseudonymKeys, Key};
use axiom_pii::{Mask, Operator, Operators, PiiScrubber, Policy, Rule, Scanner};
use proptest::prelude::*;

const MAIL: &str = "bob@example.com";
const CARD: &str = "4111 1111 1111 1111";

fn event(members: &str) -> Event {
    let fixed = r#""id":"0198c5a0-7b2e-7000-8000-000000000001","organizationId":"acme","actionType":"apply.applied""#;
    Event::from_json(format!("{{{fixed},{members}}}").as_bytes()).expect("it is an event")
}

fn scrubbed(members: &str, scrubber: &PiiScrubber) -> Scrubbed {
    event(members).scrub(scrubber).expect("nothing is blocked")
}

/// The canonical text, and the numbers of redactions by type that stand in it.
fn recorded(scrubbed: Scrubbed) -> (String, BTreeMap<String, i64>) {
    let counts = scrubbed.event().redactions().iter().map(|(kind, count)| match count {
        Value::Integer(count) => (kind.clone(), count.get()),
        other => panic!("{other:?} is no number"),
    });
    let counts = counts.collect();
    let canonical = scrubbed.without_sealing(Unsealed).canonical().expect("it fits");
    (canonical.as_str().to_owned(), counts)
}

/// Every place of an event where a host's text or number can stand, with an address in each.
const EVERYWHERE: &str = r#"
    "userId":"bob@example.com",
    "resourceIds":["arn:x","bob@example.com"],
    "beforeState":["bob@example.com",{"bob@example.com":"bob@example.com"}],
    "afterState":"bob@example.com",
    "metadata":{"list":[{"deep":["bob@example.com"]}],"bob@example.com":1},
    "actor":{"type":"user","id":"bob@example.com","onBehalfOf":"bob@example.com","more":"bob@example.com"},
    "source":{"ip":"bob@example.com","host":"bob@example.com","userAgent":"bob@example.com","more":["bob@example.com"]},
    "reason":"bob@example.com",
    "error":"bob@example.com",
    "correlationId":"bob@example.com",
    "decision":{"decisionId":"bob@example.com","verdict":"deny","evaluatedPolicies":[{"policy":"bob@example.com"}],
                "clientId":"bob@example.com","more":"bob@example.com"},
    "own":{"bob@example.com":"bob@example.com"},
    "to bob@example.com":null"#;

#[test]
fn no_address_is_left_anywhere_and_every_one_is_counted() {
    let scrubbed = scrubbed(EVERYWHERE, &PiiScrubber::default());
    let findings = scrubbed.findings().len();
    let (text, counts) = recorded(scrubbed);
    assert!(!text.contains("bob"), "{text}");
    let written = EVERYWHERE.matches(MAIL).count();
    assert_eq!(findings, written);
    assert_eq!(counts, BTreeMap::from([("email".to_owned(), i64::try_from(written).expect("they are few"))]));
    let stored = format!(r#""redactions":{{"email":{written}}}"#);
    assert!(text.contains(&stored), "{text}");
}

#[test]
fn numbers_are_scanned_with_their_names() {
    let members = r#""metadata":{"ssn":536904399,"order":536904399,"cards":[4111111111111111]}"#;
    let (text, counts) = recorded(scrubbed(members, &PiiScrubber::default()));
    assert!(text.contains(r#""ssn":"[REDACTED:us_ssn]""#) && text.contains(r#""order":536904399"#), "{text}");
    assert!(text.contains(r#""cards":["[REDACTED:credit_card]"]"#), "{text}");
    assert_eq!(counts, BTreeMap::from([("credit_card".to_owned(), 1), ("us_ssn".to_owned(), 1)]));
}

#[test]
fn references_with_personal_data_are_refused_by_whatever_operator() {
    let keys = Arc::new(DerivedPseudonymKeys::new(Key::from_bytes(&[7; 32])));
    let builder = Operators::builder().keys("acme".parse().expect("it is a name"), keys);
    let operators = builder.otherwise(Operator::Token).build().expect("there are keys");
    for scrubber in [PiiScrubber::default(), PiiScrubber::default().operators(operators)] {
        let error = event(r#""idempotencyKey":"bob@example.com""#).scrub(&scrubber).expect_err("it must not change");
        assert!(!format!("{error} {error:?}").contains("bob"), "{error}");
    }
}

#[test]
fn what_operators_write_is_recorded_and_counted() {
    let keys = Arc::new(DerivedPseudonymKeys::new(Key::from_bytes(&[7; 32])));
    let operators = Operators::builder()
        .keys("acme".parse().expect("it is a name"), keys)
        .operator("email", Operator::Token)
        .operator("credit_card", Mask::new('*').keep_last(4))
        .build()
        .expect("there are keys");
    let members = format!(r#""userId":"{MAIL}","reason":"refund of {CARD} to {MAIL}""#);
    let (text, counts) = recorded(scrubbed(&members, &PiiScrubber::default().operators(operators)));
    let token = text.split(r#""userId":""#).nth(1).and_then(|rest| rest.split('"').next()).expect("there is a user");
    assert!(
        token.starts_with("[email:") && text.contains(&format!("refund of **** **** **** 1111 to {token}")),
        "{text}"
    );
    assert_eq!(counts, BTreeMap::from([("credit_card".to_owned(), 1), ("email".to_owned(), 2)]));
}

#[test]
fn what_is_only_logged_is_not_counted_as_redacted() {
    let policy = Policy::new().rule(Rule::new(axiom_core::Action::Log).of("email"));
    let scanner = Scanner::builder().policy(policy).build().expect("the type exists");
    let scrubbed = scrubbed(&format!(r#""reason":"{MAIL}, {CARD}""#), &PiiScrubber::new(scanner));
    let kinds: Vec<_> = scrubbed.findings().iter().map(|finding: &Finding| finding.kind.as_ref()).collect();
    assert_eq!(kinds, ["email", "credit_card"]);
    let (text, counts) = recorded(scrubbed);
    assert!(text.contains(MAIL), "{text}");
    assert_eq!(counts, BTreeMap::from([("credit_card".to_owned(), 1)]));
}

#[test]
fn a_sealed_field_is_scrubbed_before() {
    let scrubbed = scrubbed(&format!(r#""beforeState":{{"note":"{MAIL}"}}"#), &PiiScrubber::default());
    assert_eq!(scrubbed.event().redactions().len(), 1);
    let state = scrubbed.event().before_state.as_ref().and_then(|state| state.at("/note"));
    assert_eq!(state, Some(&Value::from("[REDACTED:email]")));
}

proptest! {
    #[test]
    fn wherever_values_stand_in_a_document_none_is_left(keys in prop::collection::vec("x[a-z]{0,7}", 1..5), depth in 0usize..6) {
        let mut state = serde_json::json!([MAIL, CARD]);
        for key in keys.iter().cycle().take(depth) {
            state = serde_json::json!({ key: state, MAIL: [CARD, { "x": MAIL }] });
        }
        let written = serde_json::to_string(&state).expect("it is JSON");
        let (text, counts) = recorded(scrubbed(&format!(r#""afterState":{written}"#), &PiiScrubber::default()));
        prop_assert!(!text.contains("bob@") && !text.contains("4111 "), "{}", text);
        prop_assert_eq!(counts["email"], i64::try_from(written.matches(MAIL).count()).expect("they are few"));
        prop_assert_eq!(counts["credit_card"], i64::try_from(written.matches(CARD).count()).expect("they are few"));
    }
}
