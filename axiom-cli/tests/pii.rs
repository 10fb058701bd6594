//! `axiom pii scan` and `axiom pii redact` on files and directories.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use std::fs;
use std::path::Path;
use std::process::Output;

use assert_cmd::Command;
use serde_json::{Value, json};
use tempfile::TempDir;

fn axiom(directory: &Path, args: &[&str], input: impl Into<Vec<u8>>) -> Output {
    let mut axiom = Command::cargo_bin("axiom").unwrap();
    axiom.current_dir(directory).args(["pii"]).args(args).write_stdin(input).output().unwrap()
}

fn out(output: &Output) -> &str {
    core::str::from_utf8(&output.stdout).unwrap()
}

fn err(output: &Output) -> &str {
    core::str::from_utf8(&output.stderr).unwrap()
}

/// A directory with files of several sorts.
fn tree() -> TempDir {
    let root = tempfile::tempdir().unwrap();
    for (name, content) in [
        (".gitignore", "ignored.txt\n".as_bytes()),
        (".hidden", b"bob@example.com"),
        ("a/mail.txt", b"first\nwrite to bob@example.com\n"),
        ("a/people.json", br#"{"ssn": 536904399}"#),
        ("a/picture.bin", b"\0bob@example.com"),
        ("ignored.txt", b"bob@example.com"),
        ("latin.txt", b"\xe9 bob@example.com"),
        ("nothing.md", b"nothing"),
    ] {
        let path = root.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    root
}

#[test]
fn directories_are_read_as_version_control_sees_them() {
    let root = tree();
    let output = axiom(root.path(), &["scan", "."], "");
    let lines: Vec<_> = out(&output).lines().map(|line| line.split_whitespace().take(2).collect::<Vec<_>>()).collect();
    assert_eq!(
        lines,
        [["./a/mail.txt:2:10", "email"], ["./a/people.json:1:9", "us_ssn"], ["./latin.txt:1:3", "email"]]
    );
    let all = axiom(root.path(), &["scan", ".", "--hidden", "--no-ignore"], "");
    assert_eq!(out(&all).lines().count(), 5);
    assert!(!out(&all).contains("bob"));
}

#[test]
fn files_are_objects_with_their_names() {
    let root = tree();
    let output = axiom(root.path(), &["scan", "--format", "json", "a", "nothing.md"], "");
    let files: Vec<Value> = out(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(files.len(), 2);
    assert_eq!(files[1]["path"], "a/people.json");
    let found = json!({"type": "us_ssn", "start": 8, "end": 17, "score": 0.7, "validated": false, "pointer": "/ssn"});
    assert_eq!(files[1]["findings"][0], found);
}

#[test]
fn what_cannot_be_read_is_named_and_the_rest_is_scanned() {
    let root = tree();
    let output = axiom(root.path(), &["scan", "missing", "a"], "");
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("missing"));
    assert_eq!(out(&output).lines().count(), 2);
}

#[test]
fn findings_fail_a_directory_on_request() {
    let root = tree();
    assert_eq!(axiom(root.path(), &["scan", "--exit-code", "a"], "").status.code(), Some(1));
    assert_eq!(axiom(root.path(), &["scan", "--exit-code", "nothing.md"], "").status.code(), Some(0));
}

#[test]
fn a_broken_document_is_read_as_text() {
    let root = tempfile::tempdir().unwrap();
    let output = axiom(root.path(), &["scan", "--as", "json"], r#"{"to": bob@example.com"#);
    assert!(out(&output).contains("email") && err(&output).contains("was read as text"), "{}", err(&output));
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn settings_are_checked() {
    let root = tempfile::tempdir().unwrap();
    for args in [["--region", "Germany"], ["--language", "xx"], ["--without", "nonsense"], ["--format", "yaml"]] {
        assert_eq!(axiom(root.path(), &[&["scan"], &args[..]].concat(), "").status.code(), Some(2), "{args:?}");
    }
    let kinds = |args: &[&str]| {
        let output = axiom(root.path(), &[&["scan"], args].concat(), "bob@example.com 32 12 34 56");
        out(&output).lines().map(|line| line.split_whitespace().nth(1).unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(kinds(&[]), ["email"]);
    assert_eq!(kinds(&["--region", "DK"]), ["email", "phone"]);
    assert_eq!(kinds(&["--region", "DK", "--without", "email"]), ["phone"]);
    assert!(kinds(&["--types", "secret,iban"]).is_empty());
}

#[test]
fn settings_may_stand_in_a_file() {
    let root = tempfile::tempdir().unwrap();
    let settings = "[[patterns]]\ntype = \"employee_id\"\nexpression = 'EMP-[0-9]{6}'\n\
                    [operators]\ncredit_card = { operator = \"mask\", keep_last = 4 }\n\
                    [[rules]]\naction = \"block\"\ntype = \"us_ssn\"\n";
    fs::write(root.path().join("pii.toml"), settings).unwrap();
    let redact =
        |input: &str, more: &[&str]| axiom(root.path(), &[&["redact", "--config", "pii.toml"], more].concat(), input);
    let text = "EMP-004211, 4111 1111 1111 1111";
    assert_eq!(out(&redact(text, &[])), "[REDACTED:employee_id], **** **** **** 1111");
    assert_eq!(out(&redact(text, &["--without", "employee_id"])), "EMP-004211, **** **** **** 1111");
    for (input, more) in [("SSN 536-90-4399, a", &[][..]), (r#"{"ssn": 536904399}"#, &["--as", "json"])] {
        let blocked = redact(input, more);
        assert_eq!(blocked.status.code(), Some(1));
        assert!(err(&blocked).contains("blocked: us_ssn") && !out(&blocked).contains("536"), "{}", err(&blocked));
    }
    fs::write(root.path().join("pii.json"), "{\n  \"tpyes\": []}").unwrap();
    let wrong = axiom(root.path(), &["scan", "--config", "pii.json"], "");
    assert_eq!(wrong.status.code(), Some(2));
    assert!(err(&wrong).contains("pii.json: line 2") && err(&wrong).contains("tpyes"), "{}", err(&wrong));
}

#[test]
fn findings_are_a_log_for_code_scanning_on_request() {
    let root = tree();
    let output = axiom(root.path(), &["scan", "--format", "sarif", "a"], "");
    let log: Value = serde_json::from_str(out(&output)).unwrap();
    assert_eq!((&log["version"], &log["runs"][0]["tool"]["driver"]["name"]), (&json!("2.1.0"), &json!("axiom")));
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), 2);
    let place = &results[0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "a/mail.txt");
    assert_eq!(place["region"], json!({"startLine": 2, "startColumn": 10, "endLine": 2, "endColumn": 25}));
    assert_eq!(results[1]["locations"][0]["logicalLocations"][0]["fullyQualifiedName"], "/ssn");
}

#[test]
fn redaction_passes_what_is_no_text() {
    let root = tempfile::tempdir().unwrap();
    assert_eq!(axiom(root.path(), &["redact"], b"\xff\0 bob@example.com \xc3").stdout, b"\xff\0 [REDACTED:email] \xc3");
}

#[test]
fn documents_stay_documents() {
    let root = tree();
    let output = axiom(root.path(), &["redact", "--summary", "a/people.json"], "");
    assert_eq!(out(&output), r#"{"ssn": "[REDACTED:us_ssn]"}"#);
    assert_eq!(err(&output).split_whitespace().collect::<Vec<_>>(), ["1", "us_ssn", "(redact)"]);
    let lines = axiom(root.path(), &["redact", "--as", "ndjson"], "{\"ssn\": 536904399}\nnonsense bob@example.com\n");
    assert_eq!(out(&lines), "{\"ssn\": \"[REDACTED:us_ssn]\"}\nnonsense [REDACTED:email]\n");
    assert_eq!(lines.status.code(), Some(1));
    assert!(err(&lines).contains("line 2") && !err(&lines).contains("bob"));
    let table = axiom(root.path(), &["redact", "--as", "csv"], "id,ssn\r\n1,536904399\r\n");
    assert_eq!(out(&table), "id,ssn\r\n1,[REDACTED:us_ssn]\r\n");
    let broken = axiom(root.path(), &["redact", "--as", "json"], "{\"ssn\": 536904399, x");
    assert_eq!((broken.status.code(), out(&broken).contains("536904399")), (Some(1), false));
}

#[test]
fn output_is_a_new_file_that_appears_whole() {
    let root = tree();
    let redact = ["redact", "-o", "clean.txt", "a/mail.txt"];
    assert_eq!(axiom(root.path(), &redact, "").status.code(), Some(0));
    assert_eq!(fs::read_to_string(root.path().join("clean.txt")).unwrap(), "first\nwrite to [REDACTED:email]\n");
    assert_eq!(axiom(root.path(), &redact, "").status.code(), Some(2), "no file is overwritten");
    let broken = ["redact", "--as", "json", "-o", "broken.json", "a/mail.txt"];
    assert_eq!(axiom(root.path(), &broken, "").status.code(), Some(1));
    assert!(!root.path().join("broken.json").exists());
}

/// What is decided comes out while the input is still open, and memory does not grow with it.
#[cfg(target_os = "linux")]
#[test]
fn streams_are_redacted_as_they_come_in_constant_memory() {
    use std::io::{BufRead, BufReader, Read, Write};
    use std::process::Stdio;

    let mut axiom = std::process::Command::new(assert_cmd::cargo::cargo_bin!("axiom"));
    let mut child = axiom.args(["pii", "redact"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let (mut input, mut output) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
    let line = "write to bob@example.com about it\n";
    input.write_all(format!("{line}{}", "and then some words\n".repeat(20)).as_bytes()).unwrap();
    let mut first = String::new();
    output.read_line(&mut first).unwrap();
    assert_eq!(first, "write to [REDACTED:email] about it\n");
    let reader = std::thread::spawn(move || output.read_to_end(&mut Vec::new()).unwrap());
    let megabyte = line.repeat((1 << 20) / line.len());
    (0..48).for_each(|_| input.write_all(megabyte.as_bytes()).unwrap());
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let peak: usize = peak.trim().trim_end_matches(" kB").parse().unwrap();
    assert!(peak < 24 * 1024, "{peak} kB");
    drop(input);
    assert!(child.wait().unwrap().success());
    assert!(reader.join().unwrap() > 48 << 20);
}
