//! What was done: the record's event name as an action type.

use axiom_core::{ActionType, Error, Stream};

use super::record::Record;

/// What a record says was done.
pub(super) struct Deed {
    kind: Kind,
    is_read: bool,
}

enum Kind {
    /// `custom.aws.` and this.
    Other(String),
    /// Temporary credentials were asked for.
    RoleAssumption,
    /// Somebody came to the console's door.
    SignIn,
}

impl Deed {
    pub(super) fn of(record: &Record) -> Result<Self, Error> {
        if record.text("/eventType") == Some("AwsCloudTrailInsight") && record.at("/eventName").is_none() {
            return Ok(Self { kind: Kind::Other("cloudtrail.Insight".into()), is_read: false });
        }
        let service = service(record.required("/eventSource")?);
        let name = record.required("/eventName")?;
        let kind = match (service, name) {
            ("sts", "AssumeRole" | "AssumeRoleWithSAML" | "AssumeRoleWithWebIdentity") => Kind::RoleAssumption,
            ("signin", "ConsoleLogin") => Kind::SignIn,
            _ => Kind::Other(format!("{}.{}", part(service, 40), part(name, 80))),
        };
        let is_read = match record.at("/readOnly") {
            Some(axiom_core::Value::Bool(is_read)) => *is_read,
            _ => begins_with_reading_verb(name),
        };
        Ok(Self { kind, is_read })
    }

    pub(super) fn action(&self, failed: bool) -> Result<ActionType, Error> {
        match &self.kind {
            Kind::Other(name) => {
                let stream = if self.is_read { Stream::Operational } else { Stream::Material };
                ActionType::custom(&format!("aws.{name}"), stream)
            }
            Kind::RoleAssumption if failed => "connection.role_assumption_failed".parse(),
            Kind::RoleAssumption => "connection.role_assumed".parse(),
            Kind::SignIn if failed => "user.sign_in_failed".parse(),
            Kind::SignIn => "user.signed_in".parse(),
        }
    }

    /// Whether it was meant to change a resource.
    pub(super) const fn is_change(&self) -> bool {
        matches!(self.kind, Kind::Other(_)) && !self.is_read
    }

    pub(super) const fn is_sign_in(&self) -> bool {
        matches!(self.kind, Kind::SignIn)
    }
}

/// `s3` of `s3.amazonaws.com`, in China too.
fn service(source: &str) -> &str {
    source.strip_suffix(".amazonaws.com").or_else(|| source.strip_suffix(".amazonaws.com.cn")).unwrap_or(source)
}

/// `name` in the characters that a custom action may have, at most `longest` of them.
fn part(name: &str, longest: usize) -> String {
    let plain = |letter: char| if letter.is_ascii_alphanumeric() || letter == '-' { letter } else { '_' };
    let part: String = name.chars().map(plain).take(longest).collect();
    if part.starts_with(|first: char| first.is_ascii_alphanumeric()) { part } else { format!("x{part}") }
}

fn begins_with_reading_verb(name: &str) -> bool {
    READING_VERBS.iter().any(|verb| {
        name.strip_prefix(verb).is_some_and(|rest| !rest.starts_with(|next: char| next.is_ascii_lowercase()))
    })
}

const READING_VERBS: [&str; 15] = [
    "BatchDescribe",
    "BatchGet",
    "Check",
    "Describe",
    "Estimate",
    "Get",
    "Head",
    "List",
    "Lookup",
    "Preview",
    "Query",
    "Scan",
    "Search",
    "Simulate",
    "View",
];

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn deed(record: &serde_json::Value) -> Deed {
        Deed::of(&Record::new(record).unwrap()).unwrap()
    }

    fn action(source: &str, name: &str) -> ActionType {
        deed(&json!({"eventSource": source, "eventName": name})).action(false).unwrap()
    }

    #[test]
    fn names_are_brought_into_the_characters_of_an_action() {
        for (source, name, action_type) in [
            ("s3.amazonaws.com", "GetObject", "custom.aws.s3.GetObject"),
            ("ec2.amazonaws.com.cn", "RunInstances", "custom.aws.ec2.RunInstances"),
            ("a.b.amazonaws.com", "REST.GET.OBJECT", "custom.aws.a_b.REST_GET_OBJECT"),
            ("ünï", "größe", "custom.aws.x_n_.gr__e"),
            ("amazonaws.com", "_", "custom.aws.amazonaws_com.x_"),
        ] {
            assert_eq!(action(source, name).as_str(), action_type);
        }
        assert!(action(&"s".repeat(300), &"n".repeat(300)).as_str().len() <= "custom.".len() + 128);
    }

    #[test]
    fn the_longest_names_that_begin_badly_still_fit() {
        assert!(action(&"_".repeat(300), &"_".repeat(300)).is_custom());
    }

    #[test]
    fn reading_goes_to_the_operational_log() {
        let stream = |name, read_only| {
            let deed = deed(&json!({"eventSource": "s3.amazonaws.com", "eventName": name, "readOnly": read_only}));
            deed.action(false).unwrap().stream().clone()
        };
        assert_eq!(stream("PutObject", json!(true)), Stream::Operational);
        assert_eq!(stream("GetObject", json!(false)), Stream::Material);
        for name in ["GetObject", "ListBuckets", "Head", "BatchGetItem", "Get20200101"] {
            assert_eq!(stream(name, json!(null)), Stream::Operational, "{name}");
        }
        for name in ["PutObject", "Getaway", "ListenerCreate", "Headline", "get"] {
            assert_eq!(stream(name, json!(null)), Stream::Material, "{name}");
        }
    }

    #[test]
    fn an_insights_record_needs_no_name() {
        let deed = deed(&json!({"eventType": "AwsCloudTrailInsight"}));
        assert_eq!(deed.action(false).unwrap().as_str(), "custom.aws.cloudtrail.Insight");
    }
}
