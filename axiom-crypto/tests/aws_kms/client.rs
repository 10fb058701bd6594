//! Clients as a host builds them, for a server on this machine.

use axiom_crypto::aws_sdk_kms::config::{BehaviorVersion, Credentials, Region};
use axiom_crypto::aws_sdk_kms::{Client, Config, config};
use tokio::runtime::{Builder, Runtime};

/// A client of the server at `url`, with the SDK's HTTP client and no retries or timeouts of its own.
pub(crate) fn client(url: &str, region: &'static str) -> Client {
    Client::from_conf(config(url, region).build())
}

pub(crate) fn config(url: &str, region: &'static str) -> config::Builder {
    Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(region))
        .credentials_provider(Credentials::new("AKIDEXAMPLE", "secret", None, None, "test"))
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .endpoint_url(url)
}

pub(crate) fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}
