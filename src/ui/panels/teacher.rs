//! The teacher's controls: the law of T and the one number it has.
//!
//! Edits a copy of the scenario; T itself is made in `model`, for whatever p* there is.

use egui::{DragValue, Slider, Ui};

use super::controls::logarithmic;
use crate::model::{ScenarioSpec, StartKind, TeacherKind};

/// Draws the choice of T.
pub(super) fn teacher_ui(ui: &mut Ui, spec: &mut ScenarioSpec) {
    if spec.start.kind == StartKind::File && spec.teacher.kind == TeacherKind::Identity {
        ui.label("T is that of the file");
        return;
    }
    kind_ui(ui, &mut spec.teacher.kind);
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

fn kind_ui(ui: &mut Ui, kind: &mut TeacherKind) {
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
            ui.selectable_value(kind, value, name).on_hover_text(about);
        }
    });
}
