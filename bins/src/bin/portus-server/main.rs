//! The authorization server of a Docker registry.

mod flags;
mod greeting;
mod registry;
mod run;
mod starting;

use std::process::ExitCode;

use clap::Parser;
use portus::settings::{Given, Settings};

use flags::Flags;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next().is_some_and(|first| first == registry::parent::ARGUMENT) {
        return exit(registry::parent::exec(arguments));
    }
    let flags = Flags::parse();
    let given = Given::to_this_process(flags.config.clone(), flags.settings());
    let settings = match Settings::load(&given) {
        Ok(settings) => settings,
        Err(problems) => {
            eprintln!("{problems}");
            return ExitCode::from(WRONG_CONFIGURATION);
        }
    };
    if flags.print_config {
        print!("{settings}");
        return ExitCode::SUCCESS;
    }
    if flags.check {
        return check(&flags, &settings, &given);
    }
    exit(run::run(&flags, settings, &given))
}

/// What is wrong with the files and programs that the settings name.
fn check(flags: &Flags, settings: &Settings, given: &Given) -> ExitCode {
    let mut problems = Vec::new();
    if let Err(error) = portus::http::tls(settings) {
        problems.push(format!("{error:#}"));
    }
    if flags.with_registry
        && let Err(error) = registry::find_program(given.variable("PATH"))
    {
        problems.push(format!("{error:#}"));
    }
    for problem in &problems {
        eprintln!("{problem}");
    }
    if problems.is_empty() {
        println!("configuration is sound");
        return ExitCode::SUCCESS;
    }
    ExitCode::from(WRONG_CONFIGURATION)
}

fn exit(result: anyhow::Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("portus-server: {error:#}");
            ExitCode::FAILURE
        }
    }
}

const WRONG_CONFIGURATION: u8 = 2;
