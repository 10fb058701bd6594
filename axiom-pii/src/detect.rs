//! Detectors: one a type, each from an anchor in the text to a candidate.

pub(crate) mod address;
mod api_token;
pub(crate) mod credit_card;
pub(crate) mod date_of_birth;
pub(crate) mod email;
pub(crate) mod iban;
pub(crate) mod mrz;
pub(crate) mod phone;
pub(crate) mod private_key;
pub(crate) mod secret;
pub(crate) mod url_credentials;
pub(crate) mod us_ssn;
pub(crate) mod wallet;

use core::ops::Range;

use crate::catalogue::Id;
use crate::context::Hint;

/// A value of the right form, before its context is looked at.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Candidate {
    pub(crate) id: Id,
    pub(crate) range: Range<usize>,
    /// What its form alone is worth.
    pub(crate) score: f32,
    /// Whether a checksum held.
    pub(crate) validated: bool,
}

impl Candidate {
    /// What it is worth in its context.
    pub(crate) fn weigh(&self, hint: Hint) -> f32 {
        weighed(self.score, hint)
    }
}

/// What a score comes to in its context.
pub(crate) const fn weighed(score: f32, hint: Hint) -> f32 {
    match hint {
        Hint::Against => score - DOUBT,
        Hint::For => supported(score),
        Hint::Silent => score,
    }
}

/// What a candidate must be worth at least so that a label can make it `wanted`.
pub(crate) const fn reachable(wanted: f32) -> f32 {
    wanted - SUPPORT
}

/// A score with one more sign that it is right.
const fn supported(score: f32) -> f32 {
    (score + SUPPORT).min(1.0)
}

/// What a label, or a typical way of grouping, adds.
const SUPPORT: f32 = 0.4;
/// What the label of something else takes away.
const DOUBT: f32 = 0.5;
