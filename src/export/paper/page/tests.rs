//! Pages of every figure at many sizes: words whole, on the page and apart, and nothing of the data hidden.

use super::*;
use crate::export::Provenance;
use crate::export::paper::render_svg;
use crate::export::paper::written::{cut_off, visit_texts};
use crate::figure::paper::{
    closest_sheet, conserved_sheet, freedom_sheet, learning_rate_sheet, overlay_sheet, spectrum_sheet,
};
use crate::figure::{self, Axis, Content, Guide, GuideShape, Plot, RunData, Scale, Series};
use crate::model::{Scenario, ScenarioSpec};
use crate::sim::learning_rate::{BestRate, HalfTimes, RateRecord, law_half_times};
use crate::sim::{FinishedRun, OtherStart, OtherStarts, SpectrumTrack};

/// A text as it is on a page.
struct Written {
    text: String,
    place: Rect,
    size: f64,
    anchor: Anchor,
    turned: bool,
    /// The innermost group it is in.
    group: String,
}

fn written(look: &Look, items: &[Item], group: &str) -> Vec<Written> {
    let mut found = Vec::new();
    visit_texts(&look.font, items, group, &mut |item, group, place| {
        let Item::Text { text, size, anchor, turned, .. } = item else { panic!("a text") };
        let (text, group) = (text.clone(), group.to_owned());
        found.push(Written { text, place, size: *size, anchor: *anchor, turned: *turned, group });
    });
    found
}

/// The groups of this name, in order.
fn groups<'a>(items: &'a [Item], wanted: &str) -> Vec<&'a [Item]> {
    let mut found = Vec::new();
    for item in items {
        if let Item::Group { name, items, .. } = item {
            if name == wanted {
                found.push(items.as_slice());
            }
            found.extend(groups(items, wanted));
        }
    }
    found
}

/// The paper's six figures, with as little behind them as shows what they are made of.
fn figures() -> Vec<Sheet> {
    let spec = ScenarioSpec::from_toml("[model]\np = 6\np_star = 3").unwrap();
    let scenario = Scenario::new(spec.clone()).unwrap();
    let run = FinishedRun::of(scenario);
    let FinishedRun { scenario, trajectory, predictions, .. } = &run;
    let run = |alpha_scale: Scale| RunData { alpha_scale, ..RunData::of(&run) };
    let mut square = spec;
    square.model.p = 3;
    let etas = (0..12).map(|k| 0.01 * 100_f64.powf(f64::from(k) / 11.0));
    let times: Vec<HalfTimes> =
        etas.filter_map(|eta| HalfTimes::of(&square, eta, 2, &|| false).unwrap()).collect();
    let best = |p: usize| BestRate {
        p,
        at: HalfTimes { eta: 0.27 * p as f64 - 0.3, ..times[0].clone() },
        theory: 0.3 * p as f64,
    };
    let best: Vec<BestRate> = [3, 4, 6, 8, 10, 12].map(best).into();
    let law = law_half_times(&square, 2, (0.01, 1.0)).unwrap();
    let track = SpectrumTrack::of(scenario, trajectory, 40, &|| false).unwrap();
    let other = OtherStart { seed: 2, trajectory: trajectory.clone(), predictions: predictions.clone() };
    vec![
        overlay_sheet(&run(Scale::Linear)),
        learning_rate_sheet(&square, &RateRecord { times, best, law }),
        closest_sheet(&run(Scale::Log10), &[other]),
        conserved_sheet(&run(Scale::Linear)),
        freedom_sheet(40),
        spectrum_sheet(&run(Scale::Linear), &track),
    ]
}

fn style(width_cm: f64, font_pt: f64) -> PaperStyle {
    PaperStyle { width_cm, font_pt, ..PaperStyle::single_column() }
}

fn check(sheet: &Sheet, style: &PaperStyle) {
    let (look, page) = (Look::new(style), page(sheet, style));
    let said = format!("{} at {} cm, {} pt", sheet.id, style.width_cm, style.font_pt);
    let all = written(&look, &page.items, "");
    for word in &all {
        let Written { text, place, size, .. } = word;
        assert_eq!(*size, style.font_pt, "{said}: {text:?}");
        let is_on_page = place.x > -0.5 && place.right() < page.width + 0.5 && place.bottom() < page.height;
        assert!(is_on_page && place.y > -0.5, "{said}: {text:?} at {place:?} leaves the page");
    }
    let joined = all.iter().map(|word| word.text.as_str()).collect::<Vec<&str>>().join(" ");
    for figure in sheet.panels() {
        assert!(joined.contains(&figure.heading()), "{said}: {:?} is not whole", figure.title);
    }
    let axes = groups(&page.items, "axes");
    assert_eq!(axes.len(), sheet.panels().count(), "{said}");
    for items in axes {
        let labels = |anchor: Anchor| {
            let found = written(&look, items, "axes").into_iter();
            found.filter(|word| !word.turned && word.anchor == anchor).count()
        };
        // The name of the x axis is one of the words in the middle.
        assert!(labels(Anchor::Middle) >= 3 && labels(Anchor::End) >= 2, "{said}: an axis without labels");
    }
    for (index, one) in all.iter().enumerate() {
        for other in &all[index + 1..] {
            // Boxes are as high as a line; letters are a little lower.
            let (a, b) = (&one.place, &other.place);
            let low =
                |rect: &Rect| Rect::new(rect.x + 0.5, rect.y + 1.0, rect.width - 1.0, rect.height - 2.0);
            let beside = one.group == "legend" || other.group == "legend";
            assert!(beside || !low(a).overlaps(&low(b)), "{said}: {:?} over {:?}", one.text, other.text);
        }
    }
}

#[test]
fn every_figure_is_whole_in_a_column_and_on_a_page() {
    for sheet in figures() {
        for style in [style(8.6, 7.0), style(8.6, 8.0), style(12.0, 8.0), style(17.8, 8.0), style(7.0, 9.0)] {
            check(&sheet, &style);
        }
    }
}

#[test]
fn words_of_every_figure_are_whole_or_the_picture_is_refused_with_what_has_no_room() {
    let mut drawn = 0;
    for sheet in figures() {
        for style in
            [style(17.8, 24.0), style(17.8, 16.0), style(3.0, 8.0), style(8.6, 24.0), style(5.0, 12.0)]
        {
            let (look, page) = (Look::new(&style), page(&sheet, &style));
            let cut = cut_off(&look.font, &page.items, (page.width, page.height));
            let said = format!("{} at {} cm, {} pt", sheet.id, style.width_cm, style.font_pt);
            match render_svg(&sheet, &style, &Provenance { version: String::new(), scenario: String::new() })
            {
                Ok(_) => {
                    assert_eq!(cut, None, "{said}");
                    check(&sheet, &style);
                    drawn += 1;
                }
                Err(error) => assert!(error.to_string().contains(&cut.unwrap()), "{said}: {error}"),
            }
        }
    }
    assert!(drawn >= 18, "{drawn}");
}

#[test]
fn a_legend_that_is_wider_than_its_panel_goes_on_below() {
    let mut figure = plain("wide", "Wide", vec![[0.0, 0.0], [1.0, 1.0]]);
    let Content::Plots(plots) = &mut figure.content else { panic!("a plot") };
    let long = "a name of a curve that is longer than its panel is wide";
    plots[0].1.series.push(Series::marks(long, Ink::Other(0), vec![[0.2, 0.8]], Vec::new()));
    let style = style(5.0, 8.0);
    let look = Look::new(&style);
    let page = page(&Sheet::from(figure), &style);
    assert_eq!(cut_off(&look.font, &page.items, (page.width, page.height)), None);
    let legend = written(&look, groups(&page.items, "legend")[0], "legend");
    let words: Vec<&str> = legend.iter().map(|word| word.text.as_str()).collect();
    assert!(words.len() > 2 && words.join(" ").contains(long), "{words:?}");
}

fn plain(id: &'static str, title: &str, points: Vec<[f64; 2]>) -> Figure {
    let mut plot = Plot::new(Axis::new("x", Scale::Linear), Axis::new("y", Scale::Linear));
    plot.series.push(Series::new("curve", Ink::Main, points));
    Figure::single(id, title, plot)
}

#[test]
fn panels_are_beside_each_other_where_they_have_room() {
    let line = || vec![[0.0, 0.0], [1.0, 1.0]];
    let row: Vec<Figure> = ["one", "two", "three", "four"].map(|title| plain("plain", title, line())).into();
    let sheet = Sheet::new("four", vec![row]);
    let rows = |width_cm: f64| {
        let style = style(width_cm, 8.0);
        let width = style.width_cm * PT_PER_CM - 2.0 * MARGIN;
        panels(&Look::new(&style), &sheet, width).iter().map(Vec::len).collect::<Vec<usize>>()
    };
    assert_eq!((rows(30.0), rows(17.8), rows(8.6)), (vec![4], vec![2, 2], vec![1; 4]));
    // A title that has no room beside another has it below.
    let long = "A title that is longer than half of a page is wide, by some letters";
    let sheet = Sheet::new("two", vec![vec![plain("a", long, line()), plain("b", "short", line())]]);
    for width in [17.8, 8.6, 5.0] {
        check(&sheet, &style(width, 8.0));
    }
}

/// What is drawn in a frame, as points along its lines.
fn inked(items: &[Item]) -> Vec<[f64; 2]> {
    let paths = items.iter().filter_map(|item| match item {
        Item::Shape { path, pen: Some(_), .. } => Some(path),
        Item::Shape { path, fill: Some((_, opacity)), .. } if *opacity == 1.0 => Some(path),
        _ => None,
    });
    paths.flat_map(|path| along(&path.data)).collect()
}

/// Points every quarter of a pt along the lines of a path, and across its circles.
fn along(data: &str) -> Vec<[f64; 2]> {
    let mut points = Vec::new();
    for piece in data.split('M') {
        let mut last: Option<[f64; 2]> = None;
        for point in piece.split(['L', 'A', 'Z']) {
            // The end of an arc is the last of its numbers.
            let numbers: Vec<f64> = point.split(' ').filter_map(|word| word.parse().ok()).collect();
            let &[.., x, y] = &numbers[..] else { continue };
            let [from_x, from_y] = last.unwrap_or([x, y]);
            let steps = (4.0 * (x - from_x).hypot(y - from_y)).ceil().clamp(1.0, 2000.0);
            points.extend((0..=steps as usize).map(|step| {
                let share = step as f64 / steps;
                [from_x + share * (x - from_x), from_y + share * (y - from_y)]
            }));
            last = Some([x, y]);
        }
    }
    points
}

/// The frames of a page: where each is, and what is drawn in it.
fn frames(items: &[Item]) -> Vec<(Rect, &[Item])> {
    let mut found = Vec::new();
    for item in items {
        match item {
            Item::Group { name, clip: Some(clip), items } if name == "curves" => {
                found.push((*clip, &items[..]));
            }
            Item::Group { items, .. } => found.extend(frames(items)),
            _ => {}
        }
    }
    found
}

/// Fails where words or a legend's marks lie on what is drawn in a frame.
fn check_nothing_is_hidden(sheet: &Sheet, style: &PaperStyle) {
    let (look, page) = (Look::new(style), page(sheet, style));
    let said = format!("{} at {} cm", sheet.id, style.width_cm);
    let words: Vec<Written> =
        written(&look, &page.items, "").into_iter().filter(|word| word.group != "axes").collect();
    let swatches: Vec<[f64; 2]> = groups(&page.items, "legend").into_iter().flat_map(inked).collect();
    for (frame, items) in frames(&page.items) {
        let ink: Vec<[f64; 2]> = inked(items).into_iter().filter(|point| frame.contains(*point)).collect();
        for Written { text, place, .. } in words.iter().filter(|word| word.place.overlaps(&frame)) {
            let hidden = ink.iter().find(|point| place.contains(**point));
            assert!(hidden.is_none(), "{said}: {text:?} at {place:?} lies on {hidden:?}");
        }
        for swatch in swatches.iter().filter(|point| frame.contains(**point)) {
            let near = ink.iter().any(|[x, y]| (x - swatch[0]).hypot(y - swatch[1]) < 1.0);
            assert!(!near, "{said}: a legend's line at {swatch:?} lies on a curve");
        }
    }
    let joined: String =
        written(&look, &page.items, "").into_iter().flat_map(|word| [word.text, String::from(" ")]).collect();
    for figure in sheet.panels() {
        let Content::Plots(plots) = &figure.content else { continue };
        for remark in plots.iter().flat_map(|(_, plot)| plot.remarks()) {
            let whole = remark.split_whitespace().all(|word| joined.contains(word));
            assert!(whole, "{said}: {remark:?} is not said");
        }
    }
}

/// Pictures of the window for a scenario, each alone on its page.
fn pictures(text: &str) -> Vec<Sheet> {
    let scenario = Scenario::new(ScenarioSpec::from_toml(text).unwrap()).unwrap();
    let run = FinishedRun::of(scenario);
    let FinishedRun { scenario, trajectory, .. } = &run;
    let track = SpectrumTrack::of(scenario, trajectory, 12, &|| false).unwrap();
    let runs = (2..7).filter_map(|seed| OtherStart::of(scenario, seed, &|| false).unwrap()).collect();
    let fan = OtherStarts { runs };
    let mut sheets = Vec::new();
    for alpha_scale in [Scale::Linear, Scale::Log10] {
        let run = RunData { alpha_scale, ..RunData::of(&run) };
        let makers =
            [figure::loss, figure::overlaps, figure::norms, figure::distance, figure::gap, figure::growth];
        let mut figures: Vec<Figure> = makers.iter().map(|make| make(&run)).collect();
        figures.push(figure::polar_factor(&run));
        figures.push(figure::manifold(&run, Some(&fan), figure::Orientation::default()));
        figures.push(figure::spectrum::eigenvalues(&run, &track));
        figures.push(figure::spectrum::counts(&run, &track));
        figures.push(figure::spectrum::stability(&run, &track));
        figures.extend(track.points.iter().map(|(_, at)| figure::spectrum::levels(&run, Some(at))));
        sheets.extend(figures.into_iter().map(Sheet::from));
    }
    sheets
}

#[test]
fn words_and_legends_hide_nothing_of_the_data_in_any_picture_at_any_size() {
    let scenarios = [
        "[model]\np = 6\np_star = 3",
        "[model]\np = 2\np_star = 1\n[start]\nkind = \"gaussian\"",
        "[model]\np = 3\np_star = 1",
        "[model]\np = 3\np_star = 3\neta = 0.1",
        "[model]\np = 2\np_star = 4",
    ];
    let pictures = scenarios.into_iter().flat_map(pictures);
    for sheet in figures().into_iter().chain(pictures) {
        for width in [5.0, 8.6, 17.8] {
            check_nothing_is_hidden(&sheet, &style(width, 8.0));
        }
        check_nothing_is_hidden(&sheet, &PaperStyle { height_cm: Some(6.0), ..style(8.6, 8.0) });
    }
}

#[test]
fn a_legend_of_marks_is_not_among_the_data() {
    let mut figure = plain("marks", "Marks", vec![[0.0, 0.0], [1.0, 1.0]]);
    let Content::Plots(plots) = &mut figure.content else { panic!("a plot") };
    plots[0].1.series.push(Series::marks("measured", Ink::Other(0), vec![[0.2, 0.8]], Vec::new()));
    let style = style(8.6, 8.0);
    let page = page(&Sheet::from(figure), &style);
    let legend = written(&Look::new(&style), groups(&page.items, "legend")[0], "legend");
    let (frame, _) = frames(&page.items)[0];
    assert!(legend.iter().all(|word| word.place.bottom() < frame.y), "above the frame");
}

#[test]
fn a_name_of_a_point_that_has_no_place_beside_it_stands_above_the_frame() {
    let mut figure = plain("levels", "Levels", vec![[0.0, 0.0], [0.0, 1.0]]);
    let Content::Plots(plots) = &mut figure.content else { panic!("a plot") };
    // Two points at one place: the name of the first takes the only free one.
    for label in ["the first of both", "the second of both"] {
        let shape = GuideShape::Curve(vec![[0.0, 0.5]; 2]);
        plots[0].1.guides.push(Guide { label: label.to_owned(), meaning: String::new(), shape });
    }
    plots[0].1.x.range = Some((0.0, 1.0));
    let style = style(8.6, 8.0);
    let page = page(&Sheet::from(figure), &style);
    let all = written(&Look::new(&style), &page.items, "");
    let top = |text: &str| all.iter().find(|word| word.text == text).unwrap().place.y;
    let (frame, _) = frames(&page.items)[0];
    assert!(top("the first of both") > frame.y && top("the second of both") < frame.y);
}

#[test]
fn a_page_that_is_too_low_for_its_words_grows_and_frames_keep_a_height() {
    let row = ["one", "two"].map(|title| plain("plain", title, vec![[0.0, 0.0], [1.0, 1.0]]));
    let rows: Vec<Vec<Figure>> = row.into_iter().map(|figure| vec![figure]).collect();
    let height = |height_cm: f64| {
        let style = PaperStyle { height_cm: Some(height_cm), ..style(8.6, 8.0) };
        let page = page(&Sheet::new("two", rows.clone()), &style);
        assert!(frames(&page.items).iter().all(|(frame, _)| frame.height > 24.0));
        page.height / PT_PER_CM
    };
    assert!((height(12.0) - 12.0).abs() < 1e-9 && (height(20.0) - 20.0).abs() < 1e-9);
    assert!(height(2.0) > 4.0 && height(2.0) == height(3.0));
}

#[test]
fn remarks_stand_above_data_that_fill_the_frame() {
    let fill = |k: i32| [f64::from(k), if k % 2 == 0 { 0.0 } else { 1.0 }];
    let mut figure = plain("full", "Full", (0..200).map(fill).collect());
    let Content::Plots(plots) = &mut figure.content else { panic!("a plot") };
    plots[0].1.notes.push(String::from("a remark on what is to be seen here"));
    let style = style(8.6, 8.0);
    let all = written(&Look::new(&style), &page(&Sheet::from(figure), &style).items, "");
    let bottom = |start: &str| all.iter().find(|word| word.text.starts_with(start)).unwrap().place.bottom();
    assert!(bottom("a remark") < bottom("1.0") && bottom("a remark") > bottom("Full"));
}
