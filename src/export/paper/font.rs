//! The bundled font as a ruler: how wide a text is, how it breaks into lines, what is raised and lowered in it.
//!
//! Text is shaped as the renderers shape it (kerning, combining marks), so that measured and drawn widths agree. `M_ir`
//! lowers `ir`; raised digits are characters of their own.

use rustybuzz::{Face, UnicodeBuffer, shape};

pub(super) use crate::figure::lowered::{LOWERED_SIZE, Run, runs};

/// The font in every picture, the same on every machine.
pub(super) const FONT: &[u8] = include_bytes!("../../../assets/fonts/Inter-Saddlescope.otf");

/// The family's name in the font file.
pub(super) const FAMILY: &str = "Inter";

/// Height of capitals and digits, in em.
pub(super) const CAP: f64 = 0.727;

/// The font, to measure with.
pub(super) struct Font {
    face: Option<Face<'static>>,
}

impl Font {
    /// The bundled font.
    pub(super) fn bundled() -> Self {
        Self { face: Face::from_slice(FONT, 0) }
    }

    /// The width of a text in the unit of `size`.
    pub(super) fn width(&self, text: &str, size: f64) -> f64 {
        let scaled = |run: Run| self.run_width(&run.text) * if run.lowered { LOWERED_SIZE } else { 1.0 };
        size * runs(text).into_iter().map(scaled).sum::<f64>()
    }

    /// The width of a run in em.
    fn run_width(&self, text: &str) -> f64 {
        let Some(face) = &self.face else { return 0.6 * text.chars().count() as f64 };
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        let glyphs = shape(face, &[], buffer);
        let advance: i32 = glyphs.glyph_positions().iter().map(|glyph| glyph.x_advance).sum();
        f64::from(advance) / f64::from(face.units_per_em())
    }

    /// A text in lines no wider than `width`, broken at spaces; a single long word stays whole.
    pub(super) fn wrap(&self, text: &str, size: f64, width: f64) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for word in text.split_whitespace() {
            let longer = lines.last().map(|line| format!("{line} {word}"));
            match (longer, lines.last_mut()) {
                (Some(longer), Some(line)) if self.width(&longer, size) <= width => *line = longer,
                _ => lines.push(word.to_owned()),
            }
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_font_is_read_and_a_combining_mark_takes_no_room() {
        let font = Font::bundled();
        assert!(font.face.is_some());
        let (plain, barred) = (font.width("ρ", 8.0), font.width("ρ̄", 8.0));
        assert!(plain > 3.0 && plain < 7.0, "{plain}");
        assert!((plain - barred).abs() < 1e-9);
    }

    #[test]
    fn every_character_of_axes_and_legends_has_a_glyph() {
        let face = Face::from_slice(FONT, 0).unwrap();
        for character in "ρ̄M̄Q̄αηεΔ≠±−×⁰¹²³⁴⁵⁶⁷⁸⁹⁻½→‖≤~".chars() {
            assert!(face.glyph_index(character).is_some(), "{character:?}");
        }
    }

    #[test]
    fn lines_are_broken_at_spaces_and_nothing_is_lost() {
        let font = Font::bundled();
        let text = "teacher student overlaps against time for six neurons";
        let lines = font.wrap(text, 8.0, 100.0);
        assert!(lines.len() > 1 && lines.iter().all(|line| font.width(line, 8.0) <= 100.0));
        assert_eq!(lines.join(" "), text);
        assert_eq!(font.wrap("incomprehensibility", 8.0, 10.0).len(), 1);
        assert!(font.wrap("  ", 8.0, 10.0).is_empty());
    }
}
