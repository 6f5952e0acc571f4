//! One panel of a sheet: heading, remarks and legend above, plots above each other or matrices, and how much room they
//! need.
//!
//! Measured first, so that the frames of a column of panels share their left edge, then drawn into its place.

use super::axes::{axes, below, left, right};
use super::bar::Bar;
use super::curves::curves;
use super::frame::{Span, View, x_span};
use super::legend::{Line, rows, rows_height};
use super::matrices::{matrices, natural_height};
use super::notes::{Outside, REMARK_LINE, Words, remark_items, words};
use super::scene::{Anchor, Item, Rect};
use super::style::Look;
use crate::figure::{Content, Figure, Plot, widest_label};

/// Height of a frame over its width, and what each further plot of a stack adds.
const ASPECT: f64 = 0.64;
/// The same where panels that were to be beside each other are below each other, which the page has to hold.
const FOLDED_ASPECT: f64 = 0.5;
const STACKED: f64 = 0.3;

/// From line to line of a heading, in the base font size.
const HEADING_LINE: f64 = 1.2;

/// What a panel is measured for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    /// Its width, in pt.
    pub(super) width: f64,
    /// Whether the sheet has a legend for all panels.
    pub(super) shared: bool,
    /// Whether it is below what it was to be beside.
    pub(super) folded: bool,
}

/// A panel, measured.
pub(super) struct Panel<'a> {
    figure: &'a Figure,
    heading: Vec<String>,
    views: Vec<(f64, View<'a>)>,
    bars: Vec<Option<Bar>>,
    /// What of the words of each plot is not in its frame.
    outside: Vec<Outside>,
    remarks: Vec<String>,
    above: Vec<Line>,
    /// What its ticks and names need to the left of its frames.
    pub(super) left: f64,
    /// Where its frames begin: below and above those of other panels.
    aligned_left: f64,
    right: f64,
    room: Room,
}

impl<'a> Panel<'a> {
    /// Measures a panel in its room.
    pub(super) fn new(look: &Look, figure: &'a Figure, letter: Option<String>, room: Room) -> Self {
        let title = Some(figure.heading()).filter(|title| !title.is_empty());
        let heading: Vec<String> = letter.into_iter().chain(title).collect();
        let mut panel = Self {
            figure,
            heading: Some(heading.join("  ")).filter(|heading| !heading.is_empty()).into_iter().collect(),
            views: Vec::new(),
            bars: Vec::new(),
            outside: Vec::new(),
            remarks: Vec::new(),
            above: Vec::new(),
            left: 0.0,
            aligned_left: 0.0,
            right: 0.4 * look.em,
            room,
        };
        if let Content::Plots(plots) = &figure.content {
            panel.measure_plots(look, plots);
        }
        panel
    }

    fn measure_plots(&mut self, look: &Look, plots: &'a [(f32, Plot)]) {
        let all: Vec<&Plot> = plots.iter().map(|(_, plot)| plot).collect();
        let x = x_span(&all);
        let total: f64 = plots.iter().map(|(share, _)| f64::from(*share)).sum();
        // About the width inside the frame; what it is exactly follows from the labels.
        let inside = (self.room.width - 5.0 * look.em).max(look.em);
        let height = self.frames_height(look, inside);
        for (share, plot) in plots {
            let share = f64::from(*share) / total.max(f64::MIN_POSITIVE);
            let rooms = (label_room(look, plot, x, inside), (share * height / (2.4 * look.em)).max(2.0));
            self.views.push((share, View::new(plot, x, rooms)));
            self.bars.push(plot.mesh.as_ref().and_then(|mesh| Bar::new(look, mesh, share * height)));
        }
        let views = || self.views.iter().map(|(_, view)| view);
        let left = views().map(|view| left(look, view)).fold(0.0, f64::max);
        let right = views().map(|view| right(look, view, inside)).fold(self.right, f64::max);
        let bars = self.bars.iter().flatten().map(|bar| bar.room(look)).fold(0.0, f64::max);
        (self.left, self.aligned_left, self.right) = (left, left, right.max(bars));
        self.outside = vec![Outside::default(); plots.len()];
        let inside = self.inside();
        let height = self.frames_height(look, inside);
        let areas: Vec<Rect> =
            self.views.iter().map(|(share, _)| Rect::new(0.0, 0.0, inside, share * height)).collect();
        self.place_words(look, &areas);
    }

    /// Whether the heading has room in one line.
    pub(super) fn heading_fits(&self, look: &Look) -> bool {
        self.heading.iter().all(|line| self.left + look.font.width(line, look.em) <= self.room.width)
    }

    /// Lets the frames begin at `left`, and breaks the heading into lines that end with the panel.
    pub(super) fn align(&mut self, look: &Look, left: f64) {
        self.aligned_left = left;
        if !self.heading.iter().all(|line| left + look.font.width(line, look.em) <= self.room.width) {
            self.heading = look.font.wrap(&self.heading.join(" "), look.em, self.room.width - left);
        }
    }

    /// The width of the frames.
    fn inside(&self) -> f64 {
        self.room.width - self.aligned_left - self.right
    }

    /// Finds places for the words in frames; what has none is above them from now on. Whether that is more than before.
    fn place_words(&mut self, look: &Look, areas: &[Rect]) -> bool {
        let found: Vec<Words> = self.words(look, areas);
        let outside: Vec<Outside> = found.iter().map(|words| words.outside.clone()).collect();
        let is_more = outside != self.outside;
        self.outside = outside;
        self.above = found.iter().flat_map(|words| words.above.clone()).collect();
        self.remarks = found.into_iter().flat_map(|words| words.remarks).collect();
        is_more
    }

    fn words(&self, look: &Look, areas: &[Rect]) -> Vec<Words> {
        let plots = self.views.iter().zip(&self.outside).zip(areas);
        plots.map(|(((_, view), outside), area)| words(look, view, area, outside, self.room.shared)).collect()
    }

    /// Moves what has no place in the frames, as they are on the page, above them; whether there is such.
    pub(super) fn settle(&mut self, look: &Look, place: &Rect, [left, top]: [f64; 2]) -> bool {
        let areas = self.frames(look, &body(place, top), left);
        self.place_words(look, &areas)
    }

    /// The height of all frames together over a width.
    fn frames_height(&self, look: &Look, width: f64) -> f64 {
        let Content::Plots(plots) = &self.figure.content else { return 0.0 };
        if let [(_, plot)] = plots.as_slice()
            && plot.equal_aspect
        {
            return 0.9 * width;
        }
        let aspect = if self.room.folded { FOLDED_ASPECT } else { ASPECT };
        let chosen = width * (aspect + STACKED * (plots.len().max(1) - 1) as f64);
        chosen.max(self.named_height(look))
    }

    /// The height of all frames together at which each is as high as the name of its axis is long.
    pub(super) fn named_height(&self, look: &Look) -> f64 {
        let Content::Plots(plots) = &self.figure.content else { return 0.0 };
        let total: f64 = plots.iter().map(|(share, _)| f64::from(*share)).sum();
        let needed = |(share, plot): &(f32, Plot)| {
            look.font.width(&plot.y.label, look.em) * total / f64::from(*share).max(f64::MIN_POSITIVE)
        };
        plots.iter().map(needed).fold(0.0, f64::max)
    }

    /// The height this panel takes below its heading if it may choose.
    pub(super) fn natural_height(&self, look: &Look) -> f64 {
        match &self.figure.content {
            Content::Plots(_) => self.frames_height(look, self.inside()) + self.gaps(look),
            Content::Matrices(pictures) => natural_height(look, pictures, self.room.width),
        }
    }

    /// What is above the first frame: the heading, and remarks and the legend if they are there.
    pub(super) fn top(&self, look: &Look) -> f64 {
        let lines = self.heading.len() as f64;
        let heading = if self.heading.is_empty() { 0.4 } else { 0.25 + HEADING_LINE * lines };
        heading * look.em + self.remarks_height(look) + rows_height(look, &self.above, self.inside())
    }

    fn remarks_height(&self, look: &Look) -> f64 {
        REMARK_LINE * look.small * self.remarks.len() as f64
    }

    /// What is below and between frames.
    pub(super) fn gaps(&self, look: &Look) -> f64 {
        self.views.iter().map(|(_, view)| below(look, view.plot.shows_x)).sum()
    }

    /// Draws the panel into its place, with its frames at `left` and `top` from there.
    pub(super) fn draw(&self, look: &Look, place: &Rect, [left, top]: [f64; 2]) -> Item {
        let mut items = Vec::new();
        for (index, line) in self.heading.iter().enumerate() {
            let at = [place.x + left, place.y + (1.0 + HEADING_LINE * index as f64) * look.em];
            items.push(Item::text(line, at, look.em, look.text(), Anchor::Start));
        }
        let width = place.width - left - self.right;
        let legend = place.y + top - rows_height(look, &self.above, width);
        if !self.above.is_empty() {
            items.push(rows(look, &self.above, [place.x + left, legend], width));
        }
        items.extend(remark_items(look, &self.remarks, [place.x + left, legend - self.remarks_height(look)]));
        let body = body(place, top);
        match &self.figure.content {
            Content::Plots(_) => items.extend(self.draw_plots(look, &body, left)),
            Content::Matrices(pictures) => items.push(matrices(look, pictures, &body)),
        }
        Item::group(&format!("panel {}", self.figure.id), items)
    }

    /// The frames of the plots in a body, from top to bottom.
    fn frames(&self, look: &Look, body: &Rect, left: f64) -> Vec<Rect> {
        let height = (body.height - self.gaps(look)).max(look.em);
        let width = (body.width - left - self.right).max(look.em);
        let mut y = body.y;
        let frame = |(share, view): &(f64, View<'a>)| {
            let full = Rect::new(body.x + left, y, width, share * height);
            y = full.bottom() + below(look, view.plot.shows_x);
            if view.plot.equal_aspect { equal_units(view, &full) } else { full }
        };
        self.views.iter().map(frame).collect()
    }

    fn draw_plots(&self, look: &Look, body: &Rect, left: f64) -> Vec<Item> {
        let label = body.x + left - self.left;
        let areas = self.frames(look, body, left);
        let mut items = Vec::new();
        let plots = self.views.iter().zip(&self.bars).zip(&areas).zip(self.words(look, &areas));
        for ((((_, view), bar), area), words) in plots {
            items.push(curves(look, view, area));
            items.push(axes(look, view, area, label + area.x - body.x - left));
            items.extend(words.items);
            items.extend(bar.as_ref().map(|bar| bar.draw(look, area)));
        }
        items
    }
}

/// What is below the heading and what is with it.
fn body(place: &Rect, top: f64) -> Rect {
    Rect::new(place.x, place.y + top, place.width, (place.height - top).max(1.0))
}

/// How many labels fit the x axis.
fn label_room(look: &Look, plot: &Plot, x: Span, width: f64) -> f64 {
    let label = look.small_width(&widest_label(&plot.x, x));
    (width / (label + 1.2 * look.em)).clamp(2.0, 7.0)
}

/// The largest frame in a place in which one unit has the same length along both axes.
fn equal_units(view: &View<'_>, place: &Rect) -> Rect {
    let (across, down) = (view.x.1 - view.x.0, view.y.1 - view.y.0);
    let unit = (place.width / across).min(place.height / down);
    let (width, height) = (unit * across, unit * down);
    Rect::new(place.x, place.y + 0.5 * (place.height - height), width, height)
}
