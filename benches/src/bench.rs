//! One bench: a table on the terminal and ratios in a file.

use std::fs;
use std::path::{Path, PathBuf};

use cargo_metadata::MetadataCommand;
use clap::Parser;
use tempfile::TempDir;

use crate::comparison::{Comparison, Limit};
use crate::error::Error;
use crate::machine::Machine;
use crate::options::Options;
use crate::row::Row;
use crate::sample::Sample;

/// One bench: runs comparisons, prints each as it ends, and at last writes their ratios.
#[derive(Debug)]
pub struct Bench {
    name: &'static str,
    options: Options,
    ratios: PathBuf,
    directory: TempDir,
    rows: Vec<Row>,
}

impl Bench {
    /// Reads the command line, makes a directory for files, and prints the machine and the head of the table.
    ///
    /// Ends the process where the command line is not understood, or asks for help.
    ///
    /// # Errors
    /// [`Error::Target`] where the target directory is unknown, [`Error::Io`] where no directory can be made.
    pub fn start(name: &'static str) -> Result<Self, Error> {
        let options = Options::parse();
        let target = target_directory(&mut MetadataCommand::new())?;
        let directory = TempDir::with_prefix_in("axiom-bench-", options.dir.as_deref().unwrap_or(&target))?;
        println!("{name}: {}\n\n{}", Machine::here(directory.path()), Row::heading());
        let ratios = target.join("ratios").join(if options.smoke { "smoke" } else { "" });
        Ok(Self { name, options, ratios, directory, rows: Vec::new() })
    }

    /// Where files may go; it is removed with the bench.
    #[must_use]
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// Runs `comparison` and prints its row.
    ///
    /// # Errors
    /// The first of either side's.
    pub fn compare(
        &mut self,
        comparison: &Comparison,
        ours: impl FnMut() -> Result<Sample, Error>,
        baseline: impl FnMut() -> Result<Sample, Error>,
    ) -> Result<(), Error> {
        let row = comparison.run(self.options.rounds(), ours, baseline)?;
        println!("{row}");
        self.rows.push(row);
        Ok(())
    }

    /// Measures something that must not exceed `limit`, and prints its row.
    ///
    /// # Errors
    /// The first of `ours`.
    pub fn measure(&mut self, limit: &Limit, ours: impl FnMut() -> Result<f64, Error>) -> Result<(), Error> {
        let row = limit.run(self.options.rounds(), ours)?;
        println!("{row}");
        self.rows.push(row);
        Ok(())
    }

    /// Whether this is a trial, and not a measurement.
    #[must_use]
    pub const fn is_smoke(&self) -> bool {
        self.options.smoke
    }

    /// Writes the ratios, and says where.
    ///
    /// # Errors
    /// [`Error::Io`] where they cannot be written.
    pub fn finish(self) -> Result<(), Error> {
        let path = write_ratios(&self.ratios, self.name, &self.rows)?;
        println!("\n{}", path.display());
        Ok(self.directory.close()?)
    }
}

/// Where cargo puts what it builds: `CARGO_TARGET_DIR`, its configuration, or `target`.
fn target_directory(cargo: &mut MetadataCommand) -> Result<PathBuf, Error> {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let metadata = cargo.manifest_path(manifest).no_deps().exec()?;
    Ok(metadata.target_directory.into_std_path_buf())
}

fn write_ratios(directory: &Path, name: &str, rows: &[Row]) -> Result<PathBuf, Error> {
    fs::create_dir_all(directory)?;
    let path = directory.join(format!("{name}.json"));
    fs::write(&path, serde_json::to_string_pretty(rows)? + "\n")?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_a_list_of_objects_in_a_file_named_after_the_bench() {
        let directory = tempfile::tempdir().unwrap();
        let row = Row::new("a_vs_b", "events/s", 2.0, &[(6.0, 2.0)]);
        let path = write_ratios(&directory.path().join("ratios"), "append", &[row]).unwrap();
        assert_eq!(path, directory.path().join("ratios/append.json"));
        let json: serde_json::Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
        assert_eq!(json[0]["name"], "a_vs_b");
        assert_eq!(json[0]["ratio"], 3.0);
        assert_eq!(json.as_array().unwrap().len(), 1);
    }

    #[test]
    fn the_target_directory_is_where_cargo_is_told_to_build() {
        let elsewhere = std::env::temp_dir().join("elsewhere");
        let target = target_directory(MetadataCommand::new().env("CARGO_TARGET_DIR", &elsewhere));
        assert_eq!(target.unwrap(), elsewhere);
    }
}
