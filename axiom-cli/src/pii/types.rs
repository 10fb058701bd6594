//! `axiom pii types`.

use axiom_pii::catalogue;
use clap::Args;

use crate::failure::Failure;
use crate::terminal::{self, BOLD, DIM};

/// List the types of personal data that are known
#[derive(Args)]
pub(crate) struct Types;

impl Types {
    #[expect(clippy::unused_self, reason = "every command runs the same way")]
    pub(crate) fn run(self) -> Result<(), Failure> {
        let lines = catalogue().iter().map(|kind| {
            let (name, category, action) = (kind.name, kind.category.as_str(), kind.default_action);
            format!("{BOLD}{name:<18}{BOLD:#} {category:<10} {action:<7} {DIM}{}{DIM:#}\n", kind.validator)
        });
        terminal::print(&lines.collect::<String>())
    }
}
