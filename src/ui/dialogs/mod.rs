//! What opens over the window: paths, help, equations.

mod equations;
mod help;
mod path_check;
mod path_dialog;

pub(super) use self::equations::equations_ui;
pub(super) use self::help::help_ui;
use self::path_check::{Purpose, Verdict, examine};
pub(super) use self::path_dialog::{Outcome, PathDialog};
