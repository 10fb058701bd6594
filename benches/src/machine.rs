//! What is measured on.

use core::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use crate::error::Error;

/// What is measured on, in one line.
#[derive(Debug)]
pub(crate) struct Machine {
    cores: usize,
    directory: PathBuf,
    file_system: String,
}

impl Machine {
    /// This machine, with the file system that `directory` is on.
    pub(crate) fn here(directory: &Path) -> Self {
        let directory = directory.canonicalize().unwrap_or_else(|_| directory.into());
        // Only Linux has this file; elsewhere the file system stays unknown.
        let mounts = fs::read_to_string("/proc/self/mounts").unwrap_or_default();
        Self {
            cores: thread::available_parallelism().map_or(1, usize::from),
            file_system: file_system(&mounts, &directory).unwrap_or("unknown").into(),
            directory,
        }
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (system, arch) = (std::env::consts::OS, std::env::consts::ARCH);
        let Self { cores, directory, file_system } = self;
        write!(f, "{system} {arch}, {cores} cores, {file_system} at {}", directory.display())
    }
}

/// The type of the file system that `path` is on: of the mounts above it the longest, and of those the last.
fn file_system<'a>(mounts: &'a str, path: &Path) -> Option<&'a str> {
    let mounts = mounts.lines().filter_map(|line| {
        let mut fields = line.split(' ').skip(1);
        Some((fields.next()?, fields.next()?))
    });
    let above = mounts.filter(|(point, _)| path.starts_with(point));
    above.max_by_key(|(point, _)| point.len()).map(|(_, kind)| kind)
}

/// The most memory that this process has held so far, in MiB; Linux only.
///
/// # Errors
/// [`Error::Io`] where the system does not tell.
pub fn peak_memory_mib() -> Result<f64, Error> {
    let status = fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok());
    peak.map(|kib: f64| kib / 1024.0).ok_or_else(|| Error::Io(std::io::ErrorKind::Unsupported.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = "\
        overlay / overlay rw 0 0\n\
        /dev/vda /data ext4 rw,relatime 0 0\n\
        tmpfs /data/fast tmpfs rw 0 0\n\
        /dev/vdb /data xfs rw 0 0\n";

    #[test]
    fn the_nearest_mount_above_a_path_decides() {
        let kind = |path: &str| file_system(MOUNTS, Path::new(path));
        assert_eq!(kind("/data/fast/bench"), Some("tmpfs"));
        assert_eq!(kind("/database"), Some("overlay"));
    }

    #[test]
    fn a_later_mount_hides_an_earlier_one() {
        assert_eq!(file_system(MOUNTS, Path::new("/data/bench")), Some("xfs"));
    }

    #[test]
    fn without_a_list_of_mounts_nothing_is_known() {
        assert_eq!(file_system("", Path::new("/data")), None);
    }
}
