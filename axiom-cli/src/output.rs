//! Output: a new file that only its owner can read, or standard output.

use std::fs::{self, File, Metadata};
use std::io::{self, BufWriter, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};

use crate::failure::Failure;

mod draft;

use draft::Draft;
pub(crate) use draft::is_draft;

/// How much is written at once.
const BUFFER: usize = 1 << 16;

/// A file to make, or standard output where it is `-`.
pub(crate) struct Sink(Option<PathBuf>);

impl Sink {
    /// The sink with this name.
    ///
    /// An existing file is refused, and so is a terminal: the bytes are not for people.
    pub(crate) fn new(path: &Path) -> Result<Self, Failure> {
        if path == Path::new("-") {
            if io::stdout().is_terminal() {
                return Err(Failure::Usage("these bytes are not for a terminal: name a file".into()));
            }
            return Ok(Self(None));
        }
        if path.symlink_metadata().is_ok() {
            return Err(Failure::io("write", path, &io::ErrorKind::AlreadyExists.into()));
        }
        Ok(Self(Some(path.into())))
    }

    /// Writes what `work` writes; a file appears complete and durable, or not at all.
    pub(crate) fn write(self, work: impl FnOnce(&mut dyn Write) -> Result<(), Failure>) -> Result<(), Failure> {
        let Some(path) = self.0 else {
            let mut out = BufWriter::with_capacity(BUFFER, io::stdout().lock());
            work(&mut out)?;
            return out.flush().map_err(|error| Failure::output(&error));
        };
        let failed = |error: io::Error| Failure::io("write", &path, &error);
        let mut file = BufWriter::with_capacity(BUFFER, Draft::new(parent(&path)).map_err(failed)?);
        work(&mut file)?;
        let file = file.into_inner().map_err(|error| failed(error.into_error()))?;
        file.file().sync_all().map_err(failed)?;
        file.name(&path).map_err(failed)?;
        sync_directory(parent(&path)).map_err(failed)
    }
}

/// Puts `front` and what `rest` gives in the place of the file `path`, with the same owner and rights, when all of it
/// is written.
pub(crate) fn replace(path: &Path, front: &[u8], mut rest: impl Read) -> Result<(), Failure> {
    let mut replace = || -> io::Result<()> {
        let mut file = BufWriter::with_capacity(BUFFER, draft::named(parent(path))?);
        file.write_all(front)?;
        io::copy(&mut rest, &mut file)?;
        let file = file.into_inner()?;
        hand_over(&fs::metadata(path)?, file.as_file())?;
        file.as_file().sync_all()?;
        file.persist(path).map_err(|error| error.error)?;
        sync_directory(parent(path))
    };
    replace().map_err(|error| Failure::io("replace", path, &error))
}

/// Gives a new file the owner and the rights of the one that it replaces.
fn hand_over(old: &Metadata, new: &File) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, fchown};

        let made = new.metadata()?;
        if (old.uid(), old.gid()) != (made.uid(), made.gid()) {
            fchown(new, Some(old.uid()), Some(old.gid()))?;
        }
    }
    new.set_permissions(old.permissions())
}

fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes the name as durable as the content.
#[cfg(unix)]
fn sync_directory(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

#[cfg(not(unix))]
fn sync_directory(_: &Path) -> io::Result<()> {
    Ok(())
}
