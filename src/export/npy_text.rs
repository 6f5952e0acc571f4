//! The text of a NumPy array: `<U` as NumPy keeps strings, or bytes.
//!
//! The header is a line of Python that nobody has checked: it is looked at for the kind of the array alone, and no more
//! is taken than there are bytes.

/// How every array begins.
const MAGIC: &[u8] = b"\x93NUMPY";

/// The longest header of a text: NumPy's own are 128 bytes.
const LONGEST_HEADER: usize = 1 << 10;

/// The first string of an array, or its bytes as text; `None` if it holds neither, or is damaged.
pub(super) fn array_text(bytes: &[u8]) -> Option<String> {
    let (header, content) = split(bytes)?;
    let kind = header.split("'descr':").nth(1)?.split('\'').nth(1)?;
    if let Some(length) = kind.strip_prefix("<U") {
        let length = length.parse::<usize>().ok()?.checked_mul(4)?;
        return characters(content.get(..length)?);
    }
    let is_bytes = matches!(kind, "|u1" | "<u1");
    if is_bytes { String::from_utf8(content.to_vec()).ok() } else { None }
}

/// The header and what it is of.
fn split(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let rest = bytes.strip_prefix(MAGIC)?;
    let (version, rest) = rest.split_at_checked(2)?;
    let (length, rest) = if version.first() == Some(&1) {
        let (length, rest) = rest.split_first_chunk::<2>()?;
        (usize::from(u16::from_le_bytes(*length)), rest)
    } else {
        let (length, rest) = rest.split_first_chunk::<4>()?;
        (u32::from_le_bytes(*length) as usize, rest)
    };
    let (header, content) = rest.split_at_checked(length).filter(|_| length <= LONGEST_HEADER)?;
    Some((std::str::from_utf8(header).ok()?, content))
}

/// Characters of four bytes each, without the zeros that fill the array up.
fn characters(bytes: &[u8]) -> Option<String> {
    let (words, _) = bytes.as_chunks::<4>();
    let text: Option<String> = words.iter().map(|word| char::from_u32(u32::from_le_bytes(*word))).collect();
    text.map(|text| text.trim_end_matches('\0').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn array(version: u8, header: &str, content: &[u8]) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend([version, 0]);
        match version {
            1 => bytes.extend((header.len() as u16).to_le_bytes()),
            _ => bytes.extend((header.len() as u32).to_le_bytes()),
        }
        bytes.extend(header.as_bytes());
        bytes.extend(content);
        bytes
    }

    #[test]
    fn strings_and_bytes_of_every_version_are_text_and_numbers_are_none() {
        let wide: Vec<u8> = "ρ̄ = 1\0\0".chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
        for version in [1, 2, 3] {
            let of = |kind: &str, content: &[u8]| {
                let header = format!("{{'descr': '{kind}', 'fortran_order': False, 'shape': (), }}\n");
                array_text(&array(version, &header, content))
            };
            assert_eq!(of("<U8", &wide).as_deref(), Some("ρ̄ = 1"));
            assert_eq!(of("|u1", b"[model]").as_deref(), Some("[model]"));
            assert_eq!(of("<f8", &[0; 8]), None);
            assert_eq!(of("<U9", &wide), None, "fewer characters than it says");
            assert_eq!(of("<U4611686018427387904", &wide), None);
            assert_eq!(of("<U1", &u32::MAX.to_le_bytes()), None, "no character");
        }
    }

    #[test]
    fn headers_without_an_end_are_no_text() {
        let deep = format!("{{'descr': {}'<U1'", "(".repeat(1 << 20));
        assert_eq!(array_text(&array(2, &deep, &[0; 4])), None);
        assert_eq!(array_text(b"\x93NUMPY\x02\0\xff\xff\xff\xff"), None);
        assert_eq!(array_text(b""), None);
    }
}
