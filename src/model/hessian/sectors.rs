//! The blocks of the Hessian: students of one part moving along coordinates of another couple only to the reverse.
//!
//! All moves within parts couple through the trace, and are one block. Owns the block eigenproblems.

use super::Direction;
use super::frame::Frame;
use crate::linalg::SymmetricEigen;
use crate::model::Matrix;

/// A move of student i along coordinate a.
type Move = (usize, usize);

/// The moves of each block.
#[derive(Debug)]
pub(super) struct Sectors(Vec<Vec<Move>>);

/// Sorts every move into its block.
pub(super) fn sectors(frame: &Frame) -> Sectors {
    let parts =
        1 + frame.coordinate_part.iter().chain(&frame.student_part).fold(0, |most, &part| most.max(part));
    // Block 0 is within parts; the others are named by their two parts, smaller first.
    let mut blocks = vec![Vec::new(); 1 + parts * parts];
    for (i, &own) in frame.student_part.iter().enumerate() {
        for (a, &other) in frame.coordinate_part.iter().enumerate() {
            let block = if own == other { 0 } else { 1 + own.min(other) * parts + own.max(other) };
            blocks[block].push((i, a));
        }
    }
    blocks.retain(|block| !block.is_empty());
    Sectors(blocks)
}

impl Sectors {
    /// All eigenvalues, ascending, and the direction of the lowest.
    pub(super) fn spectrum(self, frame: &Frame) -> (Vec<f64>, Direction) {
        let mut values = Vec::with_capacity(frame.omega.len());
        let mut lowest: Option<(f64, SymmetricEigen, Vec<Move>)> = None;
        for moves in self.0 {
            let block = SymmetricEigen::of(moves.len(), |row, column| frame.entry(moves[row], moves[column]));
            let found = block.eigenvalues();
            if let Some(&least) = found.first()
                && lowest.as_ref().is_none_or(|(value, ..)| least < *value)
            {
                lowest = Some((least, block, moves));
            }
            values.extend(found);
        }
        values.sort_by(f64::total_cmp);
        let mut delta = Matrix::zeros(frame.omega.nrows(), frame.dimension());
        let mut value = 0.0;
        if let Some((least, block, moves)) = lowest {
            value = least;
            for (at, entry) in moves.into_iter().zip(block.eigenvector(least)) {
                delta[at] = entry;
            }
        }
        (values, direction(frame, value, &delta))
    }
}

/// What a move of the weights does to the overlaps, in their own basis.
fn direction(frame: &Frame, value: f64, delta: &Matrix) -> Direction {
    let m = &frame.left * (delta * frame.teachers.transpose()) * frame.right.transpose();
    let q = &frame.left * (delta * frame.omega.transpose()) * frame.left.transpose();
    let (student, teacher) = m.iamax_full();
    Direction { value, q: &q + q.transpose(), student, teacher, m }
}
