//! Keyed tokens: the same for the same value, and no way back.

use core::fmt::Write as _;

use super::normal::normal;
use super::scope::Scope;

/// The token that stands for `value`: `[credit_card:9f3a6b…]`, the first 96 bits of its code.
pub(super) fn token(scope: &Scope, kind: &str, value: &str) -> Option<String> {
    let code = scope.mac(kind, PURPOSE, &normal(kind, value))?;
    let mut token = format!("[{kind}:");
    for byte in &code[..LENGTH] {
        write!(token, "{byte:02x}").ok()?;
    }
    token.push(']');
    Some(token)
}

const PURPOSE: &str = "token";
/// How many bytes of the code are written.
const LENGTH: usize = 12;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operator::tests::scope;

    #[test]
    fn a_token_follows_from_key_organization_type_and_value() {
        let tokens = [
            token(&scope(1, "acme"), "credit_card", "4111111111111111"),
            token(&scope(1, "acme"), "credit_card", "5555555555554444"),
            token(&scope(1, "acme"), "us_bank_account", "4111111111111111"),
            token(&scope(1, "other"), "credit_card", "4111111111111111"),
            token(&scope(2, "acme"), "credit_card", "4111111111111111"),
        ];
        let mut distinct: Vec<_> = tokens.iter().flatten().map(|token| token.rsplit_once(':')).collect();
        distinct.sort_unstable_by_key(|parts| parts.map(|parts| parts.1));
        distinct.dedup_by_key(|parts| parts.map(|parts| parts.1));
        assert_eq!(distinct.len(), 5);
    }

    #[test]
    fn ways_of_writing_a_value_have_one_token() {
        let of = |value| token(&scope(1, "acme"), "credit_card", value).unwrap();
        assert_eq!(of("4111 1111 1111 1111"), of("4111111111111111"));
        assert_eq!(of("４１１１-1111-1111-1111"), of("4111111111111111"));
        assert_eq!(of("4111111111111111").len(), "[credit_card:]".len() + 24);
    }
}
