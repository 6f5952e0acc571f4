//! The escape from the plateau as a law: when, how fast, and for unequal teachers in how many steps (physics.md §4).
//!
//! Amplitudes and rates are exact in the limit of small gaps and h = η/p; what lies between levels is an interpolation.

use super::solution::RANK_TOLERANCE;
use super::staircase::UnusedNorms;
use super::{
    ConstantLearning, Matrix, Overlaps, Plateau, Teacher, TeacherMoments, lowest_loss_of_rank, plateau, rank,
    staircase,
};

/// The escape from the plateau: loss = ε_pl − Σ_k gap_k, one mode per singular direction of M₀.
///
/// Each mode grows as a_k e^(2 g_k α), exactly so while it is small, and levels off at its share of the height: the
/// logistic in between is an interpolation (for T = I the half-way α is right to 3 % for p, p* ≤ 12).
#[derive(Clone, Debug, PartialEq)]
pub struct EscapeLaw {
    /// The plateau it leaves.
    pub plateau: Plateau,
    /// ε_pl less the final loss.
    pub height: f64,
    /// In the order of their steps.
    modes: Vec<Mode>,
    /// Whether all modes are one step, as for T = I.
    at_once: bool,
    /// The modes where unequal teachers are learnt neither at once nor one by one: exact while the gap is small.
    mixed: Option<Vec<Mode>>,
}

/// One direction that grows out of the plateau.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Mode {
    /// Its gap extrapolated to α = 0, over e^`exponent`: squares of the smallest overlaps are no numbers of their own.
    amplitude: f64,
    /// See `amplitude`.
    exponent: f64,
    /// g of its direction.
    rate: f64,
    /// The gap it ends with.
    share: f64,
    /// What noise takes from its rate on the first plateau, over the rate.
    noise: f64,
    /// How long the norms of unused students follow once it is half-way.
    settling: f64,
}

impl Mode {
    fn gap(&self, alpha: f64) -> f64 {
        // Written for large exponents: share/(1 + share/growth) would be ∞/∞ the other way round.
        let growth = self.amplitude * (2.0 * self.rate * alpha + self.exponent).exp();
        if growth > 0.0 { self.share / (1.0 + self.share / growth) } else { 0.0 }
    }

    /// When it reaches half its share; `None` if it does not grow.
    fn half(&self) -> Option<f64> {
        let grows = self.amplitude > 0.0 && self.rate > 0.0;
        grows.then(|| ((self.share / self.amplitude).ln() - self.exponent).max(0.0) / (2.0 * self.rate))
    }

    /// The time between half its share and a small share of it.
    fn margin(&self, share: f64) -> f64 {
        (1.0 / share - 1.0).ln() / (2.0 * self.rate)
    }
}

impl EscapeLaw {
    fn drawn(&self) -> &[Mode] {
        self.mixed.as_deref().unwrap_or(&self.modes)
    }

    /// The loss gap ε_pl − loss at α.
    pub fn gap(&self, alpha: f64) -> f64 {
        self.drawn().iter().map(|mode| mode.gap(alpha)).sum()
    }

    /// The α at which the gap reaches `gap`; `None` if it never does, or has from the start.
    pub fn alpha_at_gap(&self, gap: f64) -> Option<f64> {
        if gap.is_nan() || gap <= self.gap(0.0) {
            return None;
        }
        // Beyond this every growing mode has all but reached its share.
        let last = self.drawn().iter().filter_map(Mode::half).fold(0.0, f64::max);
        let (mut low, mut high) = (0.0, 2.0 * last + 40.0 / self.plateau.rate.abs());
        if self.gap(high) < gap {
            return None;
        }
        while high - low > 1e-12 * high {
            let middle = 0.5 * (low + high);
            if self.gap(middle) < gap { low = middle } else { high = middle }
        }
        Some(high)
    }

    /// When the slowest of the directions that grow is half-way; `None` if none does.
    pub fn last_escape(&self) -> Option<f64> {
        self.modes.iter().filter_map(Mode::half).reduce(f64::max)
    }

    /// The gap up to which the law is told: nine tenths of its height, or one where unequal teachers are learnt neither
    /// at once nor one by one.
    pub fn reach(&self) -> f64 {
        if self.mixed.is_none() { 0.9 * self.height } else { 0.1 * self.height }
    }

    /// The plateaus of the staircase that unequal teachers come down, each while the law has the loss within
    /// 2 % of it and of the step that follows, and the norms of unused students have followed by as much.
    ///
    /// None for T = I, none where a step is not over when the next begins, and none from where noise slows growth by
    /// more than 5 %: it lifts levels by as much.
    pub fn rests(&self) -> Vec<Rest> {
        let held = |rest: &Rest| self.modes[rest.step].noise <= NOISE_SHARE;
        let settled = self.rests_of_overlaps().into_iter().take_while(held).map(|rest| {
            let settling = rest.step.checked_sub(1).map_or(0.0, |last| self.modes[last].settling);
            Rest { from: rest.from.max(rest.reached_at + settling), ..rest }
        });
        settled.filter(|rest| rest.from < rest.to).collect()
    }

    /// Whether the last student to learn is drawn to the next direction as well while it learns its own.
    fn is_crowded(&self, along: &Matrix, teacher: &Teacher) -> bool {
        let (last, order) = (self.modes.len(), strongest_first(teacher));
        let Some((((mode, half), &own), &next)) = last
            .checked_sub(1)
            .and_then(|k| self.modes.get(k))
            .and_then(|mode| Some((mode, mode.half()?)))
            .zip(order.get(last.wrapping_sub(1)))
            .zip(order.get(last))
        else {
            return false;
        };
        // Their rates are as their eigenvalues.
        let slower = mode.rate * (1.0 - teacher.spectrum()[next] / teacher.spectrum()[own]);
        let ratio = along.column(next).norm_squared() / along.column(own).norm_squared();
        ratio * (-2.0 * slower * half).exp() > REST_SHARE
    }

    /// The plateaus by the overlaps alone, whatever noise does.
    fn rests_of_overlaps(&self) -> Vec<Rest> {
        let mut rests = Vec::new();
        let (mut loss, mut from, mut reached_at) = (self.plateau.loss, 0.0, 0.0);
        for (step, mode) in self.modes.iter().enumerate().filter(|_| !self.at_once) {
            let left_at = mode.half();
            let to = left_at.map_or(f64::INFINITY, |half| half - mode.margin(REST_SHARE));
            if from < to {
                rests.push(Rest { step, loss, reached_at, from, to, left_at, rate: mode.rate });
            }
            let Some(half) = left_at.filter(|half| *half > from) else { return rests };
            loss -= mode.share;
            reached_at = half;
            from = half + mode.margin(REST_SHARE * (loss / mode.share).min(1.0));
        }
        rests
    }
}

/// What a [`Rest`] may still be away from its level, in shares of it and of the next step.
const REST_SHARE: f64 = 0.02;

/// The largest share of a direction's growth that noise may take where a [`Rest`] is told.
const NOISE_SHARE: f64 = 0.05;

/// A plateau of the staircase, with the time the loss rests on it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rest {
    /// How many directions have been learnt.
    pub step: usize,
    /// The loss.
    pub loss: f64,
    /// The α half-way down to it; 0 for the first.
    pub reached_at: f64,
    /// The α from which the loss is there.
    pub from: f64,
    /// The α to which it is; infinite if nothing leads on.
    pub to: f64,
    /// The α half-way down the next step; `None` if nothing leads on.
    pub left_at: Option<f64>,
    /// The growth rate g of the direction that leads on.
    pub rate: f64,
}

/// The escape law of a start (physics.md §4): `None` without a plateau, and where M₀ is rank deficient: what it lacks
/// never grows, and the run ends in a saddle.
///
/// While norms relax, M shrinks with them, M ∝ √(q/q₀), besides its growth: for T = I every singular direction of M₀
/// grows as e^(gα); else the overlap with each eigendirection of T, of eigenvalue t, at its own
/// g_t = 2h (2t/p* − h S), levelling off at its step of the [`staircase()`]: by then the students that have
/// learnt stronger directions are out of the race, and the norms of the others have shrunk with what is left of tr T.
/// The gap is 2‖M‖²/(p p*), exact as h → 0.
pub fn escape_law(start: &Overlaps, teacher: &Teacher, learning: ConstantLearning) -> Option<EscapeLaw> {
    EscapeStart::new(start, teacher).law(learning)
}

/// Overlaps are squared as they are unless all are smaller: squares are lost below 1e-154.
const SQUARED_AS_THEY_ARE: f64 = 1e-100;

/// What the escape takes from a start: to be made once where η varies.
#[derive(Clone, Debug)]
pub struct EscapeStart<'a> {
    start: &'a Overlaps,
    teacher: &'a Teacher,
    /// M₀ in a unit in which its squares are numbers.
    m: Matrix,
    /// ln of the square of that unit.
    exponent: f64,
    /// Those of `m` that are not rounding, in decreasing order.
    singular: Vec<f64>,
}

impl<'a> EscapeStart<'a> {
    /// Of this start.
    pub fn new(start: &'a Overlaps, teacher: &'a Teacher) -> Self {
        let size = start.m().amax();
        let unit = if size > 0.0 && size < SQUARED_AS_THEY_ARE { size } else { 1.0 };
        let m = start.m() / unit;
        let mut singular: Vec<f64> = m.singular_values().iter().copied().collect();
        singular.sort_by(|a, b| b.total_cmp(a));
        singular.truncate(rank(start.m()));
        Self { start, teacher, m, exponent: 2.0 * unit.ln(), singular }
    }

    /// [`escape_law`] at a learning rate.
    pub fn law(&self, learning: ConstantLearning) -> Option<EscapeLaw> {
        let whole = self.singular.len() == self.start.p().min(self.start.p_star());
        if whole { self.growth(learning) } else { None }
    }

    /// When the slowest of the directions that grow is half-way, whatever the rank of M₀; `None` if none does.
    pub fn last_escape(&self, learning: ConstantLearning) -> Option<f64> {
        self.growth(learning)?.last_escape()
    }

    /// The law of the directions that there are.
    fn growth(&self, learning: ConstantLearning) -> Option<EscapeLaw> {
        let (start, teacher) = (self.start, self.teacher);
        let plateau = plateau(start.p(), &TeacherMoments::of(teacher), learning)?;
        if !teacher.is_orthonormal() {
            return Some(self.unequal_growth(plateau, learning));
        }
        let (p, rank) = (start.p(), self.singular.len());
        let height = plateau.loss - lowest_loss_of_rank(p, rank, teacher);
        let (share, rate, exponent) = (height / rank as f64, plateau.rate, self.exponent);
        let gap = gap_of_overlap(start, &plateau);
        let mode = |s: &f64| Mode { amplitude: gap(s * s), exponent, rate, share, noise: 0.0, settling: 0.0 };
        let modes = self.singular.iter().map(mode).collect();
        Some(EscapeLaw { plateau, height, modes, at_once: true, mixed: None })
    }

    /// The growth of unequal teachers, in steps where they are learnt one by one.
    fn unequal_growth(&self, plateau: Plateau, learning: ConstantLearning) -> EscapeLaw {
        let Self { start, teacher, m, exponent, .. } = self;
        let (p, p_star, moments) = (start.p(), start.p_star(), TeacherMoments::of(teacher));
        let gap = gap_of_overlap(start, &plateau);
        let modes = self.modes_one_by_one((&plateau, learning), &gap);
        let height = modes.iter().map(|mode| mode.share).sum();
        let mut law = EscapeLaw { plateau, height, modes, at_once: false, mixed: None };
        let along: Matrix = m * teacher.directions();
        let early = |(t, column): (&f64, nalgebra::DVectorView<'_, f64>)| Mode {
            amplitude: gap(column.norm_squared()),
            exponent: *exponent,
            rate: plateau.rate - 4.0 * learning.eta / p as f64 * (moments.strongest - t / p_star as f64),
            // Each may take all: which does is decided later.
            share: height,
            noise: 0.0,
            settling: 0.0,
        };
        let mixed = law.rests_of_overlaps().len() < law.modes.len() || law.is_crowded(&along, teacher);
        law.mixed = mixed.then(|| teacher.spectrum().iter().zip(along.column_iter()).map(early).collect());
        law
    }

    /// The modes of unequal teachers, the strongest first.
    ///
    /// SGD noise slows growth by 2h² (2 loss + Δ) to leading order, less on every further plateau; each mode is the one
    /// of its own, its amplitude extrapolated back from there.
    fn modes_one_by_one(
        &self,
        (plateau, learning): (&Plateau, ConstantLearning),
        gap: impl Fn(f64) -> f64,
    ) -> Vec<Mode> {
        let (start, teacher) = (self.start, self.teacher);
        // What is left of a column by rounding alone does not grow.
        let least = (RANK_TOLERANCE * self.m.norm()).powi(2);
        let grown = |square: f64| if square > least { gap(square) } else { 0.0 };
        let (width, p_star) = (start.p() as f64, start.p_star());
        let h = if learning.gradient_flow { 0.0 } else { learning.eta / width };
        let steps = staircase(start.p(), teacher, learning);
        let order = strongest_first(teacher);
        let t = |k: usize| teacher.spectrum()[order[k]];
        let mut along = &self.m * teacher.directions().select_columns(&order);
        let (whole, mut left) = (teacher.gram().trace(), teacher.gram().trace());
        // When the plateau begins, and the exponent by which everything has grown more than at the rates of the first.
        let (mut begin, mut more) = (0.0, 0.0);
        // The norms of unused students follow each step from where they have come to by then.
        let unused = |learnt: usize, left: f64| {
            UnusedNorms::new(start.p(), learnt, left.max(0.0) / p_star as f64, learning.eta)
        };
        let mut norm = start.q().trace() / (width * width);
        let mut modes = Vec::with_capacity(steps.len());
        for (k, pair) in steps.windows(2).enumerate() {
            let eased = 4.0 * h * h * (steps[0].loss - pair[0].loss);
            let first_rate = plateau.rate - 4.0 * learning.eta / width * (t(0) - t(k)) / p_star as f64;
            let amplitude = grown(along.column(k).norm_squared()) * left / whole;
            let mut mode = Mode {
                amplitude,
                exponent: self.exponent + more - 2.0 * eased * begin,
                rate: first_rate + eased,
                share: pair[0].loss - pair[1].loss,
                noise: 2.0 * h * h * (2.0 * steps[0].loss + learning.label_noise)
                    / (first_rate + eased).abs(),
                settling: 0.0,
            };
            let end = mode.half().unwrap_or(f64::INFINITY);
            more += 2.0 * eased * (end - begin);
            norm = unused(k, left).after(norm, end - begin);
            left -= t(k);
            mode.settling = unused(k + 1, left).settling(norm, REST_SHARE * pair[1].loss.min(mode.share));
            begin = end;
            modes.push(mode);
            sweep_out(&mut along, k);
        }
        modes
    }
}

/// The gap that overlaps of this squared norm at the start are worth on the plateau.
fn gap_of_overlap(start: &Overlaps, plateau: &Plateau) -> impl Fn(f64) -> f64 {
    let (p, p_star) = (start.p(), start.p_star());
    let shrink = plateau.q / (start.q().trace() / p as f64);
    move |square| 2.0 * square * shrink / (p * p_star) as f64
}

/// The eigendirections of T, the strongest first.
fn strongest_first(teacher: &Teacher) -> Vec<usize> {
    let t = teacher.spectrum();
    let mut order: Vec<usize> = (0..t.len()).collect();
    order.sort_by(|&a, &b| t[b].total_cmp(&t[a]));
    order
}

/// Takes the direction of column k out of the columns after it.
fn sweep_out(columns: &mut Matrix, k: usize) {
    let norm = columns.column(k).norm();
    if norm > 0.0 {
        let unit = columns.column(k) / norm;
        for mut column in columns.column_iter_mut().skip(k + 1) {
            let along = unit.dot(&column);
            column.axpy(-along, &unit, 1.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_escape_law_inverts_its_gap() {
        let m = Matrix::from_fn(4, 2, |i, r| if i % 2 == r { 0.003 } else { 0.001 });
        let start = Overlaps::new(m, Matrix::identity(4, 4)).unwrap();
        let learning = ConstantLearning { eta: 0.01, label_noise: 0.0, gradient_flow: false };
        let law = escape_law(&start, &Teacher::orthonormal(2), learning).unwrap();
        let alpha = law.alpha_at_gap(0.1).unwrap();
        assert!((law.gap(alpha) - 0.1).abs() < 1e-9);
        assert_eq!(law.alpha_at_gap(1e-9), None, "already there");
    }
}
