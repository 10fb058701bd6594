//! How the examples look: headings, colours where there is a terminal, a bar for what takes long.

use core::fmt::Display;

use anstream::println;
use anstyle::{AnsiColor, Style};
use indicatif::ProgressBar;

pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
pub(crate) const BAD: Style = AnsiColor::Red.on_default();
pub(crate) const WARN: Style = AnsiColor::Yellow.on_default();
pub(crate) const DIM: Style = Style::new().dimmed();
pub(crate) const BOLD: Style = Style::new().bold();

/// Begins a part of the output.
pub fn heading(title: &str, what: &str) {
    println!("\n{BOLD}{title}{BOLD:#}  {DIM}{what}{DIM:#}");
}

/// A progress bar over `events`, hidden where they are few or nobody is watching.
#[must_use]
pub fn bar(events: usize) -> ProgressBar {
    if events < 5000 { ProgressBar::hidden() } else { ProgressBar::new(events as u64) }
}

/// The first digits of a hash.
pub(crate) fn shorten(hash: impl Display) -> String {
    hash.to_string().chars().take(12).collect()
}
