//! A prepared figure on the screen: curves, guides with names, the time cursor, and what the pointer does.
//!
//! Draws and reports; decides nothing.

use egui::{Role, Ui, WidgetInfo};
use egui_plot::{Plot, PlotPoint, PlotResponse};

use super::{
    BAR_ROOM, Drawing, Pointed, PreparedFigure, PreparedPlot, above_ui, band_ui, bar_ui, content_ui,
    names_ui, past_ui, with_axes,
};
use crate::figure::{Axis, Content, GuideShape, Plot as PlotData, number};
use crate::ui::state::{Zoom, ZoomRequest, pan_or_zoom};

/// Between plots above each other: the lowest label of one and the highest of the next need room.
const BETWEEN: f32 = 8.0;

/// Draws every plot of a figure into the space left.
pub(in crate::ui) fn figure_ui(ui: &mut Ui, prepared: &PreparedFigure, drawing: &Drawing) -> Pointed {
    let Content::Plots(plots) = &prepared.figure.content else { return Pointed::default() };
    let (width, height) = (ui.available_width(), ui.available_height());
    let mut pointed = Pointed::default();
    ui.spacing_mut().item_spacing.y = BETWEEN;
    let height = height - BETWEEN * (plots.len() - 1) as f32;
    for (index, ((share, plot), ready)) in plots.iter().zip(&prepared.plots).enumerate() {
        // A frame may leave no room at all, which is no negative room.
        let size = egui::vec2(width, (height * share).floor()).max(egui::Vec2::ZERO);
        let several = plots.len() > 1;
        let name = if several {
            format!("{}: {}", prepared.figure.title, plot.y.label)
        } else {
            prepared.figure.title.clone()
        };
        let one = ui
            .allocate_ui(size, |ui| plot_ui(ui, (prepared.figure.id, index), &name, (plot, ready), drawing))
            .inner;
        pointed = Pointed {
            seek: pointed.seek.or(one.seek),
            entry: pointed.entry.or(one.entry),
            dragged: pointed.dragged.or(one.dragged),
            clicked: pointed.clicked.or(one.clicked),
            zoom: pointed.zoom.or(one.zoom),
        };
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
    let whole = ui.available_size();
    ui.spacing_mut().item_spacing.y = 0.0;
    above_ui(ui, id, plot, drawing);
    let bar = if plot.mesh.is_some() { BAR_ROOM } else { 0.0 };
    let size = ui.available_size() - egui::vec2(bar, 0.0);
    let bounds = if plot.equal_aspect { widened(ready.bounds, size) } else { ready.bounds };
    let shared = ready.seen(plot, drawing.zoom, drawing.heights);
    let mut widget = Plot::new(id)
        .width(size.x)
        .height(size.y)
        .allow_scroll(false)
        .allow_drag(drawing.cursor.is_none() && !drawing.captures_pointer)
        .allow_zoom([true, shared.is_none()])
        .allow_boxed_zoom(shared.is_none())
        .allow_axis_zoom_drag(false)
        .show_crosshair(false)
        .show_background(false)
        .grid_color(drawing.colours.grid)
        .set_margin_fraction(egui::Vec2::ZERO)
        .show_axes([plot.shows_x, true])
        .label_formatter(|_| None);
    if let [x_low, x_high, y_low, y_high] = bounds
        && x_low < x_high
        && y_low < y_high
    {
        widget = widget.default_x_bounds(x_low, x_high).default_y_bounds(y_low, y_high);
    }
    if is_new(ui, id, shared.unwrap_or(bounds)) && shared.is_none() {
        // New data need another window; a zoom into the old ones is over.
        widget = widget.reset();
    }
    let response = with_axes(widget, plot, size).show(ui, |inside| {
        if let Some([x_low, x_high, y_low, y_high]) = shared {
            inside.set_plot_bounds_x(x_low..=x_high);
            inside.set_plot_bounds_y(y_low..=y_high);
        }
        content_ui(inside, plot, ready, drawing)
    });
    response.response.widget_info(|| WidgetInfo::labeled(Role::Image, true, name));
    ui.ctx().accesskit_node_builder(response.response.id, |node| node.set_value(said(plot, ready, drawing)));
    past_ui(ui, (plot, ready), drawing, &response);
    names_ui(ui, id, (plot, ready), drawing, (&response, whole));
    if let Some(mesh) = &plot.mesh {
        bar_ui(ui, response.response.rect, (name, mesh), drawing);
    }
    ready.zoom.set(own_zoom(&response, bounds).filter(|_| shared.is_none()));
    let zoom = shared.and_then(|[low, high, ..]| zoomed(ui, plot, (ready, drawing), [low, high], &response));
    Pointed { zoom, ..pointed(plot, drawing, &response) }
}

/// What is seen of a plot, unless it is all.
fn own_zoom(response: &PlotResponse<Option<usize>>, all: [f64; 4]) -> Option<[f64; 4]> {
    let bounds = response.transform.bounds();
    let ([left, bottom], [right, top]) = (bounds.min(), bounds.max());
    let seen = [left, right, bottom, top];
    let room = [all[1] - all[0], all[1] - all[0], all[3] - all[2], all[3] - all[2]];
    let differs = (0..4).any(|side| (seen[side] - all[side]).abs() > 1e-6 * room[side]);
    differs.then_some(seen)
}

/// What is seen of each plot of a figure, in values, where that is not all.
pub(in crate::ui) fn seen_parts(
    prepared: &PreparedFigure,
    zoom: Zoom,
    heights: Option<[f64; 2]>,
) -> Vec<Option<[f64; 4]>> {
    let Content::Plots(plots) = &prepared.figure.content else { return Vec::new() };
    let part = |((_, plot), ready): (&(f32, PlotData), &PreparedPlot)| {
        let places = match zoom {
            Zoom::Shared(None) => None,
            Zoom::Shared(_) => ready.seen(plot, zoom, heights),
            Zoom::Independent => ready.zoom.get(),
        };
        let (x, y) = (plot.x.scale, plot.y.scale);
        places.map(|[left, right, low, high]| [x.value(left), x.value(right), y.value(low), y.value(high)])
    };
    plots.iter().zip(&prepared.plots).map(part).collect()
}

/// What the pointer asked for along the shared axis.
fn zoomed(
    ui: &Ui,
    plot: &PlotData,
    (ready, drawing): (&PreparedPlot, &Drawing),
    shown: [f64; 2],
    response: &PlotResponse<Option<usize>>,
) -> Option<ZoomRequest> {
    if response.response.double_clicked() {
        return Some(ZoomRequest::All);
    }
    let range = response.transform.bounds().range_x();
    let band = band_ui(ui, response, drawing.colours.accent);
    let after = band.unwrap_or([*range.start(), *range.end()]);
    let [x_low, x_high, ..] = ready.bounds;
    pan_or_zoom(shown, after, [x_low, x_high], plot.x.scale)
}

/// What a plot shows, in words.
fn said(plot: &PlotData, ready: &PreparedPlot, drawing: &Drawing) -> String {
    let [x_low, x_high, y_low, y_high] = ready.bounds;
    let range = |axis: &Axis, low: f64, high: f64| {
        let [low, high] = [low, high].map(|place| number(axis.scale.value(place)));
        format!("{} from {low} to {high}", if axis.label.is_empty() { "value" } else { &axis.label })
    };
    let curves = match plot.series.len() {
        1 => String::from("1 curve"),
        count => format!("{count} curves"),
    };
    let here = drawing.cursor.zip(plot.series.first()).and_then(|(alpha, series)| {
        let nearest =
            series.points.iter().min_by(|a, b| (a[0] - alpha).abs().total_cmp(&(b[0] - alpha).abs()));
        nearest.map(|[_, y]| format!("; {} at the cursor: {}", series.label, number(*y)))
    });
    let (x, y) = (range(&plot.x, x_low, x_high), range(&plot.y, y_low, y_high));
    let remarks = plot.notes.iter().cloned().chain(plot.hidden_note()).map(|remark| format!("; {remark}"));
    format!("{curves}, {x}, {y}{}{}", here.unwrap_or_default(), remarks.collect::<String>())
}

/// Whether a plot is to show other bounds than at the last frame; what is laid out by the last is then drawn again.
fn is_new(ui: &Ui, id: (&'static str, usize), bounds: [f64; 4]) -> bool {
    let key = egui::Id::unique(("bounds", id));
    let is_new = ui.data_mut(|data| {
        let last = data.get_temp::<[f64; 4]>(key);
        data.insert_temp(key, bounds);
        last.is_some_and(|last| last.map(f64::to_bits) != bounds.map(f64::to_bits))
    });
    if is_new {
        ui.ctx().request_repaint();
    }
    is_new
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

/// Turns the pointer into wishes, and says what it is on.
fn pointed(plot: &PlotData, drawing: &Drawing, response: &PlotResponse<Option<usize>>) -> Pointed {
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
    if drawing.captures_pointer {
        let moved = response.response.dragged_by(egui::PointerButton::Primary);
        pointed.dragged = moved.then(|| response.response.drag_delta());
        pointed.clicked = response.response.clicked().then_some([place.x, place.y]);
    }
    if !response.response.hovered() {
        return pointed;
    }
    if drawing.curtain().is_some_and(|edge| plot.x.scale.value(place.x) > edge) {
        return pointed;
    }
    let series = response.inner.and_then(|index| plot.series.get(index));
    pointed.entry = series.and_then(|series| series.entry);
    let (x, y) = (plot.x.scale.value(place.x), plot.y.scale.value(place.y));
    let here = format!("{} = {}, {} = {}", plot.x.label, number(x), plot.y.label, number(y));
    let text = match (series, near_guide(plot, response, pointer)) {
        (Some(series), _) if series.meaning.is_empty() => format!("{}\n{here}", series.label),
        (Some(series), _) => format!("{}\n{here}", series.meaning),
        (None, Some(meaning)) => meaning.to_owned(),
        (None, None) => match plot.mesh.as_ref().and_then(|mesh| Some((mesh, mesh.at(x, y)?))) {
            Some((mesh, value)) => format!("{} = {}\n{here}", mesh.label, number(value)),
            None => return pointed,
        },
    };
    response.response.clone().on_hover_ui_at_pointer(|ui| {
        ui.label(text);
    });
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
