//! What ours is measured against: egui's demo, and a window of three lines as its plot library shows itself.

use std::f64::consts::TAU;

use egui::Ui;
use egui_demo_lib::{DemoWindows, View as _, WidgetGallery};
use egui_plot::{CoordinatesFormatter, Corner, Legend, Line, Plot, PlotPoints};

/// The demo as it opens.
#[derive(Default)]
pub(crate) struct Windows(DemoWindows);

impl Windows {
    pub(crate) fn ui(&mut self, ui: &mut Ui) {
        self.0.ui(ui);
    }
}

/// The widget gallery, and beside it a plot with a legend: a circle, a wave and a Lissajous figure.
#[derive(Default)]
pub(crate) struct Gallery {
    widgets: WidgetGallery,
    radius: f64,
    switches: [bool; 6],
}

impl Gallery {
    pub(crate) fn ui(&mut self, ui: &mut Ui) {
        egui::Window::new("Widget Gallery").default_pos([20.0, 20.0]).show(ui, |ui| self.widgets.ui(ui));
        egui::Window::new("Plot").default_pos([600.0, 20.0]).default_size([600.0, 500.0]).show(ui, |ui| {
            self.options_ui(ui);
            plot_ui(ui);
        });
    }

    /// As many controls as the plot's demo has.
    fn options_ui(&mut self, ui: &mut Ui) {
        ui.horizontal(|ui| {
            for prefix in ["r: ", "x: ", "y: "] {
                ui.add(egui::DragValue::new(&mut self.radius).prefix(prefix));
            }
            for (index, on) in self.switches.iter_mut().enumerate() {
                ui.checkbox(on, format!("Option {index}"));
            }
        });
    }
}

/// Lines of 513, 512 and 257 points, as many as the plot's demo draws.
fn plot_ui(ui: &mut Ui) {
    let turns = |count: u32| (0..=count).map(move |index| TAU * f64::from(index) / f64::from(count));
    let circle: PlotPoints<'_> = turns(512).map(|turn| [1.5 * turn.cos(), 1.5 * turn.sin()]).collect();
    let wave = PlotPoints::from_explicit_callback(|x| 0.5 * (2.0 * x).sin(), .., 512);
    let knot: PlotPoints<'_> =
        turns(256).map(|turn| [(2.0 * turn + 0.3).sin(), (3.0 * turn).sin()]).collect();
    let plot = Plot::new("lines").legend(Legend::default()).data_aspect(1.0);
    plot.coordinates_formatter(Corner::LeftBottom, CoordinatesFormatter::default()).show(ui, |inside| {
        for (name, points) in [("circle", circle), ("wave", wave), ("knot", knot)] {
            inside.line(Line::new(name, points));
        }
    });
}
