//! The window without eyes and without a mouse: every control on the way of the Tab key, and words for what is painted.

#![cfg(feature = "gui")]

mod ui_support;

use std::collections::BTreeSet;

use egui::{Key, Role};
use egui_kittest::kittest::{NodeT, Queryable};
use saddlescope::model::ScenarioSpec;
use saddlescope::ui::{STEPS, Saved, View, ViewId};
use ui_support::{USUAL, Window};

/// What takes input.
const CONTROLS: [Role; 7] = [
    Role::Button,
    Role::Slider,
    Role::SpinButton,
    Role::CheckBox,
    Role::ComboBox,
    Role::TextInput,
    Role::RadioButton,
];

/// A small scenario in a view.
fn window(tab: ViewId, dark: bool) -> Window {
    let mut spec = if tab == ViewId::Lesson { STEPS[0].spec() } else { ScenarioSpec::default() };
    spec.model.p = 3;
    let view = View { tab, dark, fan: 2, ..View::default() };
    Window::with(Saved { spec, view, ..Saved::default() }, USUAL).settled()
}

/// What can be used now; what is disabled cannot.
fn controls(window: &Window, wanted: impl Fn(&egui_kittest::Node<'_>) -> bool) -> BTreeSet<String> {
    let nodes = window.harness.root().children_recursive();
    nodes
        .filter(|node| {
            let inner = node.accesskit_node();
            CONTROLS.contains(&inner.role()) && !inner.is_disabled() && wanted(node)
        })
        .map(|node| {
            let (role, name): (Role, _) = (node.accesskit_node().role(), node.accesskit_node().label());
            // A number that is typed into is wider.
            format!("{role:?} {} at {:?}", name.unwrap_or_default(), node.rect().min)
        })
        .collect()
}

#[test]
fn the_tab_key_reaches_every_control_of_every_view() {
    for view in ViewId::ALL {
        let mut window = window(view, false);
        let all = controls(&window, |_| true);
        assert!(all.len() > 20, "{view:?}: {} controls", all.len());
        let mut reached = BTreeSet::new();
        for _ in 0..all.len() + 10 {
            window.harness.key_press(Key::Tab);
            window.harness.run_steps(2);
            reached.extend(controls(&window, |node| node.accesskit_node().is_focused()));
        }
        let missed: Vec<&String> = all.difference(&reached).collect();
        assert!(missed.is_empty(), "{view:?}: {missed:#?}");
    }
}

#[test]
fn every_picture_of_every_view_says_what_it_shows() {
    for view in ViewId::ALL {
        let window = window(view, true);
        let pictures: Vec<_> = window.harness.root().children_recursive().collect();
        let pictures = pictures.iter().filter(|node| node.accesskit_node().role() == Role::Image);
        let mut count = 0;
        for picture in pictures {
            let (name, value) = (picture.accesskit_node().label(), picture.accesskit_node().value());
            assert!(value.as_ref().is_some_and(|value| value.len() > 8), "{view:?}: {name:?} says {value:?}");
            count += 1;
        }
        assert!(count >= 2, "{view:?}: {count} pictures");
    }
}

#[test]
fn the_loss_at_the_cursor_and_the_range_of_colours_are_said() {
    let mut window = window(ViewId::Overview, false);
    window.slide("time", 0.0);
    window.harness.run();
    let risk = window.run().trajectory.snapshots()[0].observables.risk;
    let said = window.value("Loss");
    assert!(
        said.contains("α from 0 to ") && said.contains(&format!("at the cursor: {risk:.3}")[..20]),
        "{said}"
    );
    let bar = window.harness.get_by_role_and_label(Role::Image, "colours of Teacher–student overlaps M");
    assert!(bar.value().is_some_and(|value| value.starts_with("blue −")), "{:?}", bar.value());
}

#[test]
fn a_window_left_alone_is_not_drawn_again() {
    for view in ViewId::ALL {
        let mut window = window(view, false);
        // The harness fails a window that wants to be drawn again and again.
        window.harness.run();
    }
}
