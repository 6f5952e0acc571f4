//! Flat directions in words: how many the Hessian has at a state, beside the dimension of the manifold of solutions.
//!
//! At a solution the flat directions are those along the manifold and, for p > p*, the (p − p*)(N − p*) in which excess
//! students leave it, where the loss rises with the fourth power (physics.md §5, §6).

use super::spectrum::FLAT;
use crate::model::{HessianSpectrum, Multiplicity, Teacher, manifold_dimension};

/// The dimension of the manifold, the flat directions at the state, and whether they agree.
pub(super) fn flat_words(spectrum: &HessianSpectrum, teacher: &Teacher) -> Vec<String> {
    let p = spectrum.complement.len();
    let widths = (p, teacher.p_star());
    let [down, flat] = directions(spectrum);
    let here = format!("flat here: {}", count(flat, spectrum.n, widths));
    if p < widths.1 && !teacher.is_orthonormal() {
        return vec![String::from("solutions: no dimension known for p < p* and unequal teachers"), here];
    }
    let dimension = manifold_dimension(p as u64, widths.1 as u64);
    let excess = p.saturating_sub(widths.1) as u64;
    let expected = Multiplicity { fixed: dimension + excess * p as u64, per_dimension: excess };
    let same = if spectrum.n.is_some() {
        total(flat, spectrum.n, widths) == total(expected, spectrum.n, widths)
    } else {
        flat == expected
    };
    let verdict = if same && down == Multiplicity::default() {
        at_a_solution((dimension, excess), spectrum.n, widths.1)
    } else {
        let lead_down = match down.fixed + down.per_dimension {
            0 => String::new(),
            _ => format!(", {} lead down", count(down, spectrum.n, widths)),
        };
        format!("away from the manifold: {} flat there{lead_down}", count(expected, spectrum.n, widths))
    };
    let plural = if dimension == 1 { "" } else { "s" };
    vec![format!("manifold of solutions: {dimension} dimension{plural}"), here, verdict]
}

/// What all flat directions of a solution are.
fn at_a_solution((dimension, excess): (u64, u64), n: Option<u64>, p_star: usize) -> String {
    match (dimension, excess) {
        (0, 0) => String::from("in agreement: the solution is isolated"),
        (_, 0) => String::from("in agreement: all lead along the manifold"),
        (_, excess) => {
            let more = match n {
                Some(n) => (excess * n.saturating_sub(p_star as u64)).to_string(),
                None if excess == 1 => String::from("N - p*"),
                None => format!("{excess} (N - p*)"),
            };
            format!("in agreement: {dimension} along it, {more} of fourth order")
        }
    }
}

/// How many directions lead down and nowhere, by the tolerance of pictures.
fn directions(spectrum: &HessianSpectrum) -> [Multiplicity; 2] {
    let scale = spectrum.highest().abs().max(spectrum.lowest().abs());
    let holds: [fn(f64, f64) -> bool; 2] =
        [|value, least| value < -least, |value, least| value.abs() <= least];
    holds.map(|holds| {
        let of = |values: &[f64]| values.iter().filter(|&&value| holds(value, FLAT * scale)).count() as u64;
        Multiplicity { fixed: of(&spectrum.span), per_dimension: of(&spectrum.complement) }
    })
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
        (fixed, 1) => format!("{fixed} + N - p - p*"),
        (fixed, each) => format!("{fixed} + {each} (N - p - p*)"),
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
            ((2, 1), "1 dimension", 1 + 999, "1 along it, 999 of fourth order"),
            ((3, 3), "3 dimensions", 3, "all lead along the manifold"),
            ((6, 3), "12 dimensions", 12 + 3 * 997, "12 along it, 2991 of fourth order"),
            ((2, 4), "5 dimensions", 5, "all lead along the manifold"),
        ] {
            let words = at_solution(widths, Some(1000));
            assert_eq!(words[0], format!("manifold of solutions: {dimension}"), "{widths:?}");
            assert_eq!(words[1], format!("flat here: {flat}"), "{widths:?}");
            assert_eq!(words[2], format!("in agreement: {verdict}"), "{widths:?}");
        }
    }

    #[test]
    fn without_n_the_count_is_for_any() {
        let words = at_solution((6, 3), None);
        assert_eq!(
            words[1..],
            ["flat here: 30 + 3 (N - p - p*)", "in agreement: 12 along it, 3 (N - p*) of fourth order"]
        );
        let words = at_solution((2, 1), None);
        assert_eq!(
            words[1..],
            ["flat here: 3 + N - p - p*", "in agreement: 1 along it, N - p* of fourth order"]
        );
    }

    #[test]
    fn away_from_the_manifold_the_counts_differ_and_are_said_side_by_side() {
        for (p, p_star, here, there) in [
            (6, 3, "15 + 6 (N - p - p*)", "30 + 3 (N - p - p*) flat there, 18 lead down"),
            (3, 3, "3 + 3 (N - p - p*)", "3 flat there, 9 lead down"),
        ] {
            let plateau = p as f64 / (p as f64 + 2.0);
            let state = Overlaps::new(Matrix::zeros(p, p_star), Matrix::identity(p, p) * plateau).unwrap();
            let words = said(&state, &Teacher::orthonormal(p_star), None);
            assert_eq!(words[1], format!("flat here: {here}"));
            assert_eq!(words[2], format!("away from the manifold: {there}"));
        }
    }

    #[test]
    fn unequal_teachers_have_the_same_manifold_and_a_narrow_student_of_theirs_no_formula() {
        let gram = Matrix::from_diagonal(&vec![1.5, 1.0, 0.5].into());
        let teacher = Teacher::from_gram(gram).unwrap();
        let start = Overlaps::new(Matrix::identity(5, 3), Matrix::identity(5, 5)).unwrap();
        let words = said(&rho_bar(&start, &teacher).unwrap().state, &teacher, None);
        assert_eq!(words[2], "in agreement: 9 along it, 2 (N - p*) of fourth order");
        let narrow = Overlaps::new(Matrix::zeros(2, 3), Matrix::identity(2, 2)).unwrap();
        assert!(said(&narrow, &teacher, None)[0].contains("no dimension known"));
    }
}
