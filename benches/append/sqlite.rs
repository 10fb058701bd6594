//! SQLite as a log: one table, the same lines.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axiom_benches::Error;
use rusqlite::Connection;

/// A table of lines in WAL mode with `synchronous=FULL`: a transaction that is committed survives the loss of power.
///
/// SQLite has one writer at a time, so threads share one connection instead of waiting in SQLite's own, slower way.
pub(crate) struct Sqlite(Mutex<Connection>);

impl Sqlite {
    pub(crate) fn create(path: &Path) -> Result<Self, Error> {
        open(path).map(|connection| Self(Mutex::new(connection))).map_err(baseline)
    }

    /// Adds one line in a transaction of its own.
    pub(crate) fn insert(&self, line: &[u8]) -> Result<(), Error> {
        let connection = self.connection();
        let mut insert = connection.prepare_cached(INSERT).map_err(baseline)?;
        insert.execute([line]).map(drop).map_err(baseline)
    }

    /// Adds lines in one transaction.
    pub(crate) fn insert_batch(&self, lines: &[Vec<u8>]) -> Result<(), Error> {
        insert_all(&mut self.connection(), lines).map_err(baseline)
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn open(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    let mode: String = connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))?;
    if mode != "wal" {
        return Err(rusqlite::Error::InvalidParameterName(format!("journal_mode={mode}")));
    }
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.execute_batch("CREATE TABLE entries (seq INTEGER PRIMARY KEY, line BLOB NOT NULL)")?;
    Ok(connection)
}

fn insert_all(connection: &mut Connection, lines: &[Vec<u8>]) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    let mut insert = transaction.prepare_cached(INSERT)?;
    for line in lines {
        insert.execute([line])?;
    }
    drop(insert);
    transaction.commit()
}

fn baseline(error: rusqlite::Error) -> Error {
    Error::Baseline(error.into())
}

const INSERT: &str = "INSERT INTO entries (line) VALUES (?1)";
