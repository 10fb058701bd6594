//! Names under which credentials stand.

/// Whether a member named `name` holds a credential; its case and its punctuation do not matter.
pub(super) fn is_secret_name(name: &str) -> bool {
    let name = plain(name);
    let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    if ends(&TOKENS) {
        return !ends(&HARMLESS_TOKENS);
    }
    if PASSWORDS.iter().any(|word| name.contains(word)) {
        return !ends(&ABOUT_A_PASSWORD);
    }
    ends(&ENDINGS) && name != "masterusersecret" || WHOLE_NAMES.contains(&name.as_str())
}

/// Whether the name speaks of a secret, so that a text under it is one, though a structure may only describe it:
/// `DB_PASS`, `tokenValue`, `credentials`, and neither `secretArn` nor `tokenEndpoint`.
pub(super) fn speaks_of_secret(name: &str) -> bool {
    let words = words(name);
    let speaks = words.iter().any(|word| SECRET_WORDS.contains(&word.as_str()));
    let describes = words.last().is_some_and(|last| DESCRIPTIONS.contains(&last.as_str()));
    speaks && !describes && !HARMLESS_TOKENS.iter().any(|harmless| plain(name).ends_with(harmless))
}

/// Whether an environment variable of this name holds a secret by custom: `STRIPE_KEY`, `GITHUB_PAT`, `DATABASE_DSN`.
pub(super) fn is_secret_variable(name: &str) -> bool {
    let is_variable = name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    is_variable && ["_DSN", "_KEY", "_PAT"].iter().any(|ending| name.ends_with(ending))
}

/// Whether a number under this name counts tokens, like the tokens of a language model.
pub(super) fn is_token_count(name: &str) -> bool {
    plain(name).ends_with("tokens")
}

/// Whether a name says, if vaguely, that a key stands behind it.
pub(super) fn is_key_name(name: &str) -> bool {
    let name = plain(name);
    ["cred", "key", "secret"].iter().any(|word| name.contains(word))
}

/// Whether all of the line behind this name belongs to it, as with an HTTP header.
pub(super) fn is_header_name(name: &str) -> bool {
    let name = plain(name);
    ["authorization", "cookie"].iter().any(|header| name.ends_with(header))
}

/// The words of a name, in lower case and without trailing digits: `dbPass2` → `db`, `pass`.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for letter in name.chars() {
        if !letter.is_ascii_alphanumeric() || (letter.is_ascii_uppercase() && before.is_ascii_lowercase()) {
            words.push(String::new());
        }
        if letter.is_ascii_alphabetic() {
            words.last_mut().expect("there is one word from the start").push(letter.to_ascii_lowercase());
        }
        before = letter;
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The letters and digits, in lower case.
fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}

const TOKENS: [&str; 2] = ["token", "tokens"];

/// Tokens that page through a list or make a request idempotent, and the instance metadata setting `httpTokens`.
const HARMLESS_TOKENS: [&str; 14] = [
    "changetoken",
    "clienttoken",
    "continuationtoken",
    "creationtoken",
    "httptokens",
    "idempotencytoken",
    "locktoken",
    "nextbackwardtoken",
    "nextforwardtoken",
    "nexttoken",
    "pagetoken",
    "paginationtoken",
    "requesttoken",
    "sequencetoken",
];

/// Words that speak of a secret.
const SECRET_WORDS: [&str; 7] = ["cred", "credential", "credentials", "creds", "pass", "secret", "token"];

/// Last words of names that describe a secret and do not hold it.
const DESCRIPTIONS: [&str; 30] = [
    "account",
    "arn",
    "arns",
    "count",
    "date",
    "description",
    "enabled",
    "endpoint",
    "expiration",
    "expiry",
    "id",
    "ids",
    "label",
    "length",
    "manager",
    "name",
    "names",
    "policy",
    "provider",
    "region",
    "report",
    "required",
    "source",
    "state",
    "status",
    "time",
    "type",
    "url",
    "use",
    "version",
];

const PASSWORDS: [&str; 5] = ["passcode", "passphrase", "passwd", "password", "pwd"];

/// Ends of names that tell something of a password, but not the password.
const ABOUT_A_PASSWORD: [&str; 20] = [
    "age",
    "arn",
    "changed",
    "complexity",
    "count",
    "date",
    "days",
    "enabled",
    "expired",
    "expiry",
    "id",
    "length",
    "name",
    "policy",
    "prevention",
    "required",
    "status",
    "time",
    "used",
    "version",
];

const ENDINGS: [&str; 27] = [
    "apikey",
    "apikeyvalue",
    "authenticationcode",
    "authenticationcode1",
    "authenticationcode2",
    "authorization",
    "authorizationcode",
    "authparameters",
    "base32stringseed",
    "codeverifier",
    "connectionstring",
    "cookie",
    "customerkey",
    "devicecode",
    "keymaterial",
    "mfacode",
    "plaintext",
    "presharedkey",
    "privatekey",
    "samlassertion",
    "samlresponse",
    "secret",
    "secretaccesskey",
    "secretkey",
    "tokencode",
    "userdata",
    "xamzsignature",
];

/// Names that are too short or too common to be told by their end.
const WHOLE_NAMES: [&str; 10] = [
    "clientassertion",
    "otp",
    "qrcodepng",
    "secretbinary",
    "secretstring",
    "secretvalue",
    "sig",
    "signature",
    "totp",
    "usercode",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_credentials_are_known_in_any_spelling() {
        for name in [
            "sessionToken",
            "SESSIONTOKEN",
            "session_token",
            "x-amz-security-token",
            "SigninToken",
            "secretAccessKey",
            "aws_secret_access_key",
            "password",
            "masterUserPassword",
            "newPassword2",
            "DB_PASSWORD",
            "secretString",
            "SecretBinary",
            "plaintext",
            "Plaintext",
            "privateKey",
            "privateKeyPlaintext",
            "token",
            "authParameters",
            "Authorization",
            "X-Amz-Signature",
            "userData",
            "clientSecret",
            "tokenCode",
            "authenticationCode1",
            "webIdentityToken",
            "sAMLAssertion",
            "x-amz-server-side-encryption-customer-key",
            "Set-Cookie",
        ] {
            assert!(is_secret_name(name), "{name}");
        }
    }

    #[test]
    fn names_that_speak_of_secrets_are_told_from_those_that_describe_them() {
        for name in [
            "DB_PASS",
            "dbPass",
            "pass",
            "SECRET_KEY_BASE",
            "secretText",
            "secretKey2",
            "client_secret_value",
            "tokenValue",
            "authToken2",
            "accessTokenString",
            "credential",
            "creds",
            "credentials",
            "masterUserSecret",
        ] {
            assert!(speaks_of_secret(name), "{name}");
        }
        for name in [
            "secretId",
            "SecretARN",
            "secretVersionId",
            "tokenEndpoint",
            "tokenType",
            "nextToken",
            "clientRequestToken",
            "passengers",
            "bypass",
            "compassHeading",
            "accessKeyId",
            "",
        ] {
            assert!(!speaks_of_secret(name), "{name}");
        }
    }

    #[test]
    fn names_that_only_sound_alike_are_not() {
        for name in [
            "accessKeyId",
            "secretId",
            "SecretARN",
            "secretVersionId",
            "nextToken",
            "clientToken",
            "clientRequestToken",
            "httpTokens",
            "minimumPasswordLength",
            "maxPasswordAge",
            "passwordReusePrevention",
            "passwordLastUsed",
            "passwordResetRequired",
            "masterUserSecret",
            "credentials",
            "keyId",
            "key",
            "SignatureVersion",
            "AuthenticationMethod",
            "X-Amz-Credential",
            "publicKey",
            "encodedAuthorizationMessage",
            "secrets",
            "",
        ] {
            assert!(!is_secret_name(name), "{name}");
        }
    }
}
