//! Assignments inside a text: `password=hunter2`, `X-Api-Key: 4f1c…`.

use core::ops::Range;

use super::literal::{is_literal, without_scheme};
use super::name::says_secret;

/// The literal secrets that a text assigns to a name: behind an equals sign anywhere, and behind a colon where the line
/// is a header.
pub(super) fn all(text: &str) -> impl Iterator<Item = Range<usize>> {
    let signs = memchr::memchr2_iter(b'=', b':', text.as_bytes());
    signs.filter_map(|sign| if text.as_bytes()[sign] == b'=' { equation(text, sign) } else { header(text, sign) })
}

/// The value behind the equals sign at `sign`.
fn equation(text: &str, sign: usize) -> Option<Range<usize>> {
    let name = name(text, sign - usize::from(text[..sign].ends_with(' ')));
    let start =
        sign + 1 + text[sign + 1..].bytes().take(2).take_while(|byte| matches!(byte, b' ' | b'"' | b'\'')).count();
    let ends = |character: &char| character.is_whitespace() || "\"'&;,<>)".contains(*character);
    let length: usize =
        text[start..].chars().take(LONGEST).take_while(|character| !ends(character)).map(char::len_utf8).sum();
    let value = &text[start..start + length];
    // What is called is code; what has the same name is handed on.
    let typed = value.len() >= SHORTEST && !value.contains('(') && !value.starts_with('=') && value != name;
    (typed && says_secret(name) && is_literal(value)).then(|| start..start + value.len())
}

/// The value behind the colon at `sign`, where the line is nothing but a name and a value with a digit.
fn header(text: &str, sign: usize) -> Option<Range<usize>> {
    let name = name(text, sign);
    let before = &text[..sign - name.len()];
    if !(before.is_empty() || before.ends_with('\n')) || !says_secret(name) {
        return None;
    }
    let line = text[sign + 1..].lines().next().unwrap_or_default().trim_end();
    let value = without_scheme(line.trim_start());
    let digit = value.bytes().any(|byte| byte.is_ascii_digit());
    let typed = value.len() >= SHORTEST && digit && !value.contains(char::is_whitespace) && is_literal(value);
    let end = sign + 1 + line.len();
    typed.then(|| end - value.len()..end)
}

/// The name that ends before `sign`.
fn name(text: &str, sign: usize) -> &str {
    let inside = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(**byte, b'-' | b'_' | b'.');
    let length = text.as_bytes()[..sign].iter().rev().take(NAME).take_while(inside).count();
    &text[sign - length..sign]
}

/// The shortest value that is looked at, in bytes.
const SHORTEST: usize = 4;
/// How much of one is looked at, in characters.
const LONGEST: usize = 512;
/// The longest name, in bytes.
const NAME: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<&str> {
        all(text).map(|range| &text[range]).collect()
    }

    #[test]
    fn assigned_secrets_are_found() {
        assert_eq!(values("https://x.example/?api_key=abcd1234&x=1"), ["abcd1234"]);
        assert_eq!(values("Server=db;Password=hunter2;Uid=sa"), ["hunter2"]);
        assert_eq!(values("export TOKEN=\"abcé\" x; token = 'abcd'"), ["abcé", "abcd"]);
        assert_eq!(values("Accept: x\nX-Api-Key: 4f1c9\r\nAuthorization: Bearer abc1"), ["4f1c9", "abc1"]);
    }

    #[test]
    fn references_code_and_prose_are_not() {
        for text in [
            "?token={{x}}&password=${P}",
            "password = getPassword()",
            "token=token",
            "if (token == other1) {}",
            "Enter the password: then press 1",
            "password: required",
            "input[name=password]",
            "tokenType=abcdef",
            "=abcd",
            ":",
            "password=",
            "password:",
            "Authorization: Bearer",
        ] {
            assert_eq!(values(text), Vec::<&str>::new(), "{text}");
        }
    }
}
