//! The text of a scenario file: known sections and keys, and where in it something is wrong.
//!
//! Every error names its line; an unknown key comes with the nearest known one.

use toml::de::DeTable;

use super::MAX_TEXT_BYTES;
use crate::model::words::{LONGEST_QUOTE, plain, shortened};
use crate::model::{PARAMETERS, Parameter, ScenarioError};

/// A section and its keys.
pub(crate) type Section = (&'static str, Vec<&'static str>);

/// Every section and key of a scenario file, in the order of the sections.
pub(crate) fn known_keys() -> impl Iterator<Item = Section> {
    ["model", "teacher", "start", "time", "sgd"].into_iter().map(|section| {
        let names = PARAMETERS.iter().map(Parameter::section_and_name);
        (section, names.filter(|(of, _)| *of == section).map(|(_, name)| name).collect())
    })
}

/// Rejects sections and keys that no scenario has and that are not among `more`, with the nearest known one.
pub(crate) fn check_keys(text: &str, more: &[Section]) -> Result<(), ScenarioError> {
    if text.len() > MAX_TEXT_BYTES {
        let message = format!("a scenario is a text of at most {} MiB", MAX_TEXT_BYTES >> 20);
        return Err(ScenarioError::Syntax { line: 1, message });
    }
    let table = DeTable::parse(text).map_err(|error| syntax(text, &error))?;
    let known: Vec<Section> = known_keys().chain(more.iter().cloned()).collect();
    let sections = || known.iter();
    for (section, content) in table.get_ref() {
        let line = line_at(text, section.span().start);
        let name = section.get_ref().as_ref();
        let Some((_, known)) = sections().find(|(known, _)| *known == name) else {
            let owners = sections().find(|(_, keys)| keys.contains(&name));
            let hint = match owners {
                // One of the few sections that a scenario has not, but a file of another command.
                None if name == "sweep" => {
                    String::from("; `saddlescope sweep` runs a file with this section")
                }
                None => nearest(name, sections().map(|(known, _)| *known)),
                Some((owner, _)) => format!("; it belongs under [{owner}]"),
            };
            return Err(unknown(line, name, hint));
        };
        let Some(keys) = content.get_ref().as_table() else {
            let message = format!("`{name}` is a section: write [{name}] and its keys below it");
            return Err(ScenarioError::Syntax { line, message });
        };
        check_table(text, name, keys, known)?;
    }
    Ok(())
}

/// Rejects unknown keys in the tables that are values of a section.
pub(crate) fn check_inner_keys(text: &str, section: &str, known: &[&str]) -> Result<(), ScenarioError> {
    let table = DeTable::parse(text).map_err(|error| syntax(text, &error))?;
    let content = table.get_ref().get(section).and_then(|content| content.get_ref().as_table());
    for (key, value) in content.into_iter().flatten() {
        if let Some(keys) = value.get_ref().as_table() {
            check_table(text, &format!("{section}.{}", key.get_ref()), keys, known)?;
        }
    }
    Ok(())
}

fn check_table(text: &str, name: &str, keys: &DeTable<'_>, known: &[&str]) -> Result<(), ScenarioError> {
    let Some(key) = keys.keys().find(|key| !known.contains(&key.get_ref().as_ref())) else { return Ok(()) };
    let (line, word) = (line_at(text, key.span().start), key.get_ref());
    let hint = nearest(word, known.iter().copied());
    Err(unknown(line, &format!("{name}.{word}"), hint))
}

fn unknown(line: usize, key: &str, hint: String) -> ScenarioError {
    ScenarioError::UnknownKey { line, key: shortened(key, LONGEST_QUOTE), hint }
}

fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    let best = known
        .clone()
        .map(|candidate| (strsim::jaro_winkler(word, candidate), candidate))
        .max_by(|a, b| a.0.total_cmp(&b.0));
    match best {
        Some((likeness, candidate)) if likeness > 0.7 => format!("; did you mean `{candidate}`?"),
        _ => format!("; known are {}", known.collect::<Vec<_>>().join(", ")),
    }
}

/// What the parser says, with the line it says it of.
pub(crate) fn syntax(text: &str, error: &toml::de::Error) -> ScenarioError {
    let line = error.span().map_or(1, |span| line_at(text, span.start));
    let source = text.lines().nth(line - 1).unwrap_or_default().trim();
    let message = format!("{} in `{}`", plain(error.message()), shortened(source, LONGEST_QUOTE));
    ScenarioError::Syntax { line, message }
}

fn line_at(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|&byte| byte == b'\n').count()
}
