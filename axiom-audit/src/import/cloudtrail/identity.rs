//! Who acted: the record's `userIdentity` as an actor.

use axiom_core::{Actor, ActorType};

use super::record::Record;

/// The actor; its id is that of the event's user too.
pub(super) fn actor(record: &Record) -> Actor {
    let id = ID_FIELDS.iter().find_map(|pointer| record.text(pointer)).unwrap_or(UNKNOWN);
    let mut actor = Actor::new(kind(record), id);
    actor.privileged = is_root(record);
    actor.on_behalf_of = ["/userIdentity/onBehalfOf/userId", "/userIdentity/sessionContext/sourceIdentity"]
        .iter()
        .find_map(|pointer| record.text(pointer))
        .map(str::to_owned);
    actor
}

fn kind(record: &Record) -> ActorType {
    let is_user = match record.text("/userIdentity/type") {
        Some("FederatedUser" | "IAMUser" | "IdentityCenterUser" | "Root" | "SAMLUser" | "WebIdentityUser") => true,
        Some("AssumedRole") => is_person(record),
        Some(_) => false,
        None => arn_resource(record).is_some_and(|resource| resource == "root" || resource.starts_with("user/")),
    };
    if is_user { ActorType::User } else { ActorType::Service }
}

/// Whether a person shows in a role session: by MFA, by the console, or by where the session came from.
fn is_person(record: &Record) -> bool {
    record.text("/userIdentity/sessionContext/attributes/mfaAuthenticated") == Some("true")
        || record.text("/sessionCredentialFromConsole") == Some("true")
        || record.text("/userIdentity/sessionContext/sourceIdentity").is_some()
        || record
            .text("/userIdentity/sessionContext/sessionIssuer/userName")
            .is_some_and(|role| role.starts_with("AWSReservedSSO_"))
}

fn is_root(record: &Record) -> bool {
    let is_root = |pointer| record.text(pointer) == Some("Root");
    is_root("/userIdentity/type")
        || is_root("/userIdentity/sessionContext/sessionIssuer/type")
        || arn_resource(record) == Some("root")
}

/// The last part of the ARN, like `user/alice`.
fn arn_resource(record: &Record) -> Option<&str> {
    record.text("/userIdentity/arn")?.splitn(6, ':').nth(5)
}

/// The names of an actor, the most telling first.
const ID_FIELDS: [&str; 7] = [
    "/userIdentity/arn",
    "/userIdentity/principalId",
    "/userIdentity/userName",
    "/userIdentity/onBehalfOf/userId",
    "/userIdentity/credentialId",
    "/userIdentity/invokedBy",
    "/userIdentity/accountId",
];

const UNKNOWN: &str = "unknown";

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn actor_of(identity: &Value) -> Actor {
        actor(&Record::new(&json!({"userIdentity": identity})).unwrap())
    }

    #[test]
    fn each_type_of_identity_is_a_person_or_a_service() {
        for (name, kind) in [
            ("Root", ActorType::User),
            ("IAMUser", ActorType::User),
            ("SAMLUser", ActorType::User),
            ("WebIdentityUser", ActorType::User),
            ("FederatedUser", ActorType::User),
            ("IdentityCenterUser", ActorType::User),
            ("AssumedRole", ActorType::Service),
            ("Role", ActorType::Service),
            ("AWSAccount", ActorType::Service),
            ("AWSService", ActorType::Service),
            ("Directory", ActorType::Service),
            ("Unknown", ActorType::Service),
        ] {
            assert_eq!(actor_of(&json!({"type": name})).kind, kind, "{name}");
        }
    }

    #[test]
    fn a_role_session_with_a_person_in_it_is_a_user() {
        for context in [
            json!({"attributes": {"mfaAuthenticated": "true"}}),
            json!({"sourceIdentity": "alice"}),
            json!({"sessionIssuer": {"userName": "AWSReservedSSO_Admin_0123456789abcdef"}}),
        ] {
            assert_eq!(actor_of(&json!({"type": "AssumedRole", "sessionContext": context})).kind, ActorType::User);
        }
        let machine = json!({"type": "AssumedRole", "sessionContext": {"attributes": {"mfaAuthenticated": "false"}}});
        assert_eq!(actor_of(&machine).kind, ActorType::Service);
    }

    #[test]
    fn the_root_user_is_privileged() {
        for identity in [
            json!({"type": "Root"}),
            json!({"arn": "arn:aws:iam::111122223333:root"}),
            json!({"type": "AssumedRole", "sessionContext": {"sessionIssuer": {"type": "Root"}}}),
        ] {
            assert!(actor_of(&identity).privileged, "{identity}");
        }
        assert!(!actor_of(&json!({"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/root"})).privileged);
    }

    #[test]
    fn an_identity_without_type_is_told_by_its_arn() {
        assert_eq!(actor_of(&json!({"arn": "arn:aws:iam::111122223333:user/alice"})).kind, ActorType::User);
        let service = actor_of(&json!({"accountId": "111122223333", "invokedBy": "ec2.amazonaws.com"}));
        assert_eq!((service.kind, service.id.as_str()), (ActorType::Service, "ec2.amazonaws.com"));
    }

    #[test]
    fn an_empty_name_is_no_name() {
        let identity = json!({"type": "IAMUser", "arn": "", "principalId": "", "userName": "alice"});
        assert_eq!(actor_of(&identity).id, "alice");
        assert_eq!(actor_of(&json!(null)).id, UNKNOWN);
    }

    #[test]
    fn a_session_names_the_person_behind_it() {
        let identity =
            json!({"type": "IdentityCenterUser", "onBehalfOf": {"userId": "u-1", "identityStoreArn": "arn:aws:x"}});
        assert_eq!(actor_of(&identity).on_behalf_of.as_deref(), Some("u-1"));
        let identity = json!({"type": "AssumedRole", "sessionContext": {"sourceIdentity": "alice"}});
        assert_eq!(actor_of(&identity).on_behalf_of.as_deref(), Some("alice"));
    }
}
