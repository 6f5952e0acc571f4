//! How the student learns: the learning rate, the label noise, and whether SGD's noise acts.

/// How the student learns: everything of the model that is not a width or a matrix.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Learning {
    /// Learning rate η > 0 at α = 0.
    pub eta: f64,
    /// Label-noise variance Δ ≥ 0.
    pub label_noise: f64,
    /// Whether the η² terms are dropped.
    pub gradient_flow: bool,
}

/// Learning at one rate from the first step to the last, which is what the laws in closed form are about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ConstantLearning {
    /// Learning rate η > 0.
    pub eta: f64,
    /// Label-noise variance Δ ≥ 0.
    pub label_noise: f64,
    /// Whether the η² terms are dropped.
    pub gradient_flow: bool,
}

impl Learning {
    /// The learning rate of the step at `alpha`.
    #[inline]
    pub fn rate(&self, _alpha: f64) -> f64 {
        self.eta
    }

    /// The same if its rate never changes; `None`: the laws do not apply.
    pub fn constant(&self) -> Option<ConstantLearning> {
        let Self { eta, label_noise, gradient_flow } = *self;
        Some(ConstantLearning { eta, label_noise, gradient_flow })
    }
}
