//! What is asked: a filter, an order, and which page of the answer.

use super::cursor::Cursor;
use super::filter::Filter;

/// A question to a log: which entries, in which order, and which page of them.
///
/// ```
/// use axiom_audit::{Filter, Timeline};
///
/// let oldest_ten = Timeline::new(Filter::new().actor("user_41")).oldest_first().limit(10);
/// # let _ = oldest_ten;
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Timeline {
    pub(super) filter: Filter,
    pub(super) order: Order,
    pub(super) limit: usize,
    pub(super) after: Option<Cursor>,
}

/// In which order entries are given: that in which the log took them, or its reverse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    NewestFirst,
    OldestFirst,
}

impl Timeline {
    /// How many entries a page has, unless the caller says otherwise.
    pub const LIMIT: usize = 50;

    /// The newest entries that `filter` admits.
    pub const fn new(filter: Filter) -> Self {
        Self { filter, order: Order::NewestFirst, limit: Self::LIMIT, after: None }
    }

    /// Gives what the log took first first; by default it is the other way round.
    pub const fn oldest_first(mut self) -> Self {
        self.order = Order::OldestFirst;
        self
    }

    /// At most so many entries a page, and at least one.
    pub fn limit(mut self, entries: usize) -> Self {
        self.limit = entries.max(1);
        self
    }

    /// Goes on where a page of the same question ended.
    pub fn after(mut self, page_end: Cursor) -> Self {
        self.after = Some(page_end);
        self
    }
}
