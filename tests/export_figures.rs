//! Sheets on paper: what an SVG consists of, what a table holds, exact sizes, and pictures of next to nothing.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use saddlescope::export::{
    PaperStyle, Provenance, render_pdf, render_pixels, render_png, render_svg, sheet_text, spreadsheet_text,
};
use saddlescope::figure::{
    Axis, Band, Content, Figure, Guide, GuideShape, Ink, MatrixPicture, Mesh, Plot, Samples, Scale, Series,
    Sheet, Stroke,
};
use saddlescope::model::{Matrix, ScenarioSpec};

fn provenance() -> Provenance {
    Provenance {
        version: String::from("saddlescope test"),
        ..Provenance::new(&ScenarioSpec::default()).unwrap()
    }
}

fn figure(points: Vec<[f64; 2]>, scale: Scale) -> Figure {
    let mut plot = Plot::new(Axis::new("α", Scale::Linear), Axis::new("loss", scale));
    plot.series.push(Series::new("ODE", Ink::Main, points));
    Figure { id: "loss", title: String::from("Loss"), content: Content::Plots(vec![(1.0, plot)]) }
}

fn sheet() -> Sheet {
    let mut plot = Plot::new(Axis::new("α", Scale::Linear), Axis::new("M_ir", Scale::Linear));
    plot.series.push(Series::new("ODE", Ink::Main, vec![[0.0, 0.0], [1.0, 0.5], [2.0, 2.0]]));
    let mean = Series::new("SGD", Ink::Other(1), vec![[0.0, 0.1], [2.0, 1.5]]);
    plot.series.push(Series { stroke: Stroke::Dashed, ..mean });
    plot.bands.push(Band { ink: Ink::Other(1), edges: vec![[0.0, 0.0, 0.2], [2.0, 1.4, 1.6]] });
    plot.guides.push(Guide {
        label: String::from("plateau"),
        meaning: String::from("a level"),
        shape: GuideShape::Horizontal(1.0),
    });
    let curves =
        Figure { id: "m", title: String::from("Overlaps"), content: Content::Plots(vec![(1.0, plot)]) };
    let values = Some(Matrix::from_row_slice(2, 1, &[1.25, -0.5]));
    let picture = MatrixPicture {
        name: String::from("M̄"),
        values,
        missing: String::new(),
        limit: 1.25,
        student: false,
        alpha: None,
    };
    let matrices = Figure {
        id: "matrix",
        title: String::from("Prediction ρ̄"),
        content: Content::Matrices(vec![picture]),
    };
    Sheet::new("both", vec![vec![curves, matrices]])
        .with_caption("A caption with η and ε.")
        .with_parameters("p = 2")
}

/// Names of elements with how often each occurs, and every text in order.
fn structure(svg: &str) -> (Vec<(String, usize)>, Vec<String>) {
    let mut counts = std::collections::BTreeMap::new();
    let mut texts = Vec::new();
    for piece in svg.split('<').skip(1) {
        let name: String = piece.chars().take_while(|c| c.is_alphanumeric()).collect();
        if !name.is_empty() {
            *counts.entry(name.clone()).or_insert(0) += 1;
        }
        let text = piece.split_once('>').map_or("", |(_, text)| text.trim());
        if ["text", "tspan"].contains(&name.as_str()) && !text.is_empty() {
            texts.push(text.to_owned());
        }
    }
    (counts.into_iter().collect(), texts)
}

#[test]
fn an_svg_has_its_size_in_cm_text_as_text_and_what_made_it() {
    let svg = render_svg(&sheet(), &PaperStyle::double_column(), &provenance()).unwrap();
    assert!(svg.contains("width=\"17.8000cm\""), "{}", &svg[..400]);
    let (counts, texts) = structure(&svg);
    let count = |name: &str| counts.iter().find(|(found, _)| found == name).map_or(0, |(_, count)| *count);
    assert_eq!((count("svg"), count("metadata"), count("title"), count("image")), (1, 1, 1, 0));
    assert!(count("path") >= 8 && count("clipPath") >= 1, "{counts:?}");
    for expected in [
        "(a)  Overlaps",
        "(b)  Prediction ρ̄",
        "M̄",
        "α",
        "plateau",
        "1.25",
        "A caption with η and ε.",
        "p = 2",
    ] {
        assert!(texts.iter().any(|text| text == expected), "{expected} in {texts:?}");
    }
    assert!(svg.contains("[model]\np = 6") && svg.contains("saddlescope test"));
    let again = render_svg(&sheet(), &PaperStyle::double_column(), &provenance()).unwrap();
    assert_eq!(svg, again, "the same sheet is the same bytes");
}

#[test]
fn a_table_holds_every_curve_band_guide_and_matrix() {
    let text = sheet_text(&sheet(), &provenance()).unwrap();
    let rows: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(
        rows,
        [
            "panel,plot,kind,name,x,y,low,high,row,column,value,x_name,y_name",
            "m,1,series,ODE,0.0,0.0,,,,,,α,M_ir",
            "m,1,series,ODE,1.0,0.5,,,,,,α,M_ir",
            "m,1,series,ODE,2.0,2.0,,,,,,α,M_ir",
            "m,1,series,SGD,0.0,0.1,,,,,,α,M_ir",
            "m,1,series,SGD,2.0,1.5,,,,,,α,M_ir",
            "m,1,band,SGD,0.0,,0.0,0.2,,,,α,M_ir",
            "m,1,band,SGD,2.0,,1.4,1.6,,,,α,M_ir",
            "m,1,guide,plateau,,1.0,,,,,,α,M_ir",
            "matrix,1,matrix,M̄,1.0,1.0,1.25,1.25,1,1,1.25,row,column",
            "matrix,1,matrix,M̄,2.0,1.0,-0.5,-0.5,2,1,-0.5,row,column",
        ]
    );
    let said =
        "# panel m, plot 1: x is α, y is M_ir; low to high: one standard error below and above the mean\n";
    assert!(text.contains(said), "{text}");
}

/// The rows of a plot's table without its comments.
fn rows_of(plot: Plot) -> Vec<String> {
    let figure = Figure { id: "f", title: String::new(), content: Content::Plots(vec![(1.0, plot)]) };
    let text = sheet_text(&Sheet::from(figure), &provenance()).unwrap();
    text.lines().filter(|line| !line.starts_with('#')).skip(1).map(str::to_owned).collect()
}

/// What is pasted of a plot, without its comments.
fn pasted(content: Content) -> String {
    let figure = Figure { id: "f", title: String::new(), content };
    let text = spreadsheet_text(&Sheet::from(figure), &provenance()).unwrap();
    let (table, comments) = text.split_once("\n# saddlescope test\n").unwrap();
    assert!(comments.starts_with("# [model]\n"), "{comments}");
    table.to_owned()
}

fn axes(x: &str, y: &str) -> Plot {
    Plot::new(Axis::new(x, Scale::Linear), Axis::new(y, Scale::Linear))
}

#[test]
fn curves_that_share_a_name_are_numbered_and_nameless_guides_are_called_what_they_mean() {
    let mut plot = axes("α", "eigenvalue");
    for level in [0.1, 0.2] {
        plot.series.push(Series::new("in span", Ink::Main, vec![[0.0, level]]));
    }
    plot.series.push(Series::new("off", Ink::Main, vec![[0.0, 0.3]]));
    for (label, meaning) in [("", "plateau: 1"), ("", "plateau: 2"), ("plateau", "plateau: 3")] {
        let shape = GuideShape::Horizontal(1.0);
        plot.guides.push(Guide { label: label.to_owned(), meaning: meaning.to_owned(), shape });
    }
    let names: Vec<String> =
        rows_of(plot).iter().map(|row| row.split(',').nth(3).unwrap().to_owned()).collect();
    assert_eq!(names, ["in span 1", "in span 2", "off", "plateau: 1", "plateau: 2", "plateau"]);
}

#[test]
fn the_numbers_behind_a_histogram_are_written_in_place_of_its_outline() {
    let mut plot = axes("α½", "runs");
    plot.series.push(Series::new("SGD", Ink::Main, vec![[0.0, 0.0], [0.0, 2.0], [9.0, 2.0], [9.0, 0.0]]));
    plot.bands.push(Band { ink: Ink::Main, edges: vec![[0.0, 0.0, 2.0], [9.0, 0.0, 2.0]] });
    let samples = |label: &str, values| Samples { label: String::from(label), values };
    plot.samples = vec![samples("SGD", vec![5.0, f64::NAN, 7.0]), samples("ODE", vec![6.0])];
    assert_eq!(
        rows_of(plot.clone()),
        [
            "f,1,sample,SGD,5.0,,,,1,,,α½,runs",
            "f,1,sample,SGD,,,,,2,,,α½,runs",
            "f,1,sample,SGD,7.0,,,,3,,,α½,runs",
            "f,1,sample,ODE,6.0,,,,1,,,α½,runs",
        ]
    );
    assert_eq!(
        pasted(Content::Plots(vec![(1.0, plot)])),
        "run\tα½, SGD\tα½, ODE\n1.0\t5.0\t6.0\n2.0\t\t\n3.0\t7.0\t\n"
    );
}

#[test]
fn a_map_has_the_value_of_every_cell_at_the_values_it_is_of() {
    let mut plot = axes("η", "p");
    plot.x.scale = Scale::Log10;
    let (x, y) = (vec![0.01, 1.0, 100.0], vec![1.5, 2.5]);
    let (cells, label) = (vec![7.0, f64::NAN], String::from("α_c"));
    let at = [vec![0.1, 10.0], vec![2.0]];
    plot.mesh = Some(Mesh { x, y, at, cells, scale: Scale::Linear, range: (0.0, 7.0), label });
    assert_eq!(
        rows_of(plot.clone()),
        ["f,1,map,α_c,0.1,2.0,7.0,7.0,1,1,7.0,η,p", "f,1,map,α_c,10.0,2.0,,,1,2,,η,p"]
    );
    let text = pasted(Content::Plots(vec![(1.0, plot)]));
    assert_eq!(text, "α_c (rows: p, columns: η)\t0.1\t10.0\n2.0\t7.0\t\n");
}

#[test]
fn what_is_pasted_has_a_column_per_curve_beside_its_x_and_a_matrix_as_its_grid() {
    let mut plot = axes("α", "loss");
    plot.series.push(Series::new("ODE", Ink::Main, vec![[0.0, 1.0], [1.0, 0.5], [2.0, f64::NAN]]));
    plot.series.push(Series::marks("mean", Ink::Other(1), vec![[0.0, 2.0]], vec![0.5]));
    plot.series.push(Series::new("two", Ink::Other(2), vec![[0.0, 3.0], [1.0, 4.0], [2.0, 5.0]]));
    plot.guides.push(Guide {
        label: String::from("plateau"),
        meaning: String::new(),
        shape: GuideShape::Horizontal(0.7),
    });
    assert_eq!(
        pasted(Content::Plots(vec![(1.0, plot)])),
        "α\tloss, ODE\tloss, two\tα\tloss, mean\tloss, mean, low\tloss, mean, high\tloss, plateau\n\
         0.0\t1.0\t3.0\t0.0\t2.0\t1.5\t2.5\t0.7\n1.0\t0.5\t4.0\t\t\t\t\t\n2.0\t\t5.0\t\t\t\t\t\n"
    );
    let values = Some(Matrix::from_row_slice(2, 2, &[1.25, -0.5, 0.0, 3.0]));
    let picture = |name: &str, values| MatrixPicture {
        name: String::from(name),
        values,
        missing: String::new(),
        limit: 3.0,
        student: false,
        alpha: None,
    };
    assert_eq!(
        pasted(Content::Matrices(vec![picture("M", values.clone()), picture("M̄", values)])),
        "M\t1\t2\n1\t1.25\t-0.5\n2\t0.0\t3.0\n\nM̄\t1\t2\n1\t1.25\t-0.5\n2\t0.0\t3.0\n"
    );
}

#[test]
fn all_type_is_of_the_size_that_was_asked_for_and_only_indices_are_smaller() {
    for font_pt in [4.0, 7.0, 8.0, 12.5, 24.0] {
        let style = PaperStyle { font_pt, width_cm: 40.0, ..PaperStyle::double_column() };
        let svg = render_svg(&sheet(), &style, &provenance()).unwrap();
        let sizes = |element: &str| -> Vec<f64> {
            let tags = svg.split('<').filter(|piece| piece.starts_with(&format!("{element} ")));
            let size = |tag: &str| tag.split("font-size=\"").nth(1)?.split('"').next()?.parse().ok();
            tags.filter_map(size).collect()
        };
        assert!(sizes("text").len() > 15 && sizes("text").iter().all(|size| *size == font_pt));
        assert!(sizes("tspan").iter().all(|size| *size < font_pt));
    }
    let refused =
        render_svg(&sheet(), &PaperStyle { font_pt: 36.0, ..PaperStyle::double_column() }, &provenance());
    assert!(refused.unwrap_err().to_string().contains("out of range: 4 to 24 points"));
}

#[test]
fn a_deep_zoom_cuts_curves_at_the_frame_and_keeps_their_slope() {
    // Between two points a million frames apart, y = x; seen: a piece of 1e-6.
    let mut figure = figure(vec![[-1.0, -1.0], [1.0, 1.0]], Scale::Linear);
    figure = figure.zoomed(&[Some([0.0, 1e-6, 0.0, 1e-6])]);
    let svg = render_svg(&Sheet::from(figure), &PaperStyle::single_column(), &provenance()).unwrap();
    let curves = svg.split("class=\"curves\"").nth(1).unwrap();
    let path = curves.split(" d=\"").nth(1).unwrap().split('"').next().unwrap();
    let numbers: Vec<f64> = path
        .split(['M', 'L', ' '])
        .filter(|word| !word.is_empty())
        .map(|word| word.parse().unwrap())
        .collect();
    assert!(numbers.iter().all(|number| number.abs() < 300.0), "{path}");
    let frame = svg.split("<clipPath").nth(1).unwrap();
    let length = |name: &str| -> f64 {
        frame.split(&format!(" {name}=\"")).nth(1).unwrap().split('"').next().unwrap().parse().unwrap()
    };
    let slope = (numbers[1] - numbers[3]) / (numbers[2] - numbers[0]);
    assert!((slope / (length("height") / length("width")) - 1.0).abs() < 1e-3, "{path}");
}

#[test]
fn a_png_has_the_pixels_and_a_pdf_the_points_of_its_size() {
    let style = PaperStyle {
        width_cm: 2.54 * 4.0,
        height_cm: Some(2.54 * 3.0),
        dpi: 100.0,
        ..PaperStyle::single_column()
    };
    let pixels = render_pixels(&sheet(), &style).unwrap();
    assert_eq!((pixels.width, pixels.height, pixels.rgba.len()), (400, 300, 4 * 400 * 300));
    let png = render_png(&sheet(), &style, &provenance()).unwrap();
    assert_eq!(&png[16..24], [0, 0, 1, 144, 0, 0, 1, 44], "the header's width and height");
    let pdf = render_pdf(&sheet(), &style, &provenance()).unwrap();
    let text = String::from_utf8_lossy(&pdf);
    assert!(
        text.starts_with("%PDF-") && text.contains("/MediaBox[0 0 288 216]")
            || text.contains("/MediaBox [0 0 288 216]")
    );
    assert!(text.contains("/FontFile3") || text.contains("/FontFile2"), "the font is in it");
}

#[test]
fn pictures_of_next_to_nothing_are_drawn_and_say_so() {
    let nan = f64::NAN;
    for (points, scale, expected) in [
        (vec![], Scale::Linear, "no data"),
        (vec![[0.0, nan], [1.0, nan]], Scale::Log10, "no value is a finite number"),
        (vec![[0.0, -1.0], [1.0, 0.0]], Scale::Log10, "every value is"),
        (vec![[0.0, 1.0]], Scale::Linear, "only one point"),
        (vec![[0.0, 1.0], [1.0, f64::INFINITY], [2.0, 1e300]], Scale::Linear, "Loss"),
    ] {
        for style in [PaperStyle::single_column(), PaperStyle { dark: true, ..PaperStyle::double_column() }] {
            let sheet = Sheet::from(figure(points.clone(), scale));
            let svg = render_svg(&sheet, &style, &provenance()).unwrap();
            let (_, texts) = structure(&svg);
            assert!(texts.iter().any(|text| text.contains(expected)), "{expected}: {texts:?}");
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{expected}");
            render_pdf(&sheet, &style, &provenance()).unwrap();
        }
    }
    let empty = MatrixPicture {
        name: String::from("M̄"),
        values: None,
        missing: String::from("no law known"),
        limit: 1.0,
        student: false,
        alpha: None,
    };
    let matrices = Figure { id: "m", title: String::new(), content: Content::Matrices(vec![empty]) };
    let svg = render_svg(&Sheet::from(matrices), &PaperStyle::single_column(), &provenance()).unwrap();
    assert!(svg.contains("no law known") || svg.contains("nothing"), "a matrix that is not known says so");
    render_svg(&Sheet::new("nothing", Vec::new()), &PaperStyle::single_column(), &provenance()).unwrap();
}

#[test]
fn powers_of_ten_stand_on_logarithmic_axes() {
    let points = (0..30).map(|k| [f64::from(k), 10_f64.powi(-k / 5)]).collect();
    let svg =
        render_svg(&Sheet::from(figure(points, Scale::Log10)), &PaperStyle::single_column(), &provenance());
    let (_, texts) = structure(&svg.unwrap());
    assert!(texts.iter().any(|text| text == "10⁻³" || text == "10⁻²"), "{texts:?}");
}
