//! Texts that are scanned.

use axiom_sqli::{Decoding, Mode, decode, scan};

/// A scan for SQL injection keeps its promises whatever the input; it takes what it blocks as a field.
pub fn sqli(bytes: &[u8]) -> bool {
    for mode in Mode::ALL {
        let report = scan(bytes, mode);
        assert!((0.0..=1.0).contains(&report.score));
        assert_eq!(report.span.is_some(), report.rule.is_some());
        if let Some(span) = &report.span {
            assert!(span.start <= span.end && span.end <= bytes.len());
        }
        assert!(!report.explain_with(bytes).to_string().is_empty());
    }
    let _ = decode(bytes, &DECODINGS);
    scan(bytes, Mode::Field).is_blocked()
}

const DECODINGS: [Decoding; 7] = [
    Decoding::Url,
    Decoding::HtmlEntities,
    Decoding::UnicodeEscapes,
    Decoding::FullWidth,
    Decoding::VersionComments,
    Decoding::HexStrings,
    Decoding::CharCalls,
];
