//! axiom-audit
