//! What made a file: the program's version and the scenario or sweep as TOML, in every picture and table, and read back
//! from it.
//!
//! Behind the TOML, as comments of it, stands what else went in: `# command:` that makes the file again, `# pin:` with
//! the scenario of a run that was pinned. So the text is a scenario like any other, and the rest is there for whoever
//! looks. Where it stands in a file of which format, `carrier` says.

use std::fmt::Write as _;
use std::io::{self, Write};

use crate::model::{ScenarioError, ScenarioSpec};
use crate::sim::sweep::SweepSpec;

/// The program and its version.
pub const MADE_BY: &str = concat!("saddlescope ", env!("CARGO_PKG_VERSION"));

/// The remark with the command that makes a file again.
const COMMAND: &str = "command";

/// The remark with the name of a pinned run; its scenario follows.
const PIN: &str = "pin";

/// What made a picture or a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// The program and its version.
    pub version: String,
    /// The scenario or sweep as TOML, with comments for what else went in.
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
        Self::of(scenario.to_toml())
    }

    /// This program with a sweep.
    ///
    /// # Errors
    /// A sweep that cannot be written as TOML: none that was read from it.
    pub fn of_sweep(sweep: &SweepSpec) -> io::Result<Self> {
        Self::of(sweep.to_toml())
    }

    /// This program alone: what it shows depends on no scenario.
    pub fn without_scenario() -> Self {
        Self { version: String::from(MADE_BY), scenario: String::new() }
    }

    fn of(text: Result<String, ScenarioError>) -> io::Result<Self> {
        let scenario = text.map_err(io::Error::other)?;
        Ok(Self { scenario, ..Self::without_scenario() })
    }

    /// The same with the command that makes the file again.
    #[must_use]
    pub fn with_command(self, command: &str) -> Self {
        self.with_remark(COMMAND, command)
    }

    /// The same with a word (lower-case letters and `_`) and what there is to say of it, on one line.
    #[must_use]
    pub fn with_remark(mut self, word: &str, text: &str) -> Self {
        if !self.scenario.lines().last().unwrap_or_default().starts_with('#') {
            self.scenario.push_str(if self.scenario.is_empty() { "" } else { "\n" });
        }
        let text = text.replace(['\n', '\r'], " ");
        // A String takes whatever is written to it.
        let _ = writeln!(self.scenario, "# {word}: {text}");
        self
    }

    /// The same with the scenario of a run that was pinned, and what it is called in the picture.
    ///
    /// # Errors
    /// As [`Provenance::new`].
    pub fn with_pin(self, name: &str, scenario: &ScenarioSpec) -> io::Result<Self> {
        let text = scenario.to_toml().map_err(io::Error::other)?;
        let mut pinned = self.with_remark(PIN, name);
        for line in text.lines() {
            pinned.scenario.push_str(format!("# {line}").trim_end());
            pinned.scenario.push('\n');
        }
        Ok(pinned)
    }

    /// As keywords and texts of a PNG.
    pub(super) fn texts(&self) -> [(&str, &str); 2] {
        [("Software", &self.version), ("Scenario", &self.scenario)]
    }

    /// As comments of a table, closed by an empty one.
    pub(super) fn write_comments<W: Write>(&self, writer: &mut W) -> io::Result<()> {
        writeln!(writer, "# {}", self.version)?;
        for line in self.scenario.lines() {
            let sign = if line.starts_with('#') { "" } else { "# " };
            writeln!(writer, "{}", format!("{sign}{line}").trim_end())?;
        }
        writeln!(writer, "#")
    }
}

/// The text behind `# word: ` if a line is such a remark, which TOML has not outside of comments.
fn remark(line: &str) -> Option<(&str, &str)> {
    let (word, text) = line.strip_prefix('#')?.trim_start().split_once(": ")?;
    let is_word = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    is_word.then_some((word, text))
}

/// The text behind the comments of a table: TOML up to the first remark, and comments from there on.
pub(super) fn from_comments(text: &str) -> String {
    let mut inside = true;
    let mut found = String::new();
    let lines = text.lines().map(str::trim_start).filter(|line| !line.is_empty());
    for line in lines.take_while(|line| line.starts_with('#')).skip(1) {
        inside &= remark(line).is_none();
        let bare = line.strip_prefix("# ").or_else(|| line.strip_prefix('#')).unwrap_or(line);
        found.push_str(if inside { bare } else { line });
        found.push('\n');
    }
    found
}

/// Whether a text has anything outside of comments.
pub(super) fn has_content(text: &str) -> bool {
    text.lines().map(str::trim_start).any(|line| !line.is_empty() && !line.starts_with('#'))
}

/// The command in a text that makes its file again.
pub(super) fn command(text: &str) -> Option<&str> {
    text.lines().filter_map(remark).find(|(word, _)| *word == COMMAND).map(|(_, command)| command)
}

/// The scenarios in a text of runs that were pinned, each with its name, in their order.
pub(super) fn pins(text: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        match (remark(line), found.last_mut()) {
            (Some((word, name)), _) => {
                inside = word == PIN;
                if inside {
                    found.push((name.to_owned(), String::new()));
                }
            }
            (None, Some((_, toml))) if inside => {
                toml.push_str(line.strip_prefix("# ").unwrap_or_default());
                toml.push('\n');
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(eta: f64) -> ScenarioSpec {
        let mut spec = ScenarioSpec::default();
        spec.model.eta = eta;
        spec
    }

    fn pinned() -> Provenance {
        let made = Provenance::new(&spec(0.1)).unwrap().with_command("saddlescope figure 3 -o figures");
        made.with_pin("η = 0.2", &spec(0.2)).unwrap().with_pin("η = 0.3", &spec(0.3)).unwrap()
    }

    #[test]
    fn what_carries_pins_and_a_command_is_the_scenario_of_its_own_run() {
        assert_eq!(ScenarioSpec::from_toml(&pinned().scenario), Ok(spec(0.1)));
    }

    #[test]
    fn pins_and_command_come_back_from_the_text_and_from_the_comments_of_a_table() {
        let mut table = Vec::new();
        pinned().write_comments(&mut table).unwrap();
        table.extend(b"# figure: loss\n# columns: some\npanel,plot\nloss,1\n");
        let table = from_comments(std::str::from_utf8(&table).unwrap());
        for text in [pinned().scenario, table] {
            assert_eq!(command(&text), Some("saddlescope figure 3 -o figures"));
            let found = pins(&text);
            assert_eq!(
                found.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(),
                ["η = 0.2", "η = 0.3"]
            );
            for ((_, toml), eta) in found.iter().zip([0.2, 0.3]) {
                assert_eq!(ScenarioSpec::from_toml(toml), Ok(spec(eta)), "{toml}");
            }
            assert_eq!(ScenarioSpec::from_toml(&text), Ok(spec(0.1)));
        }
    }
}
