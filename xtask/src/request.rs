//! What the command line asks for.

use crate::{
    error::Error,
    fuzz::Campaign,
    step::{STEPS, Step},
};

/// What the command line asks for.
#[derive(Debug)]
pub(crate) enum Request {
    Fuzz(Campaign),
    List,
    Test(Vec<&'static Step>),
}

impl Request {
    /// Reads the arguments that follow the program name.
    pub(crate) fn parse(arguments: &[String]) -> Result<Self, Error> {
        let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["fuzz", rest @ ..] => Campaign::parse(rest).map(Self::Fuzz),
            ["list"] => Ok(Self::List),
            ["test"] => Ok(Self::Test(STEPS.iter().collect())),
            ["test", "--only", names] => select(names).map(Self::Test),
            [] => Err(usage("a command is missing")),
            _ => Err(usage(&format!("not understood: {}", words.join(" ")))),
        }
    }
}

/// The named steps, in the order in which they always run.
fn select(names: &str) -> Result<Vec<&'static Step>, Error> {
    let names: Vec<&str> = names.split(',').collect();
    if let Some(unknown) = names.iter().find(|name| STEPS.iter().all(|step| step.name != **name)) {
        return Err(usage(&format!("no step is called {unknown:?}")));
    }
    Ok(STEPS.iter().filter(|step| names.contains(&step.name)).collect())
}

pub(crate) fn usage(reason: &str) -> Error {
    Error::Usage { reason: reason.to_owned() }
}

/// The commands there are.
pub(crate) const USAGE: &str = "\
usage: cargo xtask test                        run every step, as the CI does
       cargo xtask test --only STEP[,STEP]     run some of them
       cargo xtask fuzz [TARGET] [--seconds N] run the fuzzer on one target or each, 60 seconds unless said otherwise
       cargo xtask list                        name the steps";

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Request, Error> {
        Request::parse(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    fn names(line: &str) -> Vec<&'static str> {
        match parse(line).unwrap() {
            Request::Test(steps) => steps.iter().map(|step| step.name).collect(),
            other => panic!("a test was asked for, not {other:?}"),
        }
    }

    #[test]
    fn test_alone_runs_every_step() {
        assert_eq!(names("test").len(), STEPS.len());
    }

    #[test]
    fn only_keeps_the_order_of_the_steps() {
        assert_eq!(names("test --only docs,format"), ["format", "docs"]);
    }

    #[test]
    fn a_step_named_twice_runs_once() {
        assert_eq!(names("test --only star,star"), ["star"]);
    }

    #[test]
    fn refuses_an_unknown_step() {
        assert!(parse("test --only star,stars").unwrap_err().to_string().contains("\"stars\""));
    }

    #[test]
    fn refuses_an_empty_selection() {
        assert!(Request::parse(&["test", "--only", ""].map(str::to_owned)).is_err());
    }

    #[test]
    fn refuses_no_command_an_unknown_one_and_a_stray_word() {
        for line in ["", "tests", "test star", "test --only", "list test"] {
            assert!(matches!(parse(line), Err(Error::Usage { .. })), "{line}");
        }
    }
}
