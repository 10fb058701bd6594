//! Whose keys.

use core::fmt;

use axiom_core::{OrganizationId, SubjectRef};

/// Whose keys: those of an organization with everything in it, or those of one data subject.
///
/// The subject is an opaque reference, as in an event's `subjectRefs`.
///
/// ```
/// use axiom_crypto::KeyScope;
///
/// let everybody = KeyScope::organization("org_7f3c".parse()?);
/// let person = KeyScope::subject("org_7f3c".parse()?, "sub_19".parse()?);
/// assert_eq!(everybody.subject_ref(), None);
/// assert_eq!(person.organization_id().as_str(), "org_7f3c");
/// # Ok::<(), axiom_core::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct KeyScope {
    organization: OrganizationId,
    subject: Option<SubjectRef>,
}

impl KeyScope {
    /// An organization: its own keys, and those of all its subjects.
    #[must_use]
    pub const fn organization(organization: OrganizationId) -> Self {
        Self { organization, subject: None }
    }

    /// One data subject of an organization.
    #[must_use]
    pub const fn subject(organization: OrganizationId, subject: SubjectRef) -> Self {
        Self { organization, subject: Some(subject) }
    }

    /// The organization.
    #[must_use]
    pub const fn organization_id(&self) -> &OrganizationId {
        &self.organization
    }

    /// The data subject, where it is one's keys.
    #[must_use]
    pub const fn subject_ref(&self) -> Option<&SubjectRef> {
        self.subject.as_ref()
    }
}

/// Says whether there is a subject, and not which.
impl fmt::Debug for KeyScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let subject = if self.subject.is_some() { ", a subject" } else { "" };
        write!(f, "KeyScope({}{subject})", self.organization)
    }
}
