//! What can be read and reached in the window: names for everything painted, a glyph for every character, and no
//! size, width or state at which it breaks.
//!
//! The harness itself fails on any character without a glyph and on any control without a name.

#![cfg(feature = "gui")]

mod ui_support;

use std::collections::BTreeSet;

use egui::{FontId, Role};
use egui_kittest::kittest::{NodeT, Queryable};
use saddlescope::figure::{
    Content, Figure, MatrixSource, Orientation, RunData, Scale, distance, ending, escape_times, gap, growth,
    loss, manifold, matrix_pair, norms, overlaps, polar_factor, readouts, status,
};
use saddlescope::model::{Horizon, ScenarioSpec, SgdSection, StartKind};
use saddlescope::sim::Phase;
use saddlescope::ui::{Saved, View};
use ui_support::{PANELS, PLOTS, USUAL, Window, saved};

const SIZES: [[f32; 2]; 4] = [[1024.0, 700.0], [1440.0, 900.0], [800.0, 560.0], [3840.0, 2160.0]];

/// The least and the largest widths; the largest for a short time.
const WIDTHS: [(usize, usize); 5] = [(1, 1), (1, 3), (6, 1), (64, 64), (64, 1)];

/// One change of the default scenario.
type Change = fn(&mut ScenarioSpec);

/// Scenarios whose words and curves differ in kind.
const KINDS: [(&str, Change); 9] = [
    ("overparameterised", |_| ()),
    ("gaussian", |spec| spec.start.kind = StartKind::Gaussian),
    ("matched", |spec| (spec.model.p, spec.model.eta) = (3, 0.1)),
    ("narrow", |spec| (spec.model.p, spec.model.p_star) = (2, 4)),
    ("noisy", |spec| (spec.model.label_noise, spec.model.eta) = (0.5, 0.1)),
    ("gradient flow", |spec| spec.model.gradient_flow = true),
    ("divergent", |spec| (spec.model.p, spec.model.eta) = (3, 1.2)),
    ("unstable solutions", |spec| (spec.model.p, spec.model.p_star, spec.model.eta) = (2, 2, 0.55)),
    ("large eta", |spec| spec.model.eta = 1e4),
];

fn widths(p: usize, p_star: usize) -> Saved {
    saved(|spec| {
        (spec.model.p, spec.model.p_star) = (p, p_star);
        if p * p_star > 256 {
            spec.time.alpha_max = Horizon::Until(5.0);
        }
    })
}

#[test]
fn everything_that_is_painted_has_a_name() {
    let window = Window::first();
    for plot in PLOTS {
        assert!(window.place(plot).is_positive(), "{plot}");
    }
    for (matrix, shape) in
        [("matrix M(α)", "6 by 3"), ("matrix M̄", "6 by 3"), ("matrix Q(α)", "6 by 6"), ("matrix Q̄", "6 by 6")]
    {
        let value = window.value(matrix);
        assert!(value.starts_with(&format!("{shape}, largest magnitude ")), "{matrix}: {value}");
    }
    for panel in PANELS {
        window.harness.get_by_role_and_label(Role::Button, &format!("maximise {panel}"));
    }
    for (role, name) in [
        (Role::Button, "play"),
        (Role::Slider, "time"),
        (Role::ComboBox, "speed"),
        (Role::ComboBox, "presets"),
        (Role::TextInput, "file"),
    ] {
        let found = window.harness.query_by_role_and_label(role, name).is_some();
        assert_eq!(found, name != "file", "{name}");
    }
    assert_eq!(window.harness.unnamed_widgets(), Vec::<String>::new());
}

#[test]
fn the_value_of_a_cell_is_said_where_the_pointer_is() {
    let mut window = Window::first();
    let place = window.place("matrix Q(α)");
    window.harness.hover_at(place.min + egui::vec2(3.0, 3.0));
    window.harness.run_steps(4);
    let q = window.run().trajectory.snapshots().last().expect("a run has an end").state.q()[(0, 0)];
    let value = window.value("matrix Q(α)");
    let said: f64 = value.strip_prefix("row 1, column 1: ").expect(&value).parse().unwrap();
    assert!((said - q).abs() < 1e-3, "{value} for {q}");
    window.expect(&format!("Q[1,1] = {q:.6}"));
}

/// Every string in a figure.
fn words_of(figure: &Figure) -> Vec<String> {
    let mut words = vec![figure.title.clone()];
    match &figure.content {
        Content::Matrices(matrices) => words.extend(matrices.iter().map(|matrix| matrix.name.clone())),
        Content::Plots(plots) => {
            for (_, plot) in plots {
                words.extend([plot.x.label.clone(), plot.y.label.clone()]);
                words.extend(plot.notes.iter().cloned().chain(plot.hidden_note()));
                words.extend(plot.series.iter().map(|series| series.label.clone()));
                let guides = plot.guides.iter();
                words.extend(guides.flat_map(|guide| [guide.label.clone(), guide.meaning.clone()]));
            }
        }
    }
    words
}

/// Every string that a run can put on the screen, and the phases it goes through.
fn words_of_run(window: &Window, phases: &mut BTreeSet<&'static str>) -> Vec<String> {
    let run = window.run();
    let mut words = Vec::new();
    for scale in [Scale::Linear, Scale::Log10] {
        let data: RunData<'_> = run.data(scale, None, false);
        let makers = [loss, overlaps, norms, distance, polar_factor, gap, growth, escape_times];
        words.extend(makers.iter().flat_map(|make| words_of(&make(&data))));
        words.extend(words_of(&manifold(&data, None, Orientation::default())));
        for student in [false, true] {
            words.extend(words_of(&matrix_pair(&data, MatrixSource::Ode, run.trajectory.span().1, student)));
        }
        for at in run.trajectory.snapshots() {
            phases.insert(Phase::of(&run.scenario, at).name());
            words.push(status(&data, at));
        }
    }
    words.extend(run.summary.map(|summary| ending(&run.scenario, &summary)));
    let readouts = readouts(&run.scenario).into_iter();
    words.extend(readouts.flat_map(|readout| [readout.name.to_owned(), readout.meaning.to_owned()]));
    words
}

/// The characters of `words` that a font would draw as an empty box.
fn missing(window: &Window, font: &FontId, words: &[String]) -> BTreeSet<char> {
    window.harness.ctx.fonts_mut(|fonts| {
        let characters = words.iter().flat_map(|text| text.chars()).filter(|c| !c.is_control());
        characters.filter(|c| !fonts.has_glyph(font, *c)).collect()
    })
}

/// Whether no number has a hyphen for a minus or an e for a power of ten, and no formula a hyphen for a difference.
fn is_typeset(text: &str) -> bool {
    let letters: Vec<char> = text.chars().collect();
    let hyphens = letters.iter().enumerate().filter(|(_, letter)| **letter == '-');
    let between_letters = |(at, _): (usize, &char)| {
        let beside =
            |at: Option<usize>| at.and_then(|at| letters.get(at)).is_some_and(|next| next.is_alphabetic());
        beside(at.checked_sub(1)) && beside(Some(at + 1))
    };
    let power = letters.windows(3).any(|three| {
        matches!(three, [before, 'e', after] if before.is_ascii_digit() && (after.is_ascii_digit() || *after == '-'))
    });
    hyphens.clone().count() == hyphens.filter(|hyphen| between_letters(*hyphen)).count() && !power
}

#[test]
fn every_word_about_a_run_has_its_glyphs_and_every_phase_is_met() {
    let mut phases = BTreeSet::new();
    for (kind, change) in KINDS {
        let window = Window::of(change);
        let words = words_of_run(&window, &mut phases);
        assert_eq!(missing(&window, &FontId::proportional(13.0), &words), BTreeSet::new(), "{kind}");
        let values: Vec<String> =
            readouts(&window.run().scenario).into_iter().map(|readout| readout.value).collect();
        let plain: Vec<&String> = words.iter().chain(&values).filter(|text| !is_typeset(text)).collect();
        assert!(plain.is_empty(), "{kind}: hyphens for minus signs, or powers of ten with an e: {plain:?}");
        assert_eq!(missing(&window, &FontId::monospace(12.0), &values), BTreeSet::new(), "{kind}");
    }
    let all = ["convergence", "escape", "no plateau", "norm learning", "plateau"];
    assert_eq!(phases.into_iter().collect::<Vec<_>>(), all);
}

#[test]
fn every_phase_of_every_kind_of_run_can_be_drawn_in_both_themes() {
    for (kind, change) in KINDS {
        let view = View { dark: true, log_alpha: true, ..View::default() };
        let mut window = Window::with(Saved { view, ..saved(change) }, USUAL).settled();
        for step in 0..=10 {
            window.slide("time", 0.1 * f64::from(step));
            window.harness.run();
        }
        window.click("Light");
        window.click("linear");
        window.slide("time", 0.5);
        window.harness.run();
        assert_eq!(window.app().error(), None, "{kind}");
    }
}

/// Points at the middle of everything with a name, long enough for its hint to show.
fn point_at_everything(window: &mut Window) {
    let nodes = window.harness.root().children_recursive();
    let places: Vec<egui::Pos2> = nodes
        .filter(|node| node.accesskit_node().bounding_box().is_some())
        .map(|node| node.rect().center())
        .filter(|place| place.x.is_finite() && place.y.is_finite())
        .collect();
    assert!(places.len() > 40, "{} places", places.len());
    for place in places {
        window.harness.hover_at(place);
        window.harness.run_steps(4);
    }
}

#[test]
fn every_hint_can_be_drawn() {
    let mut window = Window::first();
    point_at_everything(&mut window);
    window.click("Help");
    point_at_everything(&mut window);
    let mut window = Window::of(|spec| {
        (spec.model.p, spec.model.p_star, spec.start.kind) = (1, 1, StartKind::File);
        (spec.start.m_0, spec.start.q_0) = (Some(vec![vec![0.01]]), Some(vec![vec![1.0]]));
    });
    point_at_everything(&mut window);
    let mut window = Window::of(|spec| {
        spec.time.alpha_max = Horizon::Until(5.0);
        spec.sgd = Some(SgdSection { n: 200, replicas: 3, ..SgdSection::default() });
    });
    point_at_everything(&mut window);
}

#[test]
fn a_pointer_anywhere_over_a_plot_is_borne() {
    let mut window = Window::first();
    for plot in PLOTS {
        let place = window.place(plot);
        for step in 0..60_u8 {
            let (column, row) = (step % 10, step / 10);
            let share = egui::vec2(f32::from(column) + 0.5, f32::from(row) + 0.5) / egui::vec2(10.0, 6.0);
            window.harness.hover_at(place.lerp_inside(share));
            window.harness.step();
        }
    }
    window.harness.run_steps(3);
    assert!(window.app().is_settled());
}

#[test]
fn the_window_holds_at_every_size() {
    for size in SIZES {
        let mut window = Window::with(Saved::default(), size).settled();
        for panel in PANELS {
            window.reveal(&format!("maximise {panel}"));
            window.click(&format!("maximise {panel}"));
            window.click(&format!("restore {panel}"));
        }
        window.click("Help");
        window.click("Help");
        let screen = egui::Rect::from_min_size(egui::Pos2::ZERO, size.into());
        for name in ["play", "Help", "Dark", "log"] {
            let place = window.harness.get_by_role_and_label(Role::Button, name).rect();
            assert!(screen.contains_rect(place), "{name} at {place} is cut at {size:?}");
        }
    }
}

#[test]
fn every_panel_has_room_at_the_size_of_a_laptop() {
    for size in [[1024.0, 700.0], USUAL] {
        let mut window = Window::with(Saved::default(), size).settled();
        for plot in PLOTS {
            let panel = plot.split(": ").next().unwrap();
            window.reveal(&format!("maximise {panel}"));
            let place = window.place(plot);
            // Two labels of the vertical axis, one above the other.
            assert!(place.width() > 120.0 && place.height() > 30.0, "{plot} has {place} at {size:?}");
        }
    }
}

#[test]
fn the_window_holds_at_every_width_of_student_and_teacher() {
    for size in SIZES {
        let mut window = Window::with(Saved::default(), size).settled();
        for (p, p_star) in WIDTHS {
            let Saved { spec, view, .. } = widths(p, p_star);
            drop(window);
            window = Window::with(Saved { spec, view, ..Saved::default() }, size).settled();
            assert_eq!(window.run().scenario.model.p, p);
            window.slide("time", 0.5);
            window.click("log");
            window.harness.hover_at(egui::pos2(0.8 * size[0], 0.3 * size[1]));
            window.harness.run_steps(3);
        }
    }
}

#[test]
fn a_window_without_a_run_can_be_used() {
    for size in SIZES {
        let mut window = Window::with(saved(|spec| spec.model.p = 0), size);
        window.harness.run();
        for name in ["Help", "Help", "Dark", "log", "linear"] {
            window.click(name);
        }
        for key in [egui::Key::Home, egui::Key::ArrowRight, egui::Key::End, egui::Key::Escape] {
            window.press(key);
        }
        window.slide("time", 0.5);
        window.harness.key_press(egui::Key::Space);
        window.harness.run_steps(4);
        window.expect("model.p = 0: a width is a whole number from 1 to 64");
    }
}

#[test]
fn a_view_kept_from_the_last_time_is_restored() {
    let view = View { dark: true, log_alpha: true, speed: 4.0, ..View::default() };
    let window = Window::with(Saved { view, ..Saved::default() }, USUAL).settled();
    assert_eq!(window.harness.ctx.theme(), egui::Theme::Dark);
    assert_eq!(window.view().scale(), Scale::Log10);
    let text = serde_json::to_string(window.app().saved()).unwrap();
    assert_eq!(&serde_json::from_str::<Saved>(&text).unwrap(), window.app().saved());
}

#[test]
fn words_of_a_legend_without_room_are_told_at_an_ellipsis() {
    let with_runs = saved(|spec| {
        spec.model.eta = 0.3;
        spec.time.alpha_max = Horizon::Until(20.0);
        spec.sgd = Some(SgdSection { n: 200, replicas: 4, ..SgdSection::default() });
    });
    let mut window = Window::with(with_runs, [1024.0, 700.0]).settled();
    window.reveal("maximise Distance to ρ̄");
    let button = window.harness.get_by_role_and_label(Role::Button, "maximise Distance to ρ̄").rect();
    let means = window.harness.query_all_by_label_contains("SGD mean");
    let in_its_row =
        |place: egui::Rect| place.max.x < button.min.x && button.y_range().contains(place.center().y);
    assert!(!means.map(|node| node.rect()).any(in_its_row), "no room for it");
    let all = window.harness.get_all_by_role_and_label(Role::Label, "…");
    let apart = |node: &egui_kittest::Node<'_>| node.rect().center().distance(button.center());
    let near = all.min_by(|a, b| apart(a).total_cmp(&apart(b)));
    near.unwrap().hover();
    window.harness.run_steps(4);
    window.expect("SGD mean ± s.e.m.: mean over the SGD runs");
    let wide = Window::with(saved(|spec| spec.model.p = 3), [1440.0, 900.0]).settled();
    assert!(!wide.says("…") && wide.says("whitened"), "room for all");
}
