//! The window without a window: the application in a harness, found by accessible label, without graphics card.
//!
//! Nothing sleeps: the worker's wake-ups arrive through a channel, and time-outs only keep a broken promise from
//! hanging. What is drawn is read from the shapes of the last frame.

#![allow(dead_code, reason = "each test file uses its own part")]
#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod strokes;

use std::cell::{Ref, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::{Receiver, bounded};
use egui::{Event, Key, Modifiers, PointerButton, Rect, Role, Vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use saddlescope::export::SHEET_FORMATS;
use saddlescope::model::ScenarioSpec;
use saddlescope::ui::{App, RunStore, Saved, View};
use saddlescope::worker::Runner;

use self::strokes::Stroke;

/// A guard against hanging, nothing else: no test waits for it.
const GUARD: Duration = Duration::from_mins(2);

/// The size of the window unless a test asks for another.
pub(crate) const USUAL: [f32; 2] = [1440.0, 900.0];

/// Titles of the panels, as their plots and buttons are named.
pub(crate) const PANELS: [&str; 8] = [
    "Loss",
    "Overlaps M",
    "Norms and overlaps Q",
    "Distance to ρ̄",
    "S = polar(M), its drift",
    "Manifold of solutions",
    "Teacher–student overlaps M",
    "Student–student overlaps Q",
];

/// Names of the plots.
pub(crate) const PLOTS: [&str; 7] = [
    "Loss",
    "Overlaps M",
    "Norms and overlaps Q",
    "Distance to ρ̄",
    "S = polar(M), its drift: S",
    "S = polar(M), its drift: drift",
    "Manifold of solutions",
];

/// The entry of a panel's menu that saves it: it names every format.
pub(crate) fn save_entry() -> String {
    format!(
        "Save as {}...",
        SHEET_FORMATS.each_ref().map(|format| format.extension.to_uppercase()).join(", ")
    )
}

/// The application made inside the harness's context.
type Slot = Rc<RefCell<Option<App>>>;

/// An application in a harness.
pub(crate) struct Window {
    pub(crate) harness: Harness<'static, Slot>,
    news: Receiver<()>,
}

impl Window {
    /// The first start on a machine, run to its end.
    pub(crate) fn first() -> Self {
        Self::with(Saved::default(), USUAL).settled()
    }

    /// A scenario, run to its end: the default with some changes.
    pub(crate) fn of(change: impl FnOnce(&mut ScenarioSpec)) -> Self {
        Self::with(saved(change), USUAL).settled()
    }

    /// What was kept, at a size in points; nothing is waited for.
    pub(crate) fn with(saved: Saved, size: [f32; 2]) -> Self {
        let (sender, news) = bounded(1);
        let slot = Slot::default();
        let theme = if saved.view.dark { egui::Theme::Dark } else { egui::Theme::Light };
        let made = Rc::clone(&slot);
        let setup = move |ctx: &egui::Context| {
            let wake = Arc::new(move || {
                // A full channel already says that there are news.
                let _ = sender.try_send(());
            });
            // One file of tests runs those of others without threads.
            let is_pumped = module_path!().starts_with("ui_pumped");
            let runner = if is_pumped { Runner::pumped(wake) } else { Runner::threads(wake) };
            *made.borrow_mut() = Some(App::new(ctx, saved, &runner).unwrap());
        };
        let frame = |ui: &mut egui::Ui, slot: &mut Slot| {
            let mut slot = slot.borrow_mut();
            let app = slot.as_mut().unwrap();
            let ctx = ui.ctx().clone();
            app.logic(&ctx);
            app.ui(ui);
        };
        let harness = Harness::builder()
            .with_size(size)
            .with_theme(theme)
            .with_max_steps(16)
            .with_context_setup(setup)
            .build_ui_state(frame, slot);
        Self { harness, news }
    }

    /// The same once the run is complete on the screen.
    pub(crate) fn settled(mut self) -> Self {
        self.settle();
        self
    }

    /// Waits until the newest run is complete on the screen.
    pub(crate) fn settle(&mut self) {
        self.wait_for("a complete run", App::is_settled);
        self.harness.run();
    }

    /// Draws a frame per wake-up until `holds`.
    pub(crate) fn wait_for(&mut self, what: &str, holds: impl Fn(&App) -> bool) {
        loop {
            self.harness.step();
            if holds(&self.app()) {
                return;
            }
            assert!(self.news.recv_timeout(GUARD).is_ok(), "{what}: the worker is silent");
        }
    }

    /// The application.
    pub(crate) fn app(&self) -> Ref<'_, App> {
        Ref::map(self.harness.state().borrow(), |slot| slot.as_ref().unwrap())
    }

    /// The scenario as edited.
    pub(crate) fn spec(&self) -> ScenarioSpec {
        self.app().saved().spec.clone()
    }

    /// How it is looked at.
    pub(crate) fn view(&self) -> View {
        self.app().saved().view.clone()
    }

    /// The run that is drawn.
    pub(crate) fn run(&self) -> Ref<'_, RunStore> {
        Ref::map(self.app(), |app| app.shown().expect("a run is drawn"))
    }

    /// The α of the time cursor.
    pub(crate) fn cursor(&self) -> f64 {
        let view = self.view();
        self.run().alpha_at(view.place, view.scale())
    }

    /// Clicks what is named so.
    pub(crate) fn click(&mut self, label: &str) {
        match self.harness.query_by_role_and_label(Role::Button, label) {
            Some(button) => button.click(),
            None => panic!("no button \"{label}\" among {:#?}", self.texts()),
        }
        self.harness.run();
    }

    /// Turns the wheel over the panels until a button of that name is in view.
    pub(crate) fn reveal(&mut self, label: &str) {
        // Between the time bar and the status line.
        let screen = self.harness.ctx.content_rect().shrink2(egui::vec2(0.0, 60.0));
        self.harness.hover_at(screen.lerp_inside(egui::vec2(0.7, 0.5)));
        for turn in std::iter::once(2000.0).chain([-100.0; 16]) {
            let delta = egui::vec2(0.0, turn);
            let (unit, phase, source) =
                (egui::MouseWheelUnit::Point, egui::TouchPhase::Move, egui::MouseWheelSource::Wheel);
            self.harness.event(Event::MouseWheel { unit, delta, phase, source, modifiers: Modifiers::NONE });
            self.harness.run_steps(8);
            let button = self.harness.query_by_role_and_label(Role::Button, label);
            if button.is_some_and(|button| screen.contains_rect(button.rect())) {
                return;
            }
        }
        let button = self.harness.query_by_role_and_label(Role::Button, label);
        panic!("no wheel brings {label} into view of {screen}: {button:?}, {:?}", self.view());
    }

    /// Moves a slider to a value, as assistive technologies do.
    pub(crate) fn slide(&mut self, label: &str, value: f64) {
        self.harness.get_by_role_and_label(Role::Slider, label).set_value_accesskit(value);
        self.harness.step();
    }

    /// Types a number into the field of that name and confirms it.
    pub(crate) fn enter(&mut self, label: &str, text: &str) {
        self.begin_entry(label);
        self.harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
        self.harness.event(Event::Text(text.to_owned()));
        self.harness.key_press(Key::Enter);
        self.harness.run();
    }

    /// Puts the keyboard into the number field of that name.
    pub(crate) fn begin_entry(&mut self, label: &str) {
        self.harness.get_by_role_and_label(Role::SpinButton, label).click();
        self.harness.run();
        assert!(self.harness.ctx.egui_wants_keyboard_input(), "{label} takes no text");
    }

    /// Presses a key and lets the frame settle.
    pub(crate) fn press(&mut self, key: Key) {
        self.harness.key_press(key);
        self.harness.run();
    }

    /// How many labels contain these words.
    pub(crate) fn count(&self, words: &str) -> usize {
        self.harness.query_all_by_label_contains(words).count()
    }

    /// Whether the words can be read somewhere.
    pub(crate) fn says(&self, words: &str) -> bool {
        self.count(words) > 0
    }

    /// Fails, with everything that can be read, unless the words can.
    pub(crate) fn expect(&self, words: &str) {
        assert!(self.says(words), "nothing says \"{words}\": {:#?}", self.texts());
    }

    /// All texts that can be read.
    pub(crate) fn texts(&self) -> Vec<String> {
        let nodes = self.harness.root().children_recursive();
        let texts = nodes.map(|node| node.accesskit_node().label().or_else(|| node.accesskit_node().value()));
        texts.flatten().collect()
    }

    /// Where the picture of that name is.
    pub(crate) fn place(&self, name: &str) -> Rect {
        self.harness.get_by_role_and_label(Role::Image, name).rect()
    }

    /// Drags with the right button over a picture, between two corners in shares of its size.
    pub(crate) fn drag_right(&mut self, name: &str, corners: [Vec2; 2]) {
        let place = self.place(name);
        let [from, to] = corners.map(|corner| place.lerp_inside(corner));
        let button = |pos, pressed| Event::PointerButton {
            pos,
            button: PointerButton::Secondary,
            pressed,
            modifiers: Modifiers::NONE,
        };
        self.harness.hover_at(from);
        self.harness.event(button(from, true));
        for share in [0.1, 0.5, 1.0] {
            self.harness.hover_at(from.lerp(to, share));
        }
        self.harness.event(button(to, false));
    }

    /// What a picture says of itself.
    pub(crate) fn value(&self, name: &str) -> String {
        self.harness.get_by_role_and_label(Role::Image, name).value().unwrap_or_default()
    }

    /// The curves drawn inside the picture of that name.
    pub(crate) fn curves(&self, name: &str) -> Vec<Stroke> {
        let place = self.place(name).expand(1.0);
        let mut strokes = Vec::new();
        for clipped in &self.harness.output().shapes {
            strokes::collect(&clipped.shape, place.intersect(clipped.clip_rect), &mut strokes);
        }
        strokes
    }
}

/// What is kept between sessions: the default with another scenario.
pub(crate) fn saved(change: impl FnOnce(&mut ScenarioSpec)) -> Saved {
    let mut saved = Saved::default();
    change(&mut saved.spec);
    saved
}
