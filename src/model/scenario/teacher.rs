//! `[teacher]`: the Gram matrix T of the teacher rows, the identity unless said otherwise.
//!
//! Every law is normalised to tr T = p*, so that learning rates mean the same as for T = I.

use serde::{Deserialize, Serialize};

use crate::model::start::random_gram;
use crate::model::{Matrix, ModelError, Teacher, TeacherMoments};

/// `[teacher]`: how strong the teachers are, and how they overlap.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TeacherSection {
    /// The law of T.
    pub kind: TeacherKind,
    /// `kind = "power"`: γ of t_r ∝ r^(−γ), in [0, 5].
    pub exponent: f64,
    /// `kind = "linear"`: the weakest t over the strongest, in [1e-6, 1].
    pub ratio: f64,
    /// `kind = "random"`: seed of the draw, 0..=2⁶³ − 1.
    pub seed: u64,
}

impl Default for TeacherSection {
    fn default() -> Self {
        Self { kind: TeacherKind::Identity, exponent: 1.0, ratio: 0.5, seed: 1 }
    }
}

/// The law of T.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TeacherKind {
    /// T = I: orthonormal teachers, for which every law in closed form holds.
    #[default]
    Identity,
    /// T = diag(t), t falling in equal steps from the first teacher to the last.
    Linear,
    /// T = diag(t), t_r ∝ r^(−γ).
    Power,
    /// T ∝ Z Zᵀ, Z with p* × 2p* standard normal entries: overlapping teachers.
    Random,
}

impl TeacherSection {
    /// Whether the section says nothing, and need not be written.
    pub(super) fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// What the plateau of a teacher of width `p_star` ≥ 1 needs to know; of T = I where no T can be made.
    pub fn moments(&self, p_star: usize) -> TeacherMoments {
        self.teacher(p_star)
            .map_or_else(|_| TeacherMoments::orthonormal(p_star), |made| TeacherMoments::of(&made))
    }

    /// The teacher of width `p_star`, tr T = p*.
    ///
    /// # Errors
    /// [`ModelError::SingularTeacher`] if a random T is singular to rounding.
    pub(super) fn teacher(&self, p_star: usize) -> Result<Teacher, ModelError> {
        let diagonal = |t: &dyn Fn(f64) -> f64| {
            Matrix::from_diagonal(&nalgebra::DVector::from_fn(p_star, |r, _| t(r as f64)))
        };
        let gram = match self.kind {
            TeacherKind::Identity => return Ok(Teacher::orthonormal(p_star)),
            TeacherKind::Linear => {
                let last = (p_star - 1).max(1) as f64;
                diagonal(&|r| 1.0 - (1.0 - self.ratio) * r / last)
            }
            TeacherKind::Power => diagonal(&|r| (r + 1.0).powf(-self.exponent)),
            TeacherKind::Random => random_gram(p_star, self.seed),
        };
        let trace = gram.trace();
        Teacher::from_gram(gram * (p_star as f64 / trace))
    }
}
