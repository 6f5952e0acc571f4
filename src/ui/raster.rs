//! Paints egui without a window or a graphics driver: tessellated meshes go in, an RGBA picture comes out.
//! Same contract as egui's OpenGL shader, undithered: premultiplied colours, multiplied and blended in gamma
//! space, rounded to 8 bits after every triangle. A pixel belongs to the triangle holding its centre; centres
//! on a left or top edge are inside, so meshes that share an edge neither overlap nor gap.
//! Paint callbacks and mipmaps are not supported; a mesh whose texture is unknown is skipped.

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
        match (change.pos, self.textures.get_mut(&id)) {
            (None, _) => {
                self.textures.insert(id, Texture { image, options: change.options });
            }
            (Some(corner), Some(texture)) => {
                texture.options = change.options;
                texture.patch(corner, &image);
            }
            (Some(_), None) => {}
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
                texture,
            }
            .mesh(mesh, pixels_per_point);
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
        let ([width, _], [columns, _]) = (image.size, patch.size);
        let targets = image.pixels.chunks_exact_mut(width.max(1)).skip(top);
        for (target, source) in targets.zip(patch.pixels.chunks_exact(columns.max(1))) {
            if let Some(target) = target.get_mut(left..left + columns) {
                target.copy_from_slice(source);
            }
        }
    }

    /// The colour at `uv`, channels 0 to 255.
    fn sample(&self, [u, v]: [f32; 2], filter: TextureFilter) -> [f32; 4] {
        let [x, y] = [u * self.image.size[0] as f32, v * self.image.size[1] as f32];
        if filter == TextureFilter::Nearest {
            return self.texel(floor(x), floor(y));
        }
        // Weights in 1/256 as on graphics cards: glyphs aligned to the pixels come out exactly.
        let [x, y] = [x, y].map(|texels| floor(texels * 256.0 - 127.5));
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

fn mix(from: [f32; 4], to: [f32; 4], weight: f32) -> [f32; 4] {
    std::array::from_fn(|i| from[i] + (to[i] - from[i]) * weight)
}

/// `f32::floor` is a library call on baseline x86-64, and this runs for every textured pixel.
fn floor(value: f32) -> i32 {
    let toward_zero = value as i32;
    toward_zero - i32::from(value < toward_zero as f32)
}

/// A mesh vertex in pixels.
#[derive(Clone, Copy)]
struct Corner {
    x: f64,
    y: f64,
    uv: [f32; 2],
    color: [f32; 4],
}

impl Corner {
    fn new(vertex: &Vertex, pixels_per_point: f32) -> Self {
        // Adding and subtracting this constant rounds to 1/256 pixel, the usual grid of graphics cards.
        const SNAP: f64 = 1.5 * (1_u64 << 44) as f64;
        let [x, y] = [vertex.pos.x, vertex.pos.y].map(|p| f64::from(p * pixels_per_point) + SNAP - SNAP);
        let color = vertex.color.to_array().map(f32::from);
        Self { x, y, uv: [vertex.uv.x, vertex.uv.y], color }
    }

    /// Where the edge down to `lower` crosses height `y`; two triangles sharing the edge get the same number.
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

/// A source colour ready for blending, in 1/65536 of a channel step.
#[derive(Clone, Copy)]
struct Ink {
    add: [i32; 4],
    keep: i32,
}

impl Ink {
    fn new(color: [f32; 4]) -> Self {
        let keep = (65_536.0 - color[3] * (65_536.0 / 255.0)) as i32;
        Self { add: color.map(|channel| (channel * 65_536.0) as i32), keep }
    }

    fn blend(self, pixel: &mut [u8; 4]) {
        for (channel, add) in pixel.iter_mut().zip(self.add) {
            *channel = ((add + i32::from(*channel) * self.keep + 32_768) >> 16).clamp(0, 255) as u8;
        }
    }

    fn fill(self, span: &mut [[u8; 4]]) {
        if self.keep == 0 {
            let mut opaque = [0; 4];
            self.blend(&mut opaque);
            span.fill(opaque);
        } else {
            for pixel in span {
                self.blend(pixel);
            }
        }
    }
}

/// Attributes that vary linearly over a triangle: their value at the top corner, the change to the two others.
struct Plane<const N: usize> {
    top: [f32; N],
    to_mid: [f32; N],
    to_low: [f32; N],
}

impl<const N: usize> Plane<N> {
    fn new(top: [f32; N], mid: [f32; N], low: [f32; N]) -> Self {
        let from_top = |corner: [f32; N]| std::array::from_fn(|i| corner[i] - top[i]);
        Self { top, to_mid: from_top(mid), to_low: from_top(low) }
    }

    fn is_constant(&self) -> bool {
        self.to_mid.iter().chain(&self.to_low).all(|change| *change == 0.0)
    }

    fn change(&self, [mid, low]: [f32; 2]) -> [f32; N] {
        std::array::from_fn(|i| self.to_mid[i] * mid + self.to_low[i] * low)
    }

    fn at(&self, weights: [f32; 2]) -> [f32; N] {
        let change = self.change(weights);
        std::array::from_fn(|i| self.top[i] + change[i])
    }
}

fn advance<const N: usize>(start: [f32; N], step: [f32; N], pixels: usize) -> [f32; N] {
    std::array::from_fn(|i| start[i] + step[i] * pixels as f32)
}

fn tint(color: [f32; 4], texel: [f32; 4]) -> [f32; 4] {
    std::array::from_fn(|i| color[i] * texel[i] * (1.0 / 255.0))
}

struct Canvas<'a> {
    pixels: &'a mut [[u8; 4]],
    width: usize,
    columns: Range<usize>,
    rows: Range<usize>,
    texture: &'a Texture,
}

impl Canvas<'_> {
    fn mesh(&mut self, mesh: &Mesh, pixels_per_point: f32) {
        let corners: Vec<Corner> = mesh.vertices.iter().map(|v| Corner::new(v, pixels_per_point)).collect();
        for &[a, b, c] in mesh.indices.as_chunks().0 {
            let [a, b, c] = [a, b, c].map(|index| corners.get(index as usize));
            if let (Some(a), Some(b), Some(c)) = (a, b, c) {
                self.triangle(a, b, c);
            }
        }
    }

    fn triangle(&mut self, a: &Corner, b: &Corner, c: &Corner) {
        let (a, b) = if b.y < a.y { (b, a) } else { (a, b) };
        let (b, low) = if c.y < b.y { (c, b) } else { (b, c) };
        let (top, mid) = if b.y < a.y { (b, a) } else { (a, b) };
        let rows = centres(top.y, low.y, &self.rows);
        let area = (mid.x - top.x) * (low.y - top.y) - (low.x - top.x) * (mid.y - top.y);
        if rows.is_empty() || area == 0.0 || !area.is_finite() {
            return;
        }
        let shade = Shade::new([top, mid, low], area, self.texture);
        if matches!(shade.paint, Paint::Flat(Ink { add: [0, 0, 0, 0], .. })) {
            return;
        }
        for y in rows {
            let height = y as f64 + 0.5;
            let long = top.crossing(low, height);
            let short = if height < mid.y { top.crossing(mid, height) } else { mid.crossing(low, height) };
            let (left, right) = if area < 0.0 { (short, long) } else { (long, short) };
            let Range { start, end } = centres(left, right, &self.columns);
            let row = y * self.width;
            if let Some(span) = self.pixels.get_mut(row + start..row + end) {
                shade.span(span, start as f64 + 0.5, height);
            }
        }
    }
}

enum Paint<'a> {
    Flat(Ink),
    Gradient,
    Textured(&'a Texture, TextureFilter),
}

/// How a triangle colours its pixels.
struct Shade<'a> {
    paint: Paint<'a>,
    color: Plane<4>,
    uv: Plane<2>,
    origin: [f64; 2],
    /// Change of the weights of the middle and the lowest corner per pixel to the right, then downwards.
    right: [f64; 2],
    down: [f64; 2],
}

impl<'a> Shade<'a> {
    fn new([top, mid, low]: [&Corner; 3], area: f64, texture: &'a Texture) -> Self {
        let mut shade = Self {
            paint: Paint::Gradient,
            color: Plane::new(top.color, mid.color, low.color),
            uv: Plane::new(top.uv, mid.uv, low.uv),
            origin: [top.x, top.y],
            right: [(low.y - top.y) / area, (top.y - mid.y) / area],
            down: [(top.x - low.x) / area, (mid.x - top.x) / area],
        };
        let TextureOptions { magnification, minification, .. } = texture.options;
        if shade.uv.is_constant() {
            let texel = texture.sample(top.uv, magnification);
            let [top, mid, low] = [top, mid, low].map(|corner| tint(corner.color, texel));
            shade.color = Plane::new(top, mid, low);
            if shade.color.is_constant() {
                shade.paint = Paint::Flat(Ink::new(top));
            }
        } else {
            let [columns, rows] = texture.image.size.map(|side| side as f32);
            let texels = |step: [f64; 2]| {
                let [u, v] = shade.uv.change(step.map(|weight| weight as f32));
                (u * columns).hypot(v * rows)
            };
            let shrinks = texels(shade.right).max(texels(shade.down)) > 1.0;
            shade.paint = Paint::Textured(texture, if shrinks { minification } else { magnification });
        }
        shade
    }

    /// Paints pixels of one row, the first of which is centred at `x`, `y`.
    fn span(&self, span: &mut [[u8; 4]], x: f64, y: f64) {
        let step = self.right.map(|weight| weight as f32);
        let [dx, dy] = [x - self.origin[0], y - self.origin[1]];
        let start = std::array::from_fn(|i| (self.right[i] * dx + self.down[i] * dy) as f32);
        let (color, color_step) = (self.color.at(start), self.color.change(step));
        match self.paint {
            Paint::Flat(ink) => ink.fill(span),
            Paint::Gradient => {
                for (i, pixel) in span.iter_mut().enumerate() {
                    Ink::new(advance(color, color_step, i)).blend(pixel);
                }
            }
            Paint::Textured(texture, filter) => {
                let (uv, uv_step) = (self.uv.at(start), self.uv.change(step));
                for (i, pixel) in span.iter_mut().enumerate() {
                    let texel = texture.sample(advance(uv, uv_step, i), filter);
                    Ink::new(tint(advance(color, color_step, i), texel)).blend(pixel);
                }
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
