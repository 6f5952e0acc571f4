//! The dashboard as a picture: the same window, drawn by the processor, for machines without a display.

use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::Receiver;
use thiserror::Error;

use super::App;
use crate::model::Scenario;
use crate::ui::raster::{Picture, picture};
use crate::ui::state::Saved;
use crate::worker::{Runner, Wake};

/// Frames for the layout to settle.
const SETTLING_FRAMES: usize = 3;

/// Why there is no picture.
#[derive(Debug, Error)]
pub enum DashboardError {
    /// The scenario is not valid.
    #[error("{0}")]
    Scenario(String),
    /// The system gave no thread.
    #[error("no thread for the engine: {0}")]
    Thread(#[from] std::io::Error),
}

/// Runs what was kept to its end, and the work beside the run that its view needs, and draws the window it would
/// fill, `width` × `height` points at `scale` pixels a point, with the cursor at the escape.
///
/// # Errors
/// An invalid scenario, or no thread to run it on.
pub fn dashboard(saved: Saved, size: (f32, f32), scale: f32) -> Result<Picture, DashboardError> {
    draw(|ctx, wake| App::new(ctx, saved, &Runner::threads(wake)), size, scale)
}

/// The same of the overview of one scenario, whose start has been read.
///
/// # Errors
/// No thread to run it on.
pub fn scenario_dashboard(
    scenario: Scenario,
    size: (f32, f32),
    scale: f32,
) -> Result<Picture, DashboardError> {
    draw(
        |ctx, wake| App::opening(ctx, Saved::default(), (scenario, None), &Runner::threads(wake)),
        size,
        scale,
    )
}

/// Draws the window of an application once it has settled.
fn draw(
    start: impl FnOnce(&egui::Context, Wake) -> std::io::Result<App>,
    (width, height): (f32, f32),
    scale: f32,
) -> Result<Picture, DashboardError> {
    let ctx = egui::Context::default();
    let (news, arrived) = crossbeam_channel::bounded::<()>(1);
    let wake = Arc::new(move || {
        // A full channel already says that there are news.
        let _ = news.try_send(());
    });
    let mut app = start(&ctx, wake)?;
    if let Some(error) = app.error() {
        return Err(DashboardError::Scenario(error.to_owned()));
    }
    settle(&mut app, &ctx, &arrived);
    app.rest_at_escape();
    // What is shown of the cursor's state is worked out beside the run.
    app.logic(&ctx);
    settle(&mut app, &ctx, &arrived);
    let size = egui::vec2(width, height);
    Ok(picture(&ctx, size, scale, SETTLING_FRAMES, |ui| {
        app.logic(&ui.ctx().clone());
        app.ui(ui);
    }))
}

/// Waits until everything that is drawn is complete.
fn settle(app: &mut App, ctx: &egui::Context, arrived: &Receiver<()>) {
    while !app.is_settled() {
        let _ = arrived.recv_timeout(Duration::from_millis(100));
        app.logic(ctx);
    }
}
