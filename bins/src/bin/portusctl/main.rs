//! Portus from the command line: works on the database itself, whether a server runs or not. A
//! running server sees what was changed within a second.

mod activity;
mod bot;
mod command_line;
mod completions;
mod deletion;
mod doctor;
mod events;
mod explain;
mod failure;
mod key;
mod listing;
mod migrate;
mod namespace;
mod operator;
mod password;
mod registry;
mod repo;
mod setup;
mod span;
mod sync;
mod tag;
mod team;
mod token;
mod user;

use std::process::ExitCode;

use command_line::{Command, CommandLine};
use failure::Failure;
use operator::Operator;

fn main() -> ExitCode {
    match CommandLine::read(std::env::args_os()).and_then(run) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

fn run(line: CommandLine) -> Result<(), Failure> {
    if let Command::Completions(command) = &line.command {
        return command.run();
    }
    let operator = Operator::new(&line.global)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(perform(line.command, &operator))
}

async fn perform(command: Command, operator: &Operator) -> Result<(), Failure> {
    match command {
        Command::Activity(command) => command.run(operator).await,
        Command::Bot(command) => command.run(operator).await,
        Command::Completions(command) => command.run(),
        Command::Deletion(command) => command.run(operator).await,
        Command::Doctor(command) => command.run(operator).await,
        Command::Events(command) => command.run(operator).await,
        Command::Explain(command) => command.run(operator).await,
        Command::Key(command) => command.run(operator).await,
        Command::Migrate(command) => command.run(operator).await,
        Command::Namespace(command) => command.run(operator).await,
        Command::Registry(command) => command.run(operator).await,
        Command::Repo(command) => command.run(operator).await,
        Command::Setup(command) => command.run(operator).await,
        Command::Sync(command) => command.run(operator).await,
        Command::Tag(command) => command.run(operator).await,
        Command::Team(command) => command.run(operator).await,
        Command::Token(command) => command.run(operator).await,
        Command::User(command) => command.run(operator).await,
    }
}
