//! Who writes an unfinished file: machine, process and time in a comment of it, renewed while the writer lives.
//!
//! Locks tell two writers apart where the file system has locks; these lines do so where it has none. A writer counts
//! as alive while its last line is fresh, unless it has said that it is done or is known to be gone.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::export::host::{host_name, is_alive};

/// How often a writer renews its line.
pub const RENEWAL: Duration = Duration::from_mins(1);

/// After so many seconds of silence a writer counts as gone.
pub(super) const SILENCE: u64 = 600;

/// How a writer's line begins.
const MARK: &str = "# writer ";

/// One process that writes rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Writer {
    /// Tells its rows from those of others: eight hexadecimal digits.
    pub(super) id: String,
    host: String,
    process: u32,
    /// The job that a scheduler gave to it, and how often that was begun again before.
    job: Option<(String, u64)>,
}

/// The last that a file says of one writer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Claim {
    pub(super) writer: Writer,
    /// Unix time in seconds.
    time: u64,
    /// It has said that it writes no more.
    is_done: bool,
}

impl Writer {
    /// This process, under an identity of its own.
    pub(super) fn here() -> Self {
        let (host, process) = (host_name(), std::process::id());
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
        let id = format!("{:08x}", crc32fast::hash(format!("{host} {process} {since}").as_bytes()));
        Self { id, host, process, job: scheduled(|key| std::env::var(key).ok()) }
    }

    /// The line that says that it is at work, with its end.
    pub(super) fn line(&self, time: u64) -> String {
        let Self { id, host, process, job } = self;
        let job = job.as_ref().map_or_else(String::new, |(job, restarts)| format!(" job={job}.{restarts}"));
        format!("{MARK}{id} host={host} process={process}{job} time={time}\n")
    }

    /// The line that says that it writes no more, with its end.
    pub(super) fn last_line(&self, time: u64) -> String {
        format!("{} done\n", self.line(time).trim_end())
    }
}

impl Claim {
    /// Reads a writer's line; `None` for any other.
    pub(super) fn parse(line: &str) -> Option<Self> {
        let mut words = line.strip_prefix(MARK)?.split_whitespace();
        let id = words.next()?.to_owned();
        let (mut host, mut process, mut job, mut time, mut is_done) = (None, None, None, None, false);
        for word in words {
            match word.split_once('=') {
                Some(("host", name)) => host = Some(name.to_owned()),
                Some(("process", number)) => process = number.parse().ok(),
                Some(("time", number)) => time = number.parse().ok(),
                Some(("job", number)) => {
                    let (number, restarts) = number.rsplit_once('.')?;
                    job = Some((number.to_owned(), restarts.parse().ok()?));
                }
                _ => is_done |= word == "done",
            }
        }
        let writer = Writer { id, host: host?, process: process?, job };
        Some(Self { writer, time: time?, is_done })
    }

    /// Whether its writer may still be at work beside `here`.
    pub(super) fn is_alive(&self, here: &Writer, now: u64) -> bool {
        let Writer { id, host, process, job } = &self.writer;
        // A scheduler begins a job again only when its earlier run has ended, wherever that was.
        let is_earlier_run = match (job, &here.job) {
            (Some((before, runs)), Some((job, again))) => before == job && runs < again,
            _ => false,
        };
        // Clocks of machines differ: a time to come is as fresh as one just gone.
        if self.is_done || *id == here.id || is_earlier_run || now.abs_diff(self.time) >= SILENCE {
            return false;
        }
        // On this machine a number is one process; if it is ours, whoever had it is gone.
        *host != here.host || (*process != here.process && is_alive(*process))
    }

    /// Who it is and when it last wrote, in words.
    pub(super) fn describe(&self, now: u64) -> String {
        let Writer { host, process, .. } = &self.writer;
        format!("process {process} on {host}, heard of {} s ago", now.saturating_sub(self.time))
    }
}

/// The last claim of every writer in a text, in the order of their first.
pub(super) fn claims(text: &str) -> Vec<Claim> {
    let mut found: Vec<Claim> = Vec::new();
    for claim in text.split_inclusive('\n').filter(|line| line.ends_with('\n')).filter_map(Claim::parse) {
        match found.iter_mut().find(|before| before.writer.id == claim.writer.id) {
            Some(before) => *before = claim,
            None => found.push(claim),
        }
    }
    found
}

/// Seconds of Unix time.
pub(super) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

/// The job of a scheduler that this process is, and how often it was begun again before.
fn scheduled(variable: impl Fn(&str) -> Option<String>) -> Option<(String, u64)> {
    let job = variable("SLURM_JOB_ID")
        .filter(|job| !job.is_empty() && job.bytes().all(|byte| byte.is_ascii_digit()))?;
    let restarts = variable("SLURM_RESTART_COUNT").and_then(|count| count.trim().parse().ok()).unwrap_or(0);
    Some((job, restarts))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn writer(host: &str, process: u32, job: Option<(&str, u64)>) -> Writer {
        let job = job.map(|(job, restarts)| (job.to_owned(), restarts));
        Writer { id: String::from("00c0ffee"), host: host.to_owned(), process, job }
    }

    fn claim(writer: &Writer, time: u64) -> Claim {
        Claim::parse(&writer.line(time)).unwrap()
    }

    #[test]
    fn a_writer_reads_back_from_its_lines() {
        for job in [None, Some(("17", 2))] {
            let there = writer("n1.cluster", 42, job);
            let line = there.line(1_000);
            assert!(line.ends_with('\n') && line.lines().count() == 1);
            assert_eq!(
                Claim::parse(&line),
                Some(Claim { writer: there.clone(), time: 1_000, is_done: false })
            );
            let last = Claim::parse(&there.last_line(1_001)).unwrap();
            assert_eq!(last, Claim { writer: there, time: 1_001, is_done: true });
        }
        for line in
            ["", "# rows: 3", "# writer \n", "# writer 1 host=a", "# writer 1 host=a process=x time=1"]
        {
            assert_eq!(Claim::parse(line), None, "{line}");
        }
    }

    #[test]
    fn a_writer_on_another_machine_is_alive_until_it_has_been_silent_for_long_or_says_that_it_is_done() {
        let (here, there) = (Writer::here(), writer("elsewhere", 1, None));
        let at = |time| claim(&there, time).is_alive(&here, 10_000);
        assert!(at(10_000) && at(10_001 - SILENCE) && at(10_100));
        assert!(!at(10_000 - SILENCE) && !at(10_000 + SILENCE) && !at(0));
        let done = Claim::parse(&there.last_line(10_000)).unwrap();
        assert!(!done.is_alive(&here, 10_000));
    }

    #[test]
    fn a_writer_on_this_machine_is_alive_while_its_process_is() {
        let here = Writer::here();
        let at = |process| {
            claim(&Writer { process, ..writer(&here.host, 0, None) }, 10_000).is_alive(&here, 10_000)
        };
        let mut child = std::process::Command::new("true").spawn().unwrap();
        let dead = child.id();
        child.wait().unwrap();
        assert!(!at(dead) && !at(std::process::id()));
        #[cfg(unix)]
        assert!(at(std::os::unix::process::parent_id()));
    }

    #[test]
    fn the_next_run_of_a_job_knows_that_its_earlier_one_is_gone() {
        let next = writer("here", 1, Some(("17", 1)));
        let next = Writer { id: String::from("0"), ..next };
        let at = |job| claim(&writer("elsewhere", 1, job), 10_000).is_alive(&next, 10_000);
        assert!(!at(Some(("17", 0))));
        assert!(at(Some(("17", 1))) && at(Some(("18", 0))) && at(None));
        let variables = |key: &str| Some(String::from(if key == "SLURM_JOB_ID" { "17" } else { "3" }));
        assert_eq!(scheduled(variables), Some((String::from("17"), 3)));
        assert_eq!(
            scheduled(|key| (key == "SLURM_JOB_ID").then(|| String::from("8"))),
            Some((String::from("8"), 0))
        );
        assert_eq!(scheduled(|_| None), None);
    }

    #[test]
    fn the_last_line_of_every_writer_counts() {
        let (one, other) = (writer("a", 1, None), Writer { id: String::from("1"), ..writer("b", 2, None) });
        let text = format!(
            "{}{}0,1\n{}{}",
            one.line(1),
            other.line(2),
            one.last_line(3),
            "# writer 1 host=b process=2 time=9"
        );
        let found = claims(&text);
        assert_eq!(
            found.iter().map(|claim| (claim.time, claim.is_done)).collect::<Vec<_>>(),
            [(3, true), (2, false)]
        );
    }
}
