//! Running the tools that do the work.

use std::process::{Command, Output};

use crate::error::Error;

/// Runs `command` with its output going where ours goes.
///
/// # Errors
/// [`Error::Start`] when the program cannot be started, [`Error::Exit`] when it exits with anything but zero.
pub(crate) fn run(command: &mut Command) -> Result<(), Error> {
    let line = line(command);
    println!("$ {line}");
    let status = command.status().map_err(|source| Error::Start { program: program(command), source })?;
    if status.success() { Ok(()) } else { Err(Error::Exit { command: line, status }) }
}

/// Runs `command` and keeps its output.
///
/// # Errors
/// [`Error::Start`] when the program cannot be started.
pub(crate) fn output(command: &mut Command) -> Result<Output, Error> {
    command.output().map_err(|source| Error::Start { program: program(command), source })
}

/// The command as one would type it.
fn line(command: &Command) -> String {
    let arguments = command.get_args().map(|argument| quoted(&argument.to_string_lossy()));
    core::iter::once(program(command)).chain(arguments).collect::<Vec<_>>().join(" ")
}

fn quoted(argument: &str) -> String {
    if argument.is_empty() || argument.contains(char::is_whitespace) {
        format!("'{argument}'")
    } else {
        argument.to_owned()
    }
}

/// The name of the program without the directory it is in.
fn program(command: &Command) -> String {
    let path = std::path::Path::new(command.get_program());
    path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cargo() -> Command {
        Command::new(env!("CARGO"))
    }

    #[test]
    fn a_tool_that_succeeds_passes() {
        assert!(run(cargo().arg("--version")).is_ok());
    }

    #[test]
    fn a_tool_that_fails_is_named_with_its_arguments() {
        let error = run(cargo().arg("--no-such-option")).unwrap_err();
        assert!(matches!(error, Error::Exit { command, .. } if command == "cargo --no-such-option"));
    }

    #[test]
    fn a_tool_that_does_not_exist_cannot_be_started() {
        let error = run(&mut Command::new("no-such-program")).unwrap_err();
        assert!(matches!(error, Error::Start { program, .. } if program == "no-such-program"));
    }

    #[test]
    fn an_argument_that_is_empty_or_has_a_space_is_shown_quoted() {
        assert_eq!(line(Command::new("tool").args(["plain", "", "with space"])), "tool plain '' 'with space'");
    }
}
