//! Starts and states as JSON: `p`, `p_star`, `M0`, `Q0` and optionally `T` for a start; `p`, `p_star`, `eta`, `M`, `Q`
//! and optionally `T` and `N` for a state.
//!
//! Further keys are allowed, because result and reference files carry more. Ends in a valid, realisable state or in
//! one line with the place, the key and what would be right.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::model::words::{LONGEST_QUOTE, number, plain, shortened};
use crate::model::{GivenStart, MAX_WIDTH, Parameter};

/// The largest input dimension, as in a scenario.
const MAX_DIMENSION: f64 = 1e12;

/// A single state with what its laws depend on.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// ρ and the teacher.
    pub given: GivenStart,
    /// Learning rate η, in (0, 1e6].
    pub eta: f64,
    /// Input dimension N, 1..=10¹², where it is known.
    pub n: Option<u64>,
}

/// Rows as they stand in a file: of both no more than a matrix can have, whatever the file holds.
type Rows = AtMost<AtMost<f64>>;

/// A list of at most as many items as the widest student has neurons.
#[derive(Debug)]
struct AtMost<T>(Vec<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for AtMost<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ListVisitor<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for ListVisitor<T> {
            type Value = Vec<T>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a list in brackets")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<T>, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = list.next_element()? {
                    if items.len() == MAX_WIDTH {
                        return Err(A::Error::custom("more than 64 items in a list; widths go up to 64"));
                    }
                    items.push(item);
                }
                Ok(items)
            }
        }
        deserializer.deserialize_seq(ListVisitor(PhantomData)).map(Self)
    }
}

impl AtMost<AtMost<f64>> {
    fn rows(&self) -> Vec<Vec<f64>> {
        self.0.iter().map(|row| row.0.clone()).collect()
    }
}

/// Which file it is: what its keys are called.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Start,
    State,
}

impl Kind {
    fn known(self) -> &'static [&'static str] {
        match self {
            Self::Start => &["p", "p_star", "T", "M0", "Q0"],
            Self::State => &["p", "p_star", "eta", "T", "M", "Q", "N"],
        }
    }

    /// The names of M and Q.
    fn matrices(self) -> (&'static str, &'static str) {
        match self {
            Self::Start => ("M0", "Q0"),
            Self::State => ("M", "Q"),
        }
    }
}

/// The keys found, as written.
#[derive(Debug, Default)]
struct Raw {
    p: Option<f64>,
    p_star: Option<f64>,
    eta: Option<f64>,
    n: Option<f64>,
    gram: Option<Rows>,
    m: Option<Rows>,
    q: Option<Rows>,
}

/// Parses a start file's text. The error is the rest of a line that begins with the file's name.
pub(super) fn parse_start(text: &str) -> Result<GivenStart, String> {
    given(&parse(text, Kind::Start)?, Kind::Start)
}

/// Parses a state file's text. The error is the rest of a line that begins with the file's name.
pub(super) fn parse_state(text: &str) -> Result<State, String> {
    let raw = parse(text, Kind::State)?;
    let eta = required(raw.eta, "eta", Kind::State)?;
    if let Some(row) = Parameter::of("model.eta").filter(|row| !row.allows(eta)) {
        return Err(format!("eta = {}: {}", number(eta), row.expected));
    }
    let n = raw.n.map(|n| whole("N", n, MAX_DIMENSION, "the dimension is a whole number from 1 to 10^12"));
    let (given, n) = (given(&raw, Kind::State)?, n.transpose()?);
    let least = given.state.least_dimension(&given.teacher) as u64;
    match n.filter(|&n| n < least) {
        Some(n) => Err(format!("N = {n}: weights with these overlaps have a dimension of at least {least}")),
        None => Ok(State { given, eta, n }),
    }
}

/// What `serde_json` says, with the place first and in the words of the file.
pub(super) fn json_error(text: &str, error: &serde_json::Error) -> String {
    let (line, column) = (error.line(), error.column());
    let source = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
    let full = error.to_string();
    let message = full.strip_suffix(&format!(" at line {line} column {column}")).unwrap_or(&full);
    let key = message.split_once(": ").filter(|(key, _)| !key.contains(' ')).map(|(key, _)| key);
    if let Some(word) = not_a_number(source, column) {
        let at = key.map_or_else(String::new, |key| format!("{key}: "));
        return format!("line {line}: {at}{word} is not a number in JSON; every entry must be finite");
    }
    format!("line {line}, column {column}: {}", plain(message))
}

fn parse(text: &str, kind: Kind) -> Result<Raw, String> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let raw = Keys(kind).deserialize(&mut deserializer);
    let raw = raw.and_then(|raw| deserializer.end().map(|()| raw));
    raw.map_err(|error| json_error(text, &error))
}

/// NaN and the infinities, as many programs write them into JSON.
fn not_a_number(source: &str, column: usize) -> Option<&'static str> {
    // The parser stops on the first letter, or just after a sign.
    (column.saturating_sub(2)..=column).find_map(|at| {
        let rest: String = source.get(at..)?.chars().take(4).collect::<String>().to_ascii_lowercase();
        let names = [("nan", "NaN"), ("-inf", "-Infinity"), ("inf", "Infinity")];
        names.iter().find(|(word, _)| rest.starts_with(word)).map(|&(_, name)| name)
    })
}

fn given(raw: &Raw, kind: Kind) -> Result<GivenStart, String> {
    let (m_name, q_name) = kind.matrices();
    let width = |value, key| {
        let value = required(value, key, kind)?;
        whole(key, value, MAX_WIDTH as f64, Parameter::of("model.p").map_or("", |row| row.expected))
    };
    let (p, p_star) = (width(raw.p, "p")? as usize, width(raw.p_star, "p_star")? as usize);
    let (m, q) = (required(raw.m.as_ref(), m_name, kind)?, required(raw.q.as_ref(), q_name, kind)?);
    let (m, q, gram) = (m.rows(), q.rows(), raw.gram.as_ref().map(AtMost::rows));
    check_rows(m_name, &m, ("p", p), ("p_star", p_star))?;
    check_rows(q_name, &q, ("p", p), ("p", p))?;
    if let Some(gram) = &gram {
        check_rows("T", gram, ("p_star", p_star), ("p_star", p_star))?;
    }
    GivenStart::from_rows((p, p_star), gram.as_deref(), &m, &q).map_err(|error| error.to_string())
}

fn required<T>(value: Option<T>, key: &str, kind: Kind) -> Result<T, String> {
    value.ok_or_else(|| {
        let keys = match kind {
            Kind::Start => "a start has p, p_star, M0, Q0 and, unless it is the identity, T",
            Kind::State => "a state has p, p_star, eta, M, Q and, unless it is the identity, T",
        };
        format!("the key `{key}` is missing; {keys}")
    })
}

fn whole(key: &str, value: f64, most: f64, expected: &str) -> Result<u64, String> {
    if value.fract() == 0.0 && (1.0..=most).contains(&value) {
        Ok(value as u64)
    } else {
        Err(format!("{key} = {}: {expected}", number(value)))
    }
}

fn check_rows(
    name: &str,
    rows: &[Vec<f64>],
    (height_key, height): (&str, usize),
    (width_key, width): (&str, usize),
) -> Result<(), String> {
    if rows.len() != height {
        return Err(format!("{name} has {} rows, but {height_key} = {height} needs {height}", rows.len()));
    }
    match rows.iter().enumerate().find(|(_, row)| row.len() != width) {
        None => Ok(()),
        Some((index, row)) => {
            let (number, found) = (index + 1, row.len());
            Err(format!("{name}: row {number} has {found} entries, but {width_key} = {width} needs {width}"))
        }
    }
}

/// Reads the keys a file of this kind has, and skips over the others.
struct Keys(Kind);

impl<'de> DeserializeSeed<'de> for Keys {
    type Value = Raw;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Raw, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Keys {
    type Value = Raw;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "an object with the keys {}", self.0.known().join(", "))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Raw, A::Error> {
        let mut raw = Raw::default();
        let (m_name, q_name) = self.0.matrices();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                name if !self.0.known().contains(&name) => {
                    self.check_spelling(name)?;
                    map.next_value::<IgnoredAny>()?;
                }
                "p" => once(&mut map, &mut raw.p, "p")?,
                "p_star" => once(&mut map, &mut raw.p_star, "p_star")?,
                "eta" => once(&mut map, &mut raw.eta, "eta")?,
                "N" => once(&mut map, &mut raw.n, "N")?,
                "T" => once(&mut map, &mut raw.gram, "T")?,
                name if name == m_name => once(&mut map, &mut raw.m, m_name)?,
                _ => once(&mut map, &mut raw.q, q_name)?,
            }
        }
        Ok(raw)
    }
}

impl Keys {
    /// A key that differs from a known one in case only would be skipped in silence.
    fn check_spelling<E: serde::de::Error>(&self, key: &str) -> Result<(), E> {
        match self.0.known().iter().find(|known| known.eq_ignore_ascii_case(key)) {
            Some(known) => {
                let key = shortened(key, LONGEST_QUOTE);
                Err(E::custom(format_args!("unknown key `{key}`; did you mean `{known}`?")))
            }
            None => Ok(()),
        }
    }
}

/// The next value, named in its error; null counts as absent.
fn once<'de, A: MapAccess<'de>, T: Deserialize<'de>>(
    map: &mut A,
    slot: &mut Option<T>,
    key: &str,
) -> Result<(), A::Error> {
    let value = map.next_value().map_err(|error| A::Error::custom(format_args!("{key}: {error}")))?;
    if slot.is_some() {
        return Err(A::Error::custom(format_args!("the key `{key}` is given twice")));
    }
    *slot = value;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: &str =
        r#"{"p": 2, "p_star": 1, "note": [1, {}], "M0": [[0.1], [0.2]], "Q0": [[1, 0], [0, 1]]}"#;

    fn refused(from: &str, to: &str) -> String {
        assert!(START.contains(from));
        parse_start(&START.replace(from, to)).unwrap_err()
    }

    #[test]
    fn a_start_is_read_and_further_keys_are_skipped() {
        let given = parse_start(START).unwrap();
        assert_eq!((given.state.p(), given.state.p_star()), (2, 1));
        assert!(given.teacher.is_orthonormal());
        assert_eq!(given.state.m()[(1, 0)], 0.2);
    }

    #[test]
    fn every_fault_is_named_with_its_key() {
        let faults = [
            ("[0.1]", "[NaN]", "line 1: M0: NaN is not a number in JSON; every entry must be finite"),
            (
                "[0.1]",
                "[-Infinity]",
                "line 1: M0: -Infinity is not a number in JSON; every entry must be finite",
            ),
            ("[0.1]", "[1e999]", "line 1, column 55: M0: the number is too large"),
            ("[0.1]", "[null]", "line 1, column 56: M0: expected a number, found null"),
            ("[0.1], ", "", "M0 has 1 rows, but p = 2 needs 2"),
            ("[0.1]", "[0.1, 3]", "M0: row 1 has 2 entries, but p_star = 1 needs 1"),
            ("[0, 1]", "[0]", "Q0: row 2 has 1 entries, but p = 2 needs 2"),
            ("\"M0\"", "\"m0\"", "line 1, column 46: unknown key `m0`; did you mean `M0`?"),
            ("\"p\": 2", "\"p\": 2.5", "p = 2.5: a width is a whole number from 1 to 64"),
            ("\"p\": 2", "\"p\": 65", "p = 65: a width is a whole number from 1 to 64"),
            ("\"p\": 2", "\"p\": \"2\"", "line 1, column 9: p: expected a number, found the text \"2\""),
            ("\"note\"", "\"p\"", "line 1, column 32: p: expected a number, found a list"),
            ("\"note\": [1, {}]", "\"p\": 2", "line 1, column 32: the key `p` is given twice"),
            (
                "\"M0\"",
                "\"M\"",
                "the key `M0` is missing; a start has p, p_star, M0, Q0 and, unless it is the identity, T",
            ),
        ];
        for (from, to, expected) in faults {
            let message = refused(from, to);
            let place = |text: &str| {
                text.split_once(", column ").map(|(line, rest)| {
                    format!("{line}{}", rest.trim_start_matches(|digit: char| digit.is_ascii_digit()))
                })
            };
            let same =
                message == expected || (place(&message).is_some() && place(&message) == place(expected));
            assert!(same, "{message}\n{expected}");
        }
    }

    #[test]
    fn overlaps_without_weights_are_refused() {
        assert!(refused("[0.1]", "[1.5]").contains("no weights have these overlaps"));
        assert!(refused("[0, 1]", "[0.5, 1]").contains("not symmetric"));
    }

    #[test]
    fn a_state_needs_a_learning_rate_in_range() {
        let state =
            |eta: &str| parse_state(&format!(r#"{{"p":1,"p_star":1,{eta}"N":100,"M":[[0.1]],"Q":[[1.0]]}}"#));
        assert_eq!(state(r#""eta":0.1,"#).unwrap().n, Some(100));
        assert!(state("").unwrap_err().contains("`eta` is missing"));
        assert!(state(r#""eta":0,"#).unwrap_err().starts_with("eta = 0: a learning rate"));
        assert!(state(r#""eta":0.1,"n":3,"#).unwrap_err().contains("did you mean `N`?"));
    }
}
