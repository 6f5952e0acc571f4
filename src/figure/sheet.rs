//! A sheet: one numbered figure of a paper, its panels in a grid, with legend, caption and parameters.
//!
//! Data like its panels. Panels are lettered (a), (b) .. row by row where there is more than one; the legend says once
//! for all of them what a line pattern means.

use super::{Figure, Ink, Stroke};

/// Panels in a grid with what is said about all of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    /// Short stable name, also for file names: `figure-1`, `loss`, ...
    pub id: String,
    /// Panels row by row; rows may differ in length and share the width evenly.
    pub rows: Vec<Vec<Figure>>,
    /// What the patterns and colours mean in every panel; empty: each panel has its own legend.
    pub legend: Vec<LegendEntry>,
    /// What is seen, in sentences; empty: none.
    pub caption: String,
    /// The parameters of the run in one line; empty: none.
    pub parameters: String,
}

/// One line of a legend.
#[derive(Clone, Debug, PartialEq)]
pub struct LegendEntry {
    /// What it stands for.
    pub label: String,
    /// Whose colour it has.
    pub ink: Ink,
    /// What is shown beside the label.
    pub swatch: Swatch,
    /// The label behind another of its kind in the same line: the 2 of "teacher 1, 2".
    pub short: Option<String>,
    /// What it is, with its formula; empty: the label says it.
    pub hint: String,
}

/// The sample beside a legend's label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Swatch {
    /// A piece of line, or a mark.
    Line(Stroke),
    /// A piece of line on its band.
    LineInBand(Stroke),
}

impl Sheet {
    /// A sheet without words.
    pub fn new(id: &str, rows: Vec<Vec<Figure>>) -> Self {
        Self {
            id: id.to_owned(),
            rows,
            legend: Vec::new(),
            caption: String::new(),
            parameters: String::new(),
        }
    }

    /// The same with a caption.
    #[must_use]
    pub fn with_caption(mut self, caption: &str) -> Self {
        caption.clone_into(&mut self.caption);
        self
    }

    /// The same with a line of parameters.
    #[must_use]
    pub fn with_parameters(mut self, parameters: &str) -> Self {
        parameters.clone_into(&mut self.parameters);
        self
    }

    /// The same with one legend for all panels.
    #[must_use]
    pub fn with_legend(mut self, legend: Vec<LegendEntry>) -> Self {
        self.legend = legend;
        self
    }

    /// Panels in reading order.
    pub fn panels(&self) -> impl Iterator<Item = &Figure> {
        self.rows.iter().flatten()
    }

    /// The letter of a panel in reading order, from 0: (a), (b) .. (z), (aa) ..; `None` for a single panel.
    pub fn letter(&self, panel: usize) -> Option<String> {
        let alphabet = |index: usize| char::from(b'a' + (index % 26) as u8);
        let letters = match panel / 26 {
            0 => String::from(alphabet(panel)),
            round => [alphabet(round - 1), alphabet(panel)].iter().collect(),
        };
        (self.panels().count() > 1).then(|| format!("({letters})"))
    }
}

impl From<Figure> for Sheet {
    fn from(figure: Figure) -> Self {
        Self::new(figure.id, vec![vec![figure]])
    }
}

impl LegendEntry {
    /// An entry with a piece of line, or a mark.
    pub fn line(label: &str, ink: Ink, stroke: Stroke) -> Self {
        Self { label: label.to_owned(), ink, swatch: Swatch::Line(stroke), short: None, hint: String::new() }
    }

    /// An entry with a piece of line on its band.
    pub fn line_in_band(label: &str, ink: Ink, stroke: Stroke) -> Self {
        Self { swatch: Swatch::LineInBand(stroke), ..Self::line(label, ink, stroke) }
    }

    /// One of several of a kind, counted from 0 here and from 1 as it is read: "teacher 1".
    pub fn numbered(kind: &str, index: usize, ink: Ink) -> Self {
        let short = (index > 0).then(|| (index + 1).to_string());
        Self { short, ..Self::line(&format!("{kind} {}", index + 1), ink, Stroke::Solid) }
    }

    /// The same with what it is.
    #[must_use]
    pub fn with_hint(mut self, hint: &str) -> Self {
        hint.clone_into(&mut self.hint);
        self
    }

    /// What is written behind the entry before in the same line.
    pub fn text_behind(&self, before: Option<&Self>) -> &str {
        let alike = before.is_some_and(|before| kind_of(&before.label) == kind_of(&self.label));
        self.short.as_deref().filter(|_| alike).unwrap_or(&self.label)
    }
}

/// A label without its number.
fn kind_of(label: &str) -> &str {
    label.trim_end_matches(|letter: char| letter.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::Content;

    fn panel() -> Figure {
        Figure { id: "panel", title: String::new(), content: Content::Plots(Vec::new()) }
    }

    #[test]
    fn panels_are_lettered_in_reading_order_and_a_single_one_is_not() {
        let sheet = Sheet::new("all", vec![vec![panel(), panel()], vec![panel()]]);
        let letters: Vec<String> = (0..3).filter_map(|index| sheet.letter(index)).collect();
        assert_eq!(letters, ["(a)", "(b)", "(c)"]);
        assert_eq!(sheet.letter(27).as_deref(), Some("(ab)"));
        let single = Sheet::from(panel());
        assert_eq!((single.id.as_str(), single.letter(0)), ("panel", None));
    }
}
