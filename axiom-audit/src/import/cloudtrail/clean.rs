//! Takes JSON over without its credentials.

use axiom_core::{Object, Value};
use serde_json::{Map, Value as Json};

use super::MAX_DEPTH;
use super::key::{escaped, free_in};
use super::record::is_arn;
use super::secret_name::{is_secret_name, is_secret_variable, is_token_count, speaks_of_secret};
use super::secret_text;

/// Copies JSON values, and counts the credentials that it leaves behind.
#[derive(Default)]
pub(super) struct Cleaner {
    removed: usize,
    /// How many encodings deep in a string the value stands.
    layer: usize,
}

impl Cleaner {
    /// The members of a record that are not null.
    pub(super) fn record(&mut self, record: &Map<String, Json>) -> Object {
        self.members(record.iter().filter(|(_, value)| !value.is_null()), 1)
    }

    /// The same text without the credentials in it, or `None` where there are none.
    fn text(&mut self, text: &str) -> Option<String> {
        let inside = self.structured(text);
        let text = inside.as_deref().unwrap_or(text);
        let plain = secret_text::cleaned(text);
        self.removed += usize::from(plain.is_some());
        let text = plain.as_deref().unwrap_or(text);
        let decoded = self.decoded(text);
        decoded.or(plain).or(inside)
    }

    /// The text without the credentials in it, if it is JSON that holds some.
    fn structured(&mut self, text: &str) -> Option<String> {
        if self.layer >= MAX_LAYERS || !text.trim_start().starts_with(['{', '[']) {
            return None;
        }
        let json = serde_json::from_str(text).ok()?;
        let mut inner = Self { removed: 0, layer: self.layer + 1 };
        let value = inner.value(&json, 0);
        self.removed += inner.removed;
        (inner.removed > 0).then(|| serde_json::to_string(&value).expect("values have string keys and no floats"))
    }

    /// The text decoded and without the credentials in it, if percent-encoding hides some.
    fn decoded(&mut self, text: &str) -> Option<String> {
        if self.layer >= MAX_LAYERS {
            return None;
        }
        let decoded = secret_text::percent_decoded(text)?;
        let mut inner = Self { removed: 0, layer: self.layer + 1 };
        let cleaned = inner.text(&decoded);
        self.removed += inner.removed;
        cleaned
    }

    fn value(&mut self, json: &Json, depth: usize) -> Value {
        match json {
            Json::Array(_) | Json::Object(_) if depth >= MAX_DEPTH => CUT.into(),
            Json::Array(items) => self.items(items, depth + 1),
            Json::Bool(flag) => (*flag).into(),
            Json::Null => Value::Null,
            Json::Number(number) => self::number(number),
            Json::Object(members) => self.members(members.iter(), depth + 1).into(),
            Json::String(text) => self.text(text).unwrap_or_else(|| text.clone()).into(),
        }
    }

    /// The items of a list; behind an option like `--password` stands a credential.
    fn items(&mut self, items: &[Json], depth: usize) -> Value {
        let is_option = |json: &Json| {
            json.as_str().is_some_and(|text| text.starts_with('-') && !text.contains('=') && is_secret_name(text))
        };
        let mut behind_option = false;
        let clean = |json: &Json| {
            let is_secret = behind_option && json.is_string();
            behind_option = is_option(json);
            if is_secret { self.remove() } else { self.value(json, depth) }
        };
        Value::Array(items.iter().map(clean).collect())
    }

    fn members<'a>(&mut self, members: impl Iterator<Item = (&'a String, &'a Json)> + Clone, depth: usize) -> Object {
        let names_secret = names_secret(members.clone());
        let mut object = Object::new();
        for (name, json) in members {
            let is_secret = is_secret_name(name) || (names_secret && is_pair_value(name));
            let holds = (is_secret && is_credential(name, json)) || (speaks_of_secret(name) && is_secret_text(json));
            let value = if holds { self.remove() } else { self.member(name, json, depth) };
            let name = self.text(name).unwrap_or_else(|| name.clone());
            let key = free_in(&object, escaped(&name).into_owned());
            object.insert(key, value).expect("escaped keys are printable ASCII");
        }
        object
    }

    fn member(&mut self, name: &str, json: &Json, depth: usize) -> Value {
        match json {
            Json::String(text) if secret_text::is_secret_key(name, text) => self.remove(),
            _ => self.value(json, depth),
        }
    }

    fn remove(&mut self) -> Value {
        self.removed += 1;
        secret_text::REMOVED.into()
    }
}

/// Whether one member, like `"name"` in `{"name": "DB_PASSWORD", "value": …}`, says that another is a credential.
fn names_secret<'a>(mut members: impl Iterator<Item = (&'a String, &'a Json)>) -> bool {
    members.any(|(name, json)| {
        let name = name.to_ascii_lowercase();
        let is_name = matches!(
            name.as_str(),
            "field" | "headername" | "key" | "name" | "parameterkey" | "parametername" | "tagkey"
        );
        let text = json.as_str().unwrap_or_default();
        let named = is_secret_name(text) || speaks_of_secret(text) || is_secret_variable(text);
        (is_name && named) || (name == "type" && text == "SecureString")
    })
}

fn is_pair_value(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    matches!(
        name.as_str(),
        "content" | "defaultvalue" | "headervalue" | "parametervalue" | "stringvalue" | "tagvalue" | "value" | "values"
    )
}

/// Whether a value is a text, or a list of texts, that may be secret.
fn is_secret_text(json: &Json) -> bool {
    match json {
        Json::Array(items) => !items.is_empty() && items.iter().all(is_secret_text),
        Json::String(text) => !text.is_empty() && !is_arn(text) && !secret_text::is_placeholder(text),
        _ => false,
    }
}

/// Whether what stands under the name of a credential can be one.
fn is_credential(name: &str, json: &Json) -> bool {
    match json {
        Json::Array(items) => !items.is_empty(),
        Json::Bool(_) | Json::Null => false,
        Json::Number(_) => !is_token_count(name),
        Json::Object(members) => !members.is_empty(),
        Json::String(text) => !is_arn(text) && !secret_text::is_placeholder(text),
    }
}

fn number(number: &serde_json::Number) -> Value {
    match (number.as_i64(), number.as_u64(), number.as_f64()) {
        (Some(number), ..) => number.into(),
        (_, Some(number), _) => number.into(),
        (.., Some(number)) => number.into(),
        _ => number.to_string().into(),
    }
}

/// Stands in place of what lies too deep.
const CUT: &str = "[CUT:too deep]";

/// How many encodings of a string in a string are looked through.
const MAX_LAYERS: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_stands_behind_names_and_options_is_removed() {
        for json in [
            json!({"DB_PASS": "hunter2"}),
            json!({"credentials": ["hunter2"]}),
            json!({"masterUserSecret": "hunter2"}),
            json!({"environment": [{"name": "DB_PASS", "value": "hunter2"}]}),
            json!({"environment": [{"name": "STRIPE_KEY", "value": "hunter2"}]}),
            json!({"environment": [{"name": "GITHUB_PAT", "value": "hunter2"}]}),
            json!({"tagKey": "password", "tagValue": "hunter2"}),
            json!({"command": ["mysql", "--password", "hunter2"]}),
        ] {
            assert!(!clean(&json).contains("hunter2"), "{json}");
        }
    }

    #[test]
    fn what_only_describes_a_secret_stays() {
        let arn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db";
        for json in [
            json!({"masterUserSecret": {"secretArn": arn, "secretStatus": "active"}}),
            json!({"secrets": [{"name": "DB", "valueFrom": arn}]}),
            json!({"secretId": "db", "nextToken": "page-2", "credentialProvider": "x", "command": ["--name", "db"]}),
        ] {
            assert_eq!(serde_json::from_str::<Json>(&clean(&json)).unwrap(), json);
        }
    }

    fn clean(value: &Json) -> String {
        serde_json::to_string(&Cleaner::default().value(value, 0)).unwrap()
    }

    #[test]
    fn whole_values_go_under_the_name_of_a_credential() {
        let value = json!({
            "authParameters": {"a": "hunter2"}, "password": "hunter2", "plaintext": ["hunter2"], "tokenCode": 123_456,
        });
        assert_eq!(
            clean(&value),
            r#"{"authParameters":"…","password":"…","plaintext":"…","tokenCode":"…"}"#
                .replace('…', secret_text::REMOVED)
        );
    }

    #[test]
    fn what_cannot_be_a_credential_stays_under_such_a_name() {
        let value = json!({
            "manageMasterUserPassword": true,
            "inputTokens": 7,
            "password": "",
            "secret": "arn:aws:secretsmanager:eu-west-1:111122223333:secret:a",
            "token": null,
            "userData": "<sensitiveDataRemoved>",
            "secretString": "HIDDEN_DUE_TO_SECURITY_REASONS",
            "privateKey": {},
        });
        assert_eq!(clean(&value), serde_json::to_string(&Value::try_from(value).unwrap()).unwrap());
    }

    #[test]
    fn a_pair_of_name_and_value_counts_as_a_member() {
        for pair in [
            json!({"name": "DB_PASSWORD", "value": "hunter2"}),
            json!({"Key": "authorization", "Value": "hunter2"}),
            json!({"parameterKey": "ApiToken", "parameterValue": "hunter2"}),
            json!({"name": "/prod/db", "type": "SecureString", "value": "hunter2"}),
        ] {
            assert!(!clean(&pair).contains("hunter2"), "{pair}");
        }
        assert!(clean(&json!({"key": "Owner", "value": "alice"})).contains("alice"));
    }

    #[test]
    fn encodings_inside_a_string_are_looked_into() {
        let document = json!({"a": [{"password": "hunter2"}]}).to_string();
        for text in [
            document.clone(),
            json!({"inner": document}).to_string(),
            "%7B%22password%22%3A%22hunter2%22%7D".into(),
            "https://example.com/?next=%26X-Amz-Signature%3Dhunter2".into(),
            r#"{"password":"hunter2","password":""}"#.into(),
            r#"{"p\u0061ssword":"hunter2"}"#.into(),
        ] {
            let cleaned = clean(&json!(text));
            assert!(!cleaned.contains("hunter2") && cleaned.contains(secret_text::REMOVED), "{text}");
        }
    }

    #[test]
    fn a_string_without_credentials_stays_as_it_was_written() {
        let text = r#"{ "b": 1.0, "a": "50%25" }"#;
        assert_eq!(Cleaner::default().value(&json!(text), 0), Value::from(text));
    }

    #[test]
    fn a_key_can_be_a_credential_too() {
        let value = json!({"IQoJb3JpZ2luA": 1, "IQoJb3JpZ2luB": 2});
        assert_eq!(clean(&value), r#"{"…":1,"…#2":2}"#.replace('…', secret_text::REMOVED));
    }

    #[test]
    fn what_lies_too_deep_is_cut() {
        let mut value = json!("bottom");
        for _ in 0..100 {
            value = json!([value]);
        }
        let cleaned = clean(&value);
        assert!(cleaned.contains(CUT) && !cleaned.contains("bottom"));
        assert_eq!(cleaned.matches('[').count(), MAX_DEPTH + CUT.matches('[').count());
    }

    #[test]
    fn numbers_are_those_of_an_event() {
        assert_eq!(clean(&json!([1, -2, 0.5, 1e300, u64::MAX])), r#"[1,-2,"0.5","1e300","18446744073709551615"]"#);
    }
}
