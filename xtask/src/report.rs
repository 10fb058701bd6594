//! What was checked, and how it ended.

use core::{fmt, time::Duration};
use std::time::Instant;

use crate::error::Error;

/// What was checked, and how it ended; shown as a table with the counts in its last line.
#[derive(Debug, Default)]
pub(crate) struct Report {
    checks: Vec<Check>,
}

impl Report {
    /// Runs `work`, records how it ended, and tells whether it passed.
    pub(crate) fn check(&mut self, name: impl Into<String>, work: impl FnOnce() -> Result<(), Error>) -> bool {
        let start = Instant::now();
        let outcome = match work() {
            Ok(()) => Outcome::Passed,
            Err(error) => Outcome::Failed(one_line(&error)),
        };
        self.record(Check { name: name.into(), outcome, time: start.elapsed() })
    }

    /// Records a check that was left out, and why.
    pub(crate) fn skip(&mut self, name: impl Into<String>, reason: impl Into<String>) {
        let outcome = Outcome::Skipped(reason.into());
        self.record(Check { name: name.into(), outcome, time: Duration::ZERO });
    }

    /// Records a failure that left nothing to run.
    pub(crate) fn fail(&mut self, name: impl Into<String>, error: Error) {
        self.check(name, || Err(error));
    }

    /// Whether nothing failed.
    pub(crate) fn is_clean(&self) -> bool {
        self.count("FAILED") == 0
    }

    fn record(&mut self, check: Check) -> bool {
        if check.outcome != Outcome::Passed {
            println!("--- {check}");
        }
        let passed = check.outcome == Outcome::Passed;
        self.checks.push(check);
        passed
    }

    fn count(&self, word: &str) -> usize {
        self.checks.iter().filter(|check| check.outcome.word() == word).count()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.checks.iter().map(|check| check.name.len()).max().unwrap_or_default();
        for check in &self.checks {
            writeln!(f, "{check:width$}")?;
        }
        write!(f, "\n{} passed, {} failed", self.count("ok"), self.count("FAILED"))?;
        match self.count("skipped") {
            0 => Ok(()),
            skipped => write!(f, ", {skipped} skipped"),
        }
    }
}

/// One row of the table; a width pads its name.
#[derive(Debug)]
struct Check {
    name: String,
    outcome: Outcome,
    time: Duration,
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = f.width().unwrap_or_default();
        write!(f, "{:width$}  {:<8}{:>7.1} s", self.name, self.outcome.word(), self.time.as_secs_f64())?;
        match &self.outcome {
            Outcome::Failed(reason) | Outcome::Skipped(reason) => write!(f, "  {reason}"),
            Outcome::Passed => Ok(()),
        }
    }
}

/// How a check ended; the text says why.
#[derive(Debug, PartialEq)]
enum Outcome {
    Failed(String),
    Passed,
    Skipped(String),
}

impl Outcome {
    fn word(&self) -> &'static str {
        match self {
            Self::Failed(_) => "FAILED",
            Self::Passed => "ok",
            Self::Skipped(_) => "skipped",
        }
    }
}

/// A row holds one line, and what a tool said can have several.
fn one_line(error: &Error) -> String {
    error.to_string().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unfit() -> Error {
        Error::Unfit { reason: "two\nlines".into() }
    }

    fn last_line(report: &Report) -> String {
        report.to_string().lines().last().unwrap().to_owned()
    }

    #[test]
    fn the_last_line_counts_what_passed_and_failed() {
        let mut report = Report::default();
        assert!(report.check("one", || Ok(())));
        assert!(!report.check("two", || Err(unfit())));
        assert_eq!(last_line(&report), "1 passed, 1 failed");
    }

    #[test]
    fn the_last_line_counts_what_was_skipped() {
        let mut report = Report::default();
        report.skip("one", "no network");
        assert_eq!(last_line(&report), "0 passed, 0 failed, 1 skipped");
    }

    #[test]
    fn one_failure_among_passes_is_not_clean() {
        let mut report = Report::default();
        report.check("one", || Ok(()));
        assert!(report.is_clean());
        report.fail("two", unfit());
        report.check("three", || Ok(()));
        assert!(!report.is_clean());
    }

    #[test]
    fn a_skipped_check_is_clean_and_says_why() {
        let mut report = Report::default();
        report.skip("one", "no network");
        assert!(report.is_clean());
        assert!(report.to_string().contains("no network"));
    }

    #[test]
    fn a_reason_of_two_lines_stays_in_its_row() {
        let mut report = Report::default();
        report.fail("one", unfit());
        assert!(report.to_string().lines().next().unwrap().ends_with("two lines"));
    }
}
