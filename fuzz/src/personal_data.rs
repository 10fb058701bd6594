//! Texts and documents that may hold personal data.

use axiom_core::Finding;
use axiom_pii::{Config, Csv, Error, Scanner, StreamRedactor, code_points, utf16};

/// A scan keeps its promises whatever the text; it takes a text in which it finds something.
pub fn pii(bytes: &[u8]) -> bool {
    let (scanner, everything) = (Scanner::new(), everything());
    for scanner in [&scanner, &everything] {
        let mut findings = Vec::new();
        scanner.scan_bytes(bytes, &mut findings);
        check(bytes.len(), &findings);
    }
    let text = String::from_utf8_lossy(bytes);
    let (field, text) = text.split_once('\n').unwrap_or(("", &text));
    let mut findings = Vec::new();
    scanner.scan_field(field, text, &mut findings);
    check(text.len(), &findings);
    for finding in &findings {
        let value = &text[finding.range.clone()];
        assert!(!value.is_empty() && (Scanner::MIN_SCORE..=1.0).contains(&finding.score));
    }
    check_offsets(text, &findings);
    check_redaction(&scanner, field, text, &findings);
    !findings.is_empty()
}

/// A configuration is read or refused at a place of it, in either form; it takes one that makes a scanner.
pub fn pii_config(bytes: &[u8]) -> bool {
    let Ok(text) = core::str::from_utf8(bytes) else { return false };
    let scanners = [Config::from_toml(text), Config::from_json(text)].map(|config| config.and_then(|it| it.scanner()));
    for error in scanners.iter().filter_map(|scanner| scanner.as_ref().err()) {
        let Error::Config { place, .. } = error else { panic!("{error}") };
        assert!(place.line >= 1 && place.column >= 1 && place.offset <= text.len());
    }
    scanners.iter().flatten().for_each(|scanner| scanner.scan("EMP-004211 bob@example.com", &mut Vec::new()));
    scanners.iter().any(Result::is_ok)
}

/// A table is read or refused, whole as in a stream; it takes one in which something is found.
pub fn pii_csv(bytes: &[u8]) -> bool {
    let scanner = Scanner::new();
    let mut found = 0;
    let redacted = Csv::new(&scanner).redact(bytes, |cell| {
        assert!(cell.raw.end <= bytes.len());
        found += 1;
    });
    let mut streamed = Vec::new();
    let written = Csv::new(&scanner).redact_stream(bytes, &mut streamed, |_| ());
    assert_eq!(redacted.is_ok(), written.is_ok());
    redacted.is_ok_and(|redacted| {
        assert_eq!(redacted, streamed);
        found > 0
    })
}

/// A scanner that reports whatever has the form of a value.
fn everything() -> Scanner {
    Scanner::builder().min_score(0.0).build().expect("a score")
}

/// Findings are sorted and disjoint.
fn check(length: usize, findings: &[Finding]) {
    assert!(findings.windows(2).all(|pair| pair[0].range.end <= pair[1].range.start));
    assert!(findings.iter().all(|finding| finding.range.start < finding.range.end && finding.range.end <= length));
}

/// Ranges in other units are what counting from the start gives.
fn check_offsets(text: &str, findings: &[Finding]) {
    let (points, units) = (code_points(text, findings), utf16(text, findings));
    for ((finding, points), units) in findings.iter().zip(points).zip(units) {
        for (byte, point, unit) in
            [(finding.range.start, points.start, units.start), (finding.range.end, points.end, units.end)]
        {
            let before = &text[..byte];
            assert_eq!((before.chars().count(), before.encode_utf16().count()), (point, unit));
        }
    }
}

/// Nothing but findings is replaced, and nothing is left to be found.
fn check_redaction(scanner: &Scanner, field: &str, text: &str, scanned: &[Finding]) {
    let mut findings = Vec::new();
    let redacted = scanner.redact_field(field, text, &mut findings);
    check(text.len(), &findings);
    assert!(findings.len() >= scanned.len());
    let (mut rest, mut copied) = (&*redacted, 0);
    for finding in &findings {
        rest = rest.strip_prefix(&text[copied..finding.range.start]).expect("the text between findings");
        rest = rest.strip_prefix(&finding.placeholder()).expect("a placeholder");
        copied = finding.range.end;
    }
    assert_eq!(rest, &text[copied..]);
    let mut again = Vec::new();
    scanner.scan_field(field, &redacted, &mut again);
    assert!(again.is_empty(), "still found: {again:?}");
}

/// A stream is redacted as the whole text is, however it is cut; it takes one in which something is found.
pub fn pii_stream(bytes: &[u8]) -> bool {
    let Some((&seed, bytes)) = bytes.split_first() else { return false };
    let whole = stream([bytes]);
    let step = usize::from(seed % 16) * usize::from(seed / 16) + 1;
    assert_eq!(stream(bytes.chunks(step)), whole);
    if let Ok(text) = core::str::from_utf8(bytes) {
        let mut findings = Vec::new();
        let redacted = Scanner::new().redact(text, &mut findings);
        assert_eq!((redacted.as_bytes(), &findings), (&*whole.0, &whole.1));
    }
    !whole.1.is_empty()
}

fn stream<'a>(chunks: impl IntoIterator<Item = &'a [u8]>) -> (Vec<u8>, Vec<Finding>) {
    let (mut redactor, mut out) = (StreamRedactor::new(Scanner::new()), Vec::new());
    for chunk in chunks {
        redactor.push(chunk, &mut out).expect("nothing is to be blocked");
    }
    redactor.finish(&mut out).expect("nothing is to be blocked");
    (out, redactor.findings())
}

/// A document stays one, and nothing is left in it to be found; it takes what is JSON.
pub fn pii_json(bytes: &[u8]) -> bool {
    let scanner = Scanner::new();
    let mut last = 0;
    let redacted = scanner.redact_json(bytes, |located| {
        assert!(last <= located.raw.start && located.raw.end <= bytes.len());
        last = located.raw.start;
    });
    let found = scanner.scan_json(bytes, |_| ());
    assert_eq!(redacted.is_ok(), found.is_ok());
    let Ok(redacted) = redacted else { return false };
    let left = scanner.scan_json(&redacted, |located| panic!("still found: {located:?}"));
    assert!(left.is_ok(), "no document any more");
    true
}
