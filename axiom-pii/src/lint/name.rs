//! Names that say that their value is a secret.

/// Whether the last words of `name` are those of a secret, in any case and style of writing: `password`, `DB_PASSWORD`,
/// `clientSecret2`, `x-api-key`, `apiKeyValue`.
///
/// What only speaks of a secret has other last words: `passwordPolicy`, `tokenUrl`, `maxTokens`, `secretName`.
pub(super) fn says_secret(name: &str) -> bool {
    let mut words = words(end_of(name));
    while !is_secret(&words) {
        match words.pop() {
            Some(filler) if FILLERS.contains(&filler.as_str()) => {}
            _ => return false,
        }
    }
    true
}

/// Whether the last of `words` are those of a secret.
fn is_secret(words: &[String]) -> bool {
    let joined = words.concat();
    let ends = |endings: &[&str]| endings.iter().any(|ending| joined.ends_with(ending));
    words.last().is_some_and(|last| WORDS.contains(&last.as_str())) || (ends(&ENDINGS) && !ends(&POSITIONS))
}

/// The words of a name in lower case, without digits: split where the style of writing joins them.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let (mut before, mut joined) = (' ', false);
    for character in name.chars() {
        if !character.is_alphabetic() {
            joined = false;
        } else if joined && !(character.is_uppercase() && before.is_lowercase()) {
            words.last_mut().expect("a letter came before").extend(character.to_lowercase());
        } else {
            words.push(character.to_lowercase().collect());
            joined = true;
        }
        before = character;
    }
    words
}

/// The end of a long name: no secret is called by more.
fn end_of(name: &str) -> &str {
    let cut = name.len().saturating_sub(LONGEST);
    (cut..=name.len()).find_map(|cut| name.get(cut..)).unwrap_or_default()
}

/// How much of a name is read, in bytes.
const LONGEST: usize = 64;

/// How names of secrets end, with the words joined.
const ENDINGS: [&str; 30] = [
    "accesskey",
    "accountkey",
    "apikey",
    "authkey",
    "authorization",
    "connectionstring",
    "contraseña",
    "contrasena",
    "credential",
    "credentials",
    "encryptionkey",
    "kennwort",
    "masterkey",
    "motdepasse",
    "passcode",
    "passphrase",
    "passwd",
    "password",
    "passwords",
    "passwort",
    "privatekey",
    "pwd",
    "secret",
    "secretaccesskey",
    "secretkey",
    "sharedkey",
    "signingkey",
    "subscriptionkey",
    "token",
    "wachtwoord",
];

/// Last words of names of secrets.
const WORDS: [&str; 8] = ["bearer", "cookie", "cookies", "cvc", "cvv", "jwt", "senha", "wachtwoorden"];

/// Tokens that mark a position and open nothing.
const POSITIONS: [&str; 16] = [
    "bostoken",
    "canceltoken",
    "cancellationtoken",
    "continuationtoken",
    "cursortoken",
    "datatoken",
    "designtoken",
    "endtoken",
    "eostoken",
    "idempotencytoken",
    "masktoken",
    "nexttoken",
    "padtoken",
    "pagetoken",
    "paginationtoken",
    "stoptoken",
];

/// Words behind the name itself.
const FILLERS: [&str; 7] = ["header", "literal", "plain", "plaintext", "string", "text", "value"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_are_known_in_every_style() {
        for name in [
            "password",
            "PASSWORD",
            "Passwd",
            "user_pwd",
            "DB_PASSWORD",
            "dbpassword",
            "db.password",
            "PassWord",
            "password2",
            "passwordValue",
            "clientSecret",
            "client-secret",
            "CLIENT_SECRET",
            "apiKey",
            "api_key",
            "API-Key",
            "apikey",
            "x-api-key",
            "ApiKeyHeader",
            "accessToken",
            "refresh_token",
            "token",
            "Authorization",
            "Proxy-Authorization",
            "aws_secret_access_key",
            "privateKey",
            "connectionString",
            "Set-Cookie",
            "cvv",
            "Contraseña",
            "Passwort",
            "#login-password",
            "input[name=\"password\"]",
        ] {
            assert!(says_secret(name), "{name}");
        }
    }

    #[test]
    fn names_that_only_speak_of_secrets_are_others() {
        for name in [
            "",
            "name",
            "passwordPolicy",
            "passwordField",
            "password_length",
            "tokenUrl",
            "tokenType",
            "maxTokens",
            "max_tokens",
            "secretName",
            "secretRef",
            "accessKeyId",
            "publicKey",
            "primaryKey",
            "key",
            "nextPageToken",
            "continuation_token",
            "eos_token",
            "broken",
            "author",
            "cookiePolicy",
            "compass",
            "text",
            "value",
        ] {
            assert!(!says_secret(name), "{name}");
        }
    }

    #[test]
    fn of_a_long_name_the_end_is_read() {
        assert!(says_secret(&format!("{}_password", "é".repeat(1000))));
    }
}
