//! What a provider makes of a service that refuses, fails, is slow or lies; `moto` does none of it.

use core::time::Duration;

use axiom_crypto::aws_sdk_kms::Client;
use axiom_crypto::aws_sdk_kms::config::retry::RetryConfig;
use axiom_crypto::aws_sdk_kms::config::timeout::TimeoutConfig;
use axiom_crypto::{AwsKms, Binding, Error, Failure, Key, KeyId, KeyProvider, KeyState, Recipient};
use base64ct::{Base64, Encoding};

use crate::client::{client, config, runtime};
use crate::script::{Act, Server};

const ARN: &str = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd";
const REPLICA: &str = "arn:aws:kms:us-east-1:111122223333:key/mrk-1234";

#[test]
fn every_code_of_the_service_has_its_class() {
    for (code, expected) in [
        ("AccessDeniedException", Failure::Denied),
        ("DependencyTimeoutException", Failure::Unavailable),
        ("DisabledException", Failure::Disabled),
        ("ExpiredTokenException", Failure::Denied),
        ("InternalFailure", Failure::Unavailable),
        ("InvalidGrantTokenException", Failure::Denied),
        ("InvalidKeyUsageException", Failure::Other),
        ("KMSInternalException", Failure::Unavailable),
        ("KMSInvalidStateException", Failure::Disabled),
        ("KeyUnavailableException", Failure::Unavailable),
        ("NotFoundException", Failure::NotFound),
        ("ServiceUnavailable", Failure::Unavailable),
        ("SomethingNewException", Failure::Other),
        ("ThrottlingException", Failure::Throttled),
        ("UnrecognizedClientException", Failure::Denied),
        ("ValidationException", Failure::Other),
    ] {
        let server = Server::start([refusal(400, code)]);
        let keys = hurried(&server);
        for error in [wrap(&keys).unwrap_err(), unwrap(&keys).unwrap_err(), rewrap(&keys).unwrap_err()] {
            assert_eq!(failure(&error), expected, "{code}");
            let source = core::error::Error::source(&error).unwrap().to_string();
            assert!(source.contains(code) && source.contains("said so") && source.contains("req-1"), "{source}");
        }
    }
}

#[test]
fn a_refused_ciphertext_is_opaque() {
    for code in ["IncorrectKeyException", "InvalidCiphertextException"] {
        let server = Server::start([refusal(400, code)]);
        assert!(matches!(unwrap(&hurried(&server)), Err(Error::Open)), "{code}");
        assert!(matches!(rewrap(&hurried(&server)), Err(Error::Open)), "{code}");
        assert_eq!(server.requests().len(), 2, "{code} is not tried again");
    }
}

#[test]
fn answers_of_something_in_between_are_classified_by_status() {
    for (status, expected) in [
        (403, Failure::Denied),
        (418, Failure::Other),
        (429, Failure::Throttled),
        (502, Failure::Unavailable),
        (504, Failure::Unavailable),
    ] {
        let server = Server::start([Act::Answer(status, "<html>no such thing</html>".into())]);
        assert_eq!(failure(&wrap(&hurried(&server)).unwrap_err()), expected, "{status}");
    }
}

#[test]
fn what_may_pass_is_tried_again_and_the_rest_is_not() {
    for (act, tries) in [
        (refusal(400, "ThrottlingException"), 3),
        (refusal(500, "KMSInternalException"), 3),
        (Act::Answer(503, String::new()), 3),
        (Act::HangUp, 3),
        (refusal(400, "AccessDeniedException"), 1),
        (refusal(400, "DisabledException"), 1),
    ] {
        let server = Server::start([act]);
        let keys = AwsKms::from_arn(client(server.url(), "eu-west-1"), ARN).unwrap();
        wrap(&keys).unwrap_err();
        assert_eq!(server.requests().len(), tries);
    }
}

#[test]
fn a_throttled_request_succeeds_when_it_is_tried_again() {
    let server = Server::start([refusal(400, "ThrottlingException"), Act::HangUp, encrypted(ARN)]);
    let keys = AwsKms::from_arn(client(server.url(), "eu-west-1"), ARN).unwrap();
    assert_eq!(wrap(&keys).unwrap().wrapped(), b"ciphertext");
    assert_eq!(server.requests().len(), 3);
}

#[test]
fn a_service_that_does_not_answer_is_given_up() {
    let server = Server::start([Act::Silence]);
    let patience = TimeoutConfig::builder().operation_attempt_timeout(Duration::from_millis(50)).build();
    let config = config(server.url(), "eu-west-1").timeout_config(patience);
    let keys = AwsKms::from_arn(Client::from_conf(config.build()), ARN).unwrap();
    assert_eq!(failure(&wrap(&keys).unwrap_err()), Failure::Unavailable);
    assert_eq!(server.requests().len(), 3, "each try has its own patience");
}

#[test]
fn a_client_without_limits_gets_ours() {
    let server = Server::start([Act::Silence]);
    let config = config(server.url(), "eu-west-1").retry_config(RetryConfig::disabled());
    let keys = AwsKms::from_arn(Client::from_conf(config.build()), ARN).unwrap();
    assert_eq!(failure(&wrap(&keys).unwrap_err()), Failure::Unavailable);
    assert_eq!(server.requests().len(), 1, "its retries are its own");
}

#[test]
fn nobody_listening_is_unavailable() {
    let keys = AwsKms::from_arn(client("http://127.0.0.1:1", "eu-west-1"), ARN).unwrap();
    let error = wrap(&keys).unwrap_err();
    assert_eq!(failure(&error), Failure::Unavailable);
    assert!(core::error::Error::source(&error).unwrap().to_string().starts_with("Encrypt: "), "{error:?}");
}

#[test]
fn an_answer_of_another_key_is_refused() {
    let other = ARN.replace("1234abcd", "feedbeef");
    let server = Server::start([encrypted(&other)]);
    assert_eq!(failure(&wrap(&hurried(&server)).unwrap_err()), Failure::Other);
    assert_eq!(failure(&rewrap(&hurried(&server)).unwrap_err()), Failure::Other);
    assert!(matches!(unwrap(&hurried(&Server::start([decrypted(&other, &[7; 32])]))), Err(Error::Open)));
    assert!(matches!(unwrap(&hurried(&Server::start([decrypted(ARN, &[7; 31])]))), Err(Error::Open)));
    assert_eq!(unwrap(&hurried(&Server::start([decrypted(ARN, &[7; 32])]))).unwrap().expose(), &[7; 32]);
}

#[test]
fn an_answer_that_cannot_be_read_shows_nothing_of_it() {
    let body = format!("{{\"KeyId\":\"{ARN}\",\"Plaintext\":\"{}\"", Base64::encode_string(&[0x55; 32]));
    let error = unwrap(&hurried(&Server::start([Act::Answer(200, body)]))).unwrap_err();
    assert_eq!(failure(&error), Failure::Unavailable);
    let shown = format!("{error:?} {error} {error:#?}");
    for secret in ["VVVVVV", "85, 85", "UUUU", "555555"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[test]
fn a_request_names_the_key_and_the_context() {
    let server = Server::start([encrypted(ARN), decrypted(ARN, &[7; 32]), encrypted(ARN)]);
    let keys = hurried(&server);
    let binding = binding().of_organization("org_7f3c".into());
    let runtime = runtime();
    let recipient = runtime.block_on(keys.wrap(&Key::from_bytes(&[7; 32]), &binding)).unwrap();
    runtime.block_on(keys.unwrap(&recipient, &binding)).unwrap();
    runtime.block_on(keys.rewrap(&recipient, &binding)).unwrap();
    let context = serde_json::json!({
        "axiom:binding": Base64::encode_string(binding.as_bytes()),
        "organization": "org_7f3c",
    });
    let (dek, ciphertext) = (Base64::encode_string(&[7; 32]), Base64::encode_string(b"ciphertext"));
    let expected = [
        ("encrypt", serde_json::json!({ "KeyId": ARN, "Plaintext": dek, "EncryptionContext": context })),
        ("decrypt", serde_json::json!({ "KeyId": ARN, "CiphertextBlob": ciphertext, "EncryptionContext": context })),
        (
            "reencrypt",
            serde_json::json!({
                "CiphertextBlob": ciphertext,
                "SourceKeyId": ARN,
                "SourceEncryptionContext": context,
                "DestinationKeyId": ARN,
                "DestinationEncryptionContext": context,
            }),
        ),
    ];
    let requests = server.requests();
    assert_eq!(requests.len(), expected.len());
    for (request, (operation, body)) in requests.iter().zip(expected) {
        assert_eq!(request.operation, operation);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&request.body).unwrap(), body);
    }
}

#[test]
fn an_organization_without_a_name_is_left_out() {
    let server = Server::start([encrypted(ARN)]);
    let binding = binding().of_organization("".into());
    runtime().block_on(hurried(&server).wrap(&Key::from_bytes(&[7; 32]), &binding)).unwrap();
    assert!(!server.requests()[0].body.contains("organization"));
}

#[test]
fn a_replica_is_asked_by_its_own_name() {
    let here = REPLICA.replace("us-east-1", "eu-west-1");
    let server = Server::start([decrypted(&here, &[7; 32])]);
    let keys = AwsKms::from_arn(client(server.url(), "eu-west-1"), &here).unwrap();
    let theirs = recipient(REPLICA);
    assert!(keys.holds(theirs.key()));
    runtime().block_on(keys.unwrap(&theirs, &binding())).unwrap();
    assert!(server.requests()[0].body.contains(&here));
}

#[test]
fn keys_of_others_and_long_ciphertexts_are_not_asked_for() {
    let server = Server::start([decrypted(ARN, &[7; 32])]);
    let keys = hurried(&server);
    let refused = runtime().block_on(keys.unwrap(&recipient(REPLICA), &binding()));
    assert!(matches!(refused, Err(Error::KeyNotFound { .. })));
    let long = Recipient::new(keys.describe(), &[0; 6145]).unwrap();
    assert!(matches!(runtime().block_on(keys.unwrap(&long, &binding())), Err(Error::Open)));
    assert!(!keys.holds(&KeyId::new("memory", ARN, 0).unwrap()));
    assert!(!keys.holds(&KeyId::new("aws-kms", ARN, 1).unwrap()));
    assert!(server.requests().is_empty());
}

#[test]
fn every_state_of_the_service_is_one_of_ours() {
    for (theirs, ours) in [
        ("Creating", KeyState::Disabled),
        ("Disabled", KeyState::Disabled),
        ("Enabled", KeyState::Enabled),
        ("PendingDeletion", KeyState::PendingDeletion),
        ("PendingImport", KeyState::Disabled),
        ("PendingReplicaDeletion", KeyState::PendingDeletion),
        ("Unavailable", KeyState::Disabled),
        ("Updating", KeyState::Enabled),
        ("SomethingNew", KeyState::Disabled),
    ] {
        let server = Server::start([described(&format!("\"KeyState\":\"{theirs}\""))]);
        assert_eq!(runtime().block_on(hurried(&server).state()).unwrap(), ours, "{theirs}");
    }
    let gone = Server::start([refusal(400, "NotFoundException")]);
    assert_eq!(runtime().block_on(hurried(&gone).state()).unwrap(), KeyState::Destroyed);
    let denied = Server::start([refusal(400, "AccessDeniedException")]);
    assert_eq!(failure(&runtime().block_on(hurried(&denied).state()).unwrap_err()), Failure::Denied);
}

#[test]
fn only_a_symmetric_key_for_encryption_will_do() {
    for (members, fits) in [
        ("\"KeyUsage\":\"ENCRYPT_DECRYPT\",\"KeySpec\":\"SYMMETRIC_DEFAULT\"", true),
        ("\"KeyUsage\":\"ENCRYPT_DECRYPT\",\"KeySpec\":\"RSA_4096\"", false),
        ("\"KeyUsage\":\"GENERATE_VERIFY_MAC\",\"KeySpec\":\"HMAC_256\"", false),
    ] {
        let server = Server::start([described(members)]);
        let keys = runtime().block_on(AwsKms::new(client(server.url(), "eu-west-1"), "alias/orders"));
        assert_eq!(keys.is_ok(), fits, "{members}");
        assert!(keys.map_or_else(|error| matches!(error, Error::Invalid { .. }), |keys| keys.describe().id() == ARN));
    }
    for arn in ["alias/orders", "1234abcd", "arn:aws:kms:eu-west-1:111122223333:alias/orders"] {
        assert!(matches!(AwsKms::from_arn(client("http://127.0.0.1:1", "eu-west-1"), arn), Err(Error::Invalid { .. })));
    }
}

/// A provider that does not wait before it tries again.
fn hurried(server: &Server) -> AwsKms {
    let retries = RetryConfig::standard().with_initial_backoff(Duration::ZERO).with_max_attempts(1);
    let config = config(server.url(), "eu-west-1").retry_config(retries);
    AwsKms::from_arn(Client::from_conf(config.build()), ARN).unwrap()
}

fn refusal(status: u16, code: &str) -> Act {
    Act::Answer(status, format!("{{\"__type\":\"{code}\",\"message\":\"it said so\"}}"))
}

fn encrypted(arn: &str) -> Act {
    let ciphertext = Base64::encode_string(b"ciphertext");
    Act::Answer(200, format!("{{\"KeyId\":\"{arn}\",\"CiphertextBlob\":\"{ciphertext}\"}}"))
}

fn decrypted(arn: &str, plaintext: &[u8]) -> Act {
    Act::Answer(200, format!("{{\"KeyId\":\"{arn}\",\"Plaintext\":\"{}\"}}", Base64::encode_string(plaintext)))
}

fn described(members: &str) -> Act {
    Act::Answer(200, format!("{{\"KeyMetadata\":{{\"KeyId\":\"1234abcd\",\"Arn\":\"{ARN}\",{members}}}}}"))
}

fn recipient(arn: &str) -> Recipient {
    Recipient::new(KeyId::new("aws-kms", arn, 0).unwrap(), b"ciphertext").unwrap()
}

fn binding() -> Binding {
    Binding::new(&[1; 32], &[2; 32])
}

fn wrap(keys: &AwsKms) -> Result<Recipient, Error> {
    runtime().block_on(keys.wrap(&Key::from_bytes(&[7; 32]), &binding()))
}

fn unwrap(keys: &AwsKms) -> Result<Key, Error> {
    runtime().block_on(keys.unwrap(&recipient(ARN), &binding()))
}

fn rewrap(keys: &AwsKms) -> Result<Recipient, Error> {
    runtime().block_on(keys.rewrap(&recipient(ARN), &binding()))
}

fn failure(error: &Error) -> Failure {
    match error {
        Error::Provider { failure, .. } => *failure,
        other => panic!("{other}"),
    }
}
