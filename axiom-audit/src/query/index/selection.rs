//! The entries of a run that a filter admits, found without the log.

use core::ops::Range;

use super::postings::Postings;
use super::run::{Broken, Run};
use super::terms;
use super::times::TimesCursor;
use crate::query::filter::Filter;
use crate::query::timeline::Order;

/// A walk over the entries of a run that a filter admits, in one direction.
#[derive(Debug)]
pub(in crate::query) struct Selection<'a> {
    run: &'a Run,
    order: Order,
    /// All of them must agree; the one with the fewest entries comes first.
    conditions: Vec<Condition<'a>>,
    /// What of the run is still ahead.
    ahead: Range<u32>,
}

impl<'a> Selection<'a> {
    /// The entries in `range`, which lies within the run.
    pub(in crate::query) fn new(
        run: &'a Run,
        filter: &Filter,
        order: Order,
        range: &Range<u64>,
    ) -> Result<Self, Broken> {
        let mut conditions = Vec::new();
        for (field, values) in filter.values() {
            let mut lists = Vec::new();
            for value in values {
                let postings = terms::find(run, run.key().term(*field, value))?;
                lists.extend(postings.map(|postings| List::new(run, postings)));
            }
            conditions.push(Condition::Any(lists));
        }
        conditions.sort_by_key(Condition::weight);
        if let Some(span) = filter.span() {
            conditions.push(Condition::Time(TimesCursor::new(run, span)?));
        }
        let [start, end] = [range.start, range.end].map(|seq| (seq - run.range().start) as u32);
        Ok(Self { run, order, conditions, ahead: start..end })
    }

    /// The next entry.
    pub(in crate::query) fn next(&mut self) -> Result<Option<u64>, Broken> {
        if self.ahead.is_empty() {
            return Ok(None);
        }
        let at = match self.order {
            Order::NewestFirst => self.ahead.end - 1,
            Order::OldestFirst => self.ahead.start,
        };
        let found = self.agreed(at)?.filter(|found| self.ahead.contains(found));
        self.ahead = match (found, self.order) {
            (None, _) => 0..0,
            (Some(found), Order::NewestFirst) => self.ahead.start..found,
            (Some(found), Order::OldestFirst) => found + 1..self.ahead.end,
        };
        Ok(found.map(|found| self.run.range().start + u64::from(found)))
    }

    /// How many entries are left.
    pub(in crate::query) fn count(mut self) -> Result<u64, Broken> {
        if self.conditions.is_empty() {
            return Ok(self.ahead.len() as u64);
        }
        let mut count = 0;
        while self.next()?.is_some() {
            count += 1;
        }
        Ok(count)
    }

    /// The nearest entry from `at` on that meets all conditions: each in turn moves on to its own nearest one.
    fn agreed(&mut self, mut at: u32) -> Result<Option<u32>, Broken> {
        let mut agreeing = 0;
        while agreeing < self.conditions.len() {
            match self.conditions[agreeing].next(at, self.order)? {
                None => return Ok(None),
                Some(found) if found == at => agreeing += 1,
                Some(found) => (at, agreeing) = (found, 0),
            }
        }
        Ok(Some(at))
    }
}

#[derive(Debug)]
enum Condition<'a> {
    /// Any of these terms.
    Any(Vec<List<'a>>),
    Time(TimesCursor<'a>),
}

impl Condition<'_> {
    fn weight(&self) -> u64 {
        match self {
            Self::Any(lists) => lists.iter().map(|list| list.postings.weight()).sum(),
            Self::Time(_) => u64::MAX,
        }
    }

    /// The nearest entry from `at` on.
    fn next(&mut self, at: u32, order: Order) -> Result<Option<u32>, Broken> {
        let lists = match self {
            Self::Time(times) => return times.next(at, order),
            Self::Any(lists) => lists,
        };
        let mut nearest = None;
        for list in lists {
            let found = list.next(at, order)?;
            nearest = match order {
                Order::NewestFirst => nearest.max(found),
                Order::OldestFirst => nearest.into_iter().chain(found).min(),
            };
        }
        Ok(nearest)
    }
}

/// The places of one term, one chunk of them at a time.
#[derive(Debug)]
struct List<'a> {
    run: &'a Run,
    postings: Postings,
    /// Which chunk is open.
    index: u64,
    places: Vec<u32>,
}

impl<'a> List<'a> {
    const fn new(run: &'a Run, postings: Postings) -> Self {
        Self { run, postings, index: 0, places: Vec::new() }
    }

    /// The nearest place from `at` on.
    fn next(&mut self, at: u32, order: Order) -> Result<Option<u32>, Broken> {
        self.approach(at)?;
        let after = self.places.partition_point(|place| *place < at);
        match (self.places.get(after), order) {
            (Some(place), Order::OldestFirst) => Ok(Some(*place)),
            (Some(place), Order::NewestFirst) if *place == at => Ok(Some(at)),
            (_, Order::NewestFirst) => Ok(after.checked_sub(1).map(|before| self.places[before])),
            (None, Order::OldestFirst) if self.index + 1 == self.postings.chunks() => Ok(None),
            (None, Order::OldestFirst) => {
                self.open(self.index + 1)?;
                Ok(self.places.first().copied())
            }
        }
    }

    /// Opens the last chunk that begins at or before `at`, or else the first: mostly the open one or one close to it.
    fn approach(&mut self, at: u32) -> Result<(), Broken> {
        let (mut low, mut high, mut step) = (0, self.postings.chunks(), 1);
        let mut probe = self.index;
        while high - low > 1 {
            self.open(probe)?;
            let (first, last) = (self.places[0], self.places[self.places.len() - 1]);
            if first <= at && at <= last {
                return Ok(());
            }
            if first <= at {
                low = probe;
            } else {
                high = probe;
            }
            let middle = low + (high - low) / 2;
            probe = if first <= at { low + step } else { high.saturating_sub(step) };
            if probe <= low || probe >= high {
                probe = middle;
            }
            step *= 2;
        }
        self.open(low)
    }

    fn open(&mut self, index: u64) -> Result<(), Broken> {
        if self.places.is_empty() || self.index != index {
            self.places = self.postings.chunk(self.run, index)?;
            self.index = index;
        }
        Ok(())
    }
}
