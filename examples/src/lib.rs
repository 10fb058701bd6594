//! axiom-examples
