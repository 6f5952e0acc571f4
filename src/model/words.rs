//! What parsers say, in the words of whoever wrote the file: no types of the program, nothing without an end.
//!
//! Every parser's complaint passes through here once, whatever it quotes. Never fails; what is not known stays as it
//! is.

/// The most characters of a value, a key or a line that a message quotes.
pub(crate) const LONGEST_QUOTE: usize = 60;

/// The most characters of what a parser says.
const LONGEST_COMPLAINT: usize = 200;

/// Words of parsers, and the same in plain ones.
const WORDS: [(&str, &str); 22] = [
    ("cannot recurse further; max recursion depth met", "tables and lists are nested too deeply"),
    ("recursion limit exceeded", "lists and objects are nested too deeply"),
    ("recursion limit", "tables and lists are nested too deeply"),
    ("EOF while parsing a list", "the text ends inside a list"),
    ("EOF while parsing an object", "the text ends inside an object"),
    ("EOF while parsing a string", "the text ends inside a string"),
    ("EOF while parsing a value", "the text ends where a value should be"),
    ("expected ident", "expected a number, a text in quotes, true, false or null"),
    ("lone leading surrogate in hex escape", "half a character in a \\u escape"),
    ("unexpected end of hex escape", "a \\u escape ends too early"),
    ("integer number overflowed", "the number is too large"),
    ("floating-point number overflowed", "the number is too large"),
    ("number out of range", "the number is too large"),
    ("wanted string or table", "expected a text in quotes"),
    ("data did not match any variant of untagged enum", "no such value is known:"),
    ("invalid unicode code point", "no such character"),
    (" as i128", ""),
    (" as u128", ""),
    ("non-single-quote visible characters", "characters other than '"),
    ("non-double-quote visible characters, `\\`", "characters other than \""),
    ("multi-line basic string", "a text in quotes over several lines"),
    ("literal string", "a text in quotes"),
];

/// Names of types, and what belongs there.
const EXPECTED: [(&str, &str); 16] = [
    ("usize", "a whole number, 0 or more"),
    ("u64", "a whole number, 0 or more"),
    ("u32", "a whole number, 0 or more"),
    ("u8", "a whole number, 0 or more"),
    ("i64", "a whole number"),
    ("i32", "a whole number"),
    ("f64", "a number"),
    ("f32", "a number"),
    ("a boolean", "true or false"),
    ("a bool", "true or false"),
    ("a string", "a text in quotes"),
    ("a sequence", "a list in brackets"),
    ("a map", "keys with values"),
    ("string or table", "a text in quotes"),
    ("any valid TOML value", "a value"),
    ("any valid JSON value", "a value"),
];

/// A parser's complaint in plain words, on one line of bounded length.
pub(crate) fn plain(complaint: &str) -> String {
    let mut text = complaint.split_whitespace().collect::<Vec<_>>().join(" ");
    for (from, to) in WORDS {
        text = text.replace(from, to);
    }
    let said = of_type(&text).or_else(|| of_name(&text)).unwrap_or(text);
    shortened(&said, LONGEST_COMPLAINT)
}

/// `invalid type: X, expected Y`, behind the key that it is said of.
fn of_type(text: &str) -> Option<String> {
    let marks = ["invalid type: ", "invalid value: ", "invalid length "];
    let (at, mark) = marks.iter().find_map(|mark| Some((text.find(mark)?, *mark)))?;
    let (before, rest) = (text.get(..at)?, text.get(at + mark.len()..)?);
    let (found, expected) = rest.rsplit_once(", expected ")?;
    let number = if mark.ends_with("length ") { " values" } else { "" };
    Some(format!("{before}expected {}, found {}{number}", wanted(expected), shown(found)))
}

/// What should be there.
fn wanted(expected: &str) -> String {
    if expected.starts_with("struct ") || expected.starts_with("internally tagged") {
        return String::from("keys with values");
    }
    let plain = EXPECTED.iter().find(|(word, _)| *word == expected).map(|(_, plain)| *plain);
    plain.unwrap_or(expected).to_owned()
}

/// What is there.
fn shown(found: &str) -> String {
    let value = |kind: &str| found.strip_prefix(kind).map(str::to_owned);
    let kinds = [("boolean ", ""), ("integer ", ""), ("floating point ", ""), ("character ", "")];
    let plain = match found {
        "sequence" => String::from("a list"),
        "map" => String::from("a table"),
        "unit value" | "null" => String::from("null"),
        "enum" | "unit variant" | "newtype variant" => String::from("a word"),
        "Option value" => String::from("a value"),
        _ => match found.strip_prefix("string ") {
            Some(text) => format!("the text {text}"),
            None => kinds.iter().find_map(|(kind, _)| value(kind)).unwrap_or_else(|| found.to_owned()),
        },
    };
    shortened(&plain, LONGEST_QUOTE)
}

/// What is said of a key or a word.
fn of_name(text: &str) -> Option<String> {
    let parts = |mark: &str| {
        let at = text.find(mark)?;
        let (name, rest) = text.get(at + mark.len()..)?.split_once('`')?;
        Some((text.get(..at)?.to_owned(), shortened(name, LONGEST_QUOTE), rest.to_owned()))
    };
    if let Some((before, name, rest)) = parts("unknown variant `") {
        let known = rest.trim_start_matches(", expected ").trim_start_matches("one of ");
        return Some(format!("{before}unknown word `{name}`; known are {known}"));
    }
    if let Some((before, name, rest)) = parts("unknown field `") {
        let known = rest.trim_start_matches(", expected ").trim_start_matches("one of ");
        return Some(format!("{before}unknown key `{name}`; known are {known}"));
    }
    if let Some((before, name, _)) = parts("missing field `") {
        return Some(format!("{before}the key `{name}` is missing"));
    }
    let (before, name, _) = parts("duplicate field `")?;
    Some(format!("{before}the key `{name}` is given twice"))
}

/// A text of at most so many characters: a longer one loses its middle.
pub(crate) fn shortened(text: &str, most: usize) -> String {
    let count = text.chars().count();
    if count <= most {
        return text.to_owned();
    }
    let tail = most / 4;
    let head: String = text.chars().take(most.saturating_sub(tail + 5)).collect();
    let end: String = text.chars().skip(count - tail).collect();
    format!("{head} ... {end}")
}

/// A number as people write it: with an exponent where its digits would fill a line.
pub(crate) fn number(value: f64) -> String {
    let plain = value.to_string();
    if plain.len() <= 24 { plain } else { format!("{value:e}") }
}

/// Words as a choice: "svg, pdf or png".
pub(crate) fn one_of<W: AsRef<str>>(words: &[W]) -> String {
    let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
    match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => words.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_of_the_program_become_words_of_the_file() {
        let pairs = [
            (
                "invalid type: floating point `2.5`, expected usize",
                "expected a whole number, 0 or more, found `2.5`",
            ),
            ("invalid value: integer `-1`, expected u64", "expected a whole number, 0 or more, found `-1`"),
            (
                "invalid type: integer `99999999999999999999` as i128, expected u64",
                "expected a whole number, 0 or more, found `99999999999999999999`",
            ),
            ("M0: invalid type: null, expected f64", "M0: expected a number, found null"),
            (
                "invalid type: string \"a, expected b\", expected a boolean",
                "expected true or false, found the text \"a, expected b\"",
            ),
            ("invalid type: map, expected a sequence", "expected a list in brackets, found a table"),
            (
                "invalid type: sequence, expected struct ModelSection",
                "expected keys with values, found a list",
            ),
            (
                "unknown variant `soon`, expected `end` or `half`",
                "unknown word `soon`; known are `end` or `half`",
            ),
            ("missing field `steps`", "the key `steps` is missing"),
            ("duplicate field `from`", "the key `from` is given twice"),
            ("EOF while parsing an object", "the text ends inside an object"),
            ("unclosed table, expected `]`", "unclosed table, expected `]`"),
        ];
        for (said, expected) in pairs {
            assert_eq!(plain(said), expected);
        }
    }

    #[test]
    fn whatever_is_quoted_has_an_end() {
        let digits = "9".repeat(600);
        for said in [
            format!("invalid type: integer `{digits}`, expected usize"),
            format!("unknown variant `{digits}`, expected `a`"),
            digits.clone(),
        ] {
            assert!(plain(&said).chars().count() <= LONGEST_COMPLAINT, "{}", plain(&said));
        }
        assert_eq!(shortened("äöü", 3), "äöü");
        assert_eq!(shortened(&"ä".repeat(100), 20), format!("{} ... {}", "ä".repeat(10), "ä".repeat(5)));
    }

    #[test]
    fn numbers_with_many_digits_have_an_exponent() {
        assert_eq!((number(0.25).as_str(), number(1e300).as_str()), ("0.25", "1e300"));
        assert_eq!(number(5e-324), "5e-324");
    }
}
