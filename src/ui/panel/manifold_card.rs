//! What the pointer does on the manifold of solutions, and where the state is on it.

use super::Shown;
use crate::figure::{Geometry, Orientation, manifold_direction, manifold_place};
use crate::model::StartKind;
use crate::sim::OtherStart;
use crate::ui::draw::Pointed;
use crate::ui::state::Action;

/// The state at the cursor on the manifold.
pub(super) fn state_on_manifold(shown: &Shown<'_>) -> Option<[f64; 2]> {
    let alpha = shown.run.alpha_at(shown.view.place, shown.view.scale());
    let data = shown.run.data(shown.view.scale(), None, false);
    manifold_place(&data, shown.view.turn, shown.run.at(alpha)?.state.m())
}

/// Dragging turns the sphere; a click starts a run from there, or from the seed of the nearest other end.
pub(super) fn manifold_request(shown: &Shown<'_>, pointed: &Pointed) -> Option<Action> {
    let data = shown.run.data(shown.view.scale(), None, false);
    let turn = shown.view.turn;
    if let (Some(by), Geometry::Sphere) = (pointed.dragged, Geometry::of(&data)) {
        let pitch = (turn.pitch + 0.008 * f64::from(by.y)).clamp(-1.5, 1.5);
        return Some(Action::Turn(Orientation { yaw: turn.yaw - 0.008 * f64::from(by.x), pitch }));
    }
    let place = pointed.clicked?;
    let mut spec = shown.run.scenario.spec().clone();
    if let Some(direction) = manifold_direction(&data, turn, place) {
        if !matches!(spec.start.kind, StartKind::Orthogonal | StartKind::Gaussian) {
            spec.start.draw_as(StartKind::Orthogonal);
        }
        spec.start.direction = direction;
        return Some(Action::Edit(Box::new(spec)));
    }
    let end = |run: &&OtherStart| {
        let last = run.trajectory.snapshots().last().and_then(|at| manifold_place(&data, turn, at.state.m()));
        last.map_or(f64::INFINITY, |[x, y]| (x - place[0]).hypot(y - place[1]))
    };
    let nearest = shown.fan?.runs.iter().min_by(|a, b| end(a).total_cmp(&end(b)))?;
    Some(Action::Edit(Box::new(spec.other_start(nearest.seed)?)))
}
