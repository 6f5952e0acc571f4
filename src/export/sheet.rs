//! A sheet as a file: picture or data, in the format its name asks for, whole or not at all.

use std::io;
use std::path::Path;

use super::paper::{PaperStyle, render_pdf, render_png, render_svg};
use super::{FileError, Provenance, write_sheet_csv, write_sheet_npz, write_whole};
use crate::figure::Sheet;

/// A format for a sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SheetFormat {
    /// The picture, for browsers and drawing programs.
    Svg,
    /// The picture, for papers.
    Pdf,
    /// The picture in pixels.
    Png,
    /// The data behind it as a table.
    Csv,
    /// The data behind it as NumPy arrays.
    Npz,
}

impl SheetFormat {
    /// The format told by a path's extension.
    ///
    /// # Errors
    /// [`FileError::UnknownFormat`] for any extension but svg, pdf, png, csv and npz.
    pub fn of(path: &Path) -> Result<Self, FileError> {
        let extension = path.extension().map(|extension| extension.to_string_lossy().to_lowercase());
        let known = ".svg, .pdf, .png, .csv or .npz";
        let format = extension.and_then(|extension| Self::by_name(&extension));
        format.ok_or_else(|| FileError::UnknownFormat { path: path.to_owned(), known })
    }

    /// All formats.
    pub const ALL: [Self; 5] = [Self::Svg, Self::Pdf, Self::Png, Self::Csv, Self::Npz];

    /// The extension of its files, in lower case.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Svg => "svg",
            Self::Pdf => "pdf",
            Self::Png => "png",
            Self::Csv => "csv",
            Self::Npz => "npz",
        }
    }

    /// Whether it is a picture, and not a table.
    pub fn is_picture(self) -> bool {
        matches!(self, Self::Svg | Self::Pdf | Self::Png)
    }

    /// The format of an extension in lower case.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.extension() == name)
    }
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
    write_whole(path, |writer| {
        let bytes = match format {
            SheetFormat::Svg => render_svg(sheet, style, provenance).map(String::into_bytes),
            SheetFormat::Pdf => render_pdf(sheet, style, provenance),
            SheetFormat::Png => render_png(sheet, style, provenance),
            SheetFormat::Csv => return write_sheet_csv(writer, sheet, provenance),
            SheetFormat::Npz => return write_sheet_npz(writer, sheet, provenance),
        };
        io::Write::write_all(writer, &bytes.map_err(io::Error::other)?)
    })
}
