//! Numbers: their grammar, and the plain digits that one stands for.

/// Whether a number may hold `byte`.
pub(crate) const fn may_hold(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'E' | b'e')
}

/// Whether `text` is a number of RFC 8259.
pub(crate) fn is_number(text: &str) -> bool {
    let Some(parts) = Parts::of(text) else { return false };
    let whole = parts.whole == "0" || (is_digits(parts.whole) && !parts.whole.starts_with('0'));
    whole && parts.fraction.is_none_or(is_digits) && parts.exponent.is_none_or(|text| is_digits(unsigned(text)))
}

/// Writes a whole number that has a fraction of zeros or an exponent as its digits, and answers whether it is one:
/// what was a column of integers comes as `4111111111111111.0` or `4.111111111111111E15` from languages whose numbers
/// are floating.
pub(crate) fn spell_out(number: &str, out: &mut String) -> bool {
    if number.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'-')) {
        return false;
    }
    let Some(parts) = Parts::of(number) else { return false };
    let fraction = parts.fraction.unwrap_or_default().trim_end_matches('0');
    let Ok(exponent) = parts.exponent.unwrap_or("0").parse::<usize>() else { return false };
    if fraction.len() > exponent || parts.whole.len().max(exponent) > LONGEST {
        return false;
    }
    out.clear();
    out.push_str(parts.sign);
    let digits = [parts.whole, fraction].concat();
    out.push_str(if parts.whole == "0" { digits.trim_start_matches('0') } else { &digits });
    out.extend(core::iter::repeat_n('0', exponent - fraction.len()));
    true
}

/// A number by its parts.
struct Parts<'n> {
    sign: &'n str,
    whole: &'n str,
    fraction: Option<&'n str>,
    /// With its sign.
    exponent: Option<&'n str>,
}

impl<'n> Parts<'n> {
    fn of(number: &'n str) -> Option<Self> {
        let (sign, rest) = number.split_at_checked(usize::from(number.starts_with('-')))?;
        let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, Some(exponent)),
            None => (rest, None),
        };
        let (whole, fraction) = match mantissa.split_once('.') {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (mantissa, None),
        };
        Some(Self { sign, whole, fraction, exponent })
    }
}

fn unsigned(text: &str) -> &str {
    text.strip_prefix(['+', '-']).unwrap_or(text)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// More digits than any number of a person or a card has, before the point and behind it.
const LONGEST: usize = 40;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_the_grammar() {
        for text in ["0", "-0", "10", "1.5", "0.0", "1e5", "1E+5", "-1.25e-07", "4111111111111111"] {
            assert!(is_number(text), "{text}");
        }
        for text in
            ["", "-", "01", "-01", "+1", ".5", "1.", "1.e5", "1e", "1e+", "1e5.0", "1-2", "--1", "1e5e5", "1.2.3"]
        {
            assert!(!is_number(text), "{text}");
        }
    }

    #[test]
    fn whole_numbers_are_spelled_out() {
        let spelled = |number: &str| {
            let mut out = String::new();
            spell_out(number, &mut out).then_some(out)
        };
        assert_eq!(spelled("536904399.0").as_deref(), Some("536904399"));
        assert_eq!(spelled("4.111111111111111E15").as_deref(), Some("4111111111111111"));
        assert_eq!(spelled("-41111e+3").as_deref(), Some("-41111000"));
        assert_eq!(spelled("0.4111e4").as_deref(), Some("4111"));
        for number in ["4111111111111111", "1.5", "1e-5", "1e999999999999999999999", "1e50", "15.25e1"] {
            assert_eq!(spelled(number), None, "{number}");
        }
    }
}
