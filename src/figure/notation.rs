//! The model on one page: its equations in Unicode, chapter by chapter, its conventions, and the notation table.
//!
//! The one source for the window; the README's table is tested against it. Derivations are in the docs of `model`.

/// One symbol of the notation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// How it is written, with its formula where that is its definition.
    pub symbol: &'static str,
    /// What it is.
    pub meaning: &'static str,
    /// How it is called in related work; empty: the same, or not at all.
    pub elsewhere: &'static str,
}

const fn symbol(symbol: &'static str, meaning: &'static str, elsewhere: &'static str) -> Symbol {
    Symbol { symbol, meaning, elsewhere }
}

/// The notation table.
pub const NOTATION: [Symbol; 21] = [
    symbol("p, p*", "student and teacher width", "K; M or k"),
    symbol("N", "input dimension", "d"),
    symbol("α", "steps/N, the time of a state", "t"),
    symbol("η", "learning rate", "γ (η/p = γ/p)"),
    symbol("ε", "scale of M₀; 1/√N for random weights", ""),
    symbol("Δ", "variance of the label noise", ""),
    symbol("M = W W*ᵀ/N", "teacher–student overlaps, p × p*", "R"),
    symbol("Q = W Wᵀ/N", "student–student overlaps, p × p", "Q"),
    symbol("T = W* W*ᵀ/N", "teacher–teacher overlaps, p* × p*", "T, P"),
    symbol("ρ = (M, Q)", "order parameters", ""),
    symbol("ε_g, risk", "generalisation error, label noise excluded", ""),
    symbol("ρ̄ = (M̄, Q̄)", "predicted solution, R = polar(M₀)", ""),
    symbol("S", "polar factor of M", ""),
    symbol("g", "growth rate of M on the plateau", ""),
    symbol(
        "α½",
        "half-time, the first α at which the loss is half its initial value; alpha_half in files",
        "α_c (the paper)",
    ),
    symbol(
        "α_esc",
        "escape time, the first α at which the loss is half-way from the plateau to its final value; alpha_escape",
        "",
    ),
    symbol("η_max", "limit of the plateau, above which there is none: norms blow up; eta_max_plateau", ""),
    symbol("η₀", "limit of escape, above which M shrinks on the plateau; eta_max_escape", ""),
    symbol("η_c", "limit of the solutions, above which SGD noise makes them unstable; eta_max_solution", ""),
    symbol("η_g", "η of fastest growth, which maximises g; eta_best", ""),
    symbol("η½", "η of least half-time, which minimises the mean α½ over starts", ""),
];

/// Equations that belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chapter {
    /// What they are about.
    pub title: &'static str,
    /// The equations, one a line.
    pub equations: &'static [&'static str],
    /// What holds for them: conventions and conditions.
    pub words: &'static str,
}

/// The model, its dynamics and what theory knows of it.
pub const CHAPTERS: [Chapter; 8] = [
    Chapter {
        title: "Model",
        equations: &[
            "λᵢ = wᵢ·x/√N,   λ*ᵣ = w*ᵣ·x/√N,   x ~ N(0, I)",
            "student  f = (1/p) Σᵢ λᵢ²,   teacher  y = (1/p*) Σᵣ λ*ᵣ² + √Δ ζ",
            "wᵢ ← wᵢ − η (2/p) (f − y) λᵢ x/√N",
        ],
        words: "One-pass SGD on ½ (f − y)²: every step has a fresh sample. Time is α = steps/N. Outputs are means over \
                neurons, so the learning rate that counts is η/p. The teacher is orthonormal, T = I, unless said \
                otherwise.",
    },
    Chapter {
        title: "Overlap equations (N → ∞)",
        equations: &[
            "dM/dα = −(2η/p) [τ M + 2 (Q M/p − M T/p*)]",
            "dQ/dα = −(4η/p) [τ Q + 2 C] + (4η²/p²) [(τ² + 2κ + Δ) Q + 4τ C + 8V]",
            "τ = tr Q/p − tr T/p*",
            "κ = tr Q²/p² − 2 tr(M Mᵀ)/(p p*) + tr T²/p*²",
            "C = Q²/p − M Mᵀ/p*",
            "V = Q³/p² − (Q M Mᵀ + M Mᵀ Q)/(p p*) + M T Mᵀ/p*²",
            "ε_g = ½ ⟨(f − y)²⟩ = ½ (τ² + 2κ)",
        ],
        words: "The η² term is the noise of SGD; gradient flow is without it. Label noise Δ is left out of ε_g.",
    },
    Chapter {
        title: "Start",
        equations: &[
            "M₀ = ε G,   G standard Gaussian",
            "orthogonal  Q₀ = I,   gaussian  Q₀ = I + ε (Z + Zᵀ)/√2",
        ],
        words: "Random weights of dimension N have ε = 1/√N.",
    },
    Chapter {
        title: "Plateau and escape (T = I)",
        equations: &[
            "ε_pl = 1/p* + 1/(p+2),   q = p/(p+2)     (η → 0)",
            "(q − 1) + 2q/p = h s(q),   h = η/p",
            "s(q) = (q − 1)² + 2q²/p + 2/p* + 4 (q − 1) q/p + 8q²/p² + Δ",
            "g = 2h (2/p* − h s(q)) ≈ 4η/(p p*)",
            "ε_pl − ε_g ≈ 2‖M‖²/(p p*) ∝ exp(2gα),   α_esc ≈ ln(c/ε)/g",
        ],
        words: "q is the smaller root; without a real one, above η_max, there is no plateau and norms blow up. At a \
            given η/p the width p enters c alone.",
    },
    Chapter {
        title: "Convergence (T = I)",
        equations: &[
            "p = p*:  ε_g ~ exp(−8ηα (1 − η/η_c)/(p p*)),   η_c = p p*/(2 (p* + 2))",
            "p > p*:  ε_g ≈ (p − p*) p² (p* + 2)/(64 η² (p + 2) α²)",
            "p < p*:  a floor, M = c R, Q = c² I,   c² = (1 + 2/p*)/(1 + 2/p)",
        ],
        words: "Above η_c the solutions are unstable under the noise of SGD.",
    },
    Chapter {
        title: "Solutions and the one that is chosen (T = I, p ≥ p*)",
        equations: &[
            "WᵀW/p = W*ᵀW*/p*   ⇔   M̄ = √(p/p*) R,   Q̄ = (p/p*) R Rᵀ,   RᵀR = I",
            "dimension  p p* − p* (p* + 1)/2",
            "M = S √(MᵀM),   S(α) = S(0)   ⇒   R = S(0) = polar(M₀)",
            "whitened  R = polar(Q₀^(−½) M₀)",
        ],
        words: "S is conserved exactly if Q₀ is a multiple of I. The whitened prediction holds for any Q₀ as ε → 0 \
                under gradient flow.",
    },
    Chapter {
        title: "Hessian of the population loss (T = I)",
        equations: &[
            "plateau:  −4/(p p*) (×p p*),   0,   8/(p (p+2)),   4/p",
            "solutions:  0,   4/(p p*),   8/(p p*),   4 (p* + 2)/(p p*)",
        ],
        words: "In units of w/√N. The plateau is a saddle, the solutions are marginal minima: their flat \
                directions are the p p* − p* (p* + 1)/2 along the manifold and, for p > p*, the (p − p*)(N − p*) in \
                which excess neurons fade, p (p − p*) of them within the span of the weights. Counts take |λ| < 0.01 \
                of the largest for zero.",
    },
    Chapter {
        title: "Degrees of freedom",
        equations: &["p ≤ N:  p N − p (p − 1)/2,   p ≥ N:  N (N + 1)/2"],
        words: "The student's output depends on WᵀW alone.",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readme_has_the_same_table() {
        let readme = include_str!("../../README.md");
        for Symbol { symbol, meaning, elsewhere } in NOTATION {
            let row = format!("| {symbol} | {meaning} | {elsewhere} |").replace("|  |", "| |");
            assert!(readme.contains(&row), "{row}");
        }
    }

    #[test]
    fn the_crates_documentation_names_the_same_symbols() {
        let library = include_str!("../lib.rs");
        for Symbol { symbol, .. } in NOTATION {
            let short = symbol.split([',', ' ']).next().unwrap();
            let named = [symbol, short].iter().any(|name| library.contains(&format!("| {name} |")));
            assert!(named, "{symbol}");
        }
    }
}
