//! `axiom audit query`.

use std::path::PathBuf;

use axiom_audit::export::StoredEntry;
use axiom_audit::{Cursor, FileStore, Filter, Query as _, Time, Timeline, activity};
use axiom_core::{
    ActionType, ActorType, Category, LogId, OrganizationId, RiskLevel, Status, Stream, Timestamp, TraceId,
};
use clap::Args;
use pollster::block_on;

use super::logs;
use super::show::{json, line};
use crate::failure::Failure;
use crate::moment;
use crate::terminal::{self, DIM};

/// Find entries by time, actor, action, resource and more
///
/// An entry is shown if every option that is given fits it; one that is given more than once fits with any of its
/// values. The newest come first. What is asked is answered by the index that is kept beside each log, and by reading
/// what it does not cover; nothing is written, unless with `--update-index`. An index can be deleted at any time.
/// Nothing is verified: that is what `verify` is for.
///
/// Exit status: 0 all was shown; 1 a line is not an entry; 2 the directory could not be read.
#[derive(Args)]
#[command(after_help = "Examples:\n  \
    axiom audit query ./logs --org acme --since 2h --status failed --status denied\n  \
    axiom audit query ./logs --org acme --actor user_41 --since 2026-03-01 --until 2026-04-01 --json\n  \
    axiom audit query ./logs --org acme --risk-at-least high --count")]
pub(crate) struct Query {
    /// The log directory
    dir: PathBuf,
    /// Whose logs
    #[arg(long, value_name = "ORG")]
    org: OrganizationId,
    /// Only this stream; may be given more than once [default: all of the organization's]
    #[arg(long, value_name = "NAME")]
    stream: Vec<Stream>,
    #[command(flatten)]
    fields: Fields,
    /// At most so many entries
    #[arg(long, value_name = "N", default_value_t = Timeline::LIMIT)]
    limit: usize,
    /// The oldest first
    #[arg(long)]
    oldest_first: bool,
    /// Go on where a page ended
    #[arg(long, value_name = "CURSOR")]
    cursor: Option<Cursor>,
    /// Print how many there are, and none of them
    #[arg(long, conflicts_with_all = ["cursor", "limit", "oldest_first", "json"])]
    count: bool,
    /// Bring the index up to date first; for this the directory must be yours to write, and no other process at it
    #[arg(long)]
    update_index: bool,
    /// One JSON object a line, with the entry's hash; where there is more, the last line is `{"next":"CURSOR"}`
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
#[command(next_help_heading = "Which entries")]
struct Fields {
    /// Not before this time: 2026-03-01T08:30:00Z, 2026-03-01, or how long ago: 30m, 2h, 7d
    #[arg(long, value_name = "TIME", value_parser = moment::parse)]
    since: Option<Timestamp>,
    /// Before this time
    #[arg(long, value_name = "TIME", value_parser = moment::parse)]
    until: Option<Timestamp>,
    /// Look at when the log took the entry, not at when it happened
    #[arg(long)]
    recorded: bool,
    /// Who acted
    #[arg(long, value_name = "ID")]
    actor: Vec<String>,
    /// What kind of actor: user, service, system or agent
    #[arg(long, value_name = "TYPE")]
    actor_type: Vec<ActorType>,
    /// For whom the actor acted
    #[arg(long, value_name = "ID")]
    on_behalf_of: Vec<String>,
    /// What was done, like apply.applied
    #[arg(long, value_name = "TYPE")]
    action: Vec<ActionType>,
    /// What kind of thing was done, like apply, or custom
    #[arg(long, value_name = "NAME")]
    category: Vec<String>,
    /// A resource concerned
    #[arg(long, value_name = "ID")]
    resource: Vec<String>,
    /// How it ended, like failed
    #[arg(long)]
    status: Vec<Status>,
    /// How much was at stake: low, medium or high
    #[arg(long, value_name = "LEVEL", conflicts_with = "risk_at_least")]
    risk: Vec<RiskLevel>,
    /// That at least so much was at stake
    #[arg(long, value_name = "LEVEL")]
    risk_at_least: Option<RiskLevel>,
    /// The trace it belongs to
    #[arg(long, value_name = "ID")]
    trace: Vec<TraceId>,
    /// The undertaking it belongs to
    #[arg(long, value_name = "ID")]
    correlation: Vec<String>,
}

impl Query {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let store = if self.update_index { FileStore::open(&self.dir)? } else { FileStore::read_only(&self.dir)? };
        let streams = self.streams(&store)?;
        let filter = self.fields.filter()?;
        if self.count {
            return self.print_count(&store, &streams, &filter);
        }
        let mut timeline = Timeline::new(filter).limit(self.limit);
        if self.oldest_first {
            timeline = timeline.oldest_first();
        }
        if let Some(cursor) = self.cursor.clone() {
            timeline = timeline.after(cursor);
        }
        let page = block_on(activity(&store, &self.org, &streams, &timeline))?;
        for entry in &page.entries {
            terminal::print(&self.render(entry, &streams)?)?;
        }
        page.next.map_or(Ok(()), |next| self.print_next(&next))
    }

    /// The streams that are asked for, which are there.
    fn streams(&self, store: &FileStore) -> Result<Vec<Stream>, Failure> {
        let there: Vec<Stream> = logs(store, Some(&self.org))?.into_iter().map(|log| log.stream).collect();
        if let Some(missing) = self.stream.iter().find(|stream| !there.contains(stream)) {
            let there: Vec<&str> = there.iter().map(Stream::as_str).collect();
            return Err(Failure::Usage(format!("{} has no stream {missing}, but {}", self.org, there.join(", "))));
        }
        let is_wanted = |stream: &Stream| self.stream.is_empty() || self.stream.contains(stream);
        Ok(there.into_iter().filter(is_wanted).collect())
    }

    fn print_count(&self, store: &FileStore, streams: &[Stream], filter: &Filter) -> Result<(), Failure> {
        let mut count = 0;
        for stream in streams {
            count += block_on(store.count(&LogId::new(self.org.clone(), stream.clone()), filter))?;
        }
        terminal::print(&format!("{count}\n"))
    }

    fn render(&self, entry: &StoredEntry, streams: &[Stream]) -> Result<String, Failure> {
        match (self.json, streams) {
            (true, _) => json(entry),
            (false, [_]) => Ok(line(entry)),
            // A number alone does not tell an entry of one stream from that of another.
            (false, _) => {
                let stream = entry.log().as_str().rsplit('/').next().unwrap_or_default();
                Ok(format!("{DIM}{:<12}{DIM:#}{}", terminal::printable(stream), line(entry)))
            }
        }
    }

    fn print_next(&self, next: &Cursor) -> Result<(), Failure> {
        if self.json {
            return terminal::print(&format!("{{\"next\":\"{next}\"}}\n"));
        }
        terminal::note(&format!("there may be more: repeat this with --cursor {next}"));
        Ok(())
    }
}

impl Fields {
    fn filter(&self) -> Result<Filter, Failure> {
        let mut filter = Filter::new().time(if self.recorded { Time::Recorded } else { Time::Happened });
        filter = self.since.into_iter().fold(filter, Filter::since);
        filter = self.until.into_iter().fold(filter, Filter::until);
        filter = self.actor.iter().fold(filter, Filter::actor);
        filter = self.actor_type.iter().copied().fold(filter, Filter::actor_type);
        filter = self.on_behalf_of.iter().fold(filter, Filter::on_behalf_of);
        filter = self.action.iter().fold(filter, Filter::action);
        for category in &self.category {
            filter =
                if category == "custom" { filter.custom() } else { filter.category(category.parse::<Category>()?) };
        }
        filter = self.resource.iter().fold(filter, Filter::resource);
        filter = self.status.iter().copied().fold(filter, Filter::status);
        filter = self.risk.iter().copied().fold(filter, Filter::risk);
        filter = self.risk_at_least.into_iter().fold(filter, Filter::risk_at_least);
        filter = self.trace.iter().copied().fold(filter, Filter::trace);
        Ok(self.correlation.iter().fold(filter, Filter::correlation))
    }
}
