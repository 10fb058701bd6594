//! What a byte may begin.

/// What a byte may begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    Blank,
    Digit,
    Letter,
    Operator,
    Other,
    Quote,
    /// A mark that is a token for itself.
    Single,
}

pub(crate) const fn class(byte: u8) -> Class {
    CLASSES[byte as usize]
}

const CLASSES: [Class; 256] = {
    let mut classes = [Class::Other; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = of(byte as u8);
        byte += 1;
    }
    classes
};

const fn of(byte: u8) -> Class {
    match byte {
        // SQL Server takes every control character for a blank, MySQL a zero byte and, in Latin-1, a no-break space.
        0..=b' ' => Class::Blank,
        b'0'..=b'9' => Class::Digit,
        b'a'..=b'z' | b'A'..=b'Z' | b'_' | 0x80..=0xff => Class::Letter,
        b'\'' | b'"' => Class::Quote,
        b'(' | b')' | b',' | b';' => Class::Single,
        b'!' | b'#' | b'%' | b'&' | b'*' | b'+' | b'-' | b'/' | b'<' | b'=' | b'>' | b'^' | b'|' | b'~' => {
            Class::Operator
        }
        _ => Class::Other,
    }
}
