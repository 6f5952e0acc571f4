//! A prepared figure on the screen: curves, guides with names, the time cursor, and what the pointer does.
//!
//! Draws and reports; decides nothing.

use egui::{Color32, Role, Ui, WidgetInfo};
use egui_plot::{
    AxisHints, FilledArea, GridMark, HLine, Line, LineStyle, MarkerShape, Plot, PlotPoint, PlotPoints,
    PlotResponse, PlotUi, Points, Text, VLine,
};

use super::clip::clipped;
use super::prepare::{PreparedFigure, PreparedPlot};
use super::theme::{Colours, ink};
use super::ticks::{linear_marks, log_label, log_marks};
use crate::figure::{Content, Entry, GuideShape, Ink, Palette, Plot as PlotData, Scale, Stroke, number};

/// Between plots above each other: the lowest label of one and the highest of the next need room.
const BETWEEN: f32 = 8.0;

/// What is needed to draw a figure besides its data.
#[derive(Clone, Copy)]
pub(super) struct Drawing {
    pub(super) palette: Palette,
    pub(super) colours: Colours,
    /// The time cursor; `None` where x is not α.
    pub(super) cursor: Option<f64>,
    /// The state at the cursor where axes are not time.
    pub(super) spot: Option<[f64; 2]>,
    /// The entry pointed at anywhere in the window.
    pub(super) lit: Option<Entry>,
}

/// What the pointer did.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Pointed {
    /// The α it asked for.
    pub(super) seek: Option<f64>,
    /// The curve it is on.
    pub(super) entry: Option<Entry>,
}

/// Draws every plot of a figure into the space left.
pub(super) fn figure_ui(ui: &mut Ui, prepared: &PreparedFigure, drawing: &Drawing) -> Pointed {
    let Content::Plots(plots) = &prepared.figure.content else { return Pointed::default() };
    let (width, height) = (ui.available_width(), ui.available_height());
    let mut pointed = Pointed::default();
    ui.spacing_mut().item_spacing.y = BETWEEN;
    let height = height - BETWEEN * (plots.len() - 1) as f32;
    for (index, ((share, plot), ready)) in plots.iter().zip(&prepared.plots).enumerate() {
        let size = egui::vec2(width, (height * share).floor());
        let several = plots.len() > 1;
        let name = if several {
            format!("{}: {}", prepared.figure.title, plot.y.label)
        } else {
            prepared.figure.title.clone()
        };
        let one = ui
            .allocate_ui(size, |ui| plot_ui(ui, (prepared.figure.id, index), &name, (plot, ready), drawing))
            .inner;
        pointed = Pointed { seek: pointed.seek.or(one.seek), entry: pointed.entry.or(one.entry) };
    }
    pointed
}

fn plot_ui(
    ui: &mut Ui,
    id: (&'static str, usize),
    name: &str,
    (plot, ready): (&PlotData, &PreparedPlot),
    drawing: &Drawing,
) -> Pointed {
    let size = ui.available_size();
    let [x_low, x_high, y_low, y_high] =
        if plot.equal_aspect { widened(ready.bounds, size) } else { ready.bounds };
    let mut widget = Plot::new(id)
        .width(size.x)
        .height(size.y)
        .allow_scroll(false)
        .allow_drag(drawing.cursor.is_none())
        .allow_zoom(true)
        .allow_axis_zoom_drag(false)
        .show_crosshair(false)
        .show_background(false)
        .grid_color(drawing.colours.grid)
        .set_margin_fraction(egui::Vec2::ZERO)
        .custom_x_axes(vec![axis(AxisHints::new_x().label_spacing(34.0..=44.0), plot.x.scale, &plot.x.label)])
        .show_axes([plot.shows_x, true])
        .custom_y_axes(vec![
            axis(AxisHints::new_y().label_spacing(labels(plot.y.scale)), plot.y.scale, "")
                .min_thickness(34.0),
        ])
        .label_formatter(|_| None);
    if x_low < x_high && y_low < y_high {
        widget = widget.default_x_bounds(x_low, x_high).default_y_bounds(y_low, y_high);
    }
    if is_new(ui, id, [x_low, x_high, y_low, y_high]) {
        // New data need another window; a zoom into the old ones is over.
        widget = widget.reset();
    }
    // Labels are wider than high: along x they need more room.
    widget = match plot.x.scale {
        Scale::Log10 => widget.x_grid_spacer(|input| log_marks(&input)),
        Scale::Linear => widget.x_grid_spacer(|input| linear_marks(&input, 7.0)),
    };
    widget = match plot.y.scale {
        Scale::Log10 => widget.y_grid_spacer(|input| log_marks(&input)),
        Scale::Linear => widget.y_grid_spacer(|input| linear_marks(&input, 3.2)),
    };
    let response = widget.show(ui, |inside| content_ui(inside, plot, ready, drawing));
    response.response.widget_info(|| WidgetInfo::labeled(Role::Image, true, name));
    note_ui(ui, plot, drawing, &response);
    pointed(ui, plot, drawing, &response)
}

/// Whether a plot is to show other bounds than at the last frame.
fn is_new(ui: &Ui, id: (&'static str, usize), bounds: [f64; 4]) -> bool {
    let key = egui::Id::unique(("bounds", id));
    ui.data_mut(|data| {
        let last = data.get_temp::<[f64; 4]>(key);
        data.insert_temp(key, bounds);
        last.is_some_and(|last| last.map(f64::to_bits) != bounds.map(f64::to_bits))
    })
}

/// Bounds widened so that a unit is as long along both axes, given the size of the panel with its axes.
fn widened([x_low, x_high, y_low, y_high]: [f64; 4], size: egui::Vec2) -> [f64; 4] {
    const AXES: egui::Vec2 = egui::vec2(44.0, 40.0);
    let room = (size - AXES).max(egui::vec2(1.0, 1.0));
    let unit = ((x_high - x_low) / f64::from(room.x)).max((y_high - y_low) / f64::from(room.y));
    let centre = 0.5 * (x_low + x_high);
    let half = 0.5 * unit * f64::from(room.x);
    [centre - half, centre + half, y_low, y_low + unit * f64::from(room.y)]
}

fn axis<'a>(hints: AxisHints<'a>, scale: Scale, label: &'a str) -> AxisHints<'a> {
    let hints = if label.is_empty() { hints } else { hints.label(label) };
    match scale {
        Scale::Log10 => hints.formatter(|mark, range| log_label(mark, *range.end() - *range.start())),
        Scale::Linear => hints.formatter(|mark, range| {
            let span = *range.end() - *range.start();
            // The α axis ends where the run does: a label there would be cut.
            let cut = !label.is_empty() && mark.value > *range.end() - 0.03 * span;
            if cut { String::new() } else { linear_label(mark, span) }
        }),
    }
}

/// Short decimal labels: as many digits as tell neighbours apart, e-notation for the very large.
fn linear_label(mark: GridMark, span: f64) -> String {
    if mark.value == 0.0 {
        return String::from("0");
    }
    if span >= 1e6 {
        return format!("{:.3e}", mark.value).replace(".000e", "e").replace("00e", "e").replace("0e", "e");
    }
    let digits = (-mark.step_size.log10() - 1e-9).ceil().clamp(0.0, 9.0) as usize;
    format!("{:.digits$}", mark.value)
}

/// Draws everything inside the frame and returns the curve under the pointer.
fn content_ui<'a>(
    ui: &mut PlotUi<'a>,
    plot: &'a PlotData,
    ready: &'a PreparedPlot,
    drawing: &Drawing,
) -> Option<usize> {
    guides_ui(ui, plot, ready, drawing);
    for (band, [x, low, high]) in plot.bands.iter().zip(&ready.bands) {
        let fill = ink(drawing.palette, band.ink).gamma_multiply(0.22);
        if x.len() > 1 {
            ui.add(FilledArea::new("band", x, low, high).fill_color(fill).allow_hover(false));
        }
    }
    let nearest = nearest_curve(ui, ready);
    let hovered = nearest.filter(|_| ui.response().hovered());
    let lit = |index: usize| {
        let entry = plot.series.get(index).and_then(|series| series.entry);
        hovered == Some(index) || (entry.is_some() && entry == drawing.lit)
    };
    let dim = plot.series.len() > 1 && (0..plot.series.len()).any(lit);
    for (index, (series, points)) in plot.series.iter().zip(&ready.curves).enumerate() {
        let mut colour = ink(drawing.palette, series.ink);
        let mut width = 1.5 * series.width;
        if lit(index) {
            width += 1.2;
        } else if dim {
            colour = colour.gamma_multiply(0.35);
        }
        let style = match series.stroke {
            Stroke::Solid => LineStyle::Solid,
            Stroke::Dashed => LineStyle::dashed_loose(),
            Stroke::Dotted => LineStyle::dotted_loose(),
            Stroke::Points => {
                let points = PlotPoints::Borrowed(points.as_slice());
                let marks =
                    Points::new(series.label.as_str(), points).radius(4.5).shape(MarkerShape::Diamond);
                ui.points(marks.color(colour).allow_hover(false));
                continue;
            }
        };
        let points = match series.stroke {
            Stroke::Solid => PlotPoints::Borrowed(points.as_slice()),
            _ => PlotPoints::Owned(clipped(points, window(ui))),
        };
        ui.line(
            Line::new(series.label.as_str(), points)
                .color(colour)
                .width(width)
                .style(style)
                .allow_band(false)
                .allow_hover(false),
        );
    }
    if let Some(alpha) = drawing.cursor {
        let x = plot.x.scale.place(alpha);
        ui.vline(VLine::new("cursor", x).color(drawing.colours.accent).width(1.0).allow_hover(false));
    }
    if let Some([x, y]) = drawing.spot {
        let place = PlotPoint::new(plot.x.scale.place(x), plot.y.scale.place(y));
        let spot = Points::new("state", PlotPoints::Owned(vec![place])).radius(5.0).allow_hover(false);
        ui.points(spot.color(drawing.colours.accent));
    }
    hovered
}

/// What is seen: x from, x to, y from, y to, in positions.
fn window(ui: &PlotUi<'_>) -> [f64; 4] {
    let bounds = ui.plot_bounds();
    let ([x_low, y_low], [x_high, y_high]) = (bounds.min(), bounds.max());
    [x_low, x_high, y_low, y_high]
}

fn guides_ui<'a>(ui: &mut PlotUi<'a>, plot: &'a PlotData, ready: &'a PreparedPlot, drawing: &Drawing) {
    let colour = ink(drawing.palette, Ink::Theory);
    let [x_low, x_high, y_low, y_high] = window(ui);
    for (guide, curve) in plot.guides.iter().zip(&ready.guide_curves) {
        let style = LineStyle::Dashed { length: 5.0 };
        let label_at = match &guide.shape {
            GuideShape::Horizontal(value) => {
                let y = plot.y.scale.place(*value);
                ui.hline(HLine::new("", y).color(colour).width(1.0).style(style).allow_hover(false));
                Some((PlotPoint::new(x_high, y), egui::Align2::RIGHT_BOTTOM))
            }
            GuideShape::Vertical(value) => {
                let x = plot.x.scale.place(*value);
                ui.vline(VLine::new("", x).color(colour).width(1.0).style(style).allow_hover(false));
                Some((PlotPoint::new(x, y_low + 0.02 * (y_high - y_low)), beside(x, [x_low, x_high])))
            }
            GuideShape::Curve(_) => {
                let seen = clipped(curve, [x_low, x_high, y_low, y_high]);
                let points = PlotPoints::Owned(seen);
                ui.line(Line::new("", points).color(colour).width(1.2).style(style).allow_hover(false));
                let raised = |at: PlotPoint| PlotPoint::new(at.x, at.y + 0.05 * (y_high - y_low));
                let point = curve_label(curve, [x_low, x_high, y_low, y_high]).map(raised);
                point.map(|point| (point, beside(point.x, [x_low, x_high])))
            }
        };
        if let Some((point, anchor)) = label_at {
            let text = egui::RichText::new(&guide.label).small().color(colour);
            ui.text(Text::new("", point, text).anchor(anchor).allow_hover(false));
        }
    }
}

/// The side on which a name has room.
fn beside(x: f64, [low, high]: [f64; 2]) -> egui::Align2 {
    if x > low + 0.75 * (high - low) { egui::Align2::RIGHT_BOTTOM } else { egui::Align2::LEFT_BOTTOM }
}

/// How close labels may stand above each other: decades are few and may be close.
fn labels(scale: Scale) -> std::ops::RangeInclusive<f32> {
    match scale {
        Scale::Linear => 14.0..=20.0,
        Scale::Log10 => 13.0..=20.0,
    }
}

/// Where a guide's name stands: at a point of the curve a third of the way through what is visible.
fn curve_label(curve: &[PlotPoint], [x_low, x_high, y_low, y_high]: [f64; 4]) -> Option<PlotPoint> {
    let visible: Vec<&PlotPoint> = curve
        .iter()
        .filter(|at| at.x >= x_low && at.x <= x_high && at.y >= y_low && at.y <= y_high)
        .collect();
    visible.get(2 * visible.len() / 3).map(|point| **point)
}

/// The curve within a few points of the pointer.
fn nearest_curve(ui: &PlotUi<'_>, ready: &PreparedPlot) -> Option<usize> {
    const REACH: f32 = 8.0;
    let pointer = ui.response().hover_pos()?;
    let apart = |points: &[PlotPoint]| {
        let screen = points.iter().map(|point| ui.screen_from_plot(*point));
        let pairs = screen.clone().zip(screen.skip(1));
        pairs.map(|(a, b)| distance_to_segment(pointer, a, b)).fold(f32::INFINITY, f32::min)
    };
    let distances = ready.curves.iter().enumerate().map(|(index, points)| (apart(points), index));
    distances
        .min_by(|a, b| a.0.total_cmp(&b.0))
        .filter(|(distance, _)| *distance < REACH)
        .map(|(_, index)| index)
}

fn distance_to_segment(point: egui::Pos2, a: egui::Pos2, b: egui::Pos2) -> f32 {
    let along = b - a;
    let share = ((point - a).dot(along) / along.length_sq().max(1e-6)).clamp(0.0, 1.0);
    let distance = (point - (a + share * along)).length();
    if distance.is_nan() { f32::INFINITY } else { distance }
}

/// Words in the plot: what is left out, or that there is nothing.
fn note_ui(ui: &Ui, plot: &PlotData, drawing: &Drawing, response: &PlotResponse<Option<usize>>) {
    let notes: Vec<String> = plot.notes.iter().cloned().chain(plot.hidden_note()).collect();
    if notes.is_empty() {
        return;
    }
    let place = response.response.rect.right_top() + egui::vec2(-6.0, 4.0);
    let font = egui::TextStyle::Small.resolve(ui.style());
    let text = ui.painter().layout_no_wrap(notes.join("\n"), font, drawing.colours.weak);
    let rect = egui::Align2::RIGHT_TOP.anchor_size(place, text.size());
    ui.painter().rect_filled(rect.expand(3.0), 2.0, drawing.colours.panel.gamma_multiply(0.85));
    ui.painter().galley(rect.min, text, drawing.colours.weak);
}

/// Turns the pointer into wishes, and says what it is on.
fn pointed(ui: &Ui, plot: &PlotData, drawing: &Drawing, response: &PlotResponse<Option<usize>>) -> Pointed {
    let mut pointed = Pointed::default();
    let Some(pointer) = response.response.hover_pos().or_else(|| response.response.interact_pointer_pos())
    else {
        return pointed;
    };
    let place = response.transform.value_from_position(pointer);
    let held = response.response.dragged_by(egui::PointerButton::Primary) || response.response.clicked();
    if drawing.cursor.is_some() && held {
        pointed.seek = Some(plot.x.scale.value(place.x));
    }
    if !response.response.hovered() {
        return pointed;
    }
    let series = response.inner.and_then(|index| plot.series.get(index));
    pointed.entry = series.and_then(|series| series.entry);
    let (x, y) = (plot.x.scale.value(place.x), plot.y.scale.value(place.y));
    let here = format!("{} = {}, {} = {}", plot.x.label, number(x), plot.y.label, number(y));
    let text = match (series, near_guide(plot, response, pointer)) {
        (Some(series), _) => format!("{}\n{here}", series.label),
        (None, Some(meaning)) => meaning.to_owned(),
        (None, None) => return pointed,
    };
    response.response.clone().on_hover_ui_at_pointer(|ui| {
        ui.label(text);
    });
    let _ = ui;
    pointed
}

/// The meaning of a straight guide under the pointer.
fn near_guide<'a>(
    plot: &'a PlotData,
    response: &PlotResponse<Option<usize>>,
    pointer: egui::Pos2,
) -> Option<&'a str> {
    let near = |guide: &&crate::figure::Guide| match &guide.shape {
        GuideShape::Horizontal(y) => {
            (response.transform.position_from_point_y(plot.y.scale.place(*y)) - pointer.y).abs() < 5.0
        }
        GuideShape::Vertical(x) => {
            (response.transform.position_from_point_x(plot.x.scale.place(*x)) - pointer.x).abs() < 5.0
        }
        GuideShape::Curve(points) => points.iter().any(|[x, y]| {
            let place = PlotPoint::new(plot.x.scale.place(*x), plot.y.scale.place(*y));
            response.transform.position_from_point(&place).distance(pointer) < 6.0
        }),
    };
    plot.guides.iter().find(near).map(|guide| guide.meaning.as_str())
}

/// A swatch of a colour with a word, for legends; left out where there is no room for it.
pub(super) fn swatch_ui(ui: &mut Ui, colour: Color32, word: &str, dashed: bool) {
    ui.spacing_mut().item_spacing.x = 4.0;
    let font = egui::TextStyle::Small.resolve(ui.style());
    let text = ui.painter().layout_no_wrap(word.to_owned(), font, colour);
    if ui.available_width() < 18.0 + text.size().x {
        return;
    }
    let (_, rect) = ui.allocate_space(egui::vec2(14.0, 10.0));
    let (left, right) = (rect.left_center(), rect.right_center());
    let stroke = egui::Stroke::new(2.0, colour);
    if dashed {
        ui.painter().line_segment([left, left + egui::vec2(5.0, 0.0)], stroke);
        ui.painter().line_segment([right - egui::vec2(5.0, 0.0), right], stroke);
    } else {
        ui.painter().line_segment([left, right], stroke);
    }
    ui.label(egui::RichText::new(word).small());
    ui.add_space(6.0);
}
