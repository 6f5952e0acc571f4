//! Scenarios opened, saved, copied and pasted. What goes wrong is said in the status line, and nothing is lost by it.

use std::path::Path;

use egui::{Context, ViewportCommand};

use super::App;
use super::edits::parse;
use crate::export::{absolute, load_start, open_scenario, scenario_from_text, write_scenario};
use crate::model::{Scenario, ScenarioSpec, TeacherSection};
use crate::ui::files::{Asking, FileWish, HOLDS_SCENARIO, Notice, SCENARIO, START};
use crate::ui::panels::{Outcome, PathDialog};
use crate::ui::theme::Colours;

/// Numbers of a start file that a copied text holds at most.
const MOST_NUMBERS: usize = 2000;

impl App {
    /// Does what was asked for with files or the clipboard.
    pub(super) fn file(&mut self, ctx: &Context, wish: FileWish) {
        match wish {
            FileWish::AskOpen => {
                self.saved.documents.prune();
                let recent = self.saved.documents.recent.clone();
                let dialog = PathDialog::open("Open a scenario", "Open", HOLDS_SCENARIO, recent);
                self.dialog = Some((Asking::Open, dialog));
            }
            FileWish::AskSave => {
                let suggestion = self.saved.documents.suggestion();
                let dialog = PathDialog::save("Save the scenario", "Save", SCENARIO, &suggestion);
                self.dialog = Some((Asking::Save, dialog));
            }
            FileWish::AskStart => {
                let title = "Choose a start file (p, p_star, M0, Q0; T optional)";
                let dialog = PathDialog::open(title, "Take", START, Vec::new());
                self.dialog = Some((Asking::Start, dialog));
            }
            FileWish::Open(path) => self.open(&path),
            FileWish::Copy => self.notice = Some(self.copy(ctx)),
            FileWish::AskPaste => ctx.send_viewport_cmd(ViewportCommand::RequestPaste),
            FileWish::Paste(text) => self.paste(&text),
        }
    }

    /// Draws the dialog that is open, and does what it was opened for.
    pub(super) fn dialog_ui(&mut self, ctx: &Context, colours: Colours) {
        let Some((asking, dialog)) = &mut self.dialog else { return };
        let asking = *asking;
        let Some(outcome) = dialog.ui(ctx, colours) else { return };
        let asked = self.dialog.take();
        if let Some(look) = asked.as_ref().and_then(|(_, dialog)| dialog.look()) {
            self.saved.view.pictures = look;
        }
        self.notice = None;
        ctx.request_repaint();
        match (outcome, asking) {
            (Outcome::Cancelled, _) => {}
            (Outcome::Chosen(path), Asking::Open | Asking::Start) => {
                match asking {
                    Asking::Start => self.start_from(ctx, &path),
                    _ => self.open(&path),
                }
                // What has been typed may need one letter more.
                if let Some(notice) = self.notice.as_ref().filter(|notice| notice.alarming) {
                    self.dialog = asked.map(|(asking, dialog)| (asking, dialog.refused(&notice.text)));
                }
            }
            (Outcome::Chosen(path), Asking::Save) => self.save_to(&path),
            (Outcome::Chosen(path), pictures) => self.save_pictures(&path, pictures),
        }
    }

    /// Sets the window's title when the scenario's name changes.
    pub(super) fn retitle(&mut self, ctx: &Context) {
        let title = self.saved.documents.title(&self.saved.spec);
        if title != self.title {
            ctx.send_viewport_cmd(ViewportCommand::Title(title.clone()));
            self.title = title;
        }
    }

    fn open(&mut self, path: &Path) {
        self.dialog = None;
        match open_scenario(path) {
            Ok(scenario) => {
                self.adopt(scenario, Some(path));
                self.notice = Some(Notice::done(format!("opened {}", path.display())));
            }
            Err(error) => {
                self.saved.documents.prune();
                self.notice = Some(Notice::wrong(error.to_string()));
            }
        }
    }

    /// Takes the start in a file, with its widths and its teacher.
    fn start_from(&mut self, ctx: &Context, path: &Path) {
        let read = load_start(path).map_err(|error| error.to_string()).and_then(|start| {
            let mut spec = self.saved.spec.clone();
            spec.start.read_from(absolute(path).to_string_lossy().into_owned());
            (spec.model.p, spec.model.p_star) = (start.state.p(), start.state.p_star());
            spec.teacher = TeacherSection::default();
            Scenario::with_start(spec, start).map_err(|error| error.to_string())
        });
        self.notice = Some(match read {
            Ok(scenario) => {
                let (p, p_star) = (scenario.model.p, scenario.model.p_star);
                self.edit_to(ctx, scenario);
                Notice::done(format!("the start of {}: p = {p}, p* = {p_star}", path.display()))
            }
            Err(error) => Notice::wrong(error),
        });
    }

    fn save_to(&mut self, path: &Path) {
        let spec = &self.saved.spec;
        self.notice = Some(match (&self.error, write_scenario(path, spec)) {
            (_, Err(error)) => Notice::wrong(error.to_string()),
            (Some(error), Ok(())) => Notice::wrong(format!("saved as it is, but it does not run: {error}")),
            (None, Ok(())) => Notice::done(format!("saved to {}", path.display())),
        });
        if path.is_file() {
            self.saved.documents.used(path, spec);
        }
    }

    fn copy(&self, ctx: &Context) -> Notice {
        let (spec, said) = self.portable();
        match spec.to_toml() {
            Ok(text) => {
                ctx.copy_text(text);
                Notice::done(format!("the scenario is copied as text{said}"))
            }
            Err(error) => Notice::wrong(error.to_string()),
        }
    }

    /// The scenario as it can be read elsewhere, a start file's numbers in it if they are few; and what to say of them.
    fn portable(&self) -> (ScenarioSpec, String) {
        let spec = &self.saved.spec;
        let Some(path) = &spec.start.path else { return (spec.clone(), String::new()) };
        let read = self.scenario.as_ref().filter(|scenario| scenario.spec() == spec);
        match read.filter(|scenario| scenario.given_numbers() <= MOST_NUMBERS) {
            Some(scenario) => {
                (scenario.self_contained(), String::from(", with M₀, Q₀ and T of its start file"))
            }
            None => (spec.clone(), format!(", which only names its start file {path}: send that too")),
        }
    }

    fn paste(&mut self, text: &str) {
        match scenario_from_text(text).and_then(|spec| parse(&spec, None)) {
            Ok(scenario) => {
                self.adopt(scenario, None);
                self.notice = Some(Notice::done("pasted"));
            }
            Err(error) => {
                self.notice = Some(Notice::wrong(format!("what was copied is no scenario: {error}")));
            }
        }
    }
}
