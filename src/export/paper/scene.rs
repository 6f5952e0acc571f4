//! What is drawn, as data: paths, texts and colour bars in nested groups, in pt from the top left, y downwards.
//!
//! The drawing code fills a scene; `svg.rs` writes it down. Coordinates are finite: what is not is left out here.

use std::fmt::Write as _;

use crate::figure::Rgb;
pub(super) use crate::figure::label_placement::Rect;

/// StepwiseJob of straight lines, as SVG path data.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Path {
    pub(super) data: String,
}

impl Path {
    /// The outline of a rectangle.
    pub(super) fn rect(rect: &Rect) -> Self {
        let mut path = Self::default();
        path.move_to([rect.x, rect.y]);
        for corner in [[rect.right(), rect.y], [rect.right(), rect.bottom()], [rect.x, rect.bottom()]] {
            path.line_to(corner);
        }
        path.close();
        path
    }

    pub(super) fn move_to(&mut self, at: [f64; 2]) {
        self.add('M', at);
    }

    pub(super) fn line_to(&mut self, at: [f64; 2]) {
        self.add('L', at);
    }

    pub(super) fn close(&mut self) {
        self.data.push('Z');
    }

    /// A line between two points.
    pub(super) fn line(from: [f64; 2], to: [f64; 2]) -> Self {
        let mut path = Self::default();
        path.move_to(from);
        path.line_to(to);
        path
    }

    /// A circle.
    pub(super) fn circle([x, y]: [f64; 2], radius: f64) -> Self {
        let mut path = Self::default();
        path.move_to([x - radius, y]);
        let radius_text = length(radius);
        for end in [x + radius, x - radius] {
            let _ = write!(path.data, "A{radius_text} {radius_text} 0 1 1 {} {}", length(end), length(y));
        }
        path.close();
        path
    }

    fn add(&mut self, command: char, [x, y]: [f64; 2]) {
        if x.is_finite() && y.is_finite() {
            let _ = write!(self.data, "{command}{} {}", length(x), length(y));
        }
    }
}

/// A length to a hundredth of a point (3.5 µm), as short as it is.
pub(super) fn length(value: f64) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { String::from("0") } else { text.to_owned() }
}

/// How a path is stroked.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Pen {
    pub(super) colour: Rgb,
    pub(super) width: f64,
    pub(super) dash: &'static [f64],
}

impl Pen {
    pub(super) fn solid(colour: Rgb, width: f64) -> Self {
        Self { colour, width, dash: &[] }
    }
}

/// Which point of a text is at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// One thing that is drawn.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Item {
    /// A path, filled with a colour and opacity, stroked, or both.
    Shape { path: Path, fill: Option<(Rgb, f64)>, pen: Option<Pen> },
    /// A line of text; `at` is on its baseline; `turned`: reads upwards.
    Text { text: String, at: [f64; 2], size: f64, colour: Rgb, anchor: Anchor, turned: bool },
    /// Colours from the bottom to the top.
    Gradient { rect: Rect, colours: Vec<Rgb> },
    /// Things that belong together, with a name for whoever edits the file, clipped to a rectangle.
    Group { name: String, clip: Option<Rect>, items: Vec<Item> },
}

impl Item {
    pub(super) fn stroke(path: Path, pen: Pen) -> Self {
        Self::Shape { path, fill: None, pen: Some(pen) }
    }

    pub(super) fn fill(path: Path, colour: Rgb, opacity: f64) -> Self {
        Self::Shape { path, fill: Some((colour, opacity)), pen: None }
    }

    pub(super) fn text(text: &str, at: [f64; 2], size: f64, colour: Rgb, anchor: Anchor) -> Self {
        Self::Text { text: text.to_owned(), at, size, colour, anchor, turned: false }
    }

    pub(super) fn group(name: &str, items: Vec<Item>) -> Self {
        Self::Group { name: name.to_owned(), clip: None, items }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_short_and_not_rounded_to_whole_points() {
        assert_eq!([1.0, 0.126, -0.001, 12.5].map(length), ["1", "0.13", "0", "12.5"]);
        let path = Path::line([0.0, 1.5], [2.25, 3.0]);
        assert_eq!(path.data, "M0 1.5L2.25 3");
    }

    #[test]
    fn what_is_not_finite_is_left_out() {
        let path = Path::line([0.0, 0.0], [f64::NAN, 1.0]);
        assert_eq!(path.data, "M0 0");
    }
}
