//! The limits of the learning rate together, and which of them explains how a run ended (physics.md §4).
//!
//! For words, read-outs and pictures alike: above η_max the norms blow up, above η₀ nothing leaves the plateau, above
//! η_c what leaves it finds no stable solution. Gradient flow has no limit.

use super::{
    ConstantLearning, Scenario, Teacher, TeacherMoments, eta_max_escape, eta_max_plateau, eta_max_solution,
};

/// The largest learning rates that the noise of SGD allows; absent where no law is known or nothing limits them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StabilityLimits {
    /// η_max: above it there is no plateau, and the norms blow up.
    pub plateau: Option<f64>,
    /// η₀: above it M shrinks on the plateau.
    pub escape: Option<f64>,
    /// η_c: above it the solutions are unstable. T = I and p ≥ p*.
    pub solution: Option<f64>,
}

/// A limit that a learning rate has passed, with its value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PassedLimit {
    /// η_max.
    Plateau(f64),
    /// η₀.
    Escape(f64),
    /// η_c.
    Solution(f64),
}

impl StabilityLimits {
    /// The limits of a scenario.
    ///
    /// ```
    /// use saddlescope::model::{PassedLimit, Scenario, ScenarioSpec, StabilityLimits};
    ///
    /// let scenario = Scenario::new(ScenarioSpec::from_toml("[model]\np = 6\np_star = 3")?)?;
    /// let limits = StabilityLimits::of(&scenario);
    /// assert_eq!(limits.why_at_rest(2.0, true), Some(PassedLimit::Solution(1.8)));
    /// assert!(matches!(limits.why_at_rest(2.25, false), Some(PassedLimit::Escape(_))));
    /// assert!(matches!(limits.why_diverged(2.3), Some(PassedLimit::Plateau(_))));
    /// # Ok::<(), saddlescope::model::ScenarioError>(())
    /// ```
    pub fn of(scenario: &Scenario) -> Self {
        let learning = scenario.learning().constant();
        learning
            .map_or_else(Self::default, |learning| Self::new(scenario.model.p, scenario.teacher(), learning))
    }

    /// The limits for a student of width `p`; the η of `learning` does not matter.
    pub fn new(p: usize, teacher: &Teacher, learning: ConstantLearning) -> Self {
        if learning.gradient_flow {
            return Self::default();
        }
        let (moments, noise) = (TeacherMoments::of(teacher), learning.label_noise);
        Self {
            plateau: Some(eta_max_plateau(p, &moments, noise)),
            escape: eta_max_escape(p, &moments, noise),
            solution: eta_max_solution(p, teacher.p_star()).filter(|_| teacher.is_orthonormal()),
        }
    }

    /// The limit that keeps a run at `eta` from its solution although it does not blow up; `None` if none does.
    ///
    /// Above both η₀ and η_c it is η₀ for a run that has not `escaped`: it does not come near the solutions.
    pub fn why_at_rest(&self, eta: f64, escaped: bool) -> Option<PassedLimit> {
        let passed = |limit: Option<f64>| limit.filter(|limit| eta > *limit);
        passed(self.escape)
            .filter(|_| !escaped)
            .map(PassedLimit::Escape)
            .or_else(|| passed(self.solution).map(PassedLimit::Solution))
            .filter(|_| passed(self.plateau).is_none())
    }

    /// The limit that a run at `eta` blew up for; `None` if it was its start.
    pub fn why_diverged(&self, eta: f64) -> Option<PassedLimit> {
        let passed = |limit: Option<f64>| limit.filter(|limit| eta > *limit);
        match (passed(self.plateau), passed(self.escape)) {
            (Some(limit), _) => Some(PassedLimit::Plateau(limit)),
            // It would have rested on the plateau.
            (None, Some(_)) => None,
            (None, None) => passed(self.solution).map(PassedLimit::Solution),
        }
    }
}
