//! How a sealed field stands in an event, and how it is opened again.

use base64ct::{Base64UrlUnpadded, Encoding};

use super::{Opener, SealContext, SealError};
use crate::error::Error;
use crate::id::EventId;
use crate::tenant::OrganizationId;
use crate::value::{Object, Value, escape};

/// How a sealed field stands in the event: `{"$sealed":"<base64url>"}`.
pub(crate) fn sealed_value(ciphertext: &[u8]) -> Object {
    let mut sealed = Object::new();
    sealed.insert(SEALED_KEY, Base64UrlUnpadded::encode_string(ciphertext)).expect("the key is ASCII");
    sealed
}

/// The ciphertext of a value that [`sealed_value`] made.
fn ciphertext(value: &Value) -> Option<Vec<u8>> {
    let object = value.as_object().filter(|object| object.len() == 1)?;
    Base64UrlUnpadded::decode_vec(object.get(SEALED_KEY)?.as_str()?).ok()
}

const SEALED_KEY: &str = "$sealed";

/// Opens every sealed field of a stored event in place, and says which ones there were.
///
/// `event` is the object that stands under `event` in an entry.
///
/// # Errors
/// [`Error::Seal`] with the first field that does not open, [`Error::Invalid`] where `event` has no id or organization.
pub fn open_fields(event: &mut Object, opener: &dyn Opener) -> Result<Vec<String>, Error> {
    let organization: OrganizationId = identity(event, "organizationId")?;
    let id: EventId = identity(event, "id")?;
    let open = |pointer: &str, sealed: &[u8]| {
        let context = SealContext { organization: &organization, event: id, pointer };
        opener.open(&context, sealed).map_err(|source| Error::Seal { pointer: pointer.into(), source })
    };
    let mut opened = Vec::new();
    for field in ["beforeState", "afterState", "metadata"] {
        if let Some(value) = event.get_mut(field) {
            open_value(value, &mut format!("/{field}"), &open, &mut opened)?;
        }
    }
    Ok(opened)
}

fn identity<T: core::str::FromStr<Err = Error>>(event: &Object, name: &str) -> Result<T, Error> {
    let text = event.get(name).and_then(Value::as_str);
    text.ok_or_else(|| Error::invalid(format!("/{name}"), "is missing"))?.parse()
}

/// Opens the ciphertext that stands at a JSON Pointer.
type Open<'a> = dyn Fn(&str, &[u8]) -> Result<Vec<u8>, Error> + 'a;

/// Opens `value` if it is sealed, and otherwise what lies below it.
fn open_value(value: &mut Value, pointer: &mut String, open: &Open<'_>, opened: &mut Vec<String>) -> Result<(), Error> {
    if let Some(sealed) = ciphertext(value) {
        let damaged = || Error::Seal { pointer: pointer.clone(), source: SealError::opening() };
        *value = serde_json::from_slice(&open(pointer, &sealed)?).map_err(|_| damaged())?;
        opened.push(pointer.clone());
        return Ok(());
    }
    let length = pointer.len();
    let mut descend = |token: &str, child: &mut Value| {
        pointer.push('/');
        pointer.push_str(&escape(token));
        let result = open_value(child, pointer, open, opened);
        pointer.truncate(length);
        result
    };
    match value {
        Value::Array(items) => {
            items.iter_mut().enumerate().try_for_each(|(index, item)| descend(&index.to_string(), item))
        }
        Value::Object(object) => object.iter_mut().try_for_each(|(key, child)| descend(key, child)),
        _ => Ok(()),
    }
}
