//! Credentials that live for an hour.

use core::fmt;
use core::time::Duration;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axiom_core::{Clock, Object, SystemClock, Timestamp};
use zeroize::ZeroizeOnDrop;

use crate::error::Error;
use crate::moment::later;
use crate::secret::Secret;

/// A credential for a customer's account that ends by itself: an assumed role, a session token.
///
/// It has named parts, public ones and secret ones, and an end. Every access asks the clock; from the end on the
/// secret parts are gone and the answer is [`Error::Expired`]. It has no `Clone`, no `Display` and no serialization,
/// and its `Debug` shows neither kind of part.
///
/// ```
/// use axiom_crypto::{Secret, TempCredential};
///
/// let credential = TempCredential::builder("aws", "connection-41-5f0c")
///     .public("access_key_id", "ASIAEXAMPLE")
///     .secret("secret_access_key", Secret::from(String::from("wJalr…")))
///     .secret("session_token", Secret::from(String::from("FwoGZ…")))
///     .build()?;
///
/// let signed = credential.with(|parts| {
///     let secret = parts.secret("secret_access_key").expect("set above");
///     format!("signed with {} characters", secret.expose().chars().count())
/// })?;
/// assert_eq!(signed, "signed with 6 characters");
/// # Ok::<(), axiom_crypto::Error>(())
/// ```
///
/// # What a log should know
/// That a role was assumed, that it was not, that an external id was changed: `connection.role_assumed`,
/// `connection.role_assumption_failed` and `connection.external_id_rotated` of [`axiom_core::CATALOGUE`].
/// [`record`](Self::record) is what may be said of a credential there.
///
/// ```
/// use axiom_core::Event;
/// # use axiom_crypto::{Secret, TempCredential};
/// # let credential = TempCredential::builder("aws", "connection-41-5f0c")
/// #     .secret("session_token", Secret::from(String::from("FwoGZ…"))).build()?;
///
/// let event = Event::builder("acme".parse()?, "connection.role_assumed".parse()?)
///     .resource("arn:aws:iam::111122223333:role/reader")
///     .metadata("credential", credential.record())
///     .build()?;
/// # assert!(!format!("{event:?}").contains("FwoGZ"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # What it does not promise
/// Nothing runs at the moment of expiry: the secret parts are wiped at the first access after it, at
/// [`wipe`](Self::wipe), or when the credential is dropped, whichever comes first. An access that has begun may finish;
/// the wipe then follows it. What the closure copies is the host's. The provider may end the credential earlier.
pub struct TempCredential {
    provider: String,
    external_id: String,
    expires_at: Timestamp,
    clock: Arc<dyn Clock>,
    parts: Mutex<Option<Arc<CredentialParts>>>,
}

impl TempCredential {
    /// How long a credential lives unless it says otherwise: one hour.
    pub const DEFAULT_LIFETIME: Duration = Duration::from_secs(60 * 60);
    /// How long a credential may live at most: twelve hours, as long as a session of AWS STS may.
    pub const MAX_LIFETIME: Duration = Duration::from_secs(12 * 60 * 60);

    /// A credential of `provider` (`aws`, say), for the connection with this external id.
    ///
    /// The external id is what the customer's side asks for when the role is assumed, one for each connection, so that
    /// nobody can be tricked into using another customer's role (AWS: the confused deputy problem). It is no secret.
    pub fn builder(provider: impl Into<String>, external_id: impl Into<String>) -> TempCredentialBuilder {
        TempCredentialBuilder {
            provider: provider.into(),
            external_id: external_id.into(),
            end: End::After(Self::DEFAULT_LIFETIME),
            clock: Arc::new(SystemClock),
            parts: CredentialParts { public: BTreeMap::new(), secret: BTreeMap::new() },
        }
    }

    /// Runs `access` on the parts.
    ///
    /// # Errors
    /// [`Error::Expired`] from the end of the credential on, and after [`wipe`](Self::wipe).
    pub fn with<R>(&self, access: impl FnOnce(&CredentialParts) -> R) -> Result<R, Error> {
        // The lock is not held during the access: it may come here again, and a wipe never waits for it.
        let parts = self.live_parts()?;
        Ok(access(&parts))
    }

    /// Wipes the secret parts now; every later access answers [`Error::Expired`].
    pub fn wipe(&self) {
        drop(self.lock().take());
    }

    /// From when on it is of no use.
    #[must_use]
    pub const fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// The external id of the connection.
    #[must_use]
    pub fn external_id(&self) -> &str {
        &self.external_id
    }

    /// Whose credential it is.
    #[must_use]
    pub fn provider(&self) -> &str {
        &self.provider
    }

    /// What an event may say about it: `provider`, `externalId` and `expiresAt`. No part of it, public or secret.
    ///
    /// # Panics
    /// Never: the names are ASCII.
    #[must_use]
    pub fn record(&self) -> Object {
        let mut record = Object::new();
        let members = [
            ("provider", self.provider.clone()),
            ("externalId", self.external_id.clone()),
            ("expiresAt", self.expires_at.to_string()),
        ];
        for (name, value) in members {
            record.insert(name, value).expect("an ASCII name");
        }
        record
    }

    fn live_parts(&self) -> Result<Arc<CredentialParts>, Error> {
        let mut parts = self.lock();
        if self.clock.now() >= self.expires_at {
            *parts = None;
        }
        parts.clone().ok_or(Error::Expired { at: self.expires_at })
    }

    fn lock(&self) -> MutexGuard<'_, Option<Arc<CredentialParts>>> {
        self.parts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ZeroizeOnDrop for TempCredential {}

impl fmt::Debug for TempCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TempCredential({} {} until {})", self.provider, self.external_id, self.expires_at)
    }
}

/// The parts of a [`TempCredential`], while it lasts.
pub struct CredentialParts {
    public: BTreeMap<String, String>,
    secret: BTreeMap<String, Secret<String>>,
}

impl CredentialParts {
    /// The public part of this name.
    #[must_use]
    pub fn public(&self, name: &str) -> Option<&str> {
        self.public.get(name).map(String::as_str)
    }

    /// The secret part of this name.
    #[must_use]
    pub fn secret(&self, name: &str) -> Option<&Secret<String>> {
        self.secret.get(name)
    }
}

impl ZeroizeOnDrop for CredentialParts {}

impl fmt::Debug for CredentialParts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CredentialParts(..)")
    }
}

/// Makes a [`TempCredential`]: see [`TempCredential::builder`].
#[must_use]
pub struct TempCredentialBuilder {
    provider: String,
    external_id: String,
    end: End,
    clock: Arc<dyn Clock>,
    parts: CredentialParts,
}

impl TempCredentialBuilder {
    /// A part that is no secret, such as an access key id; another value under the same name replaces the first.
    pub fn public(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.parts.public.insert(name.into(), value.into());
        self
    }

    /// A secret part; another one under the same name replaces the first.
    pub fn secret(mut self, name: impl Into<String>, value: Secret<String>) -> Self {
        self.parts.secret.insert(name.into(), value);
        self
    }

    /// How long it lives, counted from [`build`](Self::build). Replaces [`expires_at`](Self::expires_at).
    pub fn lifetime(mut self, lifetime: Duration) -> Self {
        self.end = End::After(lifetime);
        self
    }

    /// From when on it is of no use, as the provider says. Replaces [`lifetime`](Self::lifetime).
    pub fn expires_at(mut self, at: Timestamp) -> Self {
        self.end = End::At(at);
        self
    }

    /// Where the time comes from, other than [`SystemClock`].
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// The credential.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the provider or the external id is empty, where there is no secret part, or where it
    /// would live longer than [`TempCredential::MAX_LIFETIME`]; [`Error::Expired`] where its end has come already.
    pub fn build(self) -> Result<TempCredential, Error> {
        let invalid = |reason| Err(Error::Invalid { what: "credential", reason });
        if self.provider.is_empty() || self.external_id.is_empty() {
            return invalid("must have a provider and an external id");
        }
        if self.parts.secret.is_empty() {
            return invalid("must have a secret part");
        }
        let now = self.clock.now();
        let latest = later(now, TempCredential::MAX_LIFETIME);
        let expires_at = match self.end {
            End::After(lifetime) => later(now, lifetime),
            End::At(at) => at,
        };
        if expires_at > latest {
            return invalid("must end within twelve hours");
        }
        if expires_at <= now {
            return Err(Error::Expired { at: expires_at });
        }
        let parts = Mutex::new(Some(Arc::new(self.parts)));
        let (provider, external_id) = (self.provider, self.external_id);
        Ok(TempCredential { provider, external_id, expires_at, clock: self.clock, parts })
    }
}

impl fmt::Debug for TempCredentialBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TempCredentialBuilder({} {})", self.provider, self.external_id)
    }
}

enum End {
    After(Duration),
    At(Timestamp),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moment::hand::{HandClock, second};

    fn builder(clock: &Arc<HandClock>) -> TempCredentialBuilder {
        let credential = TempCredential::builder("aws", "connection-41").clock(Arc::<HandClock>::clone(clock));
        credential.public("access_key_id", "ASIA").secret("session_token", Secret::from(String::from("hunter2")))
    }

    fn token(credential: &TempCredential) -> Result<String, Error> {
        credential.with(|parts| parts.secret("session_token").unwrap().expose().clone())
    }

    #[test]
    fn a_credential_ends_after_its_hour_and_never_comes_back() {
        let clock = HandClock::at(1000);
        let credential = builder(&clock).build().unwrap();
        clock.set(1000 + 3599);
        assert_eq!(token(&credential).unwrap(), "hunter2");
        clock.set(1000 + 3600);
        assert!(matches!(token(&credential), Err(Error::Expired { at }) if at == second(4600)));
        clock.set(1000);
        assert!(matches!(token(&credential), Err(Error::Expired { .. })));
    }

    #[test]
    fn the_secret_parts_are_gone_at_the_first_access_after_the_end() {
        let clock = HandClock::at(1000);
        let credential = builder(&clock).build().unwrap();
        let parts = Arc::downgrade(&credential.live_parts().unwrap());
        clock.set(9999);
        assert!(parts.upgrade().is_some());
        assert!(token(&credential).is_err());
        assert!(parts.upgrade().is_none());
    }

    #[test]
    fn a_wiped_credential_answers_as_an_expired_one() {
        let credential = builder(&HandClock::at(1000)).build().unwrap();
        let parts = Arc::downgrade(&credential.live_parts().unwrap());
        credential.wipe();
        assert!(parts.upgrade().is_none());
        assert!(matches!(token(&credential), Err(Error::Expired { .. })));
    }

    #[test]
    fn an_access_may_come_back_for_more_and_may_end_the_credential() {
        let credential = builder(&HandClock::at(1000)).build().unwrap();
        let seen = credential.with(|parts| {
            let inner = token(&credential).unwrap();
            credential.wipe();
            inner.len() + parts.public("access_key_id").unwrap().len()
        });
        assert_eq!(seen.unwrap(), 11);
        assert!(token(&credential).is_err());
    }

    #[test]
    fn an_access_that_panics_leaves_the_credential_usable() {
        let credential = builder(&HandClock::at(1000)).build().unwrap();
        let access = || credential.with(|_| panic!("the host fails"));
        assert!(std::panic::catch_unwind(core::panic::AssertUnwindSafe(access)).is_err());
        assert!(token(&credential).is_ok());
    }

    #[test]
    fn a_lifetime_is_more_than_nothing_and_at_most_twelve_hours() {
        let clock = HandClock::at(1000);
        let lives = |lifetime| builder(&clock).lifetime(Duration::from_secs(lifetime)).build();
        assert_eq!(lives(43_200).unwrap().expires_at(), second(44_200));
        assert!(matches!(lives(43_201), Err(Error::Invalid { .. })));
        assert!(matches!(lives(u64::MAX), Err(Error::Invalid { .. })));
        assert!(matches!(lives(0), Err(Error::Expired { .. })));
        assert!(matches!(builder(&clock).expires_at(second(999)).build(), Err(Error::Expired { .. })));
        assert_eq!(builder(&clock).expires_at(second(1001)).build().unwrap().expires_at(), second(1001));
    }

    #[test]
    fn a_credential_has_an_owner_and_something_to_hide() {
        let bare = |provider, id| TempCredential::builder(provider, id);
        assert!(bare("aws", "connection-41").build().is_err());
        let secret = || Secret::from(String::from("hunter2"));
        assert!(bare("", "connection-41").secret("token", secret()).build().is_err());
        assert!(bare("aws", "").secret("token", secret()).build().is_err());
    }

    #[test]
    fn its_record_names_no_part() {
        let record = builder(&HandClock::at(0)).build().unwrap().record();
        let text = serde_json::to_string(&record).unwrap();
        let expected = r#"{"expiresAt":"1970-01-01T01:00:00.000000Z","externalId":"connection-41","provider":"aws"}"#;
        assert_eq!(text, expected);
    }
}
