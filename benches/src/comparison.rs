//! Ours beside a baseline, in turns.

use core::time::Duration;
use std::time::Instant;

use crate::error::Error;
use crate::row::Row;
use crate::sample::Sample;

/// Something of ours beside a baseline that does the same work.
///
/// ```
/// use std::time::Duration;
///
/// use axiom_benches::{Comparison, Rounds, Sample};
///
/// let twice = Comparison { name: "twice_as_fast", unit: "events/s", goal: 1.5 };
/// let ours = || Ok(Sample::new(2, Duration::from_secs(1)));
/// let baseline = || Ok(Sample::new(1, Duration::from_secs(1)));
/// assert_eq!(twice.run(Rounds::SMOKE, ours, baseline)?.ratio, 2.0);
/// # Ok::<(), axiom_benches::Error>(())
/// ```
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "benches write it down")]
pub struct Comparison {
    /// What is compared.
    pub name: &'static str,
    /// What is counted; more is better.
    pub unit: &'static str,
    /// What the ratio should at least be.
    pub goal: f64,
}

impl Comparison {
    /// Takes samples of both in turns: one of each to warm up, then A B, B A, A B, ….
    ///
    /// # Errors
    /// The first of either side's.
    pub fn run(
        &self,
        rounds: Rounds,
        mut ours: impl FnMut() -> Result<Sample, Error>,
        mut baseline: impl FnMut() -> Result<Sample, Error>,
    ) -> Result<Row, Error> {
        ours()?;
        baseline()?;
        let (start, mut done) = (Instant::now(), Vec::new());
        while rounds.wants_more(done.len(), start.elapsed()) {
            let ours_first = done.len().is_multiple_of(2);
            let early = if ours_first { Some(ours()?) } else { None };
            let theirs = baseline()?;
            let ours = early.map_or_else(&mut ours, Ok)?;
            done.push((ours.rate(), theirs.rate()));
        }
        Ok(Row::new(self.name, self.unit, self.goal, &done))
    }
}

/// Something of ours that must not exceed a limit.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "benches write it down")]
pub struct Limit {
    /// What is measured.
    pub name: &'static str,
    /// What it is measured in; less is better.
    pub unit: &'static str,
    /// What it should at most be.
    pub most: f64,
}

impl Limit {
    /// Takes samples: one to warm up, then the others. The row's baseline is the limit, and its ratio how many times
    /// ours goes into it.
    ///
    /// # Errors
    /// The first of `ours`.
    pub fn run(&self, rounds: Rounds, mut ours: impl FnMut() -> Result<f64, Error>) -> Result<Row, Error> {
        ours()?;
        let (start, mut done) = (Instant::now(), Vec::new());
        while rounds.wants_more(done.len(), start.elapsed()) {
            done.push((ours()?, self.most));
        }
        Ok(Row::below(self.name, self.unit, &done))
    }
}

/// How many rounds a comparison runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rounds {
    least: usize,
    most: usize,
    budget: Duration,
}

impl Rounds {
    /// As many as fit into half a minute, within bounds.
    pub const FULL: Self = Self { least: 11, most: 301, budget: Duration::from_secs(30) };
    /// Two: one in each order.
    pub const SMOKE: Self = Self { least: 2, most: 2, budget: Duration::ZERO };

    fn wants_more(&self, done: usize, elapsed: Duration) -> bool {
        done < self.least || (done < self.most && elapsed < self.budget)
    }
}

#[cfg(test)]
mod tests {
    use core::cell::RefCell;

    use super::*;

    const COMPARISON: Comparison = Comparison { name: "a_vs_b", unit: "events/s", goal: 1.0 };

    #[test]
    fn the_order_alternates_behind_the_warm_up() {
        let order = RefCell::new(String::new());
        let sample = |name| {
            order.borrow_mut().push(name);
            Ok(Sample::new(1, Duration::from_secs(1)))
        };
        let rounds = Rounds { least: 3, ..Rounds::SMOKE };
        COMPARISON.run(rounds, || sample('A'), || sample('B')).unwrap();
        assert_eq!(order.into_inner(), "ABABBAAB");
    }

    #[test]
    fn the_warm_up_does_not_count() {
        let mut seconds = [1000, 1, 1].into_iter();
        let ours = || Ok(Sample::new(1, Duration::from_secs(seconds.next().unwrap())));
        let row = COMPARISON.run(Rounds::SMOKE, ours, || Ok(Sample::new(1, Duration::from_secs(1)))).unwrap();
        assert_eq!((row.ratio, row.spread, row.runs), (1.0, 0.0, 2));
    }

    #[test]
    fn a_failure_of_either_side_ends_it() {
        let sample = || Ok(Sample::new(1, Duration::from_secs(1)));
        let failure = || Err(Error::Io(std::io::ErrorKind::Other.into()));
        assert!(COMPARISON.run(Rounds::SMOKE, failure, sample).is_err());
        assert!(COMPARISON.run(Rounds::SMOKE, sample, failure).is_err());
    }

    #[test]
    fn the_budget_ends_it_between_the_bounds() {
        let rounds = Rounds { least: 2, most: 4, budget: Duration::from_secs(1) };
        let (early, late) = (Duration::ZERO, Duration::from_secs(1));
        assert!(rounds.wants_more(1, late));
        assert!(rounds.wants_more(2, early) && !rounds.wants_more(2, late));
        assert!(!rounds.wants_more(4, early));
    }
}
