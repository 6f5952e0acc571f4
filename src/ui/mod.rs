//! The front room: the window of the instrument, and the same picture without one.
//!
//! Reads the state, returns actions, computes no physics. The only folder that names egui.

mod action;
mod app;
mod aside;
mod asides;
mod beside;
mod build;
mod clip;
mod dashboard;
mod definitions;
mod display;
mod documents;
mod exports;
mod file_work;
mod files;
mod heatmap;
mod history;
mod keeper;
mod lesson;
mod lit;
mod panels;
mod pins;
mod plot;
mod prepare;
mod presets;
mod projector;
pub mod raster;
mod sketch;
mod state;
mod theme;
mod ticks;
mod views;
mod window;
mod window_state;
mod zoom;

pub use action::PanelId;
pub use app::App;
pub use aside::Store;
pub use asides::SweepSettings;
pub use dashboard::{DashboardError, dashboard, scenario_dashboard};
pub use documents::{Documents, Origin};
pub use exports::PictureLook;
pub use lesson::{Lesson, STEPS, Step};
pub use state::{EnsembleStore, Pictures, RunStore, Saved, View};
pub use views::ViewId;
pub use window::{APP_ID, WindowError, icon, run_window};
