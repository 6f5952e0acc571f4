//! Scenarios opened, saved, copied and pasted. What goes wrong is said in the status line, and nothing is lost by it.

use std::path::PathBuf;

use egui::{Context, ViewportCommand};

use super::App;
use super::edits::moment;
use crate::model::ScenarioSpec;
use crate::ui::dialogs::{Outcome, PathDialog};
use crate::ui::state::{DialogPurpose, FileRequest, HOLDS_SCENARIO, Notice, SCENARIO, START};
use crate::ui::theme::Colours;
use crate::ui::work::{FileNews, FileOrder};

/// Numbers of a start file that a copied text holds at most.
const MOST_NUMBERS: usize = 2000;

impl App {
    /// Does what was asked for with files or the clipboard.
    pub(super) fn file(&mut self, ctx: &Context, wish: FileRequest) {
        match wish {
            FileRequest::AskOpen => {
                self.look_for_recent();
                let recent = self.saved.documents.recent.clone();
                let dialog = PathDialog::open("Open a scenario", "Open", &HOLDS_SCENARIO, recent);
                self.dialog = Some((DialogPurpose::Open, dialog));
            }
            FileRequest::AskSave => {
                let suggestion = self.saved.documents.suggestion();
                let dialog = PathDialog::save("Save the scenario", "Save", SCENARIO, &suggestion);
                self.dialog = Some((DialogPurpose::Save, dialog));
            }
            FileRequest::AskStart => {
                let title = "Choose a start file (p, p_star, M0, Q0; T optional)";
                let dialog = PathDialog::open(title, "Take", START, Vec::new());
                self.dialog = Some((DialogPurpose::Start, dialog));
            }
            FileRequest::Open(path) => self.open(path),
            FileRequest::Copy => self.notice = Some(self.copy(ctx)),
            FileRequest::AskPaste => ctx.send_viewport_cmd(ViewportCommand::RequestPaste),
            FileRequest::Paste(text) => self.order(FileOrder::Paste(text)),
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
            (Outcome::Chosen(path), DialogPurpose::Open | DialogPurpose::Start) => {
                match asking {
                    DialogPurpose::Start => self.start_from(ctx, path),
                    _ => self.open(path),
                }
                // What has been typed may need one letter more.
                if let Some(notice) = self.notice.as_ref().filter(|notice| notice.alarming) {
                    self.dialog = asked.map(|(asking, dialog)| (asking, dialog.refused(&notice.text)));
                }
            }
            (Outcome::Chosen(path), DialogPurpose::Save) => self.save_to(path),
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

    fn open(&mut self, path: PathBuf) {
        self.dialog = None;
        self.order(FileOrder::Open(path));
    }

    /// Takes the start in a file, with its widths and its teacher.
    fn start_from(&mut self, ctx: &Context, path: PathBuf) {
        self.order(FileOrder::Start(path, Box::new(self.saved.spec.clone()), moment(ctx)));
    }

    fn save_to(&mut self, path: PathBuf) {
        self.order(FileOrder::Save(path, Box::new(self.saved.spec.clone())));
    }

    /// Finds out which of the files used last are gone.
    pub(super) fn look_for_recent(&mut self) {
        let recent = self.saved.documents.recent.clone();
        if !recent.is_empty() {
            self.order(FileOrder::Recent(recent));
        }
    }

    /// Asks the disk for something; takes in what it answers at once.
    pub(super) fn order(&mut self, order: FileOrder) {
        match self.files.ask(order) {
            Ok(Some(news)) => self.take_file(news),
            Ok(None) => {}
            Err(trouble) => self.notice = Some(Notice::wrong(trouble)),
        }
    }

    /// Takes in what the disk has answered meanwhile; returns whether that was all.
    pub(super) fn poll_files(&mut self) -> bool {
        while let Some(news) = self.files.take() {
            match news {
                Ok(news) => self.take_file(news),
                Err(trouble) => self.notice = Some(Notice::wrong(trouble)),
            }
        }
        true
    }

    fn take_file(&mut self, news: FileNews) {
        let notice = match news {
            FileNews::Opened(path, Ok(scenario)) => {
                self.adopt(*scenario, Some(&path));
                Notice::done(format!("opened {}", path.display()))
            }
            FileNews::Opened(_, Err(error)) => {
                self.look_for_recent();
                Notice::wrong(error)
            }
            FileNews::Started(path, asked, ..) if *asked != self.saved.spec => {
                // It would undo what was edited while the disk was waited for.
                let path = path.display();
                Notice::wrong(format!("the scenario was changed while {path} was read: choose it again"))
            }
            FileNews::Started(path, _, at, Ok(scenario)) => {
                let (p, p_star) = (scenario.model.p, scenario.model.p_star);
                self.edit_to(at, *scenario);
                Notice::done(format!("the start of {}: p = {p}, p* = {p_star}", path.display()))
            }
            FileNews::Checked(spec, scenario) => {
                // What is edited may have changed since.
                if *spec == self.saved.spec {
                    match scenario {
                        Ok(scenario) => self.run(*scenario),
                        Err(error) => self.error = Some(error),
                    }
                }
                return;
            }
            FileNews::Pasted(Ok(scenario)) => {
                self.adopt(*scenario, None);
                Notice::done("pasted")
            }
            FileNews::Pasted(Err(error)) => Notice::wrong(format!("what was copied is no scenario: {error}")),
            FileNews::Started(.., Err(error)) | FileNews::Saved(.., Err(error)) => Notice::wrong(error),
            FileNews::Saved(path, spec, Ok(())) => {
                self.saved.documents.used(&path, &spec);
                match &self.error {
                    Some(error) => Notice::wrong(format!("saved as it is, but it does not run: {error}")),
                    None => Notice::done(format!("saved to {}", path.display())),
                }
            }
            FileNews::Gone(gone) => {
                for path in &gone {
                    self.saved.documents.forget(path);
                }
                return;
            }
        };
        self.notice = Some(notice);
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
}
