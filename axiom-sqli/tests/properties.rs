//! What the documentation promises, on inputs that nobody thought of.

use axiom_sqli::{Mode, scan};
use proptest::prelude::*;

/// Words and marks that the tokenizer treats in a way of their own, in any order.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "'",
        "\"",
        "`",
        "(",
        ")",
        ";",
        "--",
        "#",
        "/*",
        "*/",
        "/*!50000",
        " ",
        "\n",
        "1",
        "0x1f",
        "1.e",
        ".",
        ",",
        "@",
        "@@version",
        "$$",
        "$1",
        ":a",
        "?",
        "[a]",
        "{",
        "}",
        "\\",
        "or",
        "and",
        "union",
        "select",
        "from",
        "where",
        "sleep",
        "=",
        "<@",
        "->",
        "||",
        "drop",
        "table",
        "users",
        "case",
        "when",
        "then",
        "end",
        "order",
        "by",
        "waitfor",
        "delay",
        "exec",
        "é",
        "\0",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn a_report_holds_together(input in prop_oneof![pieces(), ".*"]) {
        for mode in Mode::ALL {
            let report = scan(&input, mode);
            prop_assert!((0.0..=1.0).contains(&report.score));
            prop_assert_eq!(report.span.is_some(), report.score > 0.0);
            prop_assert_eq!(report.rule.is_some(), !report.categories.is_empty());
            if let Some(span) = &report.span {
                prop_assert!(span.start <= span.end && span.end <= input.len());
            }
        }
    }

    #[test]
    fn bytes_never_panic(input in prop::collection::vec(any::<u8>(), 0..200)) {
        for mode in Mode::ALL {
            let report = scan(&input, mode);
            prop_assert!(!report.explain().to_string().is_empty());
        }
    }

    #[test]
    fn case_does_not_matter(input in pieces()) {
        // `\N` is a value and `\n` is none.
        prop_assume!(!input.contains('\\'));
        for mode in Mode::ALL {
            prop_assert_eq!(scan(&input, mode).score, scan(input.to_ascii_uppercase(), mode).score);
        }
    }

    #[test]
    fn words_alone_pass(input in "[b-z]{1,9}( [b-z]{1,9}){0,12}") {
        let keyword = |word: &str| ["select", "union", "or", "and", "drop"].contains(&word);
        prop_assume!(!input.split(' ').any(keyword));
        prop_assert!(!scan(&input, Mode::Field).is_blocked());
    }
}
