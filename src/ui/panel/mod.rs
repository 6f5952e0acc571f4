//! The cards of the window: what each shows, where it is, and its frame.

mod card;
mod catalogue;
mod grid;
mod layout;
mod legend;
mod lesson_card;
mod manifold_card;
mod pictures;
mod shown;

use self::card::{Frame, panel_ui};
use self::catalogue::AtCursor;
#[cfg(test)]
pub(super) use self::catalogue::PANELS;
pub(super) use self::catalogue::{Picture, Sources};
pub(super) use self::grid::view_ui;
use self::layout::beside_lesson;
use self::legend::legend_ui;
use self::lesson_card::lesson_ui;
use self::manifold_card::{manifold_request, state_on_manifold};
pub use self::pictures::Pictures;
pub(super) use self::pictures::panel_zoom;
pub(super) use self::shown::Shown;
