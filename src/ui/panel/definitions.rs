//! What each panel shows, with its formula: the hint on its title.

use crate::ui::state::PanelId;

impl PanelId {
    /// What it shows, with the formula.
    pub(in crate::ui) fn definition(self) -> &'static str {
        match self {
            Self::Loss => "Generalisation error ε_g = ½ ⟨(f − y)²⟩ = ½ (τ² + 2κ), label noise excluded",
            Self::Overlaps => {
                "Teacher–student overlaps M = W W*ᵀ/N: neuron i of the student with neuron r of the teacher"
            }
            Self::Norms => "Student–student overlaps Q = W Wᵀ/N: squared norms Qᵢᵢ, and Qᵢⱼ between neurons",
            Self::Distance => "d = √(‖M − M̄‖² + ‖Q − Q̄‖²), the distance to the predicted solution ρ̄ = (M̄, Q̄)",
            Self::PolarFactor => {
                "S, the polar factor of M: M = S √(MᵀM). Conserved if Q₀ is a multiple of I; drift = ‖S(α) − S(0)‖"
            }
            Self::MatrixM => "M = W W*ᵀ/N beside its prediction M̄ = √(p/p*) polar(M₀)",
            Self::MatrixQ => "Q = W Wᵀ/N beside its prediction Q̄ = M̄ M̄ᵀ",
            Self::Manifold => {
                "Zero loss: M̄ = √(p/p*) R with RᵀR = I, at the distance √p from the centre M = 0"
            }
            Self::Gap => "ε_pl − ε_g, below the plateau ε_pl; grows as exp(2gα)",
            Self::Growth => "d ln ‖M‖/dα = ⟨M, dM/dα⟩/‖M‖²; on the plateau g = 2h (2/p* − h s(q)), h = η/p",
            Self::EscapeTimes => {
                "The half-time α½, the first α at which the loss is half its initial value, of every SGD run"
            }
            Self::Closest => {
                "d to the ρ̄ of this start: of its own run (the strong line) and of runs from other starts (thin)"
            }
            Self::ClosestLoss => "Generalisation errors ε_g of the same runs",
            Self::Difference => "M, its prediction M̄ = √(p/p*) polar(M₀), and M − M̄",
            Self::Eigenvalues => "Eigenvalues of the Hessian of ε_g in units of w/√N",
            Self::Levels => {
                "Eigenvalues of the Hessian at the cursor, as long as they are frequent in span(W, W*)"
            }
            Self::Counts => {
                "Eigenvalues in span(W, W*): negative, zero (|λ| < 0.01 of the largest), positive; thin dashed: exactly"
            }
            Self::Stability => {
                "η against 2/λ_max: above it a step overshoots. At the solutions it is η_c = p p*/(2 (p* + 2))"
            }
            Self::HalfTimes => {
                "The half-time α½, the first α at which the loss is half its initial value, against η"
            }
            Self::BestRates => {
                "η½, the η of least half-time α½, against the width p; dashed: η_g, the η of fastest growth. Gradient flow has none"
            }
            Self::Map => {
                "The half-time α½, the first α at which the loss is half its initial value, over η and p"
            }
        }
    }
}
