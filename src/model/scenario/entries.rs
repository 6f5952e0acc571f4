//! A scenario as a list of keys with their values: what two scenarios differ in, whatever keys there are.

use serde_json::Value;

use super::ScenarioSpec;

impl ScenarioSpec {
    /// Every key of the file that would be written, as `section.key`, with its value.
    pub fn entries(&self) -> Vec<(String, Value)> {
        let Ok(Value::Object(sections)) = serde_json::to_value(self) else { return Vec::new() };
        let mut entries = Vec::new();
        for (section, content) in sections {
            let Value::Object(keys) = content else { continue };
            entries.extend(keys.into_iter().map(|(key, value)| (format!("{section}.{key}"), value)));
        }
        entries
    }

    /// The keys, as `section.key`, in which the two differ or which only one of them has.
    ///
    /// ```
    /// use saddlescope::model::ScenarioSpec;
    ///
    /// let (one, mut other) = (ScenarioSpec::default(), ScenarioSpec::default());
    /// other.model.eta = 0.02;
    /// assert_eq!(one.changed_keys(&other), ["model.eta"]);
    /// ```
    pub fn changed_keys(&self, other: &Self) -> Vec<String> {
        let (own, theirs) = (self.entries(), other.entries());
        let lacks = |entry: &&(String, Value), all: &[(String, Value)]| !all.contains(entry);
        let changed = own.iter().filter(|entry| lacks(entry, &theirs));
        let mut keys: Vec<String> = changed.map(|(key, _)| key.clone()).collect();
        for (key, _) in theirs.iter().filter(|entry| lacks(entry, &own)) {
            if !keys.contains(key) {
                keys.push(key.clone());
            }
        }
        keys
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::SgdSection;

    #[test]
    fn a_section_that_only_one_has_differs_in_all_its_keys() {
        let plain = ScenarioSpec::default();
        let with_sgd = ScenarioSpec { sgd: Some(SgdSection::default()), ..ScenarioSpec::default() };
        assert!(plain.changed_keys(&plain).is_empty());
        let keys = plain.changed_keys(&with_sgd);
        assert!(keys.len() == 4 && keys.iter().all(|key| key.starts_with("sgd.")), "{keys:?}");
        assert_eq!(with_sgd.changed_keys(&plain), keys);
    }
}
