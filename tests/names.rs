//! Every symbol has one name, in all words that a user reads: figures of a run, notation, help, README, sources.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/physics.rs"]
mod physics;

use std::path::Path;

use physics::{scenario, spec};
use saddlescope::figure::paper::spectrum_sheet;
use saddlescope::figure::{
    CHAPTERS, Content, Figure, NOTATION, RunData, distance, ending, escape_times, gap, growth, loss, norms,
    overlaps, polar_factor, readouts_of_run, spectrum, status,
};
use saddlescope::sim::{FinishedRun, SpectrumTrack};

/// What was once said for something that has another name.
const OTHER_NAMES: [(&str, &str); 16] = [
    ("ime to half", "half-time α½"),
    ("alpha_c", "alpha_half"),
    ("alpha-c", "half-time"),
    ("best-eta", "least-half-time"),
    ("η limit", "η_max, η₀ or η_c"),
    ("limit of solutions", "η_c, limit of the solutions"),
    ("η of least α", "η½, η of least half-time"),
    ("largest g\"", "η_g, fastest growth"),
    ("η of largest g", "η_g, η of fastest growth"),
    ("fastest escape", "η_g, η of fastest growth, or η½"),
    ("least at η =", "η½"),
    ("escape near α", "α_esc, escape time"),
    ("α_escape", "α_esc"),
    ("η_best", "η_g"),
    ("\"blow-up\", limit", "η_max"),
    ("have escaped", "have halved their loss"),
];

/// Fails where a text calls something by another name; `α_c` is the paper's alone.
fn assert_names(text: &str, place: &str) {
    for line in text.lines() {
        for (name, instead) in OTHER_NAMES {
            assert!(!line.contains(name), "{place}: `{name}` for {instead}: {line}");
        }
        let own = |rest: &str| rest.chars().next().is_none_or(|next| !next.is_alphanumeric());
        let c = line.split("α_c").skip(1).any(own);
        assert!(!c || line.contains("paper"), "{place}: α_c for α½: {line}");
    }
}

/// Every string in a figure.
fn words_of(figure: &Figure) -> Vec<String> {
    let mut words = vec![figure.id.to_owned(), figure.title.clone()];
    let Content::Plots(plots) = &figure.content else { return words };
    for (_, plot) in plots {
        words.extend([plot.x.label.clone(), plot.y.label.clone()]);
        words.extend(plot.notes.iter().cloned());
        words.extend(plot.series.iter().map(|series| series.label.clone()));
        words.extend(plot.guides.iter().flat_map(|guide| [guide.label.clone(), guide.meaning.clone()]));
    }
    words
}

#[test]
fn figures_read_outs_and_status_of_a_run_call_each_symbol_by_its_one_name() {
    for (p, p_star, eta) in [(3, 3, 0.5), (6, 3, 0.05), (2, 4, 0.05), (3, 3, 0.91), (3, 3, 1.5)] {
        let mut at = spec(p, p_star, eta);
        at.time.alpha_max = saddlescope::model::Horizon::Until(2000.0);
        let scenario = scenario(at);
        let run = FinishedRun::of(scenario);
        let FinishedRun { scenario, trajectory, summary, .. } = &run;
        let data = RunData::of(&run);
        let track = SpectrumTrack::of(scenario, trajectory, 12, &|| false).unwrap();
        let makers = [loss, overlaps, norms, distance, polar_factor, gap, growth, escape_times];
        let mut words: Vec<String> = makers.iter().flat_map(|make| words_of(&make(&data))).collect();
        words.extend(words_of(&spectrum::stability(&data, &track)));
        words.extend(words_of(&spectrum::levels(&data, track.points.last().map(|(_, spectrum)| spectrum))));
        let sheet = spectrum_sheet(&data, &track);
        words.extend(sheet.panels().flat_map(words_of));
        words.extend([sheet.caption, sheet.parameters, ending(scenario, summary)]);
        words.extend(trajectory.snapshots().iter().map(|at| status(&data, at)));
        for readout in readouts_of_run(scenario, Some(&summary.events)) {
            words.extend([readout.name.to_owned(), readout.value, readout.meaning.to_owned()]);
        }
        for word in words {
            assert_names(&word, "a figure");
        }
    }
}

#[test]
fn notation_help_and_readme_define_every_time_and_limit_once() {
    for symbol in ["α½", "α_esc", "η_max", "η₀", "η_c", "η_g", "η½"] {
        assert_eq!(NOTATION.iter().filter(|row| row.symbol == symbol).count(), 1, "{symbol}");
    }
    let papers: Vec<_> = NOTATION.iter().filter(|row| row.elsewhere.contains("α_c")).collect();
    assert!(papers.len() == 1 && papers[0].symbol == "α½");
    for row in NOTATION {
        assert_names(&format!("{} {} {}", row.symbol, row.meaning, row.elsewhere), "the notation");
    }
    for chapter in CHAPTERS {
        assert_names(
            &format!("{} {} {}", chapter.title, chapter.equations.join("\n"), chapter.words),
            "the equations",
        );
    }
    for command in ["run", "sweep", "figure", "inspect", "merge"] {
        let mut program = assert_cmd::cargo::cargo_bin_cmd!("saddlescope");
        let help = String::from_utf8(program.args([command, "--help"]).output().unwrap().stdout).unwrap();
        assert_names(&help, command);
        if ["run", "sweep"].contains(&command) {
            let flowing = help.split_whitespace().collect::<Vec<_>>().join(" ");
            for definition in [
                "the first alpha at which the loss is half its initial value",
                "half-way from the plateau to its final value",
            ] {
                assert!(flowing.contains(definition), "{command}: {definition}");
            }
        }
    }
}

/// All files below a folder with these ends.
fn files(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs" || end == "md") {
            found.push(path);
        }
    }
}

#[test]
fn no_source_and_no_document_has_another_name() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    // The changelog names what was.
    let mut all = vec![root.join("README.md")];
    files(&root.join("src"), &mut all);
    assert!(all.len() > 100);
    for path in all {
        assert_names(&std::fs::read_to_string(&path).unwrap(), &path.display().to_string());
    }
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    assert_eq!(readme.matches("α_c").count(), 1, "once, as the paper's");
}
