//! How a host's logs are named without naming its tenants.

use core::fmt;

use axiom_core::{Digest, LogId, OrganizationId, Origin};

use crate::error::Error;

/// Gives each log of a host its origin: `host/<opaque>/<stream>`.
///
/// The opaque part is the first 16 bytes of SHA-256("axiom-audit/v1/name\n" ‖ salt ‖ organization) in hexadecimal. The
/// salt stays with the host, so that nobody who sees an origin can try out organizations.
///
/// ```
/// use axiom_audit::Naming;
/// use axiom_core::{LogId, Stream};
///
/// let naming = Naming::new("audit.example.com".parse()?, [7; 32])?;
/// let origin = naming.origin(&LogId::new("acme".parse()?, Stream::Material));
/// assert_eq!(origin.as_str(), "audit.example.com/8d9b137439f9cb8faecc28504f07879e/material");
/// # Ok::<(), axiom_audit::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Naming {
    host: Origin,
    salt: [u8; 32],
}

impl Naming {
    /// The longest host name, in bytes: every log's origin then fits [`Origin::MAX_LEN`].
    pub const MAX_HOST_LEN: usize = 180;

    /// Names for the logs of `host`; the salt is random and kept with the logs.
    ///
    /// # Errors
    /// [`Error::Name`] where `host` is longer than [`MAX_HOST_LEN`](Self::MAX_HOST_LEN).
    pub fn new(host: Origin, salt: [u8; 32]) -> Result<Self, Error> {
        if host.as_str().len() > Self::MAX_HOST_LEN {
            return Err(Error::Name("at most 180 bytes, so that a log's own name fits behind it"));
        }
        Ok(Self { host, salt })
    }

    /// The host's name, which is also the name of its key.
    #[must_use]
    pub const fn host(&self) -> &Origin {
        &self.host
    }

    /// The name of `log`.
    #[must_use]
    pub fn origin(&self, log: &LogId) -> Origin {
        self.host.join(&self.opaque(&log.organization)).join(log.stream.as_str())
    }

    /// What stands for `organization` in names and paths.
    #[must_use]
    pub fn opaque(&self, organization: &OrganizationId) -> String {
        let digest = Digest::of(&[b"axiom-audit/v1/name\n", &self.salt, organization.as_str().as_bytes()]);
        digest.to_string()[..32].to_owned()
    }

    #[cfg(feature = "log")]
    pub(crate) const fn salt(&self) -> Digest {
        Digest::from_bytes(self.salt)
    }
}

impl fmt::Debug for Naming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Naming").field("host", &self.host).finish_non_exhaustive()
    }
}
