//! The colour and width of a curve, pointed at or not.

use super::Drawing;
use crate::figure::{Plot as PlotData, Series};
use crate::ui::theme::ink;

/// How curves look while one of them is pointed at: it stands out, the others recede.
pub(super) struct CurveStyle<'a> {
    plot: &'a PlotData,
    drawing: &'a Drawing,
    hovered: Option<usize>,
    dim: bool,
}

impl<'a> CurveStyle<'a> {
    /// With the curve under the pointer.
    pub(super) fn new(plot: &'a PlotData, drawing: &'a Drawing, hovered: Option<usize>) -> Self {
        let mut looks = Self { plot, drawing, hovered, dim: false };
        looks.dim = plot.series.len() > 1 && (0..plot.series.len()).any(|index| looks.lit(index));
        looks
    }

    fn lit(&self, index: usize) -> bool {
        let meant = self.drawing.lit.zip(self.plot.series.get(index));
        self.hovered == Some(index) || meant.is_some_and(|(lit, series)| lit.is_curve(series))
    }

    /// Colour and width of a curve.
    pub(super) fn of(&self, index: usize, series: &Series) -> (egui::Color32, f32) {
        let (colour, width) = (ink(self.drawing.palette, series.ink), 1.5 * series.width);
        match self.lit(index) {
            true => (colour, width + 1.2),
            false if self.dim => (colour.gamma_multiply(0.35), width),
            false => (colour, width),
        }
    }
}
