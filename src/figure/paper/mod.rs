//! The paper's figures: what each needs to be run, and the sheet that is made of it (physics.md §9).
//!
//! Captions are in our words and carry the parameters. The runs themselves are the caller's: each builder takes what
//! they left.

mod closest;
mod conserved;
mod freedom;
mod learning_rate;
mod overlay;
mod spectrum;

pub use closest::{Companion, closest_distances, closest_losses, closest_sheet};
pub use conserved::conserved_sheet;
pub use freedom::freedom_sheet;
pub use learning_rate::{BEST_RATES, HALF_TIMES, best_rates, half_times, learning_rate_sheet, mark_rate};
pub use overlay::overlay_sheet;
pub use spectrum::spectrum_sheet;

use super::{Content, Figure, Plot, Scale, chosen};
use crate::model::{Horizon, Scenario, ScenarioError, ScenarioSpec, SgdSection, StartKind};

/// One figure of the paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PaperFigure {
    /// 1: the ODE against finite-N SGD.
    Overlay,
    /// 2: the learning rate and the escape.
    LearningRate,
    /// 3: the distance to the predicted solution.
    Closest,
    /// 4: the conserved polar factor.
    Conserved,
    /// 5: degrees of freedom.
    Freedom,
    /// 6: the Hessian's spectrum along the run.
    Spectrum,
}

impl PaperFigure {
    /// All of them, in order.
    pub const ALL: [Self; 6] =
        [Self::Overlay, Self::LearningRate, Self::Closest, Self::Conserved, Self::Freedom, Self::Spectrum];

    /// Its number in the paper, from 1.
    pub fn number(self) -> usize {
        self as usize + 1
    }

    /// The name of its files: `figure-1` ..
    pub fn name(self) -> String {
        format!("figure-{}", self.number())
    }

    /// The scenario it starts from; fewer replicas with `quick`.
    ///
    /// # Errors
    /// None for what is written here.
    pub fn scenario(self, quick: bool) -> Result<Scenario, ScenarioError> {
        let mut spec = ScenarioSpec::default();
        (spec.model.p, spec.model.p_star, spec.model.eta) = (6, 3, 0.01);
        (spec.start.epsilon, spec.start.seed) = (0.01, 1);
        match self {
            Self::Overlay => {
                spec.start.kind = StartKind::Gaussian;
                spec.time.alpha_max = Horizon::Until(if quick { 3000.0 } else { 4000.0 });
                let replicas = if quick { 4 } else { 10 };
                spec.sgd = Some(SgdSection { n: 10_000, replicas, ..SgdSection::default() });
            }
            Self::LearningRate => spec.model.p = 3,
            // Far enough along the tail for the excess neurons to count as flat.
            Self::Closest | Self::Spectrum => spec.time.alpha_max = Horizon::Until(20_000.0),
            Self::Conserved | Self::Freedom => {}
        }
        Scenario::new(spec)
    }
}

/// The parameters of a run in one line.
fn parameters(scenario: &Scenario) -> String {
    let model = &scenario.model;
    let start = match scenario.start.kind {
        StartKind::Orthogonal => "orthogonal start",
        StartKind::Gaussian => "gaussian start",
        StartKind::Weights => "random weights",
        StartKind::File => "a given start",
    };
    let noise = Some(model.label_noise).filter(|noise| *noise > 0.0);
    let noise = noise.map_or_else(String::new, |noise| format!(", Δ = {}", chosen(noise)));
    let sgd = scenario.sgd.as_ref().map(|sgd| format!(", N = {}, {} runs", sgd.n, sgd.replicas));
    let scale = || format!(", ε = {}", chosen(scenario.start.epsilon));
    let scale = if scenario.uses_epsilon() { scale() } else { String::new() };
    let seed = || format!(", seed {}", scenario.start.seed);
    let seed = if scenario.start.is_drawn() { seed() } else { String::new() };
    format!(
        "p = {}, p* = {}, η = {}{noise}{scale}, {start}{seed}{}",
        model.p,
        model.p_star,
        chosen(model.eta),
        sgd.unwrap_or_default()
    )
}

/// The plot of a panel that has one.
fn into_plot(figure: Figure) -> Plot {
    let empty = || Plot::new(super::Axis::new("", Scale::Linear), super::Axis::new("", Scale::Linear));
    match figure.content {
        Content::Plots(plots) => plots.into_iter().next().map_or_else(empty, |(_, plot)| plot),
        Content::Matrices(_) => empty(),
    }
}
