//! What the answers of the service mean.

use aws_sdk_kms::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_kms::operation::RequestId;

use super::PROVIDER;
use crate::error::Error;
use crate::provider::Failure;

/// The error of a request that failed.
///
/// Its source is written here and is not the SDK's own error, whose debug form holds the whole response: that of a
/// `Decrypt` that cannot be read could hold the data key.
pub(super) fn refused<E>(operation: &str, error: &SdkError<E>) -> Error
where
    E: core::error::Error + ProvideErrorMetadata + RequestId + 'static,
{
    let (failure, said) = match error {
        SdkError::ServiceError(answer) => {
            let (code, status) = (answer.err().code(), answer.raw().status().as_u16());
            if code.is_some_and(|code| REFUSED_CIPHERTEXT.contains(&code)) {
                return Error::Open;
            }
            (code.and_then(by_code).unwrap_or_else(|| by_status(status)), answered(answer.err(), status))
        }
        SdkError::DispatchFailure(failure) if failure.is_user() => (Failure::Other, chain(error)),
        SdkError::DispatchFailure(_) | SdkError::ResponseError(_) | SdkError::TimeoutError(_) => {
            (Failure::Unavailable, chain(error))
        }
        _ => (Failure::Other, chain(error)),
    };
    failed(failure, format!("{operation}: {said}"))
}

/// The error of an answer that is not what it must be.
pub(super) fn strange(reason: &str) -> Error {
    failed(Failure::Other, format!("the answer is of no use: {reason}"))
}

fn failed(failure: Failure, said: String) -> Error {
    Error::Provider { provider: PROVIDER.into(), failure, source: said.into() }
}

/// The codes of the service's own errors (API reference of KMS, "Errors" of each action) and of those that all services
/// of AWS have ("Common Errors").
fn by_code(code: &str) -> Option<Failure> {
    Some(match code {
        "AccessDeniedException"
        | "ExpiredTokenException"
        | "IncompleteSignature"
        | "InvalidClientTokenId"
        | "InvalidGrantTokenException"
        | "InvalidSignatureException"
        | "MissingAuthenticationToken"
        | "NotAuthorized"
        | "OptInRequired"
        | "UnrecognizedClientException" => Failure::Denied,
        "DisabledException" | "KMSInvalidStateException" => Failure::Disabled,
        "NotFoundException" => Failure::NotFound,
        "LimitExceededException"
        | "RequestLimitExceeded"
        | "Throttling"
        | "ThrottlingException"
        | "TooManyRequestsException" => Failure::Throttled,
        "DependencyTimeoutException"
        | "InternalFailure"
        | "KMSInternalException"
        | "KeyUnavailableException"
        | "RequestTimeout"
        | "ServiceUnavailable"
        | "ServiceUnavailableException" => Failure::Unavailable,
        _ => return None,
    })
}

/// For answers without a code that is known: those of something between the service and us, and, with a status of
/// success, those that cannot be read.
const fn by_status(status: u16) -> Failure {
    match status {
        401 | 403 => Failure::Denied,
        429 => Failure::Throttled,
        200..=299 | 500.. => Failure::Unavailable,
        _ => Failure::Other,
    }
}

fn answered<E: ProvideErrorMetadata + RequestId>(error: &E, status: u16) -> String {
    let code = error.code().map_or_else(|| format!("status {status}"), str::to_owned);
    let message = error.message().map(|message| format!(": {message}")).unwrap_or_default();
    let request = error.request_id().map(|id| format!(" (request {id})")).unwrap_or_default();
    format!("{code}{message}{request}")
}

/// An error and its sources, without their debug forms.
fn chain(error: &dyn core::error::Error) -> String {
    let sources = core::iter::successors(Some(error), |error| error.source());
    sources.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

const REFUSED_CIPHERTEXT: [&str; 2] = ["IncorrectKeyException", "InvalidCiphertextException"];
