//! Names of members and columns with personal data: how they are shown, and how they stay distinct.

use axiom_core::Finding;

/// The text with a placeholder for everything that was found in it, whatever is done about it.
pub(crate) fn shown(text: &str, findings: &[Finding]) -> String {
    let (mut shown, mut copied) = (String::new(), 0);
    for finding in findings {
        shown.push_str(&text[copied..finding.range.start]);
        shown.push_str(&finding.placeholder());
        copied = finding.range.end;
    }
    shown.push_str(&text[copied..]);
    shown
}

/// Whether it reads like a name that was redacted before.
pub(crate) fn has_placeholder(name: &str) -> bool {
    memchr::memchr(b'[', name.as_bytes()).is_some_and(|at| name[at..].contains("[REDACTED:"))
}

/// The name made different from all others with a placeholder, among which it has this number, from 1.
///
/// What ends with the number of one name alone is equal to no other: the first may do without one unless it ends like
/// another, and what has the right one already stays as it is.
pub(crate) fn distinct(mut name: String, number: usize) -> String {
    if let Some(suffix) = suffix(&name, number) {
        name.push_str(&suffix);
    }
    name
}

/// What has to follow `name` so that it is [`distinct`].
pub(crate) fn suffix(name: &str, number: usize) -> Option<String> {
    let ending = name.rsplit_once('#').map(|(_, ending)| ending).filter(|ending| is_number(ending));
    match ending {
        None if number == 1 => None,
        Some(ending) if ending == number.to_string() => None,
        _ => Some(format!("#{number}")),
    }
}

/// The last bytes of a name, without the rest of a word that is cut; they are all that counts as context, since a long
/// name must not cost its length for every value.
pub(crate) fn end_of(name: &str) -> &str {
    let Some(cut) = name.len().checked_sub(LONGEST).filter(|&cut| cut > 0) else { return name };
    let rest = name.as_bytes()[cut..].iter().take_while(|byte| byte.is_ascii_alphabetic() || !byte.is_ascii()).count();
    &name[cut + rest..]
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// How much of a name counts as context, in bytes.
const LONGEST: usize = 128;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn of_a_long_name_the_last_words_are_kept() {
        assert_eq!(end_of("ssn"), "ssn");
        assert_eq!(end_of(&format!("discard{}", "1".repeat(124))), "1".repeat(124));
        assert_eq!(end_of(&"é".repeat(100)), "");
        assert_eq!(end_of(&format!("{} card", "é".repeat(100))), " card");
    }

    #[test]
    fn names_are_numbered_from_the_second_on() {
        assert_eq!(distinct("[REDACTED:email]".into(), 1), "[REDACTED:email]");
        assert_eq!(distinct("[REDACTED:email]".into(), 2), "[REDACTED:email]#2");
        assert_eq!(distinct("[REDACTED:email]#2".into(), 2), "[REDACTED:email]#2");
        assert_eq!(distinct("[REDACTED:email]#2".into(), 1), "[REDACTED:email]#2#1");
        assert_eq!(distinct("[REDACTED:email]#02".into(), 2), "[REDACTED:email]#02#2");
    }

    proptest! {
        #[test]
        fn no_two_names_are_alike(names in prop::collection::vec("a?(#[0-3]{0,2}){0,2}", 0..20)) {
            let mut seen = std::collections::HashSet::new();
            for (place, name) in names.into_iter().enumerate() {
                prop_assert!(seen.insert(distinct(name, place + 1)));
            }
        }
    }
}
