//! What a lecturer does with the window besides physics: all of the screen, black, and a spot about the pointer.

use egui::{Color32, Context, CursorIcon, Id, LayerId, Order, Stroke, Ui, ViewportCommand};

use crate::ui::state::{Action, Presentation, View};
use crate::ui::theme::Colours;

/// The radius of the spot, in points.
const SPOT: f32 = 26.0;

/// Whether the window has all of the screen.
fn is_full_screen(ctx: &Context) -> bool {
    ctx.input(|input| input.viewport().fullscreen.unwrap_or(false))
}

/// Gives the window all of the screen, or takes it.
fn set_full_screen(ctx: &Context, full: bool) {
    ctx.send_viewport_cmd(ViewportCommand::Fullscreen(full));
}

impl View {
    /// Does what a lecturer asked for.
    pub(super) fn present(&mut self, ctx: &Context, wish: Presentation) {
        match wish {
            Presentation::Reveal => self.toggle_reveal(),
            Presentation::Blank => (self.blank, self.playing) = (!self.blank, false),
            Presentation::Spot => self.spot = !self.spot,
            Presentation::FullScreen => set_full_screen(ctx, !is_full_screen(ctx)),
            Presentation::Controls => self.hides_controls = !self.hides_controls,
            Presentation::CloseTop => self.close_top(ctx),
        }
    }

    /// Closes what is on top, and nothing else.
    fn close_top(&mut self, ctx: &Context) {
        let open = [&mut self.blank, &mut self.equations, &mut self.help];
        if let Some(top) = open.into_iter().find(|open| **open) {
            *top = false;
        } else if self.maximised.is_some() {
            self.maximised = None;
        } else if is_full_screen(ctx) {
            set_full_screen(ctx, false);
        }
    }
}

/// A black window; any key or click brings the picture back, and does nothing else.
pub(super) fn blank_ui(ui: &mut Ui, asked: &[Action]) -> Vec<Action> {
    let screen = ui.ctx().content_rect();
    ui.painter().rect_filled(screen, 0.0, Color32::BLACK);
    let response = ui.allocate_rect(screen, egui::Sense::click());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, "show the picture again"));
    ui.ctx().set_cursor_icon(CursorIcon::None);
    let quits = asked.contains(&Action::Quit).then_some(Action::Quit);
    let back = (response.clicked() || !asked.is_empty()).then_some(Action::Present(Presentation::Blank));
    quits.or(back).into_iter().collect()
}

/// A spot of light about the pointer, above all else.
pub(super) fn spot_ui(ctx: &Context, colours: Colours) {
    let Some(at) = ctx.input(|input| input.pointer.latest_pos()) else { return };
    let painter = ctx.layer_painter(LayerId::new(Order::Debug, Id::unique("spot")));
    painter.circle(at, SPOT, colours.accent.gamma_multiply(0.18), Stroke::new(2.5, colours.accent));
}
