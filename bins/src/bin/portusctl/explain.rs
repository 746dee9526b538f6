//! `portusctl explain`

use clap::Args;
use portus_core::account::Username;
use portus_core::policy::Decision;
use portus_core::registry::RegistryName;
use portus_core::repository::RepositoryPath;
use portus_core::scope::Action;
use portus_core::usecase::Subject;
use serde::Serialize;

use crate::failure::Failure;
use crate::operator::{Operator, registry};

/// Say whether someone may do something, and why
///
/// Ends with 0 where she may and with 3 where she may not.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Command {
    /// Who; `anonymous` for someone who shows no credential
    user: Username,
    /// pull, push or delete
    action: Action,
    /// Where: crew/app
    repository: RepositoryPath,
    /// In which registry; may be left out where there is one
    #[arg(long)]
    registry: Option<RegistryName>,
}

#[derive(Serialize)]
struct Answer {
    allowed: bool,
    by: Option<&'static str>,
    sentence: String,
}

impl Command {
    /// Does it.
    pub async fn run(self, operator: &Operator) -> Result<(), Failure> {
        let portus = operator.portus().await?;
        let place = registry(&portus, self.registry.as_ref()).await?;
        let explain = portus.explain_access();
        let subject = match self.user.as_str() {
            "anonymous" => Subject::Anonymous,
            _ => Subject::Account(self.user),
        };
        let object = (&place.name, &self.repository);
        let explanation = explain.explain(&operator.actor, &subject, self.action, object).await?;
        let by = match &explanation.decision {
            Decision::Allow { by } if explanation.is_allowed() => Some(by.id),
            _ => None,
        };
        let (allowed, sentence) = (explanation.is_allowed(), explanation.to_string());
        let answer = Answer { allowed, by, sentence };
        operator.output.done(&answer, &answer.sentence)?;
        if allowed { Ok(()) } else { Err(Failure::Denied) }
    }
}

const EXAMPLES: &str = "\
Examples:
  portusctl explain bob push crew/app
  portusctl explain anonymous pull crew/app --registry hub
  portusctl explain ci push crew/app >/dev/null || echo not allowed";
