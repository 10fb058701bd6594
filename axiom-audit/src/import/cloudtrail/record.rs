//! One record, free of credentials.

use core::str::FromStr;

use axiom_core::{Error, Object, OrganizationId, Value};

use super::clean::Cleaner;

/// A record without its credentials, from which fields of the event are taken; what is left becomes its metadata.
pub(super) struct Record(Object);

impl Record {
    pub(super) fn new(record: &serde_json::Value) -> Result<Self, Error> {
        match record {
            serde_json::Value::Object(members) => Ok(Self(Cleaner::default().record(members))),
            _ => Err(Error::invalid("", "a CloudTrail record must be a JSON object")),
        }
    }

    /// The value at `pointer`.
    pub(super) fn at(&self, pointer: &str) -> Option<&Value> {
        let rest = pointer.strip_prefix('/')?;
        let (name, below) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        self.0.get(name)?.at(below)
    }

    /// The text at `pointer`, unless it is empty.
    pub(super) fn text(&self, pointer: &str) -> Option<&str> {
        self.at(pointer)?.as_str().filter(|text| !text.is_empty())
    }

    /// The text at `pointer`, which must be there.
    pub(super) fn required(&self, pointer: &str) -> Result<&str, Error> {
        self.text(pointer).ok_or_else(|| {
            let reason = match self.at(pointer) {
                None => "is missing",
                Some(Value::String(_)) => "is empty",
                Some(_) => "must be a string",
            };
            Error::invalid(pointer, reason)
        })
    }

    /// Takes out the text named `name`, unless it is empty; anything else stays where it is.
    pub(super) fn take(&mut self, name: &str) -> Option<String> {
        let text = self.0.get(name)?.as_str().filter(|text| !text.is_empty())?.to_owned();
        self.0.remove(name);
        Some(text)
    }

    /// Takes out the text named `name`, which must be there and of the form that `T` asks for.
    pub(super) fn parsed<T: FromStr<Err = Error>>(&mut self, name: &str) -> Result<T, Error> {
        let value = self.parse(&format!("/{name}"))?;
        self.0.remove(name);
        Ok(value)
    }

    /// The account that the record is for, which may stand in one of two places.
    pub(super) fn organization(&mut self) -> Result<OrganizationId, Error> {
        if self.0.get("recipientAccountId").is_some() {
            self.parsed("recipientAccountId")
        } else if self.at("/userIdentity/accountId").is_some() {
            self.parse("/userIdentity/accountId")
        } else {
            Err(Error::invalid("/recipientAccountId", "is missing, and so is /userIdentity/accountId"))
        }
    }

    /// The ARNs of the resources concerned, in their order, each once.
    pub(super) fn resources(&self) -> Vec<String> {
        let mut arns = Vec::new();
        for resource in [self.at("/resources"), self.at("/requestParameters")].into_iter().flatten() {
            collect_arns(resource, &mut arns);
        }
        let mut seen = std::collections::BTreeSet::new();
        arns.into_iter().filter(|arn| seen.insert(*arn)).map(str::to_owned).collect()
    }

    /// What nobody took.
    pub(super) fn rest(self) -> Object {
        self.0
    }

    fn parse<T: FromStr<Err = Error>>(&self, pointer: &str) -> Result<T, Error> {
        self.required(pointer)?.parse().map_err(|error| match error {
            Error::Invalid { reason, .. } => Error::invalid(pointer, reason),
            other => other,
        })
    }
}

/// Whether `text` is one Amazon Resource Name: `arn:partition:service:region:account:resource`.
pub(super) fn is_arn(text: &str) -> bool {
    text.starts_with("arn:") && text.splitn(6, ':').count() == 6 && !text.contains(char::is_whitespace)
}

fn collect_arns<'a>(value: &'a Value, arns: &mut Vec<&'a str>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect_arns(item, arns)),
        Value::Object(members) => members.iter().for_each(|(_, member)| collect_arns(member, arns)),
        Value::String(text) if is_arn(text) => arns.push(text),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn record(value: &serde_json::Value) -> Record {
        Record::new(value).unwrap()
    }

    #[test]
    fn every_resource_is_named_once_and_those_of_the_record_first() {
        let record = record(&json!({
            "requestParameters": {"a": ["arn:aws:s3:::b", "arn:aws:s3:::a"], "note": "not arn:aws:s3:::c", "z": "arn:x"},
            "resources": [{"ARN": "arn:aws:s3:::a", "type": "AWS::S3::Bucket"}, {"ARN": null}],
        }));
        assert_eq!(record.resources(), ["arn:aws:s3:::a", "arn:aws:s3:::b"]);
    }

    #[test]
    fn the_account_stands_in_one_of_two_places() {
        let account = |value| Record::new(&value).unwrap().organization().map(|id| id.to_string());
        let identity = json!({"accountId": "444455556666"});
        assert_eq!(
            account(json!({"recipientAccountId": "111122223333", "userIdentity": identity})).unwrap(),
            "111122223333"
        );
        assert_eq!(account(json!({"recipientAccountId": null, "userIdentity": identity})).unwrap(), "444455556666");
        for (value, message) in [
            (json!({}), "/recipientAccountId: is missing, and so is /userIdentity/accountId"),
            (json!({"recipientAccountId": 7}), "/recipientAccountId: must be a string"),
            (json!({"userIdentity": {"accountId": ""}}), "/userIdentity/accountId: is empty"),
        ] {
            assert_eq!(account(value).unwrap_err().to_string(), message);
        }
    }

    #[test]
    fn a_value_of_another_type_stays_where_it_is() {
        let mut record = record(&json!({"userAgent": ["a"], "requestID": ""}));
        assert_eq!((record.take("userAgent"), record.take("requestID")), (None, None));
        assert_eq!(record.rest().len(), 2);
    }
}
