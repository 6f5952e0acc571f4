//! The teacher's controls: the law of T and the one number it has.
//!
//! Edits a copy of the scenario; T itself is made in `model`, for whatever p* there is.

use crate::ui::draw::{add_ui, parameter_ui};
use egui::{Button, DragValue, Ui};

use crate::model::{ScenarioSpec, TEACHERS, TeacherKind};

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
    match spec.teacher.kind {
        TeacherKind::Identity => {}
        TeacherKind::Linear => parameter_ui(ui, spec, "teacher.ratio", None),
        TeacherKind::Power => parameter_ui(ui, spec, "teacher.exponent", None),
        TeacherKind::Random => {
            ui.horizontal(|ui| {
                let label = ui.label("teacher seed");
                ui.add(DragValue::new(&mut spec.teacher.seed).speed(0.1)).labelled_by(label.id);
            });
        }
    }
}

fn kind_ui(ui: &mut Ui, kind: &mut TeacherKind, idle: Option<&str>) {
    let kinds = [TeacherKind::Identity, TeacherKind::Linear, TeacherKind::Power, TeacherKind::Random];
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        ui.spacing_mut().button_padding.x = 5.0;
        for (value, choice) in kinds.into_iter().zip(TEACHERS) {
            if add_ui(ui, idle, Button::selectable(*kind == value, choice.label), choice.meaning).clicked() {
                *kind = value;
            }
        }
    });
}
