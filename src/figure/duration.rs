//! How long something takes, in the largest unit that fits: `45 s`, `2.1 h`, `3.9 days`.
//!
//! Two digits at most: times left and guesses are not known better. Beyond a century nobody waits.

/// The units: their name, how many seconds they are, and from how many of them on the next one is used.
const UNITS: [(&str, f64, f64); 5] = [
    ("s", 1.0, 60.0),
    ("min", 60.0, 60.0),
    ("h", 3600.0, 24.0),
    ("day", 86_400.0, 365.0),
    ("year", 31_557_600.0, 100.0),
];

/// A duration in words.
///
/// ```
/// use saddlescope::figure::duration;
///
/// assert_eq!(duration(44.6), "45 s");
/// assert_eq!(duration(7560.0), "2.1 h");
/// assert_eq!(duration(337_386.0), "3.9 days");
/// assert_eq!(duration(f64::INFINITY), "over 100 years");
/// ```
pub fn duration(seconds: f64) -> String {
    if seconds < 1.0 {
        return String::from("under 1 s");
    }
    for (unit, length, next) in UNITS {
        let text = two_digits(seconds / length, unit);
        if text.parse().is_ok_and(|rounded: f64| rounded < next) {
            let many = if text == "1" || unit.len() < 4 && unit != "day" { "" } else { "s" };
            return format!("{text} {unit}{many}");
        }
    }
    String::from("over 100 years")
}

/// One decimal below ten, but none that is zero; seconds are whole.
fn two_digits(value: f64, unit: &str) -> String {
    let text = if value < 9.95 && unit != "s" { format!("{value:.1}") } else { format!("{value:.0}") };
    text.strip_suffix(".0").map_or_else(|| text.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_told_in_the_largest_unit_that_fits() {
        for (seconds, text) in [
            (0.0, "under 1 s"),
            (0.9, "under 1 s"),
            (1.2, "1 s"),
            (59.4, "59 s"),
            (59.6, "1 min"),
            (90.0, "1.5 min"),
            (599.0, "10 min"),
            (3_590.0, "1 h"),
            (7_560.0, "2.1 h"),
            (86_000.0, "1 day"),
            (337_386.0, "3.9 days"),
            (1e6, "12 days"),
            (31_550_000.0, "1 year"),
            (4e8, "13 years"),
            (190_886_480.0 * 3600.0, "over 100 years"),
            (f64::INFINITY, "over 100 years"),
            (f64::NAN, "over 100 years"),
        ] {
            assert_eq!(duration(seconds), text, "{seconds}");
        }
    }
}
