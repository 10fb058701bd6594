//! Errors: each one of the crates as an exception of `axiom.exceptions`.

use core::error::Error;
use std::io;
use std::path::Path;

use axiom_crypto::Failure;
use axiom_crypto::token::TokenError as TokenRefusal;
use pyo3::prelude::*;

use crate::moment::datetime;

/// The exception classes, which are written in Python.
mod exceptions {
    use pyo3::import_exception;

    import_exception!(axiom.exceptions, ArgumentError);
    import_exception!(axiom.exceptions, AxiomError);
    import_exception!(axiom.exceptions, BadSignatureError);
    import_exception!(axiom.exceptions, BlockedError);
    import_exception!(axiom.exceptions, ClosedError);
    import_exception!(axiom.exceptions, CryptoError);
    import_exception!(axiom.exceptions, DamagedError);
    import_exception!(axiom.exceptions, DocumentError);
    import_exception!(axiom.exceptions, EndedError);
    import_exception!(axiom.exceptions, EventError);
    import_exception!(axiom.exceptions, ExpiredCredentialError);
    import_exception!(axiom.exceptions, ExpiredTokenError);
    import_exception!(axiom.exceptions, FetchError);
    import_exception!(axiom.exceptions, KeyDestroyedError);
    import_exception!(axiom.exceptions, KeyFileError);
    import_exception!(axiom.exceptions, KeyHeldError);
    import_exception!(axiom.exceptions, KeyNotFoundError);
    import_exception!(axiom.exceptions, KeyRevokedError);
    import_exception!(axiom.exceptions, LockedError);
    import_exception!(axiom.exceptions, MalformedTokenError);
    import_exception!(axiom.exceptions, NoKeyError);
    import_exception!(axiom.exceptions, NoRevocationsError);
    import_exception!(axiom.exceptions, NotFoundError);
    import_exception!(axiom.exceptions, NotYetValidError);
    import_exception!(axiom.exceptions, NoteError);
    import_exception!(axiom.exceptions, OldRevocationsError);
    import_exception!(axiom.exceptions, OpenError);
    import_exception!(axiom.exceptions, RevokedError);
    import_exception!(axiom.exceptions, SecretError);
    import_exception!(axiom.exceptions, SigningError);
    import_exception!(axiom.exceptions, StoreError);
    import_exception!(axiom.exceptions, TokenError);
    import_exception!(axiom.exceptions, UnknownKeyError);
    import_exception!(axiom.exceptions, WrongKindError);
    import_exception!(axiom.exceptions, WrongOrganizationError);
}

pub(crate) use exceptions::{
    ArgumentError, AxiomError, BlockedError, ClosedError, DocumentError, KeyFileError, NotFoundError, SecretError,
};
use exceptions::{
    BadSignatureError, CryptoError, DamagedError, EndedError, EventError, ExpiredCredentialError, ExpiredTokenError,
    FetchError, KeyDestroyedError, KeyHeldError, KeyNotFoundError, KeyRevokedError, LockedError, MalformedTokenError,
    NoKeyError, NoRevocationsError, NotYetValidError, NoteError, OldRevocationsError, OpenError, RevokedError,
    SigningError, StoreError, TokenError, UnknownKeyError, WrongKindError, WrongOrganizationError,
};

/// What went wrong around a log.
pub(crate) fn audit(error: &axiom_audit::Error) -> PyErr {
    use axiom_audit::Error as E;
    let message = with_sources(error);
    match error {
        E::Event(event) => core(event),
        E::Cursor(_) | E::Key(_) | E::Name(_) => ArgumentError::new_err(message),
        E::NotFound { .. } => NotFoundError::new_err(message),
        E::Locked { .. } => LockedError::new_err(message),
        E::Damaged { .. } | E::Unverified { .. } => DamagedError::new_err(message),
        E::Note(_) | E::Signature => NoteError::new_err(message),
        E::Reused { .. } => EventError::new_err(message),
        E::Closed => ClosedError::new_err(message),
        E::Sign(_) => SigningError::new_err(message),
        E::Conflict { .. } | E::Exists { .. } | E::Poisoned | E::Store { .. } => StoreError::new_err(message),
        _ => AxiomError::new_err(message),
    }
}

/// What is wrong with an event.
pub(crate) fn core(error: &axiom_core::Error) -> PyErr {
    use axiom_core::Error as E;
    match error {
        E::Invalid { pointer, reason } if pointer.is_empty() => EventError::new_err(reason.to_string()),
        E::Blocked { pointer, .. } | E::Invalid { pointer, .. } => {
            EventError::new_err((with_sources(error), pointer.clone()))
        }
        E::Seal { .. } => CryptoError::new_err(with_sources(error)),
        _ => EventError::new_err(with_sources(error)),
    }
}

/// An event whose field at `pointer` cannot be stored.
pub(crate) fn unstorable(pointer: &str, reason: &str) -> PyErr {
    core(&axiom_core::Error::invalid(pointer, reason.to_owned()))
}

/// A sealed field that does not open.
pub(crate) fn opening(error: &axiom_core::Error) -> PyErr {
    OpenError::new_err(with_sources(error))
}

/// What went wrong with keys and messages.
pub(crate) fn crypto(error: &axiom_crypto::Error) -> PyErr {
    use axiom_crypto::Error as E;
    let message = with_sources(error);
    match error {
        E::Invalid { .. } => ArgumentError::new_err(message),
        E::Io { .. } | E::KeyFile { .. } | E::Permissions { .. } => KeyFileError::new_err(message),
        E::KeyNotFound { .. } => KeyNotFoundError::new_err(message),
        E::Conflict | E::KeyStore { .. } | E::Stream { .. } | E::Temporary { .. } => StoreError::new_err(message),
        E::Destroyed { .. } => KeyDestroyedError::new_err(message),
        E::Held { holds } => KeyHeldError::new_err((message, holds.clone())),
        E::NoKey => NoKeyError::new_err(message),
        E::Revoked { due, .. } => KeyRevokedError::new_err((message, datetime(*due))),
        E::Ended => EndedError::new_err(message),
        E::Environment { .. } => SecretError::new_err(message),
        E::Expired { .. } => ExpiredCredentialError::new_err(message),
        E::Sign(_) => SigningError::new_err(message),
        E::Open => OpenError::new_err(message),
        _ => CryptoError::new_err(message),
    }
}

/// Why a token or a revocation list is refused.
pub(crate) fn token(error: &TokenRefusal) -> PyErr {
    use TokenRefusal as E;
    let message = error.to_string();
    match error {
        E::Malformed { .. } => MalformedTokenError::new_err(message),
        E::UnknownKey { key } => UnknownKeyError::new_err((message, key.to_string())),
        E::BadSignature => BadSignatureError::new_err(message),
        E::Expired { at } => ExpiredTokenError::new_err((message, datetime(*at))),
        E::NotYetValid { from } => NotYetValidError::new_err((message, datetime(*from))),
        E::OldRevocations { .. } => OldRevocationsError::new_err(message),
        E::Revoked => RevokedError::new_err(message),
        E::NoRevocations => NoRevocationsError::new_err(message),
        E::WrongKind => WrongKindError::new_err(message),
        E::WrongOrganization => WrongOrganizationError::new_err(message),
        _ => TokenError::new_err(message),
    }
}

/// A secret that could not be fetched.
pub(crate) fn fetch(error: &axiom_crypto::reload::FetchError) -> PyErr {
    FetchError::new_err((error.to_string(), failure(error.failure())))
}

/// The name of a kind of failure.
pub(crate) fn failure(failure: Failure) -> &'static str {
    FAILURES.iter().find(|(known, _)| *known == failure).map_or("other", |(_, name)| name)
}

/// The kind of failure that a `FetchError` names.
pub(crate) fn named_failure(raised: &PyErr, py: Python<'_>) -> Option<Failure> {
    if !raised.is_instance_of::<FetchError>(py) {
        return None;
    }
    let name: String = raised.value(py).getattr("failure").ok()?.extract().ok()?;
    FAILURES.iter().find(|(_, known)| *known == name).map(|(failure, _)| *failure)
}

const FAILURES: [(Failure, &str); 6] = [
    (Failure::Denied, "denied"),
    (Failure::Disabled, "disabled"),
    (Failure::NotFound, "not_found"),
    (Failure::Other, "other"),
    (Failure::Throttled, "throttled"),
    (Failure::Unavailable, "unavailable"),
];

/// A scanner's settings that do not hold.
pub(crate) fn pii(error: &axiom_pii::Error) -> PyErr {
    ArgumentError::new_err(with_sources(error))
}

/// The argument `name` is not as it must be.
pub(crate) fn argument(name: &str, error: &axiom_core::Error) -> PyErr {
    let reason = match error {
        axiom_core::Error::Invalid { reason, .. } => reason.to_string(),
        other => with_sources(other),
    };
    ArgumentError::new_err(format!("{name}: {reason}"))
}

/// A file that could not be written or read.
pub(crate) fn file(action: &str, path: &Path, source: &io::Error) -> PyErr {
    StoreError::new_err(format!("could not {action} {}: {source}", path.display()))
}

/// The message of `error` and of all that caused it.
fn with_sources(error: &dyn Error) -> String {
    let mut message = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        message = format!("{message}: {error}");
        cause = error.source();
    }
    message
}
