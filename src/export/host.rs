//! This machine and its processes: a name that tells it from others, who of it is alive, which signals are ignored.
//!
//! Whoever finds a file of an unfinished run asks here whether the process that began it may still be at work.

/// Longest name of a machine that goes into the name of a file, in bytes.
const LONGEST: usize = 64;

/// The number of the process namespace that a machine starts with; containers have others.
#[cfg(unix)]
const FIRST_NAMESPACE: &str = "4026531836";

/// The name of this machine, of letters, digits, `.` and `_` alone; where processes are numbered anew, as in a
/// container, the number of that namespace is part of it. Of the same name are those whose processes can be seen.
pub(crate) fn host_name() -> String {
    let mut name: String = node_name().chars().map(plain).take(LONGEST).collect();
    if name.is_empty() {
        name.push_str("localhost");
    }
    if let Some(namespace) = namespace() {
        name.push('.');
        name.push_str(&namespace);
    }
    name
}

/// The character, or `_` if it may not stand in the name of a file or separates its parts.
fn plain(character: char) -> char {
    if character.is_ascii_alphanumeric() || character == '.' { character } else { '_' }
}

#[cfg(unix)]
fn node_name() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

#[cfg(not(unix))]
fn node_name() -> String {
    std::env::var("COMPUTERNAME").unwrap_or_default()
}

/// The number of the namespace of processes, unless it is the machine's own or there is no such thing.
#[cfg(unix)]
fn namespace() -> Option<String> {
    let link = std::fs::read_link("/proc/self/ns/pid").ok()?;
    let number = link.to_string_lossy().chars().filter(char::is_ascii_digit).collect::<String>();
    (!number.is_empty() && number != FIRST_NAMESPACE).then_some(number)
}

#[cfg(not(unix))]
fn namespace() -> Option<String> {
    None
}

/// Whether a process of this number is alive on this machine; where that cannot be told, it is.
#[cfg(unix)]
pub(crate) fn is_alive(process: u32) -> bool {
    let number = i32::try_from(process).ok().and_then(rustix::process::Pid::from_raw);
    number.is_some_and(|number| rustix::process::test_kill_process(number) != Err(rustix::io::Errno::SRCH))
}

/// Whether a process of this number is alive on this machine; where that cannot be told, it is.
#[cfg(not(unix))]
pub(crate) fn is_alive(_process: u32) -> bool {
    true
}

/// Whether this process was begun with a signal ignored, as under `nohup` or in the background of a script: it is then
/// to stay so.
#[cfg(unix)]
pub(crate) fn is_ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    (1..=64).contains(&signal) && mask >> (signal - 1) & 1 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_this_machine_may_stand_in_the_name_of_a_file() {
        let name = host_name();
        let fine = |character: char| character.is_ascii_alphanumeric() || "._".contains(character);
        assert!(!name.is_empty() && name.len() <= 96 && name.chars().all(fine), "{name}");
        assert_eq!("a-b/c é.x".chars().map(plain).collect::<String>(), "a_b_c__.x");
    }

    #[cfg(unix)]
    #[test]
    fn a_process_is_alive_until_it_has_ended() {
        assert!(is_alive(std::process::id()));
        assert!(!is_alive(0) && !is_alive(u32::MAX));
        let mut child = std::process::Command::new("true").spawn().unwrap();
        let number = child.id();
        child.wait().unwrap();
        assert!(!is_alive(number));
    }
}
