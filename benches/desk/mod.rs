//! The application on a desk: frames by hand, at 1440 × 900, laid out and tessellated without a graphics card.

#![allow(dead_code, reason = "each bench uses its own part")]
#![expect(clippy::expect_used, reason = "a bench without its window measures nothing")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, bounded};
use egui::accesskit::TreeUpdate;
use egui::{Event, Pos2, RawInput, Rect, Ui};
use saddlescope::ui::{App, Saved};
use saddlescope::worker::Runner;

/// That of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const SIZE: egui::Vec2 = egui::vec2(1440.0, 900.0);

/// Frames before a layout is at rest.
const SETTLING_FRAMES: usize = 5;

/// A context that is shown frame after frame.
#[derive(Default)]
pub(crate) struct Table {
    pub(crate) ctx: egui::Context,
    seconds: f64,
    /// What the last frame told assistive technologies.
    pub(crate) described: Option<TreeUpdate>,
}

/// A frame's cost by part.
#[derive(Clone, Copy)]
pub(crate) struct Cost {
    pub(crate) layout: Duration,
    pub(crate) tessellation: Duration,
    pub(crate) vertices: usize,
}

impl Cost {
    /// All of it.
    pub(crate) fn total(&self) -> Duration {
        self.layout + self.tessellation
    }
}

impl Table {
    /// Lays out and tessellates one frame.
    pub(crate) fn frame(&mut self, events: Vec<Event>, ui: impl FnMut(&mut Ui)) -> Cost {
        self.seconds += 1.0 / 60.0;
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, SIZE)),
            time: Some(self.seconds),
            events,
            ..RawInput::default()
        };
        let begun = Instant::now();
        let mut output = self.ctx.run_ui(input, ui);
        let layout = begun.elapsed();
        output.textures_delta.clear();
        self.described = output.platform_output.accesskit_update.take();
        let primitives = self.ctx.tessellate(output.shapes, output.pixels_per_point);
        let vertices = primitives.iter().map(|clipped| match &clipped.primitive {
            egui::epaint::Primitive::Mesh(mesh) => mesh.vertices.len(),
            egui::epaint::Primitive::Callback(_) => 0,
        });
        let vertices = vertices.sum();
        Cost { layout, tessellation: begun.elapsed().saturating_sub(layout), vertices }
    }
}

/// The application with a complete run on the screen, and the hand that moves the pointer.
pub(crate) struct Desk {
    pub(crate) table: Table,
    pub(crate) app: App,
    news: Receiver<()>,
}

impl Desk {
    /// What was kept, run to its end.
    pub(crate) fn new(saved: Saved) -> Self {
        let table = Table::default();
        let (sender, news) = bounded(1);
        let wake = Arc::new(move || {
            let _ = sender.try_send(());
        });
        let app =
            App::new(&table.ctx, saved, &Runner::threads(wake)).expect("the system has a thread to give");
        let mut desk = Self { table, app, news };
        desk.settle();
        for _ in 0..SETTLING_FRAMES {
            desk.frame(Vec::new());
            // Work beside the run begins when it is seen.
            desk.settle();
        }
        desk
    }

    /// Takes in events until the newest run is complete.
    pub(crate) fn settle(&mut self) {
        let ctx = self.table.ctx.clone();
        self.app.logic(&ctx);
        while !self.app.is_settled() {
            self.news.recv().expect("the worker lives as long as the application");
            self.app.logic(&ctx);
        }
    }

    /// Lays out and tessellates one frame.
    pub(crate) fn frame(&mut self, events: Vec<Event>) -> Cost {
        let app = &mut self.app;
        self.table.frame(events, |ui| {
            app.logic(&ui.ctx().clone());
            app.ui(ui);
        })
    }
}
