//! `axiom pii lint`.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use std::fs;
use std::process::Output;

use assert_cmd::Command;
use serde_json::{Value, json};

fn lint(args: &[&str], input: impl Into<Vec<u8>>) -> Output {
    Command::cargo_bin("axiom").unwrap().args(["pii", "lint"]).args(args).write_stdin(input).output().unwrap()
}

fn text(output: &Output) -> &str {
    core::str::from_utf8(&output.stdout).unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

const AUTOMATION: &str = r#"{
  "name": "Sync customers",
  "steps": [
    {"type": "go_to_page", "url": "https://crm.example/login?token={{ secrets.crm }}"},
    {"type": "enter_text", "selector": "input[name=password]", "text": "hunter2"},
    {"type": "webhook", "headers": {"X-Api-Key": "s3cr3t-k3y"}, "value": "ssn 536-90-4399"},
    {"type": "mail", "to": "bob@example.com", "token": "${TOKEN}"}
  ]
}"#;

#[test]
fn what_should_not_be_stored_is_named_and_never_shown() {
    let output = lint(&[], AUTOMATION);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        text(&output),
        "standard input:5:73  error  literal_secret at /steps/1/text  move it into a secret store and refer to it by name\n\
         standard input:6:51  error  literal_secret at /steps/2/headers/X-Api-Key  move it into a secret store and refer to it by name\n\
         standard input:6:79  error  us_ssn at /steps/2/value  read it from a source of data at run time instead of storing it here\n\
         standard input:7:29  warning  email at /steps/3/to  read it from a source of data at run time instead of storing it here\n"
    );
    for format in ["text", "json", "sarif"] {
        let output = lint(&["--format", format], AUTOMATION);
        assert_eq!(output.status.code(), Some(1));
        for value in ["hunter2", "s3cr3t", "536-90", "bob@"] {
            assert!(!text(&output).contains(value), "{format}: {value}");
        }
    }
}

#[test]
fn a_clean_document_passes() {
    let output = lint(&[], r#"{"password": "${PASSWORD}", "name": "x"}"#);
    assert_eq!((output.status.code(), text(&output)), (Some(0), ""));
    assert_eq!(json(&lint(&["--format", "json"], "[]")), json!({"findings": []}));
    assert_eq!(json(&lint(&["--format", "sarif"], "[]"))["runs"][0]["results"], json!([]));
}

#[test]
fn severities_and_pointers_narrow_what_is_said() {
    let lines = |args: &[&str]| text(&lint(args, AUTOMATION)).lines().count();
    assert_eq!(lines(&["--min-severity", "error"]), 3);
    assert_eq!(lines(&["--min-severity", "error", "--allow", "/steps/1", "--allow", "/steps/*/headers"]), 1);
    assert_eq!(lint(&["--allow", "/steps"], AUTOMATION).status.code(), Some(0));
    assert_eq!(lines(&["--types", "email"]), 3, "literal secrets are always looked for");
    for wrong in [&["--allow", "steps"][..], &["--allow", ""], &["--min-severity", "fatal"], &["--types", "nonsense"]] {
        assert_eq!(lint(wrong, AUTOMATION).status.code(), Some(2), "{wrong:?}");
    }
}

#[test]
fn every_file_is_read_also_behind_one_that_cannot_be() {
    let root = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &str| {
        let path = root.path().join(name);
        fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (bad, broken) = (file("bad.json", r#"{"token": "abc1"}"#), file("broken.json", r#"{"token": hunter2}"#));
    let (good, missing) = (file("good.json", "{}"), root.path().join("missing.json").to_str().unwrap().to_owned());
    let output = lint(&[&broken, &missing, &good, &bad], "");
    let told = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!((output.status.code(), text(&output).lines().count()), (Some(2), 1));
    assert!(told.contains("broken.json: a value was expected at line 1, column 11") && told.contains("missing.json"));
    assert!(!told.contains("hunter2"));
    assert_eq!(lint(&[&good, &bad], "").status.code(), Some(1));
    assert_eq!(lint(&[&good, "-"], "{}").status.code(), Some(0));
    let found = json(&lint(&["--format", "json", &bad], ""));
    let finding = &found["findings"][0];
    assert_eq!((&finding["type"], &finding["pointer"]), (&json!("literal_secret"), &json!("/token")));
    assert_eq!((&finding["line"], &finding["column"], &finding["path"]), (&json!(1), &json!(12), &json!(bad)));
}

#[test]
fn keys_cannot_steer_the_terminal() {
    let document = "{\"\\u001b[31m\": {\"password\": \"abc1\"}}";
    for format in ["text", "json", "sarif"] {
        assert!(!text(&lint(&["--format", format], document)).contains('\u{1b}'), "{format}");
    }
}

/// The members that the schema of SARIF 2.1.0 allows and requires, as far as the log has such objects: name, allowed,
/// required.
const OBJECTS: [(&str, &[&str], &[&str]); 12] = [
    ("log", &["$schema", "version", "runs"], &["version", "runs"]),
    ("run", &["tool", "columnKind", "results"], &["tool"]),
    ("tool", &["driver"], &["driver"]),
    ("driver", &["name", "version", "rules"], &["name"]),
    ("rule", &["id", "shortDescription", "fullDescription", "help", "properties"], &["id"]),
    ("result", &["ruleId", "ruleIndex", "level", "message", "locations", "partialFingerprints"], &["message"]),
    ("message", &["text"], &["text"]),
    ("location", &["physicalLocation", "logicalLocations"], &[]),
    ("physicalLocation", &["artifactLocation", "region"], &["artifactLocation"]),
    ("artifactLocation", &["uri"], &[]),
    ("region", &["startLine", "startColumn", "endLine", "endColumn"], &["startLine"]),
    ("logicalLocation", &["fullyQualifiedName", "kind"], &[]),
];

fn check<'v>(name: &str, value: &'v Value) -> &'v Value {
    let (_, allowed, required) = OBJECTS.iter().find(|object| object.0 == name).unwrap();
    let object = value.as_object().unwrap_or_else(|| panic!("{name} is no object"));
    assert!(object.keys().all(|key| allowed.contains(&key.as_str())), "{name}: {object:?}");
    assert!(required.iter().all(|key| object.contains_key(*key)), "{name}: {object:?}");
    value
}

#[test]
fn the_log_is_one_of_sarif_2_1_0() {
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("a b.json"), AUTOMATION).unwrap();
    let output = Command::cargo_bin("axiom")
        .unwrap()
        .current_dir(&root)
        .args(["pii", "lint", "--format", "sarif", "a b.json"])
        .output();
    let log = json(&output.unwrap());
    assert_eq!(check("log", &log)["version"], "2.1.0");
    let run = check("run", &log["runs"][0]);
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let driver = check("driver", &check("tool", &run["tool"])["driver"]);
    let rules = driver["rules"].as_array().unwrap();
    let mut ids = Vec::new();
    for rule in rules {
        for member in ["shortDescription", "fullDescription", "help"] {
            assert!(!check("message", &check("rule", rule)[member])["text"].as_str().unwrap().is_empty());
        }
        ids.push(rule["id"].as_str().unwrap());
    }
    assert_eq!(ids, ["email", "literal_secret", "us_ssn"]);
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 4);
    for result in results {
        let index = usize::try_from(check("result", result)["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(result["ruleId"], ids[index]);
        assert!(["none", "note", "warning", "error"].contains(&result["level"].as_str().unwrap()));
        assert!(check("message", &result["message"])["text"].is_string());
        let location = check("location", &result["locations"][0]);
        let physical = check("physicalLocation", &location["physicalLocation"]);
        assert_eq!(check("artifactLocation", &physical["artifactLocation"])["uri"], "a%20b.json");
        let region = check("region", &physical["region"]);
        assert!(region.as_object().unwrap().values().all(|place| place.as_u64().unwrap() >= 1));
        assert!(region["endColumn"].as_u64() > region["startColumn"].as_u64());
        let logical = check("logicalLocation", &location["logicalLocations"][0]);
        assert!(logical["fullyQualifiedName"].as_str().unwrap().starts_with("/steps/"));
        let print = result["partialFingerprints"]["axiomPlace/v1"].as_str().unwrap();
        assert!(print.len() == 32 && print.bytes().all(|byte| byte.is_ascii_hexdigit()));
    }
    let secret = &results[0]["locations"][0];
    assert_eq!(secret["logicalLocations"][0]["fullyQualifiedName"], "/steps/1/text");
    assert_eq!(
        secret["physicalLocation"]["region"],
        json!({"startLine": 5, "startColumn": 73, "endLine": 5, "endColumn": 80})
    );
}

#[test]
fn the_hook_for_pre_commit_runs_this_command() {
    let hooks = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../.pre-commit-hooks.yaml")).unwrap();
    let entry = hooks.lines().find_map(|line| line.trim().strip_prefix("entry: axiom ")).unwrap();
    assert_eq!(
        Command::cargo_bin("axiom").unwrap().args(entry.split(' ')).arg("--help").output().unwrap().status.code(),
        Some(0)
    );
}
