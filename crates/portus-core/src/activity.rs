//! The audit: who did what to what, and how it ended.

use std::net::IpAddr;
use std::time::SystemTime;

use crate::account::Username;
use crate::credential::Caller;
use crate::id::{AccountId, ActivityId, ApplicationTokenId, NamespaceId, RepositoryId, TeamId};

/// On whose behalf something is done.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Actor {
    /// Who.
    pub who: Who,
    /// From where, where it came over the network.
    pub address: Option<IpAddr>,
    /// The request it was part of.
    pub request: Option<Box<str>>,
}

/// Who does something.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Who {
    /// Someone who signed in, or did not.
    Caller(Caller),
    /// Someone with the database and the master key in hand: `operator:<unix user>`. No request
    /// can make one.
    Operator(Box<str>),
    /// Portus itself: jobs, sync.
    Portus,
}

impl Actor {
    /// Someone on the machine itself.
    pub fn operator(unix_user: &str) -> Self {
        Self { who: Who::Operator(unix_user.into()), address: None, request: None }
    }

    /// Portus itself.
    pub const PORTUS: Self = Self { who: Who::Portus, address: None, request: None };

    /// The account, where there is one.
    pub fn account(&self) -> Option<AccountId> {
        match &self.who {
            Who::Caller(caller) => caller.account(),
            Who::Operator(_) | Who::Portus => None,
        }
    }

    /// The application token that the account came with, where it is one.
    pub fn token(&self) -> Option<ApplicationTokenId> {
        match &self.who {
            Who::Caller(caller) => caller.token,
            Who::Operator(_) | Who::Portus => None,
        }
    }

    /// What the audit calls the actor; empty for someone not signed in. The names with a colon
    /// cannot be usernames.
    pub fn name(&self) -> String {
        match &self.who {
            Who::Caller(caller) => caller.name().map(Username::to_string).unwrap_or_default(),
            Who::Operator(user) => format!("operator:{user}"),
            Who::Portus => "portus:".into(),
        }
    }
}

/// One row of the audit, about to be written.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NewActivity {
    /// When it happened.
    pub at: SystemTime,
    /// What happened, such as [`kind::REPOSITORY_PUSH`].
    pub kind: &'static str,
    /// The account that did it, where there is one.
    pub account: Option<AccountId>,
    /// The name of who did it, as it was then.
    pub actor: String,
    /// From where.
    pub address: Option<String>,
    /// The request it was part of.
    pub request: Option<String>,
    /// What it was done to, by name as it was then.
    pub object: String,
    /// The rest, in words: `viewer → owner`.
    pub detail: String,
    /// Whether it was done, or refused.
    pub outcome: Outcome,
    /// Where it belongs, for those who may see it there.
    pub place: Place,
    /// How many times it happened within the minute.
    pub count: u32,
}

/// The rows an activity belongs to.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct Place {
    /// Of a namespace.
    pub namespace: Option<NamespaceId>,
    /// Of a repository.
    pub repository: Option<RepositoryId>,
    /// Of a team.
    pub team: Option<TeamId>,
}

impl NewActivity {
    /// Something that `actor` did.
    pub fn done(
        kind: &'static str,
        actor: &Actor,
        at: SystemTime,
        object: impl Into<String>,
    ) -> Self {
        Self {
            at,
            kind,
            account: actor.account(),
            actor: actor.name(),
            address: actor.address.map(|address| address.to_string()),
            request: actor.request.as_deref().map(str::to_owned),
            object: object.into(),
            detail: String::new(),
            outcome: Outcome::Done,
            place: Place::default(),
            count: 1,
        }
    }

    /// The same, with more to say.
    pub fn detail(self, detail: impl Into<String>) -> Self {
        Self { detail: detail.into(), ..self }
    }

    /// The same, of a namespace.
    pub fn in_namespace(self, namespace: NamespaceId) -> Self {
        Self { place: Place { namespace: Some(namespace), ..self.place }, ..self }
    }

    /// The same, of a repository.
    pub fn in_repository(self, repository: RepositoryId) -> Self {
        Self { place: Place { repository: Some(repository), ..self.place }, ..self }
    }

    /// The same, of a team.
    pub fn in_team(self, team: TeamId) -> Self {
        Self { place: Place { team: Some(team), ..self.place }, ..self }
    }

    /// The same, but it was refused.
    pub fn refused(self) -> Self {
        Self { outcome: Outcome::Refused, ..self }
    }
}

/// How something ended.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was not allowed.
    Refused,
}

impl Outcome {
    /// As it is written in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
        }
    }
}

/// One row of the audit, as it is read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Activity {
    /// The store's number.
    pub id: ActivityId,
    /// When it happened.
    pub at: SystemTime,
    /// What happened.
    pub kind: String,
    /// Who did it; empty for someone not signed in.
    pub actor: String,
    /// From where.
    pub address: Option<String>,
    /// The request it was part of.
    pub request: Option<String>,
    /// What it was done to.
    pub object: String,
    /// The rest, in words.
    pub detail: String,
    /// Whether it was done.
    pub outcome: Outcome,
    /// How many times within the minute.
    pub count: u32,
}

/// A text as a row of the audit keeps it: at most its first 1000 bytes, so that it can be searched by.
pub fn kept(text: &str) -> &str {
    text.get(..text.floor_char_boundary(KEPT)).unwrap_or_default()
}

const KEPT: usize = 1000;

/// What can happen, as the audit spells it.
pub mod kind {
    /// Every kind, by name.
    pub const ALL: &[&str] = &[
        ACCESS_REFUSED,
        ACCOUNT_CREATE,
        ACCOUNT_DELETE,
        ACCOUNT_DEMOTE,
        ACCOUNT_DISABLE,
        ACCOUNT_EMAIL,
        ACCOUNT_ENABLE,
        ACCOUNT_PASSWORD,
        ACCOUNT_PASSWORD_LINK,
        ACCOUNT_PROMOTE,
        ACCOUNT_SIGN_IN,
        ACCOUNT_SIGN_IN_FAILED,
        ACCOUNT_SIGN_OUT,
        APPLICATION_TOKEN_CREATE,
        APPLICATION_TOKEN_REVOKE,
        BOT_CREATE,
        BOT_DELETE,
        BOT_DISABLE,
        BOT_ENABLE,
        COMMENT_CREATE,
        COMMENT_EDIT,
        COMMENT_REMOVE,
        DELETION_CANCEL,
        DELETION_CREATE,
        DELETION_FINISH,
        EVENT_DISCARD,
        EVENT_REFUSED,
        EVENT_RETRY,
        INSTALLATION_CREATE,
        JOB_RETRY,
        KEY_ACTIVATE,
        KEY_CREATE,
        KEY_RENEW,
        NAMESPACE_CHANGE_VISIBILITY,
        NAMESPACE_CREATE,
        NAMESPACE_DELETE,
        NAMESPACE_DESCRIBE,
        NAMESPACE_GIVE,
        NAMESPACE_ORPHAN,
        NAMESPACE_RESTORE,
        REFRESH_TOKEN_REVOKE,
        REGISTRY_CHANGE,
        REGISTRY_CREATE,
        REGISTRY_REMOVE,
        REGISTRY_RENEW_SECRET,
        REGISTRY_REQUEST_SYNC,
        REGISTRY_SYNC,
        REPOSITORY_DELETE,
        REPOSITORY_DESCRIBE,
        REPOSITORY_PULL,
        REPOSITORY_PUSH,
        REPOSITORY_STAR,
        REPOSITORY_UNSTAR,
        TEAM_ADD_MEMBER,
        TEAM_CHANGE_MEMBER_ROLE,
        TEAM_CREATE,
        TEAM_DELETE,
        TEAM_DESCRIBE,
        TEAM_REMOVE_MEMBER,
        TEAM_RENAME,
        TOKEN_REFUSED,
    ];

    /// Someone asked for what she may not do.
    pub const ACCESS_REFUSED: &str = "access.refused";
    /// Someone signed in for tokens with a password.
    pub const ACCOUNT_SIGN_IN: &str = "account.sign_in";
    /// Someone signed out.
    pub const ACCOUNT_SIGN_OUT: &str = "account.sign_out";
    /// A credential was refused.
    pub const ACCOUNT_SIGN_IN_FAILED: &str = "account.sign_in_failed";
    /// An account was made.
    pub const ACCOUNT_CREATE: &str = "account.create";
    /// An account may do nothing any more.
    pub const ACCOUNT_DISABLE: &str = "account.disable";
    /// Someone changed her mail address.
    pub const ACCOUNT_EMAIL: &str = "account.email";
    /// An account may do things again.
    pub const ACCOUNT_ENABLE: &str = "account.enable";
    /// A person became an admin.
    pub const ACCOUNT_PROMOTE: &str = "account.promote";
    /// A person is no admin any more.
    pub const ACCOUNT_DEMOTE: &str = "account.demote";
    /// An account was removed for good.
    pub const ACCOUNT_DELETE: &str = "account.delete";
    /// A password was set.
    pub const ACCOUNT_PASSWORD: &str = "account.password";
    /// A link was made by which someone sets a password.
    pub const ACCOUNT_PASSWORD_LINK: &str = "account.password_link";
    /// An application token was made.
    pub const APPLICATION_TOKEN_CREATE: &str = "application_token.create";
    /// An application token was revoked.
    pub const APPLICATION_TOKEN_REVOKE: &str = "application_token.revoke";
    /// A bot was made.
    pub const BOT_CREATE: &str = "bot.create";
    /// A bot was removed for good.
    pub const BOT_DELETE: &str = "bot.delete";
    /// A bot may do nothing any more.
    pub const BOT_DISABLE: &str = "bot.disable";
    /// A bot may do things again.
    pub const BOT_ENABLE: &str = "bot.enable";
    /// Someone wrote about a repository.
    pub const COMMENT_CREATE: &str = "comment.create";
    /// Someone wrote her words about a repository anew.
    pub const COMMENT_EDIT: &str = "comment.edit";
    /// What someone wrote about a repository was taken away.
    pub const COMMENT_REMOVE: &str = "comment.remove";
    /// A deletion was called off.
    pub const DELETION_CANCEL: &str = "deletion.cancel";
    /// A deletion was asked for.
    pub const DELETION_CREATE: &str = "deletion.create";
    /// A deletion came to its end.
    pub const DELETION_FINISH: &str = "deletion.finish";
    /// Parked events were thrown away.
    pub const EVENT_DISCARD: &str = "event.discard";
    /// Parked events were put back.
    pub const EVENT_RETRY: &str = "event.retry";
    /// Somebody spoke for a registry without its secret.
    pub const EVENT_REFUSED: &str = "event.refused";
    /// Portus was set up.
    pub const INSTALLATION_CREATE: &str = "installation.create";
    /// A job was called up before its time.
    pub const JOB_RETRY: &str = "job.retry";
    /// A signing key was made.
    pub const KEY_CREATE: &str = "key.create";
    /// A signing key took over.
    pub const KEY_ACTIVATE: &str = "key.activate";
    /// A signing key got a new certificate.
    pub const KEY_RENEW: &str = "key.renew";
    /// A namespace became more open, or less.
    pub const NAMESPACE_CHANGE_VISIBILITY: &str = "namespace.change_visibility";
    /// A namespace was made.
    pub const NAMESPACE_CREATE: &str = "namespace.create";
    /// A namespace was deleted.
    pub const NAMESPACE_DELETE: &str = "namespace.delete";
    /// A namespace was described.
    pub const NAMESPACE_DESCRIBE: &str = "namespace.describe";
    /// A namespace was given to a team or a person.
    pub const NAMESPACE_GIVE: &str = "namespace.give";
    /// A namespace lost whom it belonged to.
    pub const NAMESPACE_ORPHAN: &str = "namespace.orphan";
    /// A namespace whose deletion ended early is whose it was before.
    pub const NAMESPACE_RESTORE: &str = "namespace.restore";
    /// What docker keeps to sign in again was revoked.
    pub const REFRESH_TOKEN_REVOKE: &str = "refresh_token.revoke";
    /// A registry goes by other hosts.
    pub const REGISTRY_CHANGE: &str = "registry.change";
    /// A registry was added.
    pub const REGISTRY_CREATE: &str = "registry.create";
    /// A registry was removed, with all that was known of it.
    pub const REGISTRY_REMOVE: &str = "registry.remove";
    /// A registry's notifications need another secret.
    pub const REGISTRY_RENEW_SECRET: &str = "registry.renew_secret";
    /// Someone asked for a registry's catalog to be listed.
    pub const REGISTRY_REQUEST_SYNC: &str = "registry.request_sync";
    /// A registry's catalog was listed.
    pub const REGISTRY_SYNC: &str = "registry.sync";
    /// A manifest or tag was removed from the registry.
    pub const REPOSITORY_DELETE: &str = "repository.delete";
    /// A repository was described.
    pub const REPOSITORY_DESCRIBE: &str = "repository.describe";
    /// A manifest was read.
    pub const REPOSITORY_PULL: &str = "repository.pull";
    /// A tag was pushed.
    pub const REPOSITORY_PUSH: &str = "repository.push";
    /// Someone starred a repository.
    pub const REPOSITORY_STAR: &str = "repository.star";
    /// Someone took her star back.
    pub const REPOSITORY_UNSTAR: &str = "repository.unstar";
    /// A member was added.
    pub const TEAM_ADD_MEMBER: &str = "team.add_member";
    /// A member's role was changed.
    pub const TEAM_CHANGE_MEMBER_ROLE: &str = "team.change_member_role";
    /// A team was made.
    pub const TEAM_CREATE: &str = "team.create";
    /// A team was removed for good.
    pub const TEAM_DELETE: &str = "team.delete";
    /// A team goes by another name.
    pub const TEAM_RENAME: &str = "team.rename";
    /// A team was described.
    pub const TEAM_DESCRIBE: &str = "team.describe";
    /// A member was removed.
    pub const TEAM_REMOVE_MEMBER: &str = "team.remove_member";
    /// A token request was granted less than it asked for.
    pub const TOKEN_REFUSED: &str = "token.refused";
}
