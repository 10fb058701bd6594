//! A policy holds wherever a scanner is used: texts, JSON, tables and streams.

use axiom_core::{Action, EnforcementPoint, Finding};
use axiom_pii::{Blocked, Csv, Json, Operator, Operators, Policy, Rule, Scanner, StreamRedactor};

/// Warns of addresses, blocks cards, redacts the rest.
fn scanner() -> Scanner {
    let policy = Policy::new()
        .rule(Rule::new(Action::Warn).of("email"))
        .rule(Rule::new(Action::Block).of("credit_card").at(EnforcementPoint::GATEWAY).from(0.9));
    Scanner::builder().policy(policy).build().expect("the types exist").at(&EnforcementPoint::GATEWAY)
}

/// What an operator would leave in the text.
fn keeping() -> Operators {
    Operators::builder().otherwise(Operator::Keep).build().expect("it needs no keys")
}

const VALUES: [&str; 3] = ["bob@example.com", "4111 1111 1111 1111", "536-90-4399"];
const PASSED: [&str; 3] = ["bob@example.com", "[REDACTED:credit_card]", "[REDACTED:us_ssn]"];

fn actions(findings: &[Finding]) -> Vec<Action> {
    findings.iter().map(|finding| finding.action).collect()
}

/// The text that a redaction leaves, and that nothing to be blocked is in it although an operator would keep it.
fn check(redacted: &[u8], kept: &[u8], findings: Vec<Finding>) {
    let text = String::from_utf8_lossy(redacted);
    assert!(PASSED.iter().all(|passed| text.contains(passed)), "{text}");
    let kept = String::from_utf8_lossy(kept);
    assert!(kept.contains(VALUES[2]) && kept.contains(PASSED[1]) && !kept.contains(VALUES[1]), "{kept}");
    assert_eq!(actions(&findings), [Action::Warn, Action::Block, Action::Redact]);
    assert!(Blocked::check(findings).is_err());
}

#[test]
fn texts_are_acted_on_by_the_policy() {
    let (mut findings, text) = (Vec::new(), VALUES.join(", SSN "));
    let redacted = scanner().redact(&text, &mut findings).into_owned();
    let kept = scanner().redact_with(&keeping(), "", &text, &mut Vec::new()).into_owned();
    check(redacted.as_bytes(), kept.as_bytes(), findings);
    assert_eq!(scanner().enforce(&text).expect_err("a card is blocked").to_string(), "blocked: credit_card");
}

#[test]
fn json_is_acted_on_by_the_policy() {
    let (scanner, operators) = (scanner(), keeping());
    let document = format!(r#"{{"a":"{}","b":"{}","ssn":"{}"}}"#, VALUES[0], VALUES[1], VALUES[2]);
    let mut findings = Vec::new();
    let redacted = Json::new(&scanner).redact(document.as_bytes(), |located| findings.push(located.finding.clone()));
    let kept = Json::new(&scanner).substitute(&operators).redact(document.as_bytes(), |_| ());
    check(&redacted.expect("it is JSON"), &kept.expect("it is JSON"), findings);
}

#[test]
fn broken_lines_are_acted_on_by_the_policy() {
    let (scanner, operators) = (scanner(), keeping());
    let line = format!("{{{}, SSN {}, SSN {}", VALUES[0], VALUES[1], VALUES[2]);
    let (mut redacted, mut kept, mut findings) = (Vec::new(), Vec::new(), Vec::new());
    Json::new(&scanner)
        .redact_lines(line.as_bytes(), &mut redacted, |located| {
            findings.extend(located.ok().map(|it| it.finding.clone()));
        })
        .expect("it is read");
    Json::new(&scanner).substitute(&operators).redact_lines(line.as_bytes(), &mut kept, |_| ()).expect("it is read");
    check(&redacted, &kept, findings);
}

#[test]
fn tables_are_acted_on_by_the_policy() {
    let (scanner, operators) = (scanner(), keeping());
    let table = format!("a,b,ssn\n{}\n", VALUES.join(","));
    let mut findings = Vec::new();
    let redacted = Csv::new(&scanner).redact(table.as_bytes(), |cell| findings.push(cell.finding.clone()));
    let kept = Csv::new(&scanner).substitute(&operators).redact(table.as_bytes(), |_| ());
    check(&redacted.expect("it is a table"), &kept.expect("it is a table"), findings);
}

#[test]
fn streams_end_before_what_the_policy_refuses() {
    let text = VALUES.join(", SSN ");
    let whole = scanner().redact(&text, &mut Vec::new()).into_owned();
    for redactor in [StreamRedactor::new(scanner()), StreamRedactor::with(scanner(), keeping())] {
        let (mut redactor, mut out) = (redactor, Vec::new());
        let pushed = text.as_bytes().chunks(5).try_for_each(|chunk| redactor.push(chunk, &mut out));
        let blocked = redactor.finish(&mut out).expect_err("a value is refused");
        assert!(blocked.findings().iter().any(|finding| finding.action == Action::Block), "{pushed:?}");
        let passed = String::from_utf8(out).expect("it is text");
        assert!(whole.starts_with(&passed) && passed.len() < whole.len(), "{passed}");
    }
}
