//! Does jobs side by side, and takes what comes of them in order.

use core::num::NonZero;
use std::collections::VecDeque;
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// Does `work` on every job in up to `threads` threads, and hands the results to `take` in the order of the jobs.
///
/// No more than a few jobs a thread are begun ahead of `take`, so that memory does not grow with their number. With one
/// thread, or where no other can be started, the caller's does everything.
pub(super) fn in_order<J: Send, R: Send>(
    threads: NonZero<usize>,
    jobs: impl Iterator<Item = J>,
    work: impl Fn(J) -> R + Sync,
    mut take: impl FnMut(R),
) {
    if threads.get() == 1 {
        return jobs.for_each(|job| take(work(job)));
    }
    let ahead = threads.get().saturating_mul(2);
    let (desk, waiting) = mpsc::sync_channel(ahead);
    let waiting = Arc::new(Mutex::new(waiting));
    let work = &work;
    thread::scope(|scope| {
        // What is not moved here would keep the threads waiting for more at the end.
        let (desk, waiting) = (desk, waiting);
        let start = || {
            let waiting = waiting.clone();
            let worker = move || work_off(&waiting, work);
            thread::Builder::new().name("axiom-verify".into()).spawn_scoped(scope, worker)
        };
        if (0..threads.get()).filter(|_| start().is_ok()).count() == 0 {
            return jobs.for_each(|job| take(work(job)));
        }
        // The threads alone have what waits: with the last of them it goes, and nobody waits for its results.
        drop(waiting);
        let mut begun = VecDeque::with_capacity(ahead);
        for job in jobs {
            if begun.len() == ahead {
                take_first(&mut begun, &mut take);
            }
            let (reply, result) = mpsc::sync_channel(1);
            begun.push_back(result);
            // It fails only where every thread has panicked, and that comes to light when they are joined.
            let _ = desk.send((job, reply));
        }
        while !begun.is_empty() {
            take_first(&mut begun, &mut take);
        }
    });
}

fn work_off<J, R>(waiting: &Mutex<Receiver<(J, SyncSender<R>)>>, work: &impl Fn(J) -> R) {
    loop {
        let job = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((job, reply)) = job else { return };
        // Nobody waits for it where `take` has panicked.
        let _ = reply.send(work(job));
    }
}

fn take_first<R>(begun: &mut VecDeque<Receiver<R>>, take: &mut impl FnMut(R)) {
    // A job has no result where it panicked, and its thread's panic is passed on at the end.
    begun.pop_front().and_then(|result| result.recv().ok()).into_iter().for_each(take);
}

#[cfg(test)]
mod tests {
    use core::sync::atomic::{AtomicUsize, Ordering};
    use core::time::Duration;

    use super::*;

    fn threads(count: usize) -> NonZero<usize> {
        NonZero::new(count).unwrap()
    }

    #[test]
    fn results_come_in_the_order_of_the_jobs() {
        for count in [1, 2, 3, 100] {
            let mut results = Vec::new();
            let work = |job: u64| {
                thread::sleep(Duration::from_micros(job * 7919 % 200));
                job * 2
            };
            in_order(threads(count), (0..50).collect::<Vec<u64>>().into_iter(), work, |result| results.push(result));
            assert_eq!(results, (0..50).map(|job| job * 2).collect::<Vec<u64>>());
        }
    }

    #[test]
    fn no_more_is_begun_than_a_few_jobs_a_thread() {
        let (begun, taken) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let work = |_| begun.fetch_add(1, Ordering::SeqCst);
        in_order(threads(2), vec![(); 200].into_iter(), work, |_| {
            assert!(begun.load(Ordering::SeqCst) <= taken.fetch_add(1, Ordering::SeqCst) + 1 + 4);
            thread::sleep(Duration::from_micros(100));
        });
        assert_eq!(taken.into_inner(), 200);
    }

    #[test]
    #[should_panic(expected = "panicked")]
    fn the_panic_of_every_thread_leaves_nobody_waiting() {
        in_order(threads(2), 0..100, |_| panic!("no job can be done"), |()| {});
    }

    #[test]
    #[should_panic(expected = "panicked")]
    fn a_panic_of_a_job_is_passed_on() {
        in_order(threads(2), vec![1, 2, 3].into_iter(), |job| assert!(job != 2), |()| {});
    }
}
