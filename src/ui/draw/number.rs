//! Numbers that are typed or dragged.

use egui::{Slider, SliderClamping, Ui};

use super::add_ui;
use crate::figure::{ascii, readable};
use crate::model::{PARAMETERS, Parameter, ParameterRange, ScenarioSpec, SliderScale, Value};
use crate::sim::sweep::to_15_digits;

/// The slider of a parameter with its hint; disabled where there is a reason why.
pub(in crate::ui) fn parameter_ui(ui: &mut Ui, spec: &mut ScenarioSpec, key: &str, disabled: Option<&str>) {
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
pub(in crate::ui) fn slider_ui(ui: &mut Ui, row: &Parameter, number: &mut f64, disabled: Option<&str>) {
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
pub(in crate::ui) fn hint(key: &str) -> String {
    Parameter::of(key).map(Parameter::description).unwrap_or_default()
}

/// A number as people type it, also with a decimal comma, or as it is shown; nothing that is none.
pub(in crate::ui) fn typed(text: &str) -> Option<f64> {
    ascii(text.trim()).replace(',', ".").parse().ok().filter(|value: &f64| !value.is_nan())
}

/// Takes what a slider's powers of ten leave behind the fifteenth digit off the numbers that changed: 1e-7, not
/// 9.999999999999998e-8.
pub(in crate::ui) fn round_numbers(before: &ScenarioSpec, after: &mut ScenarioSpec) {
    for row in &PARAMETERS {
        if let (Value::Real(was), Value::Real(is)) = ((row.get)(before), (row.get)(after))
            && was != is
        {
            (row.set)(after, to_15_digits(is));
        }
    }
}
