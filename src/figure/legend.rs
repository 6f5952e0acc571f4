//! What a plot's legend says: its named curves, and what the colours and patterns of all others stand for.
//!
//! Derived from the plot, so that every builder gets one: teachers, neurons and averages by their inks, dashed means by
//! their bands. More teachers or neurons than can be told apart are named by the first and the last.

use super::{Band, Entry, Ink, LegendEntry, Plot, Series, Stroke};

/// More teachers than this have only their ends in the legend.
const TEACHERS: usize = 6;

/// The same of neurons, whose colours are steps between their ends.
const NEURONS: usize = 2;

/// The legend of a plot, in the order of its curves; empty where there is nothing to tell apart.
pub fn legend(plot: &Plot) -> Vec<LegendEntry> {
    let named = |series: &&Series| series.in_legend && !series.label.is_empty();
    let entry = |series: &Series| {
        LegendEntry::line(&series.label, series.ink, series.stroke).with_hint(&series.meaning)
    };
    let mut entries: Vec<LegendEntry> = plot.series.iter().filter(named).map(entry).collect();
    entries.extend(by_ink(plot, ("teacher", TEACHERS), |ink| matches!(ink, Ink::Teacher(_))));
    entries.extend(by_ink(plot, ("neuron", NEURONS), |ink| matches!(ink, Ink::Neuron(..))));
    if entry_curves(plot).any(|series| series.ink == Ink::Quiet) {
        let pairs = LegendEntry::line("i ≠ j", Ink::Quiet, Stroke::Solid);
        entries.push(pairs.with_hint("Qᵢⱼ = wᵢ·wⱼ/N of two neurons"));
    }
    entries.extend(mean(plot));
    if entries.len() > 1 { entries } else { Vec::new() }
}

/// Curves of matrix entries, which have no place of their own.
fn entry_curves(plot: &Plot) -> impl Iterator<Item = &Series> {
    plot.series.iter().filter(|series| series.entry.is_some() && !series.in_legend)
}

/// One entry per colour of a kind, counted from 1 as in the paper.
fn by_ink(plot: &Plot, (kind, most): (&str, usize), holds: fn(&Ink) -> bool) -> Vec<LegendEntry> {
    let mut inks: Vec<(usize, Ink, Entry)> = Vec::new();
    for series in entry_curves(plot).filter(|series| holds(&series.ink)) {
        let (Ink::Teacher(number) | Ink::Neuron(number, _)) = series.ink else { continue };
        if let Some(entry) = series.entry.filter(|_| inks.iter().all(|(_, ink, _)| *ink != series.ink)) {
            inks.push((number, series.ink, entry));
        }
    }
    inks.sort_by_key(|(number, ..)| *number);
    let last = inks.len().saturating_sub(1);
    let shown = inks.iter().enumerate().filter(|(index, _)| inks.len() <= most || [0, last].contains(index));
    let entry = |(_, (number, ink, entry)): (usize, &(usize, Ink, Entry))| {
        LegendEntry::numbered(kind, *number, *ink).with_hint(&hint(*entry, number + 1))
    };
    shown.map(entry).collect()
}

/// What all curves of a teacher or a neuron are.
fn hint(entry: Entry, number: usize) -> String {
    match entry {
        Entry::M(..) => format!("Mᵢᵣ = wᵢ·w*ᵣ/N of every neuron i with teacher r = {number}"),
        Entry::S(..) => format!("Sᵢᵣ of every neuron i with teacher r = {number}"),
        Entry::Q(i, j) if i == j => format!("Qᵢᵢ = |wᵢ|²/N, the squared norm of neuron i = {number}"),
        Entry::Q(..) => format!("Qᵢⱼ = wᵢ·wⱼ/N of neuron i = {number} with those after it"),
    }
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
    let entry = LegendEntry::line_in_band("SGD mean ± s.e.m.", ink, Stroke::Dashed);
    Some(entry.with_hint("mean over the SGD runs, in a band of its standard error"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::{Axis, Scale};

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
        assert_eq!(labels(&plot(m.collect())), ["teacher 1", "teacher 2"]);
        let mut q: Vec<Series> = (0..9).map(|i| entry(Entry::Q(i, i), Ink::Neuron(i, 9))).collect();
        q.push(entry(Entry::Q(0, 1), Ink::Quiet));
        assert_eq!(labels(&plot(q)), ["neuron 1", "neuron 9", "i ≠ j"]);
    }

    #[test]
    fn one_of_a_kind_is_short_behind_another_of_it() {
        let m = (0..3).map(|r| entry(Entry::M(0, r), Ink::Teacher(r)));
        let [one, two, three] = &legend(&plot(m.collect()))[..] else { panic!("three teachers") };
        assert_eq!(one.text_behind(None), "teacher 1");
        assert_eq!([two.text_behind(Some(one)), three.text_behind(Some(two))], ["2", "3"]);
        assert_eq!(two.text_behind(None), "teacher 2");
        assert_eq!(two.text_behind(Some(&LegendEntry::line("ODE", Ink::Main, Stroke::Solid))), "teacher 2");
        assert!(two.hint.ends_with("with teacher r = 2"), "{}", two.hint);
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
