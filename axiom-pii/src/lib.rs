//! axiom-pii
