//! The words of a lesson: heading, sentences, equation, a question with its answer, and the way to the other steps.
//!
//! Type grows with the card, so that it can be read from the last row.

use egui::style::ScrollAnimation;
use egui::{
    Button, Label, Rect, RichText, Role, ScrollArea, Sense, Stroke, StrokeKind, Ui, UiBuilder, WidgetInfo,
};

use super::Shown;
use crate::model::ScenarioSpec;
use crate::ui::draw::{add_ui, equation_ui, parameter_ui, reveal_ui, round_numbers};
use crate::ui::state::{Action, Lesson, LessonCommand, STEPS, ZoomRequest, with_key};
use crate::ui::theme::Colours;

/// The height of the row of buttons.
const FOOT: f32 = 34.0;

/// The room that the scroll bar takes when it is pointed at.
const SCROLL_BAR: f32 = 10.0;

/// Draws the card of the present step at `place`.
pub(super) fn lesson_ui(ui: &mut Ui, place: Rect, shown: &Shown<'_>) -> Vec<Action> {
    let (lesson, colours) = (&shown.view.lesson, shown.drawing.colours);
    let (mut wish, mut actions) = (None, Vec::new());
    ui.painter().rect_filled(place, 6.0, colours.panel);
    ui.painter().rect_stroke(place, 6.0, Stroke::new(1.0, colours.outline), StrokeKind::Inside);
    let inner = place.shrink2(egui::vec2(16.0, 10.0));
    let (words, foot) = inner.split_top_bottom_at_y(inner.max.y - FOOT);
    ui.scope_builder(UiBuilder::new().max_rect(words), |ui| {
        let scroll = ScrollArea::vertical().id_salt(("lesson", lesson.step)).auto_shrink([false, false]);
        scroll.show(ui, |ui| {
            // The bar floats: no word is to lie under it.
            ui.set_max_width(ui.available_width() - SCROLL_BAR);
            let size = (place.width() / 23.5).clamp(14.5, 20.0);
            actions.extend(head_ui(ui, shown, &mut wish));
            step_ui(ui, shown, size, &mut actions);
        });
    });
    ui.scope_builder(UiBuilder::new().max_rect(foot), |ui| foot_ui(ui, lesson, colours, &mut wish));
    actions.extend(wish.map(Action::Lesson));
    actions
}

/// The width from which the head has room for all of its words.
const WIDE_HEAD: f32 = 270.0;

/// Where one is, and the way out with the scenario.
fn head_ui(ui: &mut Ui, shown: &Shown<'_>, wish: &mut Option<LessonCommand>) -> Option<Action> {
    let (lesson, colours) = (&shown.view.lesson, shown.drawing.colours);
    let mut asked = None;
    ui.horizontal(|ui| {
        // Where the card is narrow, the buttons need the room of the word.
        let place = format!("{} / {}", lesson.step + 1, STEPS.len());
        let words = format!("Step {place}");
        let seen = if ui.available_width() < WIDE_HEAD { &place } else { &words };
        let label = ui.label(RichText::new(seen).color(colours.weak));
        label.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &words));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let keep = ui.button("Keep scenario").on_hover_text(
                "go on with this scenario in the overview; otherwise your own comes back with any other view",
            );
            if keep.clicked() {
                *wish = Some(LessonCommand::Keep);
            }
            asked = reveal_ui(ui, shown.view);
        });
    });
    ui.add_space(6.0);
    asked
}

/// What the step says.
fn step_ui(ui: &mut Ui, shown: &Shown<'_>, size: f32, actions: &mut Vec<Action>) {
    let (lesson, colours) = (&shown.view.lesson, shown.drawing.colours);
    let step = lesson.current();
    // "p = 12" stays on one line, and so does what is in brackets.
    let words = |text: &str| {
        let text = text.replace(" = ", "\u{a0}=\u{a0}").replace("(p + 2)", "(p\u{a0}+\u{a0}2)");
        RichText::new(text).size(size).line_height(Some(1.34 * size))
    };
    ui.add(Label::new(RichText::new(step.title).size(1.4 * size).strong()).wrap());
    ui.add_space(0.4 * size);
    ui.add(Label::new(words(step.text)).wrap());
    ui.add_space(0.5 * size);
    equation_ui(ui, step.equation, 1.15 * size, colours);
    ui.add_space(0.5 * size);
    ui.add(Label::new(words(step.question).color(colours.accent)).wrap());
    ui.add_space(0.3 * size);
    let button = if lesson.answered { "Hide answer" } else { "Show answer" };
    let hint = with_key("show or hide it", &Action::Lesson(LessonCommand::Answer));
    if shown.view.hides_controls {
        actions.extend(ui.scope(|ui| sliders_ui(ui, shown.spec, step.sliders)).inner);
        ui.add_space(0.3 * size);
    }
    ui.horizontal(|ui| {
        if shown.view.reveals() {
            let name = if shown.view.playing { "Pause" } else { "Play" };
            let words = RichText::new(name).size(1.15 * size).strong().color(colours.panel);
            let play = Button::new(words).fill(colours.accent);
            let play = ui.add(play.min_size(egui::vec2(5.5 * size, 2.0 * size)));
            let hint = with_key("let time pass and see what happens", &Action::TogglePlay);
            if play.on_hover_text(hint).clicked() {
                actions.push(Action::TogglePlay);
            }
        }
        if shown.view.alpha_range.is_some() {
            let hint = with_key("axes that show everything", &Action::Zoom(ZoomRequest::All));
            if ui.button(RichText::new("Fit axes").size(0.9 * size)).on_hover_text(hint).clicked() {
                actions.push(Action::Zoom(ZoomRequest::All));
            }
        }
        if ui.button(RichText::new(button).size(0.9 * size)).on_hover_text(hint).clicked() {
            actions.push(Action::Lesson(LessonCommand::Answer));
        }
    });
    if lesson.answered {
        ui.add_space(0.2 * size);
        let answer = ui.add(Label::new(words(step.answer)).wrap());
        if is_news(ui, lesson) {
            ui.scroll_to_rect_animation(answer.rect, None, ScrollAnimation::none());
        }
    }
}

/// The sliders that the question is about, while the others are out of the way.
fn sliders_ui(ui: &mut Ui, spec: &ScenarioSpec, keys: &[&str]) -> Option<Action> {
    let mut edited = spec.clone();
    ui.spacing_mut().slider_width = (ui.available_width() - 110.0).max(100.0);
    for key in keys {
        parameter_ui(ui, &mut edited, key, None);
    }
    round_numbers(spec, &mut edited);
    (edited != *spec).then(|| Action::Edit(Box::new(edited)))
}

/// Whether the answer of a step has not been seen in the frame before.
fn is_news(ui: &Ui, lesson: &Lesson) -> bool {
    let key = egui::Id::unique("lesson answer seen");
    let frame = ui.ctx().cumulative_frame_nr();
    let seen = ui.data_mut(|data| {
        let last = data.get_temp::<(usize, u64)>(key);
        data.insert_temp(key, (lesson.step, frame));
        last
    });
    !seen.is_some_and(|(step, last)| step == lesson.step && last + 1 >= frame)
}

/// Back, one dot per step, next.
fn foot_ui(ui: &mut Ui, lesson: &Lesson, colours: Colours, wish: &mut Option<LessonCommand>) {
    ui.horizontal_centered(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        let size = egui::vec2(58.0, 26.0);
        let first = (lesson.step == 0).then_some("this is the first step");
        let back = Button::new("Back").min_size(size);
        if add_ui(ui, first, back, &with_key("the step before", &Action::Lesson(LessonCommand::Back)))
            .clicked()
        {
            *wish = Some(LessonCommand::Back);
        }
        // Between the buttons, as wide as there is room.
        let room = (ui.available_width() - size.x - 8.0).max(0.0);
        let width = (room / STEPS.len() as f32).min(20.0);
        ui.add_space(0.5 * (room - width * STEPS.len() as f32));
        ui.spacing_mut().item_spacing.x = 0.0;
        for (index, step) in STEPS.iter().enumerate() {
            let name = format!("step {}: {}", index + 1, step.title);
            if dot_ui(ui, width, index == lesson.step, &name, colours) {
                *wish = Some(LessonCommand::To(index));
            }
        }
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let last = (lesson.step + 1 >= STEPS.len()).then_some("this is the last step");
            let next = Button::new("Next").min_size(size);
            if add_ui(ui, last, next, &with_key("the next step", &Action::Lesson(LessonCommand::Next)))
                .clicked()
            {
                *wish = Some(LessonCommand::Next);
            }
        });
    });
}

/// A dot for a step; clicked, it goes there.
fn dot_ui(ui: &mut Ui, width: f32, current: bool, name: &str, colours: Colours) -> bool {
    let (rect, response) = ui.allocate_exact_size(egui::vec2(width, 24.0), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    let lit = current || response.hovered() || response.has_focus();
    let colour = if lit { colours.accent } else { colours.weak };
    if current {
        ui.painter().circle_filled(rect.center(), 5.5, colour);
    } else {
        ui.painter().circle_stroke(rect.center(), 4.0, Stroke::new(1.5, colour));
    }
    response.on_hover_text(name).clicked()
}
