//! Queries: `axiom.query`.

use std::path::{Path, PathBuf};

use axiom_audit::export::{Format, Json, StoredEntry};
use axiom_audit::{Cursor, Filter, Page, Time, Timeline, activity};
use axiom_core::{Category, Error, OrganizationId, Stream};
use pollster::block_on;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::error::{ArgumentError, NotFoundError, argument, audit, file};
use crate::reading::open;

/// One page of entries, each a JSON object, and the cursor to go on with.
#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "the native half has no defaults")]
pub(crate) fn query<'py>(
    py: Python<'py>,
    directory: PathBuf,
    org: &str,
    stream: Vec<String>,
    fields: Vec<(String, String)>,
    recorded: bool,
    oldest_first: bool,
    limit: usize,
    cursor: Option<&str>,
) -> PyResult<(Vec<Bound<'py, PyBytes>>, Option<String>)> {
    let (entries, next) = py.detach(|| {
        let filter = Filter::new().time(if recorded { Time::Recorded } else { Time::Happened });
        let mut timeline = Timeline::new(fields.iter().try_fold(filter, admit)?).limit(limit);
        if oldest_first {
            timeline = timeline.oldest_first();
        }
        if let Some(cursor) = cursor {
            timeline = timeline.after(cursor.parse::<Cursor>().map_err(|error| audit(&error))?);
        }
        let page = page(&directory, org, &stream, &timeline)?;
        let entries = page.entries.iter().map(described).collect::<PyResult<Vec<_>>>()?;
        PyResult::Ok((entries, page.next.map(|next| next.to_string())))
    })?;
    Ok((entries.iter().map(|entry| PyBytes::new(py, entry)).collect(), next))
}

fn page(directory: &Path, org: &str, stream: &[String], timeline: &Timeline) -> PyResult<Page> {
    let (store, logs) = open(directory, Some(org))?;
    let org: OrganizationId = org.parse().map_err(|error| argument("org", &error))?;
    let there: Vec<Stream> = logs.into_iter().map(|log| log.stream).collect();
    let mut wanted = stream.iter().map(|name| name.parse()).collect::<Result<Vec<Stream>, _>>();
    if let Ok(streams) = &mut wanted
        && streams.is_empty()
    {
        streams.clone_from(&there);
    }
    let wanted = wanted.map_err(|error| argument("stream", &error))?;
    if let Some(missing) = wanted.iter().find(|stream| !there.contains(stream)) {
        return Err(NotFoundError::new_err(format!("{org} has no stream {missing}")));
    }
    block_on(activity(&store, &org, &wanted, timeline)).map_err(|error| audit(&error))
}

/// Narrows or widens a filter by the value of one argument.
fn admit(filter: Filter, (name, value): &(String, String)) -> PyResult<Filter> {
    let admitted = match name.as_str() {
        "since" => value.parse().map(|first| filter.since(first)),
        "until" => value.parse().map(|end| filter.until(end)),
        "actor" => Ok(filter.actor(value)),
        "actor_type" => value.parse().map(|kind| filter.actor_type(kind)),
        "on_behalf_of" => Ok(filter.on_behalf_of(value)),
        "action" => value.parse().map(|action| filter.action(&action)),
        "category" if value == "custom" => Ok(filter.custom()),
        "category" => value.parse::<Category>().map(|category| filter.category(category)),
        "resource" => Ok(filter.resource(value)),
        "status" => value.parse().map(|status| filter.status(status)),
        "risk" => value.parse().map(|level| filter.risk(level)),
        "risk_at_least" => value.parse().map(|least| filter.risk_at_least(least)),
        "trace" => value.parse().map(|id| filter.trace(id)),
        "correlation" => Ok(filter.correlation(value)),
        _ => return Err(ArgumentError::new_err(format!("{name}: is no field of a query"))),
    };
    admitted.map_err(|error: Error| argument(name, &error))
}

/// The entry as the JSON export writes it.
pub(crate) fn described(entry: &StoredEntry) -> PyResult<Vec<u8>> {
    let mut json = Vec::new();
    let written = Json::new().entry(entry, &mut json);
    written.map_err(|error| file("write", Path::new("an entry"), &error))?;
    Ok(json)
}
