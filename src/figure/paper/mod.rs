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

pub use closest::{closest_distances, closest_losses, closest_sheet};
pub use conserved::conserved_sheet;
pub use freedom::freedom_sheet;
pub use learning_rate::{BEST_RATES, HALF_TIMES, best_rates, half_times, learning_rate_sheet, mark_rate};
pub use overlay::overlay_sheet;
pub use spectrum::spectrum_sheet;

use super::{Content, Figure, Plot, Scale};
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

/// The plot of a panel that has one.
fn into_plot(figure: Figure) -> Plot {
    let empty = || Plot::new(super::Axis::new("", Scale::Linear), super::Axis::new("", Scale::Linear));
    match figure.content {
        Content::Plots(plots) => plots.into_iter().next().map_or_else(empty, |(_, plot)| plot),
        Content::Matrices(_) => empty(),
    }
}
