//! `strace`: tells which system calls a writer makes, and makes them fail.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// The calls that read or change a directory, or tell of it. A `?` passes over those that a machine does not have.
const CALLS: &str = "trace=?open,openat,?rename,?renameat,?renameat2,?mkdir,mkdirat,?unlink,unlinkat,pread64,pwrite64,\
                     write,fsync,fdatasync,syncfs,ftruncate,flock,getdents64";

/// Whether `strace` is there and may trace.
pub(crate) fn is_there() -> bool {
    let traced = Command::new("strace").args(["-qq", "-o", "/dev/null", "true"]).stderr(Stdio::null()).status();
    traced.is_ok_and(|status| status.success())
}

/// A program to run a writer under: it writes down the calls, and injects a fault if there is one.
pub(crate) fn tracer(output: &Path, fault: Option<&Fault>) -> Vec<String> {
    let mut tracer: Vec<String> = ["strace", "-f", "-y", "-qq", "-s0", "-e", CALLS].map(Into::into).into();
    tracer.extend(["-o".into(), output.to_str().unwrap().into()]);
    tracer.extend(fault.iter().flat_map(|fault| fault.arguments()));
    tracer
}

/// Something that goes wrong with a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) call: Call,
    /// `error=EIO`, `signal=KILL`, …
    pub(crate) what: &'static str,
}

impl Fault {
    /// Only what has to do with the path is traced, so that other calls neither count nor fail.
    fn arguments(&self) -> Vec<String> {
        let Call { name, path, nth, .. } = &self.call;
        let mut arguments = vec!["-e".into(), format!("inject={name}:{}:when={nth}", self.what)];
        if !path.is_empty() {
            arguments.extend(["-P".into(), path.clone()]);
        }
        arguments
    }
}

/// A call of a thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) name: String,
    /// The file or directory that it is about, unless it is about none of the logs.
    pub(crate) path: String,
    /// Which of the thread's calls of this name and path it is, from 1.
    pub(crate) nth: usize,
    /// Its arguments, and its result if there was one.
    pub(crate) text: String,
}

impl Call {
    /// Whether a fault was injected into it.
    pub(crate) fn is_injected(&self) -> bool {
        self.text.ends_with("(INJECTED)")
    }

    /// Whether it tells a receipt.
    pub(crate) fn tells(&self) -> bool {
        self.name == "write" && self.text.starts_with("2<")
    }
}

/// The calls that have to do with `directory`, and those that tell of it.
pub(crate) fn calls(output: &Path, directory: &Path) -> Vec<Call> {
    let (mut counts, mut calls) = (HashMap::<_, usize>::new(), Vec::<Call>::new());
    let mut unfinished = HashMap::<&str, usize>::new();
    let output = fs::read_to_string(output).unwrap();
    for line in output.lines() {
        let (thread, text) = line.split_once(' ').unwrap();
        let text = text.trim_start();
        if let Some(resumed) = text.strip_prefix("<... ") {
            let call = unfinished.remove(thread).and_then(|call| calls.get_mut(call));
            call.into_iter().for_each(|call| call.text.push_str(resumed));
            continue;
        }
        let Some((name, text)) = text.split_once('(').filter(|(name, _)| !name.contains(' ')) else { continue };
        let path = path_in(text, directory);
        let nth = counts.entry((thread, name, path)).or_default();
        *nth += 1;
        if text.ends_with("<unfinished ...>") {
            unfinished.insert(thread, calls.len());
        }
        calls.push(Call { name: name.into(), path: path.into(), nth: *nth, text: text.into() });
    }
    calls.retain(|call| !call.path.is_empty() || call.tells());
    calls
}

/// The first path in `directory` that these arguments name; `strace` adds it to each file that is open.
fn path_in<'a>(arguments: &'a str, directory: &Path) -> &'a str {
    let start = arguments.find(directory.to_str().unwrap()).map_or("", |at| &arguments[at..]);
    start.split(['"', '>']).next().unwrap_or_default()
}
