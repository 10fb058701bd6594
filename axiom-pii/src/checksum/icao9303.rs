//! ICAO 9303: the check digits of passports and visas.

/// Whether the last of `field` is its check digit in a machine-readable zone (ICAO Doc 9303-3, section 4.9).
///
/// The weights are 7, 3, 1; letters are upper case, A = 10 to Z = 35, and the filler `<` is 0. One random field in ten
/// passes; a field without data does not.
///
/// ```
/// use axiom_pii::checksum::icao9303;
///
/// assert!(icao9303(b"L898902C36"));
/// assert!(!icao9303(b"L898902C37"));
/// ```
#[must_use]
pub fn icao9303(field: &[u8]) -> bool {
    let Some((&check, data)) = field.split_last() else { return false };
    let sum = data.iter().zip([7, 3, 1].into_iter().cycle()).try_fold(0, |sum, (&byte, weight)| {
        let value = match byte {
            b'<' => 0,
            b'0'..=b'9' => u32::from(byte - b'0'),
            b'A'..=b'Z' => u32::from(byte - b'A') + 10,
            _ => return None,
        };
        Some((sum + weight * value) % 10)
    });
    !data.is_empty() && check.is_ascii_digit() && sum == Some(u32::from(check - b'0'))
}

#[cfg(test)]
mod tests {
    use super::icao9303;

    #[test]
    fn accepts_what_is_published() {
        for value in ["L898902C36", "7408122", "1204159", "ZE184226B<<<<<1"] {
            assert!(icao9303(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn refuses_what_breaks_a_rule() {
        for value in ["L898902C37", "", "6", "l898902C36", "L898902C3<"] {
            assert!(!icao9303(value.as_bytes()), "{value}");
        }
    }
}
