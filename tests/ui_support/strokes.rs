//! Curves read back from the triangles of a frame: what hangs together is one stroke.

use egui::{Color32, Mesh, Pos2, Rect, Shape, Vec2};

/// No dash is as long as this, and no curve as short.
const LEAST_EXTENT: f32 = 12.0;

/// The corners of a stroke's triangles, with their colours.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Stroke {
    pub(crate) corners: Vec<(Pos2, Color32)>,
}

impl Stroke {
    fn extent(&self) -> Rect {
        let points: Vec<Pos2> = self.corners.iter().map(|(at, _)| *at).collect();
        Rect::from_points(&points)
    }
}

/// Strokes that are neither upright, as the cursor and the grid are, nor as short as dashes.
pub(crate) fn collect(shape: &Shape, place: Rect, strokes: &mut Vec<Stroke>) {
    match shape {
        Shape::Vec(shapes) => shapes.iter().for_each(|shape| collect(shape, place, strokes)),
        Shape::Mesh(mesh) => strokes.extend(apart(mesh).into_iter().filter(|stroke| {
            let extent = stroke.extent();
            extent.width() > LEAST_EXTENT && extent.expand2(Vec2::splat(0.5)).intersect(place).is_positive()
        })),
        _ => {}
    }
}

/// A mesh in its connected parts, in the order of their first corners.
fn apart(mesh: &Mesh) -> Vec<Stroke> {
    let mut leader: Vec<usize> = (0..mesh.vertices.len()).collect();
    for triangle in mesh.indices.chunks_exact(3) {
        let heads: Vec<usize> = triangle.iter().map(|at| head(&mut leader, *at as usize)).collect();
        let first = heads.iter().copied().min().unwrap_or_default();
        for other in heads {
            leader[other] = first;
        }
    }
    let mut strokes = vec![Stroke::default(); mesh.vertices.len()];
    for (corner, vertex) in mesh.vertices.iter().enumerate() {
        strokes[head(&mut leader, corner)].corners.push((vertex.pos, vertex.color));
    }
    strokes.retain(|stroke| !stroke.corners.is_empty());
    strokes
}

/// The corner that leads the part that a corner belongs to.
fn head(leader: &mut [usize], mut corner: usize) -> usize {
    while leader[corner] != corner {
        leader[corner] = leader[leader[corner]];
        corner = leader[corner];
    }
    corner
}
