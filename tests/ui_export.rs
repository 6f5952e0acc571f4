//! Pictures leave the window: saved in every format, copied, all at once; nothing is replaced unasked.
#![cfg(feature = "gui")]

mod ui_support;

use std::path::Path;

use egui::{Event, Key, Modifiers, OutputCommand, PointerButton, Role};
use egui_kittest::kittest::Queryable;
use saddlescope::export::load_scenario;
use saddlescope::model::Horizon;
use ui_support::Window;

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
        choose(&mut window, picture, "Save as SVG, PDF, PNG, CSV...");
        window.harness.run();
        let path = folder.path().join(name);
        save_as(&mut window, &path);
        window.expect(&format!("saved to {}", path.display()));
        assert!(std::fs::metadata(&path).unwrap().len() > 500, "{name}");
        if Path::new(name).extension().is_none_or(|ending| ending != "npz") {
            assert_eq!(load_scenario(&path).unwrap().spec(), &window.spec(), "{name}");
        }
    }
}

#[test]
fn an_existing_file_is_not_replaced_unasked_and_a_bad_path_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("here.svg");
    std::fs::write(&path, "mine").unwrap();
    let mut window = window();
    choose(&mut window, "Loss", "Save as SVG, PDF, PNG, CSV...");
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
    assert!(text.starts_with("# saddlescope ") && text.contains("\nloss,1,series,ODE,0.0,"), "{text}");
    choose(&mut window, "matrix M(α)", "Copy picture");
    let size = handed_over(&mut window).into_iter().find_map(|command| match command {
        OutputCommand::CopyImage(image) => Some(image.size),
        _ => None,
    });
    // 8.6 cm at 300 dots per inch.
    assert_eq!(size.expect("a picture is copied")[0], 1016);
}
