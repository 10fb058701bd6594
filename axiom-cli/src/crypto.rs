//! `axiom crypto`: files under a key file.

use std::path::PathBuf;

use axiom_crypto::{Context, Error, KeyFile, KeyProvider, envelope};
use clap::{Args, Subcommand, ValueEnum};
use pollster::block_on;

use crate::failure::Failure;
use crate::input::Source;
use crate::output::Sink;
use crate::terminal;

mod aws_esdk;

use aws_esdk::AwsEsdk;

#[derive(Subcommand)]
pub(crate) enum Crypto {
    /// Make a key file that only its owner can read
    #[command(after_help = "Example:\n  axiom crypto keygen seal.key")]
    Keygen {
        /// The file to make
        file: PathBuf,
    },
    /// Encrypt a file (AES-256-GCM; format AXE1, or that of the AWS Encryption SDK)
    #[command(
        after_help = "Examples:\n  axiom crypto seal --key seal.key --context tenant=acme backup.tar backup.axe\n  \
            tar c data | axiom crypto seal --key seal.key - - > backup.axe\n  \
            axiom crypto seal --format aws-esdk --key aes.key --keyring acme/exports-2026 export.csv export.esdk"
    )]
    Seal(Coding),
    /// Decrypt a file that `seal` made, under the same key and context
    #[command(
        after_help = "Examples:\n  axiom crypto open --key seal.key --context tenant=acme backup.axe backup.tar\n  \
            axiom crypto open --key seal.key backup.axe - | tar x\n  \
            axiom crypto open --format aws-esdk --key aes.key --keyring acme/exports-2026 export.esdk export.csv"
    )]
    Open(Coding),
}

#[derive(Args)]
pub(crate) struct Coding {
    /// The key file
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// What the message is bound to; may be given more than once [default: purpose=file; aws-esdk: nothing]
    ///
    /// With aws-esdk it is written into the message, and opening it needs any part of it.
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    context: Vec<(String, String)>,
    /// How the message is written
    #[arg(long, value_enum, default_value_t = Format::Axe1)]
    format: Format,
    /// The names that the users of the key have agreed on, for aws-esdk
    #[arg(long, value_name = "NAMESPACE/NAME", value_parser = aws_esdk::keyring, required_if_eq("format", "aws-esdk"))]
    keyring: Option<(String, String)>,
    /// The key file has 64 hexadecimal digits instead of 32 bytes, for aws-esdk
    #[arg(long, requires = "keyring")]
    key_hex: bool,
    /// The file to read, - for standard input
    #[arg(value_name = "IN")]
    input: PathBuf,
    /// The file to make, - for standard output
    #[arg(value_name = "OUT")]
    output: PathBuf,
}

/// The form of a message.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Our own; the key is one that `keygen` has made
    Axe1,
    /// AWS Encryption SDK, version 2, suite 0x0478; the key is a raw AES-256 key
    AwsEsdk,
}

impl Crypto {
    pub(crate) fn run(self) -> Result<(), Failure> {
        match self {
            Self::Keygen { file } => {
                let key = KeyFile::create(&file)?.describe();
                terminal::print(&format!("{key}\n"))
            }
            Self::Seal(coding) => coding.seal(),
            Self::Open(coding) => coding.open(),
        }
    }
}

impl Coding {
    fn seal(&self) -> Result<(), Failure> {
        if let Some(sdk) = self.aws_esdk()? {
            return sdk.seal(&self.source(), self.sink()?);
        }
        let (context, key) = self.prepare()?;
        let sink = self.sink()?;
        write(sink, &block_on(envelope::seal(&self.source().read()?, &context, &key))?)
    }

    fn open(&self) -> Result<(), Failure> {
        if let Some(sdk) = self.aws_esdk()? {
            return sdk.open(&self.source(), self.sink()?);
        }
        let (context, key) = self.prepare()?;
        let sink = self.sink()?;
        write(sink, &block_on(envelope::open(&self.source().read()?, &context, &key))?)
    }

    fn aws_esdk(&self) -> Result<Option<AwsEsdk>, Failure> {
        match (self.format, &self.keyring) {
            (Format::AwsEsdk, Some(keyring)) => AwsEsdk::new(&self.key, self.key_hex, keyring, &self.context).map(Some),
            (Format::Axe1, Some(_)) => Err(Failure::Usage("--keyring goes with --format aws-esdk".into())),
            (_, None) => Ok(None),
        }
    }

    fn prepare(&self) -> Result<(Context, KeyFile), Failure> {
        let context = match self.context.is_empty() {
            true => Context::new([("purpose", "file")])?,
            false => Context::new(self.context.iter().map(|(name, value)| (name, value)))?,
        };
        Ok((context, KeyFile::open(&self.key)?))
    }

    fn source(&self) -> Source {
        Source::new(Some(&self.input))
    }

    fn sink(&self) -> Result<Sink, Failure> {
        Sink::new(&self.output)
    }
}

/// Writes all of a message or of its content.
fn write(sink: Sink, bytes: &[u8]) -> Result<(), Failure> {
    sink.write(|to| Ok(to.write_all(bytes).map_err(|source| Error::Stream { source })?))
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("must be NAME=VALUE")?;
    Ok((name.into(), value.into()))
}
