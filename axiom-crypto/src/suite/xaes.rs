//! XAES-256-GCM: an AES-256-GCM key for each half of a 192-bit nonce.
//!
//! C2SP XAES-256-GCM, <https://c2sp.org/XAES-256-GCM>: the key of a message is the first 256 bits of NIST SP 800-108r1
//! KDF in counter mode with AES-256-CMAC (NIST SP 800-38B), over the label `X` and the first 12 bytes of the nonce.
//! Both inputs are exactly one block, so CMAC is one AES call each, with the subkey K1.

use aes::Aes256Enc;
use aes::cipher::{BlockCipherEncrypt, KeyInit};
use zeroize::{Zeroize, Zeroizing};

/// What derives the keys; wiped when it is dropped.
pub(crate) struct Derivation {
    cipher: Box<Aes256Enc>,
    k1: Zeroizing<[u8; 16]>,
}

impl Derivation {
    pub(super) fn new(key: &[u8; 32]) -> Self {
        let cipher = Box::new(Aes256Enc::new(key.into()));
        let mut block = aes::Block::default();
        cipher.encrypt_block(&mut block);
        let k1 = Zeroizing::new(doubled(u128::from_be_bytes(block.into())).to_be_bytes());
        block.zeroize();
        Self { cipher, k1 }
    }

    /// The AES-256-GCM key of the messages whose nonce starts with these bytes.
    pub(super) fn key(&self, front: &[u8; 12]) -> Zeroizing<[u8; 32]> {
        let mut key = Zeroizing::new([0; 32]);
        for (counter, half) in (1..).zip(key.chunks_exact_mut(16)) {
            half[..4].copy_from_slice(&[0, counter, b'X', 0]);
            half[4..].copy_from_slice(front);
            half.iter_mut().zip(*self.k1).for_each(|(byte, k1)| *byte ^= k1);
            let block: &mut [u8; 16] = half.try_into().expect("a chunk of 16 bytes");
            self.cipher.encrypt_block(block.into());
        }
        key
    }
}

/// Twice this element of GF(2^128), in constant time.
const fn doubled(element: u128) -> u128 {
    let carry = element >> 127;
    (element << 1) ^ (carry * 0x87)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_cases_of_the_doubling_are_right() {
        // NIST SP 800-38B, AES-256 example: L and K1.
        let l = 0xe568_f681_94cf_76d6_174d_4cc0_4310_a854;
        assert_eq!(doubled(l), 0xcad1_ed03_299e_edac_2e9a_9980_8621_502f);
        assert_eq!(doubled(1), 2);
    }
}
