//! The status line: the phase at the cursor in words, errors first, and what the engine is doing.

use egui::{RichText, Ui};

use crate::figure::{ending, status};
use crate::ui::state::{Action, View};
use crate::ui::theme::Colours;
use crate::ui::work::{EnsembleStore, RunStore};

/// What goes on beside the run.
pub(in crate::ui) struct RunningWork<'a> {
    pub(in crate::ui) sgd: Option<&'a EnsembleStore>,
    /// Everything else that runs, in words; empty: nothing.
    pub(in crate::ui) words: String,
}

/// Draws the line; `message` is what has to be said before all else, and whether it is alarming.
pub(in crate::ui) fn status_ui(
    ui: &mut Ui,
    run: Option<&RunStore>,
    beside: &RunningWork<'_>,
    view: &View,
    message: Option<(&str, bool)>,
    colours: Colours,
) -> Vec<Action> {
    let mut actions = Vec::new();
    ui.horizontal_centered(|ui| {
        let (text, alarming) = sentence(run, view, message);
        let colour = if alarming { colours.warning } else { colours.text };
        let right = [beside.words.clone(), ensemble(run, beside.sgd), engine(run)];
        let right = right.iter().filter(|words| !words.is_empty()).cloned().collect::<Vec<_>>().join("   ");
        let busy = run.is_some_and(RunStore::is_running)
            || beside.sgd.is_some_and(|sgd| !sgd.ended)
            || !beside.words.is_empty();
        let room = (ui.available_width() - 330.0).max(120.0);
        ui.allocate_ui_with_layout(
            egui::vec2(room, 20.0),
            egui::Layout::left_to_right(egui::Align::Center),
            |ui| {
                let label = egui::Label::new(RichText::new(&text).color(colour)).truncate();
                let sentence = ui.add(label.sense(egui::Sense::click()));
                sentence.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &text));
                if sentence.on_hover_text(format!("{text}\nclick to copy")).clicked() {
                    actions.push(Action::Copy(text.clone()));
                }
            },
        );
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if busy && ui.button("Cancel").clicked() {
                actions.push(Action::Cancel);
            }
            if beside.sgd.is_some_and(|sgd| sgd.cancelled) {
                let go_on = ui.button("Continue SGD").on_hover_text(
                    "go on from where SGD was stopped; the result is the same as if it had not been",
                );
                if go_on.clicked() {
                    actions.push(Action::ContinueEnsemble);
                }
            }
            ui.add(egui::Label::new(RichText::new(right).color(colours.weak).small()).truncate());
        });
    });
    actions
}

fn sentence(run: Option<&RunStore>, view: &View, message: Option<(&str, bool)>) -> (String, bool) {
    if let Some((text, alarming)) = message {
        return (text.to_owned(), alarming);
    }
    let Some(run) = run else { return (String::from("starting"), false) };
    if let Some(failure) = &run.failure {
        return (failure.clone(), true);
    }
    if let (Some(_), Some(summary)) = (run.diverged_at(), &run.summary) {
        return (ending(&run.scenario, summary), true);
    }
    let alpha = run.alpha_at(view.place, view.scale());
    match run.at(alpha) {
        Some(at) => (status(&run.data(view.scale(), None, false), at), false),
        None => (String::from("integrating"), false),
    }
}

fn ensemble(run: Option<&RunStore>, sgd: Option<&EnsembleStore>) -> String {
    let replicas = run.and_then(|run| run.scenario.sgd.as_ref()).map(|sgd| sgd.replicas);
    match (sgd, replicas) {
        (Some(sgd), Some(replicas)) => sgd.failure.clone().unwrap_or_else(|| sgd.words(replicas)),
        _ => String::new(),
    }
}

fn engine(run: Option<&RunStore>) -> String {
    let Some(run) = run else { return String::new() };
    match (&run.summary, run.progress) {
        (Some(summary), _) if run.diverged_at().is_some() => {
            format!("{} steps, {} evaluations", summary.statistics.steps, summary.statistics.evaluations)
        }
        (Some(summary), _) => ending(&run.scenario, summary),
        (None, Some((alpha, end))) => format!("ODE at α = {alpha:.0}, at most {end:.0}"),
        (None, None) => String::from("ODE"),
    }
}
