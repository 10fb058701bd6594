//! What is to be removed from a cache.

use crate::context::Context;
use crate::provider::KeyId;
use crate::tree;

/// Which keys and failures go.
#[derive(Debug, Clone, Copy)]
pub(super) enum Eviction<'a> {
    Everything,
    /// What depends on a key of a [`KeyTree`](crate::KeyTree).
    KeptKeys,
    Key(&'a KeyId),
    Organization(&'a str),
    Subject {
        organization: &'a str,
        subject: &'a str,
    },
}

impl Eviction<'_> {
    pub(super) fn concerns(&self, context: &Context, keys: &[KeyId]) -> bool {
        match self {
            Self::Everything => true,
            Self::KeptKeys => keys.iter().any(|key| key.provider() == tree::PROVIDER),
            Self::Key(key) => keys.contains(key),
            Self::Organization(organization) => context.organization() == Some(organization),
            Self::Subject { organization, subject } => {
                context.organization() == Some(organization) && context.subject() == Some(subject)
            }
        }
    }
}
