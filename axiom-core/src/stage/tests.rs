use std::sync::Mutex;

use async_trait::async_trait;

use super::*;
use crate::clock::ClockSkew;
use crate::scrub::{Text, Unscrubbed};
use crate::seal::{Opener, SealError, open_fields};
use crate::tenant::OrganizationId;

/// Redacts the word `secret` and blocks the word `forbidden`.
struct Words;

impl Scrubber for Words {
    fn scrub(&self, text: &Text<'_>, findings: &mut Vec<Finding>) -> Option<String> {
        if let Some(start) = text.value.find("forbidden") {
            findings.push(Finding::new("word", start..start + 9, 1.0).with_action(Action::Block));
        }
        let start = text.value.find("secret")?;
        findings.push(Finding::new("word", start..start + 6, 1.0));
        Some(text.value.replace("secret", "[REDACTED:word]"))
    }
}

/// Remembers every text it is shown.
#[derive(Default)]
struct Witness(Mutex<Vec<String>>);

impl Scrubber for Witness {
    fn scrub(&self, text: &Text<'_>, _: &mut Vec<Finding>) -> Option<String> {
        self.0.lock().unwrap().push(format!("{}={}", text.pointer, text.value));
        None
    }
}

/// Seals by turning the bytes round, and fails to open in another context.
struct Reverse;

fn written(context: &SealContext<'_>) -> String {
    format!("{}|{}|{}|", context.organization, context.event, context.pointer)
}

#[async_trait]
impl Sealer for Reverse {
    fn try_seal(&self, context: &SealContext<'_>, plaintext: &[u8]) -> Option<Result<Vec<u8>, SealError>> {
        Some(Ok(written(context).bytes().chain(plaintext.iter().rev().copied()).collect()))
    }

    async fn seal(&self, context: &SealContext<'_>, plaintext: &[u8]) -> Result<Vec<u8>, SealError> {
        self.try_seal(context, plaintext).unwrap()
    }
}

#[async_trait]
impl Opener for Reverse {
    fn try_open(&self, _: &SealContext<'_>, _: &[u8]) -> Option<Result<Vec<u8>, SealError>> {
        None
    }

    async fn open(&self, context: &SealContext<'_>, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let body = sealed.strip_prefix(written(context).as_bytes()).ok_or_else(SealError::opening)?;
        Ok(body.iter().rev().copied().collect())
    }
}

fn event(members: &str) -> Event {
    let fixed = r#""id":"0198c5a0-7b2e-7000-8000-000000000001","organizationId":"acme","actionType":"apply.applied""#;
    Event::from_json(format!("{{{fixed},{members}}}").as_bytes()).unwrap()
}

fn unscrubbed(event: Event) -> Result<Canonical, Error> {
    event.scrub(&Unscrubbed).unwrap().without_sealing(Unsealed).canonical()
}

#[test]
fn every_free_text_is_shown_to_the_scrubber() {
    let witness = Witness::default();
    let event = event(
        r#""userId":"t1","resourceIds":["t2"],"beforeState":["t3",{"k1":"t4"}],"afterState":"t5","metadata":{"k2":["t6"],"n":4111},
        "actor":{"type":"user","id":"t7","onBehalfOf":"t8","x":"t9"},"source":{"ip":"t10","host":"t11","userAgent":"t12","y":"t13"},
        "reason":"t14","error":"t15","correlationId":"t16","idempotencyKey":"t17","subjectRefs":["t18"],
        "decision":{"decisionId":"t19","verdict":"deny","evaluatedPolicies":[{"policy":"t20"}],"clientId":"t21","z":"t22"},
        "own":{"k3":"t23"}"#,
    );
    event.scrub(&witness).unwrap();
    let shown = witness.0.into_inner().unwrap();
    for number in 1..=23 {
        assert!(shown.iter().any(|text| text.ends_with(&format!("=t{number}"))), "t{number} of {shown:?}");
    }
    for expected in ["/beforeState/1=k1", "/metadata=k2", "/own=k3", "/metadata/n=4111", "=own", "/metadata/k2/0=t6"] {
        assert!(shown.iter().any(|text| text == expected), "{expected} of {shown:?}");
    }
}

#[test]
fn what_is_redacted_is_counted_and_pointed_at() {
    let scrubbed = event(r#""reason":"a secret","metadata":{"a/b":"secret"}"#).scrub(&Words).unwrap();
    let pointers: Vec<_> = scrubbed.findings().iter().filter_map(|finding| finding.pointer.as_deref()).collect();
    assert_eq!(pointers, ["/metadata/a~1b", "/reason"]);
    assert_eq!(scrubbed.event().redactions.get("word"), Some(&Value::from(2)));
}

#[test]
fn two_keys_that_become_the_same_placeholder_stay_two_members() {
    let scrubbed = event(r#""metadata":{"secret":1,"[REDACTED:word]":2}"#).scrub(&Words).unwrap();
    let keys: Vec<_> = scrubbed.event().metadata.keys().cloned().collect();
    assert_eq!(keys, ["[REDACTED:word]", "[REDACTED:word]#2"]);
    assert!(scrubbed.findings().iter().all(|finding| finding.pointer.as_deref() == Some("/metadata")));
}

#[test]
fn thousands_of_keys_that_become_the_same_placeholder_are_no_burden() {
    let members: Vec<String> = (0..20_000).map(|number| format!(r#""secret {number}":1"#)).collect();
    let scrubbed = event(&format!(r#""metadata":{{{}}}"#, members.join(","))).scrub(&Words).unwrap();
    assert_eq!(scrubbed.event().metadata.len(), 20_000);
}

#[test]
fn a_blocked_text_refuses_the_event_and_is_not_repeated() {
    let error = event(r#""metadata":{"note":"forbidden fruit"}"#).scrub(&Words).unwrap_err();
    assert_eq!(error.to_string(), "blocked: word at /metadata/note");
}

#[test]
fn personal_data_in_an_idempotency_key_is_refused_not_replaced() {
    let error = event(r#""idempotencyKey":"secret-1""#).scrub(&Words).unwrap_err();
    assert!(error.to_string().starts_with("/idempotencyKey"), "{error}");
}

#[test]
fn sealed_fields_open_to_the_same_json_and_only_in_their_place() {
    let paths = SealPaths::states().and("/metadata/role/arn").unwrap();
    let scrubbed =
        event(r#""beforeState":{"a":[1,null]},"metadata":{"role":{"arn":"arn:x"},"b":1}"#).scrub(&Unscrubbed).unwrap();
    let sealed = pollster::block_on(scrubbed.seal(&paths, &Reverse)).unwrap();
    assert_eq!(sealed.sealed_paths(), ["/beforeState", "/metadata/role/arn"]);
    let canonical = sealed.canonical().unwrap();
    assert!(!canonical.as_str().contains("arn:x"));

    let mut stored: Object = serde_json::from_str(canonical.as_str()).unwrap();
    let mut moved = stored.clone();
    let before = moved.remove("beforeState").unwrap();
    moved.insert("afterState", before).unwrap();
    let moved = pollster::block_on(open_fields(&mut moved, &Reverse)).unwrap();
    assert!(matches!(&moved.closed[..], [Error::Seal { pointer, .. }] if pointer == "/afterState"));
    assert_eq!(moved.opened, ["/metadata/role/arn"]);

    let fields = pollster::block_on(open_fields(&mut stored, &Reverse)).unwrap();
    assert!(fields.closed.is_empty());
    assert_eq!(fields.opened, ["/beforeState", "/metadata/role/arn"]);
    assert_eq!(Value::from(stored).at("/beforeState/a/0"), Some(&Value::from(1)));
}

#[test]
fn what_the_schema_leaves_open_can_be_sealed_anywhere() {
    let pointers = ["/actor/roleArn", "/source/vpc", "/roleArn", "/a~1b/0"];
    let paths = pointers.iter().try_fold(SealPaths::none(), |paths, pointer| paths.and(pointer)).unwrap();
    let event = event(
        r#""actor":{"type":"user","id":"u","roleArn":"arn:1"},"source":{"ip":"::1","vpc":2},"roleArn":"arn:3","a/b":[4]"#,
    );
    let plain = unscrubbed(event.clone()).unwrap();
    let sealed = pollster::block_on(event.scrub(&Unscrubbed).unwrap().seal(&paths, &Reverse)).unwrap();
    assert_eq!(sealed.sealed_paths(), pointers);
    let canonical = sealed.canonical().unwrap();
    assert!(!canonical.as_str().contains("arn:"));
    let mut stored: Object = serde_json::from_str(canonical.as_str()).unwrap();
    let fields = pollster::block_on(open_fields(&mut stored, &Reverse)).unwrap();
    assert_eq!((fields.opened.len(), fields.closed.len()), (4, 0));
    assert_eq!(serde_json::to_string(&stored).unwrap(), plain.as_str());
}

/// Tells whose field it seals.
struct Owners;

#[async_trait]
impl Sealer for Owners {
    fn try_seal(&self, context: &SealContext<'_>, _: &[u8]) -> Option<Result<Vec<u8>, SealError>> {
        Some(Ok(context.subject.map_or_else(|| "nobody".into(), |subject| subject.as_str().into())))
    }

    async fn seal(&self, context: &SealContext<'_>, plaintext: &[u8]) -> Result<Vec<u8>, SealError> {
        self.try_seal(context, plaintext).unwrap()
    }
}

#[test]
fn a_field_is_sealed_for_the_subject_that_the_event_names() {
    let paths = SealPaths::none().and("/metadata/a").unwrap().and_of_subject("/metadata/b", "/subjectRefs/1").unwrap();
    let paths = paths.and_of_subject("/metadata/c", "/metadata/who").unwrap();
    let paths = paths.and_of_subject("/metadata/who", "/userId").unwrap();
    let scrub = |members: &str| event(members).scrub(&Unscrubbed).unwrap();
    let named = r#""userId":"u_1","subjectRefs":["s_0","s_1"],"metadata":{"a":1,"b":1,"c":1,"who":"m_1"}"#;
    let sealed = pollster::block_on(scrub(named).seal(&paths, &Owners)).unwrap();
    let expected = [("a", "nobody"), ("b", "s_1"), ("c", "m_1"), ("who", "u_1")];
    for (name, owner) in expected {
        let value = Value::from(sealed_value(owner.as_bytes()));
        assert_eq!(sealed.event().metadata.get(name), Some(&value), "{name}");
    }
    let unnamed = r#""subjectRefs":["s_0"],"metadata":{"b":1}"#;
    let error = pollster::block_on(scrub(unnamed).seal(&paths, &Owners)).unwrap_err();
    assert_eq!(error.to_string(), "/subjectRefs/1: must name the data subject of a sealed field");
    let absent = r#""subjectRefs":["s_0"],"metadata":{"a":1}"#;
    assert!(pollster::block_on(scrub(absent).seal(&paths, &Owners)).is_ok());
}

#[test]
fn a_subject_is_named_where_a_reference_can_stand() {
    for place in ["/subjectRefs", "/subjectRefs/", "/subjectRefs/x", "/metadata", "/reason", "userId", "/userId/a", ""]
    {
        assert!(SealPaths::none().and_of_subject("/afterState", place).is_err(), "{place}");
    }
}

#[test]
fn overlapping_seal_paths_are_refused() {
    for pointer in [
        "/beforeState",
        "/beforeState/a",
        "/userId",
        "metadata",
        "",
        "/",
        "/metadata/",
        "/metadata/a~b",
        "/metadata/~",
        "/actor",
        "/actor/id",
        "/source/ip",
        "/resourceIds/0",
        "/stream",
        "/actor/",
        "/own/",
    ] {
        assert!(SealPaths::states().and(pointer).is_err(), "{pointer}");
    }
}

#[test]
fn a_stamp_changes_the_recorded_time_and_nothing_else() {
    let epoch = r#""recordedAt":"1970-01-01T00:00:00.000000Z""#;
    let mut canonical = unscrubbed(event(&format!(r#""metadata":{{{epoch}}},"recordedAt":"mine""#))).unwrap();
    let before = canonical.as_str().to_owned();
    canonical.stamp("2026-03-01T08:30:00Z".parse().unwrap(), None);
    let expected = before.replace(
        &format!(r#""provider":"system",{epoch}"#),
        r#""provider":"system","recordedAt":"2026-03-01T08:30:00.000000Z""#,
    );
    assert_ne!(before, expected);
    assert_eq!(canonical.as_str(), expected);
}

#[test]
fn a_stamp_marks_skewed_clocks_and_takes_the_mark_back() {
    let at = "2026-03-01T08:30:00Z".parse().unwrap();
    // Members of the host's own that stand on both sides of the mark.
    let mut canonical = unscrubbed(event(r#""beforeState":1,"clockR":1,"clockSkew":"mine","clockT":1"#)).unwrap();
    canonical.stamp(at, None);
    let plain = canonical.as_str().to_owned();
    for skew in [ClockSkew::Ahead, ClockSkew::Back] {
        canonical.stamp(at, Some(skew));
        canonical.end_with(b",\"v\":1}");
        let marked = plain.replace(r#","clockT""#, &format!(r#","clockSkew":"{skew}","clockT""#));
        assert_eq!(canonical.as_str(), marked);
        assert_eq!(canonical.line(), format!(r#"{{"event":{marked},"v":1}}"#).as_bytes());
    }
    canonical.stamp(at, None);
    assert_eq!(canonical.as_str(), plain);
}

#[test]
fn only_an_unstamped_canonical_event_is_taken_back() {
    let restore = |bytes: &[u8]| Canonical::restore(bytes, Stream::Operational, Unscrubbed, Unsealed);
    let event = event(r#""reason":"a secret","metadata":{"owner":"me"},"own":1"#).scrub(&Words).unwrap();
    let sealed = pollster::block_on(event.seal(&SealPaths::none().and("/metadata").unwrap(), &Reverse)).unwrap();
    let mut canonical = sealed.canonical().unwrap();
    assert!(canonical.as_str().contains("redactions") && canonical.as_str().contains("$sealed"));
    let restored = restore(canonical.as_bytes()).unwrap();
    assert_eq!((restored.as_bytes(), restored.id()), (canonical.as_bytes(), canonical.id()));
    assert_eq!(restored.log().stream, Stream::Operational);
    assert!(restore(&[b" ", canonical.as_bytes()].concat()).is_err());
    canonical.stamp("2026-03-01T08:30:00Z".parse().unwrap(), None);
    assert!(restore(canonical.as_bytes()).is_err());
}

#[test]
fn what_an_event_is_ended_with_replaces_what_it_was_before() {
    let mut canonical = unscrubbed(event(r#""reason":"why""#)).unwrap();
    let bytes = canonical.as_bytes().to_vec();
    for suffix in [",\"long\":1}", "}"] {
        canonical.end_with(suffix.as_bytes());
        assert_eq!(canonical.line(), [Canonical::PREFIX, &bytes, suffix.as_bytes()].concat());
        assert_eq!(canonical.as_bytes(), bytes);
    }
}

/// Finds nothing, like [`Unscrubbed`], but is shown every text.
struct Blind;

impl Scrubber for Blind {
    fn scrub(&self, _: &Text<'_>, _: &mut Vec<Finding>) -> Option<String> {
        None
    }
}

#[test]
fn a_scrubber_that_keeps_all_leaves_what_one_that_finds_nothing_leaves() {
    let event = event(
        r#""metadata":{"$sealed":1,"$$sealed":{"$sealed":[{"$sealed":2}]}},"afterState":[{"$sealed":3}],"$sealed":4,
        "actor":{"type":"user","id":"u","$sealed":5},"source":{"$sealed":6},
        "decision":{"decisionId":"d","verdict":"deny","evaluatedPolicies":[{"$sealed":7}],"$sealed":8}"#,
    );
    let canonical = |scrubber: &dyn Scrubber| {
        let scrubbed = event.clone().scrub(scrubber).unwrap();
        scrubbed.without_sealing(Unsealed).canonical().unwrap().as_str().to_owned()
    };
    assert_eq!(canonical(&Unscrubbed), canonical(&Blind));
    assert!(!canonical(&Unscrubbed).contains(r#""$sealed""#));
}

#[test]
fn an_event_that_does_not_fit_an_entry_is_refused() {
    let canonical = |length: usize| unscrubbed(event(&format!(r#""reason":"{}""#, "x".repeat(length))));
    let rest = canonical(0).unwrap().as_bytes().len();
    assert_eq!(canonical(Canonical::MAX_LEN - rest).unwrap().as_bytes().len(), Canonical::MAX_LEN);
    assert!(matches!(canonical(Canonical::MAX_LEN - rest + 1), Err(Error::TooLarge { .. })));
}

#[test]
fn deep_nesting_is_refused() {
    let deep = |levels: usize| {
        let state = (0..levels).fold(Value::Null, |inner, _| Value::Array(vec![inner]));
        unscrubbed(Event { after_state: Some(state), ..event(r#""reason":"deep""#) })
    };
    assert!(deep(Value::MAX_DEPTH).is_ok());
    assert!(deep(Value::MAX_DEPTH + 1).is_err());
    let nested = format!("{}{}", "[".repeat(70), "]".repeat(70));
    for member in [
        format!(r#""actor":{{"type":"user","id":"u","x":{nested}}}"#),
        format!(r#""source":{{"x":{nested}}}"#),
        format!(r#""decision":{{"decisionId":"d","verdict":"deny","x":{nested}}}"#),
        format!(r#""decision":{{"decisionId":"d","verdict":"deny","evaluatedPolicies":{nested}}}"#),
        format!(r#""metadata":{{"x":{nested}}}"#),
        format!(r#""own":{nested}"#),
    ] {
        assert!(unscrubbed(event(&member)).is_err(), "{member}");
    }
}

#[test]
fn an_extra_member_cannot_shadow_a_field() {
    let mut event = event(r#""reason":"why""#);
    event.extra.insert("userId", "someone else").unwrap();
    let error = unscrubbed(event).unwrap_err();
    assert!(error.to_string().starts_with("/userId"), "{error}");
}

#[test]
fn an_event_goes_to_its_own_organization_and_stream() {
    let canonical = unscrubbed(event(r#""reason":"r""#)).unwrap();
    let organization: OrganizationId = "acme".parse().unwrap();
    assert_eq!(canonical.log().organization, organization);
    assert_eq!(canonical.log().stream, Stream::Material);
}
