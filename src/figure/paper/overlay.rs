//! Figure 1: the ODE (solid) against the mean of finite-N SGD (dashed) with its standard error (band), one start.

use super::into_plot;
use crate::figure::difference::parameters_in_words;
use crate::figure::{
    Content, Figure, Ink, LegendEntry, RunData, Sheet, Stroke, loss, overlaps, student_norms,
    student_overlaps,
};

/// The losses in the colour that the legend has for both kinds of curve; the dashes are broad, so that they show on the
/// solid line they agree with.
fn in_legend_colours(mut figure: Figure) -> Figure {
    if let Content::Plots(plots) = &mut figure.content {
        for (_, plot) in plots {
            for series in plot.series.iter_mut().filter(|series| series.ink != Ink::Quiet) {
                series.ink = Ink::Main;
                series.width = if series.stroke == Stroke::Dashed { 1.6 } else { 0.5 };
            }
            plot.bands.iter_mut().for_each(|band| band.ink = Ink::Main);
        }
    }
    figure
}

/// Teachers in the legend, at most.
const NAMED: usize = 8;

/// The four panels: M_ir, Q_ij with i < j, Q_ii, and the generalisation error.
pub fn overlay_sheet(run: &RunData<'_>) -> Sheet {
    let bare = |figure: Figure, id: &'static str, title: &str| {
        let mut plot = into_plot(figure);
        plot.guides.clear();
        plot.series.iter_mut().for_each(|series| series.in_legend = false);
        Figure::single(id, title, plot)
    };
    let rows = vec![
        vec![
            bare(overlaps(run), "overlaps", "Teacher–student overlaps"),
            bare(student_overlaps(run), "student-overlaps", "Student–student overlaps"),
        ],
        vec![
            bare(student_norms(run), "student-norms", "Student norms"),
            in_legend_colours(bare(loss(run), "loss", "Generalisation error")),
        ],
    ];
    let runs = run.scenario.sgd.as_ref().map_or(0, |sgd| sgd.replicas);
    let n = run.scenario.sgd.as_ref().map_or(0, |sgd| sgd.n);
    let caption = format!(
        "Overlap ODEs (solid) against the mean of {runs} runs of one-pass SGD at N = {n} (dashed), all from the same \
         overlaps. Bands: standard error of the mean. (a) Teacher–student overlaps, one colour and mark per teacher; \
         (b) student–student overlaps, i < j; (c) student norms, one colour per neuron; (d) generalisation error."
    );
    let mut legend = vec![
        LegendEntry::line("ODE", Ink::Main, Stroke::Solid),
        LegendEntry::line_in_band("SGD, mean ± s.e.m.", Ink::Main, Stroke::Dashed),
    ];
    let teachers = 0..run.scenario.model.p_star.min(NAMED);
    legend.extend(teachers.map(|r| LegendEntry::numbered("teacher", r, Ink::Teacher(r))));
    Sheet::new("figure-1", rows)
        .with_legend(legend)
        .with_caption(&caption)
        .with_parameters(&parameters_in_words(run.scenario))
}
