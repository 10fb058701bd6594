//! Values written with characters that hide them: found all the same, with exactly their original bytes.

use axiom_pii::Scanner;

/// A value of a type, with what stands before it.
const VALUES: [(&str, &str, &str); 16] = [
    ("credit_card", "", "4111 1111 1111 1111"),
    ("credit_card", "", "4111111111111111"),
    ("credit_card", "", "4111-1111-1111-1111"),
    ("iban", "", "GB82 WEST 1234 5698 7654 32"),
    ("iban", "", "DE89370400440532013000"),
    ("us_ssn", "", "536-90-4399"),
    ("email", "", "bob@example.com"),
    ("in_aadhaar", "", "2341 2341 2346"),
    ("in_pan", "", "ACUPA7085R"),
    ("sg_nric", "", "S1234567D"),
    ("sg_fin", "", "F1234567N"),
    ("sg_uen", "", "S16FC0121D"),
    ("phone", "", "+44 20 7946 0123"),
    ("us_aba_routing", "routing number ", "111000025"),
    ("passport", "passport ", "A1234567"),
    ("date_of_birth", "born ", "1987-06-05"),
];

#[test]
fn digits_of_other_scripts_are_read() {
    for zero in ['\u{660}', '\u{6f0}', '\u{966}', '\u{ff10}', '\u{1d7ce}'] {
        each(|character| match character.to_digit(10) {
            Some(digit) => char::from_u32(u32::from(zero) + digit).into_iter().collect(),
            None => character.into(),
        });
    }
}

#[test]
fn full_width_characters_are_read() {
    each(|character| match character {
        ' ' => '\u{3000}'.into(),
        _ => char::from_u32(u32::from(character) + 0xfee0).into_iter().collect(),
    });
}

#[test]
fn invisible_characters_are_passed_over() {
    for invisible in ['\u{200b}', '\u{200d}', '\u{2060}', '\u{feff}', '\u{ad}', '\u{fe0f}', '\u{e0020}'] {
        each(|character| format!("{character}{invisible}"));
    }
}

#[test]
fn marks_over_digits_are_passed_over() {
    each(|character| if character.is_ascii_digit() { format!("{character}\u{336}") } else { character.into() });
}

#[test]
fn other_spaces_and_dashes_separate_as_well() {
    for (space, dash) in [('\u{a0}', '\u{2011}'), ('\u{2009}', '\u{2013}'), ('\u{202f}', '\u{2212}')] {
        each(|character| match character {
            ' ' => space.into(),
            '-' => dash.into(),
            _ => character.into(),
        });
    }
}

#[test]
fn letters_that_look_alike_are_read() {
    for (text, kind) in [("GВ82 WЕST 1234 5698 7654 32", "iban"), ("АСUРА7085R", "in_pan"), ("Ѕ1234567D", "sg_nric")]
    {
        assert_eq!(found(text), [(kind.into(), text.to_owned())]);
    }
}

/// Finds every value, changed character by character, between two words.
fn each(change: impl Fn(char) -> String) {
    for (kind, label, value) in VALUES {
        let changed: String = value.chars().map(&change).collect();
        // What is not seen behind the last character is no part of the value.
        let value = changed.trim_end_matches(|character: char| {
            "\u{200b}\u{200d}\u{2060}\u{feff}\u{ad}\u{fe0f}\u{e0020}\u{336}".contains(character)
        });
        assert_eq!(found(&format!("é {label}{changed} ok")), [(kind.into(), value.to_owned())], "{changed}");
    }
}

fn found(text: &str) -> Vec<(String, String)> {
    let mut findings = Vec::new();
    Scanner::new().scan(text, &mut findings);
    findings.into_iter().map(|finding| (finding.kind.into_owned(), text[finding.range].to_owned())).collect()
}
