//! `axiom sqli`.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use std::process::Output;

use assert_cmd::Command;
use serde_json::{Value, json};

fn axiom(args: &[&str], input: impl Into<Vec<u8>>) -> Output {
    Command::cargo_bin("axiom").unwrap().args(args).write_stdin(input).output().unwrap()
}

fn answers(output: &Output) -> Vec<Value> {
    let text = core::str::from_utf8(&output.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn each_line_is_answered_in_order() {
    let input = concat!(
        "{\"id\":7,\"text\":\"-1 union select 1,2\"}\n",
        "{\"text\":\"a word\"}\n",
        "{\"id\":null,\"hex\":\"31a0756e696f6ea073656c656374a032\"}\n",
    );
    let output = axiom(&["sqli", "scan", "--jsonl"], input);
    assert_eq!(output.status.code(), Some(0));
    let answers = answers(&output);
    assert_eq!(answers[0]["id"], 7);
    assert_eq!(answers[0]["blocked"], true);
    assert_eq!(answers[0]["categories"], json!(["union"]));
    assert_eq!(answers[0]["span"], json!([3, 8]));
    assert_eq!(answers[1], json!({"score": 0.0, "categories": [], "blocked": false, "span": null}));
    assert_eq!((&answers[2]["id"], &answers[2]["blocked"]), (&Value::Null, &json!(true)));
}

#[test]
fn the_mode_decides_what_is_blocked() {
    let blocked = |mode: &str, text: &str| {
        let output = axiom(&["sqli", "scan", "--mode", mode, "--exit-code"], text);
        output.status.code() == Some(1)
    };
    let query = "SELECT name FROM users WHERE id IN (SELECT 7)";
    assert!(blocked("field", query) && !blocked("statement", query) && !blocked("prompt", query));
    assert!(blocked("statement", "DROP TABLE users"));
    assert_eq!(axiom(&["sqli", "scan", "--mode", "nonsense"], "").status.code(), Some(2));
}

#[test]
fn what_the_host_decodes_is_decoded_first() {
    let scan =
        |decode: &[&str]| axiom(&[&["sqli", "scan", "--exit-code"], decode].concat(), "1%2527%2520or%25201%253D1--");
    assert_eq!(scan(&["--decode", "url,url"]).status.code(), Some(1));
    assert_eq!(scan(&["--decode", "html_entities"]).status.code(), Some(0));
    let wrong = scan(&["--decode", "base64"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(core::str::from_utf8(&wrong.stderr).unwrap().contains("unicode_escapes"));
}

#[test]
fn what_is_no_text_or_empty_is_scanned() {
    assert!(axiom(&["sqli", "scan"], "").stdout.starts_with(b"passed"));
    assert!(axiom(&["sqli", "scan"], [0xff, 0xfe, b'\'']).stdout.starts_with(b"passed"));
    assert!(axiom(&["sqli", "scan"], *b"1\xa0union\xa0select\xa02").stdout.starts_with(b"blocked"));
    let bad = axiom(&["sqli", "scan", "--jsonl"], *b"{\"text\":\"\xff\"}\n\n{\"text\":\"\"}\n");
    assert_eq!(bad.status.code(), Some(1));
    assert_eq!(answers(&bad).len(), 2);
}

#[test]
fn the_input_is_not_repeated() {
    let output = axiom(&["sqli", "scan"], "1 union select hunter2 from users");
    let text = core::str::from_utf8(&output.stdout).unwrap();
    assert!(text.starts_with("blocked with 0.90") && text.contains("union_select") && !text.contains("hunter2"));
}

#[test]
fn a_bad_line_is_named_and_keeps_its_place() {
    let input = "{\"text\":1}\n{\"text\":\"x\"}\n{\"hex\":\"3\"}\n{\"text\":\"x\",\"hex\":\"33\"}\n";
    let output = axiom(&["sqli", "scan", "--jsonl"], input);
    assert_eq!(output.status.code(), Some(1));
    let answers = answers(&output);
    assert!(answers[0]["error"].is_string() && answers[2]["error"].is_string() && answers[3]["error"].is_string());
    assert_eq!(answers[1]["blocked"], false);
    assert!(core::str::from_utf8(&output.stderr).unwrap().contains("line 3"));
}

#[test]
fn the_rules_are_listed() {
    let output = axiom(&["sqli", "rules"], "");
    let text = core::str::from_utf8(&output.stdout).unwrap();
    assert!(axiom_sqli::rules().iter().all(|rule| text.contains(rule.id) && text.contains(rule.attack)));
}
