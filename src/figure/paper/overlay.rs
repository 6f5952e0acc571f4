//! Figure 1: the ODE (solid) against the mean of finite-N SGD (dashed) with its standard error (band), one start.

use super::{into_plot, panel, parameters};
use crate::figure::{
    Figure, Ink, LegendEntry, RunData, Sheet, Stroke, loss, overlaps, student_norms, student_overlaps,
};

/// Teachers in the legend, at most.
const NAMED: usize = 8;

/// The four panels: M_ir, Q_ij with i < j, Q_ii, and the generalisation error.
pub fn overlay_sheet(run: &RunData<'_>) -> Sheet {
    let bare = |figure: Figure, id: &'static str, title: &str| {
        let mut plot = into_plot(figure);
        plot.guides.clear();
        plot.series.iter_mut().for_each(|series| series.in_legend = false);
        panel(id, title, plot)
    };
    let rows = vec![
        vec![
            bare(overlaps(run), "overlaps", "Teacher–student overlaps"),
            bare(student_overlaps(run), "student-overlaps", "Student–student overlaps"),
        ],
        vec![
            bare(student_norms(run), "student-norms", "Student norms"),
            bare(loss(run), "loss", "Generalisation error"),
        ],
    ];
    let runs = run.scenario.sgd.as_ref().map_or(0, |sgd| sgd.replicas);
    let n = run.scenario.sgd.as_ref().map_or(0, |sgd| sgd.n);
    let caption = format!(
        "Overlap ODEs (solid) against the mean of {runs} runs of one-pass SGD at N = {n} (dashed), all from the same \
         overlaps. Bands: standard error of the mean. (a) Teacher–student overlaps, one colour and mark per teacher r; (b) \
         student–student overlaps, i < j; (c) student norms, one colour per neuron; (d) generalisation error."
    );
    let mut legend = vec![
        LegendEntry::line("ODE", Ink::Main, Stroke::Solid),
        LegendEntry::line_in_band("SGD, mean ± s.e.m.", Ink::Main, Stroke::Dashed),
    ];
    let teachers = 0..run.scenario.model.p_star.min(NAMED);
    let teacher = |r: usize| LegendEntry::line(&format!("r = {}", r + 1), Ink::Teacher(r), Stroke::Solid);
    legend.extend(teachers.map(teacher));
    Sheet::new("figure-1", rows)
        .with_legend(legend)
        .with_caption(&caption)
        .with_parameters(&parameters(run.scenario))
}
