//! A plot's axes on paper: the ranges they show, their ticks, and where a value lies in the frame.
//!
//! Ranges are in positions of the axis (log₁₀ on logarithmic ones) and always finite with an extent, whatever the data:
//! no data, one value, or nothing that has a place.

use super::scene::Rect;
use crate::figure::{Axis, GuideShape, Plot, Scale, Stroke, Tick, ticks};

/// Room around the data, in shares of their extent.
const ROOM: f64 = 0.04;

/// From where to where an axis shows, in positions.
pub(super) type Span = (f64, f64);

/// A plot with the ranges and ticks of both axes.
pub(super) struct View<'a> {
    pub(super) plot: &'a Plot,
    pub(super) x: Span,
    pub(super) y: Span,
    pub(super) x_ticks: Vec<Tick>,
    pub(super) y_ticks: Vec<Tick>,
}

impl<'a> View<'a> {
    /// The view of a plot whose x axis shows `x`, with at most so many labels on each axis.
    pub(super) fn new(plot: &'a Plot, x: Span, (x_room, y_room): (f64, f64)) -> Self {
        let y = y_span(plot, x);
        let (x_ticks, y_ticks) = (ticks(&plot.x, x, x_room), ticks(&plot.y, y, y_room));
        Self { plot, x, y, x_ticks, y_ticks }
    }

    /// Where a point is in a frame; not finite where it has no place.
    pub(super) fn place(&self, area: &Rect, [x, y]: [f64; 2]) -> [f64; 2] {
        self.at(area, [self.plot.x.scale.place(x), self.plot.y.scale.place(y)])
    }

    /// Where a position on both axes is in a frame.
    pub(super) fn at(&self, area: &Rect, [x, y]: [f64; 2]) -> [f64; 2] {
        [area.x + area.width * share(self.x, x), area.bottom() - area.height * share(self.y, y)]
    }
}

/// How far between both ends of a span a position lies.
pub(super) fn share((low, high): Span, position: f64) -> f64 {
    (position - low) / (high - low)
}

/// The range of x that plots above each other share.
pub(super) fn x_span(plots: &[&Plot]) -> Span {
    let Some(first) = plots.first() else { return (0.0, 1.0) };
    let fixed = plots.iter().find_map(|plot| fixed(&plot.x));
    let of = |plot: &Plot| {
        let points = points(plot).map(|[x, _]| plot.x.scale.place(x)).collect::<Vec<f64>>();
        let guides = plot.guides.iter().filter_map(|guide| match guide.shape {
            GuideShape::Vertical(x) => Some(plot.x.scale.place(x)),
            _ => None,
        });
        points.into_iter().chain(guides).collect::<Vec<f64>>()
    };
    let marks = plots.iter().flat_map(|plot| &plot.series).any(|series| series.stroke == Stroke::Points);
    let room = if marks { ROOM } else { 0.0 };
    fixed.unwrap_or_else(|| fit(plots.iter().flat_map(|plot| of(plot)), first.x.scale, room))
}

fn y_span(plot: &Plot, x: Span) -> Span {
    let seen = |at: f64| (x.0..=x.1).contains(&plot.x.scale.place(at));
    let place = |y: f64| plot.y.scale.place(y);
    let values = points(plot).filter(|[x, _]| seen(*x)).map(|[_, y]| place(y));
    let levels = plot.guides.iter().filter_map(|guide| match guide.shape {
        GuideShape::Horizontal(y) => Some(place(y)),
        _ => None,
    });
    fixed(&plot.y).unwrap_or_else(|| fit(values.chain(levels), plot.y.scale, ROOM))
}

/// A range the figure asks for, if both ends have a place.
fn fixed(axis: &Axis) -> Option<Span> {
    let (low, high) = axis.range?;
    let (low, high) = (axis.scale.place(low), axis.scale.place(high));
    (low.is_finite() && high.is_finite() && low < high).then_some((low, high))
}

/// Everything the curves, their error bars and their bands pass through.
fn points(plot: &Plot) -> impl Iterator<Item = [f64; 2]> + '_ {
    let curves = plot.series.iter().flat_map(|series| {
        let ends = series.points.iter().zip(&series.errors);
        let bars = ends.flat_map(|([x, y], error)| [[*x, y - error], [*x, y + error]]);
        series.points.iter().copied().chain(bars)
    });
    let edges = plot.bands.iter().flat_map(|band| &band.edges);
    curves.chain(edges.flat_map(|[x, low, high]| [[*x, *low], [*x, *high]]))
}

/// What shows all finite positions, with room around them.
fn fit(positions: impl Iterator<Item = f64>, scale: Scale, room: f64) -> Span {
    let (low, high) = positions
        .filter(|position| position.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), at| (low.min(at), high.max(at)));
    if low > high {
        return match scale {
            Scale::Linear => (0.0, 1.0),
            Scale::Log10 => (-1.0, 0.0),
        };
    }
    let extent = high - low;
    // A constant to within rounding gets an extent of its own.
    if extent <= 1e-12 * low.abs().max(high.abs()).max(1e-300) {
        let half = if scale == Scale::Log10 || low == 0.0 { 0.5 } else { 0.1 * low.abs() };
        return (low - half, high + half);
    }
    (low - room * extent, high + room * extent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::{Ink, Series};

    fn spans(scale: Scale, points: &[[f64; 2]]) -> (Span, Span) {
        let mut plot = Plot::new(Axis::new("x", Scale::Linear), Axis::new("y", scale));
        plot.series.push(Series::new("curve", Ink::Main, points.to_vec()));
        let x = x_span(&[&plot]);
        (x, View::new(&plot, x, (5.0, 5.0)).y)
    }

    #[test]
    fn a_range_is_finite_with_an_extent_whatever_the_data() {
        for scale in [Scale::Linear, Scale::Log10] {
            for points in [
                vec![],
                vec![[0.0, f64::NAN]],
                vec![[1.0, 2.0]],
                vec![[1.0, -2.0], [2.0, 0.0]],
                vec![[f64::INFINITY, f64::NEG_INFINITY], [3.0, 5.0]],
            ] {
                let (x, y) = spans(scale, &points);
                for (low, high) in [x, y] {
                    assert!(low.is_finite() && high.is_finite() && low < high, "{scale:?} {points:?}");
                }
            }
        }
    }

    #[test]
    fn values_above_the_shown_x_range_do_not_stretch_y() {
        let mut plot =
            Plot::new(Axis::new("x", Scale::Linear).with_range(0.0, 1.0), Axis::new("y", Scale::Linear));
        plot.series.push(Series::new("curve", Ink::Main, vec![[0.0, 0.0], [1.0, 1.0], [2.0, 100.0]]));
        let view = View::new(&plot, x_span(&[&plot]), (5.0, 5.0));
        assert!((view.y.1 - 1.04).abs() < 1e-12);
        let at = view.place(&Rect::new(10.0, 0.0, 100.0, 50.0), [0.5, view.y.0]);
        assert_eq!(at, [60.0, 50.0]);
    }
}
