//! Keys without ctrl: time, views, the lesson, and how things are looked at.
//!
//! What acts on the scenario as a whole is in `commands`.

use egui::{Event, Key};

use crate::ui::state::{Action, ExportRequest, LessonCommand, ViewId, ZoomRequest};

/// Keys that act everywhere, unless a text field has the keyboard.
pub(super) fn shortcuts(ui: &egui::Ui) -> Vec<Action> {
    if ui.ctx().egui_wants_keyboard_input() {
        return Vec::new();
    }
    ui.input(|input| {
        // With ctrl or alt, keys belong to others. What was held when the key came: by the end of a slow frame it may
        // have been let go.
        let pressed = |wanted: Key| {
            input.events.iter().any(|event| match event {
                Event::Key { key, pressed: true, modifiers, .. } => {
                    *key == wanted && !(modifiers.ctrl || modifiers.alt || modifiers.command)
                }
                _ => false,
            })
        };
        let step = if input.modifiers.shift { 0.05 } else { 0.005 };
        let keys = [
            (Key::Space, Action::TogglePlay),
            (Key::F12, Action::Export(ExportRequest::Screenshot)),
            (Key::R, Action::Reseed),
            (Key::K, Action::Pin),
            (Key::L, Action::ToggleScale),
            (Key::T, Action::ToggleTheme),
            (Key::P, Action::ToggleProjector),
            (Key::E, Action::ToggleEquations),
            (Key::N, Action::Lesson(LessonCommand::Next)),
            (Key::PageDown, Action::Lesson(LessonCommand::Next)),
            (Key::B, Action::Lesson(LessonCommand::Back)),
            (Key::PageUp, Action::Lesson(LessonCommand::Back)),
            (Key::A, Action::Lesson(LessonCommand::Answer)),
            (Key::Questionmark, Action::ToggleHelp),
            (Key::Escape, Action::Maximise(None)),
            (Key::ArrowLeft, Action::Nudge(-step)),
            (Key::ArrowRight, Action::Nudge(step)),
            (Key::Home, Action::Nudge(-1.0)),
            (Key::End, Action::Nudge(1.0)),
            (Key::Plus, Action::Zoom(ZoomRequest::By(2.0))),
            (Key::Minus, Action::Zoom(ZoomRequest::By(0.5))),
            (Key::Num0, Action::Zoom(ZoomRequest::All)),
        ];
        let digits = [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6];
        let views = digits.into_iter().zip(ViewId::ALL.map(Action::Show));
        let keys = keys.into_iter().chain(views);
        keys.filter(|(key, _)| pressed(*key)).map(|(_, action)| action).collect()
    })
}
