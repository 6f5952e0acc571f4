//! Figure 5: degrees of freedom of the student against its width; exact integers.

use crate::figure::{Axis, Figure, Ink, Plot, Scale, Series, Sheet, Stroke};
use crate::model::degrees_of_freedom;

/// DOF(p) for input dimension `n`, p = 1 to one and a half times that, beside the number of weights p N.
pub fn freedom_sheet(n: u64) -> Sheet {
    let mut plot = Plot::new(
        Axis::new("p", Scale::Linear).with_integers(),
        Axis::new("degrees of freedom", Scale::Linear).with_integers(),
    );
    let last = n + n / 2;
    let free = (1..=last).map(|p| [p as f64, degrees_of_freedom(p, n) as f64]).collect();
    plot.series.push(Series { width: 1.4, ..Series::new("DOF", Ink::Main, free) });
    let weights = (1..=n.min(last)).map(|p| [p as f64, (p * n) as f64]).collect();
    plot.series.push(Series { stroke: Stroke::Dashed, ..Series::new("weights p N", Ink::Other(0), weights) });
    let full = (n * (n + 1) / 2) as f64;
    plot.y.range = Some((0.0, 1.25 * full));
    let caption = format!(
        "Degrees of freedom of the function a student of width p computes in N = {n} dimensions: p N less the p(p − \
         1)/2 rotations of its rows among themselves, up to the N(N + 1)/2 of a full quadratic form at p = N. Dashed: \
         the number of weights."
    );
    Sheet::new("figure-5", vec![vec![Figure::single("freedom", "Degrees of freedom", plot)]])
        .with_caption(&caption)
        .with_parameters(&format!("N = {n}"))
}
