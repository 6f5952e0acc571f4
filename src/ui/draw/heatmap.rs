//! Matrices as coloured cells: a nearest-filtered texture per matrix, one colour bar, values where there is room.
//!
//! Row 1 is at the top. Textures are uploaded again only when the values, the scale or the theme change.

use std::collections::HashMap;

use egui::{
    Align2, Color32, ColorImage, Pos2, Rect, Role, Sense, TextureHandle, TextureOptions, Ui, Vec2, WidgetInfo,
};

use super::Drawing;
use crate::figure::{Content, Entry, Figure, MatrixPicture, Palette, fixed, in_cell, number};
use crate::model::Matrix;
use crate::ui::theme::colour;

/// Cells narrower than this carry no number.
const VALUE_WIDTH: f32 = 34.0;

/// Textures by name, with what they show.
#[derive(Default)]
pub(in crate::ui) struct Textures {
    matrices: HashMap<String, (Matrix, f64, Palette, TextureHandle)>,
    bars: HashMap<bool, TextureHandle>,
}

impl Textures {
    fn matrix(
        &mut self,
        ui: &Ui,
        id: &str,
        (values, limit): (&Matrix, f64),
        palette: Palette,
    ) -> egui::TextureId {
        if let Some((old, old_limit, old_palette, texture)) = self.matrices.get(id)
            && old == values
            && old_limit.to_bits() == limit.to_bits()
            && *old_palette == palette
        {
            return texture.id();
        }
        let cell = |index: usize| {
            let (row, col) = (index / values.ncols(), index % values.ncols());
            colour(palette.signed(values[(row, col)] / limit))
        };
        let pixels = (0..values.len()).map(cell).collect();
        let image = ColorImage::new([values.ncols(), values.nrows()], pixels);
        let texture = match self.matrices.remove(id) {
            Some((_, _, _, mut texture)) => {
                texture.set(image, TextureOptions::NEAREST);
                texture
            }
            None => ui.load_texture(id, image, TextureOptions::NEAREST),
        };
        let handle = texture.id();
        self.matrices.insert(id.to_owned(), (values.clone(), limit, palette, texture));
        handle
    }

    fn bar(&mut self, ui: &Ui, palette: Palette) -> egui::TextureId {
        let dark = palette == Palette::Dark;
        let texture = self.bars.entry(dark).or_insert_with(|| {
            let pixels = (0..256).map(|row| colour(palette.signed(1.0 - f64::from(row) / 127.5))).collect();
            ui.load_texture(format!("bar {dark}"), ColorImage::new([1, 256], pixels), TextureOptions::LINEAR)
        });
        texture.id()
    }
}

/// Draws the matrices of a figure side by side with their colour bar; returns the entry pointed at.
pub(in crate::ui) fn matrices_ui(
    ui: &mut Ui,
    figure: &Figure,
    textures: &mut Textures,
    drawing: &Drawing,
) -> Option<Entry> {
    let Content::Matrices(matrices) = &figure.content else { return None };
    let limit = matrices.first()?.limit;
    let area = ui.available_rect_before_wrap();
    let bar_width = 58.0;
    let slot = (area.width() - bar_width) / matrices.len() as f32;
    let mut pointed = None;
    let mut tallest: Option<Rect> = None;
    for (index, matrix) in matrices.iter().enumerate() {
        let corner = area.min + egui::vec2(slot * index as f32, 0.0);
        let place = Rect::from_min_size(corner, egui::vec2(slot - 10.0, area.height()));
        let id = format!("{} {index}", figure.id);
        let (cells, entry) = matrix_ui(ui, (&id, matrix), place, textures, drawing);
        tallest = tallest.filter(|old| old.height() >= cells.height()).or(Some(cells));
        pointed = pointed.or(entry);
    }
    if let Some(cells) = tallest {
        let left = area.max.x - bar_width + 6.0;
        bar_ui(
            ui,
            figure,
            Rect::from_min_max(Pos2::new(left, cells.min.y), Pos2::new(left + 9.0, cells.max.y)),
            limit,
            textures,
            drawing,
        );
    }
    ui.allocate_rect(area, Sense::hover());
    pointed
}

fn matrix_ui(
    ui: &mut Ui,
    (id, matrix): (&str, &MatrixPicture),
    place: Rect,
    textures: &mut Textures,
    drawing: &Drawing,
) -> (Rect, Option<Entry>) {
    let font = egui::TextStyle::Body.resolve(ui.style());
    ui.painter().text(place.center_top(), Align2::CENTER_TOP, &matrix.name, font, drawing.colours.text);
    let below = Rect::from_min_max(place.min + egui::vec2(0.0, 20.0), place.max);
    let Some(values) = matrix.values.as_ref().filter(|values| !values.is_empty()) else {
        let font = egui::TextStyle::Small.resolve(ui.style());
        let missing = matrix.missing.as_str();
        ui.painter().text(below.center(), Align2::CENTER_CENTER, missing, font, drawing.colours.weak);
        let area = ui.interact(below, egui::Id::unique(("missing", id)), Sense::hover());
        let said = format!("{}: {}", matrix.name, missing.replace('\n', " "));
        area.widget_info(|| WidgetInfo::labeled(Role::Image, true, &said));
        return (below, None);
    };
    let cells = cells_rect(below, values.shape());
    let texture = textures.matrix(ui, id, (values, matrix.limit), drawing.palette);
    let whole = Rect::from_min_max(Pos2::ZERO, Pos2::new(1.0, 1.0));
    ui.painter().image(texture, cells, whole, Color32::WHITE);
    ui.painter().rect_stroke(
        cells,
        0.0,
        egui::Stroke::new(1.0, drawing.colours.outline),
        egui::StrokeKind::Outside,
    );
    values_ui(ui, matrix, values, cells, drawing);
    let entry = hover_ui(ui, (id, matrix), values, cells, drawing);
    (cells, entry)
}

/// The largest rectangle of square cells, up to three times as wide as high where the matrix is narrow.
fn cells_rect(place: Rect, (rows, cols): (usize, usize)) -> Rect {
    let height = place.height() / rows as f32;
    let width = (place.width() / cols as f32).min(1.7 * height);
    let height = height.min(width);
    let size = egui::vec2(width * cols as f32, height * rows as f32);
    let corner = Pos2::new(place.center().x - 0.5 * size.x, place.min.y);
    Rect::from_min_size(corner.round(), size)
}

fn cell_rect(cells: Rect, (rows, cols): (usize, usize), (row, col): (usize, usize)) -> Rect {
    let size = egui::vec2(cells.width() / cols as f32, cells.height() / rows as f32);
    Rect::from_min_size(cells.min + Vec2::new(size.x * col as f32, size.y * row as f32), size)
}

fn values_ui(ui: &Ui, matrix: &MatrixPicture, values: &Matrix, cells: Rect, drawing: &Drawing) {
    let size = cell_rect(cells, values.shape(), (0, 0)).size();
    if size.x < VALUE_WIDTH || size.y < 13.0 {
        return;
    }
    let font = egui::FontId::monospace(if size.x < 44.0 { 9.5 } else { 11.0 });
    for row in 0..values.nrows() {
        for col in 0..values.ncols() {
            let value = values[(row, col)];
            let text = colour(Palette::readable_on(drawing.palette.signed(value / matrix.limit)));
            let place = cell_rect(cells, values.shape(), (row, col)).center();
            ui.painter().text(place, Align2::CENTER_CENTER, in_cell(value), font.clone(), text);
        }
    }
}

fn hover_ui(
    ui: &Ui,
    (id, matrix): (&str, &MatrixPicture),
    values: &Matrix,
    cells: Rect,
    drawing: &Drawing,
) -> Option<Entry> {
    let response = ui.interact(cells, ui.scope_id().with(id), Sense::hover());
    let (rows, cols) = values.shape();
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, format!("matrix {}", matrix.name)));
    let at = response.hover_pos().map(|pointer| {
        let share = (pointer - cells.min) / cells.size();
        let index = |share: f32, count: usize| ((share * count as f32) as usize).min(count - 1);
        (index(share.y, rows), index(share.x, cols))
    });
    let entry = at.map(|(row, col)| matrix.entry(row, col));
    let described = at.map_or_else(
        || format!("{rows} by {cols}, largest magnitude {}", number(values.amax())),
        |(row, col)| format!("row {}, column {}: {}", row + 1, col + 1, number(values[(row, col)])),
    );
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_value(described));
    let outline = |row: usize, col: usize| {
        let cell = cell_rect(cells, (rows, cols), (row, col));
        let stroke = egui::Stroke::new(2.0, drawing.colours.accent);
        ui.painter().rect_stroke(cell, 0.0, stroke, egui::StrokeKind::Inside);
    };
    let cells = drawing.lit.map_or_else(Vec::new, |lit| lit.cells(matrix.student, (rows, cols)));
    for (row, col) in cells {
        outline(row, col);
    }
    if let (Some((row, col)), Some(entry)) = (at, entry) {
        let value = values[(row, col)];
        response.on_hover_ui_at_pointer(|ui| {
            ui.label(format!("{} = {}", entry.name(), fixed(value, 6)));
        });
    }
    entry
}

fn bar_ui(ui: &Ui, figure: &Figure, bar: Rect, limit: f64, textures: &mut Textures, drawing: &Drawing) {
    let texture = textures.bar(ui, drawing.palette);
    let whole = Rect::from_min_max(Pos2::ZERO, Pos2::new(1.0, 1.0));
    ui.painter().image(texture, bar, whole, Color32::WHITE);
    ui.painter().rect_stroke(
        bar,
        0.0,
        egui::Stroke::new(1.0, drawing.colours.outline),
        egui::StrokeKind::Outside,
    );
    let response = ui.interact(bar, ui.scope_id().with((figure.id, "bar")), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, format!("colours of {}", figure.title)));
    let range = [-limit, 0.0, limit].map(number);
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_value(format!("blue {} to white {} to orange {}", range[0], range[1], range[2]));
    });
    let font = egui::TextStyle::Small.resolve(ui.style());
    let marks = [
        (bar.min.y, limit, Align2::LEFT_TOP),
        (bar.center().y, 0.0, Align2::LEFT_CENTER),
        (bar.max.y, -limit, Align2::LEFT_BOTTOM),
    ];
    for (y, value, anchor) in marks {
        let text = if value == 0.0 { String::from("0") } else { in_cell(value) };
        ui.painter().text(Pos2::new(bar.max.x + 4.0, y), anchor, text, font.clone(), drawing.colours.weak);
    }
}
