//! The teacher's controls: the law of T and the one number it has.
//!
//! Edits a copy of the scenario; T itself is made in `model`, for whatever p* there is.

use egui::{Button, DragValue, Slider, Ui};

use super::{add_ui, logarithmic};
use crate::model::{ScenarioSpec, TeacherKind};

/// Draws the choice of T.
pub(super) fn teacher_ui(ui: &mut Ui, spec: &mut ScenarioSpec) {
    if !spec.start.is_drawn() && spec.teacher.kind == TeacherKind::Identity {
        let whose =
            if spec.start.is_written_out() { "T is that of the start" } else { "T is that of the file" };
        ui.label(whose);
        return;
    }
    // A law that was chosen stays for other widths.
    let alone = (spec.model.p_star == 1).then_some("one teacher: T = 1 by any law");
    kind_ui(ui, &mut spec.teacher.kind, alone);
    if spec.model.p_star == 1 && spec.teacher.kind != TeacherKind::Identity {
        ui.label("one teacher: T = 1 by any law");
        return;
    }
    let teacher = &mut spec.teacher;
    match teacher.kind {
        TeacherKind::Identity => {}
        TeacherKind::Linear => {
            ui.add(logarithmic(&mut teacher.ratio, 1e-3, 1.0).text("ratio"))
                .on_hover_text("the weakest t over the strongest, 10⁻⁶ to 1");
        }
        TeacherKind::Power => {
            let exponent = Slider::new(&mut teacher.exponent, 0.0..=5.0);
            ui.add(exponent.clamping(egui::SliderClamping::Never).text("γ"))
                .on_hover_text("the exponent of t_r, 0 to 5: at 0 all are equal");
        }
        TeacherKind::Random => {
            ui.horizontal(|ui| {
                let label = ui.label("teacher seed");
                ui.add(DragValue::new(&mut teacher.seed).speed(0.1)).labelled_by(label.id);
            });
        }
    }
}

fn kind_ui(ui: &mut Ui, kind: &mut TeacherKind, idle: Option<&str>) {
    let kinds = [
        (TeacherKind::Identity, "equal", "T = I: orthonormal teachers, all as strong as each other"),
        (TeacherKind::Linear, "linear t", "T = diag(t), t falling in equal steps; tr T = p*"),
        (TeacherKind::Power, "power law", "T = diag(t), t_r ~ 1/r^γ; tr T = p*"),
        (TeacherKind::Random, "random", "T ~ Z Z^T, Z with p* by 2p* normal entries: overlapping teachers"),
    ];
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        ui.spacing_mut().button_padding.x = 5.0;
        for (value, name, about) in kinds {
            if add_ui(ui, idle, Button::selectable(*kind == value, name), about).clicked() {
                *kind = value;
            }
        }
    });
}
