//! How it ended.

use axiom_core::Status;

use super::action::Deed;
use super::record::Record;

/// How the request of a record ended.
pub(super) struct Outcome {
    pub(super) is_error: bool,
    pub(super) status: Status,
    pub(super) error: Option<String>,
}

impl Outcome {
    pub(super) fn of(record: &mut Record, deed: &Deed) -> Self {
        let code = record.text("/errorCode").map(str::to_owned);
        let message = record.take("errorMessage");
        let refused_at_the_door = deed.is_sign_in() && record.text("/responseElements/ConsoleLogin") == Some("Failure");
        let is_error = code.is_some() || message.is_some() || refused_at_the_door;
        let status = match (is_error, is_denied(code.as_deref(), message.as_deref())) {
            (true, true) => Status::Denied,
            (true, false) => Status::Failed,
            (false, _) if deed.is_change() => Status::Applied,
            (false, _) => Status::Succeeded,
        };
        let error = match (code, message) {
            (Some(code), Some(message)) => Some(format!("{code}: {message}")),
            (code, message) => code.or(message),
        };
        Self { is_error, status, error }
    }
}

/// Whether access was refused, by the code, or by the message where a service sends no code.
fn is_denied(code: Option<&str>, message: Option<&str>) -> bool {
    match (code, message) {
        (Some(code), _) => {
            let code = code.to_ascii_lowercase();
            REFUSALS.iter().any(|refusal| code.contains(refusal))
        }
        (None, Some(message)) => message.contains("is not authorized to perform"),
        (None, None) => false,
    }
}

/// Parts of the error codes with which AWS services refuse a caller or its credentials, in lower case.
const REFUSALS: [&str; 11] = [
    "accessdenied",
    "authfailure",
    "authorizationerror",
    "expiredtoken",
    "explicitdeny",
    "forbidden",
    "invalidclienttokenid",
    "notauthorized",
    "signaturedoesnotmatch",
    "unauthorized",
    "unrecognizedclient",
];

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn outcome(source: &str, name: &str, members: &Value) -> Outcome {
        let mut record = json!({"eventSource": source, "eventName": name});
        record.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        let mut record = Record::new(&record).unwrap();
        let deed = Deed::of(&record).unwrap();
        Outcome::of(&mut record, &deed)
    }

    #[test]
    fn refusals_are_told_from_failures() {
        for code in [
            "AccessDenied",
            "AccessDeniedException",
            "Client.UnauthorizedOperation",
            "UnauthorizedOperation",
            "AuthFailure",
            "VpceAccessDenied",
            "NotAuthorizedException",
            "AuthorizationError",
            "InvalidClientTokenId",
        ] {
            assert_eq!(outcome("s3", "PutObject", &json!({"errorCode": code})).status, Status::Denied, "{code}");
        }
        for code in
            ["ThrottlingException", "NoSuchBucketPolicy", "Client.InvalidParameterValue", "Server.InternalError"]
        {
            assert_eq!(outcome("s3", "PutObject", &json!({"errorCode": code})).status, Status::Failed, "{code}");
        }
    }

    #[test]
    fn a_change_is_applied_and_a_read_succeeds() {
        assert_eq!(outcome("s3", "PutObject", &json!({})).status, Status::Applied);
        assert_eq!(outcome("s3", "GetObject", &json!({})).status, Status::Succeeded);
        assert_eq!(outcome("sts", "AssumeRole", &json!({"readOnly": false})).status, Status::Succeeded);
    }

    #[test]
    fn a_failed_sign_in_has_no_error_code() {
        let failed = outcome("signin", "ConsoleLogin", &json!({"responseElements": {"ConsoleLogin": "Failure"}}));
        assert!(failed.is_error);
        assert_eq!((failed.status, failed.error), (Status::Failed, None));
        assert!(!outcome("signin", "ConsoleLogin", &json!({"responseElements": {"ConsoleLogin": "Success"}})).is_error);
    }

    #[test]
    fn the_error_is_code_and_message() {
        let error = |members| outcome("s3", "PutObject", &members).error;
        assert_eq!(error(json!({"errorCode": "A", "errorMessage": "b"})).as_deref(), Some("A: b"));
        assert_eq!(error(json!({"errorMessage": "b"})).as_deref(), Some("b"));
        assert_eq!(error(json!({})), None);
    }
}
