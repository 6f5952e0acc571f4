//! A scene as SVG: sizes in cm, coordinates in pt, text as text in the bundled font, and what made it as metadata.
//!
//! The font is embedded for browsers; programs that ignore embedded fonts (Inkscape, librsvg) use an installed Inter or
//! their own sans-serif. The same scene gives the same bytes.

use std::fmt::Write as _;
use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use super::font::{FAMILY, FONT, LOWERED_SIZE, runs};
use super::scene::{Anchor, Item, Pen, Rect, length};
use super::style::PT_PER_CM;
use crate::export::Provenance;
use crate::figure::Rgb;

/// A page: its size in pt, and what is on it.
pub(super) struct Page {
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) title: String,
    pub(super) items: Vec<Item>,
}

/// Whether the font goes into the file: not for conversion, where it is given separately.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum EmbedFont {
    Yes,
    No,
}

/// Writes a page.
pub(super) fn write(page: &Page, provenance: &Provenance, font: EmbedFont) -> io::Result<String> {
    let mut svg = Svg { xml: Writer::new_with_indent(Vec::new(), b' ', 1), ids: 0 };
    svg.xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let centimetres = |points: f64| format!("{:.4}cm", points / PT_PER_CM);
    svg.open(
        "svg",
        &[
            ("xmlns", "http://www.w3.org/2000/svg"),
            ("width", &centimetres(page.width)),
            ("height", &centimetres(page.height)),
            ("viewBox", &format!("0 0 {} {}", length(page.width), length(page.height))),
            ("font-family", &format!("{FAMILY}, Helvetica, Arial, sans-serif")),
        ],
    )?;
    svg.element("title", &[], &page.title)?;
    svg.open("metadata", &[])?;
    let namespace = ("xmlns", Provenance::NAMESPACE);
    svg.element(Provenance::ELEMENT, &[namespace, ("version", &provenance.version)], &provenance.scenario)?;
    svg.close("metadata")?;
    if font == EmbedFont::Yes {
        svg.font()?;
    }
    svg.items(&page.items)?;
    svg.close("svg")?;
    String::from_utf8(svg.xml.into_inner()).map_err(io::Error::other)
}

struct Svg {
    xml: Writer<Vec<u8>>,
    ids: usize,
}

type Attribute<'a> = (&'a str, &'a str);

impl Svg {
    fn open(&mut self, name: &str, attributes: &[Attribute<'_>]) -> io::Result<()> {
        self.xml.write_event(Event::Start(tag(name, attributes)))
    }

    fn close(&mut self, name: &str) -> io::Result<()> {
        self.xml.write_event(Event::End(BytesEnd::new(name)))
    }

    fn empty(&mut self, name: &str, attributes: &[Attribute<'_>]) -> io::Result<()> {
        self.xml.write_event(Event::Empty(tag(name, attributes)))
    }

    fn element(&mut self, name: &str, attributes: &[Attribute<'_>], text: &str) -> io::Result<()> {
        self.open(name, attributes)?;
        self.xml.write_event(Event::Text(BytesText::new(text)))?;
        self.close(name)
    }

    fn font(&mut self) -> io::Result<()> {
        let face = format!(
            "@font-face{{font-family:\"{FAMILY}\";src:url(data:font/otf;base64,{}) format(\"opentype\")}}",
            base_64(FONT)
        );
        self.element("style", &[], &face)
    }

    fn items(&mut self, items: &[Item]) -> io::Result<()> {
        items.iter().try_for_each(|item| self.item(item))
    }

    fn item(&mut self, item: &Item) -> io::Result<()> {
        match item {
            Item::Shape { path, fill, pen } => self.shape(&path.data, *fill, pen.as_ref()),
            Item::Text { .. } => self.text(item),
            Item::Gradient { rect, colours } => self.gradient(rect, colours),
            Item::Group { name, clip, items } => self.group(name, clip.as_ref(), items),
        }
    }

    fn shape(&mut self, data: &str, fill: Option<(Rgb, f64)>, pen: Option<&Pen>) -> io::Result<()> {
        if data.is_empty() {
            return Ok(());
        }
        let mut tag = BytesStart::new("path");
        tag.push_attribute(("d", data));
        let colour = fill.map_or_else(|| String::from("none"), |(colour, _)| hex(colour));
        tag.push_attribute(("fill", colour.as_str()));
        if let Some((_, opacity)) = fill.filter(|(_, opacity)| *opacity < 1.0) {
            tag.push_attribute(("fill-opacity", length(opacity).as_str()));
        }
        if let Some(pen) = pen {
            tag.push_attribute(("stroke", hex(pen.colour).as_str()));
            tag.push_attribute(("stroke-width", length(pen.width).as_str()));
            tag.push_attribute(("stroke-linejoin", "round"));
            if !pen.dash.is_empty() {
                let dash: Vec<String> = pen.dash.iter().map(|part| length(*part)).collect();
                tag.push_attribute(("stroke-dasharray", dash.join(" ").as_str()));
            }
        }
        self.xml.write_event(Event::Empty(tag))
    }

    fn text(&mut self, item: &Item) -> io::Result<()> {
        let Item::Text { text, at: [x, y], size, colour, anchor, turned } = item else { return Ok(()) };
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let (x, y, font_size, fill) = (length(*x), length(*y), length(*size), hex(*colour));
        let turn = format!("rotate(-90 {x} {y})");
        let mut attributes = vec![
            ("x", x.as_str()),
            ("y", y.as_str()),
            ("font-size", font_size.as_str()),
            ("fill", fill.as_str()),
            ("text-anchor", anchor),
            ("xml:space", "preserve"),
        ];
        if *turned {
            attributes.push(("transform", turn.as_str()));
        }
        self.open("text", &attributes)?;
        self.runs(text, *size)?;
        self.close("text")
    }

    /// The runs of a line without line feeds between them, which would show as spaces.
    fn runs(&mut self, text: &str, size: f64) -> io::Result<()> {
        let shift = length(0.22 * size);
        let mut lowered_before = false;
        let mut line = String::new();
        for run in runs(text) {
            let escaped = quick_xml::escape::escape(run.text.as_str());
            match (lowered_before, run.lowered) {
                (false, false) => line.push_str(&escaped),
                (true, false) => {
                    let _ = write!(line, "<tspan dy=\"-{shift}\">{escaped}</tspan>");
                }
                (_, true) => {
                    let lowered = length(LOWERED_SIZE * size);
                    let _ = write!(line, "<tspan dy=\"{shift}\" font-size=\"{lowered}\">{escaped}</tspan>");
                }
            }
            lowered_before = run.lowered;
        }
        self.xml.write_event(Event::Text(BytesText::from_escaped(line)))
    }

    fn gradient(&mut self, rect: &Rect, colours: &[Rgb]) -> io::Result<()> {
        let id = self.id("bar");
        self.open("linearGradient", &[("id", &id), ("x1", "0"), ("y1", "1"), ("x2", "0"), ("y2", "0")])?;
        let last = colours.len().saturating_sub(1).max(1) as f64;
        for (index, colour) in colours.iter().enumerate() {
            let offset = length(index as f64 / last);
            self.empty("stop", &[("offset", &offset), ("stop-color", &hex(*colour))])?;
        }
        self.close("linearGradient")?;
        self.rect(rect, &[("fill", &format!("url(#{id})"))])
    }

    fn group(&mut self, name: &str, clip: Option<&Rect>, items: &[Item]) -> io::Result<()> {
        let Some(rect) = clip else {
            self.open("g", &[("class", name)])?;
            self.items(items)?;
            return self.close("g");
        };
        let id = self.id("frame");
        self.open("clipPath", &[("id", &id)])?;
        self.rect(rect, &[])?;
        self.close("clipPath")?;
        self.open("g", &[("class", name), ("clip-path", &format!("url(#{id})"))])?;
        self.items(items)?;
        self.close("g")
    }

    fn rect(&mut self, rect: &Rect, more: &[Attribute<'_>]) -> io::Result<()> {
        let [x, y, width, height] = [rect.x, rect.y, rect.width, rect.height].map(length);
        let place: [Attribute<'_>; 4] = [("x", &x), ("y", &y), ("width", &width), ("height", &height)];
        self.empty("rect", &[&place, more].concat())
    }

    fn id(&mut self, kind: &str) -> String {
        self.ids += 1;
        format!("{kind}-{}", self.ids)
    }
}

fn tag<'a>(name: &'a str, attributes: &[Attribute<'a>]) -> BytesStart<'a> {
    BytesStart::new(name).with_attributes(attributes.iter().copied())
}

fn hex([red, green, blue]: Rgb) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// Bytes as text, three to four characters (RFC 4648).
fn base_64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |index: usize| chunk.get(index).copied().map_or(0, u32::from);
        let word = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            let digit = DIGITS[(word >> (18 - 6 * place) & 63) as usize];
            text.push(if place <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_64_matches_the_examples_of_its_standard() {
        let examples = [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")];
        for (plain, encoded) in examples {
            assert_eq!(base_64(plain.as_bytes()), encoded);
        }
    }
}
