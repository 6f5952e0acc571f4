//! A texture of the raster and its sampling: nearest or linear, clamped, repeated or mirrored.
//!
//! Coordinates run from 0 to 1 over the whole image; colours are premultiplied, channels 0 to 255.

use std::array;
use std::sync::Arc;

use egui::{ColorImage, TextureFilter, TextureOptions, TextureWrapMode};

/// Pixels, and how they are read between and beyond their centres.
pub(super) struct Texture {
    pub(super) image: Arc<ColorImage>,
    pub(super) options: TextureOptions,
}

impl Texture {
    /// Replaces the rectangle at `left`, `top` by `patch`; what lies outside is dropped.
    pub(super) fn patch(&mut self, [left, top]: [usize; 2], patch: &ColorImage) {
        let image = Arc::make_mut(&mut self.image);
        let rows = image.pixels.chunks_exact_mut(image.size[0].max(1)).skip(top);
        for (row, source) in rows.zip(patch.pixels.chunks_exact(patch.size[0].max(1))) {
            if let Some(target) = row.get_mut(left..left + source.len()) {
                target.copy_from_slice(source);
            }
        }
    }

    /// The colour at `uv`, channels 0 to 255.
    pub(super) fn sample(&self, [u, v]: [f32; 2], filter: TextureFilter) -> [f32; 4] {
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
