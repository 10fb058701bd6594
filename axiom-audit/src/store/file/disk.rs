//! What a store asks of a file system, so that tests can put one underneath that loses power.

use core::fmt;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read};
use std::path::Path;

/// A file system. Nothing is durable before it was synced: content by the file, names by their directory.
pub(crate) trait Disk: fmt::Debug + Send + Sync {
    /// Opens a regular file; a pipe or a device is an error.
    fn open(&self, path: &Path, access: Access) -> io::Result<Box<dyn DiskFile>>;
    /// The names in a directory.
    fn names(&self, directory: &Path) -> io::Result<Vec<String>>;
    /// What there is at `path`, if anything.
    fn kind(&self, path: &Path) -> Option<Kind>;
    /// Makes a directory and those above it.
    fn create_dirs(&self, directory: &Path) -> io::Result<()>;
    /// Gives a file another name, in place of the file that has it.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a file.
    fn remove(&self, file: &Path) -> io::Result<()>;
    /// Makes the names in a directory durable.
    fn sync_names(&self, directory: &Path) -> io::Result<()>;
}

/// An open file.
pub(crate) trait DiskFile: fmt::Debug + Send + Sync {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize>;
    fn write_all_at(&self, bytes: &[u8], offset: u64) -> io::Result<()>;
    fn length(&self) -> io::Result<u64>;
    fn set_length(&self, length: u64) -> io::Result<()>;
    /// Makes the content durable, and the length as far as reading it needs.
    fn sync(&self) -> io::Result<()>;
}

/// What a file is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Reading what is there.
    Read,
    /// Reading and changing what is there.
    Write,
    /// The same, making an empty file where there is none.
    Create,
}

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    File,
    Directory,
    Other,
}

impl dyn DiskFile + '_ {
    /// Fills `buffer` from `offset` on.
    pub(crate) fn read_exact_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        let mut filled = 0;
        while filled < buffer.len() {
            match self.read_at(&mut buffer[filled..], offset + filled as u64) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// Reads a file from some place on.
#[derive(Debug)]
pub(crate) struct DiskReader {
    file: Box<dyn DiskFile>,
    offset: u64,
}

impl DiskReader {
    pub(crate) const fn new(file: Box<dyn DiskFile>, offset: u64) -> Self {
        Self { file, offset }
    }
}

impl Read for DiskReader {
    /// A signal that comes in between is no error: not every reader tries again.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.file.read_at(buffer, self.offset) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => return read.inspect(|read| self.offset += *read as u64),
            }
        }
    }
}

/// The file system of the machine. Files are readable by their owner only.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LocalDisk;

impl Disk for LocalDisk {
    fn open(&self, path: &Path, access: Access) -> io::Result<Box<dyn DiskFile>> {
        check_regular(path)?;
        let mut options = private();
        options.read(true).write(access != Access::Read).create(access == Access::Create).truncate(false);
        Ok(Box::new(options.open(path)?))
    }

    fn names(&self, directory: &Path) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(directory)? {
            // Nothing of ours has a name that is not text.
            names.extend(entry?.file_name().into_string());
        }
        Ok(names)
    }

    fn kind(&self, path: &Path) -> Option<Kind> {
        let found = fs::metadata(path).ok()?;
        Some(match (found.is_file(), found.is_dir()) {
            (true, _) => Kind::File,
            (_, true) => Kind::Directory,
            _ => Kind::Other,
        })
    }

    fn create_dirs(&self, directory: &Path) -> io::Result<()> {
        let mut builder = DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.recursive(true).create(directory)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove(&self, file: &Path) -> io::Result<()> {
        fs::remove_file(file)
    }

    #[cfg(unix)]
    fn sync_names(&self, directory: &Path) -> io::Result<()> {
        File::open(directory)?.sync_all()
    }

    /// Elsewhere a directory cannot be opened, and names are durable with their files.
    #[cfg(not(unix))]
    fn sync_names(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }
}

impl DiskFile for File {
    #[cfg(unix)]
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        std::os::unix::fs::FileExt::read_at(self, buffer, offset)
    }

    #[cfg(windows)]
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        std::os::windows::fs::FileExt::seek_read(self, buffer, offset)
    }

    #[cfg(unix)]
    fn write_all_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        std::os::unix::fs::FileExt::write_all_at(self, bytes, offset)
    }

    #[cfg(windows)]
    fn write_all_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        let mut written = 0;
        while written < bytes.len() {
            written += std::os::windows::fs::FileExt::seek_write(self, &bytes[written..], offset + written as u64)?;
        }
        Ok(())
    }

    fn length(&self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }

    fn set_length(&self, length: u64) -> io::Result<()> {
        self.set_len(length)
    }

    fn sync(&self) -> io::Result<()> {
        self.sync_data()
    }
}

/// Refuses what is there and is no regular file: who opens a pipe waits for its other end, perhaps for ever.
pub(super) fn check_regular(path: &Path) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(found) if !found.is_file() => Err(io::Error::new(io::ErrorKind::InvalidData, "not a regular file")),
        _ => Ok(()),
    }
}

/// Options for files that only their owner may read.
pub(crate) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

#[cfg(test)]
mod tests {
    use core::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    /// A file of which every other read is interrupted by a signal.
    #[derive(Debug)]
    struct Interrupted(AtomicU32);

    impl DiskFile for Interrupted {
        fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
            if self.0.fetch_add(1, Ordering::Relaxed).is_multiple_of(2) {
                return Err(io::ErrorKind::Interrupted.into());
            }
            let rest = &b"whole"[usize::try_from(offset).unwrap()..];
            let length = rest.len().min(buffer.len()).min(2);
            buffer[..length].copy_from_slice(&rest[..length]);
            Ok(length)
        }

        fn write_all_at(&self, _: &[u8], _: u64) -> io::Result<()> {
            Err(io::ErrorKind::Unsupported.into())
        }

        fn length(&self) -> io::Result<u64> {
            Ok(5)
        }

        fn set_length(&self, _: u64) -> io::Result<()> {
            Err(io::ErrorKind::Unsupported.into())
        }

        fn sync(&self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_signal_does_not_end_a_read() {
        let mut reader = DiskReader::new(Box::new(Interrupted(AtomicU32::new(0))), 0);
        let (mut read, mut buffer) = (Vec::new(), [0; 8]);
        loop {
            let length = reader.read(&mut buffer).unwrap();
            if length == 0 {
                break;
            }
            read.extend_from_slice(&buffer[..length]);
        }
        assert_eq!(read, b"whole");
    }
}
