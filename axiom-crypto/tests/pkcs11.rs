//! PKCS #11 against `SoftHSM` 2, which `cargo xtask test` provides.
//!
//! `AXIOM_TEST_PKCS11_MODULE` names the library, and `SOFTHSM2_CONF` its configuration.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use core::ffi::c_ulong;
use core::sync::atomic::{AtomicU32, Ordering};
use std::env;
use std::sync::OnceLock;

use async_trait::async_trait;
use axiom_crypto::conformance::{self, KeyAdministrator};
use axiom_crypto::{Binding, Context, Error, Failure, Key, KeyProvider, KeyState, Pkcs11, Secret, envelope};
use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11 as Module};
use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::slot::Slot;
use cryptoki::types::AuthPin;
use pollster::block_on;

#[test]
fn it_conforms() {
    let Some(hsm) = Hsm::found() else { return };
    block_on(conformance::key_provider(&hsm.new_key().1, &hsm.new_key().1));
}

#[test]
fn its_states_conform() {
    let Some(hsm) = Hsm::found() else { return };
    let (label, keys) = hsm.new_key();
    block_on(conformance::key_states(&Administrator { hsm, keys, label }));
}

#[test]
fn a_key_is_found_again_by_its_label() {
    let Some(hsm) = Hsm::found() else { return };
    let (label, keys) = hsm.new_key();
    let context = Context::new([("organization", "org_7f3c")]).unwrap();
    let message = block_on(envelope::seal(b"secret", &context, &keys)).unwrap();
    let again = hsm.open(&label).unwrap();
    assert_eq!(again.describe().to_string(), format!("pkcs11:token=axiom;object={label}"));
    assert_eq!(*block_on(envelope::open(&message, &context, &again)).unwrap(), b"secret");
}

#[test]
fn a_key_that_is_not_there_and_a_label_that_is_taken_are_refused() {
    let Some(hsm) = Hsm::found() else { return };
    assert_eq!(failure(hsm.open("missing")), Failure::NotFound);
    let (label, _keys) = hsm.new_key();
    assert_eq!(failure(Pkcs11::create(&hsm.module, "axiom", pin(PIN), &label)), Failure::Other);
    assert_eq!(failure(Pkcs11::open(&hsm.module, "no such token", pin(PIN), &label)), Failure::Unavailable);
}

#[test]
fn only_a_key_that_stays_in_the_token_will_do() {
    let Some(hsm) = Hsm::found() else { return };
    for (name, length, sensitive, extractable) in
        [("short", 16 as c_ulong, true, false), ("plain", 32, false, false), ("mobile", 32, true, true)]
    {
        let label = format!("{name}-{}", number());
        let template = [
            Attribute::Token(true),
            Attribute::Label(label.clone().into_bytes()),
            Attribute::ValueLen(length.into()),
            Attribute::Sensitive(sensitive),
            Attribute::Extractable(extractable),
        ];
        hsm.session().generate_key(&Mechanism::AesKeyGen, &template).unwrap();
        assert_eq!(failure(hsm.open(&label)), Failure::Other, "{name}");
    }
}

#[test]
fn two_keys_of_one_label_are_refused() {
    let Some(hsm) = Hsm::found() else { return };
    let (label, _keys) = hsm.new_key();
    let template =
        [Attribute::Token(true), Attribute::Label(label.clone().into_bytes()), Attribute::ValueLen(KEY_LEN.into())];
    hsm.session().generate_key(&Mechanism::AesKeyGen, &template).unwrap();
    assert_eq!(failure(hsm.open(&label)), Failure::Other);
}

#[test]
fn a_lost_login_is_renewed() {
    let Some(hsm) = Hsm::found() else { return };
    let keys = Pkcs11::create(&hsm.module, "lonely", pin(PIN), &format!("key-{}", number())).unwrap();
    let recipient = block_on(keys.wrap(&Key::from_bytes(&[7; 32]), &binding())).unwrap();
    for _ in 0..3 {
        // Who logs out, logs all sessions of the process out.
        hsm.context.open_ro_session(hsm.slot("lonely")).unwrap().logout().unwrap();
        assert_eq!(block_on(keys.unwrap(&recipient, &binding())).unwrap().expose(), &[7; 32]);
        assert_eq!(block_on(keys.state()).unwrap(), KeyState::Enabled);
    }
}

#[test]
fn a_wrong_pin_is_denied_and_hidden() {
    let Some(hsm) = Hsm::found() else { return };
    let error = Pkcs11::open(&hsm.module, "locked", pin("wrong-pin-4711"), "key").unwrap_err();
    assert!(!format!("{error:?} {error}").contains("4711"), "{error:?}");
    assert_eq!(failure(Err::<(), _>(error)), Failure::Denied);
}

#[test]
fn sixteen_threads_share_the_token() {
    let Some(hsm) = Hsm::found() else { return };
    let (_label, keys) = hsm.new_key();
    std::thread::scope(|scope| {
        for number in 0..16 {
            let keys = keys.clone();
            scope.spawn(move || {
                let (dek, binding) = (Key::from_bytes(&[number; 32]), Binding::new(&[number; 32], &[0; 32]));
                for _ in 0..4 {
                    let recipient = block_on(keys.wrap(&dek, &binding)).unwrap();
                    assert_eq!(block_on(keys.unwrap(&recipient, &binding)).unwrap().expose(), dek.expose());
                }
            });
        }
    });
}

#[test]
fn equal_keys_are_wrapped_under_nonces_of_their_own() {
    let Some(hsm) = Hsm::found() else { return };
    let (_label, keys) = hsm.new_key();
    let wrap = || block_on(keys.wrap(&Key::from_bytes(&[7; 32]), &binding())).unwrap();
    let (one, two) = (wrap(), wrap());
    assert_eq!(one.wrapped().len(), 60);
    assert_ne!(one.wrapped()[..12], two.wrapped()[..12]);
}

/// The module under test, with three tokens of ours.
#[derive(Clone)]
struct Hsm {
    module: String,
    context: Module,
}

impl Hsm {
    /// The module that the environment names, where it names one.
    fn found() -> Option<Self> {
        static FOUND: OnceLock<Option<Hsm>> = OnceLock::new();
        let found = FOUND.get_or_init(|| env::var("AXIOM_TEST_PKCS11_MODULE").ok().map(Self::set_up));
        if found.is_none() {
            eprintln!("AXIOM_TEST_PKCS11_MODULE names no library: this test did not run");
        }
        found.clone()
    }

    fn set_up(module: String) -> Self {
        let context = Module::new(&module).unwrap();
        context.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)).unwrap();
        let hsm = Self { module, context };
        for label in ["axiom", "lonely", "locked"] {
            hsm.make_token(label);
        }
        hsm
    }

    /// Each run has a token directory of its own, and makes its tokens there.
    fn make_token(&self, label: &str) {
        let slot = *self.context.get_slots_with_token().unwrap().last().unwrap();
        let officer = AuthPin::new("so-pin".into());
        self.context.init_token(slot, &officer, label).unwrap();
        let session = self.context.open_rw_session(self.slot(label)).unwrap();
        session.login(UserType::So, Some(&officer)).unwrap();
        session.init_pin(&AuthPin::new(PIN.into())).unwrap();
    }

    fn slot(&self, label: &str) -> Slot {
        let slots = self.context.get_slots_with_initialized_token().unwrap();
        slots.into_iter().find(|slot| self.context.get_token_info(*slot).unwrap().label() == label).unwrap()
    }

    fn new_key(&self) -> (String, Pkcs11) {
        let label = format!("key-{}", number());
        let keys = Pkcs11::create(&self.module, "axiom", pin(PIN), &label).unwrap();
        (label, keys)
    }

    fn open(&self, label: &str) -> Result<Pkcs11, Error> {
        Pkcs11::open(&self.module, "axiom", pin(PIN), label)
    }

    /// A session of an administrator, who may change keys.
    fn session(&self) -> Session {
        let session = self.context.open_rw_session(self.slot("axiom")).unwrap();
        let _ = session.login(UserType::User, Some(&AuthPin::new(PIN.into())));
        session
    }
}

/// Who may change a key, by the module itself.
struct Administrator {
    hsm: Hsm,
    keys: Pkcs11,
    label: String,
}

impl Administrator {
    fn key(&self) -> (Session, ObjectHandle) {
        let session = self.hsm.session();
        let key = session.find_objects(&[Attribute::Label(self.label.clone().into_bytes())]).unwrap()[0];
        (session, key)
    }

    fn allow(&self, use_of_it: bool) {
        let (session, key) = self.key();
        session.update_attributes(key, &[Attribute::Encrypt(use_of_it), Attribute::Decrypt(use_of_it)]).unwrap();
    }
}

#[async_trait]
impl KeyAdministrator for Administrator {
    fn provider(&self) -> &dyn KeyProvider {
        &self.keys
    }

    async fn enable(&self) {
        self.allow(true);
    }

    async fn disable(&self) {
        self.allow(false);
    }

    /// PKCS #11 has no deletion with a grace period.
    async fn schedule_deletion(&self) -> bool {
        false
    }

    async fn cancel_deletion(&self) {}

    async fn destroy(&self) -> bool {
        let (session, key) = self.key();
        session.destroy_object(key).is_ok()
    }
}

/// A number that no other key of this run has.
fn number() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

fn pin(pin: &str) -> Secret<String> {
    Secret::from(pin.to_owned())
}

fn binding() -> Binding {
    Binding::new(&[1; 32], &[2; 32])
}

fn failure<T>(result: Result<T, Error>) -> Failure {
    match result.map(|_| ()).unwrap_err() {
        Error::Provider { failure, .. } => failure,
        other => panic!("{other}"),
    }
}

const KEY_LEN: c_ulong = 32;
const PIN: &str = "user-pin";
