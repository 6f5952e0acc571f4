//! How much more memory this process may take, in bytes: the least of what the machine has free and what it is allowed.
//!
//! Read where Linux says it: memory that is available, the limits of the control groups that the process is in (version
//! 2 and version 1, its own group and all above it), and its own limits on addresses and data (`ulimit -v`, `-d`).
//! What cannot be read does not limit. Elsewhere: a cautious guess.

use std::fs;
use std::path::{Path, PathBuf};

/// What is taken to be free where the system does not say.
const GUESS: u64 = 4 << 30;

/// Limits of version 1 from here on mean that there is none.
const NO_LIMIT: u64 = 1 << 62;

/// The files of a control group that say how much memory it may have, how much it has, and, by its key in
/// `memory.stat`, how much of that is files which the kernel drops when memory is asked for.
struct GroupFiles {
    limits: &'static [&'static str],
    used: &'static str,
    dropped: &'static str,
}

const VERSION_2: GroupFiles = GroupFiles {
    // Beyond the second a group is not killed but slowed down to a crawl.
    limits: &["memory.max", "memory.high"],
    used: "memory.current",
    dropped: "inactive_file",
};

const VERSION_1: GroupFiles = GroupFiles {
    limits: &["memory.limit_in_bytes"],
    used: "memory.usage_in_bytes",
    dropped: "total_inactive_file",
};

/// The limits of this process on addresses and on data, in bytes; `None`: unlimited.
#[derive(Clone, Copy, Debug, Default)]
struct OwnLimits {
    addresses: Option<u64>,
    data: Option<u64>,
}

/// Bytes that this process may still take.
pub fn allowed() -> u64 {
    allowed_under(Path::new("/"), OwnLimits::of_this_process())
}

/// The same with `/proc` and `/sys` below another root.
fn allowed_under(root: &Path, own: OwnLimits) -> u64 {
    let free = kib(&root.join("proc/meminfo"), "MemAvailable:").unwrap_or(GUESS);
    let groups = groups(root).into_iter().map(|room| room.unwrap_or(u64::MAX));
    groups.chain(own_room(root, own)).fold(free, u64::min)
}

impl OwnLimits {
    #[cfg(unix)]
    fn of_this_process() -> Self {
        use rustix::process::{Resource, getrlimit};
        Self { addresses: getrlimit(Resource::As).current, data: getrlimit(Resource::Data).current }
    }

    #[cfg(not(unix))]
    fn of_this_process() -> Self {
        Self::default()
    }
}

/// What is left of the process's own limits.
fn own_room(root: &Path, own: OwnLimits) -> impl Iterator<Item = u64> {
    let status = root.join("proc/self/status");
    [(own.addresses, "VmSize:"), (own.data, "VmData:")].into_iter().filter_map(move |(limit, used)| {
        let limit = limit?;
        Some(limit.saturating_sub(kib(&status, used).unwrap_or(0)))
    })
}

/// What is left of the limit of every control group that the process is in.
fn groups(root: &Path) -> Vec<Option<u64>> {
    let text = fs::read_to_string(root.join("proc/self/cgroup")).unwrap_or_default();
    let mounts = fs::read_to_string(root.join("proc/self/mountinfo")).unwrap_or_default();
    let mut rooms = Vec::new();
    for line in text.lines() {
        // number:controllers:path; version 2 has the number 0 and no controllers.
        let mut parts = line.splitn(3, ':');
        let (Some(_), Some(controllers), Some(path)) = (parts.next(), parts.next(), parts.next()) else {
            continue;
        };
        let (files, mount) = if controllers.is_empty() {
            (VERSION_2, mount(&mounts, "cgroup2", ""))
        } else if controllers.split(',').any(|controller| controller == "memory") {
            (VERSION_1, mount(&mounts, "cgroup", "memory"))
        } else {
            continue;
        };
        let usual = if controllers.is_empty() { "/sys/fs/cgroup" } else { "/sys/fs/cgroup/memory" };
        let (place, top) = mount.unwrap_or((usual, "/"));
        let top_folder = root.join(place.trim_start_matches('/'));
        rooms.extend(folders(&top_folder, path, top).iter().map(|folder| files.room(folder)));
    }
    rooms
}

/// Where a hierarchy is mounted, and which of its groups is at the top of what is seen there.
fn mount<'a>(mounts: &'a str, kind: &str, option: &str) -> Option<(&'a str, &'a str)> {
    mounts.lines().find_map(|line| {
        let (before, after) = line.split_once(" - ")?;
        let mut after = after.split(' ');
        let (found, options) = (after.next()?, after.nth(1).unwrap_or_default());
        let fits = found == kind && (option.is_empty() || options.split(',').any(|one| one == option));
        let mut before = before.split(' ').skip(3);
        let (top, place) = (before.next()?, before.next()?);
        fits.then_some((place, top))
    })
}

/// The folders of a group and of all above it, as far as they are seen: a container may see its own as the top.
fn folders(mounted: &Path, path: &str, top: &str) -> Vec<PathBuf> {
    let below = Path::new(path).strip_prefix(top).unwrap_or(Path::new(path));
    let below = below.strip_prefix("/").unwrap_or(below);
    below.ancestors().map(|part| mounted.join(part)).collect()
}

impl GroupFiles {
    /// What is left of a group's limit; `None` if it has none.
    fn room(&self, folder: &Path) -> Option<u64> {
        let limits = self.limits.iter().filter_map(|name| number(&folder.join(name)));
        let limit = limits.min().filter(|limit| *limit < NO_LIMIT)?;
        let used = number(&folder.join(self.used)).unwrap_or(0);
        let stat = fs::read_to_string(folder.join("memory.stat")).unwrap_or_default();
        let dropped = stat.lines().find_map(|line| line.strip_prefix(self.dropped)?.trim().parse().ok());
        Some(limit.saturating_sub(used.saturating_sub(dropped.unwrap_or(0))))
    }
}

/// The number that a file holds; `None` for the word `max` and anything else.
fn number(path: &Path) -> Option<u64> {
    fs::read_to_string(path).ok()?.trim().parse().ok()
}

/// The bytes that a line of a file in /proc gives in kB.
fn kib(path: &Path, key: &str) -> Option<u64> {
    let text = fs::read_to_string(path).ok()?;
    let value = text.lines().find_map(|line| line.strip_prefix(key))?;
    value.trim().trim_end_matches("kB").trim().parse::<u64>().ok()?.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIB: u64 = 1 << 30;

    /// A machine with 8 GiB free, and what else its files say.
    fn machine(files: &[(&str, &str)]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        let all = [("proc/meminfo", "MemTotal:  16000000 kB\nMemAvailable:  8388608 kB\n")];
        for (path, text) in all.iter().chain(files) {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        root
    }

    fn found(files: &[(&str, &str)], own: OwnLimits) -> u64 {
        allowed_under(machine(files).path(), own)
    }

    #[test]
    fn without_limits_all_that_is_available_is_allowed_and_without_a_word_a_guess() {
        assert_eq!(found(&[], OwnLimits::default()), 8 * GIB);
        let unlimited = [
            ("proc/self/cgroup", "0::/user.slice/a.scope\n"),
            ("sys/fs/cgroup/user.slice/a.scope/memory.max", "max\n"),
            ("sys/fs/cgroup/user.slice/a.scope/memory.current", "1000\n"),
        ];
        assert_eq!(found(&unlimited, OwnLimits::default()), 8 * GIB);
        assert_eq!(allowed_under(Path::new("/nowhere/at/all"), OwnLimits::default()), GUESS);
    }

    #[test]
    fn a_group_of_version_2_limits_by_what_it_has_left_and_so_does_any_group_above_it() {
        let own = [
            ("proc/self/cgroup", "0::/slurm/job_7/step_0\n"),
            ("sys/fs/cgroup/slurm/job_7/step_0/memory.max", "314572800\n"),
            ("sys/fs/cgroup/slurm/job_7/step_0/memory.current", "14572800\n"),
        ];
        assert_eq!(found(&own, OwnLimits::default()), 300_000_000);
        let above = [
            own[0],
            ("sys/fs/cgroup/slurm/job_7/step_0/memory.max", "max\n"),
            ("sys/fs/cgroup/slurm/job_7/memory.max", "2000\n"),
            ("sys/fs/cgroup/slurm/job_7/memory.current", "1500\n"),
            ("sys/fs/cgroup/slurm/job_7/memory.stat", "anon 700\nfile 800\ninactive_file 600\n"),
        ];
        assert_eq!(found(&above, OwnLimits::default()), 1100, "files that are dropped on demand are free");
        let high = [own[0], ("sys/fs/cgroup/slurm/memory.high", "4096\n")];
        assert_eq!(found(&high, OwnLimits::default()), 4096);
        let over = [own[0], ("sys/fs/cgroup/memory.max", "5"), ("sys/fs/cgroup/memory.current", "9")];
        assert_eq!(found(&over, OwnLimits::default()), 0);
    }

    #[test]
    fn a_group_of_version_1_limits_wherever_its_hierarchy_is_mounted() {
        let usual = [
            ("proc/self/cgroup", "5:cpu,cpuacct:/x\n4:memory:/slurm/uid_0/job_1\n1:name=systemd:/\n"),
            ("sys/fs/cgroup/memory/slurm/uid_0/job_1/memory.limit_in_bytes", "9223372036854771712\n"),
            ("sys/fs/cgroup/memory/slurm/uid_0/memory.limit_in_bytes", "3000\n"),
            ("sys/fs/cgroup/memory/slurm/uid_0/memory.usage_in_bytes", "1000\n"),
            ("sys/fs/cgroup/memory/slurm/uid_0/memory.stat", "cache 7\ntotal_inactive_file 250\n"),
        ];
        assert_eq!(found(&usual, OwnLimits::default()), 2250);
        // A container: its own group is what it sees at the top.
        let contained = [
            ("proc/self/cgroup", "4:memory:/docker/abc\n0::/docker/abc\n"),
            (
                "proc/self/mountinfo",
                "30 20 0:1 / /sys rw - sysfs sysfs rw\n\
                 31 30 0:2 /docker/abc /elsewhere/memory rw shared:5 - cgroup cgroup rw,memory\n",
            ),
            ("elsewhere/memory/memory.limit_in_bytes", "5000\n"),
            ("elsewhere/memory/memory.usage_in_bytes", "1\n"),
        ];
        assert_eq!(found(&contained, OwnLimits::default()), 4999);
    }

    #[test]
    fn the_process_s_own_limits_leave_what_it_has_not_taken() {
        let status = [("proc/self/status", "Name:\tx\nVmSize:\t  1024 kB\nVmData:\t    512 kB\n")];
        let addresses = OwnLimits { addresses: Some(3 << 20), data: None };
        assert_eq!(found(&status, addresses), 2 << 20);
        let both = OwnLimits { data: Some(1 << 20), ..addresses };
        assert_eq!(found(&status, both), 1 << 19);
        assert_eq!(found(&status, OwnLimits { addresses: None, data: Some(5) }), 0);
    }

    #[test]
    fn this_process_is_allowed_something() {
        assert!(allowed() > 1 << 20);
    }
}
