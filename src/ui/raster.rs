//! Paints egui without a window or a graphics driver: tessellated meshes go in, an RGBA picture comes out.
//! Same contract as egui's OpenGL shader, undithered: premultiplied colours, multiplied and blended in gamma
//! space, rounded to 8 bits after every triangle. A pixel belongs to the triangle holding its centre; centres
//! on a left or top edge are inside, so meshes that share an edge neither overlap nor gap.
//! Paint callbacks and mipmaps are not supported; a mesh whose texture is unknown is skipped.

use std::array;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use egui::epaint::{ClippedPrimitive, ImageData, ImageDelta, Mesh, Primitive, Vertex};
use egui::{Color32, ColorImage, Pos2, TextureFilter, TextureId, TextureOptions, TextureWrapMode};

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

struct Texture {
    image: Arc<ColorImage>,
    options: TextureOptions,
}

impl Texture {
    fn patch(&mut self, [left, top]: [usize; 2], patch: &ColorImage) {
        let image = Arc::make_mut(&mut self.image);
        let rows = image.pixels.chunks_exact_mut(image.size[0].max(1)).skip(top);
        for (row, source) in rows.zip(patch.pixels.chunks_exact(patch.size[0].max(1))) {
            if let Some(target) = row.get_mut(left..left + source.len()) {
                target.copy_from_slice(source);
            }
        }
    }

    /// The colour at `uv`, channels 0 to 255.
    fn sample(&self, [u, v]: [f32; 2], filter: TextureFilter) -> [f32; 4] {
        // Texels in fixed point, 1/256 as on graphics cards: glyphs aligned to the pixels come out exactly.
        let [x, y] =
            [u * self.image.size[0] as f32, v * self.image.size[1] as f32].map(|texels| texels * 256.0);
        if filter == TextureFilter::Nearest {
            return self.texel(floor(x + 0.5) >> 8, floor(y + 0.5) >> 8);
        }
        let [x, y] = [floor(x - 127.5), floor(y - 127.5)];
        let [right, below] = [x, y].map(|fixed| (fixed & 255) as f32 / 256.0);
        let (x, y) = (x >> 8, y >> 8);
        let upper = mix(self.texel(x, y), self.texel(x + 1, y), right);
        mix(upper, mix(self.texel(x, y + 1), self.texel(x + 1, y + 1), right), below)
    }

    fn texel(&self, x: i32, y: i32) -> [f32; 4] {
        let [width, height] = self.image.size;
        let index = self.wrap(y, height) * width + self.wrap(x, width);
        self.image.pixels.get(index).copied().unwrap_or_default().to_array().map(f32::from)
    }

    fn wrap(&self, index: i32, size: usize) -> usize {
        let size = i32::try_from(size).unwrap_or(i32::MAX / 2).max(1);
        let wrapped = match self.options.wrap_mode {
            TextureWrapMode::ClampToEdge => index.clamp(0, size - 1),
            TextureWrapMode::Repeat => index.rem_euclid(size),
            TextureWrapMode::MirroredRepeat => {
                let twice = index.rem_euclid(2 * size);
                twice.min(2 * size - 1 - twice)
            }
        };
        wrapped as usize
    }
}

/// `f32::floor` is a library call on baseline x86-64, and this runs for every textured pixel.
fn floor(value: f32) -> i32 {
    let toward_zero = value as i32;
    toward_zero.saturating_sub(i32::from(value < toward_zero as f32))
}

fn mix(from: [f32; 4], to: [f32; 4], weight: f32) -> [f32; 4] {
    array::from_fn(|i| from[i] + (to[i] - from[i]) * weight)
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

#[cfg(test)]
mod tests {
    use egui::epaint::WHITE_UV;
    use egui::{Rect, pos2, vec2};

    use super::*;

    const UNIT: Rect = Rect { min: Pos2::ZERO, max: pos2(1.0, 1.0) };
    const FLAT: Rect = Rect { min: WHITE_UV, max: WHITE_UV };

    /// A raster whose only texture is `pixels`, `columns` wide.
    fn raster(columns: usize, pixels: &[Color32], options: TextureOptions) -> Raster {
        let mut delta = egui::TexturesDelta::default();
        let image = ColorImage::new([columns, pixels.len() / columns], pixels.to_vec());
        delta.push(TextureId::default(), ImageDelta::full(image, options));
        let mut raster = Raster::default();
        raster.apply(delta);
        raster
    }

    fn white() -> Raster {
        raster(1, &[Color32::WHITE], TextureOptions::LINEAR)
    }

    fn clipped(clip_rect: Rect, mesh: Mesh) -> ClippedPrimitive {
        ClippedPrimitive { clip_rect, primitive: Primitive::Mesh(mesh) }
    }

    fn quad(rect: Rect, uv: Rect, color: Color32) -> ClippedPrimitive {
        let mut mesh = Mesh::default();
        mesh.add_rect_with_uv(rect, uv, color);
        clipped(Rect::EVERYTHING, mesh)
    }

    fn rect(left: f32, top: f32, right: f32, bottom: f32) -> Rect {
        Rect::from_min_max(pos2(left, top), pos2(right, bottom))
    }

    fn channel(picture: &Picture, index: usize) -> Vec<u8> {
        picture.rgba.iter().skip(index).step_by(4).copied().collect()
    }

    /// Where a picture differs from its background, as the smallest pixel rectangle.
    fn painted(picture: &Picture, background: Color32) -> Rect {
        let mut bounds = Rect::NOTHING;
        for (i, pixel) in picture.rgba.as_chunks::<4>().0.iter().enumerate() {
            if *pixel != background.to_array() {
                let (y, x) = (i as u32 / picture.width, i as u32 % picture.width);
                bounds |= Rect::from_min_size(pos2(x as f32, y as f32), vec2(1.0, 1.0));
            }
        }
        bounds
    }

    #[test]
    fn a_solid_quad_covers_the_pixels_whose_centres_it_holds() {
        // 1.5 is a left edge on a centre (inside), 4.5 a right edge on a centre (outside); then doubled.
        let quad = quad(rect(1.5, 1.25, 4.5, 2.75), FLAT, Color32::RED);
        let once = white().paint(std::slice::from_ref(&quad), [6, 4], 1.0, Color32::BLACK);
        let wanted = [0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 0, 0, 0, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0];
        assert_eq!(channel(&once, 0), wanted);
        assert!(channel(&once, 3).iter().all(|alpha| *alpha == 255));
        let twice = white().paint(&[quad], [12, 8], 2.0, Color32::BLACK);
        assert_eq!(painted(&twice, Color32::BLACK), rect(3.0, 2.0, 9.0, 5.0));
    }

    #[test]
    fn translucent_quads_blend_premultiplied_in_gamma_space() {
        let layers = [
            Color32::from_rgba_premultiplied(100, 0, 0, 128),
            Color32::from_rgba_premultiplied(0, 60, 0, 51),
        ]
        .map(|color| quad(rect(0.0, 0.0, 2.0, 2.0), FLAT, color));
        let picture = white().paint(&layers, [1, 1], 1.0, Color32::WHITE);
        // 255 * 127/255 + (100, 0, 0) = (227, 127, 127), then * 204/255 + (0, 60, 0).
        assert_eq!(picture.rgba, [182, 162, 102, 255]);
        let glow = quad(UNIT, FLAT, Color32::from_rgb_additive(200, 10, 0));
        let picture = white().paint(&[glow], [1, 1], 1.0, Color32::from_rgb(100, 100, 100));
        assert_eq!(picture.rgba, [255, 110, 100, 255]);
    }

    #[test]
    fn colours_vary_linearly_between_the_corners() {
        let mut mesh = Mesh::default();
        mesh.add_colored_rect(rect(0.0, 0.0, 255.0, 3.0), Color32::BLACK);
        mesh.vertices[1].color = Color32::WHITE;
        mesh.vertices[3].color = Color32::WHITE;
        let picture = white().paint(&[clipped(Rect::EVERYTHING, mesh)], [255, 3], 1.0, Color32::RED);
        for (i, value) in channel(&picture, 1).into_iter().enumerate() {
            assert!((f64::from(value) - (i % 255) as f64 - 0.5).abs() <= 0.5 + 1e-3, "{value} at {i}");
        }
    }

    #[test]
    fn textures_are_sampled_by_their_options() {
        let texels = [Color32::from_gray(0), Color32::from_gray(200)];
        let row = |options, uv| {
            let quad = quad(rect(0.0, 0.0, 4.0, 1.0), uv, Color32::WHITE);
            channel(&raster(2, &texels, options).paint(&[quad], [4, 1], 1.0, Color32::RED), 0)
        };
        assert_eq!(row(TextureOptions::NEAREST, UNIT), [0, 0, 200, 200]);
        assert_eq!(row(TextureOptions::LINEAR, UNIT), [0, 50, 150, 200]);
        let two = rect(0.0, 0.0, 2.0, 1.0);
        assert_eq!(row(TextureOptions::NEAREST, two), [0, 200, 200, 200]);
        assert_eq!(row(TextureOptions::NEAREST_REPEAT, two), [0, 200, 0, 200]);
        assert_eq!(
            row(
                TextureOptions {
                    minification: TextureFilter::Nearest,
                    ..TextureOptions::LINEAR_MIRRORED_REPEAT
                },
                two
            ),
            [0, 200, 200, 0]
        );
    }

    #[test]
    fn deltas_patch_textures_and_free_them_after_the_frame() {
        let mut raster = raster(2, &[Color32::BLACK; 4], TextureOptions::NEAREST);
        let patch = |pos| {
            let mut delta = egui::TexturesDelta::default();
            let image = ColorImage::filled([1, 1], Color32::WHITE);
            delta.push(TextureId::default(), ImageDelta::partial(pos, image, TextureOptions::NEAREST));
            delta.free(TextureId::default());
            delta
        };
        raster.apply(patch([1, 0]));
        let quad = [quad(rect(0.0, 0.0, 2.0, 2.0), UNIT, Color32::WHITE)];
        assert_eq!(channel(&raster.paint(&quad, [2, 2], 1.0, Color32::RED), 1), [0, 255, 0, 0]);
        raster.apply(patch([9, 9]));
        assert_eq!(channel(&raster.paint(&quad, [2, 2], 1.0, Color32::RED), 0), [255; 4]);
    }

    #[test]
    fn nothing_is_painted_outside_the_clip_rectangle() {
        let mut mesh = Mesh::default();
        mesh.add_colored_rect(rect(-1e9, -1e9, 1e9, 1e9), Color32::GREEN);
        mesh.add_colored_rect(rect(f32::NAN, 0.0, 9.0, 9.0), Color32::RED);
        mesh.indices.extend([0, 1, 99]);
        for (clip, wanted) in [
            (rect(1.4, 2.6, 5.5, 4.4), rect(1.0, 3.0, 6.0, 4.0)),
            (rect(-5.0, -5.0, 99.0, 99.0), rect(0.0, 0.0, 8.0, 6.0)),
            (rect(5.0, 5.0, 2.0, 2.0), Rect::NOTHING),
        ] {
            let picture = white().paint(&[clipped(clip, mesh.clone())], [8, 6], 1.0, Color32::BLACK);
            assert_eq!(painted(&picture, Color32::BLACK), wanted);
            assert!(channel(&picture, 0).iter().all(|red| *red == 0));
        }
    }

    #[test]
    fn triangles_sharing_edges_paint_every_pixel_once() {
        let mut state = 7_u64;
        let mut random = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f32 / (1_u32 << 24) as f32
        };
        for _ in 0..50 {
            let mut mesh = Mesh::default();
            // Each triangle adds one step of red and leaves what is there.
            mesh.add_colored_rect(rect(3.25, 2.5, 70.5, 50.125), Color32::from_rgb_additive(1, 0, 0));
            for _ in 0..300 {
                let picked = (random() * (mesh.indices.len() / 3) as f32) as usize * 3;
                let [a, b, c] = [0, 1, 2].map(|i| mesh.indices[picked + i]);
                let [pa, pb, pc] = [a, b, c].map(|i| mesh.vertices[i as usize].pos);
                if ((pb - pa).rot90().dot(pc - pa)).abs() < 8.0 {
                    continue;
                }
                let (s, t) = (0.2 + 0.3 * random(), 0.2 + 0.3 * random());
                let new = mesh.vertices.len() as u32;
                mesh.colored_vertex(pa + s * (pb - pa) + t * (pc - pa), Color32::from_rgb_additive(1, 0, 0));
                mesh.indices[picked + 2] = new;
                mesh.indices.extend([c, b, new, new, a, c]);
            }
            let picture = white().paint(&[clipped(Rect::EVERYTHING, mesh)], [80, 60], 1.0, Color32::BLACK);
            assert_eq!(painted(&picture, Color32::BLACK), rect(3.0, 2.0, 70.0, 50.0));
            let total: u32 = channel(&picture, 0).into_iter().map(u32::from).sum();
            assert_eq!((total, channel(&picture, 0).into_iter().max()), (67 * 48, Some(1)));
        }
    }

    #[test]
    fn a_real_interface_shows_its_text_and_nothing_elsewhere() {
        let ctx = egui::Context::default();
        for pixels_per_point in [1.0, 2.0, 1.0] {
            let mut label = Rect::NOTHING;
            let mut show = |button: bool| {
                let picture = picture(&ctx, vec2(200.0, 100.0), pixels_per_point, 3, |ui| {
                    label = ui.label("overlap").rect;
                    if button {
                        ui.add_space(20.0);
                        assert!(!ui.button("Run").clicked());
                    }
                });
                painted(&picture, ctx.global_style().visuals.panel_fill)
            };
            let (text, both) = (show(false), show(true));
            let label = label * pixels_per_point;
            assert!(text.is_positive() && label.contains_rect(text), "{text} in {label}");
            assert!(text.width() > 0.8 * label.width() && text.height() > 0.4 * label.height());
            assert!(both.bottom() > label.bottom() + 20.0 * pixels_per_point);
        }
    }
}
