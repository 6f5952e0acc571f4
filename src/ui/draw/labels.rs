//! The names of guides and the remarks of a plot: in the frame where they hide nothing, else in lines above it.
//!
//! Places are found anew when what is seen changes, and kept while it does not. What has once gone above stays there
//! until the data or the panel change: a frame that gains a line is not to lose it again.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use egui::{Color32, Galley, Pos2, Ui};
use egui_plot::PlotResponse;

use super::{CAP, Drawing, PreparedPlot, dashes, guide_dashes, mark_radius};
use crate::figure::label_placement::{Obstacles, Rect, guide_places, is_point, seen};
use crate::figure::{GuideShape, Ink, Plot as PlotData, Stroke};
use crate::ui::theme::{ink, law};

/// Between words and the edge of the frame, and between a name and its line beside the clearance.
const MARGIN: f64 = 4.0;
const GAP: f64 = 2.1;

/// Between words and the middle of a curve; where the state at the cursor runs along a curve, it has room too.
const CLEARANCE: f64 = 1.5;
const CLEARANCE_OF_SPOT: f64 = 6.0;

/// The piece of a broken line before a name above the frame, and what is between names there.
const SWATCH: f32 = 18.0;
const BETWEEN: f32 = 12.0;

/// The lines above a frame take less than this share of a plot.
const MOST_ABOVE: f32 = 0.45;

/// Words that want a place.
#[derive(Clone, Debug, PartialEq)]
struct Wanted {
    text: String,
    /// The guide it names; `None` for remarks.
    guide: Option<usize>,
}

/// A line of words in its place.
#[derive(Clone, Debug)]
struct Placed {
    text: String,
    rect: Rect,
    is_turned: bool,
    is_name: bool,
}

/// What was found for a plot.
#[derive(Clone, Debug, Default)]
struct Found {
    /// What the places depend on, and what the words above depend on.
    now: u64,
    nominal: u64,
    words: Vec<Placed>,
    /// Indices of what has no place in the frame.
    above: BTreeSet<usize>,
}

/// What is to be named and said: the remarks, then the guides.
fn wanted(plot: &PlotData) -> Vec<Wanted> {
    let remarks: Vec<String> = plot.notes.iter().cloned().chain(plot.hidden_note()).collect();
    let said = (!remarks.is_empty()).then(|| Wanted { text: remarks.join("\n"), guide: None });
    let names = plot.guides.iter().enumerate().filter(|(_, guide)| !guide.label.is_empty());
    let names = names.map(|(index, guide)| Wanted { text: guide.label.clone(), guide: Some(index) });
    said.into_iter().chain(names).collect()
}

fn key(id: (&'static str, usize)) -> egui::Id {
    egui::Id::unique(("names", id))
}

fn kept(ui: &Ui, id: (&'static str, usize)) -> Option<Arc<Found>> {
    ui.data(|data| data.get_temp::<Arc<Found>>(key(id)))
}

/// Draws what has no place in the frame above it, into the space left; what is below is the plot's.
pub(super) fn above_ui(ui: &mut Ui, id: (&'static str, usize), plot: &PlotData, drawing: &Drawing) {
    let Some(found) = kept(ui, id).filter(|found| !found.above.is_empty()) else { return };
    let wanted = wanted(plot);
    let corner = ui.available_rect_before_wrap().min;
    let (width, most) = (ui.available_width(), MOST_ABOVE * ui.available_height());
    let (mut at, mut bottom) = (corner, corner.y);
    let mut left_out = Vec::new();
    // Names first: they are short.
    let (remarks, names): (Vec<&Wanted>, Vec<&Wanted>) =
        found.above.iter().filter_map(|index| wanted.get(*index)).partition(|word| word.guide.is_none());
    for word in names.into_iter().chain(remarks) {
        let guide = word.guide.and_then(|index| plot.guides.get(index));
        let swatch = guide.is_some_and(|guide| !marks_a_point(&guide.shape));
        let colour = if guide.is_some() { ink(drawing.palette, Ink::Theory) } else { drawing.colours.weak };
        for line in word.text.lines() {
            let galley = galley(ui, line, (colour, width));
            let before = if swatch { SWATCH + 4.0 } else { 0.0 };
            if at.x > corner.x && at.x + before + galley.size().x > corner.x + width {
                at = Pos2::new(corner.x, bottom);
            }
            if at.y + galley.size().y > corner.y + most {
                left_out.push(line.to_owned());
                continue;
            }
            if let Some(guide) = guide.filter(|_| swatch) {
                let middle = at.y + 0.5 * galley.size().y;
                let is_curve = matches!(guide.shape, GuideShape::Curve(_));
                let line = if is_curve { law(drawing.palette) } else { colour };
                let stroke = egui::Stroke::new(1.2, line);
                let ends = [Pos2::new(at.x, middle), Pos2::new(at.x + SWATCH, middle)];
                for dash in dashes(&ends, guide_dashes(plot, guide)) {
                    ui.painter().line_segment(dash, stroke);
                }
            }
            bottom = bottom.max(at.y + galley.size().y);
            let next = at.x + before + galley.size().x + BETWEEN;
            ui.painter().galley(at + egui::vec2(before, 0.0), galley, colour);
            at.x = next;
        }
    }
    let taken = egui::Rect::from_min_max(corner, Pos2::new(corner.x + width, bottom));
    let response = ui.allocate_rect(taken, egui::Sense::hover());
    if !left_out.is_empty() {
        response.on_hover_text(left_out.join("\n"));
    }
}

fn marks_a_point(shape: &GuideShape) -> bool {
    matches!(shape, GuideShape::Curve(points) if is_point(points))
}

/// Draws the names of guides and the remarks that have a place in the frame; `size` is that of the plot with what is
/// above the frame.
pub(super) fn names_ui(
    ui: &Ui,
    id: (&'static str, usize),
    (plot, ready): (&PlotData, &PreparedPlot),
    drawing: &Drawing,
    (response, size): (&PlotResponse<Option<usize>>, egui::Vec2),
) {
    let wanted = wanted(plot);
    let found = find(ui, id, (plot, ready), (drawing, &wanted), (response, size));
    let frame = response.response.rect;
    let painter = ui.painter().with_clip_rect(frame);
    let edge =
        drawing.curtain().map(|alpha| response.transform.position_from_point_x(plot.x.scale.place(alpha)));
    for word in &found.words {
        // Names of what is not yet are not said either.
        let end = (word.rect.x + word.rect.width) as f32;
        if edge.is_some_and(|edge| end > edge) {
            continue;
        }
        let colour = if word.is_name { ink(drawing.palette, Ink::Theory) } else { drawing.colours.weak };
        let galley = galley(ui, &word.text, (colour, frame.width()));
        let [left, top] = [word.rect.x, word.rect.y].map(|length| length as f32);
        if word.is_turned {
            let at = Pos2::new(left, top + word.rect.height as f32);
            let shape = egui::epaint::TextShape::new(at, galley, colour);
            painter.add(shape.with_angle(-std::f32::consts::FRAC_PI_2));
        } else {
            painter.galley(Pos2::new(left, top), galley, colour);
        }
    }
}

/// The places of the words: those kept, or new ones where something has changed.
fn find(
    ui: &Ui,
    id: (&'static str, usize),
    (plot, ready): (&PlotData, &PreparedPlot),
    (drawing, wanted): (&Drawing, &[Wanted]),
    (response, size): (&PlotResponse<Option<usize>>, egui::Vec2),
) -> Arc<Found> {
    let nominal = fingerprint(ui, (plot, wanted), (response, size));
    let mut hasher = DefaultHasher::new();
    let frame = response.response.rect;
    let edges = [frame.min.x, frame.min.y, frame.max.x, frame.max.y].map(f64::from);
    let bounds = response.transform.bounds();
    for value in edges.into_iter().chain(bounds.min()).chain(bounds.max()) {
        value.to_bits().hash(&mut hasher);
    }
    nominal.hash(&mut hasher);
    let now = hasher.finish();
    let last = kept(ui, id);
    if let Some(found) = last.as_ref().filter(|found| found.now == now) {
        return Arc::clone(found);
    }
    let before = last.as_ref().map(|last| last.above.clone()).unwrap_or_default();
    let stay =
        if last.is_some_and(|last| last.nominal == nominal) { before.clone() } else { BTreeSet::new() };
    let (words, above) = place(ui, (plot, ready), (drawing, wanted, &stay), response);
    if above != before {
        ui.ctx().request_repaint();
    }
    let found = Arc::new(Found { now, nominal, words, above });
    ui.data_mut(|data| data.insert_temp(key(id), Arc::clone(&found)));
    found
}

/// Words laid out, in lines shorter than a frame of this width.
fn galley(ui: &Ui, text: &str, (colour, width): (Color32, f32)) -> Arc<Galley> {
    let font = egui::TextStyle::Small.resolve(ui.style());
    ui.painter().layout(text.to_owned(), font, colour, width - 4.0 * MARGIN as f32)
}

/// What is to be shown, but for the frame, which words above it change: size, window, names, and the data by a few
/// points.
fn fingerprint(
    ui: &Ui,
    (plot, wanted): (&PlotData, &[Wanted]),
    (response, size): (&PlotResponse<Option<usize>>, egui::Vec2),
) -> u64 {
    let mut hasher = DefaultHasher::new();
    let number = |hasher: &mut DefaultHasher, value: f64| value.to_bits().hash(hasher);
    let bounds = response.transform.bounds();
    // Equal units on both axes: the window depends on the frame.
    let window = if plot.equal_aspect { [0.0; 4] } else { both(bounds.min(), bounds.max()) };
    for value in window.into_iter().chain([f64::from(size.x), f64::from(size.y)]) {
        number(&mut hasher, value);
    }
    egui::TextStyle::Small.resolve(ui.style()).size.to_bits().hash(&mut hasher);
    for word in wanted {
        word.text.hash(&mut hasher);
    }
    for guide in &plot.guides {
        match &guide.shape {
            GuideShape::Horizontal(value) | GuideShape::Vertical(value) => number(&mut hasher, *value),
            GuideShape::Curve(points) => ends(points).flatten().for_each(|value| number(&mut hasher, value)),
        }
    }
    for series in &plot.series {
        series.points.len().hash(&mut hasher);
        ends(&series.points).flatten().for_each(|value| number(&mut hasher, value));
    }
    for value in plot.mesh.iter().flat_map(|mesh| &mesh.cells) {
        value.is_nan().hash(&mut hasher);
    }
    hasher.finish()
}

fn both([a, b]: [f64; 2], [c, d]: [f64; 2]) -> [f64; 4] {
    [a, b, c, d]
}

/// A few points of a curve: whatever changes it moves one of them.
fn ends(points: &[[f64; 2]]) -> impl Iterator<Item = [f64; 2]> {
    points.iter().copied().step_by(points.len().div_ceil(4).max(1))
}

/// Finds places; what of the words has none, or is to stay above, is in the second.
fn place(
    ui: &Ui,
    (plot, ready): (&PlotData, &PreparedPlot),
    (drawing, wanted, stay): (&Drawing, &[Wanted], &BTreeSet<usize>),
    response: &PlotResponse<Option<usize>>,
) -> (Vec<Placed>, BTreeSet<usize>) {
    let frame = response.response.rect;
    let [x, y, width, height] = [frame.min.x, frame.min.y, frame.width(), frame.height()].map(f64::from);
    let area = Rect::new(x, y, width, height);
    let room = if drawing.marker.is_some() { CLEARANCE_OF_SPOT } else { CLEARANCE };
    let mut obstacles = obstacles(plot, ready, room, (area, response));
    let lines: Vec<Vec<[f64; 2]>> =
        (0..plot.guides.len()).map(|index| guide_line((plot, ready), index, (&area, response))).collect();
    for line in &lines {
        obstacles.add_curve(line);
    }
    let (mut words, mut above) = (Vec::new(), BTreeSet::new());
    for (index, word) in wanted.iter().enumerate() {
        let size = galley(ui, &word.text, (Color32::PLACEHOLDER, frame.width())).size();
        let size = [f64::from(size.x), f64::from(size.y)];
        let places = match word.guide.and_then(|index| Some((plot.guides.get(index)?, lines.get(index)?))) {
            None => obstacles.places(size),
            // A line that is not seen needs no name.
            Some((_, line)) if seen(line, &area).is_empty() => continue,
            Some((guide, line)) => guide_places(&guide.shape, line, &obstacles.inner(), size, room + GAP),
        };
        match obstacles.free(places).filter(|_| !stay.contains(&index)) {
            Some(rect) => {
                obstacles.take(rect);
                let is_turned = (rect.width - size[0]).abs() > 0.5;
                words.push(Placed {
                    text: word.text.clone(),
                    rect,
                    is_turned,
                    is_name: word.guide.is_some(),
                });
            }
            None => {
                above.insert(index);
            }
        }
    }
    (words, above)
}

/// What words are not to hide: curves, marks with their bars, and the cells of a map that have a value.
fn obstacles(
    plot: &PlotData,
    ready: &PreparedPlot,
    room: f64,
    (area, response): (Rect, &PlotResponse<Option<usize>>),
) -> Obstacles {
    let mut obstacles = Obstacles::new(area, MARGIN, room);
    for (series, curve) in plot.series.iter().zip(&ready.curves) {
        let points = on_screen(curve, response);
        if series.stroke == Stroke::Points {
            let radius = f64::from(if series.errors.is_empty() { mark_radius(series) } else { CAP });
            for [x, y] in points.iter().filter(|[x, y]| x.is_finite() && y.is_finite()) {
                obstacles.add_area(&Rect::new(x - radius, y - radius, 2.0 * radius, 2.0 * radius));
            }
            for ([x, y], error) in series.points.iter().zip(&series.errors) {
                obstacles.add_curve(&[y - error, y + error].map(|y| at(plot, response, [*x, y])));
            }
        } else {
            obstacles.add_curve(&points);
        }
    }
    if let Some(mesh) = &plot.mesh {
        let columns = mesh.columns().max(1);
        for (index, _) in mesh.cells.iter().enumerate().filter(|(_, value)| !value.is_nan()) {
            let (column, row) = (index % columns, index / columns);
            let edges = (mesh.x.get(column..column + 2), mesh.y.get(row..row + 2));
            if let (Some(&[left, right]), Some(&[low, high])) = edges {
                let [one, other] = [[left, high], [right, low]].map(|corner| at(plot, response, corner));
                obstacles.add_area(&Rect::new(one[0], one[1], other[0] - one[0], other[1] - one[1]));
            }
        }
    }
    obstacles
}

/// A value on the screen.
fn at(plot: &PlotData, response: &PlotResponse<Option<usize>>, [x, y]: [f64; 2]) -> [f64; 2] {
    let place = egui_plot::PlotPoint::new(plot.x.scale.place(x), plot.y.scale.place(y));
    let at = response.transform.position_from_point(&place);
    [f64::from(at.x), f64::from(at.y)]
}

fn on_screen(points: &[egui_plot::PlotPoint], response: &PlotResponse<Option<usize>>) -> Vec<[f64; 2]> {
    let place = |point| response.transform.position_from_point(point);
    points.iter().map(place).map(|at| [f64::from(at.x), f64::from(at.y)]).collect()
}

/// A guide on the screen.
fn guide_line(
    (plot, ready): (&PlotData, &PreparedPlot),
    index: usize,
    (area, response): (&Rect, &PlotResponse<Option<usize>>),
) -> Vec<[f64; 2]> {
    let (Some(guide), Some(curve)) = (plot.guides.get(index), ready.guide_curves.get(index)) else {
        return Vec::new();
    };
    match &guide.shape {
        GuideShape::Horizontal(value) => {
            let y = f64::from(response.transform.position_from_point_y(plot.y.scale.place(*value)));
            vec![[area.x, y], [area.right(), y]]
        }
        GuideShape::Vertical(value) => {
            let x = f64::from(response.transform.position_from_point_x(plot.x.scale.place(*value)));
            vec![[x, area.y], [x, area.bottom()]]
        }
        GuideShape::Curve(_) => on_screen(curve, response),
    }
}
