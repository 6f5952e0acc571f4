//! What is kept: changes that can be taken back, files, the clipboard, pins, and a zoom shared by all panels.

#![cfg(feature = "gui")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod ui_support;

use egui::{Event, Key, Modifiers, Role};
use egui_kittest::kittest::Queryable;
use saddlescope::export::{RunData, write_run};
use saddlescope::model::{Scenario, ScenarioSpec};
use saddlescope::ui::Saved;
use ui_support::{USUAL, Window};

const SHIFTED: Modifiers = Modifiers::COMMAND.plus(Modifiers::SHIFT);

/// Presses a key with others held and waits for the run it may start.
fn command(window: &mut Window, modifiers: Modifiers, key: Key) {
    window.harness.key_press_modifiers(modifiers, key);
    window.harness.run_steps(2);
    window.settle();
}

/// Drags a slider by its rail from one share of it to another, in some steps.
fn drag(window: &mut Window, label: &str, from: f32, to: f32) {
    let rail = window.harness.get_by_role_and_label(Role::Slider, label).rect();
    let at = |share: f32| egui::pos2(rail.left() + share * rail.width(), rail.center().y);
    window.harness.drag_at(at(from));
    window.harness.step();
    for step in 1..=6 {
        window.harness.hover_at(at(from + (to - from) * step as f32 / 6.0));
        window.harness.step();
    }
    window.harness.drop_at(at(to));
    window.harness.step();
    window.settle();
}

#[test]
fn a_drag_is_undone_in_one_step_and_redone_with_either_key() {
    let mut window = Window::first();
    let first = window.spec();
    drag(&mut window, "η", 0.4, 0.7);
    let dragged = window.spec();
    assert!(dragged.model.eta > first.model.eta);
    command(&mut window, Modifiers::COMMAND, Key::Z);
    assert_eq!(window.spec(), first);
    assert_eq!(window.run().scenario.spec(), &first, "what was taken back is run");
    command(&mut window, SHIFTED, Key::Z);
    assert_eq!(window.spec(), dragged);
    command(&mut window, Modifiers::COMMAND, Key::Z);
    command(&mut window, Modifiers::COMMAND, Key::Y);
    assert_eq!(window.spec(), dragged);
}

#[test]
fn undo_and_redo_have_buttons_that_go_through_everything_that_was_changed() {
    let mut window = Window::first();
    let first = window.spec();
    window.press(Key::R);
    window.settle();
    window.enter("p*", "2");
    window.settle();
    let last = window.spec();
    assert!(last.start.seed != first.start.seed && last.model.p_star == 2);
    for _ in 0..2 {
        window.click("undo");
        window.settle();
    }
    assert_eq!(window.spec(), first);
    window.click("undo");
    assert_eq!(window.spec(), first, "there is nothing before the first");
    for _ in 0..3 {
        window.click("redo");
        window.settle();
    }
    assert_eq!(window.spec(), last);
}

#[test]
fn a_text_field_undoes_its_own_text() {
    let mut window = Window::first();
    window.enter("p*", "2");
    window.settle();
    window.begin_entry("p");
    window.harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    window.harness.run();
    assert_eq!(window.spec().model.p_star, 2);
}

/// The text copied in the last frame.
fn copied(window: &Window) -> Option<String> {
    window.harness.output().platform_output.commands.iter().find_map(|command| match command {
        egui::OutputCommand::CopyText(text) => Some(text.clone()),
        _ => None,
    })
}

/// A folder with a scenario of η = 0.02 in it.
fn folder_with_scenario() -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.toml");
    std::fs::write(&path, "[model]\neta = 0.02\n").unwrap();
    (folder, path)
}

/// Types a path into the dialog and confirms it with Enter.
fn type_path(window: &mut Window, path: &std::path::Path) {
    window.harness.get_by_role_and_label(Role::TextInput, "path").focus();
    window.harness.run();
    window.harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    window.harness.event(Event::Text(path.to_string_lossy().into_owned()));
    window.harness.key_press(Key::Enter);
    window.harness.run_steps(3);
}

#[test]
fn the_dialog_stays_for_a_file_that_is_no_scenario() {
    let (folder, path) = folder_with_scenario();
    let wrong = folder.path().join("wrong.toml");
    std::fs::write(&wrong, "[model]\netaa = 0.02\n").unwrap();
    let mut window = Window::first();
    let before = window.spec();
    command(&mut window, Modifiers::COMMAND, Key::O);
    type_path(&mut window, &wrong);
    assert!(window.count("etaa") >= 2, "in the dialog and the status line");
    assert_eq!(window.spec(), before);
    type_path(&mut window, &path);
    window.settle();
    assert_eq!(window.spec().model.eta, 0.02);
    assert!(window.harness.query_by_role_and_label(Role::TextInput, "path").is_none());
}

#[test]
fn a_scenario_is_opened_by_its_path_named_in_the_title_and_offered_again() {
    let (_folder, path) = folder_with_scenario();
    let mut window = Window::first();
    assert_eq!(window.app().title(), "Saddlescope");
    command(&mut window, Modifiers::COMMAND, Key::O);
    type_path(&mut window, &path.with_file_name("absent.toml"));
    window.expect("there is no file");
    type_path(&mut window, &path);
    window.settle();
    assert_eq!(window.run().scenario.model.eta, 0.02);
    assert_eq!(window.app().title(), "mine – Saddlescope");
    window.expect("opened ");
    command(&mut window, Modifiers::COMMAND, Key::Z);
    assert_eq!((window.spec().model.eta, window.app().title()), (0.01, "mine (changed) – Saddlescope"));
    window.click("File");
    window.click("mine.toml");
    window.settle();
    assert_eq!(window.app().title(), "mine – Saddlescope");
    assert_eq!(window.app().saved().documents.recent, [path]);
}

#[test]
fn a_file_without_a_scenario_changes_nothing_but_the_status_line() {
    let (folder, path) = folder_with_scenario();
    std::fs::write(&path, "[model]\netaa = 0.02\n").unwrap();
    let mut window = Window::first();
    let before = (window.spec(), window.run().id);
    for name in ["mine.toml", "absent.json"] {
        window.harness.input_mut().dropped_files.push(std::sync::Arc::new(Dropped(folder.path().join(name))));
        window.harness.run();
        window.settle();
        window.expect(if name == "mine.toml" { "did you mean `eta`?" } else { "there is no such file" });
    }
    assert_eq!((window.spec(), window.run().id), before);
    assert!(window.app().saved().documents.recent.is_empty());
}

/// A file dropped on the window.
#[derive(Debug)]
struct Dropped(std::path::PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &std::path::Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        Err(String::from("read by its path"))
    }
}

#[test]
fn a_dropped_result_is_run_again() {
    let folder = tempfile::tempdir().unwrap();
    let scenario = Scenario::new(ScenarioSpec::from_toml("[model]\np = 2\np_star = 1").unwrap()).unwrap();
    let (trajectory, summary) = saddlescope::sim::run(&scenario);
    for name in ["r.csv", "r.json"] {
        let path = folder.path().join(name);
        write_run(&path, &RunData::new(&scenario, &trajectory, &summary)).unwrap();
        let mut window = Window::first();
        window.harness.input_mut().dropped_files.push(std::sync::Arc::new(Dropped(path)));
        window.harness.run_steps(2);
        window.settle();
        assert_eq!(window.run().scenario.spec(), scenario.spec());
    }
}

#[test]
fn saving_writes_what_opens_again_and_asks_before_it_replaces() {
    let (folder, path) = folder_with_scenario();
    let mut window = Window::first();
    window.enter("p", "4");
    window.settle();
    command(&mut window, Modifiers::COMMAND, Key::S);
    type_path(&mut window, &folder.path().join("new"));
    window.expect("saved to ");
    let written = std::fs::read_to_string(folder.path().join("new.toml")).unwrap();
    assert_eq!(ScenarioSpec::from_toml(&written).unwrap(), window.spec());
    assert_eq!(window.app().title(), "new – Saddlescope");
    command(&mut window, Modifiers::COMMAND, Key::S);
    type_path(&mut window, &path);
    window.expect("exists. Replace it?");
    // Enter alone destroys nothing.
    window.press(Key::Enter);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "[model]\neta = 0.02\n");
    type_path(&mut window, &path);
    window.click("Replace");
    assert_eq!(ScenarioSpec::from_toml(&std::fs::read_to_string(&path).unwrap()).unwrap(), window.spec());
}

#[test]
fn escape_and_cancel_leave_a_dialog_and_keys_are_its_own_meanwhile() {
    let mut window = Window::first();
    let before = window.spec();
    for leave in ["Escape", "Cancel"] {
        command(&mut window, Modifiers::COMMAND, Key::S);
        window.harness.event(Event::Text(String::from("R")));
        window.harness.key_press(Key::R);
        window.harness.run();
        assert!(window.harness.query_by_role_and_label(Role::TextInput, "path").is_some());
        if leave == "Cancel" {
            window.click("Cancel");
        } else {
            window.press(Key::Escape);
        }
        assert!(window.harness.query_by_role_and_label(Role::TextInput, "path").is_none(), "{leave}");
    }
    assert_eq!(window.spec(), before);
}

#[test]
fn a_copied_scenario_can_be_pasted_and_other_text_is_explained() {
    let mut window = Window::first();
    window.enter("p", "4");
    window.settle();
    // One event, one frame: what is sent to the system is in the frame's output.
    let (key, pressed, repeat) = (Key::C, true, false);
    window.harness.event(Event::Key { key, pressed, repeat, physical_key: None, modifiers: SHIFTED });
    window.harness.step();
    let text = copied(&window).expect("a text is copied");
    assert_eq!(ScenarioSpec::from_toml(&text).unwrap(), window.spec());
    let mut other = Window::first();
    other.harness.event(Event::Paste(String::from("dear colleague")));
    other.harness.run();
    other.expect("what was copied is no scenario: line 1");
    assert_eq!(other.spec(), ScenarioSpec::default());
    other.harness.event(Event::Paste(String::from("[model]\neta = -1.0")));
    other.harness.run();
    other.expect("a learning rate is a number above 0");
    assert_eq!(other.spec(), ScenarioSpec::default());
    other.harness.event(Event::Paste(text));
    other.harness.run_steps(2);
    other.settle();
    assert_eq!(other.run().scenario.spec(), &window.spec());
}

#[test]
fn files_that_are_gone_are_not_offered_at_the_next_start() {
    let (folder, path) = folder_with_scenario();
    let mut saved = Saved::default();
    saved.documents.recent = vec![path.clone(), folder.path().join("gone.toml")];
    let window = Window::with(saved, USUAL).settled();
    assert_eq!(window.app().saved().documents.recent, [path]);
}

/// The names of the pinned runs, as the buttons that let them go have them.
fn pinned(window: &Window) -> Vec<String> {
    let texts = window.texts().into_iter();
    texts.filter_map(|text| text.strip_prefix("remove pin ").map(str::to_owned)).collect()
}

#[test]
fn a_pinned_run_stays_drawn_and_says_what_it_has_other_than_the_one_shown() {
    let mut window = Window::first();
    let alone = window.curves("Loss").len();
    window.press(Key::K);
    assert_eq!(pinned(&window), ["the same settings"]);
    window.enter("η", "0.02");
    window.settle();
    assert_eq!(pinned(&window), ["η = 0.01"]);
    assert_eq!(window.curves("Loss").len(), alone + 1);
    window.click("Pin");
    window.enter("p", "12");
    window.settle();
    assert_eq!(pinned(&window), ["p = 6, η = 0.01", "p = 6"]);
    let counts = |window: &mut Window| {
        [("Escape", ["Growth rate of M", "Gap to the plateau"]), ("Overview", ["Loss", "Distance to ρ̄"])].map(
            |(view, plots)| {
                window.click(view);
                plots.map(|plot| window.curves(plot).len())
            },
        )
    };
    let with = counts(&mut window);
    window.click("remove pin p = 6, η = 0.01");
    assert_eq!(pinned(&window), ["p = 6"]);
    window.click("remove pin p = 6");
    assert!(pinned(&window).is_empty());
    let without = counts(&mut window);
    for (with, without) in with.iter().flatten().zip(without.iter().flatten()) {
        assert!(*with >= without + 2, "{with} curves with two pins, {without} without");
    }
}

#[test]
fn a_run_is_pinned_once_eight_at_most_and_its_settings_can_be_run_again() {
    let mut window = Window::first();
    for p in 2..=10 {
        window.enter("p", &p.to_string());
        window.settle();
        window.press(Key::K);
        window.press(Key::K);
    }
    assert_eq!(pinned(&window).len(), 8);
    window.enter("p", "20");
    window.settle();
    window.press(Key::K);
    window.expect("not pinned: 8 runs are; remove one first");
    window.click("p = 4");
    window.settle();
    assert_eq!(window.run().scenario.model.p, 4);
    assert!(pinned(&window).contains(&String::from("the same settings")));
}

/// Drags level with the right button over a picture from one share of its width to another.
fn box_zoom(window: &mut Window, picture: &str, from: f32, to: f32) {
    window.drag_right(picture, [egui::vec2(from, 0.3), egui::vec2(to, 0.3)]);
    window.harness.run_steps(3);
    window.harness.run();
}

#[test]
fn zooming_one_panel_over_time_zooms_all_and_survives_runs_that_reach_as_far() {
    let mut window = Window::first();
    let others = ["Overlaps M", "Norms and overlaps Q", "Distance to ρ̄"];
    let before = others.map(|plot| window.curves(plot));
    let end = window.run().trajectory.span().1;
    box_zoom(&mut window, "Loss", 0.5, 0.8);
    let zoomed = window.view().alpha_range.expect("a part of the axis is seen");
    assert!(zoomed[0] > 0.3 * end && zoomed[1] < 0.9 * end, "{zoomed:?} of {end}");
    let after = others.map(|plot| window.curves(plot));
    assert!(before.iter().zip(&after).all(|(before, after)| before != after), "all panels are zoomed");
    window.press(Key::R);
    window.settle();
    assert_eq!(window.view().alpha_range, Some(zoomed), "the new run reaches as far");
    window.click("Escape");
    assert_eq!(window.view().alpha_range, Some(zoomed), "in every view");
    window.enter("η", "0.1");
    window.settle();
    assert_eq!(window.view().alpha_range, None, "the new run ends long before");
}

#[test]
fn keys_zoom_about_the_cursor_on_either_scale_and_show_everything_again() {
    let mut window = Window::first();
    let end = window.run().trajectory.span().1;
    window.slide("time", 0.5);
    window.harness.run();
    let whole = window.curves("Loss");
    window.press(Key::Plus);
    let [low, high] = window.view().alpha_range.unwrap();
    assert!((low - 0.25 * end).abs() < 1e-6 * end && (high - 0.75 * end).abs() < 1e-6 * end);
    window.press(Key::L);
    assert_eq!(window.view().alpha_range, Some([low, high]), "the same α on a logarithmic axis");
    window.press(Key::L);
    window.press(Key::Plus);
    window.press(Key::Minus);
    window.press(Key::Minus);
    assert_eq!(window.view().alpha_range, None);
    window.press(Key::Plus);
    window.press(Key::Num0);
    assert!(window.curves("Loss") == whole);
}

#[test]
fn dragging_moves_the_cursor_in_every_plot_over_time_of_every_view() {
    let views: [(&str, &[&str]); 3] = [
        ("Escape", &["Loss", "Growth rate of M", "Gap to the plateau"]),
        ("Implicit bias", &["Distance to the ρ̄ of one start", "Generalisation errors", "Distance to ρ̄"]),
        ("Landscape", &["Hessian spectrum", "Directions down, flat, up", "Stability of a step"]),
    ];
    let mut window =
        Window::with(ui_support::saved(|spec| (spec.model.p, spec.model.p_star) = (2, 1)), USUAL);
    window.settle();
    for (view, plots) in views {
        window.click(view);
        window.settle();
        for plot in plots {
            let place = window.place(plot);
            let at = |share: f32| place.lerp_inside(egui::vec2(share, 0.4));
            window.harness.drag_at(at(0.3));
            window.harness.step();
            window.harness.hover_at(at(0.4));
            window.harness.step();
            let first = window.cursor();
            window.harness.hover_at(at(0.8));
            window.harness.step();
            assert!(window.cursor() > first, "{view}, {plot}: {} after {first}", window.cursor());
            window.harness.drop_at(at(0.8));
            window.harness.run_steps(2);
            window.settle();
        }
    }
}
