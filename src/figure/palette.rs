//! Colours of data, from one place: one per teacher, one per neuron, the same in every picture.
//!
//! Teachers are categorical (after Okabe and Ito, safe for colour-blind readers), neurons are steps of viridis,
//! signed values are blue – neutral – orange. Light and dark variants differ in lightness, not in hue.

/// A colour, 8 bits a channel, sRGB.
pub type Rgb = [u8; 3];

/// Whose colour a curve has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ink {
    /// The main curve of a picture.
    Main,
    /// The second, third, ... curve of a picture.
    Other(usize),
    /// A teacher, from 0.
    Teacher(usize),
    /// A student neuron, from 0, of so many.
    Neuron(usize, usize),
    /// A run kept to compare with, from 0.
    Pinned(usize),
    /// What recedes: averages of many, things out of focus.
    Quiet,
    /// Theory.
    Theory,
    /// What is wrong.
    Alarm,
}

/// Light or dark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Palette {
    /// On white.
    Light,
    /// On near-black.
    Dark,
}

const CATEGORICAL_LIGHT: [Rgb; 8] = [
    [0, 101, 168],
    [204, 85, 0],
    [0, 133, 98],
    [154, 76, 144],
    [153, 107, 0],
    [24, 138, 186],
    [190, 60, 100],
    [96, 96, 96],
];

const CATEGORICAL_DARK: [Rgb; 8] = [
    [96, 178, 240],
    [245, 146, 74],
    [45, 200, 160],
    [216, 140, 200],
    [232, 190, 60],
    [140, 220, 255],
    [255, 130, 150],
    [176, 176, 176],
];

impl Palette {
    /// The colour of an ink.
    pub fn ink(self, ink: Ink) -> Rgb {
        match ink {
            Ink::Main => self.pick([18, 22, 28], [240, 243, 247]),
            Ink::Other(index) | Ink::Teacher(index) => {
                let colours = self.pick(CATEGORICAL_LIGHT, CATEGORICAL_DARK);
                colours[index % colours.len()]
            }
            Ink::Neuron(index, count) => {
                let (low, high) = self.pick((0.05, 0.56), (0.42, 0.97));
                let share = if count > 1 { index as f64 / (count - 1) as f64 } else { 0.0 };
                colorous::VIRIDIS.eval_continuous(low + share * (high - low)).as_array()
            }
            // First the colours that the curves of the run itself do not have.
            Ink::Pinned(index) => self.ink(Ink::Other([2, 6, 4, 5, 3, 0, 1, 7][index % 8])),
            Ink::Quiet => self.pick([136, 142, 150], [110, 118, 128]),
            Ink::Theory => self.pick([110, 84, 30], [214, 186, 120]),
            Ink::Alarm => self.pick([196, 30, 30], [255, 104, 96]),
        }
    }

    /// The colour of a signed share of the largest magnitude, -1..=1; NaN is grey.
    pub fn signed(self, share: f64) -> Rgb {
        if share.is_nan() {
            return [128, 128, 128];
        }
        let neutral = self.pick([244, 245, 246], [30, 33, 38]);
        let (below, above) = self.pick(([0, 84, 158], [190, 76, 0]), ([92, 178, 248], [250, 150, 70]));
        let end = if share < 0.0 { below } else { above };
        // A root spreads small values, which the eye else loses against the neutral.
        mix(neutral, end, share.abs().min(1.0).powf(0.75))
    }

    /// What everything is drawn on.
    pub fn background(self) -> Rgb {
        self.pick([255, 255, 255], [22, 24, 28])
    }

    /// An ink nearer to the text's: a dashed curve stays visible on a solid one of the same ink.
    pub fn deep(self, ink: Ink) -> Rgb {
        mix(self.ink(ink), self.ink(Ink::Main), 0.55)
    }

    /// The colour of a curve of theory: it shows on the background as on the main curve, over which it is dashed.
    pub fn law(self) -> Rgb {
        self.pick([172, 124, 24], [196, 140, 40])
    }

    /// Black or white, whichever is easier to read on a colour.
    pub fn readable_on(colour: Rgb) -> Rgb {
        // Equal contrast to both is at a luminance of about 0.18.
        if luminance(colour) > 0.18 { [0; 3] } else { [255; 3] }
    }

    /// The colour of a share 0..=1 of a scale that has no zero; NaN is grey.
    pub fn sequential(self, share: f64) -> Rgb {
        if share.is_nan() {
            return self.pick([225, 227, 230], [48, 52, 58]);
        }
        colorous::VIRIDIS.eval_continuous(share.clamp(0.0, 1.0)).as_array()
    }

    fn pick<T>(self, light: T, dark: T) -> T {
        match self {
            Self::Light => light,
            Self::Dark => dark,
        }
    }
}

fn mix(from: Rgb, to: Rgb, share: f64) -> Rgb {
    std::array::from_fn(|channel| {
        let (a, b) = (f64::from(from[channel]), f64::from(to[channel]));
        (a + share * (b - a)).round() as u8
    })
}

/// Contrast of two colours, 1..=21, as WCAG has it: text wants 4.5, what carries meaning in a picture 3.
pub fn contrast(one: Rgb, other: Rgb) -> f64 {
    let (a, b) = (luminance(one), luminance(other));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Relative luminance, 0..=1.
fn luminance(colour: Rgb) -> f64 {
    let linear = colour.map(|channel| {
        let share = f64::from(channel) / 255.0;
        if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_curve_stands_out_from_its_background() {
        for palette in [Palette::Light, Palette::Dark] {
            let background = palette.background();
            let neurons = [1, 2, 6, 64].into_iter().flat_map(|p| (0..p).map(move |i| Ink::Neuron(i, p)));
            let inks = (0..8).flat_map(|i| [Ink::Teacher(i), Ink::Pinned(i)]).chain(neurons);
            for ink in inks.chain([Ink::Main, Ink::Theory, Ink::Quiet, Ink::Alarm]) {
                for colour in [palette.ink(ink), palette.deep(ink)] {
                    let contrast = contrast(colour, background);
                    // WCAG asks 3:1 of graphical objects.
                    assert!(contrast >= 3.0, "{palette:?} {ink:?}: {contrast:.2}");
                }
            }
            for word in [Ink::Main, Ink::Theory, Ink::Alarm] {
                let contrast = contrast(palette.ink(word), background);
                assert!(contrast >= 4.5, "text {palette:?} {word:?}: {contrast:.2}");
            }
        }
    }

    #[test]
    fn a_curve_of_theory_shows_on_the_background_and_on_the_curve_that_agrees_with_it() {
        for palette in [Palette::Light, Palette::Dark] {
            let law = palette.law();
            assert!(contrast(law, palette.background()) >= 3.0, "{palette:?}");
            assert!(contrast(law, palette.ink(Ink::Main)) >= 2.5, "{palette:?}");
        }
    }

    #[test]
    fn numbers_can_be_read_on_every_cell() {
        for palette in [Palette::Light, Palette::Dark] {
            for step in -100..=100 {
                let cell = palette.signed(f64::from(step) / 100.0);
                let contrast = contrast(Palette::readable_on(cell), cell);
                assert!(contrast >= 4.5, "{palette:?} {step} %: {contrast:.2}");
            }
        }
    }

    #[test]
    fn the_signs_differ_in_hue_and_their_ends_from_zero() {
        for palette in [Palette::Light, Palette::Dark] {
            let zero = palette.signed(0.0);
            for end in [palette.signed(-1.0), palette.signed(1.0)] {
                assert!(contrast(end, zero) >= 3.0, "{palette:?}: {:.2}", contrast(end, zero));
            }
        }
    }

    #[test]
    fn zero_is_neutral_and_the_signs_differ() {
        for palette in [Palette::Light, Palette::Dark] {
            assert_eq!(palette.signed(0.0), palette.signed(-0.0));
            assert_ne!(palette.signed(0.5), palette.signed(-0.5));
            assert_eq!(palette.signed(7.0), palette.signed(1.0));
        }
    }
}
