//! Keys with personal data: how they are shown, and how they stay distinct.

use axiom_core::Finding;

/// The key with a placeholder for everything that was found in it, whatever is done about it.
pub(crate) fn shown(key: &str, findings: &[Finding]) -> String {
    let (mut shown, mut copied) = (String::new(), 0);
    for finding in findings {
        shown.push_str(&key[copied..finding.range.start]);
        shown.push_str(&finding.placeholder());
        copied = finding.range.end;
    }
    shown.push_str(&key[copied..]);
    shown
}

/// Whether it reads like a key that was redacted before.
pub(crate) fn has_placeholder(key: &str) -> bool {
    memchr::memchr(b'[', key.as_bytes()).is_some_and(|at| key[at..].contains("[REDACTED:"))
}

/// The key made different from all others of its object, of which it is the one with this number.
///
/// What ends with the number of one key alone is equal to no other: the first may do without one unless it ends like
/// another, and what has the right one already stays as it is.
pub(crate) fn distinct(mut key: String, number: usize) -> String {
    if let Some(suffix) = suffix(&key, number) {
        key.push_str(&suffix);
    }
    key
}

/// What has to follow `key` so that it is [`distinct`].
pub(crate) fn suffix(key: &str, number: usize) -> Option<String> {
    let ending = key.rsplit_once('#').map(|(_, ending)| ending).filter(|ending| is_number(ending));
    match ending {
        None if number == 1 => None,
        Some(ending) if ending == number.to_string() => None,
        _ => Some(format!("#{number}")),
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn keys_are_numbered_from_the_second_on() {
        assert_eq!(distinct("[REDACTED:email]".into(), 1), "[REDACTED:email]");
        assert_eq!(distinct("[REDACTED:email]".into(), 2), "[REDACTED:email]#2");
        assert_eq!(distinct("[REDACTED:email]#2".into(), 2), "[REDACTED:email]#2");
        assert_eq!(distinct("[REDACTED:email]#2".into(), 1), "[REDACTED:email]#2#1");
        assert_eq!(distinct("[REDACTED:email]#02".into(), 2), "[REDACTED:email]#02#2");
    }

    proptest! {
        #[test]
        fn no_two_keys_are_alike(keys in prop::collection::vec("a?(#[0-3]{0,2}){0,2}", 0..20)) {
            let mut seen = std::collections::HashSet::new();
            for (place, key) in keys.into_iter().enumerate() {
                prop_assert!(seen.insert(distinct(key, place + 1)));
            }
        }
    }
}
