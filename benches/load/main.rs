//! Load over loopback: requests a second and how long they take, beside the limits of the same core.
//!
//! `cargo bench --package portus-bench --bench load -- [--seconds N] [--full]` prints a report in
//! Markdown; what goes on meanwhile is told on standard error. `docs/performance.md` says what each
//! row means.

mod answer;
mod arguments;
mod asked;
mod cold;
mod cores;
mod limits;
mod measure;
mod report;
mod rounds;
mod server;
mod wrk;

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsFd;

use arguments::{Arguments, Task};
use cores::Cores;

fn main() {
    match Arguments::read(std::env::args().skip(1)) {
        Err(problem) => {
            eprintln!("load: {problem}");
            std::process::exit(2);
        }
        Ok(Arguments { task: Task::Answer { address, reply }, .. }) => {
            answer::answer(&address, &reply)
        }
        Ok(Arguments { task: Task::Sign { input }, seconds, .. }) => limits::sign(&input, seconds),
        Ok(arguments) => run(&arguments),
    }
}

fn run(arguments: &Arguments) {
    if !wrk::is_there() {
        eprintln!("load: wrk is missing: on Debian, `apt-get install wrk`");
        std::process::exit(2);
    }
    // The harness prints how long it waits: only the report belongs on standard output.
    let mut output = File::from(io::stdout().as_fd().try_clone_to_owned().expect("an output"));
    rustix::stdio::dup2_stdout(io::stderr()).expect("a standard error");
    let cores = Cores::share();
    let measured = measure::everything(arguments, &cores);
    output.write_all(report::markdown(&measured).as_bytes()).expect("someone who reads");
}
