//! Literal values: what is no reference, no template and no placeholder.

use std::borrow::Cow;

/// Whether `value` is typed in as it is, and does not only say where it is to come from.
pub(super) fn is_literal(value: &str) -> bool {
    let value = beginning(value.trim().trim_matches(['"', '\'']));
    let rest = without_templates(value);
    let templated = matches!(rest, Cow::Owned(_));
    let rest = without_scheme(rest.trim());
    // Beside templates there may be a prefix or the name of a user.
    let short = templated && rest.chars().filter(|character| character.is_alphanumeric()).count() < SHORT;
    !(short || is_masked(rest) || is_reference(rest) || is_placeholder(rest))
}

/// As much of a value as tells: it may be a page of templates.
fn beginning(value: &str) -> &str {
    value.char_indices().nth(LONGEST).map_or(value, |(end, _)| &value[..end])
}

/// The value of a header without the word for how it is used.
pub(super) fn without_scheme(value: &str) -> &str {
    match value.split_once(' ') {
        Some((scheme, rest)) if SCHEMES.iter().any(|known| scheme.eq_ignore_ascii_case(known)) => rest.trim_start(),
        _ if SCHEMES.iter().any(|known| value.eq_ignore_ascii_case(known)) => "",
        _ => value,
    }
}

/// What stands around the templates of `value`.
fn without_templates(value: &str) -> Cow<'_, str> {
    let (mut kept, mut rest) = (String::new(), value);
    while let Some((start, end)) = template(rest) {
        kept.push_str(&rest[..start]);
        rest = &rest[end..];
    }
    if rest.len() == value.len() {
        return Cow::Borrowed(value);
    }
    kept.push_str(rest);
    Cow::Owned(kept)
}

/// Where the first template begins and ends.
fn template(text: &str) -> Option<(usize, usize)> {
    let first = TEMPLATES.iter().filter_map(|(open, close)| text.find(open).map(|start| (start, open, close)));
    let (start, open, close) = first.min_by_key(|(start, open, _)| (*start, usize::MAX - open.len()))?;
    let inside = start + open.len();
    text[inside..].find(close).map(|length| (start, inside + length + close.len()))
}

/// Whether it is nothing but signs and what stands for something that is not shown.
fn is_masked(value: &str) -> bool {
    value.chars().all(|character| matches!(character, 'X' | 'x') || !character.is_alphanumeric())
}

/// Whether it leads to the place where the value is kept.
fn is_reference(value: &str) -> bool {
    let begins = |prefix: &&str| value.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    let variable = |name: &str| {
        let inside = |byte: u8| matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'_');
        name.starts_with(|first: char| first.is_ascii_uppercase() || first == '_') && name.bytes().all(inside)
    };
    let between = |open, close| value.strip_prefix(open).and_then(|value: &str| value.strip_suffix(close));
    value.strip_prefix('$').is_some_and(variable)
        || between('%', '%').is_some_and(variable)
        || between('<', '>').is_some()
        || between('[', ']').is_some()
        || REFERENCES.iter().any(begins)
        || (begins(&"projects/") && value.contains("/secrets/"))
        || (begins(&"https://") && value.contains(".vault.azure.net/"))
}

/// Whether it says that something else is to be put there, or that there is nothing.
fn is_placeholder(value: &str) -> bool {
    let value = value.to_lowercase();
    let value = value.trim_matches(|character: char| !character.is_alphanumeric());
    WORDS.contains(&value) || INVITATIONS.iter().any(|start| value.starts_with(start))
}

/// How much of a value is looked at, in characters.
const LONGEST: usize = 2048;
/// Fewer letters and digits than a secret has.
const SHORT: usize = 8;

/// How templates begin and end.
const TEMPLATES: [(&str, &str); 9] = [
    ("${", "}"),
    ("$(", ")"),
    ("#{", "}"),
    ("%{", "}"),
    ("{{", "}}"),
    ("{%", "%}"),
    ("<%", "%>"),
    ("[[", "]]"),
    ("{", "}"),
];

/// Words before the value in a header: RFC 9110, section 11.
const SCHEMES: [&str; 8] = ["ApiKey", "Basic", "Bearer", "Digest", "JWT", "Key", "OAuth", "Token"];

/// How references to variables and secret stores begin.
const REFERENCES: [&str; 30] = [
    "$.",
    "$env:",
    "$input.",
    "$json.",
    "$secrets.",
    "$vars.",
    "@Microsoft.KeyVault(",
    "ENC[",
    "akv://",
    "arn:",
    "aws-sm://",
    "azurekeyvault:",
    "env.",
    "env:",
    "file:",
    "gcp-sm://",
    "keychain:",
    "keyring:",
    "op://",
    "os.environ",
    "process.env.",
    "ref:",
    "resolve:",
    "secret:",
    "secret://",
    "secretref:",
    "secrets.",
    "sm://",
    "ssm:",
    "vault:",
];

/// Values that are none.
const WORDS: [&str; 29] = [
    "apikey",
    "basic",
    "bearer",
    "env",
    "false",
    "header",
    "hidden",
    "include",
    "inherit",
    "masked",
    "n/a",
    "nil",
    "no",
    "none",
    "null",
    "oauth2",
    "omit",
    "optional",
    "placeholder",
    "prompt",
    "query",
    "redacted",
    "removed",
    "required",
    "same-origin",
    "string",
    "tbd",
    "todo",
    "true",
];

/// How a placeholder for people begins.
const INVITATIONS: [&str; 8] = ["enter ", "insert ", "put ", "replace ", "your ", "your-", "your_", "undefined"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_in_is_literal() {
        for value in [
            "hunter2",
            "p",
            "correct horse battery staple",
            "$ecret",
            "Bearer abc.def",
            "Basic dXNlcjpwYXNz",
            "12345678",
            "changeme",
            "Enterprise2024!",
            "hunter2-hunter2-${SUFFIX}",
            "xyzzy",
            "a{b",
            "pass}word{1",
        ] {
            assert!(is_literal(value), "{value}");
        }
    }

    #[test]
    fn references_templates_and_placeholders_are_not() {
        for value in [
            "",
            "  ",
            "***",
            "••••",
            "xxxx-XXXX",
            "...",
            "${VAR}",
            "prefix-${VAR}",
            "{{ secrets.x }}",
            "Bearer {{token}}",
            "{{user}}:{{password}}",
            "={{ $json.key }}",
            "#{x}",
            "<%= x %>",
            "$(cat file)",
            "%{x}",
            "[[x]]",
            "{password}",
            "$DB_PASSWORD",
            "%TOKEN%",
            "env:NAME",
            "ENV:NAME",
            "vault:secret/data#key",
            "arn:aws:secretsmanager:eu-west-1:1:secret:x",
            "arn:aws-cn:iam::aws:policy/IAMUserChangePassword",
            "op://vault/item",
            "$.password",
            "process.env.TOKEN",
            "secrets.TOKEN",
            "projects/p/secrets/s/versions/1",
            "https://x.vault.azure.net/secrets/y",
            "<your token>",
            "[sheet-data?A1]",
            "[REDACTED:secret]",
            "your-api-key",
            "YOUR_TOKEN_HERE",
            "Enter your password",
            "none",
            "null",
            "(redacted)",
            "Bearer",
            "Bearer ",
            "\"${VAR}\"",
            "@Microsoft.KeyVault(SecretUri=x)",
            "include",
        ] {
            assert!(!is_literal(value), "{value}");
        }
    }
}
