//! axiom-crypto
