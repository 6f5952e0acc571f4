//! What is pointed at, anywhere in the window: an entry of a matrix, or all that have a colour of a legend.
//!
//! Curves, cells and words of legends ask here whether it is them.

use crate::figure::{Entry, Ink, Series};

/// What is pointed at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::ui) enum Highlight {
    /// One entry: its curve or its cell.
    Entry(Entry),
    /// The word of a colour in a legend: a teacher, a neuron, overlaps between neurons.
    Ink(Ink),
}

impl Highlight {
    /// Whether a curve is meant.
    pub(in crate::ui) fn is_curve(self, series: &Series) -> bool {
        match self {
            Self::Entry(entry) => series.entry == Some(entry),
            Self::Ink(ink) => series.entry.is_some() && series.ink == ink,
        }
    }

    /// Whether a legend's colour stands for what is meant.
    pub(in crate::ui) fn has_ink(self, ink: Ink) -> bool {
        match (self, ink) {
            (Self::Ink(own), _) => own == ink,
            (Self::Entry(Entry::M(_, own) | Entry::S(_, own)), Ink::Teacher(r)) => own == r,
            (Self::Entry(Entry::Q(row, col)), Ink::Neuron(i, _)) => row == i && col == i,
            (Self::Entry(Entry::Q(row, col)), Ink::Quiet) => row != col,
            _ => false,
        }
    }

    /// The cells that are meant, of Q where `student`, else of M, which shows S too: two for an off-diagonal entry of
    /// Q.
    pub(in crate::ui) fn cells(self, student: bool, (rows, cols): (usize, usize)) -> Vec<(usize, usize)> {
        let mut cells = match (self, student) {
            (Self::Entry(Entry::Q(row, col)), true) if row != col => vec![(row, col), (col, row)],
            (Self::Entry(Entry::Q(row, col)), true)
            | (Self::Entry(Entry::M(row, col) | Entry::S(row, col)), false) => vec![(row, col)],
            (Self::Ink(Ink::Teacher(r)), false) => (0..rows).map(|row| (row, r)).collect(),
            (Self::Ink(Ink::Neuron(i, _)), true) => vec![(i, i)],
            _ => Vec::new(),
        };
        cells.retain(|(row, col)| *row < rows && *col < cols);
        cells
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_its_curve_its_cells_and_its_colour() {
        let (m, q) = (Highlight::Entry(Entry::M(2, 1)), Highlight::Entry(Entry::Q(0, 3)));
        assert_eq!(m.cells(false, (4, 2)), [(2, 1)]);
        assert_eq!(q.cells(true, (4, 4)), [(0, 3), (3, 0)]);
        assert!(m.cells(true, (4, 4)).is_empty() && q.cells(true, (3, 3)).is_empty());
        assert!(m.has_ink(Ink::Teacher(1)) && !m.has_ink(Ink::Teacher(0)));
        assert!(q.has_ink(Ink::Quiet) && Highlight::Entry(Entry::Q(2, 2)).has_ink(Ink::Neuron(2, 6)));
    }

    #[test]
    fn a_teacher_is_a_column_and_all_curves_of_its_colour() {
        let lit = Highlight::Ink(Ink::Teacher(1));
        assert_eq!(lit.cells(false, (3, 2)), [(0, 1), (1, 1), (2, 1)]);
        assert!(lit.cells(true, (3, 3)).is_empty());
        let curve = |entry, ink| Series { entry, ..Series::new("", ink, Vec::new()) };
        assert!(lit.is_curve(&curve(Some(Entry::S(0, 1)), Ink::Teacher(1))));
        assert!(!lit.is_curve(&curve(Some(Entry::M(0, 0)), Ink::Teacher(0))));
        assert!(!lit.is_curve(&curve(None, Ink::Teacher(1))), "a curve with a name of its own");
    }
}
