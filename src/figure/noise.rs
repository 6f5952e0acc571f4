//! A start that is smaller than the noise of SGD at the scenario's N: what that means for SGD beside the ODE, in words.
//!
//! Random weights have overlaps of 1/√N; a smaller start is no random one, and SGD does not keep to it.

use super::exact;
use crate::model::{Scenario, StartKind, noise_scale};
use crate::sim::Phase;

/// Two digits: more are not known of what is random.
fn roughly(value: f64) -> String {
    exact(format!("{value:.1e}").parse().unwrap_or(value))
}

/// A start below 1/√N, with SGD on.
#[derive(Clone, Debug, PartialEq)]
pub struct StartBelowNoise {
    /// What is too small: `ε`, or `M₀` for a start from a file.
    name: &'static str,
    /// The scale of M₀.
    scale: f64,
    /// 1/√N.
    random: f64,
    /// The scale of M₀ that the noise is worth, and how much earlier in α SGD leaves; known for T = I.
    noise: Option<[f64; 2]>,
}

impl StartBelowNoise {
    /// That of a scenario; `None` without SGD, for `weights` starts, for larger ones, and where nothing escapes.
    pub fn of(scenario: &Scenario) -> Option<Self> {
        let sgd = scenario.sgd.as_ref()?;
        let (model, m) = (&scenario.model, scenario.initial().m());
        let (name, scale) = match scenario.start.kind {
            StartKind::Weights => return None,
            StartKind::File => ("M₀", m.norm() / (m.len() as f64).sqrt()),
            StartKind::Orthogonal | StartKind::Gaussian => ("ε", scenario.start.epsilon),
        };
        let random = 1.0 / (sgd.n as f64).sqrt();
        let (level, learning) = (scenario.plateau()?, scenario.learning().constant()?);
        if scale >= random * (1.0 - 1e-9) || level.rate <= 0.0 {
            return None;
        }
        let noise = noise_scale(model.p, model.p_star, learning, sgd.n);
        let noise = noise.filter(|_| scenario.teacher().is_orthonormal());
        let lead = |noise: f64| (noise / scale).powi(2).ln_1p() / (2.0 * level.rate);
        Some(Self { name, scale, random, noise: noise.map(|noise| [noise, lead(noise)]) })
    }

    /// What follows, beside the control of ε.
    pub fn words(&self) -> String {
        let start =
            format!("{} is below 1/√N = {}, that of random weights: SGD", self.name, roughly(self.random));
        match self.noise {
            Some([noise, lead]) => format!(
                "{start} leaves {}before the ODE, typically by about α = {}, and may choose another solution, for its \
                 noise is worth ε ≈ {}",
                if noise > self.scale { "long " } else { "" },
                roughly(lead),
                roughly(noise),
            ),
            None => format!("{start} may leave long before the ODE and choose another solution"),
        }
    }

    /// What follows in a phase of the ODE, to be added to a sentence.
    pub(super) fn status(&self, phase: Phase) -> String {
        let cause = format!("{} < 1/√N = {}", self.name, roughly(self.random));
        match (phase, self.noise) {
            (Phase::Unbound, _) => String::new(),
            (Phase::Convergence, _) => format!("; SGD may be at another solution: {cause}"),
            (_, Some([_, lead])) => {
                format!("; SGD leaves earlier, typically by about α = {}: {cause}", roughly(lead))
            }
            (_, None) => format!("; SGD may leave earlier: {cause}"),
        }
    }
}
