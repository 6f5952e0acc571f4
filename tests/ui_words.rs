//! Words in plots: names, remarks and legends hide nothing of the data, at any size, in any view; what has no place in
//! the frame is said above it.

#![cfg(feature = "gui")]

mod ui_support;

use egui::{Pos2, Rect, Shape};
use egui_kittest::kittest::{NodeT, Queryable};
use saddlescope::figure::{Content, Palette};
use saddlescope::model::{ScenarioSpec, SgdSection, StartKind};
use saddlescope::ui::{Saved, View, ViewId};
use ui_support::{Window, saved};

/// A change of the default scenario.
type Change = fn(&mut ScenarioSpec);

const KINDS: [(&str, Change); 6] = [
    ("overparameterised", |_| ()),
    ("circle", |spec| {
        (spec.model.p, spec.model.p_star, spec.start.kind) = (2, 1, StartKind::Gaussian);
    }),
    ("sphere", |spec| (spec.model.p, spec.model.p_star) = (3, 1)),
    ("matched", |spec| (spec.model.p, spec.model.eta) = (3, 0.1)),
    ("narrow", |spec| (spec.model.p, spec.model.p_star) = (2, 4)),
    ("runs", |spec| {
        (spec.model.p, spec.model.eta) = (3, 0.3);
        spec.sgd = Some(SgdSection { n: 200, replicas: 4, ..SgdSection::default() });
    }),
];

const VIEWS: [ViewId; 4] = [ViewId::Overview, ViewId::Escape, ViewId::ImplicitBias, ViewId::Landscape];

/// Places of the plots that can be seen whole.
fn plots(window: &Window) -> Vec<(String, Rect)> {
    let images = window.harness.get_all_by_role(egui::Role::Image);
    let named = images.filter_map(|node| Some((node.accesskit_node().label()?, node.rect())));
    let is_plot = |name: &str| !name.starts_with("matrix") && !name.starts_with("colours");
    named.filter(|(name, place)| is_plot(name) && place.is_positive()).collect()
}

/// Texts and triangles of a frame.
#[derive(Default)]
struct Painted {
    texts: Vec<(String, Rect)>,
    /// Each with what it is clipped to.
    triangles: Vec<([Pos2; 3], Rect)>,
}

fn painted(window: &Window) -> Painted {
    fn add(shape: &Shape, clip: Rect, painted: &mut Painted) {
        match shape {
            Shape::Vec(shapes) => shapes.iter().for_each(|shape| add(shape, clip, painted)),
            Shape::Text(text) => {
                let place = text.visual_bounding_rect().intersect(clip);
                painted.texts.push((text.galley.text().to_owned(), place));
            }
            Shape::Mesh(mesh) if mesh.texture_id == egui::TextureId::default() => {
                let nothing = [Palette::Light, Palette::Dark].map(|palette| palette.sequential(f64::NAN));
                for corners in mesh.indices.chunks_exact(3) {
                    let corners: Vec<_> = corners.iter().map(|at| mesh.vertices[*at as usize]).collect();
                    // Bands are faint, and so are the edges that smooth a line.
                    let faint = corners.iter().all(|corner| corner.color.a() < 100);
                    let empty = corners.iter().all(|corner| {
                        let [r, g, b, _] = corner.color.to_array();
                        nothing.contains(&[r, g, b])
                    });
                    if !faint && !empty {
                        let corners = [corners[0].pos, corners[1].pos, corners[2].pos];
                        painted.triangles.push((corners, clip));
                    }
                }
            }
            _ => {}
        }
    }
    let mut all = Painted::default();
    for clipped in &window.harness.output().shapes {
        add(&clipped.shape, clipped.clip_rect, &mut all);
    }
    all
}

/// Whether a triangle has a point inside a rectangle: looked for in steps of less than half a point.
fn touches([a, b, c]: &[Pos2; 3], place: &Rect) -> bool {
    let around = Rect::from_points(&[*a, *b, *c]);
    if !around.intersects(*place) {
        return false;
    }
    let longest = a.distance(*b).max(b.distance(*c)).max(c.distance(*a));
    let steps = (longest / 0.4).ceil().clamp(1.0, 400.0) as usize;
    (0..=steps).any(|i| {
        (0..=steps - i).any(|j| {
            let (s, t) = (i as f32 / steps as f32, j as f32 / steps as f32);
            place.contains(*a + s * (*b - *a) + t * (*c - *a))
        })
    })
}

fn check(window: &Window, said: &str) {
    let painted = painted(window);
    for (name, place) in plots(window) {
        let inside = painted.texts.iter().filter(|(text, at)| !text.is_empty() && place.contains_rect(*at));
        for (text, at) in inside {
            let mut own = painted.triangles.iter().filter(|(_, clip)| place.expand(1.0).contains_rect(*clip));
            let hidden = own.find(|(triangle, _)| touches(triangle, at));
            assert!(hidden.is_none(), "{said}, {name}: {text:?} at {at} lies on {hidden:?}");
        }
    }
}

#[test]
fn words_hide_nothing_of_the_data_in_any_view_at_any_size() {
    for (kind, change) in KINDS {
        for size in [[1440.0, 900.0], [1024.0, 700.0]] {
            for tab in VIEWS {
                let view = View { tab, dark: size[0] < 1100.0, log_alpha: true, ..View::default() };
                let mut window = Window::with(Saved { view, ..saved(change) }, size).settled();
                window.slide("time", 0.6);
                window.settle();
                check(&window, &format!("{kind}, {tab:?}, {size:?}, log"));
                window.click("linear");
                window.settle();
                check(&window, &format!("{kind}, {tab:?}, {size:?}"));
            }
        }
    }
}

#[test]
fn what_has_no_place_in_the_frame_is_said_above_it() {
    let view = View { tab: ViewId::ImplicitBias, ..View::default() };
    let window = Window::with(Saved { view, ..Saved::default() }, [1024.0, 700.0]).settled();
    let painted = painted(&window);
    let run = window.run();
    let data = run.data(saddlescope::figure::Scale::Linear, None, false);
    let Content::Plots(plots) = saddlescope::figure::distance(&data).content else { panic!("a plot") };
    for note in &plots[0].1.notes {
        let found = painted.texts.iter().find(|(text, _)| text.contains(note.as_str()));
        assert!(found.is_some_and(|(_, at)| at.is_positive()), "{note:?} is not said");
    }
}

#[test]
fn words_above_a_frame_stay_where_they_are_while_nothing_changes() {
    let view = View { tab: ViewId::Overview, ..View::default() };
    let mut window = Window::with(Saved { view, ..Saved::default() }, [1024.0, 700.0]).settled();
    let texts = |window: &Window| painted(window).texts;
    let before = texts(&window);
    for _ in 0..5 {
        window.harness.step();
        assert_eq!(texts(&window), before);
    }
    assert!(window.harness.query_by_role_and_label(egui::Role::Button, "play").is_some());
}
