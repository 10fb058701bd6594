//! Texts as JSON Lines: `{"id"?, "text"}` in, one line out for each, in order.

use std::io::{self, BufWriter, Write};

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::failure::Failure;
use crate::input::{Line, Source};
use crate::terminal;

/// One line of input.
#[derive(Deserialize)]
pub(super) struct Text {
    #[serde(default, deserialize_with = "present")]
    pub(super) id: Option<Box<RawValue>>,
    pub(super) text: String,
}

/// An id that is there, even if it is `null`, as it was written: a number of thirty digits keeps them all.
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Box<RawValue>>, D::Error> {
    Box::deserialize(deserializer).map(Some)
}

/// What stands for a line that could not be read, so that the lines of output still match those of input.
#[derive(Serialize)]
struct Unread<'a> {
    error: &'a str,
}

/// Writes what `answer` makes of each line; a bad line is named, answered with an error, and fails the command at its
/// end.
pub(super) fn each<T: Serialize>(source: &Source, mut answer: impl FnMut(Text) -> T) -> Result<(), Failure> {
    let mut lines = source.lines(MAX_LINE)?;
    let mut out = BufWriter::new(io::stdout().lock());
    let bar = terminal::progress(source.len(), "reading");
    let mut failed = false;
    while let Some(line) = lines.next()? {
        let (number, text) = match line {
            Line::Whole(number, bytes) => {
                bar.inc(bytes.len() as u64 + 1);
                (number, serde_json::from_slice::<Text>(bytes).map_err(|error| what_is_wrong(&error)))
            }
            Line::TooLong(number) => (number, Err(format!("longer than {MAX_LINE} bytes"))),
        };
        match text {
            Ok(text) => terminal::json_line(&mut out, &answer(text))?,
            Err(error) => {
                failed = true;
                terminal::error(&format!("{}, line {number}: {error}", source.name().display()));
                terminal::json_line(&mut out, &Unread { error: &error })?;
            }
        }
        if lines.would_wait() {
            out.flush().map_err(|error| Failure::output(&error))?;
        }
    }
    bar.finish_and_clear();
    out.flush().map_err(|error| Failure::output(&error))?;
    if failed { Err(Failure::Told) } else { Ok(()) }
}

/// The longest line that is read, in bytes: a long document, not a whole corpus.
const MAX_LINE: usize = 64 << 20;

/// A parser's complaint without the value that it complains about, which may be personal data.
fn what_is_wrong(error: &serde_json::Error) -> String {
    match error.classify() {
        serde_json::error::Category::Data => "must be an object with a string `text`".into(),
        _ => format!("not valid JSON at column {}", error.column()),
    }
}
