//! The overview: the loss first, the matrices second, everything else below, on a fixed responsive grid.
//!
//! Wide: two columns, curves left and matrices right. Narrow: the right column folds under and the whole scrolls.

use egui::{Rect, Ui};

use super::frame::{Frame, panel_ui};
use crate::figure::{Entry, Figure, Ink, matrix_pair};
use crate::ui::action::{Action, PanelId};
use crate::ui::heatmap::{Textures, matrices_ui};
use crate::ui::plot::{Drawing, figure_ui, swatch_ui};
use crate::ui::state::{EnsembleStore, Pictures, RunStore, View};
use crate::ui::theme::{GAP, ink};

/// Below this width the right column folds under.
const FOLD_WIDTH: f32 = 900.0;

/// Teachers or neurons named in a legend at most.
const LEGEND_LIMIT: usize = 6;

/// What the overview draws.
pub(in crate::ui) struct Overview<'a> {
    pub(in crate::ui) run: &'a RunStore,
    pub(in crate::ui) sgd: Option<&'a EnsembleStore>,
    pub(in crate::ui) pictures: &'a Pictures,
    pub(in crate::ui) view: &'a View,
    pub(in crate::ui) drawing: Drawing,
}

/// Draws the overview; returns wishes and the entry pointed at.
pub(in crate::ui) fn overview_ui(
    ui: &mut Ui,
    overview: &Overview<'_>,
    textures: &mut Textures,
) -> (Vec<Action>, Option<Entry>) {
    let mut drawn = Drawn { actions: Vec::new(), entry: None, textures };
    let area = ui.available_rect_before_wrap();
    if let Some(panel) = overview.view.maximised {
        drawn.panel(ui, overview, panel, area);
    } else if area.width() >= FOLD_WIDTH {
        for (panel, place) in wide(area) {
            drawn.panel(ui, overview, panel, place);
        }
        ui.allocate_rect(area, egui::Sense::hover());
    } else {
        egui::ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
            // The scroll bar floats over the right edge.
            let width = ui.available_width() - GAP;
            let height = area.height().max(720.0);
            let (whole, _) =
                ui.allocate_exact_size(egui::vec2(width, height + GAP + 520.0), egui::Sense::hover());
            for (panel, place) in narrow(whole, height) {
                drawn.panel(ui, overview, panel, place);
            }
        });
    }
    (drawn.actions, drawn.entry)
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

fn wide(area: Rect) -> Vec<(PanelId, Rect)> {
    let [left, right] = columns(area, [1.95, 1.0]);
    let [m, q, manifold] = rows(right, [1.0, 1.0, 1.1]);
    let matrices = [(PanelId::MatrixM, m), (PanelId::MatrixQ, q), (PanelId::Manifold, manifold)];
    curves(left).into_iter().chain(matrices).collect()
}

fn narrow(whole: Rect, height: f32) -> Vec<(PanelId, Rect)> {
    let upper = Rect::from_min_size(whole.min, egui::vec2(whole.width(), height));
    let lower = Rect::from_min_max(egui::pos2(whole.min.x, upper.max.y + GAP), whole.max);
    let [left, right] = columns(lower, [1.0, 1.0]);
    let [m, q] = rows(left, [1.0, 1.0]);
    let matrices = [(PanelId::MatrixM, m), (PanelId::MatrixQ, q), (PanelId::Manifold, right)];
    curves(upper).into_iter().chain(matrices).collect()
}

/// What drawing leaves behind.
struct Drawn<'a> {
    actions: Vec<Action>,
    entry: Option<Entry>,
    textures: &'a mut Textures,
}

impl Drawn<'_> {
    fn panel(&mut self, ui: &mut Ui, overview: &Overview<'_>, panel: PanelId, place: Rect) {
        match panel {
            PanelId::MatrixM | PanelId::MatrixQ => self.matrices(ui, overview, panel, place),
            _ => self.curves(ui, overview, panel, place),
        }
    }

    fn curves(&mut self, ui: &mut Ui, overview: &Overview<'_>, panel: PanelId, place: Rect) {
        let Some(prepared) = overview.pictures.get(panel) else { return };
        let mut drawing = overview.drawing;
        if panel == PanelId::Manifold {
            drawing.cursor = None;
            let alpha = overview.run.alpha_at(overview.view.place, overview.view.scale());
            let point = overview.run.at(alpha).and_then(|at| at.observables.point);
            drawing.spot = point.map(|point| [point.x, point.y]);
        }
        let frame = frame(overview, panel, &prepared.figure);
        let content = |ui: &mut Ui| figure_ui(ui, prepared, &drawing);
        let legend = |ui: &mut Ui| legend_ui(ui, overview, panel);
        let pointed = panel_ui(ui, place, &frame, &mut self.actions, (legend, content));
        self.actions.extend(pointed.seek.map(Action::Seek));
        self.entry = self.entry.or(pointed.entry);
    }

    fn matrices(&mut self, ui: &mut Ui, overview: &Overview<'_>, panel: PanelId, place: Rect) {
        let run = overview.run;
        let scale = overview.view.scale();
        let at = run.at(run.alpha_at(overview.view.place, scale));
        let figure = matrix_pair(&run.data(scale, overview.sgd, false), at, panel == PanelId::MatrixQ);
        let frame = frame(overview, panel, &figure);
        let textures = &mut *self.textures;
        let content = |ui: &mut Ui| matrices_ui(ui, &figure, textures, &overview.drawing);
        let entry = panel_ui(ui, place, &frame, &mut self.actions, (|_: &mut Ui| (), content));
        self.entry = self.entry.or(entry);
    }
}

fn frame<'a>(overview: &Overview<'_>, panel: PanelId, figure: &'a Figure) -> Frame<'a> {
    let maximised = overview.view.maximised == Some(panel);
    Frame { panel, title: &figure.title, maximised, colours: overview.drawing.colours }
}

/// The names of colours, in the title row where there is room.
fn legend_ui(ui: &mut Ui, overview: &Overview<'_>, panel: PanelId) {
    let palette = overview.drawing.palette;
    let model = &overview.run.scenario.model;
    match panel {
        PanelId::Overlaps | PanelId::PolarFactor if ui.available_width() > 166.0 => {
            // The first entry takes 84 points, every other one 34.
            let room = ((ui.available_width() - 50.0) / 34.0).max(1.0) as usize;
            for r in 0..model.p_star.min(LEGEND_LIMIT).min(room) {
                let word = if r == 0 { String::from("teacher 1") } else { (r + 1).to_string() };
                swatch_ui(ui, ink(palette, Ink::Teacher(r)), &word, false);
            }
        }
        PanelId::Norms => {
            for i in [0, model.p - 1].iter().take(model.p) {
                swatch_ui(ui, ink(palette, Ink::Neuron(*i, model.p)), &format!("Q{0}{0}", i + 1), false);
            }
            if model.p > 1 {
                swatch_ui(ui, ink(palette, Ink::Quiet), "Qij", false);
            }
        }
        PanelId::Distance => {
            let names =
                [(Ink::Main, "d"), (Ink::Other(0), "M"), (Ink::Other(1), "Q"), (Ink::Other(3), "whitened")];
            for (index, (colour, word)) in names.into_iter().enumerate() {
                swatch_ui(ui, ink(palette, colour), word, index == 3);
            }
        }
        _ => {}
    }
}
