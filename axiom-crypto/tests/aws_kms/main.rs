//! AWS KMS: the wire against the `moto` server, and what goes wrong against a server that follows a script.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

mod client;
mod failures;
mod moto;
mod script;
