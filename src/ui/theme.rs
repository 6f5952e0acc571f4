//! The look: fonts, spacing and colours of everything that is not data, light and dark, from one place.
//!
//! Colours of data are in `figure::Palette`; no other file of the window names a colour.

use egui::{
    Color32, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Stroke, Style, TextStyle, Theme,
    Visuals,
};

use crate::figure::{Ink, Palette, Rgb};

/// Space between panels, and inside them.
pub(in crate::ui) const GAP: f32 = 8.0;

/// Colours of the window itself.
#[derive(Clone, Copy, Debug)]
pub(in crate::ui) struct Colours {
    pub(in crate::ui) window: Color32,
    pub(in crate::ui) panel: Color32,
    pub(in crate::ui) outline: Color32,
    pub(in crate::ui) text: Color32,
    pub(in crate::ui) weak: Color32,
    pub(in crate::ui) grid: Color32,
    pub(in crate::ui) accent: Color32,
    pub(in crate::ui) warning: Color32,
    pub(in crate::ui) control: Color32,
    pub(in crate::ui) control_hover: Color32,
    pub(in crate::ui) selected: Color32,
}

impl Colours {
    pub(in crate::ui) fn of(theme: Theme) -> Self {
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
                weak: Color32::from_rgb(170, 178, 188),
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
pub(in crate::ui) fn palette(theme: Theme) -> Palette {
    match theme {
        Theme::Light => Palette::Light,
        Theme::Dark => Palette::Dark,
    }
}

/// A data colour for the screen.
pub(in crate::ui) fn colour([r, g, b]: Rgb) -> Color32 {
    Color32::from_rgb(r, g, b)
}

/// The colour of an ink for the screen.
pub(in crate::ui) fn ink(palette: Palette, ink: Ink) -> Color32 {
    colour(palette.ink(ink))
}

/// The colour of a curve of theory for the screen.
pub(in crate::ui) fn law(palette: Palette) -> Color32 {
    colour(palette.law())
}

/// Sets fonts and both styles; called once per context.
pub(in crate::ui) fn install(ctx: &egui::Context) {
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
    // Nothing moves by itself.
    style.animation_time = 0.0;
    style.scroll_animation = egui::style::ScrollAnimation::none();
    let visuals = &mut style.visuals;
    *visuals = if theme == Theme::Dark { Visuals::dark() } else { Visuals::light() };
    visuals.text_cursor.blink = false;
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
    // What the keyboard is on, or the pointer holds down; a whole number of points, or the layout would jump.
    visuals.widgets.active.bg_stroke = Stroke::new(2.0, colours.accent);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::contrast;

    fn rgb(colour: Color32) -> Rgb {
        [colour.r(), colour.g(), colour.b()]
    }

    #[test]
    fn text_can_be_read_wherever_it_stands() {
        for theme in [Theme::Light, Theme::Dark] {
            let colours = Colours::of(theme);
            let plain = [("window", colours.window), ("panel", colours.panel)];
            let pressed = [
                ("control", colours.control),
                ("control under the pointer", colours.control_hover),
                ("selected control", colours.selected),
            ];
            let words = [("text", colours.text), ("weak text", colours.weak), ("accent", colours.accent)];
            let everywhere = words
                .into_iter()
                .flat_map(|word| plain.into_iter().chain(pressed).map(move |ground| (word, ground)));
            let warnings = plain.into_iter().map(|ground| (("warning", colours.warning), ground));
            for ((word, front), (ground, back)) in everywhere.chain(warnings) {
                let contrast = contrast(rgb(front), rgb(back));
                assert!(contrast >= 4.5, "{theme:?}: {word} on {ground}: {contrast:.2}");
            }
        }
    }

    #[test]
    fn marks_and_the_keyboards_place_stand_out() {
        for theme in [Theme::Light, Theme::Dark] {
            let colours = Colours::of(theme);
            assert_eq!(rgb(colours.panel), palette(theme).background());
            for (mark, front, back) in [
                ("grid", colours.grid, colours.panel),
                ("outline of a cell", colours.accent, colours.panel),
                ("keyboard's place", colours.accent, colours.control),
                ("keyboard's place", colours.accent, colours.selected),
            ] {
                let contrast = contrast(rgb(front), rgb(back));
                assert!(contrast >= 3.0, "{theme:?}: {mark}: {contrast:.2}");
            }
        }
    }

    #[test]
    fn nothing_moves_by_itself() {
        let ctx = egui::Context::default();
        install(&ctx);
        for theme in [Theme::Light, Theme::Dark] {
            let style = ctx.style_of(theme);
            assert_eq!(style.animation_time, 0.0);
            assert!(!style.visuals.text_cursor.blink, "{theme:?}");
            assert_eq!(style.scroll_animation, egui::style::ScrollAnimation::none());
        }
    }
}
