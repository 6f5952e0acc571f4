//! Files that carry what made them: how each kind is told, and the text that is read back from it.
//!
//! What is found is not trusted: it passes the same checks as a scenario written by hand.

use std::io::Cursor;

use quick_xml::events::Event;

use super::Provenance;
use super::bounds::MAX_PNG_BYTES;
use super::npy::text_in_npz;
use super::provenance::from_comments;
use crate::model::MAX_TEXT_BYTES;

/// Whether a file begins, but for blanks, with these letters.
fn begins(bytes: &[u8], with: &str) -> bool {
    bytes.trim_ascii_start().starts_with(with.as_bytes())
}

pub(super) fn is_svg(bytes: &[u8]) -> bool {
    begins(bytes, "<?xml") || begins(bytes, "<svg")
}

pub(super) fn is_pdf(bytes: &[u8]) -> bool {
    begins(bytes, "%PDF-")
}

pub(super) fn is_png(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x89PNG\r\n\x1a\n")
}

pub(super) fn is_npz(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// A TOML file may begin with any comment, but has a key or a table outside of comments. Without either it is what is
/// left of a table that was cut.
pub(super) fn is_csv(bytes: &[u8]) -> bool {
    let has_names = |line: &[u8]| line.contains(&b',') && !line.contains(&b'=');
    begins(bytes, "# saddlescope ") && first_line(bytes).is_none_or(has_names)
}

/// The first line that is neither empty nor a comment.
fn first_line(bytes: &[u8]) -> Option<&[u8]> {
    let lines = bytes.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    lines.into_iter().find(|line| !line.is_empty() && !line.starts_with(b"#"))
}

/// The text of the element `scenario` in `<metadata>`.
pub(super) fn in_svg(bytes: &[u8]) -> Option<String> {
    let mut reader = quick_xml::Reader::from_str(std::str::from_utf8(bytes).ok()?);
    let mut found: Option<String> = None;
    loop {
        match (reader.read_event().ok()?, &mut found) {
            (Event::Start(tag), None) if tag.local_name().as_ref() == Provenance::ELEMENT.as_bytes() => {
                found = Some(String::new());
            }
            (Event::Text(text), Some(scenario)) => scenario.push_str(&text.decode().ok()?),
            (Event::CData(text), Some(scenario)) => scenario.push_str(&text.decode().ok()?),
            (Event::GeneralRef(name), Some(scenario)) => {
                let reference = format!("&{};", name.decode().ok()?);
                scenario.push_str(&quick_xml::escape::unescape(&reference).ok()?);
            }
            (Event::End(_), Some(_)) => return found,
            (Event::Eof, _) => return None,
            _ => {}
        }
    }
}

/// The comments before the table; where it was cut among them, they may lack anything.
pub(super) fn in_csv(bytes: &[u8]) -> Option<String> {
    first_line(bytes)?;
    Some(from_comments(std::str::from_utf8(bytes).ok()?))
}

/// The array `scenario`.
pub(super) fn in_npz(bytes: &[u8]) -> Option<String> {
    text_in_npz(bytes, "scenario")
}

/// The description in a PDF's XMP packet, which is never compressed.
pub(super) fn in_pdf(bytes: &[u8]) -> Option<String> {
    let after = |bytes: &'_ [u8], mark: &str| {
        bytes.windows(mark.len()).position(|window| window == mark.as_bytes()).map(|at| at + mark.len())
    };
    let bytes = &bytes[after(bytes, "<dc:description>")?..];
    let bytes = &bytes[after(bytes, "<rdf:li")?..];
    let bytes = &bytes[after(bytes, ">")?..];
    let end = bytes.iter().position(|byte| *byte == b'<')?;
    let text = std::str::from_utf8(bytes.get(..end)?).ok()?;
    Some(quick_xml::escape::unescape(text).ok()?.into_owned())
}

/// The text chunk `Scenario`.
pub(super) fn in_png(bytes: &[u8]) -> Option<String> {
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), png::Limits { bytes: MAX_PNG_BYTES });
    decoder.set_ignore_iccp_chunk(true);
    let reader = decoder.read_info().ok()?;
    let info = reader.info();
    let plain = info.uncompressed_latin1_text.iter().find(|chunk| chunk.keyword == "Scenario");
    let wide = || info.utf8_text.iter().find(|chunk| chunk.keyword == "Scenario").cloned();
    plain.map(|chunk| chunk.text.clone()).or_else(|| {
        let mut chunk = wide()?;
        // A few bytes can unpack to any number of them.
        chunk.decompress_text_with_limit(MAX_TEXT_BYTES).ok()?;
        chunk.get_text().ok()
    })
}

#[cfg(test)]
mod tests {
    use super::super::SheetFormat;
    use super::super::provenance::MADE_BY;
    use super::*;
    use crate::model::ScenarioSpec;

    const SCENARIO: &str = "[model]\np = 6\n\n[start]\npath = \"a & <b> \\\"ρ̄\\\"\"\n";

    fn provenance() -> Provenance {
        Provenance { version: String::from(MADE_BY), scenario: String::from(SCENARIO) }
    }

    #[test]
    fn a_table_gives_back_its_scenario_without_the_remarks_behind_it() {
        let mut bytes = Vec::new();
        provenance().write_comments(&mut bytes).unwrap();
        bytes.extend(b"# stop: done at alpha = 3.0\n# alpha_half: never\nalpha,risk\n0.0,1.0\n");
        let format = SheetFormat::of_bytes(&bytes).unwrap();
        assert_eq!(format.extension, "csv");
        let text = format.made_by(&bytes).unwrap();
        assert_eq!(ScenarioSpec::from_toml(&text), ScenarioSpec::from_toml(SCENARIO));
        assert!(text.starts_with(SCENARIO) && text.ends_with("# alpha_half: never\n"), "{text}");
    }

    #[test]
    fn blanks_before_and_among_the_comments_of_a_table_change_nothing() {
        let mut bytes = Vec::new();
        provenance().write_comments(&mut bytes).unwrap();
        bytes.extend(b"alpha,risk\n0.0,1.0\n");
        let table = String::from_utf8(bytes).unwrap();
        let made_by = |text: &str| {
            let format = SheetFormat::of_bytes(text.as_bytes()).unwrap();
            assert_eq!(format.extension, "csv", "{text}");
            ScenarioSpec::from_toml(&format.made_by(text.as_bytes()).unwrap())
        };
        for changed in [
            format!("\n{table}"),
            format!(" \n {table}"),
            table.replace("# p = 6", "   # p = 6"),
            table.replace("# p = 6", "\n# p = 6"),
            table.replace('\n', "\r\n"),
        ] {
            assert_eq!(made_by(&changed), ScenarioSpec::from_toml(SCENARIO), "{changed}");
        }
    }

    #[test]
    fn a_table_that_was_cut_in_its_comments_gives_none() {
        let mut bytes = Vec::new();
        provenance().write_comments(&mut bytes).unwrap();
        for end in "# saddlescope ".len()..bytes.len() {
            let cut = &bytes[..end];
            assert_eq!(SheetFormat::of_bytes(cut).and_then(|format| format.made_by(cut)), None, "{end}");
            assert!(SheetFormat::of_bytes(cut).is_some(), "{end}: taken for TOML");
        }
    }

    #[test]
    fn a_scenario_written_by_hand_is_not_taken_for_a_table() {
        assert!(SheetFormat::of_bytes(b"# saddlescope 0.1.0\n[model]\np = 6\n").is_none());
        for first in ["model = { p = 4, p_star = 2 }", "start.M0 = [[0.1, 0.2]]", "a.b = [1, 2]  # x, y"] {
            assert!(SheetFormat::of_bytes(format!("# saddlescope 0.1.0\n{first}\n").as_bytes()).is_none());
        }
        assert!(SheetFormat::of_bytes(b"[model]\np = 6\n").is_none());
        assert!(SheetFormat::of_bytes(b"{\"scenario\": {}}").is_none());
        assert!(SheetFormat::of_bytes(b"").is_none());
    }

    #[test]
    fn files_without_a_scenario_give_none_and_broken_ones_do_not_panic() {
        for (name, bytes) in [
            ("svg", b"<svg><metadata/></svg>".as_slice()),
            ("svg", b"<svg><scenario># of another game\n</scenario></svg>"),
            ("svg", b"<?xml <<<"),
            ("svg", b"<svg><scenario>[model"),
            ("pdf", b"%PDF-1.7 <dc:description> nothing"),
            ("pdf", b"%PDF-1.7 <dc:description><rdf:li>[model"),
            ("png", b"\x89PNG\r\n\x1a\n"),
            ("npz", b"PK\x03\x04"),
            ("npz", b"PK\x05\x06\0\0\0\0\x01\0\x01\0\xff\xff\xff\xff\xff\xff\xff\xff\0\0"),
        ] {
            let format = SheetFormat::by_name(name).unwrap();
            assert_eq!(format.made_by(bytes), None, "{name}");
        }
    }
}
