//! The texts of a scene with the boxes they take, and the first of them that is not whole on its page.
//!
//! A box is as high as the type; letters with descenders reach a fifth of it below the baseline.

use super::font::Font;
use super::scene::{Anchor, Item, Rect};

/// How far a box may stand out, in pt: less than a letter's own room.
const SLACK: f64 = 0.5;

/// Visits every text with the name of the innermost group it is in and its box.
pub(super) fn visit_texts<'a>(
    font: &Font,
    items: &'a [Item],
    group: &'a str,
    visit: &mut dyn FnMut(&'a Item, &'a str, Rect),
) {
    for item in items {
        match item {
            Item::Group { name, items, .. } => visit_texts(font, items, name, visit),
            Item::Text { text, at, size, anchor, turned, .. } => {
                visit(item, group, text_box(font.width(text, *size), *at, (*size, *anchor, *turned)));
            }
            Item::Shape { .. } | Item::Gradient { .. } => {}
        }
    }
}

fn text_box(width: f64, [x, y]: [f64; 2], (size, anchor, turned): (f64, Anchor, bool)) -> Rect {
    let before = match anchor {
        Anchor::Start => 0.0,
        Anchor::Middle => 0.5 * width,
        Anchor::End => width,
    };
    if turned {
        Rect::new(x - 0.8 * size, y + before - width, size, width)
    } else {
        Rect::new(x - before, y - 0.8 * size, width, size)
    }
}

/// The first text that does not lie wholly on a page of this size.
pub(super) fn cut_off(font: &Font, items: &[Item], (width, height): (f64, f64)) -> Option<String> {
    let is_whole = |place: &Rect| {
        let (right, bottom) = (place.right() - width, place.bottom() - height);
        place.x >= -SLACK && place.y >= -SLACK && right <= SLACK && bottom <= SLACK
    };
    let mut found = None;
    visit_texts(font, items, "", &mut |item, _, place| {
        if let (Item::Text { text, .. }, true) = (item, found.is_none() && !is_whole(&place)) {
            found = Some(text.clone());
        }
    });
    found
}
