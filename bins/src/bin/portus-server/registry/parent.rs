//! Runs another program in this process' place that ends when its parent does.
//!
//! The server starts itself anew for this: only a process itself can ask for the signal, and it
//! keeps the wish when it becomes another program.

use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::process::Command;

use anyhow::{Context, bail};
use rustix::process::{Pid, Signal, getppid, set_parent_process_death_signal};

/// What the server is called with to do this.
pub const ARGUMENT: &str = "__exec-with-parent";

/// Becomes the program that `arguments` name: the parent's number, the program, its arguments.
///
/// # Errors
///
/// Whenever it returns.
pub fn exec(mut arguments: impl Iterator<Item = OsString>) -> anyhow::Result<()> {
    let parent = arguments.next().and_then(|text| text.to_str()?.parse::<i32>().ok());
    let program = arguments.next().context("this is not for typing")?;
    set_parent_process_death_signal(Some(Signal::TERM))?;
    // It may have ended before the line above, and would then never send the signal.
    if getppid().map(Pid::as_raw_nonzero).map(i32::from) != parent {
        bail!("the parent ended already");
    }
    Err(Command::new(program).args(arguments).exec().into())
}
