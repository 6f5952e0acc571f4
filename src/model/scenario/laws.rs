//! The laws of one scenario: each silent where its learning rate is not constant, and where it does not apply
//! otherwise.

use super::Scenario;
use crate::model::{
    ConvergenceLaw, EscapeLaw, Plateau, Step, TeacherMoments, convergence_law, escape_law, plateau, staircase,
};

impl Scenario {
    /// Its plateau ([`plateau()`]).
    pub fn plateau(&self) -> Option<Plateau> {
        plateau(self.model.p, &TeacherMoments::of(self.teacher()), self.learning().constant()?)
    }

    /// How it leaves the plateau ([`escape_law()`]).
    pub fn escape_law(&self) -> Option<EscapeLaw> {
        escape_law(self.initial(), self.teacher(), self.learning().constant()?)
    }

    /// How it converges ([`convergence_law()`]).
    pub fn convergence_law(&self) -> Option<ConvergenceLaw> {
        convergence_law(self.model.p, self.teacher(), self.learning().constant()?)
    }

    /// The plateaus of its teachers, one after the other ([`staircase()`]).
    pub fn staircase(&self) -> Option<Vec<Step>> {
        Some(staircase(self.model.p, self.teacher(), self.learning().constant()?))
    }
}
