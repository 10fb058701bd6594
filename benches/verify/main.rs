//! Verifying a log, beside hashing alone and another hash chain. The crate's documentation says what is compared.

use core::num::NonZero;
use std::path::PathBuf;

use axiom_audit::{DirectoryVerifier, FileStore, Recorder, TrustedKey, VerifierKey, leaf_hash, sign_checkpoint};
use axiom_benches::{Bench, Comparison, Error, Sample, Workload};
use axiom_core::{Digest, Unscrubbed};
use axiom_crypto::{Ed25519Signer, Ed25519Verifier};

mod audit_trail;

use audit_trail::AuditTrail;

fn main() -> Result<(), Error> {
    let mut bench = Bench::start("verify")?;
    let workload = Workload::new(ENTRIES)?;
    let log = SignedLog::write(bench.directory().join("log"), &workload)?;
    let trail = AuditTrail::write(bench.directory().join("audit-trail"), &workload)?;
    verify_vs_hash_limit(&mut bench, &ONE_CORE, &log, &workload)?;
    verify_vs_hash_limit(&mut bench, &TWO_CORES, &log, &workload)?;
    let chain = Comparison { name: "verify_chain_vs_audit_trail", unit: ENTRIES_A_SECOND, goal: 1.0 };
    bench.compare(&chain, || log.sample(1), || Sample::wall(ENTRIES, || trail.verify()))?;
    bench.finish()
}

fn verify_vs_hash_limit(
    bench: &mut Bench,
    (comparison, threads): &(Comparison, usize),
    log: &SignedLog,
    workload: &Workload,
) -> Result<(), Error> {
    let limit = || {
        Sample::wall(ENTRIES, || {
            hash_only(workload.lines());
            Ok(())
        })
    };
    bench.compare(comparison, || log.sample(*threads), limit)
}

/// What no verifier can do without: hash each entry, and one node of the tree.
fn hash_only(lines: &[Vec<u8>]) {
    let mut node = Digest::of(&[]);
    for line in lines {
        node = Digest::of(&[&[1], node.as_bytes(), leaf_hash(line).as_bytes()]);
    }
    core::hint::black_box(node);
}

/// A log in files, signed at its end.
struct SignedLog {
    directory: PathBuf,
    key: VerifierKey,
}

impl SignedLog {
    fn write(directory: PathBuf, workload: &Workload) -> Result<Self, Error> {
        let host = workload.naming().host();
        let signer = Ed25519Signer::generate(host.clone())?;
        let key = VerifierKey::of(host.clone(), &signer)?;
        let recorder = Recorder::builder(FileStore::create(&directory, &key)?, Unscrubbed).build()?;
        for events in workload.events().chunks(BATCH) {
            recorder.record_batch_blocking(events.to_vec()).into_iter().try_for_each(|receipt| receipt.map(drop))?;
        }
        drop(recorder);
        let store = FileStore::open(&directory)?;
        pollster::block_on(sign_checkpoint(&store, &store, workload.log(), &signer))?;
        Ok(Self { directory, key })
    }

    /// Verifies the log as an auditor does: from its files to the signature of its checkpoint.
    fn sample(&self, threads: usize) -> Result<Sample, Error> {
        let verifier = Ed25519Verifier::from_public_key(self.key.public_key())?;
        let directory = DirectoryVerifier::new(&self.directory)
            .key(TrustedKey::new(self.key.clone(), verifier)?)
            .threads(NonZero::new(threads).unwrap_or(NonZero::<usize>::MIN));
        Sample::wall(ENTRIES, || {
            let report = directory.verify()?;
            assert!(report.is_verified() && report.logs[0].anchored == ENTRIES as u64, "the log is sound and signed");
            Ok(())
        })
    }
}

const ONE_CORE: (Comparison, usize) =
    (Comparison { name: "verify_1core_vs_hash_limit", unit: ENTRIES_A_SECOND, goal: 0.85 }, 1);
const TWO_CORES: (Comparison, usize) =
    (Comparison { name: "verify_2core_vs_hash_limit", unit: ENTRIES_A_SECOND, goal: 1.5 }, 2);
const ENTRIES_A_SECOND: &str = "entries/s";
/// Entries of the log: some 35 MB.
const ENTRIES: usize = 50_000;
/// Events of a batch.
const BATCH: usize = 1000;
