//! Flat directions in words: how many the Hessian has at a state, beside the dimension of the manifold of solutions.
//!
//! At a solution the flat directions are those along the manifold and, for p > p*, the (p − p*)(N − p*) in which excess
//! students leave it, where the loss rises with the fourth power (physics.md §5, §6). For (6, 3) that is 12 along it
//! and 3 (N − 3) = 18 + 3 (N − 9) off it: 30 in the span of the weights, of side p (p + p*) = 54.

use super::exact;
use super::words::minima;
use crate::model::{HessianSpectrum, Multiplicity, Teacher, manifold_dimension};

/// The dimension of the manifold, the flat directions at the state, and whether they agree.
pub(super) fn flat_words(spectrum: &HessianSpectrum, teacher: &Teacher) -> Vec<String> {
    let p = spectrum.complement.len();
    let widths = (p, teacher.p_star());
    let [down, flat] = [spectrum.negative_any_n(), spectrum.zero_any_n()];
    let here = format!("flat here: {} ({})", count(flat, spectrum.n, widths), zero_words(spectrum.tolerance));
    if p < widths.1 && !teacher.is_orthonormal() {
        return vec![String::from("manifold: no dimension known for p < p*, T ≠ I"), here];
    }
    let dimension = manifold_dimension(p as u64, widths.1 as u64);
    let excess = p.saturating_sub(widths.1) as u64;
    let expected = Multiplicity { fixed: dimension + excess * p as u64, per_dimension: excess };
    let same = if spectrum.n.is_some() {
        total(flat, spectrum.n, widths) == total(expected, spectrum.n, widths)
    } else {
        flat == expected
    };
    let along = if excess > 0 { format!(", {dimension} of them along it") } else { String::new() };
    let there = format!("flat on it: {}{along}", count(expected, spectrum.n, widths));
    let verdict = match down.fixed + down.per_dimension {
        0 if same => at_a_solution(dimension, excess),
        0 => match less(expected, flat) {
            Some(curved) => format!("not yet on it: {} curve up", count(curved, spectrum.n, widths)),
            None => String::from("away from the manifold"),
        },
        _ => format!("away from the manifold: {} lead down", count(down, spectrum.n, widths)),
    };
    let plural = if dimension == 1 { "" } else { "s" };
    let set = minima(p, widths.1);
    vec![format!("manifold of {set}: {dimension} dimension{plural}"), here, there, verdict]
}

/// What all flat directions of a solution are.
fn at_a_solution(dimension: u64, excess: u64) -> String {
    match (dimension, excess) {
        (0, 0) => String::from("in agreement: the solution is isolated"),
        (_, 0) => String::from("in agreement: all lead along it"),
        _ => format!("in agreement: {dimension} along it, the others of fourth order"),
    }
}

/// What counts as flat: |λ| < 0.01 of the largest.
pub(super) fn zero_words(tolerance: f64) -> String {
    format!("|λ| < {} of the largest", exact(tolerance))
}

/// What one count has more than another; `None` if it has less of a kind.
fn less(many: Multiplicity, few: Multiplicity) -> Option<Multiplicity> {
    let fixed = many.fixed.checked_sub(few.fixed)?;
    Some(Multiplicity { fixed, per_dimension: many.per_dimension.checked_sub(few.per_dimension)? })
}

fn total(times: Multiplicity, n: Option<u64>, (p, p_star): (usize, usize)) -> Option<u64> {
    n.map(|n| times.at(n, p, p_star))
}

/// A multiplicity as a number, or for any N.
fn count(times: Multiplicity, n: Option<u64>, widths: (usize, usize)) -> String {
    if let Some(number) = total(times, n, widths) {
        return number.to_string();
    }
    match (times.fixed, times.per_dimension) {
        (fixed, 0) => fixed.to_string(),
        (fixed, 1) => format!("{fixed} + N − p − p*"),
        (fixed, each) => format!("{fixed} + {each} (N − p − p*)"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Matrix, Overlaps, hessian_spectrum, rho_bar};

    fn said(state: &Overlaps, teacher: &Teacher, n: Option<u64>) -> Vec<String> {
        flat_words(&hessian_spectrum(state, teacher, n), teacher)
    }

    fn at_solution((p, p_star): (usize, usize), n: Option<u64>) -> Vec<String> {
        let start = Overlaps::new(Matrix::identity(p, p_star), Matrix::identity(p, p)).unwrap();
        let teacher = Teacher::orthonormal(p_star);
        said(&rho_bar(&start, &teacher).unwrap().state, &teacher, n)
    }

    #[test]
    fn at_a_solution_formula_and_count_agree_for_every_width() {
        // Of 1000 dimensions, counted by hand: p p* − p*(p* + 1)/2 + (p − p*)(1000 − p*), and p p* − p (p + 1)/2.
        for (widths, dimension, flat, verdict) in [
            ((1, 1), "0 dimensions", 0, "the solution is isolated"),
            ((2, 1), "1 dimension", 1 + 999, "1 along it, the others of fourth order"),
            ((3, 3), "3 dimensions", 3, "all lead along it"),
            ((6, 3), "12 dimensions", 12 + 3 * 997, "12 along it, the others of fourth order"),
            ((2, 4), "5 dimensions", 5, "all lead along it"),
        ] {
            let set = if widths.0 < widths.1 { "minima" } else { "solutions" };
            let along = verdict.split(" along it, ").nth(1).map_or_else(String::new, |_| {
                format!(", {} of them along it", dimension.split(' ').next().unwrap())
            });
            let expected = [
                format!("manifold of {set}: {dimension}"),
                format!("flat here: {flat} (|λ| < 0.01 of the largest)"),
                format!("flat on it: {flat}{along}"),
                format!("in agreement: {verdict}"),
            ];
            assert_eq!(at_solution(widths, Some(1000)), expected, "{widths:?}");
        }
    }

    #[test]
    fn without_n_the_count_is_for_any() {
        let [six, two] = [(6, 3), (2, 1)].map(|widths| at_solution(widths, None));
        assert_eq!(
            six[1..3],
            [
                "flat here: 30 + 3 (N − p − p*) (|λ| < 0.01 of the largest)",
                "flat on it: 30 + 3 (N − p − p*), 12 of them along it"
            ]
        );
        assert_eq!(
            two[1..3],
            [
                "flat here: 3 + N − p − p* (|λ| < 0.01 of the largest)",
                "flat on it: 3 + N − p − p*, 1 of them along it"
            ]
        );
    }

    #[test]
    fn away_from_the_manifold_the_counts_differ_and_are_said_one_below_the_other() {
        for (p, p_star, here, there, down) in [
            (6, 3, "15 + 6 (N − p − p*)", "30 + 3 (N − p − p*), 12 of them along it", 18),
            (3, 3, "3 + 3 (N − p − p*)", "3", 9),
        ] {
            let plateau = p as f64 / (p as f64 + 2.0);
            let state = Overlaps::new(Matrix::zeros(p, p_star), Matrix::identity(p, p) * plateau).unwrap();
            let words = said(&state, &Teacher::orthonormal(p_star), None);
            let verdict = format!("away from the manifold: {down} lead down");
            assert_eq!(
                words[1..],
                [
                    format!("flat here: {here} (|λ| < 0.01 of the largest)"),
                    format!("flat on it: {there}"),
                    verdict
                ]
            );
        }
    }

    #[test]
    fn unequal_teachers_have_the_same_manifold_and_a_narrow_student_of_theirs_no_formula() {
        let gram = Matrix::from_diagonal(&vec![1.5, 1.0, 0.5].into());
        let teacher = Teacher::from_gram(gram).unwrap();
        let start = Overlaps::new(Matrix::identity(5, 3), Matrix::identity(5, 5)).unwrap();
        let words = said(&rho_bar(&start, &teacher).unwrap().state, &teacher, None);
        assert_eq!(words[3], "in agreement: 9 along it, the others of fourth order");
        let narrow = Overlaps::new(Matrix::zeros(2, 3), Matrix::identity(2, 2)).unwrap();
        assert!(said(&narrow, &teacher, None)[0].contains("no dimension known"));
    }
}
