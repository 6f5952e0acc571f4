//! The numbers of Tsitouras' 5(4) Runge–Kutta pair and its interpolant: Comput. Math. Appl. 62 (2011) 770.
//!
//! Stage i is kᵢ = f(α + cᵢ h, y + h Σⱼ aᵢⱼ kⱼ). The step y + h Σᵢ bᵢ kᵢ has order 5, and its derivative is the first
//! stage of the next step; y + h Σᵢ bᵢ(θ) kᵢ inside it has order 4. The tests prove the order conditions; nothing here
//! is tuned.

/// Where in a step stages 2 to 6 are evaluated, from 0 to 1; the first is at its start, the last at its end.
pub(super) const NODES: [f64; 5] = [0.161, 0.327, 0.9, 0.980_025_540_904_509_7, 1.0];

/// Row 2 of a: the weights of the stages before it in the second stage.
pub(super) const A2: [f64; 1] = [0.161];
/// Row 3 of a.
pub(super) const A3: [f64; 2] = [-0.008_480_655_492_356_989, 0.335_480_655_492_357];
/// Row 4 of a.
pub(super) const A4: [f64; 3] = [2.897_153_057_105_493_5, -6.359_448_489_975_075, 4.362_295_432_869_581_5];
/// Row 5 of a.
pub(super) const A5: [f64; 4] =
    [5.325_864_828_439_257, -11.748_883_564_062_828, 7.495_539_342_889_836_5, -0.092_495_066_361_755_25];
/// Row 6 of a.
pub(super) const A6: [f64; 5] = [
    5.861_455_442_946_42,
    -12.920_969_317_847_11,
    8.159_367_898_576_159,
    -0.071_584_973_281_401,
    -0.028_269_050_394_068_383,
];
/// Weights of the step, which is also its last stage.
pub(super) const B: [f64; 6] = [
    0.096_460_766_818_065_23,
    0.01,
    0.479_889_650_414_499_6,
    1.379_008_574_103_742,
    -3.290_069_515_436_081,
    2.324_710_524_099_774,
];
/// Weights of the difference to the embedded solution of order 4.
pub(super) const ERROR: [f64; 7] = [
    -0.001_780_011_052_225_777,
    -0.000_816_434_459_656_746_9,
    0.007_880_878_010_261_995,
    -0.144_711_007_173_262_9,
    0.582_357_165_452_555_2,
    -0.458_082_105_929_186_97,
    0.015_151_515_151_515_152,
];
/// Coefficients of θ², θ³ and θ⁴ in the weights of the interpolant; the first stage has θ besides.
const DENSE: [[f64; 3]; 7] = [
    [-2.763_706_197_274_826, 2.913_255_461_821_912_6, -1.053_088_497_729_021_6],
    [0.131_7, -0.223_4, 0.101_7],
    [3.930_296_236_894_751_6, -5.941_033_872_131_505, 2.490_627_285_651_253],
    [-12.411_077_166_933_676, 30.338_188_630_282_32, -16.548_102_889_244_902],
    [37.509_313_416_511_04, -88.178_904_894_766_4, 47.379_521_962_819_28],
    [-27.896_526_289_197_286, 65.091_894_674_793_66, -34.870_657_861_496_61],
    [1.5, -4.0, 2.5],
];

/// The weights b(θ) of the interpolant, 0 ≤ θ ≤ 1.
pub(super) fn dense_weights(theta: f64) -> [f64; 7] {
    let mut weights =
        DENSE.map(|[square, cube, fourth]| theta * theta * (square + theta * (cube + theta * fourth)));
    weights[0] += theta;
    weights
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The nodes of all seven stages.
    fn nodes() -> [f64; 7] {
        let [c2, c3, c4, c5, c6] = NODES;
        [0.0, c2, c3, c4, c5, c6, 1.0]
    }

    /// The tableau as a full matrix, its last row the weights of the step.
    fn rows() -> [Vec<f64>; 7] {
        let slices: [&[f64]; 7] = [&[], &A2, &A3, &A4, &A5, &A6, &B];
        slices.map(|row| (0..7).map(|j| row.get(j).copied().unwrap_or(0.0)).collect())
    }

    fn times(a: &[Vec<f64>; 7], x: &[f64; 7]) -> [f64; 7] {
        std::array::from_fn(|i| a[i].iter().zip(x).map(|(a, x)| a * x).sum())
    }

    /// The elementary weights of all rooted trees up to order 5 with their densities: Σ bᵢ Φᵢ = 1/γ.
    fn trees() -> Vec<(i32, [f64; 7], f64)> {
        let (a, c) = (rows(), nodes());
        let mul = |x: [f64; 7], y: [f64; 7]| -> [f64; 7] { std::array::from_fn(|i| x[i] * y[i]) };
        let (one, c2) = ([1.0; 7], mul(c, c));
        let (c3, ac, ac2) = (mul(c2, c), times(&a, &c), times(&a, &c2));
        let aac = times(&a, &ac);
        vec![
            (1, one, 1.0),
            (2, c, 2.0),
            (3, c2, 3.0),
            (3, ac, 6.0),
            (4, c3, 4.0),
            (4, mul(c, ac), 8.0),
            (4, ac2, 12.0),
            (4, aac, 24.0),
            (5, mul(c2, c2), 5.0),
            (5, mul(c2, ac), 10.0),
            (5, mul(c, ac2), 15.0),
            (5, mul(c, aac), 30.0),
            (5, mul(ac, ac), 20.0),
            (5, times(&a, &c3), 20.0),
            (5, times(&a, &mul(c, ac)), 40.0),
            (5, times(&a, &ac2), 60.0),
            (5, times(&a, &aac), 120.0),
        ]
    }

    fn dot(weights: &[f64], x: &[f64; 7]) -> f64 {
        weights.iter().zip(x).map(|(w, x)| w * x).sum()
    }

    #[test]
    fn the_tableau_meets_the_conditions_of_order_five_and_its_error_weights_those_of_order_four() {
        for (row, node) in rows().iter().zip(nodes()) {
            assert!((row.iter().sum::<f64>() - node).abs() < 1e-14);
        }
        for (order, phi, gamma) in trees() {
            assert!((dot(&B, &phi) - 1.0 / gamma).abs() < 1e-14, "order {order}, density {gamma}");
            let error = dot(&ERROR, &phi).abs();
            assert!(if order == 5 { error > 1e-6 } else { error < 1e-14 }, "order {order}: {error:e}");
        }
    }

    #[test]
    fn the_interpolant_meets_the_conditions_of_order_four_and_ends_in_the_step() {
        for theta in [0.1_f64, 0.37, 0.5, 0.9] {
            for (order, phi, gamma) in trees().into_iter().filter(|tree| tree.0 <= 4) {
                let expected = theta.powi(order) / gamma;
                assert!((dot(&dense_weights(theta), &phi) - expected).abs() < 1e-13, "order {order}");
            }
        }
        for (weight, b) in dense_weights(1.0).iter().zip(B.iter().chain(&[0.0])) {
            assert!((weight - b).abs() < 1e-13);
        }
    }
}
