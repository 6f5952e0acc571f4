//! A sheet as a file: picture or data, in the format its name asks for, whole or not at all.
//!
//! A new format is the function that makes its bytes, and its row here.

use std::io::{self, Write};
use std::path::Path;

use super::paper::{PaperStyle, render_pdf, render_png, render_svg};
use super::{FileError, Provenance, write_sheet_csv, write_sheet_npz, write_whole};
use crate::figure::Sheet;

/// A format for a sheet.
#[derive(Debug)]
pub struct SheetFormat {
    /// The extension of its files, in lower case.
    pub extension: &'static str,
    /// Whether it is a picture, and not a table.
    pub is_picture: bool,
    write: WriteSheet,
}

/// Turns a sheet into bytes.
type WriteSheet = fn(&mut dyn Write, &Sheet, &PaperStyle, &Provenance) -> io::Result<()>;

/// All formats for a sheet: pictures, then the data behind them as a table and as NumPy arrays.
pub static SHEET_FORMATS: [SheetFormat; 5] = [
    SheetFormat {
        extension: "svg",
        is_picture: true,
        write: |out, sheet, style, made_by| {
            out.write_all(render_svg(sheet, style, made_by).map_err(io::Error::other)?.as_bytes())
        },
    },
    SheetFormat {
        extension: "pdf",
        is_picture: true,
        write: |out, sheet, style, made_by| {
            out.write_all(&render_pdf(sheet, style, made_by).map_err(io::Error::other)?)
        },
    },
    SheetFormat {
        extension: "png",
        is_picture: true,
        write: |out, sheet, style, made_by| {
            out.write_all(&render_png(sheet, style, made_by).map_err(io::Error::other)?)
        },
    },
    SheetFormat {
        extension: "csv",
        is_picture: false,
        write: |mut out, sheet, _, made_by| write_sheet_csv(&mut out, sheet, made_by),
    },
    SheetFormat {
        extension: "npz",
        is_picture: false,
        write: |mut out, sheet, _, made_by| write_sheet_npz(&mut out, sheet, made_by),
    },
];

impl SheetFormat {
    /// The format told by a path's extension.
    ///
    /// # Errors
    /// [`FileError::UnknownFormat`] for any extension that no format has.
    pub fn of(path: &Path) -> Result<&'static Self, FileError> {
        let known = || FileError::unknown_format(path, &SHEET_FORMATS.each_ref().map(|row| row.extension));
        extension_of(path).and_then(|name| Self::by_name(&name)).ok_or_else(known)
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
