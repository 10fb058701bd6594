//! Check digits, one standard a function.
//!
//! The functions are pure and take ASCII bytes without separators. Any other byte makes a value invalid, never a panic.
//! [`number`](crate::number) has the rules of whole numbers that are made with them.

pub(crate) mod base58check;
pub(crate) mod bech32;
mod eip55;
mod icao9303;
mod luhn;
mod mod11_10;
mod mod11_2;
mod mod37_2;
mod mod37_36;
mod mod97;
mod verhoeff;

pub use base58check::base58check;
pub use bech32::bech32;
pub use eip55::eip55;
pub use icao9303::icao9303;
pub use luhn::luhn;
pub use mod11_2::mod11_2;
pub use mod11_10::mod11_10;
pub use mod37_2::mod37_2;
pub use mod37_36::mod37_36;
pub use mod97::mod97;
pub use verhoeff::verhoeff;

use crate::number::Rule;

/// Every check of this module by its name.
///
/// ```
/// assert!(axiom_pii::checksum::rules().any(|(name, rule)| name == "luhn" && rule(b"4111111111111111")));
/// ```
pub fn rules() -> impl Iterator<Item = (&'static str, Rule)> {
    RULES.into_iter()
}

const RULES: [(&str, Rule); 11] = [
    ("base58check", base58check),
    ("bech32", bech32),
    ("eip55", eip55),
    ("icao9303", icao9303),
    ("luhn", luhn),
    ("mod11_10", mod11_10),
    ("mod11_2", mod11_2),
    ("mod37_2", mod37_2),
    ("mod37_36", mod37_36),
    ("mod97", mod97),
    ("verhoeff", verhoeff),
];
