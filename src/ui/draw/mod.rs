//! A figure on the screen: plots, matrices, ticks, labels, and what the pointer does on them.
//!
//! Draws and reports; decides nothing.

mod axis;
mod bar;
mod clip;
mod content;
mod curve_style;
mod dashes;
mod drawing;
mod effect;
mod equation;
mod heatmap;
mod labels;
mod mesh_cache;
mod number;
mod plot;
mod prepare;
mod range_drag;
mod reveal;
mod static_layer;
mod swatch;
mod ticks;

use self::axis::with_axes;
use self::bar::{BAR_ROOM, bar_ui};
use self::clip::clipped;
use self::content::{content_ui, past_ui};
use self::curve_style::CurveStyle;
use self::dashes::{DASHED, DOTTED, GUIDE, STEP, coarse, dashes, guide_dashes};
use self::drawing::BAND;
pub(super) use self::drawing::{Drawing, Pointed};
pub(super) use self::effect::add_ui;
pub(super) use self::equation::equation_ui;
pub(super) use self::heatmap::{Textures, matrices_ui};
use self::labels::{above_ui, names_ui};
use self::mesh_cache::{MeshCache, MeshKey};
pub(super) use self::number::{hint, parameter_ui, round_numbers, slider_ui, typed};
pub(super) use self::plot::{figure_ui, seen_parts};
pub(super) use self::prepare::PreparedFigure;
use self::prepare::PreparedPlot;
use self::range_drag::band_ui;
pub(super) use self::reveal::reveal_ui;
use self::static_layer::{CAP, StaticLayer, mark_radius};
pub(super) use self::swatch::{SwatchWord, swatch_ui};
use self::ticks::AxisTicks;
