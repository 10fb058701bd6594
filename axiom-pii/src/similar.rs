//! Similar names: what a host may have meant.

/// `; did you mean …?` with the name among `names` that is nearest to `name`, or nothing where none is near.
pub(crate) fn suggestion<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> String {
    let near = (name.len() / 3).clamp(1, 3);
    let nearest = names.map(|known| (distance(name, known), known)).filter(|(distance, _)| *distance <= near).min();
    nearest.map(|(_, known)| format!("; did you mean `{known}`?")).unwrap_or_default()
}

/// How many letters must be added, taken away, changed or swapped with their neighbour; of long names, too many.
fn distance(a: &str, b: &str) -> usize {
    if a.len().max(b.len()) > LONGEST {
        return usize::MAX;
    }
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut rows = [[0; LONGEST + 1]; 3];
    rows[0] = core::array::from_fn(|column| column);
    for row in 1..=a.len() {
        let [before, last, this] = &mut rows;
        if row == 1 {
            *last = *before;
        }
        this[0] = row;
        for column in 1..=b.len() {
            let changed = usize::from(a[row - 1] != b[column - 1]);
            this[column] = (last[column] + 1).min(this[column - 1] + 1).min(last[column - 1] + changed);
            if row > 1 && column > 1 && a[row - 1] == b[column - 2] && a[row - 2] == b[column - 1] {
                this[column] = this[column].min(before[column - 2] + 1);
            }
        }
        rows.rotate_left(1);
    }
    rows[if a.is_empty() { 0 } else { 1 }][b.len()]
}

/// The longest name that is compared.
const LONGEST: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_the_letters_that_differ() {
        for (a, b, expected) in [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "", 3),
            ("abc", "abc", 0),
            ("phnoe", "phone", 1),
            ("kitten", "sitting", 3),
            ("ca", "abc", 3),
            ("a", "b", 1),
        ] {
            assert_eq!(distance(a, b), expected, "{a} {b}");
        }
        assert_eq!(distance(&"a".repeat(65), "a"), usize::MAX);
    }

    #[test]
    fn the_nearest_name_is_suggested() {
        let names = || ["credit_card", "iban", "phone"].into_iter();
        assert_eq!(suggestion("phnoe", names()), "; did you mean `phone`?");
        assert_eq!(suggestion("creditcard", names()), "; did you mean `credit_card`?");
        assert_eq!(suggestion("shoe_size", names()), "");
        assert_eq!(suggestion("", names()), "");
    }
}
