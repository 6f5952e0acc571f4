//! What a frame of each view costs the processor, next to the frames of egui's own demo in the same run.
//!
//! A frame is layout and tessellation at 1440 × 900 with a complete run and an ensemble on the screen, without a
//! graphics card. All are drawn in turn, round after round, so that a busy machine slows all alike; medians are
//! printed, as shares of the frame that holds the demo's widget gallery and a plot of three lines.

#![expect(clippy::print_stdout, reason = "a bench reports to its terminal")]

mod demo;
mod desk;

use std::time::{Duration, Instant};

use demo::{Gallery, Windows};
use desk::{Cost, Desk, Table};
use saddlescope::model::SgdSection;
use saddlescope::ui::{STEPS, Saved, ViewId};

/// Frames of each that are timed.
const ROUNDS: usize = 300;

/// Frames before any is timed: glyphs are drawn, windows have their size.
const WARM_UP: usize = 20;

/// Widths of student and teacher.
const WIDTHS: [(usize, usize); 2] = [(6, 3), (32, 3)];

/// Draws a frame.
type Draw = Box<dyn FnMut() -> Cost>;

/// Frames of one kind.
struct Entry {
    name: String,
    draw: Draw,
    costs: Vec<Cost>,
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let asked = |word: &str| arguments.iter().any(|argument| argument == word);
    if asked("--list") {
        return;
    }
    let rounds = if asked("--test") || !asked("--bench") { 1 } else { ROUNDS };
    // Words that are no flags choose views, as in `Overview`.
    let words: Vec<&String> = arguments.iter().skip(1).filter(|word| !word.starts_with('-')).collect();
    let chosen = |view: &&ViewId| words.is_empty() || words.iter().any(|word| view.name().contains(*word));
    let mut entries = vec![gallery(), windows()];
    for widths in WIDTHS {
        entries.extend(ViewId::ALL.iter().filter(chosen).map(|view| view_of(*view, widths)));
    }
    for _ in 0..rounds {
        for entry in &mut entries {
            let cost = (entry.draw)();
            entry.costs.push(cost);
        }
    }
    report(&mut entries);
}

/// The widget gallery and a plot: what the others are measured by.
fn gallery() -> Entry {
    let (mut table, mut gallery) = (Table::default(), Gallery::default());
    let mut draw = move || table.frame(Vec::new(), |ui| gallery.ui(ui));
    (0..WARM_UP).for_each(|_| {
        draw();
    });
    Entry { name: String::from("egui: plot and widget gallery"), draw: Box::new(draw), costs: Vec::new() }
}

/// The demo as it opens.
fn windows() -> Entry {
    let (mut table, mut windows) = (Table::default(), Windows::default());
    let mut draw = move || table.frame(Vec::new(), |ui| windows.ui(ui));
    (0..WARM_UP).for_each(|_| {
        draw();
    });
    Entry { name: String::from("egui: demo windows"), draw: Box::new(draw), costs: Vec::new() }
}

fn view_of(view: ViewId, (p, p_star): (usize, usize)) -> Entry {
    let mut saved = Saved::default();
    (saved.spec.model.p, saved.spec.model.p_star) = (p, p_star);
    // The same η/p: as long a run.
    saved.spec.model.eta *= p as f64 / 6.0;
    if view == ViewId::Lesson {
        saved.view.lesson.step = 3;
        saved.spec = STEPS[3].spec();
        saved.spec.model.p = p;
    }
    // A wide student's steps are dear.
    let n = if p > 6 { 50 } else { 300 };
    saved.spec.sgd = Some(SgdSection { n, replicas: 2, ..SgdSection::default() });
    saved.view.tab = view;
    let begun = Instant::now();
    let mut desk = Desk::new(saved);
    println!("{}, p = {p}: ready after {:.1} s", view.name(), begun.elapsed().as_secs_f64());
    let draw = Box::new(move || desk.frame(Vec::new()));
    Entry { name: format!("{}, p = {p}", view.name()), draw, costs: Vec::new() }
}

/// Prints medians, and their shares of the first entry's.
fn report(entries: &mut [Entry]) {
    let mut unit = None;
    println!(
        "{:<32} {:>9} {:>12} {:>9} {:>9} {:>7}",
        "frame", "layout", "tessellation", "total", "vertices", "ratio"
    );
    for Entry { name, costs, .. } in entries {
        costs.sort_by_key(Cost::total);
        let cost = costs[costs.len() / 2];
        let unit = unit.get_or_insert(cost.total());
        let ms = |time: Duration| 1e3 * time.as_secs_f64();
        println!(
            "{name:<32} {:>6.3} ms {:>9.3} ms {:>6.3} ms {:>9} {:>7.2}",
            ms(cost.layout),
            ms(cost.tessellation),
            ms(cost.total()),
            cost.vertices,
            cost.total().as_secs_f64() / unit.as_secs_f64()
        );
    }
}
