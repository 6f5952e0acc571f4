//! The pictures of this repository, each drawn by the program itself: `cargo run --release --example pictures`.
//!
//! Writes the icon and the views that the README shows into assets/, or into the folder given. Needs no display. The
//! same source gives the same pictures.

#![expect(clippy::print_stdout, reason = "a command says what it wrote")]

mod icon;

use std::error::Error;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use saddlescope::model::{ScenarioSpec, SgdSection, StartKind};
use saddlescope::ui::{STEPS, Saved, View, ViewId, dashboard};

/// The window in points: the size it opens with.
const SIZE: (f32, f32) = (1440.0, 900.0);

/// Pixels per point: sharp on a page that shows it at 900 pixels, and below 300 kB.
const SCALE: f32 = 1.125;

/// A file and what the window shows in it.
type Shot = (&'static str, fn() -> Saved);

const SHOTS: [Shot; 5] = [
    ("dashboard.png", Saved::default),
    ("escape.png", escape),
    ("implicit-bias.png", implicit_bias),
    ("landscape.png", landscape),
    ("lesson.png", lesson),
];

fn main() -> Result<(), Box<dyn Error>> {
    let assets = || Path::new(env!("CARGO_MANIFEST_DIR")).join("assets");
    let folder = std::env::args_os().nth(1).map_or_else(assets, PathBuf::from);
    write(&folder.join("icon.png"), [icon::SIDE; 2], png::ColorType::Rgba, &icon::icon(icon::SIDE)?)?;
    for (name, saved) in SHOTS {
        let picture = dashboard(saved(), SIZE, SCALE)?;
        // Every pixel is opaque.
        let rgb: Vec<u8> =
            picture.rgba.as_chunks::<4>().0.iter().flat_map(|[r, g, b, _]| [*r, *g, *b]).collect();
        write(&folder.join(name), [picture.width, picture.height], png::ColorType::Rgb, &rgb)?;
    }
    Ok(())
}

/// Runs of finite N over the ODE, and when they escape.
fn escape() -> Saved {
    let sgd = SgdSection { n: 1000, replicas: 30, ..SgdSection::default() };
    let spec = ScenarioSpec { sgd: Some(sgd), ..ScenarioSpec::default() };
    seen(ViewId::Escape, true, spec)
}

/// A circle of solutions, and where two dozen starts reach it.
fn implicit_bias() -> Saved {
    let mut spec = ScenarioSpec::default();
    (spec.model.p, spec.model.p_star, spec.start.kind) = (2, 1, StartKind::Gaussian);
    seen(ViewId::ImplicitBias, false, spec)
}

fn landscape() -> Saved {
    seen(ViewId::Landscape, false, ScenarioSpec::default())
}

/// The step about the escape.
fn lesson() -> Saved {
    const STEP: usize = 3;
    let mut saved = seen(ViewId::Lesson, true, STEPS[STEP].spec());
    saved.view.lesson.step = STEP;
    saved
}

fn seen(tab: ViewId, dark: bool, spec: ScenarioSpec) -> Saved {
    Saved { spec, view: View { tab, dark, ..View::default() }, ..Saved::default() }
}

/// Writes a PNG file as small as it gets.
fn write(
    path: &Path,
    [width, height]: [u32; 2],
    color: png::ColorType,
    pixels: &[u8],
) -> Result<(), Box<dyn Error>> {
    let mut encoder = png::Encoder::new(BufWriter::new(File::create(path)?), width, height);
    encoder.set_color(color);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::High);
    let mut stream = encoder.write_header()?;
    stream.write_image_data(pixels)?;
    stream.finish()?;
    println!("{}: {width} x {height}, {} kB", path.display(), std::fs::metadata(path)?.len() / 1000);
    Ok(())
}
