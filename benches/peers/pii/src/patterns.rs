//! Expressions for what a scanner for personal data looks for.

use hyperscan::prelude::*;

use crate::expressions::EXPRESSIONS;

/// All of them, to be matched at once.
pub(crate) fn all() -> Patterns {
    EXPRESSIONS.iter().enumerate().map(|(id, expression)| pattern(id, expression)).collect()
}

fn pattern(id: usize, expression: &str) -> Pattern {
    let mut pattern = Pattern::new(expression).expect("an expression of the table");
    pattern.id = Some(id);
    pattern
}
