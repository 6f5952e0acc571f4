//! The controls: every parameter with its meaning, presets, and what follows from the choice.
//!
//! Edits a copy of the scenario; what changed goes out as one action.

use egui::{DragValue, Grid, Label, RichText, Role, Sense, Ui, WidgetInfo};

use super::{epsilon_ui, given_widths, start_ui, teacher_ui};
use crate::figure::{Readout, StartBelowNoise, ascii, duration, readouts_of_run};
use crate::model::{ENGINES, Engine, Horizon, Scenario, ScenarioSpec};
use crate::sim::Events;
use crate::ui::draw::{add_ui, hint, parameter_ui, round_numbers, typed};
use crate::ui::state::{Action, PRESETS, View, ViewId};
use crate::ui::theme::Colours;

/// What the controls show.
pub(in crate::ui) struct Controls<'a> {
    /// The scenario being edited, valid or not.
    pub(in crate::ui) spec: &'a ScenarioSpec,
    /// The last valid scenario.
    pub(in crate::ui) scenario: Option<&'a Scenario>,
    /// When things happened in its run, where it is the one that is shown.
    pub(in crate::ui) events: Option<Events>,
    /// What is wrong with the edited one.
    pub(in crate::ui) error: Option<&'a str>,
    /// How it is looked at: what the view adds.
    pub(in crate::ui) view: &'a View,
    /// How long an ensemble that has not been begun would take, in seconds.
    pub(in crate::ui) ensemble_waits: Option<f64>,
    pub(in crate::ui) colours: Colours,
}

/// Draws the controls.
pub(in crate::ui) fn controls_ui(ui: &mut Ui, controls: &Controls<'_>) -> Vec<Action> {
    let mut actions = Vec::new();
    let mut spec = controls.spec.clone();
    egui::ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
        actions.extend(preset_ui(ui, &spec));
        ui.add_space(4.0);
        model_ui(ui, &mut spec, controls);
        noise_ui(ui, controls);
        section(ui, "Teacher", controls.colours);
        teacher_ui(ui, &mut spec);
        section(ui, "Start", controls.colours);
        start_ui(ui, &mut spec, controls.colours, &mut actions);
        section(ui, "Time", controls.colours);
        time_ui(ui, &mut spec);
        view_settings_ui(ui, controls, &mut actions);
        section(ui, "Finite-N SGD", controls.colours);
        sgd_ui(ui, &mut spec, controls, &mut actions);
        if let Some(error) = controls.error {
            ui.add_space(6.0);
            ui.label(RichText::new(error).color(controls.colours.warning));
        }
        if let Some(scenario) = controls.scenario {
            section(ui, "What follows", controls.colours);
            let readouts = readouts_of_run(scenario, controls.events.as_ref());
            actions.extend(readouts_ui(ui, &readouts, controls.colours));
        }
    });
    if !keeps_direction(controls.spec, &spec) {
        spec.start.direction.clear();
    }
    round_numbers(controls.spec, &mut spec);
    if spec != *controls.spec {
        actions.push(Action::Edit(Box::new(spec)));
    }
    actions
}

/// Whether a direction of the start, chosen in the picture of the solutions, still means something.
fn keeps_direction(before: &ScenarioSpec, after: &ScenarioSpec) -> bool {
    let drawn = |spec: &ScenarioSpec| (spec.model.p, spec.model.p_star, spec.start.kind, spec.start.seed);
    drawn(before) == drawn(after) || before.start.direction != after.start.direction
}

fn section(ui: &mut Ui, name: &str, colours: Colours) {
    ui.add_space(8.0);
    ui.label(RichText::new(name).small().color(colours.weak));
    ui.separator();
}

fn preset_ui(ui: &mut Ui, spec: &ScenarioSpec) -> Option<Action> {
    let mut chosen = None;
    let current =
        PRESETS.iter().find(|preset| preset.spec() == *spec).map_or("Presets", |preset| preset.name);
    let width = ui.available_width() - 8.0;
    let combo = egui::ComboBox::from_id_salt("presets")
        .width(width)
        .truncate()
        .selected_text(current)
        .show_ui(ui, |ui| {
            for preset in &PRESETS {
                if ui
                    .selectable_label(current == preset.name, preset.name)
                    .on_hover_text(preset.about)
                    .clicked()
                {
                    chosen = Some(Action::Adopt(Box::new(preset.spec())));
                }
            }
        });
    combo.response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::ComboBox, true, "presets"));
    chosen
}

fn model_ui(ui: &mut Ui, spec: &mut ScenarioSpec, controls: &Controls<'_>) {
    let given = given_widths(&spec.start);
    parameter_ui(ui, spec, "model.p", given);
    parameter_ui(ui, spec, "model.p_star", given);
    parameter_ui(ui, spec, "model.eta", None);
    epsilon_ui(ui, spec, controls.scenario);
    // The equations lose Δ with the η² terms; runs of SGD keep it.
    let unheard = (spec.model.gradient_flow && spec.sgd.is_none())
        .then_some("gradient flow averages over all labels: Δ acts through the η² terms alone");
    parameter_ui(ui, spec, "model.label_noise", unheard);
    ui.checkbox(&mut spec.model.gradient_flow, "gradient flow").on_hover_text(hint("model.gradient_flow"));
}

/// What a start below the noise of SGD means, under the control of its size.
fn noise_ui(ui: &mut Ui, controls: &Controls<'_>) {
    let scenario = controls.scenario.filter(|_| controls.error.is_none());
    if let Some(noise) = scenario.and_then(StartBelowNoise::of) {
        ui.label(RichText::new(noise.words()).small().color(controls.colours.warning));
    }
}

fn time_ui(ui: &mut Ui, spec: &mut ScenarioSpec) {
    let mut auto = spec.time.alpha_max == Horizon::Auto;
    ui.horizontal(|ui| {
        ui.checkbox(&mut auto, "until every phase has been seen")
            .on_hover_text("to convergence; on an algebraic tail to four escape times");
    });
    match (auto, spec.time.alpha_max) {
        (true, _) => spec.time.alpha_max = Horizon::Auto,
        (false, Horizon::Auto) => spec.time.alpha_max = Horizon::Until(1000.0),
        (false, Horizon::Until(mut end)) => {
            ui.horizontal(|ui| {
                let label = ui.label("until α =");
                ui.add(DragValue::new(&mut end).speed(10.0).custom_parser(typed)).labelled_by(label.id);
            });
            spec.time.alpha_max = Horizon::Until(end);
        }
    }
}

/// What the view that is seen can vary itself.
fn view_settings_ui(ui: &mut Ui, controls: &Controls<'_>, actions: &mut Vec<Action>) {
    match controls.view.tab {
        ViewId::ImplicitBias => {
            section(ui, "Other starts", controls.colours);
            let mut count = controls.view.fan;
            let idle = (!controls.spec.start.is_drawn())
                .then_some("a start from a file is not drawn: there are no others like it");
            let about = "the same scenario from other seeds, each with a direction of its own";
            ui.horizontal(|ui| {
                let label = ui.label("runs from other starts");
                let runs = DragValue::new(&mut count).range(0..=50).speed(0.1);
                add_ui(ui, idle, runs, about).labelled_by(label.id);
            });
            if count != controls.view.fan {
                actions.push(Action::OtherStarts(count));
            }
        }
        ViewId::Sweeps => {
            section(ui, "Sweep", controls.colours);
            let mut sweep = controls.view.sweep.clone();
            ui.horizontal(|ui| {
                let label = ui.label("starts per mean");
                ui.add(DragValue::new(&mut sweep.starts).range(1..=1000).speed(0.1)).labelled_by(label.id);
            });
            ui.horizontal(|ui| {
                let label = ui.label("learning rates");
                ui.add(DragValue::new(&mut sweep.rates).range(2..=200).speed(0.1)).labelled_by(label.id);
            });
            ui.horizontal(|ui| {
                let label = ui.label("widths up to p =");
                // Widths begin with the teacher's.
                let least = controls.spec.model.p_star.clamp(1, 64);
                let widest = DragValue::new(&mut sweep.widest).range(least..=64).speed(0.1);
                ui.add(widest.clamp_existing_to_range(false)).labelled_by(label.id);
            });
            if !controls.spec.start.is_drawn() {
                let text = "drawn for sweeps: orthogonal starts as large as the file's M₀, equal teachers";
                ui.label(RichText::new(text).small().color(controls.colours.weak));
            }
            if sweep != controls.view.sweep {
                actions.push(Action::Sweep(sweep));
            }
        }
        ViewId::Overview | ViewId::Escape | ViewId::Landscape | ViewId::Lesson => {}
    }
}

fn sgd_ui(ui: &mut Ui, spec: &mut ScenarioSpec, controls: &Controls<'_>, actions: &mut Vec<Action>) {
    let mut on = spec.sgd.is_some();
    ui.checkbox(&mut on, "simulate SGD").on_hover_text(
        "runs of one-pass SGD in dimension N beside the ODE: dashed mean, band ± standard error",
    );
    if !on {
        spec.sgd = None;
        return;
    }
    spec.sgd.get_or_insert_default();
    parameter_ui(ui, spec, "sgd.n", None);
    let sgd = spec.sgd.get_or_insert_default();
    ui.horizontal(|ui| {
        let label = ui.label("runs");
        ui.add(DragValue::new(&mut sgd.replicas).speed(0.1)).labelled_by(label.id);
        for (engine, choice) in [Engine::Reduced, Engine::Direct].into_iter().zip(ENGINES) {
            ui.selectable_value(&mut sgd.engine, engine, choice.label).on_hover_text(choice.meaning);
        }
    });
    let mut single = controls.view.single_runs;
    if ui.checkbox(&mut single, "single runs").on_hover_text("draw the loss of up to 16 runs").changed() {
        actions.push(Action::ToggleSingleRuns);
    }
    if let Some(seconds) = controls.ensemble_waits {
        let text = format!("about {} on this machine", duration(seconds));
        ui.label(RichText::new(text).color(controls.colours.warning));
        if ui.button("Run anyway").clicked() {
            actions.push(Action::RunEnsemble);
        }
    }
}

/// The read-outs; a click on one copies its number.
fn readouts_ui(ui: &mut Ui, readouts: &[Readout], colours: Colours) -> Option<Action> {
    let mut copied = None;
    Grid::new("readouts").num_columns(2).spacing([10.0, 3.0]).show(ui, |ui| {
        for Readout { name, value, meaning, alarming } in readouts {
            ui.label(RichText::new(*name).color(colours.weak)).on_hover_text(*meaning);
            let colour = if *alarming { colours.warning } else { colours.text };
            let text = if *alarming { format!("{value} passed") } else { value.clone() };
            let label = Label::new(RichText::new(&text).monospace().color(colour)).sense(Sense::click());
            let response = ui.add(label);
            response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("copy {name}: {text}")));
            if response.on_hover_text(format!("{meaning}\nclick to copy")).clicked() {
                // Numbers go without their unit, as other programs read them; words and pairs whole.
                let first = value.split(' ').next().filter(|_| !value.contains(" / ")).map(ascii);
                let number = first.filter(|first| first.parse::<f64>().is_ok());
                copied = Some(Action::Copy(number.unwrap_or_else(|| value.clone())));
            }
            ui.end_row();
        }
    });
    copied
}
