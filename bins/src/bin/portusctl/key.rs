//! `portusctl key`

use clap::{Args, Subcommand};
use portus_core::key::{KeyState, StoredKey};
use serde::Serialize;

use crate::failure::Failure;
use crate::listing::{Moment, Row};
use crate::operator::Operator;

/// The keys that tokens are signed with
#[derive(Debug, Subcommand)]
pub enum Command {
    /// List keys, newest first
    #[command(after_help = "Example:\n  portusctl key list")]
    List,
    /// Make a new key, which takes the place of the old one
    ///
    /// Registries that trust the CA (`--trust bundle`) notice nothing. Where one knows the keys
    /// themselves (`--trust jwks`), the new key waits: give that registry the new list of keys,
    /// restart it, then run `key rotate --activate`.
    #[command(after_help = ROTATE_EXAMPLES)]
    Rotate(Rotate),
}

#[derive(Args, Debug)]
pub struct Rotate {
    /// Let the key that waits take over
    #[arg(long)]
    activate: bool,
}

#[derive(Debug, Serialize)]
struct KeyRow {
    id: String,
    algorithm: &'static str,
    state: &'static str,
    certificate_ends: Moment,
    created_at: Moment,
}

impl Command {
    /// Does it.
    pub async fn run(self, operator: &Operator) -> Result<(), Failure> {
        match self {
            Self::List => {
                let portus = operator.portus().await?;
                let ring = portus.keep_keys().ring().await?;
                Ok(operator.output.all(ring.keys.into_iter().map(KeyRow::from).collect())?)
            }
            Self::Rotate(command) => command.run(operator).await,
        }
    }
}

impl Rotate {
    async fn run(self, operator: &Operator) -> Result<(), Failure> {
        let portus = operator.portus().await?;
        let keys = portus.keep_keys();
        let key = if self.activate {
            keys.activate(&operator.actor).await?
        } else {
            keys.rotate(&operator.actor).await?
        };
        let waits = key.state == KeyState::Next;
        let row = KeyRow::from(key);
        let sentence = if waits {
            format!("key `{}` waits for the registries that use `jwks`", row.id)
        } else {
            format!("key `{}` signs now", row.id)
        };
        operator.output.done(&row, &sentence)?;
        if waits {
            operator.hint("give each of them `portusctl registry config NAME --part jwks`, restart it, then run `portusctl key rotate --activate`");
        }
        Ok(())
    }
}

impl From<StoredKey> for KeyRow {
    fn from(key: StoredKey) -> Self {
        Self {
            id: key.key_id,
            algorithm: key.algorithm.as_str(),
            state: key.state.as_str(),
            certificate_ends: Moment(key.certificate_ends),
            created_at: Moment(key.created_at),
        }
    }
}

impl Row for KeyRow {
    const HEADINGS: &'static [&'static str] =
        &["KEY", "ALGORITHM", "STATE", "CERTIFICATE ENDS", "CREATED"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.id.clone(),
            self.algorithm.into(),
            self.state.into(),
            self.certificate_ends.short(),
            self.created_at.short(),
        ]
    }
}

const ROTATE_EXAMPLES: &str = "\
Examples:
  portusctl key rotate
  portusctl key rotate --activate";
