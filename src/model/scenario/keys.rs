//! The text of a scenario file: known sections and keys, and where in it something is wrong.
//!
//! Every error names its line; an unknown key comes with the nearest known one.

use crate::model::ScenarioError;

/// Every section and key of a scenario file.
const KNOWN_KEYS: [(&str, &[&str]); 5] = [
    ("model", &["p", "p_star", "eta", "label_noise", "gradient_flow"]),
    ("teacher", &["kind", "exponent", "ratio", "seed"]),
    ("start", &["kind", "epsilon", "seed", "path"]),
    ("time", &["alpha_max", "alphas", "rtol", "atol"]),
    ("sgd", &["n", "replicas", "engine", "seed"]),
];

/// Rejects sections and keys that no scenario has, with the nearest known one.
pub(super) fn check_keys(text: &str) -> Result<(), ScenarioError> {
    let table = toml::de::DeTable::parse(text).map_err(|error| syntax(text, &error))?;
    for (section, content) in table.get_ref() {
        let line = line_at(text, section.span().start);
        let name = section.get_ref().as_ref();
        let Some((_, known)) = KNOWN_KEYS.iter().find(|(known, _)| *known == name) else {
            let owners = KNOWN_KEYS.iter().find(|(_, keys)| keys.contains(&name));
            let hint = owners.map_or_else(
                || nearest(name, KNOWN_KEYS.iter().map(|(known, _)| *known)),
                |(owner, _)| format!("; it belongs under [{owner}]"),
            );
            return Err(ScenarioError::UnknownKey { line, key: name.to_owned(), hint });
        };
        let Some(keys) = content.get_ref().as_table() else {
            let message = format!("`{name}` is a section: write [{name}] and its keys below it");
            return Err(ScenarioError::Syntax { line, message });
        };
        for key in keys.keys() {
            if !known.contains(&key.get_ref().as_ref()) {
                let hint = nearest(key.get_ref(), known.iter().copied());
                let line = line_at(text, key.span().start);
                return Err(ScenarioError::UnknownKey {
                    line,
                    key: format!("{name}.{}", key.get_ref()),
                    hint,
                });
            }
        }
    }
    Ok(())
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

pub(super) fn syntax(text: &str, error: &toml::de::Error) -> ScenarioError {
    let line = error.span().map_or(1, |span| line_at(text, span.start));
    let source = text.lines().nth(line - 1).unwrap_or_default().trim();
    let message = format!("{} in `{source}`", error.message().replace('\n', " "));
    ScenarioError::Syntax { line, message }
}

fn line_at(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|&byte| byte == b'\n').count()
}
