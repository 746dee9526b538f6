//! `portusctl doctor`
use crate::failure::Failure;
use crate::operator::Operator;
use clap::Args;
/// Check
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  portusctl doctor")]
pub struct Command {}
impl Command {
    /// Does it.
    pub async fn run(self, _operator: &Operator) -> Result<(), Failure> {
        Ok(())
    }
}
