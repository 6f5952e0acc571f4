//! What colours and patterns mean, in the title row of a panel. What has no room is told at an ellipsis.

use egui::Ui;

use super::view::Shown;
use crate::figure::{Content, Figure, Ink, LegendEntry, Stroke, Swatch, legend};
use crate::ui::action::PanelId;
use crate::ui::lit::Lit;
use crate::ui::plot::{SwatchWord, swatch_ui};
use crate::ui::theme::ink;

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

/// The names of colours in the title row; returns the one pointed at, where others share it.
pub(super) fn legend_ui(ui: &mut Ui, shown: &Shown<'_>, panel: PanelId, figure: &Figure) -> Option<Lit> {
    let drawing = &shown.drawing;
    let mut words = words(shown, panel, figure);
    if let Some(word) = sgd_word(panel, figure) {
        words.push(word);
    }
    let (mut pointed, mut left_out) = (None, Vec::new());
    for Word { own, text, look: (pattern, hint) } in &words {
        let lit = drawing.lit.is_some_and(|lit| lit.has_ink(*own));
        let colour = ink(drawing.palette, *own);
        let swatch = SwatchWord { colour, pattern: *pattern, word: text, hint, lit };
        // What comes after a word without room would be read as if nothing were missing between.
        match left_out.is_empty().then(|| swatch_ui(ui, &swatch)).flatten() {
            Some(is_pointed) => pointed = if is_pointed { Some(*own) } else { pointed },
            None => left_out.push(if hint.is_empty() { text.clone() } else { format!("{text}: {hint}") }),
        }
    }
    if !left_out.is_empty() {
        ui.label(egui::RichText::new("…").small()).on_hover_text(left_out.join("\n"));
    }
    pointed.filter(|own| matches!(own, Ink::Teacher(_) | Ink::Neuron(..) | Ink::Quiet)).map(Lit::Ink)
}

/// A word of a legend: its colour, and how its line looks and what it stands for.
struct Word {
    own: Ink,
    text: String,
    look: (Stroke, String),
}

impl Word {
    fn new(own: Ink, text: &str, (pattern, hint): (Stroke, &str)) -> Self {
        Self { own, text: text.to_owned(), look: (pattern, hint.to_owned()) }
    }
}

/// The words of a panel's own legend.
fn words(shown: &Shown<'_>, panel: PanelId, figure: &Figure) -> Vec<Word> {
    let model = &shown.run.scenario.model;
    match panel {
        PanelId::Overlaps | PanelId::PolarFactor => {
            let teacher = |r: usize| {
                let name = if r == 0 { String::from("teacher 1") } else { (r + 1).to_string() };
                let hint = match panel {
                    PanelId::Overlaps => {
                        format!("Mᵢᵣ = wᵢ·w*ᵣ/N of every neuron i with teacher r = {}", r + 1)
                    }
                    _ => format!("Sᵢᵣ of every neuron i with teacher r = {}", r + 1),
                };
                Word::new(Ink::Teacher(r), &name, (Stroke::Solid, &hint))
            };
            (0..model.p_star.min(LEGEND_LIMIT)).map(teacher).collect()
        }
        PanelId::Norms => {
            let norm = |i: usize| {
                // Q₁₁, but Q₁₂,₁₂: digits of two indices are not to run together.
                let name = if model.p < 10 { format!("Q{0}{0}", i + 1) } else { format!("Q{0},{0}", i + 1) };
                let hint = format!("{name} = |w{0}|²/N, the squared norm of neuron {0}", i + 1);
                Word::new(Ink::Neuron(i, model.p), &name, (Stroke::Solid, &hint))
            };
            let mut words: Vec<Word> = [0, model.p - 1].into_iter().take(model.p).map(norm).collect();
            if model.p > 1 {
                words.push(Word::new(Ink::Quiet, "Qij", (Stroke::Solid, "Qᵢⱼ = wᵢ·wⱼ/N of two neurons")));
            }
            words
        }
        PanelId::Distance => DISTANCES.iter().map(|(own, name, look)| Word::new(*own, name, *look)).collect(),
        PanelId::Loss | PanelId::Manifold | PanelId::Levels | PanelId::Map => Vec::new(),
        _ => {
            let Content::Plots(plots) = &figure.content else { return Vec::new() };
            let word = |entry: LegendEntry| {
                let (Swatch::Line(stroke) | Swatch::LineInBand(stroke)) = entry.swatch;
                Word::new(entry.ink, &entry.label, (stroke, ""))
            };
            plots.iter().flat_map(|(_, plot)| legend(plot)).map(word).collect()
        }
    }
}

/// What the dashed curves of an ensemble are, in panels whose legend is their own.
fn sgd_word(panel: PanelId, figure: &Figure) -> Option<Word> {
    let Content::Plots(plots) = &figure.content else { return None };
    let ink = plots.iter().find_map(|(_, plot)| plot.bands.first())?.ink;
    let (own, name) = match panel {
        PanelId::Loss => (ink, "SGD"),
        PanelId::Distance => (ink, "d of SGD"),
        PanelId::Overlaps | PanelId::Norms => (Ink::Main, "SGD"),
        _ => return None,
    };
    Some(Word::new(own, name, (Stroke::Dashed, "mean over the SGD runs, in a band of its standard error")))
}
