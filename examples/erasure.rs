//! A person asks to be forgotten: what the log holds about her is erased, what happened stays proven, and what it holds
//! about others stays readable.
//!
//! ```sh
//! cargo run --example erasure
//! ```

use core::time::Duration;
use std::path::Path;
use std::sync::Arc;

use anstream::println;
use axiom_audit::export::StoredEntry;
use axiom_audit::{FileStore, LogVerifier, Recorder, Store, VerifierKey};
use axiom_core::{Error, Event, LogId, SealPaths, Stream, open_fields};
use axiom_crypto::{FieldSealer, FileKeyStore, KeyFile, KeyScope, KeyTree};
use axiom_examples::{Result, heading};
use axiom_pii::PiiScrubber;
use pollster::block_on;

fn main() -> Result<()> {
    let directory = tempfile::tempdir()?;
    let log = directory.path().join("log");
    FileStore::create(&log, &VerifierKey::new("audit.example.com".parse()?, [7; 32]))?;

    // The master key belongs into a key service or an HSM; the store of wrapped keys can lie beside the data.
    let master = KeyFile::create(directory.path().join("master.key"))?;
    let store = FileKeyStore::create(directory.path().join("keys"))?;
    let keys = KeyTree::new(Arc::new(store), Arc::new(master));

    heading("Record", "each person's field is sealed under that person's own key");
    record(&log, &keys, vec![meeting()?])?;
    show(&log, &keys)?;

    heading("Revoke", "nobody reads it any more, and for thirty days it can be called off");
    let ada = KeyScope::subject("acme".parse()?, "sub_ada".parse()?);
    let due = block_on(keys.revoke(&ada, Duration::from_secs(30 * 86_400)))?;
    println!("  may be destroyed from {due} on");
    show(&log, &keys)?;

    heading("Erase", "the key is destroyed, and the receipt recorded");
    let receipt = block_on(keys.destroy_without_grace(&ada, "user_41", "request of the data subject"))?;
    record(&log, &keys, vec![receipt.to_event().build()?])?;
    show(&log, &keys)
}

/// An event about two people, who are named by opaque references.
fn meeting() -> Result<Event> {
    let event = Event::builder("acme".parse()?, "user.connection_managed".parse()?)
        .subject("sub_ada".parse()?)
        .subject("sub_bob".parse()?)
        .metadata("customer", "Ada Example, 12 Example Road")
        .metadata("agent", "Bob Example, desk 9");
    Ok(event.build()?)
}

fn record(log: &Path, keys: &KeyTree, events: Vec<Event>) -> Result<()> {
    let paths = SealPaths::states()
        .and_of_subject("/metadata/customer", "/subjectRefs/0")?
        .and_of_subject("/metadata/agent", "/subjectRefs/1")?;
    let recorder = Recorder::builder(FileStore::open(log)?, PiiScrubber::default())
        .seal(paths, FieldSealer::with_keys(keys.clone()))
        .stream(Stream::Material)
        .build()?;
    for receipt in recorder.record_batch_blocking(events) {
        receipt?;
    }
    recorder.close_blocking()?;
    Ok(())
}

/// Verifies the chain, and shows what opens.
fn show(log: &Path, keys: &KeyTree) -> Result<()> {
    let store = FileStore::open(log)?;
    let id = LogId::new("acme".parse()?, Stream::Material);
    let mut verifier = LogVerifier::new(store.naming().origin(&id)).start();
    for line in block_on(store.read(&id, 0, usize::MAX))? {
        verifier.push(&line);
        verifier.push(b"\n");
        let mut entry = StoredEntry::read(line)?;
        let fields = block_on(open_fields(entry.event_mut(), &FieldSealer::with_keys(keys.clone())))?;
        for pointer in &fields.opened {
            println!("  {pointer} opens: {:?}", entry.event().at(pointer).and_then(|value| value.as_str()));
        }
        for error in &fields.closed {
            if let Error::Seal { pointer, source } = error {
                println!("  {pointer} stays closed: {source}");
            }
        }
    }
    let report = verifier.finish();
    println!(
        "  the chain of {} entries {}",
        report.entries,
        if report.is_verified() { "verifies" } else { "is broken" }
    );
    if report.is_verified() { Ok(()) } else { Err("the log does not verify".into()) }
}
