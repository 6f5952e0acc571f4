//! The time bar: play, the cursor's α, the scrubber, linear or logarithmic, speed, theme and help.

use egui::{Role, Sense, Ui, WidgetInfo};

use crate::figure::number;
use crate::ui::draw::add_ui;
use crate::ui::state::{Action, View, with_key};
use crate::ui::theme::Colours;
use crate::ui::work::RunStore;

/// Speeds of the clock.
const SPEEDS: [(f64, &str); 5] = [(0.25, "×1/4"), (0.5, "×1/2"), (1.0, "×1"), (2.0, "×2"), (4.0, "×4")];

/// Draws the bar.
pub(in crate::ui) fn time_ui(
    ui: &mut Ui,
    run: Option<&RunStore>,
    view: &View,
    colours: Colours,
) -> Vec<Action> {
    let mut actions = Vec::new();
    ui.horizontal_centered(|ui| {
        ui.add_enabled_ui(run.is_some(), |ui| {
            if play_button(ui, view.playing, colours) {
                actions.push(Action::TogglePlay);
            }
        });
        let alpha = run.map_or(0.0, |run| run.alpha_at(view.place, view.scale()));
        let text = egui::RichText::new(format!("α = {}", number(alpha))).size(15.0);
        ui.allocate_ui_with_layout(
            egui::vec2(112.0, 26.0),
            egui::Layout::left_to_right(egui::Align::Center),
            |ui| {
                ui.set_min_width(112.0);
                let label = ui.add(egui::Label::new(text).sense(Sense::click()));
                label.widget_info(|| {
                    WidgetInfo::labeled(Role::Button, true, format!("α = {}", number(alpha)))
                });
                if label.on_hover_text("the time of the cursor: click to copy it, with all digits").clicked()
                {
                    actions.push(Action::Copy(alpha.to_string()));
                }
            },
        );
        let tail = 446.0;
        let mut place = view.place;
        ui.spacing_mut().slider_width = (ui.available_width() - tail).max(24.0);
        let slider = egui::Slider::new(&mut place, 0.0..=1.0).show_value(false).trailing_fill(true);
        let idle = run.is_none().then_some("no run to move through yet");
        let about = "time: drag to move through the run (left and right keys step)";
        let response = add_ui(ui, idle, slider, about);
        response.widget_info(|| WidgetInfo::labeled(Role::Slider, run.is_some(), "time"));
        if response.changed()
            && let Some(run) = run
        {
            actions.push(Action::Seek(run.alpha_at(place, view.scale())));
        }
        settings_ui(ui, view, &mut actions);
    });
    actions
}

fn settings_ui(ui: &mut Ui, view: &View, actions: &mut Vec<Action>) {
    for (log, name) in [(false, "linear"), (true, "log")] {
        let about = with_key(
            &format!("α on a {} axis", if log { "logarithmic" } else { "linear" }),
            &Action::ToggleScale,
        );
        if ui.selectable_label(view.log_alpha == log, name).on_hover_text(about).clicked()
            && view.log_alpha != log
        {
            actions.push(Action::ToggleScale);
        }
    }
    let current =
        SPEEDS.iter().find(|(speed, _)| (speed - view.speed).abs() < 1e-9).map_or("×1", |(_, name)| name);
    let combo = egui::ComboBox::from_id_salt("speed").width(52.0).selected_text(current).show_ui(ui, |ui| {
        for (speed, name) in SPEEDS {
            if ui.selectable_label((speed - view.speed).abs() < 1e-9, name).clicked() {
                actions.push(Action::Speed(speed));
            }
        }
    });
    combo.response.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, "speed"));
    ui.separator();
    let theme = if view.dark { "Light" } else { "Dark" };
    if ui
        .button(theme)
        .on_hover_text(with_key("switch between light and dark", &Action::ToggleTheme))
        .clicked()
    {
        actions.push(Action::ToggleTheme);
    }
    let projector = ui.selectable_label(view.projector, "Projector");
    if projector.on_hover_text(with_key("large type for a lecture hall", &Action::ToggleProjector)).clicked()
    {
        actions.push(Action::ToggleProjector);
    }
    let about = with_key("the model, its equations and the notation", &Action::ToggleEquations);
    if ui.button("Equations").on_hover_text(about).clicked() {
        actions.push(Action::ToggleEquations);
    }
    if ui
        .button("Help")
        .on_hover_text(with_key("keys, and what the panels show", &Action::ToggleHelp))
        .clicked()
    {
        actions.push(Action::ToggleHelp);
    }
}

/// Play or pause, drawn because fonts lack one of the signs.
fn play_button(ui: &mut Ui, playing: bool, colours: Colours) -> bool {
    let (rect, response) = ui.allocate_exact_size(egui::vec2(30.0, 26.0), Sense::click());
    let name = if playing { "pause" } else { "play" };
    response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), name));
    let fill = if response.hovered() { colours.control_hover } else { colours.control };
    ui.painter().rect_filled(rect, 4.0, fill);
    if response.has_focus() {
        ui.painter().rect_stroke(rect, 4.0, egui::Stroke::new(1.5, colours.accent), egui::StrokeKind::Inside);
    }
    let (centre, half) = (rect.center(), 6.0);
    if playing {
        for side in [-3.5, 3.5] {
            let bar =
                egui::Rect::from_center_size(centre + egui::vec2(side, 0.0), egui::vec2(3.5, 2.0 * half));
            ui.painter().rect_filled(bar, 0.5, colours.text);
        }
    } else {
        let corners = [(-4.5, -half), (6.5, 0.0), (-4.5, half)].map(|(x, y)| centre + egui::vec2(x, y));
        ui.painter().add(egui::Shape::convex_polygon(corners.to_vec(), colours.text, egui::Stroke::NONE));
    }
    let response = response.on_disabled_hover_text("no run to play yet");
    response.on_hover_text(with_key(name, &Action::TogglePlay)).clicked()
}
