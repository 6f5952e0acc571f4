//! A sheet as a file: picture or data, in the format its name asks for, whole or not at all.
//!
//! A new format is the function that makes its bytes, how a file of it is told and gives back what made it, and its row
//! here.

use std::io::{self, Write};
use std::path::Path;

use super::paper::{PaperStyle, render_pdf, render_png, render_svg};
use super::provenance::{command, has_content};
use super::{FileError, Provenance, carrier, write_sheet_csv, write_sheet_npz, write_whole};
use crate::figure::Sheet;

/// What is in a file of a sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SheetContent {
    /// A picture of lines and letters, of any size.
    Vector,
    /// A picture of so many pixels.
    Pixels,
    /// The data behind the picture.
    Data,
}

/// A format for a sheet.
#[derive(Debug)]
pub struct SheetFormat {
    /// The extension of its files, in lower case.
    pub extension: &'static str,
    /// What is in its files.
    pub content: SheetContent,
    write: WriteSheet,
    /// Whether a file is one of these, by how it begins; those of a run with the same extension are, too.
    begins: fn(&[u8]) -> bool,
    /// What made such a file, as TOML; `None` if it does not say.
    made_by: fn(&[u8]) -> Option<String>,
}

/// Turns a sheet into bytes.
type WriteSheet = fn(&mut dyn Write, &Sheet, &PaperStyle, &Provenance) -> io::Result<()>;

/// All formats for a sheet: pictures, then the data behind them as a table and as NumPy arrays.
pub static SHEET_FORMATS: [SheetFormat; 5] = [
    SheetFormat {
        extension: "svg",
        content: SheetContent::Vector,
        write: |out, sheet, style, made_by| {
            out.write_all(render_svg(sheet, style, made_by).map_err(io::Error::other)?.as_bytes())
        },
        begins: carrier::is_svg,
        made_by: carrier::in_svg,
    },
    SheetFormat {
        extension: "pdf",
        content: SheetContent::Vector,
        write: |out, sheet, style, made_by| {
            out.write_all(&render_pdf(sheet, style, made_by).map_err(io::Error::other)?)
        },
        begins: carrier::is_pdf,
        made_by: carrier::in_pdf,
    },
    SheetFormat {
        extension: "png",
        content: SheetContent::Pixels,
        write: |out, sheet, style, made_by| {
            out.write_all(&render_png(sheet, style, made_by).map_err(io::Error::other)?)
        },
        begins: carrier::is_png,
        made_by: carrier::in_png,
    },
    SheetFormat::TABLE,
    SheetFormat {
        extension: "npz",
        content: SheetContent::Data,
        write: |mut out, sheet, _, made_by| write_sheet_npz(&mut out, sheet, made_by),
        begins: carrier::is_npz,
        made_by: carrier::in_npz,
    },
];

impl SheetFormat {
    /// The table that comes with every picture.
    pub const TABLE: Self = Self {
        extension: "csv",
        content: SheetContent::Data,
        write: |mut out, sheet, _, made_by| write_sheet_csv(&mut out, sheet, made_by),
        begins: carrier::is_csv,
        made_by: carrier::in_csv,
    };

    /// The format told by a path's extension.
    ///
    /// # Errors
    /// [`FileError::UnknownFormat`] for any extension that no format has.
    pub fn of(path: &Path) -> Result<&'static Self, FileError> {
        let known = || FileError::unknown_format(path, &SHEET_FORMATS.each_ref().map(|row| row.extension));
        extension_of(path).and_then(|name| Self::by_name(&name)).ok_or_else(known)
    }

    /// The format of a file told by how it begins; `None` for TOML, JSON and all else.
    pub(super) fn of_bytes(bytes: &[u8]) -> Option<&'static Self> {
        SHEET_FORMATS.iter().find(|format| (format.begins)(bytes))
    }

    /// What made a file of this format, as TOML; `None` if it does not say.
    pub(super) fn made_by(&self, bytes: &[u8]) -> Option<String> {
        // A comment of anybody would be the scenario with every default.
        (self.made_by)(bytes).filter(|text| has_content(text) || command(text).is_some())
    }

    /// Whether its files are pictures.
    pub fn is_picture(&self) -> bool {
        self.content != SheetContent::Data
    }

    /// The format of an extension in lower case.
    pub fn by_name(name: &str) -> Option<&'static Self> {
        SHEET_FORMATS.iter().find(|format| format.extension == name)
    }
}

/// The extension of a path in lower case.
pub(super) fn extension_of(path: &Path) -> Option<String> {
    path.extension().map(|extension| extension.to_string_lossy().to_lowercase())
}

/// Writes a sheet, whole or not at all, in the format told by the extension of `path`.
///
/// # Errors
/// An unknown extension, a target that cannot be written, or a failure on the way.
pub fn write_sheet(
    path: &Path,
    sheet: &Sheet,
    style: &PaperStyle,
    provenance: &Provenance,
) -> Result<(), FileError> {
    let format = SheetFormat::of(path)?;
    write_whole(path, |writer| (format.write)(writer, sheet, style, provenance))
}
