//! Maps: one number over two parameters, as coloured cells under the curves of a plot.

use super::words::{BLOW_UP, NO_BEST_RATE, NO_ESCAPE};
use super::{Axis, Figure, Guide, GuideShape, Mesh, Plot, Scale, exact};
use crate::model::{ScenarioSpec, eta_best, eta_max_escape, eta_max_start};
use crate::sim::sweep::{Sweep, SweepRow};

/// Edges half-way between neighbours, on an axis.
fn edges(values: &[f64], scale: Scale) -> Vec<f64> {
    let places: Vec<f64> = values.iter().map(|value| scale.place(*value)).collect();
    let half = |a: f64, b: f64| 0.5 * (a + b);
    let (Some(first), Some(last)) = (places.first(), places.last()) else { return Vec::new() };
    let step = |pair: Option<&[f64]>| {
        pair.map_or(1.0, |pair| pair.last().unwrap_or(&1.0) - pair.first().unwrap_or(&0.0))
    };
    let before = first - 0.5 * step(places.get(..2));
    let after =
        last + 0.5 * step(places.get(places.len().saturating_sub(2)..).filter(|pair| pair.len() == 2));
    let between = places.windows(2).filter_map(|pair| Some(half(*pair.first()?, *pair.last()?)));
    std::iter::once(before).chain(between).chain([after]).map(|place| scale.value(place)).collect()
}

/// The title of the map.
pub const MAP: &str = "Map of α½ over η and p";

/// α½ over η and p, from the rows of a sweep over both, with η_g, η₀ and the largest η with a plateau, which gradient
/// flow has not.
pub fn half_time_map(base: &ScenarioSpec, sweep: &Sweep, rows: &[SweepRow]) -> Figure {
    let mut plot = Plot::new(Axis::new("η", Scale::Log10), Axis::new("p", Scale::Linear).with_integers());
    let (etas, widths) = axes(sweep);
    let mut cells = vec![(0.0, 0.0); etas.len() * widths.len()];
    for row in rows {
        let column = etas.iter().position(|eta| Some(*eta) == row.parameters.value("eta"));
        let line = widths.iter().position(|p| Some(*p) == row.parameters.value("p"));
        let cell = column.zip(line).and_then(|(column, line)| cells.get_mut(line * etas.len() + column));
        if let (Some((sum, count)), Some(alpha)) = (cell, row.outcome.alpha_half) {
            (*sum, *count) = (*sum + alpha, *count + 1.0);
        }
    }
    let cells: Vec<f64> = cells.into_iter().map(|(sum, count)| sum / count).collect();
    let finite = || cells.iter().copied().filter(|value| value.is_finite());
    let range = (finite().fold(f64::INFINITY, f64::min), finite().fold(f64::NEG_INFINITY, f64::max));
    if range.0 > range.1 {
        plot.notes.push(String::from("nothing has escaped yet"));
    }
    let (x, y) = (edges(&etas, Scale::Log10), edges(&widths, Scale::Linear));
    for (axis, edges) in [(&mut plot.x, &x), (&mut plot.y, &y)] {
        axis.range = edges.first().copied().zip(edges.last().copied());
    }
    if base.model.gradient_flow {
        plot.notes.push(String::from(NO_BEST_RATE));
    } else {
        plot.guides = theory(base, &widths);
    }
    let label = format!("α½, p* = {}, ε = {}", base.model.p_star, exact(base.start.epsilon));
    plot.mesh = Some(Mesh { x, y, at: [etas, widths], cells, scale: Scale::Log10, range, label });
    Figure::single("map", MAP, plot)
}

/// The values of η and p in a sweep, increasing.
fn axes(sweep: &Sweep) -> (Vec<f64>, Vec<f64>) {
    let values = |key| (0..sweep.rows()).filter_map(|index| sweep.parameters(index).value(key)).collect();
    let (mut etas, mut widths): (Vec<f64>, Vec<f64>) = (values("eta"), values("p"));
    for values in [&mut etas, &mut widths] {
        values.sort_by(f64::total_cmp);
        values.dedup();
    }
    (etas, widths)
}

fn theory(base: &ScenarioSpec, widths: &[f64]) -> Vec<Guide> {
    let moments = base.teacher.moments(base.model.p_star);
    let noise = base.model.label_noise;
    let curve = |f: &dyn Fn(usize) -> Option<f64>| {
        widths.iter().filter_map(|p| Some([f(*p as usize)?, *p])).collect::<Vec<[f64; 2]>>()
    };
    let guide = |label: &str, meaning: &str, points| Guide {
        label: label.to_owned(),
        meaning: meaning.to_owned(),
        shape: GuideShape::Curve(points),
    };
    let blow_up = |p: usize| eta_max_start(p, &moments, noise, 1.0);
    let escape = |p: usize| eta_max_escape(p, &moments, noise).filter(|limit| *limit < blow_up(p));
    let mut guides = vec![guide(
        "η_g, fastest growth",
        "the η that maximises the escape rate g",
        curve(&|p| Some(eta_best(p, &moments, noise))),
    )];
    let no_escape = curve(&escape);
    if !no_escape.is_empty() {
        let meaning =
            "η₀, the limit of escape: to the right of it M shrinks on the plateau, and nothing escapes";
        guides.push(guide(NO_ESCAPE, meaning, no_escape));
    }
    guides.push(guide(
        BLOW_UP,
        "the largest η at which norms that start at 1 relax to a plateau",
        curve(&|p| Some(blow_up(p))),
    ));
    guides
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::Content;
    use crate::sim::sweep::{Shard, SweepRun, SweepSpec};

    #[test]
    fn edges_lie_half_way_between_values() {
        assert_eq!(edges(&[1.0, 2.0, 4.0], Scale::Linear), [0.5, 1.5, 3.0, 5.0]);
        let log = edges(&[0.1, 1.0], Scale::Log10);
        assert!((log[0] - 0.1 / 10_f64.sqrt()).abs() < 1e-12 && (log[2] - 10_f64.sqrt()).abs() < 1e-12);
        assert!(edges(&[], Scale::Linear).is_empty());
        assert_eq!(edges(&[3.0], Scale::Linear), [2.5, 3.5]);
    }

    #[test]
    fn every_row_of_a_sweep_is_in_its_cell() {
        let text =
            "[model]\np_star = 1\n[sweep]\np = [1, 2]\neta = [0.1, 0.2, 5.0]\nseeds = 2\nstop = \"half\"";
        let sweep = Sweep::new(SweepSpec::from_toml(text).unwrap()).unwrap();
        let rows = std::sync::Mutex::new(Vec::new());
        SweepRun::new(sweep.clone(), Shard::WHOLE)
            .advance(u64::MAX, &|| false, &|row| rows.lock().unwrap().push(row));
        let rows = rows.into_inner().unwrap();
        let figure = half_time_map(&sweep.spec().base, &sweep, &rows);
        let Content::Plots(plots) = figure.content else { panic!("a plot") };
        let mesh = plots[0].1.mesh.clone().unwrap();
        assert_eq!((mesh.columns(), mesh.cells.len()), (3, 6));
        let mean = |p: u64, eta: f64| {
            let times = rows.iter().filter(|row| {
                row.parameters.value("p") == Some(p as f64) && row.parameters.value("eta") == Some(eta)
            });
            let times: Vec<f64> = times.filter_map(|row| row.outcome.alpha_half).collect();
            times.iter().sum::<f64>() / times.len() as f64
        };
        assert!((mesh.at(0.2, 2.0).unwrap() / mean(2, 0.2) - 1.0).abs() < 1e-12);
        assert_eq!(mesh.at(5.0, 1.0), None, "diverged");
        assert_eq!(mesh.at(1e-9, 1.0), None);
        assert_eq!((mesh.share(mesh.range.0), mesh.share(mesh.range.1)), (0.0, 1.0));
        assert!(mesh.share(f64::NAN).is_nan());
    }
}
