//! `strace`: tells which system calls a writer makes, and makes them fail.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// The calls that read or change a directory, or tell of it. A `?` passes over those that a machine does not have.
const CALLS: &str = "trace=?open,openat,?rename,?renameat,?renameat2,?mkdir,mkdirat,?unlink,unlinkat,pread64,pwrite64,\
                     write,fsync,fdatasync,ftruncate,flock,getdents64";

/// Whether `strace` is there and may trace.
pub(crate) fn is_there() -> bool {
    let traced = Command::new("strace").args(["-qq", "-o", "/dev/null", "true"]).stderr(Stdio::null()).status();
    traced.is_ok_and(|status| status.success())
}

/// A program to run a writer under: it writes down the calls that have to do with `paths`, or all if there are none, and
/// injects a fault into them if there is one.
pub(crate) fn tracer(output: &Path, paths: &BTreeSet<String>, fault: Option<&Fault>) -> Vec<String> {
    let mut tracer: Vec<String> = ["strace", "-f", "-y", "-qq", "-s0", "-e", CALLS].map(Into::into).into();
    tracer.extend(["-o".into(), output.to_str().unwrap().into()]);
    tracer.extend(paths.iter().flat_map(|path| ["-P".into(), path.clone()]));
    tracer.extend(fault.iter().flat_map(|fault| ["-e".into(), fault.expression()]));
    tracer
}

/// Something that goes wrong with the calls of one kind: the `nth` of each thread that is traced.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Fault {
    pub(crate) call: String,
    pub(crate) nth: usize,
    /// `error=EIO`, `signal=KILL`, …
    pub(crate) what: &'static str,
}

impl Fault {
    fn expression(&self) -> String {
        format!("inject={}:{}:when={}", self.call, self.what, self.nth)
    }
}

/// A call of a thread.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Call {
    pub(crate) name: String,
    /// Which of the thread's calls of this name it is, from 1.
    pub(crate) nth: usize,
    /// Its arguments, and its result if it was over at once.
    pub(crate) text: String,
}

impl Call {
    /// Whether a fault was injected into it.
    pub(crate) fn is_injected(&self) -> bool {
        self.text.ends_with("(INJECTED)")
    }
}

/// The calls that have to do with `directory`, and those that tell of it.
pub(crate) fn calls(output: &Path, directory: &Path) -> Vec<Call> {
    let directory = directory.to_str().unwrap();
    let (mut counts, mut calls) = (HashMap::<(String, String), usize>::new(), Vec::<Call>::new());
    let mut unfinished = HashMap::<String, usize>::new();
    for line in fs::read_to_string(output).unwrap().lines() {
        let (thread, text) = line.split_once(char::is_whitespace).unwrap();
        let text = text.trim_start();
        if let Some(resumed) = text.strip_prefix("<... ") {
            if let Some(index) = unfinished.remove(thread) {
                calls[index].text.push_str(resumed);
            }
            continue;
        }
        let Some((name, arguments)) = text.split_once('(').filter(|(name, _)| !name.contains(' ')) else { continue };
        let count = counts.entry((thread.into(), name.into())).or_default();
        *count += 1;
        let tells = name == "write" && arguments.starts_with("2<");
        if arguments.contains(directory) || tells {
            if arguments.ends_with("<unfinished ...>") {
                unfinished.insert(thread.to_owned(), calls.len());
            }
            calls.push(Call { name: name.into(), nth: *count, text: arguments.into() });
        }
    }
    calls
}

/// The files and directories in `directory` that these calls have to do with.
pub(crate) fn paths(calls: &[Call], directory: &Path) -> BTreeSet<String> {
    let directory = directory.to_str().unwrap();
    let starts = calls.iter().flat_map(|call| call.text.match_indices(directory).map(|(at, _)| &call.text[at..]));
    starts.filter_map(|start| start.split(['"', '>']).next()).map(ToOwned::to_owned).collect()
}
