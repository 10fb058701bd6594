//! Feeding: a reader's bytes in pieces that hold what is wanted whole, and what becomes of them to a writer.

use std::io::{self, Read, Write};

use crate::document::DocumentError;

/// Gives the bytes of `reader` to `advance`, which answers how many of them it is done with; the rest comes again with
/// more behind. The second argument tells that nothing follows.
///
/// The memory is that of the longest rest.
pub(crate) fn feed(
    mut reader: impl Read,
    mut advance: impl FnMut(&[u8], bool) -> Result<usize, DocumentError>,
) -> Result<(), DocumentError> {
    let mut buffer = vec![0; CHUNK];
    let mut filled = 0;
    loop {
        if filled == buffer.len() {
            buffer.resize(filled * 2, 0);
        }
        let read = match reader.read(&mut buffer[filled..]) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            read => read.map_err(|source| DocumentError::Read { source })?,
        };
        filled += read;
        let used = advance(&buffer[..filled], read == 0)?;
        buffer.copy_within(used..filled, 0);
        filled -= used;
        if read == 0 {
            return Ok(());
        }
    }
}

/// Writes and forgets `bytes`.
pub(crate) fn write(writer: &mut impl Write, bytes: &mut Vec<u8>) -> Result<(), DocumentError> {
    writer.write_all(bytes).map_err(|source| DocumentError::Write { source })?;
    bytes.clear();
    Ok(())
}

/// How much is read at once.
const CHUNK: usize = 1 << 16;
