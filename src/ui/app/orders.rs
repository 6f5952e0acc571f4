//! Events in the unlucky order: what an old run still sends after a newer one was begun changes nothing.

use super::test_window::{TestWindow, curves};
use crate::model::{Engine, Horizon, ScenarioSpec, SgdSection};
use crate::sim::{OdeRecord, Snapshot, Summary};
use crate::ui::state::{Action, PanelId, Saved, ViewId};
use crate::worker::{Event, RunId};

type Outcome = std::io::Result<()>;

/// A short run with an ensemble of three.
fn with_sgd(change: impl FnOnce(&mut ScenarioSpec)) -> ScenarioSpec {
    let mut spec = ScenarioSpec::default();
    (spec.model.p, spec.model.p_star, spec.model.eta) = (2, 1, 0.3);
    spec.time.alpha_max = Horizon::Until(10.0);
    spec.sgd = Some(SgdSection { n: 100, replicas: 3, ..SgdSection::default() });
    change(&mut spec);
    spec
}

/// What the next scenario may be: wider, narrower, without SGD, with SGD that waits to be asked for.
fn successors() -> [ScenarioSpec; 4] {
    [
        with_sgd(|spec| (spec.model.p, spec.model.p_star) = (5, 4)),
        with_sgd(|spec| spec.model.p = 1),
        with_sgd(|spec| (spec.sgd, spec.start.seed) = (None, 9)),
        with_sgd(|spec| {
            spec.model.p = 3;
            spec.time.alpha_max = Horizon::Until(3000.0);
            spec.sgd = Some(SgdSection { n: 1_000_000, engine: Engine::Direct, ..SgdSection::default() });
        }),
    ]
}

fn edit(spec: ScenarioSpec) -> Action {
    Action::Edit(Box::new(spec))
}

/// A complete run with its ensemble, its id and how it ended.
fn complete(view: ViewId) -> std::io::Result<(TestWindow, RunId, Summary)> {
    let mut saved = Saved { spec: with_sgd(|_| ()), ..Saved::default() };
    saved.view.tab = view;
    let mut window = TestWindow::new(saved)?;
    window.settle();
    assert!(window.app.ensemble().is_some_and(|sgd| sgd.ended && sgd.record.points.len() > 3));
    let Some((id, Some(summary))) = window.app.shown().map(|run| (run.id, run.summary)) else {
        return Err(std::io::Error::other("no complete run"));
    };
    Ok((window, id, summary))
}

#[test]
fn the_end_of_a_run_that_is_out_of_date_begins_nothing() -> Outcome {
    for next in successors() {
        let (mut window, old, summary) = complete(ViewId::Overview)?;
        window.act(edit(next));
        // As if it had been in the channel all the time.
        window.app.take(Event::Finished(old, summary));
        assert!(!window.app.ensemble.is_busy(), "an ensemble of the old run");
        assert!(window.app.ensemble.store_of(old).is_none());
        window.frame(egui::vec2(1024.0, 700.0), Vec::new());
        window.settle();
        window.frame(egui::vec2(1024.0, 700.0), Vec::new());
    }
    Ok(())
}

#[test]
fn bands_lie_over_their_own_run_only_whatever_the_next_one_asks_for() -> Outcome {
    for next in successors() {
        let (mut window, old, _) = complete(ViewId::Overview)?;
        let has_own = next.sgd.as_ref().is_some_and(|sgd| sgd.engine == Engine::Reduced);
        window.act(edit(next.clone()));
        // An ensemble of the old run that got through all the same, as far as it may come.
        if let Some(run) = &window.app.shown {
            window.app.ensemble.begin(run);
        }
        while window.app.ensemble.is_busy() && window.app.ensemble.store_of(old).is_some() {
            let _ = window.news.recv_timeout(std::time::Duration::from_millis(20));
            window.tick();
        }
        window.settle();
        window.frame(egui::vec2(1024.0, 700.0), Vec::new());
        let shown = window.app.shown().map(|run| (run.id, run.scenario.spec().clone()));
        assert!(shown.is_some_and(|(id, spec)| id > old && spec == next));
        assert_eq!(window.app.ensemble().is_some(), has_own);
        let means = window
            .figure(PanelId::Loss)
            .map_or(0, |figure| curves(figure).into_iter().filter(|label| *label == "SGD").count());
        assert_eq!(means, usize::from(has_own));
    }
    Ok(())
}

#[test]
fn what_was_found_along_the_old_run_is_not_drawn_over_the_first_states_of_the_new_one() -> Outcome {
    for view in [ViewId::Landscape, ViewId::ImplicitBias] {
        let (mut window, old, _) = complete(view)?;
        let states: Vec<Snapshot> =
            window.app.shown().map_or_else(Vec::new, |run| run.trajectory.snapshots().to_vec());
        let found = |window: &TestWindow, run| {
            let of = &window.app.jobs;
            of.spectrum(run).is_some() || of.cursor(run).is_some() || of.fan(run).is_some()
        };
        assert!(found(&window, old), "{view:?} has work beside the run");
        window.act(edit(with_sgd(|spec| spec.start.seed = 9)));
        let Some(new) = window.app.incoming.as_ref().map(|run| run.id) else { continue };
        window.app.take(Event::Record(new, Box::default()));
        assert_ne!(window.app.shown().map(|run| run.id), Some(new), "no states have come");
        let mut record = OdeRecord::default();
        states.into_iter().take(1).for_each(|state| {
            record.trajectory.push(state);
        });
        window.app.take(Event::Record(new, Box::new(record)));
        assert_eq!(window.app.shown().map(|run| run.id), Some(new));
        let of = &window.app.jobs;
        assert!(of.spectrum(new).is_none() && of.cursor(new).is_none() && of.fan(new).is_none(), "{view:?}");
        assert!(window.app.ensemble().is_none());
        window.settle();
        assert!(found(&window, new) && !found(&window, old), "{view:?}: its own came");
    }
    Ok(())
}

#[test]
fn a_run_that_is_about_to_be_replaced_is_neither_pinned_nor_given_an_ensemble() -> Outcome {
    let (mut window, old, _) = complete(ViewId::Overview)?;
    window.act(edit(with_sgd(|spec| spec.model.eta = 0.2)));
    window.act(Action::Pin);
    assert!(window.app.pins.all().is_empty());
    assert!(window.app.notice.as_ref().is_some_and(|notice| notice.text.contains("not complete yet")));
    window.act(Action::RunEnsemble);
    assert!(window.app.ensemble.store_of(old).is_none());
    window.settle();
    window.act(Action::Pin);
    assert_eq!(window.app.pins.all().iter().map(|pin| pin.spec.model.eta).collect::<Vec<_>>(), [0.2]);
    Ok(())
}

#[test]
fn sweeps_are_kept_for_the_next_run_that_asks_for_the_same_and_not_shown_beside_another() -> Outcome {
    let mut saved = Saved { spec: with_sgd(|spec| spec.sgd = None), ..Saved::default() };
    saved.view.tab = ViewId::Sweeps;
    (saved.view.sweep.starts, saved.view.sweep.rates, saved.view.sweep.widest) = (1, 3, 2);
    let mut window = TestWindow::new(saved)?;
    window.settle();
    let found = |window: &TestWindow| {
        let id = window.app.shown().map(|run| run.id).unwrap_or_default();
        window.app.jobs.rates(id).map_or(0, |(_, record)| record.times.len())
    };
    assert_eq!(found(&window), 3);
    window.act(edit(with_sgd(|spec| (spec.sgd, spec.model.eta) = (None, 0.2))));
    let Some(new) = window.app.incoming.as_ref().map(|run| run.id) else { return Ok(()) };
    while window.app.shown().is_none_or(|run| run.id != new) {
        let _ = window.news.recv_timeout(std::time::Duration::from_millis(20));
        window.tick();
    }
    assert_eq!(found(&window), 3, "η is what the sweep varies: nothing is done again");
    window.act(Action::Show(ViewId::Overview));
    window.act(edit(with_sgd(|spec| (spec.sgd, spec.model.p) = (None, 3))));
    window.settle();
    assert_eq!(found(&window), 0, "the sweep of another p");
    Ok(())
}
