//! The raster against pixels worked out by hand, and against a real interface.

use egui::ColorImage;
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
    let layers =
        [Color32::from_rgba_premultiplied(100, 0, 0, 128), Color32::from_rgba_premultiplied(0, 60, 0, 51)]
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
            TextureOptions { minification: TextureFilter::Nearest, ..TextureOptions::LINEAR_MIRRORED_REPEAT },
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
