//! Which core does what.

use std::path::Path;
use std::process::Command;
use std::{fs, process};

use portus_tests::process::command;

/// The server's core, and those of everything else.
pub struct Cores {
    /// `None` where there is only one, which all share.
    pub server: Option<String>,
    pub others: String,
    /// How many this process may use.
    pub count: usize,
}

impl Cores {
    /// Takes the first core for the server, and moves this process, with all that it will start, to
    /// the others.
    pub fn share() -> Self {
        let cores = allowed();
        let names: Vec<String> = cores.iter().map(ToString::to_string).collect();
        let [first, others @ ..] = names.as_slice() else { panic!("no core") };
        if others.is_empty() {
            return Self { server: None, others: first.clone(), count: 1 };
        }
        let others = others.join(",");
        let own = process::id().to_string();
        let moved = Command::new("taskset").args(["-cp", &others, &own]).output();
        assert!(moved.is_ok_and(|moved| moved.status.success()), "taskset does not pin");
        Self { server: Some(first.clone()), others, count: cores.len() }
    }

    /// A program on the server's core.
    pub fn pinned(&self, program: &Path) -> Command {
        match &self.server {
            None => command(program),
            Some(core) => {
                let mut pinned = command("taskset");
                pinned.args(["-c", core]).arg(program);
                pinned
            }
        }
    }

    /// A program on the last of the other cores.
    pub fn beside(&self, program: &str, words: &[&str]) -> Command {
        let mut pinned = command("taskset");
        let last = self.others.rsplit(',').next().unwrap_or_default();
        pinned.args(["-c", last, program]).args(words);
        pinned
    }
}

/// The processor time that a process used so far, in seconds.
///
/// Source: proc(5): fields 14 and 15 of `stat`, in ticks, of which Linux shows 100 a second.
pub fn processor_seconds(process: u32) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).expect("a running process");
    // What follows the program's name, which may hold anything, starts with field 3.
    let (_, fields) = stat.rsplit_once(") ").expect("a name in parentheses");
    let ticks = |at: usize| fields.split(' ').nth(at - 3).and_then(|text| text.parse::<f64>().ok());
    (ticks(14).expect("a number") + ticks(15).expect("a number")) / 100.0
}

fn allowed() -> Vec<u32> {
    let status = fs::read_to_string("/proc/self/status").expect("a Linux");
    let list = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:"));
    let ranges = list.expect("a list of cores").trim().split(',');
    let number = |text: &str| text.parse::<u32>().expect("a core's number");
    ranges
        .flat_map(|range| match range.split_once('-') {
            Some((first, last)) => number(first)..=number(last),
            None => number(range)..=number(range),
        })
        .collect()
}
