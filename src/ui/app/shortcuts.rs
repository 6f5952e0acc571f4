//! Keys that are pressed, text that is pasted and files that are dropped, as actions.
//!
//! What each key asks for is in the table of shortcuts. A text field that has the keyboard keeps its keys.

use std::sync::LazyLock;

use egui::{Event, Key, Modifiers, Ui};

use crate::ui::state::{Action, FileRequest, Held, PanelId, SHORTCUTS, Shortcut};

/// The keys of all rows, read once. Those with shift first: the others would take them.
static KEYS: LazyLock<Vec<(&'static Shortcut, Option<Modifiers>, Key)>> = LazyLock::new(|| {
    let all = SHORTCUTS.iter().flat_map(|row| row.keys.iter().map(move |name| (row, key_named(name))));
    let mut keys: Vec<_> = all.filter_map(|(row, named)| named.map(|(ctrl, key)| (row, ctrl, key))).collect();
    keys.sort_by_key(|(_, ctrl, _)| !ctrl.is_some_and(|modifiers| modifiers.shift));
    keys
});

/// Keys that the control which has the keyboard takes.
const OF_CONTROLS: [Key; 6] =
    [Key::Space, Key::Enter, Key::ArrowLeft, Key::ArrowRight, Key::ArrowUp, Key::ArrowDown];

/// The row of digits, and those of the number pad.
const DIGITS: [Key; 10] = [
    Key::Num0,
    Key::Num1,
    Key::Num2,
    Key::Num3,
    Key::Num4,
    Key::Num5,
    Key::Num6,
    Key::Num7,
    Key::Num8,
    Key::Num9,
];

/// What was asked for by dropping a file or, unless a dialog is open, by keys and pasted text.
pub(super) fn requested(ui: &Ui, in_dialog: bool, maximised: Option<PanelId>) -> Vec<Action> {
    let mut actions = Vec::new();
    ui.input(|input| {
        let dropped = input.raw.dropped_files.first().map(|file| file.path().to_owned());
        actions.extend(dropped.map(|path| Action::File(FileRequest::Open(path))));
    });
    if !in_dialog && !ui.ctx().text_edit_focused() {
        actions.extend(plain(ui, maximised));
    }
    if !in_dialog && !ui.ctx().text_edit_focused() {
        actions.extend(with_ctrl(ui, maximised));
    }
    actions
}

/// Keys without ctrl and alt, one after the other: with those, keys belong to others.
fn plain(ui: &Ui, maximised: Option<PanelId>) -> Vec<Action> {
    // A button or a slider that has the keyboard takes its own keys, an open menu the one that closes it.
    let (has_focus, has_menu) = (ui.ctx().egui_wants_keyboard_input(), egui::Popup::is_any_open(ui.ctx()));
    let is_taken = |key: &Key| (has_focus && OF_CONTROLS.contains(key)) || (has_menu && *key == Key::Escape);
    let asked = |event: &Event| {
        let Event::Key { key, pressed: true, modifiers, physical_key, repeat } = event else { return None };
        if modifiers.ctrl || modifiers.alt || modifiers.command || is_taken(key) {
            return None;
        }
        // Digits by their place: other layouts have other signs there.
        let digit = physical_key.as_ref().filter(|place| !modifiers.shift && DIGITS.contains(place));
        let key = digit.unwrap_or(key);
        let (row, ..) = KEYS.iter().find(|(_, ctrl, own)| ctrl.is_none() && own == key)?;
        if *repeat && !row.repeats {
            return None;
        }
        // What was held when the key came: by the end of a slow frame it may have been let go.
        (row.action)(Held { shift: modifiers.shift, maximised })
    };
    ui.input(|input| input.events.iter().filter_map(asked).collect())
}

/// Keys with ctrl (command on a Mac), and pasted text.
fn with_ctrl(ui: &Ui, maximised: Option<PanelId>) -> Vec<Action> {
    ui.input_mut(|input| {
        let pressed = |(row, ctrl, key): &(&'static Shortcut, Option<Modifiers>, Key)| {
            ctrl.filter(|modifiers| input.consume_key(*modifiers, *key)).map(|_| *row)
        };
        let asked: Vec<&Shortcut> = KEYS.iter().filter_map(pressed).collect();
        let held = Held { shift: false, maximised };
        let mut actions: Vec<Action> = asked.into_iter().filter_map(|row| (row.action)(held)).collect();
        let pasted = input.events.iter().filter_map(|event| match event {
            Event::Paste(text) => Some(Action::File(FileRequest::Paste(text.clone()))),
            _ => None,
        });
        actions.extend(pasted);
        actions
    })
}

/// A key with what is held beside it, by the name in the table; `None` for what is no key.
fn key_named(name: &str) -> Option<(Option<Modifiers>, Key)> {
    let (modifiers, name) = match (name.strip_prefix("ctrl shift "), name.strip_prefix("ctrl ")) {
        (Some(rest), _) => (Some(Modifiers::COMMAND.plus(Modifiers::SHIFT)), rest),
        (None, Some(rest)) => (Some(Modifiers::COMMAND), rest),
        (None, None) => (None, name),
    };
    // egui's names have capitals and no spaces: PageDown.
    let capital =
        |word: &str| word.chars().take(1).flat_map(char::to_uppercase).chain(word.chars().skip(1)).collect();
    let name: String = name.split(' ').map(capital).collect::<Vec<String>>().concat();
    Some((modifiers, Key::from_name(&name)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a window asks for after one event.
    fn asked(event: Event, modifiers: Modifiers, maximised: Option<PanelId>) -> Vec<Action> {
        asked_by(vec![Event::ModifiersChanged(modifiers), event], maximised)
    }

    /// What a window asks for after the events of one frame.
    fn asked_by(events: Vec<Event>, maximised: Option<PanelId>) -> Vec<Action> {
        let ctx = egui::Context::default();
        let mut actions = Vec::new();
        for events in [Vec::new(), events] {
            let input = egui::RawInput { events, ..egui::RawInput::default() };
            let mut output = ctx.run_ui(input, |ui| actions = requested(ui, false, maximised));
            output.textures_delta.clear();
        }
        actions
    }

    #[test]
    fn every_key_of_every_row_asks_for_what_the_row_says() {
        let mut tried = 0;
        for row in &SHORTCUTS {
            for name in row.keys {
                let Some((ctrl, key)) = key_named(name) else {
                    assert_eq!(*name, "right drag", "a name that is no key");
                    continue;
                };
                let modifiers = ctrl.unwrap_or_default();
                let event = Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers };
                for maximised in [None, Some(PanelId::Loss)] {
                    let expected = (row.action)(Held { shift: false, maximised });
                    assert_eq!(
                        asked(event.clone(), modifiers, maximised),
                        Vec::from_iter(expected),
                        "{name}"
                    );
                }
                tried += 1;
            }
        }
        assert_eq!(tried, SHORTCUTS.iter().map(|row| row.keys.len()).sum::<usize>() - 1);
    }

    #[test]
    fn no_key_has_two_rows_and_shift_makes_steps_ten_times_as_far() {
        let mut names: Vec<&str> = SHORTCUTS.iter().flat_map(|row| row.keys).copied().collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
        let modifiers = Modifiers::SHIFT;
        let key = Key::ArrowRight;
        let event = Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers };
        assert_eq!(asked(event, modifiers, None), [Action::Nudge(0.05)]);
        // Pasted text comes from the system, whatever key it was.
        assert_eq!(asked(Event::Paste(String::from("x")), Modifiers::NONE, None).len(), 1);
    }
    #[test]
    fn keys_of_a_slow_frame_are_all_heard_in_their_order_with_what_was_held_when_they_came() {
        let press = |key, modifiers| {
            [
                Event::ModifiersChanged(modifiers),
                Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers },
            ]
        };
        let mut events: Vec<Event> = press(Key::ArrowRight, Modifiers::SHIFT).into();
        events.extend(press(Key::ArrowLeft, Modifiers::NONE));
        events.extend(press(Key::ArrowLeft, Modifiers::NONE));
        let steps = [0.05, -0.005, -0.005].map(Action::Nudge);
        assert_eq!(asked_by(events, None), steps);
    }
}
