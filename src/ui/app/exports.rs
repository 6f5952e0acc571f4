//! Panels saved and copied, and the window photographed. Nothing is replaced unasked.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use egui::Context;

use super::App;
use crate::export::{
    Image, MADE_BY, PaperStyle, Provenance, absolute, free_path, render_pixels, spreadsheet_text, write_png,
};
use crate::figure::{Figure, Ink, Pin, RunData, Sheet, ascii, readable};
use crate::ui::dialogs::PathDialog;
use crate::ui::draw::seen_parts;
use crate::ui::panel::{Picture, Sources, panel_zoom};
use crate::ui::state::{DialogPurpose, ExportRequest, Notice, PICTURE, PanelId, PictureLook};
use crate::ui::work::SaveRequest;
use crate::worker::RunId;

impl App {
    /// Does what was asked for with pictures.
    pub(super) fn export(&mut self, ctx: &Context, wish: ExportRequest) {
        match wish {
            ExportRequest::Save(panel) => self.ask_picture(DialogPurpose::Picture(panel)),
            ExportRequest::SaveAll => self.ask_picture(DialogPurpose::Pictures),
            ExportRequest::CopyPicture(panel) => self.notice = Some(self.copy_picture(ctx, panel)),
            ExportRequest::CopyData(panel) => self.notice = Some(self.copy_data(ctx, panel)),
            ExportRequest::Screenshot => self.screenshot(ctx),
            ExportRequest::Look(look) => self.saved.view.pictures = look,
        }
    }

    fn ask_picture(&mut self, asking: DialogPurpose) {
        let endings = PICTURE.iter().map(|ending| format!(".{ending}")).collect::<Vec<_>>().join(" ");
        let (title, name, panels) = if let DialogPurpose::Picture(panel) = asking {
            let name = self.figure_of(panel).map_or_else(|| String::from("panel"), |figure| named(&figure));
            (format!("Save the panel ({endings})"), name, vec![panel])
        } else {
            let title = format!("Save every panel as NAME-panel ({endings})");
            (title, String::from("saddlescope"), self.saved.view.panels())
        };
        let suggestion = self.saved.documents.suggestion().with_file_name(format!("{name}.svg"));
        let zoomed = panels.into_iter().any(|panel| self.is_zoomed(panel));
        let dialog = PathDialog::save(&title, "Save", &PICTURE, &suggestion);
        self.dialog = Some((asking, dialog.for_pictures(self.saved.view.pictures, zoomed)));
    }

    /// Saves one panel, or every panel of the view beside each other.
    pub(super) fn save_pictures(&mut self, path: &Path, asking: DialogPurpose) {
        let files = match asking {
            DialogPurpose::Picture(panel) => vec![(path.to_owned(), panel)],
            _ => self.files_beside(path),
        };
        let of = |(path, panel): (PathBuf, PanelId)| {
            let (figure, provenance) = self.figure_with_provenance(panel)?;
            let figure = self.as_seen(panel, figure);
            Ok((path, Sheet::from(figure), provenance))
        };
        match files.into_iter().map(of).collect() {
            Ok(files) => {
                let run = self.shown.as_ref().map_or_else(RunId::default, |run| run.id);
                self.saves.begin(run, SaveRequest { files, chosen: path.to_owned(), style: self.style() });
            }
            Err(notice) => self.notice = Some(notice),
        }
    }

    /// A file for every panel of the view: the name of `path` with the panel's.
    fn files_beside(&self, path: &Path) -> Vec<(PathBuf, PanelId)> {
        let stem = path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
        let ending =
            path.extension().map_or_else(String::new, |ending| ending.to_string_lossy().into_owned());
        let panels = self.saved.view.panels().into_iter();
        let file = |panel: PanelId| {
            let name = format!("{stem}-{}.{ending}", self.figure_of(panel)?.id);
            Some((path.with_file_name(name), panel))
        };
        panels.filter_map(file).collect()
    }

    /// What a panel shows now.
    pub(super) fn figure_of(&self, panel: PanelId) -> Option<Figure> {
        let (run, view) = (self.shown.as_ref()?, &self.saved.view);
        let scale = view.scale();
        let data = run.data(scale, self.ensemble.store_of(run.id), view.single_runs);
        let data = RunData { pins: self.pins.all(), ..data };
        let alpha = run.alpha_at(view.place, scale);
        let build = match panel.row().picture {
            Picture::AtCursor(build) => return Some(build(&data, view.matrices, alpha)),
            Picture::Plot(build) => build,
        };
        if let Some(prepared) = self.pictures.get(panel) {
            return Some(prepared.figure.clone());
        }
        Some(build(&Sources { id: run.id, run: data, jobs: &self.jobs, turn: view.turn }))
    }

    /// A panel's figure with its axes as far as the window shows them, unless the whole range is asked for.
    fn as_seen(&self, panel: PanelId, figure: Figure) -> Figure {
        if self.saved.view.pictures.whole { figure } else { figure.zoomed(&self.seen(panel)) }
    }

    /// What is seen of each plot of a panel, where that is not all.
    fn seen(&self, panel: PanelId) -> Vec<Option<[f64; 4]>> {
        let Some(prepared) = self.pictures.get(panel) else { return Vec::new() };
        let view = &self.saved.view;
        seen_parts(prepared, panel_zoom(&prepared.figure, view.alpha_range), view.heights_of(panel))
    }

    fn is_zoomed(&self, panel: PanelId) -> bool {
        self.seen(panel).iter().any(Option::is_some)
    }

    fn style(&self) -> PaperStyle {
        let PictureLook { wide, dark, .. } = self.saved.view.pictures;
        let style = if wide { PaperStyle::double_column() } else { PaperStyle::single_column() };
        PaperStyle { dark, ..style }
    }

    /// What a panel shows now, and what made it.
    fn figure_with_provenance(&self, panel: PanelId) -> Result<(Figure, Provenance), Notice> {
        let figure = self.figure_of(panel).ok_or_else(|| Notice::wrong("there is nothing in it yet"))?;
        let provenance = self.provenance(panel, &figure);
        Ok((figure, provenance.map_err(|error| Notice::wrong(error.to_string()))?))
    }

    /// The sweep behind a panel, or the run with all that is drawn beside it.
    fn provenance(&self, panel: PanelId, figure: &Figure) -> std::io::Result<Provenance> {
        let run = self.shown.as_ref().map_or_else(RunId::default, |run| run.id);
        if let Some(sweep) = (panel.row().sweep)(&self.jobs, run) {
            return Provenance::of_sweep(&sweep);
        }
        let drawn = figure.inks();
        let made = self.run_provenance(|pin| drawn.contains(&Ink::Pinned(pin.ink)))?;
        let seeds: Vec<String> =
            self.jobs.seeds_behind(run, panel.row().job).iter().map(u64::to_string).collect();
        Ok(if seeds.is_empty() {
            made
        } else {
            made.with_remark("other_starts", &format!("seeds {}", seeds.join(", ")))
        })
    }

    /// The run that is shown, and the pinned runs that are drawn with it.
    fn run_provenance(&self, drawn: impl Fn(&Pin) -> bool) -> std::io::Result<Provenance> {
        let spec = self.shown.as_ref().map_or(&self.saved.spec, |run| run.scenario.spec());
        let written = self.shown.as_ref().map_or_else(|| spec.clone(), |run| run.scenario.self_contained());
        let pins = self.pins.all().iter().filter(|pin| drawn(pin));
        pins.fold(Provenance::new(&written), |made, pin| made?.with_pin(&pin.label(spec), &pin.written))
    }

    fn copy_picture(&self, ctx: &Context, panel: PanelId) -> Notice {
        let Some(figure) = self.figure_of(panel) else {
            return Notice::wrong("there is nothing to copy yet");
        };
        let figure = self.as_seen(panel, figure);
        let part = self.is_zoomed(panel) && !self.saved.view.pictures.whole;
        match render_pixels(&Sheet::from(figure), &self.style()) {
            Ok(pixels) => {
                let size = [pixels.width as usize, pixels.height as usize];
                ctx.copy_image(egui::ColorImage::from_rgba_unmultiplied(size, &pixels.rgba));
                let seen = if part { ", as far as it is seen" } else { "" };
                Notice::done(format!("the panel is copied as a picture{seen}"))
            }
            Err(error) => Notice::wrong(error.to_string()),
        }
    }

    fn copy_data(&self, ctx: &Context, panel: PanelId) -> Notice {
        let (figure, provenance) = match self.figure_with_provenance(panel) {
            Ok(found) => found,
            Err(notice) => return notice,
        };
        match spreadsheet_text(&Sheet::from(figure), &provenance) {
            Ok(text) => {
                ctx.copy_text(text);
                Notice::done("the panel's data are copied, as a spreadsheet takes them")
            }
            Err(error) => Notice::wrong(error.to_string()),
        }
    }

    fn screenshot(&mut self, ctx: &Context) {
        let scenario = self.run_provenance(|_| true).map(|made| made.scenario).unwrap_or_default();
        let (news, ctx_then) = (self.photographs.0.clone(), ctx.clone());
        ctx.request_screenshot(move |image: Arc<egui::ColorImage>| {
            let (told, scenario) = (news.clone(), scenario.clone());
            let write = move || {
                // If the window is gone, nobody waits for the news.
                let _ = told.try_send(write_photograph(&image, &scenario));
                ctx_then.request_repaint();
            };
            if let Err(error) = std::thread::Builder::new().spawn(write) {
                let _ = news.try_send(Err(format!("no thread to save the window: {error}")));
            }
        });
    }

    /// Says what became of files and photographs; returns whether all news were taken in.
    pub(super) fn poll_exports(&mut self) -> bool {
        let all = self.saves.drain();
        if let Some(store) = self.saves.store().filter(|store| store.ended) {
            let (text, alarming) = store.record.words();
            self.notice = Some(if alarming { Notice::wrong(text) } else { Notice::done(text) });
            self.saves.clear();
        }
        if let Ok(written) = self.photographs.1.try_recv() {
            self.notice = Some(match written {
                Ok(path) => Notice::done(format!("the window is saved to {}", path.display())),
                Err(error) => Notice::wrong(error),
            });
        }
        all
    }
}

/// Writes a picture of the window into the current folder, under a name that is free; returns its path.
fn write_photograph(image: &egui::ColorImage, scenario: &str) -> Result<PathBuf, String> {
    let path = free_path(&absolute(Path::new("saddlescope-window.png")));
    let rgba: Vec<u8> = image.pixels.iter().flat_map(egui::Color32::to_srgba_unmultiplied).collect();
    let [width, height] = image.size;
    let image = Image { width: width as u32, height: height as u32, rgba: &rgba };
    let written = write_png(&path, image, &[("Software", MADE_BY), ("Scenario", scenario)]);
    written.map(|()| path).map_err(|error| error.to_string())
}

/// A name for the file of a panel: with the α of the state that it shows.
fn named(figure: &Figure) -> String {
    figure.alpha().map_or_else(
        || figure.id.to_owned(),
        |alpha| format!("{}-alpha-{}", figure.id, ascii(&readable(alpha))),
    )
}

#[cfg(test)]
mod tests {
    use super::super::test_window::TestWindow;
    use crate::ui::panel::PANELS;
    use crate::ui::state::Saved;

    #[test]
    fn the_catalogue_has_the_titles_of_the_pictures() -> std::io::Result<()> {
        let mut window = TestWindow::new(Saved::default())?;
        window.settle();
        let mut ids = Vec::new();
        for row in &PANELS {
            let figure = window.app.figure_of(row.id);
            assert_eq!(figure.as_ref().map(|figure| figure.title.as_str()), Some(row.title));
            ids.extend(figure.map(|figure| figure.id));
        }
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), PANELS.len(), "files of all panels are named by their figures: {ids:?}");
        Ok(())
    }
}
