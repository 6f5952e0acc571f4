//! The front room: the window of the instrument, and the same picture without one.
//!
//! `state` knows, `work` fills it, `draw` paints figures, `panel`, `bars` and `dialogs` are what is seen, `app`
//! decides. The only folder that names egui; it computes no physics.

mod app;
mod bars;
mod dialogs;
mod draw;
mod panel;
pub mod raster;
mod state;
mod theme;
mod work;

pub use app::{APP_ID, App, DashboardError, WindowError, dashboard, icon, run_window, scenario_dashboard};
pub use panel::Pictures;
pub use state::{
    Documents, Lesson, Origin, PanelId, PictureLook, STEPS, Saved, Step, StepFrame, SweepSettings, View,
    ViewId, key_help,
};
pub use work::{EnsembleStore, RunStore, Store};
