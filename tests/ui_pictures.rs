//! Pictures are what the window shows: every kind of panel in every format, read back; zoomed, light or dark, with its α.
#![cfg(feature = "gui")]
#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "support/npz.rs"]
mod npz;
mod ui_support;

use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::Path;

use egui::{Event, Key, Modifiers, OutputCommand, PointerButton, Role, vec2};
use egui_kittest::kittest::Queryable;
use npz::read_npz;
use saddlescope::export::SHEET_FORMATS;
use saddlescope::model::{ScenarioSpec, SgdSection};
use saddlescope::ui::{Saved, SweepSettings};
use ui_support::{USUAL, Window, save_entry, saved};

/// A run with everything that a panel may show.
fn everything() -> Saved {
    let mut saved = saved(|spec: &mut ScenarioSpec| {
        (spec.model.p, spec.model.p_star, spec.model.eta) = (3, 2, 0.3);
        spec.start.epsilon = 0.05;
        spec.sgd = Some(SgdSection { n: 400, replicas: 6, ..SgdSection::default() });
    });
    saved.view.sweep = SweepSettings { starts: 1, rates: 5, widest: 4 };
    saved.view.fan = 3;
    saved
}

/// Every kind of panel, by the name in its files.
const KINDS: [&str; 21] = [
    "closest",
    "counts",
    "difference",
    "distance",
    "eigenvalues",
    "gap",
    "growth",
    "half-time",
    "half-time-histogram",
    "least-half-time",
    "levels",
    "loss",
    "losses",
    "m",
    "manifold",
    "map",
    "norms",
    "overlaps",
    "polar-factor",
    "q",
    "stability",
];

/// What is said where there is nothing to show.
const EMPTY: [&str; 4] = ["nothing to show", "no data", "nothing has arrived", "no spectrum"];

fn save_as(window: &mut Window, path: &Path) {
    window.harness.get_by_role_and_label(Role::TextInput, "path").focus();
    window.harness.run();
    window.harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    window.harness.event(Event::Text(path.to_string_lossy().into_owned()));
    window.harness.key_press(Key::Enter);
    window.harness.run_steps(2);
    window.settle();
}

/// Saves every panel that is seen.
fn save_all(window: &mut Window, path: &Path) {
    window.harness.key_press_modifiers(Modifiers::COMMAND, Key::E);
    window.harness.step();
    save_as(window, path);
}

/// Opens the menu of the panel with a picture.
fn open_menu(window: &mut Window, picture: &str) {
    let pos = window.place(picture).center();
    window.harness.hover_at(pos);
    for pressed in [true, false] {
        let (button, modifiers) = (PointerButton::Secondary, Modifiers::NONE);
        window.harness.event(Event::PointerButton { pos, button, pressed, modifiers });
        window.harness.step();
    }
    window.harness.run();
}

/// Opens the menu of a panel, and chooses an entry.
fn choose(window: &mut Window, picture: &str, entry: &str) {
    open_menu(window, picture);
    window.harness.get_by_label(entry).click();
    window.harness.step();
}

/// The elements of a kind within every group of a name.
fn drawn(svg: &str, group: &str, elements: &[&str]) -> usize {
    let (mut depth, mut inside, mut count) = (0, None, 0);
    for piece in svg.split('<').skip(1) {
        if piece.starts_with("g ") {
            depth += 1;
            if inside.is_none() && piece.contains(&format!("class=\"{group}\"")) {
                inside = Some(depth);
            }
        } else if piece.starts_with("/g>") {
            inside = inside.filter(|within| *within != depth);
            depth -= 1;
        } else if inside.is_some() {
            count += usize::from(elements.iter().any(|name| piece.starts_with(&format!("{name} "))));
        }
    }
    count
}

/// All words of a picture.
fn words(svg: &str) -> String {
    let tags = svg.split('<').skip(1).filter(|piece| piece.starts_with("text") || piece.starts_with("tspan"));
    let said = tags.filter_map(|piece| piece.split_once('>')).map(|(_, text)| text.trim());
    said.collect::<Vec<&str>>().join(" ")
}

fn check_svg(kind: &str, svg: &str) {
    let bars = drawn(svg, "colour-bar", &["rect"]);
    if ["m", "q", "difference"].contains(&kind) {
        let matrices = if kind == "difference" { 3 } else { 2 };
        assert!(drawn(svg, "matrices", &["path"]) >= 6 * matrices, "{kind}: cells");
        assert!(bars >= 1, "{kind}: no colour bar");
        assert!(drawn(svg, "colour-bar", &["text"]) >= 3, "{kind}: a bar without ticks");
    } else {
        assert!(drawn(svg, "curves", &["path"]) >= 1, "{kind}: no curve is drawn");
    }
    if kind == "map" {
        assert!(drawn(svg, "curves", &["path"]) >= 5 * 3, "cells of the map");
        assert!(bars >= 1, "the map has no colour bar");
        assert!(drawn(svg, "colour-bar", &["text"]) >= 3, "a bar without ticks");
    }
    let words = words(svg);
    for empty in EMPTY {
        assert!(!words.contains(empty), "{kind} says \"{empty}\" over what it shows: {words}");
    }
}

/// How often the pages of a PDF paint a path, and how many letters they show.
fn painted(pdf: &[u8]) -> (usize, usize) {
    let find = |from: usize, mark: &[u8]| {
        pdf[from..].windows(mark.len()).position(|window| window == mark).map(|at| from + at)
    };
    let (mut at, mut paths, mut texts) = (0, 0, 0);
    while let Some(start) = find(at, b"stream") {
        let begin = start + b"stream".len();
        let begin = begin + pdf[begin..].iter().take_while(|byte| b"\r\n".contains(byte)).count();
        let Some(end) = find(begin, b"endstream") else { break };
        let mut content = Vec::new();
        let _ = flate2::read::ZlibDecoder::new(&pdf[begin..end]).read_to_end(&mut content);
        let content = String::from_utf8_lossy(if content.is_empty() { &pdf[begin..end] } else { &content });
        paths += content.lines().filter(|line| ["S", "f", "f*", "B", "B*"].contains(&line.trim())).count();
        texts += content.matches("Tj").count() + content.matches("TJ").count();
        at = end + b"endstream".len();
    }
    (paths, texts)
}

/// The share of pixels that are not of the background, and how many colours there are.
fn coloured(png: &[u8]) -> (f64, usize) {
    let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut pixels).unwrap();
    let ground = &pixels[..4];
    let other = pixels.chunks(4).filter(|pixel| *pixel != ground).count();
    let colours: BTreeSet<&[u8]> = pixels.chunks(4).collect();
    (4.0 * other as f64 / pixels.len() as f64, colours.len())
}

fn check_csv(kind: &str, text: &str) {
    let rows: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).skip(1).collect();
    let of = |what: &str| rows.iter().filter(|row| row.contains(&format!(",{what},"))).count();
    match kind {
        "m" | "q" | "difference" => assert!(of("matrix") >= 12, "{kind}: {text}"),
        "map" => assert!(of("map") == 5 * 3, "{kind}: {text}"),
        "half-time-histogram" => assert!(of("sample") == 6, "{kind}: {text}"),
        _ => assert!(of("series") >= 2, "{kind}: {text}"),
    }
}

fn check(kind: &str, path: &Path) {
    let bytes = std::fs::read(path).unwrap();
    let ending = path.extension().unwrap().to_string_lossy().into_owned();
    match ending.as_str() {
        "svg" => check_svg(kind, std::str::from_utf8(&bytes).unwrap()),
        "pdf" => {
            let (paths, texts) = painted(&bytes);
            assert!(paths >= 5 && texts >= 5, "{kind}: {paths} paths, {texts} texts");
        }
        "png" => {
            let (share, colours) = coloured(&bytes);
            assert!(share > 0.01 && colours > 20, "{kind}: {share} of the pixels, {colours} colours");
        }
        "csv" => check_csv(kind, std::str::from_utf8(&bytes).unwrap()),
        _ => {
            let archive = read_npz(path);
            let index: serde_json::Value = serde_json::from_str(&archive.text("index")).unwrap();
            let parts = index.as_array().unwrap();
            let filled = parts.iter().filter(|part| {
                let key = part["key"].as_str().unwrap();
                let rows = archive.numbers(key);
                archive.shape(key)[0] > 0 && rows.iter().any(|value| value.is_finite())
            });
            assert!(filled.count() >= 1, "{kind}: {index}");
        }
    }
}

#[test]
fn every_panel_saved_in_every_format_holds_its_data_its_bar_and_no_false_remark() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = Window::with(everything(), USUAL).settled();
    let endings = SHEET_FORMATS.each_ref().map(|format| format.extension);
    for view in ["Overview", "Escape", "Implicit bias", "Landscape", "Sweeps"] {
        window.click(view);
        window.settle();
        for ending in endings {
            save_all(&mut window, &folder.path().join(format!("{}.{ending}", view.replace(' ', ""))));
            window.expect("saved ");
        }
    }
    let files: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    for ending in endings {
        let mut kinds = BTreeSet::new();
        for path in files.iter().filter(|path| path.extension().is_some_and(|found| found == ending)) {
            let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
            let kind = stem.split_once('-').unwrap().1.to_owned();
            check(&kind, path);
            kinds.insert(kind);
        }
        assert_eq!(kinds.into_iter().collect::<Vec<String>>(), KINDS, "{ending}");
    }
}

/// The range of an axis as its first and last labels say.
fn labels(svg: &str, anchor: &str) -> Vec<f64> {
    let axes = svg.split("class=\"axes\"").nth(1).unwrap().split("</g>").next().unwrap();
    let texts = axes.split("<text ").skip(1).filter(|text| text.contains(&format!("anchor=\"{anchor}\"")));
    let said = texts.filter_map(|text| text.split_once('>')?.1.split('<').next().map(str::to_owned));
    said.filter_map(|text| text.trim().replace('−', "-").parse().ok()).collect()
}

#[test]
fn a_zoomed_panel_is_saved_as_it_is_seen_or_whole_and_its_data_are_whole_in_any_case() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = Window::first();
    let end = window.run().trajectory.span().1;
    window.drag_right("Overlaps M", [vec2(0.5, 0.3), vec2(0.8, 0.3)]);
    window.harness.run_steps(3);
    window.harness.run();
    let [from, to] = window.view().alpha_range.expect("a part of the axis is seen");
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    let save = |window: &mut Window, name: &str, part: &str| {
        choose(window, "Overlaps M", &save_entry());
        window.harness.run();
        window.expect("Data (.csv, .npz) are whole in any case");
        window.harness.get_by_role_and_label(Role::RadioButton, part).click();
        window.harness.run();
        save_as(window, &folder.path().join(name));
    };
    save(&mut window, "seen.svg", "as seen");
    let seen = labels(&read("seen.svg"), "middle");
    assert!(
        seen.len() >= 2 && seen.iter().all(|alpha| (from..=to).contains(alpha)),
        "{seen:?}: {from} to {to}"
    );
    save(&mut window, "seen.csv", "as seen");
    save(&mut window, "whole.svg", "whole range");
    let whole = labels(&read("whole.svg"), "middle");
    assert!(whole[0] == 0.0 && whole[whole.len() - 1] > 0.7 * end, "{whole:?} of {end}");
    save(&mut window, "whole.csv", "whole range");
    assert_eq!(read("seen.csv"), read("whole.csv"));
    assert!(read("seen.csv").contains(&format!(",{end:?},")), "the last state is in the table");
}

/// The lowest and highest label of the vertical axis of what is copied.
fn heights(window: &mut Window, folder: &Path, name: &str) -> [f64; 2] {
    choose(window, "Map of α½ over η and p", &save_entry());
    window.harness.run();
    save_as(window, &folder.join(name));
    let labels = labels(&std::fs::read_to_string(folder.join(name)).unwrap(), "end");
    [labels[0], labels[labels.len() - 1]]
}

#[test]
fn a_panel_that_zooms_by_itself_is_saved_as_it_is_seen_too() {
    let folder = tempfile::tempdir().unwrap();
    let mut saved = everything();
    saved.view.sweep.widest = 12;
    let mut window = Window::with(saved, USUAL).settled();
    window.click("Sweeps");
    window.settle();
    let whole = heights(&mut window, folder.path(), "whole.svg");
    window.drag_right("Map of α½ over η and p", [vec2(0.2, 0.1), vec2(0.7, 0.45)]);
    window.harness.run_steps(3);
    window.harness.run();
    let seen = heights(&mut window, folder.path(), "seen.svg");
    assert!(seen[0] > whole[0] + 1.0, "{seen:?} of {whole:?}");
}

/// The picture that was handed to the system in the last frames.
fn copied(window: &mut Window) -> egui::ColorImage {
    let commands = window.harness.output().platform_output.commands.clone();
    let image = commands.into_iter().find_map(|command| match command {
        OutputCommand::CopyImage(image) => Some(image),
        _ => None,
    });
    image.expect("a picture is copied")
}

/// The text that was handed to the system in the last frames.
fn copied_text(window: &mut Window) -> String {
    let commands = window.harness.output().platform_output.commands.clone();
    let text = commands.into_iter().find_map(|command| match command {
        OutputCommand::CopyText(text) => Some(text),
        _ => None,
    });
    text.expect("a text is copied")
}

#[test]
fn pictures_are_light_in_a_dark_window_too_unless_dark_ones_are_asked_for() {
    let mut saved = saved(|spec| (spec.model.p, spec.model.p_star) = (2, 1));
    saved.view.dark = true;
    let mut window = Window::with(saved, USUAL).settled();
    choose(&mut window, "Loss", "Copy picture");
    assert_eq!(copied(&mut window).pixels[0], egui::Color32::WHITE);
    choose(&mut window, "Loss", "dark picture");
    window.press(Key::Escape);
    choose(&mut window, "Loss", "Copy picture");
    assert_eq!(copied(&mut window).pixels[0], egui::Color32::from_rgb(22, 24, 28));
    assert!(window.view().pictures.dark, "it is kept");
}

#[test]
fn pictures_and_tables_of_a_state_say_its_alpha() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = Window::with(everything(), USUAL).settled();
    window.slide("time", 0.4);
    window.settle();
    let alpha = window.run().at(window.cursor()).unwrap().alpha;
    let said = saddlescope::figure::number(alpha);
    for (view, picture, title) in [
        ("Overview", "matrix M(α)", "Teacher–student overlaps M"),
        ("Overview", "matrix Q(α)", "Student–student overlaps Q"),
        ("Landscape", "Levels at the cursor", "Levels"),
    ] {
        window.click(view);
        window.settle();
        for ending in SHEET_FORMATS.each_ref().map(|format| format.extension) {
            choose(&mut window, picture, &save_entry());
            window.harness.run();
            let name = window.harness.get_by_role_and_label(Role::TextInput, "path").value().unwrap();
            assert!(name.ends_with(&format!("-alpha-{said}.svg")), "{name}");
            let path = folder.path().join(format!("{title}.{ending}"));
            save_as(&mut window, &path);
            let bytes = std::fs::read(&path).unwrap();
            let text = match ending {
                "npz" => read_npz(&path).text("index"),
                _ => String::from_utf8_lossy(&bytes).into_owned(),
            };
            let expected = match ending {
                "csv" => format!("# alpha: {alpha:?}"),
                "npz" => format!("\"alpha\":{}", serde_json::to_string(&alpha).unwrap()),
                _ => format!("{title} at α = {said}"),
            };
            assert!(text.contains(&expected), "{picture}, {ending}: no {expected:?}");
        }
        choose(&mut window, picture, "Copy data");
        let text = copied_text(&mut window);
        assert!(text.contains(&format!("# alpha: {alpha:?}, that of the state in")), "{picture}: {text}");
    }
}
