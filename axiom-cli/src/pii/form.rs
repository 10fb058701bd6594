//! How a file is read: as text, or as the document that it is.

use std::path::Path;

use axiom_pii::Delimiter;
use clap::ValueEnum;

/// A form of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Form {
    /// As its name ends: .json, .jsonl and .ndjson, .csv and .tsv; anything else is text
    Auto,
    /// A table with commas and a header: the names of columns are context
    Csv,
    /// One document: keys are context, and places are JSON Pointers
    Json,
    /// One JSON document a line
    Ndjson,
    /// Text
    Text,
    /// A table with tabs and a header
    Tsv,
}

impl Form {
    /// The form of the file `path`, where this is what was asked for.
    pub(super) fn of(self, path: &Path) -> Self {
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        match (self, extension.to_ascii_lowercase().as_str()) {
            (Self::Auto, "csv") => Self::Csv,
            (Self::Auto, "json") => Self::Json,
            (Self::Auto, "jsonl" | "ndjson") => Self::Ndjson,
            (Self::Auto, "tsv") => Self::Tsv,
            (Self::Auto, _) => Self::Text,
            (form, _) => form,
        }
    }

    /// What stands between the cells, where it is a table.
    pub(super) const fn delimiter(self) -> Option<Delimiter> {
        match self {
            Self::Csv => Some(Delimiter::Comma),
            Self::Tsv => Some(Delimiter::Tab),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_tells_unless_somebody_does() {
        assert_eq!(Form::Auto.of(Path::new("a/b.JSON")), Form::Json);
        assert_eq!(Form::Auto.of(Path::new("b.ndjson")), Form::Ndjson);
        assert_eq!(Form::Auto.of(Path::new("json")), Form::Text);
        assert_eq!(Form::Text.of(Path::new("b.json")), Form::Text);
    }
}
