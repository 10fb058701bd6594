//! A token: its sessions, its login and the key in it.

use core::ffi::c_ulong;
use core::sync::atomic::{AtomicBool, Ordering};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use cryptoki::context::Pkcs11 as Module;
use cryptoki::error::{Error as Cryptoki, RvError};
use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::slot::Slot;
use cryptoki::types::AuthPin;

use super::module;
use super::refusal::Refusal;
use crate::error::Error;
use crate::secret::Secret;

/// A token and the label of a key in it.
pub(super) struct Token {
    module: PathBuf,
    label: Box<str>,
    pin: Secret<String>,
    key: Box<str>,
    /// The token has refused the PIN; asking again would lock it.
    pin_refused: AtomicBool,
    /// Sessions that nobody uses. One stays open, because the token logs out with the last.
    idle: Mutex<Vec<Seat>>,
}

/// A session that is logged in, and the key as it knows it.
pub(super) struct Seat {
    pub(super) session: Session,
    pub(super) key: ObjectHandle,
}

impl Token {
    pub(super) fn open(module: &Path, label: &str, pin: Secret<String>, key: &str) -> Result<Self, Error> {
        let (pin_refused, idle) = (AtomicBool::new(false), Mutex::default());
        let token = Self { module: module.to_owned(), label: label.into(), pin, key: key.into(), pin_refused, idle };
        drop(token.session(Access::Read)?);
        Ok(token)
    }

    /// Does `work` in a session, once more in a new one where the token has closed it.
    pub(super) fn with_seat<T>(&self, mut work: impl FnMut(&Seat) -> Result<T, Refusal>) -> Result<T, Error> {
        let idle = self.idle().pop();
        if let Some(seat) = idle {
            match work(&seat) {
                Err(refusal) if refusal.is_stale() => self.idle().clear(),
                result => return Ok(self.left(seat, result)?),
            }
        }
        let seat = self.seat()?;
        let result = work(&seat);
        Ok(self.left(seat, result)?)
    }

    /// Makes the key, which must not be there yet.
    pub(super) fn create_key(&self) -> Result<(), Error> {
        let session = self.session(Access::Write)?;
        if !session.find_objects(&self.template()).map_err(Refusal::from)?.is_empty() {
            return Err(Refusal::Strange("there is a key with this label already").into());
        }
        let mut template = self.template().to_vec();
        template.extend([Attribute::Token(true), Attribute::Private(true), Attribute::ValueLen(KEY_LEN.into())]);
        template.extend([Attribute::Sensitive(true), Attribute::Extractable(false)]);
        template.extend([Attribute::Encrypt(true), Attribute::Decrypt(true)]);
        session.generate_key(&Mechanism::AesKeyGen, &template).map_err(Refusal::from)?;
        Ok(())
    }

    /// Puts a session back that still serves.
    fn left<T>(&self, seat: Seat, result: Result<T, Refusal>) -> Result<T, Refusal> {
        let mut idle = self.idle();
        if idle.len() < MAX_IDLE && !result.as_ref().is_err_and(Refusal::is_stale) {
            idle.push(seat);
        }
        result
    }

    fn seat(&self) -> Result<Seat, Refusal> {
        let session = self.session(Access::Read)?;
        let keys = session.find_objects(&self.template())?;
        match keys[..] {
            [key] => fits(&session, key)?.then_some(Seat { session, key }).ok_or(Refusal::Strange(UNFIT)),
            [] => Err(Refusal::NoKey),
            _ => Err(Refusal::Strange("several keys have this label")),
        }
    }

    fn session(&self, access: Access) -> Result<Session, Refusal> {
        let module = module::loaded(&self.module).map_err(Refusal::of_module)?;
        let slot = self.slot(&module)?;
        let session = match access {
            Access::Read => module.open_ro_session(slot)?,
            Access::Write => module.open_rw_session(slot)?,
        };
        self.log_in(&session)?;
        Ok(session)
    }

    /// Where the token is; it may have moved since the last session.
    fn slot(&self, module: &Module) -> Result<Slot, Refusal> {
        for slot in module.get_slots_with_initialized_token()? {
            if module.get_token_info(slot)?.label() == &*self.label {
                return Ok(slot);
            }
        }
        Err(Refusal::NoToken)
    }

    fn log_in(&self, session: &Session) -> Result<(), Refusal> {
        if self.pin_refused.load(Ordering::Relaxed) {
            return Err(Refusal::PinRefused);
        }
        let pin = AuthPin::new(self.pin.expose().as_str().into());
        match session.login(UserType::User, Some(&pin)) {
            Ok(()) | Err(Cryptoki::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => Ok(()),
            Err(error) => {
                let refused = matches!(error, Cryptoki::Pkcs11(RvError::PinIncorrect, _));
                self.pin_refused.fetch_or(refused, Ordering::Relaxed);
                Err(error.into())
            }
        }
    }

    fn template(&self) -> [Attribute; 3] {
        let label = Attribute::Label(self.key.as_bytes().to_vec());
        [Attribute::Class(ObjectClass::SECRET_KEY), Attribute::KeyType(KeyType::AES), label]
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Seat>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Clone, Copy)]
enum Access {
    Read,
    Write,
}

/// Whether the key has 256 bits that stay in the token.
fn fits(session: &Session, key: ObjectHandle) -> Result<bool, Refusal> {
    let kinds = [AttributeType::ValueLen, AttributeType::Sensitive, AttributeType::Extractable];
    let attributes = session.get_attributes(key, &kinds)?;
    let wanted = [Attribute::ValueLen(KEY_LEN.into()), Attribute::Sensitive(true), Attribute::Extractable(false)];
    Ok(wanted.iter().all(|wanted| attributes.contains(wanted)))
}

const KEY_LEN: c_ulong = 32;
const MAX_IDLE: usize = 8;
const UNFIT: &str = "the key must have 256 bits, be sensitive and not extractable";
