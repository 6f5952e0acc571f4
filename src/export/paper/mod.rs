//! Pictures on paper: a [`Sheet`] as SVG, PDF or PNG, of an exact size in cm, with text that stays text.
//!
//! Figures are laid out here rather than by `kuva` 0.6, whose picture of Figure 1 a referee would return: its PDF lost
//! all text (it knows DejaVu and the machine's fonts, not ours) and had no size in cm; legends stood in boxes beside
//! the frames and took a quarter of the width; powers of ten read 1e-3; heat maps were numbered from the bottom. What
//! is general is left to libraries: XML to `quick-xml`, text to `rustybuzz`, pixels to `resvg`, PDF to `krilla`.

mod axes;
mod bar;
mod convert;
mod curves;
mod font;
mod frame;
mod legend;
mod matrices;
mod notes;
mod page;
mod panel;
mod scene;
mod style;
mod svg;
mod written;

use std::fmt::Display;

use thiserror::Error;

pub use self::style::PaperStyle;
use super::Provenance;
use crate::figure::Sheet;

/// Why a picture could not be made.
#[derive(Debug, Error)]
#[error("the picture could not be drawn: {reason}")]
pub struct PaperError {
    reason: String,
}

/// A picture in pixels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pixels {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Red, green, blue and opacity of every pixel, row by row from the top.
    pub rgba: Vec<u8>,
}

impl PaperError {
    fn new(reason: &impl Display) -> Self {
        Self { reason: reason.to_string() }
    }
}

/// Checks that a sheet can be drawn in a style, as pixels too if `in_pixels`: before anything is written.
///
/// # Errors
/// A style out of range, words that have no room in it, or too many pixels.
pub fn check_picture(sheet: &Sheet, style: &PaperStyle, in_pixels: bool) -> Result<(), PaperError> {
    let page = page(sheet, style)?;
    if in_pixels { convert::pixel_size(&page, style.dpi).map(drop) } else { Ok(()) }
}

/// A sheet as SVG, with its font and what made it.
///
/// # Errors
/// A style out of range, or words that have no room in it.
pub fn render_svg(sheet: &Sheet, style: &PaperStyle, provenance: &Provenance) -> Result<String, PaperError> {
    svg(&page(sheet, style)?, provenance, svg::EmbedFont::Yes)
}

/// A sheet as a PDF of one page of its size; what made it is in the document's properties.
///
/// # Errors
/// A style out of range, words that have no room in it, or what the PDF writer says.
pub fn render_pdf(sheet: &Sheet, style: &PaperStyle, provenance: &Provenance) -> Result<Vec<u8>, PaperError> {
    let page = page(sheet, style)?;
    convert::pdf(&page, &svg(&page, provenance, svg::EmbedFont::No)?, provenance)
}

/// A sheet as PNG with the style's pixels per inch; what made it is in its text chunks.
///
/// # Errors
/// A style out of range, words that have no room in it, or more pixels than there is memory for.
pub fn render_png(sheet: &Sheet, style: &PaperStyle, provenance: &Provenance) -> Result<Vec<u8>, PaperError> {
    let page = page(sheet, style)?;
    convert::png(&page, &svg(&page, provenance, svg::EmbedFont::No)?, style.dpi, provenance)
}

/// A sheet in pixels, with the style's number of them per inch.
///
/// # Errors
/// A style out of range, words that have no room in it, or more pixels than there is memory for.
pub fn render_pixels(sheet: &Sheet, style: &PaperStyle) -> Result<Pixels, PaperError> {
    let page = page(sheet, style)?;
    let nothing = Provenance { version: String::new(), scenario: String::new() };
    convert::pixels(&page, &svg(&page, &nothing, svg::EmbedFont::No)?, style.dpi)
}

/// A sheet laid out, with all its words whole.
fn page(sheet: &Sheet, style: &PaperStyle) -> Result<svg::Page, PaperError> {
    let style = style.checked()?;
    let page = page::page(sheet, &style);
    match written::cut_off(&font::Font::bundled(), &page.items, (page.width, page.height)) {
        None => Ok(page),
        Some(text) => {
            let (width, font) = (style.width_cm, style.font_pt);
            let words = format!(
                "\u{201c}{text}\u{201d} has no room in a width of {width} cm with type of {font} points: wider, or \
                 smaller type"
            );
            Err(PaperError::new(&words))
        }
    }
}

fn svg(page: &svg::Page, provenance: &Provenance, font: svg::EmbedFont) -> Result<String, PaperError> {
    svg::write(page, provenance, font).map_err(|error| PaperError::new(&error))
}
