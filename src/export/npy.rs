//! Arrays in an archive that NumPy opens: numbers and text, each with a line that says what it is, and text read back.
//!
//! Text is an array of one `<U` string. `format_version` and `readme` are in every archive: the readme has one line per
//! array, made from what was said when it was added, so that none is missing from it.

use std::fmt::Write as _;
use std::io::{self, Write};

use npyz::{AutoSerialize, DType, NpyWriter, WriterBuilder as _};

use super::npy_text::array_text;
use super::zip::{ZipWriter, member};

/// What the arrays of an archive are called and hold; another number if that changes.
const FORMAT_VERSION: i64 = 1;

/// An archive of arrays on its way.
pub(super) struct Arrays<W: Write> {
    archive: ZipWriter<W>,
    readme: String,
}

impl<W: Write> Arrays<W> {
    /// An archive; `about` is the first paragraph of its readme.
    pub(super) fn new(writer: W, about: &str) -> io::Result<Self> {
        let mut arrays = Self { archive: ZipWriter::new(writer), readme: format!("{about}\n\n") };
        arrays.add("format_version", &[], &[FORMAT_VERSION], "of the names and shapes of these arrays")?;
        Ok(arrays)
    }

    /// Adds numbers in C order under a name; `meaning` goes into the readme.
    pub(super) fn add<T: AutoSerialize + Copy>(
        &mut self,
        name: &str,
        shape: &[u64],
        values: &[T],
        meaning: &str,
    ) -> io::Result<()> {
        let mut bytes = Vec::new();
        let mut array =
            npyz::WriteOptions::new().default_dtype().shape(shape).writer(&mut bytes).begin_nd()?;
        array.extend(values.iter().copied())?;
        array.finish()?;
        self.keep(name, &bytes, meaning)
    }

    /// Adds a text under a name: `str(archive[name])` gives it back.
    pub(super) fn add_text(&mut self, name: &str, text: &str, meaning: &str) -> io::Result<()> {
        self.keep(name, &text_array(text)?, meaning)
    }

    /// Adds the readme and ends the archive.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.readme.push_str("readme: this text\n");
        let readme = text_array(&self.readme)?;
        self.archive.add("readme.npy", &readme)?;
        self.archive.finish()
    }

    fn keep(&mut self, name: &str, bytes: &[u8], meaning: &str) -> io::Result<()> {
        // A String takes whatever is written to it.
        let _ = writeln!(self.readme, "{name}: {meaning}");
        self.archive.add(&format!("{name}.npy"), bytes)
    }
}

/// A text as an array of one string; NumPy has none of length 0.
fn text_array(text: &str) -> io::Result<Vec<u8>> {
    let kind = format!("<U{}", text.chars().count().max(1)).parse().map_err(io::Error::other)?;
    let mut bytes = Vec::new();
    let options = npyz::WriteOptions::new().dtype(DType::Plain(kind)).shape(&[]);
    let mut array: NpyWriter<str, _> = options.writer(&mut bytes).begin_nd()?;
    array.push(text)?;
    array.finish()?;
    Ok(bytes)
}

/// The text of an array in an archive: `<U`, or the bytes of one as early versions wrote them.
pub(super) fn text_in_npz(archive: &[u8], name: &str) -> Option<String> {
    array_text(member(archive, &format!("{name}.npy"))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_comes_back_to_the_letter() {
        for text in ["", "η = 0.1\n[model]\n", "ρ̄ \"&\" 𝛼\n\n"] {
            let mut bytes = Vec::new();
            let mut arrays = Arrays::new(&mut bytes, "about").unwrap();
            arrays.add("numbers", &[2], &[1.0, 2.0], "two of them").unwrap();
            arrays.add_text("text", text, "a text").unwrap();
            arrays.finish().unwrap();
            assert_eq!(text_in_npz(&bytes, "text").as_deref(), Some(text));
            let readme = text_in_npz(&bytes, "readme").unwrap();
            assert!(readme.starts_with("about\n\nformat_version: "), "{readme}");
            assert!(readme.contains("\nnumbers: two of them\ntext: a text\nreadme: "), "{readme}");
            assert_eq!(text_in_npz(&bytes, "numbers"), None);
            assert_eq!(text_in_npz(&bytes, "absent"), None);
            for cut in 0..bytes.len() {
                assert_eq!(text_in_npz(&bytes[..cut], "text"), None);
            }
        }
    }

    #[test]
    fn bytes_of_early_versions_are_text_too() {
        let mut bytes = Vec::new();
        let mut arrays = Arrays::new(&mut bytes, "").unwrap();
        arrays.add("scenario", &[8], b"[model]\n", "bytes").unwrap();
        arrays.finish().unwrap();
        assert_eq!(text_in_npz(&bytes, "scenario").as_deref(), Some("[model]\n"));
    }
}
