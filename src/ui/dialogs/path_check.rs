//! What a path that was typed comes to: fine, taken, or wrong and why. Asks the disk, which may never answer.

use std::path::PathBuf;

use crate::export::{check_target, is_file, is_taken};

/// What the path is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    Open,
    Save,
}

/// What the disk says of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It can be opened, or written without replacing anything.
    Fine(PathBuf),
    /// Writing it would replace what is there.
    Taken(PathBuf),
    /// It cannot be used, and why.
    Wrong(String),
}

/// Looks for a path; a disk that is gone may never answer.
pub(super) fn examine(purpose: Purpose, path: PathBuf, endings: &[&str]) -> Verdict {
    match purpose {
        Purpose::Open if is_file(&path) => Verdict::Fine(path),
        Purpose::Open => Verdict::Wrong(format!("there is no file {}", path.display())),
        Purpose::Save => {
            let path = with_ending(path, endings);
            match check_target(&path) {
                Err(error) => Verdict::Wrong(error.to_string()),
                Ok(()) if is_taken(&path) => Verdict::Taken(path),
                Ok(()) => Verdict::Fine(path),
            }
        }
    }
}

/// The path with one of the endings: a name that has none of them gets the first.
fn with_ending(path: PathBuf, endings: &[&str]) -> PathBuf {
    let Some(first) = endings.first() else { return path };
    let has = |ending: &str| path.extension().is_some_and(|own| own.eq_ignore_ascii_case(ending));
    if path.file_name().is_none() || endings.iter().any(|ending| has(ending)) {
        return path;
    }
    let mut named = path.into_os_string();
    named.push(format!(".{first}"));
    PathBuf::from(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_without_an_ending_gets_one_and_dots_in_it_are_no_ending() {
        let named = |name: &str| with_ending(PathBuf::from(name), &["svg", "pdf"]);
        assert_eq!(named("a/eta0.01"), PathBuf::from("a/eta0.01.svg"));
        assert_eq!(named("a.PDF"), PathBuf::from("a.PDF"));
        assert_eq!(with_ending(PathBuf::from("a"), &[]), PathBuf::from("a"));
    }
}
