//! Distinct eigenvalues with multiplicities a + b (N − p − p*), and the exact ones of plateau and solutions.
//!
//! Exact levels are for T = I, gradient flow's plateau and any minimum of the population loss; ascending.

use serde::Serialize;

/// How often an eigenvalue occurs, for any input dimension: `fixed` + `per_dimension` · (N − p − p*).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Multiplicity {
    /// How often in the span of W and W*.
    pub fixed: u64,
    /// How often per dimension off it.
    pub per_dimension: u64,
}

impl Multiplicity {
    /// The number for the dimension `n`. Below p + p* the weights' own span is smaller than what `fixed` counts, and
    /// the difference is taken off again; 0 if there are no such weights.
    pub fn at(self, n: u64, p: usize, p_star: usize) -> u64 {
        let (n, span) = (i128::from(n), (p + p_star) as i128);
        let total = i128::from(self.fixed) + i128::from(self.per_dimension) * (n - span);
        u64::try_from(total).unwrap_or(0)
    }
}

/// An eigenvalue and how often it occurs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Level {
    /// The eigenvalue.
    pub value: f64,
    /// How often.
    #[serde(flatten)]
    pub times: Multiplicity,
}

/// Joins neighbours closer than `tolerance`, each to the one before; the value is the mean.
pub(super) fn merged(mut levels: Vec<Level>, tolerance: f64) -> Vec<Level> {
    levels.sort_by(|a, b| a.value.total_cmp(&b.value));
    let mut groups: Vec<(f64, f64, Level)> = Vec::new();
    for level in levels {
        let value = level.value;
        match groups.last_mut() {
            Some((last, sum, group)) if value - *last <= tolerance => {
                (*last, *sum) = (value, *sum + value);
                group.times.fixed += level.times.fixed;
                group.times.per_dimension += level.times.per_dimension;
            }
            _ => groups.push((value, value, level)),
        }
    }
    let mean = |(_, sum, group): (f64, f64, Level)| Level {
        value: sum / (group.times.fixed + group.times.per_dimension) as f64,
        ..group
    };
    groups.into_iter().map(mean).collect()
}

/// The levels that occur, of (value, fixed, per dimension).
fn occurring(levels: impl IntoIterator<Item = (f64, usize, usize)>) -> Vec<Level> {
    let all = levels.into_iter().map(|(value, fixed, per_dimension)| Level {
        value,
        times: Multiplicity { fixed: fixed as u64, per_dimension: per_dimension as u64 },
    });
    let mut found: Vec<Level> = all.filter(|level| level.times != Multiplicity::default()).collect();
    found.sort_by(|a, b| a.value.total_cmp(&b.value));
    found
}

/// The plateau of gradient flow, Q = p/(p+2) I, M = 0, T = I (physics.md §6): a saddle.
///
/// −4/(p p*) (×p p*), 0 (×p(p−1)/2 + p(N−p−p*)), 8/(p(p+2)) (×p(p+1)/2 − 1), 4/p (×1).
///
/// ```
/// let levels = saddlescope::model::plateau_levels(2, 1);
/// let values: Vec<f64> = levels.iter().map(|level| level.value).collect();
/// assert_eq!(values, [-2.0, 0.0, 1.0, 2.0]);
/// ```
pub fn plateau_levels(p: usize, p_star: usize) -> Vec<Level> {
    let (width, star) = (p as f64, p_star as f64);
    let pairs = p * (p - 1) / 2;
    occurring([
        (-4.0 / (width * star), p * p_star, 0),
        (0.0, pairs, p),
        (8.0 / (width * (width + 2.0)), pairs + p - 1, 0),
        (4.0 / width, 1, 0),
    ])
}

/// The same at a finite learning rate, whose noise holds the norms at another q: Q = q I, M = 0, T = I.
///
/// With c = (2/p)[(1 + 2/p) q − 1], zero for gradient flow: c − 4/(p p*) (×p p*), c (×p(p−1)/2 + p(N−p−p*)),
/// c + 8q/p² (×p(p+1)/2 − 1), c + 8q/p² + 4q/p (×1). Above the limit of escape the lowest is positive: no saddle.
pub fn plateau_levels_at(p: usize, p_star: usize, q: f64) -> Vec<Level> {
    let (width, star) = (p as f64, p_star as f64);
    let lift = 2.0 / width * ((1.0 + 2.0 / width) * q - 1.0);
    let double = lift + 8.0 * q / (width * width);
    let pairs = p * (p - 1) / 2;
    occurring([
        (lift - 4.0 / (width * star), p * p_star, 0),
        (lift, pairs, p),
        (double, pairs + p - 1, 0),
        (double + 4.0 * q / width, 1, 0),
    ])
}

/// Any minimum of the population loss with T = I (physics.md §6): marginal, never a saddle.
///
/// p ≥ p*: 4(p*+2)/(p p*) (×1), 8/(p p*) (×p*(p*+1)/2 − 1), 4/(p p*) (×p*(N−p*)), 0 (the rest).
/// p < p*, M = c R (§4): 4(p*+2)/(p p*) (×1), 8(p*+2)/(p p*(p+2)) (×p(p+1)/2 − 1), 4/(p p*) (×p(N−p*)), 0 (the rest).
pub fn solution_levels(p: usize, p_star: usize) -> Vec<Level> {
    let (width, star) = (p as f64, p_star as f64);
    let rank = p.min(p_star);
    let unit = 4.0 / (width * star);
    let (single, double, stiff) =
        (unit, 2.0 * unit * (star + 2.0) / (rank as f64 + 2.0), unit * (star + 2.0));
    let symmetric = rank * (rank + 1) / 2 - 1;
    occurring([
        (0.0, p * (p + p_star) - rank * p - symmetric - 1, p - rank),
        (single, rank * p, rank),
        (double, symmetric, 0),
        (stiff, 1, 0),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_levels_fill_the_weight_space() {
        for (p, p_star) in [(1, 1), (1, 4), (6, 3), (3, 6), (5, 5), (64, 64)] {
            for levels in [plateau_levels(p, p_star), solution_levels(p, p_star)] {
                let total: u64 = levels.iter().map(|level| level.times.at(1000, p, p_star)).sum();
                assert_eq!(total, 1000 * p as u64, "({p},{p_star})");
            }
        }
    }

    #[test]
    fn neighbours_within_the_tolerance_are_one_level() {
        let level =
            |value, fixed, per_dimension| Level { value, times: Multiplicity { fixed, per_dimension } };
        let found = merged(vec![level(1.0, 1, 0), level(-1.0, 1, 0), level(1.25, 0, 1)], 0.3);
        assert_eq!(found, [level(-1.0, 1, 0), level(1.125, 1, 1)]);
    }
}
