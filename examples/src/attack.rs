//! The attack step: on a copy, so that the logs stay as they are.

use std::fs;
use std::path::{Path, PathBuf};

use anstream::println;
use axiom_audit::SignedNote;

use crate::screen::WARN;
use crate::{Result, Session, heading, show_report};

impl Session {
    /// Flips one bit in a copy of the directory, then cuts the tail off, and shows what verification says of each.
    ///
    /// # Errors
    /// Where the copy cannot be made, or an attack stays unseen.
    pub fn attack(&self, notes: &[SignedNote]) -> Result<()> {
        heading("Attack", "whoever can write to the disk still cannot change the record unseen");
        let copy = tempfile::tempdir()?;
        copy_files(&self.root, copy.path())?;
        let segment = largest_segment(copy.path())?;
        let whole = fs::read(&segment)?;

        let mut flipped = whole.clone();
        flipped[whole.len() / 2] ^= 1;
        let end = whole[..whole.len() - 1].iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
        for (what, bytes) in [("one bit flipped", &flipped[..]), ("the last entry cut off, cleanly", &whole[..end])] {
            println!("  {WARN}{what}{WARN:#}");
            fs::write(&segment, bytes)?;
            let report = self.report(copy.path(), notes)?;
            show_report(&report);
            if report.is_verified() {
                return Err(format!("{what}: nobody saw it").into());
            }
        }
        Ok(())
    }
}

/// Copies the logs at `from`, without the keys beside them.
fn copy_files(from: &Path, to: &Path) -> Result<()> {
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        let target = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            fs::create_dir(&target)?;
            copy_files(&path, &target)?;
        } else if path.extension().is_none_or(|extension| extension != "key") {
            fs::copy(&path, &target)?;
        }
    }
    Ok(())
}

fn largest_segment(root: &Path) -> Result<PathBuf> {
    let mut segments = Vec::new();
    for organization in fs::read_dir(root)?.filter_map(core::result::Result::ok).filter(|entry| entry.path().is_dir()) {
        for stream in fs::read_dir(organization.path())? {
            let path = stream?.path().join("segments/00000000000000000000.jsonl");
            segments.push((fs::metadata(&path)?.len(), path));
        }
    }
    Ok(segments.into_iter().max().ok_or("nothing was recorded")?.1)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::time::SystemTime;

    use axiom_core::{Event, SealPaths};

    use super::*;

    /// A session of which two entries are recorded and signed.
    fn signed(root: &Path) -> (Session, Vec<SignedNote>) {
        let session = Session::create(root).unwrap();
        let event = || Event::builder("acme".parse().unwrap(), "apply.applied".parse().unwrap()).build().unwrap();
        session.record(&[event(), event()], SealPaths::none()).unwrap();
        let notes = session.sign().unwrap();
        (session, notes)
    }

    fn files(directory: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut found = BTreeMap::new();
        for path in fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                found.append(&mut files(&path));
            } else {
                found.insert(path.clone(), fs::read(path).unwrap());
            }
        }
        found
    }

    #[test]
    fn an_attack_is_seen_and_leaves_the_logs_alone() {
        let root = tempfile::tempdir().unwrap();
        let (session, notes) = signed(root.path());
        // Whoever attacked the logs themselves would have to write to this file.
        let segment = largest_segment(root.path()).unwrap();
        let file = fs::OpenOptions::new().append(true).open(&segment).unwrap();
        file.set_modified(SystemTime::UNIX_EPOCH).unwrap();
        let before = files(root.path());
        session.attack(&notes).unwrap();
        assert_eq!(files(root.path()), before);
        assert_eq!(fs::metadata(&segment).unwrap().modified().unwrap(), SystemTime::UNIX_EPOCH);
        session.verify(&notes).unwrap();
    }

    #[test]
    fn an_attack_that_stays_unseen_is_an_error() {
        let root = tempfile::tempdir().unwrap();
        let session = signed(root.path()).0;
        let checkpoint = files(root.path()).into_keys().find(|path| path.ends_with("checkpoint")).unwrap();
        fs::remove_file(checkpoint).unwrap();
        let error = session.attack(&[]).unwrap_err();
        assert_eq!(error.to_string(), "the last entry cut off, cleanly: nobody saw it");
    }

    #[test]
    fn logs_that_do_not_verify_are_an_error() {
        let root = tempfile::tempdir().unwrap();
        let (session, notes) = signed(root.path());
        fs::write(largest_segment(root.path()).unwrap(), "nonsense\n").unwrap();
        assert!(session.verify(&notes).is_err());
    }
}
