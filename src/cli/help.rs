//! The texts of `--help`: the model, the scenario file with defaults and ranges, examples, exit codes.
//!
//! Paragraphs are one line each and wrapped to the terminal; tables are laid out by hand for 80 columns.

use crate::export::{RUN_FORMATS, SHEET_FORMATS};
use crate::model::words::one_of;
use crate::model::{PARAMETERS, Parameter, ParameterRange, ScenarioSpec, SgdSection, Value, known_keys};

pub(super) const ABOUT: &str =
    "Watch one-pass SGD leave a plateau: overlap dynamics of quadratic teacher-student networks";

pub(super) const LONG_ABOUT: &str = "\
Watch one-pass SGD leave a plateau: exact overlap dynamics of quadratic teacher-student networks.

A student f(x) = (1/p) sum_i (w_i.x)^2/N learns a teacher y(x) = (1/p*) sum_r (w*_r.x)^2/N from fresh Gaussian \
samples. As N grows, the overlaps M = W W*^T/N and Q = W W^T/N obey ODEs in alpha = steps/N: norms relax, the loss \
sits on a plateau, escapes after about ln(1/epsilon)/g, and walks to a solution that the start predicts.

Without a command the window opens. Without a display the same dashboard is written to saddlescope.png and its data \
to saddlescope.csv in the current folder.";

pub(super) const AFTER: &str = "\
Examples:
  saddlescope                            the window
  saddlescope run my.toml -o out.csv     a run, as a table
  saddlescope --help                     every key of a scenario, with its range";

const EXAMPLES: &str = "\
Examples:
  saddlescope                            the window with the default scenario
  saddlescope my.toml                    the window with this one
  saddlescope run my.toml -o out.npz     a run without the window
  saddlescope sweep grid.toml -o out.csv many runs, one row each
  saddlescope figure all -o figures      the paper's figures
  saddlescope inspect state.json         risk, prediction and laws of a state
  saddlescope completions bash           a script to source";

const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  a failed run (divergence included) or a failed write
  2  bad input: arguments, scenario, start or state";

/// What follows the options in the help of `sweep`: the file, its columns, examples.
pub(super) fn sweep_after() -> String {
    let axes: Vec<&str> = Parameter::axes().map(|row| row.section_and_name().1).collect();
    SWEEP_AFTER.replace("{axes}", &axes.join(", "))
}

/// What the output of `run` can be.
pub(super) fn output_of_run() -> String {
    let formats: Vec<String> = RUN_FORMATS.iter().map(|format| format!(".{}", format.extension)).collect();
    format!("Where the data goes: {}. Written whole or not at all", one_of(&formats))
}

/// What the pictures of `figure` can be.
pub(super) fn formats_of_figure() -> String {
    let formats = SHEET_FORMATS.each_ref().map(|format| format.extension);
    format!(
        "Formats, of {}, with commas between; the table always comes, as CSV",
        one_of(&formats).replace(" or ", " and ")
    )
}

/// What follows the options in the long help: examples, every key of a scenario, exit codes.
pub(super) fn after_long() -> String {
    let mut text = format!(
        "{EXAMPLES}\n\nScenario file (TOML), every key optional, unknown keys refused; the defaults:\n"
    );
    for (section, _) in known_keys() {
        let about = match section {
            "sgd" => "absent: the ODEs only; else finite-N SGD beside them",
            "teacher" => "tr T = p_star for every kind",
            _ => "",
        };
        text += &entry(&format!("[{section}]"), about);
        PARAMETERS
            .iter()
            .filter(|row| row.section_and_name().0 == section)
            .for_each(|row| text += &lines_of(row));
    }
    text + "\n" + EXIT_CODES
}

/// A key with its default, what it means and its range; then the words of a choice.
fn lines_of(row: &Parameter) -> String {
    let spec = ScenarioSpec { sgd: Some(SgdSection::default()), ..ScenarioSpec::default() };
    let (_, name) = row.section_and_name();
    let default = match (row.get)(&spec) {
        Value::Absent => String::new(),
        Value::Whole(whole) => format!(" = {whole}"),
        Value::Real(real) if real < 1e-4 && real > 0.0 => format!(" = {real:e}"),
        Value::Real(real) => format!(" = {real:?}"),
        Value::Flag(flag) => format!(" = {flag}"),
        Value::Word(word) => format!(" = \"{word}\""),
        Value::Text(_) => String::from(" = \"start.json\""),
        Value::Numbers(_) | Value::Rows(_) => String::from(" = []"),
    };
    let mut text = entry(&format!("{name}{default}"), &row.description());
    if let ParameterRange::Choice(choices) = row.range {
        for choice in choices {
            text += &entry("", &format!("\"{}\": {}", choice.word, choice.meaning));
        }
    }
    text
}

/// A line of a table, in letters that every terminal has; what is long goes on below.
fn entry(key: &str, words: &str) -> String {
    const LETTERS: [(&str, &str); 8] = [
        ("η", "eta"),
        ("ε", "epsilon"),
        ("α", "alpha"),
        ("γ", "gamma"),
        ("√", "sqrt "),
        ("²", "^2"),
        ("Δ", "Delta"),
        ("·", "."),
    ];
    let plain = LETTERS.iter().fold(words.to_owned(), |text, (from, to)| text.replace(from, to));
    let (mut text, mut line) = (String::new(), format!("  {key:<22}"));
    for word in plain.split(' ') {
        if line.chars().count() + word.chars().count() + 1 > 80 {
            text += &line;
            text.push('\n');
            line = " ".repeat(24);
        }
        line.push(' ');
        line += word;
    }
    format!("{text}{}\n", line.trim_end())
}

pub(super) const RUN: &str = "\
Integrate a scenario's overlap ODEs, simulate its SGD ensemble if it has an [sgd] section, and write the result.

One line on standard output says why the run stopped, where, and what it cost. A run that diverges writes what there \
is up to the blow-up, names the limit of eta it passed, and exits with 1.

SGD takes alpha N steps a run, whose cost depends on p and p_star (and on N with engine = \"direct\"). More than about \
a minute of it is begun only after a yes at a terminal; --yes says so beforehand. Where there is no terminal to ask \
at, a line on standard error says how long it takes.";

pub(super) const RUN_AFTER: &str = "\
Formats, by extension; every number reads back to the same 64-bit float:
  .csv   comments (#) with scenario and events, alpha_half and alpha_escape;
         then one row per output time:
         alpha, risk, distance, distance_m, distance_q, s_drift,
         M_1_1 .. row by row, Q_1_1 .. the upper triangle; with [sgd]
         sgd_alive, and sgd_.._mean and sgd_.._sem of the risk and of these
  .json  scenario, ode (alpha, M, Q and the columns above), sgd, rho_bar,
         events, solver; with [sgd] every replica's final state
  .npz   NumPy arrays of whatever .json has: alpha, M, .., T, rho_bar_M ..,
         sgd_M_mean .., sgd_final_M .., solver_steps .., scenario (text),
         format_version, and readme, which says what each is

alpha_half, the half-time, is the first alpha at which the loss is half its
initial value; alpha_escape, the escape time, the first at which it is half-way
from the plateau to its final value.

Any file that a run made is a scenario too, seeds included; a picture with
pinned runs has theirs as well:
  saddlescope run my.toml -o out.csv
  saddlescope run out.json -o again.npz
  saddlescope run loss.svg --pin 1 -o pinned.csv

Read them with
  pandas   pd.read_csv(\"out.csv\", comment=\"#\")
  NumPy    np.load(\"out.npz\")[\"M\"]
  R        read.csv(\"out.csv\", comment.char = \"#\")
  gnuplot  set datafile separator \",\"
           plot \"out.csv\" using \"alpha\":\"risk\" with lines";

pub(super) const SWEEP: &str = "\
Run a scenario at every point of a grid, over all cores, and write one row per point.

Rows are kept in OUT.csv.part as they finish, so that a sweep that is stopped, killed or out of disk loses nothing: \
--resume goes on from there. Each has its writer and a checksum: one that changed on the disk is refused by its line, \
and so is a second process on the same file, with locks or without. The finished table is in order of the index and \
the same bytes however it was run. Points that diverge, or that are no valid scenario, are rows that say so.

What takes more than about a minute is begun only after a yes at a terminal; --yes says so beforehand. Where there is \
no terminal to ask at, a line on standard error says how long it takes. SIGTERM or ctrl C ends a sweep with its rows \
kept.";

const SWEEP_AFTER: &str = "\
Sweep file (TOML): the sections of a scenario, and what varies, each a list or
a range; the first varies slowest, the last fastest:
  [sweep]
  p = [3, 6, 12]
  p_star = [3]
  eta = { from = 0.02, to = 0.9, steps = 20, scale = \"log\" }
  epsilon = { from = 1e-4, to = 1e-2, steps = 3, scale = \"log\" }
  label_noise = { from = 0.0, to = 0.5, steps = 6 }
  n = [1000, 10000]      finite-N SGD beside the ODE, [sgd] replicas each
  seeds = 20             of the starts: 1 to 20; or a list, or
                         { from = 21, count = 20 }; the samples of the k-th
                         start have the seed [sgd] seed + k, k from 0
  stop = \"end\"           \"half\": stop at half the initial loss (faster)
A range has both its ends exactly, and what is between to 15 digits (1e-7 is
1e-7); p, p_star and n are rounded and taken once. At most 10^7 rows.

Columns; empty where a value does not apply or was not reached:
  index, {axes}, seed
  outcome            done, converged (risk below 1e-12), stationary (M and
                     Q at rest above that), diverged, half, or invalid: and
                     the reason
  alpha_end          where the run ended
  alpha_half         half-time: the first alpha at which the loss is half its
                     initial value
  alpha_escape       escape time: the first at which it is half-way from the
                     plateau to its final value
  plateau_loss       in theory; plateau_loss_seen: where the loss was flattest
  risk, distance (to rho_bar), distance_whitened: at the end
  sgd_halved         replicas that got to half their initial risk, with
                     sgd_alpha_half_mean and _sem of their half-times
  sgd_risk_mean, sgd_risk_sem, sgd_diverged: at the ODE's end

Examples:
  saddlescope sweep grid.toml -o out.csv
  saddlescope sweep grid.toml -o out.csv --resume
  saddlescope sweep out.csv -o again.csv
  saddlescope sweep grid.toml -o out.csv --retry
  saddlescope sweep grid.toml -o part3.csv --shard 3/100 --threads 4
  saddlescope sweep grid.toml -o part3.csv --shard-from 0 --shard 10-14/100
  saddlescope merge part*.csv -o out.csv";

pub(super) const FIGURE: &str = "\
Make the figures of arXiv:2604.03068 from scratch, each as pictures and as a table of the data behind it.

1 the ODE against ten runs of SGD; 2 the learning rate and the escape; 3 the distance to the predicted solution; 4 the \
conserved polar factor; 5 degrees of freedom; 6 the Hessian along the run. No window and no graphics card is needed.

--font is the size of every word and number in a picture, in points (indices are smaller, as in any formula); --width \
is the width of the page, 8.6 cm for one column of a journal and 17.8 for two.";

pub(super) const FIGURE_AFTER: &str = "\
Every file carries what made it, seeds included: the command, which makes the
figure again from any of its files, and the scenario for `run` (2: the sweep
for `sweep`; 5 needs none). A table has the columns panel, plot, kind, name, x,
y, low, high, row, column, value, x_name, y_name; comments say what low and
high are. An .npz has an index and a readme.
  saddlescope figure all -o figures
  saddlescope figure 1 -o figures --format pdf --width 8.6 --font 7
  saddlescope figure all -o figures --quick
  saddlescope figure figures/figure-2.svg -o again
  saddlescope run figures/figure-1.svg -o again.csv
  saddlescope sweep figures/figure-2.csv -o rows.csv";

pub(super) const MERGE: &str = "\
Join the tables of a sweep's shards: the bytes of the undivided sweep.

The parts must be of the same sweep, and every row in exactly one of them; otherwise it says which are missing or \
twice, or which were changed after they were written. Unfinished files (.csv.part) are parts too.";

pub(super) const INSPECT: &str = "\
Print what theory knows of one state, as JSON.

The risk; the Hessian of the population loss in weight space: counts of negative, zero and positive eigenvalues, where \
zero is at most the share `tolerance` of the largest (0.01 as in the window, which counts the exact plateau and \
solutions right for every width up to 64; --tolerance sets it), levels (value, how often in the span of the weights, \
how often per dimension off it, that is times N - p - p*), the \
steepest direction down (null where no eigenvalue counts as negative, as at a solution), all eigenvalues; the solution \
nearest to this state taken as a start (rho_bar) and the distance to it; rho_bar_whitened, which also corrects for \
unequal norms, and is the same for Q = I and null for a singular Q; the polar factor S of M; the laws of plateau, \
escape and stability. Null where no law applies. A state of unequal norms has a Hessian without structure, and \
takes longer the larger p (p + p*): 2 s at 4300, 12 s at p = p* = 64, where it needs 350 MB.";

pub(super) const INSPECT_AFTER: &str = "\
Input, all but T and N required (T absent: the identity; N gives dof and
the Hessian's counts off the span too):
  {\"p\": 2, \"p_star\": 1, \"eta\": 0.1, \"T\": [[1]], \"N\": 1000,
   \"M\": [[0.1], [0.2]], \"Q\": [[1, 0], [0, 1]]}

Limits of eta in \"laws\", as the noise of SGD sets them:
  eta_max_plateau    above it there is no plateau: the norms blow up
  eta_max_escape     above it M shrinks on the plateau and nothing escapes;
                     null where M grows up to eta_max_plateau
  eta_max_solution   above it the solutions are unstable; for T the identity
                     and p >= p*
  eta_best           where the escape rate g is largest

Examples:
  saddlescope inspect state.json
  saddlescope inspect state.json --tolerance 1e-9   zero but for rounding";

pub(super) const COMPLETIONS: &str = "\
Print a completion script for a shell, for example

  saddlescope completions bash > ~/.local/share/bash-completion/completions/saddlescope
  saddlescope completions zsh > ~/.zfunc/_saddlescope
  saddlescope completions fish > ~/.config/fish/completions/saddlescope.fish";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_fit_eighty_columns() {
        let long = after_long();
        let sweep = sweep_after();
        let texts = [AFTER, &long, RUN_AFTER, &sweep, FIGURE_AFTER, INSPECT_AFTER];
        for line in texts.iter().flat_map(|text| text.lines()) {
            assert!(line.chars().count() <= 80, "{line}");
        }
        assert!(long.is_ascii(), "{long}");
    }
}
