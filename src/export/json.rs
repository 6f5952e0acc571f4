//! JSON that people can read too: one key per line, lists and matrices on one line.
//!
//! Numbers are the shortest decimals that read back to the same f64; what is not finite becomes null.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, PrettyFormatter, Serializer};

/// Writes a value as JSON, with a line feed at the end.
///
/// # Errors
/// Whatever the writer says.
pub fn write_json<W: Write + ?Sized>(writer: &mut W, value: &impl Serialize) -> io::Result<()> {
    let mut serializer = Serializer::with_formatter(&mut *writer, Layout::default());
    value.serialize(&mut serializer)?;
    writer.write_all(b"\n")
}

/// Objects are indented; arrays, and what is in them, stay on one line.
#[derive(Default)]
struct Layout<'a> {
    objects: PrettyFormatter<'a>,
}

impl Formatter for Layout<'_> {
    fn begin_object<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.objects.begin_object(writer)
    }

    fn end_object<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.objects.end_object(writer)
    }

    fn begin_object_key<W: Write + ?Sized>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.objects.begin_object_key(writer, first)
    }

    fn begin_object_value<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.objects.begin_object_value(writer)
    }

    fn end_object_value<W: Write + ?Sized>(&mut self, writer: &mut W) -> io::Result<()> {
        self.objects.end_object_value(writer)
    }

    fn begin_array_value<W: Write + ?Sized>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        if first { Ok(()) } else { writer.write_all(b", ") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &serde_json::Value) -> String {
        let mut bytes = Vec::new();
        write_json(&mut bytes, value).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn keys_have_a_line_each_and_matrices_one() {
        let value = serde_json::json!({"a": {"M": [[1.0, 0.5], [0.1, 1e-300]]}, "none": null});
        let expected = "{\n  \"a\": {\n    \"M\": [[1.0, 0.5], [0.1, 1e-300]]\n  },\n  \"none\": null\n}\n";
        assert_eq!(text(&value), expected);
        assert_eq!(serde_json::from_str::<serde_json::Value>(expected).unwrap(), value);
    }
}
