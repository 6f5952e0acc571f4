//! The legend of a figure, as `figure::legend` has it, in the title row of a panel. What has no room is told at an
//! ellipsis.

use egui::Ui;

use crate::figure::{Content, Figure, Ink, LegendEntry, Swatch, legend};
use crate::ui::draw::{Drawing, SwatchWord, swatch_ui};
use crate::ui::state::Highlight;
use crate::ui::theme::ink;

/// The names of colours in the title row; returns the one pointed at, where entries of matrices share it.
pub(super) fn legend_ui(ui: &mut Ui, drawing: Drawing, figure: &Figure) -> Option<Highlight> {
    let Content::Plots(plots) = &figure.content else { return None };
    let entries: Vec<LegendEntry> = plots.iter().flat_map(|(_, plot)| legend(plot)).collect();
    let before = std::iter::once(None).chain(entries.iter().map(Some));
    let (mut pointed, mut left_out) = (None, Vec::new());
    for (entry, before) in entries.iter().zip(before) {
        let (Swatch::Line(pattern) | Swatch::LineInBand(pattern)) = entry.swatch;
        let swatch = SwatchWord {
            colour: ink(drawing.palette, entry.ink),
            pattern,
            word: entry.text_behind(before),
            in_band: matches!(entry.swatch, Swatch::LineInBand(_)),
            hint: &entry.hint,
            lit: drawing.lit.is_some_and(|lit| lit.has_ink(entry.ink)),
        };
        // What comes after a word without room would be read as if nothing were missing between.
        match left_out.is_empty().then(|| swatch_ui(ui, &swatch)).flatten() {
            Some(is_pointed) => pointed = if is_pointed { Some(entry.ink) } else { pointed },
            None if entry.hint.is_empty() => left_out.push(entry.label.clone()),
            None => left_out.push(format!("{}: {}", entry.label, entry.hint)),
        }
    }
    if !left_out.is_empty() {
        ui.label(egui::RichText::new("…").small()).on_hover_text(left_out.join("\n"));
    }
    let of_entry = |own: &Ink| {
        let mut series = plots.iter().flat_map(|(_, plot)| &plot.series);
        series.any(|series| series.entry.is_some() && series.ink == *own)
    };
    pointed.filter(of_entry).map(Highlight::Ink)
}
