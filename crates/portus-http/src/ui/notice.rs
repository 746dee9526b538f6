//! What a form did, said once at the top of the page that comes after it.

use axum::http::{Method, Uri};
use axum::response::Response;

use super::sign_in::see;
use super::texts::Texts;

/// What was done, as an address says it: in a word, so that nobody can put a sentence there.
macro_rules! notices {
    ($($notice:ident = $text:ident;)*) => {
        /// What was done.
        #[derive(Clone, Copy, Debug, Eq, PartialEq)]
        pub(super) enum Notice { $($notice,)* }

        impl Notice {
            const ALL: &[Self] = &[$(Self::$notice,)*];

            const fn as_str(self) -> &'static str {
                match self { $(Self::$notice => stringify!($text),)* }
            }

            /// In words.
            pub(super) const fn text(self, t: &Texts) -> &'static str {
                match self { $(Self::$notice => t.notices.$text,)* }
            }
        }
    };
}

notices! {
    AccountDeleted = account_deleted;
    AccountDemoted = account_demoted;
    AccountDisabled = account_disabled;
    AccountEnabled = account_enabled;
    AccountMade = account_made;
    AccountPromoted = account_promoted;
    AccountSignedOut = account_signed_out;
    BotDeleted = bot_deleted;
    BotDisabled = bot_disabled;
    BotEnabled = bot_enabled;
    BotMade = bot_made;
    Changed = changed;
    Checked = checked;
    CommentEdited = comment_edited;
    CommentMade = comment_made;
    CommentRemoved = comment_removed;
    DeletionAsked = deletion_asked;
    Described = described;
    EmailChanged = email_changed;
    EventDiscarded = event_discarded;
    EventGone = event_gone;
    EventsRetried = events_retried;
    HandedOver = handed_over;
    JobHastened = job_hastened;
    KeyActivated = key_activated;
    KeyMade = key_made;
    KeyNoneWaits = key_none_waits;
    KeyWaits = key_waits;
    MemberAdded = member_added;
    MemberRemoved = member_removed;
    MemberRole = member_role;
    NamespaceGiven = namespace_given;
    NamespaceMade = namespace_made;
    NamespaceOpened = namespace_opened;
    NoReason = no_reason;
    PasswordChanged = password_changed;
    PasswordSet = password_set;
    PreferencesKept = preferences_kept;
    RefreshRevoked = refresh_revoked;
    RegistryAdded = registry_added;
    RegistryRemoved = registry_removed;
    RegistrySaved = registry_saved;
    SecretRenewed = secret_renewed;
    SessionEnded = session_ended;
    SessionsEnded = sessions_ended;
    SignedOut = signed_out;
    SignedUp = signed_up;
    Starred = starred;
    SyncAsked = sync_asked;
    TeamDeleted = team_deleted;
    TeamLeft = team_left;
    TeamMade = team_made;
    TeamRenamed = team_renamed;
    TokenRevoked = token_revoked;
    Unstarred = unstarred;
}

impl Notice {
    /// The page to look at after a form, with this at its top.
    pub(super) fn at(self, path: &str) -> Response {
        let (path, part) = path.split_once('#').map_or((path, None), |(at, id)| (at, Some(id)));
        let joint = if path.contains('?') { '&' } else { '?' };
        let part = part.map(|part| format!("#{part}")).unwrap_or_default();
        see(&format!("{path}{joint}{NAME}={}{part}", self.as_str()))
    }

    /// Whether it says that something was not done.
    pub(super) const fn is_bad(self) -> bool {
        matches!(self, Self::NoReason)
    }
}

/// The address that is looked at without what is to be said there, and that.
pub(super) fn taken(method: &Method, uri: &Uri) -> (String, Option<Notice>) {
    let path = uri.path();
    let Some(query) = uri.query() else { return (path.to_owned(), None) };
    let is_notice = |pair: &&str| pair.strip_prefix(NAME).is_some_and(|rest| rest.starts_with('='));
    let kept: Vec<_> = query.split('&').filter(|pair| !is_notice(pair)).collect();
    let word = query.split('&').find(is_notice).and_then(|pair| pair.split('=').nth(1));
    let notice = Notice::ALL.iter().find(|notice| Some(notice.as_str()) == word);
    let path = if kept.is_empty() { path.to_owned() } else { format!("{path}?{}", kept.join("&")) };
    // What is sent to an address that still has it is answered by what comes of that.
    (path, notice.copied().filter(|_| matches!(*method, Method::GET | Method::HEAD)))
}

const NAME: &str = "done";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_is_said_where_it_was_sent_to_and_leaves_the_address_as_it_was() {
        for (path, bare) in [
            ("/teams/qa", "/teams/qa"),
            ("/access/what-if?team=qa", "/access/what-if?team=qa"),
            ("/repositories/main/qa/app#comments", "/repositories/main/qa/app"),
        ] {
            for notice in Notice::ALL {
                let response = notice.at(path);
                let location = response.headers()["location"].to_str().unwrap();
                assert_eq!(location.split_once('#').is_some(), path.contains('#'));
                let uri = location.split('#').next().unwrap().parse().unwrap();
                assert_eq!(taken(&Method::GET, &uri), (bare.to_owned(), Some(*notice)));
                assert_eq!(taken(&Method::POST, &uri), (bare.to_owned(), None));
            }
        }
        for odd in ["/?done=", "/?done", "/?done=<b>", "/?adone=team_made", "/?q=done=team_made"] {
            assert_eq!(
                taken(&Method::GET, &odd.replace('<', "%3C").replace('>', "%3E").parse().unwrap())
                    .1,
                None
            );
        }
    }
}
