//! The ticks of `figure` as grid marks of egui_plot, which has neither logarithmic axes nor labels of its own choice.

use std::cell::RefCell;
use std::rc::Rc;

use egui_plot::{GridInput, GridMark};

use crate::figure::{Axis, Tick, ticks};

/// Points of the screen between the closest lines that egui_plot tells apart.
const CLOSEST: f64 = 8.0;

/// The ticks of one axis in this frame: asked for with the grid, looked up for the labels.
#[derive(Clone, Debug, Default)]
pub(in crate::ui) struct AxisTicks(Rc<RefCell<Vec<Tick>>>);

impl AxisTicks {
    /// Grid marks of an axis with a label every `apart` points of the screen at most.
    pub(in crate::ui) fn marks(
        &self,
        axis: &Axis,
        input: &GridInput,
        apart: impl Fn((f64, f64)) -> f64,
    ) -> Vec<GridMark> {
        let found = ticks(axis, input.bounds, room(input, apart(input.bounds)));
        let marks = grid_marks(&found);
        self.0.replace(found);
        marks
    }

    /// What the mark at a position says.
    pub(in crate::ui) fn label(&self, position: f64) -> String {
        let ticks = self.0.borrow();
        let tick = ticks.iter().find(|tick| tick.position.to_bits() == position.to_bits());
        tick.and_then(|tick| tick.label.clone()).unwrap_or_default()
    }
}

/// How many labels there is room for.
fn room(input: &GridInput, apart: f64) -> f64 {
    let length = CLOSEST * (input.bounds.1 - input.bounds.0) / input.base_step_size;
    if length.is_finite() { (length / apart.max(1.0)).max(1.0) } else { 1.0 }
}

/// A mark per tick: the further apart ticks of a kind are, the stronger are their lines.
fn grid_marks(ticks: &[Tick]) -> Vec<GridMark> {
    let mark = |tick: &Tick| {
        let alike = ticks.iter().filter(|other| other.label.is_some() == tick.label.is_some());
        let apart = alike.map(|other| (other.position - tick.position).abs()).filter(|apart| *apart > 0.0);
        GridMark { value: tick.position, step_size: apart.fold(f64::INFINITY, f64::min).min(1e300) }
    };
    ticks.iter().map(mark).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::Scale;

    #[test]
    fn ticks_on_the_screen_are_those_on_paper_for_the_same_axis_range_and_room() {
        let linear = || Axis::new("x", Scale::Linear);
        let axes = [linear(), linear().with_integers(), Axis::new("x", Scale::Log10)];
        let ranges = [(0.0, 3500.0), (-1.0, 1.0), (-16.2, 0.3), (0.15, 0.83), (-3.1, -1.2), (0.0, 2e-5)];
        for (axis, range) in axes.iter().flat_map(|axis| ranges.map(|range| (axis, range))) {
            for room in [2.0, 4.0, 7.0] {
                let paper = ticks(axis, range, room);
                let screen = AxisTicks::default();
                let length = 50.0 * room;
                let input =
                    GridInput { bounds: range, base_step_size: CLOSEST * (range.1 - range.0) / length };
                let marks = screen.marks(axis, &input, |_| 50.0);
                let shown: Vec<(f64, String)> =
                    marks.iter().map(|mark| (mark.value, screen.label(mark.value))).collect();
                let expected: Vec<(f64, String)> =
                    paper.into_iter().map(|tick| (tick.position, tick.label.unwrap_or_default())).collect();
                assert_eq!(shown, expected, "{axis:?} {range:?} {room}");
            }
        }
    }

    #[test]
    fn a_range_without_extent_has_no_marks() {
        let axis = Axis::new("x", Scale::Log10);
        for bounds in [(f64::NAN, 1.0), (1.0, 1.0), (0.0, f64::INFINITY)] {
            let input = GridInput { bounds, base_step_size: 0.5 };
            assert!(AxisTicks::default().marks(&axis, &input, |_| 40.0).is_empty(), "{bounds:?}");
        }
    }
}
