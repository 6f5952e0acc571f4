//! What is read and unpacked at most, of every kind of file; the same numbers stand in SECURITY.md.
//!
//! Files are read from the disk alone: a device or a named pipe would never end, or never begin.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use super::{LoadError, reason};

/// Bytes of a result, a picture, a start or a state: of any file that is read.
pub const MAX_FILE_BYTES: u64 = 512 << 20;

/// Bytes of a sweep's table, finished or not.
pub const MAX_TABLE_BYTES: u64 = 4 << 30;

/// Bytes by which a file is told.
const BEGINNING: u64 = 1 << 12;

/// Keys, numbers and lists of a scenario inside a JSON result.
pub const MAX_JSON_VALUES: usize = 100_000;

/// Bytes that what stands before the pixels of a PNG may take in memory.
pub const MAX_PNG_BYTES: usize = 64 << 20;

/// The bytes of a file, without a byte order mark.
///
/// # Errors
/// No file that can be read, or more than `most` bytes.
pub(super) fn read_bytes(path: &Path, most: u64) -> Result<Vec<u8>, LoadError> {
    let unreadable = |reason: String| LoadError::Unreadable { path: path.to_owned(), reason };
    let file = open(path).map_err(unreadable)?;
    let length = file.metadata().map_or(0, |data| data.len());
    if length > most {
        return Err(unreadable(too_large(most)));
    }
    let mut bytes = Vec::new();
    file.take(most + 1).read_to_end(&mut bytes).map_err(|error| unreadable(reason(&error)))?;
    if bytes.len() as u64 > most {
        return Err(unreadable(too_large(most)));
    }
    // Some editors begin a file with a byte order mark.
    if bytes.starts_with("\u{feff}".as_bytes()) {
        bytes.drain(..'\u{feff}'.len_utf8());
    }
    Ok(bytes)
}

/// The first bytes of a regular file.
pub(super) fn beginning(path: &Path) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    open(path)?.take(BEGINNING).read_to_end(&mut bytes).map_err(|error| reason(&error))?;
    Ok(bytes)
}

/// The text of a file.
///
/// # Errors
/// As [`read_bytes`], or bytes that are no text.
pub(super) fn read_text(path: &Path, most: u64) -> Result<String, LoadError> {
    into_text(path, read_bytes(path, most)?)
}

/// The text of a sweep's table.
///
/// # Errors
/// As [`read_text`].
pub(super) fn read_table(path: &Path) -> Result<String, LoadError> {
    let file = open(path).map_err(|reason| LoadError::Unreadable { path: path.to_owned(), reason })?;
    table_text(path, &file)
}

/// The text of a sweep's table that is open, from where it stands; what cannot be one is not read beyond its beginning.
///
/// # Errors
/// As [`read_text`].
pub(super) fn table_text(path: &Path, mut file: &File) -> Result<String, LoadError> {
    let unreadable =
        |error: io::Error| LoadError::Unreadable { path: path.to_owned(), reason: reason(&error) };
    let mut bytes = Vec::new();
    file.take(BEGINNING).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.first().is_some_and(|byte| *byte == b'#') {
        let left = MAX_TABLE_BYTES + 1 - bytes.len() as u64;
        file.by_ref().take(left).read_to_end(&mut bytes).map_err(unreadable)?;
    }
    if bytes.len() as u64 > MAX_TABLE_BYTES {
        return Err(LoadError::Unreadable { path: path.to_owned(), reason: too_large(MAX_TABLE_BYTES) });
    }
    into_text(path, bytes)
}

/// Bytes as text.
///
/// # Errors
/// Bytes that are not UTF-8: the first of them.
pub(super) fn into_text(path: &Path, bytes: Vec<u8>) -> Result<String, LoadError> {
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let reason = format!("it is not text (byte {at} is not UTF-8)");
        LoadError::Unreadable { path: path.to_owned(), reason }
    })
}

/// What is said of a file of more than so many bytes.
fn too_large(most: u64) -> String {
    format!("it is larger than {} MiB", most >> 20)
}

/// Opens a regular file, or what a shell has opened already: a pipe's other end is then there.
fn open(path: &Path) -> Result<File, String> {
    // Opening a named pipe waits for its other end, so it is asked what it is first.
    let kind = fs::metadata(path).map_err(|error| reason(&error))?;
    if kind.is_dir() {
        return Err(reason(&io::Error::from(io::ErrorKind::IsADirectory)));
    }
    let is_handed_over = ["/dev/fd/", "/dev/stdin", "/proc/self/fd/"].iter().any(|at| path.starts_with(at));
    if !(kind.is_file() || is_handed_over && !is_device(&kind)) {
        return Err(String::from("it is not a regular file; copy what it gives into one"));
    }
    File::open(path).map_err(|error| reason(&error))
}

/// Whether it gives bytes without an end.
#[cfg(unix)]
fn is_device(kind: &fs::Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt as _;
    kind.file_type().is_char_device() || kind.file_type().is_block_device()
}

/// Whether it gives bytes without an end.
#[cfg(not(unix))]
fn is_device(_kind: &fs::Metadata) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_up_to_its_limit_and_not_beyond() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.toml");
        fs::write(&path, vec![b'#'; 1 << 20]).unwrap();
        assert_eq!(read_text(&path, 1 << 20).unwrap().len(), 1 << 20);
        fs::write(&path, vec![b'#'; (1 << 20) + 1]).unwrap();
        let refused = read_text(&path, 1 << 20).unwrap_err().to_string();
        assert!(refused.ends_with("it is larger than 1 MiB"), "{refused}");
    }

    #[cfg(unix)]
    #[test]
    fn devices_and_folders_are_refused_before_a_byte_is_read() {
        for (path, words) in [
            ("/dev/zero", "not a regular file"),
            ("/", "it is a folder"),
            ("/nowhere/at/all", "there is no such file"),
        ] {
            let refused = read_bytes(Path::new(path), 10).unwrap_err().to_string();
            assert!(refused.contains(words), "{refused}");
        }
    }
}
