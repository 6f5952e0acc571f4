//! The steps by which unequal teachers are learnt, as guides under the loss: one level per direction of T, over the
//! time that the law has the loss rest on it.
//!
//! No guide where the law does not hold: steps that run into each other, and noise that lifts the levels.

use super::{Guide, GuideShape, RunData, number};
use crate::model::{EscapeLaw, Rest};

/// Steps that have a name of their own; more would cover each other.
const NAMED: usize = 6;

/// The levels below the plateau, from left to right.
pub(super) fn step_guides(run: &RunData<'_>, law: &EscapeLaw) -> Vec<Guide> {
    let directions = run.scenario.model.p_star;
    let (_, end) = run.trajectory.span();
    let below = law.rests().into_iter().filter(|rest| rest.step > 0 && rest.from < end && rest.loss > 0.0);
    let guide = |rest: Rest| {
        let left = match rest.left_at {
            Some(alpha) => format!("left near α = {} at g = {}", number(alpha), number(rest.rate)),
            None => String::from("the lowest of a student this narrow"),
        };
        Guide {
            label: if rest.step <= NAMED { format!("step {}", rest.step) } else { String::new() },
            meaning: format!(
                "{} of {directions} directions learnt: loss {}, {left}",
                rest.step,
                number(rest.loss)
            ),
            // From half-way down the step before to half-way down the next: its ends are seen beside the curve.
            shape: GuideShape::Curve(
                [rest.reached_at, rest.from, rest.to, rest.left_at.unwrap_or(rest.to)]
                    .map(|alpha| [alpha.min(end), rest.loss])
                    .to_vec(),
            ),
        }
    };
    below.map(guide).collect()
}
