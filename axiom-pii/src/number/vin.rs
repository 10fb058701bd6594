//! Vehicle identification numbers.

/// Whether `number` is seventeen letters and digits with the check digit of North America at the ninth place.
///
/// ISO 3779 and 49 CFR 565.15; I, O and Q are not used. Makers elsewhere need not fill the check digit, and then about
/// one number in eleven passes. Letters are upper case.
///
/// ```
/// use axiom_pii::number::vin;
///
/// assert!(vin(b"1M8GDM9AXKP042788"));
/// assert!(!vin(b"1M8GDM9A1KP042788"));
/// ```
#[must_use]
pub fn vin(number: &[u8]) -> bool {
    let Ok(number) = <&[u8; 17]>::try_from(number) else { return false };
    let sum = number.iter().zip(WEIGHTS).try_fold(0, |sum, (&byte, weight)| Some(sum + value(byte)? * weight));
    sum.is_some_and(|sum| b"0123456789X"[sum as usize % 11] == number[8])
}

fn value(byte: u8) -> Option<u32> {
    match byte {
        b'0'..=b'9' => Some(u32::from(byte - b'0')),
        b'A'..=b'H' => Some(u32::from(byte - b'A') + 1),
        b'J'..=b'N' => Some(u32::from(byte - b'J') + 1),
        b'P' | b'R' => Some(u32::from(byte - b'P') + 7),
        b'S'..=b'Z' => Some(u32::from(byte - b'S') + 2),
        _ => None,
    }
}

const WEIGHTS: [u32; 17] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];

#[cfg(test)]
mod tests {
    use super::vin;

    #[test]
    fn accepts_what_is_published() {
        for value in ["1M8GDM9AXKP042788", "11111111111111111", "1HGCM82633A004352"] {
            assert!(vin(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn refuses_what_breaks_a_rule() {
        for value in ["1M8GDM9A1KP042788", "1M8GDM9AXKP04278", "1M8GDM9AXKPO42788", "", "1m8gdm9axkp042788"] {
            assert!(!vin(value.as_bytes()), "{value}");
        }
    }
}
