//! What the views need beside the run: spectra, runs from other starts, escapes against the learning rate, a map.
//!
//! Each is begun when a view that shows it is seen, and again when what it depends on has changed; it is shown beside
//! no other run than its own. Nothing of it holds up the ODE.

use std::sync::Arc;
use std::time::Duration;

use super::{JobSlot, RunStore, Store};
use crate::figure::duration;
use crate::figure::spectrum::LIVE_WIDTH;
use crate::model::{Overlaps, ScenarioSpec, StartKind, eta_max_plateau};
use crate::sim::learning_rate::RateRecord;
use crate::sim::sweep::{
    Axis, Range, Scale, Seeds, StopAt, Sweep, SweepRows, SweepSection, SweepSpec, to_15_digits,
};
use crate::sim::{OtherStarts, Snapshot, SpectrumTrack};
use crate::ui::state::{SweepSettings, View};
use crate::worker::{
    OtherStartsRequest, RateRequest, RunId, Runner, SpectrumRequest, map_job, other_starts_job, rate_job,
    spectrum_job,
};

/// Id and version of every piece of work beside the run.
pub(in crate::ui) type JobVersions = [Option<(RunId, u64)>; 5];

/// A kind of work beside the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ui) enum JobKind {
    /// Hessian spectra along the run and at the cursor.
    Spectra,
    /// Runs from other starts.
    OtherStarts,
    /// Half-times against the learning rate, and their map over η and p.
    Sweeps,
}

/// All work beside the run.
pub(in crate::ui) struct ViewJobs {
    spectrum: JobSlot<SpectrumRequest, SpectrumTrack>,
    cursor: JobSlot<SpectrumRequest, SpectrumTrack>,
    fan: JobSlot<OtherStartsRequest, OtherStarts>,
    rates: JobSlot<RateRequest, RateRecord>,
    map: JobSlot<Arc<Sweep>, SweepRows>,
    /// What each was begun for.
    spectrum_of: Option<RunId>,
    cursor_of: Option<(RunId, u64)>,
    fan_of: Option<(RunId, usize)>,
    rates_of: Option<RateRequest>,
    sweep: Option<Arc<Sweep>>,
}

impl ViewJobs {
    /// Workers with nothing to do.
    pub(in crate::ui) fn spawn(runner: &Runner) -> std::io::Result<Self> {
        Ok(Self {
            spectrum: JobSlot::spawn(runner, spectrum_job)?,
            cursor: JobSlot::spawn(runner, spectrum_job)?,
            fan: JobSlot::spawn(runner, other_starts_job)?,
            rates: JobSlot::spawn(runner, rate_job)?,
            map: JobSlot::spawn(runner, map_job)?,
            spectrum_of: None,
            cursor_of: None,
            fan_of: None,
            rates_of: None,
            sweep: None,
        })
    }

    /// Works for about so long, where the workers have no threads; each in its turn has a share.
    pub(in crate::ui) fn pump(&mut self, budget: Duration) {
        self.spectrum.pump(budget / 5);
        self.cursor.pump(budget / 5);
        self.fan.pump(budget / 5);
        self.rates.pump(budget / 5);
        self.map.pump(budget / 5);
    }

    /// Takes in what was sent; says whether that was all.
    pub(in crate::ui) fn drain(&mut self) -> bool {
        let all = [
            self.spectrum.drain(),
            self.cursor.drain(),
            self.fan.drain(),
            self.rates.drain(),
            self.map.drain(),
        ];
        !all.contains(&false)
    }

    /// Drops what belongs to other runs, and begins what the panels that are seen need and do not have.
    pub(in crate::ui) fn refresh(&mut self, run: &RunStore, view: &View, needed: &[JobKind]) {
        self.drop_outdated(run.id);
        for job in needed {
            match job {
                JobKind::Spectra => self.want_spectra(run, view),
                JobKind::OtherStarts => self.want_fan(run, view.fan),
                JobKind::Sweeps => self.want_sweeps(run, &view.sweep),
            }
        }
    }

    /// Stops everything and keeps what has arrived.
    pub(in crate::ui) fn cancel(&self) {
        self.spectrum.cancel();
        self.cursor.cancel();
        self.fan.cancel();
        self.rates.cancel();
        self.map.cancel();
    }

    /// Whether anything runs.
    pub(in crate::ui) fn is_busy(&self) -> bool {
        self.spectrum.is_busy()
            || self.cursor.is_busy()
            || self.fan.is_busy()
            || self.rates.is_busy()
            || self.map.is_busy()
    }

    /// What runs, in words, with the time left.
    pub(in crate::ui) fn words(&self) -> String {
        let said = [
            progress("spectrum", self.spectrum.store()),
            progress("other starts", self.fan.store()),
            progress("rates", self.rates.store()),
            progress("map", self.map.store()),
        ];
        said.into_iter().flatten().collect::<Vec<_>>().join("   ")
    }

    /// What there is of each, and how often it has changed: another value after every change.
    pub(in crate::ui) fn versions(&self) -> JobVersions {
        [
            self.spectrum.store().map(|store| (store.id, store.version)),
            self.cursor.store().map(|store| (store.id, store.version)),
            self.fan.store().map(|store| (store.id, store.version)),
            self.rates.store().map(|store| (store.id, store.version)),
            self.map.store().map(|store| (store.id, store.version)),
        ]
    }

    /// Spectra along this run.
    pub(in crate::ui) fn spectrum(&self, run: RunId) -> Option<&SpectrumTrack> {
        self.spectrum.store_of(run).map(|store| &store.record)
    }

    /// The spectrum at the cursor of this run.
    pub(in crate::ui) fn cursor(&self, run: RunId) -> Option<&SpectrumTrack> {
        self.cursor.store_of(run).map(|store| &store.record)
    }

    /// Runs from other starts than this run's.
    pub(in crate::ui) fn fan(&self, run: RunId) -> Option<&OtherStarts> {
        self.fan.store_of(run).map(|store| &store.record)
    }

    /// Escapes against the learning rate, as this run asked for, and what does not vary.
    pub(in crate::ui) fn rates(&self, run: RunId) -> Option<(&ScenarioSpec, &RateRecord)> {
        self.rates_of.as_ref().zip(self.rates.store_of(run)).map(|(of, store)| (&of.base, &store.record))
    }

    /// The map's sweep, as this run asked for, and the rows so far.
    pub(in crate::ui) fn map(&self, run: RunId) -> Option<(&Sweep, &SweepRows)> {
        self.sweep.as_deref().zip(self.map.store_of(run)).map(|(sweep, store)| (sweep, &store.record))
    }

    /// The seeds of the other starts that a panel with this job draws beside this run.
    pub(in crate::ui) fn seeds_behind(&self, run: RunId, job: Option<JobKind>) -> Vec<u64> {
        let runs =
            self.fan(run).filter(|_| job == Some(JobKind::OtherStarts)).map_or(&[][..], |fan| &fan.runs);
        runs.iter().map(|run| run.seed).collect()
    }

    fn want_spectra(&mut self, run: &RunStore, view: &View) {
        let (p, p_star) = (run.scenario.model.p, run.scenario.model.p_star);
        if p + p_star > LIVE_WIDTH {
            self.spectrum.clear();
            self.cursor.clear();
            return;
        }
        if self.spectrum_of != Some(run.id) && run.summary.is_some() {
            self.spectrum_of = Some(run.id);
            let states = evenly(run.trajectory.snapshots(), 40_000 / (p * (p + p_star)));
            self.spectrum.begin(run.id, SpectrumRequest { scenario: run.scenario.clone(), states });
        }
        let Some(at) = run.at(run.alpha_at(view.place, view.scale())) else { return };
        let key = (run.id, at.alpha.to_bits());
        if self.cursor_of != Some(key) {
            self.cursor_of = Some(key);
            let request = SpectrumRequest { scenario: run.scenario.clone(), states: vec![at.clone()] };
            self.cursor.begin(run.id, request);
        }
    }

    /// Stops and forgets what was worked out along other runs. Sweeps outlive a run: the next may ask for the same.
    fn drop_outdated(&mut self, run: RunId) {
        if self.spectrum.drop_unless_of(run) {
            self.spectrum_of = None;
        }
        if self.cursor.drop_unless_of(run) {
            self.cursor_of = None;
        }
        if self.fan.drop_unless_of(run) {
            self.fan_of = None;
        }
    }

    fn want_fan(&mut self, run: &RunStore, count: usize) {
        if self.fan_of == Some((run.id, count)) || run.summary.is_none() {
            return;
        }
        self.fan_of = Some((run.id, count));
        if !run.scenario.start.is_drawn() {
            self.fan.clear();
            return;
        }
        let own = run.scenario.start.seed;
        let seeds = (1_u64..).map(|step| own.wrapping_add(step) % (1 << 62)).take(count).collect();
        self.fan.begin(run.id, OtherStartsRequest { scenario: run.scenario.clone(), seeds });
    }

    fn want_sweeps(&mut self, run: &RunStore, settings: &SweepSettings) {
        let mut base = run.scenario.spec().without_sgd();
        base.time.alphas = Vec::new();
        // A direction belongs to one width and one start.
        base.start.direction.clear();
        if !base.start.is_drawn() {
            base.start.draw_as(StartKind::Orthogonal);
            base.start.epsilon = scale_of(run.scenario.initial());
        }
        // What the sweeps vary themselves is no reason to begin again.
        (base.model.eta, base.start.seed) = (0.1, 1);
        let request = rate_request(base, settings);
        if self.rates_of.as_ref() == Some(&request) {
            self.rates.pass_to(run.id);
            self.map.pass_to(run.id);
            return;
        }
        self.sweep = map_sweep(&request, settings).map(Arc::new);
        match &self.sweep {
            Some(sweep) => self.map.begin(run.id, Arc::clone(sweep)),
            None => self.map.clear(),
        }
        self.rates.begin(run.id, request.clone());
        self.rates_of = Some(request);
    }
}

/// The ε at which drawn overlaps are as large as those of a start that is given, within what can be drawn.
fn scale_of(start: &Overlaps) -> f64 {
    let m = start.m();
    (m.norm() / (m.len() as f64).sqrt()).clamp(1e-12, 0.1)
}

fn progress<X: Default>(name: &str, store: Option<&Store<X>>) -> Option<String> {
    let store = store.filter(|store| !store.ended)?;
    let left = store.seconds_left().map_or_else(String::new, |left| format!(", {} left", duration(left)));
    Some(format!("{name} {:.0} %{left}", 100.0 * store.fraction()))
}

/// About `most` (24 to 160) of them, evenly, first and last included.
fn evenly(snapshots: &[Snapshot], most: usize) -> Vec<Snapshot> {
    let most = most.clamp(24, 160);
    let last = snapshots.len().saturating_sub(1);
    let mut chosen: Vec<usize> = (0..most).map(|k| k * last / (most - 1)).collect();
    chosen.dedup();
    chosen.into_iter().filter_map(|index| snapshots.get(index).cloned()).collect()
}

/// Learning rates from far below to just beyond the last with a plateau under SGD, coarse ones first.
fn rate_request(base: ScenarioSpec, settings: &SweepSettings) -> RateRequest {
    let limit =
        eta_max_plateau(base.model.p, &base.teacher.moments(base.model.p_star), base.model.label_noise);
    let rates = rates(0.01 * limit, 1.1 * limit, settings);
    let pick = |coarse: bool| {
        let every = rates.iter().enumerate().filter(move |(k, _)| k.is_multiple_of(4) == coarse);
        every.map(|(_, eta)| *eta)
    };
    let etas = pick(true).chain(pick(false)).collect();
    // Gradient flow has no best rate to be sought. The own width comes first: its η½ is marked beside its half-times.
    let mut widths = if base.model.gradient_flow { Vec::new() } else { widths(&base, settings) };
    widths.retain(|p| *p != base.model.p);
    if !base.model.gradient_flow {
        widths.insert(0, base.model.p);
    }
    RateRequest { base, etas, widths, starts: settings.starts.clamp(1, 1000) }
}

/// As many rates as the settings say between two ends, evenly in ln η, each to 15 digits.
fn rates(low: f64, high: f64, settings: &SweepSettings) -> Vec<f64> {
    let [from, to] = [low, high].map(to_15_digits);
    Range { from, to, steps: settings.rates.clamp(2, 200) as u64, scale: Scale::Log }.points()
}

/// Student widths from the teacher's on, at most sixteen.
fn widths(base: &ScenarioSpec, settings: &SweepSettings) -> Vec<usize> {
    let (first, last) = (base.model.p_star, settings.widest.clamp(1, 64).max(base.model.p_star));
    let stride = (last - first).div_ceil(16).max(1);
    (first..=last).step_by(stride).collect()
}

/// The sweep behind the map: the widths and rates between the same ends, one start each.
fn map_sweep(request: &RateRequest, settings: &SweepSettings) -> Option<Sweep> {
    let widths = widths(&request.base, settings);
    let moments = request.base.teacher.moments(request.base.model.p_star);
    let limit = |p: &usize| eta_max_plateau(*p, &moments, request.base.model.label_noise);
    let high = 1.1 * widths.iter().map(limit).reduce(f64::max)?;
    let section = SweepSection::new(StopAt::Half, Seeds::Count(request.starts.min(4)))
        .with("p", Axis::List(widths.iter().map(|p| *p as f64).collect()))
        .with("eta", Axis::List(rates(0.01 * high, high, settings)));
    Sweep::new(SweepSpec { base: request.base.clone(), sweep: section }).ok()
}
