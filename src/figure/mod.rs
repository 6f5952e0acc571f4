//! Pictures as data: axes, curves, guides, matrices and captions, without a screen.
//!
//! What a panel shows and what a file holds are the same [`Figure`]; `ui` draws it on the screen. Points are raw
//! values; a logarithmic axis leaves out what is not positive and says so.

mod clip;
mod data;
mod duration;
mod ensemble;
mod escape;
mod flat;
mod legend;
pub mod lowered;
mod manifold;
mod map;
mod matrices;
mod noise;
mod notation;
mod number;
mod palette;
mod panels;
pub mod paper;
mod pins;
pub mod place;
mod run;
mod sheet;
pub mod spectrum;
mod staircase;
mod status;
mod thin;
mod ticks;
mod words;

pub use clip::{clip_line, clip_segment};
pub use data::{Axis, Band, Content, Entry, Figure, Guide, GuideShape, Plot, Samples, Scale, Series, Stroke};
pub use duration::duration;
pub use ensemble::MeanCurve;
pub use escape::{escape_times, gap, growth};
pub use legend::legend;
pub use manifold::{Geometry, Turn, manifold, manifold_direction, manifold_place};
pub use map::{MAP, Mesh, half_time_map};
pub use matrices::{MatrixPicture, MatrixSource, matrix_difference, matrix_pair, matrix_pair_of};
pub use noise::StartBelowNoise;
pub use notation::{CHAPTERS, Chapter, NOTATION, Symbol};
pub use number::{ascii, exact, fixed, in_cell, power_of_ten, readable, rounded, with_step};
pub use number::{exact as chosen, readable as number};
pub use palette::{Ink, Palette, Rgb, contrast};
pub use panels::{distance, loss, norms, overlaps, polar_factor, student_norms, student_overlaps};
pub use pins::{PIN_LIMIT, Pin, PinnedSgd, difference, shown_name};
pub use run::RunData;
pub use sheet::{LegendEntry, Sheet, Swatch};
pub use status::status;
pub use thin::thin;
pub use ticks::{Tick, ticks, widest_label};
pub use words::{Readout, blow_up, ending, readouts, readouts_of_run};
