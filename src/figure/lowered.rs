//! Lowered letters in text: `M_ir` lowers `ir`, on the screen as on paper. Raised digits are characters of their own.

/// Size of lowered text, in the size of its line.
pub const LOWERED_SIZE: f64 = 0.72;

/// A piece of text at one height.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// What it says.
    pub text: String,
    /// Whether it is lower and smaller.
    pub lowered: bool,
}

/// The runs of a text: an underscore behind a letter lowers the letters and digits that follow.
pub fn runs(text: &str) -> Vec<Run> {
    let mut runs = vec![Run { text: String::new(), lowered: false }];
    let mut before = ' ';
    for next in text.chars() {
        let lowered = runs.last().is_some_and(|run| run.lowered);
        let starts = next == '_' && !lowered && (before.is_alphabetic() || is_mark(before));
        if starts || (lowered && !next.is_alphanumeric()) {
            runs.push(Run { text: String::new(), lowered: starts });
        }
        if let Some(run) = runs.last_mut().filter(|_| !starts) {
            run.text.push(next);
        }
        before = next;
    }
    runs.retain(|run| !run.text.is_empty());
    runs
}

/// Whether a character stands over the one before it, as the macron of ρ̄.
fn is_mark(character: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_underscore_behind_a_letter_lowers_what_follows() {
        let run = |text: &str, lowered| Run { text: text.to_owned(), lowered };
        assert_eq!(runs("M_ir"), [run("M", false), run("ir", true)]);
        assert_eq!(runs("Q̄_ii (i < j)"), [run("Q̄", false), run("ii", true), run(" (i < j)", false)]);
        assert_eq!(runs("_x 2_000"), [run("_x 2_000", false)]);
        assert_eq!(runs(""), []);
    }
}
