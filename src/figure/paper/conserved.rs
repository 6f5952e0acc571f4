//! Figure 4: the elements of S(α) = polar(M(α)), and how far it drifts.

use crate::figure::difference::parameters_in_words;
use crate::figure::{Content, Figure, RunData, Sheet, polar_factor};

/// The two panels: elements, and drift on a logarithmic axis.
pub fn conserved_sheet(run: &RunData<'_>) -> Sheet {
    let panels = match polar_factor(run).content {
        Content::Plots(plots) => plots,
        Content::Matrices(_) => Vec::new(),
    };
    let names = [("elements", "Elements of S"), ("drift", "Drift of S")];
    let named = panels.into_iter().zip(names).map(|((_, mut plot), (id, title))| {
        plot.shows_x = true;
        Figure::single(id, title, plot)
    });
    let caption = "(a) The elements of the polar factor S(α) of M from an orthogonal start, one colour per teacher: \
        they are constants of motion. (b) ‖S(α) − S(0)‖: what the integration leaves of that.";
    Sheet::new("figure-4", vec![named.collect()])
        .with_caption(caption)
        .with_parameters(&parameters_in_words(run.scenario))
}
