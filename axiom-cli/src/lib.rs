//! axiom-cli
