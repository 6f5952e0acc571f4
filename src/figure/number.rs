//! Numbers as they are written on the screen and on paper: a true minus, powers of ten with raised digits.
//!
//! Four styles: [`exact`], [`readable`], [`fixed`] and [`with_step`]. Files and the command line have plain ASCII,
//! which [`ascii`] gives back.

/// As short as a number can be written exactly: what somebody chose.
///
/// ```
/// use saddlescope::figure::exact;
///
/// assert_eq!([0.01, -0.5, 1e-6, 2.5e8].map(exact), ["0.01", "−0.5", "10⁻⁶", "2.5×10⁸"]);
/// ```
pub fn exact(value: f64) -> String {
    if value == 0.0 || (1e-4..1e6).contains(&value.abs()) {
        with_minus(&format!("{value}"))
    } else {
        scientific(&format!("{value:e}"))
    }
}

/// Four significant digits, plain where that is short: what was computed.
///
/// ```
/// use saddlescope::figure::readable;
///
/// assert_eq!([0.5, -31.25, 1.23456e-5].map(readable), ["0.5000", "−31.25", "1.235×10⁻⁵"]);
/// ```
pub fn readable(value: f64) -> String {
    let size = value.abs();
    if value == 0.0 {
        String::from("0")
    } else if (1e-3..1e5).contains(&size) {
        let digits = (3 - size.log10().floor() as i32).clamp(0, 6) as usize;
        with_minus(&format!("{value:.digits$}"))
    } else {
        scientific(&format!("{value:.3e}"))
    }
}

/// So many decimals; no minus before what rounds to nothing.
///
/// ```
/// use saddlescope::figure::fixed;
///
/// assert_eq!([fixed(-0.256, 2), fixed(-0.001, 2)], ["−0.26", "0.00"]);
/// ```
pub fn fixed(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    let is_nothing = value.is_finite() && !text.contains(|digit| ('1'..='9').contains(&digit));
    with_minus(if is_nothing { text.trim_start_matches('-') } else { &text })
}

/// The decimals that neighbours a step apart need, with a power of ten where the `largest` of them would be long.
pub fn with_step(value: f64, step: f64, largest: f64) -> String {
    if value == 0.0 {
        return String::from("0");
    }
    if (1e-3..1e5).contains(&largest) {
        return fixed(value, (-step.log10() - 1e-9).ceil().max(0.0) as usize);
    }
    // The logarithm of a power of ten may round to below it.
    let power = (value.abs().log10() + 1e-12).floor() as i32;
    let decimals = (f64::from(power) - step.log10() - 1e-9).ceil().clamp(0.0, 3.0) as usize;
    format!("{}×{}", fixed(value / 10_f64.powi(power), decimals), power_of_ten(i64::from(power)))
}

/// A number with four significant digits at most, written exactly: what somebody chose on a slider.
pub fn rounded(value: f64) -> String {
    exact(format!("{value:.3e}").parse().unwrap_or(value))
}

/// A number in a cell of a matrix: three digits, or as many as tell its size.
pub fn in_cell(value: f64) -> String {
    match value.abs() {
        size if size < 9.995 || size.is_nan() => fixed(value, 2),
        size if size < 99.95 => fixed(value, 1),
        size if size < 9999.5 => fixed(value, 0),
        _ => scientific(&format!("{value:.0e}")),
    }
}

/// A power of ten: 10⁻³.
pub fn power_of_ten(power: i64) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let digits = power.unsigned_abs().to_string();
    let raised = digits.bytes().filter_map(|digit| DIGITS.get(usize::from(digit.wrapping_sub(b'0'))));
    let sign = if power < 0 { "10⁻" } else { "10" };
    sign.chars().chain(raised.copied()).collect()
}

/// A written number as files and parsers have it: `−1.5×10⁻³` as `-1.5e-3`; other text stays what it is.
///
/// ```
/// use saddlescope::figure::ascii;
///
/// assert_eq!(["−1.5×10⁻³", "10⁶", "12 runs"].map(ascii), ["-1.5e-3", "1e6", "12 runs"]);
/// ```
pub fn ascii(text: &str) -> String {
    let plain = |letter: char| match letter {
        '−' | '⁻' => '-',
        '⁰' => '0',
        '¹' => '1',
        '²' => '2',
        '³' => '3',
        '⁴'..='⁹' => char::from(b'4' + (letter as u32 - '⁴' as u32) as u8),
        other => other,
    };
    let is_raised = |letter: &char| "⁻⁰¹²³⁴⁵⁶⁷⁸⁹".contains(*letter);
    let written: String = text.chars().map(plain).collect();
    let Some(at) = text.chars().position(|letter| is_raised(&letter)) else { return written };
    let (mantissa, power): (String, String) =
        (written.chars().take(at).collect(), written.chars().skip(at).collect());
    match mantissa.strip_suffix("10").map(|rest| rest.strip_suffix('×').unwrap_or(rest)) {
        Some(sign @ ("" | "-")) => format!("{sign}1e{power}"),
        Some(digits) => format!("{digits}e{power}"),
        None => text.to_owned(),
    }
}

/// A number as Rust writes it, with a minus sign instead of a hyphen.
fn with_minus(number: &str) -> String {
    number.replace('-', "−")
}

/// `1.500e-3` as 1.5×10⁻³, and one times a power as the power alone.
fn scientific(number: &str) -> String {
    let split = number.split_once('e').and_then(|(mantissa, power)| Some((mantissa, power.parse().ok()?)));
    let Some((mantissa, power)) = split else { return with_minus(number) };
    let mantissa =
        if mantissa.contains('.') { mantissa.trim_end_matches('0').trim_end_matches('.') } else { mantissa };
    match mantissa {
        "1" => power_of_ten(power),
        "-1" => format!("−{}", power_of_ten(power)),
        digits => format!("{}×{}", with_minus(digits), power_of_ten(power)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chosen_numbers_are_short_and_read_back_to_what_they_were() {
        for (value, text) in [
            (0.01, "0.01"),
            (0.0, "0"),
            (1e-6, "10⁻⁶"),
            (0.1 + 0.2, "0.30000000000000004"),
            (1e8, "10⁸"),
            (-2.5e-7, "−2.5×10⁻⁷"),
        ] {
            assert_eq!(exact(value), text);
            assert_eq!(ascii(text).parse(), Ok(value));
        }
        assert_eq!([0.021_379_620_895, 1e-6].map(rounded), ["0.02138", "10⁻⁶"]);
    }

    #[test]
    fn computed_numbers_have_four_digits_and_no_e() {
        let values = [0.0, 1e-5, 1.5e-5, -2.222e-3, 0.31, 12345.0, 1e5, f64::NAN, f64::INFINITY];
        let texts = ["0", "10⁻⁵", "1.5×10⁻⁵", "−0.002222", "0.3100", "12345", "10⁵", "NaN", "inf"];
        assert_eq!(values.map(readable), texts);
    }

    #[test]
    fn cells_have_the_same_width_and_no_sign_before_nothing() {
        let values = [-0.001, -0.5, f64::NAN, 12.34, -123.4, 56_789.0, 9.999];
        assert_eq!(values.map(in_cell), ["0.00", "−0.50", "NaN", "12.3", "−123", "6×10⁴", "10.0"]);
    }

    #[test]
    fn every_power_reads_back() {
        for power in -30..=30_i32 {
            for mantissa in [1.0, -1.0, 2.5, -7.25] {
                let value: f64 = format!("{mantissa}e{power}").parse().unwrap();
                for text in [exact(value), scientific(&format!("{value:.3e}"))] {
                    assert_eq!(ascii(&text).parse(), Ok(value), "{text}");
                }
            }
        }
    }
}
