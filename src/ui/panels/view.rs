//! The panels of a view in their places: curves, matrices, legends, and what the pointer does in them.
//!
//! Where they are is the view's business; a maximised panel has all the room.

use egui::{Rect, Ui};

use super::frame::{Frame, panel_ui};
use crate::figure::{Entry, Figure, Ink, MatrixSource, matrix_pair_of};
use crate::ui::action::{Action, PanelId};
use crate::ui::heatmap::{Textures, matrices_ui};
use crate::ui::plot::{Drawing, figure_ui, swatch_ui};
use crate::ui::state::{EnsembleStore, Pictures, RunStore, View};
use crate::ui::theme::{GAP, ink};

/// Teachers or neurons named in a legend at most.
const LEGEND_LIMIT: usize = 6;

/// What a view draws.
pub(in crate::ui) struct Shown<'a> {
    pub(in crate::ui) run: &'a RunStore,
    pub(in crate::ui) sgd: Option<&'a EnsembleStore>,
    pub(in crate::ui) pictures: &'a Pictures,
    pub(in crate::ui) view: &'a View,
    pub(in crate::ui) drawing: Drawing,
}

/// Draws the panels of the view; returns wishes and the entry pointed at.
pub(in crate::ui) fn view_ui(
    ui: &mut Ui,
    shown: &Shown<'_>,
    textures: &mut Textures,
) -> (Vec<Action>, Option<Entry>) {
    let mut drawn = Drawn { actions: Vec::new(), entry: None, textures };
    let area = ui.available_rect_before_wrap();
    if let Some(panel) = shown.view.maximised {
        drawn.panel(ui, shown, panel, area);
        return (drawn.actions, drawn.entry);
    }
    let (panels, height) = shown.view.tab.places(area);
    if height <= area.height() {
        for (panel, place) in panels {
            drawn.panel(ui, shown, panel, place);
        }
        ui.allocate_rect(area, egui::Sense::hover());
    } else {
        egui::ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
            // The scroll bar floats over the right edge.
            let size = egui::vec2(ui.available_width() - GAP, height);
            let (whole, _) = ui.allocate_exact_size(size, egui::Sense::hover());
            let visible = Rect::from_min_size(whole.min, egui::vec2(whole.width(), area.height()));
            for (panel, place) in shown.view.tab.places(visible).0 {
                drawn.panel(ui, shown, panel, place);
            }
        });
    }
    (drawn.actions, drawn.entry)
}

/// What drawing leaves behind.
struct Drawn<'a> {
    actions: Vec<Action>,
    entry: Option<Entry>,
    textures: &'a mut Textures,
}

impl Drawn<'_> {
    fn panel(&mut self, ui: &mut Ui, shown: &Shown<'_>, panel: PanelId, place: Rect) {
        match panel {
            PanelId::MatrixM | PanelId::MatrixQ => self.matrices(ui, shown, panel, place),
            _ => self.curves(ui, shown, panel, place),
        }
    }

    fn curves(&mut self, ui: &mut Ui, shown: &Shown<'_>, panel: PanelId, place: Rect) {
        let Some(prepared) = shown.pictures.get(panel) else { return };
        let mut drawing = shown.drawing;
        if panel == PanelId::Manifold {
            drawing.cursor = None;
            let alpha = shown.run.alpha_at(shown.view.place, shown.view.scale());
            let point = shown.run.at(alpha).and_then(|at| at.observables.point);
            drawing.spot = point.map(|point| [point.x, point.y]);
        }
        let frame = frame(shown, panel, &prepared.figure);
        let content = |ui: &mut Ui| figure_ui(ui, prepared, &drawing);
        let legend = |ui: &mut Ui| legend_ui(ui, shown, panel);
        let pointed = panel_ui(ui, place, &frame, &mut self.actions, (legend, content));
        self.actions.extend(pointed.seek.map(Action::Seek));
        self.entry = self.entry.or(pointed.entry);
    }

    fn matrices(&mut self, ui: &mut Ui, shown: &Shown<'_>, panel: PanelId, place: Rect) {
        let (run, view) = (shown.run, shown.view);
        let scale = view.scale();
        let data = run.data(scale, shown.sgd, false);
        let alpha = run.alpha_at(view.place, scale);
        let figure = matrix_pair_of(&data, view.matrices, alpha, panel == PanelId::MatrixQ);
        let frame = frame(shown, panel, &figure);
        let textures = &mut *self.textures;
        let content = |ui: &mut Ui| matrices_ui(ui, &figure, textures, &shown.drawing);
        let mut source = None;
        let legend = |ui: &mut Ui| source = source_ui(ui, data.ensemble.is_some(), view.matrices);
        let entry = panel_ui(ui, place, &frame, &mut self.actions, (legend, content));
        self.actions.extend(source.map(Action::ShowMatrices));
        self.entry = self.entry.or(entry);
    }
}

fn frame<'a>(shown: &Shown<'_>, panel: PanelId, figure: &'a Figure) -> Frame<'a> {
    let maximised = shown.view.maximised == Some(panel);
    Frame { panel, title: &figure.title, maximised, colours: shown.drawing.colours }
}

/// Whose matrices are shown, where there is more than one answer.
fn source_ui(ui: &mut Ui, has_sgd: bool, current: MatrixSource) -> Option<MatrixSource> {
    let mut wish = None;
    if has_sgd {
        ui.spacing_mut().item_spacing.x = 2.0;
        for (source, about) in [
            (MatrixSource::Ode, "the ODE's overlaps"),
            (MatrixSource::Mean, "mean over the SGD runs"),
            (MatrixSource::Replica, "the first SGD run"),
        ] {
            let text = egui::RichText::new(source.name()).small();
            if ui.selectable_label(current == source, text).on_hover_text(about).clicked() {
                wish = Some(source);
            }
        }
    }
    wish
}

/// The names of colours, in the title row where there is room.
fn legend_ui(ui: &mut Ui, shown: &Shown<'_>, panel: PanelId) {
    let palette = shown.drawing.palette;
    let model = &shown.run.scenario.model;
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
