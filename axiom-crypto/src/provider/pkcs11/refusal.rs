//! What the answers of a token mean.

use cryptoki::context::Function;
use cryptoki::error::{Error as Cryptoki, RvError};

use super::PROVIDER;
use crate::error::Error;
use crate::provider::Failure;

/// Why a token did not do what it was asked for.
#[derive(Debug)]
pub(super) enum Refusal {
    /// The wrapped key is damaged, or of another key or binding.
    Ciphertext,
    /// The library cannot be loaded.
    Module(Cryptoki),
    NoKey,
    NoToken,
    PinRefused,
    Random,
    Strange(&'static str),
    Token(Cryptoki),
}

impl Refusal {
    pub(super) fn of_module(error: Cryptoki) -> Self {
        Self::Module(error)
    }

    pub(super) fn of_decryption(error: Cryptoki) -> Self {
        match error {
            Cryptoki::Pkcs11(
                RvError::EncryptedDataInvalid
                | RvError::EncryptedDataLenRange
                | RvError::DataInvalid
                | RvError::DataLenRange,
                Function::Decrypt,
            ) => Self::Ciphertext,
            other => Self::Token(other),
        }
    }

    /// Whether it may mean anything that goes wrong while decrypting.
    pub(super) const fn is_vague(&self) -> bool {
        matches!(
            self,
            Self::Token(Cryptoki::Pkcs11(
                RvError::GeneralError
                    | RvError::FunctionFailed
                    | RvError::DeviceError
                    | RvError::ArgumentsBad
                    | RvError::VendorDefined(_),
                Function::Decrypt
            ))
        )
    }

    /// Whether a new session may be able to do what this one cannot.
    pub(super) const fn is_stale(&self) -> bool {
        matches!(
            self,
            Self::Token(Cryptoki::Pkcs11(
                RvError::CryptokiNotInitialized
                    | RvError::DeviceRemoved
                    | RvError::KeyHandleInvalid
                    | RvError::ObjectHandleInvalid
                    | RvError::OperationActive
                    | RvError::SessionClosed
                    | RvError::SessionHandleInvalid
                    | RvError::TokenNotPresent
                    | RvError::UserNotLoggedIn,
                _
            ))
        )
    }

    const fn failure(&self) -> Failure {
        match self {
            Self::Module(_) | Self::NoToken => Failure::Unavailable,
            Self::NoKey => Failure::NotFound,
            Self::PinRefused => Failure::Denied,
            Self::Token(Cryptoki::Pkcs11(value, _)) => of_value(*value),
            Self::Ciphertext | Self::Random | Self::Strange(_) | Self::Token(_) => Failure::Other,
        }
    }
}

/// The class of a return value (PKCS #11 v2.40, 5.1).
const fn of_value(value: RvError) -> Failure {
    match value {
        RvError::ActionProhibited
        | RvError::FunctionRejected
        | RvError::PinExpired
        | RvError::PinIncorrect
        | RvError::PinInvalid
        | RvError::PinLenRange
        | RvError::PinLocked
        | RvError::UserAnotherAlreadyLoggedIn
        | RvError::UserNotLoggedIn
        | RvError::UserPinNotInitialized
        | RvError::UserTypeInvalid => Failure::Denied,
        RvError::KeyFunctionNotPermitted => Failure::Disabled,
        RvError::KeyHandleInvalid | RvError::ObjectHandleInvalid => Failure::NotFound,
        RvError::SessionCount | RvError::UserTooManyTypes => Failure::Throttled,
        RvError::CryptokiNotInitialized
        | RvError::DeviceError
        | RvError::DeviceMemory
        | RvError::DeviceRemoved
        | RvError::FunctionCanceled
        | RvError::FunctionFailed
        | RvError::GeneralError
        | RvError::HostMemory
        | RvError::SessionClosed
        | RvError::SessionHandleInvalid
        | RvError::SlotIdInvalid
        | RvError::TokenNotPresent
        | RvError::TokenNotRecognized => Failure::Unavailable,
        _ => Failure::Other,
    }
}

impl From<Cryptoki> for Refusal {
    fn from(error: Cryptoki) -> Self {
        Self::Token(error)
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        let failure = refusal.failure();
        let source = match refusal {
            Refusal::Ciphertext => return Self::Open,
            Refusal::Random => return Self::Random,
            Refusal::Module(error) | Refusal::Token(error) => Box::new(error) as Box<_>,
            Refusal::NoKey => "the token has no key with this label".into(),
            Refusal::NoToken => "no token has this label".into(),
            Refusal::PinRefused => "the token has refused the PIN, which is not tried again".into(),
            Refusal::Strange(reason) => reason.into(),
        };
        Self::Provider { provider: PROVIDER.into(), failure, source }
    }
}
