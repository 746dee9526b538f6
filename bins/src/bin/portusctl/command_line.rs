//! What is typed.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{Args, Parser, Subcommand};

use crate::failure::Failure;
use crate::{
    activity, bot, completions, deletion, doctor, events, explain, key, listing, migrate,
    namespace, registry, repo, setup, sync, tag, team, token, user,
};

/// Administer Portus, the authorization server of a Docker registry
///
/// Works on the database itself, so it needs no running server, and a running one sees what was
/// changed within a second.
#[derive(Debug, Parser)]
#[command(name = "portusctl", version, after_help = EXAMPLES, max_term_width = 100)]
#[command(arg_required_else_help = false, disable_help_subcommand = true)]
pub struct CommandLine {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

/// What every command takes.
#[derive(Args, Debug)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Read the configuration from FILE instead of ./portus.toml or /etc/portus/portus.toml
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Where Portus keeps its files (data.dir)
    #[arg(long, global = true, value_name = "DIR")]
    pub data: Option<String>,
    /// The database: sqlite://PATH or postgres://USER@HOST/DATABASE (database.url)
    #[arg(long, global = true, value_name = "URL")]
    pub database: Option<String>,
    /// Print JSON
    #[arg(long, global = true)]
    pub json: bool,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    #[command(subcommand, arg_required_else_help = false)]
    Activity(activity::Command),
    #[command(subcommand, arg_required_else_help = false)]
    Bot(bot::Command),
    Completions(completions::Command),
    #[command(subcommand, arg_required_else_help = false)]
    Deletion(deletion::Command),
    Doctor(doctor::Command),
    #[command(subcommand, arg_required_else_help = false)]
    Events(events::Command),
    Explain(explain::Command),
    #[command(subcommand, arg_required_else_help = false)]
    Key(key::Command),
    Migrate(migrate::Command),
    #[command(subcommand, arg_required_else_help = false)]
    Namespace(namespace::Command),
    #[command(subcommand, arg_required_else_help = false)]
    Registry(registry::Command),
    #[command(subcommand, arg_required_else_help = false)]
    Repo(repo::Command),
    Setup(setup::Command),
    Sync(sync::Command),
    #[command(subcommand, arg_required_else_help = false)]
    Tag(tag::Command),
    #[command(subcommand, arg_required_else_help = false)]
    Team(team::Command),
    #[command(subcommand, arg_required_else_help = false)]
    Token(token::Command),
    #[command(subcommand, arg_required_else_help = false)]
    User(user::Command),
}

/// Which part of a list is wanted.
#[derive(Args, Debug)]
pub struct Slice {
    /// How many rows at most, 1 to 1000
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = limit)]
    pub limit: u32,
    /// Go on after the page that ended with this cursor
    #[arg(long, value_name = "CURSOR")]
    pub after: Option<String>,
}

fn limit(text: &str) -> Result<u32, String> {
    let limit = text.parse().ok().filter(|limit| (1..=1000).contains(limit));
    limit.ok_or_else(|| "a page has 1 to 1000 rows".into())
}

impl From<Slice> for portus_core::page::Slice {
    fn from(Slice { limit, after }: Slice) -> Self {
        Self { after, limit }
    }
}

impl CommandLine {
    /// Reads the words of the command line, the program's own name first.
    ///
    /// # Errors
    ///
    /// Where they make no command; the text of a help page where that was asked for.
    pub fn read(words: impl IntoIterator<Item = OsString>) -> Result<Self, Failure> {
        Self::try_parse_from(words).map_err(|error| match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
                Failure::Help(error.render().to_string())
            }
            _ => Failure::Input(one_line(&error.render().to_string())),
        })
    }
}

/// A usage error without its usage, in one line.
fn one_line(rendered: &str) -> String {
    let text = rendered.strip_prefix("error: ").unwrap_or(rendered);
    let is_kept = |part: &&str| {
        !part.is_empty() && !part.starts_with("Usage:") && !part.starts_with("For more information")
    };
    let paragraphs = text.split("\n\n").map(str::trim).filter(is_kept);
    let lines: Vec<String> = paragraphs
        .map(|part| part.split_whitespace().collect::<Vec<_>>().join(" "))
        .map(|part| listing::plain(&without_credentials(&part)))
        .collect();
    lines.join("; ")
}

/// A text whose addresses have no credentials in them: what is wrong ends up in logs.
fn without_credentials(text: &str) -> String {
    let mut parts = text.split("://");
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(['/', ' ', '\'', '`']).unwrap_or(part.len());
        let (authority, rest) = part.split_at(end);
        let host = authority
            .rsplit_once('@')
            .map_or(authority.to_owned(), |(_, host)| format!("***@{host}"));
        kept = format!("{kept}://{host}{rest}");
    }
    kept
}

const EXAMPLES: &str = "\
Examples:
  portusctl setup --admin alice              make the first admin
  portusctl registry add hub http://registry:5000
  portusctl registry config hub              what to tell that registry
  portusctl team create crew --owner alice
  portusctl namespace create crew --team crew
  portusctl explain bob push crew/app        may he, and why
  portusctl doctor                           is everything set up right

Exit codes: 0 done, 1 it failed, 2 bad input or configuration, 3 `explain` says no.";

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn read(words: &[&str]) -> Result<CommandLine, Failure> {
        let words = [&["portusctl"], words].concat();
        CommandLine::read(words.into_iter().map(OsString::from))
    }

    #[test]
    fn the_commands_do_not_contradict_themselves() {
        CommandLine::command().debug_assert();
    }

    #[test]
    fn every_command_shows_examples() {
        let mut shown = 0;
        let mut waiting = vec![CommandLine::command()];
        while let Some(mut command) = waiting.pop() {
            let help = command.render_long_help().to_string();
            if !command.has_subcommands() {
                let (name, example) = (command.get_name(), help.contains("\n  portusctl "));
                assert!(example && help.contains("Example"), "{name}: {help}");
            }
            shown += 1;
            waiting.extend(command.get_subcommands().cloned());
        }
        assert!(shown > 40, "{shown}");
    }

    #[test]
    fn what_is_wrong_is_said_in_one_line() {
        for words in [
            &["usr"][..],
            &["user"],
            &["user", "create"],
            &["user", "create", "a b"],
            &["user", "create", "a\nb"],
            &["user", "list", "--limit", "0"],
            &["user", "list", "--lmit", "3"],
            &["namespace", "create", "UP", "--team", "crew"],
        ] {
            match read(words) {
                Err(Failure::Input(line)) => {
                    assert!(!line.contains('\n') && line.len() > 10, "{words:?}: {line:?}");
                    assert!(!line.contains("Usage"), "{words:?}: {line:?}");
                }
                other => panic!("{words:?}: {other:?}"),
            }
        }
    }

    #[test]
    fn credentials_in_an_address_are_not_repeated() {
        for (text, kept) in [
            ("'http://u:p@hub' is `http://u:p@hub/`", "'http://***@hub' is `http://***@hub/`"),
            ("http://hub and u@hub", "http://hub and u@hub"),
            ("no address", "no address"),
        ] {
            assert_eq!(without_credentials(text), kept);
        }
    }

    #[test]
    fn help_is_no_failure() {
        assert!(matches!(read(&["--help"]), Err(Failure::Help(_))));
        assert!(matches!(read(&["user", "create", "--help"]), Err(Failure::Help(_))));
        assert!(matches!(read(&["--version"]), Err(Failure::Help(_))));
    }
}
