//! Numbers that are typed or dragged.

use egui::{Slider, SliderClamping};

use crate::figure::{ascii, readable};

/// A logarithmic slider whose number entry may leave its range: the scenario says what is wrong with it.
pub(super) fn logarithmic(value: &mut f64, low: f64, high: f64) -> Slider<'_> {
    Slider::new(value, low..=high)
        .logarithmic(true)
        .clamping(SliderClamping::Never)
        .custom_formatter(|value, _| readable(value))
        .custom_parser(typed)
}

/// A number as people type it, also with a decimal comma, or as it is shown; nothing that is none.
pub(super) fn typed(text: &str) -> Option<f64> {
    ascii(text.trim()).replace(',', ".").parse().ok().filter(|value: &f64| !value.is_nan())
}
