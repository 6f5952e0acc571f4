//! The look: fonts, spacing and colours of everything that is not data, light and dark, from one place.
//!
//! Colours of data are in `figure::Palette`; no other file of the window names a colour.

use egui::{
    Color32, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Stroke, Style, TextStyle, Theme,
    Visuals,
};

use crate::figure::{Ink, Palette, Rgb};

/// Space between panels, and inside them.
pub(super) const GAP: f32 = 8.0;

/// Colours of the window itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Colours {
    pub(super) window: Color32,
    pub(super) panel: Color32,
    pub(super) outline: Color32,
    pub(super) text: Color32,
    pub(super) weak: Color32,
    pub(super) grid: Color32,
    pub(super) accent: Color32,
    pub(super) warning: Color32,
    pub(super) control: Color32,
    pub(super) control_hover: Color32,
    pub(super) selected: Color32,
}

impl Colours {
    pub(super) fn of(theme: Theme) -> Self {
        let grey = Color32::from_gray;
        match theme {
            Theme::Light => Self {
                window: Color32::from_rgb(237, 239, 242),
                panel: Color32::WHITE,
                outline: Color32::from_rgb(214, 218, 224),
                text: Color32::from_rgb(28, 32, 38),
                weak: Color32::from_rgb(88, 95, 105),
                grid: grey(140),
                accent: Color32::from_rgb(0, 94, 160),
                warning: Color32::from_rgb(176, 58, 0),
                control: Color32::from_rgb(226, 230, 235),
                control_hover: Color32::from_rgb(212, 218, 225),
                selected: Color32::from_rgb(196, 221, 243),
            },
            Theme::Dark => Self {
                window: Color32::from_rgb(13, 15, 18),
                panel: Color32::from_rgb(22, 24, 28),
                outline: Color32::from_rgb(44, 48, 55),
                text: Color32::from_rgb(226, 230, 235),
                weak: Color32::from_rgb(154, 162, 172),
                grid: grey(130),
                accent: Color32::from_rgb(108, 184, 242),
                warning: Color32::from_rgb(255, 150, 92),
                control: Color32::from_rgb(44, 48, 55),
                control_hover: Color32::from_rgb(60, 66, 75),
                selected: Color32::from_rgb(28, 66, 98),
            },
        }
    }
}

/// The data palette that goes with a theme.
pub(super) fn palette(theme: Theme) -> Palette {
    match theme {
        Theme::Light => Palette::Light,
        Theme::Dark => Palette::Dark,
    }
}

/// A data colour for the screen.
pub(super) fn colour([r, g, b]: Rgb) -> Color32 {
    Color32::from_rgb(r, g, b)
}

/// The colour of an ink for the screen.
pub(super) fn ink(palette: Palette, ink: Ink) -> Color32 {
    colour(palette.ink(ink))
}

/// Sets fonts and both styles; called once per context.
pub(super) fn install(ctx: &egui::Context) {
    let mut fonts = FontDefinitions::default();
    // The default proportional font has no superscript minus, arrows or combining macron, and its figures dance.
    let inter = FontData::from_static(include_bytes!("../../assets/fonts/Inter-Saddlescope.otf"));
    fonts.font_data.insert(String::from("Inter"), inter.into());
    if let Some(family) = fonts.families.get_mut(&FontFamily::Proportional) {
        family.insert(0, String::from("Inter"));
        family.push(String::from("Hack"));
    }
    if let Some(family) = fonts.families.get_mut(&FontFamily::Monospace) {
        family.push(String::from("Inter"));
    }
    ctx.set_fonts(fonts);
    for theme in [Theme::Light, Theme::Dark] {
        ctx.style_mut_of(theme, |style| restyle(style, theme));
    }
}

fn restyle(style: &mut Style, theme: Theme) {
    let colours = Colours::of(theme);
    style.text_styles = [
        (TextStyle::Heading, FontId::proportional(14.5)),
        (TextStyle::Body, FontId::proportional(13.0)),
        (TextStyle::Button, FontId::proportional(13.0)),
        (TextStyle::Small, FontId::proportional(11.0)),
        (TextStyle::Monospace, FontId::monospace(12.0)),
    ]
    .into();
    style.spacing.item_spacing = egui::vec2(8.0, 5.0);
    style.spacing.slider_width = 120.0;
    style.spacing.interact_size.y = 20.0;
    style.interaction.selectable_labels = false;
    style.animation_time = 0.0;
    let visuals = &mut style.visuals;
    *visuals = if theme == Theme::Dark { Visuals::dark() } else { Visuals::light() };
    visuals.panel_fill = colours.window;
    visuals.window_fill = colours.panel;
    visuals.extreme_bg_color = colours.panel;
    visuals.window_stroke = Stroke::new(1.0, colours.outline);
    visuals.override_text_color = Some(colours.text);
    visuals.weak_text_color = Some(colours.weak);
    visuals.selection.bg_fill = colours.selected;
    visuals.selection.stroke = Stroke::new(1.0, colours.accent);
    visuals.hyperlink_color = colours.accent;
    visuals.error_fg_color = colours.warning;
    visuals.warn_fg_color = colours.warning;
    visuals.slider_trailing_fill = true;
    visuals.widgets.noninteractive.bg_stroke = Stroke::new(1.0, colours.outline);
    let fills = [
        (&mut visuals.widgets.inactive, colours.control),
        (&mut visuals.widgets.hovered, colours.control_hover),
        (&mut visuals.widgets.active, colours.selected),
        (&mut visuals.widgets.open, colours.control_hover),
    ];
    for (widget, fill) in fills {
        widget.bg_fill = fill;
        widget.weak_bg_fill = fill;
        widget.corner_radius = CornerRadius::same(4);
        widget.expansion = 0.0;
    }
}
