//! `axiom audit show`.

use core::fmt::Write;
use std::path::PathBuf;

use axiom_audit::export::StoredEntry;
use axiom_audit::{FileStore, Store, each_line};
use axiom_core::{LogId, Object, OrganizationId, Value, open_fields};
use axiom_crypto::FieldSealer;
use clap::Args;
use pollster::block_on;

use super::field_keys::FieldKeys;
use super::logs;
use crate::failure::Failure;
use crate::terminal::{self, BAD, BOLD, DIM, GOOD, WARN};

/// Show entries for people to read
///
/// With --seal-key or --keys, a field that does not open is named and shown as it is, and so is one that is erased.
///
/// Exit status: 0 all was shown; 1 a line is not an entry, or a field did not open and is not erased; 2 the directory
/// could not be read.
#[derive(Args)]
#[command(after_help = "Examples:\n  \
    axiom audit show ./logs --org acme\n  \
    axiom audit show ./logs --org acme --seq 7 --seal-key seal.key")]
pub(crate) struct Show {
    /// The log directory
    dir: PathBuf,
    /// Only this organization's logs
    #[arg(long, value_name = "ORG")]
    org: Option<OrganizationId>,
    /// Only the entries with this number, in full
    #[arg(long, value_name = "N")]
    seq: Option<u64>,
    #[command(flatten)]
    keys: FieldKeys,
    /// One JSON object a line, with the entry's hash
    #[arg(long)]
    json: bool,
}

impl Show {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let store = FileStore::read_only(&self.dir)?;
        let logs = logs(&store, self.org.as_ref())?;
        let opener = self.keys.opener()?;
        let (mut shown, mut opened) = (0, true);
        for log in &logs {
            shown += self.show_log(&store, log, opener.as_ref(), &mut opened)?;
        }
        match self.seq {
            Some(seq) if shown == 0 => Err(Failure::Usage(format!("there is no entry {seq}"))),
            _ if opened => Ok(()),
            _ => Err(Failure::Told),
        }
    }

    /// Shows the entries of one log, and returns how many; `opened` is false once a field did not open.
    fn show_log(
        &self,
        store: &FileStore,
        log: &LogId,
        opener: Option<&FieldSealer>,
        opened: &mut bool,
    ) -> Result<u64, Failure> {
        let end = block_on(store.head(log))?.size;
        let range = self.seq.map_or(0..end, |seq| seq..end.min(seq.saturating_add(1)));
        if !self.json && !range.is_empty() {
            terminal::print(&format!("{BOLD}{log}{BOLD:#} {DIM}{}{DIM:#}\n", store.naming().origin(log)))?;
        }
        let show = &mut |line| {
            let mut entry = StoredEntry::read(line)?;
            if let Some(opener) = opener {
                *opened &= open(log, &mut entry, opener)?;
            }
            terminal::print(&self.render(&entry)?)
        };
        block_on(each_line(store, log, range.clone(), show))?;
        Ok(range.end.saturating_sub(range.start))
    }

    fn render(&self, entry: &StoredEntry) -> Result<String, Failure> {
        match (self.json, self.seq) {
            (true, _) => json(entry),
            (false, Some(_)) => pretty(entry),
            (false, None) => Ok(line(entry)),
        }
    }
}

/// Opens the sealed fields of an entry, says which stay sealed, and tells whether none does.
fn open(log: &LogId, entry: &mut StoredEntry, opener: &FieldSealer) -> Result<bool, Failure> {
    let fields = block_on(open_fields(entry.event_mut(), opener)).map_err(axiom_audit::Error::from)?;
    let (erased, closed): (Vec<_>, Vec<_>) = fields
        .closed
        .iter()
        .filter_map(|error| match error {
            axiom_core::Error::Seal { pointer, source } => Some((pointer.as_str(), source)),
            _ => None,
        })
        .partition(|(_, source)| source.is_erased());
    let seq = entry.seq();
    let pointers = |fields: &[(&str, _)]| fields.iter().map(|(pointer, _)| *pointer).collect::<Vec<_>>().join(", ");
    if !erased.is_empty() {
        terminal::note(&format!("{log}, entry {seq}: erased: {}", pointers(&erased)));
    }
    if !closed.is_empty() {
        let closed = pointers(&closed);
        terminal::error(&format!("{log}, entry {seq}: stays sealed, key revoked, not this key or damaged: {closed}"));
    }
    Ok(closed.is_empty())
}

/// One entry as a line of JSON.
pub(super) fn json(entry: &StoredEntry) -> Result<String, Failure> {
    text(serde_json::to_string(&described(entry)?))
}

/// One entry in full, for people to read.
pub(super) fn pretty(entry: &StoredEntry) -> Result<String, Failure> {
    text(serde_json::to_string_pretty(&described(entry)?))
}

fn text(json: serde_json::Result<String>) -> Result<String, Failure> {
    json.map(|json| terminal::printable_json(&json) + "\n").map_err(|error| Failure::Usage(error.to_string()))
}

fn described(entry: &StoredEntry) -> Result<Object, Failure> {
    let mut object = Object::new();
    object.insert("event", entry.event().clone())?;
    object.insert("hash", entry.hash().to_string())?;
    object.insert("log", entry.log().as_str())?;
    object.insert("prev", entry.prev().to_string())?;
    object.insert("seq", entry.seq())?;
    Ok(object)
}

/// One entry in one line.
pub(super) fn line(entry: &StoredEntry) -> String {
    let member = |name| terminal::printable(entry.event().get(name).and_then(Value::as_str).unwrap_or("-"));
    let hash = entry.hash().to_string();
    let status = member("status");
    let style = match &*status {
        "failed" | "denied" => BAD,
        "warning" | "rolled_back" | "pending" => WARN,
        _ => GOOD,
    };
    let mut line = format!(
        "{:>6}  {}  {:<34} {style}{status:<11}{style:#} {:<24} {DIM}{}{DIM:#}",
        entry.seq(),
        member("timestamp").get(..19).unwrap_or_default(),
        member("actionType"),
        member("userId"),
        &hash[..16],
    );
    if let Some(Value::Object(redactions)) = entry.event().get("redactions") {
        for (kind, count) in redactions {
            let count = serde_json::to_string(count).unwrap_or_default();
            let _ = write!(line, " {WARN}{}×{count}{WARN:#}", terminal::printable(kind));
        }
    }
    line + "\n"
}
