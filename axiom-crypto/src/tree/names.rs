//! The names of kept keys.

use axiom_core::{Digest, OrganizationId, SubjectRef};

use crate::envelope::KeyReference;
use crate::key::Key;

/// The root of an organization. Its name can be told by everyone who knows the organization's, which stands in the
/// record anyway.
///
/// A generation begins when the key before it has been destroyed.
pub(super) fn root(organization: &OrganizationId, generation: u32) -> KeyReference {
    digest(&[ROOT, &generation.to_be_bytes(), organization.as_str().as_bytes()])
}

/// The key that the names of an organization's data keys are derived with.
pub(super) fn index(root: KeyReference) -> KeyReference {
    digest(&[INDEX, root.as_bytes()])
}

/// The data key of a subject, or of the organization itself: without the index key nobody can tell whose it is.
pub(super) fn data(index: &Key, subject: Option<&SubjectRef>, generation: u32) -> KeyReference {
    let (kind, subject) = subject.map_or((0, ""), |subject| (1, subject.as_str()));
    KeyReference::from_bytes(*index.derive(&[DATA, &generation.to_be_bytes(), &[kind], subject.as_bytes()]))
}

fn digest(parts: &[&[u8]]) -> KeyReference {
    let digest = Digest::of(parts);
    KeyReference::from_bytes(*digest.as_bytes().first_chunk().expect("32 bytes are more than 16"))
}

const ROOT: &[u8] = b"axiom/key-tree/v1/root";
const INDEX: &[u8] = b"axiom/key-tree/v1/index";
const DATA: &[u8] = b"axiom/key-tree/v1/data";
