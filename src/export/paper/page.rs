//! A sheet laid out: the shared legend, rows of panels, the caption and the parameters, on a page of the asked size.
//!
//! Panels in a row share its width evenly and have the same height, in several rows where they would be too narrow for
//! their titles or to be read; rows with equally many panels share the left edges of their frames. Without a given
//! height every row takes what its tallest panel needs.

use super::legend::{Line, rows, rows_height};
use super::panel::{Panel, Room};
use super::scene::{Anchor, Item, Path, Rect};
use super::style::{Look, PT_PER_CM, PaperStyle};
use super::svg::Page;
use crate::figure::{Figure, Ink, Sheet};

/// Around everything, in pt.
const MARGIN: f64 = 2.0;

/// Between panels of a row, and between rows, in the base font size.
const BETWEEN: f64 = 1.6;
const ROWS: f64 = 0.9;

/// A panel beside others is at least as wide, in the base font size: two of them need more than one column of a page.
const NARROWEST: f64 = 18.0;

/// How low a frame can be on a page of a given height, as a share of what it would choose: the page grows for more.
const LEAST: f64 = 0.3;

/// Rounds in which words find their places.
const ROUNDS: usize = 12;

/// From line to line of a caption, in its font size.
const LINE: f64 = 1.3;

/// Lays a sheet out.
pub(super) fn page(sheet: &Sheet, style: &PaperStyle) -> Page {
    let look = Look::new(style);
    let width = style.width_cm * PT_PER_CM;
    let inside = width - 2.0 * MARGIN;
    let mut panels = panels(&look, sheet, inside);
    let legend: Vec<Line> = sheet.legend.iter().map(|entry| Line::new(&look, entry)).collect();
    let words = words(&look, sheet, inside);
    let legend_height = rows_height(&look, &legend, inside);
    let around = 2.0 * MARGIN
        + legend_height
        + ROWS * look.em * panels.len().saturating_sub(1) as f64
        + words.iter().map(|line| LINE * line.size).sum::<f64>()
        + if words.is_empty() { 0.0 } else { 0.5 * look.em };
    let top = MARGIN + legend_height;
    let mut laid = rows_on_page(&look, &panels, style, (inside, top, around));
    // What goes above a frame moves all frames, and is never taken back: a few rounds are enough.
    for _ in 0..ROUNDS {
        if !settle(&look, &mut panels, &laid.1) {
            break;
        }
        laid = rows_on_page(&look, &panels, style, (inside, top, around));
    }
    let (height, places) = laid;
    let background = Path::rect(&Rect::new(0.0, 0.0, width, height));
    let mut items = vec![Item::fill(background, look.palette.background(), 1.0)];
    if !legend.is_empty() {
        items.push(rows(&look, &legend, [MARGIN, MARGIN], inside));
    }
    for (row, place) in panels.iter().zip(&places) {
        let beside = beside(&look, row, place, &panels);
        items
            .extend(row.iter().zip(beside).map(|(panel, (place, corner))| panel.draw(&look, &place, corner)));
    }
    let bottom = places.last().map_or(top - ROWS * look.em, Rect::bottom);
    items.extend(caption(&words, bottom + 0.5 * look.em));
    Page { width, height, title: title(sheet), items }
}

/// The height of the page and the places of its rows, of which what is `around` them leaves room.
fn rows_on_page(
    look: &Look,
    panels: &[Vec<Panel<'_>>],
    style: &PaperStyle,
    (width, top, around): (f64, f64, f64),
) -> (f64, Vec<Rect>) {
    // Type has its size, whatever the height; frames give way, as far as they can.
    let rows: Vec<(f64, f64)> = panels.iter().map(|row| row_heights(look, row)).collect();
    let (fixed, frames) = rows.iter().fold((around, 0.0), |sum, row| (sum.0 + row.0, sum.1 + row.1));
    let asked = style.height_cm.map(|height| height * PT_PER_CM);
    let stretch = asked.map_or(1.0, |height| ((height - fixed) / f64::max(frames, 1.0)).max(LEAST));
    let height = asked.map_or(fixed + frames, |height| height.max(fixed + stretch * frames));
    let mut y = top;
    let place = |(fixed, frames): (f64, f64)| {
        let place = Rect::new(MARGIN, y, width, fixed + stretch * frames);
        y = place.bottom() + ROWS * look.em;
        place
    };
    (height, rows.into_iter().map(place).collect())
}

/// Moves words that have no place in their frames above them; whether there are such.
fn settle(look: &Look, panels: &mut [Vec<Panel<'_>>], places: &[Rect]) -> bool {
    let corners: Vec<Vec<(Rect, [f64; 2])>> =
        panels.iter().zip(places).map(|(row, place)| beside(look, row, place, panels)).collect();
    let mut is_more = false;
    for (row, corners) in panels.iter_mut().zip(corners) {
        for (panel, (place, corner)) in row.iter_mut().zip(corners) {
            is_more |= panel.settle(look, &place, corner);
        }
    }
    is_more
}

/// What a viewer shows as the document's title.
fn title(sheet: &Sheet) -> String {
    let titles: Vec<String> = sheet.panels().map(Figure::heading).collect();
    if titles.is_empty() { sheet.id.clone() } else { titles.join(" · ") }
}

/// All rows of panels, measured.
fn panels<'a>(look: &Look, sheet: &'a Sheet, width: f64) -> Vec<Vec<Panel<'a>>> {
    let (mut count, mut rows) = (0, Vec::new());
    for figures in sheet.rows.iter().filter(|row| !row.is_empty()) {
        let columns = columns(look, sheet, (figures, count), width);
        for beside in figures.chunks(columns) {
            let room = Room { folded: columns < figures.len(), ..room(look, sheet, beside.len(), width) };
            rows.push(measured(look, sheet, (beside, count), room));
            count += beside.len();
        }
    }
    let lefts: Vec<Vec<f64>> = rows.iter().map(|row| lefts(row, &rows)).collect();
    for (row, lefts) in rows.iter_mut().zip(lefts) {
        row.iter_mut().zip(lefts).for_each(|(panel, left)| panel.wrap_heading(look, left));
    }
    rows
}

/// How many of the figures of a row have room beside each other, in as few lines as that takes, as even as these can be.
fn columns(look: &Look, sheet: &Sheet, figures: (&[Figure], usize), width: f64) -> usize {
    let count = figures.0.len();
    let fits = |columns: &usize| {
        let room = room(look, sheet, *columns, width);
        let wide = || measured(look, sheet, figures, room).iter().all(|panel| panel.heading_fits(look));
        room.width >= NARROWEST * look.em && wide()
    };
    (1..=count).map(|lines| count.div_ceil(lines)).find(fits).unwrap_or(1)
}

/// What each of several panels beside each other has of a width.
fn room(look: &Look, sheet: &Sheet, columns: usize, width: f64) -> Room {
    let gaps = BETWEEN * look.em * (columns - 1) as f64;
    let width = ((width - gaps) / columns as f64).max(4.0 * look.em);
    Room { width, shared: !sheet.legend.is_empty(), folded: false }
}

/// Figures as panels, the first of which is the sheet's panel of that index.
fn measured<'a>(
    look: &Look,
    sheet: &Sheet,
    (figures, first): (&'a [Figure], usize),
    room: Room,
) -> Vec<Panel<'a>> {
    let panel = |(index, figure)| Panel::new(look, figure, sheet.letter(first + index), room);
    figures.iter().enumerate().map(panel).collect()
}

/// Where the frames of a row begin: below and above those of rows with equally many panels.
fn lefts(row: &[Panel<'_>], all: &[Vec<Panel<'_>>]) -> Vec<f64> {
    let alike = || all.iter().filter(|other| other.len() == row.len());
    let left = |column: usize| alike().filter_map(move |row| row.get(column)).map(|panel| panel.left);
    (0..row.len()).map(|column| left(column).fold(0.0, f64::max)).collect()
}

/// The height of a row's words and axes, and that of its frames if they may choose.
fn row_heights(look: &Look, row: &[Panel<'_>]) -> (f64, f64) {
    let natural = row.iter().map(|panel| panel.natural_height(look)).fold(0.0, f64::max);
    let gaps = row.iter().map(|panel| panel.gaps(look)).fold(0.0, f64::max);
    (row_top(look, row) + gaps, natural - gaps)
}

/// What is above the frames of a row, which are at one height.
fn row_top(look: &Look, row: &[Panel<'_>]) -> f64 {
    row.iter().map(|panel| panel.top(look)).fold(0.0, f64::max)
}

/// The place of each panel of a row, with where in it the frames begin.
fn beside(look: &Look, row: &[Panel<'_>], place: &Rect, all: &[Vec<Panel<'_>>]) -> Vec<(Rect, [f64; 2])> {
    let gap = BETWEEN * look.em;
    let count = row.len() as f64;
    let width = (place.width - gap * (count - 1.0)) / count;
    let top = row_top(look, row);
    let of = |(column, left): (usize, f64)| {
        let x = place.x + (width + gap) * column as f64;
        (Rect::new(x, place.y, width, place.height), [left, top])
    };
    lefts(row, all).into_iter().enumerate().map(of).collect()
}

/// A line below the panels.
struct Words {
    text: String,
    size: f64,
    colour: crate::figure::Rgb,
}

/// The caption and the parameters in lines.
fn words(look: &Look, sheet: &Sheet, width: f64) -> Vec<Words> {
    let lines = |text: &str, size: f64, ink: Ink| {
        let lines = look.font.wrap(text, size, width).into_iter();
        lines.map(|text| Words { text, size, colour: look.palette.ink(ink) }).collect::<Vec<Words>>()
    };
    let mut words = lines(&sheet.caption, look.em, Ink::Main);
    words.extend(lines(&sheet.parameters, look.small, Ink::Main));
    words
}

fn caption(words: &[Words], top: f64) -> Vec<Item> {
    let mut y = top;
    let line = |line: &Words| {
        y += LINE * line.size;
        let at = [MARGIN, y - 0.3 * line.size];
        Item::text(&line.text, at, line.size, line.colour, Anchor::Start)
    };
    words.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::paper::{
        Companion, closest_sheet, conserved_sheet, freedom_sheet, learning_rate_sheet, overlay_sheet,
        spectrum_sheet,
    };
    use crate::figure::{self, Axis, Content, Guide, GuideShape, Plot, RunData, Scale, Series};
    use crate::model::{Scenario, ScenarioSpec};
    use crate::sim::learning_rate::{BestRate, HalfTimes, RateRecord, law_half_times};
    use crate::sim::{Fan, FanRun, Predictions, SpectrumTrack};

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
        for item in items {
            match item {
                Item::Group { name, items, .. } => found.extend(written(look, items, name)),
                Item::Text { text, at: [x, y], size, anchor, turned, .. } => {
                    let width = look.font.width(text, *size);
                    let before = match anchor {
                        Anchor::Start => 0.0,
                        Anchor::Middle => 0.5 * width,
                        Anchor::End => width,
                    };
                    let place = if *turned {
                        Rect::new(x - 0.8 * size, y + before - width, *size, width)
                    } else {
                        Rect::new(x - before, y - 0.8 * size, width, *size)
                    };
                    let (text, group) = (text.clone(), group.to_owned());
                    found.push(Written { text, place, size: *size, anchor: *anchor, turned: *turned, group });
                }
                _ => {}
            }
        }
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
        let (trajectory, summary) = crate::sim::run(&scenario);
        let predictions = Predictions::of(&scenario);
        let run = |alpha_scale: Scale| RunData {
            alpha_scale,
            ..RunData::ended(&scenario, &trajectory, &predictions, &summary)
        };
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
        let track = SpectrumTrack::of(&scenario, &trajectory, 40, &|| false).unwrap();
        vec![
            overlay_sheet(&run(Scale::Linear)),
            learning_rate_sheet(&square, &RateRecord { times, best, law }),
            closest_sheet(&run(Scale::Log10), &[Companion { seed: 2, trajectory: &trajectory }]),
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
            let is_on_page =
                place.x > -0.5 && place.right() < page.width + 0.5 && place.bottom() < page.height;
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
            assert!(
                labels(Anchor::Middle) >= 3 && labels(Anchor::End) >= 2,
                "{said}: an axis without labels"
            );
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
            for style in
                [style(8.6, 7.0), style(8.6, 8.0), style(12.0, 8.0), style(17.8, 8.0), style(7.0, 9.0)]
            {
                check(&sheet, &style);
            }
        }
    }

    fn plain(id: &'static str, title: &str, points: Vec<[f64; 2]>) -> Figure {
        let mut plot = Plot::new(Axis::new("x", Scale::Linear), Axis::new("y", Scale::Linear));
        plot.series.push(Series::new("curve", Ink::Main, points));
        Figure { id, title: title.to_owned(), content: Content::Plots(vec![(1.0, plot)]) }
    }

    #[test]
    fn panels_are_beside_each_other_where_they_have_room() {
        let line = || vec![[0.0, 0.0], [1.0, 1.0]];
        let row: Vec<Figure> =
            ["one", "two", "three", "four"].map(|title| plain("plain", title, line())).into();
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
            let ink: Vec<[f64; 2]> =
                inked(items).into_iter().filter(|point| frame.contains(*point)).collect();
            for Written { text, place, .. } in words.iter().filter(|word| word.place.overlaps(&frame)) {
                let hidden = ink.iter().find(|point| place.contains(**point));
                assert!(hidden.is_none(), "{said}: {text:?} at {place:?} lies on {hidden:?}");
            }
            for swatch in swatches.iter().filter(|point| frame.contains(**point)) {
                let near = ink.iter().any(|[x, y]| (x - swatch[0]).hypot(y - swatch[1]) < 1.0);
                assert!(!near, "{said}: a legend's line at {swatch:?} lies on a curve");
            }
        }
        let joined: String = written(&look, &page.items, "")
            .into_iter()
            .flat_map(|word| [word.text, String::from(" ")])
            .collect();
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
        let (trajectory, summary) = crate::sim::run(&scenario);
        let predictions = Predictions::of(&scenario);
        let track = SpectrumTrack::of(&scenario, &trajectory, 12, &|| false).unwrap();
        let runs = (2..7).filter_map(|seed| FanRun::of(&scenario, seed, &|| false).unwrap()).collect();
        let fan = Fan { runs };
        let mut sheets = Vec::new();
        for alpha_scale in [Scale::Linear, Scale::Log10] {
            let run =
                RunData { alpha_scale, ..RunData::ended(&scenario, &trajectory, &predictions, &summary) };
            let makers = [
                figure::loss,
                figure::overlaps,
                figure::norms,
                figure::distance,
                figure::gap,
                figure::growth,
            ];
            let mut figures: Vec<Figure> = makers.iter().map(|make| make(&run)).collect();
            figures.push(figure::polar_factor(&run));
            figures.push(figure::manifold(&run, Some(&fan), figure::Turn::default()));
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
        let bottom =
            |start: &str| all.iter().find(|word| word.text.starts_with(start)).unwrap().place.bottom();
        assert!(bottom("a remark") < bottom("1.0") && bottom("a remark") > bottom("Full"));
    }
}
