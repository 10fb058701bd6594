//! One fetch at a time for one key.

use core::hash::Hash;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::envelope::Patience;
use crate::fork;

/// Who is fetching what.
///
/// All who want the same thing take turns. The first one fetches; the others find what it has fetched when their turn
/// comes. If it fails, panics or is cancelled, its turn ends too, and the next one fetches.
pub(crate) struct Flights<I>(Mutex<HashMap<Flight<I>, Arc<async_lock::Mutex<()>>>>);

/// What is fetched, and in which process: in a child that was forked, nobody goes on with the fetches of its parent.
type Flight<I> = (I, u64);

impl<I: Copy + Eq + Hash> Flights<I> {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(HashMap::new()))
    }

    /// Waits until nobody else fetches `id`; nobody else will before the turn is dropped.
    pub(crate) async fn turn(&self, id: I) -> Turn<'_, I> {
        let flight = (id, fork::generation());
        let lock = Arc::clone(self.table().entry(flight).or_default());
        let mut turn = Turn { flights: self, flight, lock: Some(lock), held: None };
        if let Some(lock) = &turn.lock {
            turn.held = Some(lock.lock_arc().await);
        }
        turn
    }

    /// A [`turn`](Self::turn), but for a call that must not wait: that one fetches beside others.
    pub(crate) async fn turn_if(&self, patience: Patience, id: I) -> Option<Turn<'_, I>> {
        match patience {
            Patience::None => None,
            Patience::Waits => Some(self.turn(id).await),
        }
    }

    fn table(&self) -> MutexGuard<'_, HashMap<Flight<I>, Arc<async_lock::Mutex<()>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The turn to fetch, or the wait for it.
pub(crate) struct Turn<'a, I: Copy + Eq + Hash> {
    flights: &'a Flights<I>,
    flight: Flight<I>,
    lock: Option<Arc<async_lock::Mutex<()>>>,
    held: Option<async_lock::MutexGuardArc<()>>,
}

impl<I: Copy + Eq + Hash> Drop for Turn<'_, I> {
    fn drop(&mut self) {
        // This wakes the next one, whose code must not find the table locked.
        self.held = None;
        let mut table = self.flights.table();
        self.lock = None;
        if table.get(&self.flight).is_some_and(|lock| Arc::strong_count(lock) == 1) {
            table.remove(&self.flight);
        }
    }
}

#[cfg(test)]
mod tests {
    use core::pin::pin;
    use core::task::{Context, Poll, Waker};

    use super::*;

    fn poll<F: Future>(future: core::pin::Pin<&mut F>) -> Poll<F::Output> {
        future.poll(&mut Context::from_waker(Waker::noop()))
    }

    #[test]
    fn those_who_want_the_same_take_turns_and_leave_nothing_behind() {
        let flights = Flights::new();
        let Poll::Ready(first) = poll(pin!(flights.turn(1))) else { panic!("nobody else is there") };
        assert!(poll(pin!(flights.turn(2))).is_ready(), "something else is fetched meanwhile");
        {
            let mut second = pin!(flights.turn(1));
            let mut third = Box::pin(flights.turn(1));
            assert!(poll(second.as_mut()).is_pending() && poll(third.as_mut()).is_pending());
            drop(first);
            assert!(poll(second.as_mut()).is_ready(), "the next one");
            assert!(poll(third.as_mut()).is_ready(), "and the one after it");
        }
        assert!(flights.table().is_empty());
    }

    #[test]
    fn a_cancelled_turn_goes_to_the_next() {
        let flights = Flights::new();
        let Poll::Ready(first) = poll(pin!(flights.turn(1))) else { panic!("nobody else is there") };
        let (mut second, mut third) = (Box::pin(flights.turn(1)), Box::pin(flights.turn(1)));
        assert!(poll(second.as_mut()).is_pending() && poll(third.as_mut()).is_pending());
        drop(first);
        drop(second);
        assert!(poll(third.as_mut()).is_ready());
        drop(third);
        assert!(flights.table().is_empty());
    }
}
