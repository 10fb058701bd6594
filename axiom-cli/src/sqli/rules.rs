//! `axiom sqli rules`.

use core::fmt::Write;

use axiom_sqli::rules;
use clap::Args;

use crate::failure::Failure;
use crate::terminal::{self, BOLD, DIM};

/// List the rules, each with what it means and an example
#[derive(Args)]
pub(crate) struct Rules {}

impl Rules {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let mut out = String::new();
        for rule in rules() {
            let _ = writeln!(out, "{BOLD}{:<18}{BOLD:#} {:<19} {}", rule.id, rule.category.as_str(), rule.meaning);
            let _ = writeln!(out, "  {DIM}blocked{DIM:#} {}\n  {DIM}passes{DIM:#}  {}", rule.attack, rule.benign);
        }
        terminal::print(&out)
    }
}
