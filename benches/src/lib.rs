//! axiom-benches
