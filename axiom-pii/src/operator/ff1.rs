//! FF1: format-preserving encryption (NIST SP 800-38G Rev. 1, algorithms 7 and 8).

use axiom_core::BlockCipher;

/// FF1 over numerals of one radix, under one key and tweak.
pub(super) struct Ff1<'a> {
    pub(super) cipher: &'a dyn BlockCipher,
    /// From 2 to 256.
    pub(super) radix: u32,
    pub(super) tweak: &'a [u8],
}

/// Which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Decrypt,
    Encrypt,
}

impl Ff1<'_> {
    /// Replaces the numerals, each less than the radix; `None` where there are too few or too many of them, or the
    /// cipher fails, and then they hold anything.
    ///
    /// Too few are those of which there are less than a million strings, as the standard demands; too many those of
    /// which half do not fit into 119 bits: more than 70 decimal digits.
    pub(super) fn apply(&self, direction: Direction, numerals: &mut [u8]) -> Option<()> {
        let mut rounds = Rounds::new(self, numerals.len())?;
        let (left, right) = numerals.split_at_mut(numerals.len() / 2);
        let (mut a, mut b) = (number(left, self.radix), number(right, self.radix));
        match direction {
            Direction::Encrypt => {
                for round in 0..ROUNDS {
                    let modulus = rounds.modulus(round);
                    (a, b) = (b, (a + rounds.shift(round, b)?) % modulus);
                }
            }
            Direction::Decrypt => {
                for round in (0..ROUNDS).rev() {
                    let modulus = rounds.modulus(round);
                    (a, b) = ((b + modulus - rounds.shift(round, a)?) % modulus, a);
                }
            }
        }
        write(a, self.radix, left);
        write(b, self.radix, right);
        Some(())
    }
}

/// What the rounds of one string have in common. The names are those of the standard where it has one letter.
struct Rounds<'a> {
    cipher: &'a dyn BlockCipher,
    /// The state of the chain after the block P.
    start: [u8; 16],
    /// The blocks Q; the last bytes are the number of the round and half of the string.
    blocks: Vec<u8>,
    /// The bytes of half of the string, `b`.
    width: usize,
    /// The bytes of the round function's output, `d`.
    output: usize,
    /// The numbers of strings of the left and of the right half's length.
    moduli: [u128; 2],
}

impl<'a> Rounds<'a> {
    fn new(ff1: &Ff1<'a>, length: usize) -> Option<Self> {
        let n = u32::try_from(length).ok()?;
        let (u, radix) = (n / 2, u128::from(ff1.radix));
        let moduli = [radix.checked_pow(u)?, radix.checked_pow(n - u)?];
        let [left, right] = moduli;
        if right > LARGEST || left.saturating_mul(right) < LEAST {
            return None;
        }
        let width = (u128::BITS - (right - 1).leading_zeros()).div_ceil(8) as usize;
        let tweak = u32::try_from(ff1.tweak.len()).ok()?;
        let [_, radix @ ..] = ff1.radix.to_be_bytes();
        let mut start = [0; 16];
        start[..3].copy_from_slice(&[1, 2, 1]);
        start[3..6].copy_from_slice(&radix);
        start[6..8].copy_from_slice(&[ROUNDS, u.to_be_bytes()[3]]);
        start[8..12].copy_from_slice(&n.to_be_bytes());
        start[12..].copy_from_slice(&tweak.to_be_bytes());
        ff1.cipher.encrypt(&mut start).ok()?;
        let used = ff1.tweak.len() + width + 1;
        let mut blocks = ff1.tweak.to_vec();
        blocks.resize(used.next_multiple_of(16), 0);
        Some(Self { cipher: ff1.cipher, start, blocks, width, output: 4 * width.div_ceil(4) + 4, moduli })
    }

    fn modulus(&self, round: u8) -> u128 {
        self.moduli[usize::from(round % 2)]
    }

    /// What the round function adds in a round, of the other half.
    fn shift(&mut self, round: u8, half: u128) -> Option<u128> {
        let place = self.blocks.len() - self.width - 1;
        self.blocks[place] = round;
        let bytes = half.to_be_bytes();
        self.blocks[place + 1..].copy_from_slice(&bytes[bytes.len() - self.width..]);
        let mut chain = self.start;
        for block in self.blocks.chunks_exact(16) {
            chain.iter_mut().zip(block).for_each(|(state, byte)| *state ^= byte);
            self.cipher.encrypt(&mut chain).ok()?;
        }
        self.residue(&chain, self.modulus(round))
    }

    /// The output of the round function, as many bytes as it has, as a number to this modulus.
    fn residue(&self, chain: &[u8; 16], modulus: u128) -> Option<u128> {
        let mut residue = 0;
        for (place, counter) in (0..self.output).step_by(16).zip(0_u128..) {
            let mut block = *chain;
            if counter > 0 {
                block = (u128::from_be_bytes(block) ^ counter).to_be_bytes();
                self.cipher.encrypt(&mut block).ok()?;
            }
            let bytes = &block[..16.min(self.output - place)];
            residue = bytes.iter().fold(residue, |residue, &byte| ((residue << 8) | u128::from(byte)) % modulus);
        }
        Some(residue)
    }
}

/// The number that the numerals are.
pub(super) fn number(numerals: &[u8], radix: u32) -> u128 {
    numerals.iter().fold(0, |number, &numeral| number * u128::from(radix) + u128::from(numeral))
}

/// Writes the number, which fits, as numerals.
pub(super) fn write(mut number: u128, radix: u32, numerals: &mut [u8]) {
    let radix = u128::from(radix);
    for numeral in numerals.iter_mut().rev() {
        *numeral = u8::try_from(number % radix).expect("the radix is at most 256");
        number /= radix;
    }
}

const ROUNDS: u8 = 10;
/// The least number of strings that the standard allows.
const LEAST: u128 = 1_000_000;
/// The most strings of half the length, so that a number and one more byte fit into 127 bits.
const LARGEST: u128 = 1 << 119;

#[cfg(test)]
pub(super) mod tests {
    use aes::cipher::{BlockCipherEncrypt, KeyInit};
    use axiom_core::PseudonymError;
    use proptest::prelude::*;

    use super::*;

    /// AES with a key of any length that it has.
    pub(in crate::operator) enum Aes {
        Of128(aes::Aes128),
        Of192(aes::Aes192),
        Of256(aes::Aes256),
    }

    impl Aes {
        pub(in crate::operator) fn new(key: &[u8]) -> Self {
            match key.len() {
                16 => Self::Of128(aes::Aes128::new_from_slice(key).unwrap()),
                24 => Self::Of192(aes::Aes192::new_from_slice(key).unwrap()),
                _ => Self::Of256(aes::Aes256::new_from_slice(key).unwrap()),
            }
        }
    }

    impl BlockCipher for Aes {
        fn encrypt(&self, block: &mut [u8; 16]) -> Result<(), PseudonymError> {
            match self {
                Self::Of128(aes) => aes.encrypt_block(block.into()),
                Self::Of192(aes) => aes.encrypt_block(block.into()),
                Self::Of256(aes) => aes.encrypt_block(block.into()),
            }
            Ok(())
        }
    }

    /// The sample of a key's first bytes: radix, tweak, plaintext, ciphertext.
    type Sample = (usize, u32, &'static [u8], &'static str, &'static str);

    /// NIST, Examples with Intermediate Values, FF1 samples 1 to 9 (FF1samples.pdf).
    const SAMPLES: [Sample; 9] = [
        (16, 10, b"", "0123456789", "2433477484"),
        (16, 10, b"9876543210", "0123456789", "6124200773"),
        (16, 36, b"7777pqrs777", "0123456789abcdefghi", "a9tv40mll9kdu509eum"),
        (24, 10, b"", "0123456789", "2830668132"),
        (24, 10, b"9876543210", "0123456789", "2496655549"),
        (24, 36, b"7777pqrs777", "0123456789abcdefghi", "xbj3kv35jrawxv32ysr"),
        (32, 10, b"", "0123456789", "6657667009"),
        (32, 10, b"9876543210", "0123456789", "1001623463"),
        (32, 36, b"7777pqrs777", "0123456789abcdefghi", "xs8a0azh2avyalyzuwd"),
    ];

    const KEY: u128 = 0x2b7e_1516_28ae_d2a6_abf7_1588_09cf_4f3c;
    const KEY_ON: u128 = 0xef43_59d8_d580_aa4f_7f03_6d6f_04fc_6a94;

    fn numerals(text: &str) -> Vec<u8> {
        text.chars().map(|numeral| u8::try_from(numeral.to_digit(36).unwrap()).unwrap()).collect()
    }

    #[test]
    fn strings_are_those_of_the_samples_of_nist() {
        let key = [KEY.to_be_bytes(), KEY_ON.to_be_bytes()].concat();
        for (length, radix, tweak, plaintext, ciphertext) in SAMPLES {
            let aes = Aes::new(&key[..length]);
            let ff1 = Ff1 { cipher: &aes, radix, tweak };
            let mut text = numerals(plaintext);
            ff1.apply(Direction::Encrypt, &mut text).unwrap();
            assert_eq!(text, numerals(ciphertext), "{length} {radix}");
            ff1.apply(Direction::Decrypt, &mut text).unwrap();
            assert_eq!(text, numerals(plaintext), "{length} {radix}");
        }
    }

    #[test]
    fn short_and_endless_strings_are_refused() {
        let aes = Aes::new(&[0; 32]);
        let length = |radix, length| {
            let mut numerals = vec![1; length];
            Ff1 { cipher: &aes, radix, tweak: b"" }.apply(Direction::Encrypt, &mut numerals).is_some()
        };
        assert!(!length(10, 0) && !length(10, 5) && length(10, 6));
        assert!(!length(36, 3) && length(36, 4));
        assert!(!length(2, 19) && length(2, 20));
        assert!(length(10, 70) && !length(10, 71) && !length(10, 1000));
        assert!(length(256, 28) && !length(256, 29));
    }

    proptest! {
        #[test]
        fn what_is_encrypted_is_decrypted(
            radix in 2u32..=256,
            length in 1usize..80,
            tweak in prop::collection::vec(any::<u8>(), 0..40),
            seed in prop::collection::vec(any::<u8>(), 80),
        ) {
            let aes = Aes::new(&[7; 32]);
            let ff1 = Ff1 { cipher: &aes, radix, tweak: &tweak };
            let plaintext: Vec<u8> =
                seed[..length].iter().map(|&byte| u8::try_from(u32::from(byte) % radix).unwrap()).collect();
            let mut text = plaintext.clone();
            if ff1.apply(Direction::Encrypt, &mut text).is_some() {
                prop_assert!(text.iter().all(|&numeral| u32::from(numeral) < radix));
                ff1.apply(Direction::Decrypt, &mut text).unwrap();
                prop_assert_eq!(text, plaintext);
            }
        }
    }
}
