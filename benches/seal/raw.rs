//! The cipher alone, as one would call it by hand.

use aes_gcm::aead::AeadInOut;
use aes_gcm::{Aes256Gcm, KeyInit};
use axiom_benches::Error;

/// AES-256-GCM with its key schedule ready, and a stock of nonces.
///
/// Nonces come from the operating system a block at a time: one call for each costs as much as the encryption of 1 KiB.
pub(crate) struct Raw {
    cipher: Aes256Gcm,
    stock: [u8; 1536],
    used: usize,
}

impl Raw {
    pub(crate) fn new() -> Result<Self, Error> {
        let mut raw = Self { cipher: Aes256Gcm::new(&[7; 32].into()), stock: [0; 1536], used: 1536 };
        raw.nonce()?;
        Ok(raw)
    }

    /// Nonce, ciphertext and tag, without associated data.
    pub(crate) fn seal(&mut self, plaintext: &[u8]) -> Result<Vec<u8>, Error> {
        let nonce = self.nonce()?;
        let mut sealed = Vec::with_capacity(nonce.len() + plaintext.len() + TAG_LEN);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(plaintext);
        let body = &mut sealed[nonce.len()..];
        let tag = self.cipher.encrypt_inout_detached(&nonce.into(), &[], body.into());
        sealed.extend_from_slice(&tag.map_err(|error| Error::Baseline(Box::new(error)))?);
        Ok(sealed)
    }

    fn nonce(&mut self) -> Result<[u8; 12], Error> {
        if self.used == self.stock.len() {
            getrandom::fill(&mut self.stock).map_err(|error| Error::Baseline(Box::new(error)))?;
            self.used = 0;
        }
        let mut nonce = [0; 12];
        nonce.copy_from_slice(&self.stock[self.used..][..12]);
        self.used += 12;
        Ok(nonce)
    }
}

const TAG_LEN: usize = 16;
