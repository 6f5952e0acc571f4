//! What a window keeps between sessions, as text and back; everything read is brought into the range that can be shown.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{Documents, Saved, View};

/// How large things are drawn at least and at most: beyond, nothing can be read or nothing fits.
const ZOOM: [f32; 2] = [0.5, 3.0];

/// The sides of a window, in points.
const SIDE: [f32; 2] = [400.0, 16_384.0];

/// No screen begins further out than this, in points.
const FURTHEST: f32 = 100_000.0;

/// Scenario, view, files, and the window itself.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(in crate::ui) struct WindowState {
    pub(in crate::ui) saved: Saved,
    pub(in crate::ui) geometry: Geometry,
}

/// Where the window is and how large.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(in crate::ui) struct Geometry {
    /// Its inner size, in points of the screen.
    pub(in crate::ui) size: [f32; 2],
    /// Its upper left corner with its frame, in points of the screen; `None` where the system does not tell.
    pub(in crate::ui) position: Option<[f32; 2]>,
    pub(in crate::ui) maximised: bool,
    pub(in crate::ui) full_screen: bool,
    /// How large things are drawn.
    pub(in crate::ui) zoom: f32,
}

impl Default for Geometry {
    fn default() -> Self {
        Self { size: [1440.0, 900.0], position: None, maximised: false, full_screen: false, zoom: 1.0 }
    }
}

impl WindowState {
    /// As text.
    ///
    /// # Errors
    /// What cannot be written as text.
    pub(in crate::ui) fn to_json(&self) -> Result<String, String> {
        serde_json::to_string_pretty(self).map_err(|error| error.to_string())
    }

    /// From text, within what can be shown.
    ///
    /// # Errors
    /// What is no such text: where.
    pub(in crate::ui) fn from_json(text: &str) -> Result<Self, String> {
        let state: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        Ok(Self { saved: state.saved.clamped(), geometry: state.geometry.clamped() })
    }
}

impl Geometry {
    /// Within what can be shown.
    pub(in crate::ui) fn clamped(self) -> Self {
        let [width, height] = self.size.map(|side| within(side, SIDE));
        let is_place = |at: &[f32; 2]| at.iter().all(|value| value.abs() <= FURTHEST);
        Self {
            size: if width.is_nan() || height.is_nan() { Self::default().size } else { [width, height] },
            position: self.position.filter(is_place),
            zoom: if self.zoom.is_nan() { 1.0 } else { within(self.zoom, ZOOM) },
            ..self
        }
    }
}

/// NaN stays NaN.
fn within(value: f32, [low, high]: [f32; 2]) -> f32 {
    value.clamp(low, high)
}

impl Saved {
    fn clamped(mut self) -> Self {
        self.view.clamp();
        self.documents.clamp();
        self
    }
}

impl View {
    fn clamp(&mut self) {
        self.speed = if self.speed.is_finite() { self.speed.clamp(0.1, 10.0) } else { 1.0 };
        self.fan = self.fan.min(50);
        self.sweep.starts = self.sweep.starts.clamp(1, 1000);
        self.sweep.rates = self.sweep.rates.clamp(2, 200);
        self.sweep.widest = self.sweep.widest.clamp(1, 64);
        self.lesson.step = self.lesson.step.min(crate::ui::STEPS.len() - 1);
    }
}

impl Documents {
    fn clamp(&mut self) {
        let is_path = |path: &PathBuf| path.is_absolute();
        self.recent.retain(is_path);
        self.recent.truncate(super::RECENT);
        self.origin.take_if(|origin| !is_path(&origin.path));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> WindowState {
        WindowState::from_json(text).unwrap()
    }

    #[test]
    fn a_state_reads_back_from_its_own_text() {
        let mut state = WindowState::default();
        state.saved.spec.model.eta = 0.1 + 0.2;
        state.saved.view.dark = true;
        state.geometry =
            Geometry { size: [1024.0, 700.0], position: Some([-1920.0, 40.0]), zoom: 1.4, ..state.geometry };
        assert_eq!(read(&state.to_json().unwrap()), state);
    }

    #[test]
    fn whatever_is_missing_or_unknown_is_as_at_the_first_start() {
        assert_eq!(read("{}"), WindowState::default());
        let text = r#"{"saved": {"view": {"dark": true, "later": 1}}, "geometry": {"zoom": 1.2}}"#;
        let state = read(text);
        assert!(state.saved.view.dark);
        assert_eq!(state.geometry, Geometry { zoom: 1.2, ..Geometry::default() });
    }

    #[test]
    fn numbers_that_cannot_be_shown_are_brought_into_range() {
        for (zoom, is) in [("0", 0.5), ("-1", 0.5), ("1000", 3.0), ("3e38", 3.0)] {
            assert_eq!(read(&format!(r#"{{"geometry": {{"zoom": {zoom}}}}}"#)).geometry.zoom, is);
        }
        let geometry = |text: &str| read(&format!(r#"{{"geometry": {text}}}"#)).geometry;
        assert_eq!(geometry(r#"{"size": [1, 1e9]}"#).size, [400.0, 16_384.0]);
        assert_eq!(geometry(r#"{"position": [1e7, 0]}"#).position, None);
        let last = crate::ui::STEPS.len() - 1;
        let view = |text: &str| read(&format!(r#"{{"saved": {{"view": {text}}}}}"#)).saved.view;
        assert_eq!(view(r#"{"speed": 1e300, "lesson": {"step": 99}}"#).lesson.step, last);
        assert_eq!(view(r#"{"speed": 0, "fan": 100000}"#).fan, 50);
        let sweep = view(r#"{"sweep": {"starts": 0, "rates": 1000000, "widest": 0}}"#).sweep;
        assert_eq!((sweep.starts, sweep.rates, sweep.widest), (1, 200, 1));
        for nothing in [f32::NAN, f32::INFINITY] {
            let odd = Geometry {
                zoom: nothing,
                size: [nothing; 2],
                position: Some([nothing; 2]),
                ..Geometry::default()
            };
            let clamped = odd.clamped();
            assert!(clamped.zoom.is_finite() && clamped.size[0].is_finite() && clamped.position.is_none());
        }
    }

    #[test]
    fn what_is_no_state_is_refused_with_its_place() {
        for text in
            ["", "{", "[1]", r#"{"geometry": {"zoom": null}}"#, r#"{"geometry": {"zoom": 1e999}}"#, "nul\0"]
        {
            assert!(WindowState::from_json(text).unwrap_err().contains("line "), "{text}");
        }
    }

    #[test]
    fn whatever_a_disk_or_another_program_makes_of_it_is_read_within_range_or_refused() {
        use rand::{RngExt, SeedableRng};

        let whole = WindowState::default().to_json().unwrap().into_bytes();
        let words = ["0", "-1", "1e400", "null", "true", "\"\"", "[]", "{}", "1e38", "99999999999999999999"];
        let mut rng = rand_xoshiro::Xoshiro256PlusPlus::seed_from_u64(3);
        let (mut taken, cases) = (0, 2_000);
        for _ in 0..cases {
            let mut bytes = whole.clone();
            for _ in 0..rng.random_range(1..4) {
                let at = rng.random_range(0..bytes.len().max(2));
                let end = bytes.len().min(at + rng.random_range(0..12_usize));
                let word = words[rng.random_range(0..words.len())].bytes();
                match rng.random_range(0..3) {
                    0 => bytes.truncate(at),
                    1 => drop(bytes.splice(at.min(end)..end, word)),
                    _ => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 4),
                }
            }
            let Ok(state) = WindowState::from_json(&String::from_utf8_lossy(&bytes)) else { continue };
            taken += 1;
            let Geometry { size, zoom, position, .. } = state.geometry;
            assert!(size.iter().all(|side| (SIDE[0]..=SIDE[1]).contains(side)));
            assert!((ZOOM[0]..=ZOOM[1]).contains(&zoom));
            assert!(position.is_none_or(|at| at.iter().all(|place| place.abs() <= FURTHEST)));
            assert!(state.saved.view.speed > 0.0 && state.saved.view.fan <= 50);
            assert_eq!(read(&state.to_json().unwrap()), state);
        }
        assert!(taken > 20 && taken < cases, "{taken} of {cases} were read");
    }
}
