//! What colours and patterns mean, in the title row of a panel, as far as there is room.

use egui::{Rect, Ui};

use super::view::Shown;
use crate::figure::{Content, Figure, Ink, Stroke, Swatch, legend, number};
use crate::ui::action::PanelId;
use crate::ui::lit::Lit;
use crate::ui::plot::{Drawing, SwatchWord, swatch_ui};
use crate::ui::theme::{colour, ink};

/// Teachers or neurons named in a legend at most.
const LEGEND_LIMIT: usize = 6;

/// The curves of the distance panel.
const DISTANCES: [(Ink, &str, (Stroke, &str)); 4] = [
    (Ink::Main, "d", (Stroke::Solid, "d = √(‖M − M̄‖² + ‖Q − Q̄‖²), to ρ̄ = (M̄, Q̄)")),
    (Ink::Other(0), "M", (Stroke::Solid, "‖M − M̄‖, with M̄ = √(p/p*) polar(M₀)")),
    (Ink::Other(1), "Q", (Stroke::Solid, "‖Q − Q̄‖, with Q̄ = M̄ M̄ᵀ")),
    (
        Ink::Other(3),
        "whitened",
        (Stroke::Dashed, "d to the solution predicted from the whitened start, polar(Q₀^(−½) M₀)"),
    ),
];

/// The colours of a map from the lowest to the highest value.
fn scale_ui(ui: &mut Ui, drawing: Drawing, figure: &Figure) {
    let Content::Plots(plots) = &figure.content else { return };
    let Some(mesh) = plots.iter().find_map(|(_, plot)| plot.mesh.as_ref()) else { return };
    if mesh.range.0 > mesh.range.1 {
        return;
    }
    ui.label(egui::RichText::new(&mesh.label).small());
    ui.label(egui::RichText::new(number(mesh.range.0)).small());
    let (rect, _) = ui.allocate_exact_size(egui::vec2(120.0, 9.0), egui::Sense::hover());
    let steps = 60;
    for step in 0..steps {
        let share = f64::from(step) / f64::from(steps - 1);
        let width = rect.width() / steps as f32;
        let left = rect.min.x + width * step as f32;
        let cell = Rect::from_min_size(egui::pos2(left, rect.min.y), egui::vec2(width + 0.5, rect.height()));
        ui.painter().rect_filled(cell, 0.0, colour(drawing.palette.sequential(share)));
    }
    ui.label(egui::RichText::new(number(mesh.range.1)).small());
}

/// The names of colours, in the title row where there is room; returns the one pointed at, where others share it.
pub(super) fn legend_ui(ui: &mut Ui, shown: &Shown<'_>, panel: PanelId, figure: &Figure) -> Option<Lit> {
    let drawing = &shown.drawing;
    let mut pointed = None;
    let mut word = |ui: &mut Ui, own: Ink, word: &str, (pattern, hint): (Stroke, &str)| {
        let lit = drawing.lit.is_some_and(|lit| lit.has_ink(own));
        if swatch_ui(ui, &SwatchWord { colour: ink(drawing.palette, own), pattern, word, hint, lit }) {
            pointed = Some(own);
        }
    };
    let model = &shown.run.scenario.model;
    match panel {
        PanelId::Overlaps | PanelId::PolarFactor if ui.available_width() > 166.0 => {
            // The first entry takes 84 points, every other one 34.
            let room = ((ui.available_width() - 50.0) / 34.0).max(1.0) as usize;
            for r in 0..model.p_star.min(LEGEND_LIMIT).min(room) {
                let name = if r == 0 { String::from("teacher 1") } else { (r + 1).to_string() };
                let hint = match panel {
                    PanelId::Overlaps => {
                        format!("Mᵢᵣ = wᵢ·w*ᵣ/N of every neuron i with teacher r = {}", r + 1)
                    }
                    _ => format!("Sᵢᵣ of every neuron i with teacher r = {}", r + 1),
                };
                word(ui, Ink::Teacher(r), &name, (Stroke::Solid, &hint));
            }
        }
        PanelId::Norms => {
            for i in [0, model.p - 1].iter().take(model.p) {
                let name = format!("Q{0}{0}", i + 1);
                let hint = format!("{name} = |w{0}|²/N, the squared norm of neuron {0}", i + 1);
                word(ui, Ink::Neuron(*i, model.p), &name, (Stroke::Solid, &hint));
            }
            if model.p > 1 {
                word(ui, Ink::Quiet, "Qij", (Stroke::Solid, "Qᵢⱼ = wᵢ·wⱼ/N of two neurons"));
            }
        }
        PanelId::Distance => {
            for (own, name, look) in DISTANCES {
                word(ui, own, name, look);
            }
        }
        PanelId::Loss | PanelId::Manifold | PanelId::Levels => {}
        PanelId::Map => scale_ui(ui, *drawing, figure),
        _ => {
            let Content::Plots(plots) = &figure.content else { return None };
            for entry in plots.iter().flat_map(|(_, plot)| legend(plot)) {
                let (Swatch::Line(stroke) | Swatch::LineInBand(stroke)) = entry.swatch;
                word(ui, entry.ink, &entry.label, (stroke, ""));
            }
        }
    }
    pointed.filter(|own| matches!(own, Ink::Teacher(_) | Ink::Neuron(..) | Ink::Quiet)).map(Lit::Ink)
}
