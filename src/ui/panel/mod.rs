//! The cards of the window: what each shows, where it is, and its frame.

mod card;
mod catalogue;
mod definitions;
mod grid;
mod layout;
mod legend;
mod lesson_card;
mod pictures;

use self::card::{Frame, panel_ui};
pub(super) use self::catalogue::Sources;
pub(super) use self::grid::{Shown, panel_zoom, view_ui};
use self::layout::beside_lesson;
use self::legend::legend_ui;
use self::lesson_card::lesson_ui;
pub use self::pictures::Pictures;
