//! `axiom audit` as scripts use it.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use core::time::Duration;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Output, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;

use assert_cmd::Command as Assert;
use serde_json::Value;
use tempfile::TempDir;

/// A log directory made by `init`.
struct Logs {
    root: TempDir,
    vkey: String,
}

impl Logs {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let output = axiom(&["audit", "init", path(&root.path().join("logs")), "--origin", "audit.example.com"], "");
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        let vkey = String::from_utf8(output.stdout).unwrap().trim().to_owned();
        Self { root, vkey }
    }

    fn with_entries(count: usize) -> Self {
        let logs = Self::new();
        logs.append(&[], &events(count));
        logs
    }

    fn dir(&self) -> PathBuf {
        self.root.path().join("logs")
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.root.path().join(name);
        fs::write(&path, content).unwrap();
        path
    }

    /// Runs `axiom audit COMMAND DIR ARGS…`.
    fn run(&self, command: &str, args: &[&str]) -> Output {
        self.run_with(command, args, "")
    }

    fn run_with(&self, command: &str, args: &[&str], input: impl Into<Vec<u8>>) -> Output {
        let dir = self.dir();
        axiom(&[&["audit", command, path(&dir)], args].concat(), input)
    }

    fn append(&self, args: &[&str], input: &str) -> Vec<Value> {
        let output = self.run_with("append", args, input);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        json_lines(&output)
    }

    /// The directory of the log that a receipt names.
    fn log_of(&self, receipt: &Value) -> PathBuf {
        self.dir().join(receipt["log"].as_str().unwrap().strip_prefix("audit.example.com/").unwrap())
    }

    fn verify(&self) -> Value {
        let output = self.run("verify", &["--vkey", &self.vkey, "--strict", "--json"]);
        assert!(matches!(output.status.code(), Some(0 | 1)), "{output:?}");
        json_lines(&output).remove(0)
    }

    /// The command fails with `status` and says `message`, and the log is none the worse for it.
    #[track_caller]
    fn refuses(&self, args: &[&str], input: impl Into<Vec<u8>>, status: i32, message: &str) {
        let output = self.run_with("append", args, input);
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(status), "{error}");
        assert!(error.contains(message), "{error}");
        assert_eq!(self.verify()["ok"], true);
    }
}

fn axiom(args: &[&str], input: impl Into<Vec<u8>>) -> Output {
    Assert::cargo_bin("axiom").unwrap().args(args).write_stdin(input).output().unwrap()
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn json_lines(output: &Output) -> Vec<Value> {
    let text = core::str::from_utf8(&output.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn event(number: usize) -> String {
    let organization = if number.is_multiple_of(2) { "acme" } else { "globex" };
    format!(r#"{{"organizationId":"{organization}","actionType":"apply.applied","userId":"user_{number}"}}"#)
}

fn events(count: usize) -> String {
    (0..count).map(|number| event(number) + "\n").collect()
}

#[test]
fn receipts_come_in_order_and_name_the_log() {
    let logs = Logs::new();
    let receipts = logs.append(&[], &events(2500));
    assert_eq!(receipts.len(), 2500);
    for (number, receipt) in receipts.iter().enumerate() {
        assert_eq!(receipt["seq"], number / 2);
        assert_eq!(receipt["durable"], true);
        assert_eq!(receipt["log"], receipts[number % 2]["log"]);
        assert_eq!(receipt["hash"].as_str().unwrap().len(), 64);
    }
    assert_eq!(logs.verify()["entries"], 2500);
}

#[test]
fn a_receipt_has_the_members_that_scripts_expect() {
    let output = Logs::new().run_with("append", &["-"], event(0));
    let line = String::from_utf8(output.stdout).unwrap();
    let at = |member: &str| line.find(&format!("\"{member}\":")).unwrap();
    assert!([at("id"), at("log"), at("seq"), at("hash"), at("durable")].is_sorted(), "{line}");
}

#[test]
fn the_key_is_the_owners_alone_and_no_key_is_overwritten() {
    let logs = Logs::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(logs.dir()), mode(logs.dir().join("signing.key"))), (0o700, 0o600));
    }
    let before = fs::read(logs.dir().join("signing.key")).unwrap();
    let output = axiom(&["audit", "init", path(&logs.dir()), "--origin", "other.example.com"], "");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(fs::read(logs.dir().join("signing.key")).unwrap(), before);
}

#[test]
fn an_interrupted_init_goes_on_with_the_key_it_made() {
    let logs = Logs::new();
    fs::remove_file(logs.dir().join("axiom.json")).unwrap();
    let init = |origin: &str| axiom(&["audit", "init", path(&logs.dir()), "--origin", origin], "");
    let other = init("other.example.com");
    assert_eq!(other.status.code(), Some(2));
    assert!(String::from_utf8(other.stderr).unwrap().contains("is that of audit.example.com"));
    assert!(!logs.dir().join("axiom.json").exists());
    let resumed = init("audit.example.com");
    assert_eq!((resumed.status.code(), resumed.stdout), (Some(0), format!("{}\n", logs.vkey).into_bytes()));
    logs.append(&[], &events(2));
    assert_eq!(logs.run("checkpoint", &[]).status.code(), Some(0));
}

#[test]
fn a_checkpoint_anchors_and_serves_as_a_trusted_one() {
    let logs = Logs::with_entries(10);
    let notes = logs.run("checkpoint", &[]).stdout;
    assert_eq!(String::from_utf8_lossy(&notes).matches("\n\n—").count(), 2, "one note a log");
    let kept = logs.file("kept", &notes);
    logs.append(&[], &events(4));
    let output = logs.run("verify", &["--vkey", &logs.vkey, "--checkpoint", path(&kept), "--json"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let report = json_lines(&output).remove(0);
    let described = report["logs"].as_array().unwrap().iter();
    let counts: Vec<_> =
        described.map(|log| (log["anchored"].as_u64().unwrap(), log["unanchored"].as_u64().unwrap())).collect();
    assert_eq!(counts.iter().filter(|counts| **counts == (5, 2)).count(), 2, "{report}");
    assert_eq!(counts.len(), 2, "{report}");
    let ranges = r#""anchored_range":{"from":0,"to":4},"unanchored_range":{"from":5,"to":6}"#;
    assert_eq!(String::from_utf8(output.stdout).unwrap().matches(ranges).count(), 2);
    let output = logs.run("verify", &["--vkey", &logs.vkey, "--threads", "1"]);
    let text = String::from_utf8(output.stdout).unwrap();
    let extent = "7 entries: 5 anchored by a signed checkpoint (entries 0 to 4), 2 not yet (entries 5 to 6)";
    assert_eq!(text.matches(extent).count(), 2, "{text}");
    assert_eq!(logs.run("verify", &["--threads", "0"]).status.code(), Some(2));
}

#[test]
fn a_log_that_lost_entries_fails_against_a_kept_checkpoint() {
    let logs = Logs::with_entries(10);
    let kept = logs.file("kept", logs.run("checkpoint", &[]).stdout);
    for log in fs::read_dir(logs.dir()).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
        let segment = log.join("material/segments/00000000000000000000.jsonl");
        let Ok(whole) = fs::read_to_string(&segment) else { continue };
        fs::remove_file(log.join("material/checkpoint")).unwrap();
        fs::write(&segment, whole.lines().take(3).map(|line| format!("{line}\n")).collect::<String>()).unwrap();
    }
    assert_eq!(logs.run("verify", &["--vkey", &logs.vkey]).status.code(), Some(0), "only the kept checkpoint can tell");
    let output = logs.run("verify", &["--vkey", &logs.vkey, "--checkpoint", path(&kept)]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stdout).unwrap().contains("truncated: 3 entries are left of 5"));
}

#[test]
fn a_missing_log_fails_against_a_kept_checkpoint() {
    let logs = Logs::with_entries(10);
    let kept = logs.file("kept", logs.run("checkpoint", &[]).stdout);
    let gone = fs::read_dir(logs.dir()).unwrap().map(|entry| entry.unwrap().path()).find(|path| path.is_dir()).unwrap();
    fs::remove_dir_all(gone).unwrap();
    let output = logs.run("verify", &["--vkey", &logs.vkey, "--checkpoint", path(&kept), "--json"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(json_lines(&output)[0]["faults"][0]["kind"], "missing_log");
}

#[test]
fn another_key_does_not_verify() {
    let logs = Logs::with_entries(2);
    logs.run("checkpoint", &[]);
    assert_eq!(logs.run("verify", &["--vkey", &Logs::new().vkey]).status.code(), Some(1));
    assert_eq!(logs.run("verify", &["--vkey", "nonsense"]).status.code(), Some(2));
}

#[test]
fn a_file_that_is_no_checkpoint_is_a_fault() {
    let logs = Logs::with_entries(2);
    for content in [&b""[..], b"nonsense", b"\xff\n\n"] {
        let file = logs.file("kept", content);
        let output = logs.run("verify", &["--vkey", &logs.vkey, "--checkpoint", path(&file)]);
        assert_eq!(output.status.code(), Some(1), "{content:?}");
    }
    assert_eq!(logs.run("verify", &["--checkpoint", "/nonexistent"]).status.code(), Some(2));
}

#[test]
fn a_directory_that_lost_its_name_is_a_fault() {
    let logs = Logs::with_entries(2);
    for content in ["nonsense", "{}\n"] {
        fs::write(logs.dir().join("axiom.json"), content).unwrap();
        let report = logs.verify();
        assert_eq!((&report["ok"], &report["vkeys"][0]), (&false.into(), &logs.vkey.as_str().into()));
        let message = "axiom.json is not as it was written";
        assert_eq!(
            (&report["faults"][0]["kind"], &report["faults"][0]["message"]),
            (&"storage".into(), &message.into())
        );
        let output = logs.run("verify", &["--json"]);
        assert_eq!((output.status.code(), json_lines(&output).len(), output.stderr.len()), (Some(1), 1, 0));
        assert_eq!(logs.run("verify", &[]).status.code(), Some(1));
    }
}

#[test]
fn every_log_has_a_verifier_key_of_its_own_name() {
    let logs = Logs::with_entries(2);
    let keys = String::from_utf8(logs.run("vkeys", &[]).stdout).unwrap();
    let notes = String::from_utf8(logs.run("checkpoint", &[]).stdout).unwrap();
    assert_eq!(keys.lines().count(), 2);
    for key in keys.lines() {
        let name = key.split('+').next().unwrap();
        assert!(name.starts_with("audit.example.com/") && notes.contains(&format!("— {name} ")), "{key}");
        assert_eq!(key.rsplit_once('+').unwrap().1, logs.vkey.rsplit_once('+').unwrap().1);
    }
}

#[test]
fn personal_data_is_redacted_unless_the_ugly_door_is_used() {
    let logs = Logs::new();
    let line =
        r#"{"organizationId":"acme","actionType":"apply.applied","reason":"for bob@example.com, 4111111111111111"}"#;
    logs.append(&[], line);
    logs.append(&["--no-scrub"], line);
    let export = String::from_utf8(logs.run("export", &["--format", "jsonl"]).stdout).unwrap();
    let (redacted, raw) = export.split_once('\n').unwrap();
    assert!(redacted.contains("for [REDACTED:email], [REDACTED:credit_card]") && !redacted.contains("4111"));
    assert!(raw.contains("bob@example.com"));
}

#[test]
fn sealed_fields_open_with_the_key_alone() {
    let logs = Logs::new();
    let key = logs.root.path().join("seal.key");
    assert!(axiom(&["crypto", "keygen", path(&key)], "").status.success());
    let line = r#"{"organizationId":"acme","actionType":"apply.applied","beforeState":{"port":22,"open":[true,null]},
        "afterState":"shut","metadata":{"roleArn":"arn:aws:iam::111122223333:role/x","region":"eu"}}"#;
    logs.append(&["--seal-key", path(&key), "--seal", "/metadata/roleArn"], &line.replace('\n', ""));
    let stored = String::from_utf8(logs.run("export", &["--format", "jsonl"]).stdout).unwrap();
    assert!(stored.contains("\"region\":\"eu\"") && !stored.contains("111122223333") && !stored.contains("port"));
    let shown = json_lines(&logs.run("show", &["--seal-key", path(&key), "--json"])).remove(0);
    assert_eq!(shown["event"]["beforeState"], serde_json::json!({"port": 22, "open": [true, null]}));
    assert_eq!(shown["event"]["metadata"]["roleArn"], "arn:aws:iam::111122223333:role/x");
}

#[test]
fn a_field_that_does_not_open_is_named_and_hides_no_other() {
    let logs = Logs::new();
    let [key, other] = ["seal.key", "other.key"].map(|name| logs.root.path().join(name));
    for key in [&key, &other] {
        assert!(axiom(&["crypto", "keygen", path(key)], "").status.success());
    }
    let line = r#"{"organizationId":"acme","actionType":"apply.applied","beforeState":"open","afterState":"shut"}"#;
    let receipt = logs.append(&["--seal-key", path(&key)], line).remove(0);
    logs.append(&["--seal-key", path(&other)], line);
    logs.append(&["--seal-key", path(&key)], line);
    let segment = logs.log_of(&receipt).join("segments/00000000000000000000.jsonl");
    let whole = fs::read_to_string(&segment).unwrap();
    let first: Value = serde_json::from_str(whole.lines().next().unwrap()).unwrap();
    let sealed = first["event"]["afterState"]["$sealed"].as_str().unwrap();
    fs::write(&segment, whole.replace(sealed, "AAAA")).unwrap();

    let output = logs.run("show", &["--seal-key", path(&key), "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let shown = json_lines(&output);
    assert_eq!(shown[0]["event"]["beforeState"], "open");
    assert_eq!(shown[0]["event"]["afterState"], serde_json::json!({"$sealed": "AAAA"}));
    assert!(shown[1]["event"]["beforeState"]["$sealed"].is_string() && shown[1]["event"]["afterState"].is_object());
    assert_eq!(shown[2]["event"]["afterState"], "shut");
    let told = String::from_utf8(output.stderr).unwrap();
    let told: Vec<&str> = told.lines().collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].contains("acme/material, entry 0: ") && told[0].ends_with(": /afterState"), "{told:?}");
    assert!(told[1].contains("entry 1: ") && told[1].ends_with(": /afterState, /beforeState"), "{told:?}");
}

#[test]
fn a_stream_can_be_chosen() {
    let logs = Logs::new();
    let receipts = logs.append(&["--stream", "drill"], &events(1));
    assert!(receipts[0]["log"].as_str().unwrap().ends_with("/drill"));
    assert_eq!(logs.run("append", &["--stream", "No Such"]).status.code(), Some(2));
}

#[test]
fn exports_agree_with_each_other() {
    let logs = Logs::with_entries(6);
    let lines = json_lines(&logs.run("export", &["--format", "jsonl", "--org", "acme"]));
    let array: Value =
        serde_json::from_slice(&logs.run("export", &["--format", "json", "--org", "acme"]).stdout).unwrap();
    let table = String::from_utf8(logs.run("export", &["--format", "csv", "--org", "acme"]).stdout).unwrap();
    assert_eq!((lines.len(), array.as_array().unwrap().len(), table.lines().count()), (3, 3, 4));
    for (line, object) in lines.iter().zip(array.as_array().unwrap()) {
        assert_eq!(line["event"], object["event"]);
        assert!(table.contains(object["hash"].as_str().unwrap()));
    }
    assert_eq!(logs.run("export", &["--format", "csv", "--org", "nobody"]).status.code(), Some(2));
    let file = logs.file("there", "already");
    assert_eq!(logs.run("export", &["--format", "csv", "--out", path(&file)]).status.code(), Some(2));
}

#[test]
fn a_bad_line_is_named_and_what_came_before_it_is_recorded() {
    let logs = Logs::new();
    let input = format!("{}\n\n{}\nnot json\n{}\n", event(0), event(2), event(4));
    let output = logs.run_with("append", &[], input.clone());
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("line 4"));
    assert_eq!(json_lines(&output).len(), 2);
    let output = logs.run_with("append", &["--keep-going"], input);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(json_lines(&output).len(), 3);
    assert_eq!(logs.verify()["entries"], 5);
}

#[test]
fn what_fails_for_one_reason_is_said_once() {
    let logs = Logs::new();
    let receipts = logs.append(&[], &events(1));
    let segment = logs.log_of(&receipts[0]).join("segments/00000000000000000000.jsonl");
    fs::write(&segment, "not an entry\n").unwrap();
    let of_that_log: String = events(600).split_inclusive('\n').step_by(2).collect();
    let output = logs.run_with("append", &[], of_that_log);
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), errors.lines().count()), (Some(1), 1), "{errors}");
    assert!(errors.contains("standard input, line 1 and 299 more after it: log"), "{errors}");
    assert!(output.stdout.is_empty());
}

#[test]
fn a_damaged_log_takes_no_receipt_from_another() {
    let logs = Logs::new();
    let receipts = logs.append(&[], &events(2));
    fs::write(logs.log_of(&receipts[0]).join("segments/00000000000000000000.jsonl"), "nonsense\n").unwrap();
    let output = logs.run_with("append", &["-"], events(4));
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert_eq!(json_lines(&output).iter().map(|receipt| &receipt["log"]).collect::<Vec<_>>(), [&receipts[1]["log"]; 2]);
    assert!(error.contains("line 1: ") && error.contains("line 3: ") && !error.contains("line 2: "), "{error}");
    let many = logs.file("events.jsonl", events(2500));
    let stopped = logs.run("append", &[path(&many)]);
    assert_eq!((stopped.status.code(), json_lines(&stopped).len()), (Some(1), 500));
    let went_on = logs.run("append", &["--keep-going", path(&many)]);
    assert_eq!((went_on.status.code(), json_lines(&went_on).len()), (Some(1), 1250));
}

#[test]
fn a_log_that_cannot_be_written_stops_the_rest() {
    let logs = Logs::new();
    let receipts = logs.append(&[], &events(2));
    let segments = logs.log_of(&receipts[0]).join("segments");
    fs::remove_dir_all(&segments).unwrap();
    fs::write(&segments, "not a directory").unwrap();
    let many = logs.file("events.jsonl", events(2500));
    let output = logs.run("append", &["--keep-going", path(&many)]);
    assert_eq!((output.status.code(), json_lines(&output).len()), (Some(2), 500));
    assert_eq!(String::from_utf8_lossy(&output.stderr).matches("could not ").count(), 500);
}

#[test]
fn a_file_that_is_missing_loses_none_of_the_one_before_it() {
    let logs = Logs::new();
    let record = r#"{"eventVersion":"1.08","eventTime":"2026-03-01T10:00:00Z","eventSource":"s3.amazonaws.com",
        "eventName":"GetObject","eventID":"7a9f1e52-0d0c-4d5e-9a43-3d7f4a8d9b10","recipientAccountId":"111122223333"}"#;
    for (form, content, count) in [("jsonl", events(3), 3), ("cloudtrail", format!(r#"{{"Records":[{record}]}}"#), 1)] {
        let file = logs.file(form, content);
        let output = logs.run("append", &["--from", form, path(&file), "/nonexistent/file"]);
        assert_eq!((output.status.code(), json_lines(&output).len()), (Some(2), count), "{output:?}");
    }
    assert_eq!(logs.verify()["entries"], 4);
}

#[test]
fn wrong_input_gets_a_clear_error_and_harms_nothing() {
    let logs = Logs::with_entries(2);
    let with = |member: &str| format!(r#"{{"organizationId":"acme","actionType":"apply.applied",{member}}}"#);
    logs.refuses(&["/nonexistent/file"], "", 2, "/nonexistent/file");
    logs.refuses(&[], "plain text", 1, "line 1: not valid JSON");
    logs.refuses(&[], "[1,2]", 1, "must be a JSON object");
    logs.refuses(&[], r#"{"organizationId":"acme"}"#, 1, "/actionType: is missing");
    logs.refuses(&[], with(r#""userId":7"#), 1, "/userId: must be a string, not a number");
    logs.refuses(&[], with(r#""resourceIds":[1]"#), 1, "/resourceIds/0");
    logs.refuses(&[], with(&format!(r#""reason":"{}""#, "x".repeat(70_000))), 1, "the limit is 65135");
    logs.refuses(&[], with(&format!(r#""reason":"{}""#, "x".repeat(10_000_000))), 1, "longer than 1048576 bytes");
    logs.refuses(&[], with("\"reason\":\"\0\""), 1, "not valid JSON");
    logs.refuses(&[], b"\0\0\0".to_vec(), 1, "not valid JSON");
    logs.refuses(&[], [b"{\"organizationId\":\"", &b"\xff\xfe"[..], b"\"}"].concat(), 1, "not valid JSON");
    logs.refuses(&[], with(r#""reason":"\ud800""#), 1, "not valid JSON");
    logs.refuses(&[], with(r#""metadata":{"a":1,"a":2}"#), 1, "twice");
    logs.refuses(&[], with(&format!(r#""metadata":{{"a":{}}}"#, "[".repeat(100) + &"]".repeat(100))), 1, "/metadata");
    logs.refuses(&[], r#"{"organizationId":"../../etc","actionType":"apply.applied"}"#, 1, "/organizationId");
    assert_eq!(logs.verify()["entries"], 2);
    logs.append(&[], &events(2));
}

#[test]
fn after_a_line_that_is_too_long_the_next_one_is_read() {
    let logs = Logs::new();
    let output = logs.run_with("append", &["--keep-going"], format!("{}\n{}", "x".repeat(3_000_000), event(0)));
    assert_eq!((output.status.code(), json_lines(&output).len()), (Some(1), 1));
}

#[test]
fn a_second_writer_is_turned_away_and_readers_are_not() {
    let logs = Logs::with_entries(2);
    let dir = logs.dir();
    let writer = axiom_audit::FileStore::open(&dir).unwrap();
    logs.refuses(&[], event(0), 2, "is being written by another process");
    assert_eq!(logs.run("checkpoint", &[]).status.code(), Some(2));
    assert_eq!(logs.run("show", &[]).status.code(), Some(0));
    drop(writer);
    logs.append(&[], &events(1));
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_written_is_an_error_not_a_loss() {
    use std::os::unix::fs::PermissionsExt;

    let logs = Logs::new();
    let receipt = logs.append(&[], &event(0)).remove(0);
    let nobody = Nobody::owning(&logs);
    let mut acknowledged = 1;
    for file in [logs.log_of(&receipt).join("segments/00000000000000000000.jsonl"), logs.dir().join("lock")] {
        fs::set_permissions(&file, fs::Permissions::from_mode(0o400)).unwrap();
        for _ in 0..2 {
            let output = nobody.append(&logs, &event(0));
            assert_eq!(output.status.code(), Some(2), "{output:?}");
            assert!(String::from_utf8_lossy(&output.stderr).contains("Permission denied"), "{output:?}");
            // What the journal has taken is acknowledged, and waits there.
            acknowledged += output.stdout.iter().filter(|byte| **byte == b'\n').count();
        }
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!((&logs.verify()["ok"], &logs.verify()["entries"]), (&true.into(), &acknowledged.into()));
    }
    assert_eq!(nobody.append(&logs, &event(0)).status.code(), Some(0));
}

/// A user whom the modes of files hold back, as they do not root.
#[cfg(unix)]
struct Nobody {
    /// Who that is, where the tests run as root.
    id: Option<u32>,
}

#[cfg(unix)]
impl Nobody {
    /// Gives them everything in `logs`.
    fn owning(logs: &Logs) -> Self {
        use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};

        if fs::metadata(logs.root.path()).unwrap().uid() != 0 {
            return Self { id: None };
        }
        let id = 65_534;
        fs::set_permissions(logs.root.path(), fs::Permissions::from_mode(0o711)).unwrap();
        let mut paths = vec![logs.dir()];
        while let Some(path) = paths.pop() {
            chown(&path, Some(id), Some(id)).unwrap();
            if path.is_dir() {
                paths.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
            }
        }
        Self { id: Some(id) }
    }

    fn append(&self, logs: &Logs, input: &str) -> Output {
        use std::os::unix::process::CommandExt;

        let mut command = Command::new(assert_cmd::cargo::cargo_bin("axiom"));
        command.args(["audit", "append", path(&logs.dir())]);
        if let Some(id) = self.id {
            command.uid(id).gid(id);
        }
        Assert::from_std(command).write_stdin(input).output().unwrap()
    }
}

#[test]
fn a_directory_without_a_log_is_named() {
    let root = tempfile::tempdir().unwrap();
    for command in ["append", "checkpoint", "verify", "show", "vkeys"] {
        let output = axiom(&["audit", command, path(root.path())], "");
        assert_eq!(output.status.code(), Some(2), "{command}");
        assert!(String::from_utf8(output.stderr).unwrap().contains("holds no log"), "{command}");
    }
}

#[test]
fn events_are_recorded_as_they_arrive() {
    let logs = Logs::new();
    let mut tail = Tail::start(&logs);
    for number in 0..3 {
        tail.write(&format!("{}\n", event(number)));
        assert_eq!(tail.receipt()["durable"], true);
    }
    assert!(tail.finish());
}

#[test]
fn a_line_that_is_still_being_written_does_not_hold_up_those_before_it() {
    let logs = Logs::new();
    let mut tail = Tail::start(&logs);
    let (start, end) = (&event(1)[..20], &event(1)[20..]);
    tail.write(&format!("{}\n\n  \n{start}", event(0)));
    assert_eq!(tail.receipt()["seq"], 0);
    tail.write(end);
    assert!(tail.finish());
    assert_eq!(logs.verify()["entries"], 2);
}

/// An `append` that reads from a pipe.
struct Tail {
    child: Child,
    input: Option<ChildStdin>,
    receipts: Receiver<String>,
}

impl Tail {
    fn start(logs: &Logs) -> Self {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin("axiom"));
        let command = command.args(["audit", "append", path(&logs.dir()), "-"]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (send, receipts) = mpsc::channel();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| send.send(line)));
        Self { input: child.stdin.take(), child, receipts }
    }

    fn write(&mut self, text: &str) {
        let input = self.input.as_mut().unwrap();
        input.write_all(text.as_bytes()).and_then(|()| input.flush()).unwrap();
    }

    /// The next receipt; waiting for it is not to last forever.
    fn receipt(&self) -> Value {
        serde_json::from_str(&self.receipts.recv_timeout(Duration::from_secs(20)).unwrap()).unwrap()
    }

    /// Ends the input, and tells whether all went well.
    fn finish(&mut self) -> bool {
        self.input = None;
        self.child.wait().unwrap().success()
    }
}

impl Drop for Tail {
    fn drop(&mut self) {
        self.input = None;
        let _ = self.child.wait();
    }
}

#[test]
fn a_log_that_cannot_be_read_to_its_end_is_not_shown_as_if_it_could() {
    let logs = Logs::with_entries(6);
    let directories = fs::read_dir(logs.dir()).unwrap().map(|entry| entry.unwrap().path());
    let organization = directories.into_iter().find(|path| path.is_dir()).unwrap();
    let segment = organization.join("material/segments/00000000000000000000.jsonl");
    let text = fs::read_to_string(&segment).unwrap();
    let (first, rest) = text.split_once('\n').unwrap();
    fs::write(&segment, format!("{first}\n{}\n{rest}", "y".repeat(70_000))).unwrap();
    for args in [&["show"][..], &["export", "--format", "jsonl"]] {
        assert_eq!(logs.run(args[0], &args[1..]).status.code(), Some(1), "{args:?}");
    }
}

#[test]
fn a_proof_is_checked_without_the_log() {
    let logs = Logs::with_entries(9);
    assert_eq!(logs.run("prove", &["--org", "acme", "--seq", "3"]).status.code(), Some(1), "nothing is signed yet");
    logs.run("checkpoint", &[]);
    let proof = logs.run("prove", &["--org", "acme", "--seq", "3"]).stdout;
    let file = logs.file("proof", &proof);
    let check = |file: &Path, key: &str| axiom(&["audit", "verify-proof", path(file), "--vkey", key], "");
    let output = check(&file, &logs.vkey);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let shown: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&shown["seq"], &shown["event"]["userId"]), (&3.into(), &"user_6".into()));
    assert_eq!(check(&file, &Logs::new().vkey).status.code(), Some(1));
    let forged = logs.file("forged", String::from_utf8(proof).unwrap().replace("index 3", "index 2"));
    assert_eq!(check(&forged, &logs.vkey).status.code(), Some(1));
    assert_eq!(logs.run("prove", &["--org", "acme", "--seq", "99"]).status.code(), Some(1));
    assert_eq!(logs.run("prove", &["--org", "nobody", "--seq", "0"]).status.code(), Some(2));
}

#[test]
fn a_checkpoint_can_be_made_to_wait_for_a_verification() {
    let logs = Logs::new();
    let receipt = logs.append(&[], &events(3)).remove(0);
    assert_eq!(logs.run("checkpoint", &["--verify"]).status.code(), Some(0));
    let segment = logs.log_of(&receipt).join("segments/00000000000000000000.jsonl");
    fs::write(&segment, fs::read_to_string(&segment).unwrap().replacen("user_0", "user_9", 1)).unwrap();
    let output = logs.run("checkpoint", &["--verify"]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("nothing was signed"), "{output:?}");
}

#[test]
fn a_log_is_published_as_static_files_and_verified_there() {
    let logs = Logs::with_entries(9);
    let out = logs.root.path().join("tree");
    let publish = || logs.run("tiles", &[path(&out), "--org", "acme", "--stream", "material"]);
    assert_eq!(publish().status.code(), Some(1), "nothing is signed yet");
    assert_eq!(logs.run("tiles", &[path(&out)]).status.code(), Some(2), "there are several logs");
    let early = logs.run("checkpoint", &[]).stdout;
    let kept = logs.file("kept", early);
    let output = publish();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    logs.append(&[], &events(12));
    logs.run("checkpoint", &[]);
    let output = publish();
    assert!(String::from_utf8_lossy(&output.stderr).contains("entries added"), "{output:?}");
    let verify = |key: &str, args: &[&str]| {
        axiom(&[&["audit", "verify-tiles", path(&out), "--vkey", key], args].concat(), "").status.code()
    };
    assert_eq!(verify(&logs.vkey, &["--checkpoint", path(&kept)]), Some(0));
    let other = Logs::new().vkey;
    assert_eq!(verify(&other, &[]), Some(1), "another key");
    assert_eq!(verify(&logs.vkey, &["--checkpoint", "missing"]), Some(2));
    assert_eq!(axiom(&["audit", "verify-tiles", path(&out)], "").status.code(), Some(2), "no key");
    assert_eq!(logs.run("tiles", &[path(&out), "--org", "nobody"]).status.code(), Some(2));
    let bundle = fs::read_dir(out.join("tile/entries/000.p")).unwrap().last().unwrap().unwrap().path();
    fs::remove_dir_all(bundle.parent().unwrap()).unwrap();
    assert_eq!(verify(&logs.vkey, &[]), Some(1), "entries are gone");
}

#[test]
fn a_vanished_tenant_is_noticed_by_what_is_left() {
    let logs = Logs::new();
    let receipt = logs.append(&[], &events(4)).remove(0);
    assert_eq!(logs.run("checkpoint", &["--meta-log"]).status.code(), Some(0));
    assert_eq!(logs.verify()["ok"], true);
    fs::remove_dir_all(logs.log_of(&receipt).parent().unwrap()).unwrap();
    assert_eq!(logs.verify()["faults"][0]["kind"], "missing_log");
}

#[test]
fn a_rotated_key_is_followed_and_signs_with_the_old_one_until_the_overlap_ends() {
    let logs = Logs::with_entries(4);
    logs.run("checkpoint", &[]);
    let output = logs.run("rotate-key", &[]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let new = String::from_utf8(output.stdout).unwrap().trim().to_owned();
    assert_ne!(new, logs.vkey);
    logs.append(&[], &events(2));
    let notes = String::from_utf8(logs.run("checkpoint", &[]).stdout).unwrap();
    assert!(notes.split("\n\n").filter(|part| part.starts_with('—')).all(|lines| lines.matches("— ").count() == 2));
    for key in [&logs.vkey, &new] {
        let output = logs.run("verify", &["--vkey", key, "--strict", "--rotations", "1"]);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
    }
    assert_eq!(logs.run("verify", &["--vkey", &new, "--rotations", "2"]).status.code(), Some(1));
    let again = logs.run("rotate-key", &[]);
    assert_eq!(again.status.code(), Some(2), "the first overlap is not over: {again:?}");
}

#[test]
fn a_rotation_without_overlap_leaves_no_old_key() {
    let logs = Logs::with_entries(4);
    let old = fs::read_to_string(logs.dir().join("signing.key")).unwrap();
    let mut keys = vec![logs.vkey.clone()];
    for _ in 0..2 {
        let output = logs.run("rotate-key", &["--overlap-days", "0"]);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        keys.push(String::from_utf8(output.stdout).unwrap().trim().to_owned());
    }
    let left: Vec<String> = fs::read_dir(logs.dir())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with("signing.key"))
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    assert!(left.len() == 1 && left[0] != old, "{left:?}");
    logs.append(&[], &events(2));
    assert_eq!(logs.run("checkpoint", &[]).status.code(), Some(0));
    for key in &keys {
        assert_eq!(logs.run("verify", &["--vkey", key, "--rotations", "2"]).status.code(), Some(0), "{key}");
    }
}

#[test]
fn an_interrupted_rotation_is_finished_by_the_next_one() {
    let logs = Logs::with_entries(2);
    let file = |name: &str| logs.dir().join(name);
    let old = fs::read(file("signing.key")).unwrap();
    let new = String::from_utf8(logs.run("rotate-key", &[]).stdout).unwrap();
    // As if it had stopped before the new key got its name, and then in the middle of that.
    for with_old in [true, false] {
        fs::rename(file("signing.key"), file("signing.key.next")).unwrap();
        if with_old {
            fs::rename(file("signing.key.retiring"), file("signing.key")).unwrap();
            let output = logs.run("checkpoint", &[]);
            assert!(String::from_utf8_lossy(&output.stderr).contains("rotate-key"), "{output:?}");
        }
        let output = logs.run("rotate-key", &[]);
        assert_eq!(String::from_utf8_lossy(&output.stdout), new, "{output:?}");
        assert_eq!(fs::read(file("signing.key.retiring")).unwrap(), old);
        assert_eq!(logs.run("checkpoint", &[]).status.code(), Some(0));
    }
    // As if it had stopped before anything was certified.
    let started = Logs::with_entries(2);
    let next = started.dir().join("signing.key.next");
    axiom_crypto::Ed25519Signer::create(&next, "audit.example.com".parse().unwrap()).unwrap();
    assert_eq!(started.run("checkpoint", &[]).status.code(), Some(0));
    assert_eq!(started.run("rotate-key", &[]).status.code(), Some(0));
    assert!(!next.exists());
}

/// Whether nothing in the output could steer a terminal.
fn is_harmless(output: &[u8]) -> bool {
    let steers = |character: char| {
        character.is_control() || matches!(character, '\u{200e}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    !core::str::from_utf8(output).unwrap().chars().any(|character| character != '\n' && steers(character))
}

#[test]
fn text_in_an_event_cannot_steer_the_terminal() {
    let logs = Logs::new();
    let user = "\u{1b}]0;gone\u{7}\u{7f}\u{9b}31m\u{202e}txt";
    let event = serde_json::json!({"organizationId": "acme", "actionType": "apply.applied", "userId": user});
    logs.append(&[], &event.to_string());
    for args in [&[][..], &["--seq", "0"], &["--json"]] {
        let shown = logs.run("show", args);
        assert!(is_harmless(&shown.stdout), "{shown:?}");
    }
    let shown: Value = serde_json::from_slice(&logs.run("show", &["--json"]).stdout).unwrap();
    assert_eq!(shown["event"]["userId"], user);
}

#[test]
fn text_in_a_changed_log_cannot_steer_the_terminal() {
    let logs = Logs::new();
    let receipt = logs.append(&[], &event(0)).remove(0);
    let segment = logs.log_of(&receipt).join("segments/00000000000000000000.jsonl");
    let hostile = "evil\u{9b}2J\u{202e}\u{2066}\u{7f}";
    let changed = fs::read_to_string(&segment).unwrap().replace(receipt["log"].as_str().unwrap(), hostile);
    fs::write(&segment, changed).unwrap();
    let note = logs.file(hostile, "no note");
    for args in [&[][..], &["--json"]] {
        let output = logs.run("verify", &[&["--vkey", &logs.vkey, "--checkpoint", path(&note)], args].concat());
        assert_eq!(output.status.code(), Some(1));
        assert!(core::str::from_utf8(&output.stdout).unwrap().contains("evil"), "{output:?}");
        assert!(is_harmless(&output.stdout), "{output:?}");
    }
    for (command, args) in [("append", [hostile]), ("show", ["--json"]), ("verify", ["--strict"])] {
        assert!(is_harmless(&logs.run(command, &args).stderr), "{command}");
    }
}

/// Two organizations with events of two streams each.
fn asked() -> Logs {
    let logs = Logs::new();
    let event = |number: usize| {
        let action = ["apply.applied", "scan.completed", "apply.failed", "custom.billing.sent"][number % 4];
        let organization = if number < 12 { "acme" } else { "globex" };
        let stream = if action == "custom.billing.sent" { r#","stream":"operational""# } else { "" };
        format!(
            r#"{{"organizationId":"{organization}","actionType":"{action}","userId":"user_{}","timestamp":"2026-03-{:02}T08:30:00Z"{stream}}}"#,
            number % 3,
            number + 1
        ) + "\n"
    };
    logs.append(&[], &(0..16).map(event).collect::<String>());
    logs
}

/// The days of March of what a query finds.
fn days(logs: &Logs, args: &[&str]) -> Vec<String> {
    let output = logs.run("query", &[&["--org", "acme", "--json"], args].concat());
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let day = |entry: &Value| Some(entry["event"]["timestamp"].as_str()?[8..10].to_owned());
    json_lines(&output).iter().filter_map(day).collect()
}

#[test]
fn a_query_finds_what_all_its_options_fit() {
    let logs = asked();
    assert_eq!(days(&logs, &[]).len(), 12);
    assert_eq!(days(&logs, &["--category", "apply", "--oldest-first"]), ["01", "03", "05", "07", "09", "11"]);
    assert_eq!(
        days(&logs, &["--action", "apply.failed", "--action", "apply.applied", "--actor", "user_1"]),
        ["11", "05"]
    );
    assert_eq!(
        days(&logs, &["--since", "2026-03-03", "--until", "2026-03-05T08:30:00Z", "--stream", "operational"]),
        ["04"]
    );
    assert_eq!(days(&logs, &["--category", "custom"]), ["12", "08", "04"]);
    assert_eq!(days(&logs, &["--since", "1h", "--recorded"]).len(), 12);
    assert!(days(&logs, &["--until", "1h", "--recorded"]).is_empty());
}

#[test]
fn a_query_goes_on_where_its_page_ended() {
    let logs = asked();
    let (mut found, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let mut args = vec!["--org", "acme", "--limit", "5", "--json"];
        args.extend(cursor.iter().flat_map(|cursor| ["--cursor", cursor]));
        let output = logs.run("query", &args);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        let mut lines = json_lines(&output);
        cursor = lines.last().unwrap()["next"].as_str().map(str::to_owned);
        lines.truncate(5);
        found.extend(lines.iter().filter_map(|line| line["event"]["id"].as_str().map(str::to_owned)));
        if cursor.is_none() {
            break;
        }
    }
    found.sort();
    found.dedup();
    assert_eq!(found.len(), 12);

    let output = logs.run("query", &["--org", "acme", "--limit", "1"]);
    let note = String::from_utf8(output.stderr).unwrap();
    let cursor = note.trim().rsplit(' ').next().unwrap();
    assert_eq!(logs.run("query", &["--org", "acme", "--cursor", cursor]).status.code(), Some(0));
    let other = logs.run("query", &["--org", "acme", "--actor", "user_1", "--cursor", cursor]);
    assert_eq!(other.status.code(), Some(2));
    assert!(String::from_utf8(other.stderr).unwrap().contains("belongs to another query"));
}

#[test]
fn a_query_shows_people_one_line_an_entry_and_nothing_that_steers() {
    let logs = asked();
    logs.append(&[], r#"{"organizationId":"acme","actionType":"apply.applied","userId":"\u001b[2Jx"}"#);
    let output = logs.run("query", &["--org", "acme", "--limit", "3"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text.lines().count(), 3, "{text}");
    assert!(text.lines().next().unwrap().starts_with("material "), "{text}");
    assert!(text.contains("\u{fffd}[2Jx") && !text.contains('\u{1b}'), "{text}");
    let output = logs.run("query", &["--org", "acme", "--count", "--category", "custom"]);
    assert_eq!(output.stdout, b"3\n");
}

#[test]
fn a_query_that_cannot_be_meant_is_refused() {
    let logs = asked();
    for (args, message) in [
        (vec!["--org", "initech"], "no log of the organization initech"),
        (vec!["--org", "acme", "--stream", "drill"], "has no stream drill, but material, operational"),
        (vec!["--org", "acme", "--since", "yesterday"], "how long ago"),
        (vec!["--org", "acme", "--category", "applied"], "must be one of apply"),
        (vec!["--org", "acme", "--action", "apply.aplied"], "apply.applied"),
        (vec!["--org", "acme", "--status", "done"], "must be one of"),
        (vec!["--org", "acme", "--cursor", "x"], "cursor"),
    ] {
        let output = logs.run("query", &args);
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}: {error}");
        assert!(error.contains(message), "{args:?}: {error}");
    }
}
