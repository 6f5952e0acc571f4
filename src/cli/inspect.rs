//! `inspect`: what theory knows of one state, as JSON on standard output.
//!
//! Every number is a call into the model; null where no law applies.

use std::path::Path;

use serde::Serialize;

use super::{CliError, print_bytes};
use crate::export::{PredictionBlock, State, load_state, write_json};
use crate::model::{
    ConstantLearning, Direction, Distances, HessianSpectrum, Level, TeacherMoments, degrees_of_freedom,
    distances, eta_best, eta_max_escape, eta_max_plateau, eta_max_solution, hessian_spectrum,
    manifold_dimension, nested_rows, plateau, polar, rho_bar, rho_bar_whitened, risk,
};

#[derive(Debug, Serialize)]
struct Report {
    risk: f64,
    hessian: Hessian,
    rho_bar: Option<PredictionBlock>,
    rho_bar_whitened: Option<Whitened>,
    distance: Option<Distances>,
    s: Option<Vec<Vec<f64>>>,
    laws: Laws,
}

#[derive(Debug, Serialize)]
struct Hessian {
    negative: u64,
    zero: u64,
    positive: u64,
    tolerance: f64,
    lambda_min: f64,
    lambda_max: f64,
    trace: f64,
    condition: Option<f64>,
    steepest: Option<Steepest>,
    levels: Vec<Level>,
    complement: Vec<f64>,
    span: Vec<f64>,
}

/// The direction of the lowest eigenvalue; student and teacher counted from 1, as in tables of a run. `None` where no
/// eigenvalue is negative: of directions that are flat, none leads down more than another.
#[derive(Debug, Serialize)]
struct Steepest {
    student: usize,
    teacher: usize,
    #[serde(rename = "dM")]
    m: Vec<Vec<f64>>,
    #[serde(rename = "dQ")]
    q: Vec<Vec<f64>>,
}

#[derive(Debug, Serialize)]
struct Whitened {
    #[serde(rename = "M")]
    m: Vec<Vec<f64>>,
    #[serde(rename = "Q")]
    q: Vec<Vec<f64>>,
}

#[derive(Debug, Serialize)]
struct Laws {
    plateau_loss: Option<f64>,
    plateau_q: Option<f64>,
    escape_rate: Option<f64>,
    eta_max_plateau: f64,
    eta_max_escape: Option<f64>,
    eta_max_solution: Option<f64>,
    eta_best: f64,
    manifold_dimension: Option<u64>,
    dof: Option<u128>,
}

/// The tolerance of `--tolerance`: a share of the largest eigenvalue.
pub(super) fn tolerance(text: &str) -> Result<f64, String> {
    let value = text.parse::<f64>().ok().filter(|value| *value > 0.0 && *value < 1.0);
    value.ok_or_else(|| String::from("a tolerance is a number above 0 and below 1"))
}

pub(super) fn inspect(path: &Path, tolerance: f64) -> Result<(), CliError> {
    let mut text = Vec::new();
    write_json(&mut text, &Report::new(&load_state(path)?, tolerance)).map_err(CliError::Stdout)?;
    print_bytes(&text)
}

impl Report {
    fn new(inspected: &State, tolerance: f64) -> Self {
        let (state, teacher) = (&inspected.given.state, &inspected.given.teacher);
        let prediction = rho_bar(state, teacher);
        Self {
            risk: risk(state, teacher),
            hessian: Hessian::new(hessian_spectrum(state, teacher, inspected.n).with_tolerance(tolerance)),
            distance: prediction.as_ref().map(|at| distances(state, &at.state)),
            rho_bar: prediction.as_ref().map(PredictionBlock::new),
            rho_bar_whitened: rho_bar_whitened(state, teacher)
                .map(|at| Whitened { m: nested_rows(at.state.m()), q: nested_rows(at.state.q()) }),
            s: polar(state.m()).as_ref().map(nested_rows),
            laws: Laws::new(inspected),
        }
    }
}

impl Hessian {
    fn new(spectrum: HessianSpectrum) -> Self {
        let steepest = Some(&spectrum.steepest).filter(|direction| spectrum.sign(direction.value) < 0);
        Self {
            negative: spectrum.negative(),
            zero: spectrum.zero(),
            positive: spectrum.positive(),
            tolerance: spectrum.tolerance,
            lambda_min: spectrum.lowest(),
            lambda_max: spectrum.highest(),
            trace: spectrum.trace(),
            condition: spectrum.condition(),
            steepest: steepest.map(Steepest::of),
            levels: spectrum.levels(),
            complement: spectrum.complement,
            span: spectrum.span,
        }
    }
}

impl Steepest {
    fn of(direction: &Direction) -> Self {
        Self {
            student: direction.student + 1,
            teacher: direction.teacher + 1,
            m: nested_rows(&direction.m),
            q: nested_rows(&direction.q),
        }
    }
}

impl Laws {
    fn new(inspected: &State) -> Self {
        let (p, p_star) = (inspected.given.state.p(), inspected.given.state.p_star());
        let teacher = &inspected.given.teacher;
        let moments = TeacherMoments::of(teacher);
        let learning = ConstantLearning { eta: inspected.eta, label_noise: 0.0, gradient_flow: false };
        let plateau = plateau(p, &moments, learning);
        let (orthonormal, wide) = (teacher.is_orthonormal(), p >= p_star);
        Self {
            plateau_loss: plateau.map(|at| at.loss),
            plateau_q: plateau.map(|at| at.q),
            escape_rate: plateau.map(|at| at.rate),
            eta_max_plateau: eta_max_plateau(p, &moments, 0.0),
            eta_max_escape: eta_max_escape(p, &moments, 0.0),
            eta_max_solution: if orthonormal { eta_max_solution(p, p_star) } else { None },
            eta_best: eta_best(p, &moments, 0.0),
            manifold_dimension: (orthonormal || wide).then(|| manifold_dimension(p as u64, p_star as u64)),
            dof: inspected.n.map(|n| degrees_of_freedom(p as u64, n)),
        }
    }
}
