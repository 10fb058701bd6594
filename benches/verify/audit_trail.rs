//! The crate `audit-trail`: a hash chain of records in a file, which its own reader and verifier go through.

use std::path::PathBuf;

use audit_trail::{Action, Actor, Chain, FileReader, FileSink, Outcome, Sha256Hasher, SystemClock, Target, Verifier};
use axiom_benches::{Error, Workload};

/// A file of as many records as there are events, each with an event's JSON as the target of the action.
pub(crate) struct AuditTrail {
    path: PathBuf,
    records: usize,
}

impl AuditTrail {
    pub(crate) fn write(path: PathBuf, workload: &Workload) -> Result<Self, Error> {
        let mut chain = Chain::new(Sha256Hasher::new(), FileSink::open_or_create(&path)?, SystemClock::new());
        for (event, line) in workload.events().iter().zip(workload.lines()) {
            let action = event.action_type.to_string();
            let target = Target::new(event_in(line));
            let appended = chain.append(Actor::new(&event.user_id), Action::new(&action), target, Outcome::Success);
            appended.map_err(baseline)?;
        }
        chain.into_parts().1.flush()?;
        Ok(Self { path, records: workload.events().len() })
    }

    pub(crate) fn verify(&self) -> Result<(), Error> {
        let (mut verifier, mut records) = (Verifier::new(Sha256Hasher::new()), 0);
        for record in FileReader::open(&self.path)? {
            verifier.verify(&record.map_err(baseline)?.as_record()).map_err(baseline)?;
            records += 1;
        }
        assert_eq!(records, self.records, "every record is verified");
        Ok(())
    }
}

/// The event of an entry, as it was serialized.
fn event_in(line: &[u8]) -> &str {
    let text = core::str::from_utf8(line).unwrap_or_default();
    let event = text.strip_prefix(r#"{"event":"#).and_then(|rest| rest.rsplit_once(r#","log":"#));
    event.map_or("", |(event, _)| event)
}

fn baseline(error: audit_trail::Error) -> Error {
    Error::Baseline(Box::new(error))
}
