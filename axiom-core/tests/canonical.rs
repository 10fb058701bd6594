//! Canonical bytes against an independent RFC 8785 (JCS) library.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use axiom_core::{Event, Finding, Object, Scrubber, Text, Unscrubbed, Unsealed, Value};
use proptest::collection::vec;
use proptest::prelude::*;

/// Any JSON value, floats and large integers included, as a host may hand it over.
fn json() -> impl Strategy<Value = serde_json::Value> {
    let number = prop_oneof![
        any::<i64>().prop_map(serde_json::Value::from),
        any::<u64>().prop_map(serde_json::Value::from),
        (-1e15..1e15).prop_map(serde_json::Value::from),
    ];
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(serde_json::Value::from),
        number,
        any::<String>().prop_map(serde_json::Value::from),
        "[\\x00-\\x20\"\\\\/\u{7f}\u{2028}\u{e000}\u{1f600}]{0,8}".prop_map(serde_json::Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![vec(inner.clone(), 0..6).prop_map(serde_json::Value::from), members(inner).prop_map(Into::into)]
    })
}

fn members(
    value: impl Strategy<Value = serde_json::Value>,
) -> impl Strategy<Value = serde_json::Map<String, serde_json::Value>> {
    vec(("[ -~]{1,8}", value), 0..6).prop_map(|members| members.into_iter().collect())
}

fn event(
    parts: (serde_json::Value, serde_json::Map<String, serde_json::Value>, serde_json::Map<String, serde_json::Value>),
) -> Event {
    let (state, metadata, unknown) = parts;
    let mut object = unknown;
    object.retain(|name, _| !Event::FIELDS.contains(&name.as_str()));
    object.insert("organizationId".into(), "acme".into());
    object.insert("actionType".into(), "custom.test".into());
    object.insert("beforeState".into(), state);
    object.insert("metadata".into(), metadata.into());
    object.insert(
        "actor".into(),
        serde_json::json!({"type": "agent", "id": "a", "zzz": 1, "aaa": [2], "privileged": true}),
    );
    object.insert("source".into(), serde_json::json!({"ip": "::1", "port": 80, "userAgent": "u", "x": null}));
    object.insert("decision".into(), serde_json::json!({"decisionId": "d", "verdict": "allow", "mode": "shadow"}));
    Event::from_json(&serde_json::to_vec(&object).unwrap()).unwrap()
}

fn canonical(event: Event) -> String {
    event.scrub(&Unscrubbed).unwrap().without_sealing(Unsealed).canonical().unwrap().as_str().to_owned()
}

proptest! {
    #[test]
    fn an_event_is_written_as_the_jcs_library_writes_it(parts in (json(), members(json()), members(json()))) {
        let ours = canonical(event(parts));
        let value: serde_json::Value = serde_json::from_str(&ours).unwrap();
        prop_assert_eq!(&ours, &serde_json_canonicalizer::to_string(&value).unwrap());
    }

    #[test]
    fn what_is_written_reads_back_as_the_same_event(parts in (json(), members(json()), members(json()))) {
        let event = event(parts);
        let written = canonical(event.clone());
        prop_assert_eq!(Event::from_json(written.as_bytes()).unwrap(), event);
    }

    #[test]
    fn a_value_is_written_as_the_jcs_library_writes_it(value in json()) {
        let ours = serde_json::to_string(&Value::try_from(value).unwrap()).unwrap();
        let parsed: serde_json::Value = serde_json::from_str(&ours).unwrap();
        prop_assert_eq!(&ours, &serde_json_canonicalizer::to_string(&parsed).unwrap());
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in vec(any::<u8>(), 0..200), members in members(json())) {
        let _ = Event::from_json(&bytes);
        let _ = Event::from_json(&serde_json::to_vec(&members).unwrap());
        let _: Result<Object, _> = serde_json::from_slice(&bytes);
    }
}

/// Finds the word `plant` wherever it is shown one.
struct Gardener;

impl Scrubber for Gardener {
    fn scrub(&self, text: &Text<'_>, findings: &mut Vec<Finding>) -> Option<String> {
        let start = text.value.find("plant")?;
        findings.push(Finding::new("weed", start..start + 5, 1.0));
        Some(text.value.replace("plant", "[REDACTED:weed]"))
    }
}

/// JSON in which any text may hold the word `plant`.
fn garden() -> impl Strategy<Value = serde_json::Value> {
    let text = prop_oneof!["[a-z]{0,4}", "[a-z]{0,2} ?plant ?[a-z]{0,2}"].boxed();
    let leaf = prop_oneof![Just(serde_json::Value::Null), text.clone().prop_map(serde_json::Value::from)];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        let members = vec((text.clone().prop_filter("a key", |key| !key.is_empty()), inner.clone()), 0..4);
        prop_oneof![
            vec(inner, 0..4).prop_map(serde_json::Value::from),
            members.prop_map(|members| serde_json::Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Any field of an event, with anything in it.
fn fields() -> impl Strategy<Value = Vec<(&'static str, serde_json::Value)>> {
    let names = Event::FIELDS.into_iter().chain(["own", "plant"]).collect::<Vec<_>>();
    vec((prop::sample::select(names), garden()), 0..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_text_gets_past_the_scrubber(fields in fields()) {
        let mut object = serde_json::Map::new();
        object.extend(fields.into_iter().map(|(name, value)| (name.to_owned(), value)));
        object.insert("organizationId".into(), "acme".into());
        object.entry("actionType").or_insert("custom.test".into());
        if let Ok(event) = Event::from_json(&serde_json::to_vec(&object).unwrap())
            && let Ok(scrubbed) = event.scrub(&Gardener)
        {
            let canonical = scrubbed.without_sealing(Unsealed).canonical().unwrap();
            prop_assert!(!canonical.as_str().contains("plant"), "{}", canonical.as_str());
        }
    }
}

#[test]
fn names_that_hold_personal_data_are_refused() {
    for member in [
        r#""provider":"plant""#,
        r#""dataClasses":["plant"]"#,
        r#""subjectRefs":["plant"]"#,
        r#""idempotencyKey":"plant""#,
        r#""decision":{"decisionId":"d","verdict":"plant"}"#,
        r#""actionType":"custom.plant""#,
        r#""actionType":"custom.test","stream":"plant""#,
    ] {
        let rest = if member.contains("actionType") { "" } else { r#""actionType":"custom.test","# };
        let event = Event::from_json(format!(r#"{{"organizationId":"acme",{rest}{member}}}"#).as_bytes()).unwrap();
        assert!(event.scrub(&Gardener).is_err(), "{member}");
    }
}

#[test]
fn what_the_log_sets_cannot_be_set_from_outside() {
    let event = Event::from_json(
        br#"{"organizationId":"acme","actionType":"custom.test","redactions":{"email":9},"recordedAt":"never","clockSkew":"back"}"#,
    );
    let canonical = canonical(event.unwrap());
    assert!(
        !canonical.contains("redactions") && !canonical.contains("clockSkew") && !canonical.contains("never"),
        "{canonical}"
    );
}

#[test]
fn a_value_of_the_host_cannot_look_sealed() {
    let state = r#"{"$sealed":"AAAA","$$sealed":"BBBB"}"#;
    let json = format!(r#"{{"organizationId":"acme","actionType":"custom.test","beforeState":{state}}}"#);
    let canonical = canonical(Event::from_json(json.as_bytes()).unwrap());
    assert!(canonical.contains(r#"{"$$$sealed":"BBBB","$$sealed":"AAAA"}"#), "{canonical}");
}

#[test]
fn the_field_names_stand_in_key_order() {
    assert!(Event::FIELDS.is_sorted());
}

#[test]
fn every_member_of_a_field_stands_in_its_place() {
    let members = serde_json::json!({
        "organizationId": "acme",
        "actionType": "scan.completed",
        "actor": {"type": "user", "id": "u\"1", "onBehalfOf": "b", "privileged": true},
        "decision": {"verdict": "deny", "evaluatedPolicies": [{"b": 1, "a": [true]}], "decisionId": "d", "clientId": "c"},
        "source": {"userAgent": "x", "ip": "::1", "host": "h"},
    });
    let mut event = Event::from_json(&serde_json::to_vec(&members).unwrap()).unwrap();
    let line = canonical(event.clone());
    for part in [
        r#","actor":{"id":"u\"1","onBehalfOf":"b","privileged":true,"type":"user"},"#,
        r#","decision":{"clientId":"c","decisionId":"d","evaluatedPolicies":[{"a":[true],"b":1}],"verdict":"deny"},"#,
        r#","source":{"host":"h","ip":"::1","userAgent":"x"},"#,
    ] {
        assert!(line.contains(part), "{part} in {line}");
    }
    event.source = Some(axiom_core::Source::new());
    assert!(canonical(event).contains(r#","source":{},"#));
}
