//! What is drawn once and shown until it changes: the inside of a plot as triangles.
//!
//! Laying out and tessellating some hundred curves takes longer than all the rest of a frame, and most frames, those
//! in which the time cursor or the pointer moves, show the same curves as the one before.

use std::cell::RefCell;
use std::sync::Arc;

use egui::epaint::{ClippedShape, Primitive};
use egui::{Color32, Context, Mesh, Rect, Shape};

use crate::figure::Palette;
use crate::ui::state::Highlight;

/// All that the triangles of given data depend on.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::ui) struct MeshKey {
    /// Where the inside of the plot is.
    pub(in crate::ui) frame: Rect,
    /// x from, x to, y from, y to, in positions.
    pub(in crate::ui) bounds: [f64; 4],
    pub(in crate::ui) pixels_per_point: f32,
    pub(in crate::ui) palette: Palette,
    pub(in crate::ui) panel: Color32,
    /// The curve under the pointer.
    pub(in crate::ui) hovered: Option<usize>,
    pub(in crate::ui) lit: Option<Highlight>,
}

/// The triangles of the last look.
#[derive(Debug, Default)]
pub struct MeshCache(RefCell<Option<(MeshKey, Vec<Arc<Mesh>>)>>);

impl MeshCache {
    /// What was drawn for this look, or what is drawn for it now.
    pub(in crate::ui) fn shapes(
        &self,
        ctx: &Context,
        look: &MeshKey,
        draw: impl FnOnce() -> Vec<Shape>,
    ) -> Vec<Shape> {
        let mut kept = self.0.borrow_mut();
        let meshes = match &*kept {
            Some((last, meshes)) if last == look => meshes.clone(),
            _ => {
                let meshes = triangles(ctx, look, draw());
                *kept = Some((look.clone(), meshes.clone()));
                meshes
            }
        };
        meshes.into_iter().map(Shape::Mesh).collect()
    }
}

fn triangles(ctx: &Context, look: &MeshKey, shapes: Vec<Shape>) -> Vec<Arc<Mesh>> {
    let clipped = shapes.into_iter().map(|shape| ClippedShape::new(look.frame, shape)).collect();
    let primitives = ctx.tessellate(clipped, look.pixels_per_point);
    let mesh = |primitive| match primitive {
        Primitive::Mesh(mesh) => Some(Arc::new(mesh)),
        Primitive::Callback(_) => None,
    };
    primitives.into_iter().filter_map(|clipped| mesh(clipped.primitive)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_the_same_is_drawn_once_and_what_does_not_anew() {
        let ctx = Context::default();
        let mut begun = ctx.run_ui(egui::RawInput::default(), |_| {});
        begun.textures_delta.clear();
        let look = MeshKey {
            frame: Rect::from_min_max(egui::pos2(10.0, 10.0), egui::pos2(90.0, 50.0)),
            bounds: [0.0, 1.0, 0.0, 1.0],
            pixels_per_point: 1.0,
            palette: Palette::Light,
            panel: Color32::WHITE,
            hovered: None,
            lit: None,
        };
        let changes: [fn(&mut MeshKey); 7] = [
            |look| look.frame.max.x += 1.0,
            |look| look.bounds[1] = 2.0,
            |look| look.pixels_per_point = 2.0,
            |look| look.palette = Palette::Dark,
            |look| look.panel = Color32::BLACK,
            |look| look.hovered = Some(0),
            |look| look.lit = Some(Highlight::Ink(crate::figure::Ink::Main)),
        ];
        let (sketch, drawn) = (MeshCache::default(), std::cell::Cell::new(0));
        let shapes = |look: &MeshKey| {
            sketch.shapes(&ctx, look, || {
                drawn.set(drawn.get() + 1);
                let ends = [egui::pos2(20.0, 20.0), egui::pos2(40.0, 30.0)];
                vec![Shape::line_segment(ends, egui::Stroke::new(1.5, look.panel)); 3]
            })
        };
        let first = shapes(&look);
        assert!(matches!(&first[..], [Shape::Mesh(mesh)] if mesh.vertices.len() >= 12), "{first:?}");
        assert_eq!(shapes(&look), first);
        assert_eq!(drawn.get(), 1);
        for (index, change) in changes.iter().enumerate() {
            let mut other = look.clone();
            change(&mut other);
            shapes(&other);
            shapes(&other);
            assert_eq!(drawn.get(), 2 + 2 * index, "change {index}");
            shapes(&look);
        }
    }
}
