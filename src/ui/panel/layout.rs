//! The views of the window: which panels each shows, and where they are.
//!
//! Wide: the view's own grid. Narrow: what does not fit folds under, and the whole scrolls.

use egui::Rect;

use crate::ui::state::{PanelId, View, ViewId};
use crate::ui::theme::GAP;
use crate::ui::work::JobKind;

/// Below this width the right column of the overview folds under.
const FOLD_WIDTH: f32 = 900.0;

impl ViewId {
    /// The panels with their places in `area`, and the height all of it takes.
    fn places(self, area: Rect) -> (Vec<(PanelId, Rect)>, f32) {
        match self {
            Self::Overview if area.width() < FOLD_WIDTH => folded_overview(area),
            Self::Overview => (overview(area), area.height()),
            Self::Escape => {
                let [upper, lower] = rows(area, [1.0, 1.0]);
                let [loss, growth] = columns(upper, [1.0, 1.0]);
                let [gap, times] = columns(lower, [1.0, 1.0]);
                let panels = [
                    (PanelId::Loss, loss),
                    (PanelId::Growth, growth),
                    (PanelId::Gap, gap),
                    (PanelId::EscapeTimes, times),
                ];
                (panels.to_vec(), area.height())
            }
            Self::ImplicitBias => implicit_bias(area),
            Self::Landscape => {
                let [upper, lower] = rows(area, [1.2, 1.0]);
                let [values, levels] = columns(upper, [1.5, 1.0]);
                let [counts, stability] = columns(lower, [1.0, 1.0]);
                let panels = [
                    (PanelId::Eigenvalues, values),
                    (PanelId::Levels, levels),
                    (PanelId::Counts, counts),
                    (PanelId::Stability, stability),
                ];
                (panels.to_vec(), area.height())
            }
            Self::Sweeps => {
                let [upper, lower] = rows(area, [1.0, 1.0]);
                let [times, best] = columns(upper, [1.0, 1.0]);
                let panels = [(PanelId::HalfTimes, times), (PanelId::BestRates, best), (PanelId::Map, lower)];
                (panels.to_vec(), area.height())
            }
            // Its panels are those of the step.
            Self::Lesson => (Vec::new(), area.height()),
        }
    }
}

impl View {
    /// The panels that are seen.
    pub(in crate::ui) fn panels(&self) -> Vec<PanelId> {
        self.places(Rect::ZERO).0.into_iter().map(|(panel, _)| panel).collect()
    }

    /// The work beside the run that its panels need; everything at a glance shows what there is.
    pub(in crate::ui) fn jobs(&self) -> Vec<JobKind> {
        let panels = if self.tab == ViewId::Overview { Vec::new() } else { self.panels() };
        let mut jobs: Vec<JobKind> = Vec::new();
        for job in panels.into_iter().filter_map(|panel| panel.row().job) {
            if !jobs.contains(&job) {
                jobs.push(job);
            }
        }
        jobs
    }

    /// The panels that are seen with their places in `area`, and the height all of it takes.
    pub(in crate::ui) fn places(&self, area: Rect) -> (Vec<(PanelId, Rect)>, f32) {
        match self.tab {
            ViewId::Lesson => (step_places(self.lesson.current().panels, area), area.height()),
            tab => tab.places(area),
        }
    }
}

/// The words of a lesson at the left, and what is left for its panels.
pub(in crate::ui) fn beside_lesson(area: Rect) -> (Rect, Rect) {
    let words = (0.36 * area.width()).clamp(270.0, 520.0);
    let (words, rest) = area.split_left_right_at_x(area.min.x + words);
    (words, Rect::from_min_max(rest.min + egui::vec2(GAP, 0.0), rest.max))
}

/// The first panel above, the others side by side below.
fn step_places(panels: &[PanelId], area: Rect) -> Vec<(PanelId, Rect)> {
    let [upper, lower] = rows(area, [1.2, 1.0]);
    match *panels {
        [only] => vec![(only, area)],
        [first, second] => vec![(first, upper), (second, lower)],
        [first, second, third, ..] => {
            let [left, right] = columns(lower, [1.0, 1.0]);
            vec![(first, upper), (second, left), (third, right)]
        }
        [] => Vec::new(),
    }
}

/// Cuts `area` into rows with the given shares of its height.
fn rows<const N: usize>(area: Rect, shares: [f32; N]) -> [Rect; N] {
    let room = area.height() - GAP * (N as f32 - 1.0);
    let total: f32 = shares.iter().sum();
    let mut top = area.min.y;
    shares.map(|share| {
        let height = (room * share / total).floor();
        let row = Rect::from_min_size(egui::pos2(area.min.x, top), egui::vec2(area.width(), height));
        top += height + GAP;
        row
    })
}

/// Cuts `area` into columns with the given shares of its width.
fn columns<const N: usize>(area: Rect, shares: [f32; N]) -> [Rect; N] {
    let flip = |rect: Rect| {
        Rect::from_min_max(egui::pos2(rect.min.y, rect.min.x), egui::pos2(rect.max.y, rect.max.x))
    };
    rows(flip(area), shares).map(flip)
}

/// The loss above, overlaps and norms below it, distance and S at the bottom.
fn curves(area: Rect) -> [(PanelId, Rect); 5] {
    let [first, second, third] = rows(area, [1.25, 1.0, 1.0]);
    let [overlaps, norms] = columns(second, [1.0, 1.0]);
    let [distance, polar] = columns(third, [1.0, 1.0]);
    [
        (PanelId::Loss, first),
        (PanelId::Overlaps, overlaps),
        (PanelId::Norms, norms),
        (PanelId::Distance, distance),
        (PanelId::PolarFactor, polar),
    ]
}

fn overview(area: Rect) -> Vec<(PanelId, Rect)> {
    let [left, right] = columns(area, [1.95, 1.0]);
    let [m, q, manifold] = rows(right, [1.0, 1.0, 1.1]);
    let matrices = [(PanelId::MatrixM, m), (PanelId::MatrixQ, q), (PanelId::Manifold, manifold)];
    curves(left).into_iter().chain(matrices).collect()
}

/// Distances and losses of several starts beside the manifold; below what is predicted, conserved, and missed.
fn implicit_bias(area: Rect) -> (Vec<(PanelId, Rect)>, f32) {
    let (area, height) = if area.width() < FOLD_WIDTH {
        let height = area.height().max(900.0);
        (Rect::from_min_size(area.min, egui::vec2(area.width(), height)), height)
    } else {
        (area, area.height())
    };
    let places: [Rect; 6] = if area.width() < FOLD_WIDTH {
        let [first, second, third] = rows(area, [1.0, 1.0, 1.0]);
        let ([a, b], [c, d], [e, f]) =
            (columns(first, [1.0, 1.0]), columns(second, [1.0, 1.0]), columns(third, [1.0, 1.0]));
        [a, b, c, d, e, f]
    } else {
        let [upper, lower] = rows(area, [1.15, 1.0]);
        let ([a, b, c], [d, e, f]) = (columns(upper, [1.0, 1.0, 1.1]), columns(lower, [1.0, 1.0, 1.1]));
        [a, b, c, d, e, f]
    };
    let panels = [
        PanelId::Closest,
        PanelId::ClosestLoss,
        PanelId::Manifold,
        PanelId::Distance,
        PanelId::PolarFactor,
        PanelId::Difference,
    ];
    (panels.into_iter().zip(places).collect(), height)
}

fn folded_overview(area: Rect) -> (Vec<(PanelId, Rect)>, f32) {
    const BELOW: f32 = 520.0;
    let height = area.height().max(720.0);
    let upper = Rect::from_min_size(area.min, egui::vec2(area.width(), height));
    let corner = egui::pos2(area.min.x, upper.max.y + GAP);
    let lower = Rect::from_min_size(corner, egui::vec2(area.width(), BELOW));
    let [left, right] = columns(lower, [1.0, 1.0]);
    let [m, q] = rows(left, [1.0, 1.0]);
    let matrices = [(PanelId::MatrixM, m), (PanelId::MatrixQ, q), (PanelId::Manifold, right)];
    (curves(upper).into_iter().chain(matrices).collect(), height + GAP + BELOW)
}
