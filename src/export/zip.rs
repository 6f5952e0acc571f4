//! A zip archive of uncompressed members, as NumPy's own `savez` writes it, and a member read back.
//!
//! The same members give the same bytes: no compressor and no clock (every date is 1 January 1980). At most 4 GiB in
//! all; larger is an error, never a broken archive.

use std::io::{self, Write};

const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;

/// Bytes of an archive at most: its offsets have 32 bits.
pub(super) const MAX_ARCHIVE_BYTES: u64 = u32::MAX as u64;

/// 1 January 1980, the first day there is.
const DATE: u16 = 0x0021;

/// Version 2.0 of the format is all that plain members need.
const VERSION: u16 = 20;

/// Writes members one after the other, then the directory.
pub(super) struct ZipWriter<W: Write> {
    writer: W,
    offset: u32,
    directory: Vec<u8>,
    members: u16,
}

impl<W: Write> ZipWriter<W> {
    pub(super) fn new(writer: W) -> Self {
        Self { writer, offset: 0, directory: Vec::new(), members: 0 }
    }

    pub(super) fn add(&mut self, name: &str, content: &[u8]) -> io::Result<()> {
        let facts = facts(name, content)?;
        let mut header = LOCAL.to_le_bytes().to_vec();
        header.extend(&facts);
        header.extend(name.as_bytes());
        self.writer.write_all(&header)?;
        self.writer.write_all(content)?;
        self.directory.extend(CENTRAL.to_le_bytes());
        self.directory.extend(VERSION.to_le_bytes());
        self.directory.extend(&facts);
        // No comment, first disk, and no attributes: 2 + 2 + 2 + 4 bytes.
        self.directory.extend([0; 10]);
        self.directory.extend(self.offset.to_le_bytes());
        self.directory.extend(name.as_bytes());
        let length = size(header.len() + content.len())?;
        self.offset = self.offset.checked_add(length).ok_or_else(too_large)?;
        self.members += 1;
        Ok(())
    }

    pub(super) fn finish(mut self) -> io::Result<()> {
        let mut end = END.to_le_bytes().to_vec();
        end.extend([0; 4]);
        end.extend(self.members.to_le_bytes());
        end.extend(self.members.to_le_bytes());
        end.extend(size(self.directory.len())?.to_le_bytes());
        end.extend(self.offset.to_le_bytes());
        end.extend([0; 2]);
        self.writer.write_all(&self.directory)?;
        self.writer.write_all(&end)
    }
}

/// The content of an uncompressed member; `None` if there is none of that name, or the archive is damaged: a member
/// whose checksum is wrong is none.
///
/// Found through the directory at the end, which says how long members are whoever wrote them.
pub(super) fn member<'a>(archive: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let end = archive.len().checked_sub(END_LENGTH)?;
    let end = (0..=end).rev().take(1 << 16).find(|at| word(archive, *at) == Some(END))?;
    let mut at = word(archive, end + 16)? as usize;
    while word(archive, at)? == CENTRAL {
        let method = half(archive, at + 10)?;
        let length = word(archive, at + 20)? as usize;
        let [name_length, extra, comment] =
            [half(archive, at + 28)?, half(archive, at + 30)?, half(archive, at + 32)?];
        let found = archive.get(at + 46..)?.get(..name_length)?;
        if found == name.as_bytes() && method == 0 {
            let header = word(archive, at + 42)? as usize;
            let skipped = 30 + half(archive, header + 26)? + half(archive, header + 28)?;
            let content = archive.get(header + skipped..)?.get(..length)?;
            return (word(archive, at + 16)? == crc32fast::hash(content)).then_some(content);
        }
        at += 46 + name_length + extra + comment;
    }
    None
}

/// Bytes of the end of the directory without its comment.
const END_LENGTH: usize = 22;

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..)?.first_chunk()?;
    Some(u32::from_le_bytes(*bytes))
}

fn half(bytes: &[u8], at: usize) -> Option<usize> {
    let bytes = bytes.get(at..)?.first_chunk()?;
    Some(usize::from(u16::from_le_bytes(*bytes)))
}

/// What the member's own header and the directory both say.
fn facts(name: &str, content: &[u8]) -> io::Result<Vec<u8>> {
    let length = size(content.len())?;
    let name_length = u16::try_from(name.len()).map_err(|_| too_large())?;
    let mut facts = VERSION.to_le_bytes().to_vec();
    // No flags, no compression, midnight: 2 + 2 + 2 bytes.
    facts.extend([0; 6]);
    facts.extend(DATE.to_le_bytes());
    facts.extend(crc32fast::hash(content).to_le_bytes());
    facts.extend(length.to_le_bytes());
    facts.extend(length.to_le_bytes());
    facts.extend(name_length.to_le_bytes());
    facts.extend([0; 2]);
    Ok(facts)
}

fn size(length: usize) -> io::Result<u32> {
    u32::try_from(length).map_err(|_| too_large())
}

fn too_large() -> io::Error {
    io::Error::new(io::ErrorKind::FileTooLarge, "an .npz archive holds at most 4 GiB; ask for fewer times")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_directory_is_where_the_end_says_it_is() {
        let mut bytes = Vec::new();
        let mut archive = ZipWriter::new(&mut bytes);
        archive.add("one", b"first").unwrap();
        archive.add("second", b"").unwrap();
        archive.finish().unwrap();
        let word = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
        let end = bytes.len() - 22;
        assert_eq!((word(end), word(0)), (END, LOCAL));
        let (length, directory) = (word(end + 12) as usize, word(end + 16) as usize);
        assert_eq!((word(directory), directory + length), (CENTRAL, end));
        let second = word(directory + 46 + 3 + 42) as usize;
        assert_eq!((word(second), &bytes[second + 30..second + 36]), (LOCAL, b"second".as_slice()));
        assert_eq!(member(&bytes, "one"), Some(b"first".as_slice()));
        assert_eq!(member(&bytes, "second"), Some(b"".as_slice()));
        assert_eq!(member(&bytes, "third"), None);
        let at = bytes.windows(5).position(|window| window == b"first").unwrap();
        bytes[at] ^= 1;
        assert_eq!(member(&bytes, "one"), None, "a letter that changed on a disk");
    }
}
