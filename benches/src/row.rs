//! The outcome of one comparison.

use core::fmt;

use serde::Serialize;

use crate::statistics::{median, spread};

/// The outcome of one comparison: a line of the table, an object of the JSON.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Row {
    /// What was compared.
    pub name: String,
    /// The median of ours.
    pub ours: f64,
    /// The median of the baseline.
    pub baseline: f64,
    /// What both are counted in; more is better.
    pub unit: String,
    /// The median of the rounds' ratios, ours over the baseline.
    pub ratio: f64,
    /// What the ratio should at least be.
    pub goal: f64,
    /// How many rounds were measured.
    pub runs: usize,
    /// How far the rounds disagree: the distance between the quartiles of the ratios, over their median.
    pub spread: f64,
}

impl Row {
    /// Sums up rounds of (ours, baseline).
    pub(crate) fn new(name: &str, unit: &str, goal: f64, rounds: &[(f64, f64)]) -> Self {
        let (ours, baseline): (Vec<f64>, Vec<f64>) = rounds.iter().copied().unzip();
        let ratios: Vec<f64> = rounds.iter().map(|(ours, baseline)| ours / baseline).collect();
        Self {
            name: name.into(),
            ours: median(&ours),
            baseline: median(&baseline),
            unit: unit.into(),
            ratio: median(&ratios),
            goal,
            runs: rounds.len(),
            spread: spread(&ratios),
        }
    }

    /// Sums up rounds of (ours, the most that it may be).
    pub(crate) fn below(name: &str, unit: &str, rounds: &[(f64, f64)]) -> Self {
        let swapped: Vec<(f64, f64)> = rounds.iter().map(|(ours, most)| (*most, *ours)).collect();
        let row = Self::new(name, unit, 1.0, &swapped);
        Self { ours: row.baseline, baseline: row.ours, ..row }
    }

    /// The names of the columns.
    pub(crate) fn heading() -> String {
        format!(
            "{:<32}{:>12}{:>12}  {:<10}{:>8}{:>8}{:>6}{:>8}",
            "what", "ours", "baseline", "unit", "ratio", "goal", "runs", "spread"
        )
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, ours, baseline, unit, ratio, goal, runs, spread } = self;
        let short = if ratio < goal { "  below the goal" } else { "" };
        write!(
            f,
            "{name:<32}{ours:>12.0}{baseline:>12.0}  {unit:<10}{ratio:>8.2}{goal:>8.2}{runs:>6}{spread:>8.2}{short}"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> Row {
        Row::new("ours_vs_theirs", "events/s", 1.5, &[(300.0, 100.0), (20.0, 10.0), (8.0, 8.0)])
    }

    #[test]
    fn the_ratio_is_the_median_of_the_rounds_and_not_that_of_the_medians() {
        let row = Row::new("", "", 0.0, &[(1.0, 1.0), (10.0, 2.0), (100.0, 50.0)]);
        assert_eq!((row.ours, row.baseline, row.ratio), (10.0, 2.0, 2.0));
    }

    #[test]
    fn the_json_has_the_members_that_readers_expect() {
        let json = serde_json::to_string(&row()).unwrap();
        let expected = r#"{"name":"ours_vs_theirs","ours":20.0,"baseline":10.0,"unit":"events/s","ratio":2.0,"goal":1.5,"runs":3,"spread":0.5}"#;
        assert_eq!(json, expected);
    }

    #[test]
    fn of_a_limit_the_ratio_says_how_often_ours_goes_into_it() {
        let row = Row::below("", "ms", &[(2.0, 10.0), (5.0, 10.0), (4.0, 10.0)]);
        assert_eq!((row.ours, row.baseline, row.ratio, row.goal), (4.0, 10.0, 2.5, 1.0));
    }

    #[test]
    fn columns_stand_below_their_names() {
        let (heading, line) = (Row::heading(), row().to_string());
        for (name, value) in [("ours", "20"), ("baseline", "10"), ("ratio", "2.00"), ("spread", "0.50")] {
            let end = heading.find(name).unwrap() + name.len();
            assert!(line[..end].ends_with(value), "{name}");
        }
    }

    #[test]
    fn a_missed_goal_is_said() {
        assert!(!row().to_string().contains("below"));
        assert!(Row { goal: 2.5, ..row() }.to_string().contains("below the goal"));
    }
}
