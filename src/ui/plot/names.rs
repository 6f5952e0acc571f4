//! The names of guides and the remarks of a plot: where they hide the least, never on each other.
//!
//! Places are found anew when what is seen changes, and kept while it does not. A name that has no free place stands on
//! a patch of the panel's colour.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use egui::{Color32, Galley, Pos2, Ui};
use egui_plot::PlotResponse;

use super::Drawing;
use crate::figure::place::{Clutter, Rect, guide_places, seen};
use crate::figure::{GuideShape, Ink, Plot as PlotData};
use crate::ui::prepare::PreparedPlot;
use crate::ui::theme::ink;

/// Between words and the edge of the frame, and between a name and its line.
const MARGIN: f64 = 4.0;
const GAP: f64 = 3.0;

/// Samples of curves that words may hide before they get a patch.
const TOLERABLE: f64 = 1.0;

/// Curves looked at, at most: of more, some.
const CURVES: usize = 40;

/// A line of words in its place.
#[derive(Clone, Debug)]
struct Placed {
    text: String,
    rect: Rect,
    is_turned: bool,
    on_patch: bool,
    is_name: bool,
}

/// Draws the names of guides and the remarks over what is in the frame.
pub(super) fn names_ui(
    ui: &Ui,
    id: (&'static str, usize),
    (plot, ready): (&PlotData, &PreparedPlot),
    drawing: &Drawing,
    response: &PlotResponse<Option<usize>>,
) {
    let remarks: Vec<String> = plot.notes.iter().cloned().chain(plot.hidden_note()).collect();
    if plot.guides.is_empty() && remarks.is_empty() {
        return;
    }
    let frame = response.response.rect;
    let key = egui::Id::unique(("names", id));
    let now = fingerprint(ui, plot, &remarks, response);
    let kept = ui.data(|data| data.get_temp::<(u64, Arc<Vec<Placed>>)>(key));
    let words = match kept {
        Some((last, words)) if last == now => words,
        _ => {
            let words = Arc::new(place(ui, (plot, ready), &remarks, response));
            ui.data_mut(|data| data.insert_temp(key, (now, Arc::clone(&words))));
            words
        }
    };
    let painter = ui.painter().with_clip_rect(frame);
    for word in words.iter() {
        let colour = if word.is_name { ink(drawing.palette, Ink::Theory) } else { drawing.colours.weak };
        let galley = galley(ui, &word.text, (colour, frame.width()));
        let [left, top] = [word.rect.x, word.rect.y].map(|length| length as f32);
        let size = egui::vec2(word.rect.width as f32, word.rect.height as f32);
        if word.on_patch || plot.mesh.is_some() {
            let patch = egui::Rect::from_min_size(Pos2::new(left, top), size);
            // A curve shows through, the many colours of a map do not.
            let share = if plot.mesh.is_some() { 0.85 } else { 0.6 };
            painter.rect_filled(patch.expand(2.0), 2.0, drawing.colours.panel.gamma_multiply(share));
        }
        if word.is_turned {
            let at = Pos2::new(left, top + size.y);
            let shape = egui::epaint::TextShape::new(at, galley, colour);
            painter.add(shape.with_angle(-std::f32::consts::FRAC_PI_2));
        } else {
            painter.galley(Pos2::new(left, top), galley, colour);
        }
    }
}

/// Words laid out, in lines shorter than a frame of this width.
fn galley(ui: &Ui, text: &str, (colour, width): (Color32, f32)) -> Arc<Galley> {
    let font = egui::TextStyle::Small.resolve(ui.style());
    ui.painter().layout(text.to_owned(), font, colour, width - 4.0 * MARGIN as f32)
}

/// What the places depend on: window, frame, names, and the data by their ends.
fn fingerprint(ui: &Ui, plot: &PlotData, remarks: &[String], response: &PlotResponse<Option<usize>>) -> u64 {
    let mut hasher = DefaultHasher::new();
    let bounds = response.transform.bounds();
    let frame = response.response.rect;
    let number = |hasher: &mut DefaultHasher, value: f64| value.to_bits().hash(hasher);
    for value in bounds.min().into_iter().chain(bounds.max()) {
        number(&mut hasher, value);
    }
    for value in [frame.min.x, frame.min.y, frame.max.x, frame.max.y] {
        value.to_bits().hash(&mut hasher);
    }
    egui::TextStyle::Small.resolve(ui.style()).size.to_bits().hash(&mut hasher);
    remarks.hash(&mut hasher);
    for guide in &plot.guides {
        guide.label.hash(&mut hasher);
        match &guide.shape {
            GuideShape::Horizontal(value) | GuideShape::Vertical(value) => number(&mut hasher, *value),
            GuideShape::Curve(points) => ends(points).flatten().for_each(|value| number(&mut hasher, value)),
        }
    }
    for series in looked_at(plot) {
        series.points.len().hash(&mut hasher);
        ends(&series.points).flatten().for_each(|value| number(&mut hasher, value));
    }
    hasher.finish()
}

/// A few points of a curve: whatever changes it moves one of them.
fn ends(points: &[[f64; 2]]) -> impl Iterator<Item = [f64; 2]> {
    points.iter().copied().step_by(points.len().div_ceil(4).max(1))
}

fn looked_at(plot: &PlotData) -> impl Iterator<Item = &crate::figure::Series> {
    plot.series.iter().step_by(plot.series.len().div_ceil(CURVES).max(1))
}

/// Finds the places.
fn place(
    ui: &Ui,
    (plot, ready): (&PlotData, &PreparedPlot),
    remarks: &[String],
    response: &PlotResponse<Option<usize>>,
) -> Vec<Placed> {
    let frame = response.response.rect;
    let [x, y, width, height] = [frame.min.x, frame.min.y, frame.width(), frame.height()].map(f64::from);
    let area = Rect::new(x, y, width, height);
    let on_screen = |points: &[egui_plot::PlotPoint]| -> Vec<[f64; 2]> {
        let place = |point| response.transform.position_from_point(point);
        points.iter().map(place).map(|at| [f64::from(at.x), f64::from(at.y)]).collect()
    };
    let mut clutter = Clutter::new(area, MARGIN);
    for curve in ready.curves.iter().step_by(ready.curves.len().div_ceil(CURVES).max(1)) {
        clutter.add_curve(&on_screen(curve));
    }
    let shapes: Vec<Vec<[f64; 2]>> = plot
        .guides
        .iter()
        .zip(&ready.guide_curves)
        .map(|(guide, curve)| match &guide.shape {
            GuideShape::Horizontal(value) => {
                let y = f64::from(response.transform.position_from_point_y(plot.y.scale.place(*value)));
                vec![[area.x, y], [area.right(), y]]
            }
            GuideShape::Vertical(value) => {
                let x = f64::from(response.transform.position_from_point_x(plot.x.scale.place(*value)));
                vec![[x, area.y], [x, area.bottom()]]
            }
            GuideShape::Curve(_) => on_screen(curve),
        })
        .collect();
    for shape in &shapes {
        clutter.add_curve(shape);
    }
    let size = |text: &str| {
        let size = galley(ui, text, (Color32::PLACEHOLDER, frame.width())).size();
        [f64::from(size.x), f64::from(size.y)]
    };
    let mut words = Vec::new();
    if !remarks.is_empty() {
        let text = remarks.join("\n");
        let size = size(&text);
        let places = clutter.places(size);
        words.extend(placed(&mut clutter, (&text, size), places, false));
    }
    for (guide, points) in plot.guides.iter().zip(&shapes).filter(|(guide, _)| !guide.label.is_empty()) {
        if !seen(points, &area).is_empty() {
            let size = size(&guide.label);
            let places = guide_places(&guide.shape, points, &clutter.inner(), size, GAP);
            words.extend(placed(&mut clutter, (&guide.label, size), places, true));
        }
    }
    words
}

/// Words in the cheapest of some places, which is taken. Where there is no room at all a name is left out, and a remark
/// is at the first.
fn placed(
    clutter: &mut Clutter,
    (text, [width, _]): (&str, [f64; 2]),
    places: Vec<Rect>,
    is_name: bool,
) -> Option<Placed> {
    let remark = places.first().filter(|_| !is_name).map(|place| (*place, f64::INFINITY));
    let (rect, cost) = clutter.best(places).or(remark)?;
    clutter.take(rect);
    let is_turned = (rect.width - width).abs() > 0.5;
    Some(Placed { text: text.to_owned(), rect, is_turned, on_patch: cost > TOLERABLE, is_name })
}
