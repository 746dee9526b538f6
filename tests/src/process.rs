//! Child processes that never outlive their test.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Sender, channel};
use std::sync::{LazyLock, Mutex};
use std::time::{Duration, Instant};
use std::{io, thread};

use rustix::process::{Pid, Signal, kill_process};

use crate::wait;

/// How long a command may run before it counts as stuck.
const COMMAND_LIMIT: Duration = Duration::from_secs(90);

/// How much of a log is shown where a test failed. The whole of it is kept.
const LAST_LINES: usize = 30;
const LONGEST_LINE: usize = 400;

/// A command that the kernel ends with the thread that starts it.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "--"]).arg(program);
    command
}

/// A program in the background. Dropping it kills it, and shows the end of its log where the test
/// failed.
pub struct Program {
    name: String,
    child: Child,
    log: PathBuf,
}

impl Program {
    /// Starts a program; what it prints is added to `log`.
    pub fn start(name: &str, mut command: Command, log: &Path) -> Self {
        let file = File::options().create(true).append(true).open(log).unwrap();
        command.stdin(Stdio::null()).stdout(file.try_clone().unwrap()).stderr(file);
        let child = spawn_for_good(command).unwrap_or_else(|error| panic!("{name}: {error}"));
        Self { name: name.into(), child, log: log.into() }
    }

    /// The process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Whether it still runs.
    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// What it printed so far.
    pub fn log(&self) -> String {
        String::from_utf8_lossy(&fs::read(&self.log).unwrap()).into_owned()
    }

    /// Sends a signal.
    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Ends it at once.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to end, and waits for that.
    pub fn stop(mut self) -> ExitStatus {
        self.signal(Signal::TERM);
        self.ended()
    }

    /// Waits until it ends by itself.
    pub fn ended(&mut self) -> ExitStatus {
        let what = format!("{} has ended", self.name);
        wait::eventually(&what, || self.child.try_wait().unwrap())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if thread::panicking() {
            let log = self.log();
            let lines: Vec<String> =
                log.lines().map(|line| line.chars().take(LONGEST_LINE).collect()).collect();
            let end = lines[lines.len().saturating_sub(LAST_LINES)..].join("\n");
            eprintln!("--- {} ({}):\n{end}\n---", self.name, self.log.display());
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// How a command ended.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The exit code; `None` where a signal ended it.
    pub code: Option<i32>,
    /// What it printed.
    pub stdout: String,
    /// What it complained about.
    pub stderr: String,
}

impl Outcome {
    /// What it printed, where it went well.
    #[track_caller]
    pub fn ok(self) -> String {
        assert_eq!(self.code, Some(0), "{}{}", self.stdout, self.stderr);
        self.stdout
    }

    /// What it complained about, where it failed.
    #[track_caller]
    pub fn refused(self) -> String {
        assert_ne!(self.code, Some(0), "{}{}", self.stdout, self.stderr);
        self.stderr
    }

    /// Whether it went well.
    pub fn is_ok(&self) -> bool {
        self.code == Some(0)
    }
}

/// Runs a command to its end.
pub fn run(command: Command) -> Outcome {
    run_with_input(command, "")
}

/// Runs a command to its end, with something on its standard input.
pub fn run_with_input(mut command: Command, input: &str) -> Outcome {
    let (mut stdin, mut stdout, mut stderr) = (scratch(), scratch(), scratch());
    stdin.write_all(input.as_bytes()).unwrap();
    stdin.rewind().unwrap();
    command.stdin(stdin).stdout(stdout.try_clone().unwrap()).stderr(stderr.try_clone().unwrap());
    let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let started = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if started.elapsed() > COMMAND_LIMIT {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("{command:?} is stuck: {}{}", text(&mut stdout), text(&mut stderr));
        }
        thread::sleep(Duration::from_millis(2));
    };
    Outcome { code: status.code(), stdout: text(&mut stdout), stderr: text(&mut stderr) }
}

fn scratch() -> File {
    tempfile::tempfile().unwrap()
}

fn text(file: &mut File) -> String {
    file.rewind().unwrap();
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}

type Order = (Command, Sender<io::Result<Child>>);

/// A thread that lives as long as the test process: the kernel's death signal goes by the thread that
/// started a child, and a test may start programs from threads of its own.
static STARTER: LazyLock<Mutex<Sender<Order>>> = LazyLock::new(|| {
    let (orders, inbox) = channel::<Order>();
    thread::spawn(move || {
        for (mut command, reply) in inbox {
            let _ = reply.send(command.spawn());
        }
    });
    Mutex::new(orders)
});

fn spawn_for_good(command: Command) -> io::Result<Child> {
    let (reply, answer) = channel();
    STARTER.lock().unwrap().send((command, reply)).unwrap();
    answer.recv().unwrap()
}
