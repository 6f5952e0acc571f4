//! What a plot's legend says: its named curves, and what the colours and patterns of all others stand for.
//!
//! Derived from the plot, so that every builder gets one: teachers, neurons and averages by their inks, dashed means by
//! their bands. More teachers or neurons than can be told apart are named by the first and the last.

use super::{Band, Ink, LegendEntry, Plot, Series, Stroke};

/// More colours of a kind than this have only their ends in the legend.
const NAMED: usize = 6;

/// The legend of a plot, in the order of its curves; empty where there is nothing to tell apart.
pub fn legend(plot: &Plot) -> Vec<LegendEntry> {
    let named = |series: &&Series| series.in_legend && !series.label.is_empty();
    let curves = plot.series.iter().filter(named);
    let mut entries: Vec<LegendEntry> =
        curves.map(|series| LegendEntry::line(&series.label, series.ink, series.stroke)).collect();
    entries.extend(by_ink(plot, "r", |ink| matches!(ink, Ink::Teacher(_))));
    entries.extend(by_ink(plot, "i", |ink| matches!(ink, Ink::Neuron(..))));
    if entry_curves(plot).any(|series| series.ink == Ink::Quiet) {
        entries.push(LegendEntry::line("i ≠ j", Ink::Quiet, Stroke::Solid));
    }
    entries.extend(mean(plot));
    if entries.len() > 1 { entries } else { Vec::new() }
}

/// Curves of matrix entries, which have no place of their own.
fn entry_curves(plot: &Plot) -> impl Iterator<Item = &Series> {
    plot.series.iter().filter(|series| series.entry.is_some() && !series.in_legend)
}

/// One entry per colour of a kind, counted from 1 as in the paper.
fn by_ink(plot: &Plot, index: &str, kind: fn(&Ink) -> bool) -> Vec<LegendEntry> {
    let mut inks: Vec<(usize, Ink)> = Vec::new();
    for series in entry_curves(plot).filter(|series| kind(&series.ink)) {
        let (Ink::Teacher(number) | Ink::Neuron(number, _)) = series.ink else { continue };
        if !inks.contains(&(number, series.ink)) {
            inks.push((number, series.ink));
        }
    }
    inks.sort_by_key(|(number, _)| *number);
    let shown: Vec<(usize, Ink)> = if inks.len() > NAMED {
        inks.first().into_iter().chain(inks.last()).copied().collect()
    } else {
        inks
    };
    let entry = |(number, ink)| LegendEntry::line(&format!("{index} = {}", number + 1), ink, Stroke::Solid);
    shown.into_iter().map(entry).collect()
}

/// What an unnamed dashed curve with a band is.
fn mean(plot: &Plot) -> Option<LegendEntry> {
    let banded = |ink: Ink| plot.bands.iter().any(|band: &Band| band.ink == ink);
    let unnamed =
        |series: &&Series| series.stroke == Stroke::Dashed && !series.in_legend && banded(series.ink);
    let own = |series: &&Series| unnamed(series) && !matches!(series.ink, Ink::Pinned(_));
    let first = plot.series.iter().find(own).or_else(|| plot.series.iter().find(unnamed))?;
    let pinned = plot.series.iter().filter(unnamed).filter(|series| matches!(series.ink, Ink::Pinned(_)));
    // Of many colours none stands for all.
    let is_one_of_many = first.entry.is_some() || matches!(first.ink, Ink::Pinned(_)) && pinned.count() > 1;
    let ink = if is_one_of_many { Ink::Main } else { first.ink };
    Some(LegendEntry::line_in_band("SGD mean ± s.e.m.", ink, Stroke::Dashed))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::{Axis, Entry, Scale};

    fn plot(series: Vec<Series>) -> Plot {
        let axis = || Axis::new("x", Scale::Linear);
        Plot { series, ..Plot::new(axis(), axis()) }
    }

    fn entry(entry: Entry, ink: Ink) -> Series {
        Series { entry: Some(entry), in_legend: false, ..Series::new(&entry.name(), ink, Vec::new()) }
    }

    fn labels(plot: &Plot) -> Vec<String> {
        legend(plot).into_iter().map(|entry| entry.label).collect()
    }

    #[test]
    fn curves_of_entries_are_told_apart_by_teacher_and_neuron() {
        let m = (0..4).map(|index| entry(Entry::M(index / 2, index % 2), Ink::Teacher(index % 2)));
        assert_eq!(labels(&plot(m.collect())), ["r = 1", "r = 2"]);
        let mut q: Vec<Series> = (0..9).map(|i| entry(Entry::Q(i, i), Ink::Neuron(i, 9))).collect();
        q.push(entry(Entry::Q(0, 1), Ink::Quiet));
        assert_eq!(labels(&plot(q)), ["i = 1", "i = 9", "i ≠ j"]);
    }

    #[test]
    fn a_dashed_mean_is_named_by_its_band_and_a_lone_curve_not_at_all() {
        let mean =
            Series { stroke: Stroke::Dashed, in_legend: false, ..Series::new("SGD", Ink::Other(1), vec![]) };
        let mut both = plot(vec![Series::new("ODE", Ink::Main, Vec::new()), mean]);
        assert!(labels(&both).is_empty());
        both.bands.push(Band { ink: Ink::Other(1), edges: Vec::new() });
        assert_eq!(labels(&both), ["ODE", "SGD mean ± s.e.m."]);
    }
}
