//! Which display a window can be opened on: Wayland if its socket answers, else X11, else none; and what is wrong with
//! a system that has one and gives no window, in words that name what to install.

use std::ffi::OsString;

use eframe::NativeOptions;

/// The libraries that the window loads when it opens, with the packages of Debian and Ubuntu, Fedora, and Arch.
const LIBRARIES: [(&str, &str); 10] = [
    ("libxkbcommon-x11", "libxkbcommon-x11-0, libxkbcommon-x11, libxkbcommon-x11"),
    ("libxkbcommon", "libxkbcommon0, libxkbcommon, libxkbcommon"),
    ("libX11-xcb", "libx11-xcb1, libX11-xcb, libx11"),
    ("libX11", "libx11-6, libX11, libx11"),
    ("libXcursor", "libxcursor1, libXcursor, libxcursor"),
    ("libXi", "libxi6, libXi, libxi"),
    ("libEGL", "libegl1, libglvnd-egl, libglvnd"),
    ("libGL", "libgl1, libglvnd-glx, libglvnd"),
    ("libwayland-client", "libwayland-client0, libwayland-client, wayland"),
    ("libwayland-egl", "libwayland-egl1, libwayland-egl, wayland"),
];

/// What libraries say when something that has no single name is missing, and the same in plain words.
const PHRASES: [(&str, &str); 2] = [
    (
        "glutin configs",
        "OpenGL offers no picture: libEGL, libGL or the driver of the graphics card is missing (Debian, Ubuntu: \
         libegl1 libgl1 libgl1-mesa-dri; Fedora: libglvnd-egl libglvnd-glx mesa-dri-drivers; Arch: libglvnd mesa)",
    ),
    (
        "xlib's shared libraries",
        "one of the libraries libX11, libX11-xcb, libXcursor, libXi is missing (Debian, Ubuntu: libx11-6 libx11-xcb1 \
         libxcursor1 libxi6; Fedora: libX11 libX11-xcb libXcursor libXi; Arch: libx11 libxcursor libxi)",
    ),
];

/// Longest message of a library of others.
const LONGEST: usize = 200;

/// A display that answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ui) enum Display {
    /// A Wayland compositor.
    Wayland,
    /// An X server.
    X11,
    /// Whatever this system has.
    Native,
}

impl Display {
    /// The first display that answers.
    ///
    /// # Errors
    /// None does: which were tried, in one line.
    pub(in crate::ui) fn find() -> Result<Self, String> {
        if !cfg!(all(unix, not(target_os = "macos"))) {
            return Ok(Self::Native);
        }
        Self::find_by(|key| std::env::var_os(key), &Answers { wayland: wayland_answers, x11: x11_answers })
    }

    fn find_by(env: impl Fn(&str) -> Option<OsString>, answers: &Answers) -> Result<Self, String> {
        let get = |key: &str| env(key).filter(|value| !value.is_empty());
        if get("WAYLAND_SOCKET").is_some() {
            return Ok(Self::Wayland);
        }
        let mut tried = Vec::new();
        if let Some(name) = get("WAYLAND_DISPLAY") {
            if (answers.wayland)(&name, get("XDG_RUNTIME_DIR").as_ref()) {
                return Ok(Self::Wayland);
            }
            tried.push(format!("Wayland at {}", shown(&name)));
        }
        if let Some(name) = get("DISPLAY") {
            if (answers.x11)(&name.to_string_lossy()) {
                return Ok(Self::X11);
            }
            tried.push(format!("X11 at {}", shown(&name)));
        }
        Err(match tried.as_slice() {
            [] => String::from("no display"),
            [one] => format!("no display: {one} does not answer"),
            _ => format!("no display: neither {} answers", tried.join(" nor ")),
        })
    }

    /// Has the window opened there and nowhere else.
    pub(in crate::ui) fn choose(self, options: &mut NativeOptions) {
        #[cfg(all(unix, not(target_os = "macos")))]
        {
            use winit::platform::wayland::EventLoopBuilderExtWayland as _;
            use winit::platform::x11::EventLoopBuilderExtX11 as _;
            options.event_loop_builder = match self {
                Self::Wayland => Some(Box::new(|builder| {
                    builder.with_wayland();
                })),
                Self::X11 => Some(Box::new(|builder| {
                    builder.with_x11();
                })),
                Self::Native => None,
            };
        }
        #[cfg(not(all(unix, not(target_os = "macos"))))]
        {
            let _ = (self, options);
        }
    }
}

/// How displays are asked whether they are there.
struct Answers {
    wayland: fn(&OsString, Option<&OsString>) -> bool,
    x11: fn(&str) -> bool,
}

/// As much of a name as fits into a line.
fn shown(name: &OsString) -> String {
    name.to_string_lossy().chars().filter(|letter| !letter.is_control()).take(60).collect()
}

#[cfg(unix)]
fn wayland_answers(name: &OsString, folder: Option<&OsString>) -> bool {
    let path = std::path::PathBuf::from(name);
    let path = match folder {
        _ if path.is_absolute() => path,
        Some(folder) => std::path::Path::new(folder).join(path),
        None => return false,
    };
    std::os::unix::net::UnixStream::connect(path).is_ok()
}

#[cfg(not(unix))]
fn wayland_answers(_name: &OsString, _folder: Option<&OsString>) -> bool {
    false
}

/// Whether anything listens where an X server of that name would.
fn x11_answers(name: &str) -> bool {
    let Some((host, number)) = x11_place(name) else { return is_socket(name) };
    if host.is_empty() || host == "unix" { is_local(number) } else { is_remote(host, number) }
}

/// Host and number of `HOST:NUMBER.SCREEN`.
fn x11_place(name: &str) -> Option<(&str, u16)> {
    let (host, rest) = name.rsplit_once(':')?;
    let number = rest.split('.').next()?.parse().ok()?;
    let host = host.rsplit('/').next()?.trim_matches(['[', ']']);
    Some((host, number))
}

#[cfg(unix)]
fn is_socket(path: &str) -> bool {
    std::os::unix::net::UnixStream::connect(path).is_ok()
}

#[cfg(not(unix))]
fn is_socket(_path: &str) -> bool {
    false
}

/// As the X library does: the abstract socket, the one in the file system, then the network.
fn is_local(number: u16) -> bool {
    let path = format!("/tmp/.X11-unix/X{number}");
    is_abstract_socket(&path) || is_socket(&path) || is_remote("localhost", number)
}

#[cfg(target_os = "linux")]
fn is_abstract_socket(name: &str) -> bool {
    use std::os::linux::net::SocketAddrExt as _;
    use std::os::unix::net::{SocketAddr, UnixStream};
    SocketAddr::from_abstract_name(name).and_then(|at| UnixStream::connect_addr(&at)).is_ok()
}

#[cfg(not(target_os = "linux"))]
fn is_abstract_socket(_name: &str) -> bool {
    false
}

fn is_remote(host: &str, number: u16) -> bool {
    use std::net::{TcpStream, ToSocketAddrs as _};
    let Some(port) = number.checked_add(6000) else { return false };
    let found = (host, port).to_socket_addrs().into_iter().flatten();
    let wait = std::time::Duration::from_secs(3);
    found.take(4).any(|at| TcpStream::connect_timeout(&at, wait).is_ok())
}

/// What a library says when it cannot open the window, in words of ours: what is missing and what to install, no path
/// of the machine that built the program.
pub(in crate::ui) fn explain(message: &str) -> String {
    let missing = |(name, _): &&(&str, &str)| {
        message.match_indices(name).any(|(at, _)| {
            let rest = &message[at + name.len()..];
            rest.is_empty() || rest.starts_with(|letter: char| !letter.is_alphanumeric() && letter != '-')
        })
    };
    if let Some((library, packages)) = LIBRARIES.iter().find(missing) {
        let [debian, fedora, arch] =
            [0, 1, 2].map(|index| packages.split(", ").nth(index).unwrap_or_default());
        return format!(
            "the library {library} is missing (Debian, Ubuntu: {debian}; Fedora: {fedora}; Arch: {arch})"
        );
    }
    if let Some((_, words)) = PHRASES.iter().find(|(phrase, _)| message.contains(phrase)) {
        return String::from(*words);
    }
    let message = message.replace("os error at ", "");
    let words = message.split_whitespace().filter(|word| !word.contains(".rs:"));
    let words: Vec<&str> = words.collect();
    words.join(" ").chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(set: &[(&str, &str)], answers: &Answers) -> Result<Display, String> {
        let value =
            |key: &str| set.iter().find(|(name, _)| *name == key).map(|(_, value)| OsString::from(value));
        Display::find_by(value, answers)
    }

    #[test]
    fn wayland_comes_first_then_x11_and_only_what_answers() {
        let both = [("WAYLAND_DISPLAY", "wayland-0"), ("DISPLAY", ":0"), ("XDG_RUNTIME_DIR", "/run")];
        let all = Answers { wayland: |_, _| true, x11: |_| true };
        let x11 = Answers { wayland: |_, _| false, x11: |_| true };
        let none = Answers { wayland: |_, _| false, x11: |_| false };
        assert_eq!(find(&both, &all), Ok(Display::Wayland));
        assert_eq!(find(&both, &x11), Ok(Display::X11), "a stale Wayland beside a good X11");
        assert_eq!(
            find(&both, &none),
            Err(String::from("no display: neither Wayland at wayland-0 nor X11 at :0 answers"))
        );
        assert_eq!(find(&both[1..], &none), Err(String::from("no display: X11 at :0 does not answer")));
        assert_eq!(find(&[], &all), Err(String::from("no display")));
        assert_eq!(find(&[("DISPLAY", ""), ("WAYLAND_DISPLAY", "")], &all), Err(String::from("no display")));
    }

    #[cfg(unix)]
    #[test]
    fn a_socket_answers_while_someone_listens() {
        let folder = tempfile::tempdir().unwrap();
        let (at, name) = (folder.path().join("wayland-7"), OsString::from("wayland-7"));
        let runtime = folder.path().as_os_str().to_owned();
        assert!(!wayland_answers(&name, Some(&runtime)) && !wayland_answers(&name, None));
        let listener = std::os::unix::net::UnixListener::bind(&at).unwrap();
        assert!(
            wayland_answers(&name, Some(&runtime)) && wayland_answers(&at.clone().into_os_string(), None)
        );
        assert!(x11_answers(&at.to_string_lossy()));
        drop(listener);
        assert!(!wayland_answers(&name, Some(&runtime)), "what is left of a dead one");
    }

    #[test]
    fn names_of_x_servers_are_read_as_the_x_library_does() {
        assert_eq!(x11_place(":0"), Some(("", 0)));
        assert_eq!(x11_place(":1.0"), Some(("", 1)));
        assert_eq!(x11_place("unix:2"), Some(("unix", 2)));
        assert_eq!(x11_place("localhost:10.0"), Some(("localhost", 10)));
        assert_eq!(x11_place("tcp/far.example:3"), Some(("far.example", 3)));
        assert_eq!(x11_place("[::1]:4"), Some(("::1", 4)));
        assert_eq!(x11_place("nonsense"), None);
        assert!(!x11_answers(":65000") && !x11_answers("nonsense"));
    }

    #[test]
    fn a_missing_library_is_named_with_its_package() {
        let said = explain("Library libxkbcommon-x11.so could not be loaded.");
        assert!(
            said.starts_with("the library libxkbcommon-x11 is missing (Debian, Ubuntu: libxkbcommon-x11-0;")
        );
        let said = explain("libGL.so.1: cannot open shared object file: No such file or directory");
        assert!(said.contains("Debian, Ubuntu: libgl1; Fedora: libglvnd-glx"), "{said}");
        assert!(explain("Library libxkbcommon.so could not be loaded.").contains("libxkbcommon0"));
        assert!(explain("Failed to load one of xlib's shared libraries").contains("libxcursor1"));
        assert!(
            explain("Found no glutin configs matching the template: ConfigTemplate {").contains("libegl1")
        );
        assert!(explain("libX11-xcb.so.1 failed").contains("libx11-xcb1"));
    }

    #[test]
    fn paths_of_the_machine_that_built_the_program_are_not_told() {
        let said = explain(
            "winit EventLoopError: os error at /root/registry/src/winit/src/x11/mod.rs:774: neither \
             WAYLAND_DISPLAY nor DISPLAY is set.",
        );
        assert_eq!(said, "winit EventLoopError: neither WAYLAND_DISPLAY nor DISPLAY is set.");
    }
}
