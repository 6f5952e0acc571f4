//! What a frame of the overview costs the processor, and how long a slider keeps the eye waiting.
//!
//! A frame is layout and tessellation at 1440 × 900 with a complete run on the screen, without a graphics card. The
//! wait goes from the pointer's event to the end of the frame that holds the whole new run; it is printed as median
//! and 99th percentile, which the means of a bench would hide.

#![expect(clippy::print_stdout, reason = "a bench reports to its terminal")]
#![expect(clippy::expect_used, reason = "a bench without its window measures nothing")]

mod desk;

use std::time::{Duration, Instant};

use desk::{Cost, Desk};
use divan::Bencher;
use egui::accesskit::{Node, NodeId, Role};
use egui::{Event, Modifiers, PointerButton, Pos2, Rect};
use saddlescope::ui::Saved;

/// Moves of the slider that are timed.
const MOVES: usize = 400;

fn main() {
    divan::main();
    let timed = !std::env::args().any(|argument| argument == "--test" || argument == "--list");
    if timed {
        for widths in [(6, 3), (32, 32)] {
            print_costs(widths);
        }
        for widths in [(6, 3), (10, 10)] {
            print_waits(widths);
        }
    }
}

/// The default scenario with other widths.
fn desk((p, p_star): (usize, usize)) -> Desk {
    let mut saved = Saved::default();
    (saved.spec.model.p, saved.spec.model.p_star) = (p, p_star);
    Desk::new(saved)
}

/// Places of the pointer within the loss and the overlaps, and on the matrices.
const PLACES: [Pos2; 3] = [Pos2::new(700.0, 200.0), Pos2::new(500.0, 500.0), Pos2::new(1150.0, 150.0)];

#[divan::bench(args = [(6, 3), (32, 32)], sample_count = 200)]
fn still(bencher: Bencher<'_, '_>, widths: (usize, usize)) {
    let mut desk = desk(widths);
    bencher.bench_local(|| desk.frame(Vec::new()).vertices);
}

#[divan::bench(args = [(6, 3), (32, 32)], sample_count = 200)]
fn pointed_at(bencher: Bencher<'_, '_>, widths: (usize, usize)) {
    let mut desk = desk(widths);
    let mut places = PLACES.into_iter().cycle();
    bencher.bench_local(|| desk.frame(places.next().map(Event::PointerMoved).into_iter().collect()).vertices);
}

#[divan::bench(args = [(6, 3), (32, 32)], sample_count = 200)]
fn scrubbed(bencher: Bencher<'_, '_>, widths: (usize, usize)) {
    let mut desk = desk(widths);
    let mut keys = [egui::Key::ArrowLeft, egui::Key::ArrowRight].into_iter().cycle();
    bencher.bench_local(|| desk.frame(keys.next().map(pressed).into_iter().collect()).vertices);
}

fn pressed(key: egui::Key) -> Event {
    Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers: Modifiers::NONE }
}

/// Prints what a still frame is made of.
fn print_costs(widths: (usize, usize)) {
    let mut desk = desk(widths);
    let mut costs: Vec<Cost> = (0..200).map(|_| desk.frame(Vec::new())).collect();
    costs.sort_by_key(Cost::total);
    let Cost { layout, tessellation, vertices } = costs[costs.len() / 2];
    let [layout, tessellation] = [layout, tessellation].map(|part| part.as_secs_f64() * 1e3);
    println!(
        "frame {widths:?}: layout {layout:.2} ms, tessellation {tessellation:.2} ms, {vertices} vertices"
    );
}

/// Drags the slider of η to and fro and prints how long each complete picture takes.
fn print_waits(widths: (usize, usize)) {
    let mut desk = desk(widths);
    let rail = eta_rail();
    let at = |share: f32| rail.lerp_inside(egui::vec2(share, 0.5));
    let press = Event::PointerButton {
        pos: at(0.4),
        button: PointerButton::Primary,
        pressed: true,
        modifiers: Modifiers::NONE,
    };
    desk.frame(vec![Event::PointerMoved(at(0.4))]);
    desk.frame(vec![press]);
    desk.settle();
    let mut waits = Vec::with_capacity(MOVES);
    let mut same_frame = 0;
    for step in 0..MOVES {
        let share = 0.36 + 0.1 * ((step * 37) % 101) as f32 / 101.0;
        let before = desk.app.saved().spec.model.eta;
        let begun = Instant::now();
        desk.frame(vec![Event::PointerMoved(at(share))]);
        let handled = begun.elapsed();
        desk.settle();
        same_frame += usize::from(begun.elapsed().saturating_sub(handled) < Duration::from_micros(16_667));
        desk.frame(Vec::new());
        waits.push(begun.elapsed());
        assert!((desk.app.saved().spec.model.eta - before).abs() > 0.0, "the slider follows the pointer");
    }
    waits.sort();
    let quantile = |share: f64| waits[((waits.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
    println!(
        "slider to complete picture {widths:?}: median {:.2} ms, p99 {:.2} ms, most {:.2} ms; ready for the next \
         frame (16.7 ms) {same_frame} times of {MOVES}",
        quantile(0.5),
        quantile(0.99),
        quantile(1.0)
    );
}

/// Where the slider of η is, as assistive technologies are told.
fn eta_rail() -> Rect {
    let mut desk = desk((2, 1));
    desk.table.ctx.enable_accesskit();
    desk.frame(Vec::new());
    let update = desk.table.described.take().expect("accessibility was asked for");
    let nodes = &update.nodes;
    let says_eta = |id: &NodeId| nodes.iter().any(|(label, node)| label == id && node.value() == Some("η"));
    let is_eta = |node: &Node| node.role() == Role::Slider && node.labelled_by().iter().any(says_eta);
    let (_, slider) = nodes.iter().find(|(_, node)| is_eta(node)).expect("there is a slider of η");
    let place = slider.bounds().expect("the slider has a place");
    Rect::from_min_max(
        Pos2::new(place.x0 as f32, place.y0 as f32),
        Pos2::new(place.x1 as f32, place.y1 as f32),
    )
}
