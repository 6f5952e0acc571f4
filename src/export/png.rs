//! Pictures as PNG files, with what made them in their text chunks.
//!
//! 8-bit RGBA, rows from the top, whole or absent. Text that is not Latin-1 goes into an international text chunk.

use std::fmt::Display;
use std::io::{self, Write};
use std::path::Path;

use super::{FileError, write_whole};

/// A picture: `width` × `height` pixels of red, green, blue and alpha, row by row from the top.
#[derive(Clone, Copy, Debug)]
pub struct Image<'a> {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Four bytes per pixel.
    pub rgba: &'a [u8],
}

/// Writes a picture with pairs of keyword (1 to 79 Latin-1 characters) and text.
///
/// # Errors
/// A target that cannot be written, a number of bytes that does not fit the size, or a failure on the way.
pub fn write_png(path: &Path, image: Image<'_>, texts: &[(&str, &str)]) -> Result<(), FileError> {
    write_whole(path, |writer| encode(writer, image, texts, None))
}

/// Encodes a picture, with its pixels per inch if it has a size on paper.
pub(super) fn encode<W: Write>(
    writer: &mut W,
    image: Image<'_>,
    texts: &[(&str, &str)],
    dpi: Option<f64>,
) -> io::Result<()> {
    let mut encoder = png::Encoder::new(writer, image.width, image.height);
    let per_metre = dpi.map(|dpi| (dpi / 0.0254).round() as u32);
    encoder.set_pixel_dims(per_metre.map(|each| png::PixelDimensions {
        xppu: each,
        yppu: each,
        unit: png::Unit::Meter,
    }));
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    for &(key, text) in texts {
        let (keyword, content) = (key.to_owned(), text.to_owned());
        let latin = text.chars().all(|character| u32::from(character) < 256);
        if latin {
            encoder.add_text_chunk(keyword, content).map_err(invalid)?;
        } else {
            encoder.add_itxt_chunk(keyword, content).map_err(invalid)?;
        }
    }
    let mut stream = encoder.write_header().map_err(invalid)?;
    stream.write_image_data(image.rgba).map_err(invalid)?;
    stream.finish().map_err(invalid)
}

fn invalid(error: impl Display) -> io::Error {
    io::Error::other(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_reads_back_with_its_texts() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.png");
        let rgba: Vec<u8> = (0..24).collect();
        let image = Image { width: 3, height: 2, rgba: &rgba };
        write_png(&path, image, &[("Software", "saddlescope"), ("Comment", "α = 3")]).unwrap();
        let file = std::io::BufReader::new(std::fs::File::open(&path).unwrap());
        let mut reader = png::Decoder::new(file).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut pixels).unwrap();
        assert_eq!(pixels, rgba);
        assert_eq!(reader.info().uncompressed_latin1_text[0].text, "saddlescope");
        assert_eq!(reader.info().utf8_text[0].get_text().unwrap(), "α = 3");
    }

    #[test]
    fn bytes_that_do_not_fit_leave_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.png");
        write_png(&path, Image { width: 3, height: 2, rgba: &[0; 23] }, &[]).unwrap_err();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
