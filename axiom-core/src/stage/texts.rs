//! Walks every free text of an event.

use super::reserved::{is_reserved, rename};
use crate::error::Error;
use crate::event::Event;
use crate::finding::Finding;
use crate::scrub::{Scrubber, Text, is_blocked};
use crate::value::{Object, Value, escape};

/// Scrubs every free text of `event` in place and returns what was found.
pub(super) fn scrub(event: &mut Event, scrubber: &dyn Scrubber) -> Result<Vec<Finding>, Error> {
    let mut walk = Walk { scrubber, pointer: String::with_capacity(64), findings: Vec::new() };
    walk.string("userId", &mut event.user_id)?;
    walk.strings("resourceIds", &mut event.resource_ids)?;
    walk.optional_value("beforeState", &mut event.before_state)?;
    walk.optional_value("afterState", &mut event.after_state)?;
    walk.at("metadata", |walk| walk.members(&mut event.metadata))?;
    walk.optional_string("reason", &mut event.reason)?;
    walk.optional_string("error", &mut event.error)?;
    walk.optional_string("correlationId", &mut event.correlation_id)?;
    walk.people(event)?;
    walk.fixed(event)?;
    walk.members(&mut event.extra)?;
    Ok(walk.findings)
}

struct Walk<'a> {
    scrubber: &'a dyn Scrubber,
    /// Where the walk stands.
    pointer: String,
    findings: Vec<Finding>,
}

impl Walk<'_> {
    fn people(&mut self, event: &mut Event) -> Result<(), Error> {
        if let Some(actor) = &mut event.actor {
            self.at("actor", |walk| {
                walk.string("id", &mut actor.id)?;
                walk.optional_string("onBehalfOf", &mut actor.on_behalf_of)?;
                walk.members(&mut actor.extra)
            })?;
        }
        if let Some(source) = &mut event.source {
            self.at("source", |walk| {
                walk.optional_string("host", &mut source.host)?;
                walk.optional_string("ip", &mut source.ip)?;
                walk.optional_string("userAgent", &mut source.user_agent)?;
                walk.members(&mut source.extra)
            })?;
        }
        if let Some(decision) = &mut event.decision {
            self.at("decision", |walk| {
                walk.string("decisionId", &mut decision.decision_id)?;
                walk.optional_string("clientId", &mut decision.client_id)?;
                walk.at("evaluatedPolicies", |walk| walk.items(&mut decision.evaluated_policies))?;
                walk.members(&mut decision.extra)
            })?;
        }
        Ok(())
    }

    /// Names and references: two different values must never become the same placeholder, so none is replaced.
    fn fixed(&mut self, event: &Event) -> Result<(), Error> {
        if let Some(key) = &event.idempotency_key {
            self.at("idempotencyKey", |walk| walk.unchanged(key))?;
        }
        for subject in &event.subject_refs {
            self.at("subjectRefs", |walk| walk.unchanged(subject.as_str()))?;
        }
        for class in &event.data_classes {
            self.at("dataClasses", |walk| walk.unchanged(class.as_str()))?;
        }
        if let Some(decision) = &event.decision {
            self.at("decision", |walk| walk.at("verdict", |walk| walk.unchanged(decision.verdict.as_str())))?;
        }
        if event.action_type.is_custom() {
            self.at("actionType", |walk| walk.unchanged(event.action_type.as_str()))?;
            self.at("stream", |walk| walk.unchanged(event.stream().as_str()))?;
        }
        self.at("provider", |walk| walk.unchanged(event.provider.as_str()))
    }

    /// Goes one level down for the time of `visit`.
    fn at<T>(&mut self, token: &str, visit: impl FnOnce(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        let length = self.pointer.len();
        self.pointer.push('/');
        self.pointer.push_str(&escape(token));
        let result = visit(self);
        self.pointer.truncate(length);
        result
    }

    fn optional_string(&mut self, name: &str, text: &mut Option<String>) -> Result<(), Error> {
        text.as_mut().map_or(Ok(()), |text| self.string(name, text))
    }

    fn string(&mut self, name: &str, text: &mut String) -> Result<(), Error> {
        self.at(name, |walk| walk.text(text))
    }

    fn strings(&mut self, name: &str, texts: &mut [String]) -> Result<(), Error> {
        let mut indexed = texts.iter_mut().enumerate();
        self.at(name, |walk| indexed.try_for_each(|(index, text)| walk.string(&index.to_string(), text)))
    }

    fn optional_value(&mut self, name: &str, value: &mut Option<Value>) -> Result<(), Error> {
        value.as_mut().map_or(Ok(()), |value| self.at(name, |walk| walk.value(value)))
    }

    fn value(&mut self, value: &mut Value) -> Result<(), Error> {
        match value {
            Value::Array(items) => self.items(items),
            Value::Object(object) => self.members(object),
            Value::String(text) => self.text(text),
            Value::Integer(number) => {
                if let Some(text) = self.inspect(&number.get().to_string())? {
                    *value = Value::String(text);
                }
                Ok(())
            }
            Value::Bool(_) | Value::Null => Ok(()),
        }
    }

    fn items(&mut self, items: &mut [Value]) -> Result<(), Error> {
        let mut indexed = items.iter_mut().enumerate();
        indexed.try_for_each(|(index, item)| self.at(&index.to_string(), |walk| walk.value(item)))
    }

    /// Keys first, so that the pointers of what stands below them repeat no personal data.
    fn members(&mut self, object: &mut Object) -> Result<(), Error> {
        self.keys(object)?;
        object.iter_mut().try_for_each(|(key, value)| self.at(key, |walk| walk.value(value)))
    }

    fn keys(&mut self, object: &mut Object) -> Result<(), Error> {
        let mut replaced = Vec::new();
        for key in object.keys() {
            if is_reserved(key) {
                replaced.push((key.clone(), format!("${key}")));
                continue;
            }
            // The finding's pointer names the object: the key itself is what must not be repeated.
            if let Some(text) = self.inspect(key)? {
                replaced.push((key.clone(), text));
            }
        }
        rename(object, replaced)
    }

    fn text(&mut self, text: &mut String) -> Result<(), Error> {
        if let Some(replaced) = self.inspect(text)? {
            *text = replaced;
        }
        Ok(())
    }

    fn unchanged(&mut self, text: &str) -> Result<(), Error> {
        match self.inspect(text)? {
            None => Ok(()),
            Some(_) => {
                Err(Error::invalid(&*self.pointer, "holds personal data and must not change; use an opaque value"))
            }
        }
    }

    /// Shows one text to the scrubber, and files what it found under the present pointer.
    fn inspect(&mut self, value: &str) -> Result<Option<String>, Error> {
        let first = self.findings.len();
        let replaced = self.scrubber.scrub(&Text { pointer: &self.pointer, value }, &mut self.findings);
        let found = &mut self.findings[first..];
        for finding in found.iter_mut() {
            finding.pointer = Some(self.pointer.clone());
        }
        if is_blocked(found) {
            return Err(Error::Blocked { pointer: self.pointer.clone(), findings: found.to_vec() });
        }
        Ok(replaced)
    }
}
