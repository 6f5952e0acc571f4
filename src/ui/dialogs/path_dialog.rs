//! A dialog that asks for the path of a file: typed, taken from an offer, or found with the system's own dialog.
//!
//! It asks the disk about a path beside the frames, never replaces a file unasked, and touches none itself. Whoever
//! opened it keeps it, draws it every frame, and drops it at the first outcome.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crossbeam_channel::{Receiver, bounded};
use egui::{Context, Key, Modal, Modifiers, RichText, TextEdit, Ui};

use super::{Purpose, Verdict, examine};
use crate::export::typed_path;
use crate::ui::state::PictureLook;
use crate::ui::theme::Colours;
use crate::ui::work::PATIENCE;
use crate::worker::{Answer, Errand};

/// What became of a dialog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::ui) enum Outcome {
    /// This path: of a file that exists, to open; of one that may be written, to save.
    Chosen(PathBuf),
    /// Nothing.
    Cancelled,
}

/// The dialog, while it is open.
#[derive(Debug)]
pub(in crate::ui) struct PathDialog {
    purpose: Purpose,
    title: String,
    /// The name of the button that confirms.
    confirm: String,
    /// What has been typed.
    text: String,
    /// Endings of names; a typed name without one of them is given the first.
    endings: &'static [&'static str],
    /// Paths to choose at a click.
    offers: Vec<PathBuf>,
    /// The file whose replacement is asked about.
    replaces: Option<PathBuf>,
    /// The path that was confirmed, while the disk is asked about it.
    asked: Option<Errand<Verdict>>,
    /// What is wrong with the path that was confirmed.
    problem: Option<String>,
    /// Whether the path field is to get the keyboard at the next frame.
    takes_keyboard: bool,
    /// Where the system's own dialog sends the path found in it.
    found: Option<Receiver<PathBuf>>,
    /// How pictures look, and whether anything is zoomed; `None` where no picture is saved.
    look: Option<(PictureLook, bool)>,
}

impl PathDialog {
    /// Asks for a file that exists. `offers` can be chosen at a click.
    pub(in crate::ui) fn open(
        title: &str,
        confirm: &str,
        endings: &'static [&'static str],
        offers: Vec<PathBuf>,
    ) -> Self {
        Self::new(Purpose::Open, (title, confirm), endings, offers)
    }

    /// Asks where to write; begins with `suggestion`.
    pub(in crate::ui) fn save(
        title: &str,
        confirm: &str,
        endings: &'static [&'static str],
        suggestion: &Path,
    ) -> Self {
        let text = suggestion.to_string_lossy().into_owned();
        Self { text, ..Self::new(Purpose::Save, (title, confirm), endings, Vec::new()) }
    }

    /// The same, with what is wrong with the path that was chosen.
    pub(in crate::ui) fn refused(self, problem: &str) -> Self {
        Self { problem: Some(problem.to_owned()), takes_keyboard: true, ..self }
    }

    fn new(
        purpose: Purpose,
        (title, confirm): (&str, &str),
        endings: &'static [&'static str],
        offers: Vec<PathBuf>,
    ) -> Self {
        Self {
            purpose,
            title: title.to_owned(),
            confirm: confirm.to_owned(),
            text: String::new(),
            endings,
            offers,
            replaces: None,
            asked: None,
            problem: None,
            takes_keyboard: true,
            found: None,
            look: None,
        }
    }

    /// The same for pictures that look so; `zoomed`: a part of what they show is seen, and not all.
    pub(in crate::ui) fn for_pictures(self, look: PictureLook, zoomed: bool) -> Self {
        Self { look: Some((look, zoomed)), ..self }
    }

    /// How pictures are to look, if any are saved.
    pub(in crate::ui) fn look(&self) -> Option<PictureLook> {
        self.look.map(|(look, _)| look)
    }

    /// Draws the dialog over everything else; `Some` once it is done with.
    pub(in crate::ui) fn ui(&mut self, ctx: &Context, colours: Colours) -> Option<Outcome> {
        let frame = egui::Frame::popup(&ctx.global_style()).inner_margin(14);
        // Each step has its own size.
        let modal = Modal::new(egui::Id::unique(("path dialog", self.replaces.is_some()))).frame(frame).show(
            ctx,
            |ui| {
                ui.set_width(460.0_f32.min(ctx.content_rect().width() - 80.0));
                ui.label(RichText::new(&self.title).heading());
                ui.add_space(4.0);
                match self.replaces.clone() {
                    Some(path) => self.replace_ui(ui, path),
                    None => self.path_ui(ui, colours),
                }
            },
        );
        // A click beside it is not a decision: what was typed stays.
        let escaped = modal.is_top_modal && ctx.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Escape));
        match modal.inner {
            None if escaped && self.replaces.is_some() => {
                self.back();
                None
            }
            None if escaped => Some(Outcome::Cancelled),
            outcome => outcome,
        }
    }

    /// The path field with what is offered, and both buttons.
    fn path_ui(&mut self, ui: &mut Ui, colours: Colours) -> Option<Outcome> {
        if let Some(outcome) = self.take_found() {
            return Some(outcome);
        }
        let answer = self.asked.as_ref().map(Errand::look).filter(|answer| *answer != Answer::Pending);
        if let Some(outcome) = answer.and_then(|answer| self.follow(answer)) {
            return Some(outcome);
        }
        let label = ui.label("path");
        let hint = self.hint();
        let field = TextEdit::singleline(&mut self.text).desired_width(f32::INFINITY);
        let field = ui.add(field.hint_text(hint)).labelled_by(label.id);
        if std::mem::take(&mut self.takes_keyboard) {
            field.request_focus();
            select_stem(ui, field.id, &self.text);
        }
        if field.changed() {
            // What was confirmed before is not meant any more.
            (self.asked, self.problem) = (None, None);
        }
        let entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        if let Some(problem) = &self.problem {
            ui.label(RichText::new(problem).color(colours.warning));
        }
        if let Some(offer) = self.offers_ui(ui, colours) {
            return Some(Outcome::Chosen(offer));
        }
        if let Some((look, zoomed)) = &mut self.look {
            look_ui(ui, look, *zoomed, colours);
        }
        ui.add_space(6.0);
        let (mut confirmed, mut cancelled) = (entered, false);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            confirmed |= ui.button(&self.confirm).clicked();
            cancelled |= ui.button("Cancel").clicked();
            let browse = ui.button("Browse...").on_hover_text("with the system's own dialog, if it has one");
            if browse.clicked() {
                self.browse(ui.ctx());
            }
        });
        if cancelled {
            return Some(Outcome::Cancelled);
        }
        if confirmed { self.decide(ui.ctx()) } else { None }
    }

    fn hint(&self) -> String {
        let ending = self.endings.first().copied().unwrap_or("toml");
        format!("folder/name.{ending}")
    }

    /// Opens the system's own dialog beside this one: a system without it leaves the path field to type in.
    fn browse(&mut self, ctx: &Context) {
        let (sender, found) = bounded(1);
        let (purpose, title, endings, ctx) = (self.purpose, self.title.clone(), self.endings, ctx.clone());
        let start = typed_path(&self.text);
        let ask = move || {
            let mut dialog = rfd::FileDialog::new().set_title(title).add_filter(endings.join(", "), endings);
            if let Some(folder) = start.as_deref().and_then(Path::parent) {
                dialog = dialog.set_directory(folder);
            }
            if let Some(name) = start.as_deref().and_then(Path::file_name) {
                dialog = dialog.set_file_name(name.to_string_lossy());
            }
            let path = if purpose == Purpose::Open { dialog.pick_file() } else { dialog.save_file() };
            // Nobody waits if this dialog has been closed meanwhile.
            let _ = path.map(|path| sender.send(path));
            ctx.request_repaint();
        };
        let thread = std::thread::Builder::new().name(String::from("saddlescope-browse")).spawn(ask);
        match thread {
            Ok(_) => self.found = Some(found),
            Err(error) => self.problem = Some(format!("no dialog of the system: {error}")),
        }
    }

    /// Takes the path found in the system's dialog: to open it; to save there once it is confirmed here.
    fn take_found(&mut self) -> Option<Outcome> {
        let path = self.found.as_ref()?.try_recv().ok()?;
        (self.found, self.takes_keyboard) = (None, true);
        self.text = path.to_string_lossy().into_owned();
        (self.purpose == Purpose::Open).then_some(Outcome::Chosen(path))
    }

    /// The offers, each at a click.
    fn offers_ui(&self, ui: &mut Ui, colours: Colours) -> Option<PathBuf> {
        if self.offers.is_empty() {
            return None;
        }
        ui.add_space(4.0);
        ui.label(RichText::new("recent").small().color(colours.weak));
        let mut chosen = None;
        for path in &self.offers {
            let full = path.display().to_string();
            let button = egui::Button::selectable(false, full.as_str()).truncate();
            if ui.add(button).on_hover_text(full).clicked() {
                chosen = Some(path.clone());
            }
        }
        chosen
    }

    /// Asks whether a file is to be replaced.
    fn replace_ui(&mut self, ui: &mut Ui, path: PathBuf) -> Option<Outcome> {
        ui.label(format!("{} exists. Replace it?", path.display()));
        ui.add_space(6.0);
        let (mut replaced, mut kept) = (false, false);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            replaced = ui.button("Replace").clicked();
            let keep = ui.button("Keep it");
            if std::mem::take(&mut self.takes_keyboard) {
                // A second press of Enter is not to destroy anything.
                keep.request_focus();
            }
            kept = keep.clicked();
        });
        if kept {
            self.back();
        }
        replaced.then_some(Outcome::Chosen(path))
    }

    /// Back to the path field.
    fn back(&mut self) {
        (self.replaces, self.takes_keyboard) = (None, true);
    }

    /// What follows from the path as typed: an outcome, a question, or a problem; later, if the disk takes its time.
    fn decide(&mut self, ctx: &Context) -> Option<Outcome> {
        self.takes_keyboard = true;
        let Some(path) = typed_path(&self.text) else {
            self.problem = Some(String::from("type the path of a file"));
            return None;
        };
        let (purpose, endings, ctx) = (self.purpose, self.endings, ctx.clone());
        let wake = Arc::new(move || ctx.request_repaint());
        match Errand::begin(wake, move || examine(purpose, path, endings)) {
            Ok(errand) => {
                let answer = errand.wait(PATIENCE);
                self.asked = Some(errand);
                self.follow(answer)
            }
            Err(error) => {
                self.problem = Some(format!("no thread to look for it: {error}"));
                None
            }
        }
    }

    /// What follows from what the disk says of the path that was confirmed.
    fn follow(&mut self, answer: Answer<Verdict>) -> Option<Outcome> {
        if answer == Answer::Pending {
            self.problem = Some(String::from("looking for it ... the disk does not answer yet"));
            return None;
        }
        (self.asked, self.problem) = (None, None);
        match answer {
            Answer::Ready(Verdict::Fine(path)) => return Some(Outcome::Chosen(path)),
            Answer::Ready(Verdict::Taken(path)) => self.replaces = Some(path),
            Answer::Ready(Verdict::Wrong(problem)) => self.problem = Some(problem),
            Answer::Pending | Answer::Lost => self.problem = Some(String::from("it cannot be looked for")),
        }
        None
    }
}

/// What is chosen for pictures: which part, light or dark, how wide.
fn look_ui(ui: &mut Ui, look: &mut PictureLook, zoomed: bool, colours: Colours) {
    ui.add_space(4.0);
    ui.horizontal(|ui| {
        ui.radio_value(&mut look.dark, false, "light");
        ui.radio_value(&mut look.dark, true, "dark");
        ui.separator();
        ui.radio_value(&mut look.wide, false, "8.6 cm");
        ui.radio_value(&mut look.wide, true, "17.8 cm wide");
    });
    if zoomed {
        ui.horizontal(|ui| {
            ui.radio_value(&mut look.whole, false, "as seen");
            ui.radio_value(&mut look.whole, true, "whole range");
        });
        let words = "A part of the axes is seen. Data (.csv, .npz) are whole in any case.";
        ui.label(RichText::new(words).small().color(colours.weak));
    }
}

/// Selects the name without its ending: what one is most likely to type over.
fn select_stem(ui: &Ui, field: egui::Id, text: &str) {
    use egui::text::{CCursor, CCursorRange};
    let name = text.rfind(['/', '\\']).map_or(0, |at| at + 1);
    let end = text[name..].rfind('.').map_or(text.len(), |at| name + at);
    let place = |byte: usize| CCursor::new(text[..byte].chars().count());
    let mut state = egui::text_edit::TextEditState::load(ui.ctx(), field).unwrap_or_default();
    state.cursor.set_char_range(Some(CCursorRange::two(place(name), place(end))));
    state.store(ui.ctx(), field);
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOML: &[&str] = &["toml"];

    #[test]
    fn opening_chooses_only_what_exists() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.toml");
        let mut dialog = PathDialog::open("Open", "Open", TOML, Vec::new());
        assert_eq!(dialog.decide(&Context::default()), None);
        dialog.text = file.to_string_lossy().into_owned();
        assert_eq!(dialog.decide(&Context::default()), None);
        assert!(dialog.problem.as_ref().is_some_and(|problem| problem.contains("there is no file")));
        std::fs::write(&file, "").unwrap();
        assert_eq!(dialog.decide(&Context::default()), Some(Outcome::Chosen(file)));
    }

    #[test]
    fn saving_asks_before_it_replaces_and_refuses_what_cannot_be_written() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.toml");
        let mut dialog = PathDialog::save("Save", "Save", TOML, &folder.path().join("a"));
        assert_eq!(dialog.decide(&Context::default()), Some(Outcome::Chosen(file.clone())));
        std::fs::write(&file, "").unwrap();
        assert_eq!(dialog.decide(&Context::default()), None);
        assert_eq!(dialog.replaces, Some(file));
        let mut lost = PathDialog::save("Save", "Save", TOML, &folder.path().join("absent/a"));
        assert_eq!(lost.decide(&Context::default()), None);
        assert!(lost.problem.is_some_and(|problem| problem.contains("there is no folder")));
    }
}
