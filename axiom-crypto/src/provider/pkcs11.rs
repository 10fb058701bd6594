//! Keys in a hardware security module, over PKCS #11.

use core::ffi::c_ulong;
use core::fmt;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use cryptoki::mechanism::Mechanism;
use cryptoki::mechanism::aead::GcmParams;
use cryptoki::object::{Attribute, AttributeType};
use zeroize::Zeroizing;

use super::{Binding, KeyId, KeyProvider, KeyState};
use crate::envelope::Recipient;
use crate::error::Error;
use crate::key::Key;
use crate::secret::Secret;

mod module;
mod refusal;
mod token;

use refusal::Refusal;
use token::{Seat, Token};

/// An AES-256 key in a token of a hardware security module (HSM) or of any other PKCS #11 module.
///
/// The key never leaves the token: it encrypts data keys there. Clones share the sessions.
///
/// ```no_run
/// use axiom_crypto::{Context, Pkcs11, Secret, envelope};
///
/// # async fn example() -> Result<(), axiom_crypto::Error> {
/// let pin = Secret::try_from_env("HSM_PIN")?;
/// let keys = Pkcs11::open("/usr/lib/softhsm/libsofthsm2.so", "axiom", pin, "orders")?;
/// let context = Context::new([("organization", "org_7f3c")])?;
/// let message = envelope::seal(b"role/reader", &context, &keys).await?;
/// # Ok(())
/// # }
/// ```
///
/// # Wrapping
/// AES-256-GCM in the token (PKCS #11 v2.40, `CKM_AES_GCM`), the associated data being "axiom/pkcs11/v1/wrap" followed by
/// the 64 bytes of the [`Binding`]:
/// ```text
/// offset size
///      0   12  nonce
///     12   32  encrypted data key
///     44   16  tag
/// ```
/// The nonce is 12 bytes of the operating system's randomness, or what the token writes in its place. Random nonces of
/// this length limit a key to 2^32 wrapped data keys (NIST SP 800-38D, 8.3); make a new key well before, and put both
/// into a [`KeyRing`](crate::KeyRing).
///
/// # Keys
/// [`KeyId::id`] is `token=…;object=…` as in a PKCS #11 URI (RFC 7512), with the labels of the token and the key; so a
/// token that was cloned for availability opens what the other wrapped. There must be one such secret key, of AES
/// with 256 bits, sensitive and not extractable; [`create`](Self::create) makes one. A key whose attributes
/// `CKA_ENCRYPT` or `CKA_DECRYPT` are false is [`KeyState::Disabled`].
///
/// [`generate`](KeyProvider::generate) mixes the token's randomness with the operating system's: a data key is as good
/// as the better of the two.
///
/// # Sessions and failures
/// Every call takes a session from a pool, which keeps up to eight. One that the token has closed, or that is no longer
/// logged in, is replaced and the call repeated once. A PIN that the token refuses is not tried again by this provider,
/// so that it does not lock the token.
///
/// # What it does not promise
/// - PKCS #11 knows no waiting: a call blocks its thread until the module answers, for micro- to milliseconds, and for
///   as long as the module likes when its device is away. So nothing is answered at once (`try_…` is `None`), and an
///   asynchronous host calls it where blocking is allowed, or rarely.
/// - The module is foreign code in this process. It stays loaded until the process ends.
/// - After a fork the child has to open its own.
#[derive(Clone)]
pub struct Pkcs11 {
    token: Arc<Token>,
    key: KeyId,
}

impl Pkcs11 {
    /// The key with the label `key` in the token with the label `token`, in the PKCS #11 library at `module`.
    ///
    /// Logs in as the token's user.
    ///
    /// # Errors
    /// [`Error::Provider`], with [`Failure::NotFound`](crate::Failure::NotFound) where there is no such key, and with
    /// [`Failure::Other`](crate::Failure::Other) where there are several or the key does not fit; [`Error::Invalid`]
    /// where the labels are too long for a [`KeyId`].
    pub fn open(module: impl AsRef<Path>, token: &str, pin: Secret<String>, key: &str) -> Result<Self, Error> {
        let id = key_id(token, key)?;
        let token = Token::open(module.as_ref(), token, pin, key)?;
        let keys = Self { token: Arc::new(token), key: id };
        keys.token.with_seat(|_| Ok(()))?;
        Ok(keys)
    }

    /// Makes a new key with the label `key` and opens it.
    ///
    /// # Errors
    /// Those of [`open`](Self::open), and [`Error::Provider`] where there is such a key already.
    pub fn create(module: impl AsRef<Path>, token: &str, pin: Secret<String>, key: &str) -> Result<Self, Error> {
        let id = key_id(token, key)?;
        let token = Token::open(module.as_ref(), token, pin, key)?;
        token.create_key()?;
        Ok(Self { token: Arc::new(token), key: id })
    }

    fn wrap_now(&self, dek: &Key, binding: &Binding) -> Result<Recipient, Error> {
        Recipient::new(self.key.clone(), &self.token.with_seat(|seat| encrypted(seat, dek, binding))?)
    }

    fn unwrap_now(&self, recipient: &Recipient, binding: &Binding) -> Result<Key, Error> {
        let wrapped: &[u8; WRAPPED_LEN] = recipient.wrapped().try_into().map_err(|_| Error::Open)?;
        self.token.with_seat(|seat| match decrypted(seat, wrapped, binding) {
            // Modules say "general error" both of a wrong tag and of themselves; one that encrypts is well.
            Err(refusal) if refusal.is_vague() && encrypted(seat, &Key::zeroed(), binding).is_ok() => {
                Err(Refusal::Ciphertext)
            }
            result => result,
        })
    }
}

fn encrypted(seat: &Seat, dek: &Key, binding: &Binding) -> Result<Vec<u8>, Refusal> {
    let mut wrapped = [0; NONCE_LEN];
    getrandom::fill(&mut wrapped).map_err(|_| Refusal::Random)?;
    let associated = associated(binding);
    let mechanism = Mechanism::AesGcm(GcmParams::new(&mut wrapped, &associated, TAG_BITS.into())?);
    let ciphertext = seat.session.encrypt(&mechanism, seat.key, dek.expose());
    // The nonce is read only now: a token that insists on its own has written it here.
    drop(mechanism);
    let wrapped = [&wrapped[..], &ciphertext?].concat();
    if wrapped.len() == WRAPPED_LEN {
        Ok(wrapped)
    } else {
        Err(Refusal::Strange("an encrypted key has another length"))
    }
}

fn decrypted(seat: &Seat, wrapped: &[u8; WRAPPED_LEN], binding: &Binding) -> Result<Key, Refusal> {
    let (nonce, ciphertext) = wrapped.split_at(NONCE_LEN);
    let (mut nonce, associated) = (nonce.to_vec(), associated(binding));
    let mechanism = Mechanism::AesGcm(GcmParams::new(&mut nonce, &associated, TAG_BITS.into())?);
    let plaintext = seat.session.decrypt(&mechanism, seat.key, ciphertext).map(Zeroizing::new);
    let plaintext = plaintext.map_err(Refusal::of_decryption)?;
    let dek: &[u8; Key::LEN] = plaintext.as_slice().try_into().map_err(|_| Refusal::Ciphertext)?;
    Ok(Key::from_bytes(dek))
}

fn associated(binding: &Binding) -> Vec<u8> {
    [WRAP_LABEL, binding.as_bytes()].concat()
}

#[async_trait]
impl KeyProvider for Pkcs11 {
    fn describe(&self) -> KeyId {
        self.key.clone()
    }

    fn try_generate(&self) -> Option<Result<Key, Error>> {
        None
    }

    async fn generate(&self) -> Result<Key, Error> {
        let mut theirs = Zeroizing::new([0; Key::LEN]);
        self.token.with_seat(|seat| Ok(seat.session.generate_random_slice(&mut *theirs)?))?;
        let mut key = Key::generate()?;
        key.expose_mut().iter_mut().zip(*theirs).for_each(|(ours, theirs)| *ours ^= theirs);
        Ok(key)
    }

    async fn wrap(&self, dek: &Key, binding: &Binding) -> Result<Recipient, Error> {
        self.wrap_now(dek, binding)
    }

    async fn unwrap(&self, recipient: &Recipient, binding: &Binding) -> Result<Key, Error> {
        self.unwrap_now(recipient, binding)
    }

    async fn state(&self) -> Result<KeyState, Error> {
        let usable = |seat: &Seat| {
            let attributes =
                seat.session.get_attributes(seat.key, &[AttributeType::Encrypt, AttributeType::Decrypt])?;
            Ok([Attribute::Encrypt(true), Attribute::Decrypt(true)].iter().all(|usable| attributes.contains(usable)))
        };
        match self.token.with_seat(usable) {
            Ok(usable) => Ok(if usable { KeyState::Enabled } else { KeyState::Disabled }),
            Err(Error::Provider { failure: super::Failure::NotFound, .. }) => Ok(KeyState::Destroyed),
            Err(error) => Err(error),
        }
    }
}

impl fmt::Debug for Pkcs11 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pkcs11({})", self.key)
    }
}

fn key_id(token: &str, key: &str) -> Result<KeyId, Error> {
    KeyId::new(PROVIDER, &format!("token={};object={}", escaped(token), escaped(key)), 0)
}

/// As RFC 7512 has it: what is not unreserved (RFC 3986) stands in hexadecimal.
fn escaped(label: &str) -> String {
    let escape = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    label.bytes().map(escape).collect()
}

const PROVIDER: &str = "pkcs11";
const WRAP_LABEL: &[u8] = b"axiom/pkcs11/v1/wrap";
const NONCE_LEN: usize = 12;
const TAG_BITS: c_ulong = 128;
const WRAPPED_LEN: usize = NONCE_LEN + Key::LEN + 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_written_as_in_a_uri() {
        let key = key_id("my token", "orders;ä").unwrap();
        assert_eq!(key.to_string(), "pkcs11:token=my%20token;object=orders%3B%C3%A4");
        assert!(key_id("token", &"ä".repeat(39)).is_ok());
        assert!(key_id("token", &"ä".repeat(40)).is_err());
    }

    #[test]
    fn a_module_that_is_not_there_is_unavailable() {
        let opened = Pkcs11::open("/nowhere/libhsm.so", "axiom", Secret::from(String::from("4711")), "orders");
        let error = opened.unwrap_err();
        assert!(matches!(error, Error::Provider { failure: crate::Failure::Unavailable, .. }), "{error:?}");
        assert!(!format!("{error:?}").contains("4711"));
    }
}
