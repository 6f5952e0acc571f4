//! How a picture on paper looks: its size in cm, its font size in pt, light or dark, and what follows from these.
//!
//! Lengths inside a picture are in pt (1/72 inch), whatever its size, so that lines have the widths a journal asks for.

use super::font::Font;
use crate::figure::{Ink, Palette, Rgb};

/// Points in a centimetre.
pub(super) const PT_PER_CM: f64 = 72.0 / 2.54;

/// Size, font size, theme and resolution of a picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PaperStyle {
    /// Width; what is outside 2 to 100 cm is brought there.
    pub width_cm: f64,
    /// Height, 2 to 100 cm; `None`: what the panels need.
    pub height_cm: Option<f64>,
    /// Size of axis labels and captions, 4 to 24 pt; tick labels and legends are a little smaller.
    pub font_pt: f64,
    /// Light on dark, for slides.
    pub dark: bool,
    /// Pixels per inch of a PNG, 30 to 1200.
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

    /// The same with every number within its limits; what is not a number becomes the preset's.
    pub(super) fn within_limits(self) -> Self {
        let preset = Self::single_column();
        let limit = |value: f64, low: f64, high: f64, otherwise: f64| {
            if value.is_nan() { otherwise } else { value.clamp(low, high) }
        };
        Self {
            width_cm: limit(self.width_cm, 2.0, 100.0, preset.width_cm),
            height_cm: self
                .height_cm
                .filter(|height| !height.is_nan())
                .map(|height| height.clamp(2.0, 100.0)),
            font_pt: limit(self.font_pt, 4.0, 24.0, preset.font_pt),
            dark: self.dark,
            dpi: limit(self.dpi, 30.0, 1200.0, preset.dpi),
        }
    }
}

/// What a style means while drawing: colours, font, and lengths in pt.
pub(super) struct Look {
    /// Light or dark.
    pub(super) palette: Palette,
    /// The font, to measure with.
    pub(super) font: Font,
    /// The base font size.
    pub(super) em: f64,
    /// Font size of tick labels, legends and notes.
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
        Self { palette, font: Font::bundled(), em: style.font_pt, small: 0.85 * style.font_pt }
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
