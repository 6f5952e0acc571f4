//! The panels of the window: each reads the state and returns what the user asked for.

mod controls;
mod edit;
mod effect;
mod equations;
mod file_menu;
mod frame;
mod help;
mod legend;
mod lesson;
mod path_check;
mod path_dialog;
mod pins;
mod start;
mod status;
mod tabs;
mod teacher;
mod time;
mod view;

pub(super) use controls::{Controls, controls_ui};
pub(super) use edit::{Edits, edit_ui};
pub(super) use equations::equations_ui;
pub(super) use file_menu::file_menu_ui;
pub(super) use help::help_ui;
pub(super) use path_dialog::{Outcome, PathDialog};
pub(super) use pins::pins_ui;
pub(super) use status::{Beside, status_ui};
pub(super) use tabs::tabs_ui;
pub(super) use time::time_ui;
pub(super) use view::{Shown, panel_zoom, view_ui};
