//! `axiom pii`, `axiom crypto` and the command line itself.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use std::fs;
use std::process::Output;

use assert_cmd::Command;
use serde_json::{Value, json};

fn axiom(args: &[&str], input: impl Into<Vec<u8>>) -> Output {
    Command::cargo_bin("axiom").unwrap().args(args).write_stdin(input).output().unwrap()
}

fn json_lines(output: &Output) -> Vec<Value> {
    let text = core::str::from_utf8(&output.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn each_line_is_answered_in_order_also_when_there_is_nothing() {
    let input =
        "{\"id\":\"a\",\"text\":\"write to bob@example.com\"}\n{\"text\":\"nothing\"}\n{\"id\":null,\"text\":\"\"}\n";
    let output = axiom(&["pii", "scan", "--jsonl"], input);
    assert_eq!(output.status.code(), Some(0));
    let answers = json_lines(&output);
    let found = &answers[0]["findings"][0];
    assert_eq!((&found["type"], &found["start"], &found["end"]), (&json!("email"), &json!(9), &json!(24)));
    assert!(found["score"].is_f64() && found["validated"].is_boolean());
    assert_eq!(answers[1], json!({"findings": []}));
    assert_eq!(answers[2], json!({"id": null, "findings": []}));
}

#[test]
fn offsets_count_what_the_caller_counts() {
    let input = r#"{"text":"é😀 bob@example.com"}"#;
    for (unit, start) in [("bytes", 7), ("chars", 3), ("utf16", 4)] {
        let answers = json_lines(&axiom(&["pii", "scan", "--jsonl", "--offsets", unit], input));
        assert_eq!(answers[0]["findings"][0]["start"], start, "{unit}");
    }
}

#[test]
fn types_and_scores_narrow_what_is_found() {
    let text = "bob@example.com paid with 4111 1111 1111 1111";
    let kinds = |args: &[&str]| {
        let output = axiom(&[&["pii", "scan", "--json"], args].concat(), text);
        let findings = json_lines(&output)[0]["findings"].as_array().unwrap().clone();
        findings.iter().map(|finding| finding["type"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(kinds(&[]), ["email", "credit_card"]);
    assert_eq!(kinds(&["--types", "credit_card,iban"]), ["credit_card"]);
    assert_eq!(kinds(&["--min-score", "1"]), ["credit_card"]);
    assert_eq!(axiom(&["pii", "scan", "--types", "nonsense"], "").status.code(), Some(2));
    assert_eq!(axiom(&["pii", "scan", "--min-score", "7"], "").status.code(), Some(2));
}

#[test]
fn a_finding_is_a_failure_only_on_request() {
    assert_eq!(axiom(&["pii", "scan"], "bob@example.com").status.code(), Some(0));
    assert_eq!(axiom(&["pii", "scan", "--exit-code"], "bob@example.com").status.code(), Some(1));
    assert_eq!(axiom(&["pii", "scan", "--exit-code"], "nobody").status.code(), Some(0));
}

#[test]
fn output_shows_places_and_never_values() {
    let output = axiom(&["pii", "scan"], "first\nwrite to bob@example.com");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.starts_with("2:10  email") && !text.contains("bob"), "{text}");
}

#[test]
fn redaction_replaces_and_keeps_the_rest_byte_for_byte() {
    let output = axiom(&["pii", "redact"], "to bob@example.com,\r\nbye");
    assert_eq!(output.stdout, b"to [REDACTED:email],\r\nbye");
    let answers = json_lines(&axiom(&["pii", "redact", "--jsonl"], r#"{"id":[1],"text":"to bob@example.com"}"#));
    assert_eq!(answers, [json!({"id": [1], "text": "to [REDACTED:email]"})]);
}

#[test]
fn a_bad_line_is_named_and_keeps_its_place() {
    let output = axiom(&["pii", "scan", "--jsonl"], "{\"text\":7}\nnonsense\n{\"text\":\"\"}\n");
    assert_eq!(output.status.code(), Some(1));
    let answers = json_lines(&output);
    assert!(answers[0]["error"].is_string() && answers[1]["error"].is_string());
    assert_eq!(answers[2], json!({"findings": []}));
    assert!(String::from_utf8(output.stderr).unwrap().contains("line 2"));
    assert_eq!(axiom(&["pii", "scan"], b"\xff".to_vec()).status.code(), Some(2));
}

#[test]
fn a_line_may_hold_a_long_document() {
    let text = format!("{}bob@example.com", "word ".repeat(600_000));
    let answers = json_lines(&axiom(&["pii", "scan", "--jsonl"], json!({"text": text}).to_string()));
    assert_eq!(answers[0]["findings"][0]["start"], 3_000_000);
}

#[test]
fn a_line_above_the_limit_is_refused_and_keeps_its_place() {
    let input = format!("{}\n{{\"text\":\"\"}}\n", " ".repeat((64 << 20) + 1));
    let output = axiom(&["pii", "redact", "--jsonl"], input);
    assert_eq!(output.status.code(), Some(1));
    let refused = json!({"error": "longer than 67108864 bytes"});
    assert_eq!(json_lines(&output), [refused, json!({"text": ""})]);
}

#[test]
fn what_is_sealed_opens_under_the_same_key_and_context_alone() {
    let root = tempfile::tempdir().unwrap();
    let file = |name: &str| root.path().join(name).to_str().unwrap().to_owned();
    let (key, other) = (file("key"), file("other"));
    for path in [&key, &other] {
        assert!(axiom(&["crypto", "keygen", path], "").status.success());
    }
    assert_eq!(axiom(&["crypto", "keygen", &key], "").status.code(), Some(2), "a key is never overwritten");
    let seal = ["crypto", "seal", "--key", &key, "--context", "tenant=acme", "-", "-"];
    let sealed = axiom(&seal, "secret\0bytes").stdout;
    let open = |key: &str, context: &str| {
        axiom(&["crypto", "open", "--key", key, "--context", context, "-", "-"], sealed.clone())
    };
    assert_eq!(open(&key, "tenant=acme").stdout, b"secret\0bytes");
    for (key, context) in [(&key, "tenant=globex"), (&other, "tenant=acme")] {
        let refused = open(key, context);
        assert_eq!((refused.status.code(), refused.stdout.len()), (Some(1), 0));
    }
    assert_eq!(open(&key, "nonsense").status.code(), Some(2));
}

#[test]
fn files_are_sealed_and_opened_into_new_files_of_the_owners_own() {
    let root = tempfile::tempdir().unwrap();
    let file = |name: &str| root.path().join(name).to_str().unwrap().to_owned();
    let (key, plain, sealed, opened) = (file("key"), file("plain"), file("sealed"), file("opened"));
    assert!(axiom(&["crypto", "keygen", &key], "").status.success());
    fs::write(&plain, "secret\0bytes").unwrap();
    for (command, input, output) in [("seal", &plain, &sealed), ("open", &sealed, &opened)] {
        let args = ["crypto", command, "--key", &key, input, output];
        assert!(axiom(&args, "").status.success(), "{command}");
        let made = fs::read(output).unwrap();
        assert_eq!(axiom(&args, "").status.code(), Some(2), "no file is overwritten");
        assert_eq!(fs::read(output).unwrap(), made);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(output).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
    assert_ne!(fs::read(&sealed).unwrap(), b"secret\0bytes");
    assert_eq!(fs::read(&opened).unwrap(), b"secret\0bytes");
    assert_eq!(axiom(&["crypto", "seal", "--key", &key, &plain], "").status.code(), Some(2), "both must be named");
}

#[test]
fn messages_of_the_aws_encryption_sdk_are_made_and_opened() {
    let root = tempfile::tempdir().unwrap();
    let file = |name: &str| root.path().join(name).to_str().unwrap().to_owned();
    let (key, hex, plain, sealed, opened) = (file("key"), file("hex"), file("plain"), file("sealed"), file("opened"));
    for (path, content) in [(&key, &[7; 32][..]), (&hex, &[b'0', b'7'].repeat(32))] {
        fs::write(path, content).unwrap();
        #[cfg(unix)]
        fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    }
    let content = vec![1; 100_000];
    fs::write(&plain, &content).unwrap();
    let run = |verb: &str, more: &[&str]| {
        let args = ["crypto", verb, "--format", "aws-esdk", "--keyring", "acme/exports/2026"];
        axiom(&[&args[..], more].concat(), "").status.code()
    };
    assert_eq!(run("seal", &["--key", &key, "--context", "a=1", "--context", "b=2", &plain, &sealed]), Some(0));
    assert_eq!(run("open", &["--key", &hex, "--key-hex", "--context", "b=2", &sealed, &opened]), Some(0));
    assert_eq!(fs::read(&opened).unwrap(), content);

    fs::remove_file(&opened).unwrap();
    assert_eq!(run("open", &["--key", &key, "--context", "a=2", &sealed, &opened]), Some(1));
    assert_eq!(run("open", &["--key", &hex, &sealed, &opened]), Some(2), "these are no 32 bytes");
    let message = fs::read(&sealed).unwrap();
    fs::write(&sealed, &message[..message.len() - 1]).unwrap();
    assert_eq!(run("open", &["--key", &key, &sealed, &opened]), Some(1));
    assert_eq!(fs::read_dir(&root).unwrap().count(), 4, "nothing is left of a message that is cut");
}

#[test]
fn any_of_several_keys_opens_a_message_in_any_suite() {
    let root = tempfile::tempdir().unwrap();
    let file = |name: &str| root.path().join(name).to_str().unwrap().to_owned();
    let keys = ["a.key", "b.key", "c.key"].map(file);
    keys.iter().for_each(|key| assert!(axiom(&["crypto", "keygen", key], "").status.success()));
    let [a, b, c] = &keys;
    for suite in ["aes-256-gcm", "xaes-256-gcm", "aes-256-gcm-siv"] {
        let sealed = axiom(&["crypto", "seal", "--key", a, "--key", b, "--suite", suite, "-", "-"], "secret").stdout;
        let open = |key: &[&str]| axiom(&[&["crypto", "open"], key, &["-", "-"]].concat(), sealed.clone());
        for key in [&["--key", a][..], &["--key", b], &["--key", c, "--key", b]] {
            assert_eq!(open(key).stdout, b"secret", "{suite}");
        }
        assert_eq!(open(&["--key", c]).status.code(), Some(1));
        fs::write(file("sealed"), sealed).unwrap();
        let described = &json_lines(&axiom(&["crypto", "describe", "--json", &file("sealed")], ""))[0];
        assert_eq!((&described["suite"], &described["plaintextLength"]), (&json!(suite), &json!(6)));
        assert_eq!(described["keys"].as_array().unwrap().len(), 2);
    }
    assert_eq!(axiom(&["crypto", "seal", "--key", a, "--suite", "rot13", "-", "-"], "").status.code(), Some(2));
}

#[test]
fn of_a_message_that_was_cut_nothing_gets_the_name() {
    let root = tempfile::tempdir().unwrap();
    let file = |name: &str| root.path().join(name).to_str().unwrap().to_owned();
    let (key, plain, sealed, opened) = (file("key"), file("plain"), file("sealed"), file("opened"));
    assert!(axiom(&["crypto", "keygen", &key], "").status.success());
    let content: Vec<u8> = (0..80_000_u32).flat_map(u32::to_be_bytes).collect();
    fs::write(&plain, &content).unwrap();
    assert!(axiom(&["crypto", "seal", "--key", &key, &plain, &sealed], "").status.success());
    let message = fs::read(&sealed).unwrap();
    let open = |output: &str| axiom(&["crypto", "open", "--key", &key, &sealed, output], "");
    assert_eq!(open("-").stdout, content);
    for len in [0, 100, 65_536 + 16 + 143, message.len() - 1] {
        fs::write(&sealed, &message[..len]).unwrap();
        assert_eq!(open(&opened).status.code(), Some(1), "{len}");
        assert_eq!(fs::read_dir(&root).unwrap().count(), 3, "{len}");
        let piped = open("-");
        assert!(
            piped.status.code() == Some(1) && content.starts_with(&piped.stdout) && piped.stdout.len() < content.len()
        );
    }
    fs::write(&sealed, &message).unwrap();
    assert!(open(&opened).status.success());
    assert_eq!(fs::read(&opened).unwrap(), content);
    assert_eq!(axiom(&["crypto", "open", "--key", &key, &file("missing"), &file("new")], "").status.code(), Some(2));
    assert_eq!(fs::read_dir(&root).unwrap().count(), 4);
}

#[cfg(target_os = "linux")]
#[test]
fn nothing_is_left_of_a_run_that_is_killed() {
    use std::io::Write;
    use std::process::{Command, Stdio};

    let root = tempfile::tempdir().unwrap();
    let file = |name: &str| root.path().join(name).to_str().unwrap().to_owned();
    let (key, opened) = (file("key"), file("opened"));
    assert!(axiom(&["crypto", "keygen", &key], "").status.success());
    let message = axiom(&["crypto", "seal", "--key", &key, "-", "-"], vec![7; 1 << 20]).stdout;
    let mut open = Command::new(assert_cmd::cargo::cargo_bin!("axiom"));
    let open = open.args(["crypto", "open", "--key", &key, "-", &opened]).stdin(Stdio::piped());
    let mut running = open.spawn().unwrap();
    // All but what fits into the pipe has been read when this comes back.
    running.stdin.as_mut().unwrap().write_all(&message[..message.len() - 1]).unwrap();
    running.kill().unwrap();
    assert_eq!(running.wait().unwrap().code(), None, "it was killed amid the message");
    assert_eq!(fs::read_dir(&root).unwrap().count(), 1, "the key alone");
}

#[test]
fn messages_move_to_another_key_once_and_the_rest_is_told() {
    let root = tempfile::tempdir().unwrap();
    let file = |name: &str| root.path().join(name).to_str().unwrap().to_owned();
    let (old, new, stranger) = (file("old.key"), file("new.key"), file("stranger.key"));
    for key in [&old, &new, &stranger] {
        assert!(axiom(&["crypto", "keygen", key], "").status.success());
    }
    fs::create_dir_all(root.path().join("messages/below")).unwrap();
    let (one, two, other) = (file("messages/one"), file("messages/below/two"), file("messages/other"));
    let seal = |key: &str, path: &str| axiom(&["crypto", "seal", "--key", key, "-", path], vec![7; 200_000]);
    for (key, path) in [(&old, &one), (&old, &two), (&stranger, &other)] {
        assert!(seal(key, path).status.success());
    }
    fs::write(file("messages/notes.txt"), "no message").unwrap();
    let before = fs::read(&one).unwrap();
    let rewrap = |paths: &[&str]| {
        let output = axiom(&[&["crypto", "rewrap", "--key", &new, "--old-key", &old], paths].concat(), "");
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (status, told) = rewrap(&[&file("messages")]);
    assert!(status == Some(1) && told.contains("2 rewrapped, 0 under this key already, 1 failed"), "{told}");
    assert!(told.contains("other: the provider holds no key of this message"), "{told}");
    assert_eq!(rewrap(&[&one, &two]), (Some(0), "0 rewrapped, 2 under this key already, 0 failed\n".into()));
    assert_eq!(fs::read(file("messages/notes.txt")).unwrap(), b"no message");

    let after = fs::read(&one).unwrap();
    assert!(after != before && after[after.len() - 200_000..] == before[before.len() - 200_000..]);
    for path in [&one, &two] {
        assert_eq!(axiom(&["crypto", "open", "--key", &new, path, "-"], "").stdout, vec![7; 200_000]);
        assert_eq!(axiom(&["crypto", "open", "--key", &old, path, "-"], "").status.code(), Some(1));
        #[cfg(unix)]
        assert_eq!(std::os::unix::fs::MetadataExt::mode(&fs::metadata(path).unwrap()) & 0o777, 0o600);
    }
    assert_eq!(rewrap(&[&file("messages/notes.txt")]).0, Some(1), "a file that was named has to be a message");
    assert_eq!(rewrap(&[&file("missing")]).0, Some(2));
    fs::write(file("messages/.axiom-a1b2c3.tmp"), before).unwrap();
    let (_, told) = rewrap(&[&file("messages/one"), &file("messages/below"), &file("messages")]);
    assert!(told.contains("0 rewrapped, 4 under this key already, 1 failed"), "{told}");
    fs::remove_file(file("messages/.axiom-a1b2c3.tmp")).unwrap();
    assert_eq!(fs::read_dir(file("messages")).unwrap().count(), 4, "nothing temporary is left");
}

#[test]
fn messages_of_both_formats_are_described_without_a_key() {
    let root = tempfile::tempdir().unwrap();
    let file = |name: &str| root.path().join(name).to_str().unwrap().to_owned();
    let (key, raw) = (file("a.key"), file("raw"));
    let name = axiom(&["crypto", "keygen", &key], "").stdout;
    let name = core::str::from_utf8(&name).unwrap().trim();
    fs::write(&raw, [7; 32]).unwrap();
    #[cfg(unix)]
    fs::set_permissions(&raw, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let (ours, sdk) = (file("ours"), file("sdk"));
    assert!(axiom(&["crypto", "seal", "--key", &key, "-", &ours], vec![7; 100_000]).status.success());
    let format = ["--format", "aws-esdk", "--keyring", "acme/exports", "--context", "tenant=acme"];
    let args = [&["crypto", "seal", "--key", &raw][..], &format, &["-", &sdk]].concat();
    assert!(axiom(&args, "secret").status.success());

    let described = json_lines(&axiom(&["crypto", "describe", "--json", &ours, &sdk], ""));
    let expected = json!({"format": "axe1", "keys": [name], "frameLength": 65_536, "plaintextLength": 100_000});
    expected.as_object().unwrap().iter().for_each(|(member, value)| assert_eq!(&described[0][member], value));
    let expected = json!({"format": "aws-esdk", "keys": ["acme/exports"], "context": {"tenant": "acme"}});
    expected.as_object().unwrap().iter().for_each(|(member, value)| assert_eq!(&described[1][member], value));
    let text = String::from_utf8(axiom(&["crypto", "describe", &ours], "").stdout).unwrap();
    assert!(text.contains("axe1, aes-256-gcm, 97.66 KiB in frames of 64.00 KiB") && text.contains(name), "{text}");
    assert_eq!(axiom(&["crypto", "describe", &key, &ours], "").status.code(), Some(1), "a key is no message");
    #[cfg(unix)]
    {
        let told = axiom(&["crypto", "describe", "/dev/null"], "").stderr;
        assert!(String::from_utf8(told).unwrap().contains("neither a file nor a directory"), "a pipe would wait");
    }
    assert_eq!(json_lines(&axiom(&["crypto", "describe", "--json", root.path().to_str().unwrap()], "")).len(), 2);
}

#[test]
fn what_a_program_sealed_in_memory_opens_too() {
    let root = tempfile::tempdir().unwrap();
    let file = |name: &str| root.path().join(name).to_str().unwrap().to_owned();
    let keys = axiom_crypto::KeyFile::create(file("key")).unwrap();
    let context = axiom_crypto::Context::new([("purpose", "file")]).unwrap();
    let message = axiom_crypto::envelope::try_seal(b"secret", &context, &keys).unwrap().unwrap();
    assert_eq!(axiom(&["crypto", "open", "--key", &file("key"), "-", "-"], message).stdout, b"secret");
}

#[test]
fn the_options_of_one_format_are_not_taken_for_the_other() {
    for (args, reason) in [
        (&["--format", "aws-esdk"][..], "--keyring"),
        (&["--format", "aws-esdk", "--keyring", "a"], "NAMESPACE/NAME"),
        (&["--keyring", "a/b"], "--format aws-esdk"),
        (&["--key-hex"], "--keyring"),
        (&["--format", "aws-esdk", "--keyring", "a/b", "--key", "other.key"], "one --key"),
        (&["--format", "pgp"], "possible values: axe1, aws-esdk"),
    ] {
        let command = ["crypto", "seal", "--key", "missing.key"];
        let output = axiom(&[&command[..], args, &["-", "-"]].concat(), "");
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        let message = String::from_utf8(output.stderr).unwrap();
        assert!(message.contains(reason), "{message}");
    }
}

#[test]
fn wrong_usage_has_a_status_of_its_own() {
    for args in [&["nonsense"][..], &["audit"], &["audit", "init"], &["pii", "scan", "--offsets", "feet"]] {
        assert_eq!(axiom(args, "").status.code(), Some(2), "{args:?}");
    }
}

#[test]
fn help_has_examples_and_completions_are_made() {
    for command in ["append", "checkpoint", "export", "init", "prove", "show", "verify", "verify-proof", "vkeys"] {
        let help = String::from_utf8(axiom(&["audit", command, "--help"], "").stdout).unwrap();
        assert!(help.contains("Example") && help.contains(&format!("axiom audit {command}")), "{command}");
    }
    for (group, command, limit) in
        [("audit", "append", "1 MiB"), ("pii", "scan", "64 MiB"), ("pii", "redact", "64 MiB")]
    {
        let help = axiom(&[group, command, "--help"], "").stdout;
        assert!(String::from_utf8(help).unwrap().contains(limit), "{group} {command}");
    }
    for command in ["describe", "keygen", "open", "rewrap", "seal"] {
        let help = String::from_utf8(axiom(&["crypto", command, "--help"], "").stdout).unwrap();
        assert!(help.contains("Example") && help.contains(&format!("axiom crypto {command}")), "{command}");
    }
    for shell in ["bash", "zsh", "fish"] {
        assert!(String::from_utf8(axiom(&["completions", shell], "").stdout).unwrap().contains("axiom"));
    }
}

#[test]
fn an_id_comes_back_as_it_was_written() {
    let id = r#"{"n":12345678901234567890123, "x":1.0}"#;
    for command in ["scan", "redact"] {
        let output = axiom(&["pii", command, "--jsonl"], format!(r#"{{"id":{id},"text":""}}"#));
        assert!(String::from_utf8(output.stdout).unwrap().contains(id), "{command}");
    }
}
