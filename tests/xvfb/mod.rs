//! A display of its own for one test: Xvfb with its picture in a file, and xdotool for the mouse.
//!
//! The file is an X window dump that the server keeps up to date, so looking costs no request and no process.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::HashSet;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use saddlescope::export::{Image, write_png};
use tempfile::TempDir;

/// A program of that name on the search path.
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|program| program.is_file())
}

/// A running X server.
pub(crate) struct Display {
    server: Child,
    name: String,
    folder: TempDir,
}

impl Display {
    /// Starts a server on a free display and waits until it takes connections.
    pub(crate) fn start(width: u16, height: u16) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-nolisten", "tcp", "-screen", "0", &format!("{width}x{height}x24")])
            .arg("-fbdir")
            .arg(folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(!line.trim().is_empty(), "Xvfb does not start");
        Self { server, name: format!(":{}", line.trim()), folder }
    }

    /// What DISPLAY is to be.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// What the display shows now.
    pub(crate) fn look(&self) -> Screen {
        Screen(std::fs::read(self.folder.path().join("Xvfb_screen0")).unwrap())
    }

    /// Moves or presses the mouse.
    pub(crate) fn point(&self, arguments: &[&str]) {
        let status = Command::new("xdotool").env("DISPLAY", &self.name).args(arguments).status().unwrap();
        assert!(status.success(), "xdotool {arguments:?}");
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// What a display shows: an X window dump, taken apart only when asked.
#[derive(PartialEq, Eq)]
pub(crate) struct Screen(Vec<u8>);

impl Screen {
    /// A number of the dump's header.
    fn field(&self, index: usize) -> usize {
        let bytes = self.0.as_chunks::<4>().0.get(index).copied().unwrap_or_default();
        u32::from_be_bytes(bytes) as usize
    }

    /// Red, green and blue of every pixel, row by row.
    ///
    /// The dump has 32 bits a pixel, least significant byte first: blue, green, red, nothing.
    fn pixels(&self) -> impl Iterator<Item = [u8; 3]> {
        let [header, width, height, bits, line, colours] =
            [0, 4, 5, 11, 12, 19].map(|index| self.field(index));
        assert_eq!(bits, 32, "bits of a pixel");
        let rows = self.0.get(header + 12 * colours..).unwrap_or_default().chunks_exact(line).take(height);
        rows.flat_map(move |row| row.as_chunks::<4>().0.iter().take(width).map(|[b, g, r, _]| [*r, *g, *b]))
    }

    pub(crate) fn size(&self) -> [usize; 2] {
        [4, 5].map(|index| self.field(index))
    }

    /// How many different colours there are.
    pub(crate) fn colours(&self) -> usize {
        self.pixels().collect::<HashSet<_>>().len()
    }

    /// Corners where the display itself, which is black, shows.
    pub(crate) fn bare_corners(&self) -> Vec<&'static str> {
        let [width, height] = self.size();
        let corners = [
            ("top left", 2, 2),
            ("top right", width - 3, 2),
            ("bottom left", 2, height - 3),
            ("bottom right", width - 3, height - 3),
        ];
        let is_bare = |x: usize, y: usize| self.pixels().nth(y * width + x) == Some([0, 0, 0]);
        corners.into_iter().filter(|(_, x, y)| is_bare(*x, *y)).map(|(name, ..)| name).collect()
    }

    /// Writes it as a PNG file.
    pub(crate) fn write(&self, path: &Path) {
        let [width, height] = self.size().map(|side| side as u32);
        let rgba: Vec<u8> = self.pixels().flat_map(|[r, g, b]| [r, g, b, 255]).collect();
        write_png(path, Image { width, height, rgba: &rgba }, &[]).unwrap();
    }
}
