//! A hundred thousand random actions, from fixed seeds: never a panic, never a picture of another run, and the lesson
//! leaves what is the user's own as it was.
//!
//! Every action goes through the application and is followed by what comes before a frame; now and then a frame is laid
//! out with the pointer anywhere in it, and now and then the workers are waited for. Which event comes when is the
//! machine's choice: what must hold holds in every order.

use std::time::Duration;

use egui::{Event, Pos2, Vec2};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::test_window::{TestWindow, assert_one_run};
use crate::figure::{MatrixSource, Orientation};
use crate::model::{Engine, Horizon, ScenarioSpec, SgdSection, StartKind, TeacherKind, TeacherSection};
use crate::ui::state::{
    Action, FileRequest, LessonCommand, PRESETS, PanelId, Saved, SweepSettings, ViewId, ZoomRequest,
};

/// Actions from one seed.
const ACTIONS: usize = 25_000;

/// Actions between two frames that are laid out.
const FRAME_EVERY: usize = 50;

/// Sizes of the window: the usual, a laptop's, and smaller than is any use.
const SIZES: [Vec2; 3] = [Vec2::new(1440.0, 900.0), Vec2::new(1024.0, 700.0), Vec2::new(300.0, 200.0)];

/// What the lesson must not touch.
#[derive(Clone, Debug, PartialEq)]
struct Own {
    spec: ScenarioSpec,
    pins: Vec<ScenarioSpec>,
    reach: (bool, bool),
    title: String,
    window: Option<[f64; 2]>,
}

struct Chaos {
    window: TestWindow,
    rng: Xoshiro256PlusPlus,
    /// The user's own while the lesson is open.
    own: Option<Own>,
}

impl Chaos {
    fn new(seed: u64) -> std::io::Result<Self> {
        let mut saved = Saved::default();
        (saved.spec.model.p, saved.spec.model.p_star, saved.view.fan) = (2, 1, 3);
        saved.view.sweep = SweepSettings { starts: 1, rates: 2, widest: 2 };
        let window = TestWindow::new(saved)?;
        Ok(Self { window, rng: Xoshiro256PlusPlus::seed_from_u64(seed), own: None })
    }

    fn below(&mut self, count: usize) -> usize {
        self.rng.random_range(0..count)
    }

    fn share(&mut self) -> f64 {
        self.rng.random_range(0.0..1.0)
    }

    fn one_of<X: Copy>(&mut self, choices: &[X]) -> X {
        choices[self.rng.random_range(0..choices.len())]
    }

    /// The scenario with one thing changed; a few are not valid.
    fn changed(&mut self) -> ScenarioSpec {
        let mut spec = self.window.app.saved.spec.clone();
        match self.below(16) {
            0 | 1 => spec.model.p = 1 + self.below(5),
            2 => spec.model.p_star = 1 + self.below(4),
            3 | 4 => spec.model.eta = 10f64.powf(2.0 * self.share() - 1.7),
            5 => spec.start.epsilon = 10f64.powf(-4.0 * self.share()),
            6 | 7 => spec.start.seed = self.below(1000) as u64,
            8 => {
                let kinds = [StartKind::Orthogonal, StartKind::Gaussian, StartKind::Weights, StartKind::File];
                (spec.start.kind, spec.start.path) = (self.one_of(&kinds), None);
            }
            9 | 10 => spec.sgd = if spec.sgd.is_some() { None } else { Some(self.sgd()) },
            11 => spec.sgd = Some(self.sgd()),
            12 => spec.time.alpha_max = Horizon::Until(0.5 + 40.0 * self.share()),
            13 => spec.model.label_noise = self.one_of(&[0.0, 0.0, 0.1]),
            14 => {
                let kinds =
                    [TeacherKind::Identity, TeacherKind::Power, TeacherKind::Linear, TeacherKind::Random];
                spec.teacher = TeacherSection { kind: self.one_of(&kinds), ..TeacherSection::default() };
            }
            _ => spec.model.eta = self.one_of(&[-1.0, 0.3, 5.0]),
        }
        if self.below(4) > 0 {
            // Long runs would be all that is ever seen.
            spec.time.alpha_max = Horizon::Until(5.0 + 20.0 * self.share());
        }
        spec
    }

    fn sgd(&mut self) -> SgdSection {
        let engine = self.one_of(&[Engine::Reduced, Engine::Reduced, Engine::Direct]);
        // Explicit weights of so many dimensions would fill the memory of four tests at once.
        let largest = if engine == Engine::Direct { 1000 } else { 100_000_000 };
        let n = self.one_of(&[100, 300, largest]);
        SgdSection { n, engine, replicas: 1 + self.below(3), ..SgdSection::default() }
    }

    fn action(&mut self) -> Action {
        match self.below(100) {
            0..44 => Action::Edit(Box::new(self.changed())),
            44..52 => self.one_of_actions(&[Action::Undo, Action::Undo, Action::Redo]),
            52..55 => Action::Reseed,
            55..61 => self.one_of_actions(&[Action::Pin, Action::Pin, Action::Unpin(0), Action::UnpinAll]),
            61..69 => Action::Show(self.one_of(&ViewId::ALL)),
            69..75 => self.lesson(),
            75..87 => self.looking(),
            87..90 => self.settings(),
            90..93 => Action::Cancel,
            93..95 => Action::RunEnsemble,
            95..97 => Action::Adopt(Box::new(PRESETS[self.below(PRESETS.len())].spec())),
            97..99 => {
                let texts = ["[model]\np = 2\np_star = 2\neta = 0.2\n[time]\nalpha_max = 9.0", "p = 2", ""];
                Action::File(FileRequest::Paste(self.one_of(&texts).to_owned()))
            }
            _ => self.one_of_actions(&[Action::ToggleTheme, Action::ToggleHelp, Action::ToggleEquations]),
        }
    }

    fn one_of_actions(&mut self, choices: &[Action]) -> Action {
        choices[self.below(choices.len())].clone()
    }

    fn lesson(&mut self) -> Action {
        let to = LessonCommand::To(self.below(9));
        let wishes =
            [LessonCommand::Next, LessonCommand::Back, LessonCommand::Answer, LessonCommand::Keep, to];
        Action::Lesson(self.one_of(&wishes))
    }

    /// Another way to look at the same.
    fn looking(&mut self) -> Action {
        let (low, high) = (20.0 * self.share(), 20.0 * self.share());
        match self.below(10) {
            0 => Action::Seek(low),
            1 => Action::Nudge(high / 10.0 - 1.0),
            2 => Action::TogglePlay,
            3 => Action::ToggleScale,
            4 => Action::Zoom(ZoomRequest::To([low, low + high])),
            5 => Action::Zoom(self.one_of(&[ZoomRequest::By(2.0), ZoomRequest::By(0.5), ZoomRequest::All])),
            6 => Action::Maximise(self.maximised()),
            7 => Action::ShowMatrices(self.one_of(&[
                MatrixSource::Ode,
                MatrixSource::Mean,
                MatrixSource::Replica,
            ])),
            8 => Action::Turn(Orientation { yaw: low, pitch: 0.1 * high - 1.0 }),
            _ => Action::ToggleSingleRuns,
        }
    }

    fn maximised(&mut self) -> Option<PanelId> {
        let panels = self.window.app.saved.view.panels();
        (self.below(3) > 0 && !panels.is_empty()).then(|| self.one_of(&panels))
    }

    fn settings(&mut self) -> Action {
        match self.below(2) {
            0 => Action::OtherStarts(self.below(5)),
            _ => Action::Sweep(SweepSettings {
                starts: 1,
                rates: 2 + self.below(2),
                widest: 1 + self.below(3),
            }),
        }
    }

    fn own_now(&self) -> Own {
        let app = &self.window.app;
        Own {
            spec: app.saved.spec.clone(),
            pins: app.pins.all().iter().map(|pin| pin.spec.clone()).collect(),
            reach: app.history.reach(),
            title: app.saved.documents.title(&app.saved.spec),
            window: app.saved.view.alpha_range,
        }
    }

    /// Does one thing and holds what must be true of it.
    fn step(&mut self) {
        let action = self.action();
        let (before, was) = (self.own_now(), self.window.app.saved.view.tab == ViewId::Lesson);
        self.window.act(action.clone());
        let is = self.window.app.saved.view.tab == ViewId::Lesson;
        match (was, is) {
            (false, true) => {
                self.own = Some(before);
                let lesson = self.own_now();
                let frame = self.window.app.saved.view.lesson.current().frame.map(|frame| frame.alphas);
                assert!(lesson.pins.is_empty() && lesson.reach == (false, false) && lesson.window == frame);
            }
            (true, false) => self.assert_left(&action, &before),
            _ => {}
        }
        self.window.tick();
        assert_one_run(&self.window.app);
    }

    /// What the user had is there again; a scenario that came from outside or was kept is one step more.
    fn assert_left(&mut self, action: &Action, lesson: &Own) {
        let Some(own) = self.own.take() else { return };
        let now = self.own_now();
        assert_eq!(now.pins, own.pins, "{action:?}");
        match action {
            Action::Show(_) => assert_eq!(now, own),
            Action::Lesson(LessonCommand::Keep) => assert_eq!(now.spec, lesson.spec),
            _ => {}
        }
        if now.spec != own.spec {
            assert_eq!(now.reach, (true, false), "{action:?} can be undone");
            let mut history = std::mem::take(&mut self.window.app.history);
            let back = history.undo(&now.spec);
            assert_eq!(back.as_ref(), Some(&own.spec), "{action:?} can be undone");
            let again = history.redo(&own.spec);
            assert_eq!(again, Some(now.spec));
            self.window.app.history = history;
        }
    }

    /// Lays out a frame with the pointer somewhere.
    fn frame(&mut self) {
        let size = self.one_of(&[SIZES[0], SIZES[1], SIZES[1], SIZES[2]]);
        let pointer = Pos2::new(size.x * self.share() as f32, size.y * self.share() as f32);
        self.window.frame(size, vec![Event::PointerMoved(pointer)]);
    }

    /// Gives the workers some time.
    fn wait(&mut self) {
        for _ in 0..10 {
            if self.window.app.is_settled() {
                return;
            }
            let _ = self.window.news.recv_timeout(Duration::from_millis(5));
            self.window.tick();
            assert_one_run(&self.window.app);
        }
    }
}

/// Goes through the actions of one seed.
fn survive(seed: u64) -> std::io::Result<()> {
    let mut chaos = Chaos::new(seed)?;
    for count in 0..ACTIONS {
        chaos.step();
        if count % FRAME_EVERY == 0 {
            chaos.frame();
        }
        if chaos.below(200) == 0 {
            chaos.wait();
        }
    }
    chaos.window.settle();
    assert_one_run(&chaos.window.app);
    chaos.frame();
    Ok(())
}

#[test]
fn random_actions_never_panic_and_never_show_another_run_seed_1() -> std::io::Result<()> {
    survive(1)
}

#[test]
fn random_actions_never_panic_and_never_show_another_run_seed_2() -> std::io::Result<()> {
    survive(2)
}

#[test]
fn random_actions_never_panic_and_never_show_another_run_seed_3() -> std::io::Result<()> {
    survive(3)
}

#[test]
fn random_actions_never_panic_and_never_show_another_run_seed_4() -> std::io::Result<()> {
    survive(4)
}
