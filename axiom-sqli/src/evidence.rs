//! What speaks for an attack: rules that hit, how hard, and where.

use core::ops::Range;

use crate::category::Categories;
use crate::dialect::Dialects;
use crate::rule::{COUNT, Id, Mode, RULE_IDS};

/// The rules that hit in one reading of the input.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Evidence {
    mode: Mode,
    /// Of each rule that hit, the greatest of its weights.
    weights: [f32; COUNT],
    /// The rules that hit: bit by bit, in the order of the table.
    rules: u32,
    pub(crate) span: Option<Range<usize>>,
    pub(crate) dialects: Dialects,
}

/// How sure it is that the scanner reads SQL, and not prose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ground {
    /// Behind the end of the host's string, or a value that the input begins with.
    Firm,
    /// Behind one word that the input begins with.
    Word,
    /// Behind what is no SQL.
    Loose,
}

impl Evidence {
    pub(crate) const fn new(mode: Mode) -> Self {
        Self { mode, weights: [0.0; COUNT], rules: 0, span: None, dialects: Dialects::ANY }
    }

    /// Counts a rule that hit at `range`; a rule counts once, with the greatest of its weights.
    pub(crate) fn add(&mut self, id: Id, ground: Ground, range: Range<usize>) {
        let rule = id.rule();
        let weight = match ground {
            Ground::Firm => rule.firm,
            Ground::Word => rule.word,
            Ground::Loose => rule.loose,
        };
        self.add_weight(id, weight, range);
    }

    pub(crate) fn add_weight(&mut self, id: Id, weight: f32, range: Range<usize>) {
        let weight = match self.mode {
            Mode::Field => weight,
            Mode::Prompt => weight * id.rule().prompt,
            Mode::Statement => weight.min(id.rule().statement),
        };
        if weight <= 0.0 {
            return;
        }
        let known = &mut self.weights[id as usize];
        *known = known.max(weight);
        self.rules |= 1 << id as u32;
        self.span = Some(match self.span.take() {
            Some(span) => span.start.min(range.start)..span.end.max(range.end),
            None => range,
        });
    }

    /// The chance that one sign at least is a true one, were they independent.
    pub(crate) fn score(&self) -> f32 {
        1.0 - self.hits().fold(1.0, |rest, (_, weight)| rest * (1.0 - weight))
    }

    /// Whether no rule hit.
    pub(crate) const fn is_empty(&self) -> bool {
        self.span.is_none()
    }

    /// The rules that hit, with their weights.
    pub(crate) fn hits(&self) -> impl Iterator<Item = (Id, f32)> {
        let mut rest = self.rules;
        core::iter::from_fn(move || {
            let id = *RULE_IDS.get(rest.trailing_zeros() as usize)?;
            rest &= rest - 1;
            Some((id, self.weights[id as usize]))
        })
    }

    pub(crate) const fn has(&self, id: Id) -> bool {
        self.rules & 1 << id as u32 != 0
    }

    pub(crate) fn categories(&self) -> Categories {
        let mut categories = Categories::default();
        self.hits().for_each(|(id, _)| categories.insert(id.rule().category));
        categories
    }
}
