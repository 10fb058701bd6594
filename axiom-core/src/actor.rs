//! Who acted, and from where.

use serde::{Serialize, Serializer};

use crate::error::Error;
use crate::members::{Members, SortedMembers, named};
use crate::value::Object;

/// Who acted, in more detail than `userId` says.
///
/// ```
/// use axiom_core::{Actor, ActorType};
///
/// let agent = Actor::new(ActorType::Agent, "agent-7").on_behalf_of("user_41").privileged();
/// assert!(agent.privileged);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Actor {
    /// What kind of actor it is.
    pub kind: ActorType,
    /// The actor's id, as opaque as the host can make it.
    pub id: String,
    /// For whom it acted.
    pub on_behalf_of: Option<String>,
    /// Whether it acted with administrative rights (PCI DSS 10.2.1.2).
    pub privileged: bool,
    /// Members that this version does not know, kept as they came.
    pub extra: Object,
}

named! {
    /// What kind of actor acted.
    ActorType {
        /// A program that decides for itself within its grants.
        Agent = "agent",
        /// A program that does what it is told.
        Service = "service",
        /// The product itself.
        System = "system",
        /// A person.
        User = "user",
    }
}

impl Actor {
    /// An actor of the given kind, without privileges.
    pub fn new(kind: ActorType, id: impl Into<String>) -> Self {
        Self { kind, id: id.into(), on_behalf_of: None, privileged: false, extra: Object::new() }
    }

    /// The same actor, acting for `id`.
    #[must_use]
    pub fn on_behalf_of(mut self, id: impl Into<String>) -> Self {
        self.on_behalf_of = Some(id.into());
        self
    }

    /// The same actor, with administrative rights.
    #[must_use]
    pub const fn privileged(mut self) -> Self {
        self.privileged = true;
        self
    }

    pub(crate) fn from_object(object: Object) -> Result<Self, Error> {
        let mut members = Members::new(object);
        Ok(Self {
            kind: members.parsed("type")?.ok_or_else(|| Error::invalid("/type", "is missing"))?,
            id: members.string("id")?.ok_or_else(|| Error::invalid("/id", "is missing"))?,
            on_behalf_of: members.string("onBehalfOf")?,
            privileged: members.boolean("privileged")?.unwrap_or(false),
            extra: members.rest(),
        })
    }
}

impl Serialize for Actor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = SortedMembers::new(serializer.serialize_map(None)?, &self.extra);
        members.member("id", &self.id)?;
        members.optional("onBehalfOf", self.on_behalf_of.as_ref())?;
        members.optional("privileged", self.privileged.then_some(&true))?;
        members.member("type", &self.kind)?;
        members.end()
    }
}

/// Where a request came from (PCI DSS 10.2.2: origination of event).
///
/// ```
/// use axiom_core::Source;
///
/// let source = Source::new().ip("203.0.113.7").user_agent("agent/2.1");
/// assert_eq!(source.ip.as_deref(), Some("203.0.113.7"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Source {
    /// The address the request came from.
    pub ip: Option<String>,
    /// The host or service it came from.
    pub host: Option<String>,
    /// What the client called itself.
    pub user_agent: Option<String>,
    /// Members that this version does not know, kept as they came.
    pub extra: Object,
}

impl Source {
    /// A source of which nothing is known.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same source, at this address.
    #[must_use]
    pub fn ip(mut self, ip: impl Into<String>) -> Self {
        self.ip = Some(ip.into());
        self
    }

    /// The same source, on this host.
    #[must_use]
    pub fn host(mut self, host: impl Into<String>) -> Self {
        self.host = Some(host.into());
        self
    }

    /// The same source, with this client.
    #[must_use]
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = Some(user_agent.into());
        self
    }

    pub(crate) fn from_object(object: Object) -> Result<Self, Error> {
        let mut members = Members::new(object);
        Ok(Self {
            ip: members.string("ip")?,
            host: members.string("host")?,
            user_agent: members.string("userAgent")?,
            extra: members.rest(),
        })
    }
}

impl Serialize for Source {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = SortedMembers::new(serializer.serialize_map(None)?, &self.extra);
        members.optional("host", self.host.as_ref())?;
        members.optional("ip", self.ip.as_ref())?;
        members.optional("userAgent", self.user_agent.as_ref())?;
        members.end()
    }
}
