//! The things Portus does, one per module.

mod accept_notification;
mod add_registry;
mod apply_events;
mod authenticate;
mod causes;
mod change_account;
mod change_members;
mod change_namespace;
mod create_account;
mod create_bot;
mod create_namespace;
mod create_team;
mod describe_manifest;
mod explain_access;
mod guesses;
mod install;
mod issue_token;
mod keep_keys;
mod manage_tokens;
mod permit;
mod remembered;
mod retry_events;
mod run_jobs;
mod standing;
mod sync_registry;
mod tidy;
mod walk;
mod write_notes;

pub use accept_notification::{AcceptError, AcceptNotification};
pub use add_registry::{AddRegistry, AddRegistryError};
pub use apply_events::{ApplyError, ApplyEvents};
pub use authenticate::{
    Authenticate, AuthenticateError, Authenticated, Credential, Lockout, Origin, Shown,
};
pub use change_account::{ChangeAccount, ChangeAccountError};
pub use change_members::{ChangeMembers, ChangeMembersError};
pub use change_namespace::{ChangeNamespace, ChangeNamespaceError, Owner};
pub use create_account::{CreateAccount, CreateAccountError, NewPerson};
pub use create_bot::{CreateBot, CreateBotError};
pub use create_namespace::{CreateNamespace, CreateNamespaceError};
pub use create_team::{CreateTeam, CreateTeamError};
pub use explain_access::{ExplainAccess, ExplainError, Explanation, Subject};
pub use install::{Install, InstallError};
pub use issue_token::{IssueToken, IssueTokenError, IssuedToken, MAX_SCOPES, TokenRequest};
pub use keep_keys::{KeepKeys, KeepKeysError, KeyRing};
pub use manage_tokens::{ManageTokens, ManageTokensError, NewToken};
pub use permit::Refused;
pub use retry_events::{RetryEvents, RetryEventsError};
pub use run_jobs::{Complain, RunJobs, RunJobsError};
pub use standing::Standings;
pub use sync_registry::{Progress, SyncError, SyncMode, SyncRegistry, SyncReport};
pub use tidy::Tidy;
pub use write_notes::{Note, Notes, WriteNotes};
