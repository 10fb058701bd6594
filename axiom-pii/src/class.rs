//! The class of every byte: one load tells every stage what it needs to know.

/// The class of `byte`: a set of the bits below.
#[inline]
pub(crate) const fn class(byte: u8) -> u8 {
    CLASSES[byte as usize]
}

/// Whether `byte` is of one of the classes of `mask`.
#[inline]
pub(crate) const fn is(byte: u8, mask: u8) -> bool {
    class(byte) & mask != 0
}

/// 0 to 9.
pub(crate) const DIGIT: u8 = 1;
/// A to Z, a to z.
pub(crate) const LETTER: u8 = 1 << 1;
/// What an address has between its local part and its domain.
pub(crate) const AT: u8 = 1 << 2;
/// What local parts hold in practice; the delimiters of paths, queries and templates that RFC 5322 also allows do not
/// count.
pub(crate) const LOCAL: u8 = 1 << 3;
/// What ASCII domain labels hold.
pub(crate) const LABEL: u8 = 1 << 4;
/// Part of a character beyond ASCII.
pub(crate) const HIGH: u8 = 1 << 5;
/// What glues a value to a longer identifier: digits, letters and the underscore.
pub(crate) const WORD: u8 = 1 << 6;

/// Where a value can be recognized from: a digit or an at sign.
pub(crate) const ANCHOR: u8 = DIGIT | AT;

static CLASSES: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b'0'..=b'9' => DIGIT | LOCAL | LABEL | WORD,
            b'A'..=b'Z' | b'a'..=b'z' => LETTER | LOCAL | LABEL | WORD,
            b'_' => LOCAL | WORD,
            b'-' => LOCAL | LABEL,
            b'!' | b'#' | b'$' | b'%' | b'&' | b'\'' | b'*' | b'+' | b'.' | b'^' | b'~' => LOCAL,
            b'@' => AT,
            0x80.. => HIGH,
            _ => 0,
        };
        byte += 1;
    }
    classes
}
