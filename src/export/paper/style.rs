//! How a picture on paper looks: its size in cm, its font size in pt, light or dark, and what follows from these.
//!
//! Lengths inside a picture are in pt (1/72 inch), whatever its size, so that lines have the widths a journal asks for.

use super::PaperError;
use super::font::Font;
use crate::figure::{Ink, Palette, Rgb};

/// Points in a centimetre.
pub(super) const PT_PER_CM: f64 = 72.0 / 2.54;

/// Size, size of the type, theme and resolution of a picture. Numbers out of their range are refused when it is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PaperStyle {
    /// Width, in [`PaperStyle::WIDTH_CM`].
    pub width_cm: f64,
    /// Height, in [`PaperStyle::HEIGHT_CM`], or more where type and frames do not fit; `None`: what the panels need.
    pub height_cm: Option<f64>,
    /// Size of all words and numbers, in [`PaperStyle::FONT_PT`]; only indices are smaller, as in any formula.
    pub font_pt: f64,
    /// Light on dark, for slides.
    pub dark: bool,
    /// Pixels per inch of a PNG, in [`PaperStyle::DPI`].
    pub dpi: f64,
}

impl Default for PaperStyle {
    fn default() -> Self {
        Self::single_column()
    }
}

impl PaperStyle {
    /// One column of a journal page: 8.6 cm.
    pub fn single_column() -> Self {
        Self { width_cm: 8.6, height_cm: None, font_pt: 8.0, dark: false, dpi: 300.0 }
    }

    /// The whole width of a journal page: 17.8 cm.
    pub fn double_column() -> Self {
        Self { width_cm: 17.8, ..Self::single_column() }
    }

    /// The least and the largest width, in cm.
    pub const WIDTH_CM: [f64; 2] = [3.0, 100.0];
    /// The least and the largest height, in cm.
    pub const HEIGHT_CM: [f64; 2] = [2.0, 100.0];
    /// The smallest and the largest type, in points.
    pub const FONT_PT: [f64; 2] = [4.0, 24.0];
    /// The fewest and the most pixels per inch of a PNG.
    pub const DPI: [f64; 2] = [30.0, 1200.0];

    /// Pixels of a PNG at most: a quarter of a gigabyte while it is drawn.
    pub const MAX_PIXELS: u64 = 64_000_000;

    /// A picture is at least so many times as wide as its type is high.
    pub(super) const NARROWEST: f64 = 10.0;

    /// The style, if a picture can be drawn in it.
    ///
    /// # Errors
    /// A number out of its range, or a picture that is too narrow for its type: which, and what would be right.
    pub fn checked(self) -> Result<Self, PaperError> {
        let numbers = [
            ("width", Some(self.width_cm), Self::WIDTH_CM, "cm"),
            ("height", self.height_cm, Self::HEIGHT_CM, "cm"),
            ("size of the type", Some(self.font_pt), Self::FONT_PT, "points"),
            ("resolution", Some(self.dpi), Self::DPI, "dots per inch"),
        ];
        for (name, value, [low, high], unit) in numbers {
            if let Some(value) = value.filter(|value| !(low..=high).contains(value)) {
                let words = format!("a {name} of {value} {unit} is out of range: {low} to {high} {unit}");
                return Err(PaperError::new(&words));
            }
        }
        let least = Self::NARROWEST * self.font_pt / PT_PER_CM;
        if self.width_cm < least {
            let (width, font) = (self.width_cm, self.font_pt);
            let words = format!(
                "type of {font} points needs a width of {:.1} cm or more, not {width} cm",
                (10.0 * least).ceil() / 10.0
            );
            return Err(PaperError::new(&words));
        }
        Ok(self)
    }
}

/// What a style means while drawing: colours, font, and lengths in pt.
pub(super) struct Look {
    /// Light or dark.
    pub(super) palette: Palette,
    /// The font, to measure with.
    pub(super) font: Font,
    /// The size of the type, in which lengths are measured.
    pub(super) em: f64,
    /// Size of tick labels, legends and notes: that of all type.
    pub(super) small: f64,
}

impl Look {
    /// Width of frames and ticks.
    pub(super) const AXIS: f64 = 0.6;
    /// Width of a curve of standard width.
    pub(super) const CURVE: f64 = 1.0;
    /// Width of levels and times of theory, and of its curves.
    pub(super) const GUIDE: f64 = 0.6;
    pub(super) const LAW: f64 = 0.8;
    /// Opacity of bands.
    pub(super) const BAND: f64 = 0.25;

    /// The look of a style.
    pub(super) fn new(style: &PaperStyle) -> Self {
        let palette = if style.dark { Palette::Dark } else { Palette::Light };
        Self { palette, font: Font::bundled(), em: style.font_pt, small: style.font_pt }
    }

    /// Colour of text, frames and ticks.
    pub(super) fn text(&self) -> Rgb {
        self.palette.ink(Ink::Main)
    }

    /// The width of a small text.
    pub(super) fn small_width(&self, text: &str) -> f64 {
        self.font.width(text, self.small)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_out_of_range_is_refused_by_name_with_its_range_and_never_brought_there() {
        let preset = PaperStyle::single_column();
        for (style, expected) in [
            (
                PaperStyle { font_pt: 36.0, ..preset },
                "a size of the type of 36 points is out of range: 4 to 24",
            ),
            (PaperStyle { width_cm: 2.0, ..preset }, "a width of 2 cm is out of range: 3 to 100 cm"),
            (
                PaperStyle { height_cm: Some(f64::NAN), ..preset },
                "a height of NaN cm is out of range: 2 to 100",
            ),
            (PaperStyle { dpi: 5000.0, ..preset }, "5000 dots per inch is out of range: 30 to 1200"),
            (
                PaperStyle { width_cm: 5.0, font_pt: 20.0, ..preset },
                "needs a width of 7.1 cm or more, not 5 cm",
            ),
        ] {
            let said = style.checked().unwrap_err().to_string();
            assert!(said.contains(expected), "{said}");
        }
        assert_eq!(preset.checked().unwrap(), preset);
    }
}
