//! The frame of a panel: a card with its title, a legend, and the button that maximises it.

use egui::{Rect, Ui, UiBuilder};

use crate::ui::state::{Action, ExportRequest, PICTURE, PanelId, PictureLook};
use crate::ui::theme::{Colours, GAP};

/// The width kept for the button at the end of the title row.
const BUTTON_ROOM: f32 = 24.0;

/// What a frame is drawn with.
pub(super) struct Frame<'a> {
    pub(super) panel: PanelId,
    pub(super) title: &'a str,
    pub(super) maximised: bool,
    /// How its picture looks when it is copied or saved.
    pub(super) pictures: PictureLook,
    /// Whether a part of it is seen, and not all.
    pub(super) zoomed: bool,
    pub(super) colours: Colours,
}

/// Draws a card at `place` with `legend` in its title row and `content` below.
pub(super) fn panel_ui<R>(
    ui: &mut Ui,
    place: Rect,
    frame: &Frame<'_>,
    actions: &mut Vec<Action>,
    (legend, content): (impl FnOnce(&mut Ui), impl FnOnce(&mut Ui) -> R),
) -> R {
    let Frame { panel, title, maximised, colours, .. } = *frame;
    ui.painter().rect_filled(place, 6.0, colours.panel);
    ui.painter().rect_stroke(place, 6.0, egui::Stroke::new(1.0, colours.outline), egui::StrokeKind::Inside);
    let inner = place.shrink2(egui::vec2(GAP, 6.0));
    let title_row = Rect::from_min_size(inner.min, egui::vec2(inner.width(), 20.0));
    // The button has its place whatever the legend needs.
    let (words, button) = title_row.split_left_right_at_x(title_row.max.x - BUTTON_ROOM);
    let row =
        |place| UiBuilder::new().max_rect(place).layout(egui::Layout::left_to_right(egui::Align::Center));
    ui.scope_builder(row(words), |ui| {
        ui.set_clip_rect(words.intersect(ui.clip_rect()));
        ui.label(egui::RichText::new(title).strong()).on_hover_text(panel.row().definition);
        ui.add_space(6.0);
        legend(ui);
    });
    ui.scope_builder(row(button), |ui| {
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let (name, wish) = if maximised { ("restore", None) } else { ("maximise", Some(panel)) };
            if maximise_button(ui, maximised, &format!("{name} {title}"), colours) {
                actions.push(Action::Maximise(wish));
            }
        });
    });
    let body = Rect::from_min_max(egui::pos2(inner.min.x, title_row.max.y + 2.0), inner.max);
    let inner = ui.scope_builder(UiBuilder::new().max_rect(body), |ui| {
        ui.set_clip_rect(body.intersect(ui.clip_rect()));
        content(ui)
    });
    actions.extend(menu_ui(ui, place, frame).map(Action::Export));
    inner.inner
}

/// The menu of a panel, opened by a right-click anywhere on it.
///
/// Not a widget's own: one over the plot would take its clicks and drags.
fn menu_ui(ui: &Ui, place: Rect, frame: &Frame<'_>) -> Option<ExportRequest> {
    let panel = frame.panel;
    let visible = place.intersect(ui.clip_rect());
    let asked = ui.input(|input| {
        let at = input.pointer.interact_pos().filter(|at| visible.contains(*at));
        input.pointer.secondary_clicked() && at.is_some()
    });
    let on_top = ui.input(|input| input.pointer.interact_pos()).and_then(|at| ui.ctx().layer_id_at(at));
    let asked = asked && on_top.is_none_or(|layer| layer == ui.layer_id());
    let mut wish = None;
    let id = egui::Id::unique(("panel menu", panel));
    egui::Popup::new(id, ui.ctx().clone(), egui::PopupAnchor::PointerFixed, ui.layer_id())
        .kind(egui::PopupKind::Menu)
        .close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside)
        .layout(egui::Layout::top_down_justified(egui::Align::Min))
        .style(egui::containers::menu::menu_style)
        .open_memory(asked.then_some(egui::SetOpenCommand::Bool(true)))
        .show(|ui| {
            ui.set_min_width(190.0);
            let formats: Vec<String> = PICTURE.iter().map(|ending| ending.to_uppercase()).collect();
            let save = format!("Save as {}...", formats.join(", "));
            for (name, asked) in [
                (save.as_str(), ExportRequest::Save(panel)),
                ("Copy picture", ExportRequest::CopyPicture(panel)),
                ("Copy data", ExportRequest::CopyData(panel)),
                ("Export all panels...", ExportRequest::SaveAll),
            ] {
                if ui.button(name).clicked() {
                    wish = Some(asked);
                    ui.close();
                }
            }
            ui.separator();
            wish = wish.or(look_ui(ui, frame));
        });
    wish
}

/// How pictures look, for those that are copied from here.
fn look_ui(ui: &mut Ui, frame: &Frame<'_>) -> Option<ExportRequest> {
    let mut look = frame.pictures;
    let about = "light on dark, for slides, instead of dark on white";
    ui.checkbox(&mut look.dark, "dark picture").on_hover_text(about);
    let about = "all of the axes instead of the part that is seen; data are whole in any case";
    ui.add_enabled_ui(frame.zoomed, |ui| {
        let whole = ui.checkbox(&mut look.whole, "whole range").on_hover_text(about);
        whole.on_disabled_hover_text("all of it is seen");
    });
    (look != frame.pictures).then_some(ExportRequest::Look(look))
}

/// A small square that is drawn, not written: no font has it for certain.
fn maximise_button(ui: &mut Ui, maximised: bool, name: &str, colours: Colours) -> bool {
    let (rect, response) = ui.allocate_exact_size(egui::vec2(18.0, 18.0), egui::Sense::click());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, name));
    let colour = if response.hovered() || response.has_focus() { colours.accent } else { colours.weak };
    let stroke = egui::Stroke::new(1.2, colour);
    let square = rect.shrink(if maximised { 6.0 } else { 4.5 });
    ui.painter().rect_stroke(square, 1.0, stroke, egui::StrokeKind::Middle);
    if maximised {
        ui.painter().rect_stroke(rect.shrink(3.0), 1.0, stroke, egui::StrokeKind::Middle);
    }
    response.on_hover_text(name).clicked()
}
