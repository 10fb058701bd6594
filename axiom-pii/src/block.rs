//! Blocks: eight bytes of a text, tested at once in one integer.

/// Eight bytes; behind the end of a text they are zeros.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Block(u64);

impl Block {
    /// The bytes from `place` on.
    #[inline]
    pub(crate) fn at(bytes: &[u8], place: usize) -> Self {
        let rest = bytes.get(place..).unwrap_or_default();
        match rest.first_chunk() {
            Some(bytes) => Self::of(*bytes),
            None => Self(rest.iter().rev().fold(0, |block, &byte| block << 8 | u64::from(byte))),
        }
    }

    /// These bytes.
    #[inline]
    pub(crate) const fn of(bytes: [u8; 8]) -> Self {
        Self(u64::from_le_bytes(bytes))
    }

    /// The first `count` of its bytes in lower case, if they are letters; the others zero.
    #[inline]
    pub(crate) const fn lower(self, count: usize) -> u64 {
        (self.0 | all(0x20)) & first(count)
    }

    /// Where digits are.
    #[inline]
    pub(crate) const fn digits(self) -> Places {
        Places(within(self.0, b'0', b'9'))
    }

    /// Where hexadecimal digits are.
    #[inline]
    pub(crate) const fn hexadecimal(self) -> Places {
        Places(within(self.0, b'0', b'9') | within(self.0 | all(0x20), b'a', b'f'))
    }

    /// Where letters of ASCII are.
    #[inline]
    pub(crate) const fn letters(self) -> Places {
        Places(within(self.0 | all(0x20), b'a', b'z'))
    }

    /// Where capital letters of ASCII are, in a block of nothing but letters.
    #[inline]
    pub(crate) const fn capitals(self) -> Places {
        Places(!(self.0 << 2) & all(0x80))
    }

    /// Where bytes beyond ASCII are.
    #[inline]
    pub(crate) const fn high(self) -> Places {
        Places(self.0 & all(0x80))
    }

    /// Where `byte` is, one of ASCII.
    #[inline]
    pub(crate) const fn equal(self, byte: u8) -> Places {
        Places(within(self.0, byte, byte))
    }
}

/// Places in a block: the highest bit of each byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Places(u64);

impl Places {
    #[inline]
    pub(crate) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    #[inline]
    pub(crate) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    #[inline]
    pub(crate) const fn others(self) -> Self {
        Self(!self.0 & all(0x80))
    }

    /// The first place; 8 where there is none.
    #[inline]
    pub(crate) const fn first(self) -> usize {
        self.0.trailing_zeros() as usize / 8
    }

    /// How many places there are from `place` on without one that is missing.
    #[inline]
    pub(crate) const fn run(self, place: usize) -> usize {
        Self(self.0 >> (8 * place)).others().first()
    }

    /// One bit a place.
    #[inline]
    pub(crate) const fn bits(self) -> u64 {
        (self.0 >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
    }
}

/// The end of the run of digits at `place`.
#[inline]
pub(crate) fn digits_end(bytes: &[u8], mut place: usize) -> usize {
    loop {
        let length = Block::at(bytes, place).digits().others().first();
        place += length;
        if length < 8 {
            return place;
        }
    }
}

/// The first `count` bytes of a block, of which there is one at least.
const fn first(count: usize) -> u64 {
    u64::MAX >> (64 - 8 * count)
}

/// `byte` eight times.
const fn all(byte: u8) -> u64 {
    byte as u64 * 0x0101_0101_0101_0101
}

/// Where the bytes of `block` are between `first` and `last`, two of ASCII.
#[inline]
const fn within(block: u64, first: u8, last: u8) -> u64 {
    let low = block & all(0x7f);
    // Adding carries into the highest bit of a byte from there on, and never into the next byte.
    let from_first = low + all(0x80 - first);
    let behind_last = low + all(0x7f - last);
    from_first & !behind_last & !block & all(0x80)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_of_its_class_and_no_other() {
        for byte in 0..=u8::MAX {
            for place in 0..8 {
                let mut bytes = [b'~'; 8];
                bytes[place] = byte;
                let block = Block::at(&bytes, 0);
                let found = |holds: bool| if holds { place } else { 8 };
                assert_eq!(block.digits().first(), found(byte.is_ascii_digit()));
                assert_eq!(block.letters().first(), found(byte.is_ascii_alphabetic()));
                let capital = Block::at(&[byte | 0x40; 8], 0).capitals().first() == 0;
                assert!(!byte.is_ascii_alphabetic() || capital == byte.is_ascii_uppercase());
                assert_eq!(block.high().first(), found(!byte.is_ascii()));
                assert_eq!(block.hexadecimal().first(), found(byte.is_ascii_hexdigit()));
                assert_eq!(block.equal(b'@').first(), found(byte == b'@'));
            }
        }
    }

    #[test]
    fn places_become_bits() {
        assert_eq!(Block::at(b"1a23bcd4", 0).digits().bits(), 0b1000_1101);
        assert_eq!(Block::at(b"12", 0).digits().bits(), 0b11);
        assert_eq!(Block::at(b"", 3).digits().others().bits(), 0xff);
        let digits = Block::at(b"1a234bc5", 0).digits();
        assert_eq!([0, 1, 2, 3, 7].map(|place| digits.run(place)), [1, 0, 3, 2, 1]);
    }

    #[test]
    fn runs_end_where_they_do() {
        for length in 0..40 {
            let text = format!("{}x1", "7".repeat(length));
            assert_eq!(digits_end(text.as_bytes(), 0), length);
            assert_eq!(digits_end(&text.as_bytes()[..length], 0), length);
        }
    }

    #[test]
    fn letters_are_read_in_lower_case() {
        assert_eq!(Block::at(b"CardNumber", 0).lower(4), u64::from_le_bytes(*b"card\0\0\0\0"));
        assert_eq!(Block::at(b"CardNumber", 0).lower(8), u64::from_le_bytes(*b"cardnumb"));
    }
}
