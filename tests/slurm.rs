//! The README's job scripts on a real Slurm: one node on the loopback device, an array that is requeued and cancelled in
//! the middle, submitted again, and merged by a job that depends on it.
//!
//! Needs root, slurm-wlm and munge. Without them the test says so and passes, unless SADDLESCOPE_REQUIRE_SLURM is set.
//! Every daemon and file is its own; nothing of a Slurm that is there is touched.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![expect(clippy::print_stdout, reason = "what was done is told")]

use std::ffi::OsString;
use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// A guard against hanging, nothing else.
const GUARD: Duration = Duration::from_mins(2);

/// Between two looks.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Tasks of the README's array.
const TASKS: usize = 20;

/// Rows long enough to be stopped between: some tenths of a second of SGD each, four a task.
const GRID: &str = "[model]\np = 3\n[time]\nalpha_max = 60\n[sgd]\nreplicas = 8\n[sweep]\neta = { from = 0.1, to = 0.8, \
                    steps = 8, scale = \"log\" }\nn = [1500]\nseeds = 10\n";

const TOOLS: [&str; 7] = ["munged", "slurmctld", "slurmd", "sbatch", "squeue", "scontrol", "scancel"];

/// One node with its daemons; ends them when it goes.
struct Cluster {
    folder: TempDir,
    daemons: Vec<Child>,
}

impl Cluster {
    fn start(task_plugin: &str) -> Self {
        // The path of a socket is at most 107 bytes.
        let folder = tempfile::Builder::new().prefix("slurm-").tempdir_in("/tmp").unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        for name in ["state", "spool", "home/.cargo/bin", "work"] {
            fs::create_dir_all(folder.path().join(name)).unwrap();
        }
        symlink(env!("CARGO_BIN_EXE_saddlescope"), folder.path().join("home/.cargo/bin/saddlescope"))
            .unwrap();
        let mut cluster = Self { folder, daemons: Vec::new() };
        cluster.configure(task_plugin);
        let at = |name: &str| cluster.at(name).into_os_string().into_string().unwrap();
        let munged = [
            String::from("--foreground"),
            String::from("--force"),
            format!("--key-file={}", at("munge.key")),
            format!("--socket={}", at("munge.socket")),
            format!("--pid-file={}", at("munged.pid")),
            format!("--log-file={}", at("munged.log")),
            format!("--seed-file={}", at("munged.seed")),
        ];
        let configuration = at("slurm.conf");
        cluster.daemon("munged", &munged);
        cluster.wait_for("munge's socket", |cluster| cluster.at("munge.socket").exists());
        let common = [String::from("-D"), String::from("-f"), configuration];
        cluster.daemon("slurmctld", &common);
        cluster.wait_for("slurmctld", |cluster| cluster.tell("scontrol", &["ping"]).contains("is UP"));
        cluster.daemon("slurmd", &common);
        cluster
            .wait_for("an idle node", |cluster| cluster.tell("sinfo", &["-h", "-o", "%T"]).contains("idle"));
        cluster
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn work(&self, name: &str) -> PathBuf {
        self.folder.path().join("work").join(name)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.work(name)).unwrap_or_default()
    }

    fn configure(&self, task_plugin: &str) {
        let root = self.folder.path().display();
        let cores = std::thread::available_parallelism().unwrap().get().max(2);
        let host = fs::read_to_string("/proc/sys/kernel/hostname").unwrap();
        let host = host.trim().split('.').next().unwrap();
        let [controller, node] = free_ports();
        let text = format!(
            "ClusterName=test\nSlurmctldHost={host}(127.0.0.1)\nSlurmUser=root\nSlurmdUser=root\n\
             AuthType=auth/munge\nAuthInfo=socket={root}/munge.socket\nCredType=cred/munge\n\
             SlurmctldPort={controller}\nSlurmdPort={node}\nStateSaveLocation={root}/state\n\
             SlurmdSpoolDir={root}/spool\nSlurmctldPidFile={root}/slurmctld.pid\nSlurmdPidFile={root}/slurmd.pid\n\
             SlurmctldLogFile={root}/slurmctld.log\nSlurmdLogFile={root}/slurmd.log\n\
             ProctrackType=proctrack/linuxproc\nTaskPlugin={task_plugin}\n\
             AccountingStorageType=accounting_storage/none\nJobAcctGatherType=jobacct_gather/none\n\
             JobCompType=jobcomp/none\nMpiDefault=none\nSwitchType=switch/none\nSelectType=select/cons_tres\n\
             SelectTypeParameters=CR_CPU\nSchedulerType=sched/builtin\n\
             SchedulerParameters=sched_interval=1,batch_sched_delay=0,sched_min_interval=1000\n\
             SlurmdParameters=config_overrides\nKillWait=10\nReturnToService=2\nMailProg=/bin/true\n\
             NodeName={host} NodeAddr=127.0.0.1 CPUs={cores} State=UNKNOWN\n\
             PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP\n"
        );
        fs::write(self.at("slurm.conf"), text).unwrap();
        let mut key = Vec::new();
        while key.len() < 1024 {
            key.extend(format!("{:?}", (Instant::now(), key.len())).bytes());
        }
        fs::write(self.at("munge.key"), key).unwrap();
        fs::set_permissions(self.at("munge.key"), fs::Permissions::from_mode(0o400)).unwrap();
    }

    fn daemon(&mut self, name: &str, arguments: &[String]) {
        let mut command = self.command(name);
        let child = command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        self.daemons.push(child.unwrap());
    }

    /// A command as a user of the cluster gives it, in the folder of the jobs.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        let variables: Vec<(OsString, OsString)> = std::env::vars_os()
            .filter(|(name, _)| {
                !["SLURM", "SBATCH", "RAYON"].iter().any(|of| name.to_string_lossy().starts_with(of))
            })
            .collect();
        command.env_clear().envs(variables).env("PATH", path()).env("HOME", self.at("home"));
        command.env("SLURM_CONF", self.at("slurm.conf")).current_dir(self.folder.path().join("work"));
        command
    }

    /// What a command says on both its outputs.
    fn tell(&self, program: &str, arguments: &[&str]) -> String {
        let output = self.command(program).args(arguments).output().unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
    }

    fn wait_for(&self, what: &str, is_so: impl Fn(&Self) -> bool) {
        let begun = Instant::now();
        while !is_so(self) {
            assert!(begun.elapsed() < GUARD, "no {what}: {}\n{}", self.tell("squeue", &["-r"]), self.logs());
            sleep(LOOK_EVERY);
        }
    }

    fn logs(&self) -> String {
        ["slurmctld.log", "slurmd.log"]
            .map(|name| fs::read_to_string(self.at(name)).unwrap_or_default())
            .join("\n")
    }

    /// Submits both scripts with the README's own lines; gives the number of the array.
    fn submit(&self) -> String {
        let script = format!("set -e\n{}\necho \"array $job\"\n", readme_block("job=$(sbatch"));
        let said = self.tell("bash", &["-c", &script]);
        let array =
            said.lines().find_map(|line| line.strip_prefix("array ")).unwrap_or_else(|| panic!("{said}"));
        array.to_owned()
    }

    /// A task of the array that has finished a row and not its share, other than `not`.
    fn task_in_the_middle(&self, not: Option<usize>) -> usize {
        let begun = Instant::now();
        loop {
            for task in (0..TASKS).filter(|task| Some(*task) != not) {
                if self.rows(task) > 0 && self.rows(task) < 4 {
                    return task;
                }
            }
            assert!(begun.elapsed() < GUARD, "{}", self.tell("squeue", &["-r"]));
            sleep(Duration::from_millis(5));
        }
    }

    /// Finished rows of a share that is not finished.
    fn rows(&self, task: usize) -> usize {
        let text = self.read(&format!("parts/{task}.csv.part"));
        text.lines().filter(|line| line.starts_with(|first: char| first.is_ascii_digit())).count()
    }

    fn is_over(&self, job: &str) -> bool {
        !self.tell("squeue", &["-h", "-r", "-j", job, "-o", "%i"]).contains(job)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // What still runs is ended by the daemon that began it, before that ends.
        self.tell("scancel", &["--user=root"]);
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(15) && self.tell("squeue", &["-h"]).lines().count() > 0 {
            sleep(LOOK_EVERY);
        }
        for daemon in self.daemons.iter_mut().rev() {
            // In the background they would end by themselves at a signal of their own; here nobody waits for them.
            let _ = daemon.kill();
            let _ = daemon.wait();
        }
    }
}

/// Daemons stand where a user's PATH does not lead.
fn path() -> OsString {
    let mut path = std::env::var_os("PATH").unwrap_or_default();
    path.push(":/usr/sbin:/sbin");
    path
}

fn is_there(tool: &str) -> bool {
    std::env::split_paths(&path()).any(|folder| folder.join(tool).is_file())
}

fn free_ports() -> [u16; 2] {
    let listeners = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    listeners.each_ref().map(|listener| listener.local_addr().unwrap().port())
}

/// The indented block of the README that has this in it.
fn readme_block(with: &str) -> String {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let mut blocks: Vec<String> = vec![String::new()];
    for line in readme.lines() {
        match line.strip_prefix("    ") {
            Some(code) => blocks.last_mut().unwrap().extend([code, "\n"]),
            None => blocks.push(String::new()),
        }
    }
    blocks.into_iter().find(|block| block.contains(with)).unwrap()
}

#[test]
fn an_array_that_is_requeued_and_cancelled_and_submitted_again_merges_to_the_undivided_sweep() {
    if std::env::var_os("SADDLESCOPE_REQUIRE_SLURM").is_none() {
        println!("skipped: a cluster is begun only where SADDLESCOPE_REQUIRE_SLURM is set");
        return;
    }
    let missing: Vec<&str> = TOOLS.into_iter().filter(|tool| !is_there(tool)).collect();
    let is_root = Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n");
    if !missing.is_empty() || !is_root {
        let why = format!("skipped: needs root, slurm-wlm and munge (missing: {missing:?}, root: {is_root})");
        assert!(std::env::var_os("SADDLESCOPE_REQUIRE_SLURM").is_none(), "{why}");
        println!("{why}");
        return;
    }
    for task_plugin in ["task/none", "task/affinity"] {
        array_on(task_plugin);
    }
}

fn array_on(task_plugin: &str) {
    let begun = Instant::now();
    let cluster = Cluster::start(task_plugin);
    println!("{task_plugin}: up after {:.1} s", begun.elapsed().as_secs_f64());
    fs::write(cluster.work("grid.toml"), GRID).unwrap();
    fs::write(cluster.work("sweep.sh"), readme_block("saddlescope-sweep")).unwrap();
    fs::write(cluster.work("merge.sh"), readme_block("saddlescope-merge")).unwrap();
    let array = cluster.submit();
    let requeued = requeue_one(&cluster, &array);
    let cancelled = cancel_one(&cluster, &array, requeued);
    cluster.wait_for("end of the array", |cluster| cluster.is_over(&array));
    cluster.wait_for("end of the merge that waits in vain", |cluster| {
        cluster.tell("squeue", &["-h"]).is_empty()
    });
    assert!(!cluster.work("grid.csv").exists(), "no merge without the cancelled share");
    for task in (0..TASKS).filter(|task| *task != cancelled) {
        let said = || {
            let job = format!("{array}_{task}");
            let shown = cluster.tell("scontrol", &["show", "job", &job]);
            format!("{}\n{shown}\n{}", cluster.read(&format!("slurm-{job}.out")), cluster.logs())
        };
        assert!(cluster.work(&format!("parts/{task}.csv")).exists(), "share {task}: {}", said());
    }
    assert!(!cluster.work(&format!("parts/{cancelled}.csv")).exists(), "the cancelled share is not finished");
    let said = cluster.read(&format!("slurm-{array}_{requeued}.out"));
    assert!(said.contains("ended by SIGTERM; ") && said.contains(" computed in "), "{said}");
    let said = cluster.read(&format!("slurm-{array}_{cancelled}.out"));
    assert!(said.contains(" of 4 rows are kept in parts/"), "{said}");
    println!(
        "{task_plugin}: array with requeue and scancel over after {:.1} s",
        begun.elapsed().as_secs_f64()
    );

    let again = cluster.submit();
    cluster.wait_for("end of all", |cluster| cluster.tell("squeue", &["-h"]).is_empty());
    let said = cluster.read(&format!("slurm-{again}_{requeued}.out"));
    assert!(said.contains("; it was finished"), "{said}");
    let said = cluster.tell(env!("CARGO_BIN_EXE_saddlescope"), &["sweep", "grid.toml", "-o", "whole.csv"]);
    assert!(cluster.read("whole.csv").lines().count() > 80, "{said}");
    assert_eq!(cluster.read("grid.csv"), cluster.read("whole.csv"));
    println!("{task_plugin}: merged after {:.1} s", begun.elapsed().as_secs_f64());
}

/// Requeues a task between two of its rows; gives its number.
fn requeue_one(cluster: &Cluster, array: &str) -> usize {
    let task = cluster.task_in_the_middle(None);
    let job = format!("{array}_{task}");
    let said = cluster.tell("scontrol", &["requeue", &job]);
    assert!(said.is_empty(), "{said}");
    cluster.wait_for("requeued task", |cluster| {
        cluster.tell("squeue", &["-h", "-j", &job, "-t", "PD"]).contains("BeginTime")
    });
    let kept = cluster.rows(task);
    assert!((1..4).contains(&kept) && !cluster.work(&format!("parts/{task}.csv")).exists(), "{kept} rows");
    // Slurm would wait for two minutes; what it revoked within the same second it does not start again.
    sleep(Duration::from_secs(2));
    cluster.tell("scontrol", &["update", &format!("jobid={job}"), "starttime=now"]);
    task
}

/// Cancels another one; gives its number.
fn cancel_one(cluster: &Cluster, array: &str, requeued: usize) -> usize {
    let task = cluster.task_in_the_middle(Some(requeued));
    let said = cluster.tell("scancel", &[&format!("{array}_{task}")]);
    assert!(said.is_empty(), "{said}");
    cluster.wait_for("cancelled task", |cluster| cluster.is_over(&format!("{array}_{task}")));
    let kept = cluster.rows(task);
    assert!((1..4).contains(&kept), "{kept} rows");
    task
}
