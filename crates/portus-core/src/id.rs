//! Numbers that a store gives out, one type a noun; never given twice.

use std::fmt;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

ids! {
    /// A person or a bot.
    AccountId;
    /// One row of the audit.
    ActivityId;
    /// An application token.
    ApplicationTokenId;
    /// A deletion that someone asked for.
    DeletionId;
    /// One thing that a deletion takes away.
    DeletionItemId;
    /// A notification in the inbox, by the order of its arrival.
    InboxId;
    /// What someone wrote about a repository.
    CommentId;
    /// Work that the worker has to do.
    JobId;
    /// A signing key.
    KeyId;
    /// A namespace.
    NamespaceId;
    /// A refresh token.
    RefreshTokenId;
    /// A registry.
    RegistryId;
    /// A repository.
    RepositoryId;
    /// A browser that is signed in.
    SessionId;
    /// One walk through a registry's catalog.
    SyncId;
    /// A team.
    TeamId;
}
