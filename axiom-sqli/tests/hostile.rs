//! Inputs made to hurt: long, deep, broken.

use axiom_sqli::{Mode, scan};

const MEGABYTE: usize = 1 << 20;

/// Repeats `part` to a megabyte, and scans it.
fn scan_repeated(part: &str, mode: Mode) {
    let input = part.repeat(MEGABYTE / part.len());
    let report = scan(&input, mode);
    assert!(report.span.is_none_or(|span| span.start <= span.end && span.end <= input.len()), "{part}");
}

#[test]
fn a_megabyte_of_anything_is_read_once() {
    for part in [
        "a",
        "'",
        "\"",
        "`",
        "[",
        "{",
        "(",
        ")",
        ";",
        "-",
        "#",
        "/*",
        "*/",
        "/*!",
        "$",
        "$$",
        "$a$",
        "@",
        "\\",
        "\\'",
        "1.e",
        ",",
        "or ",
        "and 1=1 ",
        "union ",
        "union select ",
        "select(",
        "case when ",
        "; select",
        "'a",
        "a'",
        "'' ",
        "1 or '",
        "{ ",
        "[a ",
        "order by ",
        "sleep(",
        "\u{a0}",
        "é",
        "\0",
    ] {
        scan_repeated(part, Mode::Field);
    }
    for part in ["delete from a where ", "-- '", "update a set ", "drop"] {
        scan_repeated(part, Mode::Statement);
    }
}

#[test]
fn an_attack_behind_a_megabyte_is_found() {
    let filler = "word ".repeat(MEGABYTE / 5);
    assert!(scan(format!("{filler}' union select password from users --"), Mode::Field).is_blocked());
    let statements = "select 1;".repeat(MEGABYTE / 9);
    assert!(scan(format!("1;{statements}drop table users"), Mode::Field).is_blocked());
    let sum = "1+".repeat(MEGABYTE / 2);
    assert!(scan(format!("{sum}1 or 1=1"), Mode::Field).is_blocked());
}

#[test]
fn bytes_that_are_no_text_are_read() {
    for byte in 0..=255_u8 {
        for mode in Mode::ALL {
            let report = scan([byte, b'\'', byte, b'1', byte], mode);
            assert!((0.0..=1.0).contains(&report.score));
        }
    }
    assert!(scan(b"1\xa0union\xa0select\xa02", Mode::Field).is_blocked());
}
