//! The run among the solutions: a circle for p* = 1, p = 2, a sphere for p = 3, and for all others the plane through M̄
//! and the state, where all zero-loss solutions lie on a circle (T = I).
//!
//! The flow on the true circle is that of the displayed run, turned: for Q₀ ∝ I every start's run is, by symmetry.

use std::f64::consts::TAU;

use super::words::{conjecture, minima};
use super::{Axis, Figure, Guide, GuideShape, Ink, Plot, RunData, Scale, Series, Stroke, fixed};
use crate::model::{Learning, Matrix, Overlaps, Teacher, drift, manifold_dimension, manifold_point};
use crate::sim::{OtherStarts, Snapshot, Trajectory};

/// How the solutions are seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Geometry {
    /// p = 2, p* = 1: M itself, in the plane.
    Circle,
    /// p = 3, p* = 1: M itself, in space.
    Sphere,
    /// Along M̄ and away from it.
    Section,
}

impl Geometry {
    /// That of a run.
    pub fn of(run: &RunData<'_>) -> Self {
        match (run.scenario.model.p, run.scenario.model.p_star) {
            (2, 1) => Self::Circle,
            (3, 1) => Self::Sphere,
            _ => Self::Section,
        }
    }
}

/// From where a sphere is seen: turned about the vertical, then tilted, in radians.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Orientation {
    /// About the vertical axis.
    pub yaw: f64,
    /// Towards the reader.
    pub pitch: f64,
}

impl Default for Orientation {
    fn default() -> Self {
        Self { yaw: 0.6, pitch: 0.4 }
    }
}

impl Orientation {
    /// A point in space as it is seen: right, up, and towards the reader.
    pub fn see(self, [x, y, z]: [f64; 3]) -> [f64; 3] {
        let (sin, cos) = self.yaw.sin_cos();
        let (right, depth) = (cos * x + sin * y, cos * y - sin * x);
        let (sin, cos) = self.pitch.sin_cos();
        [right, cos * z - sin * depth, -(sin * z + cos * depth)]
    }

    /// The point in space that is seen so.
    pub fn unproject(self, [right, up, near]: [f64; 3]) -> [f64; 3] {
        let (sin, cos) = self.pitch.sin_cos();
        let (z, depth) = (cos * up - sin * near, -sin * up - cos * near);
        let (sin, cos) = self.yaw.sin_cos();
        [cos * right - sin * depth, sin * right + cos * depth, z]
    }
}

/// The run seen from the centre of the manifold of solutions, with runs from other starts.
pub fn manifold(run: &RunData<'_>, fan: Option<&OtherStarts>, turn: Orientation) -> Figure {
    let geometry = Geometry::of(run);
    let labels = match geometry {
        Geometry::Circle => ["M₁", "M₂"],
        Geometry::Sphere => ["", ""],
        Geometry::Section => ["along M̄", "away from M̄"],
    };
    let mut plot = Plot::new(Axis::new(labels[0], Scale::Linear), Axis::new(labels[1], Scale::Linear));
    plot.equal_aspect = true;
    let Some(bar) = &run.predictions.rho_bar else {
        plot.notes.push(String::from("no solution is predicted for this start"));
        return single(run, plot);
    };
    let place = Place { geometry, turn, m_bar: bar.state.m() };
    let radius = place.m_bar.norm();
    place.solutions(run, radius, &mut plot);
    if geometry == Geometry::Circle {
        plot.series.extend(flow(run, radius));
    }
    for other in fan.map_or(&[][..], |fan| &fan.runs) {
        let path = Series::new("another start", Ink::Quiet, place.path(&other.trajectory));
        plot.series.push(Series { in_legend: false, width: 0.6, ..path });
    }
    let ends = fan.map_or(&[][..], |fan| &fan.runs).iter().filter_map(|other| place.end(&other.trajectory));
    let ends: Vec<[f64; 2]> = ends.collect();
    if !ends.is_empty() {
        plot.series.push(Series { stroke: Stroke::Points, ..Series::new("other ends", Ink::Quiet, ends) });
    }
    plot.series.push(Series { width: 1.6, ..Series::new("run", Ink::Main, place.path(run.trajectory)) });
    let name = if conjecture(run).is_some() { "ρ̄, conjecture" } else { "ρ̄" };
    let end = Series::new(name, Ink::Theory, vec![place.at(place.m_bar)]);
    plot.series.push(Series { stroke: Stroke::Points, ..end });
    place.ray(run, radius, &mut plot);
    plot.notes.extend(words(run, fan, &place));
    let whole = geometry != Geometry::Section || fan.is_some_and(|fan| !fan.runs.is_empty());
    let low = if whole { -1.12 * radius } else { -0.06 * radius };
    let bottom = if geometry == Geometry::Section { -0.06 * radius } else { -1.12 * radius };
    plot.x.range = Some((low, 1.12 * radius));
    // Words stand above what is round.
    let top = if geometry == Geometry::Section { 1.12 } else { 1.75 };
    plot.y.range = Some((bottom, top * radius));
    single(run, plot)
}

/// Where a state is in the picture of the manifold; `None` where there is no picture.
pub fn manifold_place(run: &RunData<'_>, turn: Orientation, m: &Matrix) -> Option<[f64; 2]> {
    let m_bar = run.predictions.rho_bar.as_ref()?.state.m();
    Some(Place { geometry: Geometry::of(run), turn, m_bar }.at(m))
}

/// The direction of M that a point of the picture stands for; `None` at the centre, beyond the sphere's outline, and in
/// a section, whose points are no single M.
pub fn manifold_direction(run: &RunData<'_>, turn: Orientation, [x, y]: [f64; 2]) -> Option<Vec<f64>> {
    let radius = run.predictions.rho_bar.as_ref()?.state.m().norm();
    let length = x.hypot(y);
    match Geometry::of(run) {
        Geometry::Circle => (length > 1e-6 * radius).then(|| vec![x / length, y / length]),
        Geometry::Sphere => {
            let near = (radius * radius - length * length).max(0.0).sqrt();
            let point = turn.unproject([x, y, near]).map(|entry| entry / radius.max(length));
            (length <= 1.02 * radius).then(|| point.to_vec())
        }
        Geometry::Section => None,
    }
}

fn single(run: &RunData<'_>, plot: Plot) -> Figure {
    let title = format!("Manifold of {}", minima(run.scenario.model.p, run.scenario.model.p_star));
    Figure::single("manifold", &title, plot)
}

/// Where states are in the picture.
struct Place<'a> {
    geometry: Geometry,
    turn: Orientation,
    m_bar: &'a Matrix,
}

impl Place<'_> {
    fn at(&self, m: &Matrix) -> [f64; 2] {
        let entry = |i: usize| m.get(i).copied().unwrap_or(0.0);
        match self.geometry {
            Geometry::Circle => [entry(0), entry(1)],
            Geometry::Sphere => {
                let [right, up, _] = self.turn.see([entry(0), entry(1), entry(2)]);
                [right, up]
            }
            Geometry::Section => {
                let point = manifold_point(m, self.m_bar);
                [point.x, point.y]
            }
        }
    }

    fn path(&self, trajectory: &Trajectory) -> Vec<[f64; 2]> {
        trajectory.snapshots().iter().map(|at| self.at(at.state.m())).collect()
    }

    fn end(&self, trajectory: &Trajectory) -> Option<[f64; 2]> {
        trajectory.snapshots().last().map(|at| self.at(at.state.m()))
    }

    /// The set of solutions, or what is seen of it.
    fn solutions(&self, run: &RunData<'_>, radius: f64, plot: &mut Plot) {
        let set = minima(run.scenario.model.p, run.scenario.model.p_star);
        let kind = if set == "minima" { "minima of the loss" } else { "zero-loss solutions" };
        let arc = |from: f64, to: f64| -> Vec<[f64; 2]> {
            let angle = |step: i32| from + (to - from) * f64::from(step) / 128.0;
            (0..=128).map(|step| [radius * angle(step).cos(), radius * angle(step).sin()]).collect()
        };
        if manifold_dimension(run.scenario.model.p as u64, run.scenario.model.p_star as u64) == 0 {
            let both = vec![[radius, 0.0], [-radius, 0.0]];
            let stroke = Stroke::Points;
            plot.series.push(Series { stroke, in_legend: false, ..Series::new(set, Ink::Theory, both) });
            return;
        }
        let whole = if self.geometry == Geometry::Section { 0.5 * TAU } else { TAU };
        plot.guides.push(Guide {
            label: String::from(set),
            meaning: format!("{kind}: at distance ‖M̄‖ = {} from the centre", fixed(radius, 4)),
            shape: GuideShape::Curve(arc(0.0, whole)),
        });
        if self.geometry == Geometry::Sphere {
            plot.series.push(self.graticule(radius));
        }
    }

    /// The near halves of meridians and parallels.
    fn graticule(&self, radius: f64) -> Series {
        let mut points = Vec::new();
        let mut line = |point: &dyn Fn(f64) -> [f64; 3]| {
            for step in 0..=96 {
                let [right, up, near] = self.turn.see(point(TAU * f64::from(step) / 96.0));
                points.push(if near >= 0.0 { [right, up] } else { [f64::NAN; 2] });
            }
            points.push([f64::NAN; 2]);
        };
        for k in 0..6 {
            let (sin, cos) = (TAU * f64::from(k) / 12.0).sin_cos();
            line(&|t| [radius * t.cos() * cos, radius * t.cos() * sin, radius * t.sin()]);
        }
        for k in -2..=2 {
            let (sin, cos) = (TAU * f64::from(k) / 12.0).sin_cos();
            line(&|t| [radius * cos * t.cos(), radius * cos * t.sin(), radius * sin]);
        }
        Series { in_legend: false, width: 0.3, ..Series::new("sphere", Ink::Quiet, points) }
    }

    /// The ray of M₀, as far as the solutions.
    fn ray(&self, run: &RunData<'_>, radius: f64, plot: &mut Plot) {
        let m_0 = run.scenario.initial().m();
        let far = self.at(&(m_0 * (radius / m_0.norm())));
        plot.guides.push(Guide {
            label: String::from("M₀"),
            meaning: String::from("the direction of the start M₀"),
            shape: GuideShape::Curve(vec![[0.0, 0.0], far]),
        });
    }
}

/// Arrows dM/dα around the centre: the displayed run's, turned into every direction.
fn flow(run: &RunData<'_>, radius: f64) -> Option<Series> {
    let snapshots = run.trajectory.snapshots();
    let fastest = 1.5 * largest_speed(run)?;
    let mut points = Vec::new();
    for ring in 1..=6 {
        let length = 0.2 * f64::from(ring) * radius;
        let count = 6 * ring;
        for k in 0..count {
            let (sin, cos) = (TAU * f64::from(k) / f64::from(count)).sin_cos();
            let m = Matrix::from_column_slice(2, 1, &[length * cos, length * sin]);
            let speed = drift_at(run, snapshots, &m)?;
            let size = speed.norm();
            if size > 0.0 {
                // A root keeps slow arrows visible.
                let arrow = speed * (0.16 * radius * (size / fastest).min(1.0).sqrt() / size);
                points.extend(arrow_shape([m[0], m[1]], [arrow[0], arrow[1]]));
            }
        }
    }
    Some(Series { in_legend: false, width: 0.5, ..Series::new("flow", Ink::Other(5), points) })
}

fn largest_speed(run: &RunData<'_>) -> Option<f64> {
    let speed = |at: &Snapshot| speed_of(&at.state, run.scenario.teacher(), run.scenario.learning()).norm();
    run.trajectory.snapshots().iter().map(speed).reduce(f64::max).filter(|speed| *speed > 0.0)
}

fn speed_of(state: &Overlaps, teacher: &Teacher, learning: Learning) -> Matrix {
    drift(state, teacher, learning.eta, learning.label_noise).m
}

/// dM/dα at M with the norms along and across M that the run has where |M| is the same; beyond its end, as few as there
/// can be.
fn drift_at(run: &RunData<'_>, snapshots: &[Snapshot], m: &Matrix) -> Option<Matrix> {
    let size = m.norm();
    let apart = |at: &&Snapshot| (at.state.m().norm() - size).abs();
    let near = snapshots.iter().min_by(|a, b| apart(a).total_cmp(&apart(b)))?;
    let unit = near.state.m() / near.state.m().norm();
    let q = near.state.q();
    let along = (unit.transpose() * q * &unit)[(0, 0)].max(size * size);
    let across = (q.trace() - (unit.transpose() * q * &unit)[(0, 0)]).max(0.0);
    let direction = m / size;
    let projector = &direction * direction.transpose();
    let rest = Matrix::identity(2, 2) - &projector;
    let state = Overlaps::new(m.clone(), projector * along + rest * across).ok()?;
    Some(speed_of(&state, run.scenario.teacher(), run.scenario.learning()))
}

/// A shaft with a head, and a break after it.
fn arrow_shape([x, y]: [f64; 2], [dx, dy]: [f64; 2]) -> [[f64; 2]; 6] {
    let tip = [x + dx, y + dy];
    let barb = |side: f64| [tip[0] - 0.35 * dx - side * 0.2 * dy, tip[1] - 0.35 * dy + side * 0.2 * dx];
    [[x, y], tip, barb(1.0), tip, barb(-1.0), [f64::NAN; 2]]
}

/// What is seen, in words.
fn words(run: &RunData<'_>, fan: Option<&OtherStarts>, place: &Place<'_>) -> Vec<String> {
    let (p, p_star) = (run.scenario.model.p as u64, run.scenario.model.p_star as u64);
    let dimension = manifold_dimension(p, p_star);
    let minima = minima(p as usize, p_star as usize);
    let set = match dimension {
        0 => format!("two isolated {minima}, ±M̄"),
        1 => format!("a circle of {minima}"),
        2 if p_star == 1 => format!("a sphere of {minima}"),
        count => format!("{minima} of {count} dimensions"),
    };
    let mut said = vec![set];
    if p < p_star {
        said.push(String::from("no zero-loss solutions: p < p*"));
    }
    said.extend(conjecture(run));
    let angle = |m: &Matrix| {
        let point = manifold_point(m, place.m_bar);
        point.y.atan2(point.x).to_degrees()
    };
    let ends = fan.map_or(&[][..], |fan| &fan.runs).iter();
    let ends = ends.filter_map(|other| Some(other.trajectory.snapshots().last()?.state.m()));
    // A direction without a length is none.
    let reached = ends.filter(|m| m.norm() >= LOST * place.m_bar.norm());
    let angles: Vec<f64> = reached.map(angle).collect();
    if let (Some(least), Some(most)) =
        (angles.iter().copied().reduce(f64::min), angles.iter().copied().reduce(f64::max))
    {
        // Where a run's own direction was chosen, those of the others still are not.
        let how = if run.scenario.start.direction.is_empty() { "" } else { " of random direction" };
        let (least, most) = (fixed(least, 0), fixed(most, 0));
        said.push(format!("{} other starts{how} end {least}° to {most}° from ρ̄", angles.len()));
    }
    let ended = run.trajectory.snapshots().last().filter(|_| run.stop.is_some());
    if let Some(last) = ended.filter(|last| last.state.m().norm() < LOST * place.m_bar.norm()) {
        let size = fixed(last.state.m().norm() / place.m_bar.norm(), 3);
        said.push(format!("this one is at ‖M‖ = {size} ‖M̄‖: it has reached no solution"));
    } else if let Some(last) = ended {
        said.push(format!("this one {}° from it", fixed(angle(last.state.m()), 1)));
    }
    said
}

/// A run whose M is a smaller share of M̄ at its end is at no solution: it has not left the plateau.
const LOST: f64 = 0.1;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_seen_can_be_found_again_in_space() {
        let turn = Orientation { yaw: 0.7, pitch: -0.3 };
        for point in [[1.0, 0.0, 0.0], [0.0, 2.0, -1.0], [0.3, -0.4, 0.5]] {
            let back = turn.unproject(turn.see(point));
            assert!(back.iter().zip(point).all(|(a, b)| (a - b).abs() < 1e-14), "{point:?} {back:?}");
            let (seen, length) = (turn.see(point), |v: [f64; 3]| v.iter().map(|x| x * x).sum::<f64>());
            assert!((length(seen) - length(point)).abs() < 1e-14, "turning keeps lengths");
        }
        let up = Orientation { yaw: 0.0, pitch: 0.0 }.see([0.0, 0.0, 1.0]);
        assert_eq!(up, [0.0, 1.0, 0.0]);
    }
}
