//! What is drawn within a plot: curves with their bands, the numbers behind them, and theory.

use super::{Ink, Scale};

/// Line pattern; never the only carrier of meaning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stroke {
    /// Computed.
    #[default]
    Solid,
    /// A second kind of the same.
    Dashed,
    /// Theory.
    Dotted,
    /// No line: a mark at every point.
    Points,
}

/// The matrix entry a curve follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Entry {
    /// M_ir: neuron, teacher, from 0.
    M(usize, usize),
    /// Q_ij: neuron, neuron, from 0, i ≤ j.
    Q(usize, usize),
    /// S_ir: neuron, teacher, from 0.
    S(usize, usize),
}

impl Entry {
    /// The entry's name, counted from 1 as in the paper.
    pub fn name(self) -> String {
        match self {
            Self::M(i, r) => format!("M[{},{}]", i + 1, r + 1),
            Self::Q(i, j) => format!("Q[{},{}]", i + 1, j + 1),
            Self::S(i, r) => format!("S[{},{}]", i + 1, r + 1),
        }
    }
}

/// One curve.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Name; curves of a family may share one, and are numbered where they are written down.
    pub label: String,
    /// Points (x, y) in values; NaN breaks the curve.
    pub points: Vec<[f64; 2]>,
    /// Half the height of the error bar at each point; empty: none. NaN: none there.
    pub errors: Vec<f64>,
    /// Whose colour it has.
    pub ink: Ink,
    /// Line pattern.
    pub stroke: Stroke,
    /// Width relative to the standard curve.
    pub width: f32,
    /// The matrix entry it follows, if any.
    pub entry: Option<Entry>,
    /// Whether it has a place in the legend.
    pub in_legend: bool,
    /// What it is in full, told where the curve or its name is pointed at; empty: the label says it.
    pub meaning: String,
}

impl Series {
    /// A solid curve of standard width with a legend entry.
    pub fn new(label: &str, ink: Ink, points: Vec<[f64; 2]>) -> Self {
        Self {
            label: label.to_owned(),
            points,
            errors: Vec::new(),
            ink,
            stroke: Stroke::Solid,
            width: 1.0,
            entry: None,
            in_legend: true,
            meaning: String::new(),
        }
    }

    /// The same with what it is.
    #[must_use]
    pub fn with_meaning(mut self, meaning: &str) -> Self {
        meaning.clone_into(&mut self.meaning);
        self
    }

    /// Marks without a line, each with its error bar.
    pub fn marks(label: &str, ink: Ink, points: Vec<[f64; 2]>, errors: Vec<f64>) -> Self {
        Self { stroke: Stroke::Points, errors, ..Self::new(label, ink, points) }
    }
}

/// Numbers along the x axis, one per run.
#[derive(Clone, Debug, PartialEq)]
pub struct Samples {
    /// What they are of.
    pub label: String,
    /// In the order of the runs; NaN: none.
    pub values: Vec<f64>,
}

/// A band between two curves.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// Whose colour it has, faintly.
    pub ink: Ink,
    /// x, lower edge, upper edge, in values.
    pub edges: Vec<[f64; 3]>,
}

impl Band {
    /// The band in positions of the axes: x, lower edge, upper edge. An edge without a place on a logarithmic axis is
    /// below the frame, whose lower end is at `bottom` and upper at `top`; a row without a place along x or without a
    /// number is left out.
    pub fn placed(&self, [x_scale, y_scale]: [Scale; 2], (bottom, top): (f64, f64)) -> Vec<[f64; 3]> {
        let below = bottom - (top - bottom);
        let edge = |value: f64| {
            let at = y_scale.place(value);
            if at.is_nan() && !value.is_nan() { below } else { at }
        };
        let row = |[x, low, high]: &[f64; 3]| [x_scale.place(*x), edge(*low), edge(*high)];
        self.edges.iter().map(row).filter(|row| row.iter().all(|at| at.is_finite())).collect()
    }
}

/// A line that theory draws.
#[derive(Clone, Debug, PartialEq)]
pub struct Guide {
    /// Short name.
    pub label: String,
    /// What it is, with its formula: shown on hover.
    pub meaning: String,
    /// Where it runs.
    pub shape: GuideShape,
}

/// The shape of a guide, in values.
#[derive(Clone, Debug, PartialEq)]
pub enum GuideShape {
    /// y = const.
    Horizontal(f64),
    /// x = const.
    Vertical(f64),
    /// A curve.
    Curve(Vec<[f64; 2]>),
}
