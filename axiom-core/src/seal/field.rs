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

/// The one member of a sealed field.
pub(crate) const SEALED_KEY: &str = "$sealed";

/// Opens the sealed fields of a stored event in place, and says which ones there were.
///
/// ```
/// use async_trait::async_trait;
/// use axiom_core::{Object, Opener, SealContext, SealError, open_fields};
///
/// /// Opens what was never encrypted: for this example alone.
/// struct Plain;
///
/// #[async_trait]
/// impl Opener for Plain {
///     fn try_open(&self, _: &SealContext<'_>, sealed: &[u8]) -> Option<Result<Vec<u8>, SealError>> {
///         Some(Ok(sealed.to_vec()))
///     }
///
///     async fn open(&self, _: &SealContext<'_>, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
///         Ok(sealed.to_vec())
///     }
/// }
///
/// let stored = r#"{"id":"0198c5a0-7b2e-7000-8000-000000000001","organizationId":"acme","afterState":{"$sealed":"dHJ1ZQ"}}"#;
/// let mut event: Object = serde_json::from_str(stored).unwrap();
/// let opened = pollster::block_on(open_fields(&mut event, &Plain))?;
/// assert_eq!(opened.opened, ["/afterState"]);
/// assert!(opened.closed.is_empty());
/// assert_eq!(event.get("afterState"), Some(&true.into()));
/// # Ok::<(), axiom_core::Error>(())
/// ```
///
/// `event` is the object that stands under `event` in an entry. It suspends only where `opener` must fetch a key.
/// A field that does not open stays as it is; where that is for ever, because its key was destroyed,
/// [`SealError::is_erased`] says so.
///
/// # Errors
/// [`Error::Invalid`] where `event` has no id or organization.
pub async fn open_fields(event: &mut Object, opener: &dyn Opener) -> Result<OpenedFields, Error> {
    let organization: OrganizationId = identity(event, "organizationId")?;
    let id: EventId = identity(event, "id")?;
    let mut sealed = Vec::new();
    for (name, value) in event.iter() {
        collect(value, &format!("/{}", escape(name)), &mut sealed);
    }
    let mut fields = OpenedFields::default();
    for (pointer, ciphertext) in sealed {
        let context = SealContext::new(&organization, id, &pointer);
        let plaintext = match opener.try_open(&context, &ciphertext) {
            Some(result) => result,
            None => opener.open(&context, &ciphertext).await,
        };
        let json = |plaintext: Vec<u8>| serde_json::from_slice::<Value>(&plaintext).map_err(|_| SealError::opening());
        match plaintext.and_then(json) {
            Ok(value) => {
                if let Some(place) = event.at_mut(&pointer) {
                    *place = value;
                }
                fields.opened.push(pointer);
            }
            Err(source) => fields.closed.push(Error::Seal { pointer, source }),
        }
    }
    Ok(fields)
}

/// What became of the sealed fields of an event.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct OpenedFields {
    /// JSON Pointers of the fields that were opened.
    pub opened: Vec<String>,
    /// An [`Error::Seal`] for each field that did not open.
    pub closed: Vec<Error>,
}

fn identity<T: core::str::FromStr<Err = Error>>(event: &Object, name: &str) -> Result<T, Error> {
    let text = event.get(name).and_then(Value::as_str);
    text.ok_or_else(|| Error::invalid(format!("/{name}"), "is missing"))?.parse()
}

/// Finds the sealed values in `value`, which stands at `pointer`.
fn collect(value: &Value, pointer: &str, sealed: &mut Vec<(String, Vec<u8>)>) {
    if let Some(ciphertext) = ciphertext(value) {
        sealed.push((pointer.into(), ciphertext));
        return;
    }
    match value {
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| collect(item, &format!("{pointer}/{index}"), sealed));
        }
        Value::Object(object) => {
            object.iter().for_each(|(key, child)| collect(child, &format!("{pointer}/{}", escape(key)), sealed));
        }
        _ => {}
    }
}
