//! Pictures as data: axes, curves, guides, matrices and captions, without a screen.
//!
//! What a panel shows and what a file holds are the same [`Figure`]; `ui` draws it on the screen. Points are raw
//! values; a logarithmic axis leaves out what is not positive and says so.

mod axis;
mod clip;
mod curves;
mod data;
mod difference;
mod duration;
mod ensemble;
mod escape;
mod flatness;
pub mod label_placement;
mod legend;
pub mod lowered;
mod manifold;
mod matrices;
mod mean_curve;
mod mesh;
mod noise;
mod notation;
mod number;
mod palette;
pub mod paper;
mod pin;
mod pins;
mod readouts;
mod run;
mod run_pictures;
mod scalars;
mod sheet;
pub mod spectrum;
mod staircase;
mod status;
mod sweep_map;
mod thin;
mod ticks;
mod words;

pub use axis::{Axis, Scale};
pub use clip::{clip_line, clip_segment};
pub use curves::{Band, Entry, Guide, GuideShape, Samples, Series, Stroke};
pub use data::{Content, Figure, MatrixPicture, Plot, TimeAxis};
pub use difference::difference;
pub use duration::duration;
pub use escape::{escape_times, gap, growth};
pub use legend::legend;
pub use manifold::{Geometry, Orientation, manifold, manifold_direction, manifold_place};
pub use matrices::{MatrixSource, matrix_difference, matrix_pair};
pub use mean_curve::MeanCurve;
pub use mesh::Mesh;
pub use noise::StartBelowNoise;
pub use notation::{CHAPTERS, Chapter, NOTATION, Symbol};
pub use number::readable as number;
pub use number::{ascii, exact, fixed, in_cell, power_of_ten, readable, rounded, with_step};
pub use palette::{Ink, Palette, Rgb, contrast};
pub use pin::{PIN_LIMIT, Pin, PinnedSgd, shown_name};
pub use readouts::{Readout, readouts, readouts_of_run};
pub use run::RunData;
pub use run_pictures::{distance, loss, norms, overlaps, polar_factor, student_norms, student_overlaps};
pub use scalars::Scalar;
pub use sheet::{LegendEntry, Sheet, Swatch};
pub use status::status;
pub use sweep_map::{MAP, half_time_map};
pub use thin::thin;
pub use ticks::{Tick, ticks, widest_label};
pub use words::{blow_up, ending};
