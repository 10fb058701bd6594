//! Digits as numbers.

/// The values of exactly `N` digits; `None` where there are more, fewer or other characters.
pub(super) fn digits<const N: usize>(number: &[u8]) -> Option<[u32; N]> {
    let number = <&[u8; N]>::try_from(number).ok()?;
    number.iter().all(u8::is_ascii_digit).then(|| number.map(|byte| u32::from(byte - b'0')))
}

/// The number that `digits` are in decimal; they are few enough.
pub(super) fn decimal(digits: &[u32]) -> u32 {
    digits.iter().fold(0, |number, digit| number * 10 + digit)
}

/// The sum of the products of digits and weights, as far as both go.
pub(super) fn weighted(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_digits_of_the_length_asked_for() {
        assert_eq!(digits::<3>(b"042"), Some([0, 4, 2]));
        assert_eq!(digits::<3>(b"42"), None);
        assert_eq!(digits::<3>(b"04x"), None);
        assert_eq!(decimal(&[0, 4, 2]), 42);
        assert_eq!(weighted(&[1, 2, 3], &[10, 1]), 12);
    }
}
