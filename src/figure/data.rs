//! The figure model: one picture with its axes, series, guides and words.
//!
//! Plain data, comparable and cheap to clone; nothing here knows how it will be drawn.

use super::{Axis, Band, Entry, Guide, GuideShape, Ink, Mesh, Samples, Scale, Series, Stroke, number};
use crate::model::Matrix;

/// One picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// Short stable name, also for file names: `loss`, `overlaps`, ...
    pub id: &'static str,
    /// Heading.
    pub title: String,
    /// What is drawn.
    pub content: Content,
}

impl Figure {
    /// A figure of one plot.
    pub(crate) fn single(id: &'static str, title: &str, plot: Plot) -> Self {
        Self { id, title: title.to_owned(), content: Content::Plots(vec![(1.0, plot)]) }
    }

    /// The inks of its curves.
    pub fn inks(&self) -> Vec<Ink> {
        let Content::Plots(plots) = &self.content else { return Vec::new() };
        plots.iter().flat_map(|(_, plot)| &plot.series).map(|series| series.ink).collect()
    }

    /// The α of the state it shows; `None` where α is an axis or is not in it.
    pub fn alpha(&self) -> Option<f64> {
        match &self.content {
            Content::Plots(plots) => plots.iter().find_map(|(_, plot)| plot.alpha),
            Content::Matrices(matrices) => matrices.iter().find_map(|matrix| matrix.alpha),
        }
    }

    /// What its x axis is to the time of the run.
    pub fn time(&self) -> TimeAxis {
        let Content::Plots(plots) = &self.content else { return TimeAxis::None };
        plots.first().map_or(TimeAxis::None, |(_, plot)| plot.time)
    }

    /// The title for where no cursor says which state it is: with its α.
    pub fn heading(&self) -> String {
        let Some(alpha) = self.alpha() else { return self.title.clone() };
        let title = self.title.strip_suffix(" at the cursor").unwrap_or(&self.title);
        format!("{title} at α = {}", number(alpha))
    }

    /// The same with every plot as the state at α.
    #[must_use]
    pub fn of_state_at(mut self, alpha: f64) -> Self {
        if let Content::Plots(plots) = &mut self.content {
            for (_, plot) in plots {
                plot.alpha = Some(alpha);
            }
        }
        self
    }

    /// The same with its axes as far as is seen of each plot, `[x from, x to, y from, y to]` in values; `None`: all.
    #[must_use]
    pub fn zoomed(mut self, seen: &[Option<[f64; 4]>]) -> Self {
        if let Content::Plots(plots) = &mut self.content {
            for ((_, plot), seen) in plots.iter_mut().zip(seen) {
                if let Some([left, right, bottom, top]) = *seen {
                    (plot.x.range, plot.y.range) = (Some((left, right)), Some((bottom, top)));
                }
            }
        }
        self
    }
}

/// What a figure consists of.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// Plots above each other with a common x axis, each with its share of the height.
    Plots(Vec<(f32, Plot)>),
    /// Matrices side by side with a common colour scale.
    Matrices(Vec<MatrixPicture>),
}

/// One system of axes with its curves.
#[derive(Clone, Debug, PartialEq)]
pub struct Plot {
    /// Horizontal axis.
    pub x: Axis,
    /// Vertical axis.
    pub y: Axis,
    /// Coloured cells, drawn below everything else.
    pub mesh: Option<Mesh>,
    /// Curves, drawn in this order.
    pub series: Vec<Series>,
    /// Bands around curves, drawn below them.
    pub bands: Vec<Band>,
    /// Theory, drawn thin behind the curves.
    pub guides: Vec<Guide>,
    /// The numbers behind curves that only sum them up, as a histogram does: files hold these instead of the curves.
    pub samples: Vec<Samples>,
    /// What bands and error bars reach from and to, in words.
    pub spread: String,
    /// What the reader must know: curves left out, nothing to show.
    pub notes: Vec<String>,
    /// Whether one unit has the same length along both axes.
    pub equal_aspect: bool,
    /// Whether the x axis is labelled; not where a plot below shares it.
    pub shows_x: bool,
    /// The α of the state it shows, where α is not an axis.
    pub alpha: Option<f64>,
    /// What its x axis is to the time of the run.
    pub time: TimeAxis,
}

/// What the x axis of a plot is to the time of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TimeAxis {
    /// Another quantity.
    #[default]
    None,
    /// α, over the whole run: what is seen of it is seen of all such plots.
    Shared,
    /// α, over a part of its own, which says nothing of other plots.
    Own,
}

impl Plot {
    /// An empty plot.
    pub fn new(x: Axis, y: Axis) -> Self {
        Self {
            x,
            y,
            mesh: None,
            series: Vec::new(),
            bands: Vec::new(),
            guides: Vec::new(),
            samples: Vec::new(),
            spread: String::from("one standard error below and above the mean"),
            notes: Vec::new(),
            equal_aspect: false,
            shows_x: true,
            alpha: None,
            time: TimeAxis::None,
        }
    }

    /// Which line pattern a guide has, from 0: on a map, whose names may all stand outside, every curve has its own.
    pub fn guide_pattern(&self, guide: &Guide) -> usize {
        let mut curves = self.guides.iter().filter(|other| matches!(other.shape, GuideShape::Curve(_)));
        let order = curves.position(|other| other == guide);
        order.filter(|_| self.mesh.is_some()).unwrap_or(0)
    }

    /// What to say about points that have no place on logarithmic axes; `None` if all have.
    pub fn hidden_note(&self) -> Option<String> {
        if self.y.scale == Scale::Linear {
            return None;
        }
        let points = || self.series.iter().flat_map(|series| &series.points);
        let hidden = points().filter(|[_, y]| *y <= 0.0).count();
        let total = points().count();
        match hidden {
            0 => None,
            _ if hidden == total => Some(String::from("every value is <= 0: nothing to show on a log axis")),
            1 => Some(String::from("1 value <= 0 is not shown on the log axis")),
            _ => Some(format!("{hidden} values <= 0 are not shown on the log axis")),
        }
    }

    /// Everything the reader must know: the notes, hidden points, and curves that have next to nothing to show.
    pub fn remarks(&self) -> Vec<String> {
        let mut remarks = self.notes.clone();
        remarks.extend(self.hidden_note());
        let lines = self.series.iter().filter(|series| series.stroke != Stroke::Points);
        let points: Vec<&[f64; 2]> = lines.flat_map(|series| &series.points).collect();
        let placed =
            |[x, y]: &&&[f64; 2]| self.x.scale.place(*x).is_finite() && self.y.scale.place(*y).is_finite();
        let marks =
            self.series.iter().any(|series| series.stroke == Stroke::Points && !series.points.is_empty());
        let filled = self.mesh.as_ref().is_some_and(Mesh::is_filled)
            || self.bands.iter().any(|band| !band.edges.is_empty());
        match (points.len(), points.iter().filter(placed).count()) {
            (0, _) if remarks.is_empty() && !marks && !filled => {
                remarks.push(String::from("no data: nothing to show"));
            }
            (1.., 0) if remarks.is_empty() => {
                remarks.push(String::from("no value is a finite number: nothing to show"));
            }
            (_, 1) => remarks.push(String::from("only one point")),
            _ => {}
        }
        remarks
    }
}

/// One matrix with its name and colour scale.
#[derive(Clone, Debug, PartialEq)]
pub struct MatrixPicture {
    /// Name above it.
    pub name: String,
    /// Its entries, if there are any to show.
    pub values: Option<Matrix>,
    /// What is said where there are none.
    pub missing: String,
    /// The largest magnitude of the colour scale, > 0; zero is in the middle.
    pub limit: f64,
    /// Whether it is Q, whose cells are symmetric, rather than M.
    pub student: bool,
    /// The α at which it is this; `None` for what does not depend on α.
    pub alpha: Option<f64>,
}

impl MatrixPicture {
    /// The entry of cell (row, column), from 0.
    pub fn entry(&self, row: usize, col: usize) -> Entry {
        if self.student { Entry::Q(row.min(col), row.max(col)) } else { Entry::M(row, col) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remarks(points: &[[f64; 2]]) -> Vec<String> {
        let mut plot = Plot::new(Axis::new("x", Scale::Linear), Axis::new("y", Scale::Log10));
        plot.series.push(Series::new("curve", Ink::Main, points.to_vec()));
        plot.remarks()
    }

    #[test]
    fn what_cannot_be_shown_is_said() {
        assert_eq!(remarks(&[]), ["no data: nothing to show"]);
        assert_eq!(remarks(&[[0.0, f64::NAN]; 3]), ["no value is a finite number: nothing to show"]);
        assert_eq!(remarks(&[[0.0, -1.0]; 2]), ["every value is <= 0: nothing to show on a log axis"]);
        assert_eq!(remarks(&[[0.0, 1.0]]), ["only one point"]);
        assert!(remarks(&[[0.0, 1.0], [1.0, 2.0]]).is_empty());
    }

    #[test]
    fn curves_of_theory_on_a_map_have_patterns_of_their_own_and_others_share_one() {
        let mut plot = Plot::new(Axis::new("x", Scale::Linear), Axis::new("y", Scale::Linear));
        let guide = |label: &str, shape| Guide { label: label.to_owned(), meaning: String::new(), shape };
        let curve = |x: f64| GuideShape::Curve(vec![[x, 0.0], [x, 1.0]]);
        plot.guides =
            vec![guide("level", GuideShape::Horizontal(1.0)), guide("a", curve(1.0)), guide("b", curve(2.0))];
        let patterns =
            |plot: &Plot| plot.guides.iter().map(|guide| plot.guide_pattern(guide)).collect::<Vec<usize>>();
        assert_eq!(patterns(&plot), [0, 0, 0]);
        plot.mesh = Some(Mesh {
            x: vec![0.0, 1.0],
            y: vec![0.0, 1.0],
            at: [vec![0.5], vec![0.5]],
            cells: vec![1.0],
            scale: Scale::Linear,
            range: (1.0, 1.0),
            label: String::new(),
        });
        assert_eq!(patterns(&plot), [0, 0, 1]);
    }

    #[test]
    fn filled_cells_are_data_and_empty_ones_are_not() {
        let mut plot = Plot::new(Axis::new("x", Scale::Linear), Axis::new("y", Scale::Linear));
        let mesh = |value: f64| Mesh {
            x: vec![0.0, 1.0],
            y: vec![0.0, 1.0],
            at: [vec![0.5], vec![0.5]],
            cells: vec![value],
            scale: Scale::Linear,
            range: (value, value),
            label: String::new(),
        };
        plot.mesh = Some(mesh(3.0));
        assert!(plot.remarks().is_empty());
        plot.mesh = Some(mesh(f64::NAN));
        assert_eq!(plot.remarks(), ["no data: nothing to show"]);
    }

    #[test]
    fn a_picture_of_one_state_says_its_alpha_and_a_zoom_is_a_range_of_its_axes() {
        let plot = Plot::new(Axis::new("x", Scale::Linear), Axis::new("y", Scale::Log10));
        let content = Content::Plots(vec![(1.0, plot)]);
        let figure = Figure { id: "levels", title: String::from("Levels at the cursor"), content };
        assert_eq!((figure.alpha(), figure.heading().as_str()), (None, "Levels at the cursor"));
        assert_eq!(figure.clone().of_state_at(1043.2).heading(), "Levels at α = 1043");
        let Content::Plots(plots) = figure.zoomed(&[Some([1.0, 2.0, 0.1, 10.0])]).content else {
            panic!("a plot")
        };
        assert_eq!((plots[0].1.x.range, plots[0].1.y.range), (Some((1.0, 2.0)), Some((0.1, 10.0))));
    }
}
