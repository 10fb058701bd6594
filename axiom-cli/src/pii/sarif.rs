//! Findings as SARIF 2.1.0, which code scanning reads: OASIS Static Analysis Results Interchange Format.

use std::collections::BTreeSet;
use std::path::{Component, Path};

use axiom_pii::{Category, Linter, Severity, catalogue};
use serde::Serialize;
use serde_json::{Value, json};

/// A finding in a file: never its value.
pub(super) struct Entry<'a> {
    /// The type, which is the rule.
    pub(super) kind: &'a str,
    pub(super) severity: Severity,
    /// What is wrong and what to do, in a sentence.
    pub(super) message: String,
    pub(super) path: &'a Path,
    pub(super) region: Region,
    /// JSON Pointer, in a document.
    pub(super) pointer: Option<&'a str>,
    /// What names the finding while lines move, where there is such a thing.
    pub(super) fingerprint: Option<String>,
}

/// Where a finding stands: lines and columns from 1, columns in code points and behind the last one at the end.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Region {
    pub(super) start_line: usize,
    pub(super) start_column: usize,
    pub(super) end_line: usize,
    pub(super) end_column: usize,
}

/// The log of one run that found `entries`.
pub(super) fn log(entries: &[Entry<'_>]) -> Value {
    let kinds: BTreeSet<_> = entries.iter().map(|entry| entry.kind).collect();
    let kinds: Vec<_> = kinds.into_iter().collect();
    json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "axiom",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": kinds.iter().map(|kind| rule(kind)).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "results": entries.iter().map(|entry| result(entry, &kinds)).collect::<Vec<_>>(),
        }],
    })
}

fn rule(kind: &str) -> Value {
    let known = catalogue().iter().find(|known| known.name == kind);
    let category = known.map(|known| known.category);
    let secret = category == Some(Category::Secret) || kind == Linter::LITERAL_SECRET;
    let (short, full) = match known {
        Some(known) => {
            (format!("{kind}: {}", known.category.as_str()), format!("{}. Source: {}.", known.validator, known.source))
        }
        None if secret => (format!("{kind}: secret"), "A value typed in where a secret belongs.".to_owned()),
        None => (kind.to_owned(), "A type of the host's own.".to_owned()),
    };
    let help = if secret {
        "Move the value into a secret store and refer to it by name; what was stored once is to be replaced by a new one."
    } else {
        "Do not store the value: read it from a source of data when it is needed, or redact it."
    };
    json!({
        "id": kind,
        "shortDescription": {"text": short},
        "fullDescription": {"text": full},
        "help": {"text": help},
        "properties": {"tags": ["security"], "security-severity": if secret { "8.0" } else { "5.0" }},
    })
}

fn result(entry: &Entry<'_>, kinds: &[&str]) -> Value {
    let mut location = json!({
        "physicalLocation": {"artifactLocation": {"uri": uri(entry.path)}, "region": entry.region},
    });
    if let Some(pointer) = entry.pointer {
        location["logicalLocations"] = json!([{"fullyQualifiedName": pointer, "kind": "value"}]);
    }
    let mut result = json!({
        "ruleId": entry.kind,
        "ruleIndex": kinds.binary_search(&entry.kind).unwrap_or_default(),
        "level": entry.severity.as_str(),
        "message": {"text": entry.message},
        "locations": [location],
    });
    if let Some(fingerprint) = &entry.fingerprint {
        result["partialFingerprints"] = json!({"axiomPlace/v1": fingerprint});
    }
    result
}

/// A reference to `path` as RFC 3986 writes it: relative as the path is, or with the scheme of files.
fn uri(path: &Path) -> String {
    let mut uri = String::new();
    for component in path.components() {
        match component {
            Component::Prefix(prefix) => uri = format!("file:///{}", encoded(&prefix.as_os_str().to_string_lossy())),
            Component::RootDir if uri.is_empty() => uri.push_str("file://"),
            Component::RootDir | Component::CurDir => {}
            Component::ParentDir | Component::Normal(_) => {
                if !uri.is_empty() {
                    uri.push('/');
                }
                uri.push_str(&encoded(&component.as_os_str().to_string_lossy()));
            }
        }
    }
    uri
}

fn encoded(segment: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    segment
        .bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_references() {
        assert_eq!(uri(Path::new("a b/ü.json")), "a%20b/%C3%BC.json");
        assert_eq!(uri(Path::new("./../x:y")), "../x%3Ay");
        #[cfg(unix)]
        assert_eq!(uri(Path::new("/a/b.json")), "file:///a/b.json");
    }

    #[test]
    fn results_point_to_their_rules() {
        let entry = |kind: &'static str| Entry {
            kind,
            severity: Severity::Error,
            message: "x".into(),
            path: Path::new("a.json"),
            region: Region { start_line: 1, start_column: 2, end_line: 1, end_column: 3 },
            pointer: Some("/a"),
            fingerprint: None,
        };
        let log = log(&[entry("us_ssn"), entry(Linter::LITERAL_SECRET), entry("us_ssn")]);
        let run = &log["runs"][0];
        for result in run["results"].as_array().unwrap() {
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(run["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
        }
        assert_eq!(run["tool"]["driver"]["rules"].as_array().unwrap().len(), 2);
    }
}
