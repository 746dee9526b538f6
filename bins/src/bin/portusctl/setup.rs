//! `portusctl setup`

use std::io::{IsTerminal, Write};

use clap::Args;
use portus_core::account::{Email, Username};
use portus_core::usecase::NewPerson;

use crate::failure::Failure;
use crate::operator::Operator;
use crate::password::PasswordSource;
use crate::user;

/// Make the first admin, while there is no account yet
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Command {
    /// The name to sign in with; asked for at a terminal
    #[arg(long, value_name = "NAME")]
    admin: Option<Username>,
    /// Where mail goes
    #[arg(long)]
    email: Option<Email>,
    #[command(flatten)]
    password: PasswordSource,
}

impl Command {
    /// Makes the account, as `setup` alone may.
    pub async fn run(self, operator: &Operator) -> Result<(), Failure> {
        let name = match self.admin {
            Some(name) => name,
            None => asked()?,
        };
        let password = self.password.read(name.as_str())?;
        let person = NewPerson { name, email: self.email, password: Some(password), admin: true };
        let portus = operator.portus_or_new().await?;
        portus.create_account().set_up(&operator.actor, &person).await?;
        let row = user::row(&portus, &person.name).await?;
        operator.output.done(&row, &format!("`{}` administers Portus now", person.name))?;
        let registries = portus.database.store.read(async |tx| tx.registries().all().await);
        if registries.await.map_err(Failure::from)?.is_empty() {
            operator.hint("next: portusctl registry add NAME URL");
        }
        Ok(())
    }
}

fn asked() -> Result<Username, Failure> {
    if !std::io::stdin().is_terminal() {
        return Err(Failure::Input("name the first admin: --admin NAME".into()));
    }
    let _ = write!(std::io::stderr(), "Name of the first admin: ");
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    line.trim().parse().map_err(|error| Failure::Input(format!("{error}")))
}

const EXAMPLES: &str = "\
Examples:
  portusctl setup --admin alice --email alice@example.org
  portusctl setup --admin alice --password-file /run/secrets/alice
  pass show portus/alice | portusctl setup --admin alice --password-stdin";
