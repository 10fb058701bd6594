//! Secrets of any form.

use core::fmt;

use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::error::Error;

/// A secret that wipes itself when it is dropped: a password, a token, a connection string.
///
/// It lies on the heap, so that moving it leaves no copy behind. It has no `Clone`, no `Display`, no `PartialEq` and no
/// serialization, and its `Debug` shows no content: a secret is only ever copied or shown by code that says
/// [`expose`](Self::expose).
///
/// ```
/// use axiom_crypto::Secret;
///
/// let password = Secret::from(String::from("correct horse"));
/// assert_eq!(format!("{password:?}"), "Secret(..)");
/// assert!(password.equals("correct horse") && !password.equals("battery staple"));
/// ```
///
/// ```compile_fail
/// let copy = axiom_crypto::Secret::from(String::from("correct horse")).clone();
/// ```
///
/// ```compile_fail
/// println!("{}", axiom_crypto::Secret::from(String::from("correct horse")));
/// ```
///
/// ```compile_fail
/// serde_json::to_string(&axiom_crypto::Secret::from(String::from("correct horse")));
/// ```
///
/// # What it does not promise
/// What its maker left elsewhere stays there: the buffers that a `String` outgrew before it became a secret, the value
/// on the stack that [`Secret::new`] took. Collect into a buffer of full capacity, or use [`Secret::take`].
pub struct Secret<T: Zeroize>(Box<T>);

impl<T: Zeroize> Secret<T> {
    /// The secret with this content.
    ///
    /// A `String` or a `Vec` keeps its buffer, of which no copy is made. A value that holds its content in itself, like
    /// an array, is moved, and a move may leave the bytes where they were: [`take`](Self::take) wipes them there.
    #[must_use]
    pub fn new(content: T) -> Self {
        Self(Box::new(content))
    }

    /// The content. Whoever copies it answers for the copy.
    #[must_use]
    pub const fn expose(&self) -> &T {
        &self.0
    }
}

impl<T: Zeroize + AsRef<[u8]>> Secret<T> {
    /// Whether the content is these bytes, in a time that depends on the length of both and on nothing else.
    ///
    /// The length of a secret is not hidden: contents of another length are told apart at once.
    #[must_use]
    pub fn equals(&self, other: impl AsRef<[u8]>) -> bool {
        (*self.0).as_ref().ct_eq(other.as_ref()).into()
    }
}

impl<const N: usize> Secret<[u8; N]> {
    /// Takes the bytes out of `source`, which is zero afterwards.
    ///
    /// ```
    /// use axiom_crypto::Secret;
    ///
    /// let mut pin = *b"4711";
    /// let secret = Secret::take(&mut pin);
    /// assert_eq!((secret.expose(), pin), (b"4711", [0; 4]));
    /// ```
    #[must_use]
    pub fn take(source: &mut [u8; N]) -> Self {
        let mut content = Box::new([0; N]);
        content.copy_from_slice(source);
        source.zeroize();
        Self(content)
    }
}

impl Secret<String> {
    /// The value of the environment variable `name`, of which this process makes no further copy.
    ///
    /// The environment itself stays as it is, and cannot be wiped: child processes inherit it, and on Linux the same
    /// user and the administrator read it in `/proc`. Where that matters, let the host pass a file.
    ///
    /// # Errors
    /// [`Error::Environment`] where the variable is not set, empty or not UTF-8.
    pub fn try_from_env(name: &str) -> Result<Self, Error> {
        let failed = |reason| Error::Environment { name: name.to_owned(), reason };
        // What the standard library panics on.
        if name.is_empty() || name.contains(['=', '\0']) {
            return Err(failed("is no name of a variable"));
        }
        let value = std::env::var_os(name).ok_or_else(|| failed("is not set"))?;
        let text = String::from_utf8(value.into_encoded_bytes()).map_err(|error| {
            drop(Zeroizing::new(error.into_bytes()));
            failed("is not UTF-8")
        })?;
        if text.is_empty() { Err(failed("is empty")) } else { Ok(Self::new(text)) }
    }
}

impl From<String> for Secret<String> {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<Vec<u8>> for Secret<Vec<u8>> {
    fn from(bytes: Vec<u8>) -> Self {
        Self::new(bytes)
    }
}

impl<T: Zeroize> Drop for Secret<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<T: Zeroize> ZeroizeOnDrop for Secret<T> {}

impl<T: Zeroize> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

#[cfg(test)]
mod tests {
    use core::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::Arc;

    use super::*;

    /// Counts how often it is wiped.
    struct Probe(Arc<AtomicUsize>);

    impl Zeroize for Probe {
        fn zeroize(&mut self) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn a_secret_is_wiped_once_when_it_is_dropped_and_not_when_it_moves() {
        let wiped = Arc::new(AtomicUsize::new(0));
        let secrets = vec![Secret::new(Probe(Arc::clone(&wiped)))];
        let moved = Box::new(secrets);
        assert_eq!(wiped.load(Ordering::Relaxed), 0);
        drop(moved);
        assert_eq!(wiped.load(Ordering::Relaxed), 1);
    }

    #[test]
    fn a_secret_is_wiped_while_a_panic_unwinds() {
        let wiped = Arc::new(AtomicUsize::new(0));
        let secret = Secret::new(Probe(Arc::clone(&wiped)));
        let unwound = std::panic::catch_unwind(core::panic::AssertUnwindSafe(move || {
            let _secret = secret;
            panic!("the host fails");
        }));
        assert!(unwound.is_err());
        assert_eq!(wiped.load(Ordering::Relaxed), 1);
    }

    #[test]
    fn a_text_or_a_vector_keeps_its_buffer_and_a_moved_secret_its_place() {
        let text = String::from("correct horse");
        let buffer = text.as_ptr();
        assert_eq!(Secret::from(text).expose().as_ptr(), buffer);
        let secret = Secret::take(&mut [7; 40]);
        let place = secret.expose().as_ptr();
        assert_eq!([secret][0].expose().as_ptr(), place);
    }

    #[test]
    fn only_the_same_bytes_are_equal() {
        let secret = Secret::from(vec![1, 2, 3]);
        assert!(secret.equals([1, 2, 3]));
        for other in [&[1, 2][..], &[1, 2, 3, 4], &[1, 2, 4], &[]] {
            assert!(!secret.equals(other), "{other:?}");
        }
        assert!(Secret::take(&mut b"abc".to_owned()).equals("abc"));
    }

    #[test]
    fn a_variable_that_is_not_set_is_named() {
        for (name, reason) in [("AXIOM_TEST_UNSET", "is not set"), ("", "is no name"), ("A=B", "is no name")] {
            let message = Secret::try_from_env(name).unwrap_err().to_string();
            assert!(message.contains(name) && message.contains(reason), "{message}");
        }
    }

    #[test]
    fn a_set_variable_is_read() {
        // What `cargo test` sets.
        assert!(Secret::try_from_env("CARGO_MANIFEST_DIR").unwrap().equals(env!("CARGO_MANIFEST_DIR")));
    }
}
