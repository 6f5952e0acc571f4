//! The native window: opens it, restores what was kept, wakes it when the worker has news.

use std::path::PathBuf;
use std::time::Duration;

use thiserror::Error;

use super::App;
use super::state::Saved;
use crate::model::Scenario;

/// What desktops know the window by: the name of its desktop entry and of its icon.
pub const APP_ID: &str = "saddlescope";

/// Why there is no window.
#[derive(Debug, Error)]
#[error("no window could be opened: {0}")]
pub struct WindowError(String);

/// The icon of the window.
pub fn icon() -> Option<egui::IconData> {
    eframe::icon_data::from_png_bytes(include_bytes!("../../assets/icon.png")).ok()
}

/// Opens the window and returns when it is closed. A scenario with its file overrides the one kept from the last
/// time.
///
/// # Errors
/// If the system gives no window, no OpenGL or no thread.
pub fn run_window(scenario: Option<(PathBuf, Scenario)>) -> Result<(), WindowError> {
    let mut viewport = egui::ViewportBuilder::default()
        .with_title("Saddlescope")
        .with_app_id(APP_ID)
        .with_inner_size([1440.0, 900.0])
        .with_min_inner_size([800.0, 560.0]);
    if let Some(icon) = icon() {
        viewport = viewport.with_icon(icon);
    }
    let options = eframe::NativeOptions { viewport, renderer: eframe::Renderer::Glow, ..Default::default() };
    let create = move |cc: &eframe::CreationContext<'_>| {
        let kept: Option<Saved> = cc.storage.and_then(|storage| eframe::get_value(storage, eframe::APP_KEY));
        let saved = kept.unwrap_or_default();
        let ctx = cc.egui_ctx.clone();
        // A delayed request costs one frame where an immediate one costs two.
        let wake = Box::new(move || ctx.request_repaint_after(Duration::from_millis(1)));
        let app = match scenario {
            Some((path, scenario)) => App::opening(&cc.egui_ctx, saved, (scenario, Some(&path)), wake)?,
            None => App::new(&cc.egui_ctx, saved, wake)?,
        };
        Ok(Box::new(app) as Box<dyn eframe::App>)
    };
    eframe::run_native(APP_ID, options, Box::new(create)).map_err(|error| WindowError(error.to_string()))
}
