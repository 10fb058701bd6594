//! Reversible tokens: values sealed in the text itself.

use core::fmt;
use core::ops::Range;
use std::borrow::Cow;

use axiom_core::PseudonymError;

use super::WITHOUT_KEYS;
use super::base32::{decode, encode, is_letter};
use super::scope::Scope;

/// The token that holds `value`: `[SEALED:credit_card:mzxw6…]`.
pub(super) fn seal(scope: &Scope, kind: &str, value: &str) -> Option<String> {
    Some(format!("{MARK}{kind}:{}]", encode(&scope.seal(kind, value)?)))
}

/// A text whose sealed tokens have been opened; made by [`Operators::reveal`](super::Operators::reveal).
#[non_exhaustive]
pub struct Revealed<'t> {
    /// The text, with the values that were sealed.
    pub text: Cow<'t, str>,
    /// The tokens that were left as they are, in their order.
    pub closed: Vec<Closed>,
}

/// Says how many tokens are left, and nothing of the text.
impl fmt::Debug for Revealed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Revealed").field("closed", &self.closed).finish_non_exhaustive()
    }
}

/// A sealed token that was not opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the token at {}..{} is not opened", range.start, range.end)]
#[non_exhaustive]
pub struct Closed {
    /// Where it stands in the text that was to be revealed, in bytes.
    pub range: Range<usize>,
    /// Why.
    pub source: PseudonymError,
}

/// Opens every token of `text`.
pub(super) fn reveal<'t>(scope: Option<&Scope>, text: &'t str) -> Revealed<'t> {
    let (mut revealed, mut copied, mut closed) = (String::new(), 0, Vec::new());
    for start in memchr::memmem::find_iter(text.as_bytes(), MARK) {
        let token = Token::at(text, start);
        match token.open(scope) {
            Ok(value) => {
                revealed.push_str(&text[copied..start]);
                revealed.push_str(&value);
                copied = token.range.end;
            }
            Err(source) => closed.push(Closed { range: token.range, source }),
        }
    }
    if copied == 0 {
        return Revealed { text: Cow::Borrowed(text), closed };
    }
    revealed.push_str(&text[copied..]);
    Revealed { text: Cow::Owned(revealed), closed }
}

/// A token, or what begins like one.
struct Token<'t> {
    range: Range<usize>,
    kind: &'t str,
    sealed: &'t str,
    whole: bool,
}

impl<'t> Token<'t> {
    /// The token whose mark begins at `start`. It ends before the next bracket that opens, so that no byte is read
    /// twice.
    fn at(text: &'t str, start: usize) -> Self {
        let rest = &text[start + MARK.len()..];
        let kind = &rest[..rest.find([':', '[', ']']).unwrap_or(rest.len())];
        let behind = &rest[kind.len()..];
        let Some(behind) = behind.strip_prefix(':') else {
            return Self { range: start..start + MARK.len(), kind, sealed: "", whole: false };
        };
        let sealed = &behind[..behind.bytes().take_while(|&byte| is_letter(byte)).count()];
        let whole = behind[sealed.len()..].starts_with(']');
        let end = start + MARK.len() + kind.len() + 1 + sealed.len() + usize::from(whole);
        Self { range: start..end, kind, sealed, whole }
    }

    fn open(&self, scope: Option<&Scope>) -> Result<String, PseudonymError> {
        let scope = scope.ok_or_else(|| PseudonymError::without_key(WITHOUT_KEYS))?;
        let sealed = decode(self.sealed).filter(|_| self.whole).ok_or(PseudonymError::Opening)?;
        String::from_utf8(scope.open(self.kind, &sealed)?).map_err(|_| PseudonymError::Opening)
    }
}

const MARK: &str = "[SEALED:";

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::operator::tests::scope;

    fn sealed(kind: &str, value: &str) -> String {
        seal(&scope(1, "acme"), kind, value).unwrap()
    }

    /// The revealed text, and the ranges of what stays closed.
    fn revealed(text: &str) -> (String, Vec<(usize, usize)>) {
        let revealed = reveal(Some(&scope(1, "acme")), text);
        assert!(revealed.closed.iter().all(|closed| closed.source == PseudonymError::Opening));
        (
            revealed.text.into_owned(),
            revealed.closed.into_iter().map(|closed| (closed.range.start, closed.range.end)).collect(),
        )
    }

    #[test]
    fn every_token_of_a_text_is_opened() {
        let (card, mail) = (sealed("credit_card", "4111 1111 1111 1111"), sealed("email", "bob@example.com"));
        assert_eq!(card, sealed("credit_card", "4111 1111 1111 1111"));
        let (text, closed) = revealed(&format!("é {card}{mail}, {card}."));
        assert_eq!(text, "é 4111 1111 1111 1111bob@example.com, 4111 1111 1111 1111.");
        assert_eq!(closed, []);
        assert!(matches!(reveal(None, "[email:1] no tokens").text, Cow::Borrowed(_)));
    }

    #[test]
    fn tokens_of_others_stay_closed() {
        let token = sealed("email", "bob@example.com");
        for scope in [scope(2, "acme"), scope(1, "other")] {
            let revealed = reveal(Some(&scope), &token);
            assert_eq!(revealed.text, token);
            assert_eq!(revealed.closed, [Closed { range: 0..token.len(), source: PseudonymError::Opening }]);
        }
        let phone = token.replace("email", "phone");
        assert_eq!(revealed(&phone), (phone.clone(), vec![(0, phone.len())]));
        assert!(matches!(reveal(None, &token).closed[0].source, PseudonymError::WithoutKey { .. }));
    }

    #[test]
    fn no_changed_token_is_opened() {
        let token = sealed("email", "bob@example.com");
        for (place, letter) in token.char_indices().skip(MARK.len()) {
            for other in ('!'..='~').chain(['é']).filter(|&other| other != letter) {
                let changed = format!("{}{other}{}", &token[..place], &token[place + 1..]);
                let (text, closed) = revealed(&changed);
                assert_eq!(text, changed);
                assert_eq!(closed.len(), 1, "{changed}");
            }
        }
        for end in MARK.len()..token.len() {
            assert_eq!(revealed(&token[..end]).1.len(), 1);
        }
    }

    #[test]
    fn what_only_begins_like_a_token_is_reported() {
        let token = sealed("email", "bob@example.com");
        assert_eq!(revealed("[SEALED:").1, [(0, 8)]);
        assert_eq!(revealed("[SEALED:a:b:c]").1, [(0, 11)]);
        let (text, closed) = revealed(&format!("[SEALED:[SEALED:email:{token}"));
        assert_eq!((text.as_str(), closed), ("[SEALED:[SEALED:email:bob@example.com", vec![(0, 8), (8, 22)]));
    }

    #[test]
    fn errors_show_no_values() {
        let token = sealed("email", "bob@example.com");
        let revealed = reveal(Some(&scope(1, "acme")), &token);
        assert_eq!(format!("{revealed:?}"), "Revealed { closed: [], .. }");
        let closed = reveal(Some(&scope(2, "acme")), "[SEALED:secret@x:aa]").closed.remove(0);
        assert_eq!(closed.to_string(), "the token at 0..20 is not opened");
        assert!(!format!("{closed:?}").contains("secret"));
    }

    proptest! {
        #[test]
        fn any_value_comes_back_and_any_text_is_read(value in "\\PC{0,40}", text in "(\\PC|\\[SEALED:|[a-z]:|\\]){0,40}") {
            prop_assert_eq!(revealed(&sealed("custom", &value)), (value, vec![]));
            let (same, closed) = revealed(&text);
            prop_assert_eq!(same, &text[..]);
            prop_assert_eq!(closed.len(), text.matches(MARK).count());
        }
    }
}
