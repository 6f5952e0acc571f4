//! Pictures leave the window: saved in every format, copied, all at once; nothing is replaced unasked.
#![cfg(feature = "gui")]

mod ui_support;

use std::path::Path;

use egui::{Event, Key, Modifiers, OutputCommand, PointerButton, Role};
use egui_kittest::kittest::Queryable;
use saddlescope::export::{load_pinned, load_scenario, load_sweep};
use saddlescope::model::Horizon;
use saddlescope::ui::SweepSettings;
use ui_support::{Window, save_entry};

fn window() -> Window {
    Window::of(|spec| {
        (spec.model.p, spec.model.p_star, spec.model.eta) = (2, 1, 0.1);
        spec.time.alpha_max = Horizon::Until(60.0);
    })
}

/// Opens the menu of a panel at its picture, and chooses an entry.
fn choose(window: &mut Window, picture: &str, entry: &str) {
    let pos = window.place(picture).center();
    window.harness.hover_at(pos);
    for pressed in [true, false] {
        let (button, modifiers) = (PointerButton::Secondary, Modifiers::NONE);
        window.harness.event(Event::PointerButton { pos, button, pressed, modifiers });
        window.harness.step();
    }
    window.harness.run();
    window.harness.get_by_label(entry).click();
    window.harness.step();
}

/// Types a path into the dialog, confirms it, and waits for the files.
fn save_as(window: &mut Window, path: &Path) {
    window.harness.get_by_role_and_label(Role::TextInput, "path").focus();
    window.harness.run();
    window.harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    window.harness.event(Event::Text(path.to_string_lossy().into_owned()));
    window.harness.key_press(Key::Enter);
    window.harness.run_steps(2);
    window.settle();
}

/// What was handed to the system in the last frames.
fn handed_over(window: &mut Window) -> Vec<OutputCommand> {
    window.harness.output().platform_output.commands.clone()
}

#[test]
fn a_panel_is_saved_in_the_format_its_name_asks_for_and_runs_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = window();
    for (picture, name) in [
        ("Loss", "loss.svg"),
        ("Manifold of solutions", "circle.pdf"),
        ("matrix Q(α)", "q.png"),
        ("Overlaps M", "m.csv"),
        ("Norms and overlaps Q", "norms.npz"),
    ] {
        choose(&mut window, picture, &save_entry());
        window.harness.run();
        let path = folder.path().join(name);
        save_as(&mut window, &path);
        window.expect(&format!("saved to {}", path.display()));
        assert!(std::fs::metadata(&path).unwrap().len() > 500, "{name}");
        assert_eq!(load_scenario(&path).unwrap().spec(), &window.spec(), "{name}");
    }
}

#[test]
fn an_existing_file_is_not_replaced_unasked_and_a_bad_path_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("here.svg");
    std::fs::write(&path, "mine").unwrap();
    let mut window = window();
    choose(&mut window, "Loss", &save_entry());
    window.harness.run();
    save_as(&mut window, &path);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "mine");
    window.press(Key::Escape);
    save_as(&mut window, &folder.path().join("nowhere/a.svg"));
    window.expect("there is no folder");
}

#[test]
fn all_panels_of_a_view_are_saved_beside_each_other_or_none() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = window();
    choose(&mut window, "Loss", "Export all panels...");
    window.harness.run();
    save_as(&mut window, &folder.path().join("run.svg"));
    let names = || {
        let mut names: Vec<String> = std::fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    };
    let all = ["distance", "loss", "m", "manifold", "norms", "overlaps", "polar-factor", "q"];
    assert_eq!(names(), all.map(|panel| format!("run-{panel}.svg")));
    std::fs::remove_file(folder.path().join("run-q.svg")).unwrap();
    choose(&mut window, "Loss", "Export all panels...");
    window.harness.run();
    save_as(&mut window, &folder.path().join("run.svg"));
    window.expect("is there already; give another name");
    assert_eq!(names().len(), 7);
}

#[test]
fn ctrl_e_saves_the_panel_that_has_all_the_room_and_else_every_panel() {
    let folder = tempfile::tempdir().unwrap();
    let saved = |folder: &Path| std::fs::read_dir(folder).unwrap().count();
    let mut window = window();
    window.click("maximise Loss");
    // Let go within the frame.
    for pressed in [true, false] {
        let (key, modifiers) = (Key::E, Modifiers::CTRL | Modifiers::COMMAND);
        window.harness.event(Event::Key { key, physical_key: None, pressed, repeat: false, modifiers });
    }
    window.harness.run_steps(3);
    assert!(!window.view().equations, "without ctrl the key means something else");
    save_as(&mut window, &folder.path().join("one.svg"));
    assert_eq!(saved(folder.path()), 1);
    window.press(Key::Escape);
    window.harness.key_press_modifiers(Modifiers::COMMAND, Key::E);
    window.harness.step();
    save_as(&mut window, &folder.path().join("all.svg"));
    assert_eq!(saved(folder.path()), 1 + 8, "the panels of the overview");
}

#[test]
fn pictures_and_data_are_copied() {
    let mut window = window();
    choose(&mut window, "Loss", "Copy data");
    let text = handed_over(&mut window).into_iter().find_map(|command| match command {
        OutputCommand::CopyText(text) => Some(text),
        _ => None,
    });
    let text = text.expect("a table is copied");
    assert!(
        text.starts_with("α\tgeneralisation error, ODE\t") && text.contains("\n# saddlescope "),
        "{text}"
    );
    let lines: Vec<&str> = text.lines().take_while(|line| !line.is_empty()).collect();
    let cells = |line: &&str| line.split('\t').count();
    assert!(lines.len() > 50 && lines.iter().all(|line| cells(line) == cells(&lines[0])));
    choose(&mut window, "matrix M(α)", "Copy picture");
    let size = handed_over(&mut window).into_iter().find_map(|command| match command {
        OutputCommand::CopyImage(image) => Some(image.size),
        _ => None,
    });
    // 8.6 cm at 300 dots per inch.
    assert_eq!(size.expect("a picture is copied")[0], 1016);
}

#[test]
fn the_picture_of_a_run_with_a_pinned_one_carries_both() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = window();
    window.press(Key::K);
    window.enter("η", "0.2");
    window.settle();
    for (picture, name, pins) in [("Loss", "loss.svg", true), ("Overlaps M", "m.png", false)] {
        choose(&mut window, picture, &save_entry());
        window.harness.run();
        let path = folder.path().join(name);
        save_as(&mut window, &path);
        let own = load_scenario(&path).unwrap();
        assert_eq!((own.spec(), own.model.eta), (&window.spec(), 0.2));
        let pinned = load_pinned(&path, 1).map(|scenario| scenario.model.eta);
        assert_eq!(pinned.ok(), pins.then_some(0.1), "only a picture that shows it");
    }
}

#[test]
fn pictures_of_sweeps_carry_their_sweep_and_other_starts_their_seeds() {
    let folder = tempfile::tempdir().unwrap();
    let mut saved = ui_support::saved(|spec| {
        (spec.model.p, spec.model.p_star, spec.model.eta) = (2, 1, 0.1);
        spec.time.alpha_max = Horizon::Until(60.0);
    });
    saved.view.sweep = SweepSettings { starts: 2, rates: 6, widest: 3 };
    saved.view.fan = 3;
    let mut window = Window::with(saved, ui_support::USUAL).settled();
    window.click("Sweeps");
    window.settle();
    let path = folder.path().join("s.csv");
    window.harness.key_press_modifiers(Modifiers::COMMAND, Key::E);
    window.harness.step();
    save_as(&mut window, &path);
    let rows = |name: &str| load_sweep(&folder.path().join(name)).unwrap().rows();
    assert_eq!((rows("s-half-time.csv"), rows("s-map.csv")), (6 * 2, 6 * 3 * 2));
    assert!(rows("s-least-half-time.csv") >= 2 * 2);
    window.click("Implicit bias");
    window.settle();
    window.harness.key_press_modifiers(Modifiers::COMMAND, Key::E);
    window.harness.step();
    save_as(&mut window, &folder.path().join("b.svg"));
    let text = std::fs::read_to_string(folder.path().join("b-closest.svg")).unwrap();
    assert!(text.contains("# other_starts: seeds 2, 3, 4\n"));
    let table = std::fs::read_to_string(folder.path().join("s-half-time.csv")).unwrap();
    let said =
        table.lines().find(|line| line.starts_with("# panel half-time, plot 1: x is η, y is α")).unwrap();
    assert!(said.ends_with("; low to high: one standard error below and above the mean"), "{said}");
}
