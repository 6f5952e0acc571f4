//! The application on a window, for tests: no window, every action and every event by hand, frames when asked for.
//!
//! `assert_one_run` holds what must be true of every frame: whatever is drawn belongs to the run that is shown.

use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::{Receiver, bounded};
use egui::{Event, RawInput, Rect, Vec2};

use super::App;
use crate::figure::{Content, Figure};
use crate::model::{Scenario, StartKind, hessian_spectrum};
use crate::sim::{OtherStart, SpectrumTrack};
use crate::ui::state::{Action, PanelId, Saved};
use crate::ui::work::{EnsembleStore, RunStore};
use crate::worker::Runner;

/// A guard against hanging, nothing else: no test waits for it.
const GUARD: Duration = Duration::from_mins(2);

/// An application and its context.
pub(super) struct TestWindow {
    pub(super) app: App,
    pub(super) ctx: egui::Context,
    pub(super) news: Receiver<()>,
}

impl TestWindow {
    /// The application as it starts with what was kept.
    pub(super) fn new(saved: Saved) -> std::io::Result<Self> {
        let ctx = egui::Context::default();
        let (sender, news) = bounded(1);
        let wake = Arc::new(move || {
            // A full channel already says that there are news.
            let _ = sender.try_send(());
        });
        let app = App::new(&ctx, saved, &Runner::threads(wake))?;
        Ok(Self { app, ctx, news })
    }

    /// Takes in what was sent, as before every frame.
    pub(super) fn tick(&mut self) {
        self.app.logic(&self.ctx);
    }

    /// Does what a control, a key or a menu would ask for.
    pub(super) fn act(&mut self, action: Action) {
        self.app.apply(&self.ctx, action);
    }

    /// Waits until everything is complete.
    pub(super) fn settle(&mut self) {
        self.tick();
        while !self.app.is_settled() {
            assert!(self.news.recv_timeout(GUARD).is_ok(), "the workers are silent");
            self.tick();
        }
    }

    /// Lays out a frame of the window.
    pub(super) fn frame(&mut self, size: Vec2, events: Vec<Event>) {
        let screen_rect = Some(Rect::from_min_size(egui::Pos2::ZERO, size));
        let input = RawInput { screen_rect, events, ..RawInput::default() };
        let app = &mut self.app;
        let mut output = self.ctx.run_ui(input, |ui| {
            app.logic(&ui.ctx().clone());
            assert_one_run(app);
            app.ui(ui);
        });
        // Nobody paints it.
        output.textures_delta.clear();
    }

    /// The figure of a panel as it is drawn.
    pub(super) fn figure(&self, panel: PanelId) -> Option<&Figure> {
        self.app.pictures.get(panel).map(|prepared| &prepared.figure)
    }
}

/// Names of the curves of a figure.
pub(super) fn curves(figure: &Figure) -> Vec<&str> {
    let Content::Plots(plots) = &figure.content else { return Vec::new() };
    plots.iter().flat_map(|(_, plot)| plot.series.iter().map(|series| series.label.as_str())).collect()
}

/// Fails unless everything that would be drawn now was made for the run that is shown: by its id, and by what is in it.
pub(super) fn assert_one_run(app: &App) {
    let Some(run) = &app.shown else { return };
    assert_eq!(app.pictures.made_of_run(), Some(run.id), "pictures of another run");
    if let Some(sgd) = app.ensemble() {
        assert_ensemble_of(run, sgd);
    }
    let start = |other: &OtherStart| {
        let mut spec = run.scenario.spec().other_start(other.seed)?.without_sgd();
        spec.time.alphas = Vec::new();
        Scenario::new(spec).ok().map(|scenario| scenario.initial().clone())
    };
    if let Some(other) = app.jobs.fan(run.id).and_then(|fan| fan.runs.first()) {
        let first = other.trajectory.snapshots().first().map(|at| at.state.clone());
        // The integrator's own variables round in the last digit; other starts differ in the first.
        let apart = first.zip(start(other)).map(|(a, b)| (a.m() - b.m()).norm() + (a.q() - b.q()).norm());
        assert!(
            apart.is_some_and(|apart| apart < 1e-9),
            "another start than the run's of this seed: {apart:?}"
        );
    }
    for track in [app.jobs.spectrum(run.id), app.jobs.cursor(run.id)].into_iter().flatten() {
        assert_spectrum_of(run, track);
    }
    if let Some((base, _)) = app.jobs.rates(run.id) {
        assert_eq!((base.model.p, base.model.p_star), (run.scenario.model.p, run.scenario.model.p_star));
        let own = run.scenario.spec().without_sgd().start;
        // Beside a start that is given they are drawn as large as its M₀.
        let same = !own.is_drawn() || base.start.epsilon.to_bits() == own.epsilon.to_bits();
        assert!(same, "sweeps of another ε");
    }
    if let Some(figure) = app.pictures.get(PanelId::Loss).map(|prepared| &prepared.figure) {
        assert_loss_of(run, figure);
    }
}

/// The ensemble starts where the run does, has its replicas, and is read at its times.
fn assert_ensemble_of(run: &RunStore, sgd: &EnsembleStore) {
    assert_eq!(sgd.run, run.id, "the ensemble of another run");
    assert!(run.scenario.sgd.is_some(), "bands over a run without SGD");
    let (Some(section), Some(point)) = (&run.scenario.sgd, sgd.record.points.first()) else { return };
    let (p, p_star) = (run.scenario.model.p, run.scenario.model.p_star);
    assert_eq!(point.shape(), (p, p_star), "an ensemble of other widths");
    assert!(point.alive() <= section.replicas, "more replicas than were asked for");
    let times = run.trajectory.snapshots();
    let at_a_time = times.iter().any(|at| (at.alpha - point.alpha()).abs() <= 1.0 / section.n as f64);
    assert!(at_a_time, "an ensemble at α = {} of which the run knows nothing", point.alpha());
    if run.scenario.start.kind != StartKind::Weights && point.alpha() == 0.0 && point.alive() > 0 {
        let (mean, own) = (point.m(0, 0).map_or(f64::NAN, |m| m.mean), run.scenario.initial().m()[(0, 0)]);
        assert!((mean - own).abs() < 1e-9, "an ensemble from another start: {mean} and {own}");
    }
}

/// Spectra are those of states of the run.
fn assert_spectrum_of(run: &RunStore, track: &SpectrumTrack) {
    let Some((alpha, spectrum)) = track.points.last() else { return };
    let state = run.trajectory.snapshots().iter().find(|at| at.alpha.to_bits() == alpha.to_bits());
    // Thinning may have dropped a state since.
    let Some(at) = state else { return };
    let n = run.scenario.sgd.as_ref().map(|sgd| sgd.n);
    assert_eq!(
        *spectrum,
        hessian_spectrum(&at.state, run.scenario.teacher(), n),
        "a spectrum of another run"
    );
}

/// The loss that is drawn begins where the run's does.
fn assert_loss_of(run: &RunStore, figure: &Figure) {
    let Content::Plots(plots) = &figure.content else { return };
    let first = run.trajectory.snapshots().first().map(|at| [at.alpha, at.observables.risk]);
    let drawn = plots.iter().flat_map(|(_, plot)| &plot.series).any(|series| {
        series
            .points
            .first()
            .is_some_and(|point| Some(point.map(f64::to_bits)) == first.map(|at| at.map(f64::to_bits)))
    });
    let log = plots.iter().any(|(_, plot)| plot.x.scale == crate::figure::Scale::Log10);
    assert!(drawn || log || first.is_none(), "the loss of another run");
}
