//! Figure 6: the Hessian's spectrum along the run, with the exact levels of plateau and solutions, and its signature.

use super::parameters;
use crate::figure::{RunData, Sheet, exact, spectrum};
use crate::sim::SpectrumTrack;

/// The two panels: eigenvalues, and counts of negative, zero and positive ones.
pub fn spectrum_sheet(run: &RunData<'_>, track: &SpectrumTrack) -> Sheet {
    let rows = vec![vec![spectrum::eigenvalues(run, track), spectrum::counts(run, track)]];
    let (p, p_star) = (run.scenario.model.p, run.scenario.model.p_star);
    let caption = format!(
        "(a) Eigenvalues of the Hessian of the population loss along the run: the p(p + p*) = {} within the span of student \
         and teacher, and the p off it, each N − p − p* times. Dashed lines: the exact levels of the plateau, a saddle, and \
         of the solutions, marginal minima. (b) How many of those in the span are negative, zero (less than {} of the \
         largest) and positive.",
        p * (p + p_star),
        exact(spectrum::FLAT)
    );
    Sheet::new("figure-6", rows).with_caption(&caption).with_parameters(&parameters(run.scenario))
}
