//! The panels of a view in their places: curves, matrices, legends, and what the pointer does in them.
//!
//! Where they are is the view's business; a maximised panel has all the room.

use egui::{Color32, Rect, Ui};

use super::{
    AtCursor, Frame, Picture, Shown, beside_lesson, legend_ui, lesson_ui, manifold_request, panel_ui,
    panel_zoom, state_on_manifold,
};
use crate::figure::{Figure, MatrixSource, TimeAxis};
use crate::ui::draw::{Textures, figure_ui, matrices_ui, seen_parts};
use crate::ui::state::{Action, Highlight, PanelId, ViewId};
use crate::ui::theme::GAP;

/// Draws the panels of the view; returns wishes and what is pointed at.
pub(in crate::ui) fn view_ui(
    ui: &mut Ui,
    shown: &Shown<'_>,
    textures: &mut Textures,
) -> (Vec<Action>, Option<Highlight>) {
    let mut drawn = Drawn { actions: Vec::new(), lit: None, textures };
    let mut area = ui.available_rect_before_wrap();
    if let Some(panel) = shown.view.maximised {
        drawn.panel(ui, shown, panel, area);
        return (drawn.actions, drawn.lit);
    }
    let lesson = shown.view.tab == ViewId::Lesson;
    if lesson {
        let (words, rest) = beside_lesson(area);
        drawn.actions.extend(lesson_ui(ui, words, shown));
        area = rest;
    }
    let (panels, height) = shown.view.places(area);
    if height <= area.height() {
        for (index, (panel, place)) in panels.into_iter().enumerate() {
            drawn.panel(ui, shown, panel, place);
            if lesson && index == 0 {
                let stroke = egui::Stroke::new(2.5, shown.drawing.colours.accent);
                ui.painter().rect_stroke(place, 6.0, stroke, egui::StrokeKind::Inside);
            }
        }
        ui.allocate_rect(area, egui::Sense::hover());
    } else {
        egui::ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
            // The scroll bar floats over the right edge.
            let size = egui::vec2(ui.available_width() - GAP, height);
            let (whole, _) = ui.allocate_exact_size(size, egui::Sense::hover());
            let visible = Rect::from_min_size(whole.min, egui::vec2(whole.width(), area.height()));
            for (panel, place) in shown.view.places(visible).0 {
                drawn.panel(ui, shown, panel, place);
            }
        });
    }
    (drawn.actions, drawn.lit)
}

/// What drawing leaves behind.
struct Drawn<'a> {
    actions: Vec<Action>,
    lit: Option<Highlight>,
    textures: &'a mut Textures,
}

impl Drawn<'_> {
    fn panel(&mut self, ui: &mut Ui, shown: &Shown<'_>, panel: PanelId, place: Rect) {
        match panel.row().picture {
            Picture::AtCursor(build) => self.matrices(ui, shown, (panel, build), place),
            Picture::Plot(_) => self.curves(ui, shown, panel, place),
        }
    }

    fn curves(&mut self, ui: &mut Ui, shown: &Shown<'_>, panel: PanelId, place: Rect) {
        let Some(prepared) = shown.pictures.get(panel) else { return };
        let mut drawing = shown.drawing;
        if panel == PanelId::Manifold {
            drawing.marker = state_on_manifold(shown);
            drawing.captures_pointer = true;
        }
        if prepared.figure.time() == TimeAxis::None {
            drawing.cursor = None;
        }
        drawing.heights = shown.view.heights_of(panel);
        drawing.zoom = panel_zoom(&prepared.figure, shown.view.alpha_range);
        let zoomed = seen_parts(prepared, drawing.zoom, drawing.heights).iter().any(Option::is_some);
        let frame = Frame { zoomed, ..frame(shown, panel, &prepared.figure) };
        let content = |ui: &mut Ui| figure_ui(ui, prepared, &drawing);
        let mut word = None;
        let legend = |ui: &mut Ui| word = legend_ui(ui, drawing, &prepared.figure);
        let pointed = panel_ui(ui, place, &frame, &mut self.actions, (legend, content));
        self.actions.extend(pointed.seek.map(Action::Seek));
        self.actions.extend(pointed.zoom.map(Action::Zoom));
        if panel == PanelId::Manifold {
            self.actions.extend(manifold_request(shown, &pointed));
        }
        self.lit = self.lit.or(word).or(pointed.entry.map(Highlight::Entry));
    }

    fn matrices(&mut self, ui: &mut Ui, shown: &Shown<'_>, (panel, build): (PanelId, AtCursor), place: Rect) {
        let (run, view) = (shown.run, shown.view);
        let scale = view.scale();
        let data = run.data(scale, shown.sgd, false);
        let alpha = run.alpha_at(view.place, scale);
        let figure = build(&data, view.matrices, alpha);
        let frame = frame(shown, panel, &figure);
        let textures = &mut *self.textures;
        let content = |ui: &mut Ui| matrices_ui(ui, &figure, textures, &shown.drawing);
        let mut source = None;
        let legend = |ui: &mut Ui| source = source_ui(ui, data.ensemble.is_some(), view.matrices);
        let entry = panel_ui(ui, place, &frame, &mut self.actions, (legend, content));
        self.actions.extend(source.map(Action::ShowMatrices));
        self.lit = self.lit.or(entry.map(Highlight::Entry));
    }
}

fn frame<'a>(shown: &Shown<'_>, panel: PanelId, figure: &'a Figure) -> Frame<'a> {
    let maximised = shown.view.maximised == Some(panel);
    Frame {
        panel,
        title: &figure.title,
        maximised,
        pictures: shown.view.pictures,
        zoomed: false,
        colours: shown.drawing.colours,
    }
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
            let font = egui::TextStyle::Small.resolve(ui.style());
            let width =
                ui.painter().layout_no_wrap(source.name().to_owned(), font, Color32::PLACEHOLDER).size().x;
            if ui.available_width() < width + 2.0 * ui.spacing().button_padding.x {
                break;
            }
            if ui.selectable_label(current == source, text).on_hover_text(about).clicked() {
                wish = Some(source);
            }
        }
    }
    wish
}
