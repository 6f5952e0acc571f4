//! The program as a user starts it: its window on a display of its own, read from the display's memory.
//!
//! Needs Xvfb (and xdotool for the drag). Without them the test says so and passes, unless SADDLESCOPE_REQUIRE_WINDOW
//! is set. Times and shares of the processor are printed; limits are wide, because machines are shared.

#![cfg(all(feature = "gui", target_os = "linux"))]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![expect(clippy::print_stdout, reason = "what was measured is told")]

mod ui_support;
mod xvfb;

use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use egui::{Rect, Role};
use egui_kittest::kittest::Queryable;
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use saddlescope::ui::Saved;
use tempfile::TempDir;
use xvfb::{Display, Screen, find};

/// A guard against hanging, nothing else: a window appears in well under a second.
const GUARD: Duration = Duration::from_mins(1);

/// Between two looks at the display.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// Two looks this far apart that show the same: the picture is complete.
const AT_REST: Duration = Duration::from_millis(150);

/// A window with curves, matrices and text has more colours than this; an empty one has a handful.
const COLOURS: usize = 200;

/// How many views there are, on keys from 1.
const VIEWS: u32 = 6;

/// How long sliders are dragged, over all views.
const DRAGGING: Duration = Duration::from_secs(30);

/// What the program may grow by meanwhile, in megabytes.
const GROWTH: f64 = 20.0;

/// The running program.
struct Program {
    child: Child,
    started: Instant,
    home: TempDir,
}

impl Program {
    fn start(display: &Display) -> Self {
        Self::start_at(display, tempfile::tempdir().unwrap(), &[])
    }

    /// With a home that is there already, and some settings of the environment.
    fn start_at(display: &Display, home: TempDir, settings: &[(&str, &str)]) -> Self {
        let started = Instant::now();
        let child = Command::new(env!("CARGO_BIN_EXE_saddlescope"))
            .current_dir(home.path())
            .env("DISPLAY", display.name())
            .env_remove("WAYLAND_DISPLAY")
            .env("HOME", home.path())
            .env("XDG_DATA_HOME", home.path())
            .env("XDG_CONFIG_HOME", home.path())
            .env("XDG_CACHE_HOME", home.path())
            .env("XDG_RUNTIME_DIR", home.path())
            .env("LIBGL_ALWAYS_SOFTWARE", "1")
            .envs(settings.iter().copied())
            .stdout(Stdio::inherit())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        Self { child, started, home }
    }

    /// Memory that is resident now, in megabytes.
    fn megabytes(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() / 1e3
    }

    /// What is kept for the next time, once the program has written it.
    fn kept(&self) -> String {
        std::fs::read_to_string(self.kept_in()).unwrap_or_default()
    }

    fn kept_in(&self) -> PathBuf {
        self.home.path().join("saddlescope").join("window.json")
    }

    /// Waits until what is kept has changed to something that holds these words.
    fn wait_for_kept(&self, words: &str) {
        let begun = Instant::now();
        while !self.kept().contains(words) {
            assert!(begun.elapsed() < GUARD, "it keeps {}", self.kept());
            std::thread::sleep(LOOK_EVERY);
        }
    }

    /// Waits for its end; how it ended.
    fn wait(&mut self) -> ExitStatus {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(begun.elapsed() < GUARD, "it does not end");
            std::thread::sleep(LOOK_EVERY);
        }
    }

    fn threads(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/task", self.child.id())).unwrap().count()
    }

    fn is_alive(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Processor seconds used so far, in user and system mode.
    fn seconds(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        // The name in parentheses may hold spaces; utime and stime are the 12th and 13th after it, in 1/100 s.
        let after = stat.rsplit(')').next().unwrap();
        let ticks = |index: usize| after.split_whitespace().nth(index).unwrap().parse::<f64>().unwrap();
        (ticks(11) + ticks(12)) / 100.0
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // There is no window manager to close the window with.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A picture that rests, since when it does, and when anything was first to be seen.
struct Picture {
    screen: Screen,
    since: Instant,
    first: Instant,
}

/// Waits until the display shows a window whose picture rests.
fn wait_for_picture(display: &Display, program: &mut Program) -> Picture {
    let begun = Instant::now();
    let (mut screen, mut since, mut first) = (display.look(), begun, None);
    loop {
        assert!(program.is_alive(), "the program ended");
        assert!(begun.elapsed() < GUARD, "no complete picture: {} colours", screen.colours());
        std::thread::sleep(LOOK_EVERY);
        let now = display.look();
        if now != screen {
            (screen, since) = (now, Instant::now());
            first = first.or(Some(since));
        } else if since.elapsed() > AT_REST && screen.colours() > COLOURS {
            return Picture { screen, since, first: first.unwrap_or(begun) };
        }
    }
}

/// Whether everything is there, `also` included; if not, says so, or fails where a window is required.
fn can_run(also: &[&'static str]) -> bool {
    let needed = ["Xvfb"].iter().chain(also);
    let missing: Vec<&str> = needed.copied().filter(|name| find(name).is_none()).collect();
    if missing.is_empty() {
        return true;
    }
    let message = format!("not installed: {}", missing.join(", "));
    assert!(std::env::var_os("SADDLESCOPE_REQUIRE_WINDOW").is_none(), "a window is required; {message}");
    println!("skipped: {message}");
    false
}

/// Where the slider of that name is in a window of this size.
fn slider(name: &str, size: [f32; 2]) -> Rect {
    let window = ui_support::Window::with(Saved::default(), size);
    window.harness.get_by_role_and_label(Role::Slider, name).rect()
}

/// Drags from a tenth of the slider to its end and back for some seconds; returns how many different pictures were seen.
fn drag(display: &Display, rail: Rect, lasting: Duration) -> usize {
    let at = |share: f32| {
        let place = rail.lerp_inside(egui::vec2(share, 0.5));
        [place.x.round().to_string(), place.y.round().to_string()]
    };
    let [x, y] = at(0.1);
    display.point(&["mousemove", &x, &y, "mousedown", "1"]);
    let begun = Instant::now();
    let (mut pictures, mut last, mut step) = (0, display.look(), 0_u32);
    while begun.elapsed() < lasting {
        let share = f64::from(step).mul_add(0.04, 0.1).sin().abs() * 0.6 + 0.2;
        let [x, y] = at(share as f32);
        display.point(&["mousemove", &x, &y]);
        let now = display.look();
        pictures += usize::from(now != last);
        (last, step) = (now, step + 1);
    }
    let [x, y] = at(0.4);
    display.point(&["mousemove", &x, &y, "mouseup", "1"]);
    pictures
}

/// The share of one processor that the program uses while nothing happens.
fn idle_share(program: &Program) -> f64 {
    let lasting = Duration::from_secs(2);
    let before = program.seconds();
    std::thread::sleep(lasting);
    (program.seconds() - before) / lasting.as_secs_f64()
}

fn check_window(width: u16, height: u16) {
    if !can_run(&[]) {
        return;
    }
    let display = Display::start(width, height);
    let mut program = Program::start(&display);
    let Picture { screen, since, first } = wait_for_picture(&display, &mut program);
    let [first, complete] = [first, since].map(|then| 1e3 * (then - program.started).as_secs_f64());
    println!(
        "{width} x {height}: start to first pixels {first:.0} ms, to complete picture {complete:.0} ms, {} colours",
        screen.colours()
    );
    assert_eq!(screen.size(), [usize::from(width), usize::from(height)]);
    let corners = screen.bare_corners();
    assert!(corners.is_empty(), "the window leaves {corners:?} of the display empty");
    keep(&screen, &format!("window-{width}x{height}.png"));

    if find("xdotool").is_some() {
        let rail = slider("η", [f32::from(width), f32::from(height)]);
        let before = program.seconds();
        let pictures = drag(&display, rail, Duration::from_secs(3));
        let spent = (program.seconds() - before) / 3.0;
        println!("drag of 3 s: {pictures} pictures, {:.0} % of a processor", 100.0 * spent);
        assert!(program.is_alive(), "the drag ended the program");
        assert!(pictures > 5, "{pictures} pictures in 3 s of dragging");
        let after = wait_for_picture(&display, &mut program).screen;
        assert!(after != screen, "the drag changed nothing");
        keep(&after, &format!("window-{width}x{height}-dragged.png"));
    } else {
        println!("no drag: xdotool is not installed");
    }
    let idle = idle_share(&program);
    println!("idle: {:.1} % of a processor", 100.0 * idle);
    assert!(idle < 0.2, "{:.0} % of a processor while nothing happens", 100.0 * idle);
    assert!(program.is_alive());
}

/// Keeps a picture for whoever wants to look.
fn keep(screen: &Screen, name: &str) {
    screen.write(&Path::new(env!("CARGO_TARGET_TMPDIR")).join(name));
}

/// Presses a key and waits until what it does is on the display.
fn press(display: &Display, program: &mut Program, key: &str) -> Screen {
    display.point(&["key", key]);
    // The picture before the key may still rest.
    std::thread::sleep(AT_REST);
    wait_for_picture(display, program).screen
}

/// Goes through all views and drags each slider for a while in each; returns the views as first seen.
fn tour(display: &Display, program: &mut Program, rails: &[Rect], each: Duration) -> Vec<Screen> {
    let mut seen = Vec::new();
    for view in 1..=VIEWS {
        seen.push(press(display, program, &view.to_string()));
        for rail in rails {
            drag(display, *rail, each);
            assert!(program.is_alive(), "dragging in view {view} ended the program");
        }
    }
    // Back where it began, so that the same is in memory.
    press(display, program, "1");
    seen
}

/// Ctrl and Q, and how the program ended.
fn quit(display: &Display, program: &mut Program) -> ExitStatus {
    display.point(&["key", "ctrl+q"]);
    program.wait()
}

#[test]
fn every_view_survives_half_a_minute_of_dragging_does_not_grow_and_closes() {
    const SIZE: [f32; 2] = [1440.0, 900.0];
    if !can_run(&["xdotool"]) {
        return;
    }
    let display = Display::start(1440, 900);
    let rails = ["η", "ε", "p"].map(|name| slider(name, SIZE));
    let mut program = Program::start(&display);
    wait_for_picture(&display, &mut program);
    // No window manager gives the window the keyboard.
    display.point(&["search", "--name", "Saddlescope", "windowfocus"]);
    let (fresh, each) = (program.megabytes(), DRAGGING / (VIEWS * rails.len() as u32));
    // As long as what is measured: threads fill their stores of memory during the first tour, and grow no more after it.
    tour(&display, &mut program, &rails, each);
    let warm = program.megabytes();
    let views = tour(&display, &mut program, &rails, each);
    let after = program.megabytes();
    println!(
        "memory: {fresh:.1} MB at the start, {warm:.1} MB after all views, {after:.1} MB after {DRAGGING:?}"
    );
    assert!(after - warm < GROWTH, "grew by {:.1} MB", after - warm);
    for (index, view) in views.iter().enumerate() {
        assert!(view.colours() > COLOURS, "view {} has {} colours", index + 1, view.colours());
        assert!(view.bare_corners().is_empty(), "view {}", index + 1);
        assert!(index == 0 || *view != views[index - 1], "view {} looks like the one before", index + 1);
        keep(view, &format!("view-{}.png", index + 1));
    }
    press(&display, &mut program, "t");
    for view in 1..=VIEWS {
        let dark = press(&display, &mut program, &view.to_string());
        assert!(dark.colours() > COLOURS, "view {view} in the dark has {} colours", dark.colours());
        keep(&dark, &format!("view-{view}-dark.png"));
    }
    let status = quit(&display, &mut program);
    assert!(status.success(), "it closed with {status}");
    assert!(program.kept().contains("\"dark\": true"), "the window is not kept: {}", program.kept());
}

#[test]
fn the_window_opens_answers_the_mouse_and_rests_on_a_desktop() {
    check_window(1440, 900);
}

#[test]
fn the_window_opens_answers_the_mouse_and_rests_on_a_small_laptop() {
    check_window(1024, 700);
}

/// Takes the home of a program that has ended.
fn home_of(mut program: Program) -> TempDir {
    std::mem::replace(&mut program.home, tempfile::tempdir().unwrap())
}

#[test]
fn what_is_changed_is_on_the_disk_without_another_frame_and_survives_every_way_of_ending() {
    if !can_run(&["xdotool"]) {
        return;
    }
    let display = Display::start(1440, 900);
    let mut program = Program::start(&display);
    wait_for_picture(&display, &mut program);
    display.point(&["search", "--name", "Saddlescope", "windowfocus"]);
    let light = press(&display, &mut program, "t");
    // Nothing moves from now on.
    program.wait_for_kept("\"dark\": true");
    // At once after a change.
    display.point(&["key", "r"]);
    std::thread::sleep(AT_REST);
    let terminated = Command::new("kill").args(["-TERM", &program.child.id().to_string()]).status();
    assert!(terminated.unwrap().success());
    assert_eq!(program.wait().code(), Some(143));
    assert!(program.kept().contains("\"seed\": 2"), "{}", program.kept());
    let mut program = Program::start_at(&display, home_of(program), &[]);
    let again = wait_for_picture(&display, &mut program).screen;
    assert!(light.colours() > COLOURS && again.colours() > COLOURS);
    program.child.kill().unwrap();
    program.wait();
    // What another program or a failing disk made of it.
    std::fs::write(program.kept_in(), "{\"saved\": {\"spec\"").unwrap();
    let mut program = Program::start_at(&display, home_of(program), &[]);
    wait_for_picture(&display, &mut program);
    let aside = program.kept_in().with_extension("json.bad");
    assert_eq!(std::fs::read_to_string(aside).unwrap(), "{\"saved\": {\"spec\"");
    assert!(program.is_alive());
}

#[test]
fn a_window_opens_from_whatever_was_kept_of_another_screen() {
    if !can_run(&[]) {
        return;
    }
    let display = Display::start(1024, 700);
    for geometry in [
        r#"{"zoom": 0, "size": [1, 1], "position": [90000, 90000]}"#,
        r#"{"zoom": 1000, "size": [100000, 100000], "position": [-5000, -5000], "maximised": true}"#,
        r#"{"size": [3000, 2000], "position": [1000, 650]}"#,
    ] {
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir(home.path().join("saddlescope")).unwrap();
        let text = format!(r#"{{"geometry": {geometry}}}"#);
        std::fs::write(home.path().join("saddlescope").join("window.json"), text).unwrap();
        let mut program = Program::start_at(&display, home, &[]);
        let picture = wait_for_picture(&display, &mut program);
        assert!(picture.screen.colours() > COLOURS, "{geometry}");
        keep(&picture.screen, "window-of-another-screen.png");
    }
}

#[test]
fn a_display_that_is_gone_does_not_stand_in_the_way_of_one_that_is_there() {
    if !can_run(&[]) {
        return;
    }
    let display = Display::start(1024, 700);
    let home = tempfile::tempdir().unwrap();
    // A socket that nobody listens to any more, and a name of nothing at all.
    drop(std::os::unix::net::UnixListener::bind(home.path().join("wayland-0")).unwrap());
    let mut program = Program::start_at(&display, home, &[("WAYLAND_DISPLAY", "wayland-0")]);
    wait_for_picture(&display, &mut program);
    assert!(!program.home.path().join("saddlescope.png").exists());
    let mut program =
        Program::start_at(&display, tempfile::tempdir().unwrap(), &[("WAYLAND_DISPLAY", "wayland-77")]);
    wait_for_picture(&display, &mut program);
}

/// Keys of random use; none that ends the program.
const KEYS: [&str; 40] = [
    "1",
    "2",
    "3",
    "4",
    "5",
    "6",
    "7",
    "t",
    "r",
    "k",
    "l",
    "m",
    "p",
    "s",
    "h",
    "e",
    "f",
    "space",
    "Left",
    "Right",
    "Up",
    "Down",
    "Home",
    "End",
    "Prior",
    "Next",
    "Tab",
    "Return",
    "Escape",
    "Escape",
    "F1",
    "F11",
    "plus",
    "minus",
    "0",
    "ctrl+z",
    "ctrl+y",
    "ctrl+shift+c",
    "ctrl+v",
    "ctrl+o",
];

/// Uses the window at random for a while; returns how many things were done and how often it was closed by a click.
fn use_at_random(display: &Display, mut program: Program, lasting: Duration) -> (Program, u64, u32) {
    let (begun, mut done, mut closed) = (Instant::now(), 0_u64, 0);
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
    let place = |rng: &mut Xoshiro256PlusPlus| {
        [rng.random_range(0..1440_u32).to_string(), rng.random_range(0..900_u32).to_string()]
    };
    while begun.elapsed() < lasting {
        match rng.random_range(0..4_u32) {
            0 => display.point(&["key", KEYS[rng.random_range(0..KEYS.len())]]),
            1 => {
                let [x, y] = place(&mut rng);
                let button = ["1", "1", "1", "3", "4", "5"][rng.random_range(0..6_usize)];
                display.point(&["mousemove", &x, &y, "click", button]);
            }
            2 => {
                let [[a, b], [c, d]] = [place(&mut rng), place(&mut rng)];
                display.point(&["mousemove", &a, &b, "mousedown", "1", "mousemove", &c, &d, "mouseup", "1"]);
            }
            _ => {
                let [x, y] = place(&mut rng);
                display.point(&["mousemove", &x, &y]);
            }
        }
        done += 1;
        if let Some(status) = program.child.try_wait().unwrap() {
            // File, Quit: it goes on with what was kept.
            assert!(status.success(), "random use ended it with {status} after {done} things");
            closed += 1;
            program = Program::start_at(display, home_of(program), &[]);
            wait_for_picture(display, &mut program);
            display.point(&["search", "--name", "Saddlescope", "windowfocus"]);
        }
    }
    (program, done, closed)
}

/// Seconds of random use: as many as SADDLESCOPE_SOAK says.
#[test]
fn random_use_neither_ends_the_program_nor_leaves_threads_or_memory_behind() {
    if !can_run(&["xdotool"]) {
        return;
    }
    let seconds = std::env::var("SADDLESCOPE_SOAK").ok().and_then(|text| text.parse().ok()).unwrap_or(20);
    let display = Display::start(1440, 900);
    let mut program = Program::start(&display);
    wait_for_picture(&display, &mut program);
    display.point(&["search", "--name", "Saddlescope", "windowfocus"]);
    let (threads, fresh) = (program.threads(), program.megabytes());
    let (program, done, closed) = use_at_random(&display, program, Duration::from_secs(seconds));
    let (after, memory) = (program.threads(), program.megabytes());
    println!(
        "{seconds} s, {done} things done, closed {closed} times; threads {threads} then {after}; memory {fresh:.1} MB \
         then {memory:.1} MB"
    );
    assert!(done > seconds, "{done} things in {seconds} s");
    // Ensembles have the pool's threads; disks that do not answer have one each, eight at most.
    let pool = std::thread::available_parallelism().unwrap().get();
    assert!(after <= threads + pool + 16, "{threads} threads then {after}");
    assert!(memory < fresh + 400.0, "{fresh:.1} MB then {memory:.1} MB");
}
