//! Paths as people type them: a home folder for `~`, absolute whatever the current folder, and whether they exist.
//!
//! Nothing here writes a file.

use std::path::{Path, PathBuf};

use super::bounds::beginning;

/// The absolute path that a typed text means; `None` if it is empty. `~` is the home folder, quotes around it go.
pub fn typed_path(text: &str) -> Option<PathBuf> {
    let text = text.trim();
    let unquoted = text.strip_prefix(['"', '\'']).and_then(|rest| rest.strip_suffix(['"', '\'']));
    let text = unquoted.unwrap_or(text);
    if text.is_empty() {
        return None;
    }
    let home = std::env::home_dir();
    let path = match (text.strip_prefix('~'), home) {
        (Some(""), Some(home)) => home,
        (Some(rest), Some(home)) if rest.starts_with(['/', '\\']) => home.join(&rest[1..]),
        _ => PathBuf::from(text),
    };
    Some(absolute(&path))
}

/// The same place, whatever the current folder becomes.
pub fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// Whether a file is there.
pub fn is_file(path: &Path) -> bool {
    path.is_file()
}

/// Whether anything is there, a dangling link included: what writing would replace.
pub fn is_taken(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

/// The path, or, if something is there, the first of NAME-2, NAME-3 .. where nothing is.
pub fn free_path(path: &Path) -> PathBuf {
    let stem = path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    let ending = path.extension().map_or_else(String::new, |ending| format!(".{}", ending.to_string_lossy()));
    let numbered = (2_u64..).map(|number| path.with_file_name(format!("{stem}-{number}{ending}")));
    std::iter::once(path.to_owned()).chain(numbered).find(|path| !is_taken(path)).unwrap_or_default()
}

/// The first of NAME, NAME-2, NAME-3 .. under which a file with every one of these endings can be written without
/// replacing any that this program did not write.
pub fn free_name(name: &str, endings: &[&str]) -> String {
    let numbered = (2_u64..).map(|number| format!("{name}-{number}"));
    let is_free = |name: &String| {
        let path = |ending: &&str| PathBuf::from(format!("{name}.{ending}"));
        endings.iter().map(path).all(|path| !is_taken(&path) || is_own(&path))
    };
    std::iter::once(name.to_owned()).chain(numbered).find(is_free).unwrap_or_default()
}

/// Whether this program wrote a file: it says so near its beginning.
fn is_own(path: &Path) -> bool {
    let Ok(bytes) = beginning(path) else { return false };
    let mark = b"saddlescope ";
    let after = |at: usize| bytes.get(at + mark.len()).is_some_and(u8::is_ascii_digit);
    bytes.windows(mark.len()).enumerate().any(|(at, window)| window == mark && after(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_of_this_program_are_replaced_unasked() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let name = at("out").to_string_lossy().into_owned();
        assert_eq!(free_name(&name, &["png", "csv"]), name);
        std::fs::write(at("out.csv"), "# saddlescope 0.1.0\nalpha\n").unwrap();
        assert_eq!(free_name(&name, &["png", "csv"]), name);
        for foreign in ["mine", "saddlescope is a program", ""] {
            std::fs::write(at("out.png"), foreign).unwrap();
            assert_eq!(free_name(&name, &["png", "csv"]), format!("{name}-2"));
        }
        std::fs::create_dir(at("out-2.csv")).unwrap();
        assert_eq!(free_name(&name, &["png", "csv"]), format!("{name}-3"));
    }

    #[test]
    fn a_typed_path_is_absolute_and_knows_the_home_folder() {
        let home = std::env::home_dir().unwrap();
        assert_eq!(typed_path(" ~/a b.toml "), Some(home.join("a b.toml")));
        assert_eq!(typed_path("~"), Some(home));
        assert_eq!(typed_path("'/a/b.toml'"), Some(PathBuf::from("/a/b.toml")));
        assert_eq!(typed_path("b.toml"), Some(std::env::current_dir().unwrap().join("b.toml")));
        assert_eq!(typed_path("~b"), Some(std::env::current_dir().unwrap().join("~b")));
        assert_eq!(typed_path("  "), None);
    }

    #[test]
    fn only_files_are_files_and_everything_there_is_in_the_way() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!is_file(folder.path()) && is_taken(folder.path()));
        assert!(!is_taken(&folder.path().join("absent")));
    }
}
