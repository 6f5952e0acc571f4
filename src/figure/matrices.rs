//! Matrices as coloured cells: M beside M̄, Q beside Q̄, on one zero-centred colour scale.
//!
//! Rows and columns are counted from the top left, as matrices are written.

use super::words::conjecture;
use super::{Content, Figure, MatrixPicture, RunData, number};
use crate::model::{Matrix, Overlaps};
use crate::sim::EnsembleRecord;
use crate::sim::sgd::Moment;

/// What is said in place of a prediction that nobody has.
const NO_LAW: &str = "no law known";

/// Whose overlaps are shown at the cursor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum MatrixSource {
    /// The ODE's.
    #[default]
    Ode,
    /// Their mean over the SGD runs.
    Mean,
    /// Those of the first SGD run.
    Replica,
}

impl MatrixSource {
    /// A short name, for a switch.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ode => "ODE",
            Self::Mean => "mean",
            Self::Replica => "run 1",
        }
    }

    /// The overlaps nearest to α, with their own α, or why there are none.
    fn state(self, run: &RunData<'_>, alpha: f64) -> Result<(f64, Overlaps), String> {
        let nothing = || String::from("nothing yet");
        if self == Self::Ode {
            let snapshot = run.trajectory.nearest(alpha).ok_or_else(nothing)?;
            return Ok((snapshot.alpha, snapshot.state.clone()));
        }
        let record = run.ensemble.ok_or_else(nothing)?;
        let index = record.nearest(alpha).ok_or_else(|| reached(record).unwrap_or_else(nothing))?;
        let (point, mean) = (record.points.get(index).ok_or_else(nothing)?, |moment: Moment| moment.mean);
        if self == Self::Replica {
            return Ok((point.alpha(), record.followed.get(index).cloned().ok_or_else(nothing)?));
        }
        let state = Overlaps::new(point.m_matrix(mean), point.q_matrix(mean));
        Ok((point.alpha(), state.map_err(|_| String::from("every run\nhas diverged"))?))
    }
}

/// How far an ensemble has come that is not at its end, in two short lines.
fn reached(record: &EnsembleRecord) -> Option<String> {
    let reach = number(record.reach()?);
    Some(if record.stopped {
        format!("SGD stopped\nat α = {reach}")
    } else {
        format!("SGD is\nat α = {reach}")
    })
}

/// M(α) beside M̄, or Q(α) beside Q̄, on the scale of the larger of both: of the ODE or of finite-N SGD; the ODE's
/// where there is no SGD.
pub fn matrix_pair(run: &RunData<'_>, source: MatrixSource, alpha: f64, student: bool) -> Figure {
    let source = if run.ensemble.is_some() { source } else { MatrixSource::Ode };
    let name = if source == MatrixSource::Ode { "" } else { source.name() };
    pair(run, source.state(run, alpha), name, student)
}

/// M(α), M̄ and M(α) - M̄, on one scale: the difference fades as the run arrives.
pub fn matrix_difference(run: &RunData<'_>, source: MatrixSource, alpha: f64) -> Figure {
    let mut figure = matrix_pair(run, source, alpha, false);
    figure.id = "difference";
    let conjectured = if conjecture(run).is_some() { " (a conjecture)" } else { "" };
    figure.title = format!("M, its prediction{conjectured}, and the difference");
    if let Content::Matrices(matrices) = &mut figure.content
        && let [now, end] = matrices.as_slice()
    {
        let values = now.values.as_ref().zip(end.values.as_ref()).map(|(now, end)| now - end);
        let missing = if now.values.is_some() { &end.missing } else { &now.missing }.clone();
        let (name, alpha) = (String::from("M(α) − M̄"), now.alpha);
        let picture = MatrixPicture { name, values, missing, alpha, ..end.clone() };
        matrices.push(picture);
    }
    figure
}

fn pair(run: &RunData<'_>, now: Result<(f64, Overlaps), String>, of: &str, student: bool) -> Figure {
    let select = |state: &Overlaps| if student { state.q().clone() } else { state.m().clone() };
    let (alpha, now, why_not) = match now {
        Ok((alpha, state)) => (Some(alpha), Some(select(&state)), String::new()),
        Err(why_not) => (None, None, why_not),
    };
    let end = run.predictions.rho_bar.as_ref().map(|solution| select(&solution.state));
    let largest = |matrix: &Option<Matrix>| matrix.as_ref().map_or(0.0, Matrix::amax);
    // The prediction sets the scale, so that growth is seen as growth; only what exceeds it stretches it.
    let limit = largest(&now).max(largest(&end)).max(1e-300);
    let (id, names): (_, [&str; 2]) = if student { ("q", ["Q(α)", "Q̄"]) } else { ("m", ["M(α)", "M̄"]) };
    let picture =
        |name, values, missing, alpha| MatrixPicture { name, values, missing, limit, student, alpha };
    let title = if student { "Student–student overlaps Q" } else { "Teacher–student overlaps M" };
    let now_name = if of.is_empty() { names[0].to_owned() } else { format!("{}, {of}", names[0]) };
    let now = picture(now_name, now, why_not, alpha);
    let end = picture(names[1].to_owned(), end, NO_LAW.to_owned(), None);
    let content = Content::Matrices(vec![now, end]);
    Figure { id, title: title.to_owned(), content }
}
