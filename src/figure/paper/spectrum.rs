//! Figure 6: the Hessian's spectrum along the run, with the exact levels of plateau and solutions, and its signature.

use crate::figure::difference::parameters_in_words;
use crate::figure::{RunData, Sheet, exact, spectrum};
use crate::model::{ZERO_TOLERANCE, manifold_dimension};
use crate::sim::SpectrumTrack;

/// The two panels: eigenvalues, and counts of negative, zero and positive ones.
pub fn spectrum_sheet(run: &RunData<'_>, track: &SpectrumTrack) -> Sheet {
    let rows = vec![vec![spectrum::eigenvalues(run, track), spectrum::counts(run, track)]];
    let (p, p_star) = (run.scenario.model.p, run.scenario.model.p_star);
    let (side, flat) = (p * (p + p_star), manifold_dimension(p as u64, p_star as u64));
    let excess = p.saturating_sub(p_star) * p;
    let caption = format!(
        "(a) Eigenvalues of the Hessian of the population loss along the run: the p(p + p*) = {side} within the span \
         of student and teacher, and the p off it, each N − p − p* times. Thin dashed lines: the exact levels of the \
         plateau, a saddle, and of the solutions, marginal minima. (b) How many of those in the span are negative, \
         zero (|λ| < {} of the largest) and positive, and how many are within that while they cross from one sign to \
         the other; thin dashed: the exact counts. Along a run directions are flat in a limit only: on the plateau M² \
         and SGD's noise \
         lift them. Of the {} that are flat at the solutions {flat} lead along their manifold, and in {excess} excess \
         neurons fade as 1/α.",
        exact(ZERO_TOLERANCE),
        flat + excess as u64,
    );
    Sheet::new("figure-6", rows).with_caption(&caption).with_parameters(&parameters_in_words(run.scenario))
}
