//! Paints egui without a window or a graphics driver: tessellated meshes go in, an RGBA picture comes out.
//! Same contract as egui's OpenGL shader, undithered: premultiplied colours, multiplied and blended in gamma
//! space, rounded to 8 bits after every triangle. A pixel belongs to the triangle holding its centre; centres
//! on a left or top edge are inside, so meshes that share an edge neither overlap nor gap.
//! Paint callbacks and mipmaps are not supported; a mesh whose texture is unknown is skipped.

#[cfg(test)]
mod tests;
mod texture;

use std::array;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

use egui::epaint::{ClippedPrimitive, ImageData, ImageDelta, Mesh, Primitive, Vertex};
use egui::{Color32, Pos2, TextureFilter, TextureId, TextureOptions};

use self::texture::Texture;

/// An opaque RGBA picture, rows from top to bottom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Columns, in pixels.
    pub width: u32,
    /// Rows, in pixels.
    pub height: u32,
    /// Four bytes per pixel, straight alpha (always 255).
    pub rgba: Vec<u8>,
}

/// Paints frames of an egui context on the CPU; holds the context's textures between frames.
#[derive(Default)]
pub struct Raster {
    textures: HashMap<TextureId, Texture>,
    /// Freed by the last delta: egui still paints with them in that frame.
    doomed: HashSet<TextureId>,
}

impl Raster {
    /// Takes over the texture changes of a frame; call once per frame, before painting it.
    pub fn apply(&mut self, mut delta: egui::TexturesDelta) {
        for id in self.doomed.drain() {
            self.textures.remove(&id);
        }
        for (id, changes) in delta.set.drain() {
            for change in changes {
                self.set(id, change);
            }
        }
        self.doomed.extend(delta.free.drain());
    }

    fn set(&mut self, id: TextureId, change: ImageDelta) {
        let ImageData::Color(image) = change.image;
        if let Some(corner) = change.pos {
            if let Some(texture) = self.textures.get_mut(&id) {
                texture.options = change.options;
                texture.patch(corner, &image);
            }
        } else {
            self.textures.insert(id, Texture { image, options: change.options });
        }
    }

    /// Paints one tessellated frame over `background`, whose transparency is dropped.
    pub fn paint(
        &self,
        primitives: &[ClippedPrimitive],
        size_px: [u32; 2],
        pixels_per_point: f32,
        background: Color32,
    ) -> Picture {
        let [width, height] = size_px;
        let mut rgba = background.to_opaque().to_array().repeat(width as usize * height as usize);
        for ClippedPrimitive { clip_rect, primitive } in primitives {
            let Primitive::Mesh(mesh) = primitive else { continue };
            let Some(texture) = self.textures.get(&mesh.texture_id) else { continue };
            let pixels_of = |low: f32, high: f32, limit: usize| {
                let [low, high] = [low, high].map(|edge| (edge * pixels_per_point).round() as usize);
                low.min(limit)..high.clamp(low.min(limit), limit)
            };
            Canvas {
                pixels: rgba.as_chunks_mut().0,
                width: width as usize,
                columns: pixels_of(clip_rect.min.x, clip_rect.max.x, width as usize),
                rows: pixels_of(clip_rect.min.y, clip_rect.max.y, height as usize),
            }
            .mesh(mesh, texture, pixels_per_point);
        }
        Picture { width, height, rgba }
    }
}

/// Runs `ui` for `frames` passes (layout needs two or three to settle) at `size` points and paints the last.
///
/// The font atlas is read from `ctx`; other textures must be loaded by `ui` itself, during these passes.
pub fn picture(
    ctx: &egui::Context,
    size: egui::Vec2,
    pixels_per_point: f32,
    frames: usize,
    mut ui: impl FnMut(&mut egui::Ui),
) -> Picture {
    let mut raster = Raster::default();
    let mut shapes = Vec::new();
    for _ in 0..frames.max(1) {
        let mut input = egui::RawInput {
            screen_rect: Some(egui::Rect::from_min_size(Pos2::ZERO, size)),
            // Long steps, so that windows and headers have ended their opening animation.
            predicted_dt: 0.25,
            ..Default::default()
        };
        input.viewports.entry(egui::ViewportId::ROOT).or_default().native_pixels_per_point =
            Some(pixels_per_point / ctx.zoom_factor());
        let output = ctx.run_ui(input, &mut ui);
        raster.apply(output.textures_delta);
        shapes = output.shapes;
    }
    // A context that was painted elsewhere before sends only the glyphs it has added since.
    let atlas = ctx.fonts(|fonts| ImageDelta::full(fonts.image(), TextureOptions::LINEAR));
    raster.set(TextureId::default(), atlas);
    let primitives = ctx.tessellate(shapes, pixels_per_point);
    let size_px = [size.x, size.y].map(|side| (side * pixels_per_point).round() as u32);
    raster.paint(&primitives, size_px, pixels_per_point, ctx.global_style().visuals.panel_fill)
}

fn tint(color: [f32; 4], texel: [f32; 4]) -> [f32; 4] {
    array::from_fn(|i| color[i] * texel[i] * (1.0 / 255.0))
}

/// A source colour ready for blending, in 1/65536 of a channel step.
#[derive(Clone, Copy)]
struct Ink {
    add: [i32; 4],
    keep: i32,
}

impl Ink {
    fn new(color: [f32; 4]) -> Self {
        // Rounding may leave the range by a hair, in a sliver of a triangle by more.
        let color = color.map(|channel| channel.clamp(0.0, 255.0));
        let keep = (65_536.0 - color[3] * (65_536.0 / 255.0)) as i32;
        Self { add: color.map(|channel| (channel * 65_536.0) as i32), keep }
    }

    fn blend(self, pixel: &mut [u8; 4]) {
        for (channel, add) in pixel.iter_mut().zip(self.add) {
            *channel = ((add + i32::from(*channel) * self.keep + 32_768) >> 16).clamp(0, 255) as u8;
        }
    }
}

/// A mesh vertex in pixels.
#[derive(Clone, Copy)]
struct Corner {
    x: f64,
    y: f64,
    uv: Pos2,
    color: Color32,
}

impl Corner {
    fn new(vertex: &Vertex, pixels_per_point: f32) -> Self {
        // Adding and subtracting this constant rounds to 1/256 pixel, the usual grid of graphics cards.
        const SNAP: f64 = 1.5 * (1_u64 << 44) as f64;
        let [x, y] = [vertex.pos.x, vertex.pos.y].map(|p| f64::from(p * pixels_per_point) + SNAP - SNAP);
        Self { x, y, uv: vertex.uv, color: vertex.color }
    }

    /// Where the edge down to `lower` crosses height `y`: the same number for both triangles sharing the edge.
    fn crossing(&self, lower: &Self, y: f64) -> f64 {
        self.x + (y - self.y) * ((lower.x - self.x) / (lower.y - self.y))
    }
}

/// The pixels of `within` whose centres lie in `low..high`.
fn centres(low: f64, high: f64, within: &Range<usize>) -> Range<usize> {
    let first = |edge: f64| {
        let edge = edge.clamp(within.start as f64, within.end as f64) - 0.5;
        let toward_zero = edge as usize;
        toward_zero + usize::from(edge > toward_zero as f64)
    };
    first(low)..first(high)
}

/// A triangle's corners from top to bottom, and twice its signed area.
struct Triangle<'a> {
    corners: [&'a Corner; 3],
    area: f64,
}

impl<'a> Triangle<'a> {
    /// None if it is degenerate or not finite.
    fn new(a: &'a Corner, b: &'a Corner, c: &'a Corner) -> Option<Self> {
        let (a, b) = if b.y < a.y { (b, a) } else { (a, b) };
        let (b, low) = if c.y < b.y { (c, b) } else { (b, c) };
        let (top, mid) = if b.y < a.y { (b, a) } else { (a, b) };
        let area = (mid.x - top.x) * (low.y - top.y) - (low.x - top.x) * (mid.y - top.y);
        (area.is_finite() && area != 0.0).then_some(Self { corners: [top, mid, low], area })
    }

    /// The left and right border at height `y`, which lies between the highest and the lowest corner.
    fn borders(&self, y: f64) -> (f64, f64) {
        let [top, mid, low] = self.corners;
        let long = top.crossing(low, y);
        let short = if y < mid.y { top.crossing(mid, y) } else { mid.crossing(low, y) };
        if self.area < 0.0 { (short, long) } else { (long, short) }
    }

    fn shade<'t>(&self, texture: &'t Texture) -> Shade<'t> {
        let [a, b, c] = self.corners;
        let colors = self.corners.map(|corner| corner.color.to_array().map(f32::from));
        let TextureOptions { magnification, minification, .. } = texture.options;
        if a.uv == b.uv && b.uv == c.uv {
            let texel = texture.sample(a.uv.into(), magnification);
            let colors = colors.map(|color| tint(color, texel));
            let flat = a.color == b.color && b.color == c.color;
            return if flat {
                Shade::Flat(Ink::new(colors[0]))
            } else {
                Shade::Gradient(Plane::new(self, colors))
            };
        }
        let uv = Plane::new(self, self.corners.map(|corner| corner.uv.into()));
        let texels =
            |[u, v]: [f64; 2]| (u * texture.image.size[0] as f64).hypot(v * texture.image.size[1] as f64);
        let shrinks = texels(uv.right).max(texels(uv.down)) > 1.0;
        let filter = if shrinks { minification } else { magnification };
        Shade::Textured { color: Plane::new(self, colors), uv, texture, filter }
    }
}

/// Attributes that vary linearly over the picture: their value at a point and change per pixel.
struct Plane<const N: usize> {
    origin: [f64; 2],
    value: [f64; N],
    right: [f64; N],
    down: [f64; N],
}

impl<const N: usize> Plane<N> {
    fn new(triangle: &Triangle, values: [[f32; N]; 3]) -> Self {
        let [top, mid, low] = triangle.corners;
        let [value, at_mid, at_low] = values.map(|value| value.map(f64::from));
        let slope = |to_mid: f64, to_low: f64| {
            let (to_mid, to_low) = (to_mid / triangle.area, to_low / triangle.area);
            array::from_fn(|i| (at_mid[i] - value[i]) * to_mid - (at_low[i] - value[i]) * to_low)
        };
        let right = slope(low.y - top.y, mid.y - top.y);
        let down = slope(top.x - low.x, top.x - mid.x);
        Self { origin: [top.x, top.y], value, right, down }
    }

    /// The attributes of the pixels to the right of the one centred at `x`, `y`, by their distance.
    fn row(&self, x: f64, y: f64) -> impl Fn(usize) -> [f32; N] {
        let (x, y) = (x - self.origin[0], y - self.origin[1]);
        let start: [f32; N] =
            array::from_fn(|i| (self.value[i] + self.right[i] * x + self.down[i] * y) as f32);
        let step = self.right.map(|change| change as f32);
        move |pixels| array::from_fn(|i| start[i] + step[i] * pixels as f32)
    }
}

/// How a triangle colours its pixels.
enum Shade<'a> {
    Flat(Ink),
    Gradient(Plane<4>),
    Textured { color: Plane<4>, uv: Plane<2>, texture: &'a Texture, filter: TextureFilter },
}

impl Shade<'_> {
    /// Paints pixels of one row, the first of which is centred at `x`, `y`.
    fn paint(&self, span: &mut [[u8; 4]], x: f64, y: f64) {
        match self {
            Self::Flat(ink @ Ink { keep: 0, .. }) => {
                span.fill(ink.add.map(|channel| (channel >> 16) as u8));
            }
            Self::Flat(ink) => span.iter_mut().for_each(|pixel| ink.blend(pixel)),
            Self::Gradient(color) => {
                let color = color.row(x, y);
                for (i, pixel) in span.iter_mut().enumerate() {
                    Ink::new(color(i)).blend(pixel);
                }
            }
            Self::Textured { color, uv, texture, filter } => {
                let (color, uv) = (color.row(x, y), uv.row(x, y));
                for (i, pixel) in span.iter_mut().enumerate() {
                    Ink::new(tint(color(i), texture.sample(uv(i), *filter))).blend(pixel);
                }
            }
        }
    }
}

/// The part of the picture that a mesh may touch.
struct Canvas<'a> {
    pixels: &'a mut [[u8; 4]],
    width: usize,
    columns: Range<usize>,
    rows: Range<usize>,
}

impl Canvas<'_> {
    fn mesh(&mut self, mesh: &Mesh, texture: &Texture, pixels_per_point: f32) {
        let corners: Vec<Corner> = mesh.vertices.iter().map(|v| Corner::new(v, pixels_per_point)).collect();
        for &indices in mesh.indices.as_chunks().0 {
            if let [Some(a), Some(b), Some(c)] = indices.map(|index: u32| corners.get(index as usize))
                && let Some(triangle) = Triangle::new(a, b, c)
            {
                self.triangle(&triangle, texture);
            }
        }
    }

    fn triangle(&mut self, triangle: &Triangle, texture: &Texture) {
        let [top, _, low] = triangle.corners;
        let rows = centres(top.y, low.y, &self.rows);
        if rows.is_empty() {
            return;
        }
        let shade = triangle.shade(texture);
        for row in rows {
            let y = row as f64 + 0.5;
            let (left, right) = triangle.borders(y);
            let Range { start, end } = centres(left, right, &self.columns);
            if let Some(span) = self.pixels.get_mut(row * self.width + start..row * self.width + end) {
                shade.paint(span, start as f64 + 0.5, y);
            }
        }
    }
}
