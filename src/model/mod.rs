//! The physics: pure functions of overlaps and parameters, formula by formula.
//!
//! Owns every equation of the model, each in one place, with its source in the doc. Knows nothing of threads,
//! files or pictures; same inputs, same outputs.

mod bounds;
mod drift;
mod error;
mod escape;
mod freedom;
mod golden_section;
mod hessian;
mod laws;
mod learning;
mod limits;
mod noise;
mod overlaps;
mod parameter;
mod parameters;
mod reference;
mod risk;
mod scenario;
mod solution;
mod staircase;
mod start;
mod tail;
pub(crate) mod words;

pub use bounds::{LEAST_TEACHER, MAX_OVERLAP};
pub use drift::{Drift, drift};
pub use error::{ModelError, ScenarioError};
pub use escape::{EscapeLaw, EscapeStart, Rest, escape_law};
pub use freedom::{degrees_of_freedom, manifold_dimension};
pub use golden_section::{GOLDEN_SHARE, GoldenSection};
pub use hessian::{
    Direction, HessianSpectrum, Level, Multiplicity, ZERO_TOLERANCE, hessian_spectrum, plateau_levels,
    plateau_levels_at, solution_levels,
};
pub use laws::{
    ConvergenceLaw, Plateau, TeacherMoments, convergence_law, eta_best, eta_max_escape, eta_max_plateau,
    eta_max_solution, eta_max_start, plateau, underparameterised_floor, underparameterised_scale,
};
pub use learning::{ConstantLearning, Learning};
pub use limits::{PassedLimit, StabilityLimits};
pub use noise::noise_scale;
pub use overlaps::{Matrix, Overlaps, Teacher, nested_rows};
pub use parameter::{Choice, Parameter, Range as ParameterRange, SliderScale, Told, Value};
pub use parameters::{ENGINES, PARAMETERS, STARTS, TEACHERS};
pub use reference::{
    FactoredDrift, FactoredState, factored_drift, gradient_squared, rho_bar_sequential, risk_cancelling,
};
pub use risk::risk;
pub use scenario::{
    Engine, GivenStart, Horizon, MAX_OUTPUT_TIMES, MAX_TEXT_BYTES, MAX_WIDTH, ModelSection, Scenario,
    ScenarioSpec, SgdSection, StartKind, StartSection, TeacherKind, TeacherSection, TimeSection,
};
pub(crate) use scenario::{check_inner_keys, check_keys, known_keys, syntax};
pub use solution::{
    Distances, ManifoldPoint, Rule, Solution, distances, manifold_point, polar, polar_drift, rank, rho_bar,
    rho_bar_whitened,
};
pub use staircase::{Step, lowest_loss, lowest_loss_of_rank, staircase};
pub use tail::{Tail, distance_tail};
