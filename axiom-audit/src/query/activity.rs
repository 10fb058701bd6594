//! What happened in an organization, over several of its logs.

use axiom_core::{LogId, OrganizationId, Stream, Timestamp, Value};

use super::cursor::Cursor;
use super::timeline::{Order, Timeline};
use super::{Page, Query};
use crate::error::Error;
use crate::export::StoredEntry;

/// The timelines of several streams of one organization as one, in the order of their times of recording.
///
/// Within a stream the order is that of the log. The page's cursor holds for the same organization, filter and order;
/// newest first, it leaves out streams that had not begun when the first page was given.
///
/// ```
/// use axiom_audit::{Filter, MemoryStore, Naming, Scan, Timeline, activity};
/// use axiom_core::Stream;
///
/// let store = MemoryStore::new(Naming::new("audit.example.com".parse()?, [7; 32])?);
/// let streams = [Stream::Material, Stream::Operational];
/// let question = Timeline::new(Filter::new().actor("user_41"));
/// let page = pollster::block_on(activity(&Scan::new(&store), &"acme".parse()?, &streams, &question))?;
/// assert!(page.entries.is_empty());
/// # Ok::<(), axiom_audit::Error>(())
/// ```
///
/// # Errors
/// As [`Query::timeline`].
pub async fn activity<Q: Query + ?Sized>(
    query: &Q,
    organization: &OrganizationId,
    streams: &[Stream],
    timeline: &Timeline,
) -> Result<Page, Error> {
    if let Some(cursor) = &timeline.after {
        cursor.check(organization, timeline)?;
    }
    let mut lanes = Vec::new();
    for stream in streams {
        if let Some(place) = first_place(timeline, stream) {
            lanes.push(Lane::read(query, organization, stream, timeline, place).await?);
        }
    }
    let mut entries = Vec::new();
    while entries.len() < timeline.limit
        && let Some(lane) = next_lane(&mut lanes, timeline.order)
    {
        entries.extend(lane.take(timeline.order));
    }
    let more = lanes.iter().any(|lane| !lane.waiting.as_slice().is_empty() || lane.more);
    let places = || lanes.into_iter().map(|lane| (lane.stream, lane.place)).collect();
    let next = more.then(|| Cursor::new(organization, timeline, places()));
    Ok(Page { entries, next })
}

/// Where the page begins in one stream, if it does.
fn first_place(timeline: &Timeline, stream: &Stream) -> Option<u64> {
    let place = timeline.after.as_ref().map(|cursor| cursor.place(stream));
    match timeline.order {
        Order::NewestFirst => place.unwrap_or(Some(u64::MAX)),
        Order::OldestFirst => Some(place.flatten().unwrap_or(0)),
    }
}

/// One stream's part of the page.
struct Lane {
    stream: Stream,
    /// The cursor's place: behind what was taken.
    place: u64,
    waiting: std::vec::IntoIter<StoredEntry>,
    /// Whether there is more behind what waits.
    more: bool,
}

impl Lane {
    async fn read<Q: Query + ?Sized>(
        query: &Q,
        organization: &OrganizationId,
        stream: &Stream,
        timeline: &Timeline,
        place: u64,
    ) -> Result<Self, Error> {
        let log = LogId::new(organization.clone(), stream.clone());
        let cursor = Cursor::new(organization, timeline, vec![(stream.clone(), place)]);
        let page = query.timeline(&log, &timeline.clone().after(cursor)).await?;
        let place = match (page.entries.first(), timeline.order) {
            (Some(entry), Order::NewestFirst) => entry.seq() + 1,
            (Some(entry), Order::OldestFirst) => entry.seq(),
            // Nothing before this is of interest, ever.
            (None, Order::NewestFirst) => 0,
            (None, Order::OldestFirst) => place,
        };
        Ok(Self { stream: stream.clone(), place, more: page.next.is_some(), waiting: page.entries.into_iter() })
    }

    fn recorded(&self) -> Option<Timestamp> {
        self.waiting.as_slice().first()?.event().get("recordedAt").and_then(Value::as_str)?.parse().ok()
    }

    fn take(&mut self, order: Order) -> Option<StoredEntry> {
        let entry = self.waiting.next()?;
        self.place = match order {
            Order::NewestFirst => entry.seq(),
            Order::OldestFirst => entry.seq() + 1,
        };
        Some(entry)
    }
}

/// The lane whose next entry comes next.
fn next_lane(lanes: &mut [Lane], order: Order) -> Option<&mut Lane> {
    let waiting = lanes.iter_mut().filter(|lane| !lane.waiting.as_slice().is_empty());
    match order {
        Order::NewestFirst => waiting.max_by_key(|lane| lane.recorded()),
        Order::OldestFirst => waiting.min_by_key(|lane| lane.recorded()),
    }
}
