//! The Hessian of the population loss in weight space, its whole spectrum from overlaps alone (physics.md §6).
//!
//! With ω = w/√N and D = ωᵀω/p − ω*ᵀω*/p*, L = ½ (tr D)² + tr D², the second derivative along a move δ is
//! (tr δD)² + 2 tr(δD²) + (2/p) (τ |δ|² + 2 tr(δ D δᵀ)), δD = (δᵀω + ωᵀδ)/p.
//! Counted are all pN directions: p (p + p*) in the span of the weights, p (N − p − p*) off it.

mod frame;
mod levels;
mod sectors;

use self::frame::Frame;
use self::sectors::sectors;
use super::{Matrix, Overlaps, Teacher};

pub use self::levels::{Level, Multiplicity, plateau_levels, plateau_levels_at, solution_levels};

/// Eigenvalues of at most this share of the largest magnitude count as zero, unless another is asked for.
///
/// Smaller than the smallest exact level that is not zero, 1/(p* + 2) of the largest at solutions and 1/p* on the
/// plateau, for every width up to 64: exact states count exactly. No smaller than it has to be: along a run flat
/// directions are flat in a limit only, lifted by M² and SGD's noise on the plateau and as 1/α at solutions of p > p*.
pub const ZERO_TOLERANCE: f64 = 1e-2;

/// Eigenvalues closer than this share of the largest magnitude are one level.
const LEVEL_TOLERANCE: f64 = 1e-9;

/// The spectrum of the Hessian at one state.
///
/// ```
/// use saddlescope::model::{Matrix, Overlaps, Teacher, hessian_spectrum};
///
/// // The plateau of gradient flow is a saddle: p p* directions lead down.
/// let (p, p_star) = (6, 3);
/// let plateau = Overlaps::new(Matrix::zeros(p, p_star), Matrix::identity(p, p) * 0.75)?;
/// let spectrum = hessian_spectrum(&plateau, &Teacher::orthonormal(p_star), Some(1000));
/// assert_eq!(spectrum.negative(), 18);
/// assert!((spectrum.lowest() + 4.0 / 18.0).abs() < 1e-14);
/// assert!((spectrum.highest() - 4.0 / 6.0).abs() < 1e-14);
/// # Ok::<(), saddlescope::model::ModelError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct HessianSpectrum {
    /// Eigenvalues within the span of W and W*, ascending; p (p + p*) of them, also where the weights are dependent.
    pub span: Vec<f64>,
    /// Eigenvalues off the span, (4/p²) Q + (2τ/p) I, ascending; p of them, each N − p − p* times.
    pub complement: Vec<f64>,
    /// Input dimension N, where it is known.
    pub n: Option<u64>,
    /// The share of the largest magnitude up to which an eigenvalue counts as zero: [`ZERO_TOLERANCE`], or what was
    /// chosen.
    pub tolerance: f64,
    /// The direction of the lowest eigenvalue; an arbitrary one of the flat where that is zero.
    pub steepest: Direction,
}

/// A unit direction δ in weight space, in units of √N, by what it does to the overlaps; one of both signs, and one of
/// many where its eigenvalue is degenerate.
#[derive(Clone, Debug, PartialEq)]
pub struct Direction {
    /// The eigenvalue.
    pub value: f64,
    /// δM = δ ω*ᵀ, p × p*.
    pub m: Matrix,
    /// δQ = δ ωᵀ + ω δᵀ, p × p.
    pub q: Matrix,
    /// The student, from 0, whose overlap with a teacher changes most.
    pub student: usize,
    /// That teacher, from 0.
    pub teacher: usize,
}

/// The spectrum of the Hessian at a state, for an input dimension `n` if it is known (`n` ≥ the rank of the weights).
///
/// States whose M, Q and T are diagonal in common singular bases (the plateau, solutions, starts with Q₀ ∝ I and
/// wherever they lead for T = I) cost next to nothing. Others are O(p³ (p + p*)³) at worst: on two cores 0.05 s for
/// p (p + p*) = 800, 2 s for 4300, 12 s and 350 MB for 8192.
pub fn hessian_spectrum(state: &Overlaps, teacher: &Teacher, n: Option<u64>) -> HessianSpectrum {
    let frame = Frame::of(state, teacher);
    let p = state.p() as f64;
    let off_span = |q: &f64| (4.0 * q / p + 2.0 * frame.tau) / p;
    let mut complement: Vec<f64> = frame.gram.symmetric_eigenvalues().iter().map(off_span).collect();
    complement.sort_by(f64::total_cmp);
    let (span, direction) = sectors(&frame).spectrum(&frame);
    HessianSpectrum { span, complement, n, tolerance: ZERO_TOLERANCE, steepest: direction }
}

impl HessianSpectrum {
    /// The same, counted by another tolerance.
    #[must_use]
    pub fn with_tolerance(self, tolerance: f64) -> Self {
        Self { tolerance, ..self }
    }

    /// The largest magnitude of an eigenvalue.
    pub fn scale(&self) -> f64 {
        self.highest().abs().max(self.lowest().abs())
    }

    /// The sign by which an eigenvalue is counted: −1, 0 within the tolerance, or 1.
    pub fn sign(&self, value: f64) -> i8 {
        sign_within(value, self.tolerance * self.scale())
    }

    /// How many eigenvalues within the span are negative, zero and positive.
    pub fn span_counts(&self) -> [usize; 3] {
        let least = self.tolerance * self.scale();
        [-1, 0, 1].map(|sign| self.span.iter().filter(|value| sign_within(**value, least) == sign).count())
    }

    /// How many eigenvalues are counted by a sign, as a number plus a multiple of N − p − p*.
    fn count(&self, sign: i8) -> Multiplicity {
        let least = self.tolerance * self.scale();
        let of =
            |values: &[f64]| values.iter().filter(|value| sign_within(**value, least) == sign).count() as u64;
        Multiplicity { fixed: of(&self.span), per_dimension: of(&self.complement) }
    }

    /// A multiplicity as a number; the span's part alone where N is not known.
    fn total(&self, count: Multiplicity) -> u64 {
        self.n.map_or(count.fixed, |n| count.at(n, self.complement.len(), self.p_star()))
    }

    fn p_star(&self) -> usize {
        self.span.len() / self.complement.len() - self.complement.len()
    }

    /// Negative eigenvalues, for any N.
    pub fn negative_any_n(&self) -> Multiplicity {
        self.count(-1)
    }

    /// Zero eigenvalues, for any N.
    pub fn zero_any_n(&self) -> Multiplicity {
        self.count(0)
    }

    /// Positive eigenvalues, for any N.
    pub fn positive_any_n(&self) -> Multiplicity {
        self.count(1)
    }

    /// The index: how many eigenvalues are negative, those off the span included where N is known.
    pub fn negative(&self) -> u64 {
        self.total(self.negative_any_n())
    }

    /// How many eigenvalues are zero, those off the span included where N is known.
    pub fn zero(&self) -> u64 {
        self.total(self.zero_any_n())
    }

    /// How many eigenvalues are positive, those off the span included where N is known.
    pub fn positive(&self) -> u64 {
        self.total(self.positive_any_n())
    }

    /// λ_min. The span holds p* directions that no student uses, where D ⪯ 0, so none off it is lower.
    pub fn lowest(&self) -> f64 {
        self.steepest.value
    }

    /// λ_max; off the span only if N has directions there, or is not known.
    pub fn highest(&self) -> f64 {
        let outside = self.has_complement().then(|| self.complement.last()).flatten();
        self.span.iter().next_back().into_iter().chain(outside).copied().fold(f64::NEG_INFINITY, f64::max)
    }

    fn has_complement(&self) -> bool {
        self.n.is_none_or(|n| n > (self.complement.len() + self.p_star()) as u64)
    }

    /// The trace, (N + 2) (4 tr Q/p² + 2τ), those eigenvalues off the span included where N is known.
    pub fn trace(&self) -> f64 {
        let excess = self.n.map_or(0.0, |n| n as f64 - (self.complement.len() + self.p_star()) as f64);
        self.span.iter().sum::<f64>() + excess * self.complement.iter().sum::<f64>()
    }

    /// The condition number of what is stable, λ_max over the smallest eigenvalue that counts as positive; `None`
    /// without one.
    pub fn condition(&self) -> Option<f64> {
        let outside = if self.has_complement() { self.complement.as_slice() } else { &[] };
        let least = self.tolerance * self.scale();
        let positive = self.span.iter().chain(outside).filter(|&&value| value > least);
        positive.copied().reduce(f64::min).map(|least| self.highest() / least)
    }

    /// The distinct eigenvalues, ascending, with their multiplicities: neighbours within rounding are one level.
    pub fn levels(&self) -> Vec<Level> {
        let single = |fixed, per_dimension| {
            move |&value: &f64| Level { value, times: Multiplicity { fixed, per_dimension } }
        };
        let off = self.complement.iter().map(single(0, 1)).filter(|_| self.has_complement());
        levels::merged(
            self.span.iter().map(single(1, 0)).chain(off).collect(),
            LEVEL_TOLERANCE * self.scale(),
        )
    }
}

/// −1, 0 or 1, the sign of a value that is zero up to `least`.
fn sign_within(value: f64, least: f64) -> i8 {
    i8::from(value > least) - i8::from(value < -least)
}
