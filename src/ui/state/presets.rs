//! Scenarios to start from: the paper's figures and the cases worth knowing.

use crate::model::{ScenarioSpec, StartKind};

/// A named scenario.
pub(in crate::ui) struct Preset {
    pub(in crate::ui) name: &'static str,
    pub(in crate::ui) about: &'static str,
    spec: fn(&mut ScenarioSpec),
}

impl Preset {
    /// The scenario: defaults with the preset's changes.
    pub(in crate::ui) fn spec(&self) -> ScenarioSpec {
        let mut spec = ScenarioSpec::default();
        (self.spec)(&mut spec);
        spec
    }
}

fn widths(spec: &mut ScenarioSpec, p: usize, p_star: usize, eta: f64) {
    spec.model.p = p;
    spec.model.p_star = p_star;
    spec.model.eta = eta;
}

/// All presets, in the order of the menu.
pub(in crate::ui) const PRESETS: [Preset; 7] = [
    Preset {
        name: "Figure 1: ODE at p = 6, p* = 3",
        about: "The paper's Figure 1: random overlaps at ε = 1/√N for N = 10⁴",
        spec: |spec| spec.start.kind = StartKind::Gaussian,
    },
    Preset {
        name: "Figure 3: distance to ρ̄",
        about: "The paper's Figure 3: the start's own solution is the one that is reached",
        spec: |spec| {
            spec.start.kind = StartKind::Gaussian;
            spec.start.seed = 3;
        },
    },
    Preset {
        name: "Figure 4: S is conserved",
        about: "The paper's Figure 4: an orthogonal start keeps S = polar(M) for ever",
        spec: |spec| spec.start.seed = 4,
    },
    Preset {
        name: "p = 2, p* = 1: a circle of solutions",
        about: "The smallest student with a continuum of solutions",
        spec: |spec| widths(spec, 2, 1, 0.01),
    },
    Preset {
        name: "p = p* = 3: matched",
        about: "Exponential convergence, at a learning rate near η_g, of fastest growth",
        spec: |spec| widths(spec, 3, 3, 0.1),
    },
    Preset {
        name: "p = 2, p* = 4: underparameterised",
        about: "Too narrow a student: the loss ends on a floor",
        spec: |spec| widths(spec, 2, 4, 0.01),
    },
    Preset {
        name: "η too large",
        about: "Beyond the largest η with a plateau the norms blow up",
        spec: |spec| widths(spec, 3, 3, 1.2),
    },
];
