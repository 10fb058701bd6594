//! `axiom crypto rewrap`.

use std::path::PathBuf;
use std::sync::Arc;

use axiom_crypto::{Context, Encryptor, KeyFile, KeyRing};
use clap::Args;
use indicatif::ProgressBar;
use pollster::block_on;

use super::axe1;
use super::files::{self, Found};
use crate::failure::Failure;
use crate::output;
use crate::terminal;

/// Move messages to another key, in place
///
/// Only the keys in front of a message change; what is encrypted stays as it is, byte for byte, and is not decrypted.
/// Each file is replaced when its successor is complete. Directories are gone through with all that is below them. What
/// is under the new key already is passed over, so an interrupted run is finished by running it again; the .axiom-*.tmp
/// that it may have left is passed over too, and can be removed.
///
/// Other hard links to a file keep the old message. Nothing else may write to the files meanwhile.
///
/// Exit status: 0 every message is under the new key; 1 some are not; 2 wrong usage.
#[derive(Args)]
#[command(after_help = "Examples:\n  \
    axiom crypto rewrap --key 2027.key --old-key 2026.key backups/\n  \
    axiom crypto rewrap --key 2027.key --old-key 2025.key --old-key 2026.key --context tenant=acme a.axe b.axe")]
pub(crate) struct Rewrap {
    /// The key file that opens the messages from now on; with several, each of them does
    #[arg(long, value_name = "FILE", required = true)]
    key: Vec<PathBuf>,
    /// A key file that opens them today and shall not any more; may be given more than once
    #[arg(long, value_name = "FILE", required = true)]
    old_key: Vec<PathBuf>,
    /// What the messages are bound to, as it was given to `seal` [default: purpose=file]
    #[arg(long, value_name = "NAME=VALUE", value_parser = axe1::pair)]
    context: Vec<(String, String)>,
    /// The messages, and directories of messages
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

/// What became of a file.
enum Fate {
    Done,
    /// It lies in a directory and is no message.
    Other,
    Skipped,
}

impl Rewrap {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let (encryptor, context) = (self.encryptor()?, axe1::context(&self.context)?);
        let found = files::all(&self.files)?;
        let bar = terminal::progress(found.iter().map(|file| file.len).sum(), "rewrapping");
        let (mut done, mut skipped, mut failed) = (0, 0, 0);
        for file in &found {
            match rewrap(file, &encryptor, &context, &bar) {
                Ok(Fate::Done) => done += 1,
                Ok(Fate::Other) => {}
                Ok(Fate::Skipped) => skipped += 1,
                Err(failure) => {
                    failed += 1;
                    bar.suspend(|| failure.report());
                }
            }
        }
        bar.finish_and_clear();
        terminal::say(&format!("{done} rewrapped, {skipped} under this key already, {failed} failed"));
        if failed == 0 { Ok(()) } else { Err(Failure::Told) }
    }

    /// Writes for the new keys and opens with all of them.
    fn encryptor(&self) -> Result<Encryptor, Failure> {
        let open = |path| -> Result<_, Failure> { Ok(Arc::new(KeyFile::open(path)?)) };
        let [first, others @ ..] = &self.key[..] else { return Err(Failure::Usage("a --key is needed".into())) };
        let ring = KeyRing::new(open(first)?);
        let ring = self.old_key.iter().try_fold(ring, |ring, old| open(old).map(|old| ring.and(old)))?;
        others.iter().try_fold(Encryptor::new(Arc::new(ring)), |all, key| open(key).map(|key| all.and(key)))
    }
}

fn rewrap(found: &Found, encryptor: &Encryptor, context: &Context, bar: &ProgressBar) -> Result<Fate, Failure> {
    let end = bar.position() + found.len;
    let fate = match found.open()? {
        None => Fate::Other,
        Some((file, front)) => match block_on(encryptor.rewrap(&front, context)) {
            Err(error) => return Err(Failure::from(error).at(&found.name())),
            Ok(None) => Fate::Skipped,
            Ok(Some(front)) => {
                output::replace(found.path(), &front, bar.wrap_read(file))?;
                Fate::Done
            }
        },
    };
    bar.set_position(end);
    Ok(fate)
}
