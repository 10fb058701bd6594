//! Country codes and how long the numbers behind them are (ITU-T E.164).

/// The country code that `digits` begin with and the number behind it; `None` where the code is not assigned or the
/// number is longer or shorter than those of its country.
///
/// A zero that many write behind the code, and that only dials within the country, is left out.
pub(super) fn split(digits: &[u8]) -> Option<(u16, &[u8])> {
    let (code, rest) = code(digits)?;
    let lengths = usize::from(code.1)..=usize::from(code.2);
    let number = if lengths.contains(&rest.len()) { rest } else { rest.strip_prefix(b"0")? };
    lengths.contains(&number.len()).then_some((code.0, number))
}

/// The row of the country code that `digits` begin with, and what is behind it.
fn code(digits: &[u8]) -> Option<(Row, &[u8])> {
    (1..=3).find_map(|length| {
        let (code, rest) = digits.split_at_checked(length).filter(|(code, _)| code[0] != b'0')?;
        let code = code.iter().fold(0, |code, digit| code * 10 + u16::from(digit - b'0'));
        let place = CODES.binary_search_by_key(&code, |row| row.0).ok()?;
        Some((CODES[place], rest))
    })
}

/// Whether `digits` begin with a country code.
pub(super) fn is_assigned(digits: &[u8]) -> bool {
    code(digits).is_some()
}

/// Country code, fewest and most digits of a national significant number.
type Row = (u16, u8, u8);

/// The rows, sorted.
///
/// ITU-T E.164, list of assigned country codes, and the numbering plans that administrations gave to the ITU. No code is
/// the beginning of another.
#[rustfmt::skip]
const CODES: [Row; 215] = [
    (1, 10, 10), (7, 10, 10), (20, 8, 10), (27, 9, 9), (30, 10, 10), (31, 9, 11), (32, 8, 9), (33, 9, 9), (34, 9, 9),
    (36, 8, 9), (39, 6, 12), (40, 9, 9), (41, 9, 9), (43, 6, 13), (44, 9, 10), (45, 8, 8), (46, 7, 10), (47, 8, 8),
    (48, 9, 9), (49, 6, 13), (51, 8, 9), (52, 10, 11), (53, 6, 10), (54, 10, 11), (55, 10, 11), (56, 9, 9), (57, 10, 10),
    (58, 10, 10), (60, 8, 10), (61, 9, 10), (62, 7, 12), (63, 8, 10), (64, 8, 10), (65, 8, 8), (66, 8, 9), (81, 9, 10),
    (82, 8, 11), (84, 8, 10), (86, 9, 12), (90, 10, 10), (91, 10, 10), (92, 9, 10), (93, 9, 9), (94, 9, 9), (95, 6, 10),
    (98, 10, 10),
    (211, 9, 9), (212, 9, 9), (213, 8, 9), (216, 8, 8), (218, 8, 9), (220, 7, 9), (221, 9, 9), (222, 8, 8), (223, 8, 8),
    (224, 8, 9), (225, 10, 10), (226, 8, 8), (227, 8, 8), (228, 8, 8), (229, 8, 10), (230, 7, 8), (231, 7, 9),
    (232, 8, 8), (233, 9, 9), (234, 7, 10), (235, 8, 8), (236, 8, 8), (237, 8, 9), (238, 7, 7), (239, 7, 7), (240, 9, 9),
    (241, 7, 8), (242, 9, 9), (243, 7, 10), (244, 9, 9), (245, 7, 9), (246, 7, 7), (247, 5, 6), (248, 7, 7), (249, 9, 9),
    (250, 8, 9), (251, 9, 9), (252, 6, 9), (253, 8, 8), (254, 7, 9), (255, 9, 9), (256, 9, 9), (257, 8, 8), (258, 8, 9),
    (260, 9, 9), (261, 9, 9), (262, 9, 9), (263, 7, 10), (264, 8, 9), (265, 7, 9), (266, 8, 8), (267, 7, 8), (268, 8, 9),
    (269, 7, 7), (290, 4, 5), (291, 7, 7), (297, 7, 7), (298, 6, 6), (299, 6, 6),
    (350, 8, 8), (351, 9, 9), (352, 6, 11), (353, 7, 10), (354, 7, 9), (355, 8, 9), (356, 8, 8), (357, 8, 8),
    (358, 6, 11), (359, 7, 9), (370, 8, 8), (371, 8, 8), (372, 7, 8), (373, 8, 8), (374, 8, 8), (375, 9, 9), (376, 6, 9),
    (377, 8, 9), (378, 6, 10), (380, 9, 9), (381, 7, 10), (382, 8, 8), (383, 8, 12), (385, 8, 9), (386, 8, 8), (387, 8, 9),
    (389, 8, 8), (420, 9, 9), (421, 9, 9), (423, 7, 9),
    (500, 5, 5), (501, 7, 7), (502, 8, 8), (503, 8, 8), (504, 8, 8), (505, 8, 8), (506, 8, 8), (507, 7, 8), (508, 6, 9),
    (509, 8, 8), (590, 9, 9), (591, 8, 8), (592, 7, 7), (593, 8, 9), (594, 9, 9), (595, 7, 9), (596, 9, 9), (597, 6, 7),
    (598, 8, 8), (599, 7, 8),
    (670, 7, 8), (672, 6, 6), (673, 7, 7), (674, 7, 7), (675, 7, 8), (676, 5, 7), (677, 5, 7), (678, 5, 7), (679, 7, 7),
    (680, 7, 7), (681, 6, 6), (682, 5, 5), (683, 4, 7), (685, 5, 7), (686, 5, 8), (687, 6, 6), (688, 5, 7), (689, 6, 8),
    (690, 4, 7), (691, 7, 7), (692, 7, 7),
    (800, 8, 8), (808, 8, 8), (850, 8, 10), (852, 8, 9), (853, 8, 8), (855, 8, 9), (856, 8, 10), (870, 9, 12),
    (878, 12, 12), (880, 7, 10), (881, 8, 10), (882, 7, 12), (883, 9, 12), (886, 8, 10), (888, 11, 11),
    (960, 7, 7), (961, 7, 8), (962, 8, 9), (963, 8, 9), (964, 8, 10), (965, 8, 8), (966, 9, 10), (967, 7, 9),
    (968, 8, 8), (970, 8, 9), (971, 8, 9), (972, 8, 12), (973, 8, 8), (974, 8, 8), (975, 7, 8), (976, 8, 10), (977, 8, 10),
    (979, 9, 9), (992, 9, 9), (993, 8, 8), (994, 9, 9), (995, 9, 9), (996, 9, 9), (998, 9, 9),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_sorted_and_none_begins_another() {
        assert!(CODES.windows(2).all(|pair| pair[0].0 < pair[1].0));
        for (code, fewest, most) in CODES {
            assert!(fewest <= most && most <= 13, "{code}");
            let begins = |other: u16| other > code && (other / 10 == code || other / 100 == code);
            assert!(!CODES.iter().any(|other| begins(other.0)), "{code}");
        }
    }

    #[test]
    fn the_length_is_that_of_the_country() {
        assert_eq!(split(b"12025550123"), Some((1, &b"2025550123"[..])));
        assert_eq!(split(b"37120123456"), Some((371, &b"20123456"[..])));
        for digits in ["1202555012", "120255501234", "999123456789", "0442079460123", "4", ""] {
            assert_eq!(split(digits.as_bytes()), None, "{digits}");
        }
    }
}
