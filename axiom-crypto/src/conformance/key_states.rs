//! The suite for key providers whose keys can be disabled and deleted.

use async_trait::async_trait;

use crate::envelope::Recipient;
use crate::error::Error;
use crate::key::Key;
use crate::provider::{Binding, Failure, KeyProvider, KeyState};

/// Who changes the state of a provider's current key, for the suite [`key_states`].
///
/// What a service cannot do, or does not do in an emulator, it declares; all the rest is required of it.
#[async_trait]
pub trait KeyAdministrator: Sync {
    /// The provider under test.
    fn provider(&self) -> &dyn KeyProvider;

    /// Whether the key is refused by who keeps it, and not just shown as disabled or pending deletion.
    ///
    /// Only an emulator answers `false`, and only what it says of the state is tested then.
    fn enforces(&self) -> bool {
        true
    }

    /// Lets the key be used again.
    async fn enable(&self);

    /// Lets nobody use the key.
    async fn disable(&self);

    /// Has the key destroyed later and answers `true`, or answers `false` where that is not possible.
    async fn schedule_deletion(&self) -> bool;

    /// Calls that off.
    async fn cancel_deletion(&self);

    /// Destroys the key now and answers `true`, or answers `false` where that is not possible.
    async fn destroy(&self) -> bool;
}

/// Runs the whole suite against a key that is enabled; it may be destroyed at the end.
///
/// ```
/// use core::time::Duration;
///
/// use async_trait::async_trait;
/// use axiom_crypto::conformance::{self, KeyAdministrator};
/// use axiom_crypto::{KeyProvider, MemoryKeys};
///
/// struct Administrator(MemoryKeys);
///
/// #[async_trait]
/// impl KeyAdministrator for Administrator {
///     fn provider(&self) -> &dyn KeyProvider {
///         &self.0
///     }
///     async fn enable(&self) {
///         self.0.enable(1).expect("it is disabled");
///     }
///     async fn disable(&self) {
///         self.0.disable(1).expect("it is enabled");
///     }
///     async fn schedule_deletion(&self) -> bool {
///         self.0.schedule_deletion(1, Duration::from_secs(7 * 86_400)).is_ok()
///     }
///     async fn cancel_deletion(&self) {
///         self.0.cancel_deletion(1).expect("it is pending deletion");
///     }
///     async fn destroy(&self) -> bool {
///         self.0.destroy(1).is_ok()
///     }
/// }
///
/// pollster::block_on(conformance::key_states(&Administrator(MemoryKeys::new()?)));
/// # Ok::<(), axiom_crypto::Error>(())
/// ```
///
/// # Panics
/// Where the provider does not say of a key what it is, or uses one that must not be used.
pub async fn key_states<A: KeyAdministrator + ?Sized>(administrator: &A) {
    let suite = Suite { administrator };
    suite.an_enabled_key_is_used().await;
    suite.a_disabled_key_rests_until_it_is_enabled().await;
    suite.a_deletion_can_be_called_off().await;
    suite.a_destroyed_key_is_gone().await;
}

struct Suite<'a, A: ?Sized> {
    administrator: &'a A,
}

impl<A: KeyAdministrator + ?Sized> Suite<'_, A> {
    async fn an_enabled_key_is_used(&self) {
        assert_eq!(self.state().await, KeyState::Enabled);
        self.assert_uses(&self.wrapped().await, None).await;
    }

    async fn a_disabled_key_rests_until_it_is_enabled(&self) {
        let before = self.wrapped().await;
        self.administrator.disable().await;
        self.assert_rests(&before, KeyState::Disabled).await;
        self.administrator.enable().await;
        self.an_enabled_key_is_used().await;
        self.assert_uses(&before, None).await;
    }

    async fn a_deletion_can_be_called_off(&self) {
        let before = self.wrapped().await;
        if !self.administrator.schedule_deletion().await {
            return self.an_enabled_key_is_used().await;
        }
        self.assert_rests(&before, KeyState::PendingDeletion).await;
        self.administrator.cancel_deletion().await;
        self.assert_rests(&before, KeyState::Disabled).await;
        self.administrator.enable().await;
        self.assert_uses(&before, None).await;
    }

    async fn a_destroyed_key_is_gone(&self) {
        let before = self.wrapped().await;
        if !self.administrator.destroy().await {
            return self.an_enabled_key_is_used().await;
        }
        assert_eq!(self.state().await, KeyState::Destroyed);
        self.assert_uses(&before, Some(Failure::NotFound)).await;
    }

    async fn assert_rests(&self, before: &Recipient, state: KeyState) {
        assert_eq!(self.state().await, state);
        if self.administrator.enforces() {
            self.assert_uses(before, Some(Failure::Disabled)).await;
        }
    }

    /// That every use of the key succeeds, or fails in this way.
    async fn assert_uses(&self, wrapped: &Recipient, expected: Option<Failure>) {
        let (provider, dek, binding) = (self.administrator.provider(), dek(), binding());
        let unwrapped = provider.unwrap(wrapped, &binding).await;
        assert_eq!(failure(Some(&unwrapped)), expected, "unwrap");
        assert_eq!(failure(Some(&provider.wrap(&dek, &binding).await)), expected, "wrap");
        assert_eq!(failure(Some(&provider.rewrap(wrapped, &binding).await)), expected, "rewrap");
        // A provider that must be waited for answers nothing, and so fails in no way here.
        let at_once = provider.try_unwrap(wrapped, &binding);
        assert_eq!(failure(at_once.as_ref()), at_once.as_ref().and(expected), "try_unwrap");
        let at_once = provider.try_wrap(&dek, &binding);
        assert_eq!(failure(at_once.as_ref()), at_once.as_ref().and(expected), "try_wrap");
    }

    async fn wrapped(&self) -> Recipient {
        self.administrator.provider().wrap(&dek(), &binding()).await.expect("the key is enabled")
    }

    async fn state(&self) -> KeyState {
        self.administrator.provider().state().await.expect("the provider answers")
    }
}

fn failure<T>(result: Option<&Result<T, Error>>) -> Option<Failure> {
    match result? {
        Ok(_) => None,
        Err(Error::Provider { failure, .. }) => Some(*failure),
        Err(other) => panic!("the state of a key must show as Error::Provider: {other}"),
    }
}

fn dek() -> Key {
    Key::generate().expect("there is randomness")
}

fn binding() -> Binding {
    Binding::new(&[1; 32], &[2; 32])
}
