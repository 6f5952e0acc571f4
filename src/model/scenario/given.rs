//! Starts that are given instead of drawn, and what the other keys of a scenario mean then: a given start has no seed,
//! no ε and no others like it.
//!
//! A given start is in a file of its own or written out in the scenario, which then needs no file.

use super::{Scenario, ScenarioSpec, StartKind, StartSection};
use crate::model::overlaps::check_shape;
use crate::model::{Matrix, ModelError, Overlaps, ScenarioError, Teacher, nested_rows};

/// A start read from a file: M₀, Q₀ and the teacher, valid and realisable.
#[derive(Clone, Debug, PartialEq)]
pub struct GivenStart {
    /// ρ₀.
    pub state: Overlaps,
    /// The teacher; orthonormal where the file gives no T.
    pub teacher: Teacher,
}

impl GivenStart {
    /// From nested lists as in start.json: `m` is p × p*, `q` p × p, `gram` p* × p*.
    ///
    /// # Errors
    /// Ragged lists, wrong shapes, entries that are not finite, Q or T not symmetric, T singular, or overlaps that no
    /// weights have.
    pub fn from_rows(
        (p, p_star): (usize, usize),
        gram: Option<&[Vec<f64>]>,
        m: &[Vec<f64>],
        q: &[Vec<f64>],
    ) -> Result<Self, ModelError> {
        let teacher = match gram {
            None => Teacher::orthonormal(p_star),
            Some(rows) => Teacher::from_gram(from_rows("T", rows, (p, p_star), (p_star, p_star))?)?,
        };
        let m = from_rows("M0", m, (p, p_star), (p, p_star))?;
        let q = from_rows("Q0", q, (p, p_star), (p, p))?;
        let state = Overlaps::new(m, q)?;
        state.check_realisable(&teacher)?;
        Ok(Self { state, teacher })
    }
}

fn from_rows(
    name: &'static str,
    rows: &[Vec<f64>],
    widths: (usize, usize),
    need: (usize, usize),
) -> Result<Matrix, ModelError> {
    let cols = rows.first().map_or(0, Vec::len);
    if let Some((row, odd)) = rows.iter().enumerate().find(|(_, row)| row.len() != cols) {
        return Err(ModelError::Ragged { name, row, found: odd.len(), first: cols });
    }
    let matrix = Matrix::from_row_iterator(rows.len(), cols, rows.iter().flatten().copied());
    check_shape(name, &matrix, widths, need)?;
    Ok(matrix)
}

impl StartSection {
    /// Takes another law of the start; what belongs to the one before goes with it.
    pub fn draw_as(&mut self, kind: StartKind) {
        *self = Self { kind, epsilon: self.epsilon, seed: self.seed, ..Self::default() };
    }

    /// Takes the start in a file, wherever the one before came from.
    pub fn read_from(&mut self, path: String) {
        self.draw_as(StartKind::File);
        self.path = Some(path);
    }

    /// Whether the start is drawn from a seed: else it is given, and there are no others like it.
    pub fn is_drawn(&self) -> bool {
        self.kind != StartKind::File
    }

    /// Whether the start is written out in the scenario itself.
    pub fn is_written_out(&self) -> bool {
        self.m_0.is_some() && self.q_0.is_some()
    }

    /// The start that is written out, for these widths.
    pub(super) fn written_out(&self, widths: (usize, usize)) -> Result<GivenStart, ScenarioError> {
        let (Some(m), Some(q)) = (&self.m_0, &self.q_0) else {
            return Err(ScenarioError::out_of_range(
                "start.kind",
                "file",
                "its file must be read; see start.path",
            ));
        };
        Ok(GivenStart::from_rows(widths, self.gram.as_deref(), m, q)?)
    }
}

impl ScenarioSpec {
    /// The same scenario from another draw of its start; `None` where the start is given.
    ///
    /// A direction that was chosen goes: with it, every seed would draw the same start but for its length.
    ///
    /// ```
    /// use saddlescope::model::{ScenarioSpec, StartKind};
    ///
    /// let mut spec = ScenarioSpec::default();
    /// (spec.model.p, spec.model.p_star, spec.start.direction) = (2, 1, vec![1.0, 0.0]);
    /// let other = spec.other_start(7).unwrap();
    /// assert!(other.start.seed == 7 && other.start.direction.is_empty());
    ///
    /// spec.start.read_from("start.json".into());
    /// assert_eq!(spec.other_start(7), None);
    /// ```
    #[must_use]
    pub fn other_start(&self, seed: u64) -> Option<Self> {
        let mut other = self.clone();
        other.start.seed = seed;
        other.start.direction.clear();
        self.start.is_drawn().then_some(other)
    }

    /// The same scenario without `[sgd]`: a `weights` start keeps the dimension that it had from there, as ε = 1/√N.
    #[must_use]
    pub fn without_sgd(&self) -> Self {
        let mut alone = self.clone();
        if let (StartKind::Weights, Some(sgd)) = (self.start.kind, alone.sgd.take()) {
            alone.start.epsilon = 1.0 / (sgd.n as f64).sqrt();
        }
        alone
    }

    /// Whether ε says anything: not of a start that is given, nor of `weights` whose dimension is that of `[sgd]`.
    pub fn uses_epsilon(&self) -> bool {
        match self.start.kind {
            StartKind::File => false,
            StartKind::Weights => self.sgd.is_none(),
            StartKind::Orthogonal | StartKind::Gaussian => true,
        }
    }
}

impl Scenario {
    /// The specification with a given start written out, so that it needs no other file; that of a drawn start as it
    /// is.
    ///
    /// Reads back to the same bits.
    pub fn self_contained(&self) -> ScenarioSpec {
        let mut spec = self.spec().clone();
        if spec.start.is_drawn() {
            return spec;
        }
        let (state, teacher) = (self.initial(), self.teacher());
        spec.start.path = None;
        spec.start.m_0 = Some(nested_rows(state.m()));
        spec.start.q_0 = Some(nested_rows(state.q()));
        spec.start.gram = (!teacher.is_orthonormal()).then(|| nested_rows(teacher.gram()));
        spec
    }

    /// How many numbers [`Scenario::self_contained`] writes out at most: p (p + p*) + p*².
    pub fn given_numbers(&self) -> usize {
        let (p, p_star) = (self.initial().p(), self.initial().p_star());
        if self.spec().start.is_drawn() { 0 } else { p * (p + p_star) + p_star * p_star }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::SgdSection;

    fn given(teacher: Teacher) -> Scenario {
        let third = 1.0 / 3.0;
        let m = Matrix::from_row_slice(2, 2, &[0.1 * third, -1e-17, 5e-324, 0.1 + 0.2]);
        let q = Matrix::from_row_slice(2, 2, &[1.0 + third, third, third, 0.9]);
        let mut spec = ScenarioSpec::default();
        (spec.model.p, spec.model.p_star) = (2, 2);
        spec.start.read_from(String::from("elsewhere/start.json"));
        Scenario::with_start(spec, GivenStart { state: Overlaps::new(m, q).unwrap(), teacher }).unwrap()
    }

    #[test]
    fn a_given_start_that_is_written_out_reads_back_to_the_same_bits_without_its_file() {
        let gram = Matrix::from_row_slice(2, 2, &[1.1, 0.1 / 3.0, 0.1 / 3.0, 0.7]);
        for teacher in [Teacher::orthonormal(2), Teacher::from_gram(gram).unwrap()] {
            let scenario = given(teacher);
            let spec = scenario.self_contained();
            assert_eq!((spec.start.path.as_ref(), spec.start.is_written_out()), (None, true));
            let text = spec.to_toml().unwrap();
            assert_eq!(text.contains("T = "), !scenario.teacher().is_orthonormal(), "{text}");
            let read = ScenarioSpec::from_toml(&text).unwrap();
            assert_eq!(read, spec);
            let again = Scenario::new(read).unwrap();
            let bits = |matrix: &Matrix| matrix.iter().map(|entry| entry.to_bits()).collect::<Vec<_>>();
            assert_eq!(bits(again.initial().m()), bits(scenario.initial().m()));
            assert_eq!(bits(again.initial().q()), bits(scenario.initial().q()));
            assert_eq!(again.teacher(), scenario.teacher());
            assert_eq!(again.self_contained(), spec, "what is written out stays so");
        }
    }

    #[test]
    fn a_drawn_start_needs_no_numbers() {
        let scenario = Scenario::new(ScenarioSpec::default()).unwrap();
        assert_eq!((scenario.self_contained(), scenario.given_numbers()), (scenario.spec().clone(), 0));
        assert_eq!(given(Teacher::orthonormal(2)).given_numbers(), 12);
    }

    #[test]
    fn another_kind_of_start_takes_nothing_of_the_one_before() {
        let mut start = given(Teacher::orthonormal(2)).self_contained().start;
        (start.epsilon, start.seed) = (0.5, 9);
        start.draw_as(StartKind::Gaussian);
        let expected =
            StartSection { kind: StartKind::Gaussian, epsilon: 0.5, seed: 9, ..StartSection::default() };
        assert_eq!(start, expected);
    }

    #[test]
    fn weights_without_sgd_keep_its_dimension() {
        let mut spec = ScenarioSpec::default();
        spec.start.kind = StartKind::Weights;
        for n in [10, 100, 12_345, 999_983, 999_999_999_989] {
            spec.sgd = Some(SgdSection { n, ..SgdSection::default() });
            let (beside, alone) = (Scenario::new(spec.clone()), Scenario::new(spec.without_sgd()));
            assert_eq!(beside.unwrap().initial(), alone.unwrap().initial(), "N = {n}");
        }
        assert!(!spec.uses_epsilon() && spec.without_sgd().uses_epsilon());
    }
}
