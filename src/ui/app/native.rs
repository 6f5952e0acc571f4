//! The native window: opens it, restores what was kept, keeps what changes, wakes it when the worker has news.
//!
//! A window that cannot be opened, or whose framework breaks, ends in one line; what was in it is then on the disk.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use etcetera::BaseStrategy as _;
use thiserror::Error;
use winit::dpi::{LogicalPosition, PhysicalPosition, PhysicalSize};

use super::App;
use super::display::{Display, explain};
use super::keeper::Keeper;
use crate::export::signals;
use crate::model::Scenario;
use crate::ui::state::{Geometry, WindowState};
use crate::worker::Runner;

/// What desktops know the window by: the name of its desktop entry and of its icon, and of the folder of its state.
pub const APP_ID: &str = "saddlescope";

/// How much of a window must be on a screen, in pixels.
const SEEN: [i64; 2] = [200, 100];

/// Why there is no window, or none any more.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum WindowError {
    /// It could not be opened.
    #[error("{0}")]
    NotOpened(String),
    /// It was open and broke.
    #[error("the window broke: {reason}; {kept}")]
    Broken {
        /// What happened.
        reason: String,
        /// What became of what was in it.
        kept: String,
    },
}

/// The icon of the window.
pub fn icon() -> Option<egui::IconData> {
    eframe::icon_data::from_png_bytes(include_bytes!("../../../assets/icon.png")).ok()
}

/// Opens the window and returns when it is closed. A scenario with its file overrides the one kept from the last
/// time.
///
/// # Errors
/// If the system gives no window, no OpenGL or no thread; or a fault of the framework while it is open.
pub fn run_window(scenario: Option<(PathBuf, Scenario)>) -> Result<(), WindowError> {
    let display = Display::find().map_err(WindowError::NotOpened)?;
    let (keeper, state, remark) = match kept() {
        Ok((keeper, state, remark)) => (Some(Rc::new(keeper)), state, remark),
        Err(trouble) => (None, WindowState::default(), Some(trouble)),
    };
    if let Some(keeper) = &keeper {
        signals::before_end(keeper.flusher());
        signals::note_kept(&format!("the window's state is in {}", keeper.path().display()));
    } else {
        signals::note_kept("the window's state is not kept");
    }
    signals::install();
    let is_open = Rc::new(Cell::new(false));
    let panics = PanicLog::begin();
    let attempt = AssertUnwindSafe(|| open(display, scenario, (keeper.clone(), state, remark), &is_open));
    let trouble = match catch_unwind(attempt) {
        Ok(Ok(())) => None,
        Ok(Err(error)) => Some(error.to_string()),
        Err(_) => Some(panics.last()),
    };
    drop(panics);
    let Some(trouble) = trouble else { return Ok(()) };
    if !is_open.get() {
        return Err(WindowError::NotOpened(format!("no window: {}", explain(&trouble))));
    }
    let kept = keeper.map_or_else(
        || String::from("its state is not kept"),
        |keeper| {
            keeper.flusher()();
            format!("its state is in {}", keeper.path().display())
        },
    );
    Err(WindowError::Broken { reason: explain(&trouble), kept })
}

/// What was kept between sessions, and what is to be said of it.
fn kept() -> Result<(Keeper, WindowState, Option<String>), String> {
    let folders = etcetera::base_strategy::choose_native_strategy()
        .map_err(|_| String::from("the window's state is not kept: there is no home folder"))?;
    Keeper::begin(&folders.data_dir().join(APP_ID))
}

/// Runs the window to its end.
fn open(
    display: Display,
    scenario: Option<(PathBuf, Scenario)>,
    (keeper, state, remark): (Option<Rc<Keeper>>, WindowState, Option<String>),
    is_open: &Rc<Cell<bool>>,
) -> eframe::Result {
    let geometry = state.geometry;
    let mut viewport = egui::ViewportBuilder::default()
        .with_title("Saddlescope")
        .with_app_id(APP_ID)
        .with_inner_size(geometry.size)
        .with_maximized(geometry.maximised)
        .with_fullscreen(geometry.full_screen)
        .with_min_inner_size([800.0, 560.0]);
    if let Some(icon) = icon() {
        viewport = viewport.with_icon(icon);
    }
    let mut options =
        eframe::NativeOptions { viewport, renderer: eframe::Renderer::Glow, ..Default::default() };
    display.choose(&mut options);
    let is_open = Rc::clone(is_open);
    let create = move |cc: &eframe::CreationContext<'_>| {
        cc.egui_ctx.set_zoom_factor(geometry.zoom);
        if let (Some(window), Some(at)) = (cc.winit_window(), geometry.position) {
            place(window, at);
        }
        let ctx = cc.egui_ctx.clone();
        // A delayed request costs one frame where an immediate one costs two.
        let wake = Arc::new(move || ctx.request_repaint_after(Duration::from_millis(1)));
        let runner = Runner::threads(wake);
        let mut app = match scenario {
            Some((path, scenario)) => {
                App::opening(&cc.egui_ctx, state.saved, (scenario, Some(&path)), &runner)?
            }
            None => App::new(&cc.egui_ctx, state.saved, &runner)?,
        };
        if let Some(remark) = remark {
            app.warn(remark);
        }
        is_open.set(true);
        Ok(Box::new(Window { app, keeper, geometry }) as Box<dyn eframe::App>)
    };
    eframe::run_native(APP_ID, options, Box::new(create))
}

/// Puts the window where it was, in points of the screen, if enough of it would be seen there.
fn place(window: &winit::window::Window, at: [f32; 2]) {
    let at: PhysicalPosition<i32> =
        LogicalPosition::new(f64::from(at[0]), f64::from(at[1])).to_physical(window.scale_factor());
    let size = window.inner_size();
    let screens = window.available_monitors().map(|screen| (screen.position(), screen.size()));
    if screens.into_iter().any(|screen| is_seen((at, size), screen)) {
        window.set_outer_position(at);
    }
}

/// A rectangle of pixels.
type PixelRect = (PhysicalPosition<i32>, PhysicalSize<u32>);

/// Whether enough of a window is on a screen, its upper edge included.
fn is_seen(window: PixelRect, screen: PixelRect) -> bool {
    let overlap = |at: [i32; 2], length: [u32; 2]| {
        let ends = [0, 1].map(|k| i64::from(at[k]) + i64::from(length[k]));
        ends[0].min(ends[1]) - i64::from(at[0].max(at[1]))
    };
    let x = overlap([window.0.x, screen.0.x], [window.1.width, screen.1.width]);
    let y = overlap([window.0.y, screen.0.y], [window.1.height, screen.1.height]);
    x >= SEEN[0] && y >= SEEN[1] && window.0.y >= screen.0.y - 40
}

/// The window as it is now; what the system does not tell stays as it was.
fn geometry_of(ctx: &egui::Context, before: Geometry) -> Geometry {
    let zoom = ctx.zoom_factor();
    ctx.input(|input| {
        let window = input.viewport();
        let (maximised, full_screen) =
            (window.maximized.unwrap_or_default(), window.fullscreen.unwrap_or_default());
        if window.minimized == Some(true) {
            return before;
        }
        let is_own = !maximised && !full_screen;
        let size = window.inner_rect.filter(|_| is_own).map(|rect| rect.size() * zoom);
        let position = window.outer_rect.filter(|_| is_own).map(|rect| rect.min * zoom);
        let now = Geometry {
            size: size.map_or(before.size, |size| [size.x, size.y].map(f32::round)),
            position: position.map_or(before.position, |at| Some([at.x, at.y].map(f32::round))),
            maximised,
            full_screen,
            zoom,
        };
        now.clamped()
    })
}

/// The application in its window, and what keeps its state.
struct Window {
    app: App,
    keeper: Option<Rc<Keeper>>,
    geometry: Geometry,
}

impl eframe::App for Window {
    fn logic(&mut self, ctx: &egui::Context, _frame: &mut eframe::Frame) {
        self.app.logic(ctx);
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        self.app.ui(ui);
        self.geometry = geometry_of(ui.ctx(), self.geometry);
        if let Some(keeper) = &self.keeper {
            keeper.note(self.app.saved(), self.geometry);
            if let Some(problem) = keeper.problem() {
                self.app.warn(problem);
            }
        }
    }
}

/// The hook that a panic calls, as the standard library has it.
type Hook = Box<dyn Fn(&std::panic::PanicHookInfo<'_>) + Send + Sync>;

/// While it lives, a panic is noted instead of printed: a worker's is shown in the window, and the window's own is told
/// by whoever opened it.
struct PanicLog {
    last: Arc<Mutex<String>>,
    before: Option<Hook>,
}

impl PanicLog {
    fn begin() -> Self {
        let last = Arc::new(Mutex::new(String::new()));
        let (noted, before) = (Arc::clone(&last), std::panic::take_hook());
        std::panic::set_hook(Box::new(move |panic| {
            let message = panic.payload_as_str().unwrap_or("a fault without a word");
            message.clone_into(&mut noted.lock().unwrap_or_else(PoisonError::into_inner));
        }));
        Self { last, before: Some(before) }
    }

    fn last(&self) -> String {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for PanicLog {
    fn drop(&mut self) {
        if let Some(before) = self.before.take() {
            std::panic::set_hook(before);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_comes_back_only_to_a_screen_that_is_there() {
        let rect = |x, y, width, height| (PhysicalPosition::new(x, y), PhysicalSize::new(width, height));
        let screen = rect(0, 0, 1920, 1080);
        assert!(is_seen(rect(100, 50, 1440, 900), screen));
        assert!(is_seen(rect(-1200, 0, 1440, 900), screen));
        assert!(!is_seen(rect(-1340, 0, 1440, 900), screen), "100 points of it");
        assert!(!is_seen(rect(1920, 0, 1440, 900), screen), "a screen that is gone");
        assert!(!is_seen(rect(0, 1020, 1440, 900), screen) && !is_seen(rect(0, -500, 1440, 900), screen));
        assert!(is_seen(rect(2000, 0, 1440, 900), rect(1920, 0, 1920, 1080)));
    }
}
