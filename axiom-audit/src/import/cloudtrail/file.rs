//! A CloudTrail log file: `{"Records": […]}`, plain or gzipped.

use std::io::{self, Read};

use axiom_core::{Error as EventError, Event};
use flate2::read::MultiGzDecoder;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Error, event};

/// The longest log file that is read, in bytes, unpacked: 256 MiB.
///
/// The limit is there for what was packed to exhaust the reader's memory. CloudTrail itself begins a new file every few
/// minutes, and at the latest at 50 MB packed.
pub const MAX_FILE_LEN: u64 = 256 << 20;

/// Reads a CloudTrail log file and maps its records to events, in their order.
///
/// Whether it is gzipped is told by its first two bytes. A record that cannot be mapped is an [`Error::Record`] in its
/// place, and the others are mapped all the same.
///
/// ```
/// use axiom_audit::import::cloudtrail;
///
/// let events = cloudtrail::events(&br#"{"Records": [{"eventID": 7}]}"#[..])?;
/// assert!(matches!(events[..], [Err(cloudtrail::Error::Record { index: 0, .. })]));
/// # Ok::<(), cloudtrail::Error>(())
/// ```
///
/// # Errors
/// [`Error::Read`] where reading or unpacking fails, [`Error::TooLarge`] beyond [`MAX_FILE_LEN`], [`Error::Syntax`] and
/// [`Error::NotALogFile`] where it is no log file.
pub fn events(reader: impl Read) -> Result<Vec<Result<Event, Error>>, Error> {
    let file = unpacked(reader, MAX_FILE_LEN)?;
    let LogFile { records } = serde_json::from_slice(&file).map_err(|error| unreadable(&error))?;
    let map =
        |(index, record): (usize, &RawValue)| mapped(record.get()).map_err(|source| Error::Record { index, source });
    Ok(records.into_iter().enumerate().map(map).collect())
}

#[derive(Deserialize)]
struct LogFile<'a> {
    #[serde(rename = "Records", borrow)]
    records: Vec<&'a RawValue>,
}

fn mapped(record: &str) -> Result<Event, EventError> {
    let record = serde_json::from_str(record).map_err(|error| EventError::Syntax {
        line: error.line(),
        column: error.column(),
        reason: "the record cannot be read".into(),
    })?;
    event(&record)
}

/// The file's own bytes, at most `limit`.
fn unpacked(mut reader: impl Read, limit: u64) -> Result<Vec<u8>, Error> {
    let mut start = Vec::new();
    reader.by_ref().take(2).read_to_end(&mut start).map_err(Error::Read)?;
    let packed = start == GZIP_MAGIC;
    let reader = io::Cursor::new(start).chain(reader);
    let mut bytes = Vec::new();
    if packed {
        MultiGzDecoder::new(reader).take(limit + 1).read_to_end(&mut bytes)
    } else {
        reader.take(limit + 1).read_to_end(&mut bytes)
    }
    .map_err(Error::Read)?;
    if bytes.len() as u64 > limit { Err(Error::TooLarge { limit }) } else { Ok(bytes) }
}

/// Says where it broke off; the parser's own message can hold a value.
fn unreadable(error: &serde_json::Error) -> Error {
    if error.is_data() { Error::NotALogFile } else { Error::Syntax { line: error.line(), column: error.column() } }
}

/// RFC 1952, section 2.3.1.
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn gzip_is_told_by_its_first_bytes() {
        assert_eq!(unpacked(&gzip(b"{}")[..], 10).unwrap(), b"{}");
        assert_eq!(unpacked(&b"{}"[..], 10).unwrap(), b"{}");
        assert_eq!(unpacked(&b""[..], 10).unwrap(), b"");
    }

    #[test]
    fn what_unpacks_beyond_the_limit_is_refused() {
        for file in [gzip(&[b' '; 11]), vec![b' '; 11]] {
            assert!(matches!(unpacked(&file[..], 10), Err(Error::TooLarge { limit: 10 })));
            assert_eq!(unpacked(&file[..], 11).unwrap().len(), 11);
        }
    }

    #[test]
    fn damaged_gzip_is_a_read_error() {
        let file = gzip(b"{\"Records\":[]}");
        assert!(matches!(events(&file[..file.len() - 4]), Err(Error::Read(_))));
    }

    #[test]
    fn other_json_is_no_log_file() {
        for file in
            ["[]", "{}", r#"{"Records":"hunter2"}"#, r#"{"Records":[],"Records":[]}"#, r#"{"digestEndTime":""}"#]
        {
            let error = events(file.as_bytes()).unwrap_err();
            assert!(matches!(error, Error::NotALogFile), "{file}");
            assert!(!error.to_string().contains("hunter2"));
        }
        assert!(matches!(events(&b"{\"Records\":[{]}"[..]), Err(Error::Syntax { line: 1, .. })));
    }

    #[test]
    fn a_record_that_cannot_be_read_does_not_stop_the_others() {
        let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
        let file = format!(r#"{{"Records":[{deep},{{"a":"\ud800"}},7]}}"#);
        let events = events(file.as_bytes()).unwrap();
        for (place, event) in events.iter().enumerate() {
            assert!(matches!(event, Err(Error::Record { index, .. }) if *index == place));
        }
        assert_eq!(events.len(), 3);
    }
}
