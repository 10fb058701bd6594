//! axiom-python
