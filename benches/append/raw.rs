//! A file that is appended to, and nothing else.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use axiom_benches::Error;

/// A file to which one line at a time is appended durably: one `write`, one `fdatasync`.
pub(crate) struct RawFile {
    file: File,
    line: Vec<u8>,
}

impl RawFile {
    pub(crate) fn create(path: &Path) -> Result<Self, Error> {
        let file = File::options().append(true).create_new(true).open(path)?;
        Ok(Self { file, line: Vec::new() })
    }

    pub(crate) fn append(&mut self, line: &[u8]) -> Result<(), Error> {
        self.line.clear();
        self.line.extend_from_slice(line);
        self.line.push(b'\n');
        self.file.write_all(&self.line)?;
        Ok(self.file.sync_data()?)
    }
}
