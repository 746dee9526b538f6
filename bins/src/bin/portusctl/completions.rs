//! `portusctl completions`

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::command_line::CommandLine;
use crate::failure::Failure;
use crate::listing;

/// Print what a shell needs to complete portusctl's commands
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Command {
    /// Which shell
    shell: Shell,
}

impl Command {
    /// Prints it.
    pub fn run(&self) -> Result<(), Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut CommandLine::command(), "portusctl", &mut script);
        Ok(listing::print(&String::from_utf8_lossy(&script))?)
    }
}

const EXAMPLES: &str = "\
Examples:
  portusctl completions bash > /etc/bash_completion.d/portusctl
  portusctl completions zsh > /usr/local/share/zsh/site-functions/_portusctl
  portusctl completions fish > ~/.config/fish/completions/portusctl.fish";
