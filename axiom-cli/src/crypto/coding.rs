//! `axiom crypto seal` and `axiom crypto open`.

use std::io::{BufReader, Read, Write};
use std::path::PathBuf;

use axiom_crypto::Suite;
use clap::{Args, ValueEnum};

use super::aws_esdk::{self, AwsEsdk};
use super::axe1::{self, Axe1};
use super::named::Named;
use crate::failure::Failure;
use crate::input::Source;
use crate::output::Sink;
use crate::terminal;

/// Encrypt a file
///
/// Files of any length are sealed in a few MiB of memory. The output appears under its name complete or not at all.
/// With several keys, each of them opens the message.
#[derive(Args)]
#[command(after_help = "Examples:\n  \
    axiom crypto seal --key seal.key --context tenant=acme backup.tar backup.axe\n  \
    tar c data | axiom crypto seal --key seal.key - - > backup.axe\n  \
    axiom crypto seal --format aws-esdk --key aes.key --keyring acme/exports-2026 export.csv export.esdk")]
pub(crate) struct Seal {
    #[command(flatten)]
    coding: Coding,
    /// aes-256-gcm, xaes-256-gcm or aes-256-gcm-siv, for axe1 [default: aes-256-gcm]
    #[arg(long, value_name = "SUITE")]
    suite: Option<Suite>,
}

/// Decrypt a file that `seal` made, under the same key and context
///
/// With several keys, the one that the message was written for opens it. The output appears under its name when all of
/// the message has been found authentic, or not at all.
///
/// With - for OUT, what is authentic is written as it is decrypted: that a message was cut shows only at its end, in
/// the exit status 1. Whoever reads from a pipe must not rely on it before.
///
/// What is written to a file has no name before its end, so that nothing is left of a run that is killed. File systems
/// that cannot do this (network drives, other systems than Linux) are left with .axiom-*.tmp beside OUT, which holds
/// plaintext: remove it.
///
/// What a program sealed in one piece is opened up to 1 GiB, in memory of twice its length. A named pipe as IN is
/// waited for.
#[derive(Args)]
#[command(after_help = "Examples:\n  \
    axiom crypto open --key seal.key --context tenant=acme backup.axe backup.tar\n  \
    axiom crypto open --key seal.key backup.axe - | tar x\n  \
    axiom crypto open --format aws-esdk --key aes.key --keyring acme/exports-2026 export.esdk export.csv")]
pub(crate) struct Open {
    #[command(flatten)]
    coding: Coding,
}

#[derive(Args)]
struct Coding {
    /// The key file; may be given more than once
    #[arg(long, value_name = "FILE", required = true)]
    key: Vec<PathBuf>,
    /// What the message is bound to; may be given more than once [default: purpose=file; aws-esdk: nothing]
    ///
    /// With aws-esdk it is written into the message, and opening it needs any part of it.
    #[arg(long, value_name = "NAME=VALUE", value_parser = axe1::pair)]
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

impl Seal {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let Self { coding, suite } = self;
        match (coding.aws_esdk()?, suite) {
            (Some(_), Some(_)) => Err(Failure::Usage("--suite goes with --format axe1".into())),
            (Some(sdk), None) => coding.stream("sealing", |from, to| sdk.seal(from, to)),
            (None, suite) => {
                let axe1 = coding.axe1()?.suite(suite.unwrap_or_default());
                coding.stream("sealing", |from, to| axe1.seal(from, to))
            }
        }
    }
}

impl Open {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let coding = self.coding;
        if let Some(sdk) = coding.aws_esdk()? {
            return coding.stream("opening", |from, to| sdk.open(from, to));
        }
        let axe1 = coding.axe1()?;
        coding.stream("opening", |from, to| axe1.open(from, to))
    }
}

impl Coding {
    fn axe1(&self) -> Result<Axe1, Failure> {
        Axe1::new(&self.key, &self.context)
    }

    fn aws_esdk(&self) -> Result<Option<AwsEsdk>, Failure> {
        match (self.format, &self.keyring, &self.key[..]) {
            (Format::AwsEsdk, Some(keyring), [key]) => {
                AwsEsdk::new(key, self.key_hex, keyring, &self.context).map(Some)
            }
            (Format::AwsEsdk, ..) => Err(Failure::Usage("--format aws-esdk takes one --key".into())),
            (Format::Axe1, Some(_), _) => Err(Failure::Usage("--keyring goes with --format aws-esdk".into())),
            (Format::Axe1, None, _) => Ok(None),
        }
    }

    /// Has `work` done from the input to the output, with a bar where it takes long.
    fn stream(
        &self,
        what: &'static str,
        work: impl FnOnce(&mut dyn Read, &mut dyn Write) -> Result<(), axiom_crypto::Error>,
    ) -> Result<(), Failure> {
        let sink = Sink::new(&self.output)?;
        let input = Source::new(Some(&self.input));
        let bar = terminal::progress(input.len(), what);
        let from = Named::new("read", input.name(), bar.wrap_read(input.open()?));
        let mut from = BufReader::with_capacity(BUFFER, from);
        let done = sink.write(|to| Ok(work(&mut from, &mut Named::new("write", &self.output, to))?));
        bar.finish_and_clear();
        done
    }
}

/// How much is read at once.
const BUFFER: usize = 1 << 16;
