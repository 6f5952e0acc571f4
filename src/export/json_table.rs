//! The scenario inside a JSON result as a TOML table, of bounded size whatever the file holds.
//!
//! Numbers, texts, lists and objects come over one by one and are counted; null is no value in TOML.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use toml::{Table, Value};

use super::bounds::MAX_JSON_VALUES;
use crate::model::MAX_TEXT_BYTES;

/// A table that holds no more than [`MAX_JSON_VALUES`] values.
pub(super) struct BoundedTable(pub(super) Table);

impl<'de> serde::Deserialize<'de> for BoundedTable {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let left = Cell::new(MAX_JSON_VALUES);
        match Counted(&left).deserialize(deserializer)? {
            Value::Table(table) => Ok(Self(table)),
            _ => Err(D::Error::custom("scenario: expected an object of sections")),
        }
    }
}

/// One value, taken off what is left.
#[derive(Clone, Copy)]
struct Counted<'a>(&'a Cell<usize>);

impl Counted<'_> {
    fn take<E: Error>(self) -> Result<(), E> {
        let left = self.0.get().checked_sub(1);
        let left = left.ok_or_else(|| E::custom("a scenario has not so many values"))?;
        self.0.set(left);
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Counted<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.take()?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Counted<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value of a scenario")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Boolean(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Integer(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        i64::try_from(value).map(Value::Integer).map_err(|_| E::custom("the number is too large"))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Float(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        if value.len() > MAX_TEXT_BYTES {
            return Err(E::custom("a scenario has no text of this length"));
        }
        Ok(Value::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element_seed(self)? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut table = Table::new();
        while let Some(key) = map.next_key::<String>()? {
            if table.contains_key(&key) {
                return Err(A::Error::custom(format_args!("duplicate field `{key}`")));
            }
            let value = map.next_value_seed(self)?;
            table.insert(key, value);
        }
        Ok(Value::Table(table))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scenario_of_many_values_is_refused_and_an_ordinary_one_is_what_it_was() {
        let text = r#"{"model": {"p": 3, "eta": 0.5, "gradient_flow": true}, "time":
            {"alphas": [1, 2.5], "alpha_max": "auto"}}"#;
        let table: BoundedTable = serde_json::from_str(text).unwrap();
        assert_eq!(table.0, serde_json::from_str::<Table>(text).unwrap());
        let many = format!("{{\"a\": [{}0]}}", "0,".repeat(MAX_JSON_VALUES));
        let error = serde_json::from_str::<BoundedTable>(&many).err().unwrap();
        assert!(error.to_string().contains("not so many values"), "{error}");
        for bad in ["[1]", "{\"a\": null}", "{\"a\": 1, \"a\": 2}", "{\"a\": 18446744073709551615}"] {
            assert!(serde_json::from_str::<BoundedTable>(bad).is_err(), "{bad}");
        }
    }
}
