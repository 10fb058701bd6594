//! RFC 3394 key wrap, under a key that is derived for every binding.
//!
//! The derivation ties a wrapped key to its context and commitment for no extra byte.

use aes_kw::{KeyInit, KwAes256};

use super::Binding;
use crate::error::Error;
use crate::key::Key;

/// The length of a wrapped data key, in bytes.
pub(crate) const WRAPPED_LEN: usize = 40;

/// `dek`, wrapped by AES-256 under HKDF-SHA256(`kek`, info = `label` ‖ binding).
pub(crate) fn wrap(kek: &Key, label: &[u8], dek: &Key, binding: &Binding) -> [u8; WRAPPED_LEN] {
    let mut wrapped = [0; WRAPPED_LEN];
    cipher(kek, label, binding).wrap_key(dek.expose(), &mut wrapped).expect("32 bytes are wrapped into 40");
    wrapped
}

/// What [`wrap`] has wrapped.
pub(crate) fn unwrap(kek: &Key, label: &[u8], wrapped: &[u8], binding: &Binding) -> Result<Key, Error> {
    let wrapped: &[u8; WRAPPED_LEN] = wrapped.try_into().map_err(|_| Error::Open)?;
    let mut dek = Key::zeroed();
    cipher(kek, label, binding).unwrap_key(wrapped, dek.expose_mut()).map_err(|_| Error::Open)?;
    Ok(dek)
}

fn cipher(kek: &Key, label: &[u8], binding: &Binding) -> KwAes256 {
    KwAes256::new((&*kek.derive::<{ Key::LEN }>(&[label, binding.as_bytes()])).into())
}
