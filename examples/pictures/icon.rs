//! The icon as pixels: what its SVG gives at a size.

use resvg::tiny_skia::{Pixmap, PremultipliedColorU8, Transform};

/// The drawing.
const SVG: &str = include_str!("../../assets/icon.svg");

/// Side of the committed PNG, in pixels.
pub(crate) const SIDE: u32 = 256;

/// Red, green, blue and straight alpha of the icon, `side` × `side` pixels, row by row from the top.
pub(crate) fn icon(side: u32) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let tree = usvg::Tree::from_str(SVG, &usvg::Options::default())?;
    let mut pixmap = Pixmap::new(side, side).ok_or("an icon has a size")?;
    let scale = side as f32 / tree.size().width();
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixmap.as_mut());
    let straight = pixmap.pixels().iter().map(PremultipliedColorU8::demultiply);
    Ok(straight.flat_map(|pixel| [pixel.red(), pixel.green(), pixel.blue(), pixel.alpha()]).collect())
}
