//! The panels of a view in their places: curves, matrices, legends, and what the pointer does in them.
//!
//! Where they are is the view's business; a maximised panel has all the room.

use egui::{Color32, Rect, Ui};

use super::{Frame, legend_ui, lesson_ui, panel_ui};
use super::{Pictures, beside_lesson};
use crate::figure::{
    Figure, Geometry, MatrixSource, Orientation, manifold_direction, manifold_place, matrix_difference,
    matrix_pair,
};
use crate::model::StartKind;
use crate::sim::{OtherStart, OtherStarts};
use crate::ui::draw::{Drawing, Pointed, Textures, figure_ui, matrices_ui, seen_parts};
use crate::ui::state::{Action, Highlight, PanelId, View, ViewId, Zoom};
use crate::ui::theme::GAP;
use crate::ui::work::{EnsembleStore, RunStore};

/// What a view draws.
pub(in crate::ui) struct Shown<'a> {
    pub(in crate::ui) run: &'a RunStore,
    pub(in crate::ui) sgd: Option<&'a EnsembleStore>,
    pub(in crate::ui) pictures: &'a Pictures,
    pub(in crate::ui) view: &'a View,
    /// Runs from other starts.
    pub(in crate::ui) fan: Option<&'a OtherStarts>,
    pub(in crate::ui) drawing: Drawing,
}

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
        drawn.actions.extend(lesson_ui(ui, words, &shown.view.lesson, shown.drawing.colours));
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
        match panel {
            PanelId::MatrixM | PanelId::MatrixQ | PanelId::Difference => {
                self.matrices(ui, shown, panel, place);
            }
            _ => self.curves(ui, shown, panel, place),
        }
    }

    fn curves(&mut self, ui: &mut Ui, shown: &Shown<'_>, panel: PanelId, place: Rect) {
        let Some(prepared) = shown.pictures.get(panel) else { return };
        let mut drawing = shown.drawing;
        if panel == PanelId::Manifold {
            drawing.cursor = None;
            drawing.marker = spot(shown);
            drawing.captures_pointer = true;
        }
        if !is_over_time(panel) {
            drawing.cursor = None;
        }
        drawing.zoom = panel_zoom(panel, shown.view.alpha_range);
        let zoomed = seen_parts(prepared, drawing.zoom).iter().any(Option::is_some);
        let frame = Frame { zoomed, ..frame(shown, panel, &prepared.figure) };
        let content = |ui: &mut Ui| figure_ui(ui, prepared, &drawing);
        let mut word = None;
        let legend = |ui: &mut Ui| word = legend_ui(ui, drawing, &prepared.figure);
        let pointed = panel_ui(ui, place, &frame, &mut self.actions, (legend, content));
        self.actions.extend(pointed.seek.map(Action::Seek));
        self.actions.extend(pointed.zoom.map(Action::Zoom));
        if panel == PanelId::Manifold {
            self.actions.extend(manifold_wish(shown, &pointed));
        }
        self.lit = self.lit.or(word).or(pointed.entry.map(Highlight::Entry));
    }

    fn matrices(&mut self, ui: &mut Ui, shown: &Shown<'_>, panel: PanelId, place: Rect) {
        let (run, view) = (shown.run, shown.view);
        let scale = view.scale();
        let data = run.data(scale, shown.sgd, false);
        let alpha = run.alpha_at(view.place, scale);
        let figure = match panel {
            PanelId::Difference => matrix_difference(&data, view.matrices, alpha),
            _ => matrix_pair(&data, view.matrices, alpha, panel == PanelId::MatrixQ),
        };
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

/// Whether the x axis of a panel is α.
fn is_over_time(panel: PanelId) -> bool {
    !matches!(
        panel,
        PanelId::Manifold | PanelId::Levels | PanelId::HalfTimes | PanelId::BestRates | PanelId::Map
    )
}

/// How a panel zooms: with all that are over time, or by itself.
pub(in crate::ui) fn panel_zoom(panel: PanelId, window: Option<[f64; 2]>) -> Zoom {
    // A histogram over a few α of its own says nothing of the others.
    let by_itself = !is_over_time(panel) || panel == PanelId::EscapeTimes;
    if by_itself { Zoom::Independent } else { Zoom::Shared(window) }
}

/// The state at the cursor on the manifold.
fn spot(shown: &Shown<'_>) -> Option<[f64; 2]> {
    let alpha = shown.run.alpha_at(shown.view.place, shown.view.scale());
    let data = shown.run.data(shown.view.scale(), None, false);
    manifold_place(&data, shown.view.turn, shown.run.at(alpha)?.state.m())
}

/// Dragging turns the sphere; a click starts a run from there, or from the seed of the nearest other end.
fn manifold_wish(shown: &Shown<'_>, pointed: &Pointed) -> Option<Action> {
    let data = shown.run.data(shown.view.scale(), None, false);
    let turn = shown.view.turn;
    if let (Some(by), Geometry::Sphere) = (pointed.dragged, Geometry::of(&data)) {
        let pitch = (turn.pitch + 0.008 * f64::from(by.y)).clamp(-1.5, 1.5);
        return Some(Action::Turn(Orientation { yaw: turn.yaw - 0.008 * f64::from(by.x), pitch }));
    }
    let place = pointed.clicked?;
    let mut spec = shown.run.scenario.spec().clone();
    if let Some(direction) = manifold_direction(&data, turn, place) {
        if !matches!(spec.start.kind, StartKind::Orthogonal | StartKind::Gaussian) {
            spec.start.draw_as(StartKind::Orthogonal);
        }
        spec.start.direction = direction;
        return Some(Action::Edit(Box::new(spec)));
    }
    let end = |run: &&OtherStart| {
        let last = run.trajectory.snapshots().last().and_then(|at| manifold_place(&data, turn, at.state.m()));
        last.map_or(f64::INFINITY, |[x, y]| (x - place[0]).hypot(y - place[1]))
    };
    let nearest = shown.fan?.runs.iter().min_by(|a, b| end(a).total_cmp(&end(b)))?;
    Some(Action::Edit(Box::new(spec.other_start(nearest.seed)?)))
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
