//! Shares of a sweep, for the tasks of a cluster: every point belongs to exactly one of N.
//!
//! The point of index i, from 0, is in share i mod N + 1. A task may take several shares at once; its points are still
//! numbered in the order of their index.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// One or several shares of a sweep: the points whose index leaves I − 1 when divided by N, for each share I of N.
///
/// ```
/// use saddlescope::sim::sweep::Shard;
///
/// let shard: Shard = "2/3".parse()?;
/// assert_eq!(shard.indices(8).collect::<Vec<_>>(), [1, 4, 7]);
/// let several: Shard = "1,3-4/5".parse()?;
/// assert_eq!(several.indices(8).collect::<Vec<_>>(), [0, 2, 3, 5, 7]);
/// assert_eq!(Shard::parse("0/3", 0), Shard::parse("1/3", 1));
/// assert!("4/3".parse::<Shard>().is_err());
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shard {
    /// First and last number of every run of shares, from 1, in order and apart from each other.
    runs: Cow<'static, [(u64, u64)]>,
    of: u64,
}

impl Shard {
    /// The whole sweep.
    pub const WHOLE: Self = Self { runs: Cow::Borrowed(&[(1, 1)]), of: 1 };

    /// Share `number` of `of`; `None` unless 1 ≤ `number` ≤ `of`.
    pub fn new(number: u64, of: u64) -> Option<Self> {
        Self::of_runs(vec![(number, number)], of)
    }

    /// Several shares, of given first and last numbers; `None` unless all are of 1 to `of`, each once.
    fn of_runs(mut runs: Vec<(u64, u64)>, of: u64) -> Option<Self> {
        runs.sort_unstable();
        let are_shares = runs.iter().all(|&(first, last)| 1 <= first && first <= last && last <= of);
        let are_apart = runs.iter().zip(runs.iter().skip(1)).all(|(one, next)| one.1 < next.0);
        if runs.is_empty() || !are_shares || !are_apart {
            return None;
        }
        // One set of shares has one form: neighbours are joined.
        let mut joined: Vec<(u64, u64)> = Vec::with_capacity(runs.len());
        for run in runs {
            match joined.last_mut() {
                Some(before) if before.1 + 1 == run.0 => before.1 = run.1,
                _ => joined.push(run),
            }
        }
        Some(Self { runs: Cow::Owned(joined), of })
    }

    /// Reads I/N, where I is a number, a range 1-4, or several of them with commas between, counted from `from`, which
    /// is 0 or 1.
    ///
    /// # Errors
    /// Anything else, in one line that says what would be right.
    pub fn parse(text: &str, from: u64) -> Result<Self, String> {
        let parse = || {
            let (numbers, of) = text.split_once('/')?;
            let number = |text: &str| text.trim().parse::<u64>().ok()?.checked_add(1 - from.min(1));
            let run = |text: &str| match text.split_once('-') {
                Some((first, last)) => Some((number(first)?, number(last)?)),
                None => number(text).map(|only| (only, only)),
            };
            let runs = numbers.split(',').map(run).collect::<Option<Vec<_>>>()?;
            Self::of_runs(runs, of.trim().parse().ok()?)
        };
        parse().ok_or_else(|| {
            let range = if from == 0 { "0 <= I < N" } else { "1 <= I <= N" };
            format!(
                "a shard is I/N with whole numbers {range}, for example 3/100; I may also be a range, 1-4/100, or \
                 several shares, 3,7/100, each once"
            )
        })
    }

    /// The numbers of its shares, from 1, in order.
    pub fn numbers(&self) -> impl Iterator<Item = u64> {
        self.runs.iter().flat_map(|&(first, last)| first..=last)
    }

    /// How many shares there are in all.
    pub fn of(&self) -> u64 {
        self.of
    }

    /// Whether a point belongs to it.
    pub fn holds(&self, index: u64) -> bool {
        let number = index % self.of + 1;
        self.runs.iter().any(|&(first, last)| (first..=last).contains(&number))
    }

    /// Its points of a sweep of `rows`, in order.
    pub fn indices(&self, rows: u64) -> impl Iterator<Item = u64> {
        (0..self.rows(rows)).map(|place| self.index(place))
    }

    /// How many points of a sweep of `rows` it has.
    pub fn rows(&self, rows: u64) -> u64 {
        rows / self.of * self.width() + self.below(rows % self.of)
    }

    /// The place of a point among its own, in order; `None` if it is not one of them.
    pub fn place(&self, index: u64) -> Option<u64> {
        self.holds(index).then(|| index / self.of * self.width() + self.below(index % self.of))
    }

    /// The point at a place, the inverse of [`Shard::place`].
    pub(super) fn index(&self, place: u64) -> u64 {
        let (block, mut left) = (place / self.width(), place % self.width());
        let mut number = 1;
        for &(first, last) in self.runs.iter() {
            number = first.saturating_add(left);
            if number <= last {
                break;
            }
            left -= last - first + 1;
        }
        block * self.of + number - 1
    }

    /// How many shares it has.
    fn width(&self) -> u64 {
        self.below(self.of)
    }

    /// How many of its shares have a number of at most `number`.
    fn below(&self, number: u64) -> u64 {
        let of_run =
            |&(first, last): &(u64, u64)| if number < first { 0 } else { last.min(number) - first + 1 };
        self.runs.iter().map(of_run).sum()
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::parse(text, 1)
    }
}

impl fmt::Display for Shard {
    /// `3/100`, `1-4,7/100`: what [`FromStr`] reads.
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, (first, last)) in self.runs.iter().enumerate() {
            let comma = if place == 0 { "" } else { "," };
            if first == last {
                write!(to, "{comma}{first}")?;
            } else {
                write!(to, "{comma}{first}-{last}")?;
            }
        }
        write!(to, "/{}", self.of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_read_back_from_what_they_print_in_one_form() {
        for (text, form) in [
            ("3/100", "3/100"),
            (" 2 / 3 ", "2/3"),
            ("7,1-2,3/9", "1-3,7/9"),
            ("1-1/1", "1/1"),
            ("18446744073709551615/18446744073709551615", "18446744073709551615/18446744073709551615"),
        ] {
            let shard: Shard = text.parse().unwrap();
            assert_eq!(shard.to_string(), form);
            assert_eq!(form.parse::<Shard>().unwrap(), shard);
        }
        assert_eq!(Shard::parse("0,2-3/4", 0), Shard::parse("1,3-4/4", 1));
    }

    #[test]
    fn what_is_no_share_is_refused_and_the_words_say_from_where_it_is_counted() {
        for text in
            ["0/4", "5/4", "1", "a/b", "1/0", "1,1/4", "1-3,2/4", "3-1/4", "/4", ",/4", "1-/4", "-1/4"]
        {
            let message = text.parse::<Shard>().unwrap_err();
            assert!(message.contains("whole numbers 1 <= I <= N"), "{text}: {message}");
        }
        for text in ["4/4", "18446744073709551615/4", "0-4/4"] {
            let message = Shard::parse(text, 0).unwrap_err();
            assert!(message.contains("whole numbers 0 <= I < N"), "{text}: {message}");
        }
    }

    #[test]
    fn the_points_of_several_shares_are_those_of_each_in_order() {
        for (text, singles) in
            [("1,3/3", vec![1, 3]), ("2-4,6/7", vec![2, 3, 4, 6]), ("1-5/5", vec![1, 2, 3, 4, 5])]
        {
            let shard: Shard = text.parse().unwrap();
            for rows in 0..30 {
                let mut expected: Vec<u64> = singles
                    .iter()
                    .flat_map(|&one| (0..rows).filter(move |index| index % shard_of(text) == one - 1))
                    .collect();
                expected.sort_unstable();
                assert_eq!(shard.indices(rows).collect::<Vec<_>>(), expected, "{text} of {rows}");
                assert_eq!(shard.rows(rows), expected.len() as u64);
                for (place, &index) in expected.iter().enumerate() {
                    assert_eq!(shard.place(index), Some(place as u64));
                }
            }
        }
    }

    fn shard_of(text: &str) -> u64 {
        text.parse::<Shard>().unwrap().of()
    }
}
