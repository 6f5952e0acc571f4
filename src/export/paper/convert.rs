//! The SVG of a page as PDF and PNG: read once by `usvg` with the bundled font only, then drawn by `krilla` and
//! `resvg`.
//!
//! No font of the system is looked at and no clock: the same page gives the same bytes on every machine.

use std::sync::Arc;

use krilla::Document;
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla_svg::{SurfaceExt as _, SvgSettings};
use resvg::tiny_skia::{Pixmap, Transform};
use usvg::fontdb::Database;

use super::font::{FAMILY, FONT};
use super::svg::Page;
use super::{PaperError, PaperStyle, Pixels};
use crate::export::Provenance;
use crate::export::png::{Image, encode};

fn tree(svg: &str) -> Result<usvg::Tree, PaperError> {
    let mut fonts = Database::new();
    fonts.load_font_data(FONT.to_vec());
    fonts.set_sans_serif_family(FAMILY);
    let options =
        usvg::Options { font_family: FAMILY.to_owned(), fontdb: Arc::new(fonts), ..usvg::Options::default() };
    usvg::Tree::from_str(svg, &options).map_err(|error| PaperError::new(&error))
}

/// A PDF of one page of exactly the page's size.
pub(super) fn pdf(page: &Page, svg: &str, provenance: &Provenance) -> Result<Vec<u8>, PaperError> {
    let tree = tree(svg)?;
    let size = krilla::geom::Size::from_wh(page.width as f32, page.height as f32);
    let size = size.ok_or_else(|| PaperError::new(&"a page without a size"))?;
    let mut document = Document::new();
    let mut sheet = document.start_page_with(PageSettings::new(size));
    let mut surface = sheet.surface();
    let drawn = surface.draw_svg(&tree, size, SvgSettings::default());
    drawn.ok_or_else(|| PaperError::new(&"the page could not be drawn"))?;
    surface.finish();
    sheet.finish();
    let metadata = Metadata::new()
        .title(page.title.clone())
        .creator(provenance.version.clone())
        .description(provenance.scenario.clone());
    document.set_metadata(metadata);
    document.finish().map_err(|error| PaperError::new(&format!("{error:?}")))
}

/// How many pixels a page is wide and high, so many per inch.
///
/// # Errors
/// More than [`PaperStyle::MAX_PIXELS`].
pub(super) fn pixel_size(page: &Page, dpi: f64) -> Result<(u32, u32), PaperError> {
    let pixels = |points: f64| (points / 72.0 * dpi).round().max(1.0) as u32;
    let (width, height) = (pixels(page.width), pixels(page.height));
    if u64::from(width) * u64::from(height) > PaperStyle::MAX_PIXELS {
        let most = PaperStyle::MAX_PIXELS / 1_000_000;
        let words = format!(
            "{width} x {height} pixels are too many for a PNG ({most} million at most): fewer dots per inch, a smaller \
             width, or .svg or .pdf"
        );
        return Err(PaperError::new(&words));
    }
    Ok((width, height))
}

/// A page in pixels, so many per inch.
pub(super) fn pixels(page: &Page, svg: &str, dpi: f64) -> Result<Pixels, PaperError> {
    let (width, height) = pixel_size(page, dpi)?;
    let tree = tree(svg)?;
    let mut pixmap =
        Pixmap::new(width, height).ok_or_else(|| PaperError::new(&"the picture has too many pixels"))?;
    let scale =
        Transform::from_scale(width as f32 / tree.size().width(), height as f32 / tree.size().height());
    resvg::render(&tree, scale, &mut pixmap.as_mut());
    let rgba: Vec<u8> = pixmap
        .pixels()
        .iter()
        .flat_map(|pixel| {
            let colour = pixel.demultiply();
            [colour.red(), colour.green(), colour.blue(), colour.alpha()]
        })
        .collect();
    Ok(Pixels { width, height, rgba })
}

/// A PNG with so many pixels per inch.
pub(super) fn png(page: &Page, svg: &str, dpi: f64, provenance: &Provenance) -> Result<Vec<u8>, PaperError> {
    let Pixels { width, height, rgba } = pixels(page, svg, dpi)?;
    let mut bytes = Vec::new();
    let [software, scenario] = provenance.texts();
    let texts = [software, ("Title", &page.title), scenario];
    encode(&mut bytes, Image { width, height, rgba: &rgba }, &texts, Some(dpi))
        .map_err(|error| PaperError::new(&error))?;
    Ok(bytes)
}
