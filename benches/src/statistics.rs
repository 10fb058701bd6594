//! Medians and quartiles: what a busy machine disturbs least.

/// The median of `values`.
pub(crate) fn median(values: &[f64]) -> f64 {
    quantile(&sorted(values), 0.5)
}

/// The distance between the quartiles, over the median.
pub(crate) fn spread(values: &[f64]) -> f64 {
    let sorted = sorted(values);
    (quantile(&sorted, 0.75) - quantile(&sorted, 0.25)) / quantile(&sorted, 0.5)
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted
}

/// The value below which the share `p` of `sorted` lies, interpolated between neighbours; not a number where there are
/// none.
fn quantile(sorted: &[f64], p: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let place = p * last as f64;
    let (below, above) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
    below + (above - below) * place.fract()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_odd_number_is_the_middle_one() {
        assert_eq!(median(&[9.0, 1.0, 2.0]), 2.0);
    }

    #[test]
    fn the_median_of_an_even_number_lies_between() {
        assert_eq!(median(&[4.0, 1.0, 2.0, 9.0]), 3.0);
    }

    #[test]
    fn one_outlier_does_not_move_the_median() {
        assert_eq!(median(&[2.0, 2.0, 2.0, 2.0, 5000.0]), 2.0);
    }

    #[test]
    fn the_spread_is_the_distance_of_the_quartiles_over_the_median() {
        assert_eq!(spread(&[50.0, 10.0, 20.0, 30.0, 40.0]), 20.0 / 30.0);
    }

    #[test]
    fn equal_values_have_no_spread() {
        assert_eq!(spread(&[7.0; 5]), 0.0);
        assert_eq!(spread(&[7.0]), 0.0);
    }

    #[test]
    fn nothing_has_no_median() {
        assert!(median(&[]).is_nan());
    }
}
