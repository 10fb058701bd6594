//! `axiom crypto shred`, `restore`, `hold` and `release`: the keys of organizations and data subjects.

use core::time::Duration;
use std::path::PathBuf;
use std::sync::Arc;

use axiom_audit::{FileStore, Recorder};
use axiom_core::{ActionType, Event, EventBuilder, OrganizationId, Stream, SubjectRef};
use axiom_crypto::{Error, FileKeyStore, KeyFile, KeyScope, KeyTree};
use axiom_pii::PiiScrubber;
use clap::Args;
use pollster::block_on;

use crate::failure::Failure;
use crate::{moment, terminal};

/// Whose keys, and where they are.
#[derive(Args)]
struct Keys {
    /// The directory of wrapped keys
    #[arg(long, value_name = "DIR")]
    keys: PathBuf,
    /// The key file that wraps the keys of the organizations
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Whose keys
    #[arg(long, value_name = "ORG")]
    organization: OrganizationId,
    /// The data subject, by its opaque reference; without it, the whole organization with all its subjects
    #[arg(long, value_name = "REF")]
    subject: Option<SubjectRef>,
    /// Record what is done in the organization's log in this directory
    ///
    /// An erasure is log.erased there, a hold `log.hold_placed` and `log.hold_released`, a revocation and its end
    /// custom.key.revoked and custom.key.restored.
    #[arg(long, value_name = "DIR")]
    log: Option<PathBuf>,
    /// Who does it, for the record
    #[arg(long, value_name = "NAME", default_value = "system")]
    by: String,
}

impl Keys {
    fn tree(&self) -> Result<KeyTree, Failure> {
        // A directory that does not exist is a typing error, and no empty store.
        if !self.keys.is_dir() {
            return Err(Failure::Usage(format!("{} is no directory", self.keys.display())));
        }
        Ok(KeyTree::new(Arc::new(FileKeyStore::open(&self.keys)?), Arc::new(KeyFile::open(&self.key)?)))
    }

    fn scope(&self) -> KeyScope {
        match &self.subject {
            Some(subject) => KeyScope::subject(self.organization.clone(), subject.clone()),
            None => KeyScope::organization(self.organization.clone()),
        }
    }

    /// The log to record in, opened before anything is done that it must hold.
    fn recorder(&self) -> Result<Option<Recorder>, Failure> {
        let Some(log) = &self.log else { return Ok(None) };
        Ok(Some(Recorder::builder(FileStore::open(log)?, PiiScrubber::default()).build()?))
    }

    /// Does something to the hold `name`, and records it.
    fn hold(
        &self,
        action: &str,
        name: &str,
        work: impl FnOnce(&KeyTree, &KeyScope) -> Result<(), Error>,
    ) -> Result<(), Failure> {
        let (tree, recorder) = (self.tree()?, self.recorder()?);
        work(&tree, &self.scope())?;
        record(recorder, self.event(action.parse()?).metadata("hold", name).build()?)
    }

    /// What was done to the key; it names no subject, as a log outlives every erasure.
    fn event(&self, action: ActionType) -> EventBuilder {
        let scope = if self.subject.is_some() { "subject" } else { "organization" };
        Event::builder(self.organization.clone(), action).user(&*self.by).metadata("scope", scope)
    }

    /// Takes the key out of use, and records it.
    fn revoke(&self, grace: Duration, reason: &str) -> Result<(), Failure> {
        let (tree, recorder) = (self.tree()?, self.recorder()?);
        let due = block_on(tree.revoke(&self.scope(), grace))?;
        let event = self.event(ActionType::custom("key.revoked", Stream::Material)?);
        record(recorder, event.reason(reason).metadata("due", due.to_string()).build()?)?;
        terminal::say(&format!("revoked; may be destroyed from {due} on"));
        Ok(())
    }
}

fn record(recorder: Option<Recorder>, event: Event) -> Result<(), Failure> {
    let Some(recorder) = recorder else { return Ok(()) };
    let recorded = recorder.record_blocking(event);
    recorder.close_blocking()?;
    recorded.map(drop).map_err(Failure::from)
}

/// Erase what belongs to a data subject or an organization, by destroying its key
///
/// With --grace, the key is revoked: nothing opens any more, and until the grace is over `restore` calls it off.
/// Without it, a key whose grace is over is destroyed; with --now, it is destroyed at once. That cannot be undone, save
/// with an older copy of the key directory. Programs that are running hold keys in memory, and notice when those have
/// ended.
///
/// Where the key was destroyed and the record was lost, the same again without --now records it.
///
/// Exit status: 0 done; 2 not done: a legal hold, a grace that is not over, no such key, wrong usage.
#[derive(Args)]
#[command(after_help = "Examples:\n  \
    axiom crypto shred --keys keys/ --key master.key --organization acme --subject sub_19 --grace 30d\n  \
    axiom crypto shred --keys keys/ --key master.key --organization acme --subject sub_19 --log logs/")]
pub(crate) struct Shred {
    #[command(flatten)]
    keys: Keys,
    /// Revoke the key, and let it be destroyed after this time
    #[arg(long, value_name = "TIME", value_parser = moment::span)]
    grace: Option<Duration>,
    /// Destroy the key at once, without a grace
    #[arg(long, conflicts_with = "grace")]
    now: bool,
    /// Why, for the record
    #[arg(long, value_name = "TEXT", default_value = "erasure requested")]
    reason: String,
}

impl Shred {
    pub(crate) fn run(self) -> Result<(), Failure> {
        if let Some(grace) = self.grace {
            return self.keys.revoke(grace, &self.reason);
        }
        let (tree, scope, recorder) = (self.keys.tree()?, self.keys.scope(), self.keys.recorder()?);
        let receipt = match self.now {
            true => block_on(tree.destroy_without_grace(&scope, &self.keys.by, &self.reason))?,
            false => block_on(tree.destroy(&scope, &self.keys.by, &self.reason))?,
        };
        record(recorder, receipt.to_event().build()?)?;
        for key in receipt.keys() {
            terminal::print(&format!("{key}\n"))?;
        }
        terminal::say(&format!("{} keys destroyed, digest {}", receipt.keys().len(), receipt.digest()));
        Ok(())
    }
}

/// Call a revocation off
#[derive(Args)]
pub(crate) struct Restore {
    #[command(flatten)]
    keys: Keys,
}

impl Restore {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let (tree, recorder) = (self.keys.tree()?, self.keys.recorder()?);
        block_on(tree.restore(&self.keys.scope()))?;
        record(recorder, self.keys.event(ActionType::custom("key.restored", Stream::Material)?).build()?)?;
        terminal::say("restored");
        Ok(())
    }
}

/// Place a legal hold: the key can be neither revoked nor destroyed
#[derive(Args)]
pub(crate) struct Hold {
    #[command(flatten)]
    keys: Keys,
    /// The name of the hold
    name: String,
}

impl Hold {
    pub(crate) fn run(self) -> Result<(), Failure> {
        self.keys.hold("log.hold_placed", &self.name, |tree, scope| block_on(tree.hold(scope, &self.name)))
    }
}

/// End a legal hold
#[derive(Args)]
pub(crate) struct Release {
    #[command(flatten)]
    keys: Keys,
    /// The name of the hold
    name: String,
}

impl Release {
    pub(crate) fn run(self) -> Result<(), Failure> {
        self.keys.hold("log.hold_released", &self.name, |tree, scope| block_on(tree.release(scope, &self.name)))
    }
}
