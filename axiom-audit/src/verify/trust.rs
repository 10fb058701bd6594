//! What the checkpoints around a directory say of its logs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use axiom_core::Origin;

use super::Fault;
use super::keyring::{Keyring, Signed, confirmed};
use crate::checkpoint::Checkpoint;
use crate::entry::leaf_hash;
use crate::error::Error;
use crate::merkle::Frontier;
use crate::meta::{MetaRecords, meta_log};
use crate::note::{SignedNote, TrustedKey, VerifierKey};
use crate::store::file::layout::{Layout, read_small};
use crate::store::file::rotations;
use crate::store::{FileStore, each_line};
use crate::witness::Quorum;

/// The keys and checkpoints that the logs of a directory are held to.
#[derive(Debug)]
pub(super) struct Trust<'a> {
    layout: &'a Layout,
    keys: Followed,
    /// The same, followed further: the logs may be signed by a new key while they are read.
    later: Mutex<Followed>,
    /// The checkpoints of each log, with the names that faults call them by.
    signed: BTreeMap<Origin, Vec<(String, Signed)>>,
}

/// Keys, and how far they were followed over the rotations of a directory.
#[derive(Debug, Clone)]
struct Followed {
    keys: Keyring,
    /// The key that the last rotation leads to.
    newest: VerifierKey,
    /// How many certificates have been read.
    certificates: usize,
}

impl<'a> Trust<'a> {
    /// Follows the directory's key rotations from the given keys on, reads the given notes, and what the meta-log says.
    pub(super) fn gather(
        layout: &'a Layout,
        keys: Vec<TrustedKey>,
        notes: &[(String, SignedNote)],
        faults: &mut Vec<Fault>,
    ) -> Result<Self, Error> {
        let given = !keys.is_empty();
        let mut keys = Followed { keys: Keyring::new(keys), newest: layout.first_key().clone(), certificates: 0 };
        let certificates = keys.follow(layout, faults)?;
        if given && !keys.keys.holds(keys.newest.public_key()) {
            faults.push(storage("axiom.json", "names a key that is not trusted"));
        }
        let mut trust = Self { layout, later: Mutex::new(keys.clone()), keys, signed: BTreeMap::new() };
        for (name, note) in notes.iter().chain(&certificates) {
            match trust.read(note) {
                Ok(signed) => trust.add(name.clone(), signed),
                Err(_) => faults.push(Fault::BadSignature { checkpoint: name.clone() }),
            }
        }
        let records = trust.meta_records();
        records.for_each(|checkpoint| trust.add("meta".into(), Signed { checkpoint, retired: false }));
        Ok(trust)
    }

    /// The meta-log's newest checkpoint, which stands for all, must be cosigned.
    pub(super) fn check_witnesses(layout: &Layout, quorum: &Quorum) -> Option<Fault> {
        let log = meta_log();
        let own = read_small(layout.disk(), &layout.checkpoint(&log)).ok().flatten();
        let note = own.and_then(|note| note.parse::<SignedNote>().ok());
        let cosigned = note.is_some_and(|note| quorum.check(&note).is_ok());
        let checkpoint = format!("{}/checkpoint", layout.naming().origin(&log));
        (!cosigned).then(|| Fault::TooFewWitnesses { checkpoint, needed: quorum.needed() })
    }

    /// The last rotation of the host's key that a trusted key signed.
    pub(super) const fn epoch(&self) -> u64 {
        self.keys.keys.epoch()
    }

    /// What `origin` is held to, and the size of the checkpoint that lies beside it, which is `own` if there is one.
    pub(super) fn of(
        &self,
        origin: &Origin,
        own: Result<Option<String>, Error>,
        faults: &mut Vec<Fault>,
    ) -> (Vec<Checkpoint>, u64) {
        let name = format!("{origin}/checkpoint");
        let mut signed = self.signed.get(origin).cloned().unwrap_or_default();
        let mut size = 0;
        if !matches!(own, Ok(None)) {
            match self.own(origin, own) {
                Some(own) => {
                    size = own.checkpoint.size;
                    signed.insert(0, (name, own));
                }
                None => faults.push(Fault::BadSignature { checkpoint: name }),
            }
        }
        let (counting, others) = confirmed(signed);
        faults.extend(others.into_iter().map(|checkpoint| Fault::RetiredKey { checkpoint }));
        (counting, size)
    }

    /// The logs that were signed and are not there.
    pub(super) fn missing(&self, present: &BTreeSet<&Origin>) -> impl Iterator<Item = Fault> {
        let missing = self.signed.iter().filter(|(origin, _)| !present.contains(origin));
        missing.map(|(origin, signed)| {
            let sizes = signed.iter().map(|(_, signed)| signed.checkpoint.size);
            Fault::MissingLog { log: origin.to_string(), signed: sizes.max().unwrap_or(0) }
        })
    }

    fn add(&mut self, name: String, signed: Signed) {
        self.signed.entry(signed.checkpoint.origin.clone()).or_default().push((name, signed));
    }

    fn own(&self, origin: &Origin, own: Result<Option<String>, Error>) -> Option<Signed> {
        let note: SignedNote = own.ok()??.parse().ok()?;
        self.read(&note).ok().filter(|signed| signed.checkpoint.origin == *origin)
    }

    /// Reads a checkpoint by the keys of the beginning, or by those that have replaced them since.
    ///
    /// In this order: what was signed by a key that is replaced only later was signed in time.
    fn read(&self, note: &SignedNote) -> Result<Signed, Error> {
        self.keys.keys.read(note).or_else(|_| {
            let mut later = self.later.lock().unwrap_or_else(PoisonError::into_inner);
            later.follow(self.layout, &mut Vec::new())?;
            later.keys.read(note)
        })
    }

    /// What the meta-log says, as far as a checkpoint of it counts; if it is not what was signed, its own report says
    /// so.
    fn meta_records(&self) -> impl Iterator<Item = Checkpoint> + use<> {
        let log = meta_log();
        let origin = self.layout.naming().origin(&log);
        let own = read_small(self.layout.disk(), &self.layout.checkpoint(&log));
        let (counting, _) = self.of(&origin, own, &mut Vec::new());
        let newest = counting.into_iter().max_by_key(|checkpoint| checkpoint.size);
        let records = newest.and_then(|newest| read_records(self.layout, &newest).ok());
        records.into_iter().flat_map(MetaRecords::into_checkpoints)
    }
}

impl Followed {
    /// Follows the rotations that come next, in order, and returns the checkpoints that certify those that could be
    /// followed.
    fn follow(&mut self, layout: &Layout, faults: &mut Vec<Fault>) -> Result<Vec<(String, SignedNote)>, Error> {
        let mut certificates = Vec::new();
        for (path, rotation) in rotations::list(layout.disk(), layout.root(), self.certificates)? {
            self.certificates += 1;
            let name = format!("rotations/{}", path.file_name().unwrap_or_default().to_string_lossy());
            let next = rotation.filter(|rotation| *rotation.replaces() == self.newest);
            let followed = next.ok_or(Error::Signature).and_then(|rotation| {
                let known = self.keys.follow(&rotation)?;
                self.newest = rotation.key().clone();
                Ok(known.then(|| rotation.bundle().note().clone()))
            });
            match followed {
                Ok(note) => certificates.extend(note.map(|note| (name, note))),
                Err(_) => {
                    faults.push(storage(&name, "is no certificate of the key before for the one that replaces it"));
                }
            }
        }
        Ok(certificates)
    }
}

/// Reads the meta-log as far as `signed` covers it.
fn read_records(layout: &Layout, signed: &Checkpoint) -> Result<MetaRecords, Error> {
    let store = FileStore::read_only(layout.root())?;
    let (mut tree, mut records) = (Frontier::new(), MetaRecords::default());
    let visit = &mut |line: Vec<u8>| -> Result<(), Error> {
        tree.push(leaf_hash(&line));
        records.push(&line);
        Ok(())
    };
    pollster::block_on(each_line(&store, &meta_log(), 0..signed.size, visit))?;
    if tree.root() == signed.root { Ok(records) } else { Err(Error::Signature) }
}

fn storage(file: &str, reason: &str) -> Fault {
    Fault::Storage { file: file.into(), reason: reason.into() }
}

#[cfg(test)]
mod tests {
    use axiom_core::{LogId, Stream};
    use axiom_crypto::Ed25519Signer;
    use pollster::block_on;

    use super::*;
    use crate::rotation::{Rotation, rotate_key};
    use crate::signing::sign_checkpoint;

    #[test]
    fn a_key_that_took_over_while_the_logs_were_read_is_followed() {
        let directory = tempfile::tempdir().unwrap();
        let host: Origin = "audit.example.com".parse().unwrap();
        let signer = || Ed25519Signer::generate(host.clone()).unwrap();
        let (old, new, stranger) = (signer(), signer(), signer());
        FileStore::create(directory.path(), &VerifierKey::of(host.clone(), &old).unwrap()).unwrap();
        let store = FileStore::open(directory.path()).unwrap();
        let layout = Layout::open(directory.path()).unwrap();
        let key = TrustedKey::of(host.clone(), &old).unwrap();
        let trust = Trust::gather(&layout, vec![key], &[], &mut Vec::new()).unwrap();

        let rotated = block_on(rotate_key(&store, &store, Rotation::new(&old, &new, 1))).unwrap();
        store.save_rotation(&rotated.certificate).unwrap();
        let log = LogId::new("acme".parse().unwrap(), Stream::Material);
        let note = block_on(sign_checkpoint(&store, &store, &log, &new)).unwrap();
        let (origin, text) = (layout.naming().origin(&log), note.text());
        let faults_of = |signer: &Ed25519Signer| {
            let note = SignedNote::sign(text.into(), &origin, signer).unwrap();
            let mut faults = Vec::new();
            let (counting, _) = trust.of(&origin, Ok(Some(note.to_string())), &mut faults);
            assert_eq!(counting.len(), usize::from(faults.is_empty()));
            faults
        };
        assert_eq!(faults_of(&new), []);
        assert_eq!(faults_of(&old), [], "it was signed before the new key took over");
        assert_eq!(faults_of(&stranger), [Fault::BadSignature { checkpoint: format!("{origin}/checkpoint") }]);
    }
}
