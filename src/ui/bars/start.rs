//! The start's controls: its law, its scale ε, its seed, or the file it is read from.
//!
//! Edits a copy of the scenario; a start file is asked for in a dialog, and nothing changes until it is found. What a
//! start that is given does not use is disabled.

use std::path::Path;

use egui::{Button, DragValue, Label, RichText, Ui};

use crate::model::{Parameter, STARTS, Scenario, ScenarioSpec, StartKind, StartSection};
use crate::ui::draw::{add_ui, hint, parameter_ui, slider_ui};
use crate::ui::state::{Action, FileRequest, with_key};
use crate::ui::theme::Colours;

/// Why a start that is given keeps the widths as they are.
pub(super) fn given_widths(start: &StartSection) -> Option<&'static str> {
    (!start.is_drawn())
        .then_some("the start file sets p and p*: choose another file, or a start that is drawn")
}

/// Draws the slider of ε.
pub(super) fn epsilon_ui(ui: &mut Ui, spec: &mut ScenarioSpec, scenario: Option<&Scenario>) {
    let Some(row) = Parameter::of("start.epsilon") else { return };
    if spec.uses_epsilon() {
        parameter_ui(ui, spec, row.key, None);
        return;
    }
    // What ε would be is shown, not what it was before.
    let beside = spec.sgd.as_ref().filter(|_| spec.start.is_drawn());
    let (mut shown, why) = if let Some(sgd) = beside {
        (1.0 / (sgd.n as f64).sqrt(), "N of SGD below says how large the weights are: ε = 1/√N")
    } else {
        let size = scenario.map(|scenario| scenario.initial().m());
        let size = size.map(|m| m.norm() / (m.len() as f64).sqrt()).filter(|size| *size > 0.0);
        let why = "M₀ is that of the start file; this is the root of its mean square";
        (size.unwrap_or(spec.start.epsilon), why)
    };
    slider_ui(ui, row, &mut shown, Some(why));
}

/// Draws the choice of the start and what belongs to it.
pub(super) fn start_ui(ui: &mut Ui, spec: &mut ScenarioSpec, colours: Colours, actions: &mut Vec<Action>) {
    kind_ui(ui, spec, actions);
    if spec.start.kind == StartKind::File {
        file_ui(ui, &spec.start, colours, actions);
    }
    let idle = (!spec.start.is_drawn()).then_some("a start from a file is not drawn: there is no other one");
    ui.horizontal(|ui| {
        let label = ui.label("seed");
        let seed = DragValue::new(&mut spec.start.seed).speed(0.1);
        add_ui(ui, idle, seed, &hint("start.seed")).labelled_by(label.id);
        if add_ui(ui, idle, Button::new("Reseed"), &with_key("another random start", &Action::Reseed))
            .clicked()
        {
            actions.push(Action::Reseed);
        }
    });
    if !spec.start.direction.is_empty() {
        let text = RichText::new("M₀ points where you clicked").small().color(colours.weak);
        ui.label(text).on_hover_text("the seed draws its length; Reseed draws its direction too");
    }
}

fn kind_ui(ui: &mut Ui, spec: &mut ScenarioSpec, actions: &mut Vec<Action>) {
    let kinds = [StartKind::Orthogonal, StartKind::Gaussian, StartKind::Weights, StartKind::File];
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        ui.spacing_mut().button_padding.x = 5.0;
        for (kind, choice) in kinds.into_iter().zip(STARTS) {
            let current = spec.start.kind == kind;
            if !ui.selectable_label(current, choice.label).on_hover_text(choice.meaning).clicked() {
                continue;
            }
            if kind == StartKind::File {
                actions.push(Action::File(FileRequest::AskStart));
            } else if !current {
                spec.start.draw_as(kind);
            }
        }
    });
}

/// The file, and the way to another one.
fn file_ui(ui: &mut Ui, start: &StartSection, colours: Colours, actions: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        let about = "a JSON file with p, p_star, M0, Q0 and, unless it is the identity, T";
        if ui.button("Browse...").on_hover_text(about).clicked() {
            actions.push(Action::File(FileRequest::AskStart));
        }
        let (text, hint) = match &start.path {
            Some(path) => {
                let name = Path::new(path).file_name().map(|name| name.to_string_lossy().into_owned());
                (name.unwrap_or_else(|| path.clone()), path.as_str())
            }
            None if start.is_written_out() => {
                (String::from("in the scenario"), "M₀, Q₀ and T are written out in the scenario itself")
            }
            None => (String::from("choose a start file"), about),
        };
        let chosen = start.path.is_some() || start.is_written_out();
        let colour = if chosen { colours.text } else { colours.warning };
        ui.add(Label::new(RichText::new(text).color(colour)).truncate()).on_hover_text(hint);
    });
}
