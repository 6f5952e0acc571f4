//! What made a file: the program's version and the scenario as TOML, in every picture and table, and read back from it.
//!
//! In SVG a `<metadata>` element, in PDF the document's description (also as XMP), in PNG text chunks, in CSV comments.
//! What is found is not trusted: it passes the same checks as a scenario written by hand.

use std::io::{self, Cursor, Write};

use quick_xml::events::Event;

use crate::model::ScenarioSpec;

/// The program and its version.
pub(super) const VERSION: &str = concat!("saddlescope ", env!("CARGO_PKG_VERSION"));

/// What made a picture or a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// The program and its version.
    pub version: String,
    /// The scenario as TOML.
    pub scenario: String,
}

impl Provenance {
    /// The name space and the element of an SVG's metadata.
    pub(super) const NAMESPACE: &'static str = "urn:saddlescope:scenario";
    pub(super) const ELEMENT: &'static str = "scenario";

    /// This program with a scenario.
    ///
    /// # Errors
    /// A scenario that cannot be written as TOML: none that was read from it.
    pub fn new(scenario: &ScenarioSpec) -> io::Result<Self> {
        let scenario = scenario.to_toml().map_err(io::Error::other)?;
        Ok(Self { version: String::from(VERSION), scenario })
    }

    /// As keywords and texts of a PNG.
    pub(super) fn texts(&self) -> [(&str, &str); 2] {
        [("Software", &self.version), ("Scenario", &self.scenario)]
    }

    /// As comments of a table, closed by an empty one.
    pub(super) fn write_comments<W: Write>(&self, writer: &mut W) -> io::Result<()> {
        writeln!(writer, "# {}", self.version)?;
        for line in self.scenario.lines() {
            writeln!(writer, "{}", format!("# {line}").trim_end())?;
        }
        writeln!(writer, "#")
    }
}

/// A kind of file that may carry a scenario, told by how it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Carrier {
    Svg,
    Pdf,
    Png,
    Csv,
}

impl Carrier {
    /// The kind of a file; `None` for TOML, JSON and all else.
    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        let begins = |with: &str| bytes.trim_ascii_start().starts_with(with.as_bytes());
        if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            Some(Self::Png)
        } else if begins("%PDF-") {
            Some(Self::Pdf)
        } else if begins("<?xml") || begins("<svg") {
            Some(Self::Svg)
        } else {
            // A TOML file may begin with any comment, but has a key or a table outside of comments.
            let table =
                begins("# saddlescope ") && first_line(bytes).is_some_and(|line| line.contains(&b','));
            table.then_some(Self::Csv)
        }
    }

    /// The scenario in a file of this kind; `None` if it carries none.
    pub(super) fn scenario(self, bytes: &[u8]) -> Option<String> {
        match self {
            Self::Svg => in_svg(std::str::from_utf8(bytes).ok()?),
            Self::Pdf => in_pdf(bytes),
            Self::Png => in_png(bytes),
            Self::Csv => Some(in_csv(std::str::from_utf8(bytes).ok()?)),
        }
    }
}

/// The first line that is neither empty nor a comment.
fn first_line(bytes: &[u8]) -> Option<&[u8]> {
    let lines = bytes.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    lines.into_iter().find(|line| !line.is_empty() && !line.starts_with(b"#"))
}

fn in_svg(text: &str) -> Option<String> {
    let mut reader = quick_xml::Reader::from_str(text);
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

/// The description in a PDF's XMP packet, which is never compressed.
fn in_pdf(bytes: &[u8]) -> Option<String> {
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

fn in_png(bytes: &[u8]) -> Option<String> {
    let reader = png::Decoder::new(Cursor::new(bytes)).read_info().ok()?;
    let info = reader.info();
    let plain = info.uncompressed_latin1_text.iter().find(|chunk| chunk.keyword == "Scenario");
    let wide = || info.utf8_text.iter().find(|chunk| chunk.keyword == "Scenario");
    plain.map(|chunk| chunk.text.clone()).or_else(|| wide()?.get_text().ok())
}

/// The comments between the version and the first that is a remark (`stop: done`), which TOML has not.
fn in_csv(text: &str) -> String {
    let comments = text.lines().map_while(|line| line.strip_prefix('#')).skip(1);
    let is_remark = |line: &str| {
        let word = line.trim_start().chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').count();
        word > 0 && line.trim_start().get(word..).is_some_and(|rest| rest.starts_with(": "))
    };
    let lines = comments.take_while(|line| !is_remark(line));
    lines
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .fold(String::new(), |text, line| text + line + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCENARIO: &str = "[model]\np = 6\n\n[start]\npath = \"a & <b> \\\"ρ̄\\\"\"\n";

    fn provenance() -> Provenance {
        Provenance { version: String::from(VERSION), scenario: String::from(SCENARIO) }
    }

    #[test]
    fn a_table_gives_back_its_scenario_without_the_remarks_behind_it() {
        let mut bytes = Vec::new();
        provenance().write_comments(&mut bytes).unwrap();
        bytes.extend(b"# stop: done at alpha = 3.0\n# alpha_half: never\nalpha,risk\n0.0,1.0\n");
        assert_eq!(Carrier::of(&bytes), Some(Carrier::Csv));
        assert_eq!(Carrier::Csv.scenario(&bytes).unwrap().trim_end(), SCENARIO.trim_end());
    }

    #[test]
    fn a_scenario_written_by_hand_is_not_taken_for_a_table() {
        assert_eq!(Carrier::of(b"# saddlescope 0.1.0\n[model]\np = 6\n"), None);
        assert_eq!(Carrier::of(b"[model]\np = 6\n"), None);
        assert_eq!(Carrier::of(b"{\"scenario\": {}}"), None);
        assert_eq!(Carrier::of(b""), None);
    }

    #[test]
    fn files_without_a_scenario_give_none_and_broken_ones_do_not_panic() {
        for (carrier, bytes) in [
            (Carrier::Svg, b"<svg><metadata/></svg>".as_slice()),
            (Carrier::Svg, b"<?xml <<<"),
            (Carrier::Svg, b"<svg><scenario>[model"),
            (Carrier::Pdf, b"%PDF-1.7 <dc:description> nothing"),
            (Carrier::Pdf, b"%PDF-1.7 <dc:description><rdf:li>[model"),
            (Carrier::Png, b"\x89PNG\r\n\x1a\n"),
        ] {
            assert_eq!(carrier.scenario(bytes), None, "{carrier:?}");
        }
    }
}
