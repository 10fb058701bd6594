//! What happens to an event on the caller's side.

use axiom_core::{Canonical, Event, EventId, Finding, Scrubber, SealPaths, Sealed, Sealer, Stream, Unsealed};

use crate::error::Error;
use crate::meta::check_not_reserved;

/// An event that is ready to be recorded; made by [`Recorder::prepare`](crate::Recorder::prepare).
#[derive(Debug)]
pub struct Prepared {
    pub(super) canonical: Canonical,
    pub(super) notes: Notes,
}

/// What the caller is told besides the place.
#[derive(Debug)]
pub(super) struct Notes {
    pub(super) id: EventId,
    pub(super) findings: Vec<Finding>,
    pub(super) sealed: Vec<String>,
}

/// Scrubs, seals and serializes.
pub(super) struct Pipeline {
    pub(super) scrubber: Box<dyn Scrubber>,
    pub(super) sealing: Option<(SealPaths, Box<dyn Sealer>)>,
    pub(super) stream: Option<Stream>,
}

impl Pipeline {
    pub(super) async fn run(&self, event: Event) -> Result<Prepared, Error> {
        match &self.sealing {
            Some((paths, sealer)) => {
                check_not_reserved(&event)?;
                self.finish(event.scrub(&*self.scrubber)?.seal(paths, &**sealer).await?)
            }
            None => self.run_unsealed(event),
        }
    }

    /// Without a future around it: an event is large, and moving it costs more than what is left to do.
    pub(super) fn run_unsealed(&self, event: Event) -> Result<Prepared, Error> {
        check_not_reserved(&event)?;
        let id = event.id;
        let (canonical, findings) = event.canonical_without_sealing(&*self.scrubber, self.stream.as_ref(), Unsealed)?;
        Ok(Prepared { canonical, notes: Notes { id, findings, sealed: Vec::new() } })
    }

    fn finish(&self, sealed: Sealed) -> Result<Prepared, Error> {
        let notes = Notes {
            id: sealed.event().id,
            findings: sealed.findings().to_vec(),
            sealed: sealed.sealed_paths().to_vec(),
        };
        let canonical = match &self.stream {
            Some(stream) => sealed.canonical_in(stream.clone())?,
            None => sealed.canonical()?,
        };
        Ok(Prepared { canonical, notes })
    }
}
