//! Eight bytes at a time, in one machine word: what a byte at a time would take eight steps for.

/// Eight bytes of the input, the first of them lowest; zeros where the input ends.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Eight(u64);

impl Eight {
    /// The eight bytes that begin `bytes`.
    #[inline]
    pub(crate) const fn first_of(bytes: &[u8]) -> Self {
        if let Some(chunk) = bytes.first_chunk() {
            return Self(u64::from_le_bytes(*chunk));
        }
        let (mut eight, mut rest) = (0, bytes);
        while let [before @ .., last] = rest {
            eight = eight << 8 | *last as u64;
            rest = before;
        }
        Self(eight)
    }

    /// How many of the first bytes are letters, digits, `_` or `$` of ASCII.
    #[inline]
    pub(crate) const fn word_length(self) -> usize {
        let letters = Self((self.0 | CASE) & LOW).between(b'a', b'z');
        let digits = Self(self.0 & LOW).between(b'0', b'9');
        let words = (letters | digits) & !self.0 | self.equal(b'_') | self.equal(b'$');
        place(!words & HIGH)
    }

    /// The first `length` bytes as a number, with the bit that tells `a` from `A` set in each.
    #[inline]
    pub(crate) const fn folded(self, length: usize) -> u64 {
        if length >= 8 { self.0 | CASE } else { (self.0 | CASE) & ((1 << (8 * length)) - 1) }
    }

    /// The high bit of each byte that is `byte`.
    const fn equal(self, byte: u8) -> u64 {
        let difference = self.0 ^ each(byte);
        !(((difference & LOW) + LOW) | difference) & HIGH
    }

    /// The high bit of each byte from `first` to `last`, where all are below 0x80.
    const fn between(self, first: u8, last: u8) -> u64 {
        (self.0 + each(0x80 - first)) & !(self.0 + each(0x7f - last)) & HIGH
    }
}

/// Where the first byte is, from `from` on, that is one of `sought`.
#[inline]
pub(crate) fn find<const N: usize>(bytes: &[u8], from: usize, sought: [u8; N]) -> Option<usize> {
    let rest = bytes.get(from..)?;
    let marks = |chunk: &[u8; 8]| {
        let eight = Eight(u64::from_le_bytes(*chunk));
        sought.iter().fold(0, |marks, byte| marks | eight.equal(*byte))
    };
    for (step, chunk) in rest.as_chunks().0.iter().enumerate() {
        let marks = marks(chunk);
        if marks != 0 {
            return Some(from + step * 8 + place(marks));
        }
    }
    let Some(last) = rest.last_chunk() else {
        return rest.iter().position(|byte| sought.contains(byte)).map(|place| from + place);
    };
    // What the last eight bytes share with the chunk before them is none of those sought.
    let marks = marks(last);
    (marks != 0).then(|| bytes.len() - 8 + place(marks))
}

/// `byte`, eight times.
const fn each(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// The byte that the lowest mark is in; 8 if there is none.
const fn place(marks: u64) -> usize {
    marks.trailing_zeros() as usize / 8
}

const HIGH: u64 = each(0x80);
const LOW: u64 = each(0x7f);
const CASE: u64 = each(0x20);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_word_ends_where_it_does_byte_by_byte(bytes in "[0-9a-zA-Z_$]{0,9}.{0,3}") {
            let bytes = bytes.into_bytes();
            let word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$');
            let length = bytes.iter().take(8).take_while(|byte| word(byte)).count();
            prop_assert_eq!(Eight::first_of(&bytes).word_length(), length);
        }

        #[test]
        fn finds_what_a_search_byte_by_byte_finds(bytes in "[a-d]{0,40}", from in 0..45_usize) {
            let place = bytes.bytes().enumerate().skip(from).find(|(_, byte)| matches!(byte, b'c' | b'd'));
            prop_assert_eq!(find(bytes.as_bytes(), from, *b"cd"), place.map(|(place, _)| place));
        }
    }

    #[test]
    fn every_byte_is_a_part_of_words_or_not() {
        for byte in 0..=255_u8 {
            let expected = usize::from(byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$'));
            assert_eq!(Eight::first_of(&[byte]).word_length(), expected, "{byte}");
            assert_eq!(Eight::first_of(&[b'a', byte, b'\n', 0xff, 0, b'/', 0x7f, 0x80]).word_length(), 1 + expected);
        }
    }
}
