//! One measurement: so many events in so much time.

use core::time::Duration;
use std::sync::Barrier;
use std::thread;
use std::time::Instant;

use crate::error::Error;

/// So many events in so much time.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Sample {
    /// How many events.
    pub count: usize,
    /// In how much time.
    pub time: Duration,
}

impl Sample {
    /// A measurement that was made elsewhere.
    #[must_use]
    pub const fn new(count: usize, time: Duration) -> Self {
        Self { count, time }
    }

    /// How long `work` on `count` events takes by the clock on the wall.
    ///
    /// ```
    /// use axiom_benches::{Error, Sample};
    ///
    /// let sample = Sample::wall(1, || Ok::<(), Error>(std::thread::sleep(std::time::Duration::from_millis(2))))?;
    /// assert!(sample.rate() <= 500.0);
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    /// That of `work`.
    pub fn wall(count: usize, work: impl FnOnce() -> Result<(), Error>) -> Result<Self, Error> {
        let start = Instant::now();
        work()?;
        Ok(Self::new(count, start.elapsed()))
    }

    /// How much CPU time `work` on `count` events takes, in all threads of this process; on Windows the time on the
    /// wall.
    ///
    /// # Errors
    /// That of `work`.
    pub fn cpu(count: usize, work: impl FnOnce() -> Result<(), Error>) -> Result<Self, Error> {
        let start = cpu_time();
        work()?;
        Ok(Self::new(count, cpu_time().saturating_sub(start)))
    }

    /// How long it takes when each share is worked off by a thread of its own, from the first start to the last end.
    ///
    /// # Errors
    /// The first of `work`'s.
    ///
    /// # Panics
    /// Where `work` does.
    pub fn threads<T: Send>(shares: Vec<Vec<T>>, work: impl Fn(T) -> Result<(), Error> + Sync) -> Result<Self, Error> {
        let count = shares.iter().map(Vec::len).sum();
        let all_there = Barrier::new(shares.len());
        let run = |share: Vec<T>| {
            all_there.wait();
            let start = Instant::now();
            let worked = share.into_iter().try_for_each(&work);
            worked.map(|()| (start, Instant::now()))
        };
        let spans = thread::scope(|scope| {
            let run = &run;
            let threads: Vec<_> = shares.into_iter().map(|share| scope.spawn(move || run(share))).collect();
            let joined = threads.into_iter().map(|thread| thread.join().expect("work does not panic"));
            joined.collect::<Result<Vec<_>, _>>()
        })?;
        let first = spans.iter().map(|span| span.0).min();
        let last = spans.iter().map(|span| span.1).max();
        let time = last.zip(first).map_or(Duration::ZERO, |(last, first)| last - first);
        Ok(Self::new(count, time))
    }

    /// Events a second.
    #[must_use]
    pub fn rate(&self) -> f64 {
        self.count as f64 / self.time.as_secs_f64()
    }
}

#[cfg(unix)]
fn cpu_time() -> Duration {
    use rustix::time::{ClockId, clock_gettime};

    Duration::try_from(clock_gettime(ClockId::ProcessCPUTime)).unwrap_or_default()
}

#[cfg(not(unix))]
fn cpu_time() -> Duration {
    use std::sync::LazyLock;

    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    START.elapsed()
}

#[cfg(test)]
mod tests {
    use core::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn the_rate_is_events_a_second() {
        assert_eq!(Sample::new(10, Duration::from_millis(20)).rate(), 500.0);
    }

    #[test]
    fn cpu_time_counts_the_work_of_other_threads() {
        const GOAL: Duration = Duration::from_millis(5);
        let sample = Sample::cpu(1, || {
            let work = || {
                let start = cpu_time();
                while cpu_time() - start < GOAL {}
            };
            thread::spawn(work).join().expect("it only counts");
            Ok(())
        });
        assert!(sample.unwrap().time >= GOAL);
    }

    #[test]
    fn every_share_is_worked_off_and_counted() {
        let sum = AtomicUsize::new(0);
        let sample = Sample::threads(vec![vec![1, 2], vec![3], vec![4, 5, 6]], |number| {
            sum.fetch_add(number, Ordering::Relaxed);
            Ok(())
        });
        assert_eq!((sample.unwrap().count, sum.into_inner()), (6, 21));
    }

    #[test]
    fn shares_run_side_by_side() {
        let meeting = Barrier::new(2);
        let met = Sample::threads(vec![vec![()], vec![()]], |()| {
            meeting.wait();
            Ok(())
        });
        assert_eq!(met.unwrap().count, 2);
    }

    #[test]
    fn an_error_in_a_thread_is_an_error() {
        let failed = Sample::threads(vec![vec![1], vec![2]], |number| {
            if number == 2 { Err(Error::Io(std::io::ErrorKind::Other.into())) } else { Ok(()) }
        });
        assert!(failed.is_err());
    }
}
