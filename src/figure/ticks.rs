//! Ticks of an axis as data: where they are and what they say, for paper as for any other surface.
//!
//! Positions are those of [`Scale::place`]: values on a linear axis, log₁₀ of values on a logarithmic one. Labels are
//! as printed: a true minus, powers of ten with raised digits, all labels of a linear axis with the same decimals.

use super::number::{power_of_ten, with_step};
use super::{Axis, Scale};

/// One tick.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// Where it is, as a position on the axis.
    pub position: f64,
    /// What it says; `None` for a minor tick.
    pub label: Option<String>,
}

/// Fewer decades than this have ticks at round values instead of powers of ten.
const NARROW: f64 = 1.0;

/// Fewer decades than this have labels at 2 and 5, or at 3, of every decade too.
const SHORT: f64 = 2.0;

/// How much closer labels may stand for an axis to have two: one says where it is, but not how far anything is.
const CLOSER: [f64; 4] = [1.5, 2.0, 3.0, 4.0];

/// The ticks of an axis between two positions, with about `room` labels at most; with more where there would be fewer
/// than two.
pub fn ticks(axis: &Axis, (low, high): (f64, f64), room: f64) -> Vec<Tick> {
    if !(low.is_finite() && high.is_finite() && low < high && room >= 1.0) {
        return Vec::new();
    }
    let found = ticks_of(axis, (low, high), room);
    let labelled = |ticks: &[Tick]| ticks.iter().filter(|tick| tick.label.is_some()).count();
    if labelled(&found) >= 2 {
        return found;
    }
    let closer = CLOSER.into_iter().map(|factor| ticks_of(axis, (low, high), factor * room));
    closer.into_iter().find(|ticks| labelled(ticks) >= 2).unwrap_or(found)
}

/// A label as wide as those of an axis between two positions, to measure the room for them.
pub fn widest_label(axis: &Axis, (low, high): (f64, f64)) -> String {
    match axis.scale {
        Scale::Linear => {
            let largest = low.abs().max(high.abs());
            with_step(if low < 0.0 { -largest } else { largest }, 0.2 * (high - low), largest)
        }
        Scale::Log10 if high - low < SHORT => with_step(10_f64.powf(low), 10_f64.powf(low), 10_f64.powf(low)),
        Scale::Log10 => power_of_ten(low.min(-high.abs()).floor() as i64),
    }
}

fn ticks_of(axis: &Axis, (low, high): (f64, f64), room: f64) -> Vec<Tick> {
    match axis.scale {
        Scale::Linear => linear(low, high, room, axis.integers),
        Scale::Log10 if high - low < NARROW => narrow(low, high, room),
        Scale::Log10 if high - low < SHORT => short(low, high, room),
        Scale::Log10 => decades(low, high, room),
    }
}

/// A step of 1, 2 or 5 times a power of ten with at most `room` of them in `span`, and how many parts it has.
fn step_of(span: f64, room: f64) -> (f64, i64) {
    let rough = span / room;
    let power = 10_f64.powf(rough.log10().floor());
    let fits = |(factor, parts)| (factor * power >= rough * (1.0 - 1e-9)).then_some((factor * power, parts));
    [(1.0, 5), (2.0, 4), (5.0, 5)].into_iter().find_map(fits).unwrap_or((10.0 * power, 5))
}

fn linear(low: f64, high: f64, room: f64, integers: bool) -> Vec<Tick> {
    let (step, parts) = match step_of(high - low, room) {
        (step, _) if integers && step <= 1.0 => (1.0, 1),
        (step, parts) if integers => (step, parts.min(step as i64)),
        pair => pair,
    };
    let fine = step / parts as f64;
    // A tick on the very edge is inside, whatever the rounding.
    let first = (low / fine - 1e-6).ceil() as i64;
    let last = (high / fine + 1e-6).floor() as i64;
    let largest = low.abs().max(high.abs());
    let tick = |index: i64| Tick {
        position: index as f64 * fine,
        label: (index.rem_euclid(parts) == 0)
            .then(|| with_step((index / parts) as f64 * step, step, largest)),
    };
    (first..=last).take(1000).map(tick).collect()
}

/// Round values between 10^low and 10^high.
fn narrow(low: f64, high: f64, room: f64) -> Vec<Tick> {
    let values = linear(10_f64.powf(low), 10_f64.powf(high), room, false);
    let place = |tick: Tick| Tick { position: tick.position.log10(), ..tick };
    values.into_iter().filter(|tick| tick.position > 0.0).map(place).collect()
}

/// Every digit of every decade, with as many of them labelled as there is room for.
fn short(low: f64, high: f64, room: f64) -> Vec<Tick> {
    let place = |decade: i64, digit: i32| decade as f64 + f64::from(digit).log10();
    let inside = |position: f64| position >= low - 1e-9 && position <= high + 1e-9;
    let decades = || low.floor() as i64..=high.ceil() as i64;
    let count = |digits: &[i32]| {
        let all = decades().flat_map(|decade| digits.iter().map(move |digit| place(decade, *digit)));
        all.filter(|position| inside(*position)).count() as f64
    };
    let choices: [&[i32]; 3] = [&[1, 2, 5], &[1, 3], &[1]];
    let labelled = choices.into_iter().find(|digits| count(digits) <= room + 0.5).unwrap_or(&[1]);
    let tick = |decade: i64, digit: i32| {
        let value = f64::from(digit) * 10_f64.powf(decade as f64);
        let label = labelled.contains(&digit).then(|| with_step(value, 10_f64.powf(decade as f64), value));
        Tick { position: place(decade, digit), label }
    };
    let all = decades().flat_map(|decade| (1..10).map(move |digit| tick(decade, digit)));
    all.filter(|tick| inside(tick.position)).collect()
}

/// Powers of ten, with 2 .. 9 between them where every power has a label, else with the powers left out.
fn decades(low: f64, high: f64, room: f64) -> Vec<Tick> {
    let decades = ((high + 1e-9).floor() - (low - 1e-9).ceil()).max(0.0) + 1.0;
    let stride = [1, 2, 3, 5, 10, 20, 50].into_iter().find(|stride| decades / f64::from(*stride) <= room);
    let stride = i64::from(stride.unwrap_or(100));
    let mut ticks = Vec::new();
    for decade in low.floor() as i64..=high.ceil() as i64 {
        let labelled = decade.rem_euclid(stride) == 0;
        let label = labelled.then(|| power_of_ten(decade));
        ticks.push(Tick { position: decade as f64, label });
        if stride == 1 {
            let between = |digit: i32| decade as f64 + f64::from(digit).log10();
            ticks.extend((2..10).map(|digit| Tick { position: between(digit), label: None }));
        }
    }
    ticks.retain(|tick| tick.position >= low - 1e-9 && tick.position <= high + 1e-9);
    ticks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(axis: &Axis, range: (f64, f64), room: f64) -> Vec<String> {
        ticks(axis, range, room).into_iter().filter_map(|tick| tick.label).collect()
    }

    #[test]
    fn linear_labels_are_round_and_have_the_same_decimals() {
        let axis = Axis::new("α", Scale::Linear);
        assert_eq!(labels(&axis, (0.0, 3500.0), 5.0), ["0", "1000", "2000", "3000"]);
        assert_eq!(labels(&axis, (-1.0, 1.0), 5.0), ["−1.0", "−0.5", "0", "0.5", "1.0"]);
        assert_eq!(labels(&axis, (0.0, 2e-5), 4.0), ["0", "5×10⁻⁶", "1.0×10⁻⁵", "1.5×10⁻⁵", "2.0×10⁻⁵"]);
    }

    #[test]
    fn whole_numbers_have_no_ticks_between_them() {
        let axis = Axis::new("p", Scale::Linear).with_integers();
        let all = ticks(&axis, (0.5, 4.5), 10.0);
        assert_eq!(all.len(), 4);
        assert_eq!(labels(&axis, (0.0, 64.0), 5.0), ["0", "20", "40", "60"]);
        assert!(ticks(&axis, (0.0, 64.0), 5.0).iter().all(|tick| tick.position.fract() == 0.0));
    }

    #[test]
    fn decades_have_eight_minor_ticks_each_where_all_are_labelled() {
        let axis = Axis::new("loss", Scale::Log10);
        assert_eq!(labels(&axis, (-3.0, 0.0), 6.0), ["10⁻³", "10⁻²", "10⁻¹", "10⁰"]);
        let minor = ticks(&axis, (-3.0, 0.0), 6.0).into_iter().filter(|tick| tick.label.is_none());
        assert_eq!(minor.count(), 24);
    }

    #[test]
    fn many_decades_are_labelled_sparsely_and_few_with_round_values() {
        let axis = Axis::new("loss", Scale::Log10);
        let labelled = labels(&axis, (-16.0, 0.0), 5.0);
        assert_eq!(labelled, ["10⁻¹⁵", "10⁻¹⁰", "10⁻⁵", "10⁰"]);
        let narrow = labels(&axis, (0.2_f64.log10(), 0.45_f64.log10()), 4.0);
        assert_eq!(narrow, ["0.2", "0.3", "0.4"]);
        let short = labels(&axis, (0.02_f64.log10(), 0.6_f64.log10()), 5.0);
        assert_eq!(short, ["0.02", "0.05", "0.1", "0.2", "0.5"]);
        let tight = labels(&axis, (0.02_f64.log10(), 0.6_f64.log10()), 3.0);
        assert_eq!(tight, ["0.03", "0.1", "0.3"]);
    }

    #[test]
    fn an_axis_has_two_labels_however_little_room_there_is() {
        for (scale, range) in [
            (Scale::Linear, (-0.87, 0.87)),
            (Scale::Linear, (0.4, 3.6)),
            (Scale::Log10, (-16.5, -7.5)),
            (Scale::Log10, (-1.6, -0.2)),
            (Scale::Log10, (0.05, 0.9)),
        ] {
            for room in [1.0, 1.5, 2.0, 2.5] {
                let found = labels(&Axis::new("x", scale), range, room);
                assert!((2..=6).contains(&found.len()), "{scale:?} {range:?} {room}: {found:?}");
            }
        }
        let one = labels(&Axis::new("p", Scale::Linear).with_integers(), (2.6, 3.4), 3.0);
        assert_eq!(one, ["3"], "no second whole number is there");
    }

    #[test]
    fn a_range_without_extent_has_no_ticks() {
        let axis = Axis::new("x", Scale::Linear);
        for range in [(1.0, 1.0), (f64::NAN, 1.0), (0.0, f64::INFINITY), (2.0, 1.0)] {
            assert!(ticks(&axis, range, 5.0).is_empty(), "{range:?}");
        }
    }
}
