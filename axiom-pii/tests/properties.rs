//! What holds for every text.

use axiom_core::Finding;
use axiom_pii::checksum::{luhn, mod97};
use axiom_pii::{Scanner, code_points, utf16};
use proptest::prelude::*;

proptest! {
    #[test]
    fn findings_are_sorted_disjoint_and_on_character_boundaries(text in text()) {
        let findings = scan(&text);
        prop_assert!(findings.windows(2).all(|pair| pair[0].range.end <= pair[1].range.start));
        for finding in &findings {
            prop_assert!(text.get(finding.range.clone()).is_some_and(|value| !value.is_empty()));
            prop_assert!((0.5..=1.0).contains(&finding.score));
        }
    }

    #[test]
    fn scanning_a_redacted_text_finds_nothing(text in text()) {
        let mut findings = Vec::new();
        let redacted = Scanner::new().redact(&text, &mut findings);
        prop_assert_eq!(scan(&redacted), []);
        let placeholders: usize = findings.iter().map(|finding| redacted.matches(&finding.placeholder()).count().min(1)).sum();
        prop_assert_eq!(placeholders, findings.len());
    }

    #[test]
    fn redaction_changes_nothing_but_the_findings(text in text()) {
        let mut findings = Vec::new();
        let redacted = Scanner::new().redact(&text, &mut findings);
        let mut rest = &redacted[..];
        let mut copied = 0;
        for finding in &findings {
            rest = rest.strip_prefix(&text[copied..finding.range.start]).unwrap();
            rest = rest.strip_prefix(&finding.placeholder()).unwrap();
            copied = finding.range.end;
        }
        prop_assert_eq!(rest, &text[copied..]);
    }

    #[test]
    fn any_text_and_any_bytes_are_scanned_alike(text in "\\PC{0,64}", bytes in prop::collection::vec(any::<u8>(), 0..128)) {
        let scanner = Scanner::builder().min_score(0.0).build().unwrap();
        let (mut from_text, mut from_bytes) = (Vec::new(), Vec::new());
        scanner.scan(&text, &mut from_text);
        scanner.scan_bytes(text.as_bytes(), &mut from_bytes);
        prop_assert_eq!(from_text, from_bytes);
        let mut findings = Vec::new();
        scanner.scan_bytes(&bytes, &mut findings);
        prop_assert!(findings.iter().all(|finding| finding.range.end <= bytes.len()));
    }

    #[test]
    fn offsets_are_what_counting_from_the_start_gives(text in text()) {
        let findings = scan(&text);
        let (points, units) = (code_points(&text, &findings), utf16(&text, &findings));
        prop_assert_eq!((points.len(), units.len()), (findings.len(), findings.len()));
        for ((finding, points), units) in findings.iter().zip(points).zip(units) {
            let count = |byte: usize| (text[..byte].chars().count(), text[..byte].encode_utf16().count());
            prop_assert_eq!(count(finding.range.start), (points.start, units.start));
            prop_assert_eq!(count(finding.range.end), (points.end, units.end));
        }
    }

    #[test]
    fn a_value_among_punctuation_is_found_and_redacted(left in PUNCTUATION, value in value(), right in PUNCTUATION) {
        let text = format!("{left}{value}{right}");
        let findings = scan(&text);
        prop_assert_eq!(findings.len(), 1, "{}", text);
        prop_assert_eq!(&text[findings[0].range.clone()], value.as_str());
        let redacted = Scanner::new().redact(&text, &mut Vec::new()).into_owned();
        prop_assert_eq!(redacted, format!("{left}{}{right}", findings[0].placeholder()));
    }

    #[test]
    fn a_value_inside_a_word_is_not_found(value in number(), glue in "[a-zA-Z_0-9]") {
        // With digits around it may be another number; it is never the one that it would be alone.
        let inside = 1..1 + value.len();
        let findings = scan(&format!("{glue}{value}{glue}"));
        prop_assert!(findings.iter().all(|finding| finding.range != inside));
    }
}

fn scan(text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    Scanner::new().scan(text, &mut findings);
    findings
}

/// A text that is full of values, parts of values, labels and what may stand between them.
fn text() -> impl Strategy<Value = String> {
    let joints = prop::sample::select(vec![
        "", " ", " ", " ", "-", ".", ",", ":", "=", "@", "_", "+", "/", "://", "\"", "\\n", "\n", "[", "é", "号", "🙂",
        ", ",
    ]);
    let words = prop::sample::select(vec![
        "card",
        "ssn",
        "iban",
        "email",
        "order number",
        "social security",
        "arn:aws:iam::",
        "Message-ID",
        "is",
        "[REDACTED:us_ssn]",
    ]);
    let part = prop_oneof![
        4 => value(),
        2 => joints.clone().prop_map(str::to_owned),
        2 => words.prop_map(str::to_owned),
        1 => "[0-9]{1,5}",
        1 => card().prop_map(|card| disguised(&card)),
        1 => "\\PC{0,4}",
        1 => (12usize..=13, "(50|6[0-9])[0-9]{10}").prop_map(|(length, digits)| with_luhn(&digits[..length - 1])),
    ];
    prop::collection::vec((part, joints), 0..12)
        .prop_map(|parts| parts.into_iter().flat_map(|(part, joint)| [part, joint.to_owned()]).collect())
}

fn value() -> impl Strategy<Value = String> {
    prop_oneof![number(), email(), iban().prop_map(|iban| in_fours(&iban))]
}

/// A value of digits and letters only, or of digits in groups.
fn number() -> impl Strategy<Value = String> {
    let ssn = (1u32..900, 1u32..100, 1u32..10_000)
        .prop_filter("an area that is never assigned", |parts| parts.0 != 666)
        .prop_filter("a void number", |parts| *parts != (78, 5, 1120) && *parts != (219, 9, 9999))
        .prop_map(|(area, group, serial)| format!("{area:03}-{group:02}-{serial:04}"));
    prop_oneof![card(), card().prop_map(|card| in_fours(&card)), iban(), ssn]
}

fn card() -> impl Strategy<Value = String> {
    prop_oneof![
        "4[0-9]{14}",
        "5[1-5][0-9]{13}",
        "222[1-9][0-9]{11}",
        "6011[0-9]{11}",
        "35[3-7][0-9]{12}",
        "62[0-9]{13}"
    ]
    .prop_map(|digits| with_luhn(&digits))
}

fn iban() -> impl Strategy<Value = String> {
    prop_oneof![
        "[A-Z]{4}[0-9]{14}".prop_map(|bban| with_mod97("GB", &bban)),
        "[0-9]{18}".prop_map(|bban| with_mod97("DE", &bban)),
        "[0-9]{11}".prop_map(|bban| with_mod97("NO", &bban)),
        "[0-9]{10}[0-9A-Z]{11}[0-9]{2}".prop_map(|bban| with_mod97("FR", &bban)),
    ]
}

fn email() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z0-9_]{1,8}([.+-][a-z0-9]{1,6}){0,2}@([a-z][a-z0-9]{0,7}\\.){1,3}(com|org|example|museum)",
        "[а-я]{1,8}@[а-я]{1,8}\\.рф",
    ]
}

fn with_luhn(digits: &str) -> String {
    (0..10).map(|check| format!("{digits}{check}")).find(|number| luhn(number.as_bytes())).expect("one digit of ten")
}

fn with_mod97(country: &str, bban: &str) -> String {
    let check = (2..=98).find(|check| mod97(format!("{bban}{country}{check:02}").as_bytes())).expect("one pair of 97");
    format!("{country}{check:02}{bban}")
}

/// The digits in full width, with a joiner behind each third.
fn disguised(digits: &str) -> String {
    let wide = |digit: char| char::from_u32(u32::from(digit) + 0xfee0).expect("a full-width digit");
    let places = digits.chars().map(wide).enumerate();
    places.flat_map(|(place, digit)| [Some(digit), (place % 3 == 0).then_some('\u{200d}')]).flatten().collect()
}

fn in_fours(value: &str) -> String {
    value.as_bytes().chunks(4).map(|group| core::str::from_utf8(group).expect("ASCII")).collect::<Vec<_>>().join(" ")
}

/// Punctuation that neither is part of a value nor makes one part of something longer.
const PUNCTUATION: &str = "[ \t\n\"'()<>{}\\[\\],;:!?|#&=~*“”„…。、：（）🙂№]{0,6}";
