//! What is the user's own: scenarios that come from outside, and scenario, undo, pins, file and cursor while the lesson
//! is open.

#![cfg(feature = "gui")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod ui_support;

use std::path::{Path, PathBuf};

use egui::{Event, Key, Modifiers, Role};
use egui_kittest::kittest::Queryable;
use saddlescope::ui::{STEPS, Saved, ViewId};
use ui_support::{USUAL, Window, saved};

/// The user's own scenario, unlike that of any step.
fn own() -> Saved {
    saved(|spec| (spec.start.seed, spec.model.eta) = (77, 0.1))
}

/// A file with a scenario of η = 0.02 in it, and its folder.
fn file_with_scenario() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.toml");
    std::fs::write(&path, "[model]\neta = 0.02\n").unwrap();
    (folder, path)
}

/// A file dropped on the window.
#[derive(Debug)]
struct Dropped(PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        Err(String::from("read by its path"))
    }
}

fn dropped(window: &mut Window, path: &Path) {
    window.harness.input_mut().dropped_files.push(std::sync::Arc::new(Dropped(path.to_owned())));
    window.harness.run_steps(2);
    window.settle();
}

fn typed_into_the_dialog(window: &mut Window, path: &Path) {
    window.harness.key_press_modifiers(Modifiers::COMMAND, Key::O);
    window.harness.run();
    window.harness.get_by_role_and_label(Role::TextInput, "path").focus();
    window.harness.run();
    window.harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    window.harness.event(Event::Text(path.to_string_lossy().into_owned()));
    window.harness.key_press(Key::Enter);
    window.harness.run_steps(3);
    window.settle();
}

fn from_the_recent_files(window: &mut Window, _: &Path) {
    window.click("File");
    window.click("mine.toml");
    window.settle();
}

fn pasted(window: &mut Window, path: &Path) {
    window.harness.event(Event::Paste(std::fs::read_to_string(path).unwrap()));
    window.harness.run_steps(2);
    window.settle();
}

fn command(window: &mut Window, key: Key) {
    window.harness.key_press_modifiers(Modifiers::COMMAND, key);
    window.harness.run_steps(2);
    window.settle();
}

/// Opens the lesson and goes on to a step, from 0.
fn open_lesson(window: &mut Window, step: usize) {
    window.press(Key::Num6);
    window.settle();
    for _ in 0..step {
        window.press(Key::N);
        window.settle();
    }
}

/// The names of the pinned runs.
fn pinned(window: &Window) -> Vec<String> {
    let texts = window.texts().into_iter();
    texts.filter_map(|text| text.strip_prefix("remove pin ").map(str::to_owned)).collect()
}

#[test]
fn a_scenario_from_outside_is_the_users_own_however_it_comes_into_the_lesson() {
    type Bring = fn(&mut Window, &Path);
    let ways: [(&str, Bring, bool); 4] = [
        ("drop", dropped, true),
        ("dialog", typed_into_the_dialog, true),
        ("recent", from_the_recent_files, true),
        ("paste", pasted, false),
    ];
    let (_folder, path) = file_with_scenario();
    for (way, bring, has_file) in ways {
        let mut before = own();
        before.documents.recent = vec![path.clone()];
        let mut window = Window::with(before, USUAL).settled();
        open_lesson(&mut window, 2);
        bring(&mut window, &path);
        assert_eq!((window.spec().model.eta, window.view().tab), (0.02, ViewId::Overview), "{way}");
        assert_eq!(window.run().scenario.spec(), &window.spec(), "{way}");
        let title = if has_file { "mine – Saddlescope" } else { "Saddlescope" };
        assert_eq!(window.app().title(), title, "{way}");
        window.press(Key::Num2);
        window.settle();
        assert_eq!(window.spec().model.eta, 0.02, "{way}: no view brings another back");
        command(&mut window, Key::Z);
        assert_eq!(window.spec(), own().spec, "{way} can be undone");
        assert_eq!(window.run().scenario.spec(), &own().spec);
    }
}

#[test]
fn a_preset_chosen_in_the_lesson_is_the_users_own() {
    let mut window = Window::with(own(), USUAL).settled();
    open_lesson(&mut window, 1);
    window.harness.get_by_role_and_label(Role::ComboBox, "presets").click();
    window.harness.run();
    window.click("p = p* = 3: matched");
    window.settle();
    assert_eq!((window.spec().model.p, window.view().tab), (3, ViewId::Overview));
    window.press(Key::Num4);
    window.settle();
    assert_eq!(window.spec().model.p, 3);
    assert_eq!(window.app().title(), "p = p* = 3: matched – Saddlescope");
    command(&mut window, Key::Z);
    assert_eq!(window.spec(), own().spec);
}

#[test]
fn a_start_file_is_read_once_and_its_start_is_carried() {
    let folder = tempfile::tempdir().unwrap();
    let (start, path) = (folder.path().join("start.json"), folder.path().join("given.toml"));
    std::fs::write(&start, r#"{"p": 2, "p_star": 1, "M0": [[0.03], [0.04]], "Q0": [[1, 0], [0, 1]]}"#)
        .unwrap();
    let text = "[model]\np = 2\np_star = 1\neta = 0.1\n[start]\nkind = \"file\"\npath = \"start.json\"\n";
    std::fs::write(&path, text).unwrap();
    let mut window = Window::with(own(), USUAL).settled();
    dropped(&mut window, &path);
    std::fs::remove_file(&start).unwrap();
    let given = |window: &Window| {
        assert_eq!(window.app().error(), None);
        let run = window.run();
        assert_eq!(run.scenario.spec(), &window.spec());
        assert_eq!(run.scenario.initial().m().as_slice(), [0.03, 0.04]);
    };
    given(&window);
    window.enter("η", "0.2");
    window.settle();
    given(&window);
    command(&mut window, Key::Z);
    given(&window);
    open_lesson(&mut window, 0);
    window.press(Key::Num1);
    window.settle();
    given(&window);
    assert_eq!(window.app().title(), "given – Saddlescope");
}

#[test]
fn the_program_starts_with_a_scenario_that_has_been_read() {
    let (_folder, path) = file_with_scenario();
    let scenario = saddlescope::export::open_scenario(&path).unwrap();
    let mut kept = own();
    (kept.view.tab, kept.view.lesson.own) = (ViewId::Lesson, Some(Box::new(own().spec)));
    kept.spec = STEPS[0].spec();
    let context = egui::Context::default();
    let app = saddlescope::ui::App::opening(
        &context,
        kept,
        (scenario, Some(&path)),
        &saddlescope::worker::Runner::threads(std::sync::Arc::new(|| ())),
    )
    .unwrap();
    assert_eq!((app.saved().spec.model.eta, app.saved().view.tab), (0.02, ViewId::Overview));
    assert_eq!(app.saved().documents.recent, [path]);
    assert_eq!(app.saved().view.lesson.own, None);
}

#[test]
fn undo_in_the_lesson_stays_in_its_step() {
    let mut window = Window::with(own(), USUAL).settled();
    window.enter("p", "4");
    window.settle();
    let mine = window.spec();
    open_lesson(&mut window, 1);
    for _ in 0..3 {
        command(&mut window, Key::Z);
        assert_eq!(window.spec(), STEPS[1].spec(), "there is nothing of the step's to undo");
    }
    window.enter("p", "2");
    window.settle();
    command(&mut window, Key::Z);
    assert_eq!(window.spec(), STEPS[1].spec());
    command(&mut window, Key::Y);
    assert_eq!(window.spec().model.p, 2);
    window.press(Key::N);
    window.settle();
    command(&mut window, Key::Z);
    assert_eq!(window.spec(), STEPS[2].spec(), "nor anything of the step before");
    window.press(Key::Num1);
    window.settle();
    assert_eq!(window.spec(), mine);
    command(&mut window, Key::Y);
    assert_eq!(window.spec(), mine, "what was undone in the lesson is not redone outside of it");
    command(&mut window, Key::Z);
    assert_eq!(window.spec(), own().spec, "the user's own history is as it was");
    command(&mut window, Key::Y);
    assert_eq!(window.spec(), mine);
}

#[test]
fn a_step_that_is_loaded_again_can_be_had_back() {
    let mut window = Window::with(own(), USUAL).settled();
    open_lesson(&mut window, 1);
    window.enter("p", "2");
    window.settle();
    window.click(&format!("step 2: {}", STEPS[1].title));
    window.settle();
    assert_eq!(window.spec(), STEPS[1].spec());
    command(&mut window, Key::Z);
    assert_eq!(window.spec().model.p, 2);
}

#[test]
fn a_scenario_kept_from_the_lesson_is_an_edit_that_can_be_undone() {
    let (_folder, path) = file_with_scenario();
    let mut window = Window::with(own(), USUAL).settled();
    dropped(&mut window, &path);
    let mine = window.spec();
    open_lesson(&mut window, 1);
    assert!(!window.app().title().starts_with("mine"), "the step is not in the user's file");
    window.enter("p", "2");
    window.settle();
    let run = window.run().id;
    window.click("Keep scenario");
    window.settle();
    let kept = window.spec();
    assert_eq!((kept.model.p, window.view().tab), (2, ViewId::Overview));
    assert_eq!(window.run().id, run, "its run goes on");
    assert_eq!(window.app().title(), "mine (changed) – Saddlescope");
    command(&mut window, Key::Z);
    assert_eq!((window.spec(), window.app().title()), (mine.clone(), "mine – Saddlescope"));
    assert_eq!(window.run().scenario.spec(), &mine);
    command(&mut window, Key::Y);
    assert_eq!(window.spec(), kept);
}

#[test]
fn the_pins_of_a_step_go_with_it_and_the_users_come_back() {
    let mut window = Window::with(own(), USUAL).settled();
    window.press(Key::K);
    window.enter("η", "0.2");
    window.settle();
    assert_eq!(pinned(&window), ["η = 0.1"]);
    open_lesson(&mut window, 3);
    assert!(pinned(&window).is_empty(), "the user's do not follow into the lesson");
    window.press(Key::K);
    window.enter("p", "4");
    window.settle();
    assert_eq!(pinned(&window).len(), 1);
    window.press(Key::N);
    window.settle();
    assert!(pinned(&window).is_empty(), "the next step begins without");
    window.press(Key::K);
    window.press(Key::Num1);
    window.settle();
    assert_eq!(pinned(&window), ["η = 0.1"]);
}

#[test]
fn coming_back_from_the_lesson_finds_the_cursor_and_the_zoom_where_they_were() {
    let mut window = Window::with(own(), USUAL).settled();
    window.slide("time", 0.25);
    window.harness.run();
    window.press(Key::Plus);
    let (cursor, zoom) = (window.cursor(), window.view().alpha_range);
    assert!(cursor > 0.0 && zoom.is_some());
    open_lesson(&mut window, 0);
    assert_eq!((window.view().place, window.view().alpha_range), (STEPS[0].place, None));
    window.press(Key::Plus);
    window.harness.key_press(Key::Space);
    window.harness.run_steps(2);
    assert!(window.view().playing);
    window.press(Key::Num2);
    window.settle();
    assert!(!window.view().playing, "nothing plays by itself");
    assert_eq!((window.cursor(), window.view().alpha_range), (cursor, zoom));
    // Also if the axis has become logarithmic meanwhile.
    open_lesson(&mut window, 0);
    window.press(Key::L);
    window.press(Key::Num2);
    window.settle();
    assert!((window.cursor() - cursor).abs() < 1e-9 * cursor, "{} for {cursor}", window.cursor());
}

#[test]
fn a_panel_that_had_all_the_room_has_it_again_in_its_own_view() {
    let mut window = Window::with(own(), USUAL).settled();
    window.click("maximise Loss");
    let maximised = window.view().maximised;
    assert!(maximised.is_some());
    open_lesson(&mut window, 0);
    assert_eq!(window.view().maximised, None);
    window.press(Key::Num1);
    assert_eq!(window.view().maximised, maximised);
    open_lesson(&mut window, 0);
    window.press(Key::Num3);
    assert_eq!(window.view().maximised, None, "it belongs to another view");
}

#[test]
fn an_edit_that_is_not_valid_is_still_there_after_the_lesson_beside_its_own_last_run() {
    let mut window = Window::with(own(), USUAL).settled();
    window.enter("η", "-1");
    assert!(window.app().error().is_some());
    open_lesson(&mut window, 0);
    assert_eq!(window.app().error(), None);
    window.press(Key::Num1);
    window.settle();
    assert!(window.app().error().unwrap().contains("learning rate"));
    assert_eq!(window.spec().model.eta, -1.0);
    assert_eq!(window.run().scenario.spec(), &own().spec, "not the step's");
}

#[test]
fn a_lesson_that_the_program_began_in_gives_back_what_was_kept() {
    let mut kept = own();
    (kept.view.tab, kept.view.lesson.own) = (ViewId::Lesson, Some(Box::new(own().spec)));
    kept.spec = STEPS[0].spec();
    let mut window = Window::with(kept, USUAL).settled();
    assert_eq!(window.view().place, STEPS[0].place, "the step opens at its place");
    window.press(Key::Num1);
    window.settle();
    assert_eq!(window.run().scenario.spec(), &own().spec);
    assert_eq!(window.view().place, 1.0);
}
