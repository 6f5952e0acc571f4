//! The bars around the panels: controls, time, tabs, pins, status.
//!
//! Each reads the state and returns what the user asked for.

mod controls;
mod file_menu;
mod pins;
mod start;
mod status;
mod tabs;
mod teacher;
mod time;
mod undo_pin;

pub(super) use self::controls::{Controls, controls_ui};
pub(super) use self::file_menu::file_menu_ui;
pub(super) use self::pins::pins_ui;
use self::start::{epsilon_ui, given_widths, start_ui};
pub(super) use self::status::{RunningWork, status_ui};
pub(super) use self::tabs::tabs_ui;
use self::teacher::teacher_ui;
pub(super) use self::time::time_ui;
pub(super) use self::undo_pin::{Edits, edit_ui};
