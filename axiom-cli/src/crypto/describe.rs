//! `axiom crypto describe`.

use core::fmt::Write;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use axiom_crypto::aws_esdk::{self, EncryptedDataKey};
use axiom_crypto::envelope::Envelope;
use clap::Args;
use indicatif::HumanBytes;
use serde::Serialize;

use super::files::{self, Found};
use crate::failure::Failure;
use crate::terminal::{self, BOLD, DIM};

/// Say which keys open messages, without a key
///
/// What a message says of itself is not authenticated before somebody opens it. Directories are gone through with all
/// that is below them, and what is no AXE1 message there is passed over.
#[derive(Args)]
#[command(after_help = "Examples:\n  \
    axiom crypto describe backup.axe\n  \
    axiom crypto describe --json backups/ | jq -r 'select(.keys[] == \"file:kZ3x_w8a\") | .file'")]
pub(crate) struct Describe {
    /// One JSON object a line
    #[arg(long)]
    json: bool,
    /// The messages, and directories of messages
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

/// What a message says of itself.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Description {
    file: String,
    format: &'static str,
    suite: String,
    keys: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key_reference: Option<String>,
    /// What stands readable in messages of the AWS Encryption SDK.
    #[serde(skip_serializing_if = "Option::is_none")]
    context: Option<BTreeMap<String, String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    context_digest: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    frame_length: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    plaintext_length: Option<u64>,
    length: u64,
}

impl Describe {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let mut failed = false;
        for found in files::all(&self.files)? {
            match described(&found) {
                Ok(None) => {}
                Ok(Some(description)) => self.print(&description)?,
                Err(failure) => {
                    failure.report();
                    failed = true;
                }
            }
        }
        if failed { Err(Failure::Told) } else { Ok(()) }
    }

    fn print(&self, description: &Description) -> Result<(), Failure> {
        if self.json {
            return terminal::json_line(&mut io::stdout().lock(), description);
        }
        terminal::print(&rendered(description))
    }
}

fn described(found: &Found) -> Result<Option<Description>, Failure> {
    if let Some(description) = of_sdk(found) {
        return Ok(Some(description));
    }
    let Some((_, front)) = found.open()? else { return Ok(None) };
    let envelope = Envelope::parse(&front)?;
    let header = envelope.header;
    Ok(Some(Description {
        file: found.name(),
        format: "axe1",
        suite: header.suite().to_string(),
        keys: envelope.recipients.iter().map(|recipient| recipient.key().to_string()).collect(),
        key_reference: header.reference().map(|reference| reference.to_string()),
        context: None,
        context_digest: Some(header.context().to_string()),
        frame_length: header.frame_len().map(|len| len as u64),
        plaintext_length: header.plaintext_len(found.len.saturating_sub(front.len() as u64)),
        length: found.len,
    }))
}

/// What a message of the AWS Encryption SDK says, if that is what it is.
fn of_sdk(found: &Found) -> Option<Description> {
    let header = aws_esdk::describe(&beginning(found.path()).ok()?).ok()?;
    let context = header.context().iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
    Some(Description {
        file: found.name(),
        format: "aws-esdk",
        suite: "0x0478".into(),
        keys: header.data_keys().iter().map(sdk_key).collect(),
        key_reference: None,
        context: Some(context.collect()),
        context_digest: None,
        frame_length: Some(header.frame_length().get().into()),
        plaintext_length: None,
        length: found.len,
    })
}

/// As much of a file as the header of a message of the SDK can take, or nothing where it does not begin like one.
fn beginning(path: &Path) -> io::Result<Vec<u8>> {
    let (mut file, mut bytes) = (File::open(path)?, Vec::new());
    file.by_ref().take(1).read_to_end(&mut bytes)?;
    if bytes == [SDK_VERSION] {
        file.take(SDK_HEADER).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

/// Namespace and name of a raw key, as `--keyring` takes them; provider and information of another one.
fn sdk_key(key: &EncryptedDataKey) -> String {
    let info = key.info();
    let name = info.split_last_chunk::<12>().and_then(|(front, _)| front.strip_suffix(&RAW_SIZES)).unwrap_or(info);
    format!("{}/{}", key.provider(), String::from_utf8_lossy(name))
}

fn rendered(description: &Description) -> String {
    let Description { file, format, suite, keys, key_reference, frame_length, plaintext_length, .. } = description;
    let mut text = format!("{BOLD}{}{BOLD:#}  {format}, {suite}", terminal::printable(file));
    if let Some(len) = plaintext_length {
        let _ = write!(text, ", {}", HumanBytes(*len));
    }
    if let Some(len) = frame_length {
        let _ = write!(text, " in frames of {}", HumanBytes(*len));
    }
    text.push('\n');
    for key in keys.iter().chain(key_reference) {
        let _ = writeln!(text, "  {}", terminal::printable(key));
    }
    if let Some(digest) = &description.context_digest {
        let _ = writeln!(text, "  {DIM}context {digest}{DIM:#}");
    }
    for (name, value) in description.context.iter().flatten() {
        let _ = writeln!(text, "  {DIM}{}={}{DIM:#}", terminal::printable(name), terminal::printable(value));
    }
    text
}

/// What a message of the SDK begins with: version 2 of its format.
const SDK_VERSION: u8 = 2;
/// Context and 16 keys, each with parts of up to 64 KiB.
const SDK_HEADER: u64 = 4 << 20;
/// What follows the name of a raw AES key: the tag's length in bits, the IV's in bytes.
const RAW_SIZES: [u8; 8] = [0, 0, 0, 128, 0, 0, 0, 12];
