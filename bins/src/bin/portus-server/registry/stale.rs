//! Ends the registry that an earlier run left behind.

use std::fs;
use std::path::Path;
use std::str::FromStr;
use std::time::{Duration, Instant};

use anyhow::Context;
use rustix::process::{Pid, Signal, kill_process};

/// A process, told from a later one of the same number by when it started.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Process {
    pid: i32,
    /// In ticks since the machine started.
    started: u64,
    /// The machine's own start, by the random number it drew then.
    boot: String,
}

impl Process {
    /// The process that has this number now.
    pub fn of(pid: u32) -> Option<Self> {
        let pid = i32::try_from(pid).ok()?;
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
        let stat = Stat::parse(&stat)?;
        let is_dead = matches!(stat.state, 'X' | 'Z');
        (!is_dead).then(|| Self { pid, started: stat.started, boot: boot.trim().to_owned() })
    }

    fn is_running(&self) -> bool {
        u32::try_from(self.pid).is_ok_and(|pid| Self::of(pid).as_ref() == Some(self))
    }

    fn send(&self, signal: Signal) {
        if let Some(pid) = Pid::from_raw(self.pid).filter(|_| self.is_running()) {
            // It may end between the question and the signal: that is what is wanted.
            let _ = kill_process(pid, signal);
        }
    }

    fn ends_within(&self, patience: Duration) -> bool {
        let start = Instant::now();
        while self.is_running() {
            if start.elapsed() > patience {
                return false;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        true
    }
}

impl std::fmt::Display for Process {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} {}", self.pid, self.started, self.boot)
    }
}

impl FromStr for Process {
    type Err = InvalidProcess;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut words = text.split_whitespace();
        let mut word = || words.next().ok_or(InvalidProcess);
        let pid = word()?.parse().map_err(|_| InvalidProcess)?;
        let started = word()?.parse().map_err(|_| InvalidProcess)?;
        Ok(Self { pid, started, boot: word()?.to_owned() })
    }
}

/// A text that is not a recorded [`Process`].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("this is not a recorded process")]
pub struct InvalidProcess;

/// Records a child, so that a later run finds it.
pub fn record(file: &Path, process: &Process) -> anyhow::Result<()> {
    fs::write(file, process.to_string())
        .with_context(|| format!("`{}` cannot be written", file.display()))
}

/// Ends the recorded process if it still is the one that was recorded; says whether it was.
pub fn end_recorded(file: &Path) -> anyhow::Result<bool> {
    let Ok(text) = fs::read_to_string(file) else {
        return Ok(false);
    };
    let recorded = text.parse::<Process>().ok().filter(Process::is_running);
    if let Some(process) = &recorded {
        tracing::warn!(process.pid = process.pid, "ending the registry that an earlier run left");
        process.send(Signal::TERM);
        if !process.ends_within(Duration::from_secs(10)) {
            process.send(Signal::KILL);
            anyhow::ensure!(
                process.ends_within(Duration::from_secs(5)),
                "the registry that an earlier run left (process {}) does not end",
                process.pid
            );
        }
    }
    fs::remove_file(file).with_context(|| format!("`{}` cannot be removed", file.display()))?;
    Ok(recorded.is_some())
}

/// What is needed of `/proc/PID/stat`. Source: proc_pid_stat(5).
struct Stat {
    state: char,
    started: u64,
}

impl Stat {
    fn parse(text: &str) -> Option<Self> {
        // The second field is the program's name in brackets and may hold anything.
        let (_, rest) = text.rsplit_once(") ")?;
        let mut fields = rest.split_whitespace();
        let state = fields.next()?.chars().next()?;
        Some(Self { state, started: fields.nth(18)?.parse().ok()? })
    }
}

#[cfg(test)]
mod tests {
    use std::process::{Child, Command};

    use super::*;

    fn sleeper() -> Child {
        Command::new("sleep").arg("60").spawn().unwrap()
    }

    #[test]
    fn the_start_time_is_the_22nd_field_whatever_the_program_is_called() {
        let stat = "77 (a) R (b) S 1 77 77 0 -1 4194560 103 0 0 0 0 0 0 0 20 0 1 0 4242 5 6 7";
        let stat = Stat::parse(stat).unwrap();
        assert_eq!((stat.state, stat.started), ('S', 4242));
        assert!(Stat::parse("77 (a) S 1").is_none());
    }

    #[test]
    fn a_recorded_child_is_ended_and_the_record_removed() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("pid");
        let mut child = sleeper();
        record(&file, &Process::of(child.id()).unwrap()).unwrap();
        assert!(end_recorded(&file).unwrap());
        assert!(!child.wait().unwrap().success());
        assert!(!file.exists() && !end_recorded(&file).unwrap());
    }

    #[test]
    fn another_process_of_the_same_number_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("pid");
        let mut child = sleeper();
        let now = Process::of(child.id()).unwrap();
        for other in [
            Process { started: now.started - 1, ..now.clone() },
            Process { boot: "another".into(), ..now.clone() },
        ] {
            record(&file, &other).unwrap();
            assert!(!end_recorded(&file).unwrap());
            assert!(now.is_running());
        }
        fs::write(&file, "no process").unwrap();
        assert!(!end_recorded(&file).unwrap());
        child.kill().unwrap();
        child.wait().unwrap();
    }
}
