//! What a table of a sweep holds, counted.

use std::collections::BTreeMap;

use super::row::Line;

/// What a finished sweep holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SweepSummary {
    /// Rows in the file.
    pub rows: u64,
    /// How many ended in which way.
    pub endings: BTreeMap<String, u64>,
}

impl SweepSummary {
    pub(super) fn of(rows: &[Line<'_>]) -> Self {
        let mut summary = Self { rows: rows.len() as u64, ..Self::default() };
        for row in rows {
            *summary.endings.entry(row.outcome.to_owned()).or_default() += 1;
        }
        summary
    }
}
