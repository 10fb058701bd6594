//! `axiom crypto`: files under a key file.

use std::fs::OpenOptions;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use axiom_crypto::{Context, KeyFile, KeyProvider, envelope};
use clap::{Args, Subcommand};
use pollster::block_on;

use crate::failure::Failure;
use crate::input::Source;
use crate::terminal;

#[derive(Subcommand)]
pub(crate) enum Crypto {
    /// Make a key file that only its owner can read
    #[command(after_help = "Example:\n  axiom crypto keygen seal.key")]
    Keygen {
        /// The file to make
        file: PathBuf,
    },
    /// Encrypt a file (AES-256-GCM, format AXE1)
    #[command(
        after_help = "Examples:\n  axiom crypto seal --key seal.key --context tenant=acme backup.tar backup.axe\n  \
            tar c data | axiom crypto seal --key seal.key - - > backup.axe"
    )]
    Seal(Coding),
    /// Decrypt a file that `seal` made, under the same key and context
    #[command(
        after_help = "Examples:\n  axiom crypto open --key seal.key --context tenant=acme backup.axe backup.tar\n  \
            axiom crypto open --key seal.key backup.axe - | tar x"
    )]
    Open(Coding),
}

#[derive(Args)]
pub(crate) struct Coding {
    /// The key file
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// What the message is bound to; may be given more than once [default: purpose=file]
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    context: Vec<(String, String)>,
    /// The file to read, - for standard input
    #[arg(value_name = "IN")]
    input: PathBuf,
    /// The file to make, - for standard output
    #[arg(value_name = "OUT")]
    output: PathBuf,
}

impl Crypto {
    pub(crate) fn run(self) -> Result<(), Failure> {
        match self {
            Self::Keygen { file } => {
                let key = KeyFile::create(&file)?.describe();
                terminal::print(&format!("{key}\n"))
            }
            Self::Seal(coding) => {
                let (context, key) = coding.prepare()?;
                let sealed = block_on(envelope::seal(&coding.read()?, &context, &key))?;
                coding.write(&sealed)
            }
            Self::Open(coding) => {
                let (context, key) = coding.prepare()?;
                let opened = block_on(envelope::open(&coding.read()?, &context, &key))?;
                coding.write(&opened)
            }
        }
    }
}

impl Coding {
    fn prepare(&self) -> Result<(Context, KeyFile), Failure> {
        let context = match self.context.is_empty() {
            true => Context::new([("purpose", "file")])?,
            false => Context::new(self.context.iter().map(|(name, value)| (name, value)))?,
        };
        Ok((context, KeyFile::open(&self.key)?))
    }

    fn read(&self) -> Result<Vec<u8>, Failure> {
        Source::new(Some(&self.input)).read()
    }

    /// Writes to a new file that only its owner can read, or to standard output.
    fn write(&self, bytes: &[u8]) -> Result<(), Failure> {
        let path = &self.output;
        if path == Path::new("-") {
            if io::stdout().is_terminal() {
                return Err(Failure::Usage("these bytes are not for a terminal: name a file".into()));
            }
            return terminal::print_raw(bytes);
        }
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let written = options.open(path).and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        });
        written.map_err(|error| Failure::io("write", path, &error))
    }
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("must be NAME=VALUE")?;
    Ok((name.into(), value.into()))
}
