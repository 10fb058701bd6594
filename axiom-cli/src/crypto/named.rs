//! Streams whose failures say their names.

use std::io::{self, Read, Write};
use std::path::Path;

/// A reader or writer whose errors say what could not be done to which file.
pub(super) struct Named<'a, T> {
    action: &'static str,
    path: &'a Path,
    stream: T,
}

impl<'a, T> Named<'a, T> {
    pub(super) const fn new(action: &'static str, path: &'a Path, stream: T) -> Self {
        Self { action, path, stream }
    }

    fn say<R>(&self, result: io::Result<R>) -> io::Result<R> {
        result.map_err(|error| match error.kind() {
            kind @ io::ErrorKind::Interrupted => kind.into(),
            kind => io::Error::new(kind, format!("could not {} {}: {error}", self.action, self.path.display())),
        })
    }
}

impl<T: Read> Read for Named<'_, T> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.stream.read(buffer);
        self.say(read)
    }
}

impl<T: Write> Write for Named<'_, T> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.stream.write(bytes);
        self.say(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = self.stream.flush();
        self.say(flushed)
    }
}
