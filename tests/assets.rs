//! What desktops and the README show: the icon is what its drawing gives, and names what the window says it is.

#![cfg(feature = "gui")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "../examples/pictures/icon.rs"]
mod icon;

use std::path::{Path, PathBuf};

/// Largest difference of a channel: what another processor may round.
const ROUNDING: u8 = 2;

fn asset(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("assets").join(name)
}

/// Size and bytes of a PNG file.
fn decoded(name: &str) -> ([u32; 2], Vec<u8>) {
    let file = std::io::BufReader::new(std::fs::File::open(asset(name)).unwrap());
    let mut reader = png::Decoder::new(file).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut pixels).unwrap();
    ([reader.info().width, reader.info().height], pixels)
}

#[test]
fn the_icon_is_what_its_drawing_gives() {
    let (size, pixels) = decoded("icon.png");
    assert_eq!(size, [icon::SIDE; 2]);
    let drawn = icon::icon(icon::SIDE).unwrap();
    assert_eq!(pixels.len(), drawn.len());
    let largest = pixels.iter().zip(&drawn).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
    assert!(largest <= ROUNDING, "differs by {largest}: cargo run --release --example pictures");
}

#[test]
fn the_icon_stands_out_on_light_and_dark_taskbars_at_every_size() {
    for side in [16, 24, 32, 48, 256] {
        let pixels = icon::icon(side).unwrap();
        let pixels = pixels.as_chunks::<4>().0;
        // Most of it is an opaque tile whose edge differs from both white and near-black.
        let opaque = pixels.iter().filter(|pixel| pixel[3] > 250).count();
        assert!(opaque * 10 > pixels.len() * 6, "{side}: {opaque} of {}", pixels.len());
        let light = pixels.iter().filter(|[r, g, b, a]| *a > 250 && r.min(g).min(b) > &190).count();
        assert!(light * 25 > pixels.len(), "{side}: the curve has {light} pixels");
        let amber = pixels.iter().filter(|[r, g, b, a]| *a > 250 && *r > 180 && *g > 110 && *b < 110).count();
        assert!(amber >= 1, "{side}: no dot");
    }
}

#[test]
fn the_window_carries_the_icon() {
    let shown = saddlescope::ui::icon().unwrap();
    let (size, pixels) = decoded("icon.png");
    assert_eq!(([shown.width, shown.height], shown.rgba), (size, pixels));
}

#[test]
fn the_desktop_entry_belongs_to_the_window() {
    let entry = std::fs::read_to_string(asset("saddlescope.desktop")).unwrap();
    let value = |key: &str| entry.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
    assert!(entry.starts_with("[Desktop Entry]\n"));
    let id = Some(saddlescope::ui::APP_ID);
    // Wayland matches the name of the file, X11 the class.
    assert_eq!([value("Icon"), value("StartupWMClass")], [id; 2]);
    assert_eq!((value("Type"), value("Terminal")), (Some("Application"), Some("false")));
    assert_eq!(value("Exec"), Some("saddlescope %f"));
}

#[test]
fn the_pictures_of_the_readme_are_there_and_small() {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let shown: Vec<&str> = readme
        .split("](assets/")
        .skip(1)
        .filter_map(|rest| rest.split_once(')').map(|(name, _)| name))
        .collect();
    let pictures: Vec<&str> = shown
        .into_iter()
        .filter(|name| Path::new(name).extension().is_some_and(|kind| kind == "png"))
        .collect();
    assert!(pictures.len() >= 3, "{pictures:?}");
    for name in pictures {
        let size = std::fs::metadata(asset(name)).unwrap().len();
        assert!(size < 300_000, "{name}: {size} bytes");
        decoded(name);
    }
}
