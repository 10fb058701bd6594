//! JSON: what is found where, and what stays as it was.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use std::collections::HashSet;
use std::io::Read;

use axiom_core::{Action, Finding};
use axiom_pii::{DocumentError, Json, Located, Scanner, Substitute};
use proptest::prelude::*;
use serde::de::IgnoredAny;

use serde_json::Value;

fn scan(document: impl AsRef<[u8]>) -> Vec<Located> {
    let mut found = Vec::new();
    Scanner::new().scan_json(document.as_ref(), |located| found.push(located.clone())).unwrap();
    found
}

fn redact(document: &str) -> String {
    String::from_utf8(Scanner::new().redact_json(document.as_bytes(), |_| ()).unwrap()).unwrap()
}

/// What was found, by type, pointer and what it is written as.
fn places(document: &str) -> Vec<(String, String, &str)> {
    let place = |located: Located| {
        (located.finding.kind.into_owned(), located.finding.pointer.unwrap(), &document[located.raw])
    };
    scan(document).into_iter().map(place).collect()
}

fn error(document: impl AsRef<[u8]>) -> String {
    Scanner::new().scan_json(document.as_ref(), |_| ()).unwrap_err().to_string()
}

#[test]
fn strings_numbers_and_keys_are_found_with_their_pointers() {
    let document =
        r#"{"a/b": [1, {"~": "x bob@example.com"}], "ssn": 536904399, "bob@example.com": [[4111111111111111]]}"#;
    let place = |kind: &str, pointer: &str, raw| (kind.to_owned(), pointer.to_owned(), raw);
    assert_eq!(
        places(document),
        [
            place("email", "/a~1b/1/~0", "bob@example.com"),
            place("us_ssn", "/ssn", "536904399"),
            place("email", "/[REDACTED:email]", "bob@example.com"),
            place("credit_card", "/[REDACTED:email]/0/0", "4111111111111111"),
        ]
    );
    let keys: Vec<_> = scan(document).into_iter().map(|located| located.is_key).collect();
    assert_eq!(keys, [false, false, true, false]);
}

#[test]
fn ranges_count_in_the_text_and_raw_ranges_in_the_document() {
    let document = "[\n  \"\\u00e9 4111\\u00201111\\u00201111\\u00201111.\"]";
    let found = &scan(document)[0];
    assert_eq!((found.finding.range.clone(), found.line), (3..22, 2));
    assert_eq!(&document[found.raw.clone()], r"4111\u00201111\u00201111\u00201111");
    assert_eq!(redact(document), "[\n  \"\\u00e9 [REDACTED:credit_card].\"]");
}

#[test]
fn the_nearest_key_is_context_through_arrays_and_ends_with_its_object() {
    assert_eq!(
        redact(r#"{"ssn":[["536904399",{"x":"536904399"}],536904399]}"#),
        r#"{"ssn":[["[REDACTED:us_ssn]",{"x":"536904399"}],"[REDACTED:us_ssn]"]}"#
    );
    assert!(scan(r#"{"ssn":{"id":1},"id":"536904399","ids":["536904399"]}"#).is_empty());
    assert_eq!(places(r#"{"ssn":{"536904399":1}}"#).len(), 1);
    assert_eq!(places(r#"{"s\u0073n":"536904399"}"#).len(), 1);
}

#[test]
fn whole_numbers_are_read_however_they_are_written() {
    assert_eq!(
        redact(r#"{"card":4.111111111111111E15,"ssn":536904399.0,"x":-4111111111111111,"pi":3.14}"#),
        r#"{"card":"[REDACTED:credit_card]","ssn":"[REDACTED:us_ssn]","x":"-[REDACTED:credit_card]","pi":3.14}"#
    );
}

#[test]
fn redacted_keys_stay_distinct() {
    assert_eq!(
        redact(r#"{"a@b.com":1,"c@d.com":{"e@f.com":2},"g@h.com":3,"x":4}"#),
        r#"{"[REDACTED:email]":1,"[REDACTED:email]#2":{"[REDACTED:email]":2},"[REDACTED:email]#3":3,"x":4}"#
    );
    for hostile in [
        r#"{"a@b.com":1,"[REDACTED:email]":2,"[REDACTED:email]#2":3,"[REDACTED:email]#\u0033":4,"c@d.com":5}"#,
        r#"{"[REDACTED:email]#2":1,"a@b.com":2}"#,
        r#"{"a@b.com#2":1,"a@b.com":2,"a@b.com#3":3}"#,
        r#"{"a@b.com":1,"a@b.com":2}"#,
    ] {
        let redacted = redact(hostile);
        let members: serde_json::Map<String, Value> = serde_json::from_str(&redacted).unwrap();
        assert_eq!(members.len(), hostile.matches(':').count() - hostile.matches("[REDACTED:").count(), "{redacted}");
        assert_eq!(redact(&redacted), redacted);
    }
}

#[test]
fn a_pointer_never_tells_what_a_key_holds() {
    let scanner = Scanner::builder().action("email", Action::Log).build().unwrap();
    let document = br#"{"a@b.com":1,"c@d.com":["e@f.com"]}"#;
    let mut pointers = Vec::new();
    let redacted = scanner.redact_json(document, |located| pointers.extend(located.finding.pointer.clone())).unwrap();
    assert_eq!(pointers, ["/[REDACTED:email]", "/[REDACTED:email]#2", "/[REDACTED:email]#2/0"]);
    assert_eq!(redacted, document);
}

#[test]
fn what_stands_in_is_escaped() {
    struct Quoted;

    impl Substitute for Quoted {
        fn substitute(&self, _: &Finding, value: &str, out: &mut String) {
            out.push_str(&format!("<\"{}\"\n\\>", value.len()));
        }
    }

    struct Zeros;

    impl Substitute for Zeros {
        fn substitute(&self, _: &Finding, value: &str, out: &mut String) {
            out.extend(value.chars().map(|_| '9'));
        }
    }

    let (scanner, document) =
        (Scanner::new(), br#"{"bob@example.com":"x\tbob\u0040example.com","card":4111111111111111}"#);
    let with = |substitute: &dyn Substitute| {
        String::from_utf8(Json::new(&scanner).substitute(substitute).redact(document, |_| ()).unwrap()).unwrap()
    };
    assert_eq!(with(&Quoted), r#"{"<\"15\"\u000a\\>":"x\t<\"15\"\u000a\\>","card":"<\"16\"\u000a\\>"}"#);
    assert_eq!(with(&Zeros), r#"{"999999999999999":"x\t999999999999999","card":9999999999999999}"#);
}

#[test]
fn json_in_strings_is_scanned_as_text() {
    assert_eq!(
        redact(r#"{"body":"{\"ssn\":\"536904399\",\"id\":\"536904399\"}"}"#),
        r#"{"body":"{\"ssn\":\"[REDACTED:us_ssn]\",\"id\":\"536904399\"}"}"#
    );
}

#[test]
fn escapes_of_json_in_strings_hide_nothing() {
    assert_eq!(
        redact(r#"{"body":"{\"note\":\"call\\n4111111111111111\\tor \\u0034111 1111 1111 1111\"}"}"#),
        r#"{"body":"{\"note\":\"call\\n[REDACTED:credit_card]\\tor [REDACTED:credit_card]\"}"}"#
    );
}

#[test]
fn errors_name_the_place_and_never_the_content() {
    for (document, message) in [
        ("", "the document ends too early at line 1, column 1 (offset 0)"),
        ("{\"ssn\":\n \"536-90-4399", "the document ends too early at line 2, column 14 (offset 21)"),
        ("[536904399x]", "a comma or the end of the array or object was expected at line 1, column 11 (offset 10)"),
        ("[\n\n  053]", "a number that is none at line 3, column 3 (offset 5)"),
        ("[\"\\x\"]", "an escape that is none at line 1, column 3 (offset 2)"),
        ("{\"a\" 1}", "a colon was expected at line 1, column 6 (offset 5)"),
        ("{1:2}", "a key was expected at line 1, column 2 (offset 1)"),
        ("[1]\n[2]", "something follows the document at line 2, column 1 (offset 4)"),
    ] {
        assert_eq!(error(document), message);
    }
    assert_eq!(error(b"[\"a\xff\"]"), "bytes that are not UTF-8 at line 1, column 4 (offset 3)");
    assert!(format!("{:?}", Scanner::new().scan_json(b"[536904399x]", |_| ())).find("5369").is_none());
}

#[test]
fn depth_and_length_are_bounded() {
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert!(scan(nested(Json::MAX_DEPTH)).is_empty());
    assert_eq!(
        error(nested(Json::MAX_DEPTH + 1)),
        "nested deeper than 1024 levels at line 1, column 1025 (offset 1024)"
    );
    assert_eq!(error("[".repeat(1 << 20)), "nested deeper than 1024 levels at line 1, column 1025 (offset 1024)");
    let (scanner, long) = (Scanner::new(), format!("[1, \"{}\"]", "x".repeat(100_000)));
    let json = Json::new(&scanner).max_token(99_999);
    for outcome in [json.scan(long.as_bytes(), |_| ()), json.scan_stream(long.as_bytes(), |_| ())] {
        assert_eq!(
            outcome.unwrap_err().to_string(),
            "longer than 99999 bytes: what begins at line 1, column 5 (offset 4)"
        );
    }
    assert!(Json::new(&scanner).max_token(100_000).scan(long.as_bytes(), |_| ()).is_ok());
    assert!(json.scan("1".repeat(100_000).as_bytes(), |_| ()).is_err());
}

#[test]
fn a_byte_order_mark_is_kept() {
    assert_eq!(redact("\u{feff}\"bob@example.com\""), "\u{feff}\"[REDACTED:email]\"");
    assert!(error("\u{feff}").starts_with("the document ends too early"));
    assert!(error("[\u{feff}1]").starts_with("a value was expected"));
}

#[test]
fn the_grammar_is_that_of_rfc_8259() {
    for valid in [
        "0",
        "-0",
        "-0.0e-0",
        "1E+2",
        " \t\r\nnull ",
        "true",
        "false",
        "\"\"",
        "[]",
        "{}",
        "[[],[[]],{}]",
        "{\"\":{\"\":0}}",
        "[1,2 , 3]",
        "{\"a\":1,\"a\":1}",
        r#""\u0000\ud800 \udc00\uD834\uDD1E\"\\\/\b\f\n\r\t""#,
        "\"\u{7f}\u{2028}\u{10ffff}\"",
        "123456789012345678901234567890",
        "1e999",
        "-1e-999",
        "[\"a\",\r\n\"b\"]",
    ] {
        assert!(scan(valid).is_empty(), "{valid}");
    }
    for invalid in [
        "",
        " ",
        "[",
        "]",
        "{",
        "}",
        "[}",
        "{]",
        "[1",
        "[1,",
        "[1,]",
        "[,1]",
        "[,]",
        "[1,,2]",
        "[1 2]",
        "{,}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{\"a\":1,,\"b\":1}",
        "{\"a\":1 \"b\":1}",
        "{a:1}",
        "{'a':1}",
        "{\"a\"::1}",
        "{:1}",
        "{1:1}",
        "{null:1}",
        "{[]:1}",
        "[\"a\":1]",
        "01",
        "-",
        "-01",
        "+1",
        ".1",
        "1.",
        "1.e1",
        "1e",
        "1e+",
        "1e1.5",
        "0x1",
        "1_000",
        "NaN",
        "Infinity",
        "-Infinity",
        "nul",
        "nulll",
        "True",
        "tru e",
        "truefalse",
        "\"",
        "\"\\\"",
        "\"\\",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\\x41\"",
        "\"\\a\"",
        "\"\t\"",
        "\"\n\"",
        "\"\0\"",
        "'a'",
        "a",
        "[a]",
        "// x\n1",
        "/* x */ 1",
        "1 // x",
        "[1] [2]",
        "1 2",
        "\"a\"\"b\"",
        "\u{a0}1",
        "\u{c}1",
        "[1]\0",
        "*",
        "[*]",
        "{\"a\":*}",
        "\"\u{1f}\"",
        "[\"\",",
        "{\"a\":1",
        "{\"a\":\"",
        "[\"a",
        "\u{2060}1",
        "\u{feff}\u{feff}1",
    ] {
        assert!(Scanner::new().scan_json(invalid.as_bytes(), |_| ()).is_err(), "{invalid}");
    }
    for invalid in [
        &b"\"\xff\""[..],
        b"\"\xc3\"",
        b"\"\xed\xa0\x80\"",
        b"\"\xc0\xaf\"",
        b"\xff",
        b"[\xe9]",
        b"\xff\xfe[\0]\0",
        b"\"\xf4\x90\x80\x80\"",
    ] {
        assert!(Scanner::new().scan_json(invalid, |_| ()).is_err());
    }
}

#[test]
fn a_bad_line_is_told_of_and_redacted_as_text() {
    let input = concat!(
        "{\"ssn\": 536904399}\r\n",
        "\n",
        "not JSON: \"ssn\": \"536-90-4399\", bob@example.com\n",
        "{\"a\": \"4111\\u00201111\\u00201111\\u00201111\n",
        "[1] 536-90-4399\n",
        "{\"email\": \"bob@example.com\"}",
    );
    let (mut output, mut told, mut found) = (Vec::new(), Vec::new(), Vec::new());
    Json::new(&Scanner::new())
        .redact_lines(input.as_bytes(), &mut output, |item| match item {
            Ok(located) => {
                found.push((located.line, located.finding.pointer.clone(), input[located.raw.clone()].to_owned()));
            }
            Err(DocumentError::Malformed { place, .. }) => told.push((place.line, place.column)),
            Err(error) => panic!("{error}"),
        })
        .unwrap();
    let expected = concat!(
        "{\"ssn\": \"[REDACTED:us_ssn]\"}\r\n",
        "\n",
        "not JSON: \"ssn\": \"[REDACTED:us_ssn]\", [REDACTED:email]\n",
        "{\"a\": \"[REDACTED:credit_card]\n",
        "[1] [REDACTED:us_ssn]\n",
        "{\"email\": \"[REDACTED:email]\"}",
    );
    assert_eq!(String::from_utf8(output).unwrap(), expected);
    assert_eq!(told, [(3, 1), (4, 42), (5, 5)]);
    let found: Vec<_> = found.iter().map(|(line, pointer, raw)| (*line, pointer.as_deref(), raw.as_str())).collect();
    assert_eq!(
        found,
        [
            (1, Some("/ssn"), "536904399"),
            (3, None, "536-90-4399"),
            (3, None, "bob@example.com"),
            (4, None, r"4111\u00201111\u00201111\u00201111"),
            (5, None, "536-90-4399"),
            (6, Some("/email"), "bob@example.com"),
        ]
    );
}

#[test]
fn a_bad_line_that_is_not_utf_8_loses_nothing() {
    let mut output = Vec::new();
    let json = Scanner::new();
    Json::new(&json).redact_lines(&b"\xff bob@example.com \xfe\n\xff"[..], &mut output, |_| ()).unwrap();
    assert_eq!(output, b"\xff [REDACTED:email] \xfe\n\xff");
}

#[test]
fn a_line_above_the_limit_ends_the_stream() {
    let scanner = Scanner::new();
    let lines = |input: &str| Json::new(&scanner).max_token(10).redact_lines(input.as_bytes(), Vec::new(), |_| ());
    assert!(lines("[1]\n[1,2,3,4]\n").is_ok());
    assert_eq!(
        lines("[1]\n[1,2,3,4,5]\n").unwrap_err().to_string(),
        "longer than 10 bytes: what begins at line 2, column 1 (offset 4)"
    );
}

#[test]
fn a_reader_or_writer_that_fails_is_told_of() {
    struct Broken;

    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::TimedOut.into())
        }
    }

    let scanner = Scanner::new();
    let json = Json::new(&scanner);
    assert!(matches!(json.scan_stream(Broken, |_| ()), Err(DocumentError::Read { .. })));
    assert!(matches!(json.redact_stream(&b"[1,2]"[..], &mut [0; 2][..], |_| ()), Err(DocumentError::Write { .. })));
}

proptest! {
    #[test]
    fn a_redacted_document_is_json_in_which_nothing_is_found(document in document()) {
        let redacted = redact(&document);
        prop_assert!(serde_json::from_str::<IgnoredAny>(&redacted).is_ok(), "{}", redacted);
        prop_assert_eq!(scan(&redacted), [], "{}", redacted);
        prop_assert_eq!(redact(&redacted), redacted);
    }

    #[test]
    fn no_member_is_lost(document in document()) {
        let parse = |text: &str| members(&serde_json::from_str(text).unwrap());
        prop_assert_eq!(parse(&redact(&document)), parse(&document));
    }

    #[test]
    fn redaction_keeps_every_byte_outside_the_findings(document in document()) {
        let mut raws = Vec::new();
        let scanner = Scanner::new();
        let redacted = Json::new(&scanner).substitute(&Mark).redact(document.as_bytes(), |located| raws.push(located.raw.clone()));
        let redacted = String::from_utf8(redacted.unwrap()).unwrap();
        let (mut rest, mut copied) = (redacted.as_str(), 0);
        for raw in &raws {
            // Quotes around a number and the numbers of keys are the only bytes that come on top.
            let (kept, after) = rest.split_once('§').unwrap();
            prop_assert_eq!(without_additions(kept), without_additions(&document[copied..raw.start]));
            (rest, copied) = (after, raw.end);
        }
        prop_assert_eq!(without_additions(rest), without_additions(&document[copied..]));
    }

    #[test]
    fn raw_ranges_hold_what_was_found(document in document()) {
        for located in scan(&document) {
            let raw = &document[located.raw.clone()];
            if raw.contains(['.', 'E']) && raw.parse::<f64>().is_ok() {
                // A number that is written in another way than it is read.
                continue;
            }
            let value: Value = serde_json::from_str(&document).unwrap();
            let text: String = serde_json::from_str(&format!("\"{raw}\"")).unwrap();
            prop_assert_eq!(text.len(), located.finding.range.len());
            prop_assert_eq!(document[..located.raw.start].matches('\n').count() + 1, located.line);
            let pointer = located.finding.pointer.unwrap();
            if !located.is_key && !pointer.contains("[REDACTED:") {
                let whole = match value.pointer(&pointer).unwrap() {
                    Value::String(text) => text.clone(),
                    other => other.to_string(),
                };
                prop_assert_eq!(&whole[located.finding.range.clone()], text);
            }
        }
    }

    #[test]
    fn a_stream_is_read_as_the_whole_is(document in mutated(document()), sizes in prop::collection::vec(1usize..9, 1..8)) {
        let scanner = Scanner::new();
        let json = Json::new(&scanner);
        let (mut whole, mut streamed, mut output) = (Vec::new(), Vec::new(), Vec::new());
        let redacted = json.redact(&document, |located| whole.push(located.clone()));
        let drip = Drip { bytes: &document, sizes: sizes.iter().cycle() };
        let outcome = json.redact_stream(drip, &mut output, |located| streamed.push(located.clone()));
        prop_assert_eq!(whole, streamed);
        match (redacted, outcome) {
            (Ok(redacted), Ok(())) => prop_assert_eq!(redacted, output),
            (Err(whole), Err(streamed)) => prop_assert_eq!(whole.to_string(), streamed.to_string()),
            (whole, streamed) => prop_assert!(false, "{:?} {:?}", whole, streamed),
        }
    }

    #[test]
    fn lines_are_read_as_the_documents_are(
        documents in prop::collection::vec(mutated(document()), 0..5), sizes in prop::collection::vec(1usize..99, 1..8),
    ) {
        let scanner = Scanner::new();
        let json = Json::new(&scanner);
        let lines: Vec<_> = documents.into_iter().map(|line| line.into_iter().filter(|byte| *byte != b'\n').collect::<Vec<_>>()).collect();
        let input = lines.join(&b'\n');
        let (mut output, mut bad) = (Vec::new(), 0);
        json.redact_lines(Drip { bytes: &input, sizes: sizes.iter().cycle() }, &mut output, |item| bad += usize::from(item.is_err())).unwrap();
        let redacted: Vec<_> = output.split(|byte| *byte == b'\n').collect();
        prop_assert_eq!(redacted.len(), lines.len().max(1));
        let mut expected = 0;
        for (line, redacted) in lines.iter().zip(redacted) {
            match json.redact(line, |_| ()) {
                Ok(document) => prop_assert_eq!(redacted, document),
                Err(_) => expected += usize::from(!line.trim_ascii().is_empty()),
            }
        }
        prop_assert_eq!(bad, expected);
    }

    #[test]
    fn what_is_json_is_what_serde_json_says(document in mutated(document())) {
        let valid = core::str::from_utf8(&document).is_ok_and(|text| serde_json::from_str::<IgnoredAny>(text).is_ok());
        prop_assert_eq!(Scanner::new().scan_json(&document, |_| ()).is_ok(), valid);
    }

    #[test]
    fn any_bytes_are_read_without_a_panic(document in prop::collection::vec(any::<u8>(), 0..200), signs in "[\\[\\]{}:,\"\\\\u0-9a-fn \n-]{0,60}") {
        for input in [&document[..], signs.as_bytes()] {
            let valid = core::str::from_utf8(input).is_ok_and(|text| serde_json::from_str::<IgnoredAny>(text).is_ok());
            prop_assert_eq!(Scanner::new().redact_json(input, |_| ()).is_ok(), valid);
            let scanner = Scanner::new();
            prop_assert!(Json::new(&scanner).redact_lines(input, Vec::new(), |_| ()).is_ok());
        }
    }
}

/// A reader that gives a few bytes at a time.
struct Drip<'a, S> {
    bytes: &'a [u8],
    sizes: S,
}

impl<'a, S: Iterator<Item = &'a usize>> Read for Drip<'_, S> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let size = *self.sizes.next().unwrap();
        let (now, later) = self.bytes.split_at(size.min(self.bytes.len()));
        buffer[..now.len()].copy_from_slice(now);
        self.bytes = later;
        Ok(now.len())
    }
}

/// Something that no document has.
struct Mark;

impl Substitute for Mark {
    fn substitute(&self, _: &Finding, _: &str, out: &mut String) {
        out.push('§');
    }
}

/// The text without quotes and without numbers of keys.
fn without_additions(text: &str) -> String {
    let mut kept = String::new();
    let mut rest = text.chars().filter(|character| *character != '"').peekable();
    while let Some(character) = rest.next() {
        if character == '#' {
            while rest.next_if(char::is_ascii_digit).is_some() {}
        } else {
            kept.push(character);
        }
    }
    kept
}

/// A document whose objects have no key twice.
fn document() -> impl Strategy<Value = String> {
    let blank = || prop::sample::select(vec!["", "", "", " ", "\n", "\r\n\t"]);
    let leaf = prop_oneof![
        3 => string().prop_map(|(_, raw)| raw),
        2 => prop::sample::select(vec!["536904399", "-4111111111111111", "0", "1.5e3", "536904399.0", "4.111111111111111E15", "12e-1"])
            .prop_map(str::to_owned),
        1 => prop::sample::select(vec!["true", "false", "null", "[]", "{ }"]).prop_map(str::to_owned),
    ];
    leaf.prop_recursive(4, 32, 5, move |inner| {
        let item = (blank(), inner.clone(), blank()).prop_map(|(left, value, right)| format!("{left}{value}{right}"));
        let member = (string(), blank(), inner, blank());
        prop_oneof![
            prop::collection::vec(item, 1..5).prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::vec(member, 1..5).prop_map(|members| {
                let mut keys = HashSet::new();
                let members = members.into_iter().filter(|member| keys.insert(member.0.0.clone()));
                let members: Vec<_> =
                    members.map(|((_, key), left, value, right)| format!("{left}{key}:{value}{right}")).collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
}

/// A string, and what it is written as.
fn string() -> impl Strategy<Value = (String, String)> {
    let parts = prop::sample::select(vec![
        "bob@example.com",
        "a@b.com",
        "4111 1111 1111 1111",
        "4111111111111111",
        "536-90-4399",
        "536904399",
        "GB82 WEST 1234 5698 7654 32",
        "ssn",
        "card",
        " ",
        "-",
        ": ",
        "#2",
        "#3",
        "é",
        "🙂",
        "\"",
        "\\",
        "\n",
        "[REDACTED:email]",
        "/",
        "~",
        "\u{200b}",
        "\\n",
        "\\u0034",
        "\\u002d",
        "id",
        "order",
    ]);
    (prop::collection::vec(parts, 0..5), any::<u64>()).prop_map(|(parts, seed)| {
        let text = parts.concat();
        let raw = written(&text, seed);
        (text, raw)
    })
}

/// `text` as a string of JSON with some of its characters escaped.
fn written(text: &str, seed: u64) -> String {
    let mut raw = String::from("\"");
    for (place, character) in text.chars().enumerate() {
        let escaped = seed.rotate_left(u32::try_from(place % 64).unwrap()) % 5 == 0;
        if escaped || matches!(character, '"' | '\\' | '\n') {
            raw.extend(character.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04X}")));
        } else {
            raw.push(character);
        }
    }
    raw + "\""
}

/// The bytes of a document, of which some are changed, cut or doubled.
fn mutated(document: impl Strategy<Value = String>) -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![prop::sample::select(b"[]{}:,\"\\u0eE+-. \ntf\xff\xc3\xed".to_vec()), any::<u8>()];
    let change = (any::<prop::sample::Index>(), byte, 0u8..4);
    (document, prop::collection::vec(change, 0..3)).prop_map(|(document, changes)| {
        let mut bytes = document.into_bytes();
        for (place, byte, sort) in changes {
            let at = place.index(bytes.len() + 1);
            match sort {
                0 => bytes.insert(at, byte),
                1 => bytes.truncate(at),
                2 if at < bytes.len() => bytes[at] = byte,
                _ if at < bytes.len() => drop(bytes.remove(at)),
                _ => {}
            }
        }
        bytes
    })
}

fn members(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.iter().map(members).sum(),
        Value::Object(object) => object.len() + object.values().map(members).sum::<usize>(),
        _ => 0,
    }
}
