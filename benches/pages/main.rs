//! What a page costs where there is much to show: each list beside a page that shows nothing.
//!
//! `cargo bench --package portus-bench --bench pages -- [--rounds N] [--small]` prints a report in
//! Markdown; what goes on meanwhile is told on standard error. `docs/performance.md` says what each
//! column means.

mod fill;
mod measured;
mod places;

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsFd;

use portus_tests::{Database, Place, World};

use fill::Size;

fn main() {
    let (rounds, size) = arguments();
    // The harness prints how long it waits: only the report belongs on standard output.
    let mut output = File::from(io::stdout().as_fd().try_clone_to_owned().expect("an output"));
    rustix::stdio::dup2_stdout(io::stderr()).expect("a standard error");
    let world = World::start_with(Place::on(Database::Postgres), |settings| {
        settings.set_text("log.level", "warn").set_text("registry.sync", "off");
        settings.set("api.requests", "1000000");
        settings.set("pages.requests", "1000000");
    });
    let postgres = world.postgres.as_ref().expect("PostgreSQL");
    for (name, step) in fill::steps(size) {
        eprintln!("filling {name}");
        postgres.column(&step);
    }
    let report = measured::report(&world, size, rounds);
    output.write_all(report.as_bytes()).expect("someone who reads");
}

fn arguments() -> (usize, Size) {
    let (mut rounds, mut size) = (40, Size::LARGE);
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--bench" => {}
            "--small" => size = Size::SMALL,
            "--rounds" => {
                let number = words.next().and_then(|number| number.parse().ok());
                rounds = number.filter(|rounds| *rounds > 0).expect("`--rounds` is from 1 on");
            }
            other => panic!("`{other}` is neither `--rounds N` nor `--small`"),
        }
    }
    (rounds, size)
}
