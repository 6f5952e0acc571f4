//! What the panels of a view are drawn from.

use super::Pictures;
use crate::model::ScenarioSpec;
use crate::sim::OtherStarts;
use crate::ui::draw::Drawing;
use crate::ui::state::View;
use crate::ui::work::{EnsembleStore, RunStore};

/// What a view draws.
pub(in crate::ui) struct Shown<'a> {
    pub(in crate::ui) run: &'a RunStore,
    pub(in crate::ui) sgd: Option<&'a EnsembleStore>,
    pub(in crate::ui) pictures: &'a Pictures,
    pub(in crate::ui) view: &'a View,
    /// The scenario being edited.
    pub(in crate::ui) spec: &'a ScenarioSpec,
    /// Runs from other starts.
    pub(in crate::ui) fan: Option<&'a OtherStarts>,
    pub(in crate::ui) drawing: Drawing,
}
