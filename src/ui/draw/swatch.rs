//! An entry of a legend: a swatch of its line with its word.

use egui::{Color32, Ui};

use super::BAND;
use crate::figure::Stroke;
use crate::figure::lowered::{LOWERED_SIZE, runs};

/// Words whose `M_ir` has lowered letters, as on paper.
fn lowered_job(word: &str, font: &egui::FontId, colour: Color32, underlined: bool) -> egui::text::LayoutJob {
    let mut job = egui::text::LayoutJob::default();
    for run in runs(word) {
        let size = font.size * if run.lowered { LOWERED_SIZE as f32 } else { 1.0 };
        let font_id = egui::FontId::new(size, font.family.clone());
        let underline = if underlined { egui::Stroke::new(1.0, colour) } else { egui::Stroke::NONE };
        let valign = egui::Align::BOTTOM;
        job.append(
            &run.text,
            0.0,
            egui::TextFormat { font_id, color: colour, underline, valign, ..Default::default() },
        );
    }
    job
}

/// A swatch of a colour for legends.
pub(in crate::ui) struct SwatchWord<'a> {
    pub(in crate::ui) colour: Color32,
    pub(in crate::ui) pattern: Stroke,
    pub(in crate::ui) word: &'a str,
    /// Whether its line has a band.
    pub(in crate::ui) in_band: bool,
    /// What it stands for; may be empty.
    pub(in crate::ui) hint: &'a str,
    /// Whether what it stands for is pointed at.
    pub(in crate::ui) lit: bool,
}

/// Draws a swatch with its word, and says whether it is pointed at; `None` where there is no room for it and an
/// ellipsis.
pub(in crate::ui) fn swatch_ui(ui: &mut Ui, swatch: &SwatchWord<'_>) -> Option<bool> {
    const ELLIPSIS: f32 = 14.0;
    let SwatchWord { colour, pattern, word, in_band, hint, lit } = *swatch;
    ui.spacing_mut().item_spacing.x = 4.0;
    let font = egui::TextStyle::Small.resolve(ui.style());
    let job = lowered_job(word, &font, ui.visuals().text_color(), lit);
    let text = ui.painter().layout_job(job);
    if ui.available_width() < 18.0 + text.size().x + ELLIPSIS {
        return None;
    }
    let (_, rect) = ui.allocate_space(egui::vec2(14.0, 10.0));
    let (left, right) = (rect.left_center(), rect.right_center());
    let stroke = egui::Stroke::new(2.0, colour);
    if in_band {
        ui.painter().rect_filled(rect, 0.0, colour.gamma_multiply(BAND));
    }
    match pattern {
        Stroke::Dashed | Stroke::Dotted => {
            ui.painter().line_segment([left, left + egui::vec2(5.0, 0.0)], stroke);
            ui.painter().line_segment([right - egui::vec2(5.0, 0.0), right], stroke);
        }
        Stroke::Solid => {
            ui.painter().line_segment([left, right], stroke);
        }
        Stroke::Points => {
            let [across, up] = [egui::vec2(4.5, 0.0), egui::vec2(0.0, 4.5)];
            let centre = rect.center();
            let corners = vec![centre - up, centre + across, centre + up, centre - across];
            ui.painter().add(egui::Shape::convex_polygon(corners, colour, egui::Stroke::NONE));
        }
    }
    let label = ui.label(text);
    ui.add_space(6.0);
    let pointed = label.hovered();
    if !hint.is_empty() {
        label.on_hover_text(hint);
    }
    Some(pointed)
}
