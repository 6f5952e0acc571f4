//! What the window knows, without a line of egui: scenario and view, requests, history, the lesson.
//!
//! Scenario and view are kept between sessions; nothing derived is.

mod action;
mod documents;
mod export_request;
mod file_request;
mod highlight;
mod history;
mod lesson;
mod notice;
mod panel_id;
mod presets;
mod saved;
mod shortcuts;
mod sweep_settings;
mod view_id;
mod window_state;
mod zoom;

pub(super) use self::action::{Action, Presentation};
use self::documents::RECENT;
pub use self::documents::{Documents, Origin};
pub use self::export_request::PictureLook;
pub(super) use self::export_request::{ExportRequest, PICTURE};
pub(super) use self::file_request::{DialogPurpose, FileRequest, HOLDS_SCENARIO, SCENARIO, START};
pub(super) use self::highlight::Highlight;
pub(super) use self::history::{EditTime, History};
pub(super) use self::lesson::LessonCommand;
pub use self::lesson::{Lesson, STEPS, Step, StepFrame};
pub(super) use self::notice::Notice;
pub use self::panel_id::PanelId;
pub(super) use self::presets::PRESETS;
pub use self::saved::{Saved, View};
pub use self::shortcuts::key_help;
pub(super) use self::shortcuts::{Held, SHORTCUTS, Shortcut, with_key};
pub use self::sweep_settings::SweepSettings;
pub use self::view_id::ViewId;
pub(super) use self::window_state::{Geometry, WindowState};
pub(super) use self::zoom::{Zoom, ZoomRequest, apply_zoom, pan_or_zoom, visible_range};
