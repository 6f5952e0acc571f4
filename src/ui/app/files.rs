//! Scenarios opened, saved, copied and pasted. What goes wrong is said in the status line, and nothing is lost by it.

use std::path::Path;

use egui::{Context, ViewportCommand};

use super::App;
use super::edits::parse;
use crate::export::{open_scenario, scenario_from_text, write_scenario};
use crate::ui::files::{Asking, FileWish, HOLDS_SCENARIO, Notice, SCENARIO};
use crate::ui::panels::{Outcome, PathDialog};
use crate::ui::theme::Colours;

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
            FileWish::Open(path) => self.open(ctx, &path),
            FileWish::Copy => self.notice = Some(self.copy(ctx)),
            FileWish::AskPaste => ctx.send_viewport_cmd(ViewportCommand::RequestPaste),
            FileWish::Paste(text) => self.paste(ctx, &text),
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
            (Outcome::Chosen(path), Asking::Open) => {
                self.open(ctx, &path);
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

    fn open(&mut self, ctx: &Context, path: &Path) {
        self.dialog = None;
        match open_scenario(path) {
            Ok(scenario) => {
                let spec = scenario.spec().clone();
                self.edit(ctx, spec.clone());
                self.saved.documents.used(path, &spec);
                self.notice = Some(Notice::done(format!("opened {}", path.display())));
            }
            Err(error) => {
                self.saved.documents.prune();
                self.notice = Some(Notice::wrong(error.to_string()));
            }
        }
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
        match self.saved.spec.to_toml() {
            Ok(text) => {
                ctx.copy_text(text);
                Notice::done("the scenario is copied as text")
            }
            Err(error) => Notice::wrong(error.to_string()),
        }
    }

    fn paste(&mut self, ctx: &Context, text: &str) {
        let spec = scenario_from_text(text).and_then(|spec| parse(&spec).map(|_| spec));
        match spec {
            Ok(spec) => {
                self.edit(ctx, spec);
                self.notice = Some(Notice::done("pasted"));
            }
            Err(error) => {
                self.notice = Some(Notice::wrong(format!("what was copied is no scenario: {error}")));
            }
        }
    }
}
