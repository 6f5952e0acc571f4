//! The law of finite-N SGD: the reduced engine against explicit weights, and both against the ODE as N grows.
//!
//! Seeds are fixed, so nothing here can flake. A threshold is the quantile at which all comparisons of this file
//! together would fail for a right engine with probability one in a hundred (Bonferroni).

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![expect(clippy::print_stdout, reason = "how far inside its limits a law is")]

use saddlescope::model::{Learning, Matrix, Overlaps, Teacher, drift, risk};
use saddlescope::sim::sgd::{Direct, Precision, Reduced, ReplicaStart, SgdParameters};

/// Quantities compared in this file, and tests of each: 13 + 13 + 40 + 10 + 13 + 8 + 13 entries; mean, variance, distribution.
const COMPARISONS: f64 = 110.0 * 3.0;

/// Chance that one comparison of a right engine fails, so that all together fail once in a hundred times.
const CHANCE: f64 = 0.01 / COMPARISONS;

/// The two-sided normal quantile of `CHANCE`: erfc(4.18/√2) = 2.92e-5 < 3.03e-5.
const Z_LIMIT: f64 = 4.18;

/// One setting of the comparison.
struct Case {
    n: u64,
    p: usize,
    teacher: Teacher,
    eta: f64,
    label_noise: f64,
    steps: u64,
    replicas: usize,
    precision: Precision,
}

impl Case {
    fn small() -> Self {
        Self {
            n: 40,
            p: 3,
            teacher: Teacher::orthonormal(2),
            eta: 0.12,
            label_noise: 0.0,
            steps: 600,
            replicas: 6_000,
            precision: Precision::Double,
        }
    }

    fn parameters(&self, seed: u64) -> SgdParameters {
        let teacher = self.teacher.clone();
        let learning = Learning { eta: self.eta, label_noise: self.label_noise, gradient_flow: false };
        SgdParameters { n: self.n, learning, seed, teacher }
    }

    /// A start without symmetry, well inside the realisable set.
    fn start(&self) -> Overlaps {
        let p = self.p;
        let m = Matrix::from_fn(p, self.teacher.p_star(), |i, r| 0.2 * ((3 * i + 5 * r + 1) as f64).sin());
        let q =
            Matrix::from_fn(p, p, |i, j| if i == j { 1.0 + 0.1 * i as f64 } else { 0.1 / (i + j) as f64 });
        let start = Overlaps::new(m, q).unwrap();
        start.check_realisable(&self.teacher).unwrap();
        start
    }

    /// Every entry of M, the upper triangle of Q and the risk.
    fn read(&self, state: &Overlaps) -> Vec<f64> {
        let p = self.p;
        let upper = (0..p).flat_map(|i| (i..p).map(move |j| (i, j)));
        let mut entries: Vec<f64> = state.m().iter().copied().collect();
        entries.extend(upper.map(|at| state.q()[at]));
        entries.push(risk(state, &self.teacher));
        entries
    }

    fn reduced(&self, seed: u64) -> Vec<Vec<f64>> {
        let (parameters, start) = (self.parameters(seed), self.start());
        in_two_threads(self.replicas / 8, |batch| {
            let replicas: Vec<_> =
                (0..8).map(|lane| ReplicaStart { index: 8 * batch + lane, overlaps: &start }).collect();
            let mut engine = Reduced::<8>::new(&parameters, &replicas).unwrap();
            engine.advance(self.steps);
            (0..8)
                .map(|lane| {
                    assert_eq!(engine.diverged_at(lane), None);
                    self.read(&engine.overlaps(lane))
                })
                .collect()
        })
    }

    fn direct(&self, seed: u64) -> Vec<Vec<f64>> {
        let (parameters, start) = (self.parameters(seed), self.start());
        in_two_threads(self.replicas, |index| {
            let replica = ReplicaStart { index, overlaps: &start };
            let mut engine = Direct::new(&parameters, replica, self.precision).unwrap();
            assert!(engine.advance_to(self.steps, &|| false));
            assert_eq!(engine.diverged_at(), None);
            vec![self.read(&engine.overlaps())]
        })
    }

    /// Compares the engines entry by entry.
    fn check(&self) {
        let (reduced, direct) = (self.reduced(11), self.direct(12));
        let entries = reduced[0].len();
        let (mut z_mean, mut z_spread, mut ks) = (0.0_f64, 0.0_f64, 0.0_f64);
        let mut ratios = (f64::INFINITY, 0.0_f64);
        for entry in 0..entries {
            let column = |sample: &[Vec<f64>]| sample.iter().map(|row| row[entry]).collect::<Vec<_>>();
            let (a, b) = (column(&reduced), column(&direct));
            let (of_a, of_b) = (Moments::of(&a), Moments::of(&b));
            z_mean = z_mean.max(of_a.mean_z(&of_b).abs());
            z_spread = z_spread.max(of_a.variance_z(&of_b).abs());
            ks = ks.max(kolmogorov_smirnov(a, b));
            let ratio = (of_a.variance / of_b.variance).sqrt();
            ratios = (ratios.0.min(ratio), ratios.1.max(ratio));
        }
        // Smirnov's limit law: P(D √(nm/(n+m)) > x) ≤ 2 exp(−2x²).
        let ks_limit = (0.5 * (2.0 / CHANCE).ln()).sqrt();
        println!(
            "N {} p {} p* {}: {entries} entries, max |z| of means {z_mean:.2}, of variances {z_spread:.2} (limit {Z_LIMIT}), \
             std ratios {:.3}..{:.3}, KS {ks:.2} (limit {ks_limit:.2})",
            self.n,
            self.p,
            self.teacher.p_star(),
            ratios.0,
            ratios.1
        );
        assert!(z_mean < Z_LIMIT && z_spread < Z_LIMIT && ks < ks_limit);
    }
}

/// Collects the samples of `count` independent jobs, in order.
fn in_two_threads(count: usize, job: impl Fn(u64) -> Vec<Vec<f64>> + Sync) -> Vec<Vec<f64>> {
    let half = |range: std::ops::Range<usize>| range.flat_map(|index| job(index as u64)).collect::<Vec<_>>();
    std::thread::scope(|scope| {
        let second = scope.spawn(|| half(count / 2..count));
        let mut all = half(0..count / 2);
        all.extend(second.join().unwrap());
        all
    })
}

/// Sample moments.
struct Moments {
    count: f64,
    mean: f64,
    variance: f64,
    /// Variance of the sample variance, from the fourth moment.
    uncertainty: f64,
}

impl Moments {
    fn of(sample: &[f64]) -> Self {
        let count = sample.len() as f64;
        let mean = sample.iter().sum::<f64>() / count;
        let power = |k: i32| sample.iter().map(|x| (x - mean).powi(k)).sum::<f64>() / count;
        let variance = power(2);
        Self { count, mean, variance, uncertainty: (power(4) - variance * variance) / count }
    }

    fn mean_z(&self, other: &Self) -> f64 {
        (self.mean - other.mean) / (self.variance / self.count + other.variance / other.count).sqrt()
    }

    fn variance_z(&self, other: &Self) -> f64 {
        (self.variance - other.variance) / (self.uncertainty + other.uncertainty).sqrt()
    }
}

/// The two-sample Kolmogorov–Smirnov statistic, scaled by √(nm/(n+m)).
fn kolmogorov_smirnov(mut a: Vec<f64>, mut b: Vec<f64>) -> f64 {
    a.sort_unstable_by(f64::total_cmp);
    b.sort_unstable_by(f64::total_cmp);
    let (n, m) = (a.len() as f64, b.len() as f64);
    let (mut i, mut j, mut largest) = (0, 0, 0.0_f64);
    while i < a.len() && j < b.len() {
        let value = a[i].min(b[j]);
        i += a[i..].iter().take_while(|&&x| x <= value).count();
        j += b[j..].iter().take_while(|&&x| x <= value).count();
        largest = largest.max((i as f64 / n - j as f64 / m).abs());
    }
    largest * (n * m / (n + m)).sqrt()
}

#[test]
fn reduced_and_direct_have_one_law_in_a_small_dimension() {
    Case::small().check();
}

#[test]
fn reduced_and_direct_have_one_law_with_label_noise() {
    Case { label_noise: 0.1, ..Case::small() }.check();
}

#[test]
fn reduced_and_direct_have_one_law_for_the_paper_s_widths() {
    let teacher = Teacher::orthonormal(3);
    Case { n: 200, p: 6, teacher, eta: 0.3, steps: 400, replicas: 4_000, ..Case::small() }.check();
}

#[test]
fn reduced_and_direct_have_one_law_for_a_narrow_student() {
    let teacher = Teacher::orthonormal(3);
    Case { p: 2, teacher, eta: 0.1, steps: 400, ..Case::small() }.check();
}

#[test]
fn reduced_and_direct_have_one_law_in_the_least_dimension() {
    // N = p + p* + 1: one degree of freedom is left. A few large steps, before averaging hides what one more would do.
    Case { n: 6, eta: 0.1, steps: 10, replicas: 40_000, ..Case::small() }.check();
}

#[test]
fn reduced_and_direct_have_one_law_where_one_degree_of_freedom_shows() {
    Case { n: 5, p: 2, eta: 0.04, steps: 60, replicas: 120_000, ..Case::small() }.check();
}

#[test]
fn reduced_and_single_precision_direct_have_one_law_for_unequal_teachers() {
    let teacher = Teacher::from_gram(Matrix::from_row_slice(2, 2, &[1.4, 0.5, 0.5, 0.8])).unwrap();
    Case { teacher, precision: Precision::Single, ..Case::small() }.check();
}

/// The ODE at `points` equally spaced times by the classical Runge–Kutta rule, `per` steps between two of them.
fn ode(start: &Overlaps, parameters: &SgdParameters, end: f64, points: usize, per: usize) -> Vec<Overlaps> {
    let h = end / (points * per) as f64;
    let slope = |state: &(Matrix, Matrix)| {
        let state = Overlaps::new(state.0.clone(), state.1.clone()).unwrap();
        let drift =
            drift(&state, &parameters.teacher, parameters.learning.eta, parameters.learning.label_noise);
        (drift.m, drift.q_flow + drift.q_noise)
    };
    let along = |(m, q): &(Matrix, Matrix), (dm, dq): &(Matrix, Matrix), h: f64| (m + dm * h, q + dq * h);
    let mut state = (start.m().clone(), start.q().clone());
    let mut curve = vec![start.clone()];
    for step in 1..=points * per {
        let k_1 = slope(&state);
        let k_2 = slope(&along(&state, &k_1, 0.5 * h));
        let k_3 = slope(&along(&state, &k_2, 0.5 * h));
        let k_4 = slope(&along(&state, &k_3, h));
        for (k, weight) in [(k_1, 1.0), (k_2, 2.0), (k_3, 2.0), (k_4, 1.0)] {
            state = along(&state, &k, weight * h / 6.0);
        }
        if step % per == 0 {
            curve.push(Overlaps::new(state.0.clone(), state.1.clone()).unwrap());
        }
    }
    curve
}

/// The mean over `replicas` of the largest distance to the ODE, over `points` times up to `end`.
fn sup_distance(case: &Case, points: usize, end: f64) -> f64 {
    let (parameters, start) = (case.parameters(5), case.start());
    let reference = ode(&start, &parameters, end, points, 40);
    let interval = (end * case.n as f64 / points as f64).round() as u64;
    let sups = in_two_threads(case.replicas / 8, |batch| {
        let replicas: Vec<_> =
            (0..8).map(|lane| ReplicaStart { index: 8 * batch + lane, overlaps: &start }).collect();
        let mut engine = Reduced::<8>::new(&parameters, &replicas).unwrap();
        let mut sups = [0.0_f64; 8];
        for at in &reference[1..] {
            engine.advance(interval);
            for (lane, sup) in sups.iter_mut().enumerate() {
                let state = engine.overlaps(lane);
                let apart = (state.m() - at.m()).norm_squared() + (state.q() - at.q()).norm_squared();
                *sup = sup.max(apart.sqrt());
            }
        }
        vec![sups.to_vec()]
    });
    sups.iter().flatten().sum::<f64>() / case.replicas as f64
}

#[test]
fn the_distance_to_the_ode_falls_as_the_root_of_the_dimension() {
    let mut points = Vec::new();
    for (n, replicas) in [(1_000, 256), (10_000, 256), (100_000, 128), (1_000_000, 32), (10_000_000, 16)] {
        let case = Case { n, p: 2, teacher: Teacher::orthonormal(1), eta: 0.3, replicas, ..Case::small() };
        let distance = sup_distance(&case, 10, 0.5);
        println!(
            "N = {n}: mean of the largest distance {distance:.3e}, times root N {:.2}",
            distance * (n as f64).sqrt()
        );
        points.push(((n as f64).ln(), distance.ln()));
    }
    let count = points.len() as f64;
    let (x, y) = points.iter().fold((0.0, 0.0), |(x, y), point| (x + point.0 / count, y + point.1 / count));
    let (above, below) = points.iter().fold((0.0, 0.0), |(above, below), point| {
        (above + (point.0 - x) * (point.1 - y), below + (point.0 - x).powi(2))
    });
    let exponent = above / below;
    println!("fitted exponent {exponent:.4}");
    assert!((exponent + 0.5).abs() < 0.1, "{exponent}");
}
