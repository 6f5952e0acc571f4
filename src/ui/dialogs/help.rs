//! The help: keys, and what the panels show.

use egui::Ui;

use crate::ui::state::Action;

const KEYS: [(&str, &str); 21] = [
    ("space", "play or pause"),
    ("left, right", "step through time (with shift: ten times as far)"),
    ("home, end", "start and end of the run"),
    ("1 to 6", "the views, from overview to lesson"),
    ("R", "another random start"),
    ("K", "pin this run, to compare it with what comes next"),
    ("L", "α linear or logarithmic"),
    ("T", "light or dark"),
    ("+, -, 0", "zoom all panels over α about the cursor, and show everything again"),
    ("right drag", "zoom into part of α, in all panels (or ctrl and wheel; double click: everything)"),
    ("ctrl Z, ctrl Y", "undo and redo changes of the scenario"),
    ("ctrl O, ctrl S", "open and save a scenario; files can be dropped on the window"),
    ("ctrl Q", "quit; the window comes back as it is left"),
    ("ctrl shift C, ctrl V", "copy the scenario as text, paste one"),
    ("P", "projector: large type, or back"),
    ("E", "equations, conventions and notation"),
    ("N, page down; B, page up", "lesson: next step, step before"),
    ("A", "lesson: show or hide the answer"),
    ("ctrl E, F12", "export all panels, or the one that is maximised; photograph the window"),
    ("Esc", "all panels again"),
    ("?", "this help"),
];

const PANELS: [(&str, &str); 6] = [
    ("Loss", "generalisation error; dashed: plateau level, escape law, tail"),
    ("Overlaps M", "student neuron i with teacher r, one colour per teacher"),
    ("Norms and overlaps Q", "norms coloured by neuron, overlaps between neurons in grey"),
    ("Distance", "from the state to ρ̄, the zero-loss solution closest to the start"),
    ("S", "polar factor of M; constant for orthogonal starts"),
    ("Manifold", "the run from the centre to the circle of solutions, ρ̄ at angle 0"),
];

/// Draws the help window while it is open; where the window is low it scrolls.
pub(in crate::ui) fn help_ui(ui: &Ui) -> Vec<Action> {
    let mut open = true;
    let screen = ui.ctx().content_rect();
    let window = egui::Window::new("Help")
        .open(&mut open)
        .collapsible(false)
        .resizable(false)
        .pivot(egui::Align2::CENTER_CENTER)
        .default_pos(screen.center());
    window.show(ui, |ui| {
        let height = (screen.height() - 110.0).max(120.0);
        let scroll = egui::ScrollArea::vertical().max_height(height).min_scrolled_height(height);
        scroll.show(ui, |ui| {
            for (heading, rows) in [("Keys", KEYS.as_slice()), ("Panels", PANELS.as_slice())] {
                ui.label(egui::RichText::new(heading).strong());
                egui::Grid::new(heading).num_columns(2).show(ui, |ui| {
                    for (name, about) in rows {
                        ui.label(*name);
                        ui.label(*about);
                        ui.end_row();
                    }
                });
                ui.add_space(8.0);
            }
            ui.label("Hover over a cell to find its curve, over a curve to find its cell.");
            ui.label("Click or drag in a plot to move the time cursor.");
        });
    });
    if open { Vec::new() } else { vec![Action::ToggleHelp] }
}
