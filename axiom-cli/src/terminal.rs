//! What goes to the terminal: colours where there is one, progress where it takes long.

use core::fmt::Write as _;
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

/// Writes one line of JSON to `out`.
pub(crate) fn json_line(out: &mut dyn Write, value: &impl Serialize) -> Result<(), Failure> {
    let written = serde_json::to_writer(&mut *out, value).map_err(io::Error::from).and_then(|()| out.write_all(b"\n"));
    written.map_err(|error| Failure::output(&error))
}

/// Says what is wrong, on standard error.
pub(crate) fn error(message: &str) {
    anstream::eprintln!("{BAD}error{BAD:#}: {}", printable(message));
}

/// Says that something is as it should be, on standard error.
pub(crate) fn good(message: &str) {
    anstream::eprintln!("{GOOD}verified{GOOD:#}: {}", printable(message));
}

/// Says what was done, on standard error.
pub(crate) fn say(message: &str) {
    anstream::eprintln!("{}", printable(message));
}

/// Says what somebody may want to know, on standard error.
pub(crate) fn note(message: &str) {
    anstream::eprintln!("{WARN}note{WARN:#}: {}", printable(message));
}

/// Text in which U+FFFD stands for whatever could steer a terminal.
pub(crate) fn printable(text: &str) -> String {
    text.chars().map(|character| if steers(character) { char::REPLACEMENT_CHARACTER } else { character }).collect()
}

/// JSON, pretty or not, in which whatever could steer a terminal is escaped: the same value in other bytes.
pub(crate) fn printable_json(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for character in json.chars() {
        // Line feeds stand between members; in strings the serializer has escaped them.
        if character != '\n' && steers(character) {
            let _ = write!(text, "\\u{:04x}", u32::from(character));
        } else {
            text.push(character);
        }
    }
    text
}

/// Whether it is a control character, or has Unicode's property `Bidi_Control`, which turns text around.
fn steers(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
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

/// A bar for going through `count` entries, where [`progress`] would show one.
pub(crate) fn entries(count: u64, what: &'static str) -> ProgressBar {
    if count < MANY_ENTRIES {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{msg} {bar:30} {human_pos}/{human_len} {per_sec} {eta}");
    let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(count).with_style(style).with_message(what)
}

/// A count of what is gone through, on standard error and only if that is a terminal.
pub(crate) fn counter(what: &'static str) -> ProgressBar {
    let style = ProgressStyle::with_template("{human_pos} {msg} {per_sec}");
    ProgressBar::new_spinner().with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner())).with_message(what)
}

/// Less than this is read before anybody wonders.
const WORTH_A_BAR: u64 = 32 << 20;
const MANY_ENTRIES: u64 = 50_000;

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: &str = "\0\t\n\u{1b}\u{7f}\u{80}\u{9b}\u{9f}\u{61c}\u{200e}\u{200f}\u{202a}\u{202e}\u{2066}\u{2069}";

    #[test]
    fn nothing_that_steers_is_printed() {
        assert_eq!(printable(HOSTILE), "\u{fffd}".repeat(HOSTILE.chars().count()));
        assert_eq!(printable("日本 é ‐ \u{a0}[31m"), "日本 é ‐ \u{a0}[31m");
    }

    #[test]
    fn json_keeps_its_value_without_what_steers() {
        let value = serde_json::json!({HOSTILE: [HOSTILE, "é"]});
        for json in [serde_json::to_string(&value).unwrap(), serde_json::to_string_pretty(&value).unwrap()] {
            let shown = printable_json(&json);
            assert!(!shown.chars().any(|character| character != '\n' && steers(character)), "{shown}");
            assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).unwrap(), value);
        }
    }
}
