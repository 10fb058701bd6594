//! CSV: what is found where, and what stays as it was.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use std::io::Read;

use axiom_core::{Action, Finding};
use axiom_pii::{Csv, Delimiter, DocumentError, InCell, Scanner, Substitute};
use proptest::prelude::*;

fn scan(table: impl AsRef<[u8]>) -> Vec<InCell> {
    let mut found = Vec::new();
    Scanner::new().scan_csv(table.as_ref(), |cell| found.push(cell.clone())).unwrap();
    found
}

fn redact(table: &str) -> String {
    String::from_utf8(Scanner::new().redact_csv(table.as_bytes(), |_| ()).unwrap()).unwrap()
}

fn error(table: impl AsRef<[u8]>) -> String {
    Scanner::new().scan_csv(table.as_ref(), |_| ()).unwrap_err().to_string()
}

#[test]
fn the_name_of_the_column_is_context() {
    assert_eq!(redact("ssn,order\n536904399,536904399\n"), "ssn,order\n[REDACTED:us_ssn],536904399\n");
    assert_eq!(redact("\u{feff}\"ssn\"\n536904399"), "\u{feff}\"ssn\"\n[REDACTED:us_ssn]");
}

#[test]
fn findings_tell_row_column_name_line_and_bytes() {
    let table = "a,mail\r\n\r\nx,\"1\n\"\"2\"\" bob@example.com\"\r\n,,a@b.com";
    let places: Vec<_> = scan(table)
        .into_iter()
        .map(|cell| (cell.row, cell.column, cell.name, cell.line, &table[cell.raw], cell.finding.range))
        .collect();
    assert_eq!(places, [(2, 1, Some("mail".into()), 4, "bob@example.com", 6..21), (3, 2, None, 5, "a@b.com", 0..7),]);
}

#[test]
fn without_a_header_the_cell_to_the_left_is_context() {
    let scanner = Scanner::new();
    let redacted =
        Csv::new(&scanner).without_header().redact(b"ssn,536904399\nid,536904399,ssn\n536904399", |_| ()).unwrap();
    assert_eq!(redacted, b"ssn,[REDACTED:us_ssn]\nid,536904399,ssn\n536904399");
}

#[test]
fn every_delimiter_cuts_and_the_others_do_not() {
    let scanner = Scanner::new();
    for (delimiter, byte) in
        [(Delimiter::Comma, ','), (Delimiter::Pipe, '|'), (Delimiter::Semicolon, ';'), (Delimiter::Tab, '\t')]
    {
        let table = format!("id{byte}ssn\n1{byte}536904399\n");
        let csv = Csv::new(&scanner).delimiter(delimiter);
        assert_eq!(
            csv.redact(table.as_bytes(), |_| ()).unwrap(),
            format!("id{byte}ssn\n1{byte}[REDACTED:us_ssn]\n").into_bytes()
        );
    }
}

#[test]
fn ragged_rows_and_untidy_quotes_are_read() {
    assert_eq!(redact("a,b\n1\n1,2,bob@example.com\n"), "a,b\n1\n1,2,[REDACTED:email]\n");
    assert_eq!(redact("a\n5\" bob@example.com\n"), "a\n5\" [REDACTED:email]\n");
    assert_eq!(redact("a\n\"to bob@example.com\" x \"y\"\n"), "a\n\"to [REDACTED:email] x \"\"y\"\"\"\n");
    assert_eq!(redact("a\n\"4111 1111 1111\" 1111\n"), "a\n\"[REDACTED:credit_card]\"\n");
    assert_eq!(redact("a\rbob@example.com\r"), "a\r[REDACTED:email]\r");
    assert_eq!(redact("\n\r\n\ra\n"), "\n\r\n\ra\n");
}

#[test]
fn names_are_redacted_and_stay_distinct() {
    assert_eq!(
        redact("a@b.com,c@d.com,x,[REDACTED:email]#2\n1,2,3,4\n"),
        "[REDACTED:email],[REDACTED:email]#2,x,[REDACTED:email]#2#3\n1,2,3,4\n"
    );
    let found = scan("a@b.com\nc@d.com\n");
    assert_eq!(found[1].name.as_deref(), Some("[REDACTED:email]"));
}

#[test]
fn quotes_come_where_they_are_needed() {
    struct With(&'static str);

    impl Substitute for With {
        fn substitute(&self, _: &Finding, _: &str, out: &mut String) {
            out.push_str(self.0);
        }
    }

    let scanner = Scanner::new();
    let redact = |substitute: &'static str, table: &str| {
        let table = Csv::new(&scanner).substitute(&With(substitute)).redact(table.as_bytes(), |_| ()).unwrap();
        String::from_utf8(table).unwrap()
    };
    assert_eq!(redact("<,>", "x\nto a@b.com\n"), "x\n\"to <,>\"\n");
    assert_eq!(redact("<\n>", "x\nto a@b.com\n"), "x\n\"to <\n>\"\n");
    assert_eq!(redact("<\">", "x\nto a@b.com\n"), "x\n\"to <\"\">\"\n");
    assert_eq!(redact("<\">", "x\n\"to a@b.com\"\n"), "x\n\"to <\"\">\"\n");
    assert_eq!(redact("", "x\na@b.com\n"), "x\n\"\"\n");
    assert_eq!(redact("", "x\na@b.com\"y\"\n"), "x\n\"\"\"y\"\"\"\n");
}

#[test]
fn what_is_not_to_be_redacted_is_reported_and_kept() {
    let scanner = Scanner::builder().action("email", Action::Log).build().unwrap();
    let (mut found, table) = (0, b"a@b.com\nc@d.com\n");
    assert_eq!(scanner.redact_csv(table, |_| found += 1).unwrap(), table);
    assert_eq!(found, 2);
}

#[test]
fn bytes_that_are_not_utf_8_stay() {
    let redacted =
        Scanner::new().redact_csv(b"n\xe4me,ssn\nM\xfcller bob@example.com \xff,536904399\n", |_| ()).unwrap();
    assert_eq!(redacted, b"n\xe4me,ssn\nM\xfcller [REDACTED:email] \xff,[REDACTED:us_ssn]\n");
}

#[test]
fn what_cannot_be_read_is_an_error_that_names_the_place() {
    assert_eq!(error("a,b\n1,\"bob@example.com\n2,3\n"), "a quoted cell without an end at line 2, column 3 (offset 6)");
    assert!(error(b"\xff\xfea\0,\0").starts_with("the mark of UTF-16"));
    assert!(error(b"a\0,\0b\0\n\0").starts_with("a byte of zeros, as in UTF-16"));
    let scanner = Scanner::new();
    for table in ["a,b\n1,1234567890\n", "a,b\n1,\"23456789\"\n"] {
        assert!(Csv::new(&scanner).max_cell(10).scan(table.as_bytes(), |_| ()).is_ok());
        let error = Csv::new(&scanner).max_cell(9).scan_stream(table.as_bytes(), |_| ()).unwrap_err();
        assert_eq!(error.to_string(), "longer than 9 bytes: what begins at line 2, column 3 (offset 6)");
    }
}

proptest! {
    #[test]
    fn every_cell_is_redacted_as_it_would_be_alone(table in table()) {
        let Some(redacted) = redacted(&table)? else { return Ok(()) };
        let (before, after) = (cells(&table), cells(&redacted));
        prop_assert_eq!(before.len(), after.len());
        let scanner = Scanner::new();
        let mut names = Vec::new();
        for (place, (before, after)) in before.iter().zip(&after).enumerate() {
            prop_assert_eq!(before.len(), after.len());
            for (column, (before, after)) in before.iter().zip(after).enumerate() {
                let name = names.get(column).map_or("", String::as_str);
                let expected = scanner.redact_field(name, before, &mut Vec::new());
                if place == 0 {
                    prop_assert!(after.starts_with(&*expected));
                } else {
                    prop_assert_eq!(after, &expected);
                }
            }
            if place == 0 {
                names.clone_from(after);
            }
        }
    }

    #[test]
    fn in_a_redacted_table_nothing_is_found(table in table()) {
        let Some(redacted) = redacted(&table)? else { return Ok(()) };
        prop_assert_eq!(scan(&redacted), []);
        prop_assert_eq!(&redact(&redacted), &redacted);
    }

    #[test]
    fn a_table_without_findings_stays_as_it_is(table in table()) {
        let scanner = Scanner::builder().types(["vin"]).build().unwrap();
        if let Ok(redacted) = Csv::new(&scanner).without_header().redact(table.as_bytes(), |_| ()) {
            prop_assert_eq!(redacted, table.as_bytes());
        }
    }

    #[test]
    fn raw_ranges_hold_what_was_found(table in table()) {
        let mut found = Vec::new();
        let outcome = Scanner::new().scan_csv(table.as_bytes(), |cell| found.push(cell.clone()));
        if outcome.is_err() {
            return Ok(());
        }
        let cells = cells(&table);
        for cell in found {
            let text = &cells[cell.row - 1][cell.column];
            let (value, raw) = (&text[cell.finding.range.clone()], &table[cell.raw]);
            prop_assert!(raw == value || (raw.starts_with('"') && raw.len() > value.len()), "{raw:?} {value:?}");
        }
    }

    #[test]
    fn a_stream_is_read_as_the_whole_is(table in table(), sizes in prop::collection::vec(1usize..9, 1..8)) {
        let scanner = Scanner::new();
        let csv = Csv::new(&scanner);
        let (mut whole, mut streamed, mut output) = (Vec::new(), Vec::new(), Vec::new());
        let redacted = csv.redact(table.as_bytes(), |cell| whole.push(cell.clone()));
        let drip = Drip { bytes: table.as_bytes(), sizes: sizes.iter().cycle() };
        let outcome = csv.redact_stream(drip, &mut output, |cell| streamed.push(cell.clone()));
        prop_assert_eq!(whole, streamed);
        match (redacted, outcome) {
            (Ok(redacted), Ok(())) => prop_assert_eq!(redacted, output),
            (Err(whole), Err(streamed)) => prop_assert_eq!(whole.to_string(), streamed.to_string()),
            (whole, streamed) => prop_assert!(false, "{:?} {:?}", whole, streamed),
        }
    }

    #[test]
    fn any_bytes_are_read_without_a_panic(table in prop::collection::vec(any::<u8>(), 0..200)) {
        let scanner = Scanner::builder().types(["vin"]).build().unwrap();
        match Csv::new(&scanner).without_header().redact(&table, |_| ()) {
            Ok(redacted) => prop_assert_eq!(redacted, table),
            Err(error) => prop_assert!(matches!(error, DocumentError::Malformed { .. }), "another error"),
        }
    }
}

/// The table redacted, unless it has a quoted cell without an end.
fn redacted(table: &str) -> Result<Option<String>, TestCaseError> {
    match Scanner::new().redact_csv(table.as_bytes(), |_| ()) {
        Ok(redacted) => Ok(Some(String::from_utf8(redacted).unwrap())),
        Err(error) => {
            prop_assert!(error.to_string().starts_with("a quoted cell without an end"));
            Ok(None)
        }
    }
}

/// The cells of a table, by another reader.
fn cells(table: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(table.as_bytes());
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// Something like a table.
fn table() -> impl Strategy<Value = String> {
    let sign = prop::sample::select(vec![",", ",", ",", "\n", "\n", "\r\n", "\r", "\"", "\"\"", "\"\"\"", " "]);
    let text = prop::sample::select(vec![
        "bob@example.com",
        "a@b.com",
        "4111 1111 1111 1111",
        "536-90-4399",
        "536904399",
        "ssn",
        "card",
        "id",
        "é",
        "x",
        "#2",
        "[REDACTED:email]",
        "\"a@b.com, \"\"b\"\"\"",
        "\"a\nb 536-90-4399\"",
        "🙂",
    ]);
    let untidy = prop::collection::vec((text.clone(), sign), 0..16)
        .prop_map(|parts| parts.into_iter().flat_map(|(text, sign)| [text, sign]).collect::<String>());
    let tidy = prop::collection::vec(prop::collection::vec(text, 1..4), 1..5)
        .prop_map(|rows| rows.into_iter().map(|row| row.join(",") + "\n").collect::<String>());
    prop_oneof![untidy, tidy]
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
