//! Values that go on for longer than a window: keys and tokens, which are passed over until they end.

use axiom_core::Finding;

use crate::catalogue::Id;
use crate::detect::private_key;
use crate::window::{floor, is_token};

/// What ends a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tail {
    /// The last line of a private key.
    Key,
    /// The first character that no token has.
    Token,
}

impl Tail {
    pub(crate) fn of(finding: &Finding) -> Self {
        if finding.kind == Id::PrivateKey.kind().name { Self::Key } else { Self::Token }
    }

    /// Where the value ends that goes on at the beginning of `text`.
    ///
    /// # Errors
    /// Where the text does not tell: from where on it must be seen again.
    pub(crate) fn end(self, text: &str) -> Result<usize, usize> {
        match self {
            Self::Key => private_key::rest_end(text).map_err(|seen| floor(text, seen)),
            Self::Token => text.bytes().position(|byte| !is_token(&byte)).ok_or(text.len()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_ends_with_its_last_line() {
        assert_eq!(Tail::Key.end("MIIE\n-----END RSA PRIVATE KEY-----\nand so on"), Ok(34));
        assert_eq!(Tail::Key.end("MIIE\n-----END RSA PRI"), Err(5));
        assert_eq!(Tail::Key.end(&format!("-----END {}", "x".repeat(100))), Ok(73));
        assert_eq!(Tail::Key.end("MIIEMIIEMIIE\n---"), Err(8));
    }

    #[test]
    fn a_token_ends_before_what_no_token_has() {
        assert_eq!(Tail::Token.end("abc.def-1, x"), Ok(9));
        assert_eq!(Tail::Token.end("abc"), Err(3));
    }
}
