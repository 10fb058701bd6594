//! Offsets: ranges in bytes, told in the units of other languages.

use core::ops::Range;

use axiom_core::Finding;

/// The ranges of `findings` in Unicode code points, as Python counts.
///
/// One pass over `text` where the findings are in order, as a scan reports them.
///
/// ```
/// let text = "🙂 bob@example.com";
/// let mut findings = Vec::new();
/// axiom_pii::Scanner::new().scan(text, &mut findings);
/// assert_eq!(findings[0].range, 5..20);
/// assert_eq!(axiom_pii::code_points(text, &findings), [2..17]);
/// ```
#[must_use]
pub fn code_points(text: &str, findings: &[Finding]) -> Vec<Range<usize>> {
    convert(text, findings, |byte| usize::from(is_first(byte)))
}

/// The ranges of `findings` in UTF-16 code units, as JavaScript, Java and C# count.
///
/// One pass over `text` where the findings are in order, as a scan reports them.
///
/// ```
/// let text = "🙂 bob@example.com";
/// let mut findings = Vec::new();
/// axiom_pii::Scanner::new().scan(text, &mut findings);
/// assert_eq!(axiom_pii::utf16(text, &findings), [3..18]);
/// ```
#[must_use]
pub fn utf16(text: &str, findings: &[Finding]) -> Vec<Range<usize>> {
    // Characters of four bytes are a pair of code units.
    convert(text, findings, |byte| usize::from(is_first(byte)) + usize::from(byte >= 0xf0))
}

/// Whether `byte` is the first of a character.
const fn is_first(byte: u8) -> bool {
    byte & 0xc0 != 0x80
}

fn convert(text: &str, findings: &[Finding], units: impl Fn(u8) -> usize) -> Vec<Range<usize>> {
    let mut cursor = Cursor { bytes: text.as_bytes(), byte: 0, unit: 0, units };
    findings.iter().map(|finding| cursor.to(finding.range.start)..cursor.to(finding.range.end)).collect()
}

/// A place in the text, in bytes and in units.
struct Cursor<'a, F> {
    bytes: &'a [u8],
    byte: usize,
    unit: usize,
    units: F,
}

impl<F: Fn(u8) -> usize> Cursor<'_, F> {
    /// Goes to `byte`, at most to the end of the text, and answers how many units lie before.
    fn to(&mut self, byte: usize) -> usize {
        let byte = byte.min(self.bytes.len());
        if byte < self.byte {
            (self.byte, self.unit) = (0, 0);
        }
        self.unit += self.bytes[self.byte..byte].iter().map(|&byte| (self.units)(byte)).sum::<usize>();
        self.byte = byte;
        self.unit
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ranges_out_of_order_or_beyond_the_end_are_converted_too() {
        let findings = [Finding::new("email", 4..5, 1.0), Finding::new("email", 2..99, 1.0)];
        assert_eq!(code_points("éxyzé", &findings), [3..4, 1..5]);
    }

    proptest! {
        #[test]
        fn agrees_with_the_standard_library(text in "\\PC{0,30}", cut in any::<prop::sample::Index>()) {
            let places: Vec<_> = text.char_indices().map(|(place, _)| place).chain([text.len()]).collect();
            let start = *cut.get(&places);
            let findings = [Finding::new("email", start..text.len(), 1.0)];
            let (before, all) = (&text[..start], &text);
            prop_assert_eq!(&code_points(&text, &findings)[0], &(before.chars().count()..all.chars().count()));
            prop_assert_eq!(&utf16(&text, &findings)[0], &(before.encode_utf16().count()..all.encode_utf16().count()));
        }
    }
}
