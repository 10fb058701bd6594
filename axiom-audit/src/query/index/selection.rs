//! The entries of a run that a filter admits, found without the log.

use core::ops::Range;

use super::postings::Postings;
use super::run::{Fault, Run};
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
    ) -> Result<Self, Fault> {
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
    pub(in crate::query) fn next(&mut self) -> Result<Option<u64>, Fault> {
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
    pub(in crate::query) fn count(mut self) -> Result<u64, Fault> {
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
    fn agreed(&mut self, mut at: u32) -> Result<Option<u32>, Fault> {
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
    fn next(&mut self, at: u32, order: Order) -> Result<Option<u32>, Fault> {
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
    fn next(&mut self, at: u32, order: Order) -> Result<Option<u32>, Fault> {
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
    fn approach(&mut self, at: u32) -> Result<(), Fault> {
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

    fn open(&mut self, index: u64) -> Result<(), Fault> {
        if self.places.is_empty() || self.index != index {
            self.places = self.postings.chunk(self.run, index)?;
            self.index = index;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use core::iter;
    use std::path::Path;

    use axiom_core::{Digest, LogId, Stream};

    use super::*;
    use crate::naming::Naming;
    use crate::query::index::key::Key;
    use crate::query::index::output::Output;
    use crate::query::index::postings::PostingsWriter;
    use crate::query::index::run::Footer;
    use crate::query::index::terms::{Terms, TermsWriter, find};
    use crate::query::index::times::TimesWriter;

    const ENTRIES: u32 = 200_000;

    /// A run whose terms, in order, are in these places.
    fn run(directory: &Path, terms: impl Iterator<Item = (u64, Vec<u32>)>) -> Run {
        let naming = Naming::new("audit.example.com".parse().unwrap(), [7; 32]).unwrap();
        let key = Key::new(&naming, &LogId::new("acme".parse().unwrap(), Stream::Material));
        let range = 500..500 + u64::from(ENTRIES);
        let path = directory.join("run");
        let mut output = Output::create(directory, &key, range.clone()).unwrap();
        let (mut tree, mut postings, mut times) =
            (TermsWriter::default(), PostingsWriter::default(), TimesWriter::default());
        times.push(&vec![[0, 0]; ENTRIES as usize], &mut output).unwrap();
        for (term, places) in terms {
            places.iter().for_each(|place| postings.push(*place, &mut output).unwrap());
            let postings = postings.finish(&mut output).unwrap();
            tree.push(term, &postings, &mut output).unwrap();
        }
        let (root, height) = tree.finish(&mut output).unwrap();
        let times = times.finish(&mut output).unwrap();
        output.finish(Footer { tip: Digest::from_bytes([0; 32]), root, times, height }, &path).unwrap();
        Run::open(&path, &key, range).unwrap()
    }

    /// Jumps of every size in both directions.
    fn jumps() -> impl Iterator<Item = u32> {
        let mut at = 12_345_u64;
        iter::repeat_with(move || {
            at = at.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            u32::try_from((at >> 33) % u64::from(ENTRIES)).unwrap()
        })
        .take(300)
    }

    #[test]
    fn the_nearest_place_is_found_in_a_list_of_any_length() {
        let directory = tempfile::tempdir().unwrap();
        let lists: Vec<Vec<u32>> =
            [1, 7, 500, 70_000].iter().map(|step| (3..ENTRIES).step_by(*step).collect()).collect();
        let run = run(directory.path(), (10..).zip(lists.iter().cloned()));
        for (term, places) in (10..).zip(&lists) {
            let postings = find(&run, term).unwrap().unwrap();
            assert_eq!(postings.chunks() > 20, places.len() > 100_000);
            let mut list = List::new(&run, postings);
            for at in jumps() {
                let newest = places[..places.partition_point(|place| *place <= at)].last();
                let oldest = places[places.partition_point(|place| *place < at)..].first();
                assert_eq!(list.next(at, Order::NewestFirst).unwrap().as_ref(), newest, "{at}");
                assert_eq!(list.next(at, Order::OldestFirst).unwrap().as_ref(), oldest, "{at}");
            }
        }
    }

    #[test]
    fn a_list_is_walked_without_reading_a_chunk_twice() {
        let directory = tempfile::tempdir().unwrap();
        let run = run(directory.path(), iter::once((10, (0..ENTRIES).collect())));
        let mut list = List::new(&run, find(&run, 10).unwrap().unwrap());
        let mut opened = 0;
        for at in (0..ENTRIES).rev() {
            let before = list.index;
            assert_eq!(list.next(at, Order::NewestFirst).unwrap(), Some(at));
            opened += u64::from(list.index != before);
        }
        assert!(opened <= list.postings.chunks() + 1, "{opened} of {}", list.postings.chunks());
    }

    #[test]
    fn every_term_is_found_in_a_tree_of_several_levels() {
        let directory = tempfile::tempdir().unwrap();
        let term = |number: u64| number * 0x5432_1fed_cba9;
        let terms = (0..120_000).map(|number: u64| (term(number), vec![u32::try_from(number).unwrap()]));
        let run = run(directory.path(), terms);
        assert!(run.footer().height >= 2);
        for number in (0..120_000).step_by(97) {
            let place = find(&run, term(number)).unwrap().unwrap().chunk(&run, 0).unwrap();
            assert_eq!(u64::from(place[0]), number);
            assert_eq!(find(&run, term(number) + 1).unwrap(), None);
        }
        assert_eq!(find(&run, u64::MAX).unwrap(), None);
        let mut walk = Terms::new(&run);
        for number in 0..120_000 {
            assert_eq!(walk.next().unwrap().unwrap().0, term(number));
        }
        assert!(walk.next().unwrap().is_none());
    }
}
