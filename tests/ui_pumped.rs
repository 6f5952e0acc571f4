//! The window without threads, as where there are none: the tests of the window itself, every job done within its frames.
#![cfg(feature = "gui")]
#![allow(
    clippy::duplicate_mod,
    dead_code,
    reason = "each file of tests brings what they share, and uses its own part"
)]

#[path = "ui_own.rs"]
mod own;
#[path = "ui_runs.rs"]
mod runs;
#[path = "ui_sgd.rs"]
mod sgd;
#[path = "ui_view.rs"]
mod view;
