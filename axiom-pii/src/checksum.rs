//! Check digits, one standard a function.
//!
//! The functions are pure and take ASCII bytes without separators. Any other byte makes a value invalid, never a panic.

mod luhn;
mod mod97;

pub use luhn::luhn;
pub use mod97::mod97;
