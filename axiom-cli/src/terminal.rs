//! What goes to the terminal: colours where there is one, progress where it takes long.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use crate::failure::Failure;

pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
pub(crate) const WARN: Style = AnsiColor::Yellow.on_default();
pub(crate) const DIM: Style = Style::new().dimmed();
pub(crate) const BOLD: Style = Style::new().bold();

/// Writes to standard output, without colours unless it is a terminal.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut out = anstream::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|error| Failure::output(&error))
}

/// Writes to standard output as it is.
pub(crate) fn print_raw(bytes: &[u8]) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    out.write_all(bytes).and_then(|()| out.flush()).map_err(|error| Failure::output(&error))
}

/// Writes one line of JSON to `out`.
pub(crate) fn json_line(out: &mut dyn Write, value: &impl Serialize) -> Result<(), Failure> {
    let written = serde_json::to_writer(&mut *out, value).map_err(io::Error::from).and_then(|()| out.write_all(b"\n"));
    written.map_err(|error| Failure::output(&error))
}

/// Says what is wrong, on standard error.
pub(crate) fn error(message: &str) {
    anstream::eprintln!("{BAD}error{BAD:#}: {message}");
}

/// Says that something is as it should be, on standard error.
pub(crate) fn good(message: &str) {
    anstream::eprintln!("{GOOD}verified{GOOD:#}: {message}");
}

/// Says what somebody may want to know, on standard error.
pub(crate) fn note(message: &str) {
    anstream::eprintln!("{WARN}note{WARN:#}: {message}");
}

/// A bar for reading `bytes`, on standard error and only if that is a terminal and there is enough to wait for.
pub(crate) fn progress(bytes: u64, what: &'static str) -> ProgressBar {
    if bytes < WORTH_A_BAR {
        return ProgressBar::hidden();
    }
    let template = "{msg} {bar:30} {bytes}/{total_bytes} {bytes_per_sec} {eta}";
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(bytes).with_style(style).with_message(what)
}

/// Less than this is read before anybody wonders.
const WORTH_A_BAR: u64 = 32 << 20;
