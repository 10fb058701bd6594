//! Tokens of providers that begin with a prefix of their own.

use core::ops::{Range, RangeInclusive};

use super::Candidate;
use crate::catalogue::Id;
use crate::class::{DIGIT, LETTER, is};

/// The token that goes on at `word`, the first of its runs with a digit.
///
/// The prefix is looked for where the letters, hyphens and underscores before `word` begin.
pub(crate) fn around(text: &str, word: &Range<usize>) -> Option<Candidate> {
    let bytes = text.as_bytes();
    let letters = |byte: &&u8| is(**byte, LETTER) || matches!(**byte, b'-' | b'_' | b'.');
    let before = bytes[..word.start].iter().rev().take(LEAD).take_while(letters).count();
    let start = word.start - before;
    // Every prefix ends with a sign, so that it stands before the word.
    let rest = Some(&bytes[start..]).filter(|rest| before > 1 && begins_prefix(rest[0], rest[1]))?;
    let token = TOKENS.iter().find(|token| rest.starts_with(token.prefix.as_bytes()))?;
    let glued = before == LEAD || (start > 0 && is(bytes[start - 1], DIGIT));
    let rest = &bytes[start + token.prefix.len()..];
    let held = rest.iter().take(LONGEST).take_while(|&&byte| token.holds(byte)).count();
    let length = held - usize::from(rest[..held].ends_with(b"."));
    let (id, range) = (Id::ApiToken, start..start + token.prefix.len() + length);
    let valid = !glued && token.rest.contains(&length);
    valid.then(|| Candidate { id, range, score: id.kind().base_score, validated: false })
}

/// Whether a prefix begins with these two letters, or nearly: of the second one the last five bits count.
const fn begins_prefix(first: u8, second: u8) -> bool {
    SECONDS[first as usize] >> (second & 31) & 1 == 1
}

/// The second letters of prefixes as bits, by the first one.
static SECONDS: [u32; 256] = {
    let mut seconds = [0; 256];
    let mut place = 0;
    while place < TOKENS.len() {
        let prefix = TOKENS[place].prefix.as_bytes();
        seconds[prefix[0] as usize] |= 1 << (prefix[1] & 31);
        place += 1;
    }
    seconds
};

/// A kind of token.
struct Token {
    prefix: &'static str,
    /// What may follow the prefix, beside letters and digits.
    signs: &'static [u8],
    /// How many characters follow the prefix.
    rest: RangeInclusive<usize>,
}

impl Token {
    fn holds(&self, byte: u8) -> bool {
        is(byte, DIGIT | LETTER) || self.signs.contains(&byte)
    }
}

const fn token(prefix: &'static str, signs: &'static [u8], rest: RangeInclusive<usize>) -> Token {
    Token { prefix, signs, rest }
}

/// Prefixes, alphabets and lengths as the providers document them; no prefix stands before one that begins with it.
#[rustfmt::skip]
const TOKENS: [Token; 22] = [
    // Anthropic and OpenAI: keys of the interface, of the administration, of a project, of a service account.
    token("sk-ant-", b"-_", 80..=128),
    token("sk-proj-", b"-_", 40..=200),
    token("sk-svcacct-", b"-_", 40..=200),
    token("sk-admin-", b"-_", 40..=200),
    token("sk-or-v1-", b"", 64..=64),
    // GitLab: personal, deploy, runner, trigger, job, feed and agent tokens.
    token("glpat-", b"-_.", 20..=64),
    token("gldt-", b"-_.", 20..=64),
    token("glrt-", b"-_.", 20..=64),
    token("glptt-", b"-_.", 20..=64),
    token("glcbt-", b"-_.", 20..=80),
    token("glagent-", b"-_.", 50..=64),
    // Package registries.
    token("npm_", b"", 36..=36),
    token("pypi-", b"-_", 85..=250),
    // Clouds and hosts.
    token("dop_v1_", b"", 64..=64),
    token("doo_v1_", b"", 64..=64),
    token("hf_", b"", 34..=40),
    token("hvs.", b"-_", 24..=250),
    // Services.
    token("SG.", b"-_.", 66..=66),
    token("shpat_", b"", 32..=32),
    token("shpss_", b"", 32..=32),
    token("whsec_", b"+/=", 24..=64),
    token("lin_api_", b"", 40..=40),
];

/// How much of a token may stand before its first digit.
const LEAD: usize = 48;
/// The longest token that is looked at, behind its prefix.
const LONGEST: usize = 255;

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<&str> {
        let digit = text.find(|character: char| character.is_ascii_digit())?;
        let letters = text[..digit].bytes().rev().take_while(u8::is_ascii_alphabetic).count();
        around(text, &(digit - letters..digit + 1)).map(|candidate| &text[candidate.range])
    }

    #[test]
    fn tokens_have_the_prefix_and_the_length_of_their_provider() {
        for kind in &TOKENS {
            let text = format!("{}{}", kind.prefix, "xY-_z5".repeat(50));
            let rest: String =
                text[kind.prefix.len()..].bytes().filter(|&byte| kind.holds(byte)).map(char::from).collect();
            let token = format!("{}{}", kind.prefix, &rest[..*kind.rest.start()]);
            assert_eq!(found(&format!("key={token};")), Some(token.as_str()));
            assert_eq!(found(&format!("Key {token}.")), Some(token.as_str()));
            for glued in [format!("x{token}"), format!("7{token}"), format!("{}{}", kind.prefix, &rest[..8])] {
                assert_eq!(found(&glued), None, "{glued}");
            }
        }
    }

    #[test]
    fn no_prefix_hides_another() {
        for (place, kind) in TOKENS.iter().enumerate() {
            assert!(TOKENS[..place].iter().all(|other| !kind.prefix.starts_with(other.prefix)), "{}", kind.prefix);
        }
    }
}
