//! The files below directories, without those that version control ignores.

use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use crate::terminal;

/// What to read of a directory.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(super) struct Below {
    /// Read hidden files and directories too
    #[arg(long)]
    hidden: bool,
    /// Read what .gitignore and .ignore leave out too
    #[arg(long)]
    no_ignore: bool,
}

impl Below {
    /// Calls `each` with every file of `paths`, in the order of their names: those that are named, and those below
    /// directories that are. Answers whether all could be read.
    ///
    /// Links are followed where they are named, and not below.
    pub(super) fn each<E>(self, paths: &[PathBuf], mut each: impl FnMut(&Path) -> Result<(), E>) -> Result<bool, E> {
        let mut whole = true;
        for path in paths {
            if !path.is_dir() {
                each(path)?;
                continue;
            }
            for entry in self.walk(path).build() {
                match entry {
                    Ok(entry) if entry.file_type().is_some_and(|sort| sort.is_file()) => each(entry.path())?,
                    Ok(_) => {}
                    Err(error) => {
                        terminal::error(&error.to_string());
                        whole = false;
                    }
                }
            }
        }
        Ok(whole)
    }

    fn walk(self, path: &Path) -> WalkBuilder {
        let (mut walk, ignore) = (WalkBuilder::new(path), !self.no_ignore);
        walk.hidden(!self.hidden).sort_by_file_name(Ord::cmp);
        walk.ignore(ignore)
            .git_ignore(ignore)
            .git_global(ignore)
            .git_exclude(ignore)
            .parents(ignore)
            .require_git(false);
        walk.filter_entry(|entry| entry.file_name() != ".git");
        walk
    }
}
