//! Numbers that are typed or dragged.

use crate::ui::draw::add_ui;
use egui::{Slider, SliderClamping, Ui};

use crate::figure::{ascii, readable};
use crate::model::{Parameter, ParameterRange, ScenarioSpec, SliderScale};

/// The slider of a parameter with its hint; disabled where there is a reason why.
pub(super) fn parameter_ui(ui: &mut Ui, spec: &mut ScenarioSpec, key: &str, disabled: Option<&str>) {
    let Some(row) = Parameter::of(key) else { return };
    let mut number = (row.get)(spec).number().unwrap_or_default();
    let before = number;
    slider_ui(ui, row, &mut number, disabled);
    if number != before {
        (row.set)(spec, number);
    }
}

/// The slider of a parameter for a number that need not be its own.
///
/// What is typed may leave its range unless it is clamped: the scenario says what is wrong with it.
pub(super) fn slider_ui(ui: &mut Ui, row: &Parameter, number: &mut f64, disabled: Option<&str>) {
    let Some(SliderScale { low, high, smallest, clamps }) = row.slider else { return };
    let clamping = if clamps { SliderClamping::Edits } else { SliderClamping::Never };
    let mut slider = Slider::new(number, low..=high).clamping(clamping).text(row.symbol);
    if let Some(smallest) = smallest {
        slider = slider.logarithmic(true).smallest_positive(smallest);
    }
    if matches!(row.range, ParameterRange::Whole(..)) {
        slider = slider.integer();
    } else {
        slider = slider.custom_parser(typed).custom_formatter(|value, _| readable(value));
    }
    add_ui(ui, disabled, slider, &row.description());
}

/// What a parameter is, and its range.
pub(super) fn hint(key: &str) -> String {
    Parameter::of(key).map(Parameter::description).unwrap_or_default()
}

/// A number as people type it, also with a decimal comma, or as it is shown; nothing that is none.
pub(super) fn typed(text: &str) -> Option<f64> {
    ascii(text.trim()).replace(',', ".").parse().ok().filter(|value: &f64| !value.is_nan())
}
